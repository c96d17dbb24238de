/* SPDX-License-Identifier: Apache-2.0 */
/* Runs that are killed, interrupted, or whose disk gives out: nothing is lost, nothing runs twice.
 */
#include "assay_program.h"
#include "test_support.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { CORE_CASES = 24, KILL_AFTER = 7, WAIT_MS = 30000 };

static const char *const core_run[] = {"run", "-b", "virtual/openssl", "-s", "@core", "-o", NULL};

/* Wait until the program has reported `cases` cases on its output. */
static size_t wait_for_cases(const struct exec_child *child, size_t cases)
{
    struct deadline deadline = deadline_in_ms(WAIT_MS);
    size_t seen = 0;

    while (seen < cases) {
        struct pollfd fd = {.fd = child->stderr_fd, .events = POLLIN};
        char piece[4096];
        ssize_t n = 0;

        if (poll(&fd, 1, deadline_left_ms(&deadline)) <= 0)
            break;
        n = read(child->stderr_fd, piece, sizeof(piece));
        if (n <= 0)
            break;
        for (ssize_t i = 0; i < n; i++)
            seen += piece[i] == '['; /* "[3/24] ..." */
    }
    return seen;
}

static void reap(struct exec_child *child, struct exec_outcome *outcome)
{
    struct pollfd fd = {.fd = child->pid_fd, .events = POLLIN};

    CHECK(poll(&fd, 1, WAIT_MS) == 1);
    CHECK_OK(exec_reap(child, outcome));
}

/* When each transcript was written, as one text: "id mtime" a line. */
static void note_times(const char *dir, const struct run_record *run, struct buf *out)
{
    for (size_t i = 0; i < run->case_count; i++) {
        char path[4096];
        struct stat st;

        snprintf(path, sizeof(path), "%s/%s", dir, run->cases[i].transcript);
        if (stat(path, &st) == 0)
            CHECK_OK(buf_printf(out, "%s %lld.%09ld\n", run->cases[i].id,
                                (long long)st.st_mtim.tv_sec, st.st_mtim.tv_nsec));
    }
}

static void check_each_case_once(const char *dir)
{
    struct run_record run;

    REQUIRE(load_run(dir, &run));
    CHECK_UINT_EQ(run.case_count, CORE_CASES);
    CHECK_UINT_EQ(count_verdict(&run, VERDICT_PASS), CORE_CASES);
    for (size_t i = 0; i < run.case_count; i++)
        for (size_t k = i + 1; k < run.case_count; k++)
            CHECK(strcmp(run.cases[i].id, run.cases[k].id) != 0);
    run_record_done(&run);
}

/* Start the core suite and end it by a signal after some cases. */
static void break_off(const char *dir, int number, struct exec_outcome *outcome)
{
    const char *words[sizeof(core_run) / sizeof(core_run[0]) + 1];
    struct exec_child child;

    memcpy(words, core_run, sizeof(core_run));
    words[sizeof(core_run) / sizeof(core_run[0]) - 1] = dir;
    words[sizeof(core_run) / sizeof(core_run[0])] = NULL;
    REQUIRE_OK(assay_start(words, &child));
    CHECK(wait_for_cases(&child, KILL_AFTER) >= KILL_AFTER);
    kill(child.pid, number);
    reap(&child, outcome);
}

static void resume_and_check(const char *dir)
{
    struct buf output;
    int code = 0;

    buf_init(&output, 1 << 20);
    code = ASSAY(&output, "run", "--resume", "-o", dir);
    test_check(code == 0, __FILE__, __LINE__, "exit code %d:\n%s", code, buf_text(&output));
    buf_done(&output);
    check_each_case_once(dir);
}

static void a_killed_run_is_resumed_without_losing_or_repeating_a_case(void)
{
    const char *dir = test_path("run");
    struct exec_outcome outcome = {.code = 0};
    struct run_record before;
    struct run_record after;
    struct buf times;
    struct buf times_after;
    struct buf output;

    break_off(dir, SIGKILL, &outcome);
    CHECK(outcome.signalled);
    CHECK(access(test_path("run/run.json"), F_OK) != 0);
    buf_init(&times, 1 << 20);
    buf_init(&times_after, 1 << 20);
    buf_init(&output, 1 << 20);
    /* What was committed is found again, and left alone. */
    resume_and_check(dir);
    REQUIRE(load_run(dir, &before));
    note_times(dir, &before, &times);
    CHECK_INT_EQ(ASSAY(&output, "run", "--resume", "-o", dir), 0);
    REQUIRE(load_run(dir, &after));
    note_times(dir, &after, &times_after);
    CHECK_STR_EQ(buf_text(&times_after), buf_text(&times));
    run_record_done(&before);
    run_record_done(&after);
    buf_done(&times);
    buf_done(&times_after);
    buf_done(&output);
}

static void an_interrupted_run_keeps_its_results_and_says_130(void)
{
    const char *dir = test_path("run");
    struct exec_outcome outcome = {.code = 0};
    struct run_record run;

    break_off(dir, SIGINT, &outcome);
    CHECK(!outcome.signalled);
    CHECK_INT_EQ(outcome.code, 130);
    REQUIRE(load_run(dir, &run));
    CHECK(run.interrupted);
    CHECK(run.case_count >= KILL_AFTER && run.case_count < CORE_CASES);
    CHECK_UINT_EQ(count_verdict(&run, VERDICT_PASS), run.case_count);
    run_record_done(&run);
    resume_and_check(dir);
}

/* Run the words in an unprivileged namespace with a file system of its own at ./disk. */
static int run_on_disk(const char *mount_options, const char *script, struct buf *output)
{
    char bench[4096];
    char command[4096];
    const char *argv[] = {"unshare", "-Urm", "sh", "-c", command, NULL};
    const char *env[] = {bench, NULL};
    struct exec_spec spec = exec_spec_default();
    struct exec_outcome outcome = {.code = -1};
    struct assay_error err = {.text = ""};

    snprintf(bench, sizeof(bench), "ASSAY_BENCH_DIR=%s/bench", test_directory());
    snprintf(command, sizeof(command), "mkdir -p disk && mount -t tmpfs -o %s none disk && %s",
             mount_options, script);
    spec.argv = argv;
    spec.env = env;
    spec.directory = test_directory();
    CHECK_OK(exec_run(&spec, deadline_in_ms(WAIT_MS), output, &outcome, &err));
    return outcome.signalled ? -1 : outcome.code;
}

static void a_full_disk_names_the_file_and_keeps_the_results(void)
{
    struct buf output;
    int code = 0;

    buf_init(&output, 1 << 20);
    /* The results so far are counted inside the namespace, where the disk still exists. */
    code = run_on_disk("size=900k",
                       "{ " ASSAY_PROGRAM " run -b virtual/openssl -s @core -o disk/run; "
                       "echo \"code $?\"; rm -rf disk/run/cases; " ASSAY_PROGRAM
                       " run --resume -o disk/run; echo \"then $?\"; }",
                       &output);
    CHECK_INT_EQ(code, 0);
    CHECK_STR_CONTAINS(buf_text(&output), "No space left on device");
    CHECK_STR_CONTAINS(buf_text(&output), "disk/run");
    CHECK_STR_CONTAINS(buf_text(&output), "code 3");
    /* With room again it goes on after the last committed case: the first ones are not repeated. */
    const char *second = strstr(buf_text(&output), "code 3");

    CHECK_STR_CONTAINS(buf_text(&output), "virtual/openssl POS-01 ");
    CHECK(second != NULL && strstr(second, "virtual/openssl POS-01 ") == NULL);
    CHECK(second != NULL && strstr(second, "] virtual/openssl ") != NULL);
    buf_done(&output);
}

static void a_read_only_folder_is_named(void)
{
    struct buf output;
    int code = 0;

    buf_init(&output, 1 << 20);
    code =
        run_on_disk("ro", ASSAY_PROGRAM " run -b virtual/openssl -s POS-01 -o disk/run", &output);
    test_check(code == 3, __FILE__, __LINE__, "exit code %d:\n%s", code, buf_text(&output));
    CHECK_STR_CONTAINS(buf_text(&output), "disk/run");
    CHECK_STR_CONTAINS(buf_text(&output), "Read-only file system");
    buf_done(&output);
}

static void a_folder_with_a_run_in_it_is_not_overwritten(void)
{
    const char *dir = test_path("run");
    struct buf output;

    buf_init(&output, 1 << 20);
    CHECK_INT_EQ(ASSAY(&output, "run", "-b", "virtual/openssl", "-s", "POS-01", "-o", dir), 0);
    CHECK_INT_EQ(ASSAY(&output, "run", "-b", "virtual/openssl", "-s", "POS-01", "-o", dir), 2);
    CHECK_STR_CONTAINS(buf_text(&output), "--resume");
    buf_done(&output);
}

TEST_SUITE(resume, TEST(a_killed_run_is_resumed_without_losing_or_repeating_a_case),
           TEST(an_interrupted_run_keeps_its_results_and_says_130),
           TEST(a_full_disk_names_the_file_and_keeps_the_results),
           TEST(a_read_only_folder_is_named), TEST(a_folder_with_a_run_in_it_is_not_overwritten));
