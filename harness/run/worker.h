/* SPDX-License-Identifier: Apache-2.0 */
/* One board's share of a run, in a process of its own that tells the parent how it goes. */
#ifndef RUN_WORKER_H
#define RUN_WORKER_H

#include "board/board.h"
#include "network/network.h"
#include "run/plan.h"
#include "run/run.h"

#include <sys/types.h>

struct worker_task {
    const struct run_options *options;
    const struct board_file *board;
    const struct plan *plan;
    const struct network_wish *network; /* decided */
    const struct record_list *done_ids; /* cases that have their result already (resume) */
};

/*
 * The whole life of a worker process. Lines on report_fd:
 *   "case <done> <total> <id> <verdict> <title> <reason>", "say <text>", "error <status> <text>",
 * fields separated by tabs.
 * @return exit code of the process
 */
int worker_main(const struct worker_task *task, int report_fd);

#endif
