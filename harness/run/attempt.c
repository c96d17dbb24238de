/* SPDX-License-Identifier: Apache-2.0 */
/* See attempt.h. */
#include "attempt.h"

#include "base/deadline.h"
#include "base/event_kinds.h"
#include "clock/scenario_clock.h"
#include "mock/mock.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

enum {
    /* After the board has reported, its connections get this long to close by themselves. */
    CLOSE_GRACE_MS = 300,
    /* A driver that has not answered this long after its own time-out is broken. */
    DRIVER_GRACE_MS = 60000,
    MAX_DER = 64 * 1024
};

enum ended { ENDED_NOT, ENDED_RESULT, ENDED_CLOSED, ENDED_DEADLINE, ENDED_CANCELLED };

static const char *const ended_names[] = {[ENDED_NOT] = "cancelled",
                                          [ENDED_RESULT] = "result",
                                          [ENDED_CLOSED] = "closed",
                                          [ENDED_DEADLINE] = "deadline",
                                          [ENDED_CANCELLED] = "cancelled"};

/* What one attempt holds while it runs. */
struct attempt {
    struct attempt_bed *bed;
    const struct attempt_request *request;
    const struct value *description;
    const struct event_sink *sink;
    struct scenario_clock clock;
    int64_t board_unix_s;
    struct mock *mock;
    uv_timer_t timer;
    bool timer_open;
    bool board_done;
    bool grace_over;
    bool broken; /* the driver did not answer */
    struct board_outcome outcome;
    struct buf root, cert, key;
};

enum assay_status credentials_make(struct credentials *ret)
{
    uint8_t random[20];
    struct buf hex;
    enum assay_status status = ASSAY_OK;

    if (getrandom(random, sizeof(random), 0) != (ssize_t)sizeof(random))
        return ASSAY_ERR_IO;
    buf_init(&hex, 64);
    status = buf_add_hex(&hex, random, sizeof(random));
    if (status == ASSAY_OK) {
        *ret = (struct credentials){.username = "bench-user", .payload = "{\"temperature\":21.5}"};
        snprintf(ret->client_id, sizeof(ret->client_id), "assay-%.8s", buf_text(&hex));
        snprintf(ret->password, sizeof(ret->password), "%.24s", buf_text(&hex) + 8);
        snprintf(ret->topic, sizeof(ret->topic), "assay/%.8s/telemetry", buf_text(&hex));
    }
    buf_done(&hex);
    return status;
}

int64_t attempt_bed_now_s(const struct attempt_bed *bed)
{
    return bed->base_unix_s + (int64_t)((monotonic_ns() - bed->start_ns) / 1000000000U);
}

static const char *text_of(const struct attempt *a, const char *path, const char *otherwise)
{
    const char *text = value_text(value_path(a->description, path));

    return text != NULL ? text : otherwise;
}

/* ---- events of the attempt itself ---- */

static void emit_begin(const struct attempt *a, int64_t unix_s)
{
    struct event_builder e;
    char time[SCENARIO_TIME_TEXT];

    scenario_time_format(unix_s, time);
    event_begin(&e, a->sink, "run", EV_ATTEMPT_BEGIN, 0);
    event_int(&e, "attempt", a->request->number);
    event_text(&e, "role", a->request->role);
    event_text(&e, "scenario", a->request->scenario->id);
    event_texts(&e, "serves", a->request->serves, a->request->serves_count);
    event_int(&e, "repeat", a->request->repeat);
    event_text(&e, "host", text_of(a, "host", ""));
    event_text(&e, "time", time);
    event_emit(&e);
}

static enum assay_status emit_description(const struct attempt *a)
{
    struct event_builder e;
    struct buf json;
    enum assay_status status = ASSAY_OK;

    buf_init(&json, 1U << 20);
    status = value_write_json(a->description, &json);
    if (status == ASSAY_OK) {
        event_begin(&e, a->sink, "run", EV_SERVER_DESCRIPTION, 0);
        event_text(&e, "json", buf_text(&json));
        event_emit(&e);
    }
    buf_done(&json);
    return status;
}

static void emit_clock(const struct attempt *a, int64_t unix_s)
{
    struct event_builder e;

    event_begin(&e, a->sink, "run", EV_CLOCK_SET, 0);
    event_int(&e, "unix_s", unix_s);
    event_text(&e, "reason", "the attempt begins");
    event_emit(&e);
}

static void emit_end(const struct attempt *a, enum cause cause, const char *detail,
                     enum ended ended, uint64_t began_ns)
{
    struct event_builder e;

    event_begin(&e, a->sink, "run", EV_ATTEMPT_END, 0);
    event_int(&e, "attempt", a->request->number);
    event_text(&e, "cause", cause_name(cause));
    event_text(&e, "detail", detail);
    event_text(&e, "ended", ended_names[ended]);
    event_int(&e, "duration_ns", (int64_t)(monotonic_ns() - began_ns));
    event_int(&e, "connect_ns", (int64_t)a->outcome.connect_ns);
    event_emit(&e);
}

/* ---- setting up ---- */

static enum assay_status set_clock(struct attempt *a, struct assay_error *err)
{
    int64_t base = attempt_bed_now_s(a->bed);
    int64_t unix_s = 0;

    ASSAY_TRY(scenario_time_parse(text_of(a, "time", "now"), base, &unix_s, err));
    a->board_unix_s = unix_s;
    if (text_of(a, "board_time", NULL) != NULL)
        ASSAY_TRY(scenario_time_parse(text_of(a, "board_time", NULL), base, &a->board_unix_s, err));
    scenario_clock_set(&a->clock, unix_s * 1000, monotonic_ns());
    emit_begin(a, unix_s);
    emit_clock(a, unix_s);
    return emit_description(a);
}

/* Servers of the next attempt, ready but for their sockets. */
struct prepared_servers {
    const struct scenario *scenario;
    struct scenario_clock clock;
    int64_t made_s; /* scenario time of their certificates */
    struct mock *mock;
};

void prepared_servers_free(struct prepared_servers *prepared)
{
    if (prepared == NULL)
        return;
    mock_stop(prepared->mock);
    free(prepared);
}

/* Did the server's certificate leave? Then the board is busy with it, and we are not. */
static bool certificate_left(const struct transcript *t, size_t *seen)
{
    while (*seen < transcript_count(t))
        if (event_is(transcript_at(t, (*seen)++), EV_TLS_CERTIFICATE_SENT))
            return true;
    return false;
}

/* A failure here is not told: the attempt itself will meet it and name it. */
static void prepare_next(struct attempt *a)
{
    const struct scenario *next = a->request->next;
    struct prepared_servers *p = next != NULL ? calloc(1, sizeof(*p)) : NULL;
    const char *when = next != NULL ? value_text(value_get(next->description, "time")) : NULL;
    struct mock_options options = {.description = next != NULL ? next->description : NULL,
                                   .loop = a->bed->loop,
                                   .store = a->bed->store,
                                   .address = a->bed->address,
                                   .dns = true,
                                   .sntp = true};

    if (p == NULL)
        return;
    p->scenario = next;
    options.clock = &p->clock;
    if (scenario_time_parse(when != NULL ? when : "now", attempt_bed_now_s(a->bed), &p->made_s,
                            NULL) != ASSAY_OK) {
        free(p);
        return;
    }
    scenario_clock_set(&p->clock, p->made_s * 1000, monotonic_ns());
    if (mock_prepare(&options, &p->mock, NULL) == ASSAY_OK)
        a->bed->prepared = p;
    else
        free(p);
}

/* The servers that were prepared, if they are the right ones and of this very second. */
static struct mock *take_prepared(struct attempt *a)
{
    struct prepared_servers *p = a->bed->prepared;
    struct mock *mock = NULL;

    a->bed->prepared = NULL;
    if (p != NULL && p->scenario == a->request->scenario &&
        p->made_s == scenario_clock_s(&a->clock, monotonic_ns())) {
        mock = p->mock;
        p->mock = NULL;
    }
    prepared_servers_free(p);
    return mock;
}

/* Open the sockets; on the board's registered port, or on any where somebody else has it. */
static enum assay_status open_servers(struct attempt *a, struct mock_options *options,
                                      struct assay_error *err)
{
    struct mock *mock = take_prepared(a);
    enum assay_status status = ASSAY_OK;

    if (mock == NULL)
        return mock_start(options, &a->mock, err);
    status = mock_open(mock, options, err);
    if (status != ASSAY_OK) {
        mock_stop(mock);
        return status;
    }
    a->mock = mock;
    return ASSAY_OK;
}

static enum assay_status start_servers(struct attempt *a, struct assay_error *err)
{
    struct mock_options options = {.loop = a->bed->loop,
                                   .sink = a->sink,
                                   .store = a->bed->store,
                                   .clock = &a->clock,
                                   .description = a->description,
                                   .address = a->bed->address,
                                   .dns = true,
                                   .sntp = true,
                                   .port = a->bed->port};
    enum assay_status status = open_servers(a, &options, err);

    if (status != ASSAY_ERR_IO || options.port == 0)
        return status;
    options.port = 0;
    return mock_start(&options, &a->mock, err);
}

/* The root that the board is to trust, and its identity where the scenario issues one. */
static enum assay_status make_trust(struct attempt *a, struct assay_error *err)
{
    static const struct {
        const char *trust, *key_type;
    } families[] = {{"auto", "auto"}, {"ecdsa", "p256"}, {"rsa", "rsa2048"}};
    const char *trust = text_of(a, "trust", "auto");
    const struct value *identity = value_get(a->description, "identity");
    const char *key_type = NULL;

    for (size_t i = 0; i < sizeof(families) / sizeof(families[0]); i++)
        if (strcmp(families[i].trust, trust) == 0)
            key_type = families[i].key_type;
    if (key_type == NULL)
        return assay_error_set(err, ASSAY_ERR_MALFORMED,
                               "trust: \"%s\" is none of auto, ecdsa, rsa", trust);
    ASSAY_TRY(pki_store_root(a->bed->store, key_type, &a->root, err));
    if (identity == NULL)
        return ASSAY_OK;
    return pki_identity_make(a->bed->store, identity, scenario_clock_s(&a->clock, monotonic_ns()),
                             &a->cert, &a->key, err);
}

/* ---- the board ---- */

static void on_board_done(void *ctx, const struct board_outcome *outcome)
{
    struct attempt *a = ctx;

    a->outcome = *outcome;
    a->board_done = true;
    /* A callback at the begin of an iteration must not leave the loop asleep in its poll. */
    uv_stop(a->bed->loop);
}

static enum assay_status order_board(struct attempt *a, struct assay_error *err)
{
    const struct credentials *c = a->bed->credentials;
    unsigned deadline_ms = a->request->scenario->deadline_ms;
    const struct value *alpn = value_path(a->description, "tls.alpn");
    const struct board_request request = {
        .host = text_of(a, "host", "broker.bench.test"),
        .ip = a->bed->address,
        .port = mock_port(a->mock),
        .dns_port = mock_dns_port(a->mock),
        .sntp_port = mock_sntp_port(a->mock),
        .unix_s = a->board_unix_s,
        .root_der = a->root.data,
        .root_len = a->root.len,
        .cert_der = a->cert.len > 0 ? a->cert.data : NULL,
        .cert_len = a->cert.len,
        .key_der = a->key.len > 0 ? a->key.data : NULL,
        .key_len = a->key.len,
        .psk_identity = text_of(a, "tls.psk.identity", NULL),
        .psk_hex = text_of(a, "tls.psk.hex", NULL),
        .alpn = value_text(value_at(alpn, 0)),
        .client_id = c->client_id,
        .username = c->username,
        .password = c->password,
        .topic = c->topic,
        .payload = c->payload,
        .timeout_ms = deadline_ms != 0 ? deadline_ms : a->bed->timeout_ms,
    };

    board_set_sink(a->bed->board, a->sink);
    return board_connect(a->bed->board, &request, on_board_done, a, err);
}

/* ---- waiting ---- */

static void on_timer(uv_timer_t *timer)
{
    struct attempt *a = timer->data;

    if (a->board_done)
        a->grace_over = true;
    else
        a->broken = true;
    uv_stop(a->bed->loop);
}

static void on_timer_closed(uv_handle_t *handle)
{
    ((struct attempt *)handle->data)->timer_open = false;
}

static void cancel_attempt(struct attempt_bed *bed)
{
    struct attempt *a = bed->running;

    if (a != NULL && !a->board_done)
        board_cancel(bed->board, CAUSE_HARNESS, "interrupted");
    if (a != NULL)
        a->grace_over = true;
}

static enum assay_status wait_for_end(struct attempt *a, const struct transcript *t)
{
    size_t seen = transcript_count(t);
    unsigned deadline_ms = a->request->scenario->deadline_ms;
    uint64_t limit = (uint64_t)deadline_ms + a->bed->timeout_ms + a->bed->file_ms + DRIVER_GRACE_MS;
    bool in_grace = false;

    if (uv_timer_start(&a->timer, on_timer, limit, 0) != 0)
        return ASSAY_ERR_IO;
    while (!a->broken &&
           !(a->board_done && (a->grace_over || mock_open_connections(a->mock) == 0))) {
        if (a->board_done && !in_grace) {
            in_grace = true;
            if (uv_timer_start(&a->timer, on_timer, CLOSE_GRACE_MS, 0) != 0)
                return ASSAY_ERR_IO;
        }
        uv_run(a->bed->loop, UV_RUN_ONCE);
        if (a->bed->prepared == NULL && !a->board_done && certificate_left(t, &seen))
            prepare_next(a);
    }
    return ASSAY_OK;
}

/* ---- the whole ---- */

/* Did a ClientHello arrive in the events from `first` on? */
static bool saw_hello(const struct transcript *t, size_t first)
{
    for (size_t i = first; i < transcript_count(t); i++)
        if (event_is(transcript_at(t, i), EV_TLS_CLIENT_HELLO))
            return true;
    return false;
}

struct conclusion {
    enum cause cause;
    const char *detail;
    enum ended ended;
};

static struct conclusion conclude(const struct attempt *a, const struct transcript *t, size_t first)
{
    if (a->bed->interrupted)
        return (struct conclusion){CAUSE_HARNESS, "the run was interrupted", ENDED_CANCELLED};
    if (a->broken)
        return (struct conclusion){CAUSE_HARNESS, "the board's driver did not answer",
                                   ENDED_DEADLINE};
    if (a->outcome.cause != CAUSE_NONE)
        return (struct conclusion){a->outcome.cause, a->outcome.detail, ENDED_RESULT};
    if (a->outcome.timed_out && !saw_hello(t, first))
        return (struct conclusion){
            CAUSE_BOOT, "the board neither connected nor answered in its time", ENDED_DEADLINE};
    if (a->outcome.timed_out)
        return (struct conclusion){CAUSE_NONE, "", ENDED_DEADLINE};
    return (struct conclusion){CAUSE_NONE, "", a->outcome.has_result ? ENDED_RESULT : ENDED_CLOSED};
}

static enum assay_status set_up(struct attempt *a, struct assay_error *err)
{
    if (uv_timer_init(a->bed->loop, &a->timer) != 0)
        return assay_error_set(err, ASSAY_ERR_IO, "no timer");
    a->timer.data = a;
    a->timer_open = true;
    ASSAY_TRY(set_clock(a, err));
    ASSAY_TRY(start_servers(a, err));
    ASSAY_TRY(make_trust(a, err));
    return order_board(a, err);
}

static void tear_down(struct attempt *a)
{
    mock_stop(a->mock);
    if (a->timer_open)
        uv_close((uv_handle_t *)&a->timer, on_timer_closed);
    while (a->timer_open)
        uv_run(a->bed->loop, UV_RUN_ONCE);
    buf_done(&a->root);
    buf_done(&a->cert);
    buf_done(&a->key);
}

enum assay_status attempt_run(struct attempt_bed *bed, const struct attempt_request *request,
                              struct transcript *t, struct observation *ret,
                              struct assay_error *err)
{
    struct attempt a = {.bed = bed,
                        .request = request,
                        .description = request->scenario->description,
                        .sink = transcript_sink(t)};
    struct assay_error own = {.text = ""};
    size_t first = transcript_count(t);
    uint64_t began_ns = monotonic_ns();
    enum assay_status status = ASSAY_OK;
    struct conclusion end;

    buf_init(&a.root, MAX_DER);
    buf_init(&a.cert, MAX_DER);
    buf_init(&a.key, MAX_DER);
    bed->running = &a;
    bed->cancel = cancel_attempt;
    status = set_up(&a, &own);
    if (status == ASSAY_OK)
        status = wait_for_end(&a, t);
    end = status == ASSAY_OK ? conclude(&a, t, first)
                             : (struct conclusion){CAUSE_HARNESS, own.text, ENDED_CANCELLED};
    bed->cancel = NULL;
    bed->running = NULL;
    /* Stopping the servers closes what is still open; that belongs to the attempt. */
    tear_down(&a);
    emit_end(&a, end.cause, end.detail, end.ended, began_ns);
    if (bed->interrupted)
        return assay_error_set(err, ASSAY_ERR_INTERRUPTED, "interrupted");
    if (transcript_status(t) != ASSAY_OK)
        return assay_error_set(err, transcript_status(t), "the transcript of %s is incomplete: %s",
                               request->scenario->id, assay_status_text(transcript_status(t)));
    return judge_observe(t, request->number, ret);
}
