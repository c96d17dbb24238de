/* SPDX-License-Identifier: Apache-2.0 */
/* A tree of values from JSON text. */
#ifndef JSON_VALUE_H
#define JSON_VALUE_H

#include "base/status.h"
#include "base/value.h"

/*
 * Strict JSON; besides, duplicate keys, numbers with a fraction and nesting deeper than 32 are
 * refused. A text may hold \u0000.
 * @param name  of the text, for err
 * @param ret   set on success; the caller owns it
 * @retval ASSAY_ERR_MALFORMED  err says line, column and what is wrong
 */
ASSAY_RESULT json_value_parse(const char *name, const char *text, size_t len, struct value **ret,
                              struct assay_error *err);

#endif
