/* SPDX-License-Identifier: Apache-2.0 */
/* Messages on their way to one client (3.1.1 and 5.0 sections 4.3, 4.4; 5.0 section 4.9). */
#include "internal.h"

#include <stdlib.h>
#include <string.h>

enum { IDS_MAX = 4096 }; /* bytes of the subscription identifiers of one message */

/* What an acknowledgement does to a message that waits. */
static const struct {
    enum mqtt_type type;
    enum broker_wait wait;
    bool refused; /* reason code 0x80 and above */
    bool completes;
    enum broker_wait next;
} steps[] = {
    {MQTT_PUBACK, BROKER_WAIT_PUBACK, false, true, BROKER_QUEUED},
    {MQTT_PUBACK, BROKER_WAIT_PUBACK, true, true, BROKER_QUEUED},
    {MQTT_PUBREC, BROKER_WAIT_PUBREC, false, false, BROKER_WAIT_PUBCOMP},
    {MQTT_PUBREC, BROKER_WAIT_PUBREC, true, true, BROKER_QUEUED},
    {MQTT_PUBREC, BROKER_WAIT_PUBCOMP, false, false, BROKER_WAIT_PUBCOMP},
    {MQTT_PUBREC, BROKER_WAIT_PUBCOMP, true, true, BROKER_QUEUED},
    {MQTT_PUBCOMP, BROKER_WAIT_PUBCOMP, false, true, BROKER_QUEUED},
    {MQTT_PUBCOMP, BROKER_WAIT_PUBCOMP, true, true, BROKER_QUEUED},
};

static void append(struct broker_list *list, struct broker_delivery *d)
{
    d->next = NULL;
    *list->tail = d;
    list->tail = &d->next;
    list->count++;
}

/* Take the one at *at out. */
static struct broker_delivery *take(struct broker_list *list, struct broker_delivery **at)
{
    struct broker_delivery *d = *at;

    *at = d->next;
    if (d->next == NULL)
        list->tail = at;
    list->count--;
    return d;
}

static void free_delivery(struct broker_delivery *d)
{
    broker_message_drop(d->message);
    free(d);
}

static void clear(struct broker_list *list)
{
    while (list->head != NULL)
        free_delivery(take(list, &list->head));
}

struct broker_traffic *broker_traffic_of(struct broker_client *c)
{
    if (c->traffic != NULL)
        return c->traffic;
    c->traffic = calloc(1, sizeof(*c->traffic));
    if (c->traffic == NULL)
        return NULL;
    c->traffic->inflight.tail = &c->traffic->inflight.head;
    c->traffic->queue.tail = &c->traffic->queue.head;
    buf_init(&c->traffic->match_ids, IDS_MAX);
    return c->traffic;
}

void broker_traffic_free(struct broker_client *c)
{
    struct broker_traffic *t = c->traffic;

    if (t == NULL)
        return;
    clear(&t->inflight);
    clear(&t->queue);
    while (t->received != NULL) {
        struct broker_received *next = t->received->next;

        broker_message_drop(t->received->message);
        free(t->received);
        t->received = next;
    }
    buf_done(&t->match_ids);
    free(t);
    c->traffic = NULL;
}

void broker_deliveries_pause(struct broker_client *c)
{
    struct broker_traffic *t = c->traffic;

    if (t == NULL)
        return;
    for (struct broker_delivery *d = t->inflight.head; d != NULL; d = d->next)
        d->is_sent = false;
    t->under_way = 0;
}

size_t broker_waiting(const struct broker_client *c)
{
    return c->traffic != NULL ? c->traffic->inflight.count + c->traffic->queue.count : 0;
}

/* Said once for as long as it lasts: a client that never reads would fill the transcript. */
static void dropped(struct broker_client *c, const struct broker_message *m, const char *why)
{
    if (c->traffic->dropped++ == 0)
        broker_emit_dropped(c, m, why);
}

static bool can_send(const struct broker_client *c)
{
    return c->conn != NULL && mqtt_session_stage(c->conn->session) == MQTT_STAGE_CONNECTED &&
           c->conn->backlog + mqtt_session_output(c->conn->session)->len < BROKER_OUTPUT_HIGH;
}

/* False: it cannot be sent to this client at all. */
static bool send_message(struct broker_client *c, struct broker_message *m,
                         const struct mqtt_delivery *how)
{
    struct mqtt_delivery d = *how;
    bool sent = false;

    d.topic = broker_message_topic(m);
    d.payload = broker_message_payload(m);
    d.properties = broker_message_properties(m);
    d.has_expiry = m->expires_ms != UINT64_MAX;
    if (d.has_expiry)
        d.expiry_s = broker_message_left_s(m, c->broker->now_ms);
    if (mqtt_session_deliver(c->conn->session, &d, &sent) != ASSAY_OK)
        sent = false; /* no memory for it; the connection stays as it was */
    broker_ready(c->conn);
    return sent;
}

static bool is_used(const struct broker_traffic *t, uint16_t id)
{
    for (const struct broker_delivery *d = t->inflight.head; d != NULL; d = d->next)
        if (d->packet_id == id)
            return true;
    return false;
}

/* The next one that is free: fewer than all are under way. */
static uint16_t next_packet_id(struct broker_traffic *t)
{
    do
        t->last_packet_id = (uint16_t)(t->last_packet_id == UINT16_MAX ? 1 : t->last_packet_id + 1);
    while (is_used(t, t->last_packet_id));
    return t->last_packet_id;
}

static bool send_publish(struct broker_client *c, struct broker_delivery *d)
{
    const struct mqtt_delivery how = {
        .subscription_ids = mqtt_view_bytes(d->ids, d->ids_len),
        .qos = d->qos,
        .retain = d->retain,
        .dup = d->was_sent,
        .packet_id = d->packet_id,
    };

    return send_message(c, d->message, &how);
}

/* (Re)send one that is in flight. False: it is over. */
static bool send_inflight(struct broker_client *c, struct broker_delivery *d)
{
    bool sent = true;

    if (d->wait == BROKER_WAIT_PUBCOMP) {
        sent = mqtt_session_release(c->conn->session, d->packet_id) == ASSAY_OK;
        broker_ready(c->conn);
    } else {
        sent = send_publish(c, d);
    }
    d->is_sent = true;
    d->was_sent = true;
    c->traffic->under_way += sent;
    return sent;
}

static void resend(struct broker_client *c)
{
    struct broker_traffic *t = c->traffic;
    struct broker_delivery **at = &t->inflight.head;

    while (*at != NULL && t->under_way < c->quota && can_send(c)) {
        if (!(*at)->is_sent && !send_inflight(c, *at))
            free_delivery(take(&t->inflight, at));
        else
            at = &(*at)->next;
    }
}

static void start(struct broker_client *c, struct broker_delivery *d)
{
    struct broker_traffic *t = c->traffic;

    d->packet_id = next_packet_id(t);
    d->wait = d->qos == 2 ? BROKER_WAIT_PUBREC : BROKER_WAIT_PUBACK;
    append(&t->inflight, d);
    if (send_inflight(c, d))
        return;
    dropped(c, d->message, "larger than the client takes");
    for (struct broker_delivery **at = &t->inflight.head; *at != NULL; at = &(*at)->next) {
        if (*at == d) {
            free_delivery(take(&t->inflight, at));
            return;
        }
    }
}

static size_t bytes_of(const struct broker_message *m)
{
    return (size_t)m->topic_len + m->properties_len + m->payload_len;
}

void broker_pump(struct broker_client *c)
{
    struct broker_traffic *t = c->traffic;

    if (t == NULL || !can_send(c))
        return;
    t->dropped = 0;
    if (t->under_way < t->inflight.count)
        resend(c);
    while (t->queue.head != NULL && t->under_way < c->quota && t->inflight.count < UINT16_MAX - 1 &&
           can_send(c)) {
        struct broker_delivery *d = take(&t->queue, &t->queue.head);

        t->queue_bytes -= bytes_of(d->message);
        if (broker_message_left_s(d->message, c->broker->now_ms) == 0)
            free_delivery(d); /* [MQTT-3.3.2-5] */
        else
            start(c, d);
    }
}

static struct broker_delivery *new_delivery(struct broker_message *m,
                                            const struct broker_route_to *to)
{
    struct broker_delivery *d = malloc(sizeof(*d) + to->ids.len);

    if (d == NULL)
        return NULL;
    *d = (struct broker_delivery){
        .message = broker_message_keep(m),
        .qos = (uint8_t)to->qos,
        .retain = to->retain,
        .ids_len = (uint32_t)to->ids.len,
    };
    if (to->ids.len > 0)
        memcpy(d->ids, to->ids.data, to->ids.len);
    return d;
}

static void deliver_once(struct broker_client *c, struct broker_message *m,
                         const struct broker_route_to *to)
{
    const struct mqtt_delivery how = {.subscription_ids = to->ids, .retain = to->retain};

    if (c->conn == NULL)
        return; /* nothing of QoS 0 waits for those who are away */
    if (!can_send(c))
        dropped(c, m, "the client does not read");
    else if (!send_message(c, m, &how))
        dropped(c, m, "larger than the client takes");
}

/* Why no more may wait; NULL: it may. One may always. */
static const char *why_full(const struct broker_client *c, const struct broker_message *m)
{
    const struct broker_traffic *t = c->traffic;

    if (t->queue.count == 0)
        return NULL;
    if (t->queue.count >= (size_t)c->broker->settings->max_queued)
        return "max_queued messages wait already";
    if (t->queue_bytes + bytes_of(m) > BROKER_QUEUE_BYTES)
        return "16 MiB of messages wait already";
    return NULL;
}

void broker_deliver(struct broker_client *c, struct broker_message *m,
                    const struct broker_route_to *to)
{
    struct broker_traffic *t = broker_traffic_of(c);
    struct broker_delivery *d = NULL;
    const char *full = NULL;

    if (t == NULL)
        return;
    if (to->qos == 0) {
        deliver_once(c, m, to);
        return;
    }
    full = why_full(c, m);
    if (full != NULL) {
        dropped(c, m, full);
        return;
    }
    d = new_delivery(m, to);
    if (d == NULL)
        return;
    append(&t->queue, d);
    t->queue_bytes += bytes_of(m);
    broker_pump(c);
}

static void tell_guard(const struct broker_client *c, uint32_t ticket)
{
    const struct broker *b = c->broker;

    if (ticket != 0 && c->conn != NULL && b->guard->delivered != NULL)
        b->guard->delivered(b->guard_ctx, c->conn->owner, ticket);
}

enum mqtt_answer broker_acknowledged(struct broker_client *c, enum mqtt_type type,
                                     uint16_t packet_id, bool refused)
{
    struct broker_traffic *t = c->traffic;
    struct broker_delivery **at = t != NULL ? &t->inflight.head : NULL;

    while (at != NULL && *at != NULL && (*at)->packet_id != packet_id)
        at = &(*at)->next;
    if (at == NULL || *at == NULL)
        return MQTT_ANSWER_UNKNOWN;
    for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
        if (steps[i].type != type || steps[i].wait != (*at)->wait || steps[i].refused != refused)
            continue;
        if (steps[i].completes) {
            tell_guard(c, (*at)->message->ticket);
            t->under_way -= (*at)->is_sent;
            free_delivery(take(&t->inflight, at));
        } else {
            (*at)->wait = steps[i].next;
        }
        return MQTT_ANSWER_KNOWN;
    }
    return MQTT_ANSWER_WRONG;
}
