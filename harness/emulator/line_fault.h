/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What can go wrong on the way to a board, on purpose: "WHAT@WHERE", once. WHERE is a number of
 * bytes towards the board since its power came on, or a text that passes in either direction.
 */
#ifndef EMULATOR_LINE_FAULT_H
#define EMULATOR_LINE_FAULT_H

#include "base/status.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum line_fault_kind {
    LINE_FAULT_NONE,
    LINE_FAULT_POWER_CUT, /* the board has no power from there on */
    LINE_FAULT_UNPLUG,    /* the serial port vanishes */
    LINE_FAULT_CORRUPT    /* one bit of that byte is wrong */
};

enum { LINE_FAULT_TEXT = 64 };

struct line_fault {
    enum line_fault_kind kind;
    bool is_over;
    uint64_t at; /* bytes; used where text is empty */
    char text[LINE_FAULT_TEXT];
    uint64_t passed;   /* bytes towards the board */
    size_t matched[2]; /* of the text, in each direction */
};

/* @retval ASSAY_ERR_ARG  err says what there is */
ASSAY_RESULT line_fault_parse(const char *text, struct line_fault *ret, struct assay_error *err);
const char *line_fault_name(enum line_fault_kind kind);

/*
 * Bytes are about to pass; a corrupted one is changed in place.
 * @param to_board  their direction
 * @param ret_len   how many of them still pass
 * @return what happens after those; LINE_FAULT_NONE: nothing
 */
enum line_fault_kind line_fault_pass(struct line_fault *fault, bool to_board, uint8_t *bytes,
                                     size_t len, size_t *ret_len);

#endif
