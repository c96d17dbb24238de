/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A board that is a process of ours with a serial line: switching it on and off, its bytes, its
 * end. What the bytes mean is the driver's business.
 */
#ifndef BOARD_SERIAL_PROCESS_H
#define BOARD_SERIAL_PROCESS_H

#include "loop/loop_handle.h"
#include "output_lines.h"
#include "transport.h"

#include "base/exec.h"

#include <stdint.h>

/* News; none may switch the board on or off from inside, except ended(). */
struct serial_process_calls {
    void (*bytes)(void *ctx, const uint8_t *bytes, size_t len); /* on the serial line */
    void (*complaint)(void *ctx, const char *line, size_t len); /* on its standard error */
    void (*link_lost)(void *ctx);                               /* while the process lives */
    void (*ended)(void *ctx, const struct exec_outcome *how);
};

struct serial_process {
    uv_loop_t *loop;
    const struct serial_process_calls *calls;
    void *ctx;
    struct transport *line; /* NULL: off */
    struct exec_child child;
    struct loop_watch *line_watch, *error_watch, *end_watch;
    struct loop_timer *loss; /* a lost link is mostly the first sign of the end: wait for that */
    struct output_lines complaints;
};

ASSAY_RESULT serial_process_init(struct serial_process *p, uv_loop_t *loop,
                                 const struct serial_process_calls *calls, void *ctx,
                                 const struct secrets *secrets);
void serial_process_done(struct serial_process *p);

/* Start argv with the line as its standard input and output. */
ASSAY_RESULT serial_process_on(struct serial_process *p, const char *const *argv,
                               const char *directory, struct assay_error *err);
void serial_process_off(struct serial_process *p); /* at once; nothing happens when it is off */
bool serial_process_is_on(const struct serial_process *p);

/* Bytes that cannot be sent are lost, as on a wire. */
void serial_process_send(struct serial_process *p, const char *bytes, size_t len);

#endif
