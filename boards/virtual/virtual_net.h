/* SPDX-License-Identifier: Apache-2.0 */
/* The network of a virtual board: one UDP socket, one TCP connection, and one that is ending. */
#ifndef VIRTUAL_NET_H
#define VIRTUAL_NET_H

#include "base/deadline.h"
#include "probe/probe_platform.h"

#include <poll.h>
#include <stdbool.h>

struct virtual_net {
    int udp_fd;
    int tcp_fd;
    bool is_connected;
    /* The connection before: our FIN is sent, its end is awaited, so that no data that still comes
     * is answered with a reset, which would destroy an alert on its way. */
    int ending_fd;
    struct deadline ending;
    int last_errno;
    void (*heard)(void *ctx); /* bytes arrived on the TCP connection; may be NULL */
    void *heard_ctx;
};

void virtual_net_init(struct virtual_net *net);
void virtual_net_done(struct virtual_net *net);

/* Fill in the network's part of a platform. */
void virtual_net_fill(struct virtual_net *net, struct probe_platform *platform);

/* virtual_net_send(), virtual_net_receive(), virtual_net_error(): virtual_stack.h. */

enum { VIRTUAL_NET_FDS = 3 };

/* What to poll for. @return how many were written */
size_t virtual_net_poll(const struct virtual_net *net, bool wants_write, bool is_running,
                        struct pollfd fds[VIRTUAL_NET_FDS]);

/* Read what the ending connection still sends, and let it go when it is over. */
void virtual_net_service(struct virtual_net *net);

/* Milliseconds until virtual_net_service() is due; -1: never. */
int virtual_net_wait_ms(const struct virtual_net *net);

/* Leave the connection open for good, and know nothing of it any more: a flaw. */
void virtual_net_forget(struct virtual_net *net);

#endif
