/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The control socket of assay-mock: a UNIX stream socket that only its owner can reach. A line in,
 * a line out, as often as the other side likes. Lines are gathered in the loop and carried out
 * outside of it, by control_work().
 */
#ifndef CONTROL_H
#define CONTROL_H

#include "base/buf.h"
#include "base/status.h"

#include <uv.h>

struct control;

/* Carry out a line (without its end, not NUL terminated) and append the reply with its end. */
typedef void (*control_fn)(void *ctx, const char *line, size_t len, struct buf *reply);

/*
 * Listen at path, mode 0600. A socket there that nobody listens at any more is replaced.
 * @param on_line  from the loop: control_work() has something to do
 * @retval ASSAY_ERR_BUSY  somebody listens there
 * @retval ASSAY_ERR_ARG   the path is too long for a socket, or something else stands there
 * @retval ASSAY_ERR_IO    err says what
 */
ASSAY_RESULT control_open(uv_loop_t *loop, const char *path, void (*on_line)(void *ctx),
                          control_fn run, void *ctx, struct control **ret, struct assay_error *err);
/* Carry out what has come. Not from a callback of the loop. */
void control_work(struct control *control);
/* Remove the socket; the loop has to turn until the handles are gone, which it does here. */
void control_close(struct control *control); /* NULL is allowed */

/*
 * The other side: send one line and wait for its reply, up to wait_ms.
 * @retval ASSAY_ERR_NOT_FOUND  nobody listens at path
 * @retval ASSAY_ERR_TIMEOUT    no reply
 * @retval ASSAY_ERR_CLOSED     the other side went away without one
 */
ASSAY_RESULT control_ask(const char *path, const struct buf *line, unsigned wait_ms,
                         struct buf *reply, struct assay_error *err);

#endif
