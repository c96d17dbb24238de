/* SPDX-License-Identifier: Apache-2.0 */
/* See case.h. */
#include "case.h"

#include "bisection.h"

#include "base/deadline.h"
#include "base/event_kinds.h"
#include "journal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    MAX_TRANSCRIPT = 256 * 1024 * 1024,
    MAX_CAPTURE = 512 * 1024 * 1024,
    /* A control that says nothing because of the bench itself is tried again this often. */
    BENCH_RETRIES = 2,
    MAX_SERVED = 2
};

void kept_control_done(struct kept_control *kept)
{
    transcript_free(kept->transcript);
    *kept = (struct kept_control){.transcript = NULL};
}

/* One case while it is being run. */
struct running_case {
    struct case_bed *bed;
    const struct plan_case *plan;
    const struct plan_case *next;
    struct transcript *t;
    int attempts; /* so far */
    int64_t rung; /* the size that is being tried */
};

static size_t list_texts(const struct value *list, const char **texts, size_t room)
{
    size_t count = value_count(list) < room ? value_count(list) : room;

    for (size_t i = 0; i < count; i++) {
        const char *text = value_text(value_at(list, i));

        texts[i] = text != NULL ? text : "";
    }
    return count;
}

static void emit_case_begin(const struct running_case *run)
{
    enum { MAX_TEXTS = 32 };
    const struct scenario *s = run->plan->scenario;
    const char *texts[4][MAX_TEXTS];
    struct event_builder e;

    event_begin(&e, transcript_sink(run->t), "run", EV_CASE_BEGIN, 0);
    event_text(&e, "board", run->bed->board_id);
    event_text(&e, "id", s->id);
    event_text(&e, "title", s->title);
    event_text(&e, "group", s->group);
    event_text(&e, "category", category_name(s->category));
    event_text(&e, "severity", severity_name(run->plan->severity));
    event_texts(&e, "spec", texts[0], list_texts(s->spec, texts[0], MAX_TEXTS));
    event_text(&e, "expect", scenario_expect_name(s->expect));
    event_texts(&e, "alerts", texts[1], list_texts(s->alerts, texts[1], MAX_TEXTS));
    event_texts(&e, "rules", texts[3], list_texts(s->rules, texts[3], MAX_TEXTS));
    if (s->board_serves)
        event_text(&e, "role", "server");
    if (s->unshared)
        event_bool(&e, "unshared", true);
    if (s->ladder != NULL) {
        event_text(&e, "ladder_unit", s->ladder->unit);
        event_int(&e, "ladder_least", s->ladder->least);
    }
    event_text(&e, "control", run->plan->control->id);
    event_texts(&e, "differs", texts[2], list_texts(s->differs, texts[2], MAX_TEXTS));
    event_int(&e, "deadline_ms", s->deadline_ms);
    event_int(&e, "quiet_ms", s->quiet_ms);
    event_text(&e, "why", s->why);
    event_text(&e, "good", s->good);
    event_text(&e, "bad", s->bad);
    event_emit(&e);
}

static void emit_case_end(const struct running_case *run, const struct judgement *j)
{
    struct event_builder e;

    event_begin(&e, transcript_sink(run->t), "run", EV_CASE_END, 0);
    event_text(&e, "verdict", verdict_name(j->verdict));
    event_text(&e, "reason", j->reason);
    event_emit(&e);
}

/* What will be asked of the board after an attempt in this role, when all goes well. */
static const struct scenario *what_comes_next(const struct running_case *run, const char *role,
                                              unsigned repeat)
{
    const struct scenario *s = run->plan->scenario;
    const struct scenario *first = s->step_count > 0   ? &s->steps[0]
                                   : s->ladder != NULL ? &s->ladder->rungs[s->ladder->count - 1]
                                                       : s;

    if (strcmp(role, "before") == 0)
        return first;
    if (strcmp(role, "case") == 0)
        return repeat < run->bed->repeat ? first : run->plan->control;
    if (strcmp(role, "step") == 0 || strcmp(role, "rung") == 0 || strcmp(role, "recovery") == 0)
        return NULL; /* what follows begins where this one ended */
    if (run->next == NULL)
        return NULL;
    return run->next->shares_before ? run->next->scenario : run->next->control;
}

/* Run one attempt, again where only the bench was to blame. */
static enum assay_status attempt(struct running_case *run, const struct scenario *scenario,
                                 const char *role, unsigned repeat, unsigned step,
                                 struct observation *ret, struct assay_error *err)
{
    const char *serves[MAX_SERVED] = {run->plan->scenario->id, NULL};
    bool shared = strcmp(role, "after") == 0 && run->next != NULL && run->next->shares_before;
    enum assay_status status = ASSAY_OK;

    if (shared)
        serves[1] = run->next->scenario->id;
    for (int tries = 0; tries <= BENCH_RETRIES; tries++) {
        const struct attempt_request request = {.scenario = scenario,
                                                .control = run->plan->control,
                                                .next = what_comes_next(run, role, repeat),
                                                .number = ++run->attempts,
                                                .role = role,
                                                .serves = serves,
                                                .serves_count = shared ? 2 : 1,
                                                .repeat = repeat,
                                                .rung = run->rung,
                                                .step = step};
        size_t first = transcript_count(run->t);

        status = attempt_run(run->bed->attempts, &request, run->t, ret, err);
        if (status == ASSAY_OK)
            status = evidence_take(run->bed->evidence, run->t, first);
        if (status != ASSAY_OK || !cause_is_bench(ret->cause))
            break;
    }
    return status;
}

/* A control gets a second chance: a board may have missed one order. */
static enum assay_status control(struct running_case *run, const char *role,
                                 struct observation *ret, struct assay_error *err)
{
    ASSAY_TRY(attempt(run, run->plan->control, role, 1, 0, ret, err));
    if (ret->accepted)
        return ASSAY_OK;
    return attempt(run, run->plan->control, role, 1, 0, ret, err);
}

/* The steps and then the case itself. */
static enum assay_status attempt_case(struct running_case *run, unsigned repeat,
                                      struct observation *ret, struct assay_error *err)
{
    const struct scenario *s = run->plan->scenario;

    for (unsigned i = 0; i < s->step_count; i++)
        ASSAY_TRY(attempt(run, &s->steps[i], "step", repeat, i + 1, ret, err));
    return attempt(run, s, "case", repeat, 0, ret, err);
}

/* One size of what is measured; true in ret_taken when the board came as far as with its control.
 */
static enum assay_status attempt_rung(struct running_case *run, size_t index,
                                      const struct observation *before, bool *ret_taken,
                                      struct assay_error *err)
{
    const struct scenario_ladder *ladder = run->plan->scenario->ladder;
    struct observation o;

    run->rung = ladder->values[index];
    ASSAY_TRY(attempt(run, &ladder->rungs[index], "rung", 1, 0, &o, err));
    *ret_taken = o.accepted && o.stage >= before->stage;
    return ASSAY_OK;
}

/* Find the largest size that the board takes; after each refusal it has to work again. */
static enum assay_status measure(struct running_case *run, const struct observation *before,
                                 struct assay_error *err)
{
    struct bisection b = bisection_of(run->plan->scenario->ladder->count);
    size_t index = 0;

    while (bisection_next(&b, &index)) {
        struct observation o;
        bool taken = false;

        ASSAY_TRY(attempt_rung(run, index, before, &taken, err));
        bisection_tell(&b, index, taken);
        if (taken)
            continue;
        ASSAY_TRY(control(run, "recovery", &o, err));
        if (!o.accepted)
            break; /* what it does now says nothing about sizes */
    }
    return ASSAY_OK;
}

/* attempt.begin of a control that is used again: its role here and its number here. */
static enum assay_status copy_begin(struct running_case *run, const struct event *from)
{
    struct event_builder e;

    event_begin(&e, NULL, from->source, from->kind, from->conn);
    e.event.t_ns = from->t_ns;
    for (size_t i = 0; i < from->field_count; i++) {
        const struct event_field *f = &from->fields[i];

        if (strcmp(f->name, "role") == 0)
            event_text(&e, "role", "before");
        else if (strcmp(f->name, "attempt") == 0)
            event_int(&e, "attempt", run->attempts);
        else
            e.fields[e.event.field_count++] = *f;
    }
    return transcript_append(run->t, &e.event);
}

static enum assay_status copy_end(struct running_case *run, const struct event *from)
{
    struct event_builder e;

    event_begin(&e, NULL, from->source, from->kind, from->conn);
    e.event.t_ns = from->t_ns;
    for (size_t i = 0; i < from->field_count; i++)
        e.fields[e.event.field_count++] = from->fields[i];
    for (size_t i = 0; i < e.event.field_count; i++)
        if (strcmp(e.fields[i].name, "attempt") == 0)
            e.fields[i].i = run->attempts;
    return transcript_append(run->t, &e.event);
}

/* Begin this case with the control that ended the previous one. */
static enum assay_status copy_kept(struct running_case *run, const struct kept_control *kept,
                                   struct observation *ret)
{
    bool inside = false;

    run->attempts++;
    for (size_t i = 0; i < transcript_count(kept->transcript); i++) {
        const struct event *e = transcript_at(kept->transcript, i);

        if (event_is(e, EV_ATTEMPT_BEGIN)) {
            inside = event_get_int(e, "attempt", 0) == kept->attempt;
            if (inside)
                ASSAY_TRY(copy_begin(run, e));
            continue;
        }
        if (!inside)
            continue;
        if (event_is(e, EV_ATTEMPT_END)) {
            ASSAY_TRY(copy_end(run, e));
            break;
        }
        ASSAY_TRY(transcript_append(run->t, e));
    }
    return judge_observe(run->t, run->attempts, ret);
}

/* Nothing is served for an observation, unless the run has not shown enough of the board yet. */
static enum assay_status observe(struct running_case *run, struct assay_error *err)
{
    struct evidence_need need = evidence_need_of(run->plan->scenario->rules);
    struct observation o;

    size_t seen = evidence_attempts(run->bed->evidence);

    ASSAY_TRY(evidence_copy(run->bed->evidence, &need, run->t, &run->attempts));
    for (; seen < need.least; seen++)
        ASSAY_TRY(attempt(run, run->plan->control, "evidence", 1, 0, &o, err));
    return ASSAY_OK;
}

static enum assay_status run_attempts(struct running_case *run, const struct kept_control *kept,
                                      int *ret_after, struct assay_error *err)
{
    struct observation o;

    if (kept->attempt != 0 && run->plan->shares_before)
        ASSAY_TRY(copy_kept(run, kept, &o));
    else
        ASSAY_TRY(control(run, "before", &o, err));
    if (!o.accepted)
        return ASSAY_OK; /* nothing that the board did now would count */
    if (run->plan->scenario->ladder != NULL) {
        struct observation before = o;

        ASSAY_TRY(measure(run, &before, err));
    }
    for (unsigned i = 1; run->plan->scenario->ladder == NULL && i <= run->bed->repeat; i++)
        ASSAY_TRY(attempt_case(run, i, &o, err));
    ASSAY_TRY(control(run, "after", &o, err));
    if (o.accepted)
        *ret_after = run->attempts;
    return ASSAY_OK;
}

/* ---- files beside the transcript ---- */

static enum assay_status write_serial_log(const struct running_case *run, const char *case_path,
                                          struct case_record *record, struct assay_error *err)
{
    struct buf text;
    struct buf name;
    uint64_t zero_ns = transcript_count(run->t) > 0 ? transcript_at(run->t, 0)->t_ns : 0;
    enum assay_status status = ASSAY_OK;

    buf_init(&text, MAX_CAPTURE);
    buf_init(&name, 8192);
    for (size_t i = 0; status == ASSAY_OK && i < transcript_count(run->t); i++) {
        const struct event *e = transcript_at(run->t, i);

        if (event_is(e, EV_ATTEMPT_BEGIN))
            status =
                buf_printf(&text, "-- attempt %d (%s %s)\n", (int)event_get_int(e, "attempt", 0),
                           event_get_text(e, "role"), event_get_text(e, "scenario"));
        if (event_is(e, EV_BOARD_LINE))
            status = buf_printf(&text, "%10.3f %s %s\n", ((double)e->t_ns - (double)zero_ns) / 1e9,
                                strcmp(event_get_text(e, "dir"), "tx") == 0 ? ">" : "<",
                                event_get_text(e, "text"));
    }
    if (status == ASSAY_OK)
        status = buf_printf(&name, "%s/serial.log", case_path);
    if (status == ASSAY_OK)
        status = store_write_evidence(store_directory(run->bed->store), buf_text(&name), &text,
                                      0644, err);
    if (status == ASSAY_OK)
        status = record_set(&record->serial, buf_text(&name));
    buf_done(&text);
    buf_done(&name);
    return status;
}

static enum assay_status write_capture(const struct running_case *run, const char *case_path,
                                       struct case_record *record, struct assay_error *err)
{
    struct buf bytes;
    struct buf name;
    enum assay_status status = ASSAY_OK;

    if (run->bed->write_capture == NULL)
        return ASSAY_OK;
    buf_init(&bytes, MAX_CAPTURE);
    buf_init(&name, 8192);
    status = run->bed->write_capture(run->t, &bytes);
    if (status == ASSAY_OK)
        status = buf_printf(&name, "%s/capture.pcapng", case_path);
    /* 0600: the capture carries the sessions' secrets. */
    if (status == ASSAY_OK)
        status = store_write_evidence(store_directory(run->bed->store), buf_text(&name), &bytes,
                                      0600, err);
    if (status == ASSAY_OK)
        status = record_set(&record->capture, buf_text(&name));
    buf_done(&bytes);
    buf_done(&name);
    return status;
}

static enum assay_status record_facts(const struct case_bed *bed, const struct plan_case *c,
                                      struct case_record *ret)
{
    const struct scenario *s = c->scenario;

    ASSAY_TRY(record_set(&ret->board, bed->board_id));
    ASSAY_TRY(record_set(&ret->id, s->id));
    ASSAY_TRY(record_set(&ret->title, s->title));
    ASSAY_TRY(record_set(&ret->group, s->group));
    ASSAY_TRY(record_set(&ret->server, s->server));
    ASSAY_TRY(record_set(&ret->why, s->why));
    ASSAY_TRY(record_set(&ret->good, s->good));
    ASSAY_TRY(record_set(&ret->bad, s->bad));
    ASSAY_TRY(record_set(&ret->expected, scenario_expect_name(s->expect)));
    for (size_t i = 0; i < value_count(s->spec); i++)
        ASSAY_TRY(record_list_add(&ret->spec, value_text(value_at(s->spec, i))));
    ret->category = s->category;
    ret->severity = c->severity;
    return ASSAY_OK;
}

enum assay_status case_not_run(const struct case_bed *bed, const struct plan_case *c,
                               enum verdict verdict, enum cause cause, const char *reason,
                               struct case_record *ret)
{
    ASSAY_TRY(record_facts(bed, c, ret));
    ret->verdict = verdict;
    ret->verdict_before_waiver = verdict;
    ret->cause = cause;
    return record_set(&ret->reason, reason);
}

static enum assay_status finish(struct running_case *run, const char *case_path,
                                struct case_record *ret, struct assay_error *err)
{
    struct judgement j;
    struct buf name;
    enum assay_status status = ASSAY_OK;

    ASSAY_TRY(judge_case(run->t, &j, err));
    emit_case_end(run, &j);
    ASSAY_TRY(record_facts(run->bed, run->plan, ret));
    ASSAY_TRY(case_record_judgement(&j, ret));
    ASSAY_TRY(write_serial_log(run, case_path, ret, err));
    ASSAY_TRY(write_capture(run, case_path, ret, err));
    buf_init(&name, 8192);
    status = buf_printf(&name, "%s/transcript.jsonl", case_path);
    if (status == ASSAY_OK)
        status = record_set(&ret->transcript, buf_text(&name));
    buf_done(&name);
    return status;
}

enum assay_status case_run(struct case_bed *bed, const struct plan_case *c,
                           const struct plan_case *next, struct kept_control *kept,
                           struct case_record *ret, struct assay_error *err)
{
    struct running_case run = {.bed = bed, .plan = c, .next = next};
    struct journal journal = {.fd = -1};
    struct assay_error journal_err = {.text = ""};
    char *case_path = NULL;
    int after = 0;
    enum assay_status status = ASSAY_OK;
    enum assay_status journal_status = ASSAY_OK;

    run.t = transcript_new(MAX_TRANSCRIPT);
    if (run.t == NULL)
        return ASSAY_ERR_NOMEM;
    status = store_case_path(bed->store, bed->board_id, c->scenario->id, &case_path, err);
    if (status == ASSAY_OK)
        status = journal_open(&journal, store_directory(bed->store), case_path, err);
    if (status == ASSAY_OK) {
        transcript_tee(run.t, &journal.sink);
        emit_case_begin(&run);
        status = c->scenario->expect == SCENARIO_OBSERVE ? observe(&run, err)
                                                         : run_attempts(&run, kept, &after, err);
    }
    if (status == ASSAY_OK)
        status = finish(&run, case_path, ret, err);
    journal_status = journal_close(&journal, &journal_err);
    if (status == ASSAY_OK && journal_status != ASSAY_OK)
        status = assay_error_set(err, journal_status, "%s", journal_err.text);
    transcript_tee(run.t, NULL);
    free(case_path);
    kept_control_done(kept);
    /* The board's events between two attempts go nowhere: its sink is this transcript. */
    board_set_sink(bed->attempts->board, NULL);
    *kept = (struct kept_control){.transcript = run.t, .attempt = status == ASSAY_OK ? after : 0};
    return status;
}
