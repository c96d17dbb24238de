/* SPDX-License-Identifier: Apache-2.0 */
#include "mock_bed.h"

#include "base/deadline.h"
#include "bench_files.h"
#include "json_value.h"
#include "test_support.h"

#include <fcntl.h>

#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { WAIT_MS = 5000, TOOL_MS = 20000, TRANSCRIPT_MAX = 256 << 20 };

bool mock_bed_open(struct mock_bed *bed)
{
    *bed = (struct mock_bed){.exit_code = -1};
    if (uv_loop_init(&bed->loop) != 0)
        return false;
    bed->transcript = transcript_new(TRANSCRIPT_MAX);
    bed->store = pki_store_new();
    if (bed->transcript == NULL || bed->store == NULL)
        return false;
    scenario_clock_set(&bed->clock, MOCK_BED_TIME_S * 1000LL, monotonic_ns());
    bed->options = (struct mock_options){
        .loop = &bed->loop,
        .sink = transcript_sink(bed->transcript),
        .store = bed->store,
        .clock = &bed->clock,
        .address = "127.0.0.1",
    };
    snprintf(bed->root_file, sizeof(bed->root_file), "%s/root.pem", test_directory());
    return bench_roots_save(bed->store, NULL, bed->root_file, &bed->err) == ASSAY_OK;
}

void mock_bed_use_real_time(struct mock_bed *bed)
{
    scenario_clock_set(&bed->clock, (int64_t)time(NULL) * 1000, monotonic_ns());
}

bool mock_bed_start(struct mock_bed *bed, const char *json)
{
    struct value *description = NULL;
    enum assay_status status =
        json_value_parse("description", json, strlen(json), &description, &bed->err);

    bed->options.description = description;
    if (status == ASSAY_OK)
        status = mock_start(&bed->options, &bed->mock, &bed->err);
    value_free(description);
    bed->options.description = NULL;
    if (status != ASSAY_OK)
        return false;
    snprintf(bed->port, sizeof(bed->port), "%u", mock_port(bed->mock));
    return true;
}

bool mock_bed_prepare(struct mock_bed *bed, const char *json, struct mock **ret)
{
    struct mock_options options = bed->options;
    struct value *description = NULL;
    enum assay_status status =
        json_value_parse("description", json, strlen(json), &description, &bed->err);

    options.description = description;
    if (status == ASSAY_OK)
        status = mock_prepare(&options, ret, &bed->err);
    value_free(description);
    return status == ASSAY_OK;
}

static const char *const type_names[] = {
    [EVENT_INT] = "int",     [EVENT_BOOL] = "bool", [EVENT_TEXT] = "text",
    [EVENT_BYTES] = "bytes", [EVENT_INTS] = "ints", [EVENT_TEXTS] = "texts",
};

/* Does the list "name type, name type? ..." have this field with this type? */
static bool is_listed(const char *fields, const struct event_field *field)
{
    size_t len = strlen(field->name);
    const char *at = fields;

    while ((at = strstr(at, field->name)) != NULL) {
        bool begins = at == fields || at[-1] == ' ';
        const char *rest = at + len + (at[len] == '!');

        at += len;
        if (begins && rest[0] == ' ' &&
            strncmp(rest + 1, type_names[field->kind], strlen(type_names[field->kind])) == 0)
            return true;
    }
    return false;
}

static const struct event_kind_row *row_of(const char *kind)
{
    const struct event_kind_row *row = event_kinds;

    while (row->kind != NULL && strcmp(row->kind, kind) != 0)
        row++;
    return row->kind != NULL ? row : NULL;
}

static void check_event(const struct event *event)
{
    const struct event_kind_row *row = row_of(event->kind);

    test_check(row != NULL, __FILE__, __LINE__, "%s is no kind of event", event->kind);
    for (size_t i = 0; row != NULL && i < event->field_count; i++)
        if (!is_listed(row->fields, &event->fields[i]))
            test_check(false, __FILE__, __LINE__, "%s: \"%s %s\" is not in \"%s\"", event->kind,
                       event->fields[i].name, type_names[event->fields[i].kind], row->fields);
}

void mock_bed_close(struct mock_bed *bed)
{
    mock_stop(bed->mock);
    for (size_t i = 0; i < transcript_count(bed->transcript); i++)
        check_event(transcript_at(bed->transcript, i));
    CHECK_UINT_EQ(mock_bed_count(bed, EV_NET_OPEN), mock_bed_count(bed, EV_NET_CLOSE));
    uv_run(&bed->loop, UV_RUN_NOWAIT);
    CHECK_INT_EQ(uv_loop_close(&bed->loop), 0);
    pki_store_free(bed->store);
    transcript_free(bed->transcript);
}

static void set_flag(uv_timer_t *timer)
{
    *(bool *)timer->data = true;
}

static void on_gone(uv_handle_t *handle)
{
    *(bool *)handle->data = true;
}

static void close_and_wait(struct mock_bed *bed, uv_handle_t *handle)
{
    bool gone = false;

    handle->data = &gone;
    uv_close(handle, on_gone);
    while (!gone)
        uv_run(&bed->loop, UV_RUN_NOWAIT);
}

static bool wait_ms(struct mock_bed *bed, bool (*ready)(void *ctx), void *ctx, unsigned ms)
{
    bool passed = false;
    uv_timer_t timer;

    uv_timer_init(&bed->loop, &timer);
    uv_update_time(&bed->loop);
    timer.data = &passed;
    uv_timer_start(&timer, set_flag, ms, 0);
    while (!passed && !ready(ctx))
        uv_run(&bed->loop, UV_RUN_ONCE);
    close_and_wait(bed, (uv_handle_t *)&timer);
    return !passed;
}

bool mock_bed_wait(struct mock_bed *bed, bool (*ready)(void *ctx), void *ctx)
{
    return wait_ms(bed, ready, ctx, WAIT_MS);
}

static void on_tool_end(uv_poll_t *poll, int status, int events)
{
    struct mock_bed_tool *tool = poll->data;

    (void)status;
    (void)events;
    tool->ended = true;
    uv_poll_stop(poll);
}

static bool has_ended(void *ctx)
{
    return ((struct mock_bed_tool *)ctx)->ended;
}

/* What fits into the pipe and the field; tests look at no more. */
static void read_output(struct mock_bed *bed, int fd)
{
    size_t len = 0;
    ssize_t got = 0;

    do {
        got = read(fd, bed->output + len, sizeof(bed->output) - 1 - len);
        len += got > 0 ? (size_t)got : 0;
    } while (got > 0);
    bed->output[len] = '\0';
}

bool mock_bed_begin(struct mock_bed *bed, const char *const *argv, struct mock_bed_tool *tool)
{
    struct exec_spec spec = exec_spec_default();
    int pipe_fds[2] = {-1, -1};

    *tool = (struct mock_bed_tool){.output = -1};
    if (pipe2(pipe_fds, O_CLOEXEC | O_NONBLOCK) != 0)
        return false;
    spec.argv = argv;
    spec.stdout_fd = pipe_fds[1];
    spec.stderr_fd = pipe_fds[1];
    if (exec_start(&spec, &tool->child, &bed->err) != ASSAY_OK) {
        close(pipe_fds[0]);
        close(pipe_fds[1]);
        return false;
    }
    close(pipe_fds[1]);
    tool->output = pipe_fds[0];
    uv_poll_init(&bed->loop, &tool->poll, tool->child.pid_fd);
    tool->poll.data = tool;
    uv_poll_start(&tool->poll, UV_READABLE, on_tool_end);
    return true;
}

void mock_bed_end(struct mock_bed *bed, struct mock_bed_tool *tool)
{
    struct exec_outcome outcome = {0};

    bed->exit_code = -1;
    (void)wait_ms(bed, has_ended, tool, TOOL_MS);
    close_and_wait(bed, (uv_handle_t *)&tool->poll);
    read_output(bed, tool->output);
    close(tool->output);
    if (tool->ended && exec_reap(&tool->child, &outcome) == ASSAY_OK && !outcome.signalled)
        bed->exit_code = outcome.code;
    else
        exec_kill(&tool->child, 0);
}

bool mock_bed_run(struct mock_bed *bed, const char *const *argv)
{
    struct mock_bed_tool tool;

    bed->exit_code = -1;
    bed->output[0] = '\0';
    if (!mock_bed_begin(bed, argv, &tool))
        return false;
    mock_bed_end(bed, &tool);
    return true;
}

const struct event *mock_bed_event(const struct mock_bed *bed, const char *kind, size_t nth)
{
    for (size_t i = 0; i < transcript_count(bed->transcript); i++) {
        const struct event *event = transcript_at(bed->transcript, i);

        if (event_is(event, kind) && nth-- == 0)
            return event;
    }
    return NULL;
}

const struct event *mock_bed_event_where(const struct mock_bed *bed, const char *kind,
                                         const char *name, const char *is)
{
    const struct event *event = NULL;

    for (size_t i = 0; (event = mock_bed_event(bed, kind, i)) != NULL; i++)
        if (strcmp(event_get_text(event, name), is) == 0)
            return event;
    return NULL;
}

size_t mock_bed_count(const struct mock_bed *bed, const char *kind)
{
    size_t count = 0;

    for (size_t i = 0; i < transcript_count(bed->transcript); i++)
        count += event_is(transcript_at(bed->transcript, i), kind);
    return count;
}

int mock_bed_connect(const struct mock_bed *bed)
{
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_port = htons((uint16_t)mock_port(bed->mock)),
                                  .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    if (fd >= 0 && connect(fd, (struct sockaddr *)&address, sizeof(address)) != 0) {
        close(fd);
        return -1;
    }
    return fd;
}
