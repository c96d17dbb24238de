/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A service that a server passes for: who may connect, what may be published and subscribed, and
 * what the service itself answers on topics of its own. Sans-I/O: what connections say in, rulings,
 * messages and events out; the time is asked for.
 *
 * Events: face.accepted, face.refused with the rule, a sentence and the vendor's paper, face.remark
 * for what is tolerated, face.service for shadows, jobs, twins and configurations.
 */
#ifndef FACE_FACE_H
#define FACE_FACE_H

#include "base/buf.h"
#include "base/event.h"
#include "base/status.h"
#include "face/settings.h"
#include "mqtt/host.h"
#include "mqtt/packet.h"

struct face;
struct face_conn;

/*
 * settings are borrowed and must outlive it. Its events go nowhere until face_set_sink().
 * @param now_s  scenario time
 * @retval ASSAY_ERR_MALFORMED  a key, a certificate or a document of the settings; err says which
 */
ASSAY_RESULT face_new(const struct face_settings *settings, int64_t (*now_s)(void *ctx),
                      void *now_ctx, struct face **ret, struct assay_error *err);
/* Borrowed; face NULL: nothing happens. */
void face_set_sink(struct face *face, const struct event_sink *sink);
/* Connections have to be gone. NULL is allowed. */
void face_free(struct face *face);

/* What is known of a board below MQTT. Texts are borrowed for the call; "" where there is none. */
struct face_peer {
    bool has_server_name;
    const char *offered_protocols; /* of ALPN, with ", " between */
    const char *protocol;          /* that was agreed */
    const char *psk_identity;      /* NULL: none */
    bool has_certificate;
    const char *subject;
    const char *common_name;
    const char *sha1; /* lower-case hex */
    const char *sha256;
};

/* @param id  the number of the connection, for events. owner is the caller's. NULL: no memory. */
struct face_conn *face_conn_new(struct face *face, uint32_t id, void *owner);
void face_conn_free(struct face_conn *conn); /* NULL is allowed */
void *face_conn_owner(const struct face_conn *conn);

/*
 * The handshake is over; peer NULL: there was none, because the listener has no TLS.
 * @return false: the service closes the connection
 */
bool face_admit(struct face_conn *conn, const struct face_peer *peer);
/* The handshake failed: says why where the face knows. */
void face_handshake_failed(struct face_conn *conn, const struct face_peer *peer);

/*
 * A request to upgrade to a WebSocket that is good otherwise.
 * @param path     with its query
 * @param refusal  the whole answer is appended, where it is refused
 * @return false: it is refused
 */
bool face_upgrade(struct face_conn *conn, const char *path, const char *host, struct buf *refusal);

struct face_ruling {
    uint8_t reason; /* of 5.0; 0: allowed; MQTT_REASON_UNANSWERED: no answer */
    bool is_closed;
};

/* A sound CONNECT; ret as the host of a session fills it. */
void face_connect(struct face_conn *conn, const struct mqtt_connect *c, struct mqtt_welcome *ret);
void face_publish(struct face_conn *conn, const struct mqtt_packet *p, struct mqtt_view topic,
                  struct face_ruling *ret);
void face_subscribe(struct face_conn *conn, const struct mqtt_filter *f, struct face_ruling *ret);
/* A SUBSCRIBE was answered: what the service has for its filters may follow. */
void face_subscribed(struct face_conn *conn);
void face_unsubscribe(struct face_conn *conn, struct mqtt_view filter);
/* The board has acknowledged the message with this ticket. */
void face_delivered(struct face_conn *conn, uint32_t ticket);

/* What the service itself has to say, oldest first. */
struct face_message {
    char *topic; /* both owned: face_message_done() */
    char *payload;
    size_t payload_len;
    unsigned qos;
    struct face_conn *to; /* for this connection, subscribed or not; NULL: for who subscribed */
    uint32_t ticket;      /* for face_delivered(); 0: nobody asks */
};
bool face_take_message(struct face *face, struct face_message *ret);
void face_message_done(struct face_message *message);

/*
 * The service does something by itself: one sentence, "method reboot payload={}", as
 * docs/formats/faces.md has them. Messages and events say what came of it.
 * @retval ASSAY_ERR_UNSUPPORTED  the service has no such thing
 * @retval ASSAY_ERR_MALFORMED    the sentence; err says what would be right
 * @retval ASSAY_ERR_STATE        not now: the device is not there, or does not listen
 * @retval ASSAY_ERR_LIMIT        the service takes no more of them
 */
ASSAY_RESULT face_order(struct face *face, const char *sentence, struct assay_error *err);
/* The form of an order of a service's, "desired payload=JSON", from 0; NULL: it has no more. */
const char *face_order_form(enum face_kind kind, size_t index);
/* The settings are others now: orders that are new in them will be carried out. */
void face_changed(struct face *face);

/* Scenario time at which face_advance() is to be called; INT64_MAX: never. */
int64_t face_due_s(const struct face *face);
/* Time has passed: tokens and messages expire, calls are answered no more. */
void face_advance(struct face *face);
/* The owner of a connection that the service closes by itself, each once; NULL: none. */
void *face_take_closing(struct face *face);

#endif
