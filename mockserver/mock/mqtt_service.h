/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The broker on a listener: its connections over those of a net, with or without TLS, with or
 * without WebSocket frames, and the timer for what happens without anybody sending anything.
 */
#ifndef MOCK_MQTT_SERVICE_H
#define MOCK_MQTT_SERVICE_H

#include "base/event.h"
#include "behind.h"
#include "broker/broker.h"
#include "faced.h"
#include "net/net.h"
#include "websocket/websocket.h"

struct secured_tls;

struct mqtt_service {
    const struct event_sink *sink;              /* borrowed */
    struct secured_tls *tls;                    /* borrowed; NULL: plain */
    struct broker *broker;                      /* borrowed */
    struct behind *behind;                      /* borrowed; in its place; NULL: none */
    size_t write_bytes;                         /* of one piece of what is sent; 0: all of it */
    struct faced faced;                         /* with a face: who may do what */
    const struct websocket_settings *websocket; /* borrowed; NULL: MQTT without frames */
    int64_t (*now_s)(void *ctx);                /* scenario time; asked for a face only */
    void *now_ctx;
    bool has_timer;
    uv_timer_t timer;
};

/* Fill the functions of a service whose ctx is a struct mqtt_service. */
void mqtt_service_functions(const char *name, struct net_service *ret);

/* For behind_open(): what its links tell the connections of this service. */
extern const struct behind_events mqtt_service_behind_events;

/* The clock was set, or the face has something to say that no packet has brought about. */
void mqtt_service_wake(struct mqtt_service *service);

/* The connection of a client identifier; NULL: there is none, or a mosquitto has it. */
struct net_conn *mqtt_service_find(const struct mqtt_service *service, const char *client_id);
/* The server ends one of its connections: 5.0 is told that it is an administrator's doing. */
void mqtt_service_end(struct mqtt_service *service, struct net_conn *conn);

/* Before and after its connections; the loop has to turn once more after the end. */
void mqtt_service_start(struct mqtt_service *service, uv_loop_t *loop);
void mqtt_service_stop(struct mqtt_service *service);

#endif
