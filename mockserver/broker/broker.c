/* SPDX-License-Identifier: Apache-2.0 */
#include "internal.h"

#include <stdlib.h>

enum { FIRST_BUCKETS = 64, SCRATCH_MAX = 1 << 17, BACKLOG_MAX = INT32_MAX };

static const struct broker_guard nobody = {.connect = NULL};

struct broker *broker_new(const struct mqtt_settings *settings, const struct event_sink *sink)
{
    struct broker *b = calloc(1, sizeof(*b));

    if (b == NULL)
        return NULL;
    b->settings = settings;
    b->guard = &nobody;
    b->sink = sink;
    b->ready_tail = &b->ready;
    b->bucket_count = FIRST_BUCKETS;
    buf_init(&b->scratch, SCRATCH_MAX);
    b->buckets = calloc(FIRST_BUCKETS, sizeof(struct broker_client *));
    if (b->buckets != NULL && broker_tree_init(&b->tree) == ASSAY_OK)
        return b;
    broker_free(b);
    return NULL;
}

void broker_change_faults(struct broker *broker, const struct mqtt_fault *faults, size_t count)
{
    mqtt_fault_carry(broker->settings->faults, broker->settings->fault_count, faults, count,
                     &broker->faults);
}

void broker_set_guard(struct broker *broker, const struct broker_guard *guard, void *ctx)
{
    broker->guard = guard;
    broker->guard_ctx = ctx;
}

void broker_free(struct broker *broker)
{
    if (broker == NULL)
        return;
    broker_orders_done(broker);
    for (size_t i = 0; broker->buckets != NULL && i < broker->bucket_count; i++)
        while (broker->buckets[i] != NULL)
            broker_client_free(broker->buckets[i]);
    free(broker->buckets);
    broker_tree_done(&broker->tree);
    timers_done(&broker->timers);
    buf_done(&broker->scratch);
    free(broker);
}

void broker_ready(struct broker_conn *conn)
{
    struct broker *b = conn->broker;

    if (conn->is_ready)
        return;
    conn->is_ready = true;
    conn->next_ready = NULL;
    *b->ready_tail = conn;
    b->ready_tail = &conn->next_ready;
}

static struct broker_conn *take_first(struct broker *b)
{
    struct broker_conn *conn = b->ready;

    b->ready = conn->next_ready;
    if (b->ready == NULL)
        b->ready_tail = &b->ready;
    conn->is_ready = false;
    return conn;
}

static void not_ready(struct broker_conn *conn)
{
    struct broker *b = conn->broker;
    struct broker_conn **at = &b->ready;

    if (!conn->is_ready)
        return;
    while (*at != conn)
        at = &(*at)->next_ready;
    *at = conn->next_ready;
    if (*at == NULL)
        b->ready_tail = at;
    conn->is_ready = false;
}

static void set_now(struct broker *b, uint64_t now_ms)
{
    b->now_ms = now_ms;
    b->faults.now_ms = now_ms;
}

/* A fault may hold a packet back: its time is the connection's. */
static void watch_delayed(struct broker_conn *conn)
{
    uint64_t due_ms = mqtt_session_due_ms(conn->session);
    enum assay_status status = ASSAY_OK;

    if (due_ms == UINT64_MAX)
        timers_stop(&conn->broker->timers, &conn->delayed);
    else
        status = timers_start(&conn->broker->timers, &conn->delayed, due_ms);
    (void)status; /* no memory: the packet stays where it is */
}

static void delayed_is_due(struct timer *timer)
{
    struct broker_conn *conn = TIMER_OWNER(timer, struct broker_conn, delayed);
    enum assay_status status = mqtt_session_advance(conn->session, conn->broker->now_ms);

    (void)status; /* no memory: the packet is lost, as if it had been withheld */
    watch_delayed(conn);
    broker_ready(conn);
}

struct broker_conn *broker_conn_new(struct broker *broker, uint32_t id, void *owner)
{
    struct broker_conn *conn = calloc(1, sizeof(*conn));

    if (conn == NULL)
        return NULL;
    conn->broker = broker;
    conn->id = id;
    conn->owner = owner;
    conn->session = mqtt_session_new(broker->settings, broker->sink, id);
    if (conn->session == NULL) {
        free(conn);
        return NULL;
    }
    mqtt_session_attach(conn->session, &broker_host, conn);
    mqtt_session_share_faults(conn->session, &broker->faults);
    conn->delayed = (struct timer){.kind = BROKER_DELAYED};
    broker->conn_count++;
    return conn;
}

/* The client has no connection any more, whoever ended it. */
static void let_go(struct broker_conn *conn)
{
    struct broker_client *client = conn->client;

    conn->client = NULL;
    while (client != NULL && conn->fresh != NULL) { /* the answer ended the connection */
        conn->fresh->is_fresh = false;
        conn->fresh = conn->fresh->fresh_next;
    }
    if (client != NULL)
        broker_client_leave(client);
}

struct broker_conn *broker_next_ready(struct broker *broker)
{
    struct broker_conn *conn = broker->ready != NULL ? take_first(broker) : NULL;

    if (conn != NULL && broker->settings->fault_count > 0)
        watch_delayed(conn);
    return conn;
}

void broker_conn_free(struct broker_conn *conn, uint64_t now_ms)
{
    if (conn == NULL)
        return;
    set_now(conn->broker, now_ms);
    mqtt_session_end(conn->session);
    let_go(conn);
    not_ready(conn);
    timers_stop(&conn->broker->timers, &conn->delayed);
    mqtt_session_free(conn->session);
    conn->broker->conn_count--;
    free(conn);
}

struct broker_conn *broker_conn_named(const struct broker *broker, struct mqtt_view client_id)
{
    const struct broker_client *client = broker_client_find(broker, client_id);

    return client != NULL ? client->conn : NULL;
}

static enum assay_status settle(struct broker_conn *conn, enum assay_status status)
{
    broker_ready(conn);
    if (mqtt_session_wants_close(conn->session))
        let_go(conn);
    return status;
}

enum assay_status broker_conn_receive(struct broker_conn *conn, uint64_t now_ms, const void *data,
                                      size_t len)
{
    set_now(conn->broker, now_ms);
    return settle(conn, mqtt_session_receive(conn->session, data, len));
}

enum assay_status broker_conn_timed_out(struct broker_conn *conn, uint64_t now_ms)
{
    set_now(conn->broker, now_ms);
    return settle(conn, mqtt_session_timed_out(conn->session));
}

enum assay_status broker_conn_disconnect(struct broker_conn *conn, uint64_t now_ms, uint8_t reason)
{
    set_now(conn->broker, now_ms);
    return settle(conn, mqtt_session_disconnect(conn->session, reason));
}

void broker_conn_backlog(struct broker_conn *conn, uint64_t now_ms, size_t bytes)
{
    size_t before = conn->backlog;

    set_now(conn->broker, now_ms);
    conn->backlog = bytes < BACKLOG_MAX ? (uint32_t)bytes & BACKLOG_MAX : BACKLOG_MAX;
    if (bytes < before && conn->client != NULL)
        broker_pump(conn->client);
}

enum assay_status broker_publish(struct broker *broker, struct broker_conn *only, uint64_t now_ms,
                                 const struct broker_outgoing *message)
{
    const struct broker_message_parts parts = {.topic = message->topic,
                                               .payload = message->payload,
                                               .ticket = message->ticket,
                                               .qos = message->qos};
    struct broker_message *m = broker_message_new(&parts, now_ms);

    if (m == NULL)
        return ASSAY_ERR_NOMEM;
    set_now(broker, now_ms);
    if (only == NULL)
        (void)broker_route(broker, m, NULL); /* nobody wants it: that is how it is */
    else if (only->client != NULL)
        broker_deliver(only->client, m, &(struct broker_route_to){.qos = message->qos});
    broker_message_drop(m);
    return ASSAY_OK;
}

struct mqtt_session *broker_conn_session(const struct broker_conn *conn)
{
    return conn->session;
}

void *broker_conn_owner(const struct broker_conn *conn)
{
    return conn->owner;
}

uint64_t broker_due_ms(const struct broker *broker)
{
    const struct timer *first = timers_first(&broker->timers);

    return first != NULL ? first->due_ms : BROKER_NEVER;
}

static void fire(struct broker *b, struct timer *timer)
{
    static void (*const due[])(struct timer * timer) = {
        [BROKER_SESSION_END] = broker_session_is_over,
        [BROKER_WILL_DUE] = broker_will_is_due,
        [BROKER_DELAYED] = delayed_is_due,
        [BROKER_ORDER_DUE] = broker_order_is_due,
    };

    timers_stop(&b->timers, timer);
    due[timer->kind](timer);
}

void broker_advance(struct broker *broker, uint64_t now_ms)
{
    set_now(broker, now_ms);
    while (broker_due_ms(broker) <= now_ms)
        fire(broker, timers_first(&broker->timers));
}

struct broker_counts broker_counts(const struct broker *broker)
{
    return (struct broker_counts){
        .connections = broker->conn_count,
        .sessions = broker->client_count,
        .subscriptions = broker->sub_count,
        .retained = broker->tree.retained_count,
        .nodes = broker->tree.node_count,
    };
}
