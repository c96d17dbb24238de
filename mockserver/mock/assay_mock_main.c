/* SPDX-License-Identifier: Apache-2.0 */
/* assay-mock: the servers alone, for any client; controlled while they run. */
#include "base/deadline.h"
#include "bench_files.h"
#include "clock/scenario_clock.h"
#include "command.h"
#include "control.h"
#include "event_lines.h"
#include "mock_config.h"
#include "program_options.h"
#include "station.h"
#include "station_command.h"
#include "tls/library.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

enum {
    EXIT_OK = 0,
    EXIT_REFUSED = 1, /* --tell: the reply says no */
    EXIT_USAGE = 2,
    EXIT_BENCH = 3,
    SIGNALS = 3,
    GOODBYE_MS = 1000, /* for what clients owe us when they are told that it is over */
    TELL_MS = 60000,
};

/* The way to the end. */
enum stage { STAGE_SERVING, STAGE_DRAINING, STAGE_ENDING, STAGE_OVER };

struct program {
    struct program_options options;
    uv_loop_t loop;
    uv_signal_t signals[SIGNALS];
    uv_timer_t limit; /* of the stage */
    struct pki_store *store;
    struct tls_library *library;
    int64_t base_unix_s;
    struct event_lines lines;
    int events_fd; /* -1: none */
    struct station *station;
    struct control *control; /* NULL: none */
    enum stage stage;
    unsigned drain_ms;
    /* What callbacks of the loop leave to be done outside of it. */
    unsigned stops; /* how often somebody said so */
    bool is_late;   /* the limit of the stage has passed */
    bool wants_reload;
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

/* The machine's clock is read once, here, and only as the default of --time. */
static enum assay_status prepare(struct program *p, struct assay_error *err)
{
    if (scenario_time_parse(p->options.time, (int64_t)time(NULL), &p->base_unix_s, err) != ASSAY_OK)
        return assay_error_prefix(err, ASSAY_ERR_ARG, "--time");
    p->drain_ms = p->options.drain_ms;
    p->store = pki_store_new();
    if (p->store == NULL)
        return assay_error_set(err, ASSAY_ERR_NOMEM, "out of memory");
    if (tls_library_new(&p->library, err) != ASSAY_OK)
        p->library = NULL; /* the default one does it all, too, only slower */
    if (p->options.store != NULL)
        ASSAY_TRY(bench_store_load(p->store, p->options.store, err));
    return open_events(p, err);
}

static void wake(void *ctx)
{
    struct program *p = ctx;

    uv_stop(&p->loop);
}

static void on_events_failed(void *ctx)
{
    struct program *p = ctx;

    p->stage = STAGE_OVER;
    wake(p);
}

/* Where no file was read there is nothing to be read again: a terminal that hangs up is an end. */
static void on_signal(uv_signal_t *handle, int number)
{
    struct program *p = handle->data;

    if (number == SIGHUP && p->options.config != NULL)
        p->wants_reload = true;
    else
        p->stops++;
    wake(p);
}

static void on_limit(uv_timer_t *timer)
{
    struct program *p = timer->data;

    p->is_late = true;
    wake(p);
}

static void watch(struct program *p)
{
    static const int numbers[SIGNALS] = {SIGTERM, SIGINT, SIGHUP};

    for (size_t i = 0; i < SIGNALS; i++) {
        uv_signal_init(&p->loop, &p->signals[i]);
        p->signals[i].data = p;
        uv_signal_start(&p->signals[i], on_signal, numbers[i]);
    }
    uv_timer_init(&p->loop, &p->limit);
    p->limit.data = p;
}

static enum assay_status save_files(struct program *p, struct assay_error *err)
{
    bool rsa = false;

    for (size_t i = 0; i < station_count(p->station); i++)
        rsa = rsa || bench_needs_rsa_root(listener_given(station_at(p->station, i)));
    if (p->options.root_out != NULL)
        ASSAY_TRY(bench_root_files_save(p->store, rsa, p->options.root_out, err));
    if (p->options.store != NULL)
        ASSAY_TRY(bench_store_save(p->store, p->options.store, err));
    return ASSAY_OK;
}

static enum assay_status reload(struct program *p, struct assay_error *err)
{
    struct mock_config *config = NULL;
    enum assay_status status = mock_config_load(&p->options, &config, err);

    if (status != ASSAY_OK)
        station_refuse_reload(p->station, err);
    else
        status = station_reload(p->station, config, err);
    mock_config_free(config);
    return status == ASSAY_OK ? save_files(p, err) : status;
}

static void on_line(void *ctx, const char *line, size_t len, struct buf *reply)
{
    struct program *p = ctx;
    struct station_wish wish = {.drain_ms = -1};
    struct assay_error err = {.text = ""};
    enum assay_status status = station_command(p->station, line, len, reply, &wish);

    if (status == ASSAY_OK && wish.reload && p->stage != STAGE_SERVING) {
        status = assay_error_set(&err, ASSAY_ERR_STATE, "it is about to end");
        status = station_reply_to_reload(p->station, &err, reply);
    } else if (status == ASSAY_OK && wish.reload) {
        bool is_good = reload(p, &err) == ASSAY_OK;

        status = station_reply_to_reload(p->station, is_good ? NULL : &err, reply);
    }
    if (wish.stop) {
        p->drain_ms = wish.drain_ms >= 0 ? (unsigned)wish.drain_ms : p->options.drain_ms;
        p->stops++;
    }
    (void)status; /* no reply: the control socket closes the connection */
}

static enum assay_status start(struct program *p, struct assay_error *err)
{
    const struct station_options options = {
        .loop = &p->loop,
        .lines = p->events_fd >= 0 ? &p->lines : NULL,
        .store = p->store,
        .library = p->library,
        .base_unix_s = p->base_unix_s,
        .on_empty = wake,
        .ctx = p,
    };
    struct mock_config *config = NULL;
    enum assay_status status = mock_config_load(&p->options, &config, err);

    if (status == ASSAY_OK)
        status = station_open(&options, config, &p->station, err);
    mock_config_free(config);
    ASSAY_TRY(status);
    ASSAY_TRY(save_files(p, err));
    if (p->options.control != NULL)
        return control_open(&p->loop, p->options.control, wake, on_line, p, &p->control, err);
    return ASSAY_OK;
}

/* The first listener's members, as a single description has always had them, then all. */
static enum assay_status write_ready(const struct program *p, struct buf *line)
{
    ASSAY_TRY(buf_add_text(line, "{\"ready\":true,"));
    ASSAY_TRY(station_write_listener(station_at(p->station, 0), line));
    ASSAY_TRY(buf_add_text(line, ",\"listeners\":["));
    for (size_t i = 0; i < station_count(p->station); i++) {
        ASSAY_TRY(buf_add_text(line, i > 0 ? ",{" : "{"));
        ASSAY_TRY(station_write_listener(station_at(p->station, i), line));
        ASSAY_TRY(buf_add_char(line, '}'));
    }
    return buf_add_text(line, "]}\n");
}

static enum assay_status say_ready(struct program *p, struct assay_error *err)
{
    struct buf line;
    enum assay_status status = ASSAY_OK;
    ssize_t wrote = -1;

    buf_init(&line, 64 * 1024);
    status = write_ready(p, &line);
    if (status == ASSAY_OK)
        wrote = write(p->options.ready_fd, line.data, line.len);
    if (wrote != (ssize_t)line.len)
        status = assay_error_sys(err, errno, "descriptor %d does not take the ready line",
                                 p->options.ready_fd);
    buf_done(&line);
    return status;
}

static void enter(struct program *p, enum stage stage, unsigned limit_ms)
{
    p->stage = stage;
    p->is_late = false;
    uv_update_time(&p->loop);
    uv_timer_start(&p->limit, on_limit, limit_ms, 0);
}

/* No more connections; then a while for those that there are; then they are ended in good order. */
static void go_towards_the_end(struct program *p)
{
    if (p->stops > 0 && p->stage == STAGE_SERVING) {
        enter(p, STAGE_DRAINING, p->drain_ms);
        station_stop_listening(p->station, p->drain_ms);
    }
    if (p->stage == STAGE_DRAINING && (p->is_late || p->stops > 1)) {
        enter(p, STAGE_ENDING, GOODBYE_MS);
        station_end_connections(p->station);
    }
    if (p->stage == STAGE_SERVING)
        return;
    if (station_open_connections(p->station) == 0 || p->stops > 1 ||
        (p->stage == STAGE_ENDING && p->is_late))
        p->stage = STAGE_OVER;
}

static void work(struct program *p)
{
    struct assay_error err = {.text = ""};

    if (p->control != NULL)
        control_work(p->control);
    if (p->wants_reload && p->stage == STAGE_SERVING && reload(p, &err) != ASSAY_OK)
        fprintf(stderr, "assay-mock: not reloaded: %s\n", err.text);
    p->wants_reload = false;
    station_reap(p->station);
    go_towards_the_end(p);
}

static void turn(struct program *p)
{
    while (p->stage != STAGE_OVER) {
        uv_run(&p->loop, UV_RUN_DEFAULT); /* until somebody calls wake() */
        if (p->stage != STAGE_OVER)
            work(p);
    }
}

static void close_all(struct program *p)
{
    control_close(p->control);
    station_free(p->station);
    for (size_t i = 0; i < SIGNALS; i++)
        uv_close((uv_handle_t *)&p->signals[i], NULL);
    uv_close((uv_handle_t *)&p->limit, NULL);
    if (p->events_fd >= 0)
        event_lines_done(&p->lines);
    uv_run(&p->loop, UV_RUN_NOWAIT);
}

static enum assay_status serve(struct program *p, struct assay_error *err)
{
    enum assay_status status = ASSAY_OK;

    watch(p);
    if (p->events_fd >= 0)
        event_lines_init(&p->lines, &p->loop, p->events_fd, on_events_failed, p);
    status = start(p, err);
    if (status == ASSAY_OK) {
        if (p->events_fd >= 0)
            event_lines_flush(&p->lines);
        status = say_ready(p, err);
    }
    if (status == ASSAY_OK)
        turn(p);
    close_all(p);
    if (status == ASSAY_OK && p->events_fd >= 0 && p->lines.failed)
        status = assay_error_set(err, ASSAY_ERR_IO, "events can no longer be written to %s",
                                 p->options.events);
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
    return status;
}

/* The words of the command line, as one text. */
static enum assay_status join_words(const struct program_options *options, struct buf *text)
{
    for (size_t i = 0; i < options->word_count; i++) {
        if (i > 0)
            ASSAY_TRY(buf_add_char(text, ' '));
        ASSAY_TRY(buf_add_text(text, options->words[i]));
    }
    return ASSAY_OK;
}

static enum assay_status tell(const struct program_options *options, bool *ret_is_yes,
                              struct assay_error *err)
{
    static const char yes[] = "{\"ok\":true";
    struct buf words;
    struct buf line;
    struct buf reply;
    enum assay_status status = ASSAY_OK;

    buf_init(&words, COMMAND_LINE_MAX);
    buf_init(&line, COMMAND_LINE_MAX);
    buf_init(&reply, 64 << 20);
    status = join_words(options, &words);
    if (status == ASSAY_OK)
        status = command_from_words(buf_text(&words), &line, err);
    else
        assay_error_set(err, status, "the command is too long");
    if (status == ASSAY_OK)
        status = buf_add_char(&line, '\n');
    if (status == ASSAY_OK)
        status = control_ask(options->tell, &line, TELL_MS, &reply, err);
    if (status == ASSAY_OK) {
        fputs(buf_text(&reply), stdout);
        *ret_is_yes = strncmp(buf_text(&reply), yes, sizeof(yes) - 1) == 0;
    }
    buf_done(&words);
    buf_done(&line);
    buf_done(&reply);
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
    bool is_yes = true;

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
        status = program.options.tell != NULL ? tell(&program.options, &is_yes, &err)
                                              : run(&program, &err);
    if (status != ASSAY_OK)
        fprintf(stderr, "assay-mock: %s\n", err.text);
    return status == ASSAY_OK && !is_yes ? EXIT_REFUSED : exit_code_of(status);
}
