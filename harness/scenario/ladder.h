/* SPDX-License-Identifier: Apache-2.0 */
/* Cases that measure: one description for each number that is tried. */
#ifndef SCENARIO_LADDER_H
#define SCENARIO_LADDER_H

#include "set.h"

/*
 * Work out the description of every rung from the control's, and make that of the last rung the
 * case's own. No rung may differ in more than the case says; the last one has to differ in all.
 */
ASSAY_RESULT ladder_describe(struct definition *d, const struct definition *control,
                             struct assay_error *err);
void ladder_free(struct ladder *ladder); /* NULL is allowed */

/* Of prove.c: does d->description differ from the control's, and only in what the case says? */
ASSAY_RESULT prove_within(const struct definition *d, const struct definition *control,
                          struct assay_error *err);

#endif
