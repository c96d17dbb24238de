/* SPDX-License-Identifier: Apache-2.0 */
/* A transcript's file, written event by event as they happen. */
#ifndef RUN_JOURNAL_H
#define RUN_JOURNAL_H

#include "base/buf.h"
#include "base/event.h"
#include "base/status.h"

struct journal {
    struct event_sink sink;
    int fd;
    struct buf line;
    int sys_errno; /* of the first write that failed */
    char *path;
};

/* RUN_DIR/FOLDER/transcript.jsonl, written anew. Close it also after a failure. */
ASSAY_RESULT journal_open(struct journal *journal, const char *run_dir, const char *folder,
                          struct assay_error *err);
/* The first write that failed is told here. */
ASSAY_RESULT journal_close(struct journal *journal, struct assay_error *err);

#endif
