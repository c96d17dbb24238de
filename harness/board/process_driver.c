/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Driver `process`: any client program on this machine. It gets the attempt through its command
 * line and files, resolves the bench's host name with nss_wrapper, and lives on the scenario's
 * clock with libfaketime. What it prints becomes lines, how it ends the result.
 */
#include "board_events.h"
#include "process_setup.h"
#include "loop/loop_handle.h"
#include "output_lines.h"

#include "base/deadline.h"

#include <errno.h>
#include <regex.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    DEFAULT_TIMEOUT_MS = 15000,
    SERVE_MS = 600000, /* that a server may serve: a backstop */
    GRACE_MS = 300,    /* between SIGTERM and SIGKILL */
    CHUNK = 16 * 1024, /* read in one go, so that the loop gets its turn */
    DRAIN_CHUNKS = 64, /* of what a program that has ended left behind */
    MAX_LINES = 2000,  /* of one attempt */
    MAX_LAST_LINE = 256
};

enum stream_id { STREAM_OUT, STREAM_ERR, STREAM_COUNT };

struct process_stream {
    struct process_board *owner;
    const char *name;
    struct output_lines lines;
    struct loop_watch *watch;
    char last_line[MAX_LAST_LINE]; /* that is not empty: the program's own words on its end */
};

struct process_board {
    struct board *board;
    const struct value *process; /* of the board file */
    struct secrets secrets;
    struct process_stream streams[STREAM_COUNT];
    struct loop_watch *end_watch;
    struct loop_timer *limit;
    unsigned limit_ms;
    unsigned lines;
    int kill_signal; /* 0: not given up yet */
    bool stays;      /* it is ended when its session has lasted long enough */
    bool is_server;
    bool is_stopping;  /* a server that has served long enough */
    regex_t listening; /* what a server says when it listens; is_server */
    bool has_pattern;
    uint64_t started_ns;
    struct exec_child child; /* pid 0: none */
};

/* The line of a server that says at which port it listens, and the port in its first group. */
static ASSAY_RESULT check_listening(const struct value *root, struct assay_error *err)
{
    const char *role = value_text(value_get(root, "role"));
    const char *pattern = value_text(value_path(root, "process.listening"));
    bool is_right = false;
    regex_t compiled;

    if (role == NULL || strcmp(role, "server") != 0)
        return ASSAY_OK;
    if (pattern != NULL && regcomp(&compiled, pattern, REG_EXTENDED) == 0) {
        is_right = compiled.re_nsub >= 1;
        regfree(&compiled);
    }
    if (is_right)
        return ASSAY_OK;
    return assay_error_set(err, ASSAY_ERR_MALFORMED,
                           "a server needs \"process: {listening: PATTERN}\", a POSIX extended "
                           "expression for the line that tells its port, with the port in "
                           "brackets, such as \"ACCEPT .*:([0-9]+)\"");
}

static ASSAY_RESULT process_check(const struct value *root, struct assay_error *err)
{
    const struct value *command = value_path(root, "process.command");

    if (value_count(command) == 0 || value_text_len(value_at(command, 0)) == 0)
        return assay_error_set(err, ASSAY_ERR_MALFORMED,
                               "\"process: {command: [...]}\" is missing");
    if (value_bool(value_path(root, "supports.session")) &&
        value_count(value_path(root, "process.session")) == 0)
        return assay_error_set(err, ASSAY_ERR_MALFORMED,
                               "supports.session needs \"process: {session: [...]}\": the command "
                               "that stays connected");
    return check_listening(root, err);
}

/* ---- what it prints ---------------------------------------------------------------------------
 */

/* A server says where it is. */
static void look_for_port(struct process_board *p, const char *text)
{
    regmatch_t groups[2];
    unsigned long port = 0;

    if (!p->is_server || !p->has_pattern || regexec(&p->listening, text, 2, groups, 0) != 0 ||
        groups[1].rm_so < 0)
        return;
    port = strtoul(text + groups[1].rm_so, NULL, 10);
    if (port == 0 || port > UINT16_MAX)
        return;
    loop_timer_start(p->limit, SERVE_MS); /* from now on it is told when to end */
    board_listening(p->board, NULL, (unsigned)port);
}

static void on_line(void *ctx, const char *text, size_t len)
{
    struct process_stream *s = ctx;

    if (len > 0)
        snprintf(s->last_line, sizeof(s->last_line), "%s", text);
    if (++s->owner->lines > MAX_LINES)
        return;
    if (s->owner->lines == MAX_LINES)
        text = "[the program printed more than is kept]";
    board_emit_line(s->owner->board, s->name, text);
    look_for_port(s->owner, text);
}

/* One chunk; false when there is none now, or will never be one again (then the watch is closed).
 */
static bool read_chunk(struct process_stream *s, int fd)
{
    char chunk[CHUNK];
    ssize_t got = 0;

    if (fd < 0)
        return false;
    do
        got = read(fd, chunk, sizeof(chunk));
    while (got < 0 && errno == EINTR);
    if (got > 0) {
        output_lines_feed(&s->lines, chunk, (size_t)got);
        return true;
    }
    if (got == 0 || errno != EAGAIN) {
        loop_watch_close(s->watch);
        s->watch = NULL;
    }
    return false;
}

static int stream_fd(const struct process_stream *s)
{
    const struct process_board *p = s->owner;

    return s == &p->streams[STREAM_OUT] ? p->child.stdout_fd : p->child.stderr_fd;
}

static void on_readable(void *ctx)
{
    struct process_stream *s = ctx;

    (void)read_chunk(s, stream_fd(s)); /* more is announced again */
}

/* ---- how it ends ------------------------------------------------------------------------------
 */

/* After this nothing of the attempt is left: no child, no watch, no secret. */
static void release_attempt(struct process_board *p)
{
    loop_timer_stop(p->limit);
    loop_watch_close(p->end_watch);
    p->end_watch = NULL;
    for (size_t i = 0; i < STREAM_COUNT; i++) {
        loop_watch_close(p->streams[i].watch);
        p->streams[i].watch = NULL;
        output_lines_done(&p->streams[i].lines);
    }
    exec_kill(&p->child, 0);
    secrets_clear(&p->secrets);
    trust_files_remove(board_options_of(p->board)->work_dir);
}

static void emit_result(struct process_board *p, int code)
{
    const char *words = p->streams[STREAM_ERR].last_line;

    if (words[0] == '\0')
        words = p->streams[STREAM_OUT].last_line;
    board_emit_result(p->board, code == 0, code == 0 ? "done" : "", code, words);
}

static void finish_attempt(struct process_board *p, const struct exec_outcome *ended)
{
    struct board_outcome outcome = {.cause = CAUSE_NONE,
                                    .connect_ns = monotonic_ns() - p->started_ns};

    board_emit_exit(p->board, ended, p->kill_signal != 0 || p->is_stopping);
    if (p->is_stopping) {
        outcome.has_result = true;
        outcome.ok = true;
        board_emit_result(p->board, true, "done", 0, "");
    } else if (p->kill_signal == SIGTERM && p->stays) {
        outcome.has_result = false; /* it did what it was asked for, and has no word of its own */
    } else if (p->kill_signal != 0) {
        outcome.timed_out = true;
        snprintf(outcome.detail, sizeof(outcome.detail),
                 "the program did not end within %u ms and was killed", p->limit_ms);
    } else if (ended->signalled) {
        snprintf(outcome.detail, sizeof(outcome.detail), "the program died of signal %d (%s)",
                 ended->code, strsignal(ended->code));
    } else {
        outcome.has_result = true;
        outcome.ok = ended->code == 0;
        emit_result(p, ended->code);
    }
    release_attempt(p);
    board_finish(p->board, &outcome);
}

static void on_end(void *ctx)
{
    struct process_board *p = ctx;
    struct exec_outcome ended = {.signalled = false};
    pid_t pid = p->child.pid;

    for (size_t i = 0; i < STREAM_COUNT; i++) {
        struct process_stream *s = &p->streams[i];

        for (unsigned n = 0; n < DRAIN_CHUNKS && s->watch && read_chunk(s, stream_fd(s)); n++)
            continue;
        output_lines_end(&s->lines);
        loop_watch_close(s->watch);
        s->watch = NULL;
    }
    loop_watch_close(p->end_watch); /* before its descriptor goes */
    p->end_watch = NULL;
    if (exec_reap(&p->child, &ended) != ASSAY_OK) {
        release_attempt(p);
        board_finish_cause(p->board, CAUSE_HARNESS, "the program was collected by somebody else");
        return;
    }
    process_setup_clean_up(pid);
    finish_attempt(p, &ended);
}

static void on_limit(void *ctx)
{
    struct process_board *p = ctx;

    p->kill_signal = p->kill_signal == 0 ? SIGTERM : SIGKILL;
    (void)kill(-p->child.pid, p->kill_signal); /* it may just have ended */
    (void)kill(-p->child.pid, SIGCONT);        /* a stopped one would not see a SIGTERM */
    loop_timer_start(p->limit, GRACE_MS);
}

/* ---- an attempt -------------------------------------------------------------------------------
 */

static ASSAY_RESULT watch_child(struct process_board *p, struct assay_error *err)
{
    uv_loop_t *loop = board_options_of(p->board)->loop;
    enum assay_status status = ASSAY_OK;

    for (size_t i = 0; status == ASSAY_OK && i < STREAM_COUNT; i++)
        status = loop_watch_new(loop, stream_fd(&p->streams[i]), on_readable, &p->streams[i],
                                &p->streams[i].watch);
    if (status == ASSAY_OK)
        status = loop_watch_new(loop, p->child.pid_fd, on_end, p, &p->end_watch);
    if (status != ASSAY_OK)
        return assay_error_set(err, status, "cannot watch the program: %s",
                               assay_status_text(status));
    return ASSAY_OK;
}

static ASSAY_RESULT start_child(struct process_board *p, const struct process_setup *setup,
                                struct assay_error *err)
{
    struct exec_spec spec = exec_spec_default();

    board_emit_text(p->board, EV_BOARD_COMMAND, "text", buf_text(&setup->shown));
    spec.argv = (const char *const *)setup->argv.items;
    spec.env = (const char *const *)setup->env.items;
    spec.directory = board_options_of(p->board)->work_dir;
    ASSAY_TRY(exec_start(&spec, &p->child, err));
    p->started_ns = monotonic_ns();
    return watch_child(p, err);
}

static ASSAY_RESULT begin_attempt(struct process_board *p, const struct board_request *request,
                                  enum cause *ret_cause, struct assay_error *err)
{
    struct process_setup setup;
    enum assay_status status = ASSAY_OK;

    if (secrets_add(&p->secrets, request->password) != ASSAY_OK ||
        secrets_add(&p->secrets, request->psk_hex) != ASSAY_OK)
        return assay_error_set(err, ASSAY_ERR_NOMEM, "out of memory");
    status = process_setup_make(board_file_of(p->board), board_options_of(p->board)->work_dir,
                                request, &setup, err);
    if (status != ASSAY_OK)
        return status;
    status = start_child(p, &setup, err);
    if (status == ASSAY_ERR_NOT_FOUND)
        *ret_cause = CAUSE_BOOT; /* without its program there is no board */
    process_setup_done(&setup);
    return status;
}

static void process_connect(void *state, const struct board_request *request)
{
    static const char *const names[STREAM_COUNT] = {"stdout", "stderr"};
    struct process_board *p = state;
    const struct value *file_limit = value_get(p->process, "timeout_ms");
    struct assay_error err;
    enum cause cause = CAUSE_HARNESS;

    p->lines = 0;
    p->kill_signal = 0;
    p->is_server = request->serve;
    p->is_stopping = false;
    for (size_t i = 0; i < STREAM_COUNT; i++) {
        p->streams[i] = (struct process_stream){.owner = p, .name = names[i]};
        output_lines_init(&p->streams[i].lines, &p->secrets, on_line, &p->streams[i]);
    }
    p->limit_ms = board_time_limit_ms(request, file_limit != NULL ? value_int(file_limit)
                                                                  : DEFAULT_TIMEOUT_MS);
    p->stays = request->stay != NULL;
    if (p->stays)
        p->limit_ms = request->stay->stay_ms;
    if (begin_attempt(p, request, &cause, &err) != ASSAY_OK) {
        release_attempt(p);
        board_finish_cause(p->board, cause, "%s", err.text);
        return;
    }
    loop_timer_start(p->limit, p->limit_ms);
}

static void process_stop(void *state)
{
    struct process_board *p = state;

    if (p->child.pid == 0 || p->is_stopping)
        return;
    p->is_stopping = true;
    on_limit(p);
}

static void process_cancel(void *state)
{
    struct process_board *p = state;
    pid_t pid = p->child.pid;

    release_attempt(p);
    process_setup_clean_up(pid);
}

/* ---- the driver -------------------------------------------------------------------------------
 */

static bool compile_pattern(struct process_board *p)
{
    const char *pattern = value_text(value_get(p->process, "listening"));

    return pattern != NULL && regcomp(&p->listening, pattern, REG_EXTENDED) == 0;
}

static ASSAY_RESULT process_open(struct board *board, void **ret, struct assay_error *err)
{
    struct process_board *p = calloc(1, sizeof(*p));

    if (p != NULL) {
        p->board = board;
        p->process = value_get(board_file_root(board_file_of(board)), "process");
        p->limit = loop_timer_new(board_options_of(board)->loop, on_limit, p);
        p->has_pattern = compile_pattern(p);
    }
    if (p == NULL || p->limit == NULL) {
        free(p);
        return assay_error_set(err, ASSAY_ERR_NOMEM, "out of memory");
    }
    *ret = p;
    return ASSAY_OK;
}

static void process_close(void *state)
{
    struct process_board *p = state;

    if (p == NULL)
        return;
    process_cancel(p);
    loop_timer_close(p->limit);
    if (p->has_pattern)
        regfree(&p->listening);
    free(p);
}

const struct board_driver board_driver_process = {
    .default_clock = "host",
    .check = process_check,
    .check_machine = process_setup_check_machine,
    .open = process_open,
    .close = process_close,
    .connect = process_connect,
    .stop = process_stop,
    .cancel = process_cancel,
};
