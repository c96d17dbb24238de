/* SPDX-License-Identifier: Apache-2.0 */
/* Messages and subscriptions of the board (3.1.1 and 5.0 sections 3.3 to 3.11, 4.3). */
#include "session_state.h"

#include "mqtt/property.h"
#include "mqtt/reason.h"
#include "mqtt/topic.h"

#include <stdlib.h>
#include <string.h>

struct mqtt_aliases *mqtt_aliases_of(struct mqtt_session *s)
{
    if (s->aliases == NULL)
        s->aliases = calloc(1, sizeof(*s->aliases));
    return s->aliases;
}

enum assay_status mqtt_alias_set(struct mqtt_session *s, uint32_t alias, struct mqtt_view topic)
{
    struct mqtt_aliases *aliases = mqtt_aliases_of(s);
    uint8_t *copy = NULL;

    if (aliases != NULL && aliases->rx == NULL)
        aliases->rx = calloc((size_t)s->rx_alias_max + 1, sizeof(*aliases->rx));
    if (aliases != NULL && aliases->rx != NULL)
        copy = malloc(topic.len + 1);
    if (copy == NULL)
        return ASSAY_ERR_NOMEM;
    memcpy(copy, topic.data, topic.len);
    free(aliases->rx[alias].topic);
    aliases->rx[alias] = (struct mqtt_alias){.topic = copy, .len = topic.len};
    return ASSAY_OK;
}

struct mqtt_view mqtt_alias_get(const struct mqtt_session *s, uint32_t alias)
{
    const struct mqtt_alias *rx = s->aliases != NULL ? s->aliases->rx : NULL;

    return rx != NULL ? mqtt_view_bytes(rx[alias].topic, rx[alias].len) : mqtt_view_bytes(NULL, 0);
}

void mqtt_alias_free(struct mqtt_session *s)
{
    struct mqtt_aliases *aliases = s->aliases;

    if (aliases == NULL)
        return;
    for (uint32_t i = 0; aliases->rx != NULL && i <= s->rx_alias_max; i++)
        free(aliases->rx[i].topic);
    for (uint16_t i = 0; i < aliases->tx_count; i++)
        free(aliases->tx[i].topic);
    free(aliases->rx);
    free(aliases->tx);
    free(aliases);
    s->aliases = NULL;
}

/* The topic that is meant: ret is untouched when the session failed over it. */
static enum assay_status resolve_topic(struct mqtt_session *s, const struct mqtt_publish *p,
                                       struct mqtt_view *ret)
{
    struct mqtt_property alias;
    struct mqtt_view known;

    if (!mqtt_property_get(p->properties, MQTT_PROP_TOPIC_ALIAS, &alias)) {
        *ret = p->topic;
        return ASSAY_OK;
    }
    if (alias.number > s->rx_alias_max)
        return mqtt_session_broken(s, MQTT_RULE_ALIAS_MAXIMUM, MQTT_PUBLISH);
    if (p->topic.len > 0)
        ASSAY_TRY(mqtt_alias_set(s, alias.number, p->topic));
    known = mqtt_alias_get(s, alias.number);
    if (known.data == NULL)
        return mqtt_session_broken(s, MQTT_RULE_ALIAS_UNKNOWN, MQTT_PUBLISH);
    *ret = known;
    return ASSAY_OK;
}

/* Rules of a PUBLISH that need more than the packet; MQTT_RULE_COUNT: none is broken. */
static enum mqtt_rule broken_by(const struct mqtt_session *s, const struct mqtt_packet *p)
{
    struct mqtt_property property;
    bool v5 = s->info.version == MQTT_V5;
    bool again = p->publish.has_packet_id && mqtt_id_taken(&s->taken, p->publish.packet_id);

    if (mqtt_property_get(p->publish.properties, MQTT_PROP_SUBSCRIPTION_ID, &property))
        return MQTT_RULE_PUBLISH_SUBSCRIPTION;
    if (v5 && mqtt_publish_qos(p) > (unsigned)s->settings->max_qos)
        return MQTT_RULE_MAXIMUM_QOS;
    if (again && !mqtt_publish_dup(p))
        return MQTT_RULE_PACKET_ID_IN_USE;
    if (!s->settings->retain_available && mqtt_publish_retain(p))
        return MQTT_RULE_RETAIN_UNAVAILABLE;
    if (v5 && !again && p->publish.has_packet_id &&
        s->under_way >= (uint32_t)s->settings->receive_maximum)
        return MQTT_RULE_RECEIVE_MAXIMUM;
    return MQTT_RULE_COUNT;
}

static struct mqtt_packet acknowledgement(const struct mqtt_session *s, enum mqtt_type type,
                                          uint16_t id, uint8_t reason)
{
    struct mqtt_packet answer = mqtt_packet_of(type);

    answer.acknowledge.packet_id = id;
    answer.acknowledge.has_reason = s->info.version == MQTT_V5 && reason != 0;
    answer.acknowledge.reason = reason;
    return answer;
}

static void complete(struct mqtt_session *s, uint16_t id)
{
    mqtt_id_give_back(&s->taken, id);
    if (s->under_way > 0) /* it may be from an earlier connection */
        s->under_way--;
}

void mqtt_acknowledged_late(struct mqtt_session *s, const struct mqtt_packet *answer)
{
    bool ends = answer->type == MQTT_PUBACK || answer->type == MQTT_PUBCOMP ||
                (answer->type == MQTT_PUBREC && answer->acknowledge.has_reason &&
                 answer->acknowledge.reason >= MQTT_REASON_FAILURE);

    if (ends && mqtt_id_taken(&s->taken, answer->acknowledge.packet_id))
        complete(s, answer->acknowledge.packet_id);
}

/* QoS 1 ends with PUBACK; QoS 2 goes on with PUBREL unless PUBREC refuses (5.0 section 4.3.3). */
static enum assay_status acknowledge(struct mqtt_session *s, const struct mqtt_packet *p,
                                     uint8_t reason)
{
    static const enum mqtt_type answers[] = {0, MQTT_PUBACK, MQTT_PUBREC};
    uint16_t id = p->publish.packet_id;
    unsigned qos = mqtt_publish_qos(p);
    struct mqtt_packet answer = acknowledgement(s, answers[qos], id, reason);
    bool sent = false;

    if (!mqtt_id_taken(&s->taken, id)) {
        ASSAY_TRY(mqtt_id_take(&s->taken, id));
        s->under_way++;
    }
    ASSAY_TRY(mqtt_session_send(s, &answer, &sent));
    if (sent && (qos == 1 || reason >= MQTT_REASON_FAILURE))
        complete(s, id);
    return ASSAY_OK;
}

enum assay_status mqtt_on_publish(struct mqtt_session *s, const struct mqtt_packet *p)
{
    struct mqtt_view topic = {0};
    enum mqtt_rule rule = broken_by(s, p);
    bool again = p->publish.has_packet_id && mqtt_id_taken(&s->taken, p->publish.packet_id);
    uint8_t reason = s->info.version == MQTT_V5 ? (uint8_t)s->settings->puback_code : 0;

    ASSAY_TRY(resolve_topic(s, &p->publish, &topic));
    if (s->close)
        return ASSAY_OK;
    /* A message of QoS 2 that was taken already is not delivered again (section 4.3.3). */
    again = again && mqtt_publish_qos(p) == 2;
    if (!again) {
        s->info.rx_publishes++;
        ASSAY_TRY(mqtt_emit_publish(s, p, topic));
    }
    if (rule != MQTT_RULE_COUNT)
        return mqtt_session_broken(s, rule, MQTT_PUBLISH);
    if (!again && reason < MQTT_REASON_FAILURE)
        ASSAY_TRY(s->host->publish(s->host_ctx, p, topic, &reason));
    if (mqtt_publish_qos(p) == 0 || s->close || reason == MQTT_REASON_UNANSWERED)
        return ASSAY_OK;
    return acknowledge(s, p, reason);
}

enum assay_status mqtt_on_late_publish(struct mqtt_session *s, const struct mqtt_packet *p)
{
    return mqtt_emit_publish(s, p, p->publish.topic);
}

enum assay_status mqtt_on_acknowledged(struct mqtt_session *s, const struct mqtt_packet *p)
{
    enum mqtt_answer answer = MQTT_ANSWER_UNKNOWN;

    ASSAY_TRY(s->host->acknowledged(s->host_ctx, p, &answer));
    return answer == MQTT_ANSWER_WRONG && !s->close
               ? mqtt_session_broken(s, MQTT_RULE_ANSWER_WRONG, p->type)
               : ASSAY_OK;
}

/* An identifier that nobody waits for is named as such in 5.0. */
enum assay_status mqtt_on_pubrec(struct mqtt_session *s, const struct mqtt_packet *p)
{
    enum mqtt_answer answer = MQTT_ANSWER_UNKNOWN;
    struct mqtt_packet release;

    ASSAY_TRY(s->host->acknowledged(s->host_ctx, p, &answer));
    if (s->close)
        return ASSAY_OK;
    if (answer == MQTT_ANSWER_WRONG)
        return mqtt_session_broken(s, MQTT_RULE_ANSWER_WRONG, p->type);
    if (p->acknowledge.reason >= MQTT_REASON_FAILURE)
        return ASSAY_OK;
    release = acknowledgement(s, MQTT_PUBREL, p->acknowledge.packet_id,
                              answer == MQTT_ANSWER_KNOWN ? 0 : MQTT_REASON_ID_NOT_FOUND);
    return answer == MQTT_ANSWER_KNOWN || s->info.version == MQTT_V5
               ? mqtt_session_send(s, &release, NULL)
               : ASSAY_OK;
}

enum assay_status mqtt_on_pubrel(struct mqtt_session *s, const struct mqtt_packet *p)
{
    uint16_t id = p->acknowledge.packet_id;
    bool known = mqtt_id_taken(&s->taken, id);
    bool is_told = !known && (s->settings->habits & MQTT_HABIT_UNKNOWN_RELEASE_DONE) == 0;
    struct mqtt_packet answer =
        acknowledgement(s, MQTT_PUBCOMP, id, is_told ? MQTT_REASON_ID_NOT_FOUND : 0);
    bool sent = false;

    if (known)
        ASSAY_TRY(s->host->release(s->host_ctx, id));
    if (s->close)
        return ASSAY_OK;
    ASSAY_TRY(mqtt_session_send(s, &answer, &sent));
    if (sent && known)
        complete(s, id);
    return ASSAY_OK;
}

/* What the settings make of a subscription. */
static uint8_t code_of(const struct mqtt_session *s, const struct mqtt_packet *p,
                       const struct mqtt_filter *f)
{
    const struct mqtt_settings *set = s->settings;
    struct mqtt_property id;
    int64_t code = f->options & 3;

    if (set->suback_code >= 0)
        return (uint8_t)set->suback_code;
    if (s->info.version == MQTT_V5) {
        if (!set->wildcard_available && mqtt_topic_has_wildcard(f->filter))
            return MQTT_REASON_NO_WILDCARDS;
        if (!set->shared_available && mqtt_filter_is_shared(f->filter))
            return MQTT_REASON_NO_SHARED;
        if (!set->subscription_ids_available &&
            mqtt_property_get(p->subscribe.properties, MQTT_PROP_SUBSCRIPTION_ID, &id))
            return MQTT_REASON_NO_SUBSCRIPTION_IDS;
    }
    return (uint8_t)(code > set->max_qos ? set->max_qos : code);
}

static enum assay_status code_for(struct mqtt_session *s, const struct mqtt_packet *p,
                                  const struct mqtt_filter *f, bool *unanswered, uint8_t *ret)
{
    struct mqtt_property id = {0};
    uint8_t code = MQTT_REASON_SUCCESS;

    if (p->type == MQTT_UNSUBSCRIBE) {
        ASSAY_TRY(s->host->unsubscribe(s->host_ctx, f->filter, &code));
    } else {
        code = code_of(s, p, f);
        (void)mqtt_property_get(p->subscribe.properties, MQTT_PROP_SUBSCRIPTION_ID, &id);
        if (code < MQTT_REASON_FAILURE)
            ASSAY_TRY(s->host->subscribe(s->host_ctx, f, id.number, &code));
        *unanswered =
            *unanswered || (code == MQTT_REASON_UNANSWERED && s->settings->suback_code < 0);
    }
    /* 3.1.1 has one code that refuses. */
    *ret = code >= MQTT_REASON_FAILURE && s->info.version != MQTT_V5 && s->settings->suback_code < 0
               ? MQTT_RETURN_SUBACK_FAILURE
               : code;
    return ASSAY_OK;
}

/* One code for every filter of p. */
static enum assay_status add_codes(struct mqtt_session *s, const struct mqtt_packet *p,
                                   bool *unanswered, struct buf *out)
{
    struct mqtt_filter f;
    size_t at = 0;

    while (mqtt_filter_next(p, &at, &f)) {
        uint8_t code = 0;

        ASSAY_TRY(code_for(s, p, &f, unanswered, &code));
        ASSAY_TRY(buf_add_char(out, (char)code));
    }
    return ASSAY_OK;
}

static enum assay_status answer_filters(struct mqtt_session *s, const struct mqtt_packet *p,
                                        enum mqtt_type type)
{
    struct mqtt_packet answer = mqtt_packet_of(type);
    bool v5 = s->info.version == MQTT_V5;
    struct buf codes;
    enum assay_status status = ASSAY_OK;
    bool unanswered = false;

    buf_init(&codes, p->subscribe.filters.len);
    answer.suback.packet_id = p->subscribe.packet_id;
    if (v5)
        answer.suback.properties = mqtt_view_empty();
    status = add_codes(s, p, &unanswered, &codes);
    if (v5 || type == MQTT_SUBACK)
        answer.suback.codes = mqtt_view_bytes(codes.data, codes.len);
    if (status == ASSAY_OK && !unanswered && !s->close)
        status = mqtt_session_send(s, &answer, NULL);
    buf_done(&codes);
    return status;
}

enum assay_status mqtt_on_subscribe(struct mqtt_session *s, const struct mqtt_packet *p)
{
    if (mqtt_id_taken(&s->taken, p->subscribe.packet_id))
        return mqtt_session_broken(s, MQTT_RULE_PACKET_ID_IN_USE, MQTT_SUBSCRIBE);
    ASSAY_TRY(answer_filters(s, p, MQTT_SUBACK));
    return s->close ? ASSAY_OK : s->host->subscribed(s->host_ctx);
}

enum assay_status mqtt_on_unsubscribe(struct mqtt_session *s, const struct mqtt_packet *p)
{
    if (mqtt_id_taken(&s->taken, p->subscribe.packet_id))
        return mqtt_session_broken(s, MQTT_RULE_PACKET_ID_IN_USE, MQTT_UNSUBSCRIBE);
    return answer_filters(s, p, MQTT_UNSUBACK);
}
