/* SPDX-License-Identifier: Apache-2.0 */
#include "clock/scenario_clock.h"

enum { NS_PER_MS = 1000000, MS_PER_S = 1000 };

void scenario_clock_set(struct scenario_clock *c, int64_t unix_ms, uint64_t mono_now_ns)
{
    c->unix_ms = unix_ms;
    c->mono_ns = mono_now_ns;
}

void scenario_clock_jump(struct scenario_clock *c, int64_t delta_ms)
{
    c->unix_ms += delta_ms;
}

int64_t scenario_clock_ms(const struct scenario_clock *c, uint64_t mono_now_ns)
{
    /* A caller whose loop time lags behind the moment of the setting sees a clock that stands. */
    if (mono_now_ns <= c->mono_ns)
        return c->unix_ms;
    return c->unix_ms + (int64_t)((mono_now_ns - c->mono_ns) / NS_PER_MS);
}

int64_t scenario_clock_s(const struct scenario_clock *c, uint64_t mono_now_ns)
{
    int64_t ms = scenario_clock_ms(c, mono_now_ns);

    return ms / MS_PER_S - (ms % MS_PER_S < 0 ? 1 : 0);
}
