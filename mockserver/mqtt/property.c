/* SPDX-License-Identifier: Apache-2.0 */
#include "mqtt/property.h"

#include "codec.h"
#include "mqtt/decoder.h"
#include "mqtt/encoder.h"
#include "mqtt/topic.h"

enum {
    WILL = MQTT_IN(MQTT_IN_WILL),
    CONNECT = MQTT_IN(MQTT_CONNECT),
    CONNACK = MQTT_IN(MQTT_CONNACK),
    PUBLISH = MQTT_IN(MQTT_PUBLISH),
    ACKNOWLEDGE =
        MQTT_IN(MQTT_PUBACK) | MQTT_IN(MQTT_PUBREC) | MQTT_IN(MQTT_PUBREL) | MQTT_IN(MQTT_PUBCOMP),
    SUBSCRIBE = MQTT_IN(MQTT_SUBSCRIBE),
    UNSUBSCRIBE = MQTT_IN(MQTT_UNSUBSCRIBE),
    SUBACK = MQTT_IN(MQTT_SUBACK) | MQTT_IN(MQTT_UNSUBACK),
    DISCONNECT = MQTT_IN(MQTT_DISCONNECT),
    AUTH = MQTT_IN(MQTT_AUTH),
    EVERYWHERE = WILL | CONNECT | CONNACK | PUBLISH | ACKNOWLEDGE | SUBSCRIBE | UNSUBSCRIBE |
                 SUBACK | DISCONNECT | AUTH
};

#define U32_MAX    UINT32_C(0xffffffff)
#define VARINT_MAX UINT32_C(268435455)

#define ROW(id, name, type, packets, many, min, max)                                               \
    {                                                                                              \
        MQTT_PROP_##id, name, MQTT_PROPERTY_##type, packets, many, min, max                        \
    }

/* id, name, type, packets, packets in which it may repeat, smallest and largest number */
const struct mqtt_property_row mqtt_property_rows[] = {
    ROW(PAYLOAD_FORMAT, "Payload Format Indicator", BYTE, PUBLISH | WILL, 0, 0, 1),
    ROW(MESSAGE_EXPIRY, "Message Expiry Interval", U32, PUBLISH | WILL, 0, 0, U32_MAX),
    ROW(CONTENT_TYPE, "Content Type", TEXT, PUBLISH | WILL, 0, 0, 0),
    ROW(RESPONSE_TOPIC, "Response Topic", TEXT, PUBLISH | WILL, 0, 0, 0),
    ROW(CORRELATION_DATA, "Correlation Data", BINARY, PUBLISH | WILL, 0, 0, 0),
    ROW(SUBSCRIPTION_ID, "Subscription Identifier", VARINT, PUBLISH | SUBSCRIBE, PUBLISH, 1,
        VARINT_MAX),
    ROW(SESSION_EXPIRY, "Session Expiry Interval", U32, CONNECT | CONNACK | DISCONNECT, 0, 0,
        U32_MAX),
    ROW(ASSIGNED_CLIENT_ID, "Assigned Client Identifier", TEXT, CONNACK, 0, 0, 0),
    ROW(SERVER_KEEP_ALIVE, "Server Keep Alive", U16, CONNACK, 0, 0, 65535),
    ROW(AUTH_METHOD, "Authentication Method", TEXT, CONNECT | CONNACK | AUTH, 0, 0, 0),
    ROW(AUTH_DATA, "Authentication Data", BINARY, CONNECT | CONNACK | AUTH, 0, 0, 0),
    ROW(REQUEST_PROBLEM_INFO, "Request Problem Information", BYTE, CONNECT, 0, 0, 1),
    ROW(WILL_DELAY, "Will Delay Interval", U32, WILL, 0, 0, U32_MAX),
    ROW(REQUEST_RESPONSE_INFO, "Request Response Information", BYTE, CONNECT, 0, 0, 1),
    ROW(RESPONSE_INFO, "Response Information", TEXT, CONNACK, 0, 0, 0),
    ROW(SERVER_REFERENCE, "Server Reference", TEXT, CONNACK | DISCONNECT, 0, 0, 0),
    ROW(REASON_STRING, "Reason String", TEXT, CONNACK | ACKNOWLEDGE | SUBACK | DISCONNECT | AUTH, 0,
        0, 0),
    ROW(RECEIVE_MAXIMUM, "Receive Maximum", U16, CONNECT | CONNACK, 0, 1, 65535),
    ROW(TOPIC_ALIAS_MAXIMUM, "Topic Alias Maximum", U16, CONNECT | CONNACK, 0, 0, 65535),
    ROW(TOPIC_ALIAS, "Topic Alias", U16, PUBLISH, 0, 1, 65535),
    ROW(MAXIMUM_QOS, "Maximum QoS", BYTE, CONNACK, 0, 0, 1),
    ROW(RETAIN_AVAILABLE, "Retain Available", BYTE, CONNACK, 0, 0, 1),
    ROW(USER_PROPERTY, "User Property", PAIR, EVERYWHERE, EVERYWHERE, 0, 0),
    ROW(MAXIMUM_PACKET_SIZE, "Maximum Packet Size", U32, CONNECT | CONNACK, 0, 1, U32_MAX),
    ROW(WILDCARD_AVAILABLE, "Wildcard Subscription Available", BYTE, CONNACK, 0, 0, 1),
    ROW(SUBSCRIPTION_ID_AVAILABLE, "Subscription Identifiers Available", BYTE, CONNACK, 0, 0, 1),
    ROW(SHARED_AVAILABLE, "Shared Subscription Available", BYTE, CONNACK, 0, 0, 1),
};
const size_t mqtt_property_row_count = sizeof(mqtt_property_rows) / sizeof(mqtt_property_rows[0]);

const struct mqtt_property_row *mqtt_property_find(uint32_t id)
{
    for (size_t i = 0; i < mqtt_property_row_count; i++)
        if (mqtt_property_rows[i].id == id)
            return &mqtt_property_rows[i];
    return NULL;
}

/* Numbers, by how they are written. */
static enum assay_status read_byte(struct reader *r, struct mqtt_property *ret)
{
    uint8_t value = 0;

    ASSAY_TRY(reader_u8(r, &value));
    ret->number = value;
    return ASSAY_OK;
}

static enum assay_status read_u16(struct reader *r, struct mqtt_property *ret)
{
    uint16_t value = 0;

    ASSAY_TRY(reader_u16(r, &value));
    ret->number = value;
    return ASSAY_OK;
}

static enum assay_status read_u32(struct reader *r, struct mqtt_property *ret)
{
    return reader_u32(r, &ret->number);
}

static enum assay_status read_varint(struct reader *r, struct mqtt_property *ret)
{
    return mqtt_varint_read(r, &ret->number);
}

static enum assay_status read_string(struct reader *r, struct mqtt_property *ret)
{
    return mqtt_string_read(r, &ret->text);
}

static enum assay_status read_pair(struct reader *r, struct mqtt_property *ret)
{
    ASSAY_TRY(mqtt_string_read(r, &ret->text));
    return mqtt_string_read(r, &ret->value);
}

static enum assay_status add_byte(struct buf *out, const struct mqtt_property *property)
{
    return buf_add_char(out, (char)property->number);
}

static enum assay_status add_u16(struct buf *out, const struct mqtt_property *property)
{
    return mqtt_u16_add(out, (uint16_t)property->number);
}

static enum assay_status add_u32(struct buf *out, const struct mqtt_property *property)
{
    return mqtt_u32_add(out, property->number);
}

static enum assay_status add_varint(struct buf *out, const struct mqtt_property *property)
{
    return mqtt_varint_add(out, property->number, 0);
}

static enum assay_status add_string(struct buf *out, const struct mqtt_property *property)
{
    return mqtt_string_add(out, property->text);
}

static enum assay_status add_pair(struct buf *out, const struct mqtt_property *property)
{
    ASSAY_TRY(mqtt_string_add(out, property->text));
    return mqtt_string_add(out, property->value);
}

static const struct {
    enum assay_status (*read)(struct reader *r, struct mqtt_property *ret);
    enum assay_status (*add)(struct buf *out, const struct mqtt_property *property);
    bool number; /* has a range */
    bool utf8;   /* its texts are checked */
} forms[] = {
    [MQTT_PROPERTY_BYTE] = {read_byte, add_byte, true, false},
    [MQTT_PROPERTY_U16] = {read_u16, add_u16, true, false},
    [MQTT_PROPERTY_U32] = {read_u32, add_u32, true, false},
    [MQTT_PROPERTY_VARINT] = {read_varint, add_varint, true, false},
    [MQTT_PROPERTY_BINARY] = {read_string, add_string, false, false},
    [MQTT_PROPERTY_TEXT] = {read_string, add_string, false, true},
    [MQTT_PROPERTY_PAIR] = {read_pair, add_pair, false, true},
};

bool mqtt_property_next(struct mqtt_view properties, size_t *at, struct mqtt_property *ret)
{
    struct reader r = reader_over(properties.data, properties.len);
    struct mqtt_property found = {0};
    const struct mqtt_property_row *row = NULL;

    r.pos = *at < r.len ? *at : r.len;
    if (mqtt_varint_read(&r, &found.id) != ASSAY_OK)
        return false;
    row = mqtt_property_find(found.id);
    if (row == NULL || forms[row->type].read(&r, &found) != ASSAY_OK)
        return false;
    *at = r.pos;
    *ret = found;
    return true;
}

bool mqtt_property_get(struct mqtt_view properties, enum mqtt_property_id id,
                       struct mqtt_property *ret)
{
    struct mqtt_property found;
    size_t at = 0;

    if (properties.len == 0) /* as in every packet of 3.1.1 */
        return false;
    while (mqtt_property_next(properties, &at, &found)) {
        if (found.id == (uint32_t)id) {
            *ret = found;
            return true;
        }
    }
    return false;
}

enum assay_status mqtt_property_add(struct buf *out, const struct mqtt_property *property)
{
    const struct mqtt_property_row *row = mqtt_property_find(property->id);
    size_t start = out->len;
    enum assay_status status = ASSAY_ERR_ARG;

    if (row == NULL)
        return status;
    status = mqtt_varint_add(out, property->id, 0);
    if (status == ASSAY_OK)
        status = forms[row->type].add(out, property);
    if (status != ASSAY_OK)
        buf_truncate(out, start);
    return status;
}

enum assay_status mqtt_property_add_number(struct buf *out, enum mqtt_property_id id,
                                           uint32_t number)
{
    return mqtt_property_add(out, &(struct mqtt_property){.id = id, .number = number});
}

enum assay_status mqtt_property_add_text(struct buf *out, enum mqtt_property_id id,
                                         const char *text)
{
    return mqtt_property_add(out, &(struct mqtt_property){.id = id, .text = mqtt_view_text(text)});
}

static enum assay_status broken_in(struct mqtt_decode *d, enum mqtt_rule rule,
                                   const struct mqtt_property_row *row)
{
    mqtt_broken(d, rule);
    d->violation->detail = row->name;
    return ASSAY_ERR_MALFORMED;
}

/* Values beyond their range; two of them have a rule of their own. */
static enum assay_status check_value(struct mqtt_decode *d, const struct mqtt_property_row *row,
                                     const struct mqtt_property *property)
{
    if (forms[row->type].number && (property->number < row->min || property->number > row->max))
        return broken_in(
            d, row->id == MQTT_PROP_TOPIC_ALIAS ? MQTT_RULE_ALIAS_ZERO : MQTT_RULE_PROPERTY_VALUE,
            row);
    if (row->id == MQTT_PROP_RESPONSE_TOPIC && mqtt_topic_has_wildcard(property->text))
        return broken_in(d, MQTT_RULE_RESPONSE_TOPIC, row);
    if (!forms[row->type].utf8)
        return ASSAY_OK;
    if (mqtt_check_utf8(d, property->text) != ASSAY_OK ||
        mqtt_check_utf8(d, property->value) != ASSAY_OK) {
        d->violation->detail = row->name;
        return ASSAY_ERR_MALFORMED;
    }
    return ASSAY_OK;
}

static enum assay_status check_one(struct mqtt_decode *d, unsigned place, struct reader *r,
                                   uint64_t *seen)
{
    struct mqtt_property property = {0};
    const struct mqtt_property_row *row = NULL;
    enum assay_status status = mqtt_varint_read(r, &property.id);

    if (status == ASSAY_OK)
        row = mqtt_property_find(property.id);
    if (row == NULL)
        return mqtt_broken(d, status == ASSAY_ERR_TRUNCATED ? MQTT_RULE_PROPERTY_LENGTH
                                                            : MQTT_RULE_PROPERTY_UNKNOWN);
    if ((row->packets & MQTT_IN(place)) == 0)
        return broken_in(d, MQTT_RULE_PROPERTY_PLACE, row);
    status = forms[row->type].read(r, &property);
    if (status != ASSAY_OK)
        return broken_in(
            d, status == ASSAY_ERR_MALFORMED ? MQTT_RULE_VARINT : MQTT_RULE_PROPERTY_LENGTH, row);
    if ((row->many & MQTT_IN(place)) == 0 && (*seen & UINT64_C(1) << row->id) != 0)
        return broken_in(d, MQTT_RULE_PROPERTY_TWICE, row);
    *seen |= UINT64_C(1) << row->id;
    return check_value(d, row, &property);
}

enum assay_status mqtt_check_properties(struct mqtt_decode *d, unsigned place,
                                        struct mqtt_view properties)
{
    const uint64_t auth = UINT64_C(1) << MQTT_PROP_AUTH_METHOD;
    struct reader r = reader_over(properties.data, properties.len);
    uint64_t seen = 0;

    while (reader_left(&r) > 0)
        ASSAY_TRY(check_one(d, place, &r, &seen));
    if ((seen & UINT64_C(1) << MQTT_PROP_AUTH_DATA) != 0 && (seen & auth) == 0)
        return mqtt_broken(d, MQTT_RULE_AUTH_DATA);
    return ASSAY_OK;
}
