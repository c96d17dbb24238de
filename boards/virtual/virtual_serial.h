/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The serial line of a virtual board: a terminal (usually the slave of a pty), or any two
 * descriptors. Output is queued; what is wrong with the line (noise, loss, slowness) is put in
 * here.
 */
#ifndef VIRTUAL_SERIAL_H
#define VIRTUAL_SERIAL_H

#include "base/status.h"

#include <poll.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <termios.h>

enum { VIRTUAL_SERIAL_QUEUE = 16384 };

/* What is wrong with the line; all zero: nothing. */
struct virtual_serial_faults {
    unsigned garble_permille;  /* of the bytes, both ways, the same ones in every run */
    unsigned bytes_per_second; /* of output; 0: no limit */
    unsigned noise;            /* a line of noise before each line of output */
};

struct virtual_serial {
    int in_fd;
    int out_fd;
    bool is_tty;
    bool owns_fds;
    struct termios before; /* of a terminal */
    struct virtual_serial_faults faults;
    uint64_t random;
    uint64_t last_sent_ns; /* for bytes_per_second */
    unsigned noise_lines;
    uint8_t queue[VIRTUAL_SERIAL_QUEUE];
    size_t queued;
};

/* path NULL: standard input and output. */
ASSAY_RESULT virtual_serial_open(struct virtual_serial *serial, const char *path,
                                 const struct virtual_serial_faults *faults,
                                 struct assay_error *err);

/* As it was before; standard input and output are closed too. */
void virtual_serial_close(struct virtual_serial *serial);

/* Queue output; what has no room is lost, as on a UART. */
void virtual_serial_send(struct virtual_serial *serial, const void *data, size_t len);

/* Write what the line takes now. @return false when the line is gone */
bool virtual_serial_flush(struct virtual_serial *serial);

/* Read what is there, at most cap bytes. @return false when the line is gone */
bool virtual_serial_receive(struct virtual_serial *serial, void *data, size_t cap, size_t *ret);

/* What to poll for; one or two entries. */
size_t virtual_serial_poll(const struct virtual_serial *serial, struct pollfd fds[2]);

/* Milliseconds until virtual_serial_flush() is due; -1: when it can be written. */
int virtual_serial_wait_ms(const struct virtual_serial *serial);

#endif
