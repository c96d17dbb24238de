/* SPDX-License-Identifier: Apache-2.0 */
/* assay-mock as a user starts it, and programs that meet it. */
#ifndef MOCK_PROGRAM_H
#define MOCK_PROGRAM_H

#include "base/buf.h"
#include "base/exec.h"
#include "base/value.h"

#include <limits.h>
#include <stdbool.h>

enum { OUTPUT_MAX = 4 << 20 };

/* A running assay-mock. */
struct mock_program {
    struct exec_child child;
    struct value *ready; /* the line that it prints first */
    struct buf output;   /* what it printed after that; the test's to release */
    char port[8];        /* of the first listener */
};

/* options end with NULL. */
bool mock_program_start(struct mock_program *p, const char *const *options);
/* Send a signal (0: none) and wait for its end. */
struct exec_outcome mock_program_stop(struct mock_program *p, int signal_number);
/* Append what arrives until `until` stands in the text (NULL: to the end). */
bool mock_program_read(int fd, struct buf *text, const char *until);
/* Take over what it has printed until now: a program whose output nobody reads stands still. */
void mock_program_drain(struct mock_program *p);
/* Any program, to its end. */
struct exec_outcome mock_program_run(const char *const *argv, struct buf *output);
int mock_program_connect(const char *port);
/* Every line is JSON, and the last one is whole. */
void mock_program_check_lines(const struct buf *text);

/* A file of the test's own. */
const char *mock_program_path(const char *name, char path[static PATH_MAX]);
bool mock_program_write(const char *path, const char *text);

#endif
