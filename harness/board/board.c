/* SPDX-License-Identifier: Apache-2.0 */
/* A board: one attempt at a time, whatever the driver, and exactly one done() for each. */
#include "board/board.h"

#include "base/event_kinds.h"
#include "board_internal.h"
#include "loop/loop_handle.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum attempt_state { ATTEMPT_NONE, ATTEMPT_RUNNING, ATTEMPT_ENDED };

struct board {
    const struct board_file *file;
    const struct board_driver *driver;
    struct board_options options; /* its texts are owned */
    char *work_dir, *program_dir, *firmware_dir, *state_dir;
    void *driver_state;
    struct loop_soon *finish; /* done() is called from here, never from inside a call of ours */
    enum attempt_state attempt;
    struct board_outcome outcome; /* ATTEMPT_ENDED */
    board_done_fn done;
    board_listening_fn listening; /* of an attempt to serve that has not told its port yet */
    void *ctx;
};

/* To add a driver: write its file and add a line here, in name order. */
#define DRIVER_MAP(X)                                                                              \
    X(emulated, "an emulated microcontroller with a boot loader, flashed over its serial port")    \
    X(process, "any client program on this machine, told what to do by its command line")          \
    X(remote, "a board at a fixed address that serves by itself: a product on the local network")  \
    X(virtual, "a program of ours on a pty that speaks the probe protocol over a real TLS stack")

static const struct board_driver *const drivers[] = {
#define X(name, summary) &board_driver_##name,
    DRIVER_MAP(X)
#undef X
};

static const struct board_driver_info infos[] = {
#define X(name, summary) {#name, summary},
    DRIVER_MAP(X)
#undef X
        {NULL, NULL}};

enum { DRIVER_COUNT = sizeof(drivers) / sizeof(*drivers) };

const struct board_driver_info *board_driver_infos(void)
{
    return infos;
}

const struct board_driver *board_driver_find(const char *name)
{
    for (size_t i = 0; i < DRIVER_COUNT; i++) {
        if (strcmp(infos[i].name, name) == 0)
            return drivers[i];
    }
    return NULL;
}

static void deliver(void *ctx)
{
    struct board *board = ctx;
    board_done_fn done = board->done;

    if (board->attempt != ATTEMPT_ENDED)
        return;
    board->attempt = ATTEMPT_NONE; /* first: done() may order the next attempt, or close us */
    struct board_outcome outcome = board->outcome;
    done(board->ctx, &outcome);
}

/* Absolute paths: the boards' programs run in directories of their own. */
static ASSAY_RESULT copy_options(struct board *board, const struct board_options *options,
                                 struct assay_error *err)
{
    board->options = *options;
    board->work_dir = options->work_dir != NULL ? realpath(options->work_dir, NULL) : NULL;
    if (board->work_dir == NULL)
        return assay_error_set(err, ASSAY_ERR_NOT_FOUND, "board %s: no work directory %s",
                               board_file_id(board->file),
                               options->work_dir != NULL ? options->work_dir : "was given");
    if (options->program_dir != NULL)
        board->program_dir = realpath(options->program_dir, NULL);
    if (board->program_dir == NULL) /* missed by the boards that need it, and by no other */
        board->program_dir = strdup(options->program_dir != NULL ? options->program_dir : "");
    board->options.work_dir = board->work_dir;
    board->options.program_dir = board->program_dir;
    if (options->firmware_dir != NULL)
        board->firmware_dir = realpath(options->firmware_dir, NULL);
    if (board->firmware_dir == NULL && options->firmware_dir != NULL)
        board->firmware_dir = strdup(options->firmware_dir);
    board->options.firmware_dir = board->firmware_dir;
    if (options->state_dir != NULL)
        board->state_dir = realpath(options->state_dir, NULL);
    board->options.state_dir = board->state_dir;
    if (board->program_dir == NULL ||
        loop_soon_new(options->loop, deliver, board, &board->finish) != ASSAY_OK)
        return assay_error_set(err, ASSAY_ERR_NOMEM, "board %s: out of memory",
                               board_file_id(board->file));
    return ASSAY_OK;
}

ASSAY_RESULT board_open(const struct board_file *file, const struct board_options *options,
                        struct board **ret, struct assay_error *err)
{
    struct board *board = calloc(1, sizeof(*board));
    enum assay_status status = ASSAY_OK;

    if (board == NULL)
        return assay_error_set(err, ASSAY_ERR_NOMEM, "out of memory");
    board->file = file;
    board->driver = board_driver_find(board_file_driver(file));
    status = copy_options(board, options, err);
    if (status == ASSAY_OK)
        status = board->driver->open(board, &board->driver_state, err);
    if (status != ASSAY_OK) {
        board_close(board);
        return status;
    }
    *ret = board;
    return ASSAY_OK;
}

void board_close(struct board *board)
{
    if (board == NULL)
        return;
    if (board->attempt == ATTEMPT_RUNNING) {
        board->driver->cancel(board->driver_state);
        board->outcome = (struct board_outcome){.cause = CAUSE_HARNESS,
                                                .detail = "the board was closed in mid attempt"};
        board->attempt = ATTEMPT_ENDED;
    }
    deliver(board);
    board->driver->close(board->driver_state);
    loop_soon_close(board->finish);
    free(board->work_dir);
    free(board->program_dir);
    free(board->firmware_dir);
    free(board->state_dir);
    free(board);
}

void board_set_sink(struct board *board, const struct event_sink *sink)
{
    board->options.sink = sink;
}

ASSAY_RESULT board_connect(struct board *board, const struct board_request *request,
                           board_done_fn done, void *ctx, struct assay_error *err)
{
    if (board->attempt != ATTEMPT_NONE)
        return assay_error_set(err, ASSAY_ERR_BUSY, "board %s: the attempt before has not ended",
                               board_file_id(board->file));
    if (request->host == NULL || request->ip == NULL || request->port == 0 ||
        request->port > UINT16_MAX)
        return assay_error_set(err, ASSAY_ERR_ARG,
                               "board %s: an attempt needs a host, an address and a port",
                               board_file_id(board->file));
    board->done = done;
    board->listening = NULL;
    board->ctx = ctx;
    board->attempt = ATTEMPT_RUNNING;
    board->driver->connect(board->driver_state, request);
    return ASSAY_OK;
}

ASSAY_RESULT board_serve(struct board *board, const struct board_request *request,
                         board_listening_fn listening, board_done_fn done, void *ctx,
                         struct assay_error *err)
{
    if (board->attempt != ATTEMPT_NONE)
        return assay_error_set(err, ASSAY_ERR_BUSY, "board %s: the attempt before has not ended",
                               board_file_id(board->file));
    if (board->driver->stop == NULL)
        return assay_error_set(err, ASSAY_ERR_UNSUPPORTED,
                               "board %s: its driver knows no boards that are servers",
                               board_file_id(board->file));
    board->done = done;
    board->listening = listening;
    board->ctx = ctx;
    board->attempt = ATTEMPT_RUNNING;
    board->driver->connect(board->driver_state, request);
    return ASSAY_OK;
}

void board_stop(struct board *board)
{
    if (board->attempt == ATTEMPT_RUNNING && board->driver->stop != NULL)
        board->driver->stop(board->driver_state);
}

void board_listening(struct board *board, const char *address, unsigned port)
{
    board_listening_fn listening = board->listening;
    struct event_builder e;

    if (board->attempt != ATTEMPT_RUNNING || listening == NULL)
        return;
    board->listening = NULL;
    event_begin(&e, board->options.sink, "board", EV_BOARD_LISTENING, 0);
    event_int(&e, "port", port);
    event_text(&e, "address", address);
    event_emit(&e);
    listening(board->ctx, address, port);
}

ASSAY_RESULT board_port_lend(struct board *board, struct board_port *ret, struct assay_error *err)
{
    if (board->attempt != ATTEMPT_NONE)
        return assay_error_set(err, ASSAY_ERR_BUSY, "board %s: an attempt is running",
                               board_file_id(board->file));
    if (board->driver->lend == NULL)
        return assay_error_set(err, ASSAY_ERR_UNSUPPORTED, "board %s: it has no serial port",
                               board_file_id(board->file));
    return board->driver->lend(board->driver_state, ret, err);
}

void board_port_return(struct board *board)
{
    if (board->driver->take_back != NULL)
        board->driver->take_back(board->driver_state);
}

void board_cancel(struct board *board, enum cause cause, const char *detail)
{
    if (board->attempt != ATTEMPT_RUNNING)
        return;
    board->driver->cancel(board->driver_state);
    board_finish_cause(board, cause, "%s", detail != NULL ? detail : "");
}

void board_finish(struct board *board, const struct board_outcome *outcome)
{
    if (board->attempt != ATTEMPT_RUNNING)
        return;
    board->outcome = *outcome;
    board->attempt = ATTEMPT_ENDED;
    loop_soon_call(board->finish);
}

void board_finish_cause(struct board *board, enum cause cause, const char *format, ...)
{
    struct board_outcome outcome = {.cause = cause};
    va_list args;

    va_start(args, format);
    vsnprintf(outcome.detail, sizeof(outcome.detail), format, args);
    va_end(args);
    board_finish(board, &outcome);
}

const struct board_file *board_file_of(const struct board *board)
{
    return board->file;
}

const struct event_sink *board_sink(const struct board *board)
{
    return board->options.sink;
}

const struct board_options *board_options_of(const struct board *board)
{
    return &board->options;
}

unsigned board_time_limit_ms(const struct board_request *request, int64_t file_limit_ms)
{
    unsigned stay_ms = request->stay != NULL ? request->stay->stay_ms : 0;

    if (request->timeout_ms == 0 || request->timeout_ms > file_limit_ms)
        return stay_ms + (unsigned)file_limit_ms;
    return stay_ms + request->timeout_ms;
}
