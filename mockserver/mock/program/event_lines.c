/* SPDX-License-Identifier: Apache-2.0 */
#include "event_lines.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

enum { TEXT_MAX = 64 << 20, TEXT_ENOUGH = 256 << 10 };

static void fail(struct event_lines *lines)
{
    lines->failed = true;
    buf_done(&lines->text);
    if (lines->on_failure != NULL)
        lines->on_failure(lines->ctx);
}

void event_lines_flush(struct event_lines *lines)
{
    size_t done = 0;

    while (done < lines->text.len) {
        ssize_t wrote = write(lines->fd, lines->text.data + done, lines->text.len - done);

        if (wrote < 0 && errno == EINTR)
            continue;
        if (wrote < 0) {
            fail(lines);
            return;
        }
        done += (size_t)wrote;
    }
    buf_clear(&lines->text);
}

static void on_late(uv_timer_t *timer)
{
    struct event_lines *lines = timer->data;

    lines->is_gathering = false;
    event_lines_flush(lines);
}

static void end_of_line(struct event_lines *lines)
{
    if (lines->text.len > TEXT_ENOUGH)
        event_lines_flush(lines);
    if (lines->is_gathering)
        return;
    lines->is_gathering = true;
    uv_timer_start(&lines->late, on_late, EVENT_LINES_LATE_MS, 0);
}

void event_lines_emit(struct event_lines *lines, const struct event *event, const char *more)
{
    size_t len = strlen(more);
    uint8_t *end = NULL;

    if (lines->failed)
        return;
    if (event_write_json(event, &lines->text) != ASSAY_OK ||
        buf_extend(&lines->text, len + 1, &end) != ASSAY_OK) {
        fail(lines);
        return;
    }
    end--; /* from the closing brace on */
    memcpy(end, more, len);
    end[len] = '}';
    end[len + 1] = '\n';
    end_of_line(lines);
}

static void emit(void *ctx, const struct event *event)
{
    event_lines_emit(ctx, event, "");
}

void event_lines_init(struct event_lines *lines, uv_loop_t *loop, int fd,
                      void (*on_failure)(void *ctx), void *ctx)
{
    *lines = (struct event_lines){.fd = fd, .on_failure = on_failure, .ctx = ctx};
    lines->sink = (struct event_sink){.emit = emit, .ctx = lines};
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
