/* SPDX-License-Identifier: Apache-2.0 */
/* The keys of a board file, and what their values may be. docs/formats/board-file.md. */
#ifndef BOARD_BOARD_SCHEMA_H
#define BOARD_BOARD_SCHEMA_H

#include "yaml_file/yaml_file.h"

extern const struct cyaml_schema_value board_schema;

/*
 * Check what the keys' types cannot say of one file: ranges, words of a list, placeholders, names.
 * The file need not be complete: its parent may have the rest.
 */
ASSAY_RESULT board_schema_check(const struct yaml_file *file, struct assay_error *err);

/* "vendor/board", each part of lower-case letters, digits and - _ . + */
bool board_id_is_valid(const char *id);

#endif
