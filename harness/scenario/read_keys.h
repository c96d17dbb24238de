/* SPDX-License-Identifier: Apache-2.0 */
/* Reading the tables of scenario{...} and suite{...} by the rows of their keys. */
#ifndef SCENARIO_READ_KEYS_H
#define SCENARIO_READ_KEYS_H

#include "set.h"

/* Fill d->said from d->table. ASSAY_ERR_SCRIPT; err without position: the caller knows the line. */
ASSAY_RESULT definition_read(struct definition *d, struct assay_error *err);
ASSAY_RESULT suite_read(struct suite *s, struct assay_error *err);

#endif
