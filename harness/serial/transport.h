/* SPDX-License-Identifier: Apache-2.0 */
/* What carries a serial line, as rows of one table. Descriptors are non-blocking.
 * Not by way of serial.h: <uv.h> brings <termios.h>, and termios2 does not go with that. */
#ifndef SERIAL_TRANSPORT_H
#define SERIAL_TRANSPORT_H

#include "base/status.h"
#include "serial/serial_mode.h"

#include <stdbool.h>
#include <stddef.h>

struct serial_transport {
    const char *name;
    const char *prefix; /* of the paths that it opens, taken off; "" takes all */
    bool is_tty;
    ASSAY_RESULT (*open)(const char *path, int *ret_fd, struct assay_error *err);
    void (*close)(int fd);
    ASSAY_RESULT (*set_mode)(int fd, const struct serial_mode *mode, struct assay_error *err);
    ASSAY_RESULT (*set_lines)(int fd, bool dtr, bool rts, struct assay_error *err);
    ASSAY_RESULT (*send_break)(int fd, struct assay_error *err);
    void (*discard)(int fd);
    size_t (*unsent)(int fd);
};

extern const struct serial_transport serial_transport_termios, serial_transport_unix;

/* The transport for a path, and the path without its prefix. */
const struct serial_transport *serial_transport_for(const char *path, const char **ret_rest);

#endif
