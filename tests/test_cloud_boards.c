/* SPDX-License-Identifier: Apache-2.0 */
/* Boards that speak a cloud's own services, before the face of it. */
#include "assay_program.h"
#include "test_support.h"

static bool run_board(const char *board, int want, struct run_record *ret)
{
    const char *dir = test_path("run");
    struct buf text;
    int code = 0;

    buf_init(&text, 1 << 20);
    code = ASSAY(&text, "run", "-b", board, "-s", "MQ-44/*", "MQ-45", "-o", dir);
    test_check(code == want, __FILE__, __LINE__, "exit code %d, want %d:\n%s", code, want,
               buf_text(&text));
    buf_done(&text);
    return load_run(dir, ret);
}

static void check_case(const struct run_record *run, const char *id, enum verdict want,
                       const char *reason)
{
    const struct case_record *c = find_case(run, id);

    if (!CHECK(c != NULL))
        return;
    CHECK_STR_EQ(verdict_name(c->verdict), verdict_name(want));
    CHECK_STR_CONTAINS(c->reason, reason);
}

static void a_device_of_aws_reports_follows_and_does_its_job(void)
{
    struct run_record run;

    REQUIRE(run_board("local/node-aws", 0, &run));
    check_case(&run, "MQ-44/reported", VERDICT_PASS, "reported its state to its shadow");
    check_case(&run, "MQ-44/desired", VERDICT_PASS, "reported the state that was desired");
    check_case(&run, "MQ-45", VERDICT_PASS, "began the job and reported SUCCEEDED");
    run_record_done(&run);
}

static void one_that_does_not_listen_fails_what_it_should_have_heard(void)
{
    struct run_record run;

    REQUIRE(run_board("local/node-aws-deaf", 1, &run));
    check_case(&run, "MQ-44/reported", VERDICT_PASS, "");
    check_case(&run, "MQ-44/desired", VERDICT_FAIL_BEHAVIOUR, "did not subscribe");
    check_case(&run, "MQ-45", VERDICT_FAIL_BEHAVIOUR, "nor asked for jobs");
    run_record_done(&run);
}

static void one_that_reports_nothing_by_itself_is_found(void)
{
    struct run_record run;

    REQUIRE(run_board("local/node-aws-mute", 1, &run));
    check_case(&run, "MQ-44/reported", VERDICT_FAIL_BEHAVIOUR, "reported no state");
    check_case(&run, "MQ-44/desired", VERDICT_PASS, "");
    run_record_done(&run);
}

/* A board that knows nothing of AWS owes it nothing. */
static void other_boards_are_not_tried(void)
{
    struct run_record run;

    REQUIRE(run_board("local/node-tls", 3, &run)); /* nothing applies: no grade */
    check_case(&run, "MQ-45", VERDICT_NOT_APPLICABLE, "lacks cloud aws");
    run_record_done(&run);
}

TEST_SUITE(cloud_boards, TEST(a_device_of_aws_reports_follows_and_does_its_job),
           TEST(one_that_does_not_listen_fails_what_it_should_have_heard),
           TEST(one_that_reports_nothing_by_itself_is_found), TEST(other_boards_are_not_tried));
