/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Events of a session. Views end where the next field begins, but readers of live events take texts
 * as strings: every text is copied, with a NUL behind it, to where it stays until the event is out.
 */
#include "session_state.h"

#include "base/event_kinds.h"
#include "mqtt/property.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { EVENT_TEXTS_MAX = 4, FILTERS_MAX = 64, SMALL_COPIES = 512, COPIES_MAX = 64 << 20 };

/* The texts of one event. What is rarely long needs no memory of the session, nor of the heap. */
struct copies {
    uint8_t small[SMALL_COPIES];
    struct buf large;
};

/* Once for an event, which leaves by emit_copied(). */
static enum assay_status reserve_copies(struct copies *copies, size_t len, uint8_t **ret)
{
    buf_init(&copies->large, COPIES_MAX);
    if (len > sizeof(copies->small))
        return buf_extend(&copies->large, len, ret);
    *ret = copies->small;
    return ASSAY_OK;
}

static void emit_copied(struct event_builder *e, struct copies *copies)
{
    event_emit(e);
    buf_done(&copies->large);
}

struct named_text {
    const char *name;
    struct mqtt_view text;
};

/* Add the texts that are there; emit_copied() follows. */
static enum assay_status add_texts(struct copies *memory, struct event_builder *e,
                                   const struct named_text *texts, size_t count)
{
    const char *copies[EVENT_TEXTS_MAX] = {NULL};
    size_t total = 0;
    uint8_t *room = NULL;

    for (size_t i = 0; i < count; i++)
        total += texts[i].text.len + 1;
    ASSAY_TRY(reserve_copies(memory, total, &room));
    for (size_t i = 0; i < count; i++) {
        if (texts[i].text.len > 0)
            memcpy(room, texts[i].text.data, texts[i].text.len);
        room[texts[i].text.len] = 0;
        copies[i] = (const char *)room;
        room += texts[i].text.len + 1;
    }
    for (size_t i = 0; i < count; i++)
        if (texts[i].text.data != NULL)
            event_add_text(e, event_name(texts[i].name), copies[i], texts[i].text.len);
    return ASSAY_OK;
}

/* The reason or return code, where the packet has one. */
static bool reason_of(const struct mqtt_packet *packet, int64_t *ret)
{
    switch (packet->type) {
    case MQTT_CONNACK:
        *ret = packet->connack.code;
        return true;
    case MQTT_PUBACK:
    case MQTT_PUBREC:
    case MQTT_PUBREL:
    case MQTT_PUBCOMP:
        *ret = packet->acknowledge.reason;
        return packet->acknowledge.has_reason;
    case MQTT_SUBACK:
    case MQTT_UNSUBACK:
        *ret = packet->suback.codes.len > 0 ? packet->suback.codes.data[0] : 0;
        return packet->suback.codes.len > 0;
    case MQTT_DISCONNECT:
    case MQTT_AUTH:
        *ret = packet->disconnect.reason;
        return packet->disconnect.has_reason;
    case MQTT_CONNECT:
    case MQTT_PUBLISH:
    case MQTT_SUBSCRIBE:
    case MQTT_UNSUBSCRIBE:
    case MQTT_PINGREQ:
    case MQTT_PINGRESP:
        break;
    }
    return false;
}

static void begin(struct mqtt_session *s, struct event_builder *e, const char *kind)
{
    event_begin(e, s->sink, "mqtt", kind, s->conn);
}

/* What stands in the bytes that the session is given. */
static void begin_received(struct mqtt_session *s, struct event_builder *e, const char *kind)
{
    event_begin_within(e, s->sink, "mqtt", kind, s->conn);
}

static void add_common(struct event_builder *e, const char *dir, const struct mqtt_packet *packet)
{
    uint16_t packet_id = 0;
    int64_t reason = 0;

    event_word(e, "dir", dir);
    event_word(e, "type", mqtt_type_name(packet->type));
    event_int(e, "length", (int64_t)packet->size);
    if (mqtt_packet_id(packet, &packet_id))
        event_int(e, "packet_id", packet_id);
    if (reason_of(packet, &reason))
        event_int(e, "reason", reason);
}

static enum assay_status add_publish(struct copies *copies, struct event_builder *e,
                                     const struct mqtt_packet *packet, struct mqtt_view topic)
{
    const struct named_text text = {"topic", topic};

    buf_init(&copies->large, COPIES_MAX);
    if (topic.data != NULL && !event_add_view(e, EVENT_NAME("topic"), topic.data, topic.len))
        ASSAY_TRY(add_texts(copies, e, &text, 1));
    event_int(e, "qos", mqtt_publish_qos(packet));
    /* What a message rarely is, is said where it is so: every byte of an event costs. */
    if (mqtt_publish_retain(packet))
        event_bool(e, "retain", true);
    if (mqtt_publish_dup(packet))
        event_bool(e, "dup", true);
    return ASSAY_OK;
}

/* The first filters of a SUBSCRIBE or UNSUBSCRIBE as strings. */
static enum assay_status emit_with_filters(struct event_builder *e,
                                           const struct mqtt_packet *packet)
{
    const char *filters[FILTERS_MAX];
    int64_t options[FILTERS_MAX];
    struct mqtt_filter f;
    size_t at = 0;
    size_t count = 0;
    uint8_t *room = NULL;
    struct copies copies;

    /* Each filter loses its two bytes of length and gains one NUL. */
    ASSAY_TRY(reserve_copies(&copies, packet->subscribe.filters.len, &room));
    while (count < FILTERS_MAX && mqtt_filter_next(packet, &at, &f)) {
        memcpy(room, f.filter.data, f.filter.len);
        room[f.filter.len] = 0;
        filters[count] = (const char *)room;
        options[count++] = f.options;
        room += f.filter.len + 1;
    }
    event_texts(e, "filters", filters, count);
    if (packet->type == MQTT_SUBSCRIBE)
        event_ints(e, "options", options, count);
    emit_copied(e, &copies);
    return ASSAY_OK;
}

/* What a CONNACK of 5.0 tells of the broker's limits. */
static void add_limits(struct event_builder *e, const struct mqtt_packet *packet)
{
    static const struct {
        enum mqtt_property_id id;
        const char *name;
    } rows[] = {{MQTT_PROP_SERVER_KEEP_ALIVE, "keep_alive_s"},
                {MQTT_PROP_RECEIVE_MAXIMUM, "receive_maximum"},
                {MQTT_PROP_MAXIMUM_PACKET_SIZE, "maximum_packet"}};
    struct mqtt_property property;

    for (size_t i = 0; packet->type == MQTT_CONNACK && i < sizeof(rows) / sizeof(rows[0]); i++)
        if (mqtt_property_get(packet->connack.properties, rows[i].id, &property))
            event_add_int(e, event_name(rows[i].name), property.number);
}

enum assay_status mqtt_emit_packet(struct mqtt_session *s, const char *dir,
                                   const struct mqtt_packet *packet)
{
    struct event_builder e;
    struct copies copies;

    if (s->sink == NULL)
        return ASSAY_OK;
    if (strcmp(dir, "rx") == 0)
        begin_received(s, &e, EV_MQTT_PACKET);
    else
        begin(s, &e, EV_MQTT_PACKET);
    add_common(&e, dir, packet);
    add_limits(&e, packet);
    if (packet->type == MQTT_SUBSCRIBE || packet->type == MQTT_UNSUBSCRIBE)
        return emit_with_filters(&e, packet);
    if (packet->type != MQTT_PUBLISH) {
        event_emit(&e);
        return ASSAY_OK;
    }
    ASSAY_TRY(add_publish(&copies, &e, packet, packet->publish.topic));
    event_int(&e, "payload_length", (int64_t)packet->publish.payload.len);
    emit_copied(&e, &copies);
    return ASSAY_OK;
}

enum assay_status mqtt_emit_connect(struct mqtt_session *s, const struct mqtt_packet *packet,
                                    bool malformed)
{
    const struct mqtt_connect *c = &packet->connect;
    const struct named_text texts[] = {
        {"client_id", c->client_id.data != NULL ? c->client_id : mqtt_view_empty()},
        {"username", c->username},
        {"will_topic", c->will_topic},
    };
    struct event_builder e;
    struct copies copies;

    if (s->sink == NULL)
        return ASSAY_OK;
    begin_received(s, &e, EV_MQTT_CONNECT);
    event_int(&e, "version", c->level);
    ASSAY_TRY(add_texts(&copies, &e, texts, sizeof(texts) / sizeof(texts[0])));
    event_int(&e, "keep_alive_s", c->keep_alive_s);
    event_bool(&e, "clean", (c->flags & MQTT_CONNECT_CLEAN) != 0);
    if (c->password.data != NULL) {
        event_secret(&e, "password", c->password.data, c->password.len);
        event_int(&e, "password_length", (int64_t)c->password.len);
    }
    event_bool(&e, "has_username", c->username.data != NULL);
    event_bool(&e, "has_password", c->password.data != NULL);
    event_bool(&e, "will", c->will_topic.data != NULL);
    if (c->will_topic.data != NULL) {
        event_int(&e, "will_qos", (c->flags & MQTT_CONNECT_WILL_QOS) >> 3);
        event_bool(&e, "will_retain", (c->flags & MQTT_CONNECT_WILL_RETAIN) != 0);
        event_int(&e, "will_payload_length", (int64_t)c->will_payload.len);
    }
    event_bool(&e, "malformed", malformed);
    emit_copied(&e, &copies);
    return ASSAY_OK;
}

enum assay_status mqtt_emit_publish(struct mqtt_session *s, const struct mqtt_packet *packet,
                                    struct mqtt_view topic)
{
    struct event_builder e;
    struct copies copies;

    if (s->sink == NULL)
        return ASSAY_OK;
    begin_received(s, &e, EV_MQTT_PUBLISH);
    event_word(&e, "dir", "rx");
    ASSAY_TRY(add_publish(&copies, &e, packet, topic));
    if (packet->publish.has_packet_id)
        event_int(&e, "packet_id", packet->publish.packet_id);
    event_bytes(&e, "payload", packet->publish.payload.data, packet->publish.payload.len);
    emit_copied(&e, &copies);
    return ASSAY_OK;
}

void mqtt_emit_withheld(struct mqtt_session *s, const struct mqtt_packet *packet)
{
    struct event_builder e;
    uint16_t packet_id = 0;

    begin(s, &e, EV_MQTT_WITHHELD);
    event_text(&e, "type", mqtt_type_name(packet->type));
    if (mqtt_packet_id(packet, &packet_id))
        event_int(&e, "packet_id", packet_id);
    event_emit(&e);
}

void mqtt_emit_fault(struct mqtt_session *s, const char *dir, const char *fault,
                     const struct mqtt_packet *packet)
{
    struct event_builder e;
    uint16_t packet_id = 0;

    begin(s, &e, EV_MQTT_FAULT);
    event_text(&e, "fault", fault);
    event_text(&e, "dir", dir);
    event_text(&e, "type", mqtt_type_name(packet->type));
    if (mqtt_packet_id(packet, &packet_id))
        event_int(&e, "packet_id", packet_id);
    event_emit(&e);
}

void mqtt_emit_violation(struct mqtt_session *s, const struct mqtt_violation *violation)
{
    struct event_builder e;

    begin(s, &e, EV_MQTT_VIOLATION);
    event_text(&e, "clause", violation->clause);
    event_text(&e, "text", violation->text);
    event_text(&e, "type", mqtt_type_name(violation->type));
    event_text(&e, "detail", violation->detail);
    event_emit(&e);
}

void mqtt_emit_closed(struct mqtt_session *s)
{
    struct event_builder e;

    begin(s, &e, EV_MQTT_CLOSED);
    event_bool(&e, "clean", s->stage == MQTT_STAGE_DISCONNECTED);
    event_emit(&e);
}
