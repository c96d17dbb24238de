/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One attempt: resolve, clock, tcp, tls, upgrade (of a WebSocket), mqtt or http, as a table of
 * phases that are polled. It knows nothing of the serial line; the core is told through two
 * callbacks. With the setting `stay` it keeps its session, and begins again after a wait when a
 * connection is lost.
 */
#ifndef PROBE_PROBE_ATTEMPT_H
#define PROBE_PROBE_ATTEMPT_H

#include "probe/probe_client.h"
#include "probe/probe_messages.h"
#include "probe/probe_platform.h"
#include "probe/probe_settings.h"
#include "probe/probe_web.h"

#include <stddef.h>
#include <stdint.h>

enum probe_phase {
    PROBE_PHASE_IDLE,
    PROBE_PHASE_RESOLVE,
    PROBE_PHASE_CLOCK,
    PROBE_PHASE_TCP,
    PROBE_PHASE_TLS,
    PROBE_PHASE_UPGRADE, /* only of a WebSocket */
    PROBE_PHASE_MQTT,
    PROBE_PHASE_WAIT, /* only after a connection that failed, and with `stay` */
    PROBE_PHASE_DONE,
    PROBE_PHASE_LISTEN, /* the only one of an attempt to be a server */
    PROBE_PHASE_HTTP,   /* in place of mqtt, for a board that is told to speak HTTP */
    PROBE_PHASE_COUNT
};

/* "resolve", ...; "idle" before the first attempt. */
const char *probe_phase_name(enum probe_phase phase);

/* What the mqtt phase does next. */
enum probe_mqtt_step {
    PROBE_MQTT_SEND_CONNECT,
    PROBE_MQTT_AWAIT_CONNACK,
    PROBE_MQTT_SEND_PUBLISH,
    PROBE_MQTT_AWAIT_PUBACK,
    PROBE_MQTT_SEND_DISCONNECT,
    PROBE_MQTT_FINISH,
    PROBE_MQTT_STEP_COUNT
};

struct probe_attempt_hooks {
    void *ctx;
    void (*phase)(void *ctx, enum probe_phase phase);
    void (*log)(void *ctx, const char *text);
    void (*listening)(void *ctx, uint16_t port);
    /* The SNTP server told the time. */
    void (*clock)(void *ctx, int64_t unix_s);
    int64_t (*now)(void *ctx);
    int64_t (*told)(void *ctx); /* now, as far as an SNTP server told it before; else 0 */
};

struct probe_attempt {
    const struct probe_platform *platform;
    const struct probe_tls *tls;
    const struct probe_settings *settings;
    const struct probe_slots *slots;
    struct probe_attempt_hooks hooks;
    enum probe_phase phase;
    uint8_t is_running;
    uint8_t is_entered; /* the phase began */
    uint8_t is_connected;
    uint8_t is_listening;
    uint8_t is_serving; /* a server, from its clock on */
    uint8_t wants_write;
    uint32_t started_ms;
    uint32_t phase_started_ms;
    uint32_t asked_ms; /* when the last datagram was sent */
    uint8_t server[4];
    uint16_t port; /* that the board listens at */
    uint64_t cookie;
    uint8_t message[PROBE_MQTT_MAX]; /* a query, or what is being sent */
    size_t message_len;
    size_t message_sent;
    uint8_t ack[PROBE_MQTT_ACK_LEN];
    size_t ack_len;
    enum probe_mqtt_step mqtt;
    uint8_t psk[PROBE_PSK_HEX_MAX / 2];
    size_t psk_len;
    struct probe_web web;
    const char *host; /* that it connects to: the setting, or moved_to */
    char moved_to[PROBE_CLIENT_HOST_MAX + 1];
    /* With `stay`. */
    struct probe_client client;
    struct probe_client_config client_config;
    uint32_t tries; /* that failed since the last good connection */
    uint32_t backoff_ms;
    struct probe_failure result; /* of the last attempt that ended; code PROBE_CODE_OK: it worked */
};

/* Everything is borrowed for the life of the attempt. */
void probe_attempt_init(struct probe_attempt *attempt, const struct probe_platform *platform,
                        const struct probe_tls *tls, const struct probe_settings *settings,
                        const struct probe_slots *slots, const struct probe_attempt_hooks *hooks);

void probe_attempt_start(struct probe_attempt *attempt);

/* ... to be a server, until probe_attempt_stop(), which is a success then. */
void probe_attempt_serve(struct probe_attempt *attempt);

/* Go as far as possible without waiting. @return 1 when it has just ended, with the result set */
int probe_attempt_step(struct probe_attempt *attempt);

/* End it now with this result. Does nothing when none runs. */
void probe_attempt_stop(struct probe_attempt *attempt, enum probe_code code, const char *text);

/* Milliseconds until it must be stepped even when nothing arrives; -1: never. */
int32_t probe_attempt_wait_ms(const struct probe_attempt *attempt);

#endif
