/* SPDX-License-Identifier: Apache-2.0 */
/* Connections that the bench opens, to boards that are servers. */
#include "net_internal.h"

#include "base/event_kinds.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <unistd.h>

/* Returns 0 or an errno. */
static int open_socket(const struct sockaddr_storage *address, const struct net_rules *rules,
                       int *ret)
{
    int fd = socket(address->ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    int on = 1;
    int mss = (int)rules->max_segment;
    int failed = 0;

    if (fd < 0)
        return errno;
    if (setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on)) != 0 ||
        (mss != NET_RULE_NONE && setsockopt(fd, IPPROTO_TCP, TCP_MAXSEG, &mss, sizeof(mss)) != 0) ||
        (connect(fd, (const struct sockaddr *)address, net_address_len(address)) != 0 &&
         errno != EINPROGRESS)) {
        failed = errno;
        close(fd);
        return failed;
    }
    *ret = fd;
    return 0;
}

enum assay_status net_connect_tcp(struct net *net, const struct net_service *service, void *session,
                                  const char *address, unsigned port, const struct net_rules *rules,
                                  uint64_t wait_ms, struct net_conn **ret, struct assay_error *err)
{
    struct sockaddr_storage peer;
    struct net_conn *conn = NULL;
    int fd = -1;
    int failed = 0;

    ASSAY_TRY(net_address_parse(address, port, &peer, err));
    failed = open_socket(&peer, rules, &fd);
    if (failed != 0)
        return assay_error_sys(err, failed, "%s: cannot connect to %s port %u", service->name,
                               address, port);
    conn = net_conn_new(net, service, session, fd);
    if (conn == NULL) {
        close(fd);
        return assay_error_set(err, ASSAY_ERR_NOMEM, "%s: out of memory", service->name);
    }
    conn->is_outgoing = true;
    conn->has_session = true;
    conn->rules = rules;
    conn->stage = NET_STAGE_CONNECTING;
    net_conn_start_timer(conn, wait_ms);
    net_conn_watch(conn);
    *ret = conn;
    return ASSAY_OK;
}

static void emit_open(const struct net_conn *conn)
{
    struct event_builder e;
    struct sockaddr_storage ends[2] = {{0}, {0}};
    socklen_t lens[2] = {sizeof(ends[0]), sizeof(ends[1])};
    char texts[2][NET_ADDRESS_TEXT] = {"", ""};
    unsigned ports[2] = {0, 0};

    if (getpeername(conn->fd, (struct sockaddr *)&ends[0], &lens[0]) == 0)
        ports[0] = net_address_text(&ends[0], texts[0]);
    if (getsockname(conn->fd, (struct sockaddr *)&ends[1], &lens[1]) == 0)
        ports[1] = net_address_text(&ends[1], texts[1]);
    event_begin(&e, conn->net->sink, "net", EV_NET_OPEN, conn->id);
    event_text(&e, "service", conn->service->name);
    event_text(&e, "peer", texts[0]);
    event_int(&e, "peer_port", ports[0]);
    event_text(&e, "local", texts[1]);
    event_int(&e, "local_port", ports[1]);
    event_text(&e, "by", "bench");
    event_emit(&e);
}

void net_connect_ready(struct net_conn *conn)
{
    int error = 0;
    socklen_t len = sizeof(error);

    net_conn_stop_timer(conn);
    if (getsockopt(conn->fd, SOL_SOCKET, SO_ERROR, &error, &len) != 0)
        error = errno;
    if (error != 0) {
        net_service_error(conn->net, conn->service->name, conn->id, "no connection: %s",
                          strerror(error));
        net_conn_close(conn, NET_BY_BOARD, error == ECONNREFUSED ? NET_HOW_RST : NET_HOW_ERROR);
        return;
    }
    conn->stage = NET_STAGE_WAITING;
    emit_open(conn);
    net_conn_begin(conn);
}
