/* SPDX-License-Identifier: Apache-2.0 */
/* One case as JSON, shared by run.json and the database. */
#ifndef STORE_JSON_H
#define STORE_JSON_H

#include "record/record.h"

#include <jansson.h>

/* NULL: no memory. The caller owns it. */
json_t *case_to_json(const struct case_record *c);
/* Into an initialised record. */
ASSAY_RESULT case_from_json(const json_t *object, struct case_record *c);

#endif
