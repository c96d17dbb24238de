/* SPDX-License-Identifier: Apache-2.0 */
/* `remote` of a board file: a board at a fixed address, which somebody else switches on. */
#ifndef BOARD_BOARD_REMOTE_H
#define BOARD_BOARD_REMOTE_H

#include "base/status.h"
#include "base/value.h"

/*
 * Is it complete, and an address that a bench may visit?
 * @retval ASSAY_ERR_MALFORMED  err: what is missing or wrong, and what would be right
 */
ASSAY_RESULT board_remote_check(const struct value *root, struct assay_error *err);

/* The keys of `remote` that name files; ends with NULL. */
extern const char *const board_remote_files[];

#endif
