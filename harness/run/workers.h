/* SPDX-License-Identifier: Apache-2.0 */
/* The worker processes of a run and what they report. */
#ifndef RUN_WORKERS_H
#define RUN_WORKERS_H

#include "worker.h"

/*
 * Run every task in a process of its own, options->jobs at a time, and hand what they report to
 * options->progress. SIGINT and SIGTERM are passed on; then nothing new is started.
 * @return the first error that a worker reported
 */
ASSAY_RESULT workers_run(const struct worker_task *tasks, size_t count,
                         const struct run_options *options, bool *ret_interrupted,
                         struct assay_error *err);

#endif
