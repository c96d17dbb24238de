/* SPDX-License-Identifier: Apache-2.0 */
#include "base/deadline.h"

#include "test_support.h"

#include <limits.h>
#include <time.h>

static void counts_nanoseconds_forward(void)
{
    struct timespec now;
    uint64_t before = monotonic_ns();

    clock_gettime(CLOCK_MONOTONIC, &now);
    CHECK(before <= (uint64_t)now.tv_sec * 1000000000U + (uint64_t)now.tv_nsec);
    CHECK(monotonic_ns() >= before);
    CHECK(monotonic_ns() - before < 60000000000U);
}

static void has_not_passed_before_its_time(void)
{
    struct deadline d = deadline_in_ms(60000);

    CHECK(!deadline_passed(&d));
    CHECK(deadline_left_ms(&d) > 50000);
    CHECK(deadline_left_ms(&d) <= 60000);
}

static void has_passed_at_its_time(void)
{
    struct deadline d = deadline_in_ms(0);

    CHECK(deadline_passed(&d));
    CHECK_INT_EQ(deadline_left_ms(&d), 0);
    d.at_ns = 0;
    CHECK(deadline_passed(&d));
    CHECK_INT_EQ(deadline_left_ms(&d), 0);
}

static void rounds_what_is_left_up(void)
{
    struct deadline d = {.at_ns = monotonic_ns() + 30000000000U + 1};

    /* Rounded down, a poll(2) with 0 ms would spin through the last millisecond. */
    d.at_ns = monotonic_ns() + 900000;
    CHECK(deadline_passed(&d) || deadline_left_ms(&d) == 1);
    d.at_ns = monotonic_ns() + 30000000000U;
    CHECK_INT_EQ(deadline_left_ms(&d), 30000);
}

static void never_passes_where_none_is_set(void)
{
    struct deadline d = deadline_never();

    CHECK(!deadline_passed(&d));
    CHECK_INT_EQ(deadline_left_ms(&d), -1);
}

static void does_not_wrap_around(void)
{
    static const uint64_t long_ms[] = {UINT64_MAX, UINT64_MAX / 1000000U, UINT64_MAX / 1000000U + 1,
                                       INT64_MAX};

    for (size_t i = 0; i < sizeof(long_ms) / sizeof(long_ms[0]); i++) {
        struct deadline d = deadline_in_ms(long_ms[i]);

        CHECK(!deadline_passed(&d));
        CHECK(deadline_left_ms(&d) == -1);
    }
    CHECK_INT_EQ(deadline_left_ms(&(struct deadline){.at_ns = UINT64_MAX - 1}), INT_MAX);
}

static void tells_poll_no_more_than_it_can_take(void)
{
    struct deadline d = deadline_in_ms((uint64_t)INT_MAX * 3);

    CHECK_INT_EQ(deadline_left_ms(&d), INT_MAX);
}

TEST_SUITE(deadline, TEST(counts_nanoseconds_forward), TEST(has_not_passed_before_its_time),
           TEST(has_passed_at_its_time), TEST(rounds_what_is_left_up),
           TEST(never_passes_where_none_is_set), TEST(does_not_wrap_around),
           TEST(tells_poll_no_more_than_it_can_take));
