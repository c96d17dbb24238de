/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Serial ports on the caller's loop: ttys, ptys and what is linked to them, and unix sockets
 * ("unix:/path", as QEMU's `-serial unix:` makes them). Nothing blocks. What is done to a port
 * becomes `serial.*` events; what the bytes mean is somebody else's business.
 */
#ifndef SERIAL_SERIAL_H
#define SERIAL_SERIAL_H

#include "base/event.h"
#include "base/status.h"
#include "serial/serial_mode.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <uv.h>

/* From the loop, never from inside a call; each may close the port. */
struct serial_calls {
    void (*bytes)(void *ctx, const uint8_t *bytes, size_t len);
    /* The other side is gone (cable, power, closed pty). Once, and nothing comes after it. */
    void (*lost)(void *ctx, const char *why);
};

struct serial_spec {
    uv_loop_t *loop;
    const struct event_sink *sink; /* NULL: nobody listens */
    const char *path;              /* borrowed for the call */
    struct serial_mode mode;
    const struct serial_calls *calls;
    void *ctx;
};

struct serial;

/*
 * Open a port for us alone (TIOCEXCL and flock(2)). The modem lines are left as the system sets
 * them (DTR and RTS on); they do not drop at the close.
 * @retval ASSAY_ERR_NOT_FOUND  there is no such port now
 * @retval ASSAY_ERR_BUSY       somebody else has it
 * @retval ASSAY_ERR_IO         no permission (err names the mend), no tty, ...
 */
ASSAY_RESULT serial_open(const struct serial_spec *spec, struct serial **ret,
                         struct assay_error *err);
/* NULL is allowed. What is not sent yet is dropped. */
void serial_close(struct serial *port);

/*
 * Send, or queue what the line does not take at once.
 * @retval ASSAY_ERR_LIMIT   more than SERIAL_QUEUE_MAX would wait; nothing of it is sent
 * @retval ASSAY_ERR_CLOSED  the other side is gone; lost() is called as well
 */
enum { SERIAL_QUEUE_MAX = 1 << 20 };
ASSAY_RESULT serial_write(struct serial *port, const void *bytes, size_t len);

/* Bytes that wait, here and in the system. 0: all is on the wire. */
size_t serial_unsent(const struct serial *port);

/* Throw away what has come in and not been read. */
void serial_discard(struct serial *port);

ASSAY_RESULT serial_set_mode(struct serial *port, const struct serial_mode *mode,
                             struct assay_error *err);

/* ASSAY_ERR_UNSUPPORTED: this port has no modem lines (a pty, a socket). */
ASSAY_RESULT serial_set_lines(struct serial *port, bool dtr, bool rts, struct assay_error *err);

/* 0.25 to 0.5 s of break, by the system. ASSAY_ERR_UNSUPPORTED. */
ASSAY_RESULT serial_send_break(struct serial *port, struct assay_error *err);

/* Bytes so far, of this opening. */
uint64_t serial_rx_bytes(const struct serial *port);
uint64_t serial_tx_bytes(const struct serial *port);

/*
 * The 1200-baud touch: open at 1200 baud, DTR off, close. Arduino's USB boards answer with a reset
 * into their boot loader, and ERASE THE BEGINNING of the application; a pty shows the rate to its
 * other side. The port must not be opened again within 500 ms: that would call it off.
 */
ASSAY_RESULT serial_touch(const char *path, const struct event_sink *sink, struct assay_error *err);

/*
 * Open a port that is not there yet, or that nobody may open yet: it is tried again until
 * timeout_ms have passed. Give the spec's path, or, for a board that changes its name when it
 * re-enumerates, the place where it is plugged (struct serial_place).
 * found() is called once from the loop, with a port or with what was wrong last.
 */
struct serial_wait;
struct serial_place {
    char usb_path[64]; /* "1-1.4.2"; "": a port that keeps its path */
};
typedef void (*serial_found_fn)(void *ctx, struct serial *port, const struct assay_error *err);

/* Where the port of a path is plugged; no error where it is no USB port. */
void serial_place_of(const char *path, struct serial_place *ret);

/* @param delay_ms  Leave the port alone for so long first. */
ASSAY_RESULT serial_wait_open(const struct serial_spec *spec, const struct serial_place *place,
                              unsigned delay_ms, unsigned timeout_ms, serial_found_fn found,
                              struct serial_wait **ret, struct assay_error *err);
void serial_wait_cancel(struct serial_wait *wait); /* NULL is allowed; found() is not called */

#endif
