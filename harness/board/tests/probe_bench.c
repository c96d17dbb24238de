/* SPDX-License-Identifier: Apache-2.0 */
#include "probe_bench.h"

#include "test_support.h"

#include <stdio.h>
#include <stdlib.h>

enum { READY_MS = PROBE_BENCH_READY_MS };

static void note(struct probe_bench *b, const char *word)
{
    CHECK_OK(buf_printf(&b->log, "%s ", word));
}

/* One line through the channel into sink. */
static void carry(struct probe_bench *b, struct probe_channel *c, const char *line, size_t len,
                  bool to_board)
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
    struct probe_bench *b = ctx;

    CHECK(len <= PROBE_LINE_MAX);
    if (len == 1)
        fake_probe_feed(&b->board, bytes, len);
    else
        carry(b, &b->to_board, bytes, len, true);
}

/* Let the board's words reach the host until both are silent. */
void probe_bench_settle(struct probe_bench *b)
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

bool probe_bench_is_over(const struct probe_bench *b)
{
    return strstr(buf_text(&b->log), "result") != NULL ||
           strstr(buf_text(&b->log), "failed") != NULL;
}

/* Let time pass until the attempt is over, at most until the end. */
void probe_bench_run_until(struct probe_bench *b, uint64_t end_ms)
{
    probe_bench_settle(b);
    while (!probe_bench_is_over(b) && probe_host_deadline(&b->host) <= end_ms) {
        b->now = probe_host_deadline(&b->host);
        probe_host_tick(&b->host, b->now);
        probe_bench_settle(b);
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
    struct probe_bench *b = ctx;

    b->result = *result;
    note(b, "result");
}

static void on_failed(void *ctx, enum probe_failure failure, const char *detail)
{
    static const char *const names[] = {[PROBE_NEVER_READY] = "failed-never-ready",
                                        [PROBE_NO_ANSWER] = "failed-no-answer",
                                        [PROBE_REFUSED] = "failed-refused",
                                        [PROBE_RESTARTED] = "failed-restarted"};
    struct probe_bench *b = ctx;

    snprintf(b->detail, sizeof(b->detail), "%s", detail);
    note(b, names[failure]);
}

static void on_listening(void *ctx, unsigned port)
{
    struct probe_bench *b = ctx;

    b->port = port;
    note(b, "listening");
}

static const struct probe_host_calls calls = {.send = on_send,
                                              .sent = on_sent,
                                              .line = on_line,
                                              .noise = on_noise,
                                              .reset = on_reset,
                                              .ready = on_ready,
                                              .ordered = on_ordered,
                                              .phase = on_phase,
                                              .listening = on_listening,
                                              .result = on_result,
                                              .failed = on_failed};

struct probe_bench *probe_bench_new(void)
{
    struct probe_bench *b = calloc(1, sizeof(*b));

    if (b == NULL)
        abort();
    b->now = 1000;
    buf_init(&b->log, 16 * 1024);
    probe_host_init(&b->host, &calls, b);
    return b;
}

void probe_bench_free(struct probe_bench *b)
{
    probe_host_done(&b->host);
    buf_done(&b->log);
    free(b);
}

uint8_t probe_bench_root[PROBE_BENCH_ROOT_LEN];
uint8_t probe_bench_key[PROBE_BENCH_KEY_LEN];

struct board_request probe_bench_request(void)
{
    for (size_t i = 0; i < PROBE_BENCH_ROOT_LEN; i++)
        probe_bench_root[i] = (uint8_t)(i * 7);
    for (size_t i = 0; i < PROBE_BENCH_KEY_LEN; i++)
        probe_bench_key[i] = (uint8_t)(i * 13);
    return (struct board_request){
        .host = "broker.bench.test",
        .ip = "127.0.0.1",
        .port = 8883,
        .unix_s = 1900000000,
        .root_der = probe_bench_root,
        .root_len = sizeof(probe_bench_root),
        .client_id = "bench-1",
        .username = "joe",
        .password = "s3cr3t-pass",
        .topic = "a/topic",
        .payload = "a payload that is longer than one line of the protocol can be, 100 % of it"};
}

void probe_bench_power_on(struct probe_bench *b)
{
    probe_host_power_on(&b->host, b->now, READY_MS);
    fake_probe_power_on(&b->board, "power");
}

void probe_bench_attempt(struct probe_bench *b, const struct board_request *r)
{
    struct probe_job job;

    CHECK_OK(probe_job_make(r, "serial", &(struct probe_limits){.attempt_ms = 8000}, &job, NULL));
    probe_host_attempt(&b->host, &job, b->now);
    probe_bench_run_until(b, b->now + 60000);
}
