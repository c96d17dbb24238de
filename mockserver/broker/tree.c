/* SPDX-License-Identifier: Apache-2.0 */
#include "tree.h"

#include "broker/broker.h"
#include "mqtt/topic.h"

#include <stdlib.h>
#include <string.h>

enum { FIRST_BUCKETS = 64 };

static const struct mqtt_view any_level = {(const uint8_t *)"+", 1};
static const struct mqtt_view any_rest = {(const uint8_t *)"#", 1};

/* FNV-1a over the level, begun with the parent's own. */
static uint32_t hash_of(const struct broker_node *parent, struct mqtt_view level)
{
    uint32_t hash = parent->hash ^ UINT32_C(2166136261);

    for (size_t i = 0; i < level.len; i++)
        hash = (hash ^ level.data[i]) * UINT32_C(16777619);
    return hash * UINT32_C(2654435769) + 1;
}

static bool is_level(const struct broker_node *node, const struct broker_node *parent,
                     uint32_t hash, struct mqtt_view level)
{
    return node->hash == hash && node->parent == parent && node->level_len == level.len &&
           (level.len == 0 || memcmp(node->level, level.data, level.len) == 0);
}

static struct broker_node *child_of(const struct broker_tree *tree,
                                    const struct broker_node *parent, struct mqtt_view level)
{
    uint32_t hash = 0;
    struct broker_node *node = NULL;

    if (parent->children == NULL)
        return NULL;
    hash = hash_of(parent, level);
    node = tree->buckets[hash & (tree->bucket_count - 1)];
    while (node != NULL && !is_level(node, parent, hash, level))
        node = node->bucket_next;
    return node;
}

static void into_bucket(struct broker_tree *tree, struct broker_node *node)
{
    struct broker_node **bucket = &tree->buckets[node->hash & (tree->bucket_count - 1)];

    node->bucket_next = *bucket;
    *bucket = node;
}

static void out_of_bucket(struct broker_tree *tree, const struct broker_node *node)
{
    struct broker_node **at = &tree->buckets[node->hash & (tree->bucket_count - 1)];

    while (*at != node)
        at = &(*at)->bucket_next;
    *at = node->bucket_next;
}

/* Twice as many; where there is no memory the chains grow. */
static void grow(struct broker_tree *tree)
{
    size_t old_count = tree->bucket_count;
    struct broker_node **old = tree->buckets;
    struct broker_node **buckets = calloc(old_count * 2, sizeof(struct broker_node *));

    if (buckets == NULL)
        return;
    tree->buckets = buckets;
    tree->bucket_count = old_count * 2;
    for (size_t i = 0; i < old_count; i++) {
        struct broker_node *node = old[i];

        while (node != NULL) {
            struct broker_node *next = node->bucket_next;

            into_bucket(tree, node);
            node = next;
        }
    }
    free(old);
}

static struct broker_node *new_node(struct broker_tree *tree, struct broker_node *parent,
                                    struct mqtt_view level)
{
    struct broker_node *node = calloc(1, sizeof(*node) + level.len);

    if (node == NULL)
        return NULL;
    if (level.len > 0)
        memcpy(node->level, level.data, level.len);
    node->level_len = (uint32_t)level.len;
    node->parent = parent;
    if (parent == NULL)
        return node;
    node->hash = hash_of(parent, level);
    node->next = parent->children;
    if (node->next != NULL)
        node->next->prev = node;
    parent->children = node;
    if (++tree->node_count > tree->bucket_count)
        grow(tree);
    into_bucket(tree, node);
    return node;
}

enum assay_status broker_tree_init(struct broker_tree *tree)
{
    *tree = (struct broker_tree){.bucket_count = FIRST_BUCKETS};
    tree->buckets = calloc(FIRST_BUCKETS, sizeof(struct broker_node *));
    tree->root = new_node(tree, NULL, mqtt_view_empty());
    return tree->buckets != NULL && tree->root != NULL ? ASSAY_OK : ASSAY_ERR_NOMEM;
}

void broker_tree_done(struct broker_tree *tree)
{
    for (size_t i = 0; tree->buckets != NULL && i < tree->bucket_count; i++) {
        while (tree->buckets[i] != NULL) {
            struct broker_node *node = tree->buckets[i];

            tree->buckets[i] = node->bucket_next;
            broker_message_drop(node->retained);
            free(node);
        }
    }
    free(tree->root);
    free(tree->buckets);
    *tree = (struct broker_tree){0};
}

bool broker_tree_takes(struct mqtt_view name)
{
    size_t levels = 1;

    for (size_t i = 0; i < name.len; i++)
        levels += name.data[i] == '/';
    return levels <= BROKER_LEVELS_MAX;
}

struct broker_node *broker_tree_make(struct broker_tree *tree, struct mqtt_view name)
{
    struct broker_node *node = tree->root;

    while (name.data != NULL) {
        struct mqtt_view level = mqtt_topic_level(&name);
        struct broker_node *child = child_of(tree, node, level);

        if (child == NULL)
            child = new_node(tree, node, level);
        if (child == NULL) {
            broker_tree_trim(tree, node);
            return NULL;
        }
        node = child;
    }
    return node;
}

struct broker_node *broker_tree_find(const struct broker_tree *tree, struct mqtt_view name)
{
    struct broker_node *node = tree->root;

    while (node != NULL && name.data != NULL)
        node = child_of(tree, node, mqtt_topic_level(&name));
    return node;
}

void broker_tree_trim(struct broker_tree *tree, struct broker_node *node)
{
    while (node->parent != NULL && node->children == NULL && node->subs == NULL &&
           node->shares == NULL && node->retained == NULL) {
        struct broker_node *parent = node->parent;

        out_of_bucket(tree, node);
        if (node->next != NULL)
            node->next->prev = node->prev;
        if (node->prev != NULL)
            node->prev->next = node->next;
        else
            parent->children = node->next;
        tree->node_count--;
        free(node);
        node = parent;
    }
}

enum assay_status broker_tree_retain(struct broker_tree *tree, struct mqtt_view topic,
                                     struct broker_message *m)
{
    struct broker_node *node =
        m != NULL ? broker_tree_make(tree, topic) : broker_tree_find(tree, topic);

    if (node == NULL)
        return m != NULL ? ASSAY_ERR_NOMEM : ASSAY_OK;
    tree->retained_count -= node->retained != NULL;
    tree->retained_count += m != NULL;
    if (m != NULL)
        broker_message_keep(m);
    broker_message_drop(node->retained);
    node->retained = m;
    broker_tree_trim(tree, node);
    return ASSAY_OK;
}

struct walk {
    const struct broker_tree *tree;
    broker_node_fn fn;
    void *ctx;
};

static void visit(const struct walk *w, struct broker_node *node)
{
    if (node != NULL)
        w->fn(w->ctx, node);
}

/* Recursion is bounded by BROKER_LEVELS_MAX. wild: wildcards may match here ([MQTT-4.7.2-1]). */
static void match(const struct walk *w, struct broker_node *node, struct mqtt_view rest, bool wild)
{
    struct mqtt_view level;
    struct broker_node *child = NULL;

    if (wild)
        visit(w, child_of(w->tree, node, any_rest)); /* "a/#" matches "a" too */
    if (rest.data == NULL) {
        w->fn(w->ctx, node);
        return;
    }
    level = mqtt_topic_level(&rest);
    child = child_of(w->tree, node, level);
    if (child != NULL)
        match(w, child, rest, true);
    child = wild ? child_of(w->tree, node, any_level) : NULL;
    if (child != NULL)
        match(w, child, rest, true);
}

void broker_tree_match(const struct broker_tree *tree, struct mqtt_view topic, broker_node_fn fn,
                       void *ctx)
{
    const struct walk w = {tree, fn, ctx};

    if (broker_tree_takes(topic))
        match(&w, tree->root, topic, topic.len == 0 || topic.data[0] != '$');
}

static void visit_retained(const struct walk *w, struct broker_node *node)
{
    if (node->retained != NULL)
        w->fn(w->ctx, node);
}

/* The first level of what the bench keeps to itself is not for wildcards. */
static bool is_hidden(const struct broker_node *node)
{
    return node->parent->parent == NULL && node->level_len > 0 && node->level[0] == '$';
}

static void all_below(const struct walk *w, struct broker_node *node)
{
    for (struct broker_node *child = node->children; child != NULL; child = child->next) {
        if (is_hidden(child))
            continue;
        visit_retained(w, child);
        all_below(w, child);
    }
}

static bool is(struct mqtt_view level, char c)
{
    return level.len == 1 && level.data[0] == (uint8_t)c;
}

static void retained(const struct walk *w, struct broker_node *node, struct mqtt_view rest)
{
    struct mqtt_view level;
    struct broker_node *child = NULL;

    if (rest.data == NULL) {
        visit_retained(w, node);
        return;
    }
    level = mqtt_topic_level(&rest);
    if (is(level, '#')) {
        visit_retained(w, node);
        all_below(w, node);
        return;
    }
    if (!is(level, '+')) {
        child = child_of(w->tree, node, level);
        if (child != NULL)
            retained(w, child, rest);
        return;
    }
    for (child = node->children; child != NULL; child = child->next)
        if (!is_hidden(child))
            retained(w, child, rest);
}

void broker_tree_retained(const struct broker_tree *tree, struct mqtt_view filter,
                          broker_node_fn fn, void *ctx)
{
    const struct walk w = {tree, fn, ctx};

    if (broker_tree_takes(filter))
        retained(&w, tree->root, filter);
}
