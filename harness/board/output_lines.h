/* SPDX-License-Identifier: Apache-2.0 */
/* Cuts what a program prints into lines of bounded length, secrets masked. */
#ifndef BOARD_OUTPUT_LINES_H
#define BOARD_OUTPUT_LINES_H

#include "secrets.h"

#include <stdbool.h>

enum {
    OUTPUT_LINE_READ_MAX = 4096, /* of a longer line the rest is dropped */
    OUTPUT_LINE_SHOWN_MAX = 1024
};

typedef void (*output_line_fn)(void *ctx, const char *text, size_t len);

struct output_lines {
    const struct secrets *secrets; /* borrowed */
    output_line_fn line;           /* text is borrowed for the call, and NUL terminated */
    void *ctx;
    struct buf pending;
    bool is_cut; /* the line in pending is longer than it shows */
};

void output_lines_init(struct output_lines *o, const struct secrets *secrets, output_line_fn line,
                       void *ctx);
void output_lines_feed(struct output_lines *o, const char *text, size_t len);

/* The end of the stream: what is left without a newline is a line as well. */
void output_lines_end(struct output_lines *o);
void output_lines_done(struct output_lines *o);

#endif
