/* SPDX-License-Identifier: Apache-2.0 */
/* Inside the room: broker, client (the session of MQTT's papers) and connection. */
#ifndef BROKER_INTERNAL_H
#define BROKER_INTERNAL_H

#include "broker/broker.h"
#include "base/timers.h"
#include "tree.h"

enum broker_wait { BROKER_QUEUED, BROKER_WAIT_PUBACK, BROKER_WAIT_PUBREC, BROKER_WAIT_PUBCOMP };

/* A message for one client that is not completed. */
struct broker_delivery {
    struct broker_delivery *next;
    struct broker_message *message; /* owned reference */
    enum broker_wait wait;
    uint16_t packet_id;
    uint8_t qos;
    bool retain;
    bool is_sent;  /* on this connection */
    bool was_sent; /* on any: DUP is due */
    uint32_t ids_len;
    uint8_t ids[]; /* subscription identifiers, encoded as properties */
};

struct broker_list {
    struct broker_delivery *head;
    struct broker_delivery **tail; /* &head, or next of the last one */
    size_t count;
};

/* A message of QoS 2 from the client that waits for its PUBREL. */
struct broker_received {
    struct broker_received *next;
    struct broker_message *message; /* owned reference */
    uint16_t packet_id;
};

/* Messages to and from a client: of one that has subscribed, or that one was sent to or taken from.
 * There may be ten thousand clients that never had any. */
struct broker_traffic {
    struct broker_list inflight;
    struct broker_list queue;
    size_t queue_bytes; /* of the messages in it */
    size_t under_way;   /* of inflight, those that were sent on this connection */
    struct broker_received *received;
    uint64_t dropped; /* messages since the last event about it */
    /* The message that is being passed on. */
    uint64_t match_serial;
    struct broker_client *match_next;
    struct buf match_ids;
    uint8_t match_qos;
    bool match_retain; /* as published */
    uint16_t last_packet_id;
};

/* What is to come when the connection has gone: with a will, or a session that is kept. */
struct broker_after {
    struct broker_client *client;
    struct broker_message *will; /* NULL: none; expires_ms counts from its publication */
    uint32_t will_delay_s;
    struct timer session_end;
    struct timer will_due;
};

/* Most of an idle connection's are without what the two pointers lead to. */
struct broker_client {
    struct broker *broker;
    struct broker_client *bucket_next;
    struct broker_conn *conn; /* NULL: not connected */
    struct broker_sub *subs;
    struct broker_traffic *traffic; /* owned; NULL: none so far */
    struct broker_after *after;     /* owned; NULL: nothing */
    uint32_t expiry_s;              /* UINT32_MAX: never */
    uint32_t sub_count;
    uint16_t quota;
    bool is_v5;
    bool is_over; /* only its will is left, and waits */
    uint16_t id_len;
    char id[]; /* with a NUL */
};

/* What a timer of the broker is for, and whose it is. */
enum broker_timer { BROKER_SESSION_END, BROKER_WILL_DUE, BROKER_DELAYED, BROKER_ORDER_DUE };

struct broker_conn {
    struct broker *broker;
    struct mqtt_session *session;
    struct broker_client *client; /* NULL: before CONNECT, and after the end */
    struct broker_conn *next_ready;
    struct broker_sub *fresh; /* of the SUBSCRIBE under way */
    void *owner;
    struct timer delayed; /* runs where a fault holds packets back */
    uint32_t id;
    uint32_t backlog : 31; /* bytes */
    uint32_t is_ready : 1;
};

struct broker {
    const struct mqtt_settings *settings;
    const struct broker_guard *guard; /* never NULL */
    void *guard_ctx;
    const struct event_sink *sink;
    uint64_t now_ms;
    struct mqtt_fault_state faults;
    struct broker_order *orders; /* messages of the broker's own that are not due yet */
    struct broker_tree tree;
    struct timers timers;
    struct broker_client **buckets; /* owned; bucket_count is a power of two */
    size_t bucket_count;
    size_t client_count;
    size_t conn_count;
    size_t sub_count;
    struct broker_conn *ready;
    struct broker_conn **ready_tail;
    uint64_t match_serial;
    struct broker_client *matched;
    struct broker_client **matched_tail;
    struct buf scratch; /* texts of one event */
};

void broker_ready(struct broker_conn *conn);

/* clients.c: the table of clients, and how their connections come and go. */
struct broker_client *broker_client_find(const struct broker *b, struct mqtt_view id);
struct broker_client *broker_client_new(struct broker *b,
                                        struct mqtt_view id); /* NULL: no memory */
/* The session ends: its will is published, then everything is forgotten. */
void broker_client_end(struct broker_client *c);
/* Its connection is gone; c may be freed. */
void broker_client_leave(struct broker_client *c);
void broker_client_free(struct broker_client *c);
void broker_will_publish(struct broker_client *c);
/* Made when it is not there; NULL: no memory. */
struct broker_after *broker_after_of(struct broker_client *c);
void broker_will_forget(struct broker_client *c);
void broker_session_is_over(struct timer *timer);
void broker_will_is_due(struct timer *timer);

/* subscriptions.c */
ASSAY_RESULT broker_subscribe(struct broker_client *c, const struct mqtt_filter *f, uint32_t id,
                              bool *ret_is_new, struct broker_sub **ret);
bool broker_unsubscribe(struct broker_client *c, struct mqtt_view filter); /* false: was none */
void broker_unsubscribe_all(struct broker_client *c);
/* Pass a message on. source may be NULL. Returns whether anybody wants it. */
bool broker_route(struct broker *b, struct broker_message *m, const struct broker_client *source);

/* deliveries.c */
struct broker_route_to {
    unsigned qos; /* of the message after the subscription's */
    bool retain;
    struct mqtt_view ids;
};
void broker_deliver(struct broker_client *c, struct broker_message *m,
                    const struct broker_route_to *to);
/* Send what may be sent: first what was under way, then what waits. */
void broker_pump(struct broker_client *c);
/* PUBACK, PUBREC, PUBCOMP. */
enum mqtt_answer broker_acknowledged(struct broker_client *c, enum mqtt_type type,
                                     uint16_t packet_id, bool refused);
void broker_deliveries_pause(struct broker_client *c); /* the connection is gone */
/* Made when it is not there; NULL: no memory. */
struct broker_traffic *broker_traffic_of(struct broker_client *c);
void broker_traffic_free(struct broker_client *c);
size_t broker_waiting(const struct broker_client *c); /* messages that are not completed */

/* events.c */
void broker_emit_session(const struct broker_client *c, uint32_t conn, const char *state);
void broker_emit_will(struct broker_client *c, const struct broker_message *m);
void broker_emit_dropped(struct broker_client *c, const struct broker_message *m, const char *why);

void broker_emit_order(struct broker *b, const struct broker_message *m);

/* orders.c: a message of the broker's own is due, or falls due later (`by`). */
ASSAY_RESULT broker_order(struct broker_conn *conn, const struct mqtt_fault *message,
                          struct mqtt_view filter);
void broker_order_is_due(struct timer *timer);
void broker_orders_done(struct broker *b);

/* host.c */
/* The filter of a node, written to out. */
ASSAY_RESULT broker_filter_of(const struct broker_node *node, struct buf *out);
extern const struct mqtt_host broker_host;

#endif
