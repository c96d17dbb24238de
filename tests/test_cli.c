/* SPDX-License-Identifier: Apache-2.0 */
/* The program's commands, exit codes and messages, as users and their scripts rely on them. */
#include "assay_program.h"
#include "test_support.h"

#include <stdio.h>
#include <stdlib.h>
#include <poll.h>
#include <unistd.h>

struct call {
    const char *words[12]; /* ends with NULL */
    int code;
    const char *says;
};

static void check_calls(const struct call *calls, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct buf output;
        int code = 0;

        buf_init(&output, 8 << 20);
        code = assay(&output, calls[i].words);
        test_check(code == calls[i].code && strstr(buf_text(&output), calls[i].says) != NULL,
                   __FILE__, __LINE__, "assay %s %s: code %d (want %d), must say \"%s\":\n%.1500s",
                   calls[i].words[0], calls[i].words[1] != NULL ? calls[i].words[1] : "", code,
                   calls[i].code, calls[i].says, buf_text(&output));
        buf_done(&output);
    }
}

static void every_command_has_help(void)
{
    static const struct call calls[] = {
        {{"--help"}, 0, "usage: assay COMMAND"}, {{"--version"}, 0, "assay 0."},
        {{"run", "--help"}, 0, "--resume"},      {{"serve", "--help"}, 0, "--once"},
        {{"list", "--help"}, 0, "--json"},       {{"show", "--help"}, 0, "SCENARIO|BOARD"},
        {{"check", "--help"}, 0, "lint"},        {{"report", "--help"}, 0, "--format"},
        {{"explain", "--help"}, 0, "CASE"},      {{"judge", "--help"}, 0, "RUN-DIR"},
        {{"doctor", "--help"}, 0, "the mend"},
    };

    check_calls(calls, sizeof(calls) / sizeof(calls[0]));
}

static void what_does_not_exist_is_answered_with_what_does(void)
{
    static const struct call calls[] = {
        {{"fly"}, 2, "there are: run, serve"},
        {{"run"}, 2, "-b BOARD"},
        {{"run", "-b", "virtual/bearsll"}, 2, "virtual/bearssl"},
        {{"run", "-b", "virtual/bearssl", "-s", "PATH-1"}, 2, "PATH-01"},
        {{"run", "-b", "virtual/bearssl", "-s", "@cor"}, 2, "@core"},
        {{"run", "-b", "virtual/bearssl", "--time", "tomorrow"}, 2, "tomorrow"},
        {{"run", "-b", "virtual/bearssl", "--repeat", "0"}, 2, "--repeat"},
        {{"run", "--boards", "x"}, 2, "--boards"},
        {{"run", "--resume"}, 2, "-o DIR"},
        {{"run", "--shuffle", "1", "--seed", "2"}, 2, "the same seed"},
        {{"run", "--resume", "-o", "/nonexistent/run"}, 2, "/nonexistent/run"},
        {{"serve"}, 2, "list scenarios"},
        {{"serve", "PATH-*"}, 2, "one at a time"},
        {{"list", "everything"}, 2, "scenarios, suites"},
        {{"show", "PATH-99"}, 2, "PATH-9"},
        {{"report", "/nonexistent"}, 2, "/nonexistent/run.json"},
        {{"report", "/nonexistent", "--format", "pdf"}, 2, "html"},
        {{"explain", "/nonexistent", "PATH-01"}, 2, "/nonexistent/run.json"},
        {{"judge", "/nonexistent"}, 2, "/nonexistent/run.json"},
    };

    check_calls(calls, sizeof(calls) / sizeof(calls[0]));
}

static void lists_and_shows_what_there_is(void)
{
    static const struct call calls[] = {
        {{"list", "scenarios"}, 0, "PATH-01"},
        {{"list", "scenarios", "--json"}, 0, "\"id\":\"PATH-01\""},
        {{"list", "scenarios", "--json"}, 0, "\"flaws\":[\"self-signed-trusted\"]"},
        {{"list", "scenarios", "--json"}, 0, "\"not_served\":\""},
        {{"list", "suites"}, 0, "@core"},
        {{"list", "boards"}, 0, "reference/strict"},
        {{"list", "drivers"}, 0, "virtual"},
        {{"list", "faults"}, 0, "reset_after_tx"},
        {{"list", "faults"}, 0, "http.truncate_after"},
        {{"list", "faults"}, 0, "wwep.most_registers"},
        {{"list", "faults"}, 0, "slow-reading by=N"},
        {{"list", "faces"}, 0, "aws thing="},
        {{"list", "faces"}, 0, "method NAME [device=ID]"},
        {{"list", "faces"}, 0, "ClearBlade IoT Core"},
        {{"show", "TIME-01", "--server"}, 0, "\"not_after\":"},
        {{"show", "TIME-*", "--server"}, 2, "--server is about one"},
        {{"serve", "POS-01", "--fault", "slow"}, 2, "--fault: \"slow\" is no fault"},
        {{"show", "PATH-01"}, 0, "RFC 5280"},
        {{"show", "PATH-01"}, 0, "Flaws that it finds\n  self-signed-trusted"},
        {{"show", "TIME-01"}, 0, "Minimal pair"},
        {{"show", "CHAIN-04/same-name"}, 0, " ... (102 in all)\n"},
        {{"show", "CHAIN-04/same-name"}, 0, "    and 92 more\n"},
        {{"show", "virtual/bearssl"}, 0, "bearssl"},
        {{"check"}, 0, " 0 wrong"},
        {{"doctor"}, 0, "Nothing here would stop a run"},
    };

    check_calls(calls, sizeof(calls) / sizeof(calls[0]));
}

static void a_run_is_reported_explained_and_judged_again(void)
{
    const char *dir = test_path("run with a space");
    const char *copy = test_path("copy.xml");
    const struct call calls[] = {
        {{"run", "-b", "reference/date-blind", "-s", "TIME-01", "POS-01", "-o", dir}, 1, "TIME-01"},
        {{"report", dir, "--format", "markdown"}, 0, "| TIME-01 |"},
        {{"report", dir, "--format", "tap"}, 0, "not ok"},
        {{"report", dir, "--format", "sarif"}, 0, "\"ruleId\":\"TIME-01\""},
        {{"report", dir, "--format", "json"}, 0, "assay.run/1"},
        {{"report", dir, "--format", "html"}, 0, "<svg"},
        {{"report", dir, "--format", "junit", "-o", copy}, 0, ""},
        {{"explain", dir, "TIME-01"}, 0, "the case itself"},
        {{"explain", dir, "reference/date-blind", "POS-01"}, 0, "ClientHello"},
        {{"explain", dir, "PATH-01"}, 2, "no case PATH-01"},
        {{"judge", dir}, 1, "fail-leak"},
        {{"judge", dir}, 1, "fail-leak"},
    };

    check_calls(calls, sizeof(calls) / sizeof(calls[0]));
    CHECK(access(copy, R_OK) == 0);
}

static void waivers_and_expectations_decide_the_exit_code(void)
{
    const char *waive = test_file("waive.yaml", "waivers:\n  - {case: \"TIME-*\", until: "
                                                "2099-12-31, reason: no clock on this board}\n");
    const char *expect =
        test_file("expect.yaml", "expect:\n  - {case: TIME-01, verdict: fail-leak}\n");
    const char *wrong =
        test_file("wrong.yaml", "expect:\n  - {case: TIME-01, verdict: fail-accept}\n");
    const char *bad = test_file("bad.yaml", "waivers:\n  - {case: TIME-01}\n");
    const char *board = "reference/date-blind";
    const struct call calls[] = {
        {{"run", "-b", board, "-s", "TIME-01", "--waive", waive}, 0, "waived"},
        {{"run", "-b", board, "-s", "TIME-01", "--expect", expect}, 0, "fail-leak"},
        {{"run", "-b", board, "-s", "TIME-01", "--expect", wrong}, 1, "expected was fail-accept"},
        {{"run", "-b", board, "-s", "TIME-01", "--waive", bad}, 2, "bad.yaml:2: a waiver needs"},
        {{"run", "-b", board, "-s", "TIME-01", "--profile", "x"}, 2, "there are "},
    };

    check_calls(calls, sizeof(calls) / sizeof(calls[0]));
}

static void a_dry_run_tells_the_plan_and_runs_nothing(void)
{
    const char *profile = test_file("own.yaml", "name: own\ntitle: Our own\nrules:\n"
                                                "  - {cases: [NAME-01], not_applicable: no names}\n"
                                                "  - {cases: [TIME-01], severity: S4, why: x}\n");
    struct buf output;

    buf_init(&output, 1 << 20);
    CHECK_INT_EQ(ASSAY(&output, "run", "-b", "virtual/bearssl", "--dry-run", "--profile", profile,
                       "-s", "NAME-01", "TIME-01", "PATH-07", "-o", test_path("none")),
                 0);
    /* Two cases with different controls: each of them between two runs of its own. */
    CHECK_STR_CONTAINS(buf_text(&output), "virtual/bearssl: 3 cases (1 of them not applicable), "
                                          "6 connections, about ");
    CHECK_STR_CONTAINS(buf_text(&output), "between runs of POS-03: PATH-07\n");
    CHECK_STR_CONTAINS(buf_text(&output), "not applicable: NAME-01: profile own: no names\n");
    CHECK_STR_CONTAINS(buf_text(&output), "S4 instead of S1: TIME-01: x\n");
    CHECK(access(test_path("none"), F_OK) != 0);
    buf_done(&output);
}

static void a_dry_run_counts_what_brackets_need_and_no_connection_more(void)
{
    struct buf output;

    buf_init(&output, 1 << 20);
    CHECK_INT_EQ(ASSAY(&output, "run", "-b", "virtual/bearssl", "--dry-run", "-s", "NAME-01",
                       "PATH-07", "CH-01", "NAME-03", "PATH-09", "CHAIN-03", "-o",
                       test_path("none")),
                 0);
    /* Five servers; of each control one run more than it has cases; nothing for CH-01. */
    CHECK_STR_CONTAINS(buf_text(&output), "virtual/bearssl: 6 cases, 12 connections, about ");
    CHECK_STR_CONTAINS(buf_text(&output), "between runs of POS-01: NAME-01 NAME-03\n");
    CHECK_STR_CONTAINS(buf_text(&output), "between runs of POS-03: PATH-07 PATH-09 CHAIN-03\n");
    CHECK_STR_CONTAINS(buf_text(&output), "looking at all of these connections: CH-01\n");
    buf_clear(&output);
    CHECK_INT_EQ(ASSAY(&output, "run", "-b", "virtual/bearssl", "--dry-run", "-s", "NET-11/longest",
                       "-o", test_path("none")),
                 0);
    /* Four sizes: the largest, two halvings, and the control after each that is refused. */
    CHECK_STR_CONTAINS(buf_text(&output), "1 case, 3 connections (up to 5 more to measure), about");
    buf_done(&output);
}

static void who_begins_a_day_of_work_is_told_so(void)
{
    struct buf output;

    buf_init(&output, 1 << 20);
    CHECK_INT_EQ(ASSAY(&output, "run", "-b", "virtual/openssl", "--dry-run", "-s", "LONG-05", "-o",
                       test_path("none")),
                 0);
    CHECK_STR_CONTAINS(buf_text(&output), "1 case, 3 connections, about 24.0 h");
    buf_clear(&output);
    CHECK_INT_EQ(ASSAY(&output, "run", "-b", "virtual/openssl", "--dry-run", "-s", "LONG-05", "-o",
                       test_path("none"), "--soak", "30m"),
                 0);
    CHECK_STR_CONTAINS(buf_text(&output), "about 30 min");
    buf_clear(&output);
    CHECK_INT_EQ(ASSAY(&output, "run", "-b", "virtual/openssl", "--soak", "25h"), 2);
    CHECK_STR_CONTAINS(buf_text(&output), "from one second to a day");
    buf_done(&output);
}

static void only_boards_that_say_so_are_tried_with_staples(void)
{
    struct buf output;

    buf_init(&output, 1 << 20);
    CHECK_INT_EQ(ASSAY(&output, "run", "-b", "virtual/openssl", "reference/strict", "--dry-run",
                       "-s", "REV-01/revoked", "-o", test_path("none")),
                 0);
    CHECK_STR_CONTAINS(buf_text(&output), "virtual/openssl: 1 case (1 of them not applicable)");
    CHECK_STR_CONTAINS(buf_text(&output), "reference/strict: 1 case, ");
    buf_done(&output);
}

static void a_profile_changes_what_a_case_weighs_and_whether_it_applies(void)
{
    const char *profile = test_file("own.yaml", "name: own\ntitle: Our own\nrules:\n"
                                                "  - {cases: [NAME-01], not_applicable: no names}\n"
                                                "  - {cases: [TIME-01], severity: S4, why: x}\n");
    const char *dir = test_path("run");
    struct run_record run;
    struct buf output;

    buf_init(&output, 1 << 20);
    CHECK_INT_EQ(ASSAY(&output, "run", "-b", "reference/date-blind", "--profile", profile, "-s",
                       "NAME-01", "TIME-01", "-o", dir),
                 1);
    REQUIRE(load_run(dir, &run));
    REQUIRE(run.case_count == 2);
    CHECK_STR_EQ(run.profile, "own");
    for (size_t i = 0; i < run.case_count; i++) {
        const struct case_record *c = &run.cases[i];
        bool is_name = strcmp(c->id, "NAME-01") == 0;

        CHECK_INT_EQ(c->verdict, is_name ? VERDICT_NOT_APPLICABLE : VERDICT_FAIL_LEAK);
        CHECK_INT_EQ(c->severity, is_name ? SEVERITY_S0 : SEVERITY_S4);
    }
    /* An S4 failure caps nothing. */
    CHECK_UINT_EQ(run.boards[0].cap_count, 0);
    /* The severity is in the transcript: judging again comes to the same. */
    CHECK_INT_EQ(ASSAY(&output, "judge", dir), 1);
    run_record_done(&run);
    buf_done(&output);
}

static void a_run_is_told_under_the_names_of_device_advisor(void)
{
    const char *dir = test_path("run");
    struct buf output;

    buf_init(&output, 1 << 20);
    CHECK_INT_EQ(ASSAY(&output, "run", "-b", "virtual/bearssl", "reference/date-blind", "-s",
                       "TIME-01", "NAME-01", "CH-04", "-o", dir),
                 1);
    buf_clear(&output);
    CHECK_INT_EQ(ASSAY(&output, "report", dir, "--format", "device-advisor"), 0);
    /* BearSSL refuses without an alert: a warning where Device Advisor wants one, and only there.
     */
    CHECK_STR_CONTAINS(
        buf_text(&output),
        "TLS_Incorrect_Subject_Name_Server_Cert                PASS               NAME-01: ");
    CHECK_STR_CONTAINS(
        buf_text(&output),
        "TLS_Expired_Server_Cert                               PASS_WITH_WARNINGS TIME-01: ");
    CHECK_STR_CONTAINS(
        buf_text(&output),
        "TLS_Expired_Server_Cert                               FAIL               TIME-01: ");
    CHECK_STR_CONTAINS(buf_text(&output),
                       "TLS_Connect                                           NOT_RUN  "
                       "          POS-02 is not in this run\n");
    /* A good suite is not enough: whether bad ones are offered was not looked at. */
    CHECK_STR_CONTAINS(buf_text(&output),
                       "TLS_Support_AWS_IoT_Cipher_Suites                     NOT_RUN "
                       "           CH-02 is not in this run\n");
    buf_done(&output);
}

static void check_tells_the_kinds_of_files_apart(void)
{
    const char *waive = test_file("waive.yaml", "waivers:\n  - {case: TIME-01}\n");
    const char *expect = test_file("expect.yaml", "expect:\n  - {case: TIME-01, verdict: ok}\n");
    const char *rules = test_file("rules.yaml", "name: n\ntitle: t\nrules:\n"
                                                "  - {cases: [TIMES-01], not_applicable: x}\n");
    const char *good = test_file("good.yaml", "name: n\ntitle: t\nrules:\n"
                                              "  - {cases: [TIME-01], not_applicable: x}\n");
    const struct call calls[] = {
        {{"check", waive}, 2, "waive.yaml:2: a waiver needs a reason"},
        {{"check", expect}, 2, "expect.yaml:2: verdict takes one of"},
        {{"check", rules}, 2, "rules.yaml:4: cases: no scenario is called \"TIMES-01\""},
        {{"check", good}, 0, "1 checked, 0 wrong"},
        {{"check", "nothing.yaml"}, 2, "nothing.yaml"},
    };

    check_calls(calls, sizeof(calls) / sizeof(calls[0]));
}

static void a_board_in_use_gives_exit_code_4_and_names_its_holder(void)
{
    const char *board = test_file("slow.yaml", "id: test/slow\nname: slow\ndriver: process\n"
                                               "process: {command: [sleep, \"20\"], "
                                               "timeout_ms: 15000}\n");
    const char *const first[] = {"run", "-b", board, "-s", "POS-01", "-o", test_path("one"), NULL};
    struct exec_child child;
    struct buf output;
    struct deadline deadline = deadline_in_ms(10000);

    REQUIRE_OK(assay_start(first, &child));
    /* The lock is taken before the run's folder is made. */
    while (access(test_path("one/run.db"), F_OK) != 0 && !deadline_passed(&deadline))
        poll(&(struct pollfd){.fd = child.pid_fd, .events = POLLIN}, 1, 2);
    buf_init(&output, 1 << 20);
    CHECK_INT_EQ(ASSAY(&output, "run", "-b", board, "-s", "POS-01", "-o", test_path("two")), 4);
    CHECK_STR_CONTAINS(buf_text(&output), "test/slow is in use by process");
    buf_done(&output);
    exec_kill(&child, 2000);
}

TEST_SUITE(cli, TEST(every_command_has_help), TEST(what_does_not_exist_is_answered_with_what_does),
           TEST(lists_and_shows_what_there_is), TEST(a_run_is_reported_explained_and_judged_again),
           TEST(waivers_and_expectations_decide_the_exit_code),
           TEST(a_dry_run_tells_the_plan_and_runs_nothing),
           TEST(who_begins_a_day_of_work_is_told_so),
           TEST(a_dry_run_counts_what_brackets_need_and_no_connection_more),
           TEST(only_boards_that_say_so_are_tried_with_staples),
           TEST(a_profile_changes_what_a_case_weighs_and_whether_it_applies),
           TEST(a_run_is_told_under_the_names_of_device_advisor),
           TEST(check_tells_the_kinds_of_files_apart),
           TEST(a_board_in_use_gives_exit_code_4_and_names_its_holder));
