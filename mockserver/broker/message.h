/* SPDX-License-Identifier: Apache-2.0 */
/* Inside the room: a message, shared by all whom it waits for. */
#ifndef BROKER_MESSAGE_H
#define BROKER_MESSAGE_H

#include "base/status.h"
#include "mqtt/packet.h"

struct broker_message {
    uint32_t refs;
    uint32_t topic_len;
    uint32_t properties_len;
    uint32_t payload_len;
    uint64_t expires_ms; /* UINT64_MAX: never */
    uint32_t ticket;     /* of a guard, which hears of its acknowledgement; 0: none */
    uint8_t qos;
    bool retain;
    uint8_t bytes[]; /* topic, properties that are passed on, payload */
};

struct broker_message_parts {
    struct mqtt_view topic;
    struct mqtt_view properties; /* as they came */
    struct mqtt_view payload;
    uint32_t ticket;
    unsigned qos;
    bool retain;
};

/* A copy with one reference; NULL: no memory. */
struct broker_message *broker_message_new(const struct broker_message_parts *parts,
                                          uint64_t now_ms);
struct broker_message *broker_message_keep(struct broker_message *m);
void broker_message_drop(struct broker_message *m); /* NULL is allowed */

struct mqtt_view broker_message_topic(const struct broker_message *m);
struct mqtt_view broker_message_properties(const struct broker_message *m);
struct mqtt_view broker_message_payload(const struct broker_message *m);
/* Seconds until it expires, rounded up; 0: it has; UINT32_MAX: it never does. */
uint32_t broker_message_left_s(const struct broker_message *m, uint64_t now_ms);

#endif
