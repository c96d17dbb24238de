/* SPDX-License-Identifier: Apache-2.0 */
/* The emulated board through the core suite, and with a clock, a line and company of its own. */
#include "assay_program.h"
#include "test_support.h"

#include <grp.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

static void run_here(int code, const char *dir, const char *const *words)
{
    const char *all[32] = {"run", "-o", dir};
    size_t count = 3;
    struct buf output;
    int got = 0;

    for (; *words != NULL && count + 1 < 32; words++)
        all[count++] = *words;
    buf_init(&output, 4 << 20);
    got = assay(&output, all);
    test_check(got == code, __FILE__, __LINE__, "exit code %d, want %d:\n%.3000s", got, code,
               buf_text(&output));
    buf_done(&output);
}

#define RUN(code, dir, ...) run_here((code), (dir), (const char *const[]){__VA_ARGS__, NULL})

static void read_file(const char *name, struct buf *out)
{
    char piece[4096];
    size_t got = 0;
    FILE *file = fopen(test_path(name), "re");

    test_check(file != NULL, __FILE__, __LINE__, "no %s", name);
    while (file != NULL && (got = fread(piece, 1, sizeof(piece), file)) > 0)
        CHECK_OK(buf_add(out, piece, got));
    if (file != NULL)
        fclose(file);
}

static void check_file_says(const char *name, const char *const *says, size_t count)
{
    struct buf text;

    buf_init(&text, 64 << 20);
    read_file(name, &text);
    for (size_t i = 0; i < count; i++)
        test_check(strstr(buf_text(&text), says[i]) != NULL, __FILE__, __LINE__, "%s: no %s", name,
                   says[i]);
    buf_done(&text);
}

/* The same stack as a program of this machine and on the microcontroller: the same verdicts. */
static void the_core_suite_is_graded_as_on_the_virtual_board(void)
{
    static const char *const way[] = {"\"dns.query\"", "\"peer\":\"127.0.0.1", "\"sntp.reply\"",
                                      "lease 10.0.2.15", "\"local_port\":8883"};
    static const char *const page[] = {"cortex-m3-bearssl.bin was written and verified",
                                       "svg class=\"timeline\"", "the boot loader answers",
                                       "broker.bench.test A? from 198.18.0.1"};
    struct run_record run;
    size_t compared = 0;

    RUN(1, test_path("run"), "-j", "2", "-b", "emulated/cortex-m3", "virtual/bearssl", "-s",
        "@core");
    REQUIRE(load_run(test_path("run"), &run));
    REQUIRE(run.board_count == 2);
    CHECK_STR_EQ(run.boards[0].grade, run.boards[1].grade);
    CHECK_STR_EQ(run.boards[0].flash_result, "written");
    for (size_t i = 0; i < run.case_count; i++)
        for (size_t k = i + 1; k < run.case_count; k++)
            if (strcmp(run.cases[i].id, run.cases[k].id) == 0) {
                compared++;
                test_check(run.cases[i].verdict == run.cases[k].verdict, __FILE__, __LINE__,
                           "%s: %s and %s", run.cases[i].id, verdict_name(run.cases[i].verdict),
                           verdict_name(run.cases[k].verdict));
            }
    CHECK_UINT_EQ(compared, run.case_count / 2);
    run_record_done(&run);
    check_file_says("run/cases/emulated/cortex-m3/POS-01/transcript.jsonl", way,
                    sizeof(way) / sizeof(way[0]));
    check_file_says("run/report.html", page, sizeof(page) / sizeof(page[0]));
}

/* ---- the board's time ------------------------------------------------------------------------ */

#define FACTS(id)                                                                                  \
    "scenario{id = '" id "', group = 'acme', title = 'x', category = 'time', severity = 'S1', "    \
    "server = 'x', why = 'y', good = 'z', bad = 'b', spec = {'RFC 1'},\n"
#define CHANGE(id, expect, change, differs)                                                        \
    FACTS(id)                                                                                      \
    " expect = '" expect "', alerts = {'bad_certificate'}, control = 'ACME-01', change = {" change \
    "}, differs = {" differs "}}"                                                                  \
    "\n"

/* Certificates are good for 90 days to both sides of the scenario's time. */
static const char scenarios[] = "-- SPDX-License-Identifier: Apache-2.0\n" FACTS(
    "ACME-01") " expect = 'accept', control = 'ACME-01', description = {host = "
               "'broker.bench.test',\n"
               " certs = {leaf = {recipe = 'leaf', issuer = 'bench-root', not_before = '-90d', "
               "not_after = "
               "'+90d'}}}}\n" CHANGE("ACME-01/early", "refuse", "board_time = '-200d'",
                                     "'board_time'")
                   CHANGE("ACME-01/late", "refuse", "board_time = '+200d'", "'board_time'")
                       CHANGE("ACME-01/epoch", "refuse", "board_time = '1970-01-01T00:00:05Z'",
                              "'board_time'")
                           CHANGE("ACME-01/fooled", "refuse",
                                  "board_time = '-10d', certs = {leaf = {not_after = '-1d'}}",
                                  "'board_time', 'certs.leaf.not_after'");

static void use_scenarios(const char *text)
{
    CHECK(mkdir(test_path("data"), 0755) == 0 && mkdir(test_path("data/scenarios"), 0755) == 0 &&
          mkdir(test_path("data/scenarios/acme"), 0755) == 0);
    CHECK(symlink(ASSAY_SOURCE_DIR "/boards", test_path("data/boards")) == 0);
    (void)test_file("data/scenarios/acme/ACME-01-times.lua", text);
    CHECK(setenv("ASSAY_DATA_DIR", test_path("data"), 1) == 0);
}

/*
 * Too early, too late, the epoch: it refuses a good server. Turned back to when a certificate that
 * has expired was good: it is fooled. The attempts between have the right time again.
 */
static void a_board_that_trusts_sntp_lives_in_the_time_that_it_is_told(void)
{
    struct run_record run;

    use_scenarios(scenarios);
    RUN(1, test_path("run"), "-b", "emulated/cortex-m3", "-s", "ACME-*");
    REQUIRE(load_run(test_path("run"), &run));
    CHECK_UINT_EQ(run.case_count, 5);
    for (size_t i = 0; i < run.case_count; i++) {
        const struct case_record *c = &run.cases[i];
        bool is_fooled = strcmp(c->id, "ACME-01/fooled") == 0;

        test_check(verdict_is_fail(c->verdict) == is_fooled, __FILE__, __LINE__, "%s: %s: %s",
                   c->id, verdict_name(c->verdict), c->reason);
        test_check(c->verdict != VERDICT_INCONCLUSIVE, __FILE__, __LINE__, "%s: %s", c->id,
                   c->reason);
    }
    run_record_done(&run);
}

/* ---- the line -------------------------------------------------------------------------------- */

static const char *board_with(const char *name, const char *fault)
{
    char text[512];
    char file[64];

    snprintf(text, sizeof(text),
             "id: test/%s\nname: x\nparent: emulated/cortex-m3\ntimeouts: {ready_ms: 3000, "
             "connect_ms: 5000}\n%s%s%s",
             name, fault != NULL ? "emulated: {args: [--fault, \"" : "", fault != NULL ? fault : "",
             fault != NULL ? "\"]}\n" : "");
    snprintf(file, sizeof(file), "%s.yaml", name);
    return test_file(file, text);
}

/*
 * Cases in which the board has to refuse. (That it accepted a server stands also without its line:
 * the servers saw it.)
 */
static void check_unplugged(const char *fault, const char *dir)
{
    struct run_record run;

    RUN(3, test_path(dir), "-b", board_with("line", fault), "-s", "TIME-01");
    REQUIRE(load_run(test_path(dir), &run));
    CHECK_UINT_EQ(run.case_count, 1);
    for (size_t i = 0; i < run.case_count; i++) {
        const struct case_record *c = &run.cases[i];

        test_check(c->verdict == VERDICT_INCONCLUSIVE && c->cause == CAUSE_ENUMERATE, __FILE__,
                   __LINE__, "%s, %s: %s, cause %s: %s", fault, c->id, verdict_name(c->verdict),
                   cause_name(c->cause), c->reason);
    }
    run_record_done(&run);
}

static void a_cable_that_is_pulled_is_named_and_nothing_passes(void)
{
    struct buf output;

    buf_init(&output, 1 << 20);
    CHECK_INT_EQ(ASSAY(&output, "flash", board_with("line", NULL)), 0);
    buf_done(&output);
    check_unplugged("unplug@!0 re", "boot");
    check_unplugged("unplug@phase tls", "connect");
    RUN(0, test_path("after"), "-b", board_with("line", NULL), "-s", "POS-01", "TIME-01");
}

static void two_boards_at_once_have_each_their_own(void)
{
    struct run_record run;

    RUN(0, test_path("run"), "-j", "2", "-b", board_with("one", NULL), board_with("two", NULL),
        "-s", "POS-01", "NAME-01");
    REQUIRE(load_run(test_path("run"), &run));
    CHECK_UINT_EQ(run.case_count, 4);
    CHECK_UINT_EQ(count_verdict(&run, VERDICT_PASS) + count_verdict(&run, VERDICT_PASS_SOFT), 4);
    CHECK_STR_EQ(run.boards[0].flash_result, "written");
    CHECK_STR_EQ(run.boards[1].flash_result, "written");
    run_record_done(&run);
}

/* ---- an ordinary user ------------------------------------------------------------------------ */

static void an_ordinary_user_can_do_all_of_it(void)
{
    enum { NOBODY = 65534 };
    struct run_record run;
    struct stat st = {0};

    if (geteuid() == 0) {
        CHECK(chown(test_directory(), NOBODY, NOBODY) == 0);
        CHECK(setgroups(0, NULL) == 0 && setresgid(NOBODY, NOBODY, NOBODY) == 0 &&
              setresuid(NOBODY, NOBODY, NOBODY) == 0);
    }
    CHECK(geteuid() != 0);
    RUN(0, test_path("run"), "-b", "emulated/cortex-m3", "-s", "POS-01", "NAME-01", "--network",
        "isolated");
    REQUIRE(load_run(test_path("run"), &run));
    CHECK_STR_EQ(run.boards[0].flash_result, "written");
    run_record_done(&run);
    CHECK(stat(test_path("run/cases/emulated/cortex-m3/POS-01/transcript.jsonl"), &st) == 0);
    CHECK_UINT_EQ(st.st_uid, geteuid());
}

TEST_SUITE(emulated_suite, TEST(the_core_suite_is_graded_as_on_the_virtual_board),
           TEST(a_board_that_trusts_sntp_lives_in_the_time_that_it_is_told),
           TEST(a_cable_that_is_pulled_is_named_and_nothing_passes),
           TEST(two_boards_at_once_have_each_their_own), TEST(an_ordinary_user_can_do_all_of_it));
