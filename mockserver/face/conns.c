/* SPDX-License-Identifier: Apache-2.0 */
/* The connections of a face: who is who, and whose credentials end while it is there. */
#include "inside.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

struct face_conn *face_conn_new(struct face *face, uint32_t id, void *owner)
{
    struct face_conn *conn = calloc(1, sizeof(*conn));

    if (conn == NULL)
        return NULL;
    conn->face = face;
    conn->id = id;
    conn->owner = owner;
    conn->expires_s = INT64_MAX;
    conn->next = face->conns;
    face->conns = conn;
    return conn;
}

/* What waits for a connection that is gone. */
static void drop_messages(struct face *face, const struct face_conn *conn)
{
    struct queued **at = &face->first;

    while (*at != NULL) {
        struct queued *q = *at;

        if (q->message.to != conn) {
            at = &q->next;
            continue;
        }
        *at = q->next;
        face->queued--;
        face_message_done(&q->message);
        free(q);
    }
    face->last = at;
}

void face_conn_free(struct face_conn *conn)
{
    struct face_conn **at = NULL;

    if (conn == NULL)
        return;
    if (conn->is_accepted && conn->face->functions->gone != NULL)
        conn->face->functions->gone(conn);
    drop_messages(conn->face, conn);
    at = &conn->face->conns;
    while (*at != conn)
        at = &(*at)->next;
    *at = conn->next;
    free(conn);
}

void *face_conn_owner(const struct face_conn *conn)
{
    return conn->owner;
}

struct face_conn *face_conn_of(const struct face *face, const char *device)
{
    for (struct face_conn *c = face->conns; c != NULL; c = c->next)
        if (c->is_accepted && !c->is_replaced && !c->is_expired && strcmp(c->device, device) == 0)
            return c;
    return NULL;
}

/* The broker lets go of the older one of two: here is said what that means. */
void conn_accepted(struct face_conn *conn)
{
    const struct face_functions *functions = conn->face->functions;
    struct face_conn *old = face_conn_of(conn->face, conn->device);

    if (old != NULL && old != conn) {
        old->is_replaced = true;
        if (functions->has_replaced)
            face_remark(old, functions->replaced, "CONNECT",
                        "connection %" PRIu32 " is \"%s\" as well", conn->id, conn->device);
    }
    conn->is_accepted = true;
}

static bool is_watched(const struct face_conn *conn)
{
    return conn->is_accepted && !conn->is_replaced && !conn->is_expired &&
           conn->expires_s != INT64_MAX;
}

int64_t face_due_s(const struct face *face)
{
    int64_t due_s = face->functions->due_s != NULL ? face->functions->due_s(face) : INT64_MAX;

    for (const struct face_conn *c = face->conns; c != NULL; c = c->next)
        if (is_watched(c) && c->expires_s + 1 < due_s)
            due_s = c->expires_s + 1;
    return due_s;
}

void face_advance(struct face *face)
{
    int64_t now_s = face_time(face);

    for (struct face_conn *c = face->conns; c != NULL; c = c->next) {
        struct decision ignored = {NULL};

        if (!is_watched(c) || now_s <= c->expires_s)
            continue;
        c->is_expired = c->is_closing = true;
        face_refuse(c, c->expiry_rule, "time", &ignored,
                    "the last second was %" PRId64 ", and the service's clock shows %" PRId64,
                    c->expires_s, now_s);
    }
    if (face->functions->advance != NULL)
        face->functions->advance(face);
}

void *face_take_closing(struct face *face)
{
    for (struct face_conn *c = face->conns; c != NULL; c = c->next) {
        if (!c->is_closing)
            continue;
        c->is_closing = false;
        return c->owner;
    }
    return NULL;
}
