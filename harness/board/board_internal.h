/* SPDX-License-Identifier: Apache-2.0 */
/* What the drivers and the rest of this room share. */
#ifndef BOARD_BOARD_INTERNAL_H
#define BOARD_BOARD_INTERNAL_H

#include "board/board.h"

#include <stdarg.h>

struct board_driver {
    const char *default_clock; /* of the board files that do not say */
    bool has_router;           /* board_file_has_router() */

    /* Is everything there that this driver needs from a board file? err: what is missing. */
    ASSAY_RESULT (*check)(const struct value *root, struct assay_error *err);

    /* Is everything there that it needs on this machine? err: what is missing, and the mend. */
    ASSAY_RESULT(*check_machine)
    (const struct board_file *file, const struct board_options *options, struct assay_error *err);

    /* Put a state of the driver's own into *ret. Nothing needs to be started yet. */
    ASSAY_RESULT (*open)(struct board *board, void **ret, struct assay_error *err);
    void (*close)(void *state); /* NULL is allowed */

    /* Begin an attempt that ends with board_finish(). What goes wrong later is an outcome. */
    void (*connect)(void *state, const struct board_request *request);

    /* End an attempt to be a server, in good order; NULL: its boards are clients only. */
    void (*stop)(void *state);

    /* Let go of the running attempt; nothing may call board_finish() for it any more. */
    void (*cancel)(void *state);

    /* board_port_lend() and its end; NULL: it has no port that others could use. */
    ASSAY_RESULT (*lend)(void *state, struct board_port *ret, struct assay_error *err);
    void (*take_back)(void *state);
};

extern const struct board_driver board_driver_emulated;
extern const struct board_driver board_driver_process;
extern const struct board_driver board_driver_remote;
extern const struct board_driver board_driver_virtual;

/* The driver of a name; NULL: there is none. */
const struct board_driver *board_driver_find(const char *name);

/* Directory of the file (a parent's too) that states process.command; NULL: none, or no file. */
const char *board_file_command_dir(const struct board_file *file);

/* Directory of the file that states remote.start; NULL: none, or no file. */
const char *board_file_start_dir(const struct board_file *file);

/* The whole of a board file after inheritance. */
const struct value *board_file_root(const struct board_file *file);

/* What a driver may know of its board. */
const struct board_file *board_file_of(const struct board *board);
const struct event_sink *board_sink(const struct board *board); /* NULL: nobody listens */
const struct board_options *board_options_of(const struct board *board);

/* Milliseconds that this attempt may take: the request's limit or the file's, what is less. */
unsigned board_time_limit_ms(const struct board_request *request, int64_t file_limit_ms);

/* A board that is to serve does: where, told once or more. address NULL: on the run's network. */
void board_listening(struct board *board, const char *address, unsigned port);

/* The board did what it was told: has_result, ok and connect_ns of the outcome count. */
void board_finish(struct board *board, const struct board_outcome *outcome);

/* The attempt says nothing about the board. */
void board_finish_cause(struct board *board, enum cause cause, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif
