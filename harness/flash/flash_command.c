/* SPDX-License-Identifier: Apache-2.0 */
/* Driver `command`: a tool of the field, in a process group of its own, with our deadline. */
#include "flash_driver.h"
#include "flash_entry.h"
#include "flash_tool.h"

#include "base/buf.h"
#include "base/exec.h"
#include "serial/serial.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { ARGS_MAX = 64, ARG_MAX_LEN = 8192, LINE_MAX_LEN = 512, GRACE_MS = 500, SETTLE_MS = 500 };

struct command;

/* One of the tool's two streams: what it prints last on each is what its user looks at. */
struct tool_stream {
    struct command *command;
    int fd;
    struct loop_watch *watch; /* NULL: it has ended */
    char line[LINE_MAX_LEN + 1];
    size_t len;
    char last_words[LINE_MAX_LEN + 1];
};

enum { STREAM_ERROR, STREAM_OUTPUT, STREAMS };

struct command {
    struct flash *flash;
    char *argv[ARGS_MAX + 1]; /* owned */
    struct exec_child child;
    struct tool_stream streams[STREAMS];
    struct loop_watch *end_watch;
    struct loop_timer *settle; /* after a touch */
    struct flash_patterns progress, failed_if;
    char failure[LINE_MAX_LEN + 1]; /* a line that means failure; "": there was none */
};

/* ---- the command line ---- */

struct placeholder {
    const char *name;
    enum assay_status (*put)(const struct flash *flash, struct buf *out);
};

static enum assay_status put_port(const struct flash *flash, struct buf *out)
{
    const char *port = flash_port_of(flash);

    return port != NULL ? buf_add_text(out, port) : ASSAY_ERR_NOT_FOUND;
}

static enum assay_status put_image(const struct flash *flash, struct buf *out)
{
    return buf_add_text(out, flash_image_path_of(flash));
}

/* Never the user's: an offset that would destroy a boot loader cannot be written down. */
static enum assay_status put_offset(const struct flash *flash, struct buf *out)
{
    const struct flash_chip *chip = flash_settings_of(flash)->chip;

    return chip != NULL ? buf_printf(out, "0x%x", chip->app_start) : ASSAY_ERR_NOT_FOUND;
}

static enum assay_status put_baud(const struct flash *flash, struct buf *out)
{
    return buf_add_int(out, flash_settings_of(flash)->baud);
}

static const struct placeholder placeholders[] = {
    {"{port}", put_port}, {"{image}", put_image}, {"{offset}", put_offset}, {"{baud}", put_baud}};

static const struct placeholder *placeholder_at(const char *text)
{
    for (size_t i = 0; i < sizeof(placeholders) / sizeof(*placeholders); i++)
        if (strncmp(text, placeholders[i].name, strlen(placeholders[i].name)) == 0)
            return &placeholders[i];
    return NULL;
}

static ASSAY_RESULT refuse_placeholder(enum assay_status status, const struct placeholder *p,
                                       const char *text, struct assay_error *err)
{
    if (p == NULL)
        return assay_error_set(err, ASSAY_ERR_MALFORMED,
                               "flash.command: \"%.64s\": known are {port}, {image}, {offset} and "
                               "{baud}; a plain brace is {{",
                               text);
    if (status != ASSAY_ERR_NOT_FOUND)
        return assay_error_set(err, status, "flash.command: \"%.64s\" is too long", text);
    return assay_error_set(err, status, "flash.command: %s stands for nothing here: %s", p->name,
                           p->put == put_port ? "give --port, or `flash.port`"
                                              : "it needs `flash.chip`");
}

static ASSAY_RESULT expand(const struct flash *flash, const char *text, char **ret,
                           struct assay_error *err)
{
    struct buf out;
    enum assay_status status = ASSAY_OK;

    buf_init(&out, ARG_MAX_LEN);
    for (const char *at = text; *at != '\0' && status == ASSAY_OK;) {
        const struct placeholder *p = placeholder_at(at);

        if (at[0] != '{' || at[1] == '{') {
            status = buf_add_char(&out, *at);
            at += at[0] == '{' ? 2 : 1;
            continue;
        }
        status = p != NULL ? p->put(flash, &out) : ASSAY_ERR_MALFORMED;
        if (status != ASSAY_OK)
            status = refuse_placeholder(status, p, text, err);
        else
            at += strlen(p->name);
    }
    if (status == ASSAY_OK)
        status = buf_take(&out, ret);
    buf_done(&out);
    return status;
}

static ASSAY_RESULT make_argv(const struct flash *flash, char *argv[ARGS_MAX + 1],
                              struct assay_error *err)
{
    const struct value *words = flash_settings_of(flash)->command;
    size_t count = value_count(words);

    if (count > ARGS_MAX)
        return assay_error_set(err, ASSAY_ERR_LIMIT, "flash.command: at most %d words", ARGS_MAX);
    for (size_t i = 0; i < count; i++)
        ASSAY_TRY(expand(flash, value_text(value_at(words, i)), &argv[i], err));
    return ASSAY_OK;
}

static void free_argv(char *argv[ARGS_MAX + 1])
{
    for (size_t i = 0; i < ARGS_MAX; i++)
        free(argv[i]);
}

/* ---- is it there? ---- */

static bool is_program(const char *path)
{
    return access(path, X_OK) == 0;
}

static bool is_in_path(const char *name)
{
    const char *dirs = getenv("PATH");
    char path[PATH_MAX];

    if (strchr(name, '/') != NULL)
        return is_program(name);
    while (dirs != NULL && *dirs != '\0') {
        int len = (int)strcspn(dirs, ":");

        if (snprintf(path, sizeof(path), "%.*s/%s", len, dirs, name) < (int)sizeof(path) &&
            is_program(path))
            return true;
        dirs += len + (dirs[len] == ':');
    }
    return false;
}

static ASSAY_RESULT command_check(const struct flash *flash, struct assay_error *err)
{
    const struct flash_settings *s = flash_settings_of(flash);
    const char *program = value_text(value_at(s->command, 0));
    const struct flash_tool *tool = flash_tool_find(program);
    char *argv[ARGS_MAX + 1] = {NULL};
    enum assay_status status = ASSAY_OK;

    if (flash_request_of(flash)->verify_only)
        return assay_error_set(err, ASSAY_ERR_UNSUPPORTED,
                               "driver command can only write: its tool is told to");
    if (!is_in_path(program))
        return assay_error_set(err, ASSAY_ERR_NOT_FOUND,
                               "the flash tool %s is not here; get it "
                               "from %s",
                               program,
                               s->package[0] != '\0' ? s->package
                               : tool != NULL        ? tool->package
                                                     : "its maker");
    status = make_argv(flash, argv, err);
    free_argv(argv);
    return status;
}

/* ---- what it says ---- */

static void take_line(struct tool_stream *t)
{
    struct command *c = t->command;
    const char *phase = NULL;
    int64_t done = 0;
    int64_t total = 0;

    t->line[t->len] = '\0';
    if (t->len == 0)
        return;
    if (flash_patterns_progress(&c->progress, t->line, &phase, &done, &total))
        flash_progress(c->flash, phase, done, total);
    else
        flash_emit_output(c->flash, t->line, t->len);
    if (c->failure[0] == '\0' && flash_patterns_match(&c->failed_if, t->line))
        memcpy(c->failure, t->line, t->len + 1);
    memcpy(t->last_words, t->line, t->len + 1);
    t->len = 0;
}

/* Tools draw their bars with carriage returns, or with backspaces. */
static void take_output(struct tool_stream *t, const char *bytes, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        bool ends = bytes[i] == '\n' || bytes[i] == '\r' || bytes[i] == '\b';

        if (ends || t->len == LINE_MAX_LEN)
            take_line(t);
        if (!ends && bytes[i] != '\0')
            t->line[t->len++] = bytes[i];
    }
}

static void on_output(void *ctx)
{
    struct tool_stream *t = ctx;
    char bytes[4096];
    ssize_t got = 0;

    do {
        got = read(t->fd, bytes, sizeof(bytes));
        if (got > 0)
            take_output(t, bytes, (size_t)got);
    } while (got > 0 || (got < 0 && errno == EINTR));
    if (got < 0 && errno == EAGAIN)
        return;
    loop_watch_close(t->watch); /* the end of the stream is always readable */
    t->watch = NULL;
}

/* The line that means failure; else what it complained of; else what it said last. */
static const char *last_words(const struct command *c)
{
    if (c->failure[0] != '\0')
        return c->failure;
    for (size_t i = 0; i < STREAMS; i++)
        if (c->streams[i].last_words[0] != '\0')
            return c->streams[i].last_words;
    return "it said nothing";
}

/* ---- its life ---- */

static void close_watches(struct command *c)
{
    for (size_t i = 0; i < STREAMS; i++) {
        loop_watch_close(c->streams[i].watch);
        c->streams[i].watch = NULL;
    }
    loop_watch_close(c->end_watch);
    c->end_watch = NULL;
}

static void on_exit_of_tool(void *ctx)
{
    struct command *c = ctx;
    struct exec_outcome how = {.code = 0};
    enum assay_status status = ASSAY_OK;

    for (size_t i = 0; i < STREAMS; i++) {
        if (c->streams[i].watch != NULL)
            on_output(&c->streams[i]);
        take_line(&c->streams[i]);
    }
    close_watches(c);
    status = exec_reap(&c->child, &how);
    if (status != ASSAY_OK)
        flash_fail(c->flash, status, CAUSE_HARNESS, "%s: its end was lost", c->argv[0]);
    else if (how.signalled)
        flash_fail(c->flash, ASSAY_ERR_IO, CAUSE_FLASH, "%s was killed by signal %d: %.200s",
                   c->argv[0], how.code, last_words(c));
    else if (how.code != 0 || c->failure[0] != '\0')
        flash_fail(c->flash, ASSAY_ERR_IO, CAUSE_FLASH, "%s failed (exit status %d): %.200s",
                   c->argv[0], how.code, last_words(c));
    else
        flash_end(c->flash, FLASH_WRITTEN);
}

static ASSAY_RESULT watch(struct command *c, struct assay_error *err)
{
    uv_loop_t *loop = flash_request_of(c->flash)->loop;
    const int fds[STREAMS] = {
        [STREAM_ERROR] = c->child.stderr_fd, [STREAM_OUTPUT] = c->child.stdout_fd};
    enum assay_status status = ASSAY_OK;

    for (size_t i = 0; i < STREAMS && status == ASSAY_OK; i++) {
        c->streams[i].command = c;
        c->streams[i].fd = fds[i];
        status = loop_watch_new(loop, fds[i], on_output, &c->streams[i], &c->streams[i].watch);
    }
    if (status == ASSAY_OK)
        status = loop_watch_new(loop, c->child.pid_fd, on_exit_of_tool, c, &c->end_watch);
    if (status == ASSAY_OK)
        return ASSAY_OK;
    return assay_error_set(err, status, "%s cannot be waited for", c->argv[0]);
}

static ASSAY_RESULT run(struct command *c, struct assay_error *err)
{
    struct exec_spec spec = exec_spec_default();

    spec.argv = (const char *const *)c->argv;
    ASSAY_TRY(exec_start(&spec, &c->child, err));
    return watch(c, err);
}

static void on_settled(void *ctx)
{
    struct command *c = ctx;
    struct assay_error err = {.text = ""};
    enum assay_status status = run(c, &err);

    if (status != ASSAY_OK)
        flash_fail(c->flash, status, CAUSE_HARNESS, "%s", err.text);
}

/* Into the boot loader, as far as that works without an open port. */
static ASSAY_RESULT enter(struct command *c, struct assay_error *err)
{
    const struct flash_request *r = flash_request_of(c->flash);
    const struct flash_settings *s = flash_settings_of(c->flash);
    bool touches = s->entry->touches && flash_port_of(c->flash) != NULL;

    flash_begin_attempt(c->flash, s->entry->name, NULL);
    if (touches)
        ASSAY_TRY(serial_touch(flash_port_of(c->flash), r->sink, err));
    if (s->entry->has_control)
        ASSAY_TRY(r->control->reset(r->control->ctx, true, err));
    loop_timer_start(c->settle, touches ? SETTLE_MS : 0);
    return ASSAY_OK;
}

static ASSAY_RESULT prepare(struct command *c, struct assay_error *err)
{
    const struct flash_settings *s = flash_settings_of(c->flash);
    const struct flash_tool *tool = flash_tool_find(value_text(value_at(s->command, 0)));

    ASSAY_TRY(make_argv(c->flash, c->argv, err));
    ASSAY_TRY(flash_patterns_compile(s->failed_if, &c->failed_if, err));
    if (s->progress != NULL || tool == NULL || tool->progress == NULL)
        return flash_patterns_compile(s->progress, &c->progress, err);
    return flash_patterns_known(tool, &c->progress, err);
}

static void command_stop(void *state)
{
    struct command *c = state;

    if (c == NULL)
        return;
    close_watches(c);
    exec_kill(&c->child, GRACE_MS);
    loop_timer_close(c->settle);
    flash_patterns_done(&c->progress);
    flash_patterns_done(&c->failed_if);
    free_argv(c->argv);
    free(c);
}

static ASSAY_RESULT command_start(struct flash *flash, void **ret_state, struct assay_error *err)
{
    struct command *c = calloc(1, sizeof(*c));

    if (c == NULL)
        return assay_error_set(err, ASSAY_ERR_NOMEM, "out of memory");
    c->flash = flash;
    c->settle = loop_timer_new(flash_request_of(flash)->loop, on_settled, c);
    *ret_state = c; /* stopped by the flash from now on, whatever happens here */
    if (c->settle == NULL)
        return assay_error_set(err, ASSAY_ERR_NOMEM, "out of memory");
    ASSAY_TRY(prepare(c, err));
    return enter(c, err);
}

const struct flash_driver flash_driver_command = {.name = "command",
                                                  .is_native = false,
                                                  .check = command_check,
                                                  .start = command_start,
                                                  .stop = command_stop};
