/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BOARD_BOARD_FILE_H
#define BOARD_BOARD_FILE_H

#include "board/board.h"

/*
 * A board file from memory, for the fuzzer and tests: a parent is not looked for.
 * @param name  For messages.
 */
ASSAY_RESULT board_file_load_text(const char *name, const void *text, size_t len,
                                  struct board_file **ret, struct assay_error *err);

#endif
