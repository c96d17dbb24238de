/* SPDX-License-Identifier: Apache-2.0 */
/* The process: its start, what it says, its end. */
#include "behind_internal.h"

#include "base/deadline.h"
#include "base/event_kinds.h"
#include "mock/mock.h"

#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { START_MS = 15000, RUNS_TEXT = 16 };

/* argv[0] is set to the program that there is. */
static enum assay_status try_programs(const char **argv, struct exec_child *ret,
                                      struct assay_error *err)
{
    const char *named = getenv("ASSAY_MOSQUITTO");
    /* Not in the PATH of a user who is not root. */
    const char *const programs[] = {named != NULL ? named : "mosquitto", "/usr/sbin/mosquitto"};
    size_t count = named != NULL ? 1 : 2;
    struct exec_spec spec = exec_spec_default();
    enum assay_status status = ASSAY_ERR_NOT_FOUND;

    for (size_t i = 0; i < count && status == ASSAY_ERR_NOT_FOUND; i++) {
        argv[0] = programs[i];
        spec.argv = argv;
        status = exec_start(&spec, ret, err);
    }
    if (status == ASSAY_ERR_NOT_FOUND)
        return assay_error_set(err, status,
                               "no mosquitto to put behind the broker (\"%s\"): install it (apt "
                               "install mosquitto), or name it in ASSAY_MOSQUITTO",
                               programs[0]);
    return status;
}

static enum assay_status spawn(struct behind *b, struct assay_error *err)
{
    const char *argv[] = {NULL, "-c", b->config, NULL};

    return try_programs(argv, &b->child, err);
}

enum assay_status behind_start(const struct mqtt_settings *settings,
                               const struct value *description, struct behind **ret,
                               struct assay_error *err)
{
    struct behind *b = NULL;
    enum assay_status status = behind_check_keys(description, err);

    if (status != ASSAY_OK)
        return status;
    b = calloc(1, sizeof(*b));
    if (b == NULL)
        return assay_error_set(err, ASSAY_ERR_NOMEM, "out of memory");
    b->settings = settings;
    buf_init(&b->said, BEHIND_SAID_MAX);
    status = behind_write_config(b, err);
    if (status == ASSAY_OK)
        status = spawn(b, err);
    if (status != ASSAY_OK) {
        behind_stop(b);
        return status;
    }
    *ret = b;
    return ASSAY_OK;
}

/* What its help begins with: "mosquitto version 2.0.11". */
static enum assay_status read_version(struct buf *help, char *ret, struct assay_error *err)
{
    static const char mark[] = "mosquitto version ";
    const char *at = strstr(buf_text(help), mark);
    const char *version = at != NULL ? at + sizeof(mark) - 1 : "";

    if (*version < '2' || *version > '9')
        return assay_error_set(err, ASSAY_ERR_UNSUPPORTED,
                               "the mosquitto here is no 2.0 or newer (it says \"%.60s\"), and "
                               "older ones have no UNIX sockets",
                               buf_text(help));
    snprintf(ret, MOCK_VERSION_TEXT, "%.*s", (int)strcspn(version, " \n"), version);
    return ASSAY_OK;
}

enum assay_status mock_find_mosquitto(char ret_version[static MOCK_VERSION_TEXT],
                                      struct assay_error *err)
{
    enum { HELP_MAX = 64 * 1024, HELP_MS = 10000 };
    const char *argv[] = {NULL, "-h", NULL};
    struct deadline deadline = deadline_in_ms(HELP_MS);
    struct exec_child child;
    struct buf help;
    enum assay_status status = try_programs(argv, &child, err);

    if (status != ASSAY_OK)
        return status;
    buf_init(&help, HELP_MAX);
    while (!deadline_passed(&deadline)) {
        struct pollfd fd = {.fd = child.stdout_fd, .events = POLLIN};
        char piece[1024];
        ssize_t got = 0;

        poll(&fd, 1, deadline_left_ms(&deadline));
        got = read(child.stdout_fd, piece, sizeof(piece));
        if (got == 0 || (got > 0 && buf_add(&help, piece, (size_t)got) != ASSAY_OK))
            break;
    }
    exec_kill(&child, 0);
    status = read_version(&help, ret_version, err);
    buf_done(&help);
    return status;
}

/* ---- what it says ---- */

/* The last line that it printed, for people. */
static void last_line(const struct behind *b, char *line, size_t room)
{
    const char *text = buf_text(&b->said);
    size_t end = strlen(text);
    size_t begin = 0;

    while (end > 0 && text[end - 1] == '\n')
        end--;
    begin = end;
    while (begin > 0 && text[begin - 1] != '\n')
        begin--;
    snprintf(line, room, "%.*s", (int)(end - begin), text + begin);
}

void behind_fail(struct behind *b, const char *format, ...)
{
    struct event_builder e;
    va_list args;

    if (b->failure[0] != '\0')
        return;
    va_start(args, format);
    vsnprintf(b->failure, sizeof(b->failure), format, args);
    va_end(args);
    event_begin(&e, b->sink, "mock", EV_SERVICE_ERROR, 0);
    event_text(&e, "service", "mosquitto");
    event_text(&e, "text", b->failure);
    event_emit(&e);
}

/* "mosquitto version 2.0.11 running" */
static void note_running(struct behind *b)
{
    static const char mark[] = "mosquitto version ";
    const char *at = strstr(buf_text(&b->said), " running");
    const char *version = NULL;
    char text[RUNS_TEXT];
    struct event_builder e;

    if (at == NULL || b->runs)
        return;
    b->runs = true;
    for (const char *m = buf_text(&b->said); (m = strstr(m, mark)) != NULL && m < at; m++)
        version = m + sizeof(mark) - 1;
    snprintf(text, sizeof(text), "%.*s", version != NULL ? (int)(at - version) : 0,
             version != NULL ? version : "");
    event_begin(&e, b->sink, "mqtt", EV_MQTT_BEHIND, 0);
    event_text(&e, "program", "mosquitto");
    event_text(&e, "version", text);
    event_emit(&e);
}

/* Read what there is; the older half goes where there is too much. */
static bool listen_to(struct behind *b)
{
    char piece[1024];
    ssize_t got = read(b->child.stderr_fd, piece, sizeof(piece));

    if (got <= 0)
        return false;
    if (b->said.len + (size_t)got > BEHIND_SAID_MAX)
        buf_consume(&b->said, BEHIND_SAID_MAX / 2);
    if (buf_add(&b->said, piece, (size_t)got) != ASSAY_OK)
        return false;
    note_running(b);
    return true;
}

static void note_end(struct behind *b)
{
    struct exec_outcome outcome;
    char line[256];

    if (b->child.pid == 0 || b->failure[0] != '\0')
        return;
    while (listen_to(b)) {
    }
    if (b->loop != NULL) {
        uv_poll_stop(&b->watch_said);
        uv_poll_stop(&b->watch_end);
    }
    last_line(b, line, sizeof(line));
    if (exec_reap(&b->child, &outcome) != ASSAY_OK)
        outcome = (struct exec_outcome){.code = -1};
    behind_fail(b, "mosquitto, which stands behind the broker, ended (%s %d); it said last: %s",
                outcome.signalled ? "signal" : "exit status", outcome.code,
                line[0] != '\0' ? line : "nothing");
}

static void on_said(uv_poll_t *poll, int status, int events)
{
    struct behind *b = poll->data;

    (void)events;
    if (status < 0 || !listen_to(b))
        uv_poll_stop(&b->watch_said); /* its end comes through the other watch */
    if (b->runs)
        uv_timer_stop(&b->patience);
    if (b->runs)
        behind_links_connect(b);
}

static void on_end(uv_poll_t *poll, int status, int events)
{
    struct behind *b = poll->data;

    (void)status;
    (void)events;
    note_end(b);
    behind_links_fail(b);
}

static void on_late(uv_timer_t *timer)
{
    struct behind *b = timer->data;

    behind_fail(b, "mosquitto, which stands behind the broker, did not start in %d seconds",
                START_MS / 1000);
    behind_links_fail(b);
}

const char *behind_failure(struct behind *behind)
{
    struct pollfd fd = {.fd = behind->child.pid_fd, .events = POLLIN};

    /* Its end may not have come through the loop yet. */
    if (behind->child.pid != 0 && behind->failure[0] == '\0' && poll(&fd, 1, 0) == 1) {
        note_end(behind);
        if (behind->loop != NULL)
            uv_timer_start(&behind->patience, on_late, 0, 0); /* for those that wait */
    }
    return behind->failure[0] != '\0' ? behind->failure : NULL;
}

/* ---- in the loop ---- */

enum assay_status behind_open(struct behind *behind, uv_loop_t *loop, const struct event_sink *sink,
                              const struct behind_events *events, struct assay_error *err)
{
    behind->sink = sink;
    behind->events = *events;
    behind->loop = loop;
    uv_timer_init(loop, &behind->patience);
    behind->open_handles = 1;
    behind->patience.data = behind;
    if (uv_poll_init(loop, &behind->watch_said, behind->child.stderr_fd) != 0)
        return assay_error_set(err, ASSAY_ERR_IO, "what mosquitto says cannot be watched");
    behind->open_handles = 2;
    behind->watch_said.data = behind;
    if (uv_poll_init(loop, &behind->watch_end, behind->child.pid_fd) != 0)
        return assay_error_set(err, ASSAY_ERR_IO, "mosquitto's end cannot be watched");
    behind->open_handles = 3;
    behind->watch_end.data = behind;
    if (uv_poll_start(&behind->watch_said, UV_READABLE, on_said) != 0 ||
        uv_poll_start(&behind->watch_end, UV_READABLE, on_end) != 0)
        return assay_error_set(err, ASSAY_ERR_IO, "mosquitto cannot be watched");
    uv_timer_start(&behind->patience, on_late, START_MS, 0);
    return ASSAY_OK;
}

static void on_handle_closed(uv_handle_t *handle)
{
    ((struct behind *)handle->data)->open_handles--;
}

static void leave_loop(struct behind *b)
{
    uv_handle_t *const handles[] = {(uv_handle_t *)&b->patience, (uv_handle_t *)&b->watch_said,
                                    (uv_handle_t *)&b->watch_end};
    int count = b->open_handles;

    behind_links_close(b);
    for (int i = 0; i < count; i++)
        uv_close(handles[i], on_handle_closed);
    while (b->open_handles > 0 || b->links != NULL)
        uv_run(b->loop, UV_RUN_ONCE);
}

void behind_stop(struct behind *behind)
{
    if (behind == NULL)
        return;
    if (behind->loop != NULL)
        leave_loop(behind);
    exec_kill(&behind->child, 0); /* it has nothing to save */
    behind_remove_files(behind);
    buf_done(&behind->said);
    free(behind);
}
