/* SPDX-License-Identifier: Apache-2.0 */
/* Frames (RFC 6455 section 5). */
#include "websocket/websocket.h"

#include "base/event_kinds.h"
#include "upgrade.h"

#include <stdlib.h>

enum {
    OPCODE_CONTINUATION = 0x0,
    OPCODE_TEXT = 0x1,
    OPCODE_BINARY = 0x2,
    OPCODE_CLOSE = 0x8,
    OPCODE_PING = 0x9,
    OPCODE_PONG = 0xa,
    OPCODE_COUNT = 16,
    BIT_FIN = 0x80,
    BITS_RESERVED = 0x70,
    BIT_MASKED = 0x80,
    HEADER_MAX = 14,
    CONTROL_MAX = 125,
    OUTPUT_MAX = 20 * 1024 * 1024,
    STATUS_NORMAL = 1000,
    STATUS_PROTOCOL = 1002,
    STATUS_DATA = 1003,
    STATUS_TOO_BIG = 1009
};

struct websocket {
    const struct event_sink *sink;
    uint32_t conn;
    enum websocket_stage stage;
    struct buf request; /* until it is complete */
    struct buf payload;
    struct buf output;
    struct buf control; /* of the control frame under way */
    /* The frame under way. */
    uint8_t header[HEADER_MAX];
    size_t header_len;
    uint64_t left;      /* bytes of its payload that have not come */
    unsigned mask_at;   /* in the header */
    unsigned mask_turn; /* which of its four bytes is next */
    bool in_payload;
    bool in_message; /* a message goes on in continuation frames */
};

struct websocket *websocket_new(const struct event_sink *sink, uint32_t conn)
{
    struct websocket *ws = calloc(1, sizeof(*ws));

    if (ws == NULL)
        return NULL;
    ws->sink = sink;
    ws->conn = conn;
    buf_init(&ws->request, WEBSOCKET_REQUEST_MAX);
    buf_init(&ws->payload, WEBSOCKET_PAYLOAD_MAX);
    buf_init(&ws->output, OUTPUT_MAX);
    buf_init(&ws->control, CONTROL_MAX);
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

static enum assay_status add_frame(struct websocket *ws, unsigned opcode, const void *data,
                                   size_t len)
{
    uint8_t header[10] = {(uint8_t)(BIT_FIN | opcode)};
    size_t used = 2;
    unsigned length_bytes = 0;

    if (len <= CONTROL_MAX)
        header[1] = (uint8_t)len;
    else
        length_bytes = len <= UINT16_MAX ? 2 : 8;
    if (length_bytes > 0)
        header[1] = length_bytes == 2 ? 126 : 127;
    for (unsigned i = length_bytes; i > 0; i--)
        header[used++] = (uint8_t)((uint64_t)len >> (8 * (i - 1)));
    ASSAY_TRY(buf_add(&ws->output, header, used));
    return buf_add(&ws->output, data, len);
}

static enum assay_status add_close(struct websocket *ws, unsigned status)
{
    const uint8_t bytes[] = {(uint8_t)(status >> 8), (uint8_t)status};

    return add_frame(ws, OPCODE_CLOSE, bytes, sizeof(bytes));
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
    return add_frame(ws, OPCODE_PONG, ws->control.data, ws->control.len);
}

static enum assay_status on_pong(struct websocket *ws)
{
    (void)ws;
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
           ((ws->header[1] & BIT_MASKED) != 0 ? 4U : 0U);
}

/* The rules of a header; NULL: it is sound. */
static const char *wrong_with(const struct websocket *ws)
{
    unsigned opcode = opcode_of(ws);

    if ((ws->header[0] & BITS_RESERVED) != 0)
        return "reserved bits of a frame are set";
    if ((ws->header[1] & BIT_MASKED) == 0)
        return "a frame is not masked";
    if (is_control(ws))
        return (ws->header[0] & BIT_FIN) == 0 || (ws->header[1] & 0x7f) > CONTROL_MAX
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
        ws->in_message = (ws->header[0] & BIT_FIN) == 0;
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

static void emit_upgrade(const struct websocket *ws, const struct upgrade *u)
{
    struct event_builder e;

    event_begin(&e, ws->sink, "ws", EV_WS_UPGRADE, ws->conn);
    event_int(&e, "status", u->status);
    event_text(&e, "path", u->path);
    event_text(&e, "host", u->host);
    event_text(&e, "protocols", u->protocols);
    event_text(&e, "text", u->wrong);
    event_emit(&e);
}

static enum assay_status take_request(struct websocket *ws, const uint8_t **at, size_t *len)
{
    struct upgrade u;
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
    upgrade_read(&ws->request, used > 0, &u);
    emit_upgrade(ws, &u);
    ws->stage = u.status == 101 ? WEBSOCKET_OPEN : WEBSOCKET_FAILED;
    ASSAY_TRY(upgrade_answer(&u, &ws->output));
    buf_done(&ws->request);
    return ASSAY_OK;
}

enum assay_status websocket_receive(struct websocket *ws, const void *data, size_t len)
{
    const uint8_t *at = data;

    if (ws->stage == WEBSOCKET_REQUEST && len > 0)
        ASSAY_TRY(take_request(ws, &at, &len));
    return ws->stage == WEBSOCKET_OPEN ? take_frames(ws, at, len) : ASSAY_OK;
}

enum assay_status websocket_send(struct websocket *ws, const void *data, size_t len)
{
    if (ws->stage != WEBSOCKET_OPEN)
        return ASSAY_ERR_STATE;
    return add_frame(ws, OPCODE_BINARY, data, len);
}

enum assay_status websocket_close(struct websocket *ws)
{
    if (ws->stage != WEBSOCKET_OPEN)
        return ASSAY_OK;
    ws->stage = WEBSOCKET_CLOSED;
    emit_end(ws, "tx", STATUS_NORMAL, NULL);
    return add_close(ws, STATUS_NORMAL);
}
