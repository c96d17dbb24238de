/* SPDX-License-Identifier: Apache-2.0 */
/* TCP listeners. */
#include "net_internal.h"

#include "base/event_kinds.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { ACCEPT_BURST = 64, BACKLOG = 4096, KEEPALIVE_IDLE_S = 15, KEEPALIVE_INTERVAL_S = 5 };

static void on_handle_gone(uv_handle_t *handle)
{
    struct net_listener *listener = handle->data;

    if (--listener->handles > 0)
        return;
    listener->net->closing--;
    listener->next = listener->net->gone; /* connections may still live by its rules */
    listener->net->gone = listener;
}

void net_listener_close(struct net_listener *listener)
{
    struct net_listener **at = &listener->net->listeners;

    while (*at != listener)
        at = &(*at)->next;
    *at = listener->next;
    listener->net->closing++;
    uv_close((uv_handle_t *)&listener->poll, on_handle_gone);
    uv_close((uv_handle_t *)&listener->retry, on_handle_gone);
    close(listener->fd);
}

/* Take a connection with the spare descriptor, refuse it, and take the spare back. */
static bool refuse_with_spare(struct net_listener *listener)
{
    static const struct linger reset = {.l_onoff = 1, .l_linger = 0};
    struct net *net = listener->net;
    struct sockaddr_storage peer = {0};
    socklen_t len = sizeof(peer);
    char text[NET_ADDRESS_TEXT] = "";
    unsigned port = 0;
    int fd = -1;

    if (net->spare_fd < 0)
        return false;
    close(net->spare_fd);
    fd = accept4(listener->fd, (struct sockaddr *)&peer, &len, SOCK_CLOEXEC);
    if (fd >= 0) {
        port = net_address_text(&peer, text);
        net_service_error(net, listener->service->name, 0,
                          "connection from %s port %u refused: no file descriptor left; raise "
                          "`ulimit -n`",
                          text, port);
        (void)setsockopt(fd, SOL_SOCKET, SO_LINGER, &reset, sizeof(reset));
        close(fd);
    }
    net->spare_fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
    return fd >= 0;
}

static void on_connection(uv_poll_t *poll, int status, int events);

static void on_retry(uv_timer_t *timer)
{
    struct net_listener *listener = timer->data;

    if (listener->net->spare_fd < 0)
        listener->net->spare_fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
    uv_poll_start(&listener->poll, UV_READABLE, on_connection);
}

/* The backlog stays readable while it cannot be emptied; without a pause the loop would spin. */
static void pause_accepting(struct net_listener *listener, int sys_errno)
{
    net_service_error(listener->net, listener->service->name, 0, "cannot accept a connection: %s",
                      strerror(sys_errno));
    uv_poll_stop(&listener->poll);
    uv_timer_start(&listener->retry, on_retry, NET_ACCEPT_RETRY_MS, 0);
}

/* Returns false when there is nothing more to accept now. */
static bool accept_one(struct net_listener *listener)
{
    struct sockaddr_storage peer = {0};
    socklen_t len = sizeof(peer);
    int fd = accept4(listener->fd, (struct sockaddr *)&peer, &len, SOCK_NONBLOCK | SOCK_CLOEXEC);

    if (fd >= 0) {
        net_conn_accept(listener, fd, &peer);
        return true;
    }
    switch (errno) {
    case EAGAIN:
        return false;
    case EMFILE:
    case ENFILE:
        if (refuse_with_spare(listener))
            return true;
        pause_accepting(listener, EMFILE);
        return false;
    case ENOBUFS:
    case ENOMEM:
        pause_accepting(listener, errno);
        return false;
    default:
        return true; /* accept(2): errors of the new connection; it is gone, go on */
    }
}

static void on_connection(uv_poll_t *poll, int status, int events)
{
    struct net_listener *listener = poll->data;

    (void)events;
    if (status < 0) {
        pause_accepting(listener, -status);
        return;
    }
    for (int i = 0; i < ACCEPT_BURST && accept_one(listener); i++)
        ;
}

/* What accepted sockets inherit (tcp(7)); set here once instead of on each of them. */
static int set_options(int fd, const struct net_rules *rules)
{
    const struct {
        int level;
        int name;
        int value;
    } options[] = {
        {SOL_SOCKET, SO_REUSEADDR, 1},
        {IPPROTO_TCP, TCP_NODELAY, 1},
        {SOL_SOCKET, SO_KEEPALIVE, 1},
        {IPPROTO_TCP, TCP_KEEPIDLE, KEEPALIVE_IDLE_S},
        {IPPROTO_TCP, TCP_KEEPINTVL, KEEPALIVE_INTERVAL_S},
    };
    int mss = (int)rules->max_segment;

    for (size_t i = 0; i < sizeof(options) / sizeof(options[0]); i++)
        if (setsockopt(fd, options[i].level, options[i].name, &options[i].value,
                       sizeof(options[i].value)) != 0)
            return errno;
    if (mss != NET_RULE_NONE && setsockopt(fd, IPPROTO_TCP, TCP_MAXSEG, &mss, sizeof(mss)) != 0)
        return errno;
    return net_pace_set_buffer(fd, rules);
}

/* The socket of the net that came before, if it listens there; -1: it does not. */
static int take_over(const struct net *old, const struct sockaddr_storage *address)
{
    char text[NET_ADDRESS_TEXT];
    unsigned port = net_address_text(address, text);

    for (const struct net_listener *l = old != NULL ? old->listeners : NULL; l != NULL; l = l->next)
        if (l->local_port == port && strcmp(l->local, text) == 0)
            return fcntl(l->fd, F_DUPFD_CLOEXEC, 0);
    return -1;
}

/* Returns 0 or an errno. */
static int open_socket(struct net_listener *listener, struct sockaddr_storage *address)
{
    socklen_t len = net_address_len(address);
    int failed = 0;

    listener->fd = take_over(listener->net->old, address);
    if (listener->fd >= 0)
        return set_options(listener->fd, &listener->rules);
    listener->fd = socket(address->ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (listener->fd < 0)
        return errno;
    failed = set_options(listener->fd, &listener->rules);
    if (failed != 0)
        return failed;
    if (bind(listener->fd, (struct sockaddr *)address, len) != 0 ||
        listen(listener->fd, BACKLOG) != 0 ||
        getsockname(listener->fd, (struct sockaddr *)address, &len) != 0)
        return errno;
    return 0;
}

static bool is_wildcard(const struct sockaddr_storage *address)
{
    const struct sockaddr_in *v4 = (const void *)address;
    const struct sockaddr_in6 *v6 = (const void *)address;

    if (address->ss_family == AF_INET6)
        return IN6_IS_ADDR_UNSPECIFIED(&v6->sin6_addr);
    return v4->sin_addr.s_addr == htonl(INADDR_ANY);
}

/* On failure the listener is gone. */
static enum assay_status start(struct net_listener *listener)
{
    struct net *net = listener->net;

    if (uv_poll_init(net->loop, &listener->poll, listener->fd) != 0) {
        close(listener->fd);
        free(listener);
        return ASSAY_ERR_IO;
    }
    uv_timer_init(net->loop, &listener->retry);
    listener->poll.data = listener;
    listener->retry.data = listener;
    listener->handles = 2;
    listener->next = net->listeners;
    net->listeners = listener;
    if (uv_poll_start(&listener->poll, UV_READABLE, on_connection) != 0) {
        net_listener_close(listener);
        return ASSAY_ERR_IO;
    }
    return ASSAY_OK;
}

static void emit_listen(const struct net_listener *listener)
{
    struct event_builder e;

    event_begin(&e, listener->net->sink, "net", EV_NET_LISTEN, 0);
    event_text(&e, "service", listener->service->name);
    event_text(&e, "address", listener->local);
    event_int(&e, "port", listener->local_port);
    event_emit(&e);
}

enum assay_status net_listen_tcp(struct net *net, const struct net_service *service, void *ctx,
                                 const char *address, unsigned port, const struct value *rules,
                                 unsigned *ret_port, struct assay_error *err)
{
    struct sockaddr_storage local;
    struct net_rules parsed;
    struct net_listener *listener = NULL;
    int failed = 0;

    ASSAY_TRY(net_rules_read(rules, &parsed, err));
    ASSAY_TRY(net_address_parse(address, port, &local, err));
    listener = calloc(1, sizeof(*listener));
    if (listener == NULL)
        return assay_error_set(err, ASSAY_ERR_NOMEM, "%s: out of memory", service->name);
    *listener = (struct net_listener){
        .net = net, .service = service, .ctx = ctx, .fd = -1, .rules = parsed};
    net_rules_default(&listener->plain);
    failed = open_socket(listener, &local);
    if (failed != 0) {
        if (listener->fd >= 0)
            close(listener->fd);
        free(listener);
        return net_address_refused(err, failed, service->name, address, port);
    }
    listener->is_wildcard = is_wildcard(&local);
    listener->local_port = net_address_text(&local, listener->local);
    if (start(listener) != ASSAY_OK)
        return assay_error_set(err, ASSAY_ERR_IO, "%s: the event loop refuses the socket",
                               service->name);
    emit_listen(listener);
    *ret_port = listener->local_port;
    return ASSAY_OK;
}
