/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Report writers: a table of formats, each made from the run's record and, for evidence, the
 * transcripts in the run's folder. No hardware, no network.
 */
#ifndef REPORTS_REPORT_H
#define REPORTS_REPORT_H

#include "base/buf.h"
#include "base/status.h"
#include "record/record.h"

struct report_format {
    const char *name;      /* of --format */
    const char *file_name; /* in the run's folder; NULL: not written by default */
    const char *summary;   /* one line for --help */
    /* Append the report. run_dir: where the transcripts are, borrowed. */
    enum assay_status (*write)(const struct run_record *run, const char *run_dir, struct buf *out,
                               struct assay_error *err);
};

/* Ends with a NULL name. */
extern const struct report_format report_formats[];

/* NULL when there is no such format. */
const struct report_format *report_format_find(const char *name);

/* The short report for a terminal: letter, caps, table of verdicts. color: ANSI escapes allowed. */
ASSAY_RESULT report_terminal(const struct run_record *run, bool color, struct buf *out);

#endif
