/* SPDX-License-Identifier: Apache-2.0 */
#include "run/flash_board.h"

#include "base/buf.h"
#include "remove_tree.h"
#include "run/bench.h"

#include <errno.h>
#include <stdlib.h>
#include <uv.h>

static void close_handle(uv_handle_t *handle, void *ctx)
{
    (void)ctx;
    if (!uv_is_closing(handle))
        uv_close(handle, NULL);
}

static ASSAY_RESULT flash_open_board(const struct flash_board_options *options,
                                     const struct bench *bench, const char *work_dir,
                                     uv_loop_t *loop, struct flash_outcome *ret,
                                     struct assay_error *err)
{
    struct board_options board_options = {.loop = loop,
                                          .sink = options->sink,
                                          .work_dir = work_dir,
                                          .program_dir = options->program_dir,
                                          .firmware_dir = options->firmware_dir,
                                          .state_dir = bench_directory(bench)};
    struct board *board = NULL;
    enum assay_status status = board_open(options->board, &board_options, &board, err);

    if (status == ASSAY_OK)
        status = board_flash(board, &options->flash, ret, err);
    board_close(board);
    return status;
}

static ASSAY_RESULT flash_on_loop(const struct flash_board_options *options,
                                  const struct bench *bench, const char *work_dir,
                                  struct flash_outcome *ret, struct assay_error *err)
{
    uv_loop_t loop;
    enum assay_status status = ASSAY_OK;

    if (uv_loop_init(&loop) != 0)
        return assay_error_set(err, ASSAY_ERR_IO, "cannot make an event loop");
    status = flash_open_board(options, bench, work_dir, &loop, ret, err);
    uv_walk(&loop, close_handle, NULL);
    uv_run(&loop, UV_RUN_DEFAULT);
    uv_loop_close(&loop);
    return status;
}

static ASSAY_RESULT flash_in_work_dir(const struct flash_board_options *options,
                                      const struct bench *bench, struct flash_outcome *ret,
                                      struct assay_error *err)
{
    const char *base = getenv("TMPDIR");
    struct buf path;
    enum assay_status status = ASSAY_OK;

    buf_init(&path, 4096);
    status = buf_printf(&path, "%s/assay-flash-XXXXXX", base != NULL ? base : "/tmp");
    if (status == ASSAY_OK && mkdtemp((char *)path.data) == NULL)
        status = assay_error_sys(err, errno, "cannot make a work folder %s", buf_text(&path));
    if (status == ASSAY_OK) {
        status = flash_on_loop(options, bench, buf_text(&path), ret, err);
        remove_tree(buf_text(&path));
    }
    buf_done(&path);
    return status;
}

ASSAY_RESULT flash_board(const struct flash_board_options *options, struct flash_outcome *ret,
                         struct assay_error *err)
{
    struct bench *bench = NULL;
    struct board_lock *lock = NULL;
    enum assay_status status = bench_open(options->bench_dir, &bench, err);

    if (status == ASSAY_OK)
        status = board_lock_take(bench, board_file_id(options->board), &lock, err);
    if (status == ASSAY_OK)
        status = flash_in_work_dir(options, bench, ret, err);
    board_lock_release(lock);
    bench_close(bench);
    return status;
}
