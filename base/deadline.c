/* SPDX-License-Identifier: Apache-2.0 */
#include "base/deadline.h"

#include <limits.h>
#include <time.h>

uint64_t monotonic_ns(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000U + (uint64_t)now.tv_nsec;
}

struct deadline deadline_in_ms(uint64_t timeout_ms)
{
    uint64_t now = monotonic_ns();

    if (timeout_ms >= (UINT64_MAX - now) / 1000000U)
        return deadline_never();
    return (struct deadline){.at_ns = now + timeout_ms * 1000000U};
}

struct deadline deadline_never(void)
{
    return (struct deadline){.at_ns = UINT64_MAX};
}

bool deadline_passed(const struct deadline *d)
{
    return d->at_ns != UINT64_MAX && monotonic_ns() >= d->at_ns;
}

int deadline_left_ms(const struct deadline *d)
{
    uint64_t now = monotonic_ns();
    uint64_t left_ms = 0;

    if (d->at_ns == UINT64_MAX)
        return -1;
    if (now >= d->at_ns)
        return 0;
    left_ms = (d->at_ns - now - 1) / 1000000U + 1;
    return left_ms > INT_MAX ? INT_MAX : (int)left_ms;
}
