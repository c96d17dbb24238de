/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The part of a case's page that comes from its transcript: ladders, and the attempts in words.
 * What stands in the page already, a control that the case before has shown, is linked to.
 */
#ifndef REPORTS_HTML_EVIDENCE_H
#define REPORTS_HTML_EVIDENCE_H

#include "reports/evidence.h"

/*
 * Append it. transcript: its path below run_dir.
 * @retval ASSAY_ERR_IO  it cannot be read
 */
ASSAY_RESULT html_evidence(struct buf *out, const char *run_dir, const char *transcript,
                           const char *board, const char *case_id, struct assay_error *err);

/* What was made ahead of this transcript; NULL: nothing. Borrowed. */
const struct buf *html_evidence_find(const struct report_evidence *evidence,
                                     const char *transcript);

#endif
