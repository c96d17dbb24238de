/* SPDX-License-Identifier: Apache-2.0 */
/* MQTT 3.1.1 (OASIS standard of 29 October 2014), the client's side of one QoS 1 publish. */
#include "probe/probe_messages.h"

#include <string.h>

enum {
    TYPE_CONNECT = 0x10,
    TYPE_CONNACK = 0x20,
    TYPE_PUBLISH_QOS1 = 0x32,
    TYPE_PUBACK = 0x40,
    TYPE_DISCONNECT = 0xE0,
    FLAG_USER = 0x80,
    FLAG_PASS = 0x40,
    FLAG_CLEAN = 0x02,
    KEEP_ALIVE_S = 60,
    FIXED_HEADER_MAX = 3 /* every packet of ours is shorter than 16384 bytes */
};

/* The largest packets that the settings allow: 10+129+129+257 and 129+2+255, and their headers. */
struct packet {
    uint8_t *at;
    size_t len;
};

static void put_u8(struct packet *p, unsigned value)
{
    p->at[p->len++] = (uint8_t)value;
}

static void put_text(struct packet *p, struct probe_mqtt_text text)
{
    put_u8(p, (unsigned)(text.len >> 8));
    put_u8(p, (unsigned)text.len);
    memcpy(p->at + p->len, text.bytes, text.len);
    p->len += text.len;
}

static size_t put_header(uint8_t *out, unsigned type, size_t remaining)
{
    size_t len = 0;

    out[len++] = (uint8_t)type;
    if (remaining > 127)
        out[len++] = (uint8_t)(remaining | 0x80);
    out[len++] = (uint8_t)(remaining > 127 ? remaining >> 7 : remaining);
    return len;
}

static size_t sum_fits(size_t bytes)
{
    return bytes + FIXED_HEADER_MAX <= PROBE_MQTT_MAX;
}

size_t probe_mqtt_connect(struct probe_mqtt_text client, struct probe_mqtt_text user,
                          struct probe_mqtt_text pass, uint8_t out[PROBE_MQTT_MAX])
{
    static const struct probe_mqtt_text protocol = {"MQTT", 4};
    size_t remaining = 10 + 2 + client.len;
    /* [MQTT-3.1.2-22]: no password without a user name. */
    int has_user = user.len > 0 || pass.len > 0;
    int has_pass = pass.len > 0;
    struct packet p = {.at = out};

    remaining += has_user ? 2 + user.len : 0;
    remaining += has_pass ? 2 + pass.len : 0;
    if (!sum_fits(remaining))
        return 0;
    p.len = put_header(out, TYPE_CONNECT, remaining);
    put_text(&p, protocol);
    put_u8(&p, 4);
    put_u8(&p, FLAG_CLEAN | (has_user ? FLAG_USER : 0U) | (has_pass ? FLAG_PASS : 0U));
    put_u8(&p, 0);
    put_u8(&p, KEEP_ALIVE_S);
    put_text(&p, client);
    if (has_user)
        put_text(&p, user);
    if (has_pass)
        put_text(&p, pass);
    return p.len;
}

size_t probe_mqtt_publish(struct probe_mqtt_text topic, struct probe_mqtt_text payload,
                          uint8_t out[PROBE_MQTT_MAX])
{
    size_t remaining = 2 + topic.len + 2 + payload.len;
    struct packet p = {.at = out};

    if (!sum_fits(remaining))
        return 0;
    p.len = put_header(out, TYPE_PUBLISH_QOS1, remaining);
    put_text(&p, topic);
    put_u8(&p, PROBE_MQTT_PACKET_ID >> 8);
    put_u8(&p, PROBE_MQTT_PACKET_ID & 0xFF);
    memcpy(out + p.len, payload.bytes, payload.len);
    return p.len + payload.len;
}

size_t probe_mqtt_disconnect(uint8_t out[PROBE_MQTT_MAX])
{
    out[0] = TYPE_DISCONNECT;
    out[1] = 0;
    return 2;
}

/* Both acknowledgements that we wait for have exactly two bytes behind a two-byte header. */
static enum probe_reply parse_ack(const uint8_t *bytes, size_t len, unsigned type)
{
    if ((len > 0 && bytes[0] != type) || (len > 1 && bytes[1] != 2))
        return PROBE_REPLY_MALFORMED;
    return len < PROBE_MQTT_ACK_LEN ? PROBE_REPLY_MORE : PROBE_REPLY_OK;
}

enum probe_reply probe_mqtt_parse_connack(const uint8_t *bytes, size_t len, int *ret_code)
{
    enum probe_reply reply = parse_ack(bytes, len, TYPE_CONNACK);

    if (reply != PROBE_REPLY_OK)
        return reply;
    /* [MQTT-3.2.2-1]: we asked for a clean session, so that the session is not present. */
    if (bytes[2] != 0)
        return PROBE_REPLY_MALFORMED;
    *ret_code = bytes[3];
    return bytes[3] == 0 ? PROBE_REPLY_OK : PROBE_REPLY_REFUSED;
}

enum probe_reply probe_mqtt_parse_puback(const uint8_t *bytes, size_t len)
{
    enum probe_reply reply = parse_ack(bytes, len, TYPE_PUBACK);

    if (reply == PROBE_REPLY_OK && ((unsigned)bytes[2] << 8 | bytes[3]) != PROBE_MQTT_PACKET_ID)
        return PROBE_REPLY_MALFORMED;
    return reply;
}
