/* SPDX-License-Identifier: Apache-2.0 */
/* The WWEP server of a board: registers of 16 bits, one request a connection. */
#ifndef VIRTUAL_WWEP_H
#define VIRTUAL_WWEP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { VIRTUAL_WWEP_REGISTERS = 64, VIRTUAL_WWEP_REQUEST = 13, VIRTUAL_WWEP_ANSWER = 40 };

struct virtual_wwep {
    struct {
        uint16_t device;
        uint8_t number;
        uint16_t value;
    } registers[VIRTUAL_WWEP_REGISTERS];
    size_t count;
};

/* Is this a whole request, good or bad, or may more of it come? */
bool virtual_wwep_is_whole(const char *request, size_t len);

/* Answer it, as far as it came. @return length of the answer, which is NUL terminated */
size_t virtual_wwep_answer(struct virtual_wwep *wwep, const char *request, size_t len,
                           char answer[VIRTUAL_WWEP_ANSWER]);

#endif
