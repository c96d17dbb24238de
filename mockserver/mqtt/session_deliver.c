/* SPDX-License-Identifier: Apache-2.0 */
/* What a host sends through a session (3.1.1 and 5.0 sections 3.3, 4.3, 4.4). */
#include "session_state.h"

#include "mqtt/encoder.h"
#include "mqtt/property.h"
#include "mqtt/reason.h"

#include <stdlib.h>
#include <string.h>

/* Properties of one message: what a client may have sent, and what is added to it. */
enum { PROPERTIES_MAX = MQTT_PACKET_LIMIT - 5 };

static bool same(const struct mqtt_alias *alias, struct mqtt_view topic)
{
    return alias->len == topic.len && memcmp(alias->topic, topic.data, topic.len) == 0;
}

/* 0: none. ret_known: the client knows the topic of it already. */
static uint32_t alias_of(struct mqtt_session *s, struct mqtt_view topic, bool *ret_known)
{
    struct mqtt_aliases *aliases = mqtt_aliases_of(s);
    struct mqtt_alias *next = NULL;

    if (aliases == NULL)
        return 0; /* a message without an alias is as good */
    for (uint16_t i = 0; i < aliases->tx_count; i++) {
        if (same(&aliases->tx[i], topic)) {
            *ret_known = true;
            return i + 1U;
        }
    }
    if (aliases->tx_count >= s->tx_alias_max || topic.len == 0)
        return 0;
    if (aliases->tx == NULL)
        aliases->tx = calloc(s->tx_alias_max, sizeof(*aliases->tx));
    if (aliases->tx == NULL)
        return 0;
    next = &aliases->tx[aliases->tx_count];
    next->topic = malloc(topic.len);
    if (next->topic == NULL)
        return 0;
    memcpy(next->topic, topic.data, topic.len);
    next->len = topic.len;
    return ++aliases->tx_count;
}

static uint16_t alias_count(const struct mqtt_session *s)
{
    return s->aliases != NULL ? s->aliases->tx_count : 0;
}

/* The client never saw the message that would have told it. */
static void forget_last_alias(struct mqtt_session *s)
{
    s->aliases->tx_count--;
    free(s->aliases->tx[s->aliases->tx_count].topic);
}

static enum assay_status add_properties(struct mqtt_session *s, const struct mqtt_delivery *d,
                                        struct mqtt_publish *p, struct buf *out)
{
    bool known = false;
    uint32_t alias = s->tx_alias_max > 0 ? alias_of(s, d->topic, &known) : 0;

    if (alias > 0)
        ASSAY_TRY(mqtt_property_add_number(out, MQTT_PROP_TOPIC_ALIAS, alias));
    if (known)
        p->topic = mqtt_view_empty();
    ASSAY_TRY(buf_add(out, d->properties.data, d->properties.len));
    if (d->has_expiry)
        ASSAY_TRY(mqtt_property_add_number(out, MQTT_PROP_MESSAGE_EXPIRY, d->expiry_s));
    return buf_add(out, d->subscription_ids.data, d->subscription_ids.len);
}

/* A bound from above of the packet's size on the wire. */
static size_t size_of(const struct mqtt_delivery *d, size_t properties)
{
    enum { HEADER = 5, TOPIC_AND_ID = 4, PROPERTY_LENGTH = 4 };

    return HEADER + TOPIC_AND_ID + PROPERTY_LENGTH + d->topic.len + properties + d->payload.len;
}

static size_t varint_size(size_t value)
{
    size_t bytes = 1;

    while (value >= 128) {
        value /= 128;
        bytes++;
    }
    return bytes;
}

static bool fits(const struct mqtt_session *s, const struct mqtt_packet *packet)
{
    const struct mqtt_publish *p = &packet->publish;
    size_t body = 2 + p->topic.len + (p->has_packet_id ? 2 : 0) + p->payload.len;

    if (s->info.version == MQTT_V5)
        body += varint_size(p->properties.len) + p->properties.len;
    return s->client_max_packet == 0 || 1 + varint_size(body) + body <= s->client_max_packet;
}

enum assay_status mqtt_session_deliver(struct mqtt_session *session, const struct mqtt_delivery *d,
                                       bool *ret_sent)
{
    struct mqtt_packet packet = mqtt_packet_of(MQTT_PUBLISH);
    struct mqtt_publish *p = &packet.publish;
    uint16_t aliases = alias_count(session);
    struct buf properties;
    bool sent = false;
    enum assay_status status = ASSAY_OK;

    packet.flags = mqtt_publish_flags(d->qos, d->retain, d->dup);
    p->topic = d->topic;
    p->payload = d->payload;
    p->has_packet_id = d->qos > 0;
    p->packet_id = d->packet_id;
    buf_init(&properties, PROPERTIES_MAX);
    if (session->info.version == MQTT_V5) {
        status = size_of(d, 0) < MQTT_PACKET_LIMIT ? add_properties(session, d, p, &properties)
                                                   : ASSAY_ERR_LIMIT;
        p->properties = mqtt_view_bytes(buf_text(&properties), properties.len);
    }
    if (status == ASSAY_OK) {
        *ret_sent = fits(session, &packet);
        if (*ret_sent)
            status = mqtt_session_send(session, &packet, &sent);
    }
    if (!sent && alias_count(session) > aliases)
        forget_last_alias(session);
    buf_done(&properties);
    return status;
}

enum assay_status mqtt_session_release(struct mqtt_session *session, uint16_t packet_id)
{
    struct mqtt_packet release = mqtt_packet_of(MQTT_PUBREL);

    release.acknowledge.packet_id = packet_id;
    return mqtt_session_send(session, &release, NULL);
}

enum assay_status mqtt_session_take_id(struct mqtt_session *session, uint16_t packet_id)
{
    return mqtt_id_take(&session->taken, packet_id);
}

enum assay_status mqtt_session_disconnect(struct mqtt_session *session, uint8_t reason)
{
    struct mqtt_packet goodbye = mqtt_packet_of(MQTT_DISCONNECT);

    if (session->stage != MQTT_STAGE_CONNECTED)
        return ASSAY_OK;
    mqtt_session_finish(session, MQTT_STAGE_DROPPED);
    if (session->info.version != MQTT_V5)
        return ASSAY_OK;
    goodbye.disconnect.has_reason = true;
    goodbye.disconnect.reason = reason;
    return mqtt_session_send(session, &goodbye, NULL);
}
