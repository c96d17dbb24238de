/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What stands behind a session: who keeps sessions, messages and subscriptions. A session without a
 * host serves its own board and delivers nothing. ctx is that of mqtt_session_attach(). None of the
 * functions is NULL, and none may free the session; a failure is one of the bench (memory).
 */
#ifndef MQTT_HOST_H
#define MQTT_HOST_H

#include "base/status.h"
#include "mqtt/fault.h"
#include "mqtt/packet.h"

enum { MQTT_ASSIGNED_ID_TEXT = 96 };

struct mqtt_session;

/* What a host makes of PUBACK, PUBREC or PUBCOMP. */
enum mqtt_answer {
    MQTT_ANSWER_UNKNOWN, /* nobody waits for this identifier */
    MQTT_ANSWER_KNOWN,
    MQTT_ANSWER_WRONG /* the message with it waits for another type of packet */
};

/* What a host makes of a CONNECT. */
struct mqtt_welcome {
    bool session_present;
    uint8_t refusal;      /* reason code of 5.0; 0: accepted */
    uint8_t return_code;  /* of a refusal in 3.1.1; */
    bool is_unanswered;   /* a refusal closes without a CONNACK */
    int64_t keep_alive_s; /* what the server makes of the client's; -1: as it is */
    char assigned_id[MQTT_ASSIGNED_ID_TEXT]; /* for a client that sent an empty identifier */
};

struct mqtt_host {
    /* A sound CONNECT that the settings accept. The answer follows it. */
    enum assay_status (*connect)(void *ctx, const struct mqtt_packet *p, struct mqtt_welcome *ret);
    /* CONNACK is on its way: what was left of an earlier connection may follow. */
    enum assay_status (*connected)(void *ctx);
    /*
     * A message to be passed on; of QoS 2 one to be kept until release() (5.0 section 4.3.3).
     * @param topic       with the topic alias resolved
     * @param ret_reason  for PUBACK or PUBREC of 5.0; 0x80 and above: not taken;
     *                    MQTT_REASON_UNANSWERED: neither is sent
     */
    enum assay_status (*publish)(void *ctx, const struct mqtt_packet *p, struct mqtt_view topic,
                                 uint8_t *ret_reason);
    enum assay_status (*release)(void *ctx, uint16_t packet_id);
    /* PUBACK, PUBREC or PUBCOMP. */
    enum assay_status (*acknowledged)(void *ctx, const struct mqtt_packet *p,
                                      enum mqtt_answer *ret);
    /* code: the code that is to be sent, to be changed where the host refuses;
     * MQTT_REASON_UNANSWERED: the whole SUBACK is left out. */
    enum assay_status (*subscribe)(void *ctx, const struct mqtt_filter *f, uint32_t subscription_id,
                                   uint8_t *code);
    enum assay_status (*unsubscribe)(void *ctx, struct mqtt_view filter, uint8_t *code);
    /* SUBACK is on its way: retained messages may follow. */
    enum assay_status (*subscribed)(void *ctx);
    /*
     * A message of the broker's own is due with this packet.
     * @param filter  what the packet subscribes to first; empty: it is no SUBSCRIBE
     */
    enum assay_status (*order)(void *ctx, const struct mqtt_fault *message,
                               struct mqtt_view filter);
    /* The client identifier of a connection that is accepted; empty: none, or nobody knows. */
    struct mqtt_view (*client)(void *ctx);
    /* A sound DISCONNECT. */
    enum assay_status (*disconnect)(void *ctx, const struct mqtt_packet *p);
};

#endif
