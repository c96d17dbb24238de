/* SPDX-License-Identifier: Apache-2.0 */
/* See http/http.h: a table of what is expected next, and the answers. */
#include "http_answer.h"
#include "http_request.h"

#include "base/event_kinds.h"

#include <stdlib.h>
#include <string.h>

enum { MAX_OUTPUT = HTTP_MAX_BODY * 2, MAX_LINE = 64 };

enum stage {
    STAGE_HEAD,
    STAGE_BODY,
    STAGE_CHUNK_SIZE,
    STAGE_CHUNK,
    STAGE_CHUNK_END,
    STAGE_TRAILER,
    STAGE_OVER,
    STAGE_COUNT
};

struct http_session {
    const struct http_settings *settings;
    const struct event_sink *sink;
    uint32_t conn;
    unsigned port, default_port;
    http_now_fn now;
    void *now_ctx;
    enum stage stage;
    struct buf head;             /* of the request, as far as it is here */
    struct buf line;             /* of a chunk's size or a trailer */
    struct buf body;             /* its beginning */
    struct http_request request; /* its texts point into head */
    uint64_t left;               /* of the body or the chunk */
    uint64_t body_len;
    struct buf output;
    bool wants_close;
};

struct http_session *http_session_new(const struct http_settings *settings,
                                      const struct event_sink *sink, uint32_t conn, unsigned port,
                                      unsigned default_port, http_now_fn now, void *now_ctx)
{
    struct http_session *s = calloc(1, sizeof(*s));

    if (s == NULL)
        return NULL;
    *s = (struct http_session){.settings = settings,
                               .sink = sink,
                               .conn = conn,
                               .port = port,
                               .default_port = default_port,
                               .now = now,
                               .now_ctx = now_ctx};
    buf_init(&s->head, HTTP_MAX_HEAD);
    buf_init(&s->line, HTTP_MAX_HEAD);
    buf_init(&s->body, HTTP_KEPT_BODY);
    buf_init(&s->output, MAX_OUTPUT);
    return s;
}

void http_session_free(struct http_session *session)
{
    if (session == NULL)
        return;
    buf_done(&session->head);
    buf_done(&session->line);
    buf_done(&session->body);
    buf_done(&session->output);
    free(session);
}

struct buf *http_session_output(struct http_session *session)
{
    return &session->output;
}

bool http_session_wants_close(const struct http_session *session)
{
    return session->wants_close;
}

static void emit_violation(const struct http_session *s, enum http_rule rule)
{
    struct event_builder e;

    event_begin(&e, s->sink, "http", EV_HTTP_VIOLATION, s->conn);
    event_text(&e, "rule", http_rules[rule].rule);
    event_text(&e, "text", http_rules[rule].text);
    event_emit(&e);
}

static void event_piece(struct event_builder *e, const char *name, struct http_text t,
                        char copy[HTTP_TEXT])
{
    size_t len = t.len < HTTP_TEXT - 1 ? t.len : HTTP_TEXT - 1;

    memcpy(copy, t.at != NULL ? t.at : "", len);
    copy[len] = '\0';
    event_add_string(e, event_name(name), copy);
}

static void emit_request(const struct http_session *s)
{
    const struct http_request *r = &s->request;
    char copies[4][HTTP_TEXT];
    struct event_builder e;

    event_begin(&e, s->sink, "http", EV_HTTP_REQUEST, s->conn);
    event_piece(&e, "method", r->method, copies[0]);
    event_piece(&e, "target", r->target, copies[1]);
    event_text(&e, "version", r->minor == 0 ? "1.0" : "1.1");
    event_piece(&e, "host", r->host, copies[2]);
    event_piece(&e, "user_agent", r->user_agent, copies[3]);
    event_int(&e, "fields", r->fields);
    event_bool(&e, "authorization", r->has_authorization);
    event_int(&e, "body_length", (int64_t)s->body_len);
    event_bytes(&e, "body", s->body.data, s->body.len);
    event_emit(&e);
    if (r->host_remark != HTTP_RULE_NONE)
        emit_violation(s, r->host_remark);
}

static void emit_response(const struct http_session *s, const struct http_answer *a)
{
    struct event_builder e;

    event_begin(&e, s->sink, "http", EV_HTTP_RESPONSE, s->conn);
    event_int(&e, "status", a->status);
    event_int(&e, "body_length", (int64_t)a->sent);
    event_bool(&e, "truncated", a->truncated);
    if (a->date[0] != '\0')
        event_text(&e, "date", a->date);
    event_emit(&e);
}

static enum assay_status respond(struct http_session *s, unsigned status, bool close)
{
    struct http_answer answer = {.status = status, .close = close};

    ASSAY_TRY(http_answer_write(&answer, s->settings, s->now(s->now_ctx), &s->output));
    emit_response(s, &answer);
    s->wants_close = answer.close;
    s->stage = answer.close ? STAGE_OVER : STAGE_HEAD;
    return ASSAY_OK;
}

/* A request that breaks a rule is answered once, and nothing after it is believed. */
static enum assay_status refuse(struct http_session *s, enum http_rule rule)
{
    emit_violation(s, rule);
    if (s->settings->withhold) {
        s->stage = STAGE_OVER;
        return ASSAY_OK;
    }
    return respond(s, http_rules[rule].status, true);
}

static enum assay_status complete(struct http_session *s)
{
    const struct http_request *r = &s->request;
    bool stays = r->minor >= 1 ? !r->wants_close : r->wants_keep_alive;
    enum assay_status status = ASSAY_OK;

    emit_request(s);
    if (s->settings->withhold)
        s->stage = STAGE_HEAD;
    else
        status = respond(s, (unsigned)s->settings->status, !stays || !s->settings->keep_alive);
    buf_clear(&s->head);
    buf_clear(&s->body);
    s->body_len = 0;
    return status;
}

/* ---- what is expected next; each takes some bytes and says how many ---- */

static bool head_is_complete(const struct buf *head)
{
    const char *at = (const char *)head->data + head->len;

    return (head->len >= 4 && memcmp(at - 4, "\r\n\r\n", 4) == 0) ||
           (head->len >= 2 && memcmp(at - 2, "\n\n", 2) == 0);
}

static enum assay_status begin_body(struct http_session *s)
{
    enum http_rule rule = http_request_read((const char *)s->head.data, s->head.len, s->port,
                                            s->default_port, &s->request);

    if (rule != HTTP_RULE_NONE)
        return refuse(s, rule);
    if (s->request.length > HTTP_MAX_BODY)
        return refuse(s, HTTP_RULE_BODY_TOO_LONG);
    s->left = s->request.length;
    if (s->request.is_chunked)
        s->stage = STAGE_CHUNK_SIZE;
    else if (s->left > 0)
        s->stage = STAGE_BODY;
    else
        return complete(s);
    return ASSAY_OK;
}

static enum assay_status take_head(struct http_session *s, const uint8_t *data, size_t len,
                                   size_t *ret_used)
{
    for (*ret_used = 0; *ret_used < len;) {
        uint8_t byte = data[(*ret_used)++];

        /* RFC 9112 section 2.2: empty lines before a request are passed over. */
        if (s->head.len == 0 && (byte == '\r' || byte == '\n'))
            continue;
        /* A ClientHello, say: it may have no line that could be waited for. */
        if (s->head.len == 0 && !http_is_token_char((char)byte))
            return refuse(s, HTTP_RULE_METHOD);
        if (buf_add(&s->head, &byte, 1) == ASSAY_ERR_LIMIT)
            return refuse(s, HTTP_RULE_TOO_LONG);
        if (byte == '\n' && head_is_complete(&s->head))
            return begin_body(s);
    }
    return ASSAY_OK;
}

/* Bytes of a body or a chunk; the beginning is kept for the event. */
static size_t take_content(struct http_session *s, const uint8_t *data, size_t len)
{
    size_t used = len < s->left ? len : (size_t)s->left;
    size_t room = HTTP_KEPT_BODY - s->body.len;

    /* There is room for that many. */
    if (buf_add(&s->body, data, used < room ? used : room) != ASSAY_OK)
        buf_clear(&s->body);
    s->left -= used;
    s->body_len += used;
    return used;
}

static enum assay_status take_body(struct http_session *s, const uint8_t *data, size_t len,
                                   size_t *ret_used)
{
    *ret_used = take_content(s, data, len);
    return s->left == 0 ? complete(s) : ASSAY_OK;
}

/* A line without its end into s->line; true when it is whole. */
static bool take_line(struct http_session *s, const uint8_t *data, size_t len, size_t *ret_used,
                      bool *ret_too_long)
{
    *ret_too_long = false;
    for (*ret_used = 0; *ret_used < len;) {
        uint8_t byte = data[(*ret_used)++];

        if (byte == '\n')
            return true;
        if (buf_add(&s->line, &byte, 1) != ASSAY_OK || s->line.len > MAX_LINE) {
            *ret_too_long = true;
            return true;
        }
    }
    return false;
}

/* "1a;name=value" CR: the size of a chunk; false: it is none. */
static bool read_chunk_size(const struct buf *line, uint64_t *ret)
{
    static const char digits[] = "0123456789abcdef";
    uint64_t size = 0;
    size_t i = 0;

    if (line->len < 2 || line->data[line->len - 1] != '\r')
        return false;
    for (; i < line->len - 1 && line->data[i] != ';'; i++) {
        char low = (char)(line->data[i] | 0x20);
        const char *digit = line->data[i] != 0 ? strchr(digits, low) : NULL;

        if (digit == NULL || *digit == '\0' || i >= 8)
            return false;
        size = size * 16 + (uint64_t)(digit - digits);
    }
    *ret = size;
    return i > 0;
}

static enum assay_status take_chunk_size(struct http_session *s, const uint8_t *data, size_t len,
                                         size_t *ret_used)
{
    bool too_long = false;
    bool good = false;

    if (!take_line(s, data, len, ret_used, &too_long))
        return ASSAY_OK;
    good = !too_long && read_chunk_size(&s->line, &s->left);
    buf_clear(&s->line);
    if (!good)
        return refuse(s, HTTP_RULE_CHUNK);
    if (s->left + s->body_len > HTTP_MAX_BODY)
        return refuse(s, HTTP_RULE_BODY_TOO_LONG);
    s->stage = s->left > 0 ? STAGE_CHUNK : STAGE_TRAILER;
    return ASSAY_OK;
}

static enum assay_status take_chunk(struct http_session *s, const uint8_t *data, size_t len,
                                    size_t *ret_used)
{
    *ret_used = take_content(s, data, len);
    if (s->left == 0)
        s->stage = STAGE_CHUNK_END;
    return ASSAY_OK;
}

static enum assay_status take_chunk_end(struct http_session *s, const uint8_t *data, size_t len,
                                        size_t *ret_used)
{
    bool too_long = false;
    bool good = false;

    if (!take_line(s, data, len, ret_used, &too_long))
        return ASSAY_OK;
    good = !too_long && s->line.len == 1 && s->line.data[0] == '\r';
    buf_clear(&s->line);
    if (!good)
        return refuse(s, HTTP_RULE_CHUNK);
    s->stage = STAGE_CHUNK_SIZE;
    return ASSAY_OK;
}

/* Trailer fields are read and say nothing; the empty line ends the request. */
static enum assay_status take_trailer(struct http_session *s, const uint8_t *data, size_t len,
                                      size_t *ret_used)
{
    bool too_long = false;
    bool last = false;

    if (!take_line(s, data, len, ret_used, &too_long))
        return ASSAY_OK;
    last = s->line.len == 0 || (s->line.len == 1 && s->line.data[0] == '\r');
    buf_clear(&s->line);
    if (too_long)
        return refuse(s, HTTP_RULE_CHUNK);
    return last ? complete(s) : ASSAY_OK;
}

static enum assay_status take_nothing(struct http_session *s, const uint8_t *data, size_t len,
                                      size_t *ret_used)
{
    (void)s;
    (void)data;
    *ret_used = len;
    return ASSAY_OK;
}

typedef enum assay_status (*taker)(struct http_session *s, const uint8_t *data, size_t len,
                                   size_t *ret_used);

static const taker takers[STAGE_COUNT] = {
    [STAGE_HEAD] = take_head,
    [STAGE_BODY] = take_body,
    [STAGE_CHUNK_SIZE] = take_chunk_size,
    [STAGE_CHUNK] = take_chunk,
    [STAGE_CHUNK_END] = take_chunk_end,
    [STAGE_TRAILER] = take_trailer,
    [STAGE_OVER] = take_nothing,
};

enum assay_status http_session_receive(struct http_session *session, const void *data, size_t len)
{
    const uint8_t *at = data;

    while (len > 0) {
        size_t used = 0;

        ASSAY_TRY(takers[session->stage](session, at, len, &used));
        at += used;
        len -= used;
    }
    return ASSAY_OK;
}
