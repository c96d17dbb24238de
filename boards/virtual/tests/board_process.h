/* SPDX-License-Identifier: Apache-2.0 */
/* A virtual board's program on a pty, as the harness would run it; blocking, with deadlines. */
#ifndef BOARD_PROCESS_H
#define BOARD_PROCESS_H

#include "base/exec.h"
#include "probe/probe_line.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { BOARD_PROCESS_EVENTS = 64 };

struct board_process {
    struct exec_child child;
    int master_fd;
    struct probe_line_reader reader;
    uint8_t seq;
    char events[BOARD_PROCESS_EVENTS][PROBE_LINE_TEXT_MAX + 1];
    size_t event_count;
    uint8_t input[512];
    size_t input_len, input_at;
    unsigned noise;
    bool is_gone; /* the line ended */
};

/* arguments: up to the first NULL. */
bool board_process_start(struct board_process *board, const char *stack,
                         const char *const arguments[]);
void board_process_stop(struct board_process *board);

/* Close the harness's side and wait for the program's end. @return exit code, -1: by a signal */
int board_process_hang_up(struct board_process *board);

/* Wait for the program's end by itself. @return exit code, minus a signal's number, 999: it lives
 */
int board_process_await_end(struct board_process *board);

/*
 * Send a command, again after a second and again, and wait for its answer; events are kept.
 * @return the answer, "" when none came. Valid until the next call.
 */
const char *board_process_command(struct board_process *board, const char *text);

/* Wait until an event starts so. @return it or "" */
const char *board_process_event(struct board_process *board, const char *start);

/* Forget the events so far. */
void board_process_forget(struct board_process *board);

/* Fill a slot. */
bool board_process_upload(struct board_process *board, const char *slot, const uint8_t *data,
                          size_t len);

struct board_result {
    char result[PROBE_LINE_TEXT_MAX + 1]; /* "result fail tls 54"; "" when none came */
    char text[512];
};

/* connect, and wait for the result. */
struct board_result board_process_connect(struct board_process *board);
struct board_result board_process_result(struct board_process *board);

/* Everything that connect needs; the port is set with each attempt. */
bool board_process_configure(struct board_process *board, const uint8_t *root, size_t root_len);
bool board_process_set(struct board_process *board, const char *key, const char *value);

#endif
