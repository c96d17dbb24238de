/* SPDX-License-Identifier: Apache-2.0 */
/* Reading the tables of scenario{...} and suite{...}. Errors come without a position: the caller
 * knows which script said it. */
#ifndef SCENARIO_READ_KEYS_H
#define SCENARIO_READ_KEYS_H

#include "set.h"

/* Fill d->said from d->table, whose prose is folded. ASSAY_ERR_MALFORMED. */
ASSAY_RESULT definition_read(struct definition *d, struct assay_error *err);
/*
 * A table of `steps` into title, expect, reset and description (what it changes, or NULL) of ret.
 * path: "steps.2"
 */
ASSAY_RESULT step_read(const struct value *table, const char *path, struct scenario *ret,
                       struct assay_error *err);
ASSAY_RESULT suite_read(struct suite *s, struct assay_error *err);

ASSAY_RESULT missing_read(struct missing *m, struct assay_error *err);

#endif
