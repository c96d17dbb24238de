/* SPDX-License-Identifier: Apache-2.0 */
#include "internal.h"

#include "base/event_kinds.h"

void broker_emit_session(const struct broker_client *c, uint32_t conn, const char *state)
{
    struct event_builder e;

    event_begin(&e, c->broker->sink, "mqtt", EV_MQTT_SESSION, conn);
    event_text_len(&e, "client_id", c->id, c->id_len);
    event_text(&e, "state", state);
    event_int(&e, "subscriptions", (int64_t)c->sub_count);
    event_int(&e, "waiting", (int64_t)broker_waiting(c));
    event_emit(&e);
}

/* Readers of live events take texts as strings. */
static bool add_topic(struct broker *b, struct event_builder *e, const struct broker_message *m)
{
    struct mqtt_view topic = broker_message_topic(m);

    buf_clear(&b->scratch);
    if (buf_add(&b->scratch, topic.data, topic.len) != ASSAY_OK)
        return false;
    event_text_len(e, "topic", buf_text(&b->scratch), topic.len);
    return true;
}

static uint32_t conn_of(const struct broker_client *c)
{
    return c->conn != NULL ? c->conn->id : 0;
}

void broker_emit_will(struct broker_client *c, const struct broker_message *m)
{
    struct event_builder e;

    if (c->broker->sink == NULL)
        return;
    event_begin(&e, c->broker->sink, "mqtt", EV_MQTT_WILL, conn_of(c));
    event_text_len(&e, "client_id", c->id, c->id_len);
    if (!add_topic(c->broker, &e, m))
        return;
    event_int(&e, "qos", m->qos);
    event_bool(&e, "retain", m->retain);
    event_emit(&e);
}

void broker_emit_dropped(struct broker_client *c, const struct broker_message *m, const char *why)
{
    struct event_builder e;

    if (c->broker->sink == NULL)
        return;
    event_begin(&e, c->broker->sink, "mqtt", EV_MQTT_DROPPED, conn_of(c));
    event_text_len(&e, "client_id", c->id, c->id_len);
    if (!add_topic(c->broker, &e, m))
        return;
    event_text(&e, "why", why);
    event_emit(&e);
}

void broker_emit_order(struct broker *b, const struct broker_message *m)
{
    struct mqtt_view payload = broker_message_payload(m);
    struct event_builder e;

    if (b->sink == NULL)
        return;
    event_begin(&e, b->sink, "mqtt", EV_MQTT_MESSAGE, 0);
    if (!add_topic(b, &e, m))
        return;
    event_int(&e, "qos", m->qos);
    event_bool(&e, "retain", m->retain);
    event_bytes(&e, "payload", payload.data, payload.len);
    event_emit(&e);
}
