/* SPDX-License-Identifier: Apache-2.0 */
#include "event_lines.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

/*
 * What is gathered leaves in pieces that begin and end at multiples of a PIECE in the file: so the
 * kernel takes large pages for it, and a byte costs a seventh less than in pieces of any length.
 */
enum { TEXT_MAX = 64 << 20, PIECE = 256 << 10 };

static void fail(struct event_lines *lines)
{
    lines->failed = true;
    buf_done(&lines->text);
    if (lines->on_failure != NULL)
        lines->on_failure(lines->ctx);
}

/* The first bytes of the text. */
static void write_out(struct event_lines *lines, size_t len)
{
    size_t done = 0;

    while (done < len) {
        ssize_t wrote = write(lines->fd, lines->text.data + done, len - done);

        if (wrote < 0 && errno == EINTR)
            continue;
        if (wrote < 0) {
            fail(lines);
            return;
        }
        done += (size_t)wrote;
    }
    lines->written += len;
    buf_consume(&lines->text, len);
}

void event_lines_flush(struct event_lines *lines)
{
    write_out(lines, lines->text.len);
}

static void on_late(uv_timer_t *timer)
{
    struct event_lines *lines = timer->data;

    lines->is_gathering = false;
    event_lines_flush(lines);
}

static void end_of_line(struct event_lines *lines)
{
    size_t behind_piece = (size_t)((lines->written + lines->text.len) % PIECE);

    if (lines->text.len >= PIECE)
        write_out(lines, lines->text.len - behind_piece);
    if (lines->is_gathering)
        return;
    lines->is_gathering = true;
    uv_timer_start(&lines->late, on_late, EVENT_LINES_LATE_MS, 0);
}

void event_lines_emit(struct event_lines *lines, const struct event *event, const char *tail,
                      size_t tail_len)
{
    if (lines->failed)
        return;
    if (event_write_line(event, tail, tail_len, &lines->text) == ASSAY_OK)
        end_of_line(lines);
    else
        fail(lines);
}

static void emit(void *ctx, const struct event *event)
{
    event_lines_emit(ctx, event, "}\n", 2);
}

void event_lines_init(struct event_lines *lines, uv_loop_t *loop, int fd,
                      void (*on_failure)(void *ctx), void *ctx)
{
    *lines = (struct event_lines){.fd = fd, .on_failure = on_failure, .ctx = ctx};
    lines->sink =
        (struct event_sink){.emit = emit, .ctx = lines, .last = &lines->last, .wants_text = true};
    buf_init(&lines->text, TEXT_MAX);
    uv_timer_init(loop, &lines->late);
    lines->late.data = lines;
}

void event_lines_done(struct event_lines *lines)
{
    event_lines_flush(lines);
    buf_done(&lines->text);
    uv_close((uv_handle_t *)&lines->late, NULL);
}
