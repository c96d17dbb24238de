/* SPDX-License-Identifier: Apache-2.0 */
/*
 * MQTT control packets (3.1, 3.1.1 and 5.0) as structs. A packet describes its bytes completely:
 * the encoder derives nothing but lengths, so that any wrong packet can be expressed by its fields,
 * and what the decoder returns encodes to the same bytes again.
 *
 * Texts, payloads, properties and lists are views into somebody else's bytes. A view whose data is
 * NULL means that the field is not in the packet; an empty one that is there has data and len 0.
 */
#ifndef MQTT_PACKET_H
#define MQTT_PACKET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum mqtt_version { MQTT_VERSION_UNKNOWN = 0, MQTT_V31 = 3, MQTT_V311 = 4, MQTT_V5 = 5 };

/* X(constant, value, name, the flags that a packet of this type has to have; PUBLISH: any) */
#define MQTT_TYPE_MAP(X)                                                                           \
    X(MQTT_CONNECT, 1, "CONNECT", 0)                                                               \
    X(MQTT_CONNACK, 2, "CONNACK", 0)                                                               \
    X(MQTT_PUBLISH, 3, "PUBLISH", 0)                                                               \
    X(MQTT_PUBACK, 4, "PUBACK", 0)                                                                 \
    X(MQTT_PUBREC, 5, "PUBREC", 0)                                                                 \
    X(MQTT_PUBREL, 6, "PUBREL", 2)                                                                 \
    X(MQTT_PUBCOMP, 7, "PUBCOMP", 0)                                                               \
    X(MQTT_SUBSCRIBE, 8, "SUBSCRIBE", 2)                                                           \
    X(MQTT_SUBACK, 9, "SUBACK", 0)                                                                 \
    X(MQTT_UNSUBSCRIBE, 10, "UNSUBSCRIBE", 2)                                                      \
    X(MQTT_UNSUBACK, 11, "UNSUBACK", 0)                                                            \
    X(MQTT_PINGREQ, 12, "PINGREQ", 0)                                                              \
    X(MQTT_PINGRESP, 13, "PINGRESP", 0)                                                            \
    X(MQTT_DISCONNECT, 14, "DISCONNECT", 0)                                                        \
    X(MQTT_AUTH, 15, "AUTH", 0)

enum mqtt_type {
#define X(id, value, name, flags) id = value,
    MQTT_TYPE_MAP(X)
#undef X
};
enum { MQTT_TYPE_LIMIT = 16 };

/* Sets of packet types are words: bit n is type n. */
#define MQTT_IN(type) (UINT32_C(1) << (type))

struct mqtt_view {
    const uint8_t *data; /* borrowed; NULL: not in the packet */
    size_t len;
};

/* Views of a string constant, of bytes, and an empty field that is there. */
struct mqtt_view mqtt_view_text(const char *text); /* NULL: not in the packet */
struct mqtt_view mqtt_view_bytes(const void *data, size_t len);
struct mqtt_view mqtt_view_empty(void);
bool mqtt_view_equal(struct mqtt_view a, struct mqtt_view b);

/* Bits of the CONNECT flags. */
enum {
    MQTT_CONNECT_RESERVED = 0x01,
    MQTT_CONNECT_CLEAN = 0x02, /* clean session; 5.0: clean start */
    MQTT_CONNECT_WILL = 0x04,
    MQTT_CONNECT_WILL_QOS = 0x18, /* shifted by 3 */
    MQTT_CONNECT_WILL_RETAIN = 0x20,
    MQTT_CONNECT_PASSWORD = 0x40,
    MQTT_CONNECT_USERNAME = 0x80
};

/* Bits of the fixed header of PUBLISH. */
enum { MQTT_PUBLISH_RETAIN = 0x01, MQTT_PUBLISH_QOS = 0x06, MQTT_PUBLISH_DUP = 0x08 };

/*
 * properties, everywhere below: the encoded properties without their length, to be walked with
 * mqtt_property_next() and made with mqtt_property_add(). In 3.1 and 3.1.1 there are none.
 */
struct mqtt_connect {
    struct mqtt_view protocol_name;
    uint8_t level;
    uint8_t flags; /* MQTT_CONNECT_...; says nothing about which views below are there */
    uint16_t keep_alive_s;
    struct mqtt_view properties;
    struct mqtt_view client_id;
    struct mqtt_view will_properties;
    struct mqtt_view will_topic;
    struct mqtt_view will_payload;
    struct mqtt_view username;
    struct mqtt_view password;
};

struct mqtt_connack {
    uint8_t flags; /* bit 0: session present */
    uint8_t code;  /* 3.1.1: return code; 5.0: reason code */
    struct mqtt_view properties;
};

struct mqtt_publish {
    struct mqtt_view topic;
    bool has_packet_id;
    uint16_t packet_id;
    struct mqtt_view properties;
    struct mqtt_view payload;
};

/* PUBACK, PUBREC, PUBREL, PUBCOMP. */
struct mqtt_acknowledge {
    uint16_t packet_id;
    bool has_reason; /* 5.0: may be left out when 0 */
    uint8_t reason;
    struct mqtt_view properties; /* 5.0: may be left out when there are none */
};

/* SUBSCRIBE and UNSUBSCRIBE; the list is walked with mqtt_filter_next(). */
struct mqtt_subscribe {
    uint16_t packet_id;
    struct mqtt_view properties;
    struct mqtt_view filters; /* encoded: length, filter and, for SUBSCRIBE, one byte of options */
};

/* SUBACK and UNSUBACK (whose codes exist in 5.0 only). */
struct mqtt_suback {
    uint16_t packet_id;
    struct mqtt_view properties;
    struct mqtt_view codes; /* one byte each */
};

/* DISCONNECT and AUTH; in 3.1.1 neither field is there. */
struct mqtt_disconnect {
    bool has_reason;
    uint8_t reason;
    struct mqtt_view properties;
};

struct mqtt_packet {
    enum mqtt_type type;
    uint8_t flags; /* low half of the first byte */
    size_t size;   /* decoder: bytes on the wire, fixed header included */
    union {
        struct mqtt_connect connect;
        struct mqtt_connack connack;
        struct mqtt_publish publish;
        struct mqtt_acknowledge acknowledge;
        struct mqtt_subscribe subscribe;
        struct mqtt_suback suback;
        struct mqtt_disconnect disconnect;
    };
};

/* A packet of this type with its right flags and everything else zero or not there. */
struct mqtt_packet mqtt_packet_of(enum mqtt_type type);

/* "CONNECT", ...; "reserved" for 0 and what is no type. */
const char *mqtt_type_name(unsigned type);
/* The type of a name, or 0. */
unsigned mqtt_type_by_name(const char *name);
/* "3.1", "3.1.1", "5.0" or "unknown". */
const char *mqtt_version_name(enum mqtt_version version);

/* Of a PUBLISH. */
unsigned mqtt_publish_qos(const struct mqtt_packet *packet);
bool mqtt_publish_retain(const struct mqtt_packet *packet);
bool mqtt_publish_dup(const struct mqtt_packet *packet);
uint8_t mqtt_publish_flags(unsigned qos, bool retain, bool dup);

/* One entry of a SUBSCRIBE or UNSUBSCRIBE (options 0). */
struct mqtt_filter {
    struct mqtt_view filter;
    uint8_t options; /* bits 0-1: QoS; 5.0: no local, retain as published, retain handling */
};

/*
 * Walk the filters of a SUBSCRIBE or UNSUBSCRIBE from *at (0 at first). The end and what is no
 * filter give false.
 */
bool mqtt_filter_next(const struct mqtt_packet *packet, size_t *at, struct mqtt_filter *ret);

/* The packet identifier, where the packet has one. */
bool mqtt_packet_id(const struct mqtt_packet *packet, uint16_t *ret);

#endif
