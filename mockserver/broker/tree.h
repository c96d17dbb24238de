/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Inside the room: the topic tree. A node is one level of a filter or of a topic name; it holds the
 * subscriptions of the filter that ends there and the message that is retained under that name.
 * Children are found through one hash table, so that a message costs as many look-ups as its topic
 * has levels times the wildcards that lie on the way, whatever number of clients there is.
 */
#ifndef BROKER_TREE_H
#define BROKER_TREE_H

#include "message.h"

struct broker_client;
struct broker_share;

struct broker_sub {
    struct broker_node *node;
    struct broker_share *share; /* NULL: not shared */
    struct broker_client *client;
    struct broker_sub *next, *prev;               /* of the node, or of the share */
    struct broker_sub *client_next, *client_prev; /* of the client */
    struct broker_sub *fresh_next;                /* subscriptions of the SUBSCRIBE under way */
    uint32_t id;                                  /* subscription identifier; 0: none */
    uint8_t options;
    bool is_fresh;
};

/* A shared subscription (5.0 section 4.8.2). */
struct broker_share {
    struct broker_share *next;
    struct broker_sub *subs;
    struct broker_sub *last;
    struct broker_sub *turn; /* who gets the next message */
    size_t name_len;
    char name[];
};

struct broker_node {
    struct broker_node *parent;
    struct broker_node *children; /* by next */
    struct broker_node *next, *prev;
    struct broker_node *bucket_next;
    struct broker_sub *subs;
    struct broker_share *shares;
    struct broker_message *retained; /* owned */
    uint32_t hash;
    uint32_t level_len;
    char level[];
};

struct broker_tree {
    struct broker_node *root;
    struct broker_node **buckets; /* owned; bucket_count is a power of two */
    size_t bucket_count;
    size_t node_count; /* without the root */
    size_t retained_count;
};

ASSAY_RESULT broker_tree_init(struct broker_tree *tree);
/* Every subscription has to be gone. */
void broker_tree_done(struct broker_tree *tree);

/* No more than BROKER_LEVELS_MAX levels. */
bool broker_tree_takes(struct mqtt_view name);

/* The node of a name or filter, made where it is not there; NULL: no memory. */
struct broker_node *broker_tree_make(struct broker_tree *tree, struct mqtt_view name);
struct broker_node *broker_tree_find(const struct broker_tree *tree, struct mqtt_view name);
/* Free the node, and its parents, as far as nothing needs them. */
void broker_tree_trim(struct broker_tree *tree, struct broker_node *node);

/* NULL takes what is retained away. m gets a reference. ASSAY_ERR_NOMEM. */
ASSAY_RESULT broker_tree_retain(struct broker_tree *tree, struct mqtt_view topic,
                                struct broker_message *m);

typedef void (*broker_node_fn)(void *ctx, struct broker_node *node);
/* Every node whose filter matches a topic name (section 4.7); it must not change the tree. */
void broker_tree_match(const struct broker_tree *tree, struct mqtt_view topic, broker_node_fn fn,
                       void *ctx);
/* Every node with a retained message whose topic a filter matches. */
void broker_tree_retained(const struct broker_tree *tree, struct mqtt_view filter,
                          broker_node_fn fn, void *ctx);

#endif
