/* SPDX-License-Identifier: Apache-2.0 */
/* A virtual board: the probe core on a pty, with sockets and a TLS stack of this machine. */
#ifndef VIRTUAL_BOARD_H
#define VIRTUAL_BOARD_H

#include "virtual_options.h"
#include "virtual_server.h"

/*
 * Run until the serial line is gone.
 * @param name   the board's id
 * @param tls    the stack's adapter; borrowed
 * @param net    the one that the adapter was made with; borrowed
 * @param server what it serves when it is told to; one without a stack serves nothing. Borrowed
 * @param ret    exit code of the program
 */
ASSAY_RESULT virtual_board_run(const struct virtual_options *options, const char *name,
                               const struct probe_tls *tls, struct virtual_net *net,
                               struct virtual_server *server, int *ret, struct assay_error *err);

#endif
