/* SPDX-License-Identifier: Apache-2.0 */
/* A session with another broker behind it; see mqtt/relay.h. */
#include "session_state.h"

#include "mqtt/decoder.h"
#include "mqtt/property.h"
#include "mqtt/reason.h"
#include "mqtt/relay.h"

#include <stdlib.h>

enum { UPSTREAM_MAX = 32 * 1024 * 1024, CODES_MAX = 65536 };

struct mqtt_relay {
    struct mqtt_decoder behind; /* packets of the broker */
    bool has_version;           /* the decoder knows which */
    struct buf raw;             /* of the board's packet that is being read */
    struct buf upstream;
    struct buf codes;     /* of a SUBACK that is rewritten */
    bool is_over;         /* nothing follows what is in upstream */
    uint32_t close_after; /* the answer after which the settings say: close; 0: none */
    uint16_t close_after_id;
    void (*gate)(void *ctx, const struct mqtt_packet *p, struct mqtt_welcome *ret); /* NULL: none */
    void *gate_ctx;
};

enum assay_status mqtt_session_relay(struct mqtt_session *session)
{
    struct mqtt_relay *relay = calloc(1, sizeof(*relay));

    if (relay == NULL)
        return ASSAY_ERR_NOMEM;
    buf_init(&relay->raw, UPSTREAM_MAX);
    buf_init(&relay->upstream, UPSTREAM_MAX);
    buf_init(&relay->codes, CODES_MAX);
    session->relay = relay;
    return ASSAY_OK;
}

void mqtt_session_relay_gate(struct mqtt_session *session,
                             void (*connect)(void *ctx, const struct mqtt_packet *p,
                                             struct mqtt_welcome *ret),
                             void *ctx)
{
    session->relay->gate = connect;
    session->relay->gate_ctx = ctx;
}

void mqtt_relay_ask(const struct mqtt_session *s, const struct mqtt_packet *p,
                    struct mqtt_welcome *ret)
{
    if (s->relay->gate != NULL)
        s->relay->gate(s->relay->gate_ctx, p, ret);
}

void mqtt_relay_free(struct mqtt_session *s)
{
    if (s->relay == NULL)
        return;
    if (s->relay->has_version)
        mqtt_decoder_done(&s->relay->behind);
    buf_done(&s->relay->raw);
    buf_done(&s->relay->upstream);
    buf_done(&s->relay->codes);
    free(s->relay);
    s->relay = NULL;
}

struct buf *mqtt_session_upstream(struct mqtt_session *session)
{
    return &session->relay->upstream;
}

bool mqtt_session_upstream_ended(const struct mqtt_session *session)
{
    return session->relay->is_over;
}

enum assay_status mqtt_relay_keep(struct mqtt_session *s, const uint8_t *data, size_t len)
{
    return buf_add(&s->relay->raw, data, len);
}

void mqtt_relay_drop(struct mqtt_session *s)
{
    if (s->relay != NULL)
        buf_clear(&s->relay->raw);
}

/* The board's packet, as it came. */
static enum assay_status pass(struct mqtt_relay *relay)
{
    enum assay_status status = buf_add(&relay->upstream, relay->raw.data, relay->raw.len);

    buf_clear(&relay->raw);
    return status;
}

/* The answers to a CONNECT whose level nobody knows are those of 3.1.1. */
static void expect_answers(struct mqtt_session *s)
{
    struct mqtt_relay *relay = s->relay;

    if (relay->has_version)
        return;
    relay->has_version = true;
    mqtt_decoder_init(&relay->behind,
                      s->info.version != MQTT_VERSION_UNKNOWN ? s->info.version : MQTT_V311,
                      MQTT_PACKET_LIMIT);
}

enum assay_status mqtt_relay_broken(struct mqtt_session *s)
{
    expect_answers(s);
    s->stage = MQTT_STAGE_FAILED;
    s->relay->is_over = true;
    return pass(s->relay);
}

/* ---- from the board ---- */

/* What answers a packet of the board's; 0: nothing does. */
static enum mqtt_type answer_to(const struct mqtt_packet *p)
{
    static const enum mqtt_type answers[MQTT_TYPE_LIMIT] = {
        [MQTT_CONNECT] = MQTT_CONNACK,      [MQTT_PUBREC] = MQTT_PUBREL,
        [MQTT_PUBREL] = MQTT_PUBCOMP,       [MQTT_SUBSCRIBE] = MQTT_SUBACK,
        [MQTT_UNSUBSCRIBE] = MQTT_UNSUBACK, [MQTT_PINGREQ] = MQTT_PINGRESP,
    };
    static const enum mqtt_type of_publish[] = {0, MQTT_PUBACK, MQTT_PUBREC, 0};

    return p->type == MQTT_PUBLISH ? of_publish[mqtt_publish_qos(p)] : answers[p->type];
}

/* close_after: when the packet is answered, or at once where nothing answers it. */
static void close_when_answered(struct mqtt_session *s, const struct mqtt_packet *p)
{
    struct mqtt_relay *relay = s->relay;
    enum mqtt_type answer = answer_to(p);

    if ((s->settings->close_after & MQTT_IN(p->type)) == 0 || s->close)
        return;
    if (answer == 0) {
        mqtt_session_finish(s, MQTT_STAGE_DROPPED);
        return;
    }
    relay->close_after = answer;
    relay->close_after_id = 0;
    (void)mqtt_packet_id(p, &relay->close_after_id); /* none: 0, and so has the answer */
}

enum assay_status mqtt_relay_connect(struct mqtt_session *s, const struct mqtt_packet *p)
{
    expect_answers(s);
    s->client_max_packet = 0; /* the broker's to keep */
    s->stage = MQTT_STAGE_CONNECTED;
    close_when_answered(s, p);
    return pass(s->relay);
}

/* The topic that is meant, as far as the alias tells it. */
static enum assay_status topic_of(struct mqtt_session *s, const struct mqtt_publish *p,
                                  struct mqtt_view *ret)
{
    struct mqtt_property alias;
    struct mqtt_view known = {0};

    *ret = p->topic;
    if (!mqtt_property_get(p->properties, MQTT_PROP_TOPIC_ALIAS, &alias) || alias.number == 0 ||
        alias.number > s->rx_alias_max)
        return ASSAY_OK;
    if (p->topic.len > 0)
        return mqtt_alias_set(s, alias.number, p->topic);
    known = mqtt_alias_get(s, alias.number);
    if (known.data != NULL)
        *ret = known;
    return ASSAY_OK;
}

/* A message of QoS 2 counts once, however often it is sent until it is complete. */
static enum assay_status note_publish(struct mqtt_session *s, const struct mqtt_packet *p)
{
    struct mqtt_view topic = {0};

    ASSAY_TRY(topic_of(s, &p->publish, &topic));
    if (mqtt_publish_qos(p) == 2) {
        if (mqtt_id_taken(&s->taken, p->publish.packet_id))
            return ASSAY_OK;
        ASSAY_TRY(mqtt_id_take(&s->taken, p->publish.packet_id));
    }
    s->info.rx_publishes++;
    return mqtt_emit_publish(s, p, topic);
}

enum assay_status mqtt_relay_packet(struct mqtt_session *s, const struct mqtt_packet *p)
{
    if (p->type == MQTT_PUBLISH)
        ASSAY_TRY(note_publish(s, p));
    close_when_answered(s, p);
    if (p->type == MQTT_DISCONNECT) {
        mqtt_session_finish(s, MQTT_STAGE_DISCONNECTED);
        s->relay->is_over = true;
    }
    return pass(s->relay);
}

/* ---- from the broker ---- */

static enum assay_status rewrite_codes(struct mqtt_session *s, struct mqtt_packet *p)
{
    struct buf *codes = &s->relay->codes;
    size_t count = p->suback.codes.len;

    buf_clear(codes);
    for (size_t i = 0; i < count; i++)
        ASSAY_TRY(buf_add_char(codes, (char)s->settings->suback_code));
    p->suback.codes = mqtt_view_bytes(codes->data, codes->len);
    return ASSAY_OK;
}

/* What the settings say of an answer, whatever the broker says. */
static enum assay_status rewrite(struct mqtt_session *s, struct mqtt_packet *p)
{
    const struct mqtt_settings *set = s->settings;

    if (p->type == MQTT_CONNACK && set->session_present && p->connack.code == 0 &&
        s->info.version != MQTT_V31)
        p->connack.flags |= 1;
    if (p->type == MQTT_SUBACK && set->suback_code >= 0)
        return rewrite_codes(s, p);
    if ((p->type == MQTT_PUBACK || p->type == MQTT_PUBREC) && set->puback_code != 0 &&
        s->info.version == MQTT_V5) {
        p->acknowledge.has_reason = true;
        p->acknowledge.reason = (uint8_t)set->puback_code;
    }
    return ASSAY_OK;
}

static void note_connack(struct mqtt_session *s, const struct mqtt_connack *c)
{
    struct mqtt_property alias;

    if (c->code != 0 && !s->close)
        mqtt_session_finish(s, s->stage == MQTT_STAGE_FAILED ? s->stage : MQTT_STAGE_REFUSED);
    if (mqtt_property_get(c->properties, MQTT_PROP_TOPIC_ALIAS_MAXIMUM, &alias) &&
        (s->aliases == NULL || s->aliases->rx == NULL))
        s->rx_alias_max = (uint16_t)alias.number; /* two bytes in the packet */
}

/* What follows from an answer that has left, or would have. */
static void note_answer(struct mqtt_session *s, const struct mqtt_packet *p)
{
    struct mqtt_relay *relay = s->relay;
    uint16_t id = 0;
    bool is_complete = p->type == MQTT_PUBCOMP ||
                       (p->type == MQTT_PUBREC && p->acknowledge.reason >= MQTT_REASON_FAILURE);

    (void)mqtt_packet_id(p, &id); /* none: 0 */
    if (p->type == MQTT_CONNACK)
        note_connack(s, &p->connack);
    if (is_complete)
        mqtt_id_give_back(&s->taken, id);
    if (s->close)
        return;
    if (p->type == MQTT_DISCONNECT)
        mqtt_session_left(s);
    else if (relay->close_after == p->type && relay->close_after_id == id)
        mqtt_session_finish(s, MQTT_STAGE_DROPPED);
}

enum assay_status mqtt_session_answered(struct mqtt_session *session, const void *data, size_t len,
                                        struct mqtt_violation *ret_violation)
{
    struct reader input = reader_over(data, len);
    struct mqtt_packet packet;

    expect_answers(session);
    while (reader_left(&input) > 0 && !session->close) {
        enum assay_status status =
            mqtt_decoder_next(&session->relay->behind, &input, &packet, ret_violation);

        if (status == ASSAY_ERR_TRUNCATED)
            return ASSAY_OK;
        ASSAY_TRY(status);
        ASSAY_TRY(rewrite(session, &packet));
        ASSAY_TRY(mqtt_session_send(session, &packet, NULL));
        note_answer(session, &packet);
    }
    return ASSAY_OK;
}

void mqtt_session_left(struct mqtt_session *session)
{
    if (!session->close)
        mqtt_session_finish(session, session->stage == MQTT_STAGE_FAILED ? MQTT_STAGE_FAILED
                                                                         : MQTT_STAGE_DROPPED);
}
