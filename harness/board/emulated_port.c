/* SPDX-License-Identifier: Apache-2.0 */
#include "emulated_port.h"

#include "base/deadline.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { CHUNK = 4096, START_MS = 10000, RATE = 115200 };

ASSAY_RESULT emulated_port_init(struct emulated_port *p, uv_loop_t *loop,
                                const struct emulated_port_calls *calls, void *ctx,
                                const struct secrets *secrets)
{
    *p = (struct emulated_port){.loop = loop, .calls = calls, .ctx = ctx, .control = -1};
    output_lines_init(&p->news, secrets, calls->news, ctx);
    return ASSAY_OK;
}

void emulated_port_done(struct emulated_port *p)
{
    emulated_port_off(p);
    output_lines_done(&p->news);
}

bool emulated_port_is_on(const struct emulated_port *p)
{
    return p->child.pid > 0;
}

/* ---- the emulator's process ------------------------------------------------------------------ */

static void close_watch(struct loop_watch **watch)
{
    loop_watch_close(*watch);
    *watch = NULL;
}

/* false: nothing there now. */
static bool read_news(struct emulated_port *p)
{
    char chunk[CHUNK];
    ssize_t got = 0;

    do
        got = read(p->child.stdout_fd, chunk, sizeof(chunk));
    while (got < 0 && errno == EINTR);
    if (got > 0)
        output_lines_feed(&p->news, chunk, (size_t)got);
    else if (got == 0 || errno != EAGAIN)
        close_watch(&p->news_watch);
    return got > 0;
}

static void on_news(void *ctx)
{
    (void)read_news(ctx);
}

static void on_end(void *ctx)
{
    struct emulated_port *p = ctx;
    struct exec_outcome how = {.code = -1};

    while (p->news_watch != NULL && read_news(p))
        continue;
    output_lines_end(&p->news);
    close_watch(&p->end_watch);
    close_watch(&p->news_watch);
    if (exec_reap(&p->child, &how) != ASSAY_OK)
        how = (struct exec_outcome){.code = -1};
    emulated_port_off(p);
    p->calls->ended(p->ctx, &how);
}

/*
 * The emulator's first line names the port. It makes that before it starts anything, in a few
 * milliseconds.
 */
static ASSAY_RESULT read_port(struct emulated_port *p, struct assay_error *err)
{
    static const char head[] = "port ";
    struct deadline deadline = deadline_in_ms(START_MS);
    struct pollfd readable = {.fd = p->child.stdout_fd, .events = POLLIN};
    char line[256];
    size_t len = 0;

    while (len + 1 < sizeof(line) && poll(&readable, 1, deadline_left_ms(&deadline)) > 0 &&
           read(p->child.stdout_fd, line + len, 1) == 1 && line[len] != '\n')
        len++;
    line[len] = '\0';
    if (strncmp(line, head, strlen(head)) != 0)
        return assay_error_set(err, ASSAY_ERR_STATE, "%s",
                               len > 0 ? line : "the emulator did not start");
    snprintf(p->path, sizeof(p->path), "%.*s", (int)sizeof(p->path) - 1, line + strlen(head));
    return ASSAY_OK;
}

static ASSAY_RESULT start(struct emulated_port *p, const char *const *argv, const char *directory,
                          struct assay_error *err)
{
    struct exec_spec spec = exec_spec_default();
    int ends[2];
    enum assay_status status = ASSAY_OK;

    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
        return assay_error_sys(err, errno, "no socket for the emulator");
    spec.argv = argv;
    spec.directory = directory;
    spec.stdin_fd = ends[1];
    status = exec_start(&spec, &p->child, err);
    close(ends[1]);
    if (status != ASSAY_OK) {
        close(ends[0]);
        return status;
    }
    p->control = ends[0];
    return ASSAY_OK;
}

ASSAY_RESULT emulated_port_on(struct emulated_port *p, const char *const *argv,
                              const char *directory, struct assay_error *err)
{
    enum assay_status status = start(p, argv, directory, err);

    if (status != ASSAY_OK)
        return status;
    status = read_port(p, err);
    if (status == ASSAY_OK)
        status = loop_watch_new(p->loop, p->child.stdout_fd, on_news, p, &p->news_watch);
    if (status == ASSAY_OK)
        status = loop_watch_new(p->loop, p->child.pid_fd, on_end, p, &p->end_watch);
    if (status != ASSAY_OK)
        emulated_port_off(p);
    return status;
}

void emulated_port_off(struct emulated_port *p)
{
    emulated_port_close(p);
    close_watch(&p->news_watch);
    close_watch(&p->end_watch);
    exec_kill(&p->child, 0);
    if (p->control >= 0)
        close(p->control);
    p->control = -1;
    output_lines_end(&p->news);
}

ASSAY_RESULT emulated_port_command(struct emulated_port *p, const char *command,
                                   struct assay_error *err)
{
    char line[64];
    int len = snprintf(line, sizeof(line), "%s\n", command);

    if (p->control < 0 || send(p->control, line, (size_t)len, MSG_NOSIGNAL) != len)
        return assay_error_set(err, ASSAY_ERR_STATE, "the emulated board has no power");
    return ASSAY_OK;
}

/* ---- the serial port ------------------------------------------------------------------------- */

static void on_bytes(void *ctx, const uint8_t *bytes, size_t len)
{
    struct emulated_port *p = ctx;

    p->calls->bytes(p->ctx, bytes, len);
}

static void on_lost(void *ctx, const char *why)
{
    struct emulated_port *p = ctx;

    (void)why; /* serial.close has it */
    emulated_port_close(p);
    p->calls->link_lost(p->ctx);
}

static const struct serial_calls serial_calls = {.bytes = on_bytes, .lost = on_lost};

ASSAY_RESULT emulated_port_open(struct emulated_port *p, const struct event_sink *sink,
                                struct assay_error *err)
{
    const struct serial_spec spec = {.loop = p->loop,
                                     .sink = sink,
                                     .path = p->path,
                                     .mode = {.baud = RATE},
                                     .calls = &serial_calls,
                                     .ctx = p};

    return serial_open(&spec, &p->line, err);
}

void emulated_port_close(struct emulated_port *p)
{
    serial_close(p->line);
    p->line = NULL;
}

void emulated_port_send(struct emulated_port *p, const char *bytes, size_t len)
{
    /* What the line does not take is lost; one that is gone shows by itself. */
    if (p->line != NULL && serial_write(p->line, bytes, len) != ASSAY_OK)
        return;
}
