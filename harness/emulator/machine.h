/* SPDX-License-Identifier: Apache-2.0 */
/* The emulator's process: power is whether it runs. */
#ifndef EMULATOR_MACHINE_H
#define EMULATOR_MACHINE_H

#include "qmp.h"

#include "base/exec.h"

#include <stdint.h>
#include <uv.h>

struct machine_config {
    const char *qemu;    /* the program */
    const char *model;   /* of QEMU: "mps2-an385" */
    const char *loader;  /* the boot loader that is in its ROM, ELF */
    const char *flash;   /* file that holds the flash memory, made when missing */
    const char *network; /* "user": behind QEMU's own router (slirp); "none" */
    int nice;            /* an emulator that is busy must not starve the bench */
};

struct machine_calls {
    void (*ended)(void *ctx, const struct exec_outcome *how); /* by itself */
    void (*complaint)(void *ctx, const char *text, size_t len);
    void (*reset)(void *ctx, bool by_guest);
    void (*failed)(void *ctx, const char *what);
};

struct machine_watch;

struct machine {
    uv_loop_t *loop;
    const struct machine_config *config;
    const struct machine_calls *calls;
    void *ctx;
    struct exec_child child; /* pid 0: no power */
    int boot_pin, control;   /* sockets; -1 */
    struct machine_watch *end_watch, *error_watch, *control_watch;
    struct qmp qmp;
};

void machine_init(struct machine *m, uv_loop_t *loop, const struct machine_config *config,
                  const struct machine_calls *calls, void *ctx);

/*
 * Switch on.
 * @param into_loader  with the boot pin held: the boot loader does not start the application
 * @param ret_uart     socket that the board's serial line comes out of, the caller's
 */
ASSAY_RESULT machine_on(struct machine *m, bool into_loader, int *ret_uart,
                        struct assay_error *err);
/* Cut the power, at once; what is in the flash file stays. Nothing happens when it is off. */
void machine_off(struct machine *m);
bool machine_is_on(const struct machine *m);

/* Reset, with the boot pin held or not. Memory keeps what is in it. */
void machine_reset(struct machine *m, bool into_loader);
void machine_done(struct machine *m);

/* machine_argv.c: QEMU's command line for sockets that it inherits. */
enum { MACHINE_ARGS = 48, MACHINE_ARG_TEXT = 1200, MACHINE_SEED = 4 };

struct machine_sockets {
    int uart, boot_pin, control;
};

struct machine_argv {
    const char *items[MACHINE_ARGS]; /* ends with NULL */
    char texts[6 + MACHINE_SEED][MACHINE_ARG_TEXT];
};

/*
 * @param seed  randomness that the board finds in its memory: the emulated chip has no source of it
 */
ASSAY_RESULT machine_argv_make(const struct machine_config *config,
                               const struct machine_sockets *sockets,
                               const uint64_t seed[MACHINE_SEED], struct machine_argv *ret,
                               struct assay_error *err);

#endif
