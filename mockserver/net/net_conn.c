/* SPDX-License-Identifier: Apache-2.0 */
/* One TCP connection: opening, watching, ending. What moves on it is in net_rx.c and net_tx.c. */
#include "net_internal.h"

#include "base/event_kinds.h"

#include <inttypes.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

uint32_t net_conn_id(const struct net_conn *conn)
{
    return conn->id;
}

void net_conn_rule(const struct net_conn *conn, const char *rule, const char *detail)
{
    struct event_builder e;

    event_begin(&e, conn->net->sink, "net", EV_NET_RULE, conn->id);
    event_text(&e, "rule", rule);
    event_text(&e, "detail", detail);
    event_emit(&e);
}

void net_conn_rule_at(const struct net_conn *conn, const char *rule, const char *before,
                      uint64_t number, const char *after)
{
    char detail[80];

    snprintf(detail, sizeof(detail), "%s%" PRIu64 "%s", before, number, after);
    net_conn_rule(conn, rule, detail);
}

void net_conn_watch(struct net_conn *conn)
{
    unsigned want = 0;

    if (conn->stage == NET_STAGE_CLOSED)
        return;
    if (!conn->rx_ended && !conn->rx_paused && conn->stage > NET_STAGE_WAITING &&
        net_pace_may_read(conn))
        want |= NET_READABLE;
    if (conn->rx_stopped && !conn->rx_ended)
        want |= NET_DISCONNECT; /* nobody reads, so nobody would meet the board's FIN */
    if (conn->stage == NET_STAGE_CONNECTING || (conn->tx_blocked && !conn->tx_dead))
        want |= NET_WRITABLE;
    net_watch_set(conn, want);
}

static void emit_end(const struct net_conn *conn, const char *dir)
{
    struct event_builder e;

    event_begin(&e, conn->net->sink, "net", EV_NET_END, conn->id);
    event_text(&e, "dir", dir);
    event_emit(&e);
}

/* The first step towards the end decides who ended it and how. */
void net_conn_ended(struct net_conn *conn, enum net_by by, enum net_how how)
{
    if (conn->is_ended)
        return;
    conn->is_ended = true;
    conn->by = (uint8_t)by;
    conn->how = (uint8_t)how;
}

static void emit_close(const struct net_conn *conn)
{
    static const char *const by[] = {[NET_BY_BOARD] = "board", [NET_BY_BENCH] = "bench"};
    static const char *const how[] = {[NET_HOW_FIN] = "fin",
                                      [NET_HOW_RST] = "rst",
                                      [NET_HOW_TIMEOUT] = "timeout",
                                      [NET_HOW_ERROR] = "error"};
    struct event_builder e;

    event_begin(&e, conn->net->sink, "net", EV_NET_CLOSE, conn->id);
    event_text(&e, "by", by[conn->by]);
    event_text(&e, "how", how[conn->how]);
    event_int(&e, "rx_bytes", (int64_t)conn->rx_bytes);
    event_int(&e, "tx_bytes", (int64_t)conn->tx_bytes);
    event_emit(&e);
}

void net_conn_gone(struct net_conn *conn)
{
    struct net *net = conn->net;

    if (conn->has_session && conn->service->on_close != NULL)
        conn->service->on_close(conn->session, (enum net_by)conn->by, (enum net_how)conn->how);
    free(conn);
    net->closing--;
    if (net->open_count == 0 && net->on_empty != NULL)
        net->on_empty(net->empty_ctx);
}

static void unlink_conn(struct net_conn *conn)
{
    struct net *net = conn->net;

    if (conn->prev != NULL)
        conn->prev->next = conn->next;
    else
        net->conns = conn->next;
    if (conn->next != NULL)
        conn->next->prev = conn->prev;
    net->open_count--;
    net->closing++;
}

/* The socket goes now; the service hears of it from the loop, never from within its own call. */
void net_conn_close(struct net_conn *conn, enum net_by by, enum net_how how)
{
    static const struct linger reset = {.l_onoff = 1, .l_linger = 0};

    if (conn->stage == NET_STAGE_CLOSED)
        return;
    net_conn_ended(conn, by, how);
    conn->stage = NET_STAGE_CLOSED;
    if (by == NET_BY_BENCH && how == NET_HOW_RST)
        (void)setsockopt(conn->fd, SOL_SOCKET, SO_LINGER, &reset, sizeof(reset));
    unlink_conn(conn);
    net_watch_set(conn, 0);
    net_due_drop(conn);
    net_watch_bury(conn);
    close(conn->fd);
    net_tx_drop(conn);
    emit_close(conn);
}

void net_conn_reset(struct net_conn *conn)
{
    net_conn_close(conn, NET_BY_BENCH, NET_HOW_RST);
}

/* Has the board's FIN arrived without having been read? Then the board was first. */
static bool fin_is_waiting(const struct net_conn *conn)
{
    char byte = 0;

    return recv(conn->fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT) == 0;
}

void net_conn_rx_ended(struct net_conn *conn)
{
    conn->rx_ended = true;
    net_conn_ended(conn, NET_BY_BOARD, NET_HOW_FIN);
    emit_end(conn, "rx");
}

/* Everything that was to be sent is sent: end our side. */
void net_conn_fin(struct net_conn *conn)
{
    if (!conn->rx_ended && fin_is_waiting(conn))
        net_conn_rx_ended(conn);
    if (conn->rules->ending == NET_ENDING_RESET) {
        net_conn_rule(conn, "ending", "RST in place of FIN");
        net_conn_close(conn, NET_BY_BENCH, NET_HOW_RST);
        return;
    }
    net_conn_ended(conn, NET_BY_BENCH, NET_HOW_FIN);
    emit_end(conn, "tx");
    /* close(2) alone sends the FIN where nothing more can come in. */
    if (conn->rx_ended || shutdown(conn->fd, SHUT_WR) != 0) {
        net_conn_close(conn, NET_BY_BENCH, NET_HOW_FIN);
        return;
    }
    conn->stage = NET_STAGE_LINGER;
    conn->rx_paused = false;
    net_conn_start_timer(conn, (uint64_t)conn->rules->linger_ms);
    net_conn_watch(conn);
}

void net_conn_finish(struct net_conn *conn)
{
    conn->is_finished = true;
    if (conn->stage != NET_STAGE_OPEN)
        return;
    conn->stage = NET_STAGE_DRAINING;
    if (conn->tx_muted && !conn->rx_ended)
        return; /* stalled: a FIN would be an answer; wait for the board's */
    if (conn->tx_dead || conn->head == NULL)
        net_conn_fin(conn);
}

/* The service may have held something back while the board did not read. */
static void say_drained(struct net_conn *conn)
{
    if (!conn->has_waited || conn->queued >= NET_QUEUE_LOW || conn->stage != NET_STAGE_OPEN)
        return;
    conn->has_waited = false;
    if (conn->has_session && !conn->is_finished && conn->service->on_drain != NULL)
        conn->service->on_drain(conn->session);
}

void net_conn_broken(struct net_conn *conn)
{
    if (conn->stage == NET_STAGE_CONNECTING)
        net_connect_ready(conn);
    else if (conn->rx_ended)
        net_conn_close(conn, NET_BY_BOARD, NET_HOW_RST);
    else
        net_rx_read_to_the_error(conn);
}

void net_conn_ready(struct net_conn *conn, unsigned events)
{
    if (conn->stage == NET_STAGE_CONNECTING) {
        net_connect_ready(conn);
        return;
    }
    if ((events & NET_WRITABLE) != 0) {
        conn->tx_blocked = false;
        net_tx_pump(conn);
        say_drained(conn);
        net_conn_watch(conn);
    }
    if ((events & NET_DISCONNECT) != 0 && conn->rx_stopped && conn->stage != NET_STAGE_CLOSED) {
        net_conn_rx_ended(conn); /* what it sent before is never read */
        net_conn_close(conn, NET_BY_BOARD, NET_HOW_FIN);
    }
    if ((events & NET_READABLE) != 0 && conn->stage != NET_STAGE_CLOSED && !conn->rx_ended)
        net_rx_read(conn);
}

/* The service gets the connection. */
static void open_conn(struct net_conn *conn)
{
    const struct net_service *service = conn->service;

    conn->stage = NET_STAGE_OPEN;
    net_pace_check(conn);
    if (conn->rules->accept == NET_ACCEPT_SILENT) {
        conn->tx_muted = true;
        net_conn_rule(conn, "accept", "silent");
        if (!conn->is_outgoing) {
            net_conn_watch(conn);
            return;
        }
    }
    conn->session = service->on_open(conn->session, conn);
    conn->has_session = conn->session != NULL;
    if (!conn->has_session)
        net_conn_close(conn, NET_BY_BENCH, NET_HOW_RST);
    net_conn_watch(conn);
}

void net_conn_stage_due(struct net_conn *conn)
{
    switch ((enum net_stage)conn->stage) {
    case NET_STAGE_CONNECTING:
        net_conn_close(conn, NET_BY_BOARD, NET_HOW_TIMEOUT);
        break;
    case NET_STAGE_WAITING:
        open_conn(conn);
        break;
    case NET_STAGE_OPEN:
    case NET_STAGE_DRAINING:
        conn->tx_waiting = false;
        net_tx_pump(conn);
        say_drained(conn);
        net_conn_watch(conn);
        break;
    case NET_STAGE_LINGER:
        net_conn_close(conn, NET_BY_BENCH, NET_HOW_FIN);
        break;
    case NET_STAGE_CLOSED:
        break;
    }
}

/* It is not started anew for every read: it looks how long it was quiet, and goes on. */
void net_conn_idle_due(struct net_conn *conn)
{
    uint64_t quiet_ms = uv_now(conn->net->loop) - conn->last_rx_ms;

    if (conn->idle_ms == 0 || conn->is_finished)
        return;
    if (conn->rx_stopped)
        quiet_ms = 0; /* who does not read cannot miss anything */
    if (quiet_ms < conn->idle_ms) {
        conn->idle_due_ms = uv_now(conn->net->loop) + conn->idle_ms - quiet_ms;
        return;
    }
    conn->idle_ms = 0;
    net_conn_ended(conn, NET_BY_BENCH, NET_HOW_TIMEOUT);
    if (conn->has_session && conn->service->on_idle != NULL)
        conn->service->on_idle(conn->session);
}

static void emit_open(const struct net_conn *conn, const struct net_listener *listener,
                      const struct sockaddr_storage *peer)
{
    struct event_builder e;
    struct sockaddr_storage local = {0};
    socklen_t len = sizeof(local);
    char peer_text[NET_ADDRESS_TEXT];
    char local_text[NET_ADDRESS_TEXT];
    const char *local_is = listener->local;
    unsigned peer_port = 0;

    if (listener->is_wildcard && getsockname(conn->fd, (struct sockaddr *)&local, &len) == 0) {
        net_address_text(&local, local_text);
        local_is = local_text;
    }
    event_begin(&e, conn->net->sink, "net", EV_NET_OPEN, conn->id);
    event_text(&e, "service", listener->service->name);
    peer_port = net_address_text(peer, peer_text);
    event_text(&e, "peer", peer_text);
    event_int(&e, "peer_port", peer_port);
    event_text(&e, "local", local_is);
    event_int(&e, "local_port", listener->local_port);
    if (listener->service->role != NULL)
        event_text(&e, "server", listener->service->role);
    event_emit(&e);
}

struct net_conn *net_conn_new(struct net *net, const struct net_service *service, void *ctx, int fd)
{
    struct net_conn *conn = NULL;

    if (timers_reserve(&net->timers, net->open_count + 1) != ASSAY_OK)
        return NULL;
    conn = calloc(1, sizeof(*conn));
    if (conn == NULL)
        return NULL;
    conn->net = net;
    conn->service = service;
    conn->session = ctx;
    conn->stage = NET_STAGE_WAITING;
    conn->fd = fd;
    conn->id = ++*net->last_id;
    conn->last_rx_ms = uv_now(net->loop);
    conn->next = net->conns;
    if (conn->next != NULL)
        conn->next->prev = conn;
    net->conns = conn;
    net->open_count++;
    net->total_count++;
    return conn;
}

static const struct net_rules *rules_for_next(struct net_listener *listener)
{
    size_t nth = listener->accepted++;
    int64_t first = listener->rules.first_connections;

    return first == 0 || nth < (size_t)first ? &listener->rules : &listener->plain;
}

void net_conn_begin(struct net_conn *conn)
{
    if (conn->rules->accept == NET_ACCEPT_RESET) {
        net_conn_rule(conn, "accept", "reset");
        net_conn_close(conn, NET_BY_BENCH, NET_HOW_RST);
        return;
    }
    if (conn->rules->delay_accept_ms > 0) {
        net_conn_rule_at(conn, "delay_accept_ms", "", (uint64_t)conn->rules->delay_accept_ms,
                         " ms");
        net_conn_start_timer(conn, (uint64_t)conn->rules->delay_accept_ms);
        return;
    }
    open_conn(conn);
}

void net_conn_accept(struct net_listener *listener, int fd, const struct sockaddr_storage *peer)
{
    struct net_conn *conn = NULL;

    if (listener->service->on_accept != NULL)
        listener->service->on_accept(listener->ctx);
    conn = net_conn_new(listener->net, listener->service, listener->ctx, fd);
    if (conn == NULL) {
        net_service_error(listener->net, listener->service->name, 0,
                          "a connection was dropped: out of memory");
        close(fd);
        return;
    }
    conn->rules = rules_for_next(listener);
    emit_open(conn, listener, peer);
    net_conn_begin(conn);
}

size_t net_conn_queued(const struct net_conn *conn)
{
    return conn->queued;
}
