/* SPDX-License-Identifier: Apache-2.0 */
/* The broker's own messages (`mqtt.messages`): to the topic that a board listens to, now or later.
 */
#include "internal.h"

#include <stdlib.h>
#include <string.h>

enum { TOPIC_MAX = 65535, PAYLOAD_MAX = 1 << 20 };

struct broker_order {
    struct broker_order *next;
    struct broker *broker;
    struct broker_message *message; /* owned reference */
    struct timer timer;
};

/* A filter is no topic: wildcards become a level that they stand for. */
static enum assay_status topic_of(struct mqtt_view filter, struct buf *out)
{
    for (size_t i = 0; i < filter.len; i++) {
        char c = (char)filter.data[i];

        ASSAY_TRY(c == '+' || c == '#' ? buf_add_text(out, "bench") : buf_add_char(out, c));
    }
    return ASSAY_OK;
}

/* What the sentence names, else what this packet subscribes to, else what the client has. */
static enum assay_status choose_topic(const struct broker_conn *conn,
                                      const struct mqtt_fault *message, struct mqtt_view filter,
                                      struct buf *out)
{
    if (message->topic[0] != '\0')
        return buf_add_text(out, message->topic);
    if (filter.len > 0)
        return topic_of(filter, out);
    if (conn->client == NULL || conn->client->subs == NULL)
        return ASSAY_OK;
    {
        struct buf known;
        enum assay_status status = ASSAY_OK;

        buf_init(&known, TOPIC_MAX);
        status = broker_filter_of(conn->client->subs->node, &known);
        if (status == ASSAY_OK)
            status = topic_of(mqtt_view_bytes(known.data, known.len), out);
        buf_done(&known);
        return status;
    }
}

/* The payload, and behind it dots up to the length that is asked for. */
static enum assay_status make_payload(const struct mqtt_fault *message, struct buf *out)
{
    ASSAY_TRY(buf_add_text(out, message->payload));
    while (out->len < message->bytes)
        ASSAY_TRY(buf_add_char(out, '.'));
    return ASSAY_OK;
}

static void publish(struct broker *b, struct broker_message *m)
{
    enum assay_status status = ASSAY_OK;

    broker_emit_order(b, m);
    if (m->retain)
        status =
            broker_tree_retain(&b->tree, broker_message_topic(m), m->payload_len > 0 ? m : NULL);
    (void)status; /* no memory: the message is not retained */
    (void)broker_route(b, m, NULL);
}

static void unlink_order(struct broker_order *order)
{
    struct broker_order **at = &order->broker->orders;

    while (*at != NULL && *at != order)
        at = &(*at)->next;
    if (*at != NULL)
        *at = order->next;
}

static void free_order(struct broker_order *order)
{
    timers_stop(&order->broker->timers, &order->timer);
    broker_message_drop(order->message);
    free(order);
}

void broker_order_is_due(struct timer *timer)
{
    struct broker_order *order = TIMER_OWNER(timer, struct broker_order, timer);

    unlink_order(order);
    publish(order->broker, order->message);
    free_order(order);
}

static enum assay_status put_off(struct broker *b, struct broker_message *m, uint32_t after_ms)
{
    struct broker_order *order = calloc(1, sizeof(*order));

    if (order == NULL)
        return ASSAY_ERR_NOMEM;
    order->broker = b;
    order->message = broker_message_keep(m);
    order->timer = (struct timer){.kind = BROKER_ORDER_DUE};
    order->next = b->orders;
    b->orders = order;
    return timers_start(&b->timers, &order->timer, b->now_ms + after_ms);
}

static enum assay_status publish_to(struct broker_conn *conn, const struct mqtt_fault *message,
                                    const struct buf *topic, const struct buf *payload)
{
    const struct broker_message_parts parts = {
        .topic = mqtt_view_bytes(topic->data, topic->len),
        .payload = mqtt_view_bytes(payload->data, payload->len),
        .qos = message->qos,
        .retain = message->retain != 0,
    };
    struct broker_message *m = NULL;
    enum assay_status status = ASSAY_OK;

    if (topic->len == 0)
        return ASSAY_OK; /* nobody has said yet what it listens to */
    m = broker_message_new(&parts, conn->broker->now_ms);
    if (m == NULL)
        return ASSAY_ERR_NOMEM;
    if (message->by > 0)
        status = put_off(conn->broker, m, message->by);
    else
        publish(conn->broker, m);
    broker_message_drop(m);
    return status;
}

enum assay_status broker_order(struct broker_conn *conn, const struct mqtt_fault *message,
                               struct mqtt_view filter)
{
    struct buf topic;
    struct buf payload;
    enum assay_status status = ASSAY_OK;

    buf_init(&topic, TOPIC_MAX);
    buf_init(&payload, PAYLOAD_MAX);
    status = choose_topic(conn, message, filter, &topic);
    if (status == ASSAY_OK)
        status = make_payload(message, &payload);
    if (status == ASSAY_OK)
        status = publish_to(conn, message, &topic, &payload);
    buf_done(&topic);
    buf_done(&payload);
    return status;
}

void broker_orders_done(struct broker *b)
{
    while (b->orders != NULL) {
        struct broker_order *order = b->orders;

        b->orders = order->next;
        free_order(order);
    }
}
