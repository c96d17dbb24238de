/* SPDX-License-Identifier: Apache-2.0 */
/* What a connection sends: a queue, and the rules that say when and in which pieces it leaves. */
#include "net_internal.h"

#include "base/event_kinds.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

void net_tx_drop(struct net_conn *conn)
{
    while (conn->head != NULL) {
        struct net_segment *next = conn->head->next;

        free(conn->head);
        conn->head = next;
    }
    conn->tail = NULL;
    conn->queued = 0;
    conn->rx_paused = false;
}

static void mute(struct net_conn *conn)
{
    conn->tx_muted = true;
    conn->tx_blocked = false;
    net_tx_drop(conn);
}

static void stall(struct net_conn *conn)
{
    mute(conn);
    if (conn->stage == NET_STAGE_DRAINING && conn->rx_ended)
        net_conn_fin(conn); /* nobody is there any more who could notice */
}

static void reset(struct net_conn *conn)
{
    net_conn_close(conn, NET_BY_BENCH, NET_HOW_RST);
}

static void finish(struct net_conn *conn)
{
    mute(conn);
    net_conn_fin(conn);
}

void net_stall_all(struct net *net)
{
    for (struct net_conn *conn = net->conns; conn != NULL; conn = conn->next) {
        if (conn->stage != NET_STAGE_OPEN || conn->tx_muted)
            continue;
        net_conn_rule_at(conn, "stall_after_tx", "after ", conn->tx_bytes, " bytes");
        stall(conn);
    }
}

/* What happens when so many bytes have been sent. */
static const struct limit {
    const char *rule;
    size_t offset; /* in struct net_rules */
    void (*act)(struct net_conn *conn);
} limits[] = {
    {"stall_after_tx", offsetof(struct net_rules, stall_after_tx), stall},
    {"reset_after_tx", offsetof(struct net_rules, reset_after_tx), reset},
    {"close_after_tx", offsetof(struct net_rules, close_after_tx), finish},
};

/* The limit that is reached first. */
static const struct limit *next_limit(const struct net_conn *conn, uint64_t *ret_left)
{
    const struct limit *found = NULL;
    uint64_t left = UINT64_MAX;

    for (size_t i = 0; i < sizeof(limits) / sizeof(limits[0]); i++) {
        const char *at = (const char *)conn->rules + limits[i].offset;
        int64_t after = *(const int64_t *)(const void *)at;
        uint64_t until = (uint64_t)after > conn->tx_bytes ? (uint64_t)after - conn->tx_bytes : 0;

        if (after != NET_RULE_NONE && until < left) {
            left = until;
            found = &limits[i];
        }
    }
    *ret_left = left;
    return found;
}

static void emit_sent(struct net_conn *conn, const uint8_t *data, size_t len)
{
    struct event_builder e;

    event_begin(&e, conn->net->sink, "net", EV_NET_DATA, conn->id);
    event_text(&e, "dir", "tx");
    event_bytes(&e, "bytes", data, len);
    event_emit(&e);
}

/* The board is gone, but what it sent before may still wait to be read: that side decides. */
static void sending_failed(struct net_conn *conn, int sys_errno)
{
    if (sys_errno == ECONNRESET)
        net_conn_ended(conn, NET_BY_BOARD, NET_HOW_RST);
    if (sys_errno == ETIMEDOUT)
        net_conn_ended(conn, NET_BY_BOARD, NET_HOW_TIMEOUT);
    mute(conn);
    conn->tx_dead = true;
    if (conn->rx_ended)
        net_conn_close(conn, NET_BY_BOARD, NET_HOW_RST);
}

static bool may_write(const struct net_conn *conn)
{
    return (conn->stage == NET_STAGE_OPEN || conn->stage == NET_STAGE_DRAINING) &&
           !conn->tx_muted && !conn->tx_blocked && !conn->tx_waiting;
}

static void wait_ms(struct net_conn *conn, uint64_t ms)
{
    conn->tx_waiting = true;
    net_conn_start_timer(conn, ms);
}

/* Returns what send(2) took; 0: nothing now. */
static size_t write_piece(struct net_conn *conn, const uint8_t *data, size_t len)
{
    ssize_t sent = send(conn->fd, data, len, MSG_NOSIGNAL);

    if (sent > 0) {
        conn->tx_bytes += (uint64_t)sent;
        emit_sent(conn, data, (size_t)sent);
        return (size_t)sent;
    }
    if (sent < 0 && errno == EAGAIN)
        conn->tx_blocked = true;
    else if (sent < 0 && errno != EINTR)
        sending_failed(conn, errno);
    return 0;
}

/* The rule's length, said where it first cuts something. */
static size_t cut_chunk(struct net_conn *conn, size_t piece)
{
    size_t chunk = (size_t)conn->rules->chunk_tx;

    if (chunk == 0 || piece <= chunk)
        return piece;
    if (!conn->tx_cut)
        net_conn_rule_at(conn, "chunk_tx", "", chunk, " bytes at a time");
    conn->tx_cut = true;
    return chunk;
}

/* One write of at most len bytes within the rules. Returns how many left; 0: nothing now. */
static size_t write_some(struct net_conn *conn, const uint8_t *data, size_t len)
{
    uint64_t left = 0;
    const struct limit *limit = next_limit(conn, &left);
    size_t piece = len < left ? len : (size_t)left;
    size_t sent = 0;

    piece = cut_chunk(conn, piece);
    if (piece > 0)
        sent = write_piece(conn, data, piece);
    if (limit != NULL && sent == left && !conn->tx_dead) {
        net_conn_rule_at(conn, limit->rule, "after ", conn->tx_bytes, " bytes");
        limit->act(conn);
    } else if (sent > 0 && conn->rules->chunk_delay_ms > 0) {
        wait_ms(conn, (uint64_t)conn->rules->chunk_delay_ms);
    }
    return sent;
}

static void took_from_head(struct net_conn *conn, size_t sent)
{
    struct net_segment *head = conn->head;

    head->sent += sent;
    conn->queued -= (uint32_t)sent;
    if (conn->queued < NET_QUEUE_LOW)
        conn->rx_paused = false;
    if (head->sent < head->len)
        return;
    conn->head = head->next;
    if (conn->head == NULL)
        conn->tail = NULL;
    free(head);
}

void net_tx_pump(struct net_conn *conn)
{
    while (conn->head != NULL && may_write(conn)) {
        struct net_segment *head = conn->head;
        uint64_t now_ms = uv_now(conn->net->loop);
        size_t sent = 0;

        if (head->due_ms > now_ms) {
            wait_ms(conn, head->due_ms - now_ms);
            return;
        }
        sent = write_some(conn, head->data + head->sent, head->len - head->sent);
        if (sent == 0 || conn->head == NULL)
            break; /* no room, or a rule took the queue away */
        took_from_head(conn, sent);
    }
    if (conn->stage == NET_STAGE_DRAINING && conn->head == NULL && !conn->tx_muted)
        net_conn_fin(conn);
}

static enum assay_status enqueue(struct net_conn *conn, const uint8_t *data, size_t len)
{
    struct net_segment *segment = NULL;

    segment = malloc(sizeof(*segment) + len);
    if (segment == NULL)
        return ASSAY_ERR_NOMEM;
    *segment = (struct net_segment){.len = len};
    if (conn->rules->delay_tx_ms > 0) {
        uv_update_time(conn->net->loop);
        segment->due_ms = uv_now(conn->net->loop) + (uint64_t)conn->rules->delay_tx_ms;
    }
    memcpy(segment->data, data, len);
    if (conn->tail != NULL)
        conn->tail->next = segment;
    else
        conn->head = segment;
    conn->tail = segment;
    conn->queued += (uint32_t)len; /* net_conn_send() looks at the limit */
    conn->has_waited = true;
    if (conn->queued > NET_QUEUE_HIGH)
        conn->rx_paused = true;
    return ASSAY_OK;
}

/* What can leave at once need not be queued. Returns how much did. */
static size_t send_directly(struct net_conn *conn, const uint8_t *data, size_t len)
{
    size_t done = 0;

    if (conn->head != NULL || conn->rules->delay_tx_ms > 0)
        return 0;
    while (done < len && may_write(conn)) {
        size_t sent = write_some(conn, data + done, len - done);

        if (sent == 0)
            break;
        done += sent;
    }
    return done;
}

enum assay_status net_conn_send(struct net_conn *conn, const void *data, size_t len)
{
    const uint8_t *bytes = data;
    enum assay_status status = ASSAY_OK;
    size_t done = 0;

    if (conn->tx_dead || conn->stage == NET_STAGE_CLOSED || conn->stage == NET_STAGE_LINGER)
        return ASSAY_ERR_CLOSED;
    if (conn->stage != NET_STAGE_OPEN)
        return ASSAY_ERR_STATE;
    if (len > NET_QUEUE_MAX - conn->queued)
        return ASSAY_ERR_LIMIT;
    done = send_directly(conn, bytes, len);
    if (done < len && !conn->tx_muted && conn->stage == NET_STAGE_OPEN)
        status = enqueue(conn, bytes + done, len - done);
    if (status == ASSAY_OK)
        net_tx_pump(conn);
    net_conn_watch(conn);
    return status;
}
