/* SPDX-License-Identifier: Apache-2.0 */
/* What sessions ask of the broker: mqtt/host.h. ctx is the connection. */
#include "internal.h"

#include "mqtt/property.h"
#include "mqtt/reason.h"
#include "mqtt/topic.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { RETAIN_HANDLING = 0x30, RETAIN_IF_NEW = 0x10, RETAIN_NEVER = 0x20, QOS = 0x03 };

static uint32_t number_of(struct mqtt_view properties, enum mqtt_property_id id, uint32_t otherwise)
{
    struct mqtt_property property;

    return mqtt_property_get(properties, id, &property) ? property.number : otherwise;
}

/* A second nameless client gets "-2" behind it, and so on. */
static void assign_id(const struct broker *b, char id[static MQTT_ASSIGNED_ID_TEXT])
{
    char first[MQTT_CLIENT_ID_TEXT];

    snprintf(first, sizeof(first), "%.*s", (int)sizeof(first) - 1, id);
    for (unsigned n = 2; broker_client_find(b, mqtt_view_text(id)) != NULL; n++)
        snprintf(id, MQTT_ASSIGNED_ID_TEXT, "%s-%u", first, n);
}

static bool has_habit(const struct broker *b, uint32_t habit)
{
    return (b->settings->habits & habit) != 0;
}

/* Another connection with this identifier ends ([MQTT-3.1.4-3]; 3.1.1 [MQTT-3.1.4-2]). */
static enum assay_status take_over(struct broker_client *c, bool clean)
{
    struct broker_conn *old = c->conn;
    enum assay_status status = mqtt_session_disconnect(old->session, MQTT_REASON_TAKEN_OVER);

    broker_emit_session(c, old->id, "taken over");
    if (c->expiry_s > 0 && !clean && has_habit(c->broker, MQTT_HABIT_TAKEOVER_KEEPS_WILL))
        broker_will_forget(c);
    old->client = NULL;
    broker_ready(old);
    broker_client_leave(c);
    return status;
}

static uint32_t expiry_of(const struct broker *b, const struct mqtt_connect *c)
{
    if (!b->settings->keep_sessions)
        return 0;
    if (c->level != MQTT_V5)
        return (c->flags & MQTT_CONNECT_CLEAN) != 0 ? 0 : UINT32_MAX;
    if (b->settings->session_expiry_s >= 0)
        return (uint32_t)b->settings->session_expiry_s;
    return number_of(c->properties, MQTT_PROP_SESSION_EXPIRY, 0);
}

static enum assay_status set_will(struct broker_client *client, const struct mqtt_connect *c)
{
    const struct broker_message_parts parts = {
        .topic = c->will_topic,
        .properties = c->will_properties,
        .payload = c->will_payload,
        .qos = (c->flags & MQTT_CONNECT_WILL_QOS) >> 3U,
        .retain = (c->flags & MQTT_CONNECT_WILL_RETAIN) != 0,
    };
    struct broker_after *after = NULL;

    broker_will_forget(client);
    if (c->will_topic.data == NULL)
        return ASSAY_OK;
    after = broker_after_of(client);
    if (after == NULL)
        return ASSAY_ERR_NOMEM;
    after->will_delay_s = number_of(c->will_properties, MQTT_PROP_WILL_DELAY, 0);
    after->will = broker_message_new(&parts, 0);
    return after->will != NULL ? ASSAY_OK : ASSAY_ERR_NOMEM;
}

/* The client of this CONNECT, a new one where there is none to be resumed. */
static enum assay_status client_for(struct broker *b, struct mqtt_view id, bool clean,
                                    bool *ret_present, struct broker_client **ret)
{
    struct broker_client *client = broker_client_find(b, id);

    if (client != NULL && client->conn != NULL) {
        ASSAY_TRY(take_over(client, clean));
        client = broker_client_find(b, id); /* its session may have ended with that */
    }
    if (client != NULL && has_habit(b, MQTT_HABIT_WILL_OUTLIVES_SESSION))
        broker_will_forget(client);
    if (client != NULL && client->is_over) {
        broker_client_free(client);
        client = NULL;
    }
    if (client != NULL && clean) {
        broker_client_end(client);
        client = NULL;
    }
    *ret_present = client != NULL;
    if (client == NULL)
        client = broker_client_new(b, id);
    if (client == NULL)
        return ASSAY_ERR_NOMEM;
    *ret = client;
    return ASSAY_OK;
}

static void attach(struct broker_conn *conn, struct broker_client *client)
{
    const struct mqtt_settings *settings = conn->broker->settings;
    struct mqtt_session_info info = mqtt_session_info(conn->session);

    conn->client = client;
    client->conn = conn;
    client->is_v5 = info.version == MQTT_V5;
    client->quota = (uint16_t)info.receive_maximum;
    if (settings->max_inflight < client->quota)
        client->quota = (uint16_t)settings->max_inflight;
    if (client->after == NULL)
        return;
    timers_stop(&conn->broker->timers, &client->after->session_end);
    timers_stop(&conn->broker->timers, &client->after->will_due);
}

/* Messages of QoS 2 that came on an earlier connection are still to be released on this one. */
static enum assay_status take_received_ids(struct broker_conn *conn,
                                           const struct broker_traffic *traffic)
{
    const struct broker_received *r = traffic != NULL ? traffic->received : NULL;

    for (; r != NULL; r = r->next)
        ASSAY_TRY(mqtt_session_take_id(conn->session, r->packet_id));
    return ASSAY_OK;
}

static enum assay_status on_connect(void *ctx, const struct mqtt_packet *p,
                                    struct mqtt_welcome *ret)
{
    struct broker_conn *conn = ctx;
    struct broker *b = conn->broker;
    const struct mqtt_connect *c = &p->connect;
    struct broker_client *client = NULL;
    bool present = false;

    if (b->client_count >= BROKER_CLIENTS_MAX) {
        ret->refusal = MQTT_REASON_QUOTA_EXCEEDED;
        return ASSAY_OK;
    }
    if (b->guard->connect != NULL)
        b->guard->connect(b->guard_ctx, conn->owner, p, ret);
    if (ret->refusal != 0)
        return ASSAY_OK;
    if (c->client_id.len == 0)
        assign_id(b, ret->assigned_id);
    ASSAY_TRY(client_for(b, c->client_id.len > 0 ? c->client_id : mqtt_view_text(ret->assigned_id),
                         (c->flags & MQTT_CONNECT_CLEAN) != 0, &present, &client));
    client->expiry_s = expiry_of(b, c);
    attach(conn, client);
    ret->session_present = present;
    broker_emit_session(client, conn->id, present ? "resumed" : "created");
    ASSAY_TRY(take_received_ids(conn, client->traffic));
    return set_will(client, c);
}

static enum assay_status on_connected(void *ctx)
{
    struct broker_conn *conn = ctx;

    if (conn->client != NULL)
        broker_pump(conn->client);
    return ASSAY_OK;
}

/* A message that is released: retained, then passed on. */
static enum assay_status pass_on(struct broker_conn *conn, struct broker_message *m,
                                 bool *ret_matched)
{
    struct broker *b = conn->broker;

    if (m->retain && (m->payload_len == 0 || b->tree.retained_count < BROKER_RETAINED_MAX))
        ASSAY_TRY(
            broker_tree_retain(&b->tree, broker_message_topic(m), m->payload_len > 0 ? m : NULL));
    *ret_matched = broker_route(b, m, conn->client);
    return ASSAY_OK;
}

static enum assay_status keep_until_released(struct broker_client *c, uint16_t packet_id,
                                             struct broker_message *m)
{
    struct broker_traffic *t = broker_traffic_of(c);
    struct broker_received *r = t != NULL ? malloc(sizeof(*r)) : NULL;

    if (r == NULL)
        return ASSAY_ERR_NOMEM;
    *r = (struct broker_received){t->received, broker_message_keep(m), packet_id};
    t->received = r;
    return ASSAY_OK;
}

/* As a rule nobody listens to what a board publishes: then nothing has to be kept of it. */
static bool is_for_nobody(const struct broker *b, const struct broker_message_parts *parts)
{
    return b->sub_count == 0 && !parts->retain && parts->qos < 2;
}

/* A message that came, and is not refused. */
static enum assay_status take_message(struct broker_conn *conn, uint16_t packet_id,
                                      const struct broker_message_parts *parts, bool *ret_matched)
{
    struct broker_message *m = NULL;
    enum assay_status status = ASSAY_OK;

    if (is_for_nobody(conn->broker, parts)) {
        *ret_matched = false;
        return ASSAY_OK;
    }
    m = broker_message_new(parts, conn->broker->now_ms);
    if (m == NULL)
        return ASSAY_ERR_NOMEM;
    if (parts->qos == 2)
        status = keep_until_released(conn->client, packet_id, m);
    else
        status = pass_on(conn, m, ret_matched);
    broker_message_drop(m);
    return status;
}

/* Is the message refused? */
static bool is_refused(struct broker_conn *conn, const struct mqtt_packet *p,
                       struct mqtt_view topic, struct broker_ruling *ret)
{
    const struct broker *b = conn->broker;

    if (b->guard->publish != NULL)
        b->guard->publish(b->guard_ctx, conn->owner, p, topic, ret);
    return ret->reason != MQTT_REASON_SUCCESS;
}

static enum assay_status on_publish(void *ctx, const struct mqtt_packet *p, struct mqtt_view topic,
                                    uint8_t *ret_reason)
{
    struct broker_conn *conn = ctx;
    const struct broker_message_parts parts = {
        .topic = topic,
        .properties = p->publish.properties,
        .payload = p->publish.payload,
        .qos = mqtt_publish_qos(p),
        .retain = mqtt_publish_retain(p),
    };
    bool matched = true;
    struct broker_ruling ruling = {0};

    if (conn->client == NULL)
        return ASSAY_OK;
    if (is_refused(conn, p, topic, &ruling)) {
        *ret_reason = ruling.reason;
        return ruling.is_closed ? mqtt_session_disconnect(conn->session, ruling.reason) : ASSAY_OK;
    }
    if (!broker_tree_takes(topic)) {
        *ret_reason = has_habit(conn->broker, MQTT_HABIT_DEEP_TOPICS_CLOSE)
                          ? MQTT_REASON_PROTOCOL_ERROR
                          : MQTT_REASON_BAD_TOPIC;
        return mqtt_session_disconnect(conn->session, *ret_reason);
    }
    ASSAY_TRY(take_message(conn, p->publish.packet_id, &parts, &matched));
    if (!matched && *ret_reason == MQTT_REASON_SUCCESS && conn->client->is_v5)
        *ret_reason = MQTT_REASON_NO_SUBSCRIBERS;
    return ASSAY_OK;
}

static enum assay_status on_release(void *ctx, uint16_t packet_id)
{
    struct broker_conn *conn = ctx;
    struct broker_traffic *t = conn->client != NULL ? conn->client->traffic : NULL;
    struct broker_received **at = t != NULL ? &t->received : NULL;
    struct broker_received *r = NULL;
    enum assay_status status = ASSAY_OK;
    bool matched = false;

    while (at != NULL && *at != NULL && (*at)->packet_id != packet_id)
        at = &(*at)->next;
    if (at == NULL || *at == NULL)
        return ASSAY_OK;
    r = *at;
    *at = r->next;
    status = pass_on(conn, r->message, &matched);
    broker_message_drop(r->message);
    free(r);
    return status;
}

static enum assay_status on_acknowledged(void *ctx, const struct mqtt_packet *p,
                                         enum mqtt_answer *ret)
{
    struct broker_conn *conn = ctx;

    if (conn->client == NULL)
        return ASSAY_OK;
    *ret = broker_acknowledged(conn->client, p->type, p->acknowledge.packet_id,
                               p->acknowledge.reason >= MQTT_REASON_FAILURE);
    broker_pump(conn->client);
    return ASSAY_OK;
}

static bool is_denied(const struct mqtt_settings *settings, struct mqtt_view filter)
{
    return settings->deny_subscribe[0] != '\0' &&
           mqtt_filter_matches(mqtt_view_text(settings->deny_subscribe), filter);
}

static bool has_wildcard(struct mqtt_view filter)
{
    return filter.len > 0 &&
           (memchr(filter.data, '+', filter.len) != NULL || memchr(filter.data, '#', filter.len));
}

static enum assay_status on_subscribe(void *ctx, const struct mqtt_filter *f,
                                      uint32_t subscription_id, uint8_t *code)
{
    struct broker_conn *conn = ctx;
    struct mqtt_filter granted = *f;
    struct broker_sub *sub = NULL;
    unsigned handling = f->options & RETAIN_HANDLING;
    const struct broker *b = conn->broker;
    struct broker_ruling ruling = {0};
    bool is_new = false;

    if (conn->client == NULL)
        return ASSAY_OK;
    if (b->guard->subscribe != NULL)
        b->guard->subscribe(b->guard_ctx, conn->owner, f, &ruling);
    if (ruling.reason != MQTT_REASON_SUCCESS) {
        *code = ruling.reason;
        return ruling.is_closed ? mqtt_session_disconnect(conn->session, ruling.reason) : ASSAY_OK;
    }
    if (!broker_tree_takes(f->filter)) {
        *code = MQTT_REASON_BAD_FILTER;
        return has_habit(conn->broker, MQTT_HABIT_DEEP_TOPICS_CLOSE)
                   ? mqtt_session_disconnect(conn->session, MQTT_REASON_MALFORMED)
                   : ASSAY_OK;
    }
    if (is_denied(conn->broker->settings, f->filter)) {
        *code = (uint8_t)conn->broker->settings->deny_code;
        return ASSAY_OK;
    }
    granted.options = (uint8_t)((f->options & ~(unsigned)QOS) | (*code & QOS));
    ASSAY_TRY(broker_subscribe(conn->client, &granted, subscription_id, &is_new, &sub));
    /* Nothing retained for shared subscriptions, nor where retain handling says so. */
    if (has_habit(b, MQTT_HABIT_RETAINED_EXACT) && has_wildcard(f->filter))
        return ASSAY_OK;
    if (sub->share != NULL || sub->is_fresh || handling == RETAIN_NEVER ||
        (handling == RETAIN_IF_NEW && !is_new))
        return ASSAY_OK;
    sub->is_fresh = true;
    sub->fresh_next = conn->fresh;
    conn->fresh = sub;
    return ASSAY_OK;
}

static enum assay_status on_unsubscribe(void *ctx, struct mqtt_view filter, uint8_t *code)
{
    struct broker_conn *conn = ctx;

    const struct broker *b = conn->broker;

    if (conn->client == NULL)
        return ASSAY_OK;
    if (!broker_unsubscribe(conn->client, filter))
        *code = MQTT_REASON_NO_SUBSCRIPTION;
    if (b->guard->unsubscribe != NULL)
        b->guard->unsubscribe(b->guard_ctx, conn->owner, filter);
    return ASSAY_OK;
}

struct retained_for {
    struct broker_conn *conn;
    const struct broker_sub *sub;
    struct mqtt_view ids;
};

static void on_retained(void *ctx, struct broker_node *node)
{
    const struct retained_for *f = ctx;
    struct broker_message *m = node->retained;
    unsigned granted = f->sub->options & QOS;
    const struct broker_route_to to = {
        .qos = granted < m->qos ? granted : m->qos, .retain = true, .ids = f->ids};

    if (broker_message_left_s(m, f->conn->broker->now_ms) > 0)
        broker_deliver(f->conn->client, m, &to);
}

/* From its end. */
enum assay_status broker_filter_of(const struct broker_node *node, struct buf *out)
{
    if (node->parent->parent != NULL) {
        ASSAY_TRY(broker_filter_of(node->parent, out));
        ASSAY_TRY(buf_add_char(out, '/'));
    }
    return buf_add(out, node->level, node->level_len);
}

static enum assay_status send_retained(struct broker_conn *conn, struct broker_sub *sub)
{
    enum { FILTER_MAX = 65536 };
    struct retained_for f = {.conn = conn, .sub = sub};
    struct buf filter;
    struct buf id;
    enum assay_status status = ASSAY_OK;

    buf_init(&filter, FILTER_MAX);
    buf_init(&id, 8);
    status = broker_filter_of(sub->node, &filter);
    if (status == ASSAY_OK && sub->id != 0)
        status = mqtt_property_add_number(&id, MQTT_PROP_SUBSCRIPTION_ID, sub->id);
    f.ids = mqtt_view_bytes(id.data, id.len);
    if (status == ASSAY_OK)
        broker_tree_retained(&conn->broker->tree, mqtt_view_bytes(buf_text(&filter), filter.len),
                             on_retained, &f);
    buf_done(&filter);
    buf_done(&id);
    return status;
}

static enum assay_status on_subscribed(void *ctx)
{
    struct broker_conn *conn = ctx;
    enum assay_status status = ASSAY_OK;
    struct broker_sub *in_order = NULL;

    while (conn->fresh != NULL) {
        struct broker_sub *sub = conn->fresh;

        conn->fresh = sub->fresh_next;
        sub->fresh_next = in_order;
        in_order = sub;
    }
    while (in_order != NULL) {
        struct broker_sub *sub = in_order;

        in_order = sub->fresh_next;
        sub->is_fresh = false;
        sub->fresh_next = NULL;
        if (status == ASSAY_OK && conn->client != NULL)
            status = send_retained(conn, sub);
    }
    if (conn->broker->guard->subscribed != NULL)
        conn->broker->guard->subscribed(conn->broker->guard_ctx, conn->owner);
    return status;
}

static enum assay_status on_disconnect(void *ctx, const struct mqtt_packet *p)
{
    struct broker_conn *conn = ctx;
    struct broker_client *client = conn->client;
    struct mqtt_property expiry;

    if (client == NULL)
        return ASSAY_OK;
    if (mqtt_property_get(p->disconnect.properties, MQTT_PROP_SESSION_EXPIRY, &expiry))
        client->expiry_s = expiry.number;
    if (!p->disconnect.has_reason || p->disconnect.reason == MQTT_REASON_SUCCESS)
        broker_will_forget(client); /* [MQTT-3.1.2-10], [MQTT-3.14.4-3] */
    return ASSAY_OK;
}

static enum assay_status on_order(void *ctx, const struct mqtt_fault *message,
                                  struct mqtt_view filter)
{
    return broker_order(ctx, message, filter);
}

static struct mqtt_view on_client(void *ctx)
{
    const struct broker_conn *conn = ctx;

    return conn->client != NULL ? mqtt_view_bytes(conn->client->id, conn->client->id_len)
                                : mqtt_view_empty();
}

const struct mqtt_host broker_host = {
    .client = on_client,
    .connect = on_connect,
    .connected = on_connected,
    .publish = on_publish,
    .release = on_release,
    .acknowledged = on_acknowledged,
    .subscribe = on_subscribe,
    .unsubscribe = on_unsubscribe,
    .subscribed = on_subscribed,
    .disconnect = on_disconnect,
    .order = on_order,
};
