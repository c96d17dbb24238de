/* SPDX-License-Identifier: Apache-2.0 */
/* Flashing one board outside of a run: what `assay flash` does. */
#ifndef RUN_FLASH_BOARD_H
#define RUN_FLASH_BOARD_H

#include "board/board.h"

struct flash_board_options {
    const struct board_file *board;
    const char *program_dir, *firmware_dir;
    const char *bench_dir;         /* NULL: the default one */
    const struct event_sink *sink; /* NULL: nobody listens */
    struct board_flash_options flash;
};

/*
 * Take the board's lock, flash it, and let go of it.
 * @param ret  set on success, which is not yet a success of the flash: see its result
 * @retval ASSAY_ERR_BUSY         a run or another flash has the board; err says which
 * @retval ASSAY_ERR_UNSUPPORTED  its file does not say how it is flashed
 */
ASSAY_RESULT flash_board(const struct flash_board_options *options, struct flash_outcome *ret,
                         struct assay_error *err);

#endif
