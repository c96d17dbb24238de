/* SPDX-License-Identifier: Apache-2.0 */
#include "message.h"

#include "mqtt/property.h"

#include <stdlib.h>
#include <string.h>

/* What a server passes on unaltered ([MQTT-3.3.2-4], -15, -16, -17, -18, -20). */
static bool is_passed_on(uint32_t id)
{
    static const enum mqtt_property_id ids[] = {
        MQTT_PROP_PAYLOAD_FORMAT,   MQTT_PROP_CONTENT_TYPE,  MQTT_PROP_RESPONSE_TOPIC,
        MQTT_PROP_CORRELATION_DATA, MQTT_PROP_USER_PROPERTY,
    };

    for (size_t i = 0; i < sizeof(ids) / sizeof(ids[0]); i++)
        if ((uint32_t)ids[i] == id)
            return true;
    return false;
}

static size_t put(uint8_t *at, struct mqtt_view bytes)
{
    if (bytes.len > 0)
        memcpy(at, bytes.data, bytes.len);
    return bytes.len;
}

/* In the order in which they came. Returns their bytes. */
static uint32_t put_properties(uint8_t *to, struct mqtt_view properties)
{
    struct mqtt_property property;
    size_t at = 0;
    size_t start = 0;
    size_t used = 0;

    while (mqtt_property_next(properties, &at, &property)) {
        if (is_passed_on(property.id))
            used += put(to + used, mqtt_view_bytes(properties.data + start, at - start));
        start = at;
    }
    return (uint32_t)used;
}

struct broker_message *broker_message_new(const struct broker_message_parts *parts, uint64_t now_ms)
{
    size_t len = parts->topic.len + parts->properties.len + parts->payload.len;
    struct broker_message *m = malloc(sizeof(*m) + len);
    struct mqtt_property expiry;

    if (m == NULL)
        return NULL;
    *m = (struct broker_message){
        .refs = 1,
        .topic_len = (uint32_t)parts->topic.len,
        .payload_len = (uint32_t)parts->payload.len,
        .expires_ms = UINT64_MAX,
        .ticket = parts->ticket,
        .qos = (uint8_t)parts->qos,
        .retain = parts->retain,
    };
    if (mqtt_property_get(parts->properties, MQTT_PROP_MESSAGE_EXPIRY, &expiry))
        m->expires_ms = now_ms + (uint64_t)expiry.number * 1000;
    (void)put(m->bytes, parts->topic);
    if (parts->properties.len > 0)
        m->properties_len = put_properties(m->bytes + m->topic_len, parts->properties);
    (void)put(m->bytes + m->topic_len + m->properties_len, parts->payload);
    return m;
}

struct broker_message *broker_message_keep(struct broker_message *m)
{
    m->refs++;
    return m;
}

void broker_message_drop(struct broker_message *m)
{
    if (m != NULL && --m->refs == 0)
        free(m);
}

struct mqtt_view broker_message_topic(const struct broker_message *m)
{
    return mqtt_view_bytes(m->bytes, m->topic_len);
}

struct mqtt_view broker_message_properties(const struct broker_message *m)
{
    return mqtt_view_bytes(m->bytes + m->topic_len, m->properties_len);
}

struct mqtt_view broker_message_payload(const struct broker_message *m)
{
    return mqtt_view_bytes(m->bytes + m->topic_len + m->properties_len, m->payload_len);
}

uint32_t broker_message_left_s(const struct broker_message *m, uint64_t now_ms)
{
    if (m->expires_ms == UINT64_MAX)
        return UINT32_MAX;
    if (now_ms >= m->expires_ms)
        return 0;
    return (uint32_t)((m->expires_ms - now_ms - 1) / 1000 + 1);
}
