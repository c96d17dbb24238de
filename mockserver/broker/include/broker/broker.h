/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The broker behind MQTT sessions (3.1, 3.1.1 and 5.0): who is subscribed to what, what is
 * retained, what waits for whom, wills and their delays. Sans-I/O: bytes of connections in, bytes
 * and events out, and the time is told.
 *
 * What one connection sends may give others something to say: after every call that takes the time,
 * broker_next_ready() names them one after another.
 *
 * Memory: a connection that is not read keeps BROKER_OUTPUT_HIGH bytes, and mqtt.max_queued
 * messages or BROKER_QUEUE_BYTES of them; what comes on top is dropped, and mqtt.dropped says so.
 */
#ifndef BROKER_BROKER_H
#define BROKER_BROKER_H

#include "mqtt/session.h"

struct broker;
struct broker_conn;

enum {
    BROKER_OUTPUT_HIGH = 512 * 1024, /* unsent bytes of a connection: no more messages for it */
    BROKER_QUEUE_BYTES = 16 * 1024 * 1024, /* of messages that wait for a client */
    BROKER_LEVELS_MAX = 201,               /* of a topic name or filter; deeper ones are refused */
    BROKER_CLIENTS_MAX = 100000,           /* sessions, connected or not */
    BROKER_RETAINED_MAX = 100000
};
#define BROKER_NEVER UINT64_MAX

/* settings and sink are borrowed and must outlive it; sink may be NULL. NULL: no memory. */
struct broker *broker_new(const struct mqtt_settings *settings, const struct event_sink *sink);
/* Connections have to be gone. NULL is allowed. */
void broker_free(struct broker *broker);

/*
 * The faults of the settings are about to become these: what has been counted of one that stays
 * goes with it to its new place.
 */
void broker_change_faults(struct broker *broker, const struct mqtt_fault *faults, size_t count);

/*
 * Somebody beside the protocol who says what a client may do, as a cloud's policies do. Every
 * function is asked with the owner of the connection, and may be NULL.
 */
struct broker_ruling {
    uint8_t reason; /* for the answer; 0: allowed; MQTT_REASON_UNANSWERED: no answer is sent */
    bool is_closed; /* the connection ends; 5.0 is told the reason */
};
struct broker_guard {
    /* ret is as the host of a session fills it: mqtt/host.h. */
    void (*connect)(void *ctx, void *owner, const struct mqtt_packet *p, struct mqtt_welcome *ret);
    void (*publish)(void *ctx, void *owner, const struct mqtt_packet *p, struct mqtt_view topic,
                    struct broker_ruling *ret);
    void (*subscribe)(void *ctx, void *owner, const struct mqtt_filter *f,
                      struct broker_ruling *ret);
    /* A SUBSCRIBE was answered. */
    void (*subscribed)(void *ctx, void *owner);
    void (*unsubscribe)(void *ctx, void *owner, struct mqtt_view filter);
    /* A message with this ticket was acknowledged; it may have been sent on a connection before. */
    void (*delivered)(void *ctx, void *owner, uint32_t ticket);
};
/* Both are borrowed and must outlive the connections. */
void broker_set_guard(struct broker *broker, const struct broker_guard *guard, void *ctx);

/*
 * A connection. `owner` is the caller's, for broker_next_ready().
 * @param id  its number, for events
 * NULL: no memory.
 */
struct broker_conn *broker_conn_new(struct broker *broker, uint32_t id, void *owner);
/* The connection is gone: its will may be due. NULL is allowed. */
void broker_conn_free(struct broker_conn *conn, uint64_t now_ms);

/* The connection of a client identifier; NULL: it has none. */
struct broker_conn *broker_conn_named(const struct broker *broker, struct mqtt_view client_id);

/* As mqtt_session_receive() and mqtt_session_timed_out(). */
ASSAY_RESULT broker_conn_receive(struct broker_conn *conn, uint64_t now_ms, const void *data,
                                 size_t len);
ASSAY_RESULT broker_conn_timed_out(struct broker_conn *conn, uint64_t now_ms);
/* The server ends it: 5.0 is told the reason. */
ASSAY_RESULT broker_conn_disconnect(struct broker_conn *conn, uint64_t now_ms, uint8_t reason);
/* So many bytes that were taken from the output have not left yet; goes on where that allows. */
void broker_conn_backlog(struct broker_conn *conn, uint64_t now_ms, size_t bytes);

/* Borrowed: output, stage and what was agreed. */
struct mqtt_session *broker_conn_session(const struct broker_conn *conn);
void *broker_conn_owner(const struct broker_conn *conn);

/*
 * A message of the server's own, to everybody who subscribed to it, or to one connection whether it
 * did or not.
 * @param only  NULL: to everybody
 */
struct broker_outgoing {
    struct mqtt_view topic;
    struct mqtt_view payload;
    unsigned qos;
    uint32_t ticket; /* told to the guard when a client acknowledges it (QoS 1); 0: to nobody */
};
ASSAY_RESULT broker_publish(struct broker *broker, struct broker_conn *only, uint64_t now_ms,
                            const struct broker_outgoing *message);

/* A connection that has something to send or is to be closed; NULL: no more. */
struct broker_conn *broker_next_ready(struct broker *broker);

/* When broker_advance() is to be called next, in the caller's milliseconds; BROKER_NEVER. */
uint64_t broker_due_ms(const struct broker *broker);
/* Time has passed: delayed wills, sessions that expire. */
void broker_advance(struct broker *broker, uint64_t now_ms);

/* For tests and reports. */
struct broker_counts {
    size_t connections;
    size_t sessions; /* connected or not */
    size_t subscriptions;
    size_t retained;
    size_t nodes; /* of the topic tree */
};
struct broker_counts broker_counts(const struct broker *broker);

#endif
