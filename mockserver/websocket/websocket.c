/* SPDX-License-Identifier: Apache-2.0 */
/* Frames (RFC 6455 section 5). */
#include "websocket/websocket.h"

#include "base/event_kinds.h"
#include "frame.h"
#include "upgrade.h"

#include <stdlib.h>
#include <string.h>

enum {
    OUTPUT_MAX = 20 * 1024 * 1024,
    STATUS_NORMAL = 1000,
    STATUS_PROTOCOL = 1002,
    STATUS_DATA = 1003,
    STATUS_TOO_BIG = 1009
};

struct websocket {
    const struct websocket_settings *settings;
    const struct event_sink *sink;
    uint32_t conn;
    enum websocket_stage stage;
    struct buf request; /* until it is complete */
    struct buf payload;
    struct buf output;
    struct buf control; /* of the control frame under way */
    /* The frame under way. */
    uint8_t header[FRAME_HEADER_MAX];
    size_t header_len;
    uint64_t left;      /* bytes of its payload that have not come */
    unsigned mask_at;   /* in the header */
    unsigned mask_turn; /* which of its four bytes is next */
    bool in_payload;
    bool in_message;   /* a message goes on in continuation frames */
    bool was_answered; /* a request, with another status than 101 */
    bool has_fault;    /* ... of its own, of which an event told */
    int64_t sent;      /* messages */
    uint32_t pings;
    bool (*admits)(void *ctx, const struct websocket_request *request, struct buf *refusal);
    void *admits_ctx; /* of admits, which may be NULL */
};

struct websocket *websocket_new(const struct websocket_settings *settings,
                                const struct event_sink *sink, uint32_t conn)
{
    struct websocket *ws = calloc(1, sizeof(*ws));

    if (ws == NULL)
        return NULL;
    ws->settings = settings;
    ws->sink = sink;
    ws->conn = conn;
    buf_init(&ws->request, WEBSOCKET_REQUEST_MAX);
    buf_init(&ws->payload, WEBSOCKET_PAYLOAD_MAX);
    buf_init(&ws->output, OUTPUT_MAX);
    buf_init(&ws->control, FRAME_CONTROL_MAX);
    return ws;
}

void websocket_free(struct websocket *ws)
{
    if (ws == NULL)
        return;
    buf_done(&ws->request);
    buf_done(&ws->payload);
    buf_done(&ws->output);
    buf_done(&ws->control);
    free(ws);
}

struct buf *websocket_payload(struct websocket *ws)
{
    return &ws->payload;
}

struct buf *websocket_output(struct websocket *ws)
{
    return &ws->output;
}

enum websocket_stage websocket_stage(const struct websocket *ws)
{
    return ws->stage;
}

static void emit_end(const struct websocket *ws, const char *dir, unsigned status, const char *text)
{
    struct event_builder e;

    event_begin(&e, ws->sink, "ws", EV_WS_END, ws->conn);
    event_text(&e, "dir", dir);
    event_int(&e, "status", status);
    event_text(&e, "text", text);
    event_emit(&e);
}

/* What the server does that forbids the client to go on, once a connection. */
static void emit_fault(struct websocket *ws, const char *what)
{
    struct event_builder e;

    if (ws->has_fault)
        return;
    ws->has_fault = true;
    event_begin(&e, ws->sink, "ws", EV_WS_FAULT, ws->conn);
    event_text(&e, "what", what);
    event_emit(&e);
}

static void emit_control(const struct websocket *ws, const char *dir, const char *type,
                         const void *data, size_t len)
{
    struct event_builder e;

    event_begin(&e, ws->sink, "ws", EV_WS_CONTROL, ws->conn);
    event_text(&e, "dir", dir);
    event_text(&e, "type", type);
    event_bytes(&e, "data", data, len);
    event_emit(&e);
}

static enum assay_status add_control(struct websocket *ws, unsigned opcode, const void *data,
                                     size_t len)
{
    const struct frame frame = {.opcode = opcode, .is_last = true};

    return frame_write(&frame, data, len, &ws->output);
}

static enum assay_status add_close(struct websocket *ws, unsigned status)
{
    const uint8_t bytes[] = {(uint8_t)(status >> 8), (uint8_t)status};

    return add_control(ws, OPCODE_CLOSE, bytes, sizeof(bytes));
}

/* RFC 6455 section 7.1.7. */
static enum assay_status fail(struct websocket *ws, unsigned status, const char *text)
{
    ws->stage = WEBSOCKET_FAILED;
    emit_end(ws, "tx", status, text);
    return add_close(ws, status);
}

/* --- frames of the client --- */

static enum assay_status on_close(struct websocket *ws)
{
    const uint8_t *data = ws->control.data;
    unsigned status = ws->control.len >= 2 ? (unsigned)data[0] << 8 | data[1] : STATUS_NORMAL;

    if (ws->control.len == 1)
        return fail(ws, STATUS_PROTOCOL, "a close frame holds half a status");
    ws->stage = WEBSOCKET_CLOSED;
    emit_end(ws, "rx", status, NULL);
    return add_close(ws, status);
}

static enum assay_status on_ping(struct websocket *ws)
{
    emit_control(ws, "rx", "ping", ws->control.data, ws->control.len);
    return add_control(ws, OPCODE_PONG, ws->control.data, ws->control.len);
}

static enum assay_status on_pong(struct websocket *ws)
{
    emit_control(ws, "rx", "pong", ws->control.data, ws->control.len);
    return ASSAY_OK;
}

/* What a whole control frame does; NULL: the opcode is none of a control frame. */
static enum assay_status (*const controls[OPCODE_COUNT])(struct websocket *ws) = {
    [OPCODE_CLOSE] = on_close,
    [OPCODE_PING] = on_ping,
    [OPCODE_PONG] = on_pong,
};

static unsigned opcode_of(const struct websocket *ws)
{
    return ws->header[0] & 0x0f;
}

static bool is_control(const struct websocket *ws)
{
    return controls[opcode_of(ws)] != NULL;
}

/* Length of the header whose first bytes are there. */
static size_t header_size(const struct websocket *ws)
{
    unsigned len = 0;

    if (ws->header_len < 2)
        return 2;
    len = ws->header[1] & 0x7f;
    return 2U + (len == 126 ? 2U : 0U) + (len == 127 ? 8U : 0U) +
           ((ws->header[1] & FRAME_MASKED) != 0 ? 4U : 0U);
}

/* The rules of a header; NULL: it is sound. */
static const char *wrong_with(const struct websocket *ws)
{
    unsigned opcode = opcode_of(ws);

    if ((ws->header[0] & FRAME_RESERVED) != 0)
        return "reserved bits of a frame are set";
    if ((ws->header[1] & FRAME_MASKED) == 0)
        return "a frame is not masked";
    if (is_control(ws))
        return (ws->header[0] & FRAME_FIN) == 0 || (ws->header[1] & 0x7f) > FRAME_CONTROL_MAX
                   ? "a control frame is in pieces or longer than 125 bytes"
                   : NULL;
    if (opcode > OPCODE_BINARY)
        return "the opcode of a frame is reserved";
    if (ws->in_message != (opcode == OPCODE_CONTINUATION))
        return ws->in_message ? "a message begins within another one"
                              : "a continuation belongs to no message";
    return NULL;
}

static void read_length(struct websocket *ws)
{
    unsigned len = ws->header[1] & 0x7f;
    unsigned bytes = len == 126 ? 2 : len == 127 ? 8 : 0;

    ws->left = bytes == 0 ? len : 0;
    for (unsigned i = 0; i < bytes; i++)
        ws->left = ws->left << 8 | ws->header[2 + i];
    ws->mask_at = 2 + bytes;
    ws->mask_turn = 0;
}

static enum assay_status begin_payload(struct websocket *ws)
{
    const char *wrong = wrong_with(ws);

    if (wrong != NULL)
        return fail(ws, STATUS_PROTOCOL, wrong);
    if (opcode_of(ws) == OPCODE_TEXT)
        return fail(ws, STATUS_DATA, "[MQTT-6.0.0-1] MQTT travels in binary frames");
    read_length(ws);
    if (ws->left > WEBSOCKET_PAYLOAD_MAX)
        return fail(ws, STATUS_TOO_BIG, "a frame is larger than the server takes");
    ws->in_payload = true;
    if (!is_control(ws))
        ws->in_message = (ws->header[0] & FRAME_FIN) == 0;
    else
        buf_clear(&ws->control);
    return ASSAY_OK;
}

static enum assay_status take_header(struct websocket *ws, const uint8_t **at, size_t *len)
{
    while (*len > 0 && ws->header_len < header_size(ws)) {
        ws->header[ws->header_len++] = **at;
        (*at)++;
        (*len)--;
    }
    if (ws->header_len < 2 || ws->header_len < header_size(ws))
        return ASSAY_OK;
    return begin_payload(ws);
}

static enum assay_status take_payload(struct websocket *ws, const uint8_t **at, size_t *len)
{
    size_t now = *len < ws->left ? *len : (size_t)ws->left;
    uint8_t *room = NULL;

    ASSAY_TRY(buf_extend(is_control(ws) ? &ws->control : &ws->payload, now, &room));
    for (size_t i = 0; i < now; i++) {
        room[i] = (uint8_t)((*at)[i] ^ ws->header[ws->mask_at + ws->mask_turn]);
        ws->mask_turn = (ws->mask_turn + 1) & 3;
    }
    *at += now;
    *len -= now;
    ws->left -= now;
    return ASSAY_OK;
}

static enum assay_status end_frame(struct websocket *ws)
{
    ws->in_payload = false;
    ws->header_len = 0;
    return is_control(ws) ? controls[opcode_of(ws)](ws) : ASSAY_OK;
}

static enum assay_status take_frames(struct websocket *ws, const uint8_t *at, size_t len)
{
    while (len > 0 && ws->stage == WEBSOCKET_OPEN) {
        if (!ws->in_payload)
            ASSAY_TRY(take_header(ws, &at, &len));
        if (ws->in_payload && ws->left > 0)
            ASSAY_TRY(take_payload(ws, &at, &len));
        if (ws->in_payload && ws->left == 0 && ws->stage == WEBSOCKET_OPEN)
            ASSAY_TRY(end_frame(ws));
    }
    return ASSAY_OK;
}

/* --- the request --- */

/* Values of a query may be credentials: a signature, a token. */
static const char *names_only(const char *path, char *text, size_t cap)
{
    size_t used = 0;
    bool in_value = false;
    bool in_query = false;

    if (path == NULL)
        return NULL;
    for (; *path != '\0' && used + 1 < cap; path++) {
        in_query = in_query || *path == '?';
        in_value = (in_value && *path != '&') || (in_query && *path == '=');
        if (!in_value)
            text[used++] = *path;
    }
    text[used] = '\0';
    return text;
}

static void emit_upgrade(const struct websocket *ws, const struct upgrade *u, unsigned status)
{
    struct event_builder e;
    char path[512];

    event_begin(&e, ws->sink, "ws", EV_WS_UPGRADE, ws->conn);
    event_int(&e, "status", status);
    event_text(&e, "path", names_only(u->path, path, sizeof(path)));
    event_text(&e, "host", u->host);
    event_text(&e, "protocols", u->protocols);
    event_text(&e, "text", u->wrong);
    event_bool(&e, "authorization", u->authorization != NULL);
    event_emit(&e);
}

/*
 * A client that was answered with another status than 101 may ask again, with credentials say; or
 * go on all the same, and its frames are to be seen. No frame begins with a letter.
 */
static enum websocket_stage stage_after(struct websocket *ws, const struct upgrade *u)
{
    if (u->status != 101)
        return WEBSOCKET_FAILED;
    ws->was_answered = ws->settings->status != 101;
    return ws->was_answered ? WEBSOCKET_REQUEST : WEBSOCKET_OPEN;
}

void websocket_set_gate(struct websocket *ws,
                        bool (*admits)(void *ctx, const struct websocket_request *request,
                                       struct buf *refusal),
                        void *ctx)
{
    ws->admits = admits;
    ws->admits_ctx = ctx;
}

/* The gate's answer goes to the output. */
static bool is_kept_out(struct websocket *ws, struct upgrade *u)
{
    const struct websocket_request request = {.path = u->path, .host = u->host};

    if (u->status != 101 || ws->admits == NULL || ws->admits(ws->admits_ctx, &request, &ws->output))
        return false;
    u->status = 403;
    u->wrong = "the service does not admit it";
    return true;
}

static enum assay_status answer_request(struct websocket *ws, bool is_whole)
{
    struct upgrade u;
    const char *fault = NULL;
    enum assay_status status = ASSAY_OK;

    upgrade_read(&ws->request, is_whole, &u);
    if (is_kept_out(ws, &u)) {
        emit_upgrade(ws, &u, u.status);
        ws->stage = WEBSOCKET_FAILED;
        buf_done(&ws->request);
        return ASSAY_OK;
    }
    emit_upgrade(ws, &u, u.status == 101 ? (unsigned)ws->settings->status : u.status);
    fault = u.status == 101 ? upgrade_fault(&u, ws->settings) : NULL;
    if (fault != NULL)
        emit_fault(ws, fault);
    ws->stage = stage_after(ws, &u);
    status = upgrade_answer(&u, ws->settings, &ws->output);
    if (ws->stage == WEBSOCKET_REQUEST)
        buf_clear(&ws->request);
    else
        buf_done(&ws->request);
    return status;
}

static enum assay_status take_request(struct websocket *ws, const uint8_t **at, size_t *len)
{
    size_t room = WEBSOCKET_REQUEST_MAX - ws->request.len;
    size_t before = ws->request.len;
    size_t used = 0;

    ASSAY_TRY(buf_add(&ws->request, *at, *len < room ? *len : room));
    used = upgrade_length(&ws->request);
    if (used == 0 && ws->request.len < WEBSOCKET_REQUEST_MAX) {
        *len = 0;
        return ASSAY_OK;
    }
    *at += used > before ? used - before : 0;
    *len -= used > before ? used - before : 0;
    if (used > 0)
        buf_truncate(&ws->request, used);
    return answer_request(ws, used > 0);
}

static bool is_letter(uint8_t byte)
{
    return byte >= 'A' && byte <= 'Z';
}

enum assay_status websocket_receive(struct websocket *ws, const void *data, size_t len)
{
    const uint8_t *at = data;

    while (ws->stage == WEBSOCKET_REQUEST && len > 0) {
        if (ws->was_answered && ws->request.len == 0 && !is_letter(*at))
            ws->stage = WEBSOCKET_OPEN;
        else
            ASSAY_TRY(take_request(ws, &at, &len));
    }
    return ws->stage == WEBSOCKET_OPEN ? take_frames(ws, at, len) : ASSAY_OK;
}

/* --- frames of the server --- */

static enum assay_status add_ping(struct websocket *ws)
{
    const struct websocket_settings *s = ws->settings;
    const struct frame frame = {.opcode = OPCODE_PING, .is_last = !s->ping_split};
    uint8_t data[WEBSOCKET_PING_MAX];
    size_t len = (size_t)s->ping_bytes;

    ws->pings++;
    for (size_t i = 0; i < len; i++)
        data[i] = (uint8_t)('a' + (ws->pings + i) % 26);
    if (s->ping_split || len > FRAME_CONTROL_MAX)
        emit_fault(ws, s->ping_split ? "ping_split" : "ping_bytes");
    emit_control(ws, "tx", "ping", data, len);
    return frame_write(&frame, data, len, &ws->output);
}

/* The key of the settings that forbids a client to go on after a data frame (sections 5.1 to 5.4;
 * MQTT-6.0.0-1); NULL: none. */
static const char *fault_of_frames(const struct websocket_settings *s)
{
    if (s->masked)
        return "masked";
    if (s->reserved != 0)
        return "reserved";
    return s->opcode != OPCODE_BINARY ? "opcode" : NULL;
}

enum assay_status websocket_send(struct websocket *ws, const void *data, size_t len)
{
    const struct websocket_settings *s = ws->settings;
    size_t step = s->fragment > 0 ? (size_t)s->fragment : len;
    struct frame frame = {.opcode = (unsigned)s->opcode,
                          .reserved = (unsigned)s->reserved,
                          .is_masked = s->masked,
                          .announced = (uint64_t)s->announce};

    if (ws->stage != WEBSOCKET_OPEN)
        return ASSAY_ERR_STATE;
    if (fault_of_frames(s) != NULL)
        emit_fault(ws, fault_of_frames(s));
    if (s->pings == WEBSOCKET_PINGS_BEFORE)
        ASSAY_TRY(add_ping(ws));
    for (size_t at = 0; at < len || at == 0; at += step) {
        size_t piece = len - at < step ? len - at : step;

        if (at > 0 && s->pings == WEBSOCKET_PINGS_BETWEEN)
            ASSAY_TRY(add_ping(ws));
        frame.is_last = at + piece >= len;
        ASSAY_TRY(frame_write(&frame, (const uint8_t *)data + at, piece, &ws->output));
        frame.opcode = OPCODE_CONTINUATION;
        if (step == 0)
            break;
    }
    ws->sent++;
    return s->close_after >= 0 && ws->sent >= s->close_after ? websocket_close(ws) : ASSAY_OK;
}

enum assay_status websocket_close(struct websocket *ws)
{
    unsigned status = (unsigned)ws->settings->close_status;

    if (ws->stage != WEBSOCKET_OPEN)
        return ASSAY_OK;
    ws->stage = WEBSOCKET_CLOSED;
    emit_end(ws, "tx", status, NULL);
    return add_close(ws, status);
}
