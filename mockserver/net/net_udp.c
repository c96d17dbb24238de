/* SPDX-License-Identifier: Apache-2.0 */
/* UDP services: a datagram in, at most one out. */
#include "net_internal.h"

#include "base/event_kinds.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DATAGRAM_MAX = 65507, PEER_TEXT = NET_ADDRESS_TEXT + 16 };

static void unhold(struct net_udp *udp)
{
    if (--udp->handles > 0)
        return;
    udp->net->closing--;
    buf_done(&udp->reply);
    free(udp);
}

static void on_gone(uv_handle_t *handle)
{
    unhold(handle->data);
}

static void on_late_gone(uv_handle_t *handle)
{
    struct net_late *late = handle->data;
    struct net_udp *udp = late->udp;

    free(late);
    unhold(udp);
}

static void close_late(struct net_late *late)
{
    struct net_late **at = &late->udp->late;

    while (*at != late)
        at = &(*at)->next;
    *at = late->next;
    late->udp->late_count--;
    uv_close((uv_handle_t *)&late->timer, on_late_gone);
}

void net_udp_close(struct net_udp *udp)
{
    struct net_udp **at = &udp->net->udps;

    while (*at != udp)
        at = &(*at)->next;
    *at = udp->next;
    udp->net->closing++;
    while (udp->late != NULL)
        close_late(udp->late);
    uv_close((uv_handle_t *)&udp->handle, on_gone);
}

static void on_alloc(uv_handle_t *handle, size_t suggested, uv_buf_t *ret)
{
    struct net_udp *udp = handle->data;

    (void)suggested;
    *ret = uv_buf_init((char *)udp->net->read_buffer, NET_READ_SIZE);
}

static void emit_datagram(const struct net_udp *udp, const char *dir,
                          const struct sockaddr_storage *peer, const void *data, size_t len)
{
    struct event_builder e;
    char text[NET_ADDRESS_TEXT];
    unsigned port = net_address_text(peer, text);

    event_begin(&e, udp->net->sink, "net", EV_NET_DATAGRAM, 0);
    event_text(&e, "service", udp->name);
    event_text(&e, "dir", dir);
    event_text(&e, "peer", text);
    event_int(&e, "peer_port", port);
    event_text(&e, "local", udp->local);
    event_int(&e, "local_port", udp->local_port);
    event_bytes(&e, "bytes", data, len);
    event_emit(&e);
}

static void answer(struct net_udp *udp, const struct sockaddr_storage *peer, uint8_t *data,
                   size_t len)
{
    uv_buf_t out = uv_buf_init((char *)data, (unsigned)len);
    int sent = uv_udp_try_send(&udp->handle, &out, 1, (const struct sockaddr *)peer);

    if (sent >= 0)
        emit_datagram(udp, "tx", peer, data, len);
    else
        net_service_error(udp->net, udp->name, 0, "an answer could not be sent: %s",
                          uv_strerror(sent));
}

static void on_late(uv_timer_t *timer)
{
    struct net_late *late = timer->data;

    answer(late->udp, &late->peer, late->data, late->len);
    close_late(late);
}

static void answer_later(struct net_udp *udp, const struct sockaddr_storage *peer)
{
    struct net_late *late = NULL;

    if (udp->late_count < NET_LATE_MAX)
        late = malloc(sizeof(*late) + udp->reply.len);
    if (late == NULL) {
        net_service_error(udp->net, udp->name, 0, "an answer was dropped: %zu are waiting",
                          udp->late_count);
        return;
    }
    *late = (struct net_late){.udp = udp, .next = udp->late, .peer = *peer, .len = udp->reply.len};
    memcpy(late->data, udp->reply.data, udp->reply.len);
    uv_timer_init(udp->net->loop, &late->timer);
    late->timer.data = late;
    uv_update_time(udp->net->loop);
    uv_timer_start(&late->timer, on_late, udp->delay_ms, 0);
    udp->late = late;
    udp->late_count++;
    udp->handles++;
}

void net_udp_delay(struct net *net, unsigned port, uint64_t delay_ms)
{
    for (struct net_udp *udp = net->udps; udp != NULL; udp = udp->next)
        if (udp->local_port == port)
            udp->delay_ms = delay_ms;
}

static void on_receive(uv_udp_t *handle, ssize_t got, const uv_buf_t *data,
                       const struct sockaddr *from, unsigned flags)
{
    struct net_udp *udp = handle->data;
    struct sockaddr_storage peer = {0};
    char address[NET_ADDRESS_TEXT];
    char text[PEER_TEXT];
    unsigned port = 0;

    (void)flags;
    if (got < 0 || from == NULL)
        return; /* an ICMP error of an earlier answer, or nothing more to read */
    if (from->sa_family == AF_INET6)
        *(struct sockaddr_in6 *)(void *)&peer = *(const struct sockaddr_in6 *)(const void *)from;
    else
        *(struct sockaddr_in *)(void *)&peer = *(const struct sockaddr_in *)(const void *)from;
    port = net_address_text(&peer, address);
    snprintf(text, sizeof(text), from->sa_family == AF_INET6 ? "[%s]:%u" : "%s:%u", address, port);
    emit_datagram(udp, "rx", &peer, data->base, (size_t)got);
    buf_clear(&udp->reply);
    udp->on_datagram(udp->ctx, text, (const uint8_t *)data->base, (size_t)got, &udp->reply);
    if (udp->reply.len > 0 && udp->delay_ms > 0)
        answer_later(udp, &peer);
    else if (udp->reply.len > 0)
        answer(udp, &peer, udp->reply.data, udp->reply.len);
}

int net_udp_descriptor(const struct net *net, const char *local, unsigned port)
{
    uv_os_fd_t fd = -1;

    for (const struct net_udp *udp = net->udps; udp != NULL; udp = udp->next)
        if (udp->local_port == port && strcmp(udp->local, local) == 0 &&
            uv_fileno((const uv_handle_t *)&udp->handle, &fd) == 0)
            return fd;
    return -1;
}

/* The socket of the net that came before, or one of its own. Returns 0 or a libuv error. */
static int open_socket(struct net_udp *udp, const struct sockaddr_storage *address)
{
    char text[NET_ADDRESS_TEXT];
    unsigned port = net_address_text(address, text);
    int fd = udp->net->old != NULL ? net_udp_descriptor(udp->net->old, text, port) : -1;

    if (fd < 0)
        return uv_udp_bind(&udp->handle, (const struct sockaddr *)address, 0);
    fd = fcntl(fd, F_DUPFD_CLOEXEC, 0);
    return fd >= 0 ? uv_udp_open(&udp->handle, fd) : uv_translate_sys_error(errno);
}

/* Returns 0 or a libuv error (a negated errno). */
static int bind_and_start(struct net_udp *udp, const struct sockaddr_storage *address)
{
    struct sockaddr_storage local = {0};
    int len = sizeof(local);
    int failed = open_socket(udp, address);

    if (failed == 0)
        failed = uv_udp_getsockname(&udp->handle, (struct sockaddr *)&local, &len);
    if (failed == 0)
        failed = uv_udp_recv_start(&udp->handle, on_alloc, on_receive);
    if (failed == 0)
        udp->local_port = net_address_text(&local, udp->local);
    return failed;
}

static void emit_listen(const struct net_udp *udp)
{
    struct event_builder e;

    event_begin(&e, udp->net->sink, "net", EV_NET_LISTEN, 0);
    event_text(&e, "service", udp->name);
    event_text(&e, "address", udp->local);
    event_int(&e, "port", udp->local_port);
    event_emit(&e);
}

enum assay_status net_listen_udp(struct net *net, const char *name, net_datagram_fn on_datagram,
                                 void *ctx, const char *address, unsigned port, unsigned *ret_port,
                                 struct assay_error *err)
{
    struct sockaddr_storage local;
    struct net_udp *udp = NULL;
    int failed = 0;

    ASSAY_TRY(net_address_parse(address, port, &local, err));
    udp = calloc(1, sizeof(*udp));
    if (udp == NULL)
        return assay_error_set(err, ASSAY_ERR_NOMEM, "%s: out of memory", name);
    udp->net = net;
    udp->name = name;
    udp->on_datagram = on_datagram;
    udp->ctx = ctx;
    buf_init(&udp->reply, DATAGRAM_MAX);
    uv_udp_init(net->loop, &udp->handle);
    udp->handle.data = udp;
    udp->handles = 1;
    udp->next = net->udps;
    net->udps = udp;
    failed = bind_and_start(udp, &local);
    if (failed != 0) {
        net_udp_close(udp);
        return net_address_refused(err, -failed, name, address, port);
    }
    emit_listen(udp);
    *ret_port = udp->local_port;
    return ASSAY_OK;
}
