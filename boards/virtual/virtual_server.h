/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The server of a virtual board: WWEP over the server side of its TLS stack, several connections at
 * a time, none of which may keep the others waiting.
 */
#ifndef VIRTUAL_SERVER_H
#define VIRTUAL_SERVER_H

#include "virtual_stack.h"
#include "virtual_wwep.h"

#include "probe/probe_platform.h"

#include <poll.h>

enum { VIRTUAL_SERVER_SLOTS = 8, VIRTUAL_SERVER_FDS = VIRTUAL_SERVER_SLOTS + 1 };

/* Flaws of a server, whatever its stack. */
enum virtual_server_flaw {
    SERVER_FLAW_PLAIN = VIRTUAL_FLAW_SERVER,
    SERVER_FLAW_GARBAGE,
    SERVER_FLAW_REQUEST,
    SERVER_FLAW_LONG,
    SERVER_FLAW_ONE,
    SERVER_FLAW_FIRST_READ,
    SERVER_FLAW_IDLE,
    SERVER_FLAW_SLOTS,
    SERVER_FLAW_ENDS,
    SERVER_FLAW_RECORD,
    SERVER_FLAW_ONE_READ,
    SERVER_FLAW_GOODBYE,
    SERVER_FLAW_ODD_HELLO,
    SERVER_FLAW_FRAGMENTS,
    SERVER_FLAW_HEARTBEAT,
    SERVER_FLAW_COMPRESSION,
    SERVER_FLAW_SHARE,
    SERVER_FLAW_END
};

/* Ends with a NULL name. */
extern const struct virtual_flaw virtual_server_flaws[];

enum virtual_conn_stage { CONN_FREE, CONN_FIRST, CONN_SHAKING, CONN_READING, CONN_ENDING };

struct virtual_conn {
    enum virtual_conn_stage stage;
    int fd;
    void *tls; /* the stack's; NULL: none yet, or a connection without TLS */
    bool is_plain;
    bool wants_write;
    bool is_lost; /* SERVER_FLAW_SLOTS: it is over, and nobody cleared it away */
    uint64_t heard_ms;
    uint64_t opened_ms;
    char request[VIRTUAL_WWEP_REQUEST];
    size_t len;
};

struct virtual_server {
    struct probe_server server; /* what the probe core sees */
    const struct virtual_stack_server *stack;
    const struct virtual_flaw_set *flaws;
    bool no_tls;
    void *tls; /* the stack's server */
    int fd;    /* that listens; -1: none */
    struct virtual_conn conns[VIRTUAL_SERVER_SLOTS];
    struct virtual_wwep wwep;
    struct probe_failure failure;
};

/* @retval ASSAY_ERR_UNSUPPORTED  the stack has no server */
ASSAY_RESULT virtual_server_init(struct virtual_server *server, const struct virtual_stack *stack,
                                 const struct virtual_stack_options *options);
void virtual_server_done(struct virtual_server *server);

/* What to poll for. @return how many were written */
size_t virtual_server_poll(const struct virtual_server *server,
                           struct pollfd fds[VIRTUAL_SERVER_FDS]);

#endif
