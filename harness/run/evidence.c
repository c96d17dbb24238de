/* SPDX-License-Identifier: Apache-2.0 */
#include "evidence.h"

#include "base/event_kinds.h"
#include "judge/rule.h"

#include <stdlib.h>
#include <string.h>

enum {
    MAX_EVIDENCE = 128 * 1024 * 1024,
    /* Of each attempt, of what the board sent: enough for a handshake and a session. */
    MAX_WIRE = 64 * 1024
};

struct evidence {
    struct transcript *events;
    size_t attempts;
};

struct evidence *evidence_new(void)
{
    struct evidence *made = calloc(1, sizeof(*made));

    if (made == NULL)
        return NULL;
    made->events = transcript_new(MAX_EVIDENCE);
    if (made->events == NULL) {
        free(made);
        return NULL;
    }
    return made;
}

void evidence_free(struct evidence *evidence)
{
    if (evidence == NULL)
        return;
    transcript_free(evidence->events);
    free(evidence);
}

/* What the board sent, as bytes. */
static bool is_wire(const struct event *e)
{
    return event_is(e, EV_NET_DATA) && strcmp(event_get_text(e, "dir"), "rx") == 0;
}

static bool is_signature(const struct event *e)
{
    return event_is(e, EV_TLS_MESSAGE) && strcmp(event_get_text(e, "dir"), "rx") == 0 &&
           strcmp(event_get_text(e, "name"), "CertificateVerify") == 0;
}

static bool is_server_certificate(const struct event *e)
{
    return event_is(e, EV_TLS_MESSAGE) && strcmp(event_get_text(e, "dir"), "tx") == 0 &&
           strcmp(event_get_text(e, "name"), "Certificate") == 0;
}

/* The extensions of a ClientHello whose bodies rules read. */
static bool is_extension(const struct event *e)
{
    static const int64_t types[] = {21, 35, 44, 51}; /* padding, ticket, cookie, key share */

    if (!event_is(e, EV_TLS_EXTENSION) || strcmp(event_get_text(e, "message"), "ClientHello") != 0)
        return false;
    for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
        if (event_get_int(e, "type", -1) == types[i])
            return true;
    return false;
}

/* Of what a board prints: the first line shows that it was read, a secret that it was printed. */
static bool is_telling_line(const struct event *e, unsigned *lines)
{
    const char *text = event_get_text(e, "text");

    if (!event_is(e, EV_BOARD_LINE))
        return false;
    return (*lines)++ == 0 || strstr(text, "(secret)") != NULL ||
           strstr(text, "PRIVATE KEY") != NULL;
}

/* Of the four kinds that there is much of, only some are kept; of the others all. */
static bool is_wanted(const struct event *e)
{
    const unsigned plenty = SEES_EXTENSIONS | SEES_MESSAGES | SEES_BYTES | SEES_LINES;

    return rule_sees_event(~plenty, e) || is_extension(e) || is_signature(e) ||
           is_server_certificate(e);
}

enum assay_status evidence_take(struct evidence *evidence, const struct transcript *t, size_t first)
{
    size_t wire = 0;
    unsigned lines = 0;
    bool hello = false;

    if (evidence == NULL)
        return ASSAY_OK;
    for (size_t i = first; i < transcript_count(t); i++) {
        const struct event *e = transcript_at(t, i);
        const struct event_field *bytes = event_field(e, "bytes");
        size_t len = bytes != NULL ? bytes->text_len : 0;

        hello = hello || event_is(e, EV_TLS_CLIENT_HELLO);
        if (is_wire(e) && wire + len <= MAX_WIRE)
            wire += len;
        else if (!is_wanted(e) && !is_telling_line(e, &lines))
            continue;
        ASSAY_TRY(transcript_append(evidence->events, e));
    }
    evidence->attempts += hello ? 1 : 0;
    return ASSAY_OK;
}

size_t evidence_attempts(const struct evidence *evidence)
{
    return evidence != NULL ? evidence->attempts : 0;
}

struct evidence_need evidence_need_of(const struct value *rules)
{
    struct evidence_need need = {.least = 1, .most = 1};

    for (size_t i = 0; i < value_count(rules); i++) {
        enum rule rule = RULE_COUNT;

        if (rule_parse(value_text(value_at(rules, i)), &rule) != ASSAY_OK)
            continue;
        if (rule_least(rule) > need.least)
            need.least = rule_least(rule);
        if (rule_most(rule) == 0)
            need.most = 0;
        else if (need.most != 0 && rule_most(rule) > need.most)
            need.most = rule_most(rule);
        need.sees |= rule_sees(rule);
    }
    return need;
}

/* A copy of an event with the attempt's number and role in this transcript. */
static enum assay_status copy_event(struct transcript *t, const struct event *from, size_t attempt)
{
    struct event_builder e;

    event_begin(&e, NULL, from->source, from->kind, from->conn);
    e.event.t_ns = from->t_ns;
    for (size_t i = 0; i < from->field_count; i++)
        e.fields[e.event.field_count++] = from->fields[i];
    for (size_t i = 0; i < e.event.field_count; i++) {
        struct event_field *f = &e.fields[i];

        if (strcmp(f->name, "attempt") == 0)
            f->i = (int64_t)attempt;
        if (strcmp(f->name, "role") == 0) {
            f->text = "evidence";
            f->text_len = strlen(f->text);
        }
    }
    return transcript_append(t, &e.event);
}

/* Does the attempt that begins at this event have a ClientHello? */
static bool has_hello(const struct transcript *t, size_t at)
{
    for (; at < transcript_count(t) && !event_is(transcript_at(t, at), EV_ATTEMPT_END); at++)
        if (event_is(transcript_at(t, at), EV_TLS_CLIENT_HELLO))
            return true;
    return false;
}

enum assay_status evidence_copy(const struct evidence *evidence, const struct evidence_need *need,
                                struct transcript *t, int *ret_attempts)
{
    size_t attempt = 0;
    bool inside = false;

    for (size_t i = 0; i < transcript_count(evidence->events); i++) {
        const struct event *e = transcript_at(evidence->events, i);
        bool edge = event_is(e, EV_ATTEMPT_BEGIN) || event_is(e, EV_ATTEMPT_END);

        if (event_is(e, EV_ATTEMPT_BEGIN)) {
            if (need->most != 0 && attempt == need->most)
                break;
            inside = need->most == 0 || has_hello(evidence->events, i);
            attempt += inside ? 1 : 0;
        }
        if (!inside || (is_wire(e) && (need->sees & SEES_BYTES) == 0) ||
            (attempt > 1 && !rule_sees_event(need->sees, e)))
            continue;
        ASSAY_TRY(edge ? copy_event(t, e, attempt) : transcript_append(t, e));
    }
    *ret_attempts = (int)attempt;
    return ASSAY_OK;
}
