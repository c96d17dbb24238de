/* SPDX-License-Identifier: Apache-2.0 */
/* QEMU's machine protocol (docs/interop/qmp-spec of QEMU 7.2), as far as a bench needs it. */
#ifndef EMULATOR_QMP_H
#define EMULATOR_QMP_H

#include "base/buf.h"
#include "base/status.h"

#include <stdbool.h>
#include <stddef.h>

struct qmp_calls {
    void (*send)(void *ctx, const char *text, size_t len);
    /* The machine has restarted; is_held: it does not run before this returns. */
    void (*reset)(void *ctx, bool by_guest, bool is_held);
    void (*failed)(void *ctx, const char *what);
};

enum { QMP_LINE_MAX = 16384 };

struct qmp {
    const struct qmp_calls *calls;
    void *ctx;
    struct buf line;
    bool is_ready;    /* commands are taken */
    bool is_held;     /* a reset that holds the machine is on its way */
    bool is_overlong; /* the rest of a line that nobody reads */
    struct {
        bool is_wanted, holds;
    } first; /* a reset that was ordered before commands are taken */
};

void qmp_init(struct qmp *q, const struct qmp_calls *calls, void *ctx);
void qmp_done(struct qmp *q);
void qmp_feed(struct qmp *q, const void *bytes, size_t len);

/* Restart the machine; memory keeps what is in it. hold: it runs on after reset() was called. */
void qmp_reset_machine(struct qmp *q, bool hold);

#endif
