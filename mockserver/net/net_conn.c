/* SPDX-License-Identifier: Apache-2.0 */
/* One TCP connection: opening, reading, ending. What it sends is in net_tx.c. */
#include "net_internal.h"

#include "base/event_kinds.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void on_poll(uv_poll_t *poll, int status, int events);

uint32_t net_conn_id(const struct net_conn *conn)
{
    return conn->id;
}

void net_conn_rule(struct net_conn *conn, const char *rule, const char *format, ...)
{
    struct event_builder e;
    char detail[160];
    va_list args;

    va_start(args, format);
    vsnprintf(detail, sizeof(detail), format, args);
    va_end(args);
    event_begin(&e, conn->net->sink, "net", EV_NET_RULE, conn->id);
    event_text(&e, "rule", rule);
    event_text(&e, "detail", detail);
    event_emit(&e);
}

void net_conn_watch(struct net_conn *conn)
{
    int want = 0;

    if (conn->stage == NET_STAGE_CLOSED)
        return;
    if (!conn->rx_ended && !conn->rx_paused && conn->stage != NET_STAGE_WAITING)
        want |= UV_READABLE;
    if (conn->tx_blocked && !conn->tx_dead)
        want |= UV_WRITABLE;
    if (want == conn->interest)
        return;
    conn->interest = want;
    if (want == 0)
        uv_poll_stop(&conn->poll);
    else
        uv_poll_start(&conn->poll, want, on_poll);
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
    conn->by = by;
    conn->how = how;
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

static void on_handle_gone(uv_handle_t *handle)
{
    struct net_conn *conn = handle->data;

    if (--conn->handles > 0)
        return;
    if (conn->session != NULL && conn->service->on_close != NULL)
        conn->service->on_close(conn->session, conn->by, conn->how);
    conn->net->closing--;
    free(conn);
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
    uv_close((uv_handle_t *)&conn->poll, on_handle_gone);
    uv_close((uv_handle_t *)&conn->timer, on_handle_gone);
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

static void note_rx_end(struct net_conn *conn)
{
    conn->rx_ended = true;
    net_conn_ended(conn, NET_BY_BOARD, NET_HOW_FIN);
    emit_end(conn, "rx");
}

static void on_timer(uv_timer_t *timer);

/* Everything that was to be sent is sent: end our side. */
void net_conn_fin(struct net_conn *conn)
{
    if (!conn->rx_ended && fin_is_waiting(conn))
        note_rx_end(conn);
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

static void receive(struct net_conn *conn, const uint8_t *data, size_t len)
{
    struct event_builder e;

    conn->rx_bytes += len;
    event_begin(&e, conn->net->sink, "net", EV_NET_DATA, conn->id);
    event_text(&e, "dir", "rx");
    event_bytes(&e, "bytes", data, len);
    event_emit(&e);
    if (conn->session != NULL && !conn->is_finished && conn->service->on_data != NULL)
        conn->service->on_data(conn->session, data, len);
}

static void receive_end(struct net_conn *conn)
{
    note_rx_end(conn);
    if (conn->stage == NET_STAGE_LINGER || (conn->stage == NET_STAGE_DRAINING && conn->tx_muted)) {
        net_conn_close(conn, NET_BY_BOARD, NET_HOW_FIN);
        return;
    }
    net_conn_watch(conn);
    if (conn->stage != NET_STAGE_OPEN)
        return;
    if (conn->session != NULL && conn->service->on_end != NULL)
        conn->service->on_end(conn->session);
    else
        net_conn_finish(conn);
}

static enum net_how how_of(int sys_errno)
{
    switch (sys_errno) {
    case ECONNRESET:
    case EPIPE:
        return NET_HOW_RST;
    case ETIMEDOUT:
        return NET_HOW_TIMEOUT;
    default:
        return NET_HOW_ERROR;
    }
}

static void receive_error(struct net_conn *conn, int sys_errno)
{
    enum net_how how = how_of(sys_errno);

    if (how == NET_HOW_ERROR)
        net_service_error(conn->net, conn->service != NULL ? conn->service->name : "none", conn->id,
                          "recv: %s", strerror(sys_errno));
    net_conn_close(conn, NET_BY_BOARD, how);
}

/* How much may still be read before reset_after_rx. */
static size_t read_limit(const struct net_conn *conn)
{
    int64_t reset_after = conn->rules->reset_after_rx;
    uint64_t left = (uint64_t)reset_after - conn->rx_bytes;

    return reset_after == NET_RULE_NONE || left > NET_READ_SIZE ? NET_READ_SIZE : (size_t)left;
}

static void read_some(struct net_conn *conn)
{
    uint8_t *buffer = conn->net->read_buffer;
    ssize_t got = recv(conn->fd, buffer, read_limit(conn), 0);
    bool is_last = got > 0 && (int64_t)conn->rx_bytes + got == conn->rules->reset_after_rx;

    if (is_last)
        conn->tx_muted = true; /* the service may look at it, but it is not answered */
    if (got > 0)
        receive(conn, buffer, (size_t)got);
    else if (got == 0 && conn->tx_dead)
        net_conn_close(conn, NET_BY_BOARD, NET_HOW_RST); /* send(2) had the error already */
    else if (got == 0)
        receive_end(conn);
    else if (errno != EAGAIN && errno != EINTR)
        receive_error(conn, errno);
    if (is_last && conn->stage != NET_STAGE_CLOSED) {
        net_conn_rule(conn, "reset_after_rx", "after %llu bytes",
                      (unsigned long long)conn->rx_bytes);
        net_conn_close(conn, NET_BY_BENCH, NET_HOW_RST);
    }
}

/*
 * libuv reports an error on the socket (a RST) as a status and stops watching. What the board sent
 * before it, an alert perhaps, can still be read: everything up to the error is.
 */
static void read_to_the_error(struct net_conn *conn)
{
    uint64_t before = 0;

    conn->interest = 0;
    conn->rx_paused = false;
    do {
        before = conn->rx_bytes;
        read_some(conn);
    } while (conn->stage != NET_STAGE_CLOSED && !conn->rx_ended && conn->rx_bytes > before);
    net_conn_watch(conn);
}

static void on_poll(uv_poll_t *poll, int status, int events)
{
    struct net_conn *conn = poll->data;

    if (status < 0) {
        if (conn->rx_ended)
            net_conn_close(conn, NET_BY_BOARD, NET_HOW_RST);
        else
            read_to_the_error(conn);
        return;
    }
    if ((events & UV_WRITABLE) != 0) {
        conn->tx_blocked = false;
        net_tx_pump(conn);
        net_conn_watch(conn);
    }
    if ((events & UV_READABLE) != 0 && conn->stage != NET_STAGE_CLOSED && !conn->rx_ended)
        read_some(conn);
}

/* The service gets the connection. */
static void open_conn(struct net_conn *conn)
{
    const struct net_service *service = conn->service;

    conn->stage = NET_STAGE_OPEN;
    if (conn->rules->accept == NET_ACCEPT_SILENT) {
        conn->tx_muted = true;
        net_conn_rule(conn, "accept", "silent");
        net_conn_watch(conn);
        return;
    }
    conn->session = service->on_open(conn->ctx, conn);
    if (conn->session == NULL)
        net_conn_close(conn, NET_BY_BENCH, NET_HOW_RST);
    net_conn_watch(conn);
}

static void on_timer(uv_timer_t *timer)
{
    struct net_conn *conn = timer->data;

    switch (conn->stage) {
    case NET_STAGE_WAITING:
        open_conn(conn);
        break;
    case NET_STAGE_OPEN:
    case NET_STAGE_DRAINING:
        conn->tx_waiting = false;
        net_tx_pump(conn);
        net_conn_watch(conn);
        break;
    case NET_STAGE_LINGER:
        net_conn_close(conn, NET_BY_BENCH, NET_HOW_FIN);
        break;
    case NET_STAGE_CLOSED:
        break;
    }
}

void net_conn_start_timer(struct net_conn *conn, uint64_t ms)
{
    uv_update_time(conn->net->loop); /* or the delay would begin when the loop last woke up */
    uv_timer_start(&conn->timer, on_timer, ms, 0);
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
    event_emit(&e);
}

static struct net_conn *new_conn(struct net_listener *listener, int fd)
{
    struct net *net = listener->net;
    struct net_conn *conn = calloc(1, sizeof(*conn));

    if (conn == NULL)
        return NULL;
    if (uv_poll_init(net->loop, &conn->poll, fd) != 0) {
        free(conn);
        return NULL;
    }
    uv_timer_init(net->loop, &conn->timer);
    conn->poll.data = conn;
    conn->timer.data = conn;
    conn->handles = 2;
    conn->net = net;
    conn->service = listener->service;
    conn->ctx = listener->ctx;
    conn->fd = fd;
    conn->id = ++net->last_id;
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

void net_conn_accept(struct net_listener *listener, int fd, const struct sockaddr_storage *peer)
{
    struct net_conn *conn = new_conn(listener, fd);

    if (conn == NULL) {
        net_service_error(listener->net, listener->service->name, 0,
                          "a connection was dropped: out of memory");
        close(fd);
        return;
    }
    conn->rules = rules_for_next(listener);
    emit_open(conn, listener, peer);
    if (conn->rules->accept == NET_ACCEPT_RESET) {
        net_conn_rule(conn, "accept", "reset");
        net_conn_close(conn, NET_BY_BENCH, NET_HOW_RST);
        return;
    }
    if (conn->rules->delay_accept_ms > 0) {
        net_conn_rule(conn, "delay_accept_ms", "%lld ms", (long long)conn->rules->delay_accept_ms);
        net_conn_start_timer(conn, (uint64_t)conn->rules->delay_accept_ms);
        return;
    }
    open_conn(conn);
}
