/* SPDX-License-Identifier: Apache-2.0 */
/* Boards that are not there, or not all the time: nothing passes, and the cause is named. */
#include "assay_program.h"
#include "test_support.h"

#include <stdio.h>

/* What every such run must look like: exit code 3, no case passed, the cause on each. */
static void check_run(const char *board, const char *cause, const char *says)
{
    const char *dir = test_path("run");
    struct run_record run;
    struct buf output;
    int code = 0;
    size_t saying = 0;

    buf_init(&output, 1 << 20);
    code = ASSAY(&output, "run", "-b", board, "-s", "@core", "-o", dir);
    test_check(code == 3, __FILE__, __LINE__, "exit code %d, want 3:\n%s", code, buf_text(&output));
    buf_done(&output);
    REQUIRE(load_run(dir, &run));
    CHECK_UINT_EQ(run.case_count, 24);
    CHECK_UINT_EQ(count_verdict(&run, VERDICT_PASS) + count_verdict(&run, VERDICT_PASS_SOFT), 0);
    for (size_t i = 0; i < run.case_count; i++) {
        const struct case_record *c = &run.cases[i];

        test_check(c->verdict == VERDICT_INCONCLUSIVE, __FILE__, __LINE__, "%s: %s: %s", c->id,
                   verdict_name(c->verdict), c->reason);
        test_check(strcmp(cause_name(c->cause), cause) == 0, __FILE__, __LINE__,
                   "%s: cause \"%s\", want \"%s\": %s", c->id, cause_name(c->cause), cause,
                   c->reason);
        saying += strstr(c->reason, says) != NULL;
    }
    test_check(saying > 0, __FILE__, __LINE__, "no reason says \"%s\"; the first: %s", says,
               run.case_count > 0 ? run.cases[0].reason : "");
    CHECK_STR_EQ(run.boards[0].grade, "U");
    run_record_done(&run);
}

static const char *virtual_board(const char *fault)
{
    char text[512];

    snprintf(text, sizeof(text),
             "id: test/faulty\nname: a board with a fault\ndriver: virtual\n"
             "virtual:\n  program: assay-board-openssl\n  args: [--fault, \"%s\"]\n"
             "timeouts: {ready_ms: 700, connect_ms: 700}\n",
             fault);
    return test_file("faulty.yaml", text);
}

static const char *process_board(const char *command)
{
    char text[512];

    snprintf(text, sizeof(text),
             "id: test/process\nname: a program that is no good\ndriver: process\n"
             "process:\n  command: %s\n  timeout_ms: 700\n",
             command);
    return test_file("process.yaml", text);
}

static void a_board_that_is_off(void)
{
    check_run(virtual_board("never-ready"), "boot", "");
}

static void a_board_that_crashes_at_start(void)
{
    check_run(virtual_board("crash-at-start"), "boot", "");
}

static void a_board_that_hangs(void)
{
    check_run(virtual_board("hang-on-connect"), "boot", "");
}

static void a_board_that_exits_when_told_to_connect(void)
{
    check_run(virtual_board("exit-on-connect"), "boot", "");
}

static void a_board_that_cannot_resolve(void)
{
    check_run(virtual_board("cannot-resolve"), "network", "resolve");
}

static void a_board_that_refuses_every_server(void)
{
    check_run(virtual_board("refuse-all"), "tls", "POS-01");
}

static void a_program_that_does_not_exist(void)
{
    check_run(process_board("[/nonexistent/client, \"{host}\"]"), "boot", "/nonexistent/client");
}

static void a_program_that_never_connects(void)
{
    check_run(process_board("[sleep, \"60\"]"), "boot", "neither connected nor answered");
}

static void a_program_that_ends_without_connecting(void)
{
    check_run(process_board("[\"true\"]"), "network", "opened no connection");
}

/* The serial line goes away halfway: what came before stands, nothing after it passes. */
static void a_board_that_loses_its_link_halfway(void)
{
    const char *dir = test_path("run");
    const char *board = virtual_board("drop-link:9");
    struct run_record run;
    struct buf output;
    size_t index = 0;

    buf_init(&output, 1 << 20);
    CHECK_INT_EQ(ASSAY(&output, "run", "-b", board, "-s", "@core", "-o", dir), 3);
    buf_done(&output);
    REQUIRE(load_run(dir, &run));
    CHECK_UINT_EQ(run.case_count, 24);
    while (index < run.case_count && run.cases[index].verdict == VERDICT_PASS)
        index++;
    test_check(index < run.case_count, __FILE__, __LINE__, "the lost link was not noticed");
    for (size_t i = 0; i < run.case_count; i++) {
        const struct case_record *c = &run.cases[i];

        test_check(c->verdict == VERDICT_PASS || c->verdict == VERDICT_INCONCLUSIVE, __FILE__,
                   __LINE__, "%s: %s: %s", c->id, verdict_name(c->verdict), c->reason);
        if (c->verdict == VERDICT_INCONCLUSIVE)
            CHECK_STR_EQ(cause_name(c->cause), "boot");
    }
    run_record_done(&run);
}

/* It says that it asks for the time, and nothing more: there it hangs, and nobody else. */
static void a_board_that_hangs_before_tls_where_the_case_is_about_that(void)
{
    const char *dir = test_path("run");
    const char *board =
        test_file("patient.yaml", "id: test/patient\nname: a board that waits for the time\n"
                                  "driver: virtual\n"
                                  "virtual:\n  program: assay-board-openssl\n"
                                  "  args: [--flaw, sntp-patience-endless]\n");
    struct run_record run;
    struct buf output;

    buf_init(&output, 1 << 20);
    CHECK_INT_EQ(ASSAY(&output, "run", "-b", board, "-s", "CLK-16", "-o", dir), 1);
    buf_done(&output);
    REQUIRE(load_run(dir, &run));
    REQUIRE(run.case_count == 1);
    CHECK_STR_EQ(verdict_name(run.cases[0].verdict), "fail-hang");
    run_record_done(&run);
}

TEST_SUITE(absent_boards, TEST(a_board_that_is_off), TEST(a_board_that_crashes_at_start),
           TEST(a_board_that_hangs), TEST(a_board_that_exits_when_told_to_connect),
           TEST(a_board_that_cannot_resolve), TEST(a_board_that_refuses_every_server),
           TEST(a_program_that_does_not_exist), TEST(a_program_that_never_connects),
           TEST(a_program_that_ends_without_connecting), TEST(a_board_that_loses_its_link_halfway),
           TEST(a_board_that_hangs_before_tls_where_the_case_is_about_that));
