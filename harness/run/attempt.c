/* SPDX-License-Identifier: Apache-2.0 */
/* See attempt.h. */
#include "attempt_internal.h"

#include "base/deadline.h"
#include "base/event_kinds.h"
#include "mock/description.h"
#include "scenario/session.h"

#include <stdio.h>
#include <string.h>

enum { MAX_DER = 64 * 1024 };

static const char *const ended_names[] = {[ENDED_NOT] = "cancelled",
                                          [ENDED_RESULT] = "result",
                                          [ENDED_CLOSED] = "closed",
                                          [ENDED_DEADLINE] = "deadline",
                                          [ENDED_CANCELLED] = "cancelled"};

int64_t attempt_bed_now_s(const struct attempt_bed *bed)
{
    return bed->base_unix_s + (int64_t)((monotonic_ns() - bed->start_ns) / 1000000000U);
}

const char *attempt_text(const struct attempt *a, const char *path, const char *otherwise)
{
    const char *text = value_text(value_path(a->description, path));

    return text != NULL ? text : otherwise;
}

/* ---- events of the attempt itself ---- */

/* The first wait that the board is told, where it can be; else -1. */
static int64_t told_backoff_ms(const struct attempt *a)
{
    struct scenario_session session;
    bool has_session = false;

    if (!a->bed->is_told ||
        scenario_session_read(a->description, &session, &has_session, NULL) != ASSAY_OK ||
        !has_session)
        return -1;
    return session.backoff_ms;
}

static void emit_begin(const struct attempt *a, int64_t unix_s)
{
    struct event_builder e;
    char time[SCENARIO_TIME_TEXT];

    scenario_time_format(unix_s, time);
    event_begin(&e, a->sink, "run", EV_ATTEMPT_BEGIN, 0);
    event_int(&e, "attempt", a->request->number);
    event_text(&e, "role", a->request->role);
    event_text(&e, "scenario", a->request->scenario->id);
    event_text(&e, "expect", scenario_expect_name(a->request->scenario->expect));
    event_texts(&e, "serves", a->request->serves, a->request->serves_count);
    event_int(&e, "repeat", a->request->repeat);
    if (strcmp(a->request->role, "rung") == 0)
        event_int(&e, "rung", a->request->rung);
    if (a->request->step > 0) {
        event_int(&e, "step", a->request->step);
        event_text(&e, "step_title", a->request->scenario->title);
        event_text(&e, "step_expect", scenario_expect_name(a->request->scenario->expect));
    }
    if (a->request->scenario->board_serves)
        event_text(&e, "board_role", "server");
    event_text(&e, "host", attempt_text(a, "host", ""));
    if (told_backoff_ms(a) > 0)
        event_int(&e, "backoff_ms", told_backoff_ms(a));
    if (mock_second_host(a->description) != NULL)
        event_text(&e, "second", mock_second_host(a->description));
    event_text(&e, "alpn", value_text(value_at(value_path(a->description, "tls.alpn"), 0)));
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

    ASSAY_TRY(scenario_time_parse(attempt_text(a, "time", "now"), base, &unix_s, err));
    a->board_unix_s = unix_s;
    if (attempt_text(a, "board_time", NULL) != NULL)
        ASSAY_TRY(
            scenario_time_parse(attempt_text(a, "board_time", NULL), base, &a->board_unix_s, err));
    a->board_ahead_s = a->board_unix_s - unix_s;
    scenario_clock_set(&a->clock, unix_s * 1000, monotonic_ns());
    emit_begin(a, unix_s);
    emit_clock(a, unix_s);
    return emit_description(a);
}

/* ---- the whole ---- */

static bool saw(const struct transcript *t, size_t first, const char *kind)
{
    for (size_t i = first; i < transcript_count(t); i++)
        if (event_is(transcript_at(t, i), kind))
            return true;
    return false;
}

/* Did the board connect in the events from `first` on? */
static bool saw_connection(const struct transcript *t, size_t first)
{
    return saw(t, first, EV_NET_OPEN);
}

struct conclusion {
    enum cause cause;
    const char *detail;
    enum ended ended;
};

/* Is the scenario about what comes before TLS: no time, no address, no connection? */
static bool is_about_the_way(const struct attempt *a)
{
    static const char *const tables[] = {"dns", "sntp", "net", "outages"};

    for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]); i++)
        if (value_count(value_get(a->description, tables[i])) > 0)
            return true;
    return false;
}

/*
 * A board that says that it stopped before TLS has met what the scenario is about, where the
 * scenario is about that. Elsewhere the bench has a problem.
 */
static bool early_end_counts(const struct attempt *a)
{
    return a->outcome.has_result && !a->outcome.ok &&
           (a->outcome.cause == CAUSE_NETWORK || a->outcome.cause == CAUSE_CLOCK) &&
           is_about_the_way(a);
}

/* What the bench itself has to answer for; NULL: nothing. */
static const char *bench_failure(const struct attempt *a)
{
    if (a->broken)
        return "the board's driver did not answer";
    return a->mock != NULL ? mock_failure(a->mock) : NULL;
}

static struct conclusion conclude(const struct attempt *a, const struct transcript *t, size_t first)
{
    if (a->bed->interrupted)
        return (struct conclusion){CAUSE_HARNESS, "the run was interrupted", ENDED_CANCELLED};
    if (bench_failure(a) != NULL)
        return (struct conclusion){CAUSE_HARNESS, bench_failure(a),
                                   a->broken ? ENDED_DEADLINE : ENDED_CANCELLED};
    if (a->request->scenario->board_serves && a->outcome.timed_out)
        return a->is_listening
                   ? (struct conclusion){CAUSE_HARNESS, "the visits took too long", ENDED_DEADLINE}
                   : (struct conclusion){CAUSE_BOOT, "the board did not begin to serve in its time",
                                         ENDED_DEADLINE};
    if (a->outcome.cause != CAUSE_NONE && !early_end_counts(a))
        return (struct conclusion){a->outcome.cause, a->outcome.detail, ENDED_RESULT};
    /* Who said how far it is and no more hangs there. */
    if (a->outcome.timed_out && !saw_connection(t, first) &&
        !(is_about_the_way(a) && saw(t, first, EV_BOARD_PHASE)))
        return (struct conclusion){
            CAUSE_BOOT, "the board neither connected nor answered in its time", ENDED_DEADLINE};
    if (a->outcome.timed_out)
        return (struct conclusion){CAUSE_NONE, "", ENDED_DEADLINE};
    return (struct conclusion){CAUSE_NONE, "", a->outcome.has_result ? ENDED_RESULT : ENDED_CLOSED};
}

static enum assay_status set_up(struct attempt *a, struct assay_error *err)
{
    ASSAY_TRY(attempt_open_timer(a, err));
    ASSAY_TRY(set_clock(a, err));
    ASSAY_TRY(attempt_start_servers(a, err));
    ASSAY_TRY(attempt_make_trust(a, err));
    return attempt_order_board(a, err);
}

static void tear_down(struct attempt *a)
{
    mock_stop(a->mock);
    prober_free(a->prober);
    attempt_close_timer(a);
    buf_done(&a->root);
    buf_done(&a->cert);
    buf_done(&a->key);
    value_free(a->description);
    value_free(a->services);
    value_free(a->still);
}

enum assay_status attempt_run(struct attempt_bed *bed, const struct attempt_request *request,
                              struct transcript *t, struct observation *ret,
                              struct assay_error *err)
{
    struct attempt a = {.bed = bed,
                        .request = request,
                        .description =
                            attempt_description(bed, request->scenario, request->control),
                        .sink = transcript_sink(t)};
    struct assay_error own = {.text = ""};
    size_t first = transcript_count(t);
    uint64_t began_ns = monotonic_ns();
    enum assay_status status = ASSAY_OK;
    struct conclusion end;
    char detail[sizeof(own.text)];

    buf_init(&a.root, MAX_DER);
    buf_init(&a.cert, MAX_DER);
    buf_init(&a.key, MAX_DER);
    bed->running = &a;
    bed->cancel = attempt_cancel;
    status = a.description != NULL ? set_up(&a, &own)
                                   : assay_error_set(&own, ASSAY_ERR_NOMEM, "out of memory");
    if (status == ASSAY_OK)
        status = attempt_wait_for_end(&a, t);
    end = status == ASSAY_OK ? conclude(&a, t, first)
                             : (struct conclusion){CAUSE_HARNESS, own.text, ENDED_CANCELLED};
    bed->cancel = NULL;
    bed->running = NULL;
    snprintf(detail, sizeof(detail), "%s", end.detail); /* it may be the servers' */
    /* Stopping the servers closes what is still open; that belongs to the attempt. */
    tear_down(&a);
    emit_end(&a, end.cause, detail, end.ended, began_ns);
    if (bed->interrupted)
        return assay_error_set(err, ASSAY_ERR_INTERRUPTED, "interrupted");
    if (transcript_status(t) != ASSAY_OK)
        return assay_error_set(err, transcript_status(t), "the transcript of %s is incomplete: %s",
                               request->scenario->id, assay_status_text(transcript_status(t)));
    return judge_observe(t, request->number, ret);
}
