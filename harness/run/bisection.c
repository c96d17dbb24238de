/* SPDX-License-Identifier: Apache-2.0 */
#include "bisection.h"

struct bisection bisection_of(size_t count)
{
    return (struct bisection){.refused_from = count};
}

bool bisection_next(const struct bisection *b, size_t *ret_index)
{
    if (b->taken_end >= b->refused_from)
        return false;
    *ret_index =
        b->begun ? b->taken_end + (b->refused_from - b->taken_end) / 2 : b->refused_from - 1;
    return true;
}

void bisection_tell(struct bisection *b, size_t index, bool taken)
{
    b->begun = true;
    if (taken && index + 1 > b->taken_end)
        b->taken_end = index + 1;
    else if (!taken && index < b->refused_from)
        b->refused_from = index;
}
