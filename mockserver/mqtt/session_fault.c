/* SPDX-License-Identifier: Apache-2.0 */
/* The faults of mqtt/fault.h, carried out on the packets of a session. */
#include "session_state.h"

#include "mqtt/decoder.h"
#include "mqtt/encoder.h"
#include "mqtt/property.h"

#include <stdlib.h>
#include <string.h>

/* A packet that leaves later. */
struct mqtt_held {
    struct mqtt_held *next;
    uint64_t due_ms;
    bool behind_next; /* reorder */
    size_t len;
    uint8_t bytes[];
};

struct doing {
    struct mqtt_session *s;
    const struct mqtt_fault *fault;
    size_t place;
    size_t start; /* of the packet, in the output */
    bool *gone;   /* the packet is not in the output any more */
};

static enum assay_status withhold(const struct doing *d)
{
    buf_truncate(&d->s->output, d->start);
    *d->gone = true;
    return ASSAY_OK;
}

static enum assay_status hold(const struct doing *d, bool behind_next)
{
    struct buf *out = &d->s->output;
    size_t len = out->len - d->start;
    struct mqtt_held *held = malloc(sizeof(*held) + len);
    struct mqtt_held **last = &d->s->held;

    if (held == NULL)
        return ASSAY_ERR_NOMEM;
    *held = (struct mqtt_held){
        .due_ms = d->s->faults->now_ms + d->fault->by, .behind_next = behind_next, .len = len};
    memcpy(held->bytes, out->data + d->start, len);
    while (*last != NULL && (*last)->due_ms <= held->due_ms)
        last = &(*last)->next;
    held->next = *last;
    *last = held;
    return withhold(d);
}

static enum assay_status delay(const struct doing *d)
{
    return hold(d, false);
}

static enum assay_status reorder(const struct doing *d)
{
    return hold(d, true);
}

static enum assay_status duplicate(const struct doing *d)
{
    size_t len = d->s->output.len - d->start;
    uint8_t *room = NULL;

    ASSAY_TRY(buf_extend(&d->s->output, len, &room));
    memcpy(room, d->s->output.data + d->start, len);
    return ASSAY_OK;
}

static enum assay_status corrupt(const struct doing *d)
{
    size_t len = d->s->output.len - d->start;
    size_t at = d->fault->at;

    if (at == UINT32_MAX)
        at = mqtt_fault_draw(d->fault, d->place, d->s->faults, (uint32_t)len);
    if (at < len)
        d->s->output.data[d->start + at] ^= 0xff;
    return ASSAY_OK;
}

static enum assay_status shorten(const struct doing *d)
{
    size_t len = d->s->output.len - d->start;

    buf_truncate(&d->s->output, d->start + (d->fault->by < len ? len - d->fault->by : 0));
    return ASSAY_OK;
}

static enum assay_status close_at(const struct doing *d)
{
    size_t len = d->s->output.len - d->start;

    if (d->fault->at < len)
        buf_truncate(&d->s->output, d->start + d->fault->at);
    mqtt_session_finish(d->s, MQTT_STAGE_DROPPED);
    return ASSAY_OK;
}

/* The fixed header of a CONNACK takes two bytes, its flags one. */
static enum assay_status set_code(const struct doing *d)
{
    enum { CODE_AT = 3 };

    if (d->s->output.len > d->start + CODE_AT && d->s->output.data[d->start] >> 4 == MQTT_CONNACK)
        d->s->output.data[d->start + CODE_AT] = (uint8_t)d->fault->reason;
    return ASSAY_OK;
}

static enum assay_status flood(const struct doing *d)
{
    struct mqtt_packet message = mqtt_packet_of(MQTT_PUBLISH);
    enum assay_status status = ASSAY_OK;

    message.publish.topic =
        mqtt_view_text(d->fault->topic[0] != '\0' ? d->fault->topic : "assay/flood");
    message.publish.payload = mqtt_view_text("more than anybody asked for");
    if (d->s->info.version == MQTT_V5)
        message.publish.properties = mqtt_view_empty();
    for (uint32_t i = 0; i < d->fault->by && status == ASSAY_OK; i++)
        status = mqtt_encode(&message, &d->s->output);
    return status == ASSAY_ERR_LIMIT ? ASSAY_OK : status; /* as much as there is room for */
}

static enum assay_status set_byte(const struct doing *d)
{
    if (d->fault->at < d->s->output.len - d->start)
        d->s->output.data[d->start + d->fault->at] = (uint8_t)d->fault->to;
    return ASSAY_OK;
}

static enum assay_status nothing(const struct doing *d)
{
    (void)d;
    return ASSAY_OK;
}

static enum assay_status disconnect(const struct doing *d)
{
    struct mqtt_packet goodbye = mqtt_packet_of(MQTT_DISCONNECT);
    struct buf properties;
    enum assay_status status = ASSAY_OK;

    mqtt_session_finish(d->s, MQTT_STAGE_DROPPED);
    if (d->s->info.version != MQTT_V5)
        return ASSAY_OK; /* 3.1.1 has no DISCONNECT from a server */
    buf_init(&properties, 256);
    goodbye.disconnect.has_reason = true;
    goodbye.disconnect.reason = (uint8_t)d->fault->reason;
    if (d->fault->reference[0] != '\0')
        status =
            mqtt_property_add_text(&properties, MQTT_PROP_SERVER_REFERENCE, d->fault->reference);
    if (properties.len > 0)
        goodbye.disconnect.properties = mqtt_view_bytes(properties.data, properties.len);
    if (status == ASSAY_OK)
        status = mqtt_session_send(d->s, &goodbye, NULL);
    buf_done(&properties);
    return status;
}

static enum assay_status (*const deeds[MQTT_FAULT_VERBS])(const struct doing *d) = {
    [MQTT_FAULT_WITHHOLD] = withhold,     [MQTT_FAULT_DELAY] = delay,
    [MQTT_FAULT_REORDER] = reorder,       [MQTT_FAULT_DUPLICATE] = duplicate,
    [MQTT_FAULT_CORRUPT] = corrupt,       [MQTT_FAULT_SHORTEN] = shorten,
    [MQTT_FAULT_CLOSE] = close_at,        [MQTT_FAULT_CODE] = set_code,
    [MQTT_FAULT_FLOOD] = flood,           [MQTT_FAULT_IGNORE] = nothing,
    [MQTT_FAULT_DISCONNECT] = disconnect, [MQTT_FAULT_SET] = set_byte,
};

enum assay_status mqtt_faults_on_sent(struct mqtt_session *s, const struct mqtt_packet *packet,
                                      size_t start, bool *ret_gone)
{
    *ret_gone = false;
    for (size_t i = 0; i < s->settings->fault_count && !*ret_gone; i++) {
        const struct mqtt_fault *fault = &s->settings->faults[i];
        const struct doing d = {s, fault, i, start, ret_gone};

        if (!mqtt_fault_meets(fault, i, false, packet, s->host->client(s->host_ctx), s->faults))
            continue;
        mqtt_emit_fault(s, "tx", mqtt_fault_rows[fault->verb].name, packet);
        ASSAY_TRY(deeds[fault->verb](&d));
    }
    return ASSAY_OK;
}

enum assay_status mqtt_faults_on_received(struct mqtt_session *s, const struct mqtt_packet *packet,
                                          bool *ret_met)
{
    *ret_met = false;
    for (size_t i = 0; i < s->settings->fault_count && !*ret_met; i++) {
        const struct mqtt_fault *fault = &s->settings->faults[i];
        const struct doing d = {s, fault, i, 0, ret_met};

        if (!mqtt_fault_meets(fault, i, true, packet, s->host->client(s->host_ctx), s->faults))
            continue;
        *ret_met = true;
        mqtt_emit_fault(s, "rx", mqtt_fault_rows[fault->verb].name, packet);
        ASSAY_TRY(deeds[fault->verb](&d));
    }
    return ASSAY_OK;
}

/* What a SUBSCRIBE asks for first. */
static struct mqtt_view first_filter(const struct mqtt_packet *packet)
{
    struct mqtt_filter f;
    size_t at = 0;

    if (packet->type == MQTT_SUBSCRIBE && mqtt_filter_next(packet, &at, &f))
        return f.filter;
    return mqtt_view_empty();
}

enum assay_status mqtt_messages_with(struct mqtt_session *s, const struct mqtt_packet *packet)
{
    for (size_t i = 0; i < s->settings->message_count; i++)
        if (mqtt_message_meets(&s->settings->messages[i], i, packet, s->faults))
            ASSAY_TRY(s->host->order(s->host_ctx, &s->settings->messages[i], first_filter(packet)));
    return ASSAY_OK;
}

/* It leaves now: put it out and say so. */
static enum assay_status let_go(struct mqtt_session *s, struct mqtt_held *held)
{
    struct reader input = reader_over(held->bytes, held->len);
    struct mqtt_violation violation;
    struct mqtt_packet packet;
    struct mqtt_decoder d;
    enum assay_status status = buf_add(&s->output, held->bytes, held->len);

    mqtt_decoder_init(&d, s->info.version, MQTT_PACKET_LIMIT);
    if (status == ASSAY_OK && mqtt_decoder_next(&d, &input, &packet, &violation) == ASSAY_OK) {
        mqtt_acknowledged_late(s, &packet);
        status = mqtt_emit_packet(s, "tx", &packet);
    }
    mqtt_decoder_done(&d);
    free(held);
    return status;
}

enum assay_status mqtt_held_behind(struct mqtt_session *s)
{
    struct mqtt_held **at = &s->held;

    while (*at != NULL) {
        struct mqtt_held *held = *at;

        if (!held->behind_next) {
            at = &held->next;
            continue;
        }
        *at = held->next;
        ASSAY_TRY(let_go(s, held));
    }
    return ASSAY_OK;
}

uint64_t mqtt_session_due_ms(const struct mqtt_session *session)
{
    const struct mqtt_held *held = session->held;

    while (held != NULL && held->behind_next)
        held = held->next;
    return held != NULL ? held->due_ms : UINT64_MAX;
}

enum assay_status mqtt_session_advance(struct mqtt_session *session, uint64_t now_ms)
{
    struct mqtt_held **at = &session->held;

    while (*at != NULL) {
        struct mqtt_held *held = *at;

        if (held->behind_next || held->due_ms > now_ms) {
            at = &held->next;
            continue;
        }
        *at = held->next;
        ASSAY_TRY(let_go(session, held));
    }
    return ASSAY_OK;
}

void mqtt_held_free(struct mqtt_session *s)
{
    while (s->held != NULL) {
        struct mqtt_held *next = s->held->next;

        free(s->held);
        s->held = next;
    }
}
