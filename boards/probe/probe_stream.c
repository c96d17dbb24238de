/* SPDX-License-Identifier: Apache-2.0 */
/* What MQTT is carried by: TLS itself, or the frames of a WebSocket in it. */
#include "probe_phases.h"

static int is_framed(const struct probe_attempt *a)
{
    return a->settings->speech == PROBE_SPEAKS_WEBSOCKET;
}

void probe_stream_failure(struct probe_attempt *a)
{
    if (is_framed(a) && a->web.ws.failure.code != PROBE_CODE_OK)
        a->result = a->web.ws.failure;
    else
        a->tls->failure(a->tls->ctx, &a->result);
}

enum probe_io probe_stream_flush(struct probe_attempt *a)
{
    struct probe_web *w = &a->web;

    while (w->out_sent < w->out_len) {
        size_t sent = 0;
        enum probe_io io =
            a->tls->write(a->tls->ctx, w->out + w->out_sent, w->out_len - w->out_sent, &sent);

        if (io != PROBE_IO_DONE)
            return io;
        w->out_sent += sent;
    }
    w->out_len = 0;
    w->out_sent = 0;
    return PROBE_IO_DONE;
}

static uint32_t new_mask(const struct probe_attempt *a)
{
    return a->platform->random(a->platform->ctx);
}

/* What is unsent, and the control frame that is due. */
static enum probe_io flush_all(struct probe_attempt *a)
{
    struct probe_web *w = &a->web;
    enum probe_io io = probe_stream_flush(a);

    if (io != PROBE_IO_DONE)
        return io;
    w->out_len = probe_websocket_due(&w->ws, new_mask(a), w->out, sizeof(w->out));
    return probe_stream_flush(a);
}

enum probe_io probe_stream_write(struct probe_attempt *a, const void *data, size_t len, size_t *ret)
{
    struct probe_web *w = &a->web;
    enum probe_io io = PROBE_IO_DONE;

    if (!is_framed(a))
        return a->tls->write(a->tls->ctx, data, len, ret);
    io = flush_all(a);
    if (io != PROBE_IO_DONE)
        return io;
    w->out_len = probe_websocket_frame(PROBE_WEBSOCKET_BINARY, new_mask(a), data, len, w->out,
                                       sizeof(w->out));
    *ret = len;
    io = probe_stream_flush(a);
    /* What does not fit now leaves with the next call, whichever it is. */
    return io == PROBE_IO_WAIT_READ || io == PROBE_IO_WAIT_WRITE ? PROBE_IO_DONE : io;
}

/* The WebSocket has ended, well or not: say so, if the server still listens. */
static enum probe_io give_up(struct probe_attempt *a)
{
    if (flush_all(a) == PROBE_IO_DONE)
        (void)a->tls->finish(a->tls->ctx);
    return PROBE_IO_FAILED;
}

enum probe_io probe_stream_read(struct probe_attempt *a, void *data, size_t cap, size_t *ret)
{
    struct probe_websocket *ws = &a->web.ws;
    enum probe_io out = PROBE_IO_DONE;

    if (!is_framed(a))
        return a->tls->read(a->tls->ctx, data, cap, ret);
    for (;;) {
        void *at = NULL;
        size_t room = 0;
        size_t got = 0;
        enum probe_io io = PROBE_IO_DONE;

        if (ws->is_closed)
            return give_up(a);
        out = flush_all(a);
        if (out == PROBE_IO_FAILED || out == PROBE_IO_CLOSED)
            return out;
        room = probe_websocket_room(ws, data, cap, &at);
        io = a->tls->read(a->tls->ctx, at, room, &got);
        if (io == PROBE_IO_WAIT_READ && out == PROBE_IO_WAIT_WRITE)
            return out;
        if (io != PROBE_IO_DONE)
            return io;
        *ret = probe_websocket_took(ws, data, got);
        if (*ret > 0 && !ws->is_closed)
            return PROBE_IO_DONE;
    }
}

enum probe_io probe_stream_finish(struct probe_attempt *a)
{
    enum probe_io io = PROBE_IO_DONE;

    if (is_framed(a)) {
        probe_websocket_leave(&a->web.ws);
        io = flush_all(a);
    }
    return io == PROBE_IO_DONE ? a->tls->finish(a->tls->ctx) : io;
}
