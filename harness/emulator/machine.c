/* SPDX-License-Identifier: Apache-2.0 */
#include "machine.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <unistd.h>

/* This byte on the second UART is the boot pin, held for one reset: the loader looks for it. */
static const char boot_pin_is_held = 'B';

/* ---- watching -------------------------------------------------------------------------------- */

struct machine_watch {
    uv_poll_t poll;
    struct machine *machine;
    void (*call)(struct machine *m);
};

static void on_event(uv_poll_t *poll, int status, int events)
{
    struct machine_watch *watch = poll->data;

    (void)status;
    (void)events;
    watch->call(watch->machine);
}

static void on_watch_closed(uv_handle_t *handle)
{
    free(handle->data);
}

static struct machine_watch *watch_new(struct machine *m, int fd, void (*call)(struct machine *m))
{
    struct machine_watch *watch = calloc(1, sizeof(*watch));

    if (watch == NULL || uv_poll_init(m->loop, &watch->poll, fd) != 0) {
        free(watch);
        return NULL;
    }
    watch->poll.data = watch;
    watch->machine = m;
    watch->call = call;
    uv_poll_start(&watch->poll, UV_READABLE, on_event);
    return watch;
}

static void watch_close(struct machine_watch **watch)
{
    if (*watch != NULL)
        uv_close((uv_handle_t *)&(*watch)->poll, on_watch_closed);
    *watch = NULL;
}

static void on_error_output(struct machine *m)
{
    char chunk[1024];
    ssize_t got = read(m->child.stderr_fd, chunk, sizeof(chunk));

    if (got > 0)
        m->calls->complaint(m->ctx, chunk, (size_t)got);
    else if (got == 0 || (errno != EAGAIN && errno != EINTR))
        watch_close(&m->error_watch);
}

static void on_control(struct machine *m)
{
    char chunk[2048];
    ssize_t got = read(m->control, chunk, sizeof(chunk));

    if (got > 0)
        qmp_feed(&m->qmp, chunk, (size_t)got);
    else if (got == 0 || (errno != EAGAIN && errno != EINTR))
        watch_close(&m->control_watch);
}

static void close_all(struct machine *m)
{
    watch_close(&m->end_watch);
    watch_close(&m->error_watch);
    watch_close(&m->control_watch);
    if (m->boot_pin >= 0)
        close(m->boot_pin);
    if (m->control >= 0)
        close(m->control);
    m->boot_pin = -1;
    m->control = -1;
    qmp_done(&m->qmp);
}

static void on_end(struct machine *m)
{
    struct exec_outcome how = {.code = -1};

    if (m->error_watch != NULL)
        on_error_output(m);
    close_all(m);
    if (exec_reap(&m->child, &how) != ASSAY_OK)
        exec_kill(&m->child, 0);
    m->calls->ended(m->ctx, &how);
}

/* ---- QMP ------------------------------------------------------------------------------------- */

static void on_qmp_send(void *ctx, const char *text, size_t len)
{
    struct machine *m = ctx;

    /* A few dozen bytes into an empty socket; where that fails QEMU has gone, and on_end() says. */
    if (send(m->control, text, len, MSG_NOSIGNAL) != (ssize_t)len)
        m->calls->failed(m->ctx, "the emulator does not listen");
}

static void hold_boot_pin(struct machine *m)
{
    if (send(m->boot_pin, &boot_pin_is_held, 1, MSG_NOSIGNAL) != 1)
        m->calls->failed(m->ctx, "the boot pin cannot be held");
}

static void on_qmp_reset(void *ctx, bool by_guest, bool is_held)
{
    struct machine *m = ctx;

    if (is_held)
        hold_boot_pin(m);
    m->calls->reset(m->ctx, by_guest);
}

static void on_qmp_failed(void *ctx, const char *what)
{
    struct machine *m = ctx;

    m->calls->failed(m->ctx, what != NULL ? what : "the emulator refuses");
}

static const struct qmp_calls qmp_calls = {
    .send = on_qmp_send, .reset = on_qmp_reset, .failed = on_qmp_failed};

/* ---- power ----------------------------------------------------------------------------------- */

void machine_init(struct machine *m, uv_loop_t *loop, const struct machine_config *config,
                  const struct machine_calls *calls, void *ctx)
{
    *m = (struct machine){
        .loop = loop, .config = config, .calls = calls, .ctx = ctx, .boot_pin = -1, .control = -1};
}

bool machine_is_on(const struct machine *m)
{
    return m->child.pid > 0;
}

static void close_pairs(int pairs[3][2])
{
    for (size_t i = 0; i < 6; i++)
        if (pairs[i / 2][i % 2] >= 0)
            close(pairs[i / 2][i % 2]);
}

static enum assay_status start(struct machine *m, int pairs[3][2], struct assay_error *err)
{
    const struct machine_sockets sockets = {
        .uart = pairs[0][1], .boot_pin = pairs[1][1], .control = pairs[2][1]};
    const int kept[] = {sockets.uart, sockets.boot_pin, sockets.control};
    struct exec_spec spec = exec_spec_default();
    struct machine_argv argv;
    int null_fd = -1;
    uint64_t seed[MACHINE_SEED];
    enum assay_status status = ASSAY_OK;

    if (getrandom(seed, sizeof(seed), 0) != (ssize_t)sizeof(seed))
        return assay_error_sys(err, errno, "no random bytes");
    status = machine_argv_make(m->config, &sockets, seed, &argv, err);
    if (status != ASSAY_OK)
        return status;
    null_fd = open("/dev/null", O_WRONLY | O_CLOEXEC);
    spec.argv = argv.items;
    spec.stdout_fd = null_fd;
    spec.nice = m->config->nice;
    spec.kept_fds = kept;
    spec.kept_fd_count = 3;
    status = exec_start(&spec, &m->child, err);
    if (null_fd >= 0)
        close(null_fd);
    return status;
}

enum assay_status machine_on(struct machine *m, bool into_loader, int *ret_uart,
                             struct assay_error *err)
{
    int pairs[3][2] = {{-1, -1}, {-1, -1}, {-1, -1}};
    enum assay_status status = ASSAY_OK;

    for (size_t i = 0; i < 3 && status == ASSAY_OK; i++)
        if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pairs[i]) != 0 ||
            fcntl(pairs[i][0], F_SETFL, O_NONBLOCK) != 0)
            status = assay_error_sys(err, errno, "no socket for the emulator");
    if (status == ASSAY_OK)
        status = start(m, pairs, err);
    if (status != ASSAY_OK) {
        close_pairs(pairs);
        return status;
    }
    for (size_t i = 0; i < 3; i++)
        close(pairs[i][1]);
    m->boot_pin = pairs[1][0];
    m->control = pairs[2][0];
    qmp_init(&m->qmp, &qmp_calls, m);
    m->end_watch = watch_new(m, m->child.pid_fd, on_end);
    m->error_watch = watch_new(m, m->child.stderr_fd, on_error_output);
    m->control_watch = watch_new(m, m->control, on_control);
    *ret_uart = pairs[0][0];
    if (into_loader)
        hold_boot_pin(m);
    return ASSAY_OK;
}

void machine_off(struct machine *m)
{
    if (!machine_is_on(m))
        return;
    close_all(m);
    exec_kill(&m->child, 0);
}

void machine_reset(struct machine *m, bool into_loader)
{
    if (!machine_is_on(m))
        return;
    qmp_reset_machine(&m->qmp, into_loader);
}

void machine_done(struct machine *m)
{
    machine_off(m);
}
