/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Driver `remote`: a board at a fixed address that serves by itself. An attempt begins when its
 * port takes connections. Where it does not, the board file's command switches the board on, or
 * somebody does by hand, within the time that it may take to be ready.
 */
#include "board_events.h"
#include "board_internal.h"
#include "board_remote.h"
#include "loop/loop_handle.h"
#include "output_lines.h"

#include "base/deadline.h"
#include "base/exec.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
    RETRY_MS = 200, /* between two tries to reach it */
    TRY_MS = 1500,  /* for one: what is switched off, or behind a filter, answers nothing at all */
    SERVE_MS = 600000,
    MAX_COMMAND = 64,
    CHUNK = 4096
};

/* What the command that switches the board on prints. */
struct start_stream {
    struct remote_board *owner;
    const char *name;
    struct output_lines lines;
    struct loop_watch *watch;
};

struct remote_board {
    struct board *board;
    struct board_remote remote;
    const struct value *start; /* command that switches it on; NULL: by hand */
    struct loop_timer *limit;  /* of becoming ready, and then of serving */
    struct loop_timer *retry;
    struct loop_watch *connecting;
    int fd; /* that tries whether it listens; -1: none */
    bool has_started, is_serving;
    uint64_t ordered_ns;
    struct exec_child child; /* the command; pid 0: it does not run */
    struct loop_watch *child_end;
    struct start_stream streams[2]; /* of the command */
    struct secrets secrets;         /* none: the command's own */
};

static ASSAY_RESULT remote_check(const struct value *root, struct assay_error *err)
{
    return board_remote_check(root, err);
}

static ASSAY_RESULT remote_check_machine(const struct board_file *file,
                                         const struct board_options *options,
                                         struct assay_error *err)
{
    (void)file;
    (void)options;
    (void)err;
    return ASSAY_OK; /* whether it is there is seen when it is needed */
}

/* ---- its parts --------------------------------------------------------------------------------
 */

static void stop_trying(struct remote_board *r)
{
    loop_watch_close(r->connecting);
    r->connecting = NULL;
    if (r->fd >= 0)
        close(r->fd);
    r->fd = -1;
    loop_timer_stop(r->retry);
}

static void end_command(struct remote_board *r)
{
    loop_watch_close(r->child_end);
    r->child_end = NULL;
    for (size_t i = 0; i < 2; i++) {
        loop_watch_close(r->streams[i].watch);
        r->streams[i].watch = NULL;
        output_lines_done(&r->streams[i].lines);
    }
    exec_kill(&r->child, 0);
}

static void release_attempt(struct remote_board *r)
{
    stop_trying(r);
    end_command(r);
    loop_timer_stop(r->limit);
}

static void give_up(struct remote_board *r, const char *why)
{
    release_attempt(r);
    board_finish_cause(r->board, CAUSE_BOOT, "nothing takes connections at %s port %u: %s",
                       r->remote.address, r->remote.port, why);
}

/* ---- the command that switches it on ---------------------------------------------------------
 */

static void on_line(void *ctx, const char *text, size_t len)
{
    const struct start_stream *stream = ctx;

    (void)len;
    board_emit_line(stream->owner->board, stream->name, text);
}

static void on_output(void *ctx)
{
    struct start_stream *stream = ctx;
    const struct remote_board *r = stream->owner;
    char chunk[CHUNK];
    ssize_t got = read(stream == &r->streams[0] ? r->child.stdout_fd : r->child.stderr_fd, chunk,
                       sizeof(chunk));

    if (got > 0)
        output_lines_feed(&stream->lines, chunk, (size_t)got);
    if (got > 0 || (got < 0 && (errno == EAGAIN || errno == EINTR)))
        return;
    output_lines_end(&stream->lines);
    loop_watch_close(stream->watch);
    stream->watch = NULL;
}

static void on_command_end(void *ctx)
{
    struct remote_board *r = ctx;
    struct exec_outcome ended = {.signalled = false};
    enum assay_status status = ASSAY_OK;
    char text[128];

    for (size_t i = 0; i < 2; i++) {
        if (r->streams[i].watch != NULL)
            on_output(&r->streams[i]);
        output_lines_end(&r->streams[i].lines);
        loop_watch_close(r->streams[i].watch);
        r->streams[i].watch = NULL;
    }
    loop_watch_close(r->child_end); /* before its descriptor goes */
    r->child_end = NULL;
    status = exec_reap(&r->child, &ended);
    if (status == ASSAY_OK && !ended.signalled && ended.code == 0) {
        loop_timer_start(r->retry, 1);
        return;
    }
    snprintf(text, sizeof(text), "the command that starts it ended with %s %d",
             ended.signalled ? "signal" : "status", ended.code);
    give_up(r, text);
}

static ASSAY_RESULT watch_command(struct remote_board *r)
{
    static const char *const names[] = {"stdout", "stderr"};
    uv_loop_t *loop = board_options_of(r->board)->loop;
    const int fds[] = {r->child.stdout_fd, r->child.stderr_fd};

    for (size_t i = 0; i < 2; i++) {
        struct start_stream *stream = &r->streams[i];

        *stream = (struct start_stream){.owner = r, .name = names[i]};
        output_lines_init(&stream->lines, &r->secrets, on_line, stream);
        ASSAY_TRY(loop_watch_new(loop, fds[i], on_output, stream, &stream->watch));
    }
    return loop_watch_new(loop, r->child.pid_fd, on_command_end, r, &r->child_end);
}

static ASSAY_RESULT run_command(struct remote_board *r, struct assay_error *err)
{
    const char *argv[MAX_COMMAND + 1] = {NULL};
    struct exec_spec spec = exec_spec_default();
    struct buf shown;

    buf_init(&shown, 4096);
    for (size_t i = 0; i < value_count(r->start) && i < MAX_COMMAND; i++) {
        argv[i] = value_text(value_at(r->start, i));
        if (buf_printf(&shown, "%s%s", i > 0 ? " " : "", argv[i]) != ASSAY_OK)
            break; /* shown as far as there is room */
    }
    board_emit_text(r->board, EV_BOARD_COMMAND, "text", buf_text(&shown));
    buf_done(&shown);
    spec.argv = argv;
    spec.directory = board_file_start_dir(board_file_of(r->board));
    ASSAY_TRY(exec_start(&spec, &r->child, err));
    if (watch_command(r) != ASSAY_OK)
        return assay_error_set(err, ASSAY_ERR_NOMEM, "its start command cannot be watched");
    return ASSAY_OK;
}

static void switch_on(struct remote_board *r)
{
    struct assay_error err = {.text = ""};

    r->has_started = true;
    if (r->start == NULL) {
        board_emit_line(r->board, "bench",
                        "nothing takes connections there: switch the board on by hand");
        loop_timer_start(r->retry, RETRY_MS);
    } else if (run_command(r, &err) != ASSAY_OK) {
        give_up(r, err.text);
    }
}

/* ---- does it listen? -------------------------------------------------------------------------
 */

static void listens(struct remote_board *r)
{
    stop_trying(r);
    r->is_serving = true;
    loop_timer_start(r->limit, SERVE_MS);
    board_listening(r->board, r->remote.address, r->remote.port);
}

static void listens_not(struct remote_board *r)
{
    stop_trying(r);
    if (!r->has_started)
        switch_on(r);
    else
        loop_timer_start(r->retry, RETRY_MS);
}

static void on_connected(void *ctx)
{
    struct remote_board *r = ctx;
    int failed = 0;
    socklen_t len = sizeof(failed);

    if (getsockopt(r->fd, SOL_SOCKET, SO_ERROR, &failed, &len) == 0 && failed == 0)
        listens(r);
    else
        listens_not(r);
}

static bool make_address(const struct board_remote *remote, struct sockaddr_storage *ret,
                         socklen_t *ret_len)
{
    struct sockaddr_in *v4 = (void *)ret;
    struct sockaddr_in6 *v6 = (void *)ret;

    *ret = (struct sockaddr_storage){.ss_family = AF_UNSPEC};
    if (inet_pton(AF_INET, remote->address, &v4->sin_addr) == 1) {
        v4->sin_family = AF_INET;
        v4->sin_port = htons((uint16_t)remote->port);
        *ret_len = sizeof(*v4);
        return true;
    }
    v6->sin6_family = AF_INET6;
    v6->sin6_port = htons((uint16_t)remote->port);
    *ret_len = sizeof(*v6);
    return inet_pton(AF_INET6, remote->address, &v6->sin6_addr) == 1;
}

static void try_to_reach(void *ctx)
{
    struct remote_board *r = ctx;
    struct sockaddr_storage address;
    socklen_t len = 0;

    if (r->fd >= 0) { /* the last try has got no answer */
        listens_not(r);
        return;
    }
    if (!make_address(&r->remote, &address, &len)) {
        give_up(r, "this is no address");
        return;
    }
    r->fd = socket(address.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (r->fd < 0 ||
        (connect(r->fd, (const struct sockaddr *)&address, len) != 0 && errno != EINPROGRESS)) {
        listens_not(r);
        return;
    }
    if (loop_watch_new(board_options_of(r->board)->loop, r->fd, on_connected, r, &r->connecting) !=
        ASSAY_OK) {
        give_up(r, "it cannot be watched");
        return;
    }
    loop_watch_want_write(r->connecting, true);
    loop_timer_start(r->retry, TRY_MS);
}

static void on_limit(void *ctx)
{
    struct remote_board *r = ctx;
    char text[160];

    if (r->is_serving)
        snprintf(text, sizeof(text), "the visits took too long");
    else
        snprintf(text, sizeof(text), "%u ms were waited (timeouts.ready_ms); %s",
                 board_file_timeout_ms(board_file_of(r->board), BOARD_TIMEOUT_READY),
                 r->start != NULL ? "its start command did not help" : "switch the board on");
    give_up(r, text);
}

/* ---- the driver -------------------------------------------------------------------------------
 */

static ASSAY_RESULT remote_open(struct board *board, void **ret, struct assay_error *err)
{
    struct remote_board *r = calloc(1, sizeof(*r));
    uv_loop_t *loop = board_options_of(board)->loop;

    if (r != NULL) {
        r->board = board;
        r->fd = -1;
        (void)board_file_remote(board_file_of(board), &r->remote); /* the driver is this one */
        r->start = value_path(board_file_root(board_file_of(board)), "remote.start");
        r->limit = loop_timer_new(loop, on_limit, r);
        r->retry = loop_timer_new(loop, try_to_reach, r);
    }
    if (r == NULL || r->limit == NULL || r->retry == NULL) {
        if (r != NULL) {
            loop_timer_close(r->limit);
            loop_timer_close(r->retry);
        }
        free(r);
        return assay_error_set(err, ASSAY_ERR_NOMEM, "out of memory");
    }
    *ret = r;
    return ASSAY_OK;
}

static void remote_close(void *state)
{
    struct remote_board *r = state;

    if (r == NULL)
        return;
    release_attempt(r);
    loop_timer_close(r->limit);
    loop_timer_close(r->retry);
    free(r);
}

static void remote_connect(void *state, const struct board_request *request)
{
    struct remote_board *r = state;

    if (!request->serve) {
        board_finish_cause(r->board, CAUSE_HARNESS, "the board is a server and connects to nobody");
        return;
    }
    r->has_started = false;
    r->is_serving = false;
    r->ordered_ns = monotonic_ns();
    loop_timer_start(r->limit, board_file_timeout_ms(board_file_of(r->board), BOARD_TIMEOUT_READY));
    loop_timer_start(r->retry, 0);
}

static void remote_stop(void *state)
{
    struct remote_board *r = state;
    struct board_outcome outcome = {.cause = CAUSE_NONE,
                                    .has_result = true,
                                    .ok = true,
                                    .connect_ns = monotonic_ns() - r->ordered_ns};

    release_attempt(r);
    board_emit_result(r->board, true, "done", 0, "");
    board_finish(r->board, &outcome);
}

static void remote_cancel(void *state)
{
    release_attempt(state);
}

const struct board_driver board_driver_remote = {
    .default_clock = "host",
    .check = remote_check,
    .check_machine = remote_check_machine,
    .open = remote_open,
    .close = remote_close,
    .connect = remote_connect,
    .stop = remote_stop,
    .cancel = remote_cancel,
};
