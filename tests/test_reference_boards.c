/* SPDX-License-Identifier: Apache-2.0 */
/* The four boards that calibrate the grader, through the whole core suite. */
#include "assay_program.h"
#include "test_support.h"

#include <stdlib.h>

enum { CORE_CASES = 24 };

static bool run_core(const char *board, int want_code, struct run_record *ret)
{
    const char *dir = test_path("run");
    struct buf output;
    int code = 0;

    buf_init(&output, 1 << 20);
    code = ASSAY(&output, "run", "-b", board, "-s", "@core", "-o", dir);
    test_check(code == want_code, __FILE__, __LINE__, "exit code %d, want %d:\n%s", code, want_code,
               buf_text(&output));
    buf_done(&output);
    return load_run(dir, ret);
}

static void the_strict_board_gets_an_a_with_every_case_passed(void)
{
    struct run_record run;

    REQUIRE(run_core("reference/strict", 0, &run));
    CHECK_UINT_EQ(run.case_count, CORE_CASES);
    for (size_t i = 0; i < run.case_count; i++)
        test_check(run.cases[i].verdict == VERDICT_PASS, __FILE__, __LINE__, "%s: %s: %s",
                   run.cases[i].id, verdict_name(run.cases[i].verdict), run.cases[i].reason);
    CHECK_STR_EQ(run.boards[0].grade, "A");
    CHECK_UINT_EQ(run.boards[0].cap_count, 0);
    run_record_done(&run);
}

static void the_insecure_board_gets_an_f_and_fails_every_s0_case(void)
{
    struct run_record run;
    size_t grave = 0;

    REQUIRE(run_core("reference/insecure", 1, &run));
    CHECK_UINT_EQ(run.case_count, CORE_CASES);
    CHECK_STR_EQ(run.boards[0].grade, "F");
    CHECK(run.boards[0].cap_count > 0);
    for (size_t i = 0; i < run.case_count; i++) {
        const struct case_record *c = &run.cases[i];

        if (c->severity != SEVERITY_S0)
            continue;
        grave++;
        test_check(c->verdict == VERDICT_FAIL_LEAK && c->leak == 4, __FILE__, __LINE__,
                   "%s: %s, leak %d: %s", c->id, verdict_name(c->verdict), c->leak, c->reason);
    }
    CHECK(grave >= 8);
    run_record_done(&run);
}

/* The failed ones must be exactly these; everything else passes. */
static void check_failed(const char *board, const char *const *want)
{
    struct run_record run;
    struct buf failed;
    size_t count = 0;

    buf_init(&failed, 4096);
    REQUIRE(run_core(board, 1, &run));
    CHECK_UINT_EQ(run.case_count, CORE_CASES);
    failed_ids(&run, &failed);
    for (; want[count] != NULL; count++) {
        const struct case_record *c = find_case(&run, want[count]);

        test_check(c != NULL && verdict_is_fail(c->verdict), __FILE__, __LINE__,
                   "%s did not fail; these did: %s", want[count], buf_text(&failed));
    }
    test_check(count_verdict(&run, VERDICT_PASS) == CORE_CASES - count, __FILE__, __LINE__,
               "%zu passed; these failed: %s", count_verdict(&run, VERDICT_PASS),
               buf_text(&failed));
    buf_done(&failed);
    run_record_done(&run);
}

static void the_name_blind_board_fails_exactly_the_name_cases(void)
{
    /* PATH-08 is a trusted leaf of another host: only its name is wrong. */
    static const char *const want[] = {"NAME-01", "NAME-03", "NAME-04", "NAME-07",
                                       "NAME-09", "PATH-08", NULL};

    check_failed("reference/name-blind", want);
}

static void the_date_blind_board_fails_exactly_the_date_cases(void)
{
    static const char *const want[] = {"TIME-01", "TIME-03", "TIME-04", "TIME-06", NULL};

    check_failed("reference/date-blind", want);
}

/* The key of SIG-12 has the identifier of the root's key, and must not sign in its place. */
static void a_key_that_imitates_the_root_s_signs_no_ocsp_response(void)
{
    const char *dir = test_path("run");
    struct run_record run;
    struct buf text;

    buf_init(&text, 1 << 20);
    CHECK_INT_EQ(
        ASSAY(&text, "run", "-b", "reference/strict", "-s", "SIG-12", "REV-01/good", "-o", dir), 0);
    buf_done(&text);
    REQUIRE(load_run(dir, &run));
    CHECK_UINT_EQ(count_verdict(&run, VERDICT_PASS), 2);
    run_record_done(&run);
}

TEST_SUITE(reference_boards, TEST(the_strict_board_gets_an_a_with_every_case_passed),
           TEST(the_insecure_board_gets_an_f_and_fails_every_s0_case),
           TEST(the_name_blind_board_fails_exactly_the_name_cases),
           TEST(the_date_blind_board_fails_exactly_the_date_cases),
           TEST(a_key_that_imitates_the_root_s_signs_no_ocsp_response));
