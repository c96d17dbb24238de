/* SPDX-License-Identifier: Apache-2.0 */
#include "clock/scenario_clock.h"
#include "test_support.h"

#define MS UINT64_C(1000000)

static void shows_the_time_it_was_set_to(void)
{
    struct scenario_clock c;

    scenario_clock_set(&c, 1800000000123, 5000 * MS);
    CHECK_INT_EQ(scenario_clock_ms(&c, 5000 * MS), 1800000000123);
    CHECK_INT_EQ(scenario_clock_s(&c, 5000 * MS), 1800000000);
}

static void runs_at_the_speed_of_the_monotonic_clock(void)
{
    struct scenario_clock c;

    scenario_clock_set(&c, 1000, 7 * MS);
    CHECK_INT_EQ(scenario_clock_ms(&c, 7 * MS + MS - 1), 1000);
    CHECK_INT_EQ(scenario_clock_ms(&c, 8 * MS), 1001);
    CHECK_INT_EQ(scenario_clock_s(&c, 1006 * MS), 1);
    CHECK_INT_EQ(scenario_clock_s(&c, 1007 * MS), 2);
}

static void jumps_both_ways_and_goes_on(void)
{
    struct scenario_clock c;

    scenario_clock_set(&c, 100000, 0);
    scenario_clock_jump(&c, 3600000);
    CHECK_INT_EQ(scenario_clock_ms(&c, 5 * MS), 3700005);
    scenario_clock_jump(&c, -3650000);
    CHECK_INT_EQ(scenario_clock_ms(&c, 5 * MS), 50005);
}

static void stands_still_for_a_caller_from_the_past(void)
{
    struct scenario_clock c;

    scenario_clock_set(&c, 42, 9 * MS);
    CHECK_INT_EQ(scenario_clock_ms(&c, 3 * MS), 42);
    CHECK_INT_EQ(scenario_clock_ms(&c, 0), 42);
}

static void rounds_seconds_down_before_1970_too(void)
{
    static const struct {
        int64_t ms, s;
    } rows[] = {{0, 0},     {999, 0},    {1000, 1},   {-1, -1},
                {-999, -1}, {-1000, -1}, {-1001, -2}, {-62167219200001, -62167219201}};

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct scenario_clock c;

        scenario_clock_set(&c, rows[i].ms, 0);
        CHECK_INT_EQ(scenario_clock_s(&c, 0), rows[i].s);
    }
}

TEST_SUITE(scenario_clock, TEST(shows_the_time_it_was_set_to),
           TEST(runs_at_the_speed_of_the_monotonic_clock), TEST(jumps_both_ways_and_goes_on),
           TEST(stands_still_for_a_caller_from_the_past),
           TEST(rounds_seconds_down_before_1970_too));
