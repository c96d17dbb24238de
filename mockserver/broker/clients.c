/* SPDX-License-Identifier: Apache-2.0 */
/* The table of clients, their wills, and the ends of their sessions (3.1.1 and 5.0 section 4.1). */
#include "internal.h"

#include "mqtt/reason.h"

#include <stdlib.h>
#include <string.h>

static uint32_t hash_of(struct mqtt_view id)
{
    uint32_t hash = UINT32_C(2166136261);

    for (size_t i = 0; i < id.len; i++)
        hash = (hash ^ id.data[i]) * UINT32_C(16777619);
    return hash;
}

static struct broker_client **bucket_of(const struct broker *b, struct mqtt_view id)
{
    return &b->buckets[hash_of(id) & (b->bucket_count - 1)];
}

static struct mqtt_view id_of(const struct broker_client *c)
{
    return mqtt_view_bytes(c->id, c->id_len);
}

struct broker_client *broker_client_find(const struct broker *b, struct mqtt_view id)
{
    struct broker_client *c = *bucket_of(b, id);

    while (c != NULL && !mqtt_view_equal(id_of(c), id))
        c = c->bucket_next;
    return c;
}

static void grow(struct broker *b)
{
    size_t old_count = b->bucket_count;
    struct broker_client **old = b->buckets;
    struct broker_client **buckets = calloc(old_count * 2, sizeof(struct broker_client *));

    if (buckets == NULL)
        return;
    b->buckets = buckets;
    b->bucket_count = old_count * 2;
    for (size_t i = 0; i < old_count; i++) {
        struct broker_client *c = old[i];

        while (c != NULL) {
            struct broker_client *next = c->bucket_next;
            struct broker_client **bucket = bucket_of(b, id_of(c));

            c->bucket_next = *bucket;
            *bucket = c;
            c = next;
        }
    }
    free(old);
}

void broker_session_is_over(struct timer *timer)
{
    broker_client_end(TIMER_OWNER(timer, struct broker_after, session_end)->client);
}

void broker_will_is_due(struct timer *timer)
{
    struct broker_client *c = TIMER_OWNER(timer, struct broker_after, will_due)->client;

    broker_will_publish(c);
    if (c->is_over)
        broker_client_free(c);
}

struct broker_client *broker_client_new(struct broker *b, struct mqtt_view id)
{
    struct broker_client *c = calloc(1, sizeof(*c) + id.len + 1);
    struct broker_client **bucket = NULL;

    if (c == NULL)
        return NULL;
    c->broker = b;
    if (id.len > 0)
        memcpy(c->id, id.data, id.len);
    c->id_len = (uint16_t)id.len; /* a text of MQTT is no longer than that */
    if (++b->client_count > b->bucket_count)
        grow(b);
    bucket = bucket_of(b, id);
    c->bucket_next = *bucket;
    *bucket = c;
    return c;
}

struct broker_after *broker_after_of(struct broker_client *c)
{
    if (c->after != NULL)
        return c->after;
    c->after = calloc(1, sizeof(*c->after));
    if (c->after == NULL)
        return NULL;
    c->after->client = c;
    c->after->session_end.kind = BROKER_SESSION_END;
    c->after->will_due.kind = BROKER_WILL_DUE;
    return c->after;
}

void broker_will_forget(struct broker_client *c)
{
    if (c->after == NULL)
        return;
    broker_message_drop(c->after->will);
    c->after->will = NULL;
    c->after->will_delay_s = 0;
    timers_stop(&c->broker->timers, &c->after->will_due);
}

static void free_after(struct broker_client *c)
{
    if (c->after == NULL)
        return;
    broker_will_forget(c);
    timers_stop(&c->broker->timers, &c->after->session_end);
    free(c->after);
    c->after = NULL;
}

void broker_client_free(struct broker_client *c)
{
    struct broker *b = c->broker;
    struct broker_client **at = bucket_of(b, id_of(c));

    while (*at != c)
        at = &(*at)->bucket_next;
    *at = c->bucket_next;
    b->client_count--;
    free_after(c);
    broker_unsubscribe_all(c);
    broker_traffic_free(c);
    free(c);
}

void broker_will_publish(struct broker_client *c)
{
    struct broker *b = c->broker;
    struct broker_message *m = c->after != NULL ? c->after->will : NULL;
    enum assay_status status = ASSAY_OK;

    if (m == NULL)
        return;
    timers_stop(&b->timers, &c->after->will_due);
    c->after->will = NULL;
    if (m->expires_ms != UINT64_MAX)
        m->expires_ms += b->now_ms;
    broker_emit_will(c, m);
    if (m->retain && (m->payload_len == 0 || b->tree.retained_count < BROKER_RETAINED_MAX))
        status =
            broker_tree_retain(&b->tree, broker_message_topic(m), m->payload_len > 0 ? m : NULL);
    (void)status; /* no memory to keep it; those who are there get it */
    (void)broker_route(b, m, c);
    broker_message_drop(m);
}

void broker_client_end(struct broker_client *c)
{
    broker_will_publish(c); /* 5.0 section 3.1.3.2.2: no later than the session's end */
    broker_emit_session(c, 0, "ended");
    broker_client_free(c);
}

static uint64_t in_s(const struct broker *b, uint32_t seconds)
{
    return b->now_ms + (uint64_t)seconds * 1000;
}

static bool has_will_habit(const struct broker_client *c)
{
    return (c->broker->settings->habits & MQTT_HABIT_WILL_OUTLIVES_SESSION) != 0;
}

static bool has_will(const struct broker_client *c)
{
    return c->after != NULL && c->after->will != NULL;
}

/* False: no memory. */
static bool delay_will(struct broker_client *c)
{
    struct broker *b = c->broker;

    return timers_start(&b->timers, &c->after->will_due, in_s(b, c->after->will_delay_s)) ==
           ASSAY_OK;
}

/* False: no memory. */
static bool delay_end(struct broker_client *c)
{
    struct broker *b = c->broker;

    return broker_after_of(c) != NULL &&
           timers_start(&b->timers, &c->after->session_end, in_s(b, c->expiry_s)) == ASSAY_OK;
}

/* The session ends, its will waits on. */
static bool outlive(struct broker_client *c)
{
    if (!has_will(c) || !delay_will(c))
        return false;
    broker_emit_session(c, 0, "ended");
    broker_unsubscribe_all(c);
    broker_traffic_free(c);
    c->is_over = true;
    return true;
}

void broker_client_leave(struct broker_client *c)
{
    bool will_waits =
        has_will(c) && c->after->will_delay_s > 0 && (c->expiry_s > 0 || has_will_habit(c));

    c->conn = NULL;
    broker_deliveries_pause(c);
    if (has_will(c) && !will_waits)
        broker_will_publish(c);
    if (c->expiry_s == 0) {
        if (has_will_habit(c) && outlive(c))
            return;
        broker_client_end(c);
        return;
    }
    broker_emit_session(c, 0, "kept");
    if (will_waits && !delay_will(c))
        broker_will_publish(c); /* early is better than never */
    if (c->expiry_s != UINT32_MAX && !delay_end(c))
        broker_client_end(c);
}
