/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The bench's side of the probe protocol against a board that says anything. The input is a list
 * of happenings, each a byte for what, a byte for how much, and that many bytes. Whatever happens:
 * each line that is sent is well-formed, an attempt ends at most once and never after it was given
 * up, and while one is on its way there is a time at which something happens.
 */
#include "probe_host.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct bench {
    struct probe_host host;
    uint64_t now;
    bool is_attempt;
};

static void require(bool ok)
{
    if (!ok)
        abort();
}

static void on_send(void *ctx, const char *bytes, size_t len)
{
    struct probe_line line;

    (void)ctx;
    require(len <= PROBE_LINE_MAX && bytes[len - 1] == '\n');
    require(len == 1 || probe_line_parse(bytes, len - 1, &line) == PROBE_LINE_OK);
}

static void on_text(void *ctx, const char *text)
{
    (void)ctx;
    require(text != NULL && strlen(text) < 2 * PROBE_LINE_MAX);
}

static void on_noise(void *ctx, const uint8_t *bytes, size_t len, const char *why)
{
    (void)ctx;
    require(bytes != NULL && len > 0 && why != NULL);
}

static void on_ready(void *ctx, const char *board, const char *stack, const char *reason)
{
    (void)ctx;
    require(board != NULL && stack != NULL && reason != NULL);
}

static void on_ordered(void *ctx)
{
    const struct bench *b = ctx;

    require(b->is_attempt);
}

static void on_result(void *ctx, const struct probe_result *result)
{
    struct bench *b = ctx;

    require(b->is_attempt && strlen(result->text) < PROBE_HOST_TEXT_MAX);
    b->is_attempt = false;
}

static void on_failed(void *ctx, enum probe_failure failure, const char *detail)
{
    struct bench *b = ctx;

    (void)failure;
    require(b->is_attempt && detail[0] != '\0');
    b->is_attempt = false;
}

static void on_listening(void *ctx, unsigned port)
{
    const struct bench *b = ctx;

    require(b->is_attempt && port > 0 && port <= UINT16_MAX);
}

static const struct probe_host_calls calls = {.send = on_send,
                                              .sent = on_text,
                                              .line = on_text,
                                              .noise = on_noise,
                                              .reset = on_text,
                                              .ready = on_ready,
                                              .ordered = on_ordered,
                                              .phase = on_text,
                                              .listening = on_listening,
                                              .result = on_result,
                                              .failed = on_failed};

static void hear_bytes(struct bench *b, const uint8_t *data, size_t len)
{
    probe_host_feed(&b->host, data, len, b->now);
}

/* A proper line. An answer gets the seq that is waited for. */
static void hear_line(struct bench *b, const uint8_t *data, size_t len)
{
    static const enum probe_line_type types[] = {PROBE_LINE_ANSWER, PROBE_LINE_ANSWER,
                                                 PROBE_LINE_EVENT, PROBE_LINE_COMMAND};
    enum probe_line_type type = PROBE_LINE_ANSWER;
    char text[PROBE_LINE_TEXT_MAX + 1];
    char line[PROBE_LINE_MAX + 1];

    if (len < 3)
        return;
    type = types[data[0] % 4];
    len = len - 2 > PROBE_LINE_TEXT_MAX ? PROBE_LINE_TEXT_MAX : len - 2;
    for (size_t i = 0; i < len; i++)
        text[i] = (char)(data[i + 2] >= 0x20 && data[i + 2] <= 0x7e ? data[i + 2] : '0');
    text[len] = '\0';
    len = probe_line_format(
        type, type == PROBE_LINE_ANSWER ? (uint8_t)(b->host.next_seq - 1U) : data[1], text, line);
    probe_host_feed(&b->host, line, len, b->now);
}

static void say_ok(struct bench *b, const uint8_t *data, size_t len)
{
    static const uint8_t ok[] = {0, 0, 'o', 'k'};

    (void)data;
    for (size_t i = 0; i <= len; i++)
        hear_line(b, ok, sizeof(ok));
}

static void pass_time(struct bench *b, const uint8_t *data, size_t len)
{
    uint64_t at = probe_host_deadline(&b->host);

    if (len > 0)
        b->now += data[0];
    else if (at != UINT64_MAX && at > b->now)
        b->now = at;
    probe_host_tick(&b->host, b->now);
}

static void begin(struct bench *b, const uint8_t *data, size_t len)
{
    struct board_request request = {.host = "broker.bench.test",
                                    .ip = "127.0.0.1",
                                    .port = 8883,
                                    .root_der = data,
                                    .root_len = len,
                                    .cert_der = len % 2 == 0 ? data : NULL,
                                    .cert_len = len,
                                    .key_der = data,
                                    .key_len = len,
                                    .password = "a secret\x01\xff with everything in it",
                                    .unix_s = 1};
    struct probe_job job;

    if (b->is_attempt || probe_job_make(&request, "serial", &(struct probe_limits){.attempt_ms = 1},
                                        &job, NULL) != ASSAY_OK)
        return;
    b->is_attempt = true;
    probe_host_attempt(&b->host, &job, b->now);
}

static void give_up(struct bench *b, const uint8_t *data, size_t len)
{
    (void)data;
    (void)len;
    b->is_attempt = false;
    probe_host_abort(&b->host, b->now);
}

static void switch_on(struct bench *b, const uint8_t *data, size_t len)
{
    give_up(b, data, len); /* as the driver does */
    probe_host_power_on(&b->host, b->now, 3000);
}

static void (*const happenings[])(struct bench *b, const uint8_t *data, size_t len) = {
    hear_bytes, hear_line, hear_line, say_ok, pass_time, begin, give_up, switch_on,
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct bench b = {.now = 1};
    size_t at = 0;

    probe_host_init(&b.host, &calls, &b);
    while (size - at >= 2) {
        size_t len = data[at + 1];
        unsigned what = data[at] % (sizeof(happenings) / sizeof(happenings[0]));

        at += 2;
        len = len > size - at ? size - at : len;
        happenings[what](&b, data + at, len);
        at += len;
        require(!b.is_attempt || probe_host_deadline(&b.host) != UINT64_MAX);
        require(b.is_attempt == (b.host.state != PROBE_IDLE));
    }
    probe_host_done(&b.host);
    return 0;
}
