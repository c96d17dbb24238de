/* SPDX-License-Identifier: Apache-2.0 */
#include "judge/verdict.h"

#include "test_support.h"

static void every_verdict_is_found_by_its_name(void)
{
    for (unsigned i = 0; i < VERDICT_COUNT; i++) {
        enum verdict got = VERDICT_COUNT;

        CHECK_OK(verdict_parse(verdict_name((enum verdict)i), &got));
        CHECK_UINT_EQ(got, i);
    }
}

static void every_severity_category_and_cause_is_found_by_its_name(void)
{
    for (unsigned i = 0; i < SEVERITY_COUNT; i++) {
        enum severity got = SEVERITY_COUNT;

        CHECK_OK(severity_parse(severity_name((enum severity)i), &got));
        CHECK_UINT_EQ(got, i);
    }
    for (unsigned i = 0; i < CATEGORY_COUNT; i++) {
        enum category got = CATEGORY_COUNT;

        CHECK_OK(category_parse(category_name((enum category)i), &got));
        CHECK_UINT_EQ(got, i);
    }
    for (unsigned i = 0; i < CAUSE_COUNT; i++) {
        enum cause got = CAUSE_COUNT;

        CHECK_OK(cause_parse(cause_name((enum cause)i), &got));
        CHECK_UINT_EQ(got, i);
    }
}

static void an_unknown_name_is_not_found_and_leaves_the_output_alone(void)
{
    enum verdict verdict = VERDICT_WAIVED;
    enum severity severity = SEVERITY_S3;
    enum category category = CATEGORY_MQTT;
    enum cause cause = CAUSE_MQTT;

    CHECK_INT_EQ(verdict_parse("Pass", &verdict), ASSAY_ERR_NOT_FOUND);
    CHECK_INT_EQ(severity_parse("S5", &severity), ASSAY_ERR_NOT_FOUND);
    CHECK_INT_EQ(category_parse("", &category), ASSAY_ERR_NOT_FOUND);
    CHECK_INT_EQ(cause_parse("weather", &cause), ASSAY_ERR_NOT_FOUND);
    CHECK_INT_EQ(verdict, VERDICT_WAIVED);
    CHECK_INT_EQ(severity, SEVERITY_S3);
    CHECK_INT_EQ(category, CATEGORY_MQTT);
    CHECK_INT_EQ(cause, CAUSE_MQTT);
}

static void weights_and_shares_are_those_of_the_contract(void)
{
    CHECK_INT_EQ(severity_weight(SEVERITY_S0), 100);
    CHECK_INT_EQ(severity_weight(SEVERITY_S4), 20);
    CHECK_INT_EQ(verdict_percent(VERDICT_PASS), 100);
    CHECK_INT_EQ(verdict_percent(VERDICT_PASS_SOFT), 80);
    CHECK_INT_EQ(verdict_percent(VERDICT_DEGRADED), 50);
    CHECK_INT_EQ(verdict_percent(VERDICT_FLAKY), 20);
    CHECK_INT_EQ(verdict_percent(VERDICT_FAIL_HANG), 0);
}

static void only_what_says_something_of_the_board_counts(void)
{
    CHECK(verdict_counts(VERDICT_PASS));
    CHECK(verdict_counts(VERDICT_FAIL_CRASH));
    CHECK(!verdict_counts(VERDICT_NOT_APPLICABLE));
    CHECK(!verdict_counts(VERDICT_INCONCLUSIVE));
    CHECK(!verdict_counts(VERDICT_HARNESS_ERROR));
    CHECK(!verdict_counts(VERDICT_WAIVED));
}

static void the_fails_are_the_six_that_are_called_so(void)
{
    unsigned fails = 0;

    for (unsigned i = 0; i < VERDICT_COUNT; i++)
        fails += verdict_is_fail((enum verdict)i);
    CHECK_UINT_EQ(fails, 6);
    CHECK(verdict_is_fail(VERDICT_FAIL_REJECT_GOOD));
    CHECK(!verdict_is_fail(VERDICT_FLAKY));
}

static void only_bench_causes_are_the_benchs_own_fault(void)
{
    CHECK(cause_is_bench(CAUSE_FLASH));
    CHECK(cause_is_bench(CAUSE_HARNESS));
    CHECK(!cause_is_bench(CAUSE_NONE));
    CHECK(!cause_is_bench(CAUSE_TLS));
}

TEST_SUITE(verdict, TEST(every_verdict_is_found_by_its_name),
           TEST(every_severity_category_and_cause_is_found_by_its_name),
           TEST(an_unknown_name_is_not_found_and_leaves_the_output_alone),
           TEST(weights_and_shares_are_those_of_the_contract),
           TEST(only_what_says_something_of_the_board_counts),
           TEST(the_fails_are_the_six_that_are_called_so),
           TEST(only_bench_causes_are_the_benchs_own_fault));
