/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The power switch, the reset and the serial port of an emulated board: the program assay-emulator
 * and the pty that it makes.
 */
#ifndef BOARD_EMULATED_PORT_H
#define BOARD_EMULATED_PORT_H

#include "loop/loop_handle.h"
#include "output_lines.h"

#include "base/event.h"
#include "base/exec.h"
#include "serial/serial.h"

/* News, from the loop; none may switch the board from inside, except ended(). */
struct emulated_port_calls {
    void (*bytes)(void *ctx, const uint8_t *bytes, size_t len);
    void (*news)(void *ctx, const char *line, size_t len); /* of the emulator: "reset by board" */
    void (*link_lost)(void *ctx);
    void (*ended)(void *ctx, const struct exec_outcome *how);
};

struct emulated_port {
    uv_loop_t *loop;
    const struct emulated_port_calls *calls;
    void *ctx;
    struct exec_child child; /* pid 0: no power */
    int control;             /* commands to the emulator; -1 */
    struct loop_watch *news_watch, *end_watch;
    struct output_lines news;
    char path[64]; /* of the pty */
    struct serial *line;
};

ASSAY_RESULT emulated_port_init(struct emulated_port *p, uv_loop_t *loop,
                                const struct emulated_port_calls *calls, void *ctx,
                                const struct secrets *secrets);
void emulated_port_done(struct emulated_port *p);

/* Power on: start argv, which is assay-emulator. The port is not opened. */
ASSAY_RESULT emulated_port_on(struct emulated_port *p, const char *const *argv,
                              const char *directory, struct assay_error *err);
void emulated_port_off(struct emulated_port *p); /* at once; nothing happens when it is off */
bool emulated_port_is_on(const struct emulated_port *p);

/* The port can be used by one at a time: by us from opening to closing it. */
ASSAY_RESULT emulated_port_open(struct emulated_port *p, const struct event_sink *sink,
                                struct assay_error *err);
void emulated_port_close(struct emulated_port *p);
void emulated_port_send(struct emulated_port *p, const char *bytes, size_t len);

/* One of assay-emulator's commands: "reset", "reset loader". */
ASSAY_RESULT emulated_port_command(struct emulated_port *p, const char *command,
                                   struct assay_error *err);

#endif
