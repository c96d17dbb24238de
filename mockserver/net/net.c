/* SPDX-License-Identifier: Apache-2.0 */
#include "net_internal.h"

#include "base/event_kinds.h"

#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

struct net *net_new(uv_loop_t *loop, const struct event_sink *sink)
{
    struct net *net = calloc(1, sizeof(*net));

    if (net == NULL)
        return NULL;
    net->loop = loop;
    net->sink = sink;
    net->last_id = &net->own_last_id;
    if (!net_watch_init(net)) {
        free(net);
        return NULL;
    }
    net_due_init(net);
    net->spare_fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
    return net;
}

static void turn_until_gone(struct net *net)
{
    while (net->closing > 0)
        uv_run(net->loop, UV_RUN_NOWAIT);
}

void net_free(struct net *net)
{
    if (net == NULL)
        return;
    net_stop_listening(net);
    while (net->conns != NULL)
        net_conn_close(net->conns, NET_BY_BENCH, NET_HOW_FIN);
    turn_until_gone(net);
    net_watch_done(net);
    turn_until_gone(net);
    timers_done(&net->timers);
    while (net->gone != NULL) {
        struct net_listener *next = net->gone->next;

        free(net->gone);
        net->gone = next;
    }
    if (net->spare_fd >= 0)
        close(net->spare_fd);
    free(net);
}

void net_number_by(struct net *net, uint32_t *last_id)
{
    net->last_id = last_id;
}

void net_inherit(struct net *net, const struct net *old)
{
    net->old = old;
}

void net_stop_listening(struct net *net)
{
    while (net->listeners != NULL)
        net_listener_close(net->listeners);
    while (net->udps != NULL)
        net_udp_close(net->udps);
}

struct net_conn *net_conn_find(const struct net *net, uint32_t id)
{
    for (struct net_conn *conn = net->conns; conn != NULL; conn = conn->next)
        if (net_conn_id(conn) == id && conn->stage == NET_STAGE_OPEN && !conn->is_finished)
            return conn;
    return NULL;
}

void *net_conn_session(const struct net_conn *conn)
{
    return conn->has_session ? conn->session : NULL;
}

/*
 * Ending one connection may end others (a will that is too much for somebody). They leave the list
 * but stay in memory, with their way to the next one, until the loop turns.
 */
void net_finish_all(struct net *net)
{
    for (struct net_conn *conn = net->conns; conn != NULL; conn = conn->next) {
        if (conn->stage == NET_STAGE_WAITING)
            net_conn_close(conn, NET_BY_BENCH, NET_HOW_FIN);
        if (conn->stage != NET_STAGE_OPEN || conn->is_finished)
            continue;
        if (conn->has_session && conn->service->on_stop != NULL)
            conn->service->on_stop(conn->session);
        else
            net_conn_finish(conn);
    }
}

void net_when_empty(struct net *net, void (*on_empty)(void *ctx), void *ctx)
{
    net->on_empty = on_empty;
    net->empty_ctx = ctx;
}

enum assay_status net_change_rules(struct net *net, const struct value *rules,
                                   struct assay_error *err)
{
    struct net_rules parsed;

    ASSAY_TRY(net_rules_read(rules, &parsed, err));
    for (struct net_listener *l = net->listeners; l != NULL; l = l->next) {
        l->rules = parsed;
        (void)net_pace_set_buffer(l->fd, &parsed); /* the kernel keeps more, then */
    }
    for (struct net_conn *conn = net->conns; conn != NULL; conn = conn->next) {
        (void)net_pace_set_buffer(conn->fd, conn->rules);
        net_pace_check(conn);
        net_conn_watch(conn);
    }
    return ASSAY_OK;
}

size_t net_open_count(const struct net *net)
{
    return net->open_count;
}

size_t net_total_count(const struct net *net)
{
    return net->total_count;
}

void net_service_error(const struct net *net, const char *service, uint32_t conn,
                       const char *format, ...)
{
    struct event_builder e;
    char text[256];
    va_list args;

    va_start(args, format);
    vsnprintf(text, sizeof(text), format, args);
    va_end(args);
    event_begin(&e, net->sink, "net", EV_SERVICE_ERROR, conn);
    event_text(&e, "service", service);
    event_text(&e, "text", text);
    event_emit(&e);
}
