/* SPDX-License-Identifier: Apache-2.0 */
/* One case of the page: facts, evidence in words, ladder. */
#ifndef HTML_CASE_H
#define HTML_CASE_H

#include "base/buf.h"
#include "record/record.h"
#include "reports/evidence.h"

/*
 * A <details> element for run->cases[index] (evidence: made ahead, may be NULL); its id is what
 * html_case_link() points to.
 */
ASSAY_RESULT html_case(struct buf *out, const struct run_record *run, size_t index,
                       const char *run_dir, const struct report_evidence *evidence,
                       struct assay_error *err);
ASSAY_RESULT html_case_link(struct buf *out, const char *board, const char *case_id);
const char *html_verdict_class(enum verdict v);

#endif
