/* SPDX-License-Identifier: Apache-2.0 */
/* assay serve: one scenario's servers for any device in the room, explained as it happens. */
#include "command.h"

#include "base/deadline.h"
#include "base/event_kinds.h"
#include "clock/scenario_clock.h"
#include "judge/explain.h"
#include "mock/mock.h"
#include "run/bench.h"
#include "scenario/scenario.h"
#include "served.h"
#include "store/store.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <uv.h>

struct serve {
    const char *address, *time, *bench_dir, *face, *host, *broker;
    struct option_number port, count;
    bool once, services;
    struct option_list faults;
    struct value *description; /* the scenario's with everything that the options say */
    uv_loop_t loop;
    struct bench *bench;
    struct pki_store *store;
    struct scenario_set *set;
    const struct scenario *scenario;
    struct scenario_clock clock;
    struct event_sink sink;
    struct explainer *explainer;
    struct mock *mock;
    uv_signal_t signals[2];
    long closed;
    bool stop;
};

static void stop(struct serve *s)
{
    s->stop = true;
    uv_stop(&s->loop);
}

static void on_event(void *ctx, const struct event *event)
{
    struct serve *s = ctx;
    struct buf text;

    buf_init(&text, 1 << 20);
    if (explainer_feed(s->explainer, event, &text) == ASSAY_OK && text.len > 0)
        (void)print_buffer(&text); /* nobody reads: nothing to do about it here */
    buf_done(&text);
    if (event_is(event, EV_NET_CLOSE) && ++s->closed >= s->count.value && s->count.value > 0)
        stop(s);
}

static void on_signal(uv_signal_t *handle, int number)
{
    struct serve *s = handle->data;

    (void)number;
    stop(s);
}

static enum assay_status watch_signals(struct serve *s)
{
    static const int numbers[] = {SIGINT, SIGTERM};

    for (size_t i = 0; i < 2; i++) {
        if (uv_signal_init(&s->loop, &s->signals[i]) != 0)
            return ASSAY_ERR_IO;
        s->signals[i].data = s;
        if (uv_signal_start(&s->signals[i], on_signal, numbers[i]) != 0)
            return ASSAY_ERR_IO;
    }
    return ASSAY_OK;
}

/* The root that the device must trust, as a file that can be handed to it. */
static enum assay_status write_root(struct serve *s, struct buf *ret_path, struct assay_error *err)
{
    const char *trust = value_text(value_get(s->scenario->description, "trust"));
    bool rsa = trust != NULL && strcmp(trust, "rsa") == 0;
    const char *name = rsa ? "root-rsa.pem" : "root-ecdsa.pem";
    struct buf der;
    struct buf pem;
    enum assay_status status = ASSAY_OK;

    buf_init(&der, 64 * 1024);
    buf_init(&pem, 64 * 1024);
    status = pki_store_root(s->store, rsa ? "rsa2048" : "p256", &der, err);
    if (status == ASSAY_OK)
        status = bench_save_store(s->bench, s->store, err);
    if (status == ASSAY_OK)
        status = pki_pem_certificate(der.data, der.len, &pem);
    if (status == ASSAY_OK)
        status = store_write_file(bench_directory(s->bench), name, &pem, 0644, err);
    if (status == ASSAY_OK)
        status = buf_printf(ret_path, "%s/%s", bench_directory(s->bench), name);
    buf_done(&der);
    buf_done(&pem);
    return status;
}

static int announce(const struct serve *s, const char *root_path)
{
    const struct scenario *sc = s->scenario;
    const char *host = value_text(value_get(s->description, "host"));
    char now[SCENARIO_TIME_TEXT];
    struct buf text;
    enum assay_status status = ASSAY_OK;
    int code = EXIT_BENCH;

    scenario_time_format(scenario_clock_s(&s->clock, monotonic_ns()), now);
    buf_init(&text, 64 * 1024);
    status = buf_printf(&text,
                        "%s  %s\n  %s\n  A good board: %s\n\n"
                        "listening on %s port %u\n"
                        "  the device connects to the name  %s\n"
                        "  it must trust this root          %s\n"
                        "  scenario time                    %s\n",
                        sc->id, sc->title, sc->server, sc->good, s->address, mock_port(s->mock),
                        host != NULL ? host : "broker.bench.test", root_path, now);
    if (status == ASSAY_OK && s->services)
        status = buf_printf(&text,
                            "  DNS on UDP port                  %u\n"
                            "  SNTP on UDP port                 %u\n",
                            mock_dns_port(s->mock), mock_sntp_port(s->mock));
    if (status == ASSAY_OK)
        status = buf_add_text(&text, "\n");
    if (status == ASSAY_OK)
        code = print_buffer(&text);
    buf_done(&text);
    return code;
}

static enum assay_status start(struct serve *s, struct assay_error *err)
{
    const char *when = value_text(value_get(s->scenario->description, "time"));
    int64_t base = 0;
    int64_t unix_s = 0;
    const struct served_changes changes = {.face = s->face,
                                           .host = s->host,
                                           .broker = s->broker,
                                           .faults = s->faults.items,
                                           .fault_count = s->faults.count};
    struct mock_options options = {.loop = &s->loop,
                                   .sink = &s->sink,
                                   .clock = &s->clock,
                                   .address = s->address,
                                   .dns = s->services,
                                   .sntp = s->services};

    ASSAY_TRY(scenario_time_parse(s->time, (int64_t)time(NULL), &base, err));
    ASSAY_TRY(scenario_time_parse(when != NULL ? when : "now", base, &unix_s, err));
    scenario_clock_set(&s->clock, unix_s * 1000, monotonic_ns());
    ASSAY_TRY(served_description(s->scenario->description, &changes, &s->description, err));
    options.description = s->description;
    options.port = s->port.given || s->face == NULL ? (unsigned)s->port.value
                                                    : mock_registered_port(s->description);
    ASSAY_TRY(bench_open(s->bench_dir, &s->bench, err));
    ASSAY_TRY(bench_load_store(s->bench, &s->store, err));
    options.store = s->store;
    s->explainer = explainer_new();
    if (s->explainer == NULL)
        return ASSAY_ERR_NOMEM;
    ASSAY_TRY(watch_signals(s));
    return mock_start(&options, &s->mock, err);
}

static int serve(struct serve *s)
{
    struct assay_error err = {.text = ""};
    struct buf root_path;
    enum assay_status status = start(s, &err);
    int code = EXIT_AS_EXPECTED;

    buf_init(&root_path, 8192);
    if (status == ASSAY_OK)
        status = write_root(s, &root_path, &err);
    if (status == ASSAY_OK)
        code = announce(s, buf_text(&root_path));
    buf_done(&root_path);
    if (status != ASSAY_OK)
        return complain_error(status, &err);
    while (code == EXIT_AS_EXPECTED && !s->stop)
        uv_run(&s->loop, UV_RUN_ONCE);
    return code;
}

static void close_handle(uv_handle_t *handle, void *ctx)
{
    (void)ctx;
    if (!uv_is_closing(handle))
        uv_close(handle, NULL);
}

static void tear_down(struct serve *s)
{
    mock_stop(s->mock);
    value_free(s->description);
    uv_walk(&s->loop, close_handle, NULL);
    uv_run(&s->loop, UV_RUN_DEFAULT);
    uv_loop_close(&s->loop);
    explainer_free(s->explainer);
    pki_store_free(s->store);
    bench_close(s->bench);
    scenario_set_free(s->set);
}

static int find_scenario(struct context *context, struct serve *s, const char *id)
{
    struct assay_error err = {.text = ""};
    const struct scenario **found = NULL;
    size_t count = 0;
    enum assay_status status = scenario_set_load(context->paths.scenarios, &s->set, &err);

    if (status == ASSAY_OK)
        status = scenario_set_select(s->set, id, &found, &count, &err);
    if (status == ASSAY_OK && count != 1) {
        complain("serve: %s names %zu scenarios; one at a time can be served", id, count);
        free(found);
        return EXIT_USAGE;
    }
    if (status == ASSAY_OK && found[0]->board_serves) {
        complain("serve: in %s the board is the server, and nothing is served to it; `assay run` "
                 "visits it",
                 found[0]->id);
        free(found);
        return EXIT_USAGE;
    }
    if (status == ASSAY_OK)
        s->scenario = found[0];
    free(found);
    return status == ASSAY_OK ? -1 : complain_error(status, &err);
}

static int run(struct context *context, int argc, char **argv)
{
    struct serve s = {.address = "127.0.0.1",
                      .broker = "mock",
                      .time = "now",
                      .port = {.value = 8883, .least = 0, .most = 65535},
                      .count = {.least = 1, .most = 1000000},
                      .sink = {.emit = on_event, .ctx = &s}};
    const struct command_option options[] = {
        {"listen", 0, OPTION_TEXT, &s.address, "ADDR",
         "address to listen on; default 127.0.0.1 (0.0.0.0: everybody in the room)"},
        {"port", 0, OPTION_NUMBER, &s.port, "N", "port; default 8883, or the face's own, 0: any"},
        {"time", 0, OPTION_TEXT, &s.time, "WHEN", "what `now` is for the scenario; default now"},
        {"count", 0, OPTION_NUMBER, &s.count, "N", "end after N connections"},
        {"once", 0, OPTION_FLAG, &s.once, NULL, "end after one connection"},
        {"services", 0, OPTION_FLAG, &s.services, NULL, "serve the scenario's DNS and SNTP too"},
        {"fault", 0, OPTION_LIST, &s.faults, "FAULT",
         "\"slow-reading by=100\", \"delay SUBACK by=1500\": what else goes wrong; `assay list "
         "faults`"},
        {"broker", 0, OPTION_TEXT, &s.broker, "NAME",
         "who answers MQTT: mock, the bench's own (default), or mosquitto, a real one behind it"},
        {"face", 0, OPTION_TEXT, &s.face, "FACE",
         "the service to pass for: \"aws thing=NAME\", \"google project=P key=@public.pem\", ...; "
         "docs/formats/faces.md"},
        {"host", 0, OPTION_TEXT, &s.host, "NAME",
         "the name that the device connects to, and that the certificate is for"},
        {"bench-dir", 0, OPTION_TEXT, &s.bench_dir, "DIR", "where the bench keeps its roots"},
        {NULL, 0, OPTION_FLAG, NULL, NULL, NULL},
    };
    struct option_list words = {.count = 0};
    int code = options_parse(context, &command_serve, options, argc, argv, &words);

    if (code >= 0)
        return code;
    if (words.count > 1 || (words.count == 0 && s.face == NULL)) {
        complain("serve: which scenario? `assay list scenarios` shows them; with --face, POS-01 is "
                 "meant where none is named");
        return EXIT_USAGE;
    }
    if (s.once)
        s.count.value = 1;
    code = find_scenario(context, &s, words.count > 0 ? words.items[0] : "POS-01");
    if (code < 0 && uv_loop_init(&s.loop) != 0)
        return EXIT_BENCH;
    if (code < 0) {
        code = serve(&s);
        tear_down(&s);
        return code;
    }
    scenario_set_free(s.set);
    return code;
}

const struct command command_serve = {
    .name = "serve",
    .arguments = "[SCENARIO] [--face FACE] [--listen ADDR] [--port N] [--time WHEN] [--once]",
    .summary = "a scenario's servers for any client; explains each connection as it happens",
    .text = "Point any device at it. For every connection it says what the client offered, which\n"
            "message it reached, which alert or close came, and what that means.\n",
    .run = run,
};
