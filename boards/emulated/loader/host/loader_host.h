/* SPDX-License-Identifier: Apache-2.0 */
/* The boot loader as a program: its flash is a file, its serial line a pty or a descriptor. */
#ifndef LOADER_HOST_H
#define LOADER_HOST_H

#include "base/status.h"
#include "loader/loader.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct loader_host_options {
    const char *flash_file;
    uint32_t flash_size;
    uint64_t cut_after; /* bytes heard; 0: never */
    const char *link;   /* to the pty; NULL: none */
    int fd;             /* the serial line; -1: a pty of ours */
    int control_fd;     /* "B": BOOT0 is held, "R": reset; -1: none */
    bool is_held;
    bool ends_on_start;
};

enum loader_host_end { LOADER_HOST_CLOSED, LOADER_HOST_STARTED, LOADER_HOST_CUT };

/*
 * Run until the line or the control descriptor is closed, the power is cut, or (where wanted) an
 * image is started. Tells what happens by lines on standard output: "port PATH", "start LENGTH
 * CRC", "reset", "touch", "cut".
 */
ASSAY_RESULT loader_host_run(const struct loader_host_options *options, enum loader_host_end *ret,
                             struct assay_error *err);

/* The serial line. */
struct loader_line {
    int fd;       /* to read and write; the master of a pty */
    int slave_fd; /* kept open, so that a tool may come and go; -1: no pty */
    const char *link;
    bool owns_fd;
};

/* What a read brought beside bytes. */
enum loader_line_news { LOADER_LINE_BYTES, LOADER_LINE_TOUCH, LOADER_LINE_GONE };

ASSAY_RESULT loader_line_open(int fd, const char *link, struct loader_line *ret,
                              struct assay_error *err);
void loader_line_close(struct loader_line *line);

/* Read what is there, up to cap bytes; *ret_len may be 0. */
enum loader_line_news loader_line_read(struct loader_line *line, uint8_t *data, size_t cap,
                                       size_t *ret_len);

/* The path of the pty, or NULL. */
bool loader_line_name(const struct loader_line *line, char *name, size_t cap);

#endif
