/* SPDX-License-Identifier: Apache-2.0 */
/* CONNECT and CONNACK (3.1.1 and 5.0 sections 3.1 and 3.2). */
#include "codec.h"
#include "mqtt/encoder.h"
#include "mqtt/reason.h"
#include "mqtt/topic.h"

static const struct {
    uint8_t level;
    const char *name;
} protocols[] = {{MQTT_V31, "MQIsdp"}, {MQTT_V311, "MQTT"}, {MQTT_V5, "MQTT"}};

enum {
    PROTOCOLS = sizeof(protocols) / sizeof(protocols[0]),
    V31_CLIENT_ID_MAX = 23,
    RETURN_CODE_MAX = MQTT_RETURN_NOT_AUTHORIZED
};

static bool name_exists(struct mqtt_view name)
{
    for (size_t i = 0; i < PROTOCOLS; i++)
        if (mqtt_view_equal(name, mqtt_view_text(protocols[i].name)))
            return true;
    return false;
}

static enum assay_status take_protocol(struct mqtt_decode *d, struct mqtt_connect *c)
{
    ASSAY_TRY(mqtt_take_string(d, &c->protocol_name));
    if (!name_exists(c->protocol_name))
        return mqtt_broken(d, MQTT_RULE_PROTOCOL_NAME);
    ASSAY_TRY(mqtt_take_u8(d, &c->level));
    for (size_t i = 0; i < PROTOCOLS; i++) {
        if (c->level == protocols[i].level &&
            mqtt_view_equal(c->protocol_name, mqtt_view_text(protocols[i].name))) {
            d->version = (enum mqtt_version)c->level;
            return ASSAY_OK;
        }
    }
    return mqtt_broken(d, MQTT_RULE_PROTOCOL_LEVEL);
}

/* In 3.1 the remaining length goes before the flags: a text that is announced may be missing. */
static enum assay_status take_credential(struct mqtt_decode *d, bool announced,
                                         struct mqtt_view *ret)
{
    if (!announced || (d->version == MQTT_V31 && reader_left(&d->body) == 0))
        return ASSAY_OK;
    return mqtt_take_string(d, ret);
}

static enum assay_status take_payload(struct mqtt_decode *d, struct mqtt_connect *c)
{
    ASSAY_TRY(mqtt_take_string(d, &c->client_id));
    if ((c->flags & MQTT_CONNECT_WILL) != 0) {
        ASSAY_TRY(mqtt_take_raw_properties(d, &c->will_properties));
        ASSAY_TRY(mqtt_take_string(d, &c->will_topic));
        ASSAY_TRY(mqtt_take_string(d, &c->will_payload));
    }
    ASSAY_TRY(take_credential(d, (c->flags & MQTT_CONNECT_USERNAME) != 0, &c->username));
    ASSAY_TRY(take_credential(d, (c->flags & MQTT_CONNECT_PASSWORD) != 0, &c->password));
    return mqtt_take_end(d);
}

static enum assay_status check_flags(struct mqtt_decode *d, unsigned flags)
{
    unsigned will_qos = (flags & MQTT_CONNECT_WILL_QOS) >> 3;

    if ((flags & MQTT_CONNECT_RESERVED) != 0)
        return mqtt_broken(d, MQTT_RULE_CONNECT_RESERVED);
    if ((flags & MQTT_CONNECT_WILL) == 0) {
        if (will_qos != 0)
            return mqtt_broken(d, MQTT_RULE_WILL_QOS_WITHOUT);
        if ((flags & MQTT_CONNECT_WILL_RETAIN) != 0)
            return mqtt_broken(d, MQTT_RULE_WILL_RETAIN_WITHOUT);
    }
    if (will_qos == 3)
        return mqtt_broken(d, MQTT_RULE_WILL_QOS_3);
    if (d->version != MQTT_V5 && !d->lenient_password && (flags & MQTT_CONNECT_PASSWORD) != 0 &&
        (flags & MQTT_CONNECT_USERNAME) == 0)
        return mqtt_broken(d, MQTT_RULE_PASSWORD_WITHOUT_USER);
    return ASSAY_OK;
}

static enum assay_status check_client_id(struct mqtt_decode *d, const struct mqtt_connect *c)
{
    ASSAY_TRY(mqtt_check_utf8(d, c->client_id));
    if (d->version == MQTT_V31 && (c->client_id.len == 0 || c->client_id.len > V31_CLIENT_ID_MAX))
        return mqtt_broken(d, MQTT_RULE_CLIENT_ID_LENGTH);
    if (d->version == MQTT_V311 && c->client_id.len == 0 && (c->flags & MQTT_CONNECT_CLEAN) == 0)
        return mqtt_broken(d, MQTT_RULE_CLIENT_ID_EMPTY);
    return ASSAY_OK;
}

static enum assay_status check_will(struct mqtt_decode *d, const struct mqtt_connect *c)
{
    if (c->will_topic.data == NULL)
        return ASSAY_OK;
    ASSAY_TRY(mqtt_check_properties(d, 0, c->will_properties));
    ASSAY_TRY(mqtt_check_utf8(d, c->will_topic));
    if (c->will_topic.len == 0 || mqtt_topic_has_wildcard(c->will_topic))
        return mqtt_broken(d, MQTT_RULE_WILL_TOPIC);
    return ASSAY_OK;
}

/* First every field, then the rules: a CONNECT that breaks one has given its password away too. */
enum assay_status mqtt_connect_decode(struct mqtt_decode *d, struct mqtt_packet *packet)
{
    struct mqtt_connect *c = &packet->connect;

    ASSAY_TRY(take_protocol(d, c));
    ASSAY_TRY(mqtt_take_u8(d, &c->flags));
    ASSAY_TRY(mqtt_take_u16(d, &c->keep_alive_s));
    ASSAY_TRY(mqtt_take_raw_properties(d, &c->properties));
    ASSAY_TRY(take_payload(d, c));
    ASSAY_TRY(check_flags(d, c->flags));
    ASSAY_TRY(mqtt_check_properties(d, MQTT_CONNECT, c->properties));
    ASSAY_TRY(check_client_id(d, c));
    ASSAY_TRY(check_will(d, c));
    return mqtt_check_utf8(d, c->username);
}

enum assay_status mqtt_connect_encode(const struct mqtt_packet *packet, struct buf *out)
{
    const struct mqtt_connect *c = &packet->connect;

    ASSAY_TRY(mqtt_string_add(out, c->protocol_name));
    ASSAY_TRY(buf_add_char(out, (char)c->level));
    ASSAY_TRY(buf_add_char(out, (char)c->flags));
    ASSAY_TRY(mqtt_u16_add(out, c->keep_alive_s));
    ASSAY_TRY(mqtt_properties_add(out, c->properties));
    ASSAY_TRY(mqtt_string_add(out, c->client_id));
    ASSAY_TRY(mqtt_properties_add(out, c->will_properties));
    ASSAY_TRY(mqtt_string_add(out, c->will_topic));
    ASSAY_TRY(mqtt_string_add(out, c->will_payload));
    ASSAY_TRY(mqtt_string_add(out, c->username));
    return mqtt_string_add(out, c->password);
}

static bool code_exists(enum mqtt_version version, uint8_t code)
{
    return version == MQTT_V5 ? mqtt_reason_allowed(MQTT_CONNACK, code) : code <= RETURN_CODE_MAX;
}

enum assay_status mqtt_connack_decode(struct mqtt_decode *d, struct mqtt_packet *packet)
{
    struct mqtt_connack *c = &packet->connack;

    ASSAY_TRY(mqtt_take_u8(d, &c->flags));
    ASSAY_TRY(mqtt_take_u8(d, &c->code));
    ASSAY_TRY(mqtt_take_properties(d, &c->properties));
    ASSAY_TRY(mqtt_take_end(d));
    if (d->version != MQTT_V31 && (c->flags & ~1U) != 0)
        return mqtt_broken(d, MQTT_RULE_CONNACK_FLAGS);
    if (!code_exists(d->version, c->code))
        return mqtt_broken(d, MQTT_RULE_CONNACK_CODE);
    if (d->version != MQTT_V31 && c->code != 0 && (c->flags & 1U) != 0)
        return mqtt_broken(d, MQTT_RULE_CONNACK_PRESENT);
    return ASSAY_OK;
}

enum assay_status mqtt_connack_encode(const struct mqtt_packet *packet, struct buf *out)
{
    ASSAY_TRY(buf_add_char(out, (char)packet->connack.flags));
    ASSAY_TRY(buf_add_char(out, (char)packet->connack.code));
    return mqtt_properties_add(out, packet->connack.properties);
}
