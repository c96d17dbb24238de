/* SPDX-License-Identifier: Apache-2.0 */
#include "probe_client_packets.h"

#include "probe_client_internal.h"
#include "probe_cloud.h"

#include <string.h>

enum {
    FLAG_USER = 0x80,
    FLAG_PASS = 0x40,
    FLAG_CLEAN = 0x02,
    PROPERTY_SESSION_EXPIRY = 0x11,
    SESSION_EXPIRY_S = 3600,
    SESSION_EXPIRY_LEN = 5,
    LENGTH_MAX = 16384 /* two bytes of length do for all that we send */
};

static const char did[] = "did ";

/* ---- out ---- */

static void put_u8(struct probe_client *c, unsigned value)
{
    c->out[c->out_len++] = (uint8_t)value;
}

static void put_u16(struct probe_client *c, unsigned value)
{
    put_u8(c, value >> 8);
    put_u8(c, value & 0xFF);
}

static void put_bytes(struct probe_client *c, const void *bytes, size_t len)
{
    if (len > 0)
        memcpy(c->out + c->out_len, bytes, len);
    c->out_len += len;
}

static void put_text(struct probe_client *c, struct probe_mqtt_text text)
{
    put_u16(c, (unsigned)text.len);
    put_bytes(c, text.bytes, text.len);
}

static size_t packet_len(size_t remaining)
{
    return 1 + (remaining > 127 ? 2U : 1U) + remaining;
}

/* 0: no room. */
static int begin(struct probe_client *c, unsigned type, size_t remaining)
{
    if (remaining >= LENGTH_MAX || packet_len(remaining) > sizeof(c->out) - c->out_len)
        return 0;
    put_u8(c, type);
    if (remaining > 127)
        put_u8(c, (unsigned)(remaining | 0x80) & 0xFF);
    put_u8(c, (unsigned)(remaining > 127 ? remaining >> 7 : remaining));
    return 1;
}

static int is_v5(const struct probe_client *c)
{
    return c->config->version == PROBE_MQTT_V5;
}

int probe_packet_connect(struct probe_client *c)
{
    static const struct probe_mqtt_text protocol = {"MQTT", 4};
    const struct probe_client_config *config = c->config;
    /* [MQTT-3.1.2-22]: no password without a user name in 3.1.1. */
    int has_user = config->user.len > 0 || config->pass.len > 0;
    int has_pass = config->pass.len > 0;
    size_t properties = config->is_clean ? 0 : SESSION_EXPIRY_LEN;
    size_t remaining = 10 + 2 + config->client.len;

    remaining += is_v5(c) ? 1 + properties : 0;
    remaining += has_user ? 2 + config->user.len : 0;
    remaining += has_pass ? 2 + config->pass.len : 0;
    if (!begin(c, PROBE_TYPE_CONNECT, remaining))
        return 0;
    put_text(c, protocol);
    put_u8(c, config->version);
    put_u8(c, (config->is_clean ? FLAG_CLEAN : 0U) | (has_user ? FLAG_USER : 0U) |
                  (has_pass ? FLAG_PASS : 0U));
    put_u16(c, config->keep_alive_s);
    if (is_v5(c)) {
        put_u8(c, (unsigned)properties);
        if (properties > 0) {
            put_u8(c, PROPERTY_SESSION_EXPIRY);
            put_u16(c, 0);
            put_u16(c, SESSION_EXPIRY_S);
        }
    }
    put_text(c, config->client);
    if (has_user)
        put_text(c, config->user);
    if (has_pass)
        put_text(c, config->pass);
    return 1;
}

static size_t parts_len(const struct probe_parts *parts)
{
    size_t len = 0;

    for (size_t i = 0; i < PROBE_PARTS; i++)
        len += parts->part[i].len;
    return len;
}

static void put_parts(struct probe_client *c, const struct probe_parts *parts)
{
    for (size_t i = 0; i < PROBE_PARTS; i++)
        put_bytes(c, parts->part[i].bytes, parts->part[i].len);
}

size_t probe_packet_filters(const struct probe_client *c, size_t *ret_len)
{
    struct probe_parts parts;
    size_t count = c->config->filter.len > 0 ? 1 : 0;

    *ret_len = count * (2 + c->config->filter.len + 1);
    for (size_t i = 0; probe_cloud_filter(c, i, &parts); i++, count++)
        *ret_len += 2 + parts_len(&parts) + 1;
    return count;
}

int probe_packet_subscribe(struct probe_client *c)
{
    struct probe_parts parts;
    size_t filters = 0;

    (void)probe_packet_filters(c, &filters);
    if (!begin(c, PROBE_TYPE_SUBSCRIBE, 2 + (is_v5(c) ? 1U : 0U) + filters))
        return 0;
    put_u16(c, c->subscribe_id);
    if (is_v5(c))
        put_u8(c, 0);
    if (c->config->filter.len > 0) {
        put_text(c, c->config->filter);
        put_u8(c, c->config->filter_qos);
    }
    for (size_t i = 0; probe_cloud_filter(c, i, &parts); i++) {
        put_u16(c, (unsigned)parts_len(&parts));
        put_parts(c, &parts);
        put_u8(c, 1);
    }
    return 1;
}

int probe_packet_publish_parts(struct probe_client *c, const struct probe_parts *topic,
                               const struct probe_parts *payload)
{
    size_t remaining = 2 + parts_len(topic) + (is_v5(c) ? 1U : 0U) + parts_len(payload);

    if (probe_client_is_too_large(c, packet_len(remaining)))
        return 1;
    if (!begin(c, PROBE_TYPE_PUBLISH, remaining))
        return 0;
    put_u16(c, (unsigned)parts_len(topic));
    put_parts(c, topic);
    if (is_v5(c))
        put_u8(c, 0);
    put_parts(c, payload);
    return 1;
}

static size_t payload_len(const struct probe_client *c, const struct probe_client_message *m)
{
    return m->did[0] != '\0' ? sizeof(did) - 1 + strlen(m->did) : c->config->payload.len;
}

static size_t publish_remaining(const struct probe_client *c, const struct probe_client_message *m)
{
    return 2 + c->config->topic.len + (m->qos > 0 ? 2U : 0U) + (is_v5(c) ? 1U : 0U) +
           payload_len(c, m);
}

size_t probe_packet_publish_len(const struct probe_client *c, const struct probe_client_message *m)
{
    return packet_len(publish_remaining(c, m));
}

int probe_packet_publish(struct probe_client *c, const struct probe_client_message *m)
{
    int says_dup = m->was_sent && m->qos > 0 &&
                   (c->config->flaws & PROBE_CLIENT_FLAW_BIT(PROBE_CLIENT_RESEND_NO_DUP)) == 0;

    if (!begin(c, PROBE_TYPE_PUBLISH | (says_dup ? 8U : 0U) | ((unsigned)m->qos << 1),
               publish_remaining(c, m)))
        return 0;
    put_text(c, c->config->topic);
    if (m->qos > 0)
        put_u16(c, m->id);
    if (is_v5(c))
        put_u8(c, 0);
    if (m->did[0] == '\0') {
        put_bytes(c, c->config->payload.bytes, c->config->payload.len);
        return 1;
    }
    put_bytes(c, did, sizeof(did) - 1);
    put_bytes(c, m->did, strlen(m->did));
    return 1;
}

int probe_packet_ack(struct probe_client *c, unsigned type, uint16_t id)
{
    if (!begin(c, type, 2))
        return 0;
    put_u16(c, id);
    return 1;
}

int probe_packet_bare(struct probe_client *c, unsigned type)
{
    return begin(c, type, 0);
}

/* ---- in ---- */

struct probe_bytes_left probe_take(struct probe_bytes_left *b, size_t len)
{
    struct probe_bytes_left taken = {b->at, len, 0};

    if (len > b->len) {
        b->is_bad = 1;
        b->len = 0;
        return (struct probe_bytes_left){b->at, 0, 1};
    }
    b->at += len;
    b->len -= len;
    return taken;
}

unsigned probe_take_u8(struct probe_bytes_left *b)
{
    struct probe_bytes_left taken = probe_take(b, 1);

    return taken.len > 0 ? taken.at[0] : 0;
}

unsigned probe_take_u16(struct probe_bytes_left *b)
{
    unsigned high = probe_take_u8(b);

    return high << 8 | probe_take_u8(b);
}

uint32_t probe_take_u32(struct probe_bytes_left *b)
{
    uint32_t high = probe_take_u16(b);

    return high << 16 | probe_take_u16(b);
}

uint32_t probe_take_varint(struct probe_bytes_left *b)
{
    uint32_t value = 0;
    unsigned byte = 0x80;

    for (unsigned i = 0; i < 4 && (byte & 0x80) != 0; i++) {
        byte = probe_take_u8(b);
        value |= (uint32_t)(byte & 0x7F) << (7 * i);
    }
    b->is_bad |= (byte & 0x80) != 0;
    return value;
}

/* 5.0 section 2.2.2.2: what stands behind an identifier. */
enum kind { KIND_NONE, KIND_U8, KIND_U16, KIND_U32, KIND_VARINT, KIND_TEXT, KIND_PAIR };

static enum kind kind_of(unsigned property)
{
    static const uint8_t kinds[] = {
        [0x01] = KIND_U8,   [0x02] = KIND_U32,    [0x03] = KIND_TEXT, [0x08] = KIND_TEXT,
        [0x09] = KIND_TEXT, [0x0B] = KIND_VARINT, [0x11] = KIND_U32,  [0x12] = KIND_TEXT,
        [0x13] = KIND_U16,  [0x15] = KIND_TEXT,   [0x16] = KIND_TEXT, [0x17] = KIND_U8,
        [0x18] = KIND_U32,  [0x19] = KIND_U8,     [0x1A] = KIND_TEXT, [0x1C] = KIND_TEXT,
        [0x1F] = KIND_TEXT, [0x21] = KIND_U16,    [0x22] = KIND_U16,  [0x23] = KIND_U16,
        [0x24] = KIND_U8,   [0x25] = KIND_U8,     [0x26] = KIND_PAIR, [0x27] = KIND_U32,
        [0x28] = KIND_U8,   [0x29] = KIND_U8,     [0x2A] = KIND_U8,
    };

    return property < sizeof(kinds) ? (enum kind)kinds[property] : KIND_NONE;
}

static void take_property(struct probe_bytes_left *b, struct probe_properties *ret)
{
    unsigned id = probe_take_u8(b);
    uint32_t number = 0;
    struct probe_bytes_left text = {NULL, 0, 0};

    switch (kind_of(id)) {
    case KIND_U8:
        number = probe_take_u8(b);
        break;
    case KIND_U16:
        number = probe_take_u16(b);
        break;
    case KIND_U32:
        number = probe_take_u32(b);
        break;
    case KIND_VARINT:
        number = probe_take_varint(b);
        break;
    case KIND_PAIR:
        (void)probe_take(b, probe_take_u16(b));
        (void)probe_take(b, probe_take_u16(b));
        break;
    case KIND_TEXT:
        text = probe_take(b, probe_take_u16(b));
        break;
    case KIND_NONE:
        b->is_bad = 1;
        break;
    }
    ret->keep_alive_s = id == 0x13 ? number : ret->keep_alive_s;
    ret->receive_maximum = id == 0x21 ? number : ret->receive_maximum;
    ret->maximum_packet = id == 0x27 ? number : ret->maximum_packet;
    if (id == 0x1C) {
        ret->reference = text.at;
        ret->reference_len = text.len;
    }
}

int probe_take_properties(struct probe_bytes_left *b, struct probe_properties *ret)
{
    struct probe_bytes_left all = {NULL, 0, 0};

    *ret = (struct probe_properties){.keep_alive_s = UINT32_MAX};
    all = probe_take(b, probe_take_varint(b));
    while (all.len > 0 && !all.is_bad)
        take_property(&all, ret);
    b->is_bad |= all.is_bad;
    return !b->is_bad;
}

/* One character of UTF-8 (RFC 3629): its bytes, or 0 when it is none. */
static size_t utf8_len(const uint8_t *at, size_t left)
{
    static const struct {
        uint8_t mask, lead;
        uint32_t least;
    } rows[] = {{0x80, 0x00, 1}, {0xE0, 0xC0, 0x80}, {0xF0, 0xE0, 0x800}, {0xF8, 0xF0, 0x10000}};

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        uint32_t point = at[0] & (uint8_t)~rows[i].mask;

        if ((at[0] & rows[i].mask) != rows[i].lead)
            continue;
        if (i >= left)
            return 0;
        for (size_t k = 1; k <= i; k++) {
            if ((at[k] & 0xC0) != 0x80)
                return 0;
            point = point << 6 | (at[k] & 0x3FU);
        }
        if (point < rows[i].least || point > 0x10FFFF || (point >= 0xD800 && point <= 0xDFFF))
            return 0;
        return i + 1;
    }
    return 0;
}

int probe_is_topic(const uint8_t *text, size_t len)
{
    size_t at = 0;

    while (at < len) {
        size_t used = utf8_len(text + at, len - at);

        if (used == 0 || text[at] == '#' || text[at] == '+')
            return 0;
        at += used;
    }
    return len > 0;
}
