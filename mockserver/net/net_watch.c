/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What happens on the sockets of a net's connections. They are watched by an epoll(7) of the net's
 * own, which the loop watches as one descriptor: a handle of libuv for each is 160 bytes, and four
 * system calls when it comes and goes.
 */
#include "net_internal.h"

#include <errno.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

enum { BURST = 128 };

static const struct {
    unsigned events;
    uint32_t epoll;
} words[] = {
    {NET_READABLE, EPOLLIN},
    {NET_WRITABLE, EPOLLOUT},
    {NET_DISCONNECT, EPOLLRDHUP},
};

enum { WORDS = sizeof(words) / sizeof(words[0]) };

static uint32_t to_epoll(unsigned events)
{
    uint32_t epoll = 0;

    for (size_t i = 0; i < WORDS; i++)
        if ((events & words[i].events) != 0)
            epoll |= words[i].epoll;
    return epoll;
}

static unsigned from_epoll(uint32_t epoll)
{
    unsigned events = 0;

    for (size_t i = 0; i < WORDS; i++)
        if ((epoll & words[i].epoll) != 0)
            events |= words[i].events;
    return events;
}

static void one_more_watched(struct net *net)
{
    if (net->watched++ == 0)
        uv_ref((uv_handle_t *)&net->poll);
}

static void one_less_watched(struct net *net)
{
    if (--net->watched == 0)
        uv_unref((uv_handle_t *)&net->poll);
}

static int operation(unsigned before, unsigned events)
{
    if (before == 0)
        return EPOLL_CTL_ADD;
    return events == 0 ? EPOLL_CTL_DEL : EPOLL_CTL_MOD;
}

void net_watch_set(struct net_conn *conn, unsigned events)
{
    struct net *net = conn->net;
    struct epoll_event event = {.events = to_epoll(events), .data.ptr = conn};
    int op = operation(conn->interest, events);

    if (events == conn->interest)
        return;
    if (epoll_ctl(net->epoll_fd, op, conn->fd, &event) != 0 && op == EPOLL_CTL_ADD) {
        net_service_error(net, conn->service->name, conn->id, "it cannot be watched: %s",
                          strerror(errno));
        net_conn_close(conn, NET_BY_BENCH, NET_HOW_ERROR);
        return;
    }
    if (op == EPOLL_CTL_ADD)
        one_more_watched(net);
    if (op == EPOLL_CTL_DEL)
        one_less_watched(net);
    conn->interest = (uint8_t)events;
}

/* What came before it in the same burst may have closed it, or asked for something else. */
static void tell(struct net_conn *conn, uint32_t epoll)
{
    unsigned events = from_epoll(epoll) & conn->interest;

    if (conn->stage == NET_STAGE_CLOSED || conn->interest == 0)
        return;
    if ((epoll & EPOLLERR) != 0) {
        net_watch_set(conn, 0); /* it would be told again and again */
        net_conn_broken(conn);
        return;
    }
    if ((epoll & ~(uint32_t)EPOLLHUP) == 0)
        events = conn->interest; /* nothing but the end: to be met in reading or in writing */
    if (events != 0)
        net_conn_ready(conn, events);
}

static void on_poll(uv_poll_t *poll, int status, int events)
{
    struct net *net = poll->data;
    struct epoll_event burst[BURST];
    int count = epoll_wait(net->epoll_fd, burst, BURST, 0);

    (void)status;
    (void)events;
    for (int i = 0; i < count; i++)
        tell(burst[i].data.ptr, burst[i].events);
}

static void on_burial(uv_idle_t *idle)
{
    struct net *net = idle->data;
    struct net_conn *conn = net->closed;

    net->closed = NULL; /* more may come in the meantime: for the next turn */
    net->closed_tail = &net->closed;
    while (conn != NULL) {
        struct net_conn *next = conn->prev;

        net_conn_gone(conn);
        conn = next;
    }
    if (net->closed == NULL)
        uv_idle_stop(&net->burial);
}

void net_watch_bury(struct net_conn *conn)
{
    struct net *net = conn->net;

    if (net->closed == NULL)
        uv_idle_start(&net->burial, on_burial);
    conn->prev = NULL;
    *net->closed_tail = conn;
    net->closed_tail = &conn->prev;
}

bool net_watch_init(struct net *net)
{
    net->closed_tail = &net->closed;
    net->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
    if (net->epoll_fd < 0)
        return false;
    if (uv_poll_init(net->loop, &net->poll, net->epoll_fd) != 0) {
        close(net->epoll_fd);
        return false;
    }
    uv_idle_init(net->loop, &net->burial);
    net->poll.data = net;
    net->burial.data = net;
    uv_poll_start(&net->poll, UV_READABLE, on_poll);
    uv_unref((uv_handle_t *)&net->poll);
    return true;
}

static void on_handle_gone(uv_handle_t *handle)
{
    struct net *net = handle->data;

    net->closing--;
}

void net_watch_done(struct net *net)
{
    uv_handle_t *const handles[] = {(uv_handle_t *)&net->poll, (uv_handle_t *)&net->timer,
                                    (uv_handle_t *)&net->burial};

    for (size_t i = 0; i < sizeof(handles) / sizeof(handles[0]); i++) {
        net->closing++;
        uv_close(handles[i], on_handle_gone);
    }
    close(net->epoll_fd);
}
