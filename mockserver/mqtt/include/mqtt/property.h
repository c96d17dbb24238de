/* SPDX-License-Identifier: Apache-2.0 */
/* The properties of MQTT 5.0 (section 2.2.2.2): one table, a walker and an encoder. */
#ifndef MQTT_PROPERTY_H
#define MQTT_PROPERTY_H

#include "base/buf.h"
#include "mqtt/packet.h"

enum mqtt_property_type {
    MQTT_PROPERTY_BYTE,
    MQTT_PROPERTY_U16,
    MQTT_PROPERTY_U32,
    MQTT_PROPERTY_VARINT,
    MQTT_PROPERTY_BINARY,
    MQTT_PROPERTY_TEXT,
    MQTT_PROPERTY_PAIR
};

/* Packets in which a property may stand: bit n is packet type n, bit 0 the will of a CONNECT. */
enum { MQTT_IN_WILL = 0 };

enum mqtt_property_id {
    MQTT_PROP_PAYLOAD_FORMAT = 0x01,
    MQTT_PROP_MESSAGE_EXPIRY = 0x02,
    MQTT_PROP_CONTENT_TYPE = 0x03,
    MQTT_PROP_RESPONSE_TOPIC = 0x08,
    MQTT_PROP_CORRELATION_DATA = 0x09,
    MQTT_PROP_SUBSCRIPTION_ID = 0x0b,
    MQTT_PROP_SESSION_EXPIRY = 0x11,
    MQTT_PROP_ASSIGNED_CLIENT_ID = 0x12,
    MQTT_PROP_SERVER_KEEP_ALIVE = 0x13,
    MQTT_PROP_AUTH_METHOD = 0x15,
    MQTT_PROP_AUTH_DATA = 0x16,
    MQTT_PROP_REQUEST_PROBLEM_INFO = 0x17,
    MQTT_PROP_WILL_DELAY = 0x18,
    MQTT_PROP_REQUEST_RESPONSE_INFO = 0x19,
    MQTT_PROP_RESPONSE_INFO = 0x1a,
    MQTT_PROP_SERVER_REFERENCE = 0x1c,
    MQTT_PROP_REASON_STRING = 0x1f,
    MQTT_PROP_RECEIVE_MAXIMUM = 0x21,
    MQTT_PROP_TOPIC_ALIAS_MAXIMUM = 0x22,
    MQTT_PROP_TOPIC_ALIAS = 0x23,
    MQTT_PROP_MAXIMUM_QOS = 0x24,
    MQTT_PROP_RETAIN_AVAILABLE = 0x25,
    MQTT_PROP_USER_PROPERTY = 0x26,
    MQTT_PROP_MAXIMUM_PACKET_SIZE = 0x27,
    MQTT_PROP_WILDCARD_AVAILABLE = 0x28,
    MQTT_PROP_SUBSCRIPTION_ID_AVAILABLE = 0x29,
    MQTT_PROP_SHARED_AVAILABLE = 0x2a
};

struct mqtt_property_row {
    enum mqtt_property_id id;
    const char *name;
    enum mqtt_property_type type;
    uint32_t packets;  /* MQTT_IN(...) */
    uint32_t many;     /* those of them in which it may stand more than once */
    uint32_t min, max; /* of a number */
};

/* All of them in order of their id. */
extern const struct mqtt_property_row mqtt_property_rows[];
extern const size_t mqtt_property_row_count;

/* NULL: no such property. */
const struct mqtt_property_row *mqtt_property_find(uint32_t id);

struct mqtt_property {
    uint32_t id;
    uint32_t number;        /* byte, u16, u32, varint */
    struct mqtt_view text;  /* text, binary; of a pair the name */
    struct mqtt_view value; /* of a pair */
};

/* Walk properties from *at (0 at first). The end and what is no property give false. */
bool mqtt_property_next(struct mqtt_view properties, size_t *at, struct mqtt_property *ret);

/* The first property with this id. */
bool mqtt_property_get(struct mqtt_view properties, enum mqtt_property_id id,
                       struct mqtt_property *ret);

/*
 * Append one property in the encoding of its id; nothing is checked against packet or range.
 * @retval ASSAY_ERR_ARG    no such property
 * @retval ASSAY_ERR_LIMIT  a text over 65535 bytes, or past the buffer's maximum
 */
ASSAY_RESULT mqtt_property_add(struct buf *out, const struct mqtt_property *property);
ASSAY_RESULT mqtt_property_add_number(struct buf *out, enum mqtt_property_id id, uint32_t number);
ASSAY_RESULT mqtt_property_add_text(struct buf *out, enum mqtt_property_id id, const char *text);

#endif
