/* SPDX-License-Identifier: Apache-2.0 */
/* Inside the room: the state of a server session, and what its files call of each other. */
#ifndef MQTT_SESSION_STATE_H
#define MQTT_SESSION_STATE_H

#include "mqtt/decoder.h"
#include "mqtt/session.h"

/* A set of packet identifiers, small as a rule. */
struct mqtt_id_set {
    uint16_t *ids; /* owned, ascending */
    uint32_t count;
    uint32_t room;
};

struct mqtt_held;
struct mqtt_relay;

struct mqtt_alias {
    uint8_t *topic; /* owned */
    size_t len;
};

enum { MQTT_TX_ALIASES = 16 }; /* of ours, at most */

/* Those of both directions; of a session that has had one. */
struct mqtt_aliases {
    struct mqtt_alias *tx; /* tx_alias_max of them; made when needed */
    struct mqtt_alias *rx; /* by alias; rx_alias_max + 1; made when needed */
    uint16_t tx_count;
};

/* There may be ten thousand of them: large ones first, and narrow. */
struct mqtt_session {
    const struct mqtt_settings *settings; /* borrowed */
    const struct event_sink *sink;        /* borrowed; may be NULL */
    const struct mqtt_host *host;         /* borrowed; never NULL */
    void *host_ctx;
    struct mqtt_fault_state *faults; /* shared; owned where nobody shares; NULL: none */
    struct mqtt_held *held;          /* owned: packets that leave later, by their time */
    struct mqtt_relay *relay;        /* owned; NULL: no other broker behind this session */
    struct mqtt_aliases *aliases;    /* owned; NULL: none so far */
    struct mqtt_decoder decoder;
    struct buf output;
    struct mqtt_id_set taken; /* identifiers of the board whose exchange is not complete */
    struct mqtt_session_info info;
    uint32_t conn;
    uint32_t session_expiry_s;  /* of CONNECT (5.0) */
    uint32_t client_max_packet; /* of CONNECT (5.0); 0: any */
    uint32_t under_way;         /* taken ones of messages, for the receive maximum */
    uint16_t tx_alias_max;      /* how many topic aliases we use */
    uint16_t rx_alias_max;      /* of the board's aliases */
    uint8_t stage;              /* enum mqtt_stage */
    bool close : 1;
    bool ended : 1;
    bool talked_after_end : 1; /* reported once */
    bool auth_method : 1;      /* CONNECT named one (5.0) */
    bool no_problem_info : 1;  /* CONNECT asked for none (5.0) */
    bool owns_faults : 1;
};

/* Send a packet, unless it is withheld (ret_sent may be NULL). */
ASSAY_RESULT mqtt_session_send(struct mqtt_session *s, const struct mqtt_packet *packet,
                               bool *ret_sent);

/* The board broke a rule: event, answer of 5.0, close. */
ASSAY_RESULT mqtt_session_fail(struct mqtt_session *s, const struct mqtt_violation *violation);
ASSAY_RESULT mqtt_session_broken(struct mqtt_session *s, enum mqtt_rule rule, enum mqtt_type type);
void mqtt_session_finish(struct mqtt_session *s, enum mqtt_stage stage); /* and close */

/* Handlers: packets from the board. */
typedef enum assay_status (*mqtt_handler)(struct mqtt_session *s, const struct mqtt_packet *p);
ASSAY_RESULT mqtt_on_connect(struct mqtt_session *s, const struct mqtt_packet *p);
ASSAY_RESULT mqtt_on_publish(struct mqtt_session *s, const struct mqtt_packet *p);
/* An answer that was held back leaves: what it acknowledges is under way no more. */
void mqtt_acknowledged_late(struct mqtt_session *s, const struct mqtt_packet *answer);
ASSAY_RESULT mqtt_on_late_publish(struct mqtt_session *s, const struct mqtt_packet *p);
ASSAY_RESULT mqtt_on_acknowledged(struct mqtt_session *s, const struct mqtt_packet *p);
ASSAY_RESULT mqtt_on_pubrec(struct mqtt_session *s, const struct mqtt_packet *p);
ASSAY_RESULT mqtt_on_pubrel(struct mqtt_session *s, const struct mqtt_packet *p);
ASSAY_RESULT mqtt_on_subscribe(struct mqtt_session *s, const struct mqtt_packet *p);
ASSAY_RESULT mqtt_on_unsubscribe(struct mqtt_session *s, const struct mqtt_packet *p);
ASSAY_RESULT mqtt_on_pingreq(struct mqtt_session *s, const struct mqtt_packet *p);
ASSAY_RESULT mqtt_on_disconnect(struct mqtt_session *s, const struct mqtt_packet *p);
ASSAY_RESULT mqtt_on_auth(struct mqtt_session *s, const struct mqtt_packet *p);
ASSAY_RESULT mqtt_on_nothing(struct mqtt_session *s, const struct mqtt_packet *p);

/* A CONNECT that broke a rule: what may still be answered. */
ASSAY_RESULT mqtt_refuse_broken_connect(struct mqtt_session *s, const struct mqtt_packet *p,
                                        const struct mqtt_violation *violation);

extern const struct mqtt_host mqtt_nobody;

bool mqtt_id_taken(const struct mqtt_id_set *set, uint16_t id);
ASSAY_RESULT mqtt_id_take(struct mqtt_id_set *set, uint16_t id); /* nothing when it is taken */
void mqtt_id_give_back(struct mqtt_id_set *set, uint16_t id);

/* With a broker behind the session (mqtt/relay.h). */
void mqtt_relay_ask(const struct mqtt_session *s, const struct mqtt_packet *p,
                    struct mqtt_welcome *ret);
ASSAY_RESULT mqtt_relay_connect(struct mqtt_session *s, const struct mqtt_packet *p);
ASSAY_RESULT mqtt_relay_packet(struct mqtt_session *s, const struct mqtt_packet *p);
ASSAY_RESULT mqtt_relay_broken(struct mqtt_session *s); /* its packet broke a rule */
/* Bytes of the packet that is being read; dropped where it is not passed on. */
ASSAY_RESULT mqtt_relay_keep(struct mqtt_session *s, const uint8_t *data, size_t len);
void mqtt_relay_drop(struct mqtt_session *s);
void mqtt_relay_free(struct mqtt_session *s);

/* Topic aliases (5.0). */
ASSAY_RESULT mqtt_alias_set(struct mqtt_session *s, uint32_t alias, struct mqtt_view topic);
struct mqtt_view mqtt_alias_get(const struct mqtt_session *s, uint32_t alias);
void mqtt_alias_free(struct mqtt_session *s);
struct mqtt_aliases *mqtt_aliases_of(
    struct mqtt_session *s); /* made when needed; NULL: no memory */

/* Faults. ret_gone: the packet at start of the output was taken out of it. */
ASSAY_RESULT mqtt_faults_on_sent(struct mqtt_session *s, const struct mqtt_packet *packet,
                                 size_t start, bool *ret_gone);
/* ret_met: that was all for this packet. */
ASSAY_RESULT mqtt_faults_on_received(struct mqtt_session *s, const struct mqtt_packet *packet,
                                     bool *ret_met);
/* The broker's own messages that this packet, sent or received, brings about. */
ASSAY_RESULT mqtt_messages_with(struct mqtt_session *s, const struct mqtt_packet *packet);
/* Something was sent: what was to follow it does. */
ASSAY_RESULT mqtt_held_behind(struct mqtt_session *s);
void mqtt_held_free(struct mqtt_session *s);

/* Events. */
void mqtt_emit_fault(struct mqtt_session *s, const char *dir, const char *fault,
                     const struct mqtt_packet *packet);
ASSAY_RESULT mqtt_emit_packet(struct mqtt_session *s, const char *dir,
                              const struct mqtt_packet *packet);
ASSAY_RESULT mqtt_emit_connect(struct mqtt_session *s, const struct mqtt_packet *packet,
                               bool malformed);
ASSAY_RESULT mqtt_emit_publish(struct mqtt_session *s, const struct mqtt_packet *packet,
                               struct mqtt_view topic);
void mqtt_emit_withheld(struct mqtt_session *s, const struct mqtt_packet *packet);
void mqtt_emit_violation(struct mqtt_session *s, const struct mqtt_violation *violation);
void mqtt_emit_closed(struct mqtt_session *s);

#endif
