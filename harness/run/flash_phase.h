/* SPDX-License-Identifier: Apache-2.0 */
/* The phase before the cases: the board gets the firmware that its file names. */
#ifndef RUN_FLASH_PHASE_H
#define RUN_FLASH_PHASE_H

#include "board/board.h"
#include "judge/judge.h"
#include "record/record.h"
#include "run/run.h"
#include "store/store.h"

#include <uv.h>

struct flash_phase_bed {
    uv_loop_t *loop;
    struct store *store;
    struct board *board;
    const struct board_file *file;
    const struct run_options *options;
    /* Set from outside: give up; cancel is called as well while the phase runs. */
    bool interrupted;
    void (*cancel)(struct flash_phase_bed *bed);
    struct flash *running;
};

struct flash_phase_result {
    enum cause cause; /* CAUSE_NONE: the cases may begin */
    char reason[JUDGE_REASON];
};

/*
 * Flash the board, unless its image is there already, its file names none or nobody wants it. The
 * facts are kept in the store for flash_phase_load().
 * @return an error only for what the user or the bench has to mend before anything makes sense:
 *         settings or image that are wrong; ASSAY_ERR_INTERRUPTED
 */
ASSAY_RESULT flash_phase_run(struct flash_phase_bed *bed, struct flash_phase_result *ret,
                             struct assay_error *err);

/* The facts of a board's phase into its record; they stay empty where there was none. */
ASSAY_RESULT flash_phase_load(struct store *store, struct board_record *ret,
                              struct assay_error *err);

#endif
