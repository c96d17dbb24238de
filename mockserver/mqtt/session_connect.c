/* SPDX-License-Identifier: Apache-2.0 */
/* CONNECT, AUTH and DISCONNECT in a session (3.1.1 and 5.0 sections 3.1, 3.14; 5.0 section 4.12).
 */
#include "session_state.h"

#include "mqtt/property.h"
#include "mqtt/reason.h"

#include <string.h>

/* What a refusal is called in 3.1.1 and in 5.0. */
struct refusal {
    uint8_t code3;
    uint8_t code5;
};

static enum assay_status add_text(struct buf *out, enum mqtt_property_id id, const char *text)
{
    return text[0] != '\0' ? mqtt_property_add_text(out, id, text) : ASSAY_OK;
}

static enum assay_status refuse(struct mqtt_session *s, bool v5, struct refusal why,
                                enum mqtt_stage stage)
{
    struct mqtt_packet connack = mqtt_packet_of(MQTT_CONNACK);
    struct buf properties;
    enum assay_status status = ASSAY_OK;

    buf_init(&properties, 2048);
    connack.connack.code = v5 ? why.code5 : why.code3;
    if (v5) {
        status = add_text(&properties, MQTT_PROP_REASON_STRING, s->settings->reason_string);
        if (status == ASSAY_OK)
            status =
                add_text(&properties, MQTT_PROP_SERVER_REFERENCE, s->settings->server_reference);
        connack.connack.properties = mqtt_view_bytes(buf_text(&properties), properties.len);
    }
    mqtt_session_finish(s, stage);
    if (status == ASSAY_OK)
        status = mqtt_session_send(s, &connack, NULL);
    buf_done(&properties);
    return status;
}

/* 3.1.1 has answers for two broken rules only (sections 3.1.2.2 and 3.1.3.1); 5.0 for all. */
enum assay_status mqtt_refuse_broken_connect(struct mqtt_session *s, const struct mqtt_packet *p,
                                             const struct mqtt_violation *violation)
{
    static const struct {
        enum mqtt_rule rule;
        uint8_t code3;
    } answers[] = {
        {MQTT_RULE_PROTOCOL_LEVEL, MQTT_RETURN_BAD_VERSION},
        {MQTT_RULE_CLIENT_ID_EMPTY, MQTT_RETURN_BAD_CLIENT_ID},
        {MQTT_RULE_CLIENT_ID_LENGTH, MQTT_RETURN_BAD_CLIENT_ID},
    };
    bool v5 = p->connect.level >= MQTT_V5;

    s->info.version = (enum mqtt_version)s->decoder.version;
    if (p->connect.protocol_name.data != NULL)
        ASSAY_TRY(mqtt_emit_connect(s, p, true));
    ASSAY_TRY(mqtt_session_fail(s, violation));
    if (s->relay != NULL)
        return ASSAY_OK; /* the broker behind has its say */
    if (v5 && !s->settings->tell_connect_errors)
        return ASSAY_OK;
    if (v5)
        return refuse(s, true, (struct refusal){.code5 = violation->reason}, MQTT_STAGE_FAILED);
    for (size_t i = 0; i < sizeof(answers) / sizeof(answers[0]); i++)
        if (answers[i].rule == violation->rule)
            return refuse(s, false, (struct refusal){.code3 = answers[i].code3}, MQTT_STAGE_FAILED);
    return ASSAY_OK;
}

static enum assay_status add_number(struct buf *out, enum mqtt_property_id id, int64_t number,
                                    bool wanted)
{
    return wanted ? mqtt_property_add_number(out, id, (uint32_t)number) : ASSAY_OK;
}

/* The properties of a CONNACK that accepts: what differs from what 5.0 assumes. */
static enum assay_status add_properties(struct mqtt_session *s, const struct mqtt_connect *c,
                                        const struct mqtt_welcome *welcome, struct buf *out)
{
    const struct mqtt_settings *set = s->settings;
    struct mqtt_property wants;

    ASSAY_TRY(add_number(out, MQTT_PROP_TOPIC_ALIAS_MAXIMUM, set->topic_alias_maximum,
                         set->topic_alias_maximum > 0));
    ASSAY_TRY(
        add_number(out, MQTT_PROP_SERVER_KEEP_ALIVE,
                   welcome->keep_alive_s >= 0 ? welcome->keep_alive_s : set->server_keep_alive_s,
                   welcome->keep_alive_s >= 0 || set->server_keep_alive_s >= 0));
    if (c->client_id.len == 0)
        ASSAY_TRY(mqtt_property_add_text(out, MQTT_PROP_ASSIGNED_CLIENT_ID, welcome->assigned_id));
    ASSAY_TRY(add_number(out, MQTT_PROP_SESSION_EXPIRY, set->session_expiry_s,
                         set->session_expiry_s >= 0));
    ASSAY_TRY(add_number(out, MQTT_PROP_RETAIN_AVAILABLE, 0, !set->retain_available));
    ASSAY_TRY(add_number(out, MQTT_PROP_WILDCARD_AVAILABLE, 0, !set->wildcard_available));
    ASSAY_TRY(
        add_number(out, MQTT_PROP_SUBSCRIPTION_ID_AVAILABLE, 0, !set->subscription_ids_available));
    ASSAY_TRY(add_number(out, MQTT_PROP_SHARED_AVAILABLE, 0, !set->shared_available));
    ASSAY_TRY(add_number(out, MQTT_PROP_MAXIMUM_PACKET_SIZE, set->max_packet, set->tell_limits));
    ASSAY_TRY(add_number(out, MQTT_PROP_RECEIVE_MAXIMUM, set->receive_maximum,
                         set->receive_maximum < 65535));
    ASSAY_TRY(add_number(out, MQTT_PROP_MAXIMUM_QOS, set->max_qos, set->max_qos < 2));
    if (set->response_information[0] != '\0' &&
        mqtt_property_get(c->properties, MQTT_PROP_REQUEST_RESPONSE_INFO, &wants) &&
        wants.number == 1)
        ASSAY_TRY(mqtt_property_add_text(out, MQTT_PROP_RESPONSE_INFO, set->response_information));
    return ASSAY_OK;
}

static enum assay_status accept(struct mqtt_session *s, const struct mqtt_connect *c,
                                const struct mqtt_welcome *welcome)
{
    struct mqtt_packet connack = mqtt_packet_of(MQTT_CONNACK);
    bool present = welcome->session_present || s->settings->session_present;
    struct buf properties;
    enum assay_status status = ASSAY_OK;

    buf_init(&properties, 1024);
    s->stage = MQTT_STAGE_CONNECTED;
    /* In 3.1 the byte is reserved. */
    connack.connack.flags = present && s->info.version != MQTT_V31;
    if (s->info.version == MQTT_V5) {
        status = add_properties(s, c, welcome, &properties);
        connack.connack.properties = mqtt_view_bytes(buf_text(&properties), properties.len);
    }
    if (status == ASSAY_OK)
        status = mqtt_session_send(s, &connack, NULL);
    buf_done(&properties);
    if (status == ASSAY_OK && !s->close)
        status = s->host->connected(s->host_ctx);
    return status;
}

static uint32_t number_of(const struct mqtt_connect *c, enum mqtt_property_id id, uint32_t fallback)
{
    struct mqtt_property property;

    return mqtt_property_get(c->properties, id, &property) ? property.number : fallback;
}

static void note_connect(struct mqtt_session *s, const struct mqtt_connect *c)
{
    struct mqtt_property property;
    uint32_t aliases = 0;

    s->info.version = (enum mqtt_version)c->level;
    s->info.keep_alive_s = c->keep_alive_s;
    s->info.receive_maximum = UINT16_MAX;
    if (s->info.version != MQTT_V5)
        return;
    if (s->settings->server_keep_alive_s >= 0)
        s->info.keep_alive_s = (uint32_t)s->settings->server_keep_alive_s;
    s->session_expiry_s = number_of(c, MQTT_PROP_SESSION_EXPIRY, 0);
    s->info.receive_maximum = number_of(c, MQTT_PROP_RECEIVE_MAXIMUM, UINT16_MAX);
    s->client_max_packet = number_of(c, MQTT_PROP_MAXIMUM_PACKET_SIZE, 0);
    s->no_problem_info = number_of(c, MQTT_PROP_REQUEST_PROBLEM_INFO, 1) == 0;
    aliases = number_of(c, MQTT_PROP_TOPIC_ALIAS_MAXIMUM, 0);
    if (s->settings->send_topic_aliases)
        s->tx_alias_max = (uint16_t)(aliases < MQTT_TX_ALIASES ? aliases : MQTT_TX_ALIASES);
    s->auth_method = mqtt_property_get(c->properties, MQTT_PROP_AUTH_METHOD, &property);
}

/* What 5.0 lets a server refuse of a will. */
static uint8_t will_refusal(const struct mqtt_session *s, const struct mqtt_connect *c)
{
    if ((c->flags & MQTT_CONNECT_WILL_RETAIN) != 0 && !s->settings->retain_available)
        return MQTT_REASON_NO_RETAIN; /* [MQTT-3.2.2-13] */
    if ((c->flags & MQTT_CONNECT_WILL_QOS) >> 3 > s->settings->max_qos)
        return MQTT_REASON_NO_QOS; /* [MQTT-3.2.2-12] */
    return MQTT_REASON_SUCCESS;
}

/* Ask the host, then answer. */
static enum assay_status welcome_or_refuse(struct mqtt_session *s, const struct mqtt_packet *p)
{
    bool v5 = s->info.version == MQTT_V5;
    bool is_own = s->relay == NULL; /* else most is the business of the broker behind */
    struct mqtt_welcome welcome = {.refusal = v5 && is_own ? will_refusal(s, &p->connect) : 0,
                                   .return_code = MQTT_RETURN_NOT_AUTHORIZED,
                                   .keep_alive_s = -1};

    memcpy(welcome.assigned_id, s->settings->assigned_client_id,
           sizeof(s->settings->assigned_client_id));
    if (!is_own)
        mqtt_relay_ask(s, p, &welcome);
    else if (welcome.refusal == 0)
        ASSAY_TRY(s->host->connect(s->host_ctx, p, &welcome));
    if (welcome.refusal != 0 && welcome.is_unanswered) {
        mqtt_session_finish(s, MQTT_STAGE_REFUSED);
        return ASSAY_OK;
    }
    if (welcome.refusal != 0)
        return refuse(s, v5, (struct refusal){welcome.return_code, welcome.refusal},
                      MQTT_STAGE_REFUSED);
    if (!is_own)
        return mqtt_relay_connect(s, p);
    if (welcome.keep_alive_s >= 0)
        s->info.keep_alive_s = (uint32_t)welcome.keep_alive_s;
    return accept(s, &p->connect, &welcome);
}

enum assay_status mqtt_on_connect(struct mqtt_session *s, const struct mqtt_packet *p)
{
    static const struct refusal bad_version = {MQTT_RETURN_BAD_VERSION,
                                               MQTT_REASON_UNSUPPORTED_VERSION};
    static const struct refusal bad_method = {MQTT_RETURN_NOT_AUTHORIZED,
                                              MQTT_REASON_BAD_AUTH_METHOD};
    const struct mqtt_connect *c = &p->connect;
    uint8_t code = (uint8_t)s->settings->connack_code;
    bool v5 = c->level == MQTT_V5;

    ASSAY_TRY(mqtt_emit_connect(s, p, false));
    note_connect(s, c);
    if ((s->settings->versions & (UINT32_C(1) << c->level)) == 0)
        return refuse(s, v5, bad_version, MQTT_STAGE_REFUSED);
    if (code != 0)
        return refuse(s, v5, (struct refusal){code, code}, MQTT_STAGE_REFUSED);
    if (s->auth_method && s->relay == NULL)
        return refuse(s, true, bad_method, MQTT_STAGE_REFUSED); /* no method is known here */
    return welcome_or_refuse(s, p);
}

enum assay_status mqtt_on_auth(struct mqtt_session *s, const struct mqtt_packet *p)
{
    (void)p;
    return mqtt_session_broken(s, MQTT_RULE_AUTH_UNASKED, MQTT_AUTH);
}

enum assay_status mqtt_on_disconnect(struct mqtt_session *s, const struct mqtt_packet *p)
{
    struct mqtt_property expiry;

    if (p->disconnect.has_reason && !mqtt_reason_of_client(p->disconnect.reason))
        return mqtt_session_broken(s, MQTT_RULE_DISCONNECT_REASON, MQTT_DISCONNECT);
    if (s->session_expiry_s == 0 &&
        mqtt_property_get(p->disconnect.properties, MQTT_PROP_SESSION_EXPIRY, &expiry) &&
        expiry.number != 0)
        return mqtt_session_broken(s, MQTT_RULE_SESSION_EXPIRY, MQTT_DISCONNECT);
    mqtt_session_finish(s, MQTT_STAGE_DISCONNECTED);
    return s->host->disconnect(s->host_ctx, p);
}

enum assay_status mqtt_on_pingreq(struct mqtt_session *s, const struct mqtt_packet *p)
{
    struct mqtt_packet pong = mqtt_packet_of(MQTT_PINGRESP);

    (void)p;
    return mqtt_session_send(s, &pong, NULL);
}

enum assay_status mqtt_on_nothing(struct mqtt_session *s, const struct mqtt_packet *p)
{
    (void)s;
    (void)p;
    return ASSAY_OK;
}
