/* SPDX-License-Identifier: Apache-2.0 */
/* The session against a fake board, over a channel that loses and garbles, on a clock of its own.
 */
#include "probe_bench.h"

#include "test_support.h"

#include <stdio.h>
#include <stdlib.h>

static void tells_the_board_everything_and_takes_its_result(void)
{
    struct board_request r = probe_bench_request();
    struct probe_bench *b = probe_bench_new();

    b->board.manners = (struct fake_manners){.events = {"phase resolve", "phase tcp", "phase tls",
                                                        "text certificate%3A exp", "text ired",
                                                        "log a word", "result fail tls -9984"}};
    probe_bench_power_on(b);
    probe_bench_attempt(b, &r);
    CHECK_STR_EQ(buf_text(&b->log), "ready power ordered resolve tcp tls result ");
    CHECK(!b->result.ok);
    CHECK_STR_EQ(b->result.phase, "tls");
    CHECK_INT_EQ(b->result.code, -9984);
    CHECK_STR_EQ(b->result.text, "certificate: expired");
    CHECK_STR_EQ(fake_probe_setting(&b->board, "payload"), r.payload);
    CHECK_STR_EQ(fake_probe_setting(&b->board, "pass"), "s3cr3t-pass");
    CHECK_STR_EQ(fake_probe_setting(&b->board, "time"), "1900000000");
    CHECK(fake_probe_setting(&b->board, "dns") == NULL); /* the default is not sent */
    CHECK(fake_probe_setting(&b->board, "alpn") == NULL);
    CHECK_UINT_EQ(b->board.slots[0].len, PROBE_BENCH_ROOT_LEN);
    CHECK_MEM_EQ(b->board.slots[0].bytes, probe_bench_root, PROBE_BENCH_ROOT_LEN);
    CHECK(!b->board.slots[2].is_complete);
    CHECK_UINT_EQ(b->board.repeated, 0);
    probe_bench_free(b);
}

static void sends_only_what_changed(void)
{
    struct board_request r = probe_bench_request();
    struct probe_bench *b = probe_bench_new();
    unsigned before = 0;

    probe_bench_power_on(b);
    probe_bench_attempt(b, &r);
    before = b->board.commands;
    buf_clear(&b->log);
    probe_bench_attempt(b, &r);
    CHECK_STR_EQ(buf_text(&b->log), "ordered result ");
    CHECK_UINT_EQ(b->board.commands - before, 2); /* time, connect */
    r.port = 8884;
    r.username = "";
    before = b->board.commands;
    probe_bench_attempt(b, &r);
    CHECK_UINT_EQ(b->board.commands - before, 4);
    CHECK_STR_EQ(fake_probe_setting(&b->board, "user"), "");
    probe_bench_free(b);
}

static void tells_of_a_port_without_tls_only_where_there_is_one(void)
{
    struct board_request r = probe_bench_request();
    struct probe_bench *b = probe_bench_new();

    probe_bench_power_on(b);
    probe_bench_attempt(b, &r);
    CHECK(fake_probe_setting(&b->board, "plain") == NULL);
    r.plain_port = 1883;
    probe_bench_attempt(b, &r);
    CHECK_STR_EQ(fake_probe_setting(&b->board, "plain"), "1883");
    r.plain_port = 0;
    probe_bench_attempt(b, &r);
    CHECK_STR_EQ(fake_probe_setting(&b->board, "plain"), "0");
    probe_bench_free(b);
}

static void uploads_an_identity_once(void)
{
    struct board_request r = probe_bench_request();
    struct probe_bench *b = probe_bench_new();
    unsigned puts = 0;

    r.cert_der = probe_bench_root;
    r.cert_len = 300;
    r.key_der = probe_bench_key;
    r.key_len = PROBE_BENCH_KEY_LEN;
    probe_bench_power_on(b);
    probe_bench_attempt(b, &r);
    CHECK_STR_EQ(fake_probe_setting(&b->board, "identity"), "yes");
    CHECK_MEM_EQ(b->board.slots[2].bytes, probe_bench_key, PROBE_BENCH_KEY_LEN);
    puts = b->board.puts;
    r.cert_der = NULL;
    probe_bench_attempt(b, &r);
    CHECK_STR_EQ(fake_probe_setting(&b->board, "identity"), "no");
    r.cert_der = probe_bench_root;
    probe_bench_attempt(b, &r);
    CHECK_UINT_EQ(b->board.puts, puts);
    CHECK_STR_EQ(fake_probe_setting(&b->board, "identity"), "yes");
    probe_bench_free(b);
}

static void does_not_upload_what_the_board_holds_already(void)
{
    struct board_request r = probe_bench_request();
    struct probe_bench *b = probe_bench_new();

    probe_bench_power_on(b);
    probe_bench_settle(b);
    memcpy(b->board.slots[0].bytes, probe_bench_root,
           PROBE_BENCH_ROOT_LEN); /* a board with slots in flash */
    b->board.slots[0].len = PROBE_BENCH_ROOT_LEN;
    b->board.slots[0].is_complete = true;
    probe_bench_attempt(b, &r);
    CHECK(probe_bench_is_over(b));
    CHECK_UINT_EQ(b->board.puts, 0);
    probe_bench_free(b);
}

enum { FATES = 5, LINES = 70 /* more than there are */ };

/* Every single line lost, garbled or doubled, one at a time, both ways: the attempt works out. */
static void survives_any_single_fault_on_the_line(void)
{
    static const struct probe_channel fates[FATES] = {
        {.lose = 1}, {.garble = 1}, {.twice = 1}, {.prefix = 1}, {.cut = 1}};
    struct board_request r = probe_bench_request();

    for (unsigned n = 1; n <= LINES; n++) {
        for (size_t fate = 0; fate < 2 * FATES; fate++) {
            struct probe_bench *b = probe_bench_new();
            struct probe_channel *c = fate < FATES ? &b->to_board : &b->from_board;

            *c = fates[fate % FATES];
            c->lose *= n;
            c->garble *= n;
            c->twice *= n;
            c->prefix *= n;
            c->cut *= n;
            b->board.manners.events[0] = "text whole";
            b->board.manners.events[1] = "text  story";
            b->board.manners.events[2] = "result fail tls 54";
            probe_bench_power_on(b);
            probe_bench_attempt(b, &r);
            if (!test_check(strstr(buf_text(&b->log), "result") != NULL, __FILE__, __LINE__,
                            "line %u, fate %zu: %s%s", n, fate, buf_text(&b->log), b->detail) ||
                !test_check(strcmp(b->result.text, "whole story") == 0, __FILE__, __LINE__,
                            "line %u, fate %zu: \"%s\"", n, fate, b->result.text))
                n = 1000;
            CHECK_UINT_EQ(b->board.connects, 1); /* never twice */
            CHECK(b->from_board.lines < LINES);
            CHECK_STR_EQ(fake_probe_setting(&b->board, "payload"), r.payload);
            CHECK_MEM_EQ(b->board.slots[0].bytes, probe_bench_root, PROBE_BENCH_ROOT_LEN);
            probe_bench_free(b);
        }
    }
}

static void greets_a_board_whose_ready_got_lost(void)
{
    struct board_request r = probe_bench_request();
    struct probe_bench *b = probe_bench_new();

    b->from_board.lose = 1;
    probe_bench_power_on(b);
    probe_bench_attempt(b, &r);
    CHECK_STR_EQ(buf_text(&b->log), "ready unknown ordered result ");
    CHECK(b->now >= 1000 + PROBE_HOST_PATIENCE_MS);
    probe_bench_free(b);
}

static void gives_up_a_board_that_is_never_ready(void)
{
    struct board_request r = probe_bench_request();
    struct probe_bench *b = probe_bench_new();

    b->is_deaf = true;
    probe_host_power_on(&b->host, b->now, PROBE_BENCH_READY_MS);
    probe_bench_attempt(b, &r);
    CHECK_STR_EQ(buf_text(&b->log), "failed-never-ready ");
    CHECK_UINT_EQ(b->now, 1000 + PROBE_BENCH_READY_MS);
    CHECK(probe_host_deadline(&b->host) == UINT64_MAX); /* and leaves it alone */
    probe_bench_free(b);
}

static void gives_up_a_board_that_goes_deaf(void)
{
    struct board_request r = probe_bench_request();
    struct probe_bench *b = probe_bench_new();

    probe_bench_power_on(b);
    probe_bench_settle(b);
    probe_host_tick(&b->host, b->now);
    probe_bench_settle(b);
    b->is_deaf = true;
    probe_bench_attempt(b, &r);
    CHECK_STR_CONTAINS(buf_text(&b->log), "failed-no-answer");
    CHECK_STR_EQ(b->detail, "the board does not answer \"clear\"");
    CHECK(probe_host_deadline(&b->host) == UINT64_MAX);
    b->is_deaf = false; /* it can come back */
    buf_clear(&b->log);
    probe_bench_attempt(b, &r);
    CHECK_STR_CONTAINS(buf_text(&b->log), "ordered result");
    probe_bench_free(b);
}

static void starts_over_after_a_reset_during_the_upload(void)
{
    struct board_request r = probe_bench_request();
    struct probe_bench *b = probe_bench_new();

    b->board.manners.resets_on_put = 5;
    probe_bench_power_on(b);
    probe_bench_attempt(b, &r);
    CHECK_STR_EQ(buf_text(&b->log), "ready power reset ready watchdog ordered result ");
    CHECK_MEM_EQ(b->board.slots[0].bytes, probe_bench_root, PROBE_BENCH_ROOT_LEN);
    CHECK_STR_EQ(fake_probe_setting(&b->board, "host"), r.host);
    probe_bench_free(b);
}

static void a_reset_at_connect_leads_to_another_try(void)
{
    struct board_request r = probe_bench_request();
    struct probe_bench *b = probe_bench_new();

    b->board.manners.resets_on_connect = true;
    probe_bench_power_on(b);
    probe_bench_attempt(b, &r);
    CHECK_STR_EQ(buf_text(&b->log), "ready power reset ready watchdog ordered result ");
    probe_bench_free(b);
}

static void a_reset_in_mid_attempt_ends_it(void)
{
    struct board_request r = probe_bench_request();
    struct probe_bench *b = probe_bench_new();

    b->board.manners.runs_for_ever = true;
    probe_bench_power_on(b);
    {
        struct probe_job job;

        CHECK_OK(
            probe_job_make(&r, "serial", &(struct probe_limits){.attempt_ms = 8000}, &job, NULL));
        probe_host_attempt(&b->host, &job, b->now);
        probe_bench_run_until(b, b->now + 2000);
    }
    CHECK_STR_CONTAINS(buf_text(&b->log), "ordered");
    fake_probe_power_on(&b->board, "watchdog");
    probe_bench_settle(b);
    CHECK_STR_CONTAINS(buf_text(&b->log), "reset failed-restarted");
    CHECK_STR_CONTAINS(b->detail, "restarted in mid attempt (reason: watchdog)");
    b->board.manners.runs_for_ever = false;
    buf_clear(&b->log);
    probe_bench_attempt(b, &r);
    CHECK_STR_CONTAINS(buf_text(&b->log), "ordered result");
    probe_bench_free(b);
}

static void asks_for_a_result_that_does_not_come(void)
{
    struct board_request r = probe_bench_request();
    struct probe_bench *b = probe_bench_new();
    uint64_t start = b->now;

    b->board.manners.holds_back = true;
    probe_bench_power_on(b);
    probe_bench_attempt(b, &r);
    CHECK_STR_CONTAINS(buf_text(&b->log), "ordered result");
    CHECK_UINT_EQ(b->now - start, PROBE_HOST_QUERY_MS);
    probe_bench_free(b);
}

static void keeps_waiting_while_the_board_says_that_it_runs(void)
{
    struct board_request r = probe_bench_request();
    struct probe_bench *b = probe_bench_new();

    b->board.manners.runs_for_ever = true;
    probe_bench_power_on(b);
    probe_bench_attempt(b, &r);
    CHECK(!probe_bench_is_over(b));
    b->is_deaf = true; /* also one that is too busy to answer */
    probe_bench_run_until(b, b->now + 60000);
    CHECK(!probe_bench_is_over(b));
    b->is_deaf = false;
    probe_host_abort(&b->host, b->now);
    probe_bench_settle(b);
    probe_bench_run_until(b, b->now + 20000);
    CHECK(!probe_bench_is_over(b)); /* whoever aborts knows already */
    CHECK_UINT_EQ(b->board.aborts, 1);
    CHECK(!b->board.is_running);
    CHECK(!b->host.must_abort);
    probe_bench_free(b);
}

static void notices_a_board_that_lost_its_attempt(void)
{
    struct board_request r = probe_bench_request();
    struct probe_bench *b = probe_bench_new();

    b->board.manners.holds_back = true;
    b->board.manners.forgets = true;
    probe_bench_power_on(b);
    probe_bench_attempt(b, &r);
    CHECK_STR_CONTAINS(buf_text(&b->log), "failed-restarted");
    CHECK_STR_CONTAINS(b->detail, "knows nothing of the attempt");
    probe_bench_free(b);
}

static void a_refused_attempt_leaves_no_false_knowledge(void)
{
    struct board_request r = probe_bench_request();
    struct probe_bench *b = probe_bench_new();

    probe_bench_power_on(b);
    probe_bench_attempt(b, &r);
    probe_bench_root[0] ^= 1;
    b->board.manners.refuses = "end";
    b->board.manners.with = "err full x";
    b->board.manners.refuse_times = 1;
    probe_bench_attempt(b, &r); /* the board has all of the new probe_bench_root, but not as one */
    CHECK_STR_CONTAINS(buf_text(&b->log), "failed-refused");
    probe_bench_root[0] ^= 1;
    buf_clear(&b->log);
    probe_bench_attempt(b, &r); /* and this is the old one again */
    CHECK_STR_CONTAINS(buf_text(&b->log), "ordered result");
    CHECK(b->board.slots[0].is_complete);
    CHECK_MEM_EQ(b->board.slots[0].bytes, probe_bench_root, PROBE_BENCH_ROOT_LEN);
    probe_bench_root[0] ^= 1;
    b->board.manners.refuse_times = 1;
    probe_bench_attempt(b, &r);
    probe_bench_root[0] ^= 1;
    r.root_len = 300; /* shorter than what was sent already */
    r.payload = "another payload that is also longer than a single line can ever be";
    b->board.manners.refuses = "set+";
    b->board.manners.refuse_times = 1;
    probe_bench_attempt(b, &r);
    CHECK_MEM_EQ(b->board.slots[0].bytes, probe_bench_root, 300);
    CHECK(b->board.slots[0].is_complete && b->board.slots[0].len == 300);
    r = probe_bench_request();
    buf_clear(&b->log);
    probe_bench_attempt(b, &r);
    CHECK_STR_CONTAINS(buf_text(&b->log), "ordered result");
    CHECK_STR_EQ(fake_probe_setting(&b->board, "payload"), r.payload);
    CHECK_UINT_EQ(b->board.slots[0].len, PROBE_BENCH_ROOT_LEN);
    probe_bench_free(b);
}

struct refusal_row {
    const char *refuses, *with;
    unsigned times;
    const char *log;    /* how it ends */
    const char *detail; /* of a failure */
};

static void repairs_what_can_be_repaired_and_tells_the_rest(void)
{
    static const struct refusal_row rows[] = {
        {"end", "err checksum x", 1, "ordered result", NULL},
        {"put", "err order x", 2, "ordered result", NULL},
        {"end", "err checksum x", 9, "failed-refused",
         "the board refused \"end root\": checksum x"},
        {"set", "err busy x", 1, "ordered result", NULL},
        {"connect", "err busy x", 3, "ordered result", NULL},
        {"connect", "err busy x", 4, "failed-refused", "refused \"connect\": busy"},
        {"set", "err argument not an ip", 1, "failed-refused",
         "refused \"set host\": argument not"},
        {"put", "err full too small", 1, "failed-refused", "refused \"put root\": full too small"},
        {"connect", "err order host is not set", 1, "failed-refused", "order host is not set"},
        {"info", "err unknown x", 1, "ready power ordered result", NULL} /* facts are for people */,
        {"clear", "err unknown x", 1, "failed-refused", "refused \"clear\""},
        {"hello", "err unknown x", 1, "failed-refused", "refused \"hello\""},
        {"sum", "ok what", 1, "ordered result", NULL},
    };
    struct board_request r = probe_bench_request();

    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        struct probe_bench *b = probe_bench_new();

        b->board.manners.refuses = rows[i].refuses;
        b->board.manners.with = rows[i].with;
        b->board.manners.refuse_times = rows[i].times;
        probe_bench_power_on(b);
        probe_bench_attempt(b, &r);
        CHECK_STR_CONTAINS(buf_text(&b->log), rows[i].log);
        CHECK(strstr(rows[i].with, "busy") == NULL || b->board.aborts >= 1);
        if (rows[i].detail != NULL)
            CHECK_STR_CONTAINS(b->detail, rows[i].detail);
        probe_bench_free(b);
    }
}

static void refuses_another_version_of_the_protocol(void)
{
    struct board_request r = probe_bench_request();
    struct probe_bench *b = probe_bench_new();

    b->board.manners.protocol = "probe/2";
    probe_bench_power_on(b);
    probe_bench_attempt(b, &r);
    CHECK_STR_CONTAINS(buf_text(&b->log), "failed-refused");
    CHECK_STR_CONTAINS(b->detail, "does not speak probe/1");
    probe_bench_free(b);
}

static void an_aborted_upload_is_not_taken_for_a_whole_one(void)
{
    struct board_request r = probe_bench_request();
    struct probe_bench *b = probe_bench_new();
    struct probe_job job;

    probe_bench_power_on(b);
    probe_bench_attempt(b, &r); /* the board holds root */
    probe_bench_root[0] ^= 1;
    CHECK_OK(probe_job_make(&r, "serial", &(struct probe_limits){.attempt_ms = 8000}, &job, NULL));
    b->to_board.lose = b->to_board.lines + 3; /* the answer to the third put is late ... */
    probe_host_attempt(&b->host, &job, b->now);
    probe_bench_settle(b);
    probe_host_abort(&b->host, b->now); /* ... and the attempt is given up */
    probe_bench_root[0] ^= 1;
    buf_clear(&b->log);
    probe_bench_attempt(b, &r); /* with the root that it held before */
    CHECK_STR_CONTAINS(buf_text(&b->log), "ordered result");
    CHECK_MEM_EQ(b->board.slots[0].bytes, probe_bench_root, PROBE_BENCH_ROOT_LEN);
    CHECK(b->board.slots[0].is_complete);
    probe_bench_free(b);
}

static void an_aborted_setting_is_sent_again(void)
{
    struct board_request r = probe_bench_request();
    struct probe_bench *b = probe_bench_new();
    struct probe_job job;

    probe_bench_power_on(b);
    probe_bench_attempt(b, &r);
    r.payload = "another payload that is also longer than a single line can ever be";
    CHECK_OK(probe_job_make(&r, "serial", &(struct probe_limits){.attempt_ms = 8000}, &job, NULL));
    b->to_board.lose = b->to_board.lines + 2; /* its second piece */
    probe_host_attempt(&b->host, &job, b->now);
    probe_bench_settle(b);
    probe_host_abort(&b->host, b->now);
    r = probe_bench_request();
    buf_clear(&b->log);
    probe_bench_attempt(b, &r);
    CHECK_STR_EQ(fake_probe_setting(&b->board, "payload"), r.payload);
    probe_bench_free(b);
}

static void an_attempt_without_a_root_cannot_be_made(void)
{
    struct board_request r = probe_bench_request();
    struct probe_job job;
    struct assay_error err;

    r.root_len = 0;
    CHECK_INT_EQ(probe_job_make(&r, "serial", &(struct probe_limits){.attempt_ms = 1}, &job, &err),
                 ASSAY_ERR_ARG);
    CHECK_STR_CONTAINS(err.text, "no root");
}

static void a_board_asks_for_the_time_itself_where_it_can(void)
{
    struct board_request r = probe_bench_request();
    struct probe_job job;

    CHECK_OK(probe_job_make(&r, "sntp", &(struct probe_limits){.attempt_ms = 1}, &job, NULL));
    CHECK_STR_EQ(job.values[PROBE_KEY_CLOCK], "given"); /* nobody to ask */
    probe_job_done(&job);
    r.sntp_port = 123;
    CHECK_OK(probe_job_make(&r, "sntp", &(struct probe_limits){.attempt_ms = 60000}, &job, NULL));
    CHECK_STR_EQ(job.values[PROBE_KEY_CLOCK], "sntp");
    CHECK_STR_EQ(job.values[PROBE_KEY_SNTP], "123");
    CHECK_STR_EQ(job.values[PROBE_KEY_TIMEOUT], "60000");
    probe_job_done(&job);
}

/* Only a board whose file says that it knows the cloud is told of it, and needs no other session.
 */
static void a_device_of_a_cloud_is_told_which(void)
{
    struct board_request r = probe_bench_request();
    struct probe_job job;

    CHECK_OK(probe_job_make(&r, "serial", &(struct probe_limits){.attempt_ms = 1}, &job, NULL));
    CHECK_STR_EQ(job.values[PROBE_KEY_CLOUD], probe_keys[PROBE_KEY_CLOUD].cleared);
    CHECK(job.values[PROBE_KEY_CLEAN] == NULL);
    probe_job_done(&job);
    r.cloud = "aws";
    CHECK_OK(probe_job_make(&r, "serial", &(struct probe_limits){.attempt_ms = 1}, &job, NULL));
    CHECK_STR_EQ(job.values[PROBE_KEY_CLOUD], "aws");
    CHECK_STR_EQ(job.values[PROBE_KEY_STAY], "0");
    CHECK_STR_EQ(job.values[PROBE_KEY_CLEAN], "yes"); /* whatever the attempt before said */
    CHECK_STR_EQ(job.values[PROBE_KEY_FILTER], "");
    probe_job_done(&job);
}

static void takes_garbage_in_its_stride(void)
{
    static const char *const garbage[] = {"!1 result",
                                          "!1 result maybe tls 1",
                                          "!1 result ok",
                                          "!1 result ok done x",
                                          "!1 result fail averyverylongphase 1",
                                          "!1 text %zz",
                                          "<9 ok",
                                          "<0 nonsense",
                                          ">0 hello",
                                          "!1 ready"};
    struct board_request r = probe_bench_request();
    struct probe_bench *b = probe_bench_new();
    char line[PROBE_LINE_MAX + 1];

    b->board.manners.runs_for_ever = true;
    probe_bench_power_on(b);
    {
        struct probe_job job;

        CHECK_OK(
            probe_job_make(&r, "serial", &(struct probe_limits){.attempt_ms = 8000}, &job, NULL));
        probe_host_attempt(&b->host, &job, b->now);
        probe_bench_settle(b);
    }
    for (size_t i = 0; i + 1 < sizeof(garbage) / sizeof(*garbage); i++) {
        size_t len = probe_line_format((enum probe_line_type)garbage[i][0],
                                       (uint8_t)(garbage[i][1] - '0'), garbage[i] + 3, line);

        if (garbage[i][0] == '>')
            continue; /* on_line() would complain: see the driver's test */
        probe_host_feed(&b->host, line, len, b->now);
    }
    CHECK(!probe_bench_is_over(b));
    probe_bench_free(b);
}

TEST_SUITE(probe_host, TEST(tells_the_board_everything_and_takes_its_result),
           TEST(sends_only_what_changed), TEST(uploads_an_identity_once),
           TEST(tells_of_a_port_without_tls_only_where_there_is_one),
           TEST(does_not_upload_what_the_board_holds_already),
           TEST(survives_any_single_fault_on_the_line), TEST(greets_a_board_whose_ready_got_lost),
           TEST(gives_up_a_board_that_is_never_ready), TEST(gives_up_a_board_that_goes_deaf),
           TEST(starts_over_after_a_reset_during_the_upload),
           TEST(a_reset_at_connect_leads_to_another_try), TEST(a_reset_in_mid_attempt_ends_it),
           TEST(asks_for_a_result_that_does_not_come),
           TEST(keeps_waiting_while_the_board_says_that_it_runs),
           TEST(notices_a_board_that_lost_its_attempt),
           TEST(a_refused_attempt_leaves_no_false_knowledge),
           TEST(repairs_what_can_be_repaired_and_tells_the_rest),
           TEST(refuses_another_version_of_the_protocol),
           TEST(an_aborted_upload_is_not_taken_for_a_whole_one),
           TEST(an_aborted_setting_is_sent_again), TEST(an_attempt_without_a_root_cannot_be_made),
           TEST(a_board_asks_for_the_time_itself_where_it_can),
           TEST(a_device_of_a_cloud_is_told_which), TEST(takes_garbage_in_its_stride));
