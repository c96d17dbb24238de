/* SPDX-License-Identifier: Apache-2.0 */
/* When something of a connection falls due. All of a net lie in one heap, with one timer for it. */
#include "net_internal.h"

/* Is it due? Then it is so once. */
static bool take_due(uint64_t *due_ms, uint64_t now_ms)
{
    if (*due_ms == 0 || *due_ms > now_ms)
        return false;
    *due_ms = 0;
    return true;
}

static void fire(struct net_conn *conn, uint64_t now_ms)
{
    timers_stop(&conn->net->timers, &conn->timer);
    if (take_due(&conn->pace_due_ms, now_ms))
        net_conn_watch(conn);
    if (take_due(&conn->stage_due_ms, now_ms))
        net_conn_stage_due(conn);
    if (conn->stage != NET_STAGE_CLOSED && take_due(&conn->idle_due_ms, now_ms))
        net_conn_idle_due(conn);
    net_due_set(conn);
}

static void on_timer(uv_timer_t *timer);

/* One that is too early does no harm: it looks, and runs on. */
static void set_timer(struct net *net)
{
    const struct timer *first = timers_first(&net->timers);
    uint64_t now_ms = uv_now(net->loop);

    if (first == NULL) {
        net->timer_due_ms = 0;
        uv_timer_stop(&net->timer);
        return;
    }
    if (net->timer_due_ms != 0 && net->timer_due_ms <= first->due_ms)
        return;
    net->timer_due_ms = first->due_ms;
    uv_timer_start(&net->timer, on_timer, first->due_ms > now_ms ? first->due_ms - now_ms : 0, 0);
}

static void on_timer(uv_timer_t *timer)
{
    struct net *net = timer->data;
    uint64_t now_ms = uv_now(net->loop);
    struct timer *first = timers_first(&net->timers);

    net->timer_due_ms = now_ms; /* not set anew for each of those that follow */
    for (; first != NULL && first->due_ms <= now_ms; first = timers_first(&net->timers))
        fire(TIMER_OWNER(first, struct net_conn, timer), now_ms);
    net->timer_due_ms = 0;
    set_timer(net);
}

void net_due_init(struct net *net)
{
    uv_timer_init(net->loop, &net->timer);
    net->timer.data = net;
}

static uint64_t earlier(uint64_t a_ms, uint64_t b_ms)
{
    return a_ms == 0 || (b_ms != 0 && b_ms < a_ms) ? b_ms : a_ms;
}

void net_due_set(struct net_conn *conn)
{
    uint64_t due_ms = earlier(earlier(conn->stage_due_ms, conn->idle_due_ms), conn->pace_due_ms);
    enum assay_status status = ASSAY_OK;

    if (conn->stage == NET_STAGE_CLOSED ||
        (due_ms != 0 && conn->timer.place != 0 && due_ms == conn->timer.due_ms))
        return;
    if (due_ms == 0)
        timers_stop(&conn->net->timers, &conn->timer);
    else
        status = timers_start(&conn->net->timers, &conn->timer, due_ms);
    (void)status; /* net_conn_new() has made room */
    set_timer(conn->net);
}

void net_due_drop(struct net_conn *conn)
{
    timers_stop(&conn->net->timers, &conn->timer);
    set_timer(conn->net);
}

void net_conn_start_timer(struct net_conn *conn, uint64_t ms)
{
    uv_update_time(conn->net->loop); /* or the delay would begin when the loop last woke up */
    conn->stage_due_ms = uv_now(conn->net->loop) + ms;
    net_due_set(conn);
}

void net_conn_stop_timer(struct net_conn *conn)
{
    conn->stage_due_ms = 0;
    net_due_set(conn);
}

void net_conn_expect(struct net_conn *conn, uint64_t idle_ms)
{
    bool is_shorter = conn->idle_ms == 0 || idle_ms < conn->idle_ms;

    if (conn->stage == NET_STAGE_CLOSED)
        return;
    conn->idle_ms = idle_ms < UINT32_MAX ? (uint32_t)idle_ms : UINT32_MAX;
    if (idle_ms == 0)
        conn->idle_due_ms = 0;
    else if (is_shorter)
        conn->idle_due_ms = uv_now(conn->net->loop) + idle_ms;
    net_due_set(conn);
}
