/* SPDX-License-Identifier: Apache-2.0 */
#include "stack_openssl_flaws.h"

#include "virtual_habits.h"

const struct virtual_flaw stack_openssl_flaws[] = {
#define X(id, name, summary) {name, id, summary},
    OPENSSL_FLAW_MAP(X)
#undef X
        {"dates-unchecked-without-clock", HABIT_NO_TIME,
         "looks at no dates as long as nobody tells it the time"},
    {NULL, 0, NULL},
};
