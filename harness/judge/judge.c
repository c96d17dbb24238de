/* SPDX-License-Identifier: Apache-2.0 */
/* Verdicts from observations: the rules of the contract. See judge/judge.h. */
#include "judge/judge.h"

#include "base/event_kinds.h"
#include "judge_reason.h"

#include <stdio.h>
#include <string.h>

static enum assay_status read_facts(const struct transcript *t, struct case_facts *facts,
                                    struct assay_error *err)
{
    const struct event *e = NULL;
    const struct event_field *alerts = NULL;

    for (size_t i = 0; i < transcript_count(t) && e == NULL; i++)
        if (event_is(transcript_at(t, i), EV_CASE_BEGIN))
            e = transcript_at(t, i);
    if (e == NULL)
        return assay_error_set(err, ASSAY_ERR_MALFORMED,
                               "the transcript has no case.begin: it is not a case's transcript");
    alerts = event_field(e, "alerts");
    *facts =
        (struct case_facts){.title = event_get_text(e, "title"),
                            .control = event_get_text(e, "control"),
                            .expect_accept = strcmp(event_get_text(e, "expect"), "accept") == 0};
    if (alerts != NULL && alerts->kind == EVENT_TEXTS) {
        facts->alerts = alerts->texts;
        facts->alert_count = alerts->count;
    }
    if (severity_parse(event_get_text(e, "severity"), &facts->severity) != ASSAY_OK)
        return assay_error_set(err, ASSAY_ERR_MALFORMED, "case.begin has no severity");
    return ASSAY_OK;
}

/* Sort the attempts into control before, repeats and control after. */
static enum assay_status collect(const struct transcript *t, struct judgement *j)
{
    for (size_t i = 0; i < transcript_count(t); i++) {
        const struct event *e = transcript_at(t, i);
        struct observation o;

        if (!event_is(e, EV_ATTEMPT_BEGIN))
            continue;
        ASSAY_TRY(judge_observe(t, (int)event_get_int(e, "attempt", -1), &o));
        if (strcmp(o.role, "before") == 0) {
            j->before = o;
            j->has_before = true;
        } else if (strcmp(o.role, "after") == 0) {
            j->after = o;
            j->has_after = true;
        } else if (j->case_count > 0 && j->cases[j->case_count - 1].repeat == o.repeat &&
                   cause_is_bench(j->cases[j->case_count - 1].cause)) {
            j->cases[j->case_count - 1] = o; /* tried again: the bench was to blame */
        } else if (j->case_count < JUDGE_MAX_REPEATS) {
            j->cases[j->case_count++] = o;
        }
    }
    return ASSAY_OK;
}

static bool alert_is_right(const struct case_facts *facts, const struct observation *o)
{
    if (facts->alert_count == 0)
        return true;
    for (size_t i = 0; o->has_alert && i < facts->alert_count; i++)
        if (strcmp(facts->alerts[i], o->alert_name) == 0)
            return true;
    return false;
}

/* The bench ended the handshake because the two sides share nothing. */
static bool nothing_in_common(const struct observation *o)
{
    return o->bench_alert[0] != '\0' && !o->has_alert && o->stage <= STAGE_CLIENT_HELLO;
}

static enum verdict judge_negative(const struct case_facts *facts, const struct observation *o)
{
    if (o->accepted || o->application_data)
        return o->application_data ? VERDICT_FAIL_LEAK : VERDICT_FAIL_ACCEPT;
    if (o->crashed)
        return VERDICT_FAIL_CRASH;
    if (o->cause != CAUSE_NONE || o->stage < STAGE_CLIENT_HELLO)
        return VERDICT_INCONCLUSIVE;
    if (nothing_in_common(o))
        return VERDICT_NOT_APPLICABLE;
    if (o->stage < STAGE_SERVER_FLIGHT)
        return VERDICT_INCONCLUSIVE;
    if (o->stalled)
        return VERDICT_FAIL_HANG;
    if (!o->refused)
        return VERDICT_INCONCLUSIVE;
    return alert_is_right(facts, o) ? VERDICT_PASS : VERDICT_PASS_SOFT;
}

static enum verdict judge_positive(const struct observation *o, enum stage enough)
{
    if (o->accepted && o->stage >= enough)
        return VERDICT_PASS;
    if (o->crashed)
        return VERDICT_FAIL_CRASH;
    if (o->cause != CAUSE_NONE || o->stage < STAGE_CLIENT_HELLO)
        return VERDICT_INCONCLUSIVE;
    if (nothing_in_common(o))
        return VERDICT_NOT_APPLICABLE;
    if (o->stalled)
        return VERDICT_FAIL_HANG;
    return VERDICT_FAIL_REJECT_GOOD;
}

/* How far the controls came, at least: a good case must come as far. */
static enum stage control_stage(const struct judgement *j)
{
    return j->before.stage < j->after.stage ? j->before.stage : j->after.stage;
}

/* Both controls worked? Otherwise the verdict is written. */
static bool bracket_holds(struct judgement *j, const struct case_facts *facts)
{
    const struct observation *bad = NULL;
    const char *which = "before";

    if (!j->has_before || !j->before.accepted) {
        bad = &j->before;
    } else if (!j->has_after || !j->after.accepted) {
        bad = &j->after;
        which = "after";
    }
    if (bad == NULL)
        return true;
    j->verdict = bad->cause == CAUSE_HARNESS ? VERDICT_HARNESS_ERROR : VERDICT_INCONCLUSIVE;
    if (bad == &j->before && bad->cause == CAUSE_NONE && nothing_in_common(bad))
        j->verdict = VERDICT_NOT_APPLICABLE;
    j->cause = bad->cause != CAUSE_NONE          ? bad->cause
               : bad->stage < STAGE_CLIENT_HELLO ? CAUSE_NETWORK
                                                 : CAUSE_TLS;
    if (j->verdict == VERDICT_NOT_APPLICABLE)
        j->cause = CAUSE_NONE;
    if (bad->ended || bad->cause != CAUSE_NONE)
        reason_control(j, facts, which, bad);
    else
        snprintf(j->reason, sizeof(j->reason),
                 "Nothing can be said: the good server %s was not run %s the case.", facts->control,
                 which);
    return false;
}

/* One verdict out of the repeats, and the repeat that decided. */
static const struct observation *combine(struct judgement *j, const struct case_facts *facts,
                                         const enum verdict *verdicts)
{
    bool grave = facts->severity <= SEVERITY_S1;
    unsigned decided = 0;
    bool mixed = false;

    for (unsigned i = 1; i < j->case_count; i++)
        mixed = mixed || verdicts[i] != verdicts[0];
    for (unsigned i = 0; i < j->case_count; i++) {
        if (verdict_is_fail(verdicts[i]) && !verdict_is_fail(verdicts[decided]))
            decided = i;
        if (j->cases[i].leak > j->cases[decided].leak && verdicts[i] == VERDICT_FAIL_LEAK)
            decided = i;
    }
    j->verdict =
        mixed && !(grave && verdict_is_fail(verdicts[decided])) ? VERDICT_FLAKY : verdicts[decided];
    return &j->cases[decided];
}

/* Nothing that was seen gives a verdict: name the first repeat that says why. */
static bool repeats_conclude(struct judgement *j, const struct case_facts *facts,
                             const enum verdict *verdicts)
{
    /* A repeat that said nothing does not take back what another one showed, in either order. */
    for (unsigned i = 0; i < j->case_count; i++)
        if (verdict_is_fail(verdicts[i]))
            return true;
    for (unsigned i = 0; i < j->case_count; i++) {
        const struct observation *o = &j->cases[i];

        if (verdicts[i] != VERDICT_INCONCLUSIVE && verdicts[i] != VERDICT_HARNESS_ERROR)
            continue;
        j->verdict = o->cause == CAUSE_HARNESS ? VERDICT_HARNESS_ERROR : VERDICT_INCONCLUSIVE;
        j->cause = o->cause != CAUSE_NONE ? o->cause : CAUSE_NETWORK;
        reason_write(j, facts, o);
        return false;
    }
    return true;
}

enum assay_status judge_case(const struct transcript *t, struct judgement *ret,
                             struct assay_error *err)
{
    struct judgement j = {.verdict = VERDICT_INCONCLUSIVE};
    struct case_facts facts;
    enum verdict verdicts[JUDGE_MAX_REPEATS];
    const struct observation *decided = NULL;
    bool unsafe = false;

    ASSAY_TRY(read_facts(t, &facts, err));
    ASSAY_TRY(collect(t, &j));
    if (j.case_count == 0 && (!j.has_before || j.before.accepted))
        return assay_error_set(err, ASSAY_ERR_MALFORMED,
                               "the transcript holds no attempt of the case itself");
    for (unsigned i = 0; i < j.case_count; i++) {
        verdicts[i] = facts.expect_accept ? judge_positive(&j.cases[i], control_stage(&j))
                                          : judge_negative(&facts, &j.cases[i]);
        j.repeat_verdicts[i] = verdicts[i];
        /* What the board gave away is a fact that no broken bracket takes back. */
        unsafe = unsafe || verdicts[i] == VERDICT_FAIL_ACCEPT || verdicts[i] == VERDICT_FAIL_LEAK;
    }
    /* Without a case attempt the control before has failed, and the bracket says so. */
    if ((unsafe || bracket_holds(&j, &facts)) && repeats_conclude(&j, &facts, verdicts)) {
        decided = combine(&j, &facts, verdicts);
        j.decided = (unsigned)(decided - j.cases);
        j.leak = j.verdict == VERDICT_FAIL_LEAK ? decided->leak : 0;
        reason_write(&j, &facts, decided);
    }
    *ret = j;
    return ASSAY_OK;
}
