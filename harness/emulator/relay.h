/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The serial line of an emulated board: a pty on one side, the emulator's UART on the other. It
 * sees what a USB serial chip sees: bytes, and the rate that the other side has set.
 */
#ifndef EMULATOR_RELAY_H
#define EMULATOR_RELAY_H

#include "line_fault.h"

#include "base/buf.h"

#include <uv.h>

enum {
    RELAY_BUFFER = 256 * 1024, /* each way; then the side that sends has to wait */
    RELAY_STALE_MS = 2000,     /* full for so long: nobody reads; what waits is dropped */
    RELAY_PORT_TEXT = 64
};

struct relay_calls {
    void (*rate)(void *ctx, unsigned baud);
    void (*fault)(void *ctx, enum line_fault_kind kind);
    void (*dropped)(void *ctx, size_t len);
};

struct relay_side {
    int fd;
    uv_poll_t *poll;    /* NULL: not open; lives on until the loop has closed it */
    struct buf waiting; /* for this side to take */
};

struct relay {
    const struct relay_calls *calls;
    void *ctx;
    struct line_fault *fault; /* borrowed */
    char port[RELAY_PORT_TEXT];
    int slave; /* ours, so that the port does not hang up when a tool closes it */
    unsigned baud;
    struct relay_side pty, uart;
    uv_timer_t stale;
};

/* Make the pty; no UART yet. @param r  zeroed */
ASSAY_RESULT relay_open(struct relay *r, uv_loop_t *loop, const struct relay_calls *calls,
                        void *ctx, struct line_fault *fault, struct assay_error *err);

/* The board has power: its UART is at the other end of this socket, which is the relay's now. */
ASSAY_RESULT relay_connect(struct relay *r, int uart, struct assay_error *err);
/* It has none. */
void relay_disconnect(struct relay *r);

/* Pull the cable: the port vanishes for whoever has it open. */
void relay_unplug(struct relay *r);

void relay_close(struct relay *r);

#endif
