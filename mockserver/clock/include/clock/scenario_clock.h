/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The scenario clock: the one source of time for whatever a board can see (certificates, SNTP,
 * HTTP Date, OCSP, the check of client certificates). It runs at the speed of the monotonic clock
 * that the caller passes in, starts where it is told and can jump. It never reads a clock itself.
 */
#ifndef CLOCK_SCENARIO_CLOCK_H
#define CLOCK_SCENARIO_CLOCK_H

#include "base/status.h"

#include <stddef.h>
#include <stdint.h>

struct scenario_clock {
    int64_t unix_ms;  /* scenario time at mono_ns */
    uint64_t mono_ns; /* monotonic */
};

void scenario_clock_set(struct scenario_clock *c, int64_t unix_ms, uint64_t mono_now_ns);
void scenario_clock_jump(struct scenario_clock *c, int64_t delta_ms);
int64_t scenario_clock_ms(const struct scenario_clock *c, uint64_t mono_now_ns);
int64_t scenario_clock_s(const struct scenario_clock *c, uint64_t mono_now_ns); /* floor */

/*
 * "2027-03-01T12:00:00Z" (RFC 3339, Z or an offset), or relative to base: "now", "+30d", "-1h",
 * "+1y" (365 days), "-10s", sums such as "+1d-1s". Units s m h d w y.
 * @retval ASSAY_ERR_MALFORMED  err says what was expected
 */
ASSAY_RESULT scenario_time_parse(const char *text, int64_t base_unix_s, int64_t *ret_unix_s,
                                 struct assay_error *err);

enum { SCENARIO_TIME_TEXT = 32 };

/* "2027-03-01T12:00:00Z"; years 0 to 9999, clamped. */
void scenario_time_format(int64_t unix_s, char text[static SCENARIO_TIME_TEXT]);

#endif
