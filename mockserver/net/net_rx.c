/* SPDX-License-Identifier: Apache-2.0 */
/* What a connection receives, up to its end. */
#include "net_internal.h"

#include "base/event_kinds.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>

static void receive(struct net_conn *conn, const uint8_t *data, size_t len)
{
    struct event_builder e;

    conn->rx_bytes += len;
    conn->last_rx_ms = uv_now(conn->net->loop);
    event_begin(&e, conn->net->sink, "net", EV_NET_DATA, conn->id);
    event_text(&e, "dir", "rx");
    event_bytes(&e, "bytes", data, len);
    event_emit(&e);
    if (conn->has_session && !conn->is_finished && conn->service->on_data != NULL)
        conn->service->on_data(conn->session, data, len);
}

/*
 * Many boards run with Nagle's delay: their next small write waits until the last one is
 * acknowledged. Where no answer of ours carries the acknowledgement, it is sent at once, or the
 * bench would add 40 ms of its own (tcp(7), TCP_QUICKACK).
 */
static void acknowledge(const struct net_conn *conn)
{
    static const int on = 1;

    (void)setsockopt(conn->fd, IPPROTO_TCP, TCP_QUICKACK, &on, sizeof(on));
}

static void receive_end(struct net_conn *conn)
{
    if (conn->tx_dead) { /* send(2) had the error already; nobody is left to talk to */
        if (!conn->is_ended)
            net_conn_rx_ended(conn); /* EPIPE: it was a FIN, and a RST came later */
        net_conn_close(conn, NET_BY_BOARD, NET_HOW_RST);
        return;
    }
    net_conn_rx_ended(conn);
    if (conn->stage == NET_STAGE_LINGER || (conn->stage == NET_STAGE_DRAINING && conn->tx_muted)) {
        net_conn_close(conn, NET_BY_BOARD, NET_HOW_FIN);
        return;
    }
    net_conn_watch(conn);
    if (conn->stage != NET_STAGE_OPEN)
        return;
    if (conn->has_session && conn->service->on_end != NULL)
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

/* How much may still be read now, and before reset_after_rx. */
static size_t read_limit(const struct net_conn *conn)
{
    int64_t reset_after = conn->rules->reset_after_rx;
    uint64_t left = (uint64_t)reset_after - conn->rx_bytes;
    size_t limit = net_pace_limit(conn);

    return reset_after == NET_RULE_NONE || left > limit ? limit : (size_t)left;
}

void net_rx_read(struct net_conn *conn)
{
    uint8_t *buffer = conn->net->read_buffer;
    ssize_t got = recv(conn->fd, buffer, read_limit(conn), 0);
    uint64_t tx_before = conn->tx_bytes;
    bool is_last = got > 0 && (int64_t)conn->rx_bytes + got == conn->rules->reset_after_rx;

    if (is_last)
        conn->tx_muted = true; /* the service may look at it, but it is not answered */
    if (got > 0) {
        receive(conn, buffer, (size_t)got);
        net_pace_took(conn, (size_t)got);
    } else if (got == 0) {
        receive_end(conn);
    } else if (errno != EAGAIN && errno != EINTR) {
        receive_error(conn, errno);
    }
    if (is_last && conn->stage != NET_STAGE_CLOSED) {
        net_conn_rule_at(conn, "reset_after_rx", "after ", conn->rx_bytes, " bytes");
        net_conn_close(conn, NET_BY_BENCH, NET_HOW_RST);
    }
    if (got > 0 && conn->tx_bytes == tx_before && conn->stage != NET_STAGE_CLOSED)
        acknowledge(conn);
}

/* What the board sent before the error on the socket (a RST), an alert perhaps, can still be read:
 * everything up to the error is. */
void net_rx_read_to_the_error(struct net_conn *conn)
{
    uint64_t before = 0;

    conn->rx_paused = false;
    if (conn->rx_stopped) {
        net_conn_close(conn, NET_BY_BOARD, NET_HOW_RST);
        return;
    }
    do {
        before = conn->rx_bytes;
        net_rx_read(conn);
    } while (conn->stage != NET_STAGE_CLOSED && !conn->rx_ended && conn->rx_bytes > before);
    net_conn_watch(conn);
}
