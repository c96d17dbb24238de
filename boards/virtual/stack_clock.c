/* SPDX-License-Identifier: Apache-2.0 */
#include "stack_clock.h"

#include "base/deadline.h"

#include <time.h>

enum { NS_PER_S = 1000000000 };

/* time() has no context: the one place of this program with a mutable variable of file scope. */
static struct {
    int64_t unix_s;
    uint64_t set_ns;
} board_clock;

void stack_clock_set(int64_t unix_s)
{
    board_clock.unix_s = unix_s;
    board_clock.set_ns = monotonic_ns();
}

time_t time(time_t *ret)
{
    time_t now =
        (time_t)(board_clock.unix_s + (int64_t)((monotonic_ns() - board_clock.set_ns) / NS_PER_S));

    if (ret != NULL)
        *ret = now;
    return now;
}
