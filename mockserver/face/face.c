/* SPDX-License-Identifier: Apache-2.0 */
#include "inside.h"
#include "order.h"

#include "mqtt/reason.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct face_functions *const functions_of[FACE_COUNT] = {
    [FACE_AWS] = &face_aws,     [FACE_GOOGLE] = &face_google,   [FACE_CLEARBLADE] = &face_google,
    [FACE_AZURE] = &face_azure, [FACE_ARDUINO] = &face_arduino, [FACE_MOSQUITTO] = &face_mosquitto,
    [FACE_PSK] = &face_psk,
};

const char *face_order_form(enum face_kind kind, size_t index)
{
    const struct order_row *row = functions_of[kind]->orders;

    for (; row != NULL && row->verb != NULL; row++)
        if (index-- == 0)
            return row->form;
    return NULL;
}

enum assay_status face_new(const struct face_settings *settings, int64_t (*now_s)(void *ctx),
                           void *now_ctx, struct face **ret, struct assay_error *err)
{
    struct face *face = calloc(1, sizeof(*face));
    enum assay_status status = ASSAY_OK;

    if (face == NULL)
        return assay_error_set(err, ASSAY_ERR_NOMEM, "out of memory");
    face->settings = settings;
    face->functions = functions_of[settings->kind];
    face->now_s = now_s;
    face->now_ctx = now_ctx;
    face->last = &face->first;
    if (settings->certificate[0] != '\0')
        status = face_certificate_hash(settings->certificate, face->certificate, err);
    if (status == ASSAY_OK && face->functions->prepare != NULL)
        status = face->functions->prepare(face, err);
    if (status == ASSAY_OK)
        status = wishes_check(face, settings->orders, err);
    if (status != ASSAY_OK) {
        face_free(face);
        return status;
    }
    face_changed(face);
    *ret = face;
    return ASSAY_OK;
}

void face_set_sink(struct face *face, const struct event_sink *sink)
{
    if (face != NULL)
        face->sink = sink;
}

void face_free(struct face *face)
{
    struct face_message message = {0};

    if (face == NULL)
        return;
    while (face_take_message(face, &message))
        face_message_done(&message);
    face_key_free(face->key);
    shadows_free(face->shadows);
    jobs_free(face->jobs);
    twin_free(face->twin);
    hub_free(face->hub);
    bridge_free(face->bridge);
    wishes_free(face);
    free(face);
}

int64_t face_time(const struct face *face)
{
    return face->now_s(face->now_ctx);
}

/* ClearBlade answers a CONNECT where Google closes. */
static enum face_answer answer_of(const struct face_conn *conn, const struct face_rule *rule,
                                  const char *packet)
{
    bool is_clearblade = conn->face->settings->kind == FACE_CLEARBLADE;

    return is_clearblade && rule->answer == FACE_CLOSE && strcmp(packet, "CONNECT") == 0
               ? FACE_CONNACK
               : rule->answer;
}

/* "the client id is ...: the board said "x"" */
static void emit_rule(struct face_conn *conn, const char *kind, const struct face_rule *rule,
                      const char *packet, const char *detail)
{
    struct event_builder e;
    char text[FACE_DETAIL_TEXT + 256];

    snprintf(text, sizeof(text), "%s%s%s", rule->text, detail[0] != '\0' ? ": " : "", detail);
    event_begin(&e, conn->face->sink, "face", kind, conn->id);
    event_text(&e, "face", face_infos[conn->face->settings->kind].name);
    event_text(&e, "packet", packet);
    event_text(&e, "rule", rule->name);
    event_text(&e, "text", text);
    event_text(&e, "source", rule->source);
    if (rule->answer != FACE_REMARK)
        event_text(&e, "answer", face_answer_name(answer_of(conn, rule, packet)));
    event_emit(&e);
}

void face_refuse(struct face_conn *conn, enum face_rule_id rule, const char *packet,
                 struct decision *ret, const char *detail, ...)
{
    char text[FACE_DETAIL_TEXT] = "";
    va_list args;

    if (detail != NULL) {
        va_start(args, detail);
        vsnprintf(text, sizeof(text), detail, args);
        va_end(args);
    }
    emit_rule(conn, EV_FACE_REFUSED, &face_rules[rule], packet, text);
    ret->rule = &face_rules[rule];
}

void face_remark(struct face_conn *conn, enum face_rule_id rule, const char *packet,
                 const char *detail, ...)
{
    char text[FACE_DETAIL_TEXT] = "";
    va_list args;

    if (detail != NULL) {
        va_start(args, detail);
        vsnprintf(text, sizeof(text), detail, args);
        va_end(args);
    }
    emit_rule(conn, EV_FACE_REMARK, &face_rules[rule], packet, text);
}

void face_accept(struct face_conn *conn, const char *device, const char *by)
{
    struct event_builder e;

    snprintf(conn->device, sizeof(conn->device), "%s", device);
    conn_accepted(conn);
    event_begin(&e, conn->face->sink, "face", EV_FACE_ACCEPTED, conn->id);
    event_text(&e, "face", face_infos[conn->face->settings->kind].name);
    event_text(&e, "device", conn->device);
    event_text(&e, "by", by);
    event_emit(&e);
}

void face_note_service(const struct face_conn *conn, const struct service_note *note)
{
    face_note_device(conn->face, conn->id, conn->device, note);
}

void face_note_device(const struct face *face, uint32_t conn, const char *device,
                      const struct service_note *note)
{
    struct event_builder e;

    event_begin(&e, face->sink, "face", EV_FACE_SERVICE, conn);
    event_text(&e, "face", face_infos[face->settings->kind].name);
    event_text(&e, "device", device);
    event_text(&e, "service", note->service);
    event_text(&e, "operation", note->operation);
    event_text(&e, "item", note->item);
    event_text(&e, "status", note->status);
    if (note->version >= 0)
        event_int(&e, "version", note->version);
    if (note->code != 0)
        event_int(&e, "code", note->code);
    event_text(&e, "text", note->text);
    event_emit(&e);
}

void face_say(struct face *face, struct face_conn *to, const char *topic, const void *payload,
              size_t len)
{
    const struct speech speech = {
        .to = to, .topic = topic, .payload = payload, .len = len, .qos = 1};

    (void)face_speak(face, &speech); /* what does not fit any more is dropped */
}

bool face_speak(struct face *face, const struct speech *speech)
{
    struct queued *q = face->queued < FACE_QUEUE_MAX ? calloc(1, sizeof(*q)) : NULL;

    if (q == NULL)
        return false;
    q->message = (struct face_message){.topic = strdup(speech->topic),
                                       .payload = malloc(speech->len + 1),
                                       .payload_len = speech->len,
                                       .qos = speech->qos,
                                       .to = speech->to,
                                       .ticket = speech->ticket};
    if (q->message.topic == NULL || q->message.payload == NULL) {
        face_message_done(&q->message);
        free(q);
        return false;
    }
    if (speech->len > 0)
        memcpy(q->message.payload, speech->payload, speech->len);
    q->message.payload[speech->len] = '\0';
    *face->last = q;
    face->last = &q->next;
    face->queued++;
    return true;
}

bool face_take_message(struct face *face, struct face_message *ret)
{
    struct queued *q = face->first;

    if (q == NULL)
        return false;
    face->first = q->next;
    if (face->first == NULL)
        face->last = &face->first;
    face->queued--;
    *ret = q->message;
    free(q);
    return true;
}

void face_message_done(struct face_message *message)
{
    free(message->topic);
    free(message->payload);
    *message = (struct face_message){.topic = NULL};
}

const char *face_text(struct mqtt_view view, char *text, size_t cap)
{
    size_t len = view.len < cap - 1 ? view.len : cap - 1;

    for (size_t i = 0; i < len; i++)
        text[i] = (char)(view.data[i] >= 0x20 && view.data[i] != 0x7f ? view.data[i] : '?');
    text[len] = '\0';
    return text;
}

bool face_view_is(struct mqtt_view view, const char *text)
{
    return mqtt_view_equal(view, mqtt_view_text(text));
}

static void keep_peer(struct face_conn *conn, const struct face_peer *peer)
{
    snprintf(conn->protocol, sizeof(conn->protocol), "%s", peer->protocol);
    snprintf(conn->common_name, sizeof(conn->common_name), "%s", peer->common_name);
    snprintf(conn->subject, sizeof(conn->subject), "%s", peer->subject);
    snprintf(conn->sha1, sizeof(conn->sha1), "%s", peer->sha1);
    snprintf(conn->sha256, sizeof(conn->sha256), "%s", peer->sha256);
    conn->has_certificate = peer->has_certificate;
    conn->has_psk_identity = peer->psk_identity != NULL;
    snprintf(conn->psk_identity, sizeof(conn->psk_identity), "%s",
             peer->psk_identity != NULL ? peer->psk_identity : "");
}

bool face_admit(struct face_conn *conn, const struct face_peer *peer)
{
    struct decision d = {NULL};

    if (peer == NULL)
        return true; /* without TLS nothing of it can be asked */
    keep_peer(conn, peer);
    if (conn->face->functions->admit != NULL)
        conn->face->functions->admit(conn, peer, &d);
    return d.rule == NULL;
}

void face_handshake_failed(struct face_conn *conn, const struct face_peer *peer)
{
    if (conn->face->functions->handshake_failed != NULL)
        conn->face->functions->handshake_failed(conn, peer);
}

bool face_upgrade(struct face_conn *conn, const char *path, const char *host, struct buf *refusal)
{
    return conn->face->functions->upgrade == NULL ||
           conn->face->functions->upgrade(conn, path, host, refusal);
}

void face_connect(struct face_conn *conn, const struct mqtt_connect *c, struct mqtt_welcome *ret)
{
    struct decision d = {NULL};

    conn->is_v5 = c->level == MQTT_V5;
    conn->face->functions->connect(conn, c, ret, &d);
    if (d.rule == NULL) {
        wishes_try(conn->face);
        return;
    }
    ret->refusal = d.rule->code5;
    ret->return_code = d.rule->code3;
    ret->is_unanswered = answer_of(conn, d.rule, "CONNECT") == FACE_CLOSE && !conn->is_v5;
}

static void rule_out(const struct decision *d, struct face_ruling *ret)
{
    if (d->rule == NULL)
        return;
    ret->reason = d->rule->answer == FACE_SILENCE ? MQTT_REASON_UNANSWERED : d->rule->code5;
    ret->is_closed = d->rule->answer == FACE_CLOSE;
}

void face_publish(struct face_conn *conn, const struct mqtt_packet *p, struct mqtt_view topic,
                  struct face_ruling *ret)
{
    struct decision d = {NULL};

    if (conn->face->functions->publish != NULL)
        conn->face->functions->publish(conn, p, topic, &d);
    rule_out(&d, ret);
}

void face_subscribe(struct face_conn *conn, const struct mqtt_filter *f, struct face_ruling *ret)
{
    struct decision d = {NULL};

    conn->filters++;
    if (conn->face->functions->subscribe != NULL)
        conn->face->functions->subscribe(conn, f, &d);
    rule_out(&d, ret);
}

void face_subscribed(struct face_conn *conn)
{
    conn->filters = 0;
    if (conn->face->functions->subscribed != NULL)
        conn->face->functions->subscribed(conn);
    wishes_try(conn->face);
}

void face_unsubscribe(struct face_conn *conn, struct mqtt_view filter)
{
    if (conn->face->functions->unsubscribe != NULL)
        conn->face->functions->unsubscribe(conn, filter);
}

void face_delivered(struct face_conn *conn, uint32_t ticket)
{
    if (conn->face->functions->delivered != NULL)
        conn->face->functions->delivered(conn, ticket);
}
