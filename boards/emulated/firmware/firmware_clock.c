/* SPDX-License-Identifier: Apache-2.0 */
/* time() for libraries that ask for it: what the probe was told, and the tick since. */
#include "stack_clock.h"

#include "mps2.h"

#include <time.h>

enum { MS_PER_S = 1000 };

static int64_t set_s;
static uint32_t set_ms;

void stack_clock_set(int64_t unix_s)
{
    set_s = unix_s;
    set_ms = mps2_millis();
}

time_t time(time_t *ret)
{
    time_t now = (time_t)(set_s + (mps2_millis() - set_ms) / MS_PER_S);

    if (ret != NULL)
        *ret = now;
    return now;
}
