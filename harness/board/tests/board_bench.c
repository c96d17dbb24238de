/* SPDX-License-Identifier: Apache-2.0 */
#include "board_bench.h"

#include "board_file.h"
#include "base/event_kinds.h"
#include "test_support.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

enum { TOO_LONG_MS = 20000 };

static bool open_board(struct board_bench *b, const char *program_dir)
{
    struct assay_error err = {.text = ""};
    struct board_options options = {.loop = &b->loop,
                                    .sink = transcript_sink(b->transcript),
                                    .work_dir = b->work_dir,
                                    .program_dir = program_dir};
    enum assay_status status = board_open(b->file, &options, &b->board, &err);

    return test_check(status == ASSAY_OK, __FILE__, __LINE__, "board_open: %s", err.text);
}

static void bench_init(struct board_bench *b)
{
    static unsigned number;

    memset(b, 0, sizeof(*b));
    snprintf(b->work_dir, sizeof(b->work_dir), "%s/work dir %u", test_directory(), number++);
    b->request = (struct board_request){.host = "broker.bench.test",
                                        .ip = "127.0.0.1",
                                        .port = 1,
                                        .unix_s = 1900000000, /* 2030-03-17T17:46:40Z */
                                        .root_der = (const uint8_t *)"0\x00",
                                        .root_len = 2,
                                        .client_id = "bench-1",
                                        .username = "joe",
                                        .password = "s3cr3t-pass",
                                        .topic = "bench/topic",
                                        .payload = "hello world",
                                        .timeout_ms = 10000};
    if (mkdir(b->work_dir, 0700) != 0 || uv_loop_init(&b->loop) != 0)
        abort();
    b->transcript = transcript_new(16U << 20);
    if (b->transcript == NULL)
        abort();
}

bool bench_open(struct board_bench *b, const char *yaml, const char *program_dir)
{
    struct assay_error err = {.text = ""};
    enum assay_status status = ASSAY_OK;

    bench_init(b);
    status = board_file_load_text("test.yaml", yaml, strlen(yaml), &b->file, &err);
    return test_check(status == ASSAY_OK, __FILE__, __LINE__, "%s", err.text) &&
           open_board(b, program_dir);
}

bool bench_open_id(struct board_bench *b, const char *id, const char *program_dir)
{
    struct assay_error err = {.text = ""};
    enum assay_status status = ASSAY_OK;

    bench_init(b);
    status = board_file_load(ASSAY_SOURCE_DIR "/boards", id, &b->file, &err);
    return test_check(status == ASSAY_OK, __FILE__, __LINE__, "%s", err.text) &&
           open_board(b, program_dir);
}

void bench_on_done(void *ctx, const struct board_outcome *outcome)
{
    struct board_bench *b = ctx;

    b->outcome = *outcome;
    b->done_count++;
}

static void on_too_long(uv_timer_t *timer)
{
    struct board_bench *b = timer->data;

    b->gave_up = true;
}

bool bench_turn_until(struct board_bench *b, const unsigned *flag, unsigned count)
{
    uv_timer_t timer;

    b->gave_up = false;
    timer.data = b;
    CHECK(uv_timer_init(&b->loop, &timer) == 0);
    CHECK(uv_timer_start(&timer, on_too_long, TOO_LONG_MS, 0) == 0);
    while (*flag < count && !b->gave_up)
        uv_run(&b->loop, UV_RUN_ONCE);
    uv_close((uv_handle_t *)&timer, NULL);
    uv_run(&b->loop, UV_RUN_NOWAIT);
    return test_check(!b->gave_up, __FILE__, __LINE__, "waited for %d ms in vain", TOO_LONG_MS);
}

bool bench_attempt(struct board_bench *b)
{
    struct assay_error err = {.text = ""};
    unsigned before = b->done_count;
    enum assay_status status = board_connect(b->board, &b->request, bench_on_done, b, &err);

    if (!test_check(status == ASSAY_OK, __FILE__, __LINE__, "board_connect: %s", err.text))
        return false;
    if (!bench_turn_until(b, &b->done_count, before + 1))
        return false;
    CHECK_UINT_EQ(b->done_count, before + 1);
    return true;
}

void bench_done(struct board_bench *b)
{
    board_close(b->board);
    uv_run(&b->loop, UV_RUN_NOWAIT);  /* takes up the uv_stop() of a done() just now */
    uv_run(&b->loop, UV_RUN_DEFAULT); /* ends at once when nothing is left over */
    CHECK_INT_EQ(uv_loop_close(&b->loop), 0);
    board_file_free(b->file);
    bench_check_events(b);
    transcript_free(b->transcript);
}

const struct event *bench_event(const struct board_bench *b, const char *kind, unsigned n)
{
    for (size_t i = 0; i < transcript_count(b->transcript); i++) {
        if (event_is(transcript_at(b->transcript, i), kind) && n-- == 0)
            return transcript_at(b->transcript, i);
    }
    return NULL;
}

unsigned bench_count(const struct board_bench *b, const char *kind)
{
    unsigned count = 0;

    while (bench_event(b, kind, count) != NULL)
        count++;
    return count;
}

bool bench_has_line(const struct board_bench *b, const char *part)
{
    for (unsigned n = 0; bench_event(b, EV_BOARD_LINE, n) != NULL; n++) {
        if (strstr(event_get_text(bench_event(b, EV_BOARD_LINE, n), "text"), part) != NULL)
            return true;
    }
    return false;
}

static bool is_listed(const char *fields, const char *name)
{
    size_t len = strlen(name);

    for (const char *at = fields; (at = strstr(at, name)) != NULL; at += len) {
        if ((at == fields || at[-1] == ' ') && (at[len] == ' ' || at[len] == '!'))
            return true;
    }
    return false;
}

static void check_event(const struct event *event)
{
    const struct event_kind_row *row = event_kinds;

    while (row->kind != NULL && strcmp(row->kind, event->kind) != 0)
        row++;
    if (!test_check(row->kind != NULL, __FILE__, __LINE__, "unknown kind %s", event->kind))
        return;
    for (size_t i = 0; i < event->field_count; i++)
        test_check(is_listed(row->fields, event->fields[i].name), __FILE__, __LINE__,
                   "%s has no field %s", event->kind, event->fields[i].name);
}

void bench_check_events(const struct board_bench *b)
{
    for (size_t i = 0; i < transcript_count(b->transcript); i++)
        check_event(transcript_at(b->transcript, i));
}

bool bench_transcript_holds(const struct board_bench *b, const char *text)
{
    struct buf json;
    bool found = false;

    buf_init(&json, 16U << 20);
    for (size_t i = 0; i < transcript_count(b->transcript) && !found; i++) {
        buf_clear(&json);
        CHECK_OK(event_write_json(transcript_at(b->transcript, i), &json));
        found = strstr(buf_text(&json), text) != NULL;
    }
    buf_done(&json);
    return found;
}
