/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a team has decided about a board beforehand: waivers (a deviation that is accepted until a
 * date, with a reason: shown, not scored) and expectations (the verdict that a case is known to
 * have, so that a build is red exactly when something changes). docs/formats/waive-and-expect.md.
 */
#ifndef EXPECT_EXPECT_H
#define EXPECT_EXPECT_H

#include "base/buf.h"
#include "record/record.h"

struct expect_list;

/*
 * Read a file.
 * @retval ASSAY_ERR_MALFORMED  err: "file:line: what"
 */
ASSAY_RESULT expect_load_waivers(const char *path, struct expect_list **ret,
                                 struct assay_error *err);
ASSAY_RESULT expect_load_verdicts(const char *path, struct expect_list **ret,
                                  struct assay_error *err);
void expect_free(struct expect_list *list); /* NULL is allowed */

/*
 * Turn deviations that a waiver covers into `waived`; the real verdict stays in
 * verdict_before_waiver. A case that says nothing (inconclusive, harness-error) is never waived.
 * @param waivers  NULL: nothing happens
 * @param today_s  Unix time; a waiver whose last day has passed does not count
 * @param notes    one line for every waiver that has run out or fits no case
 */
ASSAY_RESULT expect_waive(const struct expect_list *waivers, struct case_record *cases,
                          size_t case_count, int64_t today_s, struct buf *notes);

/*
 * The exit code of a run with expectations: 0 when every case has the verdict that was expected
 * (or a good one, where nothing was said), 1 when one has another, 3 when one says nothing.
 * @param notes  one line for every case that is not as expected
 */
ASSAY_RESULT expect_exit_code(const struct expect_list *verdicts, const struct run_record *run,
                              int *ret_code, struct buf *notes);

#endif
