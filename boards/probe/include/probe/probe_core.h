/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The probe: commands of the harness in, answers and events out, one attempt at a time. The same
 * core runs in virtual boards, emulated boards and sketches; about 10 KB of RAM, no malloc.
 *
 *     probe_core_init(&core, &platform, &tls);
 *     probe_core_ready(&core, "power");
 *     for (;;) {
 *         wait for serial or network input, for at most probe_core_wait_ms(&core);
 *         probe_core_feed(&core, what came over the serial line);
 *         probe_core_step(&core);
 *     }
 */
#ifndef PROBE_PROBE_CORE_H
#define PROBE_PROBE_CORE_H

#include "probe/probe_attempt.h"
#include "probe/probe_line.h"
#include "probe/probe_platform.h"
#include "probe/probe_settings.h"

#include <stddef.h>
#include <stdint.h>

struct probe_core {
    const struct probe_platform *platform;
    const struct probe_tls *tls;
    struct probe_line_reader reader;
    struct probe_settings settings;
    struct probe_slots slots;
    struct probe_attempt attempt;
    int64_t clock_s; /* the time when clock_ms was */
    uint32_t clock_ms;
    uint8_t is_clock_set;
    uint8_t is_clock_told; /* by an SNTP server, not by the host */
    uint8_t next_event;
    uint8_t has_last;
    uint8_t has_result;
    uint8_t wants_reset;
    struct probe_line last; /* the last command: repeated, it is only answered again */
    char last_answer[PROBE_LINE_TEXT_MAX + 1];
    uint32_t attempts; /* that have ended since the reset */
};

/* platform and tls are borrowed for the life of the core. */
void probe_core_init(struct probe_core *core, const struct probe_platform *platform,
                     const struct probe_tls *tls);

/* Say that the board takes commands; reason: power, requested, watchdog, crash or unknown. */
void probe_core_ready(struct probe_core *core, const char *reason);

/* Bytes from the serial line; anything may be in them. */
void probe_core_feed(struct probe_core *core, const void *data, size_t len);

/* Let the running attempt go on as far as it can. */
void probe_core_step(struct probe_core *core);

/* Milliseconds until probe_core_step() is due even when nothing arrives; -1: never. */
int32_t probe_core_wait_ms(const struct probe_core *core);

/* The attempt waits for room to send rather than for something to arrive. */
int probe_core_wants_write(const struct probe_core *core);

/* Send a log event; text may be of any length and hold any bytes but NUL. */
void probe_core_log(struct probe_core *core, const char *text);

/* The time now; 0 before it was set. */
int64_t probe_core_now(const struct probe_core *core);

#endif
