/* SPDX-License-Identifier: Apache-2.0 */
/* Inside the probe: packets of the client that keeps its session, as bytes. */
#ifndef PROBE_CLIENT_PACKETS_H
#define PROBE_CLIENT_PACKETS_H

#include "probe/probe_client.h"

enum {
    PROBE_MQTT_V5 = 5,
    PROBE_TYPE_CONNECT = 0x10,
    PROBE_TYPE_CONNACK = 0x20,
    PROBE_TYPE_PUBLISH = 0x30,
    PROBE_TYPE_PUBACK = 0x40,
    PROBE_TYPE_PUBREC = 0x50,
    PROBE_TYPE_PUBREL = 0x62,
    PROBE_TYPE_PUBCOMP = 0x70,
    PROBE_TYPE_SUBSCRIBE = 0x82,
    PROBE_TYPE_SUBACK = 0x90,
    PROBE_TYPE_PINGREQ = 0xC0,
    PROBE_TYPE_PINGRESP = 0xD0,
    PROBE_TYPE_DISCONNECT = 0xE0
};

/* A text that is put together; what is not given is empty. */
enum { PROBE_PARTS = 5 };

struct probe_parts {
    struct probe_mqtt_text part[PROBE_PARTS];
};

/* Append to the output; 0: there is no room for it now, and nothing was appended. */
int probe_packet_connect(struct probe_client *c);
int probe_packet_subscribe(struct probe_client *c); /* to everything, in one packet */
int probe_packet_publish(struct probe_client *c, const struct probe_client_message *m);
/* With QoS 0. Where the broker takes no packet of that size, it is done by saying so. */
int probe_packet_publish_parts(struct probe_client *c, const struct probe_parts *topic,
                               const struct probe_parts *payload);
int probe_packet_ack(struct probe_client *c, unsigned type, uint16_t id);
int probe_packet_bare(struct probe_client *c, unsigned type); /* PINGREQ, DISCONNECT */

/* How many filters there are to subscribe to, and their bytes in SUBSCRIBE. */
size_t probe_packet_filters(const struct probe_client *c, size_t *ret_len);

/* Bytes of this PUBLISH on the wire. */
size_t probe_packet_publish_len(const struct probe_client *c, const struct probe_client_message *m);

/* A view of bytes that is read from its beginning. */
struct probe_bytes_left {
    const uint8_t *at;
    size_t len;
    int is_bad; /* something was read beyond the end */
};

unsigned probe_take_u8(struct probe_bytes_left *b);
unsigned probe_take_u16(struct probe_bytes_left *b);
uint32_t probe_take_u32(struct probe_bytes_left *b);
uint32_t probe_take_varint(struct probe_bytes_left *b);
/* So many bytes; is_bad when there are fewer. */
struct probe_bytes_left probe_take(struct probe_bytes_left *b, size_t len);

/* Of the properties of 5.0, those that concern a client like this. */
struct probe_properties {
    uint32_t keep_alive_s; /* UINT32_MAX: not there */
    uint32_t receive_maximum;
    uint32_t maximum_packet;
    const uint8_t *reference;
    size_t reference_len;
};

/* Read the properties, their length too. @return 0: malformed */
int probe_take_properties(struct probe_bytes_left *b, struct probe_properties *ret);

/* Is it a topic name: UTF-8, no NUL, no wildcard, not empty (3.1.1 and 5.0 section 4.7)? */
int probe_is_topic(const uint8_t *text, size_t len);

#endif
