/* SPDX-License-Identifier: Apache-2.0 */
#include "net_internal.h"

#include "base/event_kinds.h"

#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

struct net *net_new(uv_loop_t *loop, const struct event_sink *sink)
{
    struct net *net = calloc(1, sizeof(*net));

    if (net == NULL)
        return NULL;
    net->loop = loop;
    net->sink = sink;
    net->spare_fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
    return net;
}

void net_free(struct net *net)
{
    if (net == NULL)
        return;
    while (net->listeners != NULL)
        net_listener_close(net->listeners);
    while (net->udps != NULL)
        net_udp_close(net->udps);
    while (net->conns != NULL)
        net_conn_close(net->conns, NET_BY_BENCH, NET_HOW_FIN);
    while (net->closing > 0)
        uv_run(net->loop, UV_RUN_NOWAIT);
    if (net->spare_fd >= 0)
        close(net->spare_fd);
    free(net);
}

size_t net_open_count(const struct net *net)
{
    return net->open_count;
}

size_t net_total_count(const struct net *net)
{
    return net->total_count;
}

void net_service_error(const struct net *net, const char *service, uint32_t conn,
                       const char *format, ...)
{
    struct event_builder e;
    char text[256];
    va_list args;

    va_start(args, format);
    vsnprintf(text, sizeof(text), format, args);
    va_end(args);
    event_begin(&e, net->sink, "net", EV_SERVICE_ERROR, conn);
    event_text(&e, "service", service);
    event_text(&e, "text", text);
    event_emit(&e);
}
