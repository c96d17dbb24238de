/* SPDX-License-Identifier: Apache-2.0 */
/* The session as a state machine: stage x packet type -> handler, or the rule that is broken. */
#include "session_state.h"

#include "mqtt/encoder.h"
#include "mqtt/reason.h"

#include <stdlib.h>

/* Many answers may pile up behind one call of receive(); a caller that never drains is told. */
enum { OUTPUT_MAX = 4 * 1024 * 1024 };

struct cell {
    mqtt_handler handle; /* NULL: the rule is broken */
    enum mqtt_rule rule;
};

#define NO(rule)                                                                                   \
    {                                                                                              \
        NULL, rule                                                                                 \
    }

/* A stage without a row takes no more packets. */
static const struct cell cells[MQTT_STAGE_COUNT][MQTT_TYPE_LIMIT] =
    {
        [MQTT_STAGE_EXPECT_CONNECT] =
            {
                [MQTT_CONNECT] = {mqtt_on_connect, 0},
            },
        [MQTT_STAGE_CONNECTED] =
            {
                [MQTT_CONNECT] = NO(MQTT_RULE_CONNECT_TWICE),
                [MQTT_CONNACK] = NO(MQTT_RULE_DIRECTION),
                [MQTT_PUBLISH] = {mqtt_on_publish, 0},
                [MQTT_PUBACK] = {mqtt_on_acknowledged, 0},
                [MQTT_PUBREC] = {mqtt_on_pubrec, 0},
                [MQTT_PUBREL] = {mqtt_on_pubrel, 0},
                [MQTT_PUBCOMP] = {mqtt_on_acknowledged, 0},
                [MQTT_SUBSCRIBE] = {mqtt_on_subscribe, 0},
                [MQTT_SUBACK] = NO(MQTT_RULE_DIRECTION),
                [MQTT_UNSUBSCRIBE] = {mqtt_on_unsubscribe, 0},
                [MQTT_UNSUBACK] = NO(MQTT_RULE_DIRECTION),
                [MQTT_PINGREQ] = {mqtt_on_pingreq, 0},
                [MQTT_PINGRESP] = NO(MQTT_RULE_DIRECTION),
                [MQTT_DISCONNECT] = {mqtt_on_disconnect, 0},
                [MQTT_AUTH] = {mqtt_on_auth, 0},
            },
        /* A refused board may not have read that yet; what it tells all the same is evidence. */
        [MQTT_STAGE_REFUSED] =
            {
                [MQTT_CONNECT] = NO(MQTT_RULE_CONNECT_TWICE),
                [MQTT_CONNACK] = NO(MQTT_RULE_DIRECTION),
                [MQTT_PUBLISH] = {mqtt_on_late_publish, 0},
                [MQTT_PUBACK] = {mqtt_on_nothing, 0},
                [MQTT_PUBREC] = {mqtt_on_nothing, 0},
                [MQTT_PUBREL] = {mqtt_on_nothing, 0},
                [MQTT_PUBCOMP] = {mqtt_on_nothing, 0},
                [MQTT_SUBSCRIBE] = {mqtt_on_nothing, 0},
                [MQTT_SUBACK] = NO(MQTT_RULE_DIRECTION),
                [MQTT_UNSUBSCRIBE] = {mqtt_on_nothing, 0},
                [MQTT_UNSUBACK] = NO(MQTT_RULE_DIRECTION),
                [MQTT_PINGREQ] = {mqtt_on_nothing, 0},
                [MQTT_PINGRESP] = NO(MQTT_RULE_DIRECTION),
                [MQTT_DISCONNECT] = {mqtt_on_disconnect, 0},
                [MQTT_AUTH] = {mqtt_on_nothing, 0},
            },
};

struct mqtt_session *mqtt_session_new(const struct mqtt_settings *settings,
                                      const struct event_sink *sink, uint32_t conn)
{
    struct mqtt_session *s = calloc(1, sizeof(*s));

    if (s == NULL)
        return NULL;
    s->settings = settings;
    s->sink = sink;
    s->host = &mqtt_nobody;
    s->owns_faults = settings->fault_count + settings->message_count > 0;
    if (s->owns_faults)
        s->faults = calloc(1, sizeof(*s->faults));
    if (s->owns_faults && s->faults == NULL) {
        free(s);
        return NULL;
    }
    s->conn = conn;
    s->rx_alias_max = (uint16_t)settings->topic_alias_maximum;
    mqtt_decoder_init(&s->decoder, MQTT_VERSION_UNKNOWN, (size_t)settings->max_packet);
    s->decoder.lenient_password = settings->password_alone;
    buf_init(&s->output, OUTPUT_MAX);
    return s;
}

void mqtt_session_attach(struct mqtt_session *session, const struct mqtt_host *host, void *ctx)
{
    session->host = host;
    session->host_ctx = ctx;
}

static void drop_own_faults(struct mqtt_session *s)
{
    if (s->owns_faults)
        free(s->faults);
    s->owns_faults = false;
    s->faults = NULL;
}

void mqtt_session_share_faults(struct mqtt_session *session, struct mqtt_fault_state *state)
{
    drop_own_faults(session);
    session->faults = state;
}

void mqtt_session_end(struct mqtt_session *session)
{
    if (!session->ended)
        mqtt_emit_closed(session);
    session->ended = true;
}

void mqtt_session_free(struct mqtt_session *session)
{
    if (session == NULL)
        return;
    mqtt_session_end(session);
    mqtt_alias_free(session);
    free(session->taken.ids);
    mqtt_held_free(session);
    mqtt_relay_free(session);
    drop_own_faults(session);
    free(session->info.violation);
    mqtt_decoder_done(&session->decoder);
    buf_done(&session->output);
    free(session);
}

struct buf *mqtt_session_output(struct mqtt_session *session)
{
    return &session->output;
}

bool mqtt_session_wants_close(const struct mqtt_session *session)
{
    return session->close;
}

enum mqtt_stage mqtt_session_stage(const struct mqtt_session *session)
{
    return (enum mqtt_stage)session->stage;
}

struct mqtt_session_info mqtt_session_info(const struct mqtt_session *session)
{
    return session->info;
}

void mqtt_session_finish(struct mqtt_session *s, enum mqtt_stage stage)
{
    s->stage = (uint8_t)stage;
    s->close = true;
}

/* close_after: this packet was the last one, in whichever direction it went. */
static void close_after(struct mqtt_session *s, enum mqtt_type type)
{
    if ((s->settings->close_after & MQTT_IN(type)) != 0 && !s->close)
        mqtt_session_finish(s, MQTT_STAGE_DROPPED);
}

/* [MQTT-3.1.2-24]: what the client does not take is not sent; it cannot go on without it. */
static enum assay_status too_large(struct mqtt_session *s, const struct mqtt_packet *packet,
                                   size_t start, bool *ret_sent)
{
    buf_truncate(&s->output, start);
    mqtt_emit_withheld(s, packet);
    if (!s->close)
        mqtt_session_finish(s, MQTT_STAGE_DROPPED);
    if (ret_sent != NULL)
        *ret_sent = false;
    return ASSAY_OK;
}

static enum assay_status send_with_faults(struct mqtt_session *s, const struct mqtt_packet *packet,
                                          size_t start, bool *ret_sent)
{
    bool gone = false;

    ASSAY_TRY(mqtt_faults_on_sent(s, packet, start, &gone));
    if (ret_sent != NULL)
        *ret_sent = !gone;
    if (gone)
        return ASSAY_OK;
    ASSAY_TRY(mqtt_emit_packet(s, "tx", packet));
    close_after(s, packet->type);
    ASSAY_TRY(mqtt_held_behind(s));
    return mqtt_messages_with(s, packet);
}

enum assay_status mqtt_session_send(struct mqtt_session *s, const struct mqtt_packet *packet,
                                    bool *ret_sent)
{
    struct mqtt_packet sent = *packet;
    size_t start = s->output.len;
    bool withheld = (s->settings->withhold & MQTT_IN(packet->type)) != 0;

    if (ret_sent != NULL)
        *ret_sent = !withheld;
    if (withheld) {
        mqtt_emit_withheld(s, packet);
        return ASSAY_OK;
    }
    ASSAY_TRY(mqtt_encode(packet, &s->output));
    sent.size = s->output.len - start;
    if (s->client_max_packet > 0 && sent.size > s->client_max_packet)
        return too_large(s, packet, start, ret_sent);
    if (s->settings->fault_count > 0)
        return send_with_faults(s, &sent, start, ret_sent);
    ASSAY_TRY(mqtt_emit_packet(s, "tx", &sent));
    close_after(s, packet->type);
    return mqtt_messages_with(s, packet);
}

static enum assay_status note_violation(struct mqtt_session *s,
                                        const struct mqtt_violation *violation)
{
    mqtt_emit_violation(s, violation);
    if (s->info.violation != NULL)
        return ASSAY_OK;
    s->info.violation = malloc(sizeof(*violation));
    if (s->info.violation == NULL)
        return ASSAY_ERR_NOMEM;
    *s->info.violation = *violation;
    return ASSAY_OK;
}

/* What the settings let pass without a word. */
static bool is_untold(const struct mqtt_session *s, const struct mqtt_violation *violation)
{
    const uint32_t answers = MQTT_IN(MQTT_CONNACK) | MQTT_IN(MQTT_SUBACK) | MQTT_IN(MQTT_UNSUBACK) |
                             MQTT_IN(MQTT_PINGRESP);
    bool is_answer =
        violation->rule == MQTT_RULE_ANSWER_WRONG || (answers & MQTT_IN(violation->type)) != 0;

    if (violation->rule == MQTT_RULE_CONNECT_TWICE)
        return !s->settings->tell_connect_errors;
    return is_answer && (s->settings->habits & MQTT_HABIT_SILENT_ON_ANSWERS) != 0;
}

static uint8_t told_reason(const struct mqtt_session *s, const struct mqtt_violation *violation)
{
    bool is_list = violation->type == MQTT_SUBSCRIBE || violation->type == MQTT_UNSUBSCRIBE;

    if (is_list && (s->settings->habits & MQTT_HABIT_SUBSCRIBE_MALFORMED) != 0)
        return MQTT_REASON_MALFORMED;
    return mqtt_reason_allowed(MQTT_DISCONNECT, violation->reason) ? violation->reason
                                                                   : MQTT_REASON_PROTOCOL_ERROR;
}

enum assay_status mqtt_session_fail(struct mqtt_session *s, const struct mqtt_violation *violation)
{
    enum mqtt_stage stage = mqtt_session_stage(s);
    struct mqtt_packet goodbye = mqtt_packet_of(MQTT_DISCONNECT);

    ASSAY_TRY(note_violation(s, violation));
    if (s->relay != NULL && stage != MQTT_STAGE_REFUSED)
        return mqtt_relay_broken(s);
    mqtt_session_finish(s, MQTT_STAGE_FAILED);
    if (stage != MQTT_STAGE_CONNECTED || s->info.version != MQTT_V5)
        return ASSAY_OK;
    if (is_untold(s, violation))
        return ASSAY_OK;
    goodbye.disconnect.has_reason = true;
    goodbye.disconnect.reason = told_reason(s, violation);
    return mqtt_session_send(s, &goodbye, NULL);
}

enum assay_status mqtt_session_broken(struct mqtt_session *s, enum mqtt_rule rule,
                                      enum mqtt_type type)
{
    struct mqtt_violation violation = mqtt_violation_of(rule, s->info.version);

    violation.type = (uint8_t)type;
    return mqtt_session_fail(s, &violation);
}

enum assay_status mqtt_session_timed_out(struct mqtt_session *session)
{
    if (session->stage != MQTT_STAGE_CONNECTED)
        return ASSAY_OK;
    return mqtt_session_broken(session, MQTT_RULE_KEEP_ALIVE, MQTT_PINGREQ);
}

static enum assay_status on_malformed(struct mqtt_session *s, const struct mqtt_packet *packet,
                                      const struct mqtt_violation *violation)
{
    if (packet->type != 0) /* what could be read of it is evidence */
        ASSAY_TRY(mqtt_emit_packet(s, "rx", packet));
    if (packet->type == MQTT_CONNECT && s->stage == MQTT_STAGE_EXPECT_CONNECT)
        return mqtt_refuse_broken_connect(s, packet, violation);
    if (packet->type == MQTT_CONNECT) /* whatever else is wrong with it */
        return mqtt_session_broken(s, MQTT_RULE_CONNECT_TWICE, MQTT_CONNECT);
    return mqtt_session_fail(s, violation);
}

static enum assay_status on_packet(struct mqtt_session *s, const struct mqtt_packet *packet)
{
    const struct cell *cell = &cells[s->stage][packet->type];
    bool met = false;

    s->info.rx_packets++;
    ASSAY_TRY(mqtt_emit_packet(s, "rx", packet));
    ASSAY_TRY(mqtt_messages_with(s, packet));
    if (s->settings->fault_count > 0)
        ASSAY_TRY(mqtt_faults_on_received(s, packet, &met));
    if (met) {
        mqtt_relay_drop(s);
        return ASSAY_OK;
    }
    if (cell->handle == NULL)
        return mqtt_session_broken(s, cell->rule, packet->type);
    if (s->relay != NULL && s->stage == MQTT_STAGE_CONNECTED)
        return mqtt_relay_packet(s, packet);
    ASSAY_TRY(cell->handle(s, packet));
    mqtt_relay_drop(s);
    if (s->relay == NULL)
        close_after(s, packet->type);
    return ASSAY_OK;
}

static bool listens(enum mqtt_stage stage)
{
    return stage == MQTT_STAGE_EXPECT_CONNECT || stage == MQTT_STAGE_CONNECTED ||
           stage == MQTT_STAGE_REFUSED;
}

/* DISCONNECT is the last thing that a client sends (3.1.1 and 5.0 section 3.14.4). */
static enum assay_status note_late_bytes(struct mqtt_session *s)
{
    struct mqtt_violation violation =
        mqtt_violation_of(MQTT_RULE_AFTER_DISCONNECT, s->info.version);
    bool is_first = !s->talked_after_end;

    s->talked_after_end = true;
    return s->stage == MQTT_STAGE_DISCONNECTED && is_first ? note_violation(s, &violation)
                                                           : ASSAY_OK;
}

enum assay_status mqtt_session_receive(struct mqtt_session *session, const void *data, size_t len)
{
    struct reader input = reader_over(data, len);
    struct mqtt_violation violation = {0};
    struct mqtt_packet packet;

    while (reader_left(&input) > 0) {
        const uint8_t *here = reader_here(&input);
        size_t left = reader_left(&input);
        enum assay_status status = ASSAY_OK;

        if (!listens(mqtt_session_stage(session)))
            return note_late_bytes(session);
        status = mqtt_decoder_next(&session->decoder, &input, &packet, &violation);
        if (session->relay != NULL) {
            size_t took = status == ASSAY_ERR_MALFORMED ? left : left - reader_left(&input);

            ASSAY_TRY(mqtt_relay_keep(session, here, took));
        }
        if (status == ASSAY_ERR_TRUNCATED)
            return ASSAY_OK;
        if (status == ASSAY_ERR_MALFORMED)
            return on_malformed(session, &packet, &violation);
        ASSAY_TRY(status);
        ASSAY_TRY(on_packet(session, &packet));
    }
    return ASSAY_OK;
}
