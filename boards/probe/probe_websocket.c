/* SPDX-License-Identifier: Apache-2.0 */
/* The client's side of a WebSocket's frames (RFC 6455 section 5). */
#include "probe/probe_web.h"

#include "probe/probe_text.h"

#include <string.h>

enum {
    OPCODE_CONTINUATION = 0x0,
    OPCODE_TEXT = 0x1,
    OPCODE_BINARY = 0x2,
    OPCODE_CLOSE = 0x8,
    OPCODE_PING = 0x9,
    OPCODE_PONG = 0xa,
    BIT_FIN = 0x80,
    BITS_RESERVED = 0x70,
    BIT_MASKED = 0x80,
    STATUS_NORMAL = 1000,
    STATUS_PROTOCOL = 1002,
    STATUS_DATA = 1003,
    STATUS_TOO_BIG = 1009
};

static int has(const struct probe_websocket *ws, enum probe_web_flaw flaw)
{
    return (ws->flaws & PROBE_WEB_FLAW_BIT(flaw)) != 0;
}

void probe_websocket_init(struct probe_websocket *ws, uint32_t flaws)
{
    memset(ws, 0, sizeof(*ws));
    ws->flaws = flaws;
}

/* A close frame is due, and nothing more is read. */
static void close_with(struct probe_websocket *ws, unsigned status)
{
    ws->control[0] = (uint8_t)(status >> 8);
    ws->control[1] = (uint8_t)status;
    ws->control_len = 2;
    ws->due = OPCODE_CLOSE;
    ws->is_closed = 1;
}

static void fail(struct probe_websocket *ws, unsigned status, const char *text)
{
    struct probe_text t = probe_text_over(ws->failure.text, sizeof(ws->failure.text));

    ws->failure.code = PROBE_CODE_MALFORMED;
    probe_text_add(&t, text);
    close_with(ws, status);
}

static unsigned opcode_of(const struct probe_websocket *ws)
{
    return ws->header[0] & 0x0fU;
}

static int is_control(const struct probe_websocket *ws)
{
    return (opcode_of(ws) & 8) != 0;
}

static int is_final(const struct probe_websocket *ws)
{
    return (ws->header[0] & BIT_FIN) != 0;
}

static size_t header_size(const struct probe_websocket *ws)
{
    unsigned len = ws->header[1] & 0x7f;

    if (ws->header_len < 2)
        return 2;
    return 2U + (len == 126 ? 2U : 0U) + (len == 127 ? 8U : 0U) +
           ((ws->header[1] & BIT_MASKED) != 0 ? 4U : 0U);
}

static void read_length(struct probe_websocket *ws)
{
    unsigned len = ws->header[1] & 0x7f;
    unsigned bytes = len == 126 ? 2 : len == 127 ? 8 : 0;

    ws->left = bytes == 0 ? len : 0;
    for (unsigned i = 0; i < bytes; i++)
        ws->left = ws->left << 8 | ws->header[2 + i];
    if (has(ws, PROBE_WEB_WS_LENGTH_CUT))
        ws->left &= 0xffff;
    ws->masked_at = 2 + bytes;
}

/* Of a data frame: does it belong where it comes? */
static const char *wrong_in_message(const struct probe_websocket *ws)
{
    if (ws->is_in_message == (opcode_of(ws) == OPCODE_CONTINUATION))
        return NULL;
    return ws->is_in_message ? "a message begins within another one"
                             : "a continuation belongs to no message";
}

static const char *wrong_with(const struct probe_websocket *ws)
{
    unsigned opcode = opcode_of(ws);
    int is_reserved = (opcode > OPCODE_BINARY && opcode < OPCODE_CLOSE) || opcode > OPCODE_PONG;

    if ((ws->header[1] & BIT_MASKED) != 0 && !has(ws, PROBE_WEB_WS_MASK))
        return "the server masks its frames";
    if (((ws->header[0] & BITS_RESERVED) != 0 || is_reserved) && !has(ws, PROBE_WEB_WS_RESERVED))
        return "reserved bits or opcodes in a frame";
    if (is_control(ws) && (!is_final(ws) || ws->left > PROBE_WEBSOCKET_CONTROL_MAX) &&
        !has(ws, PROBE_WEB_WS_CONTROL))
        return "a control frame is in pieces or longer than 125 bytes";
    return is_control(ws) || is_reserved ? NULL : wrong_in_message(ws);
}

static void begin_payload(struct probe_websocket *ws)
{
    const char *wrong = NULL;

    read_length(ws);
    ws->is_in_payload = 1;
    ws->is_dropped = 0;
    wrong = wrong_with(ws);
    if (wrong != NULL) {
        fail(ws, STATUS_PROTOCOL, wrong);
        return;
    }
    if (opcode_of(ws) == OPCODE_TEXT && !has(ws, PROBE_WEB_WS_TEXT)) {
        fail(ws, STATUS_DATA, "MQTT in a text frame [MQTT-6.0.0-1]");
        return;
    }
    if (ws->left > PROBE_WEBSOCKET_FRAME_MAX) {
        fail(ws, STATUS_TOO_BIG, "a frame is longer than the board takes");
        return;
    }
    if (is_control(ws)) {
        ws->control_len = 0;
        return;
    }
    if (opcode_of(ws) == OPCODE_CONTINUATION && has(ws, PROBE_WEB_WS_NO_CONTINUATION))
        ws->is_dropped = 1;
    if (opcode_of(ws) != OPCODE_CONTINUATION)
        ws->message_len = 0;
    ws->is_in_message = !is_final(ws);
}

static void end_control(struct probe_websocket *ws)
{
    if (opcode_of(ws) == OPCODE_PING && !has(ws, PROBE_WEB_WS_NO_PONG))
        ws->due = OPCODE_PONG;
    if (opcode_of(ws) != OPCODE_CLOSE)
        return;
    /* Its status comes back (section 5.5.1). */
    fail(ws, ws->control_len >= 2 ? (unsigned)ws->control[0] << 8 | ws->control[1] : STATUS_NORMAL,
         "the server closed the WebSocket");
    ws->failure.code = PROBE_CODE_CLOSED;
}

void probe_websocket_leave(struct probe_websocket *ws)
{
    if (!ws->is_closed)
        close_with(ws, STATUS_NORMAL);
}

/* PROBE_WEB_WS_ONE_PACKET: bytes of the packet that the message begins with; 0: not known yet. */
static uint64_t packet_len(const struct probe_websocket *ws)
{
    uint64_t len = 0;

    for (unsigned i = 1; i < sizeof(ws->first) && i < ws->message_len; i++) {
        len |= (uint64_t)(ws->first[i] & 0x7f) << (7 * (i - 1));
        if ((ws->first[i] & 0x80) == 0)
            return len + i + 1;
    }
    return 0;
}

/* @return bytes that the flaw leaves of those that came */
static size_t first_packet_of(struct probe_websocket *ws, const uint8_t *data, size_t len)
{
    uint64_t before = ws->message_len;
    uint64_t most = 0;

    for (size_t i = 0; i < len; i++, ws->message_len++)
        if (ws->message_len < sizeof(ws->first))
            ws->first[ws->message_len] = data[i];
    most = packet_len(ws);
    if (is_final(ws) && ws->left == 0 && (most == 0 || ws->message_len < most))
        fail(ws, STATUS_DATA, "a message holds a part of a packet");
    if (most == 0 || before + len <= most)
        return len;
    return before < most ? (size_t)(most - before) : 0;
}

static size_t take_payload(struct probe_websocket *ws, uint8_t *data, size_t len)
{
    int is_masked = (ws->header[1] & BIT_MASKED) != 0;
    uint8_t *at = is_control(ws) ? ws->control + ws->control_len : data;

    for (size_t i = 0; is_masked && i < len; i++, ws->masked_at++)
        at[i] ^= ws->header[header_size(ws) - 4 + (ws->masked_at - header_size(ws) + 4) % 4];
    ws->left -= len;
    if (is_control(ws)) {
        ws->control_len = (uint8_t)(ws->control_len + len);
        return 0;
    }
    if (ws->is_dropped)
        return 0;
    return has(ws, PROBE_WEB_WS_ONE_PACKET) ? first_packet_of(ws, data, len) : len;
}

size_t probe_websocket_room(struct probe_websocket *ws, void *data, size_t cap, void **ret_at)
{
    size_t room = cap;

    *ret_at = data;
    if (!ws->is_in_payload) {
        *ret_at = ws->header + ws->header_len;
        return header_size(ws) - ws->header_len;
    }
    if (is_control(ws)) {
        /* What a flaw lets come beyond it writes over the beginning. */
        if (ws->control_len == sizeof(ws->control))
            ws->control_len = 0;
        *ret_at = ws->control + ws->control_len;
        room = sizeof(ws->control) - ws->control_len;
    }
    return ws->left < room ? (size_t)ws->left : room;
}

size_t probe_websocket_took(struct probe_websocket *ws, void *data, size_t len)
{
    size_t payload = 0;

    if (ws->is_in_payload) {
        payload = take_payload(ws, data, len);
    } else {
        ws->header_len = (uint8_t)(ws->header_len + len);
        if (ws->header_len < 2 || ws->header_len < header_size(ws))
            return 0;
        begin_payload(ws);
    }
    if (ws->is_closed || ws->left > 0)
        return payload;
    ws->is_in_payload = 0;
    ws->header_len = 0;
    if (is_control(ws))
        end_control(ws);
    return payload;
}

size_t probe_websocket_frame(unsigned opcode, uint32_t mask, const void *data, size_t len,
                             uint8_t *out, size_t cap)
{
    const uint8_t *bytes = data;
    uint8_t keys[4] = {(uint8_t)(mask >> 24), (uint8_t)(mask >> 16), (uint8_t)(mask >> 8),
                       (uint8_t)mask};
    size_t at = 2;

    if (len > UINT16_MAX || len + 8 > cap)
        return 0;
    out[0] = (uint8_t)(BIT_FIN | opcode);
    out[1] = (uint8_t)(BIT_MASKED | (len > PROBE_WEBSOCKET_CONTROL_MAX ? 126U : len));
    if (len > PROBE_WEBSOCKET_CONTROL_MAX) {
        out[at++] = (uint8_t)(len >> 8);
        out[at++] = (uint8_t)len;
    }
    memcpy(out + at, keys, sizeof(keys));
    at += sizeof(keys);
    for (size_t i = 0; i < len; i++)
        out[at + i] = bytes[i] ^ keys[i & 3];
    return at + len;
}

size_t probe_websocket_due(struct probe_websocket *ws, uint32_t mask, uint8_t *out, size_t cap)
{
    unsigned opcode = ws->due;

    ws->due = 0;
    return opcode != 0 ? probe_websocket_frame(opcode, mask, ws->control, ws->control_len, out, cap)
                       : 0;
}
