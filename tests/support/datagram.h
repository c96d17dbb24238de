/* SPDX-License-Identifier: Apache-2.0 */
/* For tests: a UDP service on loopback and a real client program that asks it. */
#ifndef DATAGRAM_H
#define DATAGRAM_H

#include "base/exec.h"

typedef void (*datagram_answer)(void *ctx, const char *peer, const uint8_t *data, size_t len,
                                struct buf *reply);

/*
 * Start the client with the service's port in place of "{port}", answer until it ends (20 s at
 * most), and collect what it printed.
 * @param output  initialised by the caller; stdout and stderr are appended
 */
ASSAY_RESULT datagram_run(datagram_answer answer, void *ctx, const char *const *argv,
                          struct buf *output, struct exec_outcome *ret);

#endif
