/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The session of the probe protocol and a fake board, over a channel that can lose and garble, on
 * a clock of their own.
 */
#ifndef BOARD_TESTS_PROBE_BENCH_H
#define BOARD_TESTS_PROBE_BENCH_H

#include "fake_probe.h"
#include "probe_host.h"

enum { PROBE_BENCH_ROOT_LEN = 700, PROBE_BENCH_KEY_LEN = 138, PROBE_BENCH_READY_MS = 5000 };

/* Fates of the n-th line on its way, counted from 1; 0: none meets it. */
struct probe_channel {
    unsigned lines;
    unsigned lose, garble, twice, prefix, cut;
    unsigned lose_until; /* every line up to this one */
};

struct probe_bench {
    struct probe_host host;
    struct fake_probe board;
    bool is_deaf; /* the board hears nothing */
    struct probe_channel to_board, from_board;
    uint64_t now;
    struct buf log; /* what came out of the session, one word after another */
    struct probe_result result;
    char detail[256];
    unsigned port; /* that the board told */
};

extern uint8_t probe_bench_root[PROBE_BENCH_ROOT_LEN];
extern uint8_t probe_bench_key[PROBE_BENCH_KEY_LEN];

struct probe_bench *probe_bench_new(void);
void probe_bench_free(struct probe_bench *b);

/* Everything that an attempt needs; the root and the key above are made anew. */
struct board_request probe_bench_request(void);

/* Switch the board on, on both sides. */
void probe_bench_power_on(struct probe_bench *b);

/* One attempt to its end, at most a minute. */
void probe_bench_attempt(struct probe_bench *b, const struct board_request *r);

/* Let the board's words reach the session until both are silent. */
void probe_bench_settle(struct probe_bench *b);

/* Let time pass until the attempt is over, at most until the end. */
void probe_bench_run_until(struct probe_bench *b, uint64_t end_ms);
bool probe_bench_is_over(const struct probe_bench *b);

#endif
