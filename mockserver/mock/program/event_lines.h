/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Events as lines of JSON on a descriptor. They are gathered for up to EVENT_LINES_LATE_MS, so that
 * a handshake costs one write(2) and not forty.
 */
#ifndef EVENT_LINES_H
#define EVENT_LINES_H

#include "base/event.h"

#include <uv.h>

enum { EVENT_LINES_LATE_MS = 10 };

struct event_lines {
    struct event_sink sink;   /* to be handed to producers */
    struct event_moment last; /* for other sinks that lead here, too */
    struct buf text;
    uint64_t written; /* bytes that have left */
    int fd;
    uv_timer_t late; /* runs while something is gathered */
    bool is_gathering;
    bool failed; /* the reader is gone or the disk full: what comes after is dropped */
    void (*on_failure)(void *ctx);
    void *ctx;
};

/* fd is borrowed. on_failure is called once. */
void event_lines_init(struct event_lines *lines, uv_loop_t *loop, int fd,
                      void (*on_failure)(void *ctx), void *ctx);
/* Write an event; tail ends its line: "}\n", or `,"name":"value"}` and a newline. */
void event_lines_emit(struct event_lines *lines, const struct event *event, const char *tail,
                      size_t tail_len);
void event_lines_flush(struct event_lines *lines);
/* Flush, and close the timer; the loop has to run once more. */
void event_lines_done(struct event_lines *lines);

#endif
