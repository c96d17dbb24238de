/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A bench that reads slowly, or no more. What is not read waits in the kernel, and only so much of
 * it as the receive buffer holds: the window of TCP closes, and the board is the one who waits.
 */
#include "net_internal.h"

#include <errno.h>

enum {
    TICK_MS = 100, /* between two reads */
    SECOND_MS = 1000,
    RECEIVE_BUFFER = 4096, /* tcp(7): the kernel doubles it; a window that closes early */
};

static bool is_paced(const struct net_rules *rules)
{
    return rules->read_rate > 0;
}

/* A piece of what may be read in a second, and how long after it the next one may be. */
static size_t piece_of(const struct net_rules *rules)
{
    uint64_t piece = (uint64_t)rules->read_rate * TICK_MS / SECOND_MS;

    if (piece > NET_READ_SIZE)
        return NET_READ_SIZE;
    return piece > 0 ? (size_t)piece : 1;
}

static uint64_t wait_after(const struct net_rules *rules, size_t len)
{
    uint64_t rate = (uint64_t)rules->read_rate;
    uint64_t ms = ((uint64_t)len * SECOND_MS + rate - 1) / rate;

    return ms > 0 ? ms : 1;
}

bool net_pace_may_read(const struct net_conn *conn)
{
    return !conn->rx_stopped && conn->pace_due_ms == 0;
}

size_t net_pace_limit(const struct net_conn *conn)
{
    const struct net_rules *rules = conn->rules;
    size_t limit = is_paced(rules) ? piece_of(rules) : NET_READ_SIZE;
    uint64_t left = 0;

    if (rules->stall_after_rx == NET_RULE_NONE)
        return limit;
    left = (uint64_t)rules->stall_after_rx > conn->rx_bytes
               ? (uint64_t)rules->stall_after_rx - conn->rx_bytes
               : 0;
    return left < limit ? (size_t)left : limit;
}

void net_pace_took(struct net_conn *conn, size_t len)
{
    if (conn->stage == NET_STAGE_CLOSED)
        return;
    if (is_paced(conn->rules)) {
        if (!conn->rx_paced)
            net_conn_rule_at(conn, "read_rate", "", (uint64_t)conn->rules->read_rate,
                             " bytes a second");
        conn->rx_paced = true;
        uv_update_time(conn->net->loop);
        conn->pace_due_ms = uv_now(conn->net->loop) + wait_after(conn->rules, len);
        net_due_set(conn);
    }
    net_pace_check(conn);
    net_conn_watch(conn);
}

void net_pace_check(struct net_conn *conn)
{
    int64_t after = conn->rules->stall_after_rx;
    bool stops = after != NET_RULE_NONE && conn->rx_bytes >= (uint64_t)after;

    if (conn->stage == NET_STAGE_CLOSED || conn->stage == NET_STAGE_WAITING)
        return;
    if (stops && !conn->rx_stopped)
        net_conn_rule_at(conn, "stall_after_rx", "after ", conn->rx_bytes, " bytes");
    conn->rx_stopped = stops;
    if (!is_paced(conn->rules) && conn->pace_due_ms != 0) {
        conn->pace_due_ms = 0;
        net_due_set(conn);
    }
}

int net_pace_set_buffer(int fd, const struct net_rules *rules)
{
    static const int size = RECEIVE_BUFFER;

    if (!is_paced(rules) && rules->stall_after_rx == NET_RULE_NONE)
        return 0;
    return setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size)) == 0 ? 0 : errno;
}
