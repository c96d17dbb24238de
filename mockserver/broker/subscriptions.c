/* SPDX-License-Identifier: Apache-2.0 */
/* Who is subscribed to what, and who gets a message (3.1.1 and 5.0 sections 3.3.5, 3.8; 4.8.2). */
#include "internal.h"

#include "mqtt/property.h"
#include "mqtt/topic.h"

#include <stdlib.h>
#include <string.h>

enum { NO_LOCAL = 0x04, RETAIN_AS_PUBLISHED = 0x08, QOS = 0x03 };

/* "$share/<name>/<filter>" taken apart; share.data is NULL for other filters. */
struct parts {
    struct mqtt_view share;
    struct mqtt_view filter;
};

static struct parts split(struct mqtt_view filter)
{
    struct parts p = {.filter = filter};

    if (!mqtt_filter_is_shared(filter) || !mqtt_filter_share_valid(filter))
        return p;
    (void)mqtt_topic_level(&p.filter);
    p.share = mqtt_topic_level(&p.filter);
    return p;
}

static struct broker_share *share_find(const struct broker_node *node, struct mqtt_view name)
{
    struct broker_share *share = node->shares;

    while (share != NULL && !mqtt_view_equal(name, mqtt_view_bytes(share->name, share->name_len)))
        share = share->next;
    return share;
}

static struct broker_share *share_make(struct broker_node *node, struct mqtt_view name)
{
    struct broker_share *share = share_find(node, name);

    if (share != NULL)
        return share;
    share = calloc(1, sizeof(*share) + name.len);
    if (share == NULL)
        return NULL;
    memcpy(share->name, name.data, name.len);
    share->name_len = name.len;
    share->next = node->shares;
    node->shares = share;
    return share;
}

static void share_trim(struct broker_node *node, struct broker_share *share)
{
    struct broker_share **at = &node->shares;

    if (share == NULL || share->subs != NULL)
        return;
    while (*at != share)
        at = &(*at)->next;
    *at = share->next;
    free(share);
}

/* Both lists may be long; the shorter one ends the search. */
static struct broker_sub *sub_find(const struct broker_client *c, const struct broker_node *node,
                                   const struct broker_share *share)
{
    const struct broker_sub *theirs = share != NULL ? share->subs : node->subs;
    const struct broker_sub *ours = c->subs;

    while (theirs != NULL && ours != NULL) {
        if (theirs->client == c)
            return (struct broker_sub *)(uintptr_t)theirs;
        if (ours->node == node && ours->share == share)
            return (struct broker_sub *)(uintptr_t)ours;
        theirs = theirs->next;
        ours = ours->client_next;
    }
    return NULL;
}

/* Shares take turns in the order in which they came. */
static void into_share(struct broker_share *share, struct broker_sub *sub)
{
    sub->prev = share->last;
    if (share->last != NULL)
        share->last->next = sub;
    else
        share->subs = sub;
    share->last = sub;
}

static void into_node(struct broker_node *node, struct broker_sub *sub)
{
    sub->next = node->subs;
    if (sub->next != NULL)
        sub->next->prev = sub;
    node->subs = sub;
}

static struct broker_sub *sub_new(struct broker_client *c, struct broker_node *node,
                                  struct broker_share *share)
{
    struct broker_sub *sub = broker_traffic_of(c) != NULL ? calloc(1, sizeof(*sub)) : NULL;

    if (sub == NULL)
        return NULL;
    *sub = (struct broker_sub){.node = node, .share = share, .client = c, .client_next = c->subs};
    if (share != NULL)
        into_share(share, sub);
    else
        into_node(node, sub);
    if (sub->client_next != NULL)
        sub->client_next->client_prev = sub;
    c->subs = sub;
    c->sub_count++;
    c->broker->sub_count++;
    return sub;
}

static void out_of_list(struct broker_sub *sub)
{
    struct broker_share *share = sub->share;

    if (share != NULL && share->turn == sub)
        share->turn = sub->next;
    if (share != NULL && share->last == sub)
        share->last = sub->prev;
    if (sub->next != NULL)
        sub->next->prev = sub->prev;
    if (sub->prev != NULL)
        sub->prev->next = sub->next;
    else if (share != NULL)
        share->subs = sub->next;
    else
        sub->node->subs = sub->next;
}

static void sub_free(struct broker_sub *sub)
{
    struct broker_client *c = sub->client;
    struct broker_node *node = sub->node;
    struct broker_share *share = sub->share;

    out_of_list(sub);
    if (sub->client_next != NULL)
        sub->client_next->client_prev = sub->client_prev;
    if (sub->client_prev != NULL)
        sub->client_prev->client_next = sub->client_next;
    else
        c->subs = sub->client_next;
    c->sub_count--;
    c->broker->sub_count--;
    free(sub);
    share_trim(node, share);
    broker_tree_trim(&c->broker->tree, node);
}

enum assay_status broker_subscribe(struct broker_client *c, const struct mqtt_filter *f,
                                   uint32_t id, bool *ret_is_new, struct broker_sub **ret)
{
    struct parts p = split(f->filter);
    struct broker_node *node = broker_tree_make(&c->broker->tree, p.filter);
    struct broker_share *share = NULL;
    struct broker_sub *sub = NULL;

    if (node == NULL)
        return ASSAY_ERR_NOMEM;
    if (p.share.data != NULL)
        share = share_make(node, p.share);
    if (p.share.data == NULL || share != NULL)
        sub = sub_find(c, node, share);
    *ret_is_new = sub == NULL;
    if (sub == NULL && (p.share.data == NULL || share != NULL))
        sub = sub_new(c, node, share);
    if (sub == NULL) {
        share_trim(node, share);
        broker_tree_trim(&c->broker->tree, node);
        return ASSAY_ERR_NOMEM;
    }
    sub->options = f->options;
    sub->id = id;
    *ret = sub;
    return ASSAY_OK;
}

bool broker_unsubscribe(struct broker_client *c, struct mqtt_view filter)
{
    struct parts p = split(filter);
    struct broker_node *node = broker_tree_find(&c->broker->tree, p.filter);
    struct broker_share *share = NULL;
    struct broker_sub *sub = NULL;

    if (node != NULL && p.share.data != NULL)
        share = share_find(node, p.share);
    if (node != NULL && (p.share.data == NULL || share != NULL))
        sub = sub_find(c, node, share);
    if (sub == NULL)
        return false;
    sub_free(sub);
    return true;
}

void broker_unsubscribe_all(struct broker_client *c)
{
    while (c->subs != NULL)
        sub_free(c->subs);
}

struct routing {
    struct broker *broker;
    struct broker_message *message;
    const struct broker_client *source;
    bool matched;
};

static unsigned lower(unsigned a, unsigned b)
{
    return a < b ? a : b;
}

/* One copy for each client: the highest QoS, every identifier ([MQTT-3.3.4-2], -3, 3.3.5-1). */
static void note_match(struct routing *r, const struct broker_sub *sub)
{
    struct broker_client *c = sub->client;
    struct broker_traffic *t = c->traffic; /* whoever subscribes has it */
    unsigned qos = lower(sub->options & QOS, r->message->qos);
    enum assay_status status = ASSAY_OK;

    if ((sub->options & NO_LOCAL) != 0 && c == r->source)
        return;
    if (t->match_serial != r->broker->match_serial) {
        t->match_serial = r->broker->match_serial;
        t->match_qos = 0;
        t->match_retain = false;
        t->match_next = NULL;
        buf_clear(&t->match_ids);
        *r->broker->matched_tail = c;
        r->broker->matched_tail = &t->match_next;
    }
    if (qos > t->match_qos)
        t->match_qos = (uint8_t)qos;
    if ((sub->options & RETAIN_AS_PUBLISHED) != 0)
        t->match_retain = true;
    if (sub->id != 0)
        status = mqtt_property_add_number(&t->match_ids, MQTT_PROP_SUBSCRIPTION_ID, sub->id);
    (void)status; /* no memory: the message goes without */
}

/* A share's next member in turn, one that is connected if there is any. */
static struct broker_sub *next_of(struct broker_share *share)
{
    struct broker_sub *first = share->turn != NULL ? share->turn : share->subs;
    struct broker_sub *sub = first;

    do {
        struct broker_sub *next = sub->next != NULL ? sub->next : share->subs;

        if (sub->client->conn != NULL) {
            share->turn = next;
            return sub;
        }
        sub = next;
    } while (sub != first);
    share->turn = first->next;
    return first;
}

static void to_share(struct routing *r, struct broker_share *share)
{
    struct broker_sub *sub = next_of(share);
    struct broker_route_to to = {
        .qos = lower(sub->options & QOS, r->message->qos),
        .retain = r->message->retain && (sub->options & RETAIN_AS_PUBLISHED) != 0,
    };
    struct buf id;

    buf_init(&id, 8);
    if (sub->id != 0 &&
        mqtt_property_add_number(&id, MQTT_PROP_SUBSCRIPTION_ID, sub->id) == ASSAY_OK)
        to.ids = mqtt_view_bytes(id.data, id.len);
    broker_deliver(sub->client, r->message, &to);
    buf_done(&id);
}

/* Is it "a/#" to the topic "a"? Then its '#' is deeper than the topic has levels. */
static bool is_hash_of_parent(const struct broker_node *node, struct mqtt_view topic)
{
    size_t levels = 1;

    if (node->level_len != 1 || node->level[0] != '#')
        return false;
    for (size_t i = 0; i < topic.len; i++)
        levels += topic.data[i] == '/';
    for (const struct broker_node *at = node; at->parent != NULL; at = at->parent) {
        if (levels == 0)
            return true;
        levels--;
    }
    return false;
}

static void on_node(void *ctx, struct broker_node *node)
{
    struct routing *r = ctx;

    if ((r->broker->settings->habits & MQTT_HABIT_HASH_BELOW_ONLY) != 0 &&
        is_hash_of_parent(node, broker_message_topic(r->message)))
        return;
    r->matched = r->matched || node->subs != NULL || node->shares != NULL;
    for (const struct broker_sub *sub = node->subs; sub != NULL; sub = sub->next)
        note_match(r, sub);
    for (struct broker_share *share = node->shares; share != NULL; share = share->next)
        to_share(r, share);
}

bool broker_route(struct broker *b, struct broker_message *m, const struct broker_client *source)
{
    struct routing r = {b, m, source, false};

    b->match_serial++;
    b->matched = NULL;
    b->matched_tail = &b->matched;
    broker_tree_match(&b->tree, broker_message_topic(m), on_node, &r);
    for (struct broker_client *c = b->matched; c != NULL; c = c->traffic->match_next) {
        const struct broker_traffic *t = c->traffic;
        const struct broker_route_to to = {
            .qos = t->match_qos,
            .retain = m->retain && t->match_retain,
            .ids = mqtt_view_bytes(t->match_ids.data, t->match_ids.len),
        };
        broker_deliver(c, m, &to);
    }
    return r.matched;
}
