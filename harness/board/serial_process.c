/* SPDX-License-Identifier: Apache-2.0 */
#include "serial_process.h"

#include <errno.h>
#include <unistd.h>

enum { CHUNK = 4096, MAX_CHUNKS = 16, LOSS_MS = 500 };

static void on_loss(void *ctx)
{
    struct serial_process *p = ctx;

    p->calls->link_lost(p->ctx);
}

ASSAY_RESULT serial_process_init(struct serial_process *p, uv_loop_t *loop,
                                 const struct serial_process_calls *calls, void *ctx,
                                 const struct secrets *secrets)
{
    *p = (struct serial_process){.loop = loop, .calls = calls, .ctx = ctx};
    output_lines_init(&p->complaints, secrets, calls->complaint, ctx);
    p->loss = loop_timer_new(loop, on_loss, p);
    return p->loss != NULL ? ASSAY_OK : ASSAY_ERR_NOMEM;
}

void serial_process_done(struct serial_process *p)
{
    serial_process_off(p);
    loop_timer_close(p->loss);
    p->loss = NULL;
    output_lines_done(&p->complaints);
}

static void close_watch(struct loop_watch **watch)
{
    loop_watch_close(*watch);
    *watch = NULL;
}

/* false: nothing there now, or never again (then the watch is closed). */
static bool read_line_chunk(struct serial_process *p)
{
    uint8_t chunk[CHUNK];
    size_t len = 0;
    enum assay_status status = p->line->ops->read(p->line, chunk, sizeof(chunk), &len);

    if (status == ASSAY_OK)
        p->calls->bytes(p->ctx, chunk, len);
    else if (status != ASSAY_ERR_STATE) {
        close_watch(&p->line_watch);
        loop_timer_start(p->loss, LOSS_MS);
    }
    return status == ASSAY_OK;
}

static void on_line(void *ctx)
{
    (void)read_line_chunk(ctx); /* more is announced again */
}

static bool read_error_chunk(struct serial_process *p)
{
    char chunk[CHUNK];
    ssize_t got = 0;

    do
        got = read(p->child.stderr_fd, chunk, sizeof(chunk));
    while (got < 0 && errno == EINTR);
    if (got > 0)
        output_lines_feed(&p->complaints, chunk, (size_t)got);
    else if (got == 0 || errno != EAGAIN)
        close_watch(&p->error_watch);
    return got > 0;
}

static void on_error(void *ctx)
{
    (void)read_error_chunk(ctx);
}

/* What it said last comes before its end. */
static void on_end(void *ctx)
{
    struct serial_process *p = ctx;
    struct exec_outcome how = {.signalled = false};

    for (int n = 0; n < MAX_CHUNKS && p->line_watch != NULL && read_line_chunk(p); n++)
        continue;
    for (int n = 0; n < MAX_CHUNKS && p->error_watch != NULL && read_error_chunk(p); n++)
        continue;
    output_lines_end(&p->complaints);
    close_watch(&p->end_watch);
    close_watch(&p->error_watch); /* before its descriptor goes */
    if (exec_reap(&p->child, &how) != ASSAY_OK)
        how = (struct exec_outcome){.signalled = false, .code = -1};
    serial_process_off(p);
    p->calls->ended(p->ctx, &how);
}

static ASSAY_RESULT watch_all(struct serial_process *p)
{
    ASSAY_TRY(loop_watch_new(p->loop, p->line->fd, on_line, p, &p->line_watch));
    ASSAY_TRY(loop_watch_new(p->loop, p->child.stderr_fd, on_error, p, &p->error_watch));
    return loop_watch_new(p->loop, p->child.pid_fd, on_end, p, &p->end_watch);
}

ASSAY_RESULT serial_process_on(struct serial_process *p, const char *const *argv,
                               const char *directory, struct assay_error *err)
{
    struct exec_spec spec = exec_spec_default();
    int board_fd = -1;
    enum assay_status status = ASSAY_OK;

    ASSAY_TRY(transport_pty_open(&p->line, &board_fd, err));
    spec.argv = argv;
    spec.directory = directory;
    spec.stdin_fd = board_fd;
    spec.stdout_fd = board_fd;
    status = exec_start(&spec, &p->child, err);
    close(board_fd);
    if (status == ASSAY_OK) {
        status = watch_all(p);
        if (status != ASSAY_OK)
            (void)assay_error_set(err, status, "cannot watch \"%s\": %s", argv[0],
                                  assay_status_text(status));
    }
    if (status != ASSAY_OK)
        serial_process_off(p);
    return status;
}

void serial_process_off(struct serial_process *p)
{
    if (p->loss != NULL)
        loop_timer_stop(p->loss);
    close_watch(&p->line_watch);
    close_watch(&p->error_watch);
    close_watch(&p->end_watch);
    exec_kill(&p->child, 0);
    if (p->line != NULL)
        p->line->ops->close(p->line);
    p->line = NULL;
    output_lines_end(&p->complaints);
}

bool serial_process_is_on(const struct serial_process *p)
{
    return p->line != NULL;
}

void serial_process_send(struct serial_process *p, const char *bytes, size_t len)
{
    /* A line that is gone shows when it is read, in its turn. */
    if (p->line != NULL && p->line->ops->write(p->line, bytes, len) != ASSAY_OK)
        return;
}
