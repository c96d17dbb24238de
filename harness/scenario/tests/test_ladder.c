/* SPDX-License-Identifier: Apache-2.0 */
/* Cases that measure: a description for each number, each of them proven. */
#include "scenario_fixture.h"
#include "test_support.h"

#include <stdio.h>

#define LADDER "scenario{" GOOD_PROSE "id='PATH-01', expect='measure', control='POS-01', "
#define NAMES                                                                                      \
    "change=function(d, n) d.certs.leaf.not_after = '+' .. n .. 'd' return d end, "                \
    "differs={'certs.leaf.not_after'}, "

static void each_number_has_a_description_and_the_largest_is_the_cases_own(void)
{
    struct scenario_set *set =
        fixture_expect_good(LADDER NAMES "ladder={unit='days', values={1, 5, 9}, least=5}}");
    const struct scenario *s = set != NULL ? scenario_set_find(set, "PATH-01") : NULL;

    REQUIRE(s != NULL && s->ladder != NULL);
    CHECK_STR_EQ(s->ladder->unit, "days");
    CHECK_INT_EQ(s->ladder->least, 5);
    REQUIRE(s->ladder->count == 3);
    CHECK_INT_EQ(s->ladder->values[1], 5);
    for (size_t i = 0; i < 3; i++) {
        static const char *const ends[] = {"+1d", "+5d", "+9d"};
        const struct scenario *rung = &s->ladder->rungs[i];

        CHECK_STR_EQ(rung->id, "PATH-01");
        CHECK_STR_EQ(value_text(value_path(rung->description, "certs.leaf.not_after")), ends[i]);
    }
    CHECK(value_equal(s->description, s->ladder->rungs[2].description));
    scenario_set_free(set);
}

static void a_number_may_change_no_more_than_the_case_says(void)
{
    fixture_expect_error(LADDER "ladder={unit='days', values={1, 5}}, differs={'host'}, "
                                "change=function(d, n) if n == 1 then d.time = '+1d' end "
                                "d.host = 'a' return d end}",
                         1, "differs from POS-01 in {host}, but it differs in {host, time}");
    fixture_expect_error(LADDER "ladder={unit='days', values={1, 5}}, differs={'host'}, "
                                "change=function(d, n) if n == 5 then d.host = 'a' end "
                                "return d end}",
                         1, "changes nothing of POS-01");
    fixture_expect_error(LADDER "ladder={unit='days', values={1, 5}}, differs={'host', 'time'}, "
                                "change=function(d, n) d.host = 'a' return d end}",
                         1, "in {host, time}, but it differs in {host}");
}

static void mistakes_in_a_ladder_are_named(void)
{
    static const struct {
        const char *ladder, *says;
    } rows[] = {
        {"{unit='days'}", "needs a unit and values"},
        {"{values={1, 2}}", "needs a unit and values"},
        {"{unit='days', values={1}}", "rising whole numbers"},
        {"{unit='days', values={2, 1}}", "rising whole numbers"},
        {"{unit='days', values={1, 'x'}}", "rising whole numbers"},
        {"{unit='days', values={1, 2}, step=3}", "step"},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char script[1024];

        snprintf(script, sizeof(script), LADDER NAMES "ladder=%s}", rows[i].ladder);
        fixture_expect_error(script, 1, rows[i].says);
    }
}

static void only_cases_that_measure_have_a_ladder(void)
{
    fixture_expect_error("scenario{" GOOD_CASE "ladder={unit='days', values={1, 2}}}", 1,
                         "ladder: it belongs to the cases that expect \"measure\"");
    fixture_expect_error(LADDER NAMES "}", 1,
                         "ladder: it belongs to the cases that expect \"measure\"");
    fixture_expect_error(LADDER "change={host='a'}, differs={'host'}, "
                                "ladder={unit='days', values={1, 2}}}",
                         1, "change has to be a function");
}

TEST_SUITE(ladder, TEST(each_number_has_a_description_and_the_largest_is_the_cases_own),
           TEST(a_number_may_change_no_more_than_the_case_says),
           TEST(mistakes_in_a_ladder_are_named), TEST(only_cases_that_measure_have_a_ladder));
