/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What report.html shows of transcripts, made case by case while a run goes on: reading them all at
 * the end would take as long as a tenth of the run. What was not made ahead is made with the page.
 */
#ifndef REPORTS_EVIDENCE_H
#define REPORTS_EVIDENCE_H

#include "base/buf.h"
#include "base/status.h"
#include "record/record.h"

struct report_evidence;

/* NULL: no memory. run_dir is borrowed and outlives it. */
struct report_evidence *report_evidence_new(const char *run_dir);
void report_evidence_free(struct report_evidence *evidence);

/* The result of this case has been committed. A failure is not told: the page will meet it. */
void report_evidence_prepare(struct report_evidence *evidence, const char *board,
                             const char *case_id);

/* report.html, with what was made ahead; evidence may be NULL. */
ASSAY_RESULT report_html_prepared(const struct run_record *run, const char *run_dir,
                                  const struct report_evidence *evidence, struct buf *out,
                                  struct assay_error *err);

#endif
