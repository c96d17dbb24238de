/* SPDX-License-Identifier: Apache-2.0 */
#include "wwep/wwep.h"

#include "wwep_registers.h"
#include "wwep_request.h"

#include "base/event_kinds.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct wwep_session {
    const struct wwep_settings *settings;
    struct wwep_registers *registers;
    const struct event_sink *sink;
    uint32_t conn;
    uint8_t data[WWEP_MOST_READ];
    size_t len;
    struct buf output;
    bool is_answered;
};

struct wwep_session *wwep_session_new(const struct wwep_settings *settings,
                                      struct wwep_registers *registers,
                                      const struct event_sink *sink, uint32_t conn)
{
    struct wwep_session *s = calloc(1, sizeof(*s));

    if (s == NULL)
        return NULL;
    *s = (struct wwep_session){
        .settings = settings, .registers = registers, .sink = sink, .conn = conn};
    buf_init(&s->output, WWEP_TEXT + 1);
    return s;
}

void wwep_session_free(struct wwep_session *session)
{
    if (session == NULL)
        return;
    buf_done(&session->output);
    free(session);
}

struct buf *wwep_session_output(struct wwep_session *session)
{
    return &session->output;
}

bool wwep_session_wants_close(const struct wwep_session *session)
{
    return session->is_answered && !session->settings->withhold && !session->settings->stays_open;
}

bool wwep_session_is_waiting(const struct wwep_session *session)
{
    return !session->is_answered;
}

static void emit_request(const struct wwep_session *s, const struct wwep_request *r,
                         enum wwep_rule rule)
{
    struct event_builder e;

    event_begin(&e, s->sink, "wwep", EV_WWEP_REQUEST, s->conn);
    event_text(&e, "command", rule != WWEP_RULE_NONE ? "" : r->is_write ? "write" : "read");
    event_bytes(&e, "bytes", s->data, s->len);
    if (rule == WWEP_RULE_NONE) {
        event_int(&e, "device", r->content.device);
        event_int(&e, "register", r->content.number);
    }
    if (r->is_write && rule == WWEP_RULE_NONE)
        event_int(&e, "value", r->content.value);
    event_emit(&e);
    if (rule == WWEP_RULE_NONE)
        return;
    event_begin(&e, s->sink, "wwep", EV_WWEP_VIOLATION, s->conn);
    event_text(&e, "rule", wwep_rules[rule].rule);
    event_text(&e, "text", wwep_rules[rule].text);
    event_emit(&e);
}

static void emit_response(const struct wwep_session *s, const char *text, bool ok, size_t sent)
{
    struct event_builder e;

    event_begin(&e, s->sink, "wwep", EV_WWEP_RESPONSE, s->conn);
    event_text(&e, "text", text);
    event_bool(&e, "ok", ok);
    event_int(&e, "length", (int64_t)sent);
    event_emit(&e);
}

/* The words of the two reference servers. Those of the second are C texts: a NUL ends them. */
static void refuse(const struct wwep_session *s, enum wwep_rule rule, const struct wwep_request *r,
                   char text[WWEP_TEXT])
{
    static const char *const reference[WWEP_RULE_COUNT] = {
        [WWEP_RULE_TOO_LONG] = "X illegal message length",
        [WWEP_RULE_LINE_FEED] = "X illegal message length",
        [WWEP_RULE_COMMAND] = "X illegal command",
        [WWEP_RULE_CHARACTER] = "X illegal character",
    };

    if (s->settings->texts == WWEP_REFERENCE)
        snprintf(text, WWEP_TEXT, "%s", reference[rule]);
    else if (s->settings->texts == WWEP_BARE)
        snprintf(text, WWEP_TEXT, "X");
    else if (rule == WWEP_RULE_TOO_LONG)
        snprintf(text, WWEP_TEXT, "X illegal message length (%zu)", r->len);
    else if (rule == WWEP_RULE_LINE_FEED)
        snprintf(text, WWEP_TEXT, "X illegal message length (Length: %zu)", r->len);
    else if (rule == WWEP_RULE_COMMAND)
        snprintf(text, WWEP_TEXT, "X illegal command/length (Command: %c), (Length: %zu)",
                 (char)s->data[0], r->len);
    else
        snprintf(text, WWEP_TEXT, "X illegal character (Character: %c)", r->wrong);
}

/* What the registers say to a good request; true: an A. */
static enum assay_status look_up(struct wwep_session *s, const struct wwep_request *r,
                                 char text[WWEP_TEXT], bool *ret_ok)
{
    const struct wwep_register *found = NULL;
    enum assay_status status = ASSAY_OK;
    bool is_bare = s->settings->texts == WWEP_BARE;

    if (r->is_write)
        status = wwep_registers_write(s->registers, &r->content);
    if (status == ASSAY_ERR_NOMEM)
        return status;
    if (status != ASSAY_OK) {
        snprintf(text, WWEP_TEXT, is_bare ? "X" : "X Database Full %zu",
                 wwep_registers_count(s->registers));
        return ASSAY_OK;
    }
    found = wwep_registers_find(s->registers, r->content.device, r->content.number);
    *ret_ok = found != NULL;
    if (found == NULL)
        snprintf(text, WWEP_TEXT, "%s", is_bare ? "X" : "X Not Found");
    else
        snprintf(text, WWEP_TEXT, "A%04X%02X%04X", (unsigned)found->device, (unsigned)found->number,
                 (unsigned)found->value);
    return ASSAY_OK;
}

static enum assay_status send_answer(struct wwep_session *s, const char *text, bool ok)
{
    const struct wwep_settings *settings = s->settings;

    if (settings->withhold)
        return ASSAY_OK;
    if (settings->answer[0] != '\0')
        text = settings->answer;
    ASSAY_TRY(buf_add_text(&s->output, text));
    if (settings->newline)
        ASSAY_TRY(buf_add_char(&s->output, '\n'));
    if (settings->truncate_after >= 0 && (size_t)settings->truncate_after < s->output.len)
        buf_truncate(&s->output, (size_t)settings->truncate_after);
    emit_response(s, text, ok && settings->answer[0] == '\0', s->output.len);
    return ASSAY_OK;
}

static enum assay_status respond(struct wwep_session *s, const struct wwep_request *request,
                                 enum wwep_rule rule)
{
    char text[WWEP_TEXT];
    bool ok = false;

    s->is_answered = true;
    emit_request(s, request, rule);
    if (rule != WWEP_RULE_NONE)
        refuse(s, rule, request, text);
    else
        ASSAY_TRY(look_up(s, request, text, &ok));
    return send_answer(s, text, ok);
}

enum assay_status wwep_session_receive(struct wwep_session *session, const void *data, size_t len)
{
    size_t room = WWEP_MOST_READ - session->len;
    size_t taken = len < room ? len : room;
    struct wwep_request request;
    enum wwep_rule rule = WWEP_RULE_NONE;

    if (session->is_answered || len == 0)
        return ASSAY_OK;
    memcpy(&session->data[session->len], data, taken);
    session->len += taken;
    rule = wwep_request_read(session->data, session->len, &request);
    if (rule != WWEP_RULE_NONE && session->len < WWEP_MOST_READ)
        return ASSAY_OK; /* more may come */
    return respond(session, &request, rule);
}

enum assay_status wwep_session_end(struct wwep_session *session)
{
    struct wwep_request request;
    enum wwep_rule rule = WWEP_RULE_NONE;

    if (session->is_answered)
        return ASSAY_OK;
    rule = wwep_request_read(session->data, session->len, &request);
    return respond(session, &request, rule);
}
