/* SPDX-License-Identifier: Apache-2.0 */
/* The session against a fake board, over a channel that loses and garbles, on a clock of its own.
 */
#include "fake_probe.h"
#include "probe_host.h"

#include "test_support.h"

#include <stdio.h>
#include <stdlib.h>

enum { ROOT_LEN = 700, KEY_LEN = 138, READY_MS = 5000 };

/* Fates of the n-th line on its way, counted from 1; 0: none meets it. */
struct channel {
    unsigned lines;
    unsigned lose, garble, twice, prefix, cut;
    unsigned lose_until; /* every line up to this one */
};

struct bench {
    struct probe_host host;
    struct fake_probe board;
    bool is_deaf; /* the board hears nothing */
    struct channel to_board, from_board;
    uint64_t now;
    struct buf log; /* what came out of the session, one word after another */
    struct probe_result result;
    char detail[256];
};

static void note(struct bench *b, const char *word)
{
    CHECK_OK(buf_printf(&b->log, "%s ", word));
}

/* One line through the channel into sink. */
static void carry(struct bench *b, struct channel *c, const char *line, size_t len, bool to_board)
{
    char copy[128];
    unsigned n = ++c->lines;

    memcpy(copy, line, len);
    if (n == c->lose || n <= c->lose_until)
        return;
    if (n == c->cut)
        len /= 2; /* and its newline is lost */
    if (n == c->garble)
        copy[len / 2] ^= 0x04;
    for (int i = 0; i < (n == c->twice ? 2 : 1); i++) {
        if (n == c->prefix && !to_board)
            probe_host_feed(&b->host, "boot loader 1.0\r\n\x80\xff\n", 20, b->now);
        if (to_board && !b->is_deaf)
            fake_probe_feed(&b->board, copy, len);
        else if (!to_board)
            probe_host_feed(&b->host, copy, len, b->now);
    }
}

static void on_send(void *ctx, const char *bytes, size_t len)
{
    struct bench *b = ctx;

    CHECK(len <= PROBE_LINE_MAX);
    if (len == 1)
        fake_probe_feed(&b->board, bytes, len);
    else
        carry(b, &b->to_board, bytes, len, true);
}

/* Let the board's words reach the host until both are silent. */
static void settle(struct bench *b)
{
    char pending[FAKE_MAX_OUT];

    while (b->board.out_len > 0) {
        size_t len = b->board.out_len;

        memcpy(pending, b->board.out, len);
        b->board.out_len = 0;
        for (size_t at = 0; at < len;) {
            size_t line = (size_t)((char *)memchr(pending + at, '\n', len - at) - pending) + 1 - at;

            carry(b, &b->from_board, pending + at, line, false);
            at += line;
        }
    }
}

static bool is_over(const struct bench *b)
{
    return strstr(buf_text(&b->log), "result") != NULL ||
           strstr(buf_text(&b->log), "failed") != NULL;
}

/* Let time pass until the attempt is over, at most until the end. */
static void run_until(struct bench *b, uint64_t end_ms)
{
    settle(b);
    while (!is_over(b) && probe_host_deadline(&b->host) <= end_ms) {
        b->now = probe_host_deadline(&b->host);
        probe_host_tick(&b->host, b->now);
        settle(b);
    }
}

static void on_sent(void *ctx, const char *text)
{
    CHECK(strstr(text, "s3cr3t") == NULL);
    CHECK(strncmp(text, "put key ", 8) != 0 || strstr(text, "(secret)") != NULL);
    (void)ctx;
}

static void on_line(void *ctx, const char *text)
{
    CHECK(text[0] == '<' || text[0] == '!');
    (void)ctx;
}

static void on_noise(void *ctx, const uint8_t *bytes, size_t len, const char *why)
{
    CHECK(bytes != NULL && len > 0 && why[0] != '\0');
    note(ctx, "noise");
}

static void on_reset(void *ctx, const char *reason)
{
    CHECK_STR_EQ(reason, "watchdog");
    note(ctx, "reset");
}

static void on_ready(void *ctx, const char *board, const char *stack, const char *reason)
{
    CHECK_STR_EQ(board, "fake/board");
    CHECK(strcmp(stack, "fakessl 1.2") == 0 || strcmp(stack, "unknown") == 0);
    note(ctx, "ready");
    note(ctx, reason);
}

static void on_ordered(void *ctx)
{
    note(ctx, "ordered");
}

static void on_phase(void *ctx, const char *phase)
{
    note(ctx, phase);
}

static void on_result(void *ctx, const struct probe_result *result)
{
    struct bench *b = ctx;

    b->result = *result;
    note(b, "result");
}

static void on_failed(void *ctx, enum probe_failure failure, const char *detail)
{
    static const char *const names[] = {[PROBE_NEVER_READY] = "failed-never-ready",
                                        [PROBE_NO_ANSWER] = "failed-no-answer",
                                        [PROBE_REFUSED] = "failed-refused",
                                        [PROBE_RESTARTED] = "failed-restarted"};
    struct bench *b = ctx;

    snprintf(b->detail, sizeof(b->detail), "%s", detail);
    note(b, names[failure]);
}

static const struct probe_host_calls calls = {on_send,  on_sent,    on_line,  on_noise,  on_reset,
                                              on_ready, on_ordered, on_phase, on_result, on_failed};

static struct bench *bench_new(void)
{
    struct bench *b = calloc(1, sizeof(*b));

    if (b == NULL)
        abort();
    b->now = 1000;
    buf_init(&b->log, 16 * 1024);
    probe_host_init(&b->host, &calls, b);
    return b;
}

static void bench_free(struct bench *b)
{
    probe_host_done(&b->host);
    buf_done(&b->log);
    free(b);
}

static uint8_t root[ROOT_LEN], key[KEY_LEN];

static struct board_request request(void)
{
    for (size_t i = 0; i < ROOT_LEN; i++)
        root[i] = (uint8_t)(i * 7);
    for (size_t i = 0; i < KEY_LEN; i++)
        key[i] = (uint8_t)(i * 13);
    return (struct board_request){
        .host = "broker.bench.test",
        .ip = "127.0.0.1",
        .port = 8883,
        .unix_s = 1900000000,
        .root_der = root,
        .root_len = sizeof(root),
        .client_id = "bench-1",
        .username = "joe",
        .password = "s3cr3t-pass",
        .topic = "a/topic",
        .payload = "a payload that is longer than one line of the protocol can be, 100 % of it"};
}

static void power_on(struct bench *b)
{
    probe_host_power_on(&b->host, b->now, READY_MS);
    fake_probe_power_on(&b->board, "power");
}

static void attempt(struct bench *b, const struct board_request *r)
{
    struct probe_job job;

    CHECK_OK(probe_job_make(r, "serial", 8000, &job, NULL));
    probe_host_attempt(&b->host, &job, b->now);
    run_until(b, b->now + 60000);
}

static void tells_the_board_everything_and_takes_its_result(void)
{
    struct board_request r = request();
    struct bench *b = bench_new();

    b->board.manners = (struct fake_manners){.events = {"phase resolve", "phase tcp", "phase tls",
                                                        "text certificate%3A exp", "text ired",
                                                        "log a word", "result fail tls -9984"}};
    power_on(b);
    attempt(b, &r);
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
    CHECK_UINT_EQ(b->board.slots[0].len, ROOT_LEN);
    CHECK_MEM_EQ(b->board.slots[0].bytes, root, ROOT_LEN);
    CHECK(!b->board.slots[2].is_complete);
    CHECK_UINT_EQ(b->board.repeated, 0);
    bench_free(b);
}

static void sends_only_what_changed(void)
{
    struct board_request r = request();
    struct bench *b = bench_new();
    unsigned before = 0;

    power_on(b);
    attempt(b, &r);
    before = b->board.commands;
    buf_clear(&b->log);
    attempt(b, &r);
    CHECK_STR_EQ(buf_text(&b->log), "ordered result ");
    CHECK_UINT_EQ(b->board.commands - before, 2); /* time, connect */
    r.port = 8884;
    r.username = "";
    before = b->board.commands;
    attempt(b, &r);
    CHECK_UINT_EQ(b->board.commands - before, 4);
    CHECK_STR_EQ(fake_probe_setting(&b->board, "user"), "");
    bench_free(b);
}

static void uploads_an_identity_once(void)
{
    struct board_request r = request();
    struct bench *b = bench_new();
    unsigned puts = 0;

    r.cert_der = root;
    r.cert_len = 300;
    r.key_der = key;
    r.key_len = KEY_LEN;
    power_on(b);
    attempt(b, &r);
    CHECK_STR_EQ(fake_probe_setting(&b->board, "identity"), "yes");
    CHECK_MEM_EQ(b->board.slots[2].bytes, key, KEY_LEN);
    puts = b->board.puts;
    r.cert_der = NULL;
    attempt(b, &r);
    CHECK_STR_EQ(fake_probe_setting(&b->board, "identity"), "no");
    r.cert_der = root;
    attempt(b, &r);
    CHECK_UINT_EQ(b->board.puts, puts);
    CHECK_STR_EQ(fake_probe_setting(&b->board, "identity"), "yes");
    bench_free(b);
}

static void does_not_upload_what_the_board_holds_already(void)
{
    struct board_request r = request();
    struct bench *b = bench_new();

    power_on(b);
    settle(b);
    memcpy(b->board.slots[0].bytes, root, ROOT_LEN); /* a board with slots in flash */
    b->board.slots[0].len = ROOT_LEN;
    b->board.slots[0].is_complete = true;
    attempt(b, &r);
    CHECK(is_over(b));
    CHECK_UINT_EQ(b->board.puts, 0);
    bench_free(b);
}

enum { FATES = 5, LINES = 70 /* more than there are */ };

/* Every single line lost, garbled or doubled, one at a time, both ways: the attempt works out. */
static void survives_any_single_fault_on_the_line(void)
{
    static const struct channel fates[FATES] = {
        {.lose = 1}, {.garble = 1}, {.twice = 1}, {.prefix = 1}, {.cut = 1}};
    struct board_request r = request();

    for (unsigned n = 1; n <= LINES; n++) {
        for (size_t fate = 0; fate < 2 * FATES; fate++) {
            struct bench *b = bench_new();
            struct channel *c = fate < FATES ? &b->to_board : &b->from_board;

            *c = fates[fate % FATES];
            c->lose *= n;
            c->garble *= n;
            c->twice *= n;
            c->prefix *= n;
            c->cut *= n;
            b->board.manners.events[0] = "text whole";
            b->board.manners.events[1] = "text  story";
            b->board.manners.events[2] = "result fail tls 54";
            power_on(b);
            attempt(b, &r);
            if (!test_check(strstr(buf_text(&b->log), "result") != NULL, __FILE__, __LINE__,
                            "line %u, fate %zu: %s%s", n, fate, buf_text(&b->log), b->detail) ||
                !test_check(strcmp(b->result.text, "whole story") == 0, __FILE__, __LINE__,
                            "line %u, fate %zu: \"%s\"", n, fate, b->result.text))
                n = 1000;
            CHECK_UINT_EQ(b->board.connects, 1); /* never twice */
            CHECK(b->from_board.lines < LINES);
            CHECK_STR_EQ(fake_probe_setting(&b->board, "payload"), r.payload);
            CHECK_MEM_EQ(b->board.slots[0].bytes, root, ROOT_LEN);
            bench_free(b);
        }
    }
}

static void greets_a_board_whose_ready_got_lost(void)
{
    struct board_request r = request();
    struct bench *b = bench_new();

    b->from_board.lose = 1;
    power_on(b);
    attempt(b, &r);
    CHECK_STR_EQ(buf_text(&b->log), "ready unknown ordered result ");
    CHECK(b->now >= 1000 + PROBE_HOST_PATIENCE_MS);
    bench_free(b);
}

static void gives_up_a_board_that_is_never_ready(void)
{
    struct board_request r = request();
    struct bench *b = bench_new();

    b->is_deaf = true;
    probe_host_power_on(&b->host, b->now, READY_MS);
    attempt(b, &r);
    CHECK_STR_EQ(buf_text(&b->log), "failed-never-ready ");
    CHECK_UINT_EQ(b->now, 1000 + READY_MS);
    CHECK(probe_host_deadline(&b->host) == UINT64_MAX); /* and leaves it alone */
    bench_free(b);
}

static void gives_up_a_board_that_goes_deaf(void)
{
    struct board_request r = request();
    struct bench *b = bench_new();

    power_on(b);
    settle(b);
    probe_host_tick(&b->host, b->now);
    settle(b);
    b->is_deaf = true;
    attempt(b, &r);
    CHECK_STR_CONTAINS(buf_text(&b->log), "failed-no-answer");
    CHECK_STR_EQ(b->detail, "the board does not answer \"clear\"");
    CHECK(probe_host_deadline(&b->host) == UINT64_MAX);
    b->is_deaf = false; /* it can come back */
    buf_clear(&b->log);
    attempt(b, &r);
    CHECK_STR_CONTAINS(buf_text(&b->log), "ordered result");
    bench_free(b);
}

static void starts_over_after_a_reset_during_the_upload(void)
{
    struct board_request r = request();
    struct bench *b = bench_new();

    b->board.manners.resets_on_put = 5;
    power_on(b);
    attempt(b, &r);
    CHECK_STR_EQ(buf_text(&b->log), "ready power reset ready watchdog ordered result ");
    CHECK_MEM_EQ(b->board.slots[0].bytes, root, ROOT_LEN);
    CHECK_STR_EQ(fake_probe_setting(&b->board, "host"), r.host);
    bench_free(b);
}

static void a_reset_at_connect_leads_to_another_try(void)
{
    struct board_request r = request();
    struct bench *b = bench_new();

    b->board.manners.resets_on_connect = true;
    power_on(b);
    attempt(b, &r);
    CHECK_STR_EQ(buf_text(&b->log), "ready power reset ready watchdog ordered result ");
    bench_free(b);
}

static void a_reset_in_mid_attempt_ends_it(void)
{
    struct board_request r = request();
    struct bench *b = bench_new();

    b->board.manners.runs_for_ever = true;
    power_on(b);
    {
        struct probe_job job;

        CHECK_OK(probe_job_make(&r, "serial", 8000, &job, NULL));
        probe_host_attempt(&b->host, &job, b->now);
        run_until(b, b->now + 2000);
    }
    CHECK_STR_CONTAINS(buf_text(&b->log), "ordered");
    fake_probe_power_on(&b->board, "watchdog");
    settle(b);
    CHECK_STR_CONTAINS(buf_text(&b->log), "reset failed-restarted");
    CHECK_STR_CONTAINS(b->detail, "restarted in mid attempt (reason: watchdog)");
    b->board.manners.runs_for_ever = false;
    buf_clear(&b->log);
    attempt(b, &r);
    CHECK_STR_CONTAINS(buf_text(&b->log), "ordered result");
    bench_free(b);
}

static void asks_for_a_result_that_does_not_come(void)
{
    struct board_request r = request();
    struct bench *b = bench_new();
    uint64_t start = b->now;

    b->board.manners.holds_back = true;
    power_on(b);
    attempt(b, &r);
    CHECK_STR_CONTAINS(buf_text(&b->log), "ordered result");
    CHECK_UINT_EQ(b->now - start, PROBE_HOST_QUERY_MS);
    bench_free(b);
}

static void keeps_waiting_while_the_board_says_that_it_runs(void)
{
    struct board_request r = request();
    struct bench *b = bench_new();

    b->board.manners.runs_for_ever = true;
    power_on(b);
    attempt(b, &r);
    CHECK(!is_over(b));
    b->is_deaf = true; /* also one that is too busy to answer */
    run_until(b, b->now + 60000);
    CHECK(!is_over(b));
    b->is_deaf = false;
    probe_host_abort(&b->host, b->now);
    settle(b);
    run_until(b, b->now + 20000);
    CHECK(!is_over(b)); /* whoever aborts knows already */
    CHECK_UINT_EQ(b->board.aborts, 1);
    CHECK(!b->board.is_running);
    CHECK(!b->host.must_abort);
    bench_free(b);
}

static void notices_a_board_that_lost_its_attempt(void)
{
    struct board_request r = request();
    struct bench *b = bench_new();

    b->board.manners.holds_back = true;
    b->board.manners.forgets = true;
    power_on(b);
    attempt(b, &r);
    CHECK_STR_CONTAINS(buf_text(&b->log), "failed-restarted");
    CHECK_STR_CONTAINS(b->detail, "knows nothing of the attempt");
    bench_free(b);
}

static void a_refused_attempt_leaves_no_false_knowledge(void)
{
    struct board_request r = request();
    struct bench *b = bench_new();

    power_on(b);
    attempt(b, &r);
    root[0] ^= 1;
    b->board.manners.refuses = "end";
    b->board.manners.with = "err full x";
    b->board.manners.refuse_times = 1;
    attempt(b, &r); /* the board has all of the new root, but not as one */
    CHECK_STR_CONTAINS(buf_text(&b->log), "failed-refused");
    root[0] ^= 1;
    buf_clear(&b->log);
    attempt(b, &r); /* and this is the old one again */
    CHECK_STR_CONTAINS(buf_text(&b->log), "ordered result");
    CHECK(b->board.slots[0].is_complete);
    CHECK_MEM_EQ(b->board.slots[0].bytes, root, ROOT_LEN);
    root[0] ^= 1;
    b->board.manners.refuse_times = 1;
    attempt(b, &r);
    root[0] ^= 1;
    r.root_len = 300; /* shorter than what was sent already */
    r.payload = "another payload that is also longer than a single line can ever be";
    b->board.manners.refuses = "set+";
    b->board.manners.refuse_times = 1;
    attempt(b, &r);
    CHECK_MEM_EQ(b->board.slots[0].bytes, root, 300);
    CHECK(b->board.slots[0].is_complete && b->board.slots[0].len == 300);
    r = request();
    buf_clear(&b->log);
    attempt(b, &r);
    CHECK_STR_CONTAINS(buf_text(&b->log), "ordered result");
    CHECK_STR_EQ(fake_probe_setting(&b->board, "payload"), r.payload);
    CHECK_UINT_EQ(b->board.slots[0].len, ROOT_LEN);
    bench_free(b);
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
    struct board_request r = request();

    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        struct bench *b = bench_new();

        b->board.manners.refuses = rows[i].refuses;
        b->board.manners.with = rows[i].with;
        b->board.manners.refuse_times = rows[i].times;
        power_on(b);
        attempt(b, &r);
        CHECK_STR_CONTAINS(buf_text(&b->log), rows[i].log);
        CHECK(strstr(rows[i].with, "busy") == NULL || b->board.aborts >= 1);
        if (rows[i].detail != NULL)
            CHECK_STR_CONTAINS(b->detail, rows[i].detail);
        bench_free(b);
    }
}

static void refuses_another_version_of_the_protocol(void)
{
    struct board_request r = request();
    struct bench *b = bench_new();

    b->board.manners.protocol = "probe/2";
    power_on(b);
    attempt(b, &r);
    CHECK_STR_CONTAINS(buf_text(&b->log), "failed-refused");
    CHECK_STR_CONTAINS(b->detail, "does not speak probe/1");
    bench_free(b);
}

static void an_aborted_upload_is_not_taken_for_a_whole_one(void)
{
    struct board_request r = request();
    struct bench *b = bench_new();
    struct probe_job job;

    power_on(b);
    attempt(b, &r); /* the board holds root */
    root[0] ^= 1;
    CHECK_OK(probe_job_make(&r, "serial", 8000, &job, NULL));
    b->to_board.lose = b->to_board.lines + 3; /* the answer to the third put is late ... */
    probe_host_attempt(&b->host, &job, b->now);
    settle(b);
    probe_host_abort(&b->host, b->now); /* ... and the attempt is given up */
    root[0] ^= 1;
    buf_clear(&b->log);
    attempt(b, &r); /* with the root that it held before */
    CHECK_STR_CONTAINS(buf_text(&b->log), "ordered result");
    CHECK_MEM_EQ(b->board.slots[0].bytes, root, ROOT_LEN);
    CHECK(b->board.slots[0].is_complete);
    bench_free(b);
}

static void an_aborted_setting_is_sent_again(void)
{
    struct board_request r = request();
    struct bench *b = bench_new();
    struct probe_job job;

    power_on(b);
    attempt(b, &r);
    r.payload = "another payload that is also longer than a single line can ever be";
    CHECK_OK(probe_job_make(&r, "serial", 8000, &job, NULL));
    b->to_board.lose = b->to_board.lines + 2; /* its second piece */
    probe_host_attempt(&b->host, &job, b->now);
    settle(b);
    probe_host_abort(&b->host, b->now);
    r = request();
    buf_clear(&b->log);
    attempt(b, &r);
    CHECK_STR_EQ(fake_probe_setting(&b->board, "payload"), r.payload);
    bench_free(b);
}

static void an_attempt_without_a_root_cannot_be_made(void)
{
    struct board_request r = request();
    struct probe_job job;
    struct assay_error err;

    r.root_len = 0;
    CHECK_INT_EQ(probe_job_make(&r, "serial", 1, &job, &err), ASSAY_ERR_ARG);
    CHECK_STR_CONTAINS(err.text, "no root");
}

static void a_board_asks_for_the_time_itself_where_it_can(void)
{
    struct board_request r = request();
    struct probe_job job;

    CHECK_OK(probe_job_make(&r, "sntp", 1, &job, NULL));
    CHECK_STR_EQ(job.values[PROBE_KEY_CLOCK], "given"); /* nobody to ask */
    probe_job_done(&job);
    r.sntp_port = 123;
    CHECK_OK(probe_job_make(&r, "sntp", 60000, &job, NULL));
    CHECK_STR_EQ(job.values[PROBE_KEY_CLOCK], "sntp");
    CHECK_STR_EQ(job.values[PROBE_KEY_SNTP], "123");
    CHECK_STR_EQ(job.values[PROBE_KEY_TIMEOUT], "60000");
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
    struct board_request r = request();
    struct bench *b = bench_new();
    char line[PROBE_LINE_MAX + 1];

    b->board.manners.runs_for_ever = true;
    power_on(b);
    {
        struct probe_job job;

        CHECK_OK(probe_job_make(&r, "serial", 8000, &job, NULL));
        probe_host_attempt(&b->host, &job, b->now);
        settle(b);
    }
    for (size_t i = 0; i + 1 < sizeof(garbage) / sizeof(*garbage); i++) {
        size_t len = probe_line_format((enum probe_line_type)garbage[i][0],
                                       (uint8_t)(garbage[i][1] - '0'), garbage[i] + 3, line);

        if (garbage[i][0] == '>')
            continue; /* on_line() would complain: see the driver's test */
        probe_host_feed(&b->host, line, len, b->now);
    }
    CHECK(!is_over(b));
    bench_free(b);
}

TEST_SUITE(probe_host, TEST(tells_the_board_everything_and_takes_its_result),
           TEST(sends_only_what_changed), TEST(uploads_an_identity_once),
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
           TEST(a_board_asks_for_the_time_itself_where_it_can), TEST(takes_garbage_in_its_stride));
