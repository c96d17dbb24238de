/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The server's side of one MQTT connection: bytes in, bytes and events out. It never waits and
 * knows no time; keep-alive is the caller's business, mqtt_session_info() says what was agreed.
 *
 * Events: mqtt.packet for every packet of both directions, mqtt.connect, mqtt.publish,
 * mqtt.violation and mqtt.closed. What a board gave away can be graded from them: the client id,
 * will topic or a topic (level 2), a payload (3), a user name or password (4).
 */
#ifndef MQTT_SESSION_H
#define MQTT_SESSION_H

#include "base/buf.h"
#include "base/event.h"
#include "base/status.h"
#include "mqtt/host.h"
#include "mqtt/packet.h"
#include "mqtt/rule.h"
#include "mqtt/settings.h"

struct mqtt_session;

/*
 * settings and sink are borrowed and must outlive the session; sink may be NULL.
 * @param conn  the number of the connection, for events
 * NULL: no memory.
 */
struct mqtt_session *mqtt_session_new(const struct mqtt_settings *settings,
                                      const struct event_sink *sink, uint32_t conn);

/* Put a host behind a new session; both are borrowed and must outlive it. */
void mqtt_session_attach(struct mqtt_session *session, const struct mqtt_host *host, void *ctx);

/* Count the faults of several connections together; borrowed. The owner sets its now_ms. */
void mqtt_session_share_faults(struct mqtt_session *session, struct mqtt_fault_state *state);
/* When the first delayed packet is to leave, in the milliseconds of the state; UINT64_MAX: none. */
uint64_t mqtt_session_due_ms(const struct mqtt_session *session);
ASSAY_RESULT mqtt_session_advance(struct mqtt_session *session, uint64_t now_ms);

/* The connection is gone: emits mqtt.closed (once). */
void mqtt_session_end(struct mqtt_session *session);
void mqtt_session_free(struct mqtt_session *session); /* ends it first; NULL is allowed */

/*
 * Bytes from the board, in any pieces. A board that breaks a rule is no error of this call: it is
 * an event, perhaps an answer, and a stage. Bytes after the end of the session are ignored.
 * @retval ASSAY_ERR_NOMEM
 * @retval ASSAY_ERR_LIMIT  the caller did not consume the output
 */
ASSAY_RESULT mqtt_session_receive(struct mqtt_session *session, const void *data, size_t len);

/*
 * Nothing came within one and a half times the keep alive: a broken rule like any other (5.0 is
 * answered with DISCONNECT). Does nothing unless the board is connected.
 */
ASSAY_RESULT mqtt_session_timed_out(struct mqtt_session *session);

/* What is to be sent; the caller consumes it. Borrowed. */
struct buf *mqtt_session_output(struct mqtt_session *session);

/* Send the output, then close the connection. */
bool mqtt_session_wants_close(const struct mqtt_session *session);

enum mqtt_stage {
    MQTT_STAGE_EXPECT_CONNECT, /* nothing complete has arrived */
    MQTT_STAGE_CONNECTED,      /* CONNECT was accepted (also when its CONNACK is withheld) */
    MQTT_STAGE_REFUSED,        /* CONNECT was refused */
    MQTT_STAGE_DISCONNECTED,   /* the board sent DISCONNECT */
    MQTT_STAGE_DROPPED,        /* the settings said: close */
    MQTT_STAGE_FAILED,         /* the board broke a rule */
    MQTT_STAGE_COUNT
};
enum mqtt_stage mqtt_session_stage(const struct mqtt_session *session);

struct mqtt_session_info {
    enum mqtt_version version;        /* of the CONNECT */
    uint32_t keep_alive_s;            /* as agreed (5.0: the server's own goes first); 0: none */
    uint32_t rx_packets;              /* complete packets from the board */
    uint32_t rx_publishes;            /* delivered messages (a QoS 2 message once) */
    uint32_t receive_maximum;         /* of the client: messages that may be under way to it */
    struct mqtt_violation *violation; /* the first one, the session's; NULL: none so far */
};
struct mqtt_session_info mqtt_session_info(const struct mqtt_session *session);

/* A message to the client. */
struct mqtt_delivery {
    struct mqtt_view topic;
    struct mqtt_view payload;
    struct mqtt_view properties;       /* encoded, those that are passed on as they came */
    struct mqtt_view subscription_ids; /* encoded as properties */
    bool has_expiry;
    uint32_t expiry_s; /* what is left of it */
    unsigned qos;
    bool retain;
    bool dup;
    uint16_t packet_id; /* with QoS 1 and 2 */
};

/*
 * Send a message to a connected client, in the words of its version, with a topic alias where it
 * takes one. Withheld counts as sent.
 * @param ret_sent  false: larger than the client takes ([MQTT-3.1.2-25]), to be dropped
 */
ASSAY_RESULT mqtt_session_deliver(struct mqtt_session *session, const struct mqtt_delivery *d,
                                  bool *ret_sent);
/* PUBREL again, after a connection was resumed. */
ASSAY_RESULT mqtt_session_release(struct mqtt_session *session, uint16_t packet_id);
/* A message of QoS 2 that the client sent before this connection is still to be released. */
ASSAY_RESULT mqtt_session_take_id(struct mqtt_session *session, uint16_t packet_id);
/* The server ends the connection; 5.0 is told why. Does nothing unless it is connected. */
ASSAY_RESULT mqtt_session_disconnect(struct mqtt_session *session, uint8_t reason);

#endif
