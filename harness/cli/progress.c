/* SPDX-License-Identifier: Apache-2.0 */
#include "progress.h"

struct progress progress_begin(const struct context *context)
{
    return (struct progress){
        .terminal = context->terminal, .quiet = context->quiet, .verbose = context->verbose};
}

void progress_show(void *ctx, const struct run_progress *p)
{
    struct progress *progress = ctx;

    if (progress->quiet)
        return;
    if (progress->terminal && !progress->verbose) {
        fprintf(stderr, "\r\x1b[K[%zu/%zu] %s  %s  %s", p->done, p->total, p->board, p->case_id,
                verdict_name(p->verdict));
        progress->dirty = true;
        return;
    }
    fprintf(stderr, "[%zu/%zu] %s %-18s %-16s %s\n", p->done, p->total, p->board, p->case_id,
            verdict_name(p->verdict), progress->verbose ? p->text : p->title);
}

void progress_end(struct progress *progress)
{
    if (progress->dirty)
        fputs("\r\x1b[K", stderr);
    progress->dirty = false;
}
