/* SPDX-License-Identifier: Apache-2.0 */
/* assay run and assay serve with a real mosquitto behind their servers. */
#include "assay_program.h"
#include "test_support.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum { WAIT_MS = 20000 };

static void need_mosquitto(void)
{
    if (access("/usr/sbin/mosquitto", X_OK) != 0)
        test_skip("mosquitto is not installed");
}

/* "PATH-01 pass\n..." */
static void verdicts_of(const char *dir, struct buf *out)
{
    struct run_record run;

    REQUIRE(load_run(dir, &run));
    for (size_t i = 0; i < run.case_count; i++)
        CHECK_OK(buf_printf(out, "%s %s\n", run.cases[i].id, verdict_name(run.cases[i].verdict)));
    run_record_done(&run);
}

/* How many transcripts below the run's folder say that mosquitto stood behind. */
static size_t with_mosquitto(const char *dir)
{
    const char *const argv[] = {"grep", "-rl", "mqtt.behind", dir, NULL};
    struct exec_spec spec = exec_spec_default();
    struct exec_outcome outcome;
    struct buf output;
    size_t count = 0;

    spec.argv = argv;
    buf_init(&output, 1 << 20);
    CHECK_OK(exec_run(&spec, deadline_in_ms(WAIT_MS), &output, &outcome, NULL));
    for (const char *at = buf_text(&output); (at = strstr(at, "transcript.jsonl")) != NULL; at++)
        count++;
    buf_done(&output);
    return count;
}

static void compare(const char *board, const char *suite)
{
    const char *own = test_path("own");
    const char *behind = test_path("behind");
    struct buf output;
    struct buf of_own;
    struct buf of_behind;

    need_mosquitto();
    buf_init(&output, 4 << 20);
    buf_init(&of_own, 1 << 20);
    buf_init(&of_behind, 1 << 20);
    CHECK(ASSAY(&output, "run", "-b", board, "-s", suite, "-o", own) >= 0);
    CHECK(ASSAY(&output, "run", "-b", board, "-s", suite, "-o", behind, "--broker", "mosquitto") >=
          0);
    verdicts_of(own, &of_own);
    verdicts_of(behind, &of_behind);
    CHECK(of_own.len > 200);
    CHECK_STR_EQ(buf_text(&of_behind), buf_text(&of_own));
    CHECK_UINT_EQ(with_mosquitto(own), 0);
    CHECK(with_mosquitto(behind) > 10);
    buf_done(&output);
    buf_done(&of_own);
    buf_done(&of_behind);
}

static void a_strict_board_gets_the_same_verdicts(void)
{
    compare("reference/strict", "@core");
}

static void an_insecure_board_gets_the_same_verdicts(void)
{
    compare("reference/insecure", "@core");
}

static void another_stack_gets_the_same_verdicts(void)
{
    compare("virtual/bearssl", "@core");
}

static void a_real_client_gets_the_same_verdicts(void)
{
    compare("local/mosquitto-pub", "@core");
}

static void scenarios_about_mqtt_have_the_same_verdicts(void)
{
    compare("virtual/esp32", "@mqtt"); /* which keeps no sessions: those take time */
}

/* ---- where it is not, or dies ---- */

static void a_broker_that_nobody_knows_is_a_usage_error(void)
{
    struct buf output;

    buf_init(&output, 1 << 20);
    CHECK_INT_EQ(ASSAY(&output, "run", "-b", "virtual/openssl", "-s", "POS-01", "-o",
                       test_path("run"), "--broker", "hivemq"),
                 2);
    CHECK_STR_CONTAINS(buf_text(&output), "mock or mosquitto");
    CHECK(access(test_path("run"), F_OK) != 0);
    buf_done(&output);
}

static void without_mosquitto_nothing_is_begun(void)
{
    struct buf output;

    buf_init(&output, 1 << 20);
    setenv("ASSAY_MOSQUITTO", "/nonexistent/mosquitto", 1);
    CHECK_INT_EQ(ASSAY(&output, "run", "-b", "virtual/openssl", "-s", "POS-01", "-o",
                       test_path("run"), "--broker", "mosquitto"),
                 2);
    CHECK_STR_CONTAINS(buf_text(&output), "apt install mosquitto");
    CHECK(access(test_path("run"), F_OK) != 0);
    buf_clear(&output);
    CHECK_INT_EQ(ASSAY(&output, "doctor"), 0); /* it limits, and stops nothing */
    CHECK_STR_CONTAINS(buf_text(&output), "limits   mosquitto");
    buf_done(&output);
}

/* One that says who it is and then dies of the first thing that it is to do. */
static void a_mosquitto_that_dies_is_the_benchs_fault_and_no_verdict(void)
{
    const char *program = test_file("mosquitto", "#!/bin/sh\n"
                                                 "[ \"$1\" = -h ] && exec echo "
                                                 "'mosquitto version 2.0.11'\n"
                                                 "echo 'Error: out of luck' >&2\nexit 1\n");
    const char *dir = test_path("run");
    const struct case_record *c = NULL;
    struct run_record run;
    struct buf output;

    CHECK_INT_EQ(chmod(program, 0700), 0);
    buf_init(&output, 1 << 20);
    setenv("ASSAY_MOSQUITTO", program, 1);
    CHECK_INT_EQ(ASSAY(&output, "run", "-b", "virtual/openssl", "-s", "POS-01", "-s", "PATH-01",
                       "-o", dir, "--broker", "mosquitto"),
                 3);
    REQUIRE(load_run(dir, &run));
    CHECK_UINT_EQ(run.case_count, 2);
    CHECK_UINT_EQ(
        count_verdict(&run, VERDICT_INCONCLUSIVE) + count_verdict(&run, VERDICT_HARNESS_ERROR), 2);
    c = find_case(&run, "POS-01");
    REQUIRE(c != NULL);
    CHECK_STR_CONTAINS(c->reason, "mosquitto");
    CHECK_STR_CONTAINS(c->reason, "out of luck");
    run_record_done(&run);
    buf_done(&output);
}

/* ---- serve ---- */

static bool read_until(const struct exec_child *child, const char *mark, struct buf *text)
{
    struct deadline deadline = deadline_in_ms(WAIT_MS);

    while (strstr(buf_text(text), mark) == NULL) {
        struct pollfd fd = {.fd = child->stdout_fd, .events = POLLIN};
        char piece[4096];
        ssize_t n = 0;

        if (poll(&fd, 1, deadline_left_ms(&deadline)) <= 0)
            return false;
        n = read(child->stdout_fd, piece, sizeof(piece));
        if (n <= 0 || buf_add(text, piece, (size_t)n) != ASSAY_OK)
            return false;
    }
    return true;
}

/* The word behind a mark. */
static const char *word_after(const char *text, const char *mark)
{
    const char *at = strstr(text, mark);
    char *word = NULL;

    if (at == NULL)
        return "";
    at += strlen(mark);
    at += strspn(at, " ");
    if (asprintf(&word, "%.*s", (int)strcspn(at, " \n"), at) < 0)
        abort();
    return test_keep(word);
}

static void a_device_that_is_served_meets_mosquitto(void)
{
    const char *const words[] = {"serve",  "POS-01",   "--port",    "0",
                                 "--once", "--broker", "mosquitto", NULL};
    const char *argv[] = {"mosquitto_pub",
                          "-p",
                          "PORT",
                          "--cafile",
                          "ROOT",
                          "--insecure",
                          "-V",
                          "mqttv5",
                          "-q",
                          "1",
                          "-t",
                          "nobody/hears",
                          "-m",
                          "hi",
                          "-d",
                          NULL};
    struct exec_spec spec = exec_spec_default();
    struct exec_outcome outcome;
    struct exec_child server;
    struct buf text;
    struct buf said;

    need_mosquitto();
    buf_init(&text, 1 << 20);
    buf_init(&said, 1 << 20);
    REQUIRE_OK(assay_start(words, &server));
    REQUIRE(read_until(&server, "scenario time", &text));
    argv[2] = word_after(buf_text(&text), " port ");
    argv[4] = word_after(buf_text(&text), "it must trust this root");
    spec.argv = argv;
    CHECK_OK(exec_run(&spec, deadline_in_ms(WAIT_MS), &said, &outcome, NULL));
    CHECK_INT_EQ(outcome.code, 0);
    CHECK_STR_CONTAINS(buf_text(&said), "received PUBACK");
    read_until(&server, "(never said)", &text); /* up to its end: --once */
    CHECK_STR_CONTAINS(buf_text(&text), "nobody/hears");
    exec_kill(&server, 2000);
    buf_done(&text);
    buf_done(&said);
}

TEST_SUITE(broker_behind, TEST(a_strict_board_gets_the_same_verdicts),
           TEST(an_insecure_board_gets_the_same_verdicts),
           TEST(another_stack_gets_the_same_verdicts), TEST(a_real_client_gets_the_same_verdicts),
           TEST(scenarios_about_mqtt_have_the_same_verdicts),
           TEST(a_broker_that_nobody_knows_is_a_usage_error),
           TEST(without_mosquitto_nothing_is_begun),
           TEST(a_mosquitto_that_dies_is_the_benchs_fault_and_no_verdict),
           TEST(a_device_that_is_served_meets_mosquitto));
