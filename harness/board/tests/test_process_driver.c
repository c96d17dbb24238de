/* SPDX-License-Identifier: Apache-2.0 */
/* The process driver with programs that every machine has. */
#include "board_bench.h"

#include "base/deadline.h"
#include "base/event_kinds.h"
#include "test_support.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define BOARD(command) "id: test/it\ndriver: process\nprocess:\n  command: [" command "]\n"
#define SHELL(script)  BOARD("sh, -c, '" script "'")

static void an_exit_of_zero_is_a_success(void)
{
    struct board_bench b;

    if (bench_open(&b, BOARD("echo, one, \"{topic}\""), NULL) && bench_attempt(&b)) {
        const struct event *line = bench_event(&b, EV_BOARD_LINE, 0);
        const struct event *result = bench_event(&b, EV_BOARD_RESULT, 0);

        CHECK_INT_EQ(b.outcome.cause, CAUSE_NONE);
        CHECK(b.outcome.has_result && b.outcome.ok && !b.outcome.timed_out);
        CHECK(b.outcome.connect_ns > 0);
        CHECK_STR_EQ(event_get_text(line, "text"), "one bench/topic");
        CHECK_STR_EQ(event_get_text(line, "stream"), "stdout");
        CHECK_STR_EQ(event_get_text(line, "dir"), "rx");
        CHECK(event_get_bool(result, "ok"));
        CHECK_INT_EQ(event_get_int(bench_event(&b, EV_BOARD_EXIT, 0), "status", -1), 0);
        CHECK_STR_EQ(event_get_text(bench_event(&b, EV_BOARD_COMMAND, 0), "text"),
                     "echo one bench/topic");
    }
    bench_done(&b);
}

static void any_other_exit_is_a_failure_in_the_programs_own_words(void)
{
    struct board_bench b;

    if (bench_open(&b, SHELL("echo out; echo first >&2; echo bad certificate >&2; exit 7"), NULL) &&
        bench_attempt(&b)) {
        const struct event *result = bench_event(&b, EV_BOARD_RESULT, 0);

        CHECK_INT_EQ(b.outcome.cause, CAUSE_NONE);
        CHECK(b.outcome.has_result && !b.outcome.ok);
        CHECK(!event_get_bool(result, "ok"));
        CHECK_INT_EQ(event_get_int(result, "code", -1), 7);
        CHECK_STR_EQ(event_get_text(result, "text"), "bad certificate");
    }
    bench_done(&b);
}

static void a_missing_program_is_a_board_that_does_not_start(void)
{
    struct board_bench b;
    struct assay_error err = {.text = ""};

    if (bench_open(&b, BOARD("no-such-program-here, x"), NULL) && bench_attempt(&b)) {
        CHECK_INT_EQ(b.outcome.cause, CAUSE_BOOT);
        CHECK_STR_CONTAINS(b.outcome.detail, "no-such-program-here");
        CHECK(!b.outcome.has_result);
        CHECK_INT_EQ(board_file_check_machine(b.file, &(struct board_options){.loop = NULL}, &err),
                     ASSAY_ERR_NOT_FOUND);
        CHECK_STR_CONTAINS(err.text, "board test/it: there is no program \"no-such-program-here\"");
        CHECK(bench_attempt(&b)); /* and the board can be used again */
    }
    bench_done(&b);
}

static void a_program_that_is_there_passes_the_check(void)
{
    struct board_bench b;
    struct assay_error err = {.text = ""};

    if (bench_open(&b, BOARD("sh"), NULL)) {
        CHECK_OK(board_file_check_machine(b.file, &(struct board_options){.loop = NULL}, &err));
        CHECK_STR_EQ(err.text, "");
    }
    bench_done(&b);
}

/* The pid that a line "pid 123" names. */
static pid_t printed_pid(const struct board_bench *b)
{
    const char *text = event_get_text(bench_event(b, EV_BOARD_LINE, 0), "text");

    return strncmp(text, "pid ", 4) == 0 ? (pid_t)strtol(text + 4, NULL, 10) : 0;
}

/* What libfaketime makes for a program and a killed one cannot remove. */
static bool left_something_behind(pid_t pid)
{
    char path[64];

    snprintf(path, sizeof(path), "/dev/shm/faketime_shm_%ld", (long)pid);
    return access(path, F_OK) == 0;
}

/* A killed process may be a zombie of init for a moment. */
static bool is_gone(pid_t pid)
{
    struct deadline deadline = deadline_in_ms(5000);
    char path[64];
    char state[256];

    snprintf(path, sizeof(path), "/proc/%ld/stat", (long)pid);
    while (!deadline_passed(&deadline)) {
        int fd = open(path, O_RDONLY | O_CLOEXEC);
        ssize_t got = fd >= 0 ? read(fd, state, sizeof(state) - 1) : 0;

        if (fd < 0)
            return true;
        close(fd);
        state[got > 0 ? got : 0] = '\0';
        if (got <= 0 || strstr(state, ") Z") != NULL)
            return true;
    }
    return false;
}

static void a_program_that_hangs_is_ended_with_its_children(void)
{
    struct board_bench b;

    if (bench_open(&b, SHELL("sleep 60 & echo pid $!; wait"), NULL)) {
        b.request.timeout_ms = 300;
        if (bench_attempt(&b)) {
            const struct event *end = bench_event(&b, EV_BOARD_EXIT, 0);

            CHECK_INT_EQ(b.outcome.cause, CAUSE_NONE); /* it is what the board did */
            CHECK(!b.outcome.has_result && b.outcome.timed_out);
            CHECK_STR_CONTAINS(b.outcome.detail, "did not end within 300 ms");
            CHECK_STR_EQ(event_get_text(end, "by"), "bench");
            CHECK_INT_EQ(event_get_int(end, "status", 0), -1);
            CHECK_INT_EQ(event_get_int(end, "signal", 1), 0); /* it was ours: no crash */
            CHECK_UINT_EQ(bench_count(&b, EV_BOARD_RESULT), 0);
            CHECK(printed_pid(&b) > 0 && is_gone(printed_pid(&b)));
        }
    }
    bench_done(&b);
}

static void a_program_that_wants_no_end_is_killed(void)
{
    struct board_bench b;

    if (bench_open(
            &b,
            SHELL(
                "trap \"\" TERM; echo pid $$; while true; do sleep 1; done") "  timeout_ms: 200\n",
            NULL) &&
        bench_attempt(&b)) {
        const struct event *end = bench_event(&b, EV_BOARD_EXIT, 0);

        CHECK_STR_CONTAINS(b.outcome.detail, "within 200 ms"); /* the file's limit counts too */
        CHECK_INT_EQ(event_get_int(end, "signal", 1), 0);
        CHECK_INT_EQ(event_get_int(end, "status", 0), -1);
        CHECK(printed_pid(&b) > 0 && is_gone(printed_pid(&b)));
        CHECK(!left_something_behind(printed_pid(&b)));
    }
    bench_done(&b);
}

static void an_exit_of_zero_after_the_time_limit_is_no_success(void)
{
    struct board_bench b;

    if (bench_open(&b, SHELL("trap \"exit 0\" TERM; while true; do sleep 0.05; done"), NULL)) {
        b.request.timeout_ms = 300;
        if (bench_attempt(&b)) {
            CHECK(!b.outcome.has_result && !b.outcome.ok);
            CHECK_STR_EQ(event_get_text(bench_event(&b, EV_BOARD_EXIT, 0), "by"), "bench");
            CHECK_INT_EQ(event_get_int(bench_event(&b, EV_BOARD_EXIT, 0), "status", -1), 0);
        }
    }
    bench_done(&b);
}

static void a_crash_is_told_from_a_failure(void)
{
    struct board_bench b;

    if (bench_open(&b, SHELL("echo oops; kill -SEGV $$"), NULL) && bench_attempt(&b)) {
        const struct event *end = bench_event(&b, EV_BOARD_EXIT, 0);

        CHECK_INT_EQ(b.outcome.cause, CAUSE_NONE);
        CHECK(!b.outcome.has_result);
        CHECK_STR_CONTAINS(b.outcome.detail, "died of signal 11");
        CHECK_INT_EQ(event_get_int(end, "signal", 0), SIGSEGV);
        CHECK_STR_EQ(event_get_text(end, "by"), "board");
        CHECK(bench_has_line(&b, "oops"));
    }
    bench_done(&b);
}

static void secrets_stay_out_of_the_transcript(void)
{
    struct board_bench b;

    if (bench_open(&b, BOARD("echo, \"-P{password}\", \"{psk_hex}\""), NULL)) {
        b.request.psk_hex = "00112233445566778899aabbccddeeff";
        if (bench_attempt(&b)) {
            CHECK(!bench_transcript_holds(&b, "s3cr3t-pass"));
            CHECK(!bench_transcript_holds(&b, "00112233445566778899aabbccddeeff"));
            CHECK(bench_has_line(&b, "-P(secret) (secret)"));
            CHECK_STR_EQ(event_get_text(bench_event(&b, EV_BOARD_COMMAND, 0), "text"),
                         "echo -P(secret) (secret)");
        }
    }
    bench_done(&b);
}

static void it_lives_on_the_scenarios_clock(void)
{
    struct board_bench b;
    unsigned long seen = 0;

    if (bench_open(&b, SHELL("date +%s; sleep 1.2; date +%s; date -u +%FT%H:"), NULL) &&
        bench_attempt(&b)) {
        seen = strtoul(event_get_text(bench_event(&b, EV_BOARD_LINE, 0), "text"), NULL, 10);
        CHECK(seen >= 1900000000 && seen <= 1900000003);
        seen = strtoul(event_get_text(bench_event(&b, EV_BOARD_LINE, 1), "text"), NULL, 10);
        CHECK(seen >= 1900000001 && seen <= 1900000005); /* it runs on, in every child */
        CHECK(bench_has_line(&b, "2030-03-17T17:"));
    }
    bench_done(&b);
}

static void it_can_live_in_the_past(void)
{
    struct board_bench b;

    if (bench_open(&b, BOARD("date, -u, \"+%F {time_rfc3339}\""), NULL)) {
        b.request.unix_s = 86400; /* 1970-01-02: a board without a battery */
        if (bench_attempt(&b))
            CHECK(bench_has_line(&b, "1970-01-02 1970-01-02T00:00:00Z"));
    }
    bench_done(&b);
}

static void a_board_without_a_clock_keeps_the_machines(void)
{
    struct board_bench b;

    if (bench_open(&b, BOARD("date, +%s") "clock: none\n", NULL) && bench_attempt(&b)) {
        long seen = strtol(event_get_text(bench_event(&b, EV_BOARD_LINE, 0), "text"), NULL, 10);

        CHECK(seen >= (long)time(NULL) - 10 && seen <= (long)time(NULL));
    }
    bench_done(&b);
}

static void it_resolves_the_benchs_host_name(void)
{
    struct board_bench b;

    if (bench_open(&b, BOARD("getent, ahostsv4, \"{host}\""), NULL)) {
        b.request.ip = "127.0.0.77";
        if (bench_attempt(&b)) {
            CHECK(b.outcome.ok);
            CHECK(bench_has_line(&b, "127.0.0.77"));
        }
    }
    bench_done(&b);
}

static void a_host_name_that_would_break_the_hosts_file_is_refused(void)
{
    struct board_bench b;

    if (bench_open(&b, BOARD("true"), NULL)) {
        b.request.host = "evil.test\n127.0.0.1 other.test";
        if (bench_attempt(&b)) {
            CHECK_INT_EQ(b.outcome.cause, CAUSE_HARNESS);
            CHECK_STR_CONTAINS(b.outcome.detail, "is no host name");
        }
    }
    bench_done(&b);
}

static void gets_its_identity_in_files_of_its_own(void)
{
    static const char yaml[] = SHELL(
        "pwd; ls -l key.pem; cat ca.pem; echo $0 $1 $2") "  optional: [{when: cert_file, args: "
                                                         "[\"{key_file}\"]}]\n";
    struct board_bench b;
    char key[4200];

    if (bench_open(&b, yaml, NULL)) {
        b.request.cert_der = (const uint8_t *)"0\x01";
        b.request.cert_len = 2;
        b.request.key_der = (const uint8_t *)"0\x02";
        b.request.key_len = 2;
        snprintf(key, sizeof(key), "%s/key.pem", b.work_dir);
        if (bench_attempt(&b)) {
            CHECK(bench_has_line(&b, b.work_dir));
            CHECK(bench_has_line(&b, "-rw-------"));
            CHECK(bench_has_line(&b, "-----BEGIN CERTIFICATE-----"));
            CHECK(bench_has_line(&b, "MAA="));
            CHECK(bench_has_line(&b, key));
            CHECK(access(key, F_OK) != 0); /* no private key outlives its attempt */
        }
        b.request.cert_der = NULL;
        if (bench_attempt(&b))
            CHECK(!bench_has_line(&b, "sh key.pem"));
    }
    bench_done(&b);
}

static void a_command_that_needs_an_identity_says_so(void)
{
    struct board_bench b;

    if (bench_open(&b, BOARD("echo, \"{cert_file}\""), NULL) && bench_attempt(&b)) {
        CHECK_INT_EQ(b.outcome.cause, CAUSE_HARNESS);
        CHECK_STR_CONTAINS(b.outcome.detail, "{cert_file} stands for nothing");
    }
    bench_done(&b);
}

static void the_users_own_settings_do_not_reach_it(void)
{
    struct board_bench b;

    if (setenv("https_proxy", "http://proxy.invalid:1/", 1) == 0 &&
        bench_open(&b, SHELL("echo [$https_proxy] [$HOME] [$MINE]") "  env: [\"MINE={port}\"]\n",
                   NULL)) {
        char expected[4200];

        snprintf(expected, sizeof(expected), "[] [%s] [1]", b.work_dir);
        if (bench_attempt(&b))
            CHECK(bench_has_line(&b, expected));
    }
    unsetenv("https_proxy");
    bench_done(&b);
}

static void a_flood_of_output_is_bounded(void)
{
    struct board_bench b;

    if (bench_open(&b, SHELL("yes | head -n 100000; echo the end >&2"), NULL) &&
        bench_attempt(&b)) {
        CHECK(b.outcome.ok);
        CHECK_UINT_EQ(bench_count(&b, EV_BOARD_LINE), 2000);
        CHECK(bench_has_line(&b, "printed more than is kept"));
    }
    bench_done(&b);
}

static void a_second_attempt_must_wait_for_the_first(void)
{
    struct board_bench b;
    struct assay_error err;

    if (bench_open(&b, BOARD("sleep, \"0.2\""), NULL)) {
        CHECK_OK(board_connect(b.board, &b.request, bench_on_done, &b, &err));
        CHECK_INT_EQ(board_connect(b.board, &b.request, bench_on_done, &b, &err), ASSAY_ERR_BUSY);
        CHECK_STR_CONTAINS(err.text, "test/it");
        CHECK(bench_turn_until(&b, &b.done_count, 1));
        CHECK(bench_attempt(&b));
        CHECK_UINT_EQ(b.done_count, 2);
    }
    bench_done(&b);
}

static void cancelling_ends_it_with_the_cause_given(void)
{
    struct board_bench b;

    if (bench_open(&b, BOARD("sleep, \"60\""), NULL)) {
        CHECK_OK(board_connect(b.board, &b.request, bench_on_done, &b, NULL));
        board_cancel(b.board, CAUSE_NETWORK, "the broker could not listen");
        CHECK_UINT_EQ(b.done_count, 0); /* from the loop, never from inside a call */
        board_cancel(b.board, CAUSE_CLOCK, "too late");
        CHECK(bench_turn_until(&b, &b.done_count, 1));
        CHECK_INT_EQ(b.outcome.cause, CAUSE_NETWORK);
        CHECK_STR_EQ(b.outcome.detail, "the broker could not listen");
        board_cancel(b.board, CAUSE_CLOCK, "nothing is running");
        CHECK_UINT_EQ(b.done_count, 1);
    }
    bench_done(&b);
    CHECK_UINT_EQ(b.done_count, 1);
}

static void on_later(uv_timer_t *timer)
{
    (void)timer;
}

static void one_turn_of_the_loop_delivers_and_returns(void)
{
    struct board_bench b;

    if (bench_open(&b, BOARD("no-such-program-here"), NULL)) {
        uint64_t start = monotonic_ns();
        uv_timer_t later; /* what the loop would wait for otherwise */

        CHECK(uv_timer_init(&b.loop, &later) == 0);
        CHECK(uv_timer_start(&later, on_later, 10000, 0) == 0);
        CHECK_OK(board_connect(b.board, &b.request, bench_on_done, &b, NULL));
        uv_run(&b.loop, UV_RUN_ONCE);
        CHECK_UINT_EQ(b.done_count, 1);
        CHECK(monotonic_ns() - start < 5000000000U);
        uv_close((uv_handle_t *)&later, NULL);
        uv_run(&b.loop, UV_RUN_NOWAIT);
    }
    bench_done(&b);
}

static void closing_ends_a_running_attempt_once(void)
{
    struct board_bench b;

    if (bench_open(&b, BOARD("sleep, \"60\""), NULL))
        CHECK_OK(board_connect(b.board, &b.request, bench_on_done, &b, NULL));
    bench_done(&b);
    CHECK_UINT_EQ(b.done_count, 1);
    CHECK_INT_EQ(b.outcome.cause, CAUSE_HARNESS);
}

static void closing_delivers_what_had_already_ended(void)
{
    struct board_bench b;

    if (bench_open(&b, BOARD("no-such-program-here"), NULL))
        CHECK_OK(board_connect(b.board, &b.request, bench_on_done, &b, NULL));
    bench_done(&b);
    CHECK_UINT_EQ(b.done_count, 1);
    CHECK_STR_CONTAINS(b.outcome.detail, "no-such-program-here");
}

static void a_work_directory_must_exist(void)
{
    struct board_bench b;
    struct board *board = NULL;
    struct assay_error err;

    if (bench_open(&b, BOARD("true"), NULL)) {
        struct board_options options = {.loop = &b.loop, .work_dir = "/nonexistent/dir"};

        CHECK_INT_EQ(board_open(b.file, &options, &board, &err), ASSAY_ERR_NOT_FOUND);
        CHECK_STR_CONTAINS(err.text, "/nonexistent/dir");
    }
    bench_done(&b);
}

static void a_request_without_a_port_is_refused(void)
{
    struct board_bench b;
    struct assay_error err;

    if (bench_open(&b, BOARD("true"), NULL)) {
        b.request.port = 0;
        CHECK_INT_EQ(board_connect(b.board, &b.request, bench_on_done, &b, &err), ASSAY_ERR_ARG);
    }
    bench_done(&b);
    CHECK_UINT_EQ(b.done_count, 0);
}

static void preload_libraries_are_found_wherever_they_are(void)
{
    struct board_preload usual;
    struct board_preload own;
    char link_path[600];
    struct assay_error err = {.text = ""};

    REQUIRE_OK(board_preload_find(&usual, &err));
    CHECK(access(usual.nss_wrapper, R_OK) == 0);
    CHECK_STR_CONTAINS(usual.faketime, "libfaketime");
    snprintf(link_path, sizeof(link_path), "%s/libnss_wrapper.so", test_directory());
    REQUIRE(symlink(usual.nss_wrapper, link_path) == 0);
    snprintf(link_path, sizeof(link_path), "/nonexistent::%s", test_directory());
    REQUIRE(setenv("ASSAY_PRELOAD_PATH", link_path, 1) == 0);
    REQUIRE_OK(board_preload_find(&own, &err));
    unsetenv("ASSAY_PRELOAD_PATH");
    CHECK_STR_CONTAINS(own.nss_wrapper, test_directory());
    CHECK_STR_EQ(own.faketime, usual.faketime);
}

static void a_file_that_is_no_library_of_this_machine_is_passed_over(void)
{
    struct board_preload found;
    char path[600];
    FILE *file = NULL;

    snprintf(path, sizeof(path), "%s/libnss_wrapper.so", test_directory());
    file = fopen(path, "w");
    REQUIRE(file != NULL);
    fputs("\x7f"
          "ELF but no more than that",
          file);
    fclose(file);
    REQUIRE(setenv("ASSAY_PRELOAD_PATH", test_directory(), 1) == 0);
    REQUIRE_OK(board_preload_find(&found, NULL));
    unsetenv("ASSAY_PRELOAD_PATH");
    CHECK(strstr(found.nss_wrapper, test_directory()) == NULL);
}

TEST_SUITE(process_driver, TEST(an_exit_of_zero_is_a_success),
           TEST(any_other_exit_is_a_failure_in_the_programs_own_words),
           TEST(a_missing_program_is_a_board_that_does_not_start),
           TEST(a_program_that_is_there_passes_the_check),
           TEST(a_program_that_hangs_is_ended_with_its_children),
           TEST(a_program_that_wants_no_end_is_killed),
           TEST(an_exit_of_zero_after_the_time_limit_is_no_success),
           TEST(a_crash_is_told_from_a_failure), TEST(secrets_stay_out_of_the_transcript),
           TEST(it_lives_on_the_scenarios_clock), TEST(it_can_live_in_the_past),
           TEST(a_board_without_a_clock_keeps_the_machines), TEST(it_resolves_the_benchs_host_name),
           TEST(a_host_name_that_would_break_the_hosts_file_is_refused),
           TEST(gets_its_identity_in_files_of_its_own),
           TEST(a_command_that_needs_an_identity_says_so),
           TEST(the_users_own_settings_do_not_reach_it), TEST(a_flood_of_output_is_bounded),
           TEST(a_second_attempt_must_wait_for_the_first),
           TEST(cancelling_ends_it_with_the_cause_given),
           TEST(one_turn_of_the_loop_delivers_and_returns),
           TEST(closing_ends_a_running_attempt_once), TEST(closing_delivers_what_had_already_ended),
           TEST(a_work_directory_must_exist), TEST(a_request_without_a_port_is_refused),
           TEST(preload_libraries_are_found_wherever_they_are),
           TEST(a_file_that_is_no_library_of_this_machine_is_passed_over));
