/* SPDX-License-Identifier: Apache-2.0 */
#include "base/timers.h"

#include "test_support.h"

enum { MANY = 500 };

/* The same numbers each time, in no order. */
static uint64_t shuffled(uint64_t i)
{
    return i * UINT64_C(7919) % 1009;
}

static void start_all(struct timers *timers, struct timer *all)
{
    for (uint32_t i = 0; i < MANY; i++) {
        all[i] = (struct timer){.kind = i};
        CHECK_OK(timers_start(timers, &all[i], shuffled(i)));
    }
}

/* Take all out; how many there were. Every one falls due no earlier than the one before. */
static size_t take_all(struct timers *timers)
{
    uint64_t last = 0;
    size_t count = 0;

    for (struct timer *t = timers_first(timers); t != NULL; t = timers_first(timers)) {
        CHECK(t->due_ms >= last);
        last = t->due_ms;
        timers_stop(timers, t);
        count++;
    }
    return count;
}

static void what_falls_due_first_comes_first(void)
{
    struct timers timers = {0};
    struct timer all[MANY];

    start_all(&timers, all);
    CHECK_INT_EQ(take_all(&timers), MANY);
    timers_done(&timers);
}

static void one_that_is_started_again_moves(void)
{
    struct timers timers = {0};
    struct timer all[MANY];

    start_all(&timers, all);
    for (uint32_t i = 0; i < MANY; i += 3)
        CHECK_OK(timers_start(&timers, &all[i], 2000 - all[i].due_ms));
    CHECK_INT_EQ(timers.count, MANY);
    CHECK_OK(timers_start(&timers, &all[7], 0));
    CHECK_OK(timers_start(&timers, &all[0], 1)); /* it had been the first with 0 */
    CHECK_INT_EQ(timers_first(&timers)->due_ms, 0);
    CHECK_INT_EQ(take_all(&timers), MANY);
    timers_done(&timers);
}

static void one_that_is_stopped_never_falls_due(void)
{
    struct timers timers = {0};
    struct timer all[MANY];

    start_all(&timers, all);
    for (uint32_t i = 1; i < MANY; i += 2) {
        timers_stop(&timers, &all[i]);
        timers_stop(&timers, &all[i]); /* it does not run: nothing happens */
    }
    for (uint32_t i = 0; i < timers.count; i++)
        CHECK_INT_EQ(timers.heap[i]->kind % 2, 0);
    CHECK_INT_EQ(take_all(&timers), MANY / 2);
    timers_done(&timers);
}

static void with_room_reserved_nothing_is_allocated_by_a_start(void)
{
    struct timers timers = {0};
    struct timer all[MANY];
    struct timer **heap = NULL;

    CHECK_OK(timers_reserve(&timers, MANY));
    heap = timers.heap;
    start_all(&timers, all);
    CHECK(timers.heap == heap);
    CHECK_OK(timers_reserve(&timers, MANY)); /* less than there is: nothing happens */
    CHECK(timers.heap == heap);
    timers_done(&timers);
}

static void nothing_is_first_when_nothing_runs(void)
{
    struct timers timers = {0};
    struct timer one = {0};

    CHECK(timers_first(&timers) == NULL);
    CHECK_OK(timers_start(&timers, &one, 5));
    CHECK(timers_first(&timers) == &one);
    timers_stop(&timers, &one);
    CHECK(timers_first(&timers) == NULL);
    timers_done(&timers);
}

TEST_SUITE(timers, TEST(what_falls_due_first_comes_first), TEST(one_that_is_started_again_moves),
           TEST(one_that_is_stopped_never_falls_due),
           TEST(with_room_reserved_nothing_is_allocated_by_a_start),
           TEST(nothing_is_first_when_nothing_runs));
