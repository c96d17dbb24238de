/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is done to DTR and RTS to reset a board, in a line of text as esptool has it: "D1|R0|W50"
 * sets DTR, clears RTS and waits for 50 ms. 1 is the active level, low on the wire.
 */
#ifndef FLASH_FLASH_LINES_H
#define FLASH_FLASH_LINES_H

#include "base/status.h"

#include <stdbool.h>

enum { FLASH_LINES_MAX = 64, FLASH_LINES_WAIT_MAX = 10000 };

struct flash_lines_step {
    bool dtr, rts;    /* as they are to be from now on */
    unsigned wait_ms; /* then */
};

/*
 * Read the steps up to the next wait, and move *text past it.
 * @param step  in: the lines as they are; out: what is to be done
 * @retval ASSAY_ERR_NOT_FOUND  the end
 * @retval ASSAY_ERR_MALFORMED  no such step
 */
ASSAY_RESULT flash_lines_next(const char **text, struct flash_lines_step *step);

/* ASSAY_ERR_MALFORMED: err says which step is none. */
ASSAY_RESULT flash_lines_check(const char *text, struct assay_error *err);

#endif
