/* SPDX-License-Identifier: Apache-2.0 */
#include "relay.h"

#include "pty_modes.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum { CHUNK = 4096 };

/* What TIOCPKT puts before each read, tty_ioctl(4); the last is sent where EXTPROC is set. */
#ifndef TIOCPKT_IOCTL
#define TIOCPKT_IOCTL 64
#endif

/* ---- moving bytes ---------------------------------------------------------------------------- */

static void set_interest(struct relay *r);
static void on_pty(uv_poll_t *poll, int status, int events);
static void on_uart(uv_poll_t *poll, int status, int events);

static void set_side_interest(struct relay_side *side, const struct relay_side *other,
                              uv_poll_cb call)
{
    int events = 0;

    if (side->poll == NULL)
        return;
    if (other->waiting.len < RELAY_BUFFER)
        events |= UV_READABLE;
    if (side->waiting.len > 0)
        events |= UV_WRITABLE;
    if (events == 0)
        uv_poll_stop(side->poll);
    else
        uv_poll_start(side->poll, events, call);
}

static void on_stale(uv_timer_t *timer)
{
    struct relay *r = timer->data;

    r->calls->dropped(r->ctx, r->pty.waiting.len);
    buf_clear(&r->pty.waiting);
    set_interest(r);
}

static void set_interest(struct relay *r)
{
    set_side_interest(&r->pty, &r->uart, on_pty);
    set_side_interest(&r->uart, &r->pty, on_uart);
    if (r->pty.waiting.len < RELAY_BUFFER)
        uv_timer_stop(&r->stale);
    else if (!uv_is_active((uv_handle_t *)&r->stale))
        uv_timer_start(&r->stale, on_stale, RELAY_STALE_MS, 0);
}

static void on_poll_closed(uv_handle_t *handle)
{
    free(handle);
}

static ASSAY_RESULT open_side(struct relay *r, struct relay_side *side, int fd)
{
    uv_poll_t *poll = calloc(1, sizeof(*poll));

    if (poll == NULL || uv_poll_init(r->stale.loop, poll, fd) != 0) {
        free(poll);
        return ASSAY_ERR_IO;
    }
    poll->data = r;
    side->fd = fd;
    side->poll = poll;
    return ASSAY_OK;
}

static void close_side(struct relay_side *side)
{
    if (side->poll != NULL)
        uv_close((uv_handle_t *)side->poll, on_poll_closed);
    side->poll = NULL;
    if (side->fd >= 0)
        close(side->fd);
    side->fd = -1;
}

/* Towards a side that is not there bytes are lost, as on a wire. */
static void hand_over(struct relay *r, struct relay_side *to, uint8_t *bytes, size_t len)
{
    size_t passing = len;
    enum line_fault_kind fault = line_fault_pass(r->fault, to == &r->uart, bytes, len, &passing);

    if (to->poll != NULL && buf_add(&to->waiting, bytes, passing) != ASSAY_OK)
        r->calls->dropped(r->ctx, passing);
    if (fault != LINE_FAULT_NONE)
        r->calls->fault(r->ctx, fault);
}

static void write_waiting(struct relay_side *side)
{
    ssize_t wrote = 0;

    if (side->poll == NULL || side->waiting.len == 0)
        return;
    wrote = write(side->fd, side->waiting.data, side->waiting.len);
    if (wrote > 0)
        buf_consume(&side->waiting, (size_t)wrote);
}

static void take_packet(struct relay *r, unsigned flags)
{
    unsigned baud = 0;

    if ((flags & TIOCPKT_FLUSHREAD) != 0)
        buf_clear(&r->pty.waiting);
    if ((flags & TIOCPKT_IOCTL) == 0)
        return;
    baud = pty_watch_rate(r->pty.fd);
    if (baud == r->baud || baud == 0)
        return;
    r->baud = baud;
    r->calls->rate(r->ctx, baud);
}

static void on_pty(uv_poll_t *poll, int status, int events)
{
    struct relay *r = poll->data;
    uint8_t chunk[CHUNK + 1];
    size_t room = RELAY_BUFFER - r->uart.waiting.len;
    ssize_t got = 0;

    (void)status;
    if ((events & UV_READABLE) != 0 && room > 0) {
        got = read(r->pty.fd, chunk, room < CHUNK ? room + 1 : sizeof(chunk));
        if (got > 0 && chunk[0] != TIOCPKT_DATA)
            take_packet(r, chunk[0]);
        else if (got > 1)
            hand_over(r, &r->uart, chunk + 1, (size_t)got - 1);
    }
    write_waiting(&r->pty);
    write_waiting(&r->uart);
    set_interest(r);
}

static void on_uart(uv_poll_t *poll, int status, int events)
{
    struct relay *r = poll->data;
    uint8_t chunk[CHUNK];
    size_t room = RELAY_BUFFER - r->pty.waiting.len;
    ssize_t got = -1;

    (void)status;
    if ((events & UV_READABLE) != 0 && room > 0) {
        got = read(r->uart.fd, chunk, room < CHUNK ? room : CHUNK);
        if (got > 0)
            hand_over(r, &r->pty, chunk, (size_t)got);
        else if (got == 0 || (errno != EAGAIN && errno != EINTR))
            relay_disconnect(r);
    }
    write_waiting(&r->uart);
    write_waiting(&r->pty);
    set_interest(r);
}

/* ---- opening and closing --------------------------------------------------------------------- */

static int open_pty(struct relay *r)
{
    int on = 1;

    r->pty.fd = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK);
    if (r->pty.fd < 0 || grantpt(r->pty.fd) != 0 || unlockpt(r->pty.fd) != 0 ||
        ptsname_r(r->pty.fd, r->port, sizeof(r->port)) != 0)
        return -1;
    r->slave = open(r->port, O_RDWR | O_NOCTTY | O_CLOEXEC);
    if (r->slave < 0 || pty_make_raw(r->slave) != 0 || ioctl(r->pty.fd, TIOCPKT, &on) != 0)
        return -1;
    r->baud = pty_watch_rate(r->pty.fd);
    return 0;
}

enum assay_status relay_open(struct relay *r, uv_loop_t *loop, const struct relay_calls *calls,
                             void *ctx, struct line_fault *fault, struct assay_error *err)
{
    *r = (struct relay){.calls = calls, .ctx = ctx, .fault = fault, .slave = -1};
    r->pty.fd = -1;
    r->uart = (struct relay_side){.fd = -1};
    buf_init(&r->pty.waiting, RELAY_BUFFER);
    buf_init(&r->uart.waiting, RELAY_BUFFER);
    if (open_pty(r) != 0 || uv_timer_init(loop, &r->stale) != 0)
        return assay_error_sys(err, errno, "no pseudo terminal");
    r->stale.data = r;
    if (open_side(r, &r->pty, r->pty.fd) != ASSAY_OK)
        return assay_error_set(err, ASSAY_ERR_IO, "the pseudo terminal cannot be watched");
    set_interest(r);
    return ASSAY_OK;
}

enum assay_status relay_connect(struct relay *r, int uart, struct assay_error *err)
{
    if (open_side(r, &r->uart, uart) != ASSAY_OK)
        return assay_error_set(err, ASSAY_ERR_IO, "the emulator's UART cannot be watched");
    buf_clear(&r->uart.waiting);
    r->fault->passed = 0;
    set_interest(r);
    return ASSAY_OK;
}

void relay_disconnect(struct relay *r)
{
    close_side(&r->uart);
    buf_clear(&r->uart.waiting);
}

void relay_unplug(struct relay *r)
{
    close_side(&r->pty);
    buf_clear(&r->pty.waiting);
    if (r->slave >= 0)
        close(r->slave);
    r->slave = -1;
}

void relay_close(struct relay *r)
{
    relay_disconnect(r);
    relay_unplug(r);
    uv_close((uv_handle_t *)&r->stale, NULL);
    buf_done(&r->pty.waiting);
    buf_done(&r->uart.waiting);
}
