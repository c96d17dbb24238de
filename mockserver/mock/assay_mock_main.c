/* SPDX-License-Identifier: Apache-2.0 */
/* assay-mock: the servers of one server description, for any client. */
#include "base/deadline.h"
#include "bench_files.h"
#include "event_lines.h"
#include "json_value.h"
#include "mock/description.h"
#include "mock/mock.h"
#include "program_options.h"
#include "tls/library.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

enum { EXIT_OK = 0, EXIT_USAGE = 2, EXIT_BENCH = 3, SIGNALS = 3, CONFIG_MAX = 16 << 20 };

struct program {
    struct program_options options;
    uv_loop_t loop;
    uv_signal_t signals[SIGNALS];
    struct value *description;
    struct pki_store *store;
    struct tls_library *library;
    struct scenario_clock clock;
    struct event_lines lines;
    int events_fd; /* -1: none */
    struct mock *mock;
};

static int exit_code_of(enum assay_status status)
{
    switch ((int)status) {
    case ASSAY_OK:
        return EXIT_OK;
    case ASSAY_ERR_ARG:
    case ASSAY_ERR_MALFORMED:
    case ASSAY_ERR_NOT_FOUND:
        return EXIT_USAGE;
    default:
        return EXIT_BENCH;
    }
}

static enum assay_status read_config(struct program *p, struct assay_error *err)
{
    struct buf text;
    enum assay_status status = ASSAY_OK;

    if (p->options.config == NULL)
        return ASSAY_OK;
    buf_init(&text, CONFIG_MAX);
    status = bench_file_read(p->options.config, &text, err);
    if (status == ASSAY_OK)
        status =
            json_value_parse(p->options.config, buf_text(&text), text.len, &p->description, err);
    buf_done(&text);
    return status;
}

/* The machine's clock is read once, here, and only as the default of --time. */
static enum assay_status set_clock(struct program *p, struct assay_error *err)
{
    struct mock_times times;
    int64_t base_s = 0;

    if (scenario_time_parse(p->options.time, (int64_t)time(NULL), &base_s, err) != ASSAY_OK)
        return assay_error_prefix(err, ASSAY_ERR_ARG, "--time");
    ASSAY_TRY(mock_times_of(p->description, base_s, &times, err));
    scenario_clock_set(&p->clock, times.server_s * 1000, monotonic_ns());
    return ASSAY_OK;
}

static enum assay_status open_events(struct program *p, struct assay_error *err)
{
    const char *events = p->options.events;

    if (strcmp(events, "none") == 0)
        return ASSAY_OK;
    if (strcmp(events, "-") == 0) {
        p->events_fd = STDOUT_FILENO;
        return ASSAY_OK;
    }
    p->events_fd = open(events, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    return p->events_fd >= 0 ? ASSAY_OK : assay_error_sys(err, errno, "cannot write %s", events);
}

static enum assay_status prepare(struct program *p, struct assay_error *err)
{
    ASSAY_TRY(read_config(p, err));
    ASSAY_TRY(set_clock(p, err));
    p->store = pki_store_new();
    if (p->store == NULL)
        return assay_error_set(err, ASSAY_ERR_NOMEM, "out of memory");
    if (tls_library_new(&p->library, err) != ASSAY_OK)
        p->library = NULL; /* the default one does it all, too, only slower */
    if (p->options.store != NULL)
        ASSAY_TRY(bench_store_load(p->store, p->options.store, err));
    return open_events(p, err);
}

static void on_stop(void *ctx)
{
    struct program *p = ctx;

    uv_stop(&p->loop);
}

static void on_signal(uv_signal_t *handle, int number)
{
    (void)number;
    on_stop(handle->data);
}

static void watch_signals(struct program *p)
{
    static const int numbers[SIGNALS] = {SIGTERM, SIGINT, SIGHUP};

    for (size_t i = 0; i < SIGNALS; i++) {
        uv_signal_init(&p->loop, &p->signals[i]);
        p->signals[i].data = p;
        uv_signal_start(&p->signals[i], on_signal, numbers[i]);
    }
}

static enum assay_status start(struct program *p, struct assay_error *err)
{
    struct mock_options options = {
        .loop = &p->loop,
        .sink = p->events_fd >= 0 ? &p->lines.sink : NULL,
        .store = p->store,
        .library = p->library,
        .clock = &p->clock,
        .description = p->description,
        .address = p->options.listen,
        .port = p->options.port,
        .dns = p->options.dns,
        .dns_port = p->options.dns_port,
        .sntp = p->options.sntp,
        .sntp_port = p->options.sntp_port,
    };

    ASSAY_TRY(mock_start(&options, &p->mock, err));
    if (p->options.root_out != NULL)
        ASSAY_TRY(bench_roots_save(p->store, p->description, p->options.root_out, err));
    if (p->options.store != NULL)
        ASSAY_TRY(bench_store_save(p->store, p->options.store, err));
    return ASSAY_OK;
}

static enum assay_status say_ready(struct program *p, struct assay_error *err)
{
    struct mock_settings settings;
    struct buf line;
    enum assay_status status = mock_settings_read(p->description, &settings, err);
    ssize_t wrote = -1;

    if (status != ASSAY_OK)
        return status;
    buf_init(&line, 4096);
    if (buf_printf(&line, "{\"ready\":true,\"host\":") == ASSAY_OK &&
        json_add_string(&line, settings.host, strlen(settings.host)) == ASSAY_OK &&
        buf_printf(&line, ",\"address\":\"%s\",\"port\":%u,\"dns_port\":%u,\"sntp_port\":%u}\n",
                   p->options.listen, mock_port(p->mock), mock_dns_port(p->mock),
                   mock_sntp_port(p->mock)) == ASSAY_OK)
        wrote = write(p->options.ready_fd, line.data, line.len);
    if (wrote != (ssize_t)line.len)
        status = assay_error_sys(err, errno, "descriptor %d does not take the ready line",
                                 p->options.ready_fd);
    buf_done(&line);
    return status;
}

static enum assay_status serve(struct program *p, struct assay_error *err)
{
    enum assay_status status = ASSAY_OK;

    watch_signals(p);
    if (p->events_fd >= 0)
        event_lines_init(&p->lines, &p->loop, p->events_fd, on_stop, p);
    status = start(p, err);
    if (status == ASSAY_OK) {
        if (p->events_fd >= 0)
            event_lines_flush(&p->lines);
        status = say_ready(p, err);
    }
    if (status == ASSAY_OK)
        uv_run(&p->loop, UV_RUN_DEFAULT);
    mock_stop(p->mock);
    if (status == ASSAY_OK && p->events_fd >= 0 && p->lines.failed)
        status = assay_error_set(err, ASSAY_ERR_IO, "events can no longer be written to %s",
                                 p->options.events);
    for (size_t i = 0; i < SIGNALS; i++)
        uv_close((uv_handle_t *)&p->signals[i], NULL);
    if (p->events_fd >= 0)
        event_lines_done(&p->lines);
    uv_run(&p->loop, UV_RUN_NOWAIT);
    return status;
}

static enum assay_status run(struct program *p, struct assay_error *err)
{
    enum assay_status status = prepare(p, err);

    if (status == ASSAY_OK && uv_loop_init(&p->loop) != 0)
        status = assay_error_set(err, ASSAY_ERR_IO, "no event loop");
    else if (status == ASSAY_OK) {
        status = serve(p, err);
        uv_loop_close(&p->loop);
    }
    if (p->events_fd > STDERR_FILENO)
        close(p->events_fd);
    pki_store_free(p->store);
    tls_library_free(p->library); /* keys of the store may hold parts of it */
    value_free(p->description);
    return status;
}

/* A connection is a descriptor: as many as may be had, not as many as a shell gives by default. */
static void take_descriptors(void)
{
    struct rlimit limit = {0};

    if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
        return;
    limit.rlim_cur = limit.rlim_max;
    (void)setrlimit(RLIMIT_NOFILE, &limit); /* then it serves as many as before */
}

int main(int argc, char **argv)
{
    struct program program = {.events_fd = -1};
    struct assay_error err = {0};
    enum assay_status status = program_options_parse(argc, argv, &program.options, &err);

    signal(SIGPIPE, SIG_IGN);
    take_descriptors();
    if (status == ASSAY_OK && program.options.wants_help) {
        program_options_help(stdout);
        return EXIT_OK;
    }
    if (status == ASSAY_OK && program.options.wants_version) {
        puts("assay-mock " ASSAY_VERSION);
        return EXIT_OK;
    }
    if (status == ASSAY_OK)
        status = run(&program, &err);
    if (status != ASSAY_OK)
        fprintf(stderr, "assay-mock: %s\n", err.text);
    return exit_code_of(status);
}
