/* SPDX-License-Identifier: Apache-2.0 */
/* Monotonic time and deadlines. Nothing here ever looks at the wall clock. */
#ifndef BASE_DEADLINE_H
#define BASE_DEADLINE_H

#include <stdbool.h>
#include <stdint.h>

/* CLOCK_MONOTONIC in nanoseconds. */
uint64_t monotonic_ns(void);

struct deadline {
    uint64_t at_ns; /* monotonic; UINT64_MAX: never */
};

struct deadline deadline_in_ms(uint64_t timeout_ms);
struct deadline deadline_never(void);
bool deadline_passed(const struct deadline *d);

/* Milliseconds left, rounded up, at most INT_MAX; -1 for never: what poll(2) takes. */
int deadline_left_ms(const struct deadline *d);

#endif
