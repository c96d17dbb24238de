/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Driver `virtual`: a program of ours on a pty, which runs the probe firmware over a real TLS
 * stack.
 */
#include "command_line.h"
#include "probe_session.h"
#include "serial_process.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct virtual_board {
    struct board *board;
    struct serial_process process;
    struct probe_session session;
};

/* ---- its process ------------------------------------------------------------------------------
 */

static void on_bytes(void *ctx, const uint8_t *bytes, size_t len)
{
    struct virtual_board *v = ctx;

    probe_session_bytes(&v->session, bytes, len);
}

static void on_complaint(void *ctx, const char *line, size_t len)
{
    struct virtual_board *v = ctx;

    probe_session_complaint(&v->session, line, len);
}

static void on_link_lost(void *ctx)
{
    struct virtual_board *v = ctx;

    probe_session_link_lost(&v->session);
}

static void on_ended(void *ctx, const struct exec_outcome *how)
{
    struct virtual_board *v = ctx;

    probe_session_ended(&v->session, how);
}

static const struct serial_process_calls process_calls = {
    .bytes = on_bytes, .complaint = on_complaint, .link_lost = on_link_lost, .ended = on_ended};

/* ---- power ------------------------------------------------------------------------------------
 */

static ASSAY_RESULT find_program(const struct board_file *file, const char *program_dir,
                                 char ret[PATH_MAX], struct assay_error *err)
{
    const char *program = value_text(value_path(board_file_root(file), "virtual.program"));

    if (program_dir == NULL || program_dir[0] == '\0')
        return assay_error_set(err, ASSAY_ERR_NOT_FOUND,
                               "nobody said where the virtual boards' programs are");
    if (snprintf(ret, PATH_MAX, "%s/%s", program_dir, program) >= PATH_MAX)
        return assay_error_set(err, ASSAY_ERR_LIMIT, "the path of %s is too long", program);
    if (access(ret, X_OK) != 0)
        return assay_error_set(err, ASSAY_ERR_NOT_FOUND,
                               "there is no program %s in %.256s; was it built with its TLS "
                               "library installed?",
                               program, program_dir);
    return ASSAY_OK;
}

static ASSAY_RESULT make_argv(const struct virtual_board *v, struct text_list *argv,
                              struct assay_error *err)
{
    const struct board_file *file = board_file_of(v->board);
    const struct value *args = value_path(board_file_root(file), "virtual.args");
    char program[PATH_MAX];
    enum assay_status status = ASSAY_OK;

    ASSAY_TRY(find_program(file, board_options_of(v->board)->program_dir, program, err));
    status = text_list_add(argv, program);
    for (size_t i = 0; status == ASSAY_OK && i < value_count(args); i++)
        status = text_list_add(argv, value_text(value_at(args, i)));
    return status == ASSAY_OK ? ASSAY_OK : assay_error_set(err, status, "out of memory");
}

static ASSAY_RESULT line_on(void *ctx, struct assay_error *err)
{
    struct virtual_board *v = ctx;
    struct text_list argv = {.items = NULL};
    enum assay_status status = make_argv(v, &argv, err);

    if (status == ASSAY_OK)
        status = serial_process_on(&v->process, (const char *const *)argv.items,
                                   board_options_of(v->board)->work_dir, err);
    text_list_done(&argv);
    return status;
}

static void line_off(void *ctx)
{
    struct virtual_board *v = ctx;

    serial_process_off(&v->process);
}

static bool line_is_on(const void *ctx)
{
    const struct virtual_board *v = ctx;

    return serial_process_is_on(&v->process);
}

static void line_send(void *ctx, const char *bytes, size_t len)
{
    struct virtual_board *v = ctx;

    serial_process_send(&v->process, bytes, len);
}

static const struct probe_session_line line = {.on = line_on,
                                               .off = line_off,
                                               .is_on = line_is_on,
                                               .send = line_send,
                                               .lost_cause = CAUSE_BOOT};

/* ---- the driver -------------------------------------------------------------------------------
 */

static ASSAY_RESULT virtual_check(const struct value *root, struct assay_error *err)
{
    if (value_text(value_path(root, "virtual.program")) == NULL)
        return assay_error_set(err, ASSAY_ERR_MALFORMED, "\"virtual: {program: ...}\" is missing");
    return ASSAY_OK;
}

static ASSAY_RESULT virtual_check_machine(const struct board_file *file,
                                          const struct board_options *options,
                                          struct assay_error *err)
{
    char path[PATH_MAX];

    return find_program(file, options->program_dir, path, err);
}

static void virtual_connect(void *state, const struct board_request *request)
{
    struct virtual_board *v = state;

    probe_session_connect(&v->session, request);
}

static void virtual_stop(void *state)
{
    struct virtual_board *v = state;

    probe_session_stop(&v->session);
}

static void virtual_cancel(void *state)
{
    struct virtual_board *v = state;

    probe_session_cancel(&v->session);
}

static void virtual_close(void *state)
{
    struct virtual_board *v = state;

    if (v == NULL)
        return;
    serial_process_done(&v->process);
    probe_session_done(&v->session);
    free(v);
}

static ASSAY_RESULT virtual_open(struct board *board, void **ret, struct assay_error *err)
{
    uv_loop_t *loop = board_options_of(board)->loop;
    struct virtual_board *v = calloc(1, sizeof(*v));

    if (v == NULL)
        return assay_error_set(err, ASSAY_ERR_NOMEM, "out of memory");
    v->board = board;
    if (probe_session_init(&v->session, board, &line, v) != ASSAY_OK ||
        serial_process_init(&v->process, loop, &process_calls, v, &v->session.secrets) !=
            ASSAY_OK) {
        probe_session_done(&v->session);
        free(v);
        return assay_error_set(err, ASSAY_ERR_NOMEM, "out of memory");
    }
    *ret = v;
    return ASSAY_OK;
}

const struct board_driver board_driver_virtual = {
    .default_clock = "serial",
    .check = virtual_check,
    .check_machine = virtual_check_machine,
    .open = virtual_open,
    .close = virtual_close,
    .connect = virtual_connect,
    .stop = virtual_stop,
    .cancel = virtual_cancel,
};
