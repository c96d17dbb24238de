/* SPDX-License-Identifier: Apache-2.0 */
#include "virtual_net.h"

#include "virtual_stack.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { ENDING_MS = 500 };

void virtual_net_init(struct virtual_net *net)
{
    *net = (struct virtual_net){.udp_fd = -1, .tcp_fd = -1, .ending_fd = -1};
}

static void close_fd(int *fd)
{
    if (*fd >= 0)
        close(*fd);
    *fd = -1;
}

void virtual_net_done(struct virtual_net *net)
{
    close_fd(&net->udp_fd);
    close_fd(&net->tcp_fd);
    close_fd(&net->ending_fd);
}

static enum probe_io failed(struct virtual_net *net, int error)
{
    net->last_errno = error;
    return PROBE_IO_FAILED;
}

/* The outcome of a system call that returned less than zero. */
static enum probe_io io_error(struct virtual_net *net, enum probe_io wait)
{
    if (errno == EAGAIN || errno == EINTR)
        return wait;
    return failed(net, errno);
}

const char *virtual_net_error(void *ctx)
{
    const struct virtual_net *net = ctx;

    return net->last_errno != 0 ? strerror(net->last_errno) : "no reason given";
}

static int connect_to(int fd, const uint8_t ip[4], uint16_t port)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};

    memcpy(&address.sin_addr, ip, 4);
    return connect(fd, (const struct sockaddr *)&address, sizeof(address));
}

static enum probe_io udp_open(void *ctx, const uint8_t ip[4], uint16_t port)
{
    struct virtual_net *net = ctx;

    close_fd(&net->udp_fd);
    net->udp_fd = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (net->udp_fd < 0 || connect_to(net->udp_fd, ip, port) != 0)
        return failed(net, errno);
    return PROBE_IO_DONE;
}

static enum probe_io udp_send(void *ctx, const void *data, size_t len)
{
    struct virtual_net *net = ctx;

    if (send(net->udp_fd, data, len, MSG_NOSIGNAL) < 0)
        return io_error(net, PROBE_IO_WAIT_WRITE);
    return PROBE_IO_DONE;
}

static enum probe_io udp_receive(void *ctx, void *data, size_t cap, size_t *ret)
{
    struct virtual_net *net = ctx;
    ssize_t got = recv(net->udp_fd, data, cap, 0);

    if (got < 0)
        return io_error(net, PROBE_IO_WAIT_READ);
    *ret = (size_t)got;
    return PROBE_IO_DONE;
}

static void udp_close(void *ctx)
{
    struct virtual_net *net = ctx;

    close_fd(&net->udp_fd);
}

static enum probe_io start_connect(struct virtual_net *net, const uint8_t ip[4], uint16_t port)
{
    int on = 1;

    net->is_connected = false;
    net->tcp_fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (net->tcp_fd < 0)
        return failed(net, errno);
    (void)setsockopt(net->tcp_fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on)); /* only slower */
    if (connect_to(net->tcp_fd, ip, port) != 0 && errno != EINPROGRESS)
        return failed(net, errno);
    return PROBE_IO_DONE;
}

static enum probe_io tcp_connect(void *ctx, const uint8_t ip[4], uint16_t port)
{
    struct virtual_net *net = ctx;
    struct pollfd fd = {.events = POLLOUT};
    int error = 0;
    socklen_t len = sizeof(error);

    if (net->tcp_fd < 0 && start_connect(net, ip, port) != PROBE_IO_DONE)
        return PROBE_IO_FAILED;
    fd.fd = net->tcp_fd;
    if (poll(&fd, 1, 0) <= 0)
        return PROBE_IO_WAIT_WRITE;
    if (getsockopt(net->tcp_fd, SOL_SOCKET, SO_ERROR, &error, &len) != 0)
        return failed(net, errno);
    if (error != 0)
        return failed(net, error);
    net->is_connected = true;
    return PROBE_IO_DONE;
}

void virtual_net_forget(struct virtual_net *net)
{
    net->tcp_fd = -1;
    net->is_connected = false;
}

static void tcp_close(void *ctx)
{
    struct virtual_net *net = ctx;

    if (net->tcp_fd < 0)
        return;
    if (net->is_connected && shutdown(net->tcp_fd, SHUT_WR) == 0) {
        close_fd(&net->ending_fd);
        net->ending_fd = net->tcp_fd;
        net->ending = deadline_in_ms(ENDING_MS);
        net->tcp_fd = -1;
    }
    close_fd(&net->tcp_fd);
    net->is_connected = false;
}

void virtual_net_fill(struct virtual_net *net, struct probe_platform *platform)
{
    platform->net = net;
    platform->udp_open = udp_open;
    platform->udp_send = udp_send;
    platform->udp_receive = udp_receive;
    platform->udp_close = udp_close;
    platform->tcp_connect = tcp_connect;
    platform->tcp_close = tcp_close;
    platform->network_error = virtual_net_error;
}

/* The server is gone, but something that it said before is still unread. */
static bool has_last_words(const struct virtual_net *net, int error)
{
    char byte = 0;

    return (error == EPIPE || error == ECONNRESET) &&
           recv(net->tcp_fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT) > 0;
}

enum probe_io virtual_net_send(struct virtual_net *net, const void *data, size_t len, size_t *ret)
{
    ssize_t sent = send(net->tcp_fd, data, len, MSG_NOSIGNAL);

    /* Lost on their way, as far as the stack knows: so that it reads the alert that says why. */
    if (sent < 0 && has_last_words(net, errno))
        sent = (ssize_t)len;
    if (sent < 0)
        return io_error(net, PROBE_IO_WAIT_WRITE);
    *ret = (size_t)sent;
    return PROBE_IO_DONE;
}

enum probe_io virtual_net_receive(struct virtual_net *net, void *data, size_t cap, size_t *ret)
{
    ssize_t got = recv(net->tcp_fd, data, cap, 0);

    if (got < 0)
        return io_error(net, PROBE_IO_WAIT_READ);
    if (got == 0)
        return PROBE_IO_CLOSED;
    if (net->heard != NULL)
        net->heard(net->heard_ctx);
    *ret = (size_t)got;
    return PROBE_IO_DONE;
}

size_t virtual_net_segment(const struct virtual_net *net)
{
    int bytes = 0;
    socklen_t len = sizeof(bytes);

    if (getsockopt(net->tcp_fd, IPPROTO_TCP, TCP_MAXSEG, &bytes, &len) != 0 || bytes <= 0)
        return SIZE_MAX;
    return (size_t)bytes;
}

size_t virtual_net_poll(const struct virtual_net *net, bool wants_write, bool is_running,
                        struct pollfd fds[VIRTUAL_NET_FDS])
{
    size_t count = 0;

    if (net->udp_fd >= 0)
        fds[count++] = (struct pollfd){.fd = net->udp_fd, .events = POLLIN};
    if (net->tcp_fd >= 0 && is_running)
        fds[count++] = (struct pollfd){.fd = net->tcp_fd, .events = wants_write ? POLLOUT : POLLIN};
    if (net->ending_fd >= 0)
        fds[count++] = (struct pollfd){.fd = net->ending_fd, .events = POLLIN};
    return count;
}

void virtual_net_service(struct virtual_net *net)
{
    char drain[4096];
    ssize_t got = 1;

    if (net->ending_fd < 0)
        return;
    /* A server that never stops sending gets no more than this at a time, and the deadline. */
    for (int i = 0; i < 16 && got > 0; i++)
        got = recv(net->ending_fd, drain, sizeof(drain), MSG_DONTWAIT);
    if (got > 0 || (got < 0 && (errno == EAGAIN || errno == EINTR))) {
        if (!deadline_passed(&net->ending))
            return;
    }
    close_fd(&net->ending_fd);
}

int virtual_net_wait_ms(const struct virtual_net *net)
{
    return net->ending_fd >= 0 ? deadline_left_ms(&net->ending) : -1;
}
