/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A serial line to a board, whatever carries it. Nothing blocks; what cannot be sent at once is
 * lost, as on a wire: the probe protocol repeats.
 */
#ifndef BOARD_TRANSPORT_H
#define BOARD_TRANSPORT_H

#include "base/status.h"

#include <stddef.h>

struct transport;

struct transport_ops {
    const char *name;
    /* ASSAY_ERR_STATE: nothing there now; ASSAY_ERR_CLOSED: the line is gone for good. */
    ASSAY_RESULT (*read)(struct transport *t, void *bytes, size_t cap, size_t *ret_len);
    /* ASSAY_ERR_CLOSED as above; bytes that find no room are dropped. */
    ASSAY_RESULT (*write)(struct transport *t, const void *bytes, size_t len);
    void (*close)(struct transport *t);
};

/* What every transport begins with. */
struct transport {
    const struct transport_ops *ops;
    int fd; /* becomes readable when there is something to read, or the line is gone */
};

/*
 * A pseudo terminal, raw. Its other end is for the board's process; close it here once that runs,
 * or the end of the process will not be seen.
 *
 * @param ret           Release with ret->ops->close().
 * @param ret_board_fd  The other end, the caller's to close.
 */
ASSAY_RESULT transport_pty_open(struct transport **ret, int *ret_board_fd, struct assay_error *err);

#endif
