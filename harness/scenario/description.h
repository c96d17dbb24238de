/* SPDX-License-Identifier: Apache-2.0 */
/* What a scenario says of its servers and of the board: defaults, and the checks of the outermost
 * keys. What stands below is for the mock servers to check. */
#ifndef SCENARIO_DESCRIPTION_H
#define SCENARIO_DESCRIPTION_H

#include "base/status.h"
#include "base/value.h"

/* Lay *description over the defaults, so that two descriptions compare by what they mean. */
ASSAY_RESULT description_fill(struct value **description);

/* ASSAY_ERR_MALFORMED without a position: the caller knows which script said it. */
ASSAY_RESULT description_check(const struct value *description, struct assay_error *err);
ASSAY_RESULT needs_check(const struct value *needs, const char *path, struct assay_error *err);

#endif
