/* SPDX-License-Identifier: Apache-2.0 */
#include "serial/serial.h"

#include "base/buf.h"
#include "base/event_kinds.h"
#include "loop/loop_handle.h"
#include "transport.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { READ_BYTES = 16384 };

struct serial {
    const struct serial_transport *transport;
    const struct event_sink *sink;
    const struct serial_calls *calls;
    void *ctx;
    char *path;
    int fd; /* -1: never opened */
    struct loop_watch *watch;
    struct buf queue;
    uint64_t rx, tx;
    bool is_lost;
    const char *why; /* is_lost */
    bool *alive;     /* of a call that is running: false when the port was closed from inside */
};

/* The more special prefix first. */
static const struct serial_transport *const transports[] = {&serial_transport_unix,
                                                            &serial_transport_termios};

const struct serial_transport *serial_transport_for(const char *path, const char **ret_rest)
{
    for (size_t i = 0; i < sizeof(transports) / sizeof(*transports); i++) {
        size_t len = strlen(transports[i]->prefix);

        if (strncmp(path, transports[i]->prefix, len) == 0) {
            *ret_rest = path + len;
            return transports[i];
        }
    }
    return NULL;
}

/* ---- events ---- */

static void begin_event(struct event_builder *e, const struct event_sink *sink, const char *path,
                        const char *kind)
{
    event_begin(e, sink, "serial", kind, 0);
    event_text(e, "path", path);
}

static void emit_open(const struct serial *port, const struct serial_mode *mode)
{
    static const char *const parities[] = {
        [SERIAL_PARITY_NONE] = "none", [SERIAL_PARITY_EVEN] = "even", [SERIAL_PARITY_ODD] = "odd"};
    struct event_builder e;

    begin_event(&e, port->sink, port->path, EV_SERIAL_OPEN);
    event_int(&e, "baud", mode->baud);
    event_text(&e, "parity", parities[mode->parity]);
    event_emit(&e);
}

static void emit_close(const struct serial *port)
{
    struct event_builder e;

    begin_event(&e, port->sink, port->path, EV_SERIAL_CLOSE);
    event_text(&e, "by", port->is_lost ? "board" : "bench");
    event_text(&e, "why", port->why);
    event_int(&e, "rx_bytes", (int64_t)port->rx);
    event_int(&e, "tx_bytes", (int64_t)port->tx);
    event_emit(&e);
}

/* ---- bytes ---- */

/* A tty has no SIGPIPE, a socket takes MSG_NOSIGNAL. */
static ssize_t write_some(const struct serial *port, const void *bytes, size_t len)
{
    ssize_t wrote = 0;

    do
        wrote = port->transport->is_tty ? write(port->fd, bytes, len)
                                        : send(port->fd, bytes, len, MSG_NOSIGNAL);
    while (wrote < 0 && errno == EINTR);
    return wrote;
}

static enum assay_status flush_queue(struct serial *port)
{
    while (port->queue.len > 0) {
        ssize_t wrote = write_some(port, port->queue.data, port->queue.len);

        if (wrote < 0 && errno != EAGAIN)
            return ASSAY_ERR_CLOSED; /* reading shows why, and calls lost() */
        if (wrote <= 0)
            break;
        port->tx += (uint64_t)wrote;
        buf_consume(&port->queue, (size_t)wrote);
    }
    loop_watch_want_write(port->watch, port->queue.len > 0);
    return ASSAY_OK;
}

static void lose(struct serial *port, const char *why)
{
    port->is_lost = true;
    port->why = why;
    loop_watch_close(port->watch);
    port->watch = NULL;
    port->calls->lost(port->ctx, why);
}

static void on_ready(void *ctx)
{
    struct serial *port = ctx;
    uint8_t bytes[READ_BYTES];
    bool alive = true;
    bool takes_bytes = flush_queue(port) == ASSAY_OK;
    ssize_t got = 0;

    do
        got = read(port->fd, bytes, sizeof(bytes));
    while (got < 0 && errno == EINTR);
    if (got < 0 && errno == EAGAIN && takes_bytes)
        return;
    if (got <= 0) {
        lose(port, got == 0 ? "the other side hung up" : "the port is gone");
        return;
    }
    port->rx += (uint64_t)got;
    port->alive = &alive;
    port->calls->bytes(port->ctx, bytes, (size_t)got);
    if (alive)
        port->alive = NULL;
}

ASSAY_RESULT serial_write(struct serial *port, const void *bytes, size_t len)
{
    if (port->is_lost)
        return ASSAY_ERR_CLOSED;
    ASSAY_TRY(buf_add(&port->queue, bytes, len));
    return flush_queue(port);
}

size_t serial_unsent(const struct serial *port)
{
    return port->is_lost ? 0 : port->queue.len + port->transport->unsent(port->fd);
}

void serial_discard(struct serial *port)
{
    port->transport->discard(port->fd);
}

uint64_t serial_rx_bytes(const struct serial *port)
{
    return port->rx;
}

uint64_t serial_tx_bytes(const struct serial *port)
{
    return port->tx;
}

/* ---- the line ---- */

ASSAY_RESULT serial_set_mode(struct serial *port, const struct serial_mode *mode,
                             struct assay_error *err)
{
    struct event_builder e;

    ASSAY_TRY(port->transport->set_mode(port->fd, mode, err));
    begin_event(&e, port->sink, port->path, EV_SERIAL_BAUD);
    event_int(&e, "baud", mode->baud);
    event_emit(&e);
    return ASSAY_OK;
}

ASSAY_RESULT serial_set_lines(struct serial *port, bool dtr, bool rts, struct assay_error *err)
{
    struct event_builder e;

    ASSAY_TRY(port->transport->set_lines(port->fd, dtr, rts, err));
    begin_event(&e, port->sink, port->path, EV_SERIAL_LINES);
    event_bool(&e, "dtr", dtr);
    event_bool(&e, "rts", rts);
    event_emit(&e);
    return ASSAY_OK;
}

ASSAY_RESULT serial_send_break(struct serial *port, struct assay_error *err)
{
    struct event_builder e;

    ASSAY_TRY(port->transport->send_break(port->fd, err));
    begin_event(&e, port->sink, port->path, EV_SERIAL_BREAK);
    event_emit(&e);
    return ASSAY_OK;
}

ASSAY_RESULT serial_touch(const char *path, const struct event_sink *sink, struct assay_error *err)
{
    static const struct serial_mode slow = {.baud = 1200, .parity = SERIAL_PARITY_NONE};
    const char *rest = NULL;
    const struct serial_transport *t = serial_transport_for(path, &rest);
    struct event_builder e;
    enum assay_status status = ASSAY_OK;
    int fd = -1;

    ASSAY_TRY(t->open(rest, &fd, err));
    status = t->set_mode(fd, &slow, err);
    if (status == ASSAY_OK) {
        enum assay_status lines = t->set_lines(fd, false, false, err);

        /* The rate alone is the signal where there are no lines. */
        status = lines == ASSAY_ERR_UNSUPPORTED ? ASSAY_OK : lines;
    }
    t->close(fd);
    if (status != ASSAY_OK)
        return status;
    begin_event(&e, sink, path, EV_SERIAL_TOUCH);
    event_emit(&e);
    return ASSAY_OK;
}

/* ---- life ---- */

ASSAY_RESULT serial_open(const struct serial_spec *spec, struct serial **ret,
                         struct assay_error *err)
{
    const char *rest = NULL;
    struct serial *port = calloc(1, sizeof(*port));
    enum assay_status status = ASSAY_ERR_NOMEM;

    if (port == NULL)
        return assay_error_set(err, ASSAY_ERR_NOMEM, "out of memory");
    port->fd = -1;
    port->sink = spec->sink;
    port->calls = spec->calls;
    port->ctx = spec->ctx;
    port->transport = serial_transport_for(spec->path, &rest);
    buf_init(&port->queue, SERIAL_QUEUE_MAX);
    port->path = strdup(spec->path);
    if (port->path == NULL)
        status = assay_error_set(err, ASSAY_ERR_NOMEM, "out of memory");
    else
        status = port->transport->open(rest, &port->fd, err);
    if (status == ASSAY_OK)
        status = port->transport->set_mode(port->fd, &spec->mode, err);
    if (status == ASSAY_OK &&
        loop_watch_new(spec->loop, port->fd, on_ready, port, &port->watch) != ASSAY_OK)
        status = assay_error_set(err, ASSAY_ERR_IO, "%s cannot be waited for", spec->path);
    if (status == ASSAY_OK) {
        emit_open(port, &spec->mode);
        *ret = port;
        return ASSAY_OK;
    }
    if (port->fd >= 0)
        port->transport->close(port->fd);
    free(port->path);
    free(port);
    return status;
}

void serial_close(struct serial *port)
{
    if (port == NULL)
        return;
    if (port->alive != NULL)
        *port->alive = false;
    emit_close(port);
    loop_watch_close(port->watch);
    port->transport->close(port->fd);
    buf_done(&port->queue);
    free(port->path);
    free(port);
}
