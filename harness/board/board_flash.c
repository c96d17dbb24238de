/* SPDX-License-Identifier: Apache-2.0 */
/* A board's file, its port and its reset, put together for a flash. */
#include "board_internal.h"

#include "flash/flash.h"

/* The port that the user named, or the board's own; a board without one has it in its file. */
static ASSAY_RESULT find_port(struct board *board, const struct board_flash_options *options,
                              struct board_port *ret, bool *ret_is_lent, struct assay_error *err)
{
    struct assay_error why = {.text = ""};
    enum assay_status status = ASSAY_ERR_UNSUPPORTED;

    if (options->port == NULL && !options->dry_run)
        status = board_port_lend(board, ret, &why);
    *ret_is_lent = status == ASSAY_OK;
    if (status == ASSAY_OK || status == ASSAY_ERR_UNSUPPORTED)
        return ASSAY_OK;
    return assay_error_set(err, status, "%s", why.text);
}

struct execution {
    struct flash_outcome *ret;
    bool is_done;
};

static void on_done(void *ctx, const struct flash_outcome *outcome)
{
    struct execution *e = ctx;

    *e->ret = *outcome;
    e->is_done = true;
}

/* flash_execute(), for somebody who may want to stop it. */
static ASSAY_RESULT execute(const struct flash_request *request, struct flash **running,
                            struct flash_outcome *ret, struct assay_error *err)
{
    struct execution e = {.ret = ret};

    ASSAY_TRY(flash_start(request, on_done, &e, running, err));
    while (!e.is_done)
        uv_run(request->loop, UV_RUN_ONCE);
    if (running != NULL)
        *running = NULL;
    return ASSAY_OK;
}

ASSAY_RESULT board_flash(struct board *board, const struct board_flash_options *options,
                         struct flash_outcome *ret, struct assay_error *err)
{
    const struct board_options *o = board_options_of(board);
    const char *const image_dirs[] = {o->firmware_dir != NULL ? o->firmware_dir : "",
                                      o->program_dir != NULL ? o->program_dir : "", NULL};
    struct board_port port = {.path = NULL};
    struct flash_control control = {.reset = NULL};
    bool is_lent = false;
    enum assay_status status = ASSAY_OK;
    struct flash_request request = {
        .loop = o->loop,
        .sink = o->sink,
        .settings = value_get(board_file_root(board_file_of(board)), "flash"),
        .image = options->image,
        .port = options->port,
        .image_dirs = image_dirs,
        .force = options->force,
        .verify_only = options->verify_only,
        .dry_run = options->dry_run,
    };

    if (request.settings == NULL)
        return assay_error_set(err, ASSAY_ERR_UNSUPPORTED,
                               "board %s: its file does not say how it is flashed (`flash:`, see "
                               "docs/formats/board-file.md)",
                               board_file_id(board_file_of(board)));
    ASSAY_TRY(find_port(board, options, &port, &is_lent, err));
    if (is_lent) {
        control = (struct flash_control){.reset = port.reset, .ctx = port.ctx};
        request.port = port.path;
        request.control = port.reset != NULL ? &control : NULL;
        request.stay = true; /* it begins with power-on afterwards */
    }
    status = execute(&request, options->running, ret, err);
    if (is_lent)
        board_port_return(board);
    return status;
}
