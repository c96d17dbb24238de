/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The largest index of a row that is taken, with few questions: the last one first, because most
 * boards take all, then halves. Pure.
 */
#ifndef RUN_BISECTION_H
#define RUN_BISECTION_H

#include <stdbool.h>
#include <stddef.h>

struct bisection {
    size_t taken_end;    /* all below are taken, or smaller than one that was */
    size_t refused_from; /* this and all above are refused, or larger than one that was */
    bool begun;
};

struct bisection bisection_of(size_t count);
/* @return false  everything is known */
bool bisection_next(const struct bisection *b, size_t *ret_index);
void bisection_tell(struct bisection *b, size_t index, bool taken);

#endif
