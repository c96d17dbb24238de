/* SPDX-License-Identifier: Apache-2.0 */
/* Progress of a run on standard error: one line in place on a terminal, plain lines otherwise. */
#ifndef CLI_PROGRESS_H
#define CLI_PROGRESS_H

#include "command.h"
#include "run/run.h"

struct progress {
    bool terminal, quiet, verbose;
    bool dirty; /* there is a line to be wiped */
};

struct progress progress_begin(const struct context *context);
void progress_show(void *ctx, const struct run_progress *p); /* ctx: a struct progress */
void progress_end(struct progress *progress);

#endif
