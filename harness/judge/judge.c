/* SPDX-License-Identifier: Apache-2.0 */
/* Verdicts from observations: the rules of the contract. See judge/judge.h. */
#include "judge/judge.h"

#include "base/event_kinds.h"
#include "judge_ladder.h"
#include "judge_rules.h"
#include "judge_server.h"

#include <stdio.h>
#include <string.h>

static enum case_expect expect_of(const char *name)
{
    static const char *const names[] = {[EXPECT_ACCEPT] = "accept",
                                        [EXPECT_REFUSE] = "refuse",
                                        [EXPECT_COPE] = "cope",
                                        [EXPECT_OBSERVE] = "observe",
                                        [EXPECT_MEASURE] = "measure"};

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        if (strcmp(names[i], name) == 0)
            return (enum case_expect)i;
    return EXPECT_REFUSE;
}

static enum assay_status read_facts(const struct transcript *t, struct case_facts *facts,
                                    struct assay_error *err)
{
    const struct event *e = NULL;
    const struct event_field *alerts = NULL;
    const struct event_field *rules = NULL;

    for (size_t i = 0; i < transcript_count(t) && e == NULL; i++)
        if (event_is(transcript_at(t, i), EV_CASE_BEGIN))
            e = transcript_at(t, i);
    if (e == NULL)
        return assay_error_set(err, ASSAY_ERR_MALFORMED,
                               "the transcript has no case.begin: it is not a case's transcript");
    alerts = event_field(e, "alerts");
    rules = event_field(e, "rules");
    *facts =
        (struct case_facts){.of_identity = strcmp(event_get_text(e, "category"), "identity") == 0,
                            .title = event_get_text(e, "title"),
                            .control = event_get_text(e, "control"),
                            .expect = expect_of(event_get_text(e, "expect")),
                            .board_serves = strcmp(event_get_text(e, "role"), "server") == 0,
                            .unshared = event_get_bool(e, "unshared"),
                            .ladder_unit = event_get_text(e, "ladder_unit"),
                            .ladder_least = event_get_int(e, "ladder_least", 0)};
    if (rules != NULL && rules->kind == EVENT_TEXTS) {
        facts->rules = rules->texts;
        facts->rule_count = rules->count;
    }
    if (alerts != NULL && alerts->kind == EVENT_TEXTS) {
        facts->alerts = alerts->texts;
        facts->alert_count = alerts->count;
    }
    if (severity_parse(event_get_text(e, "severity"), &facts->severity) != ASSAY_OK)
        return assay_error_set(err, ASSAY_ERR_MALFORMED, "case.begin has no severity");
    return ASSAY_OK;
}

static void add_step(struct judgement *j, const struct observation *o)
{
    struct observation *last = j->step_count > 0 ? &j->steps[j->step_count - 1] : NULL;

    if (last != NULL && last->repeat == o->repeat && last->step == o->step)
        *last = *o; /* tried again: the bench was to blame */
    else if (j->step_count < JUDGE_MAX_STEPS)
        j->steps[j->step_count++] = *o;
}

/* Sort the attempts into control before, steps, repeats and control after. */
static enum assay_status collect(const struct transcript *t, struct judgement *j)
{
    for (size_t i = 0; i < transcript_count(t); i++) {
        const struct event *e = transcript_at(t, i);
        struct observation o;

        if (!event_is(e, EV_ATTEMPT_BEGIN))
            continue;
        if (j->case_count > 0 && strcmp(event_get_text(e, "role"), "evidence") == 0)
            continue; /* one of many is enough to have something to show */
        ASSAY_TRY(judge_observe(t, (int)event_get_int(e, "attempt", -1), &o));
        if (strcmp(o.role, "before") == 0) {
            j->before = o;
            j->has_before = true;
        } else if (strcmp(o.role, "after") == 0) {
            /* What only shows when the control after it begins is of the case all the same. */
            o.crashed = o.crashed || (j->has_after && j->after.crashed);
            j->after = o;
            j->has_after = true;
        } else if (strcmp(o.role, "rung") == 0 || strcmp(o.role, "recovery") == 0) {
            ladder_add(j, &o);
        } else if (strcmp(o.role, "step") == 0) {
            add_step(j, &o);
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
    static const char *const alerts[] = {"handshake_failure", "protocol_version",
                                         "insufficient_security", "missing_extension"};

    if (o->has_alert || o->stage > STAGE_CLIENT_HELLO)
        return false;
    for (size_t i = 0; i < sizeof(alerts) / sizeof(alerts[0]); i++)
        if (strcmp(o->bench_alert, alerts[i]) == 0)
            return true;
    return false;
}

static enum verdict judge_negative(const struct case_facts *facts, const struct observation *o)
{
    if (o->accepted || o->application_data)
        return o->application_data ? VERDICT_FAIL_LEAK : VERDICT_FAIL_ACCEPT;
    if (o->crashed)
        return VERDICT_FAIL_CRASH;
    if (o->stopped_early || (o->not_followed && o->cause == CAUSE_NONE))
        return VERDICT_PASS;
    if (o->cause != CAUSE_NONE || o->stage < STAGE_CLIENT_HELLO)
        return VERDICT_INCONCLUSIVE;
    if (nothing_in_common(o))
        return facts->unshared ? VERDICT_PASS : VERDICT_NOT_APPLICABLE;
    if (o->stage < STAGE_SERVER_FLIGHT && !facts->unshared)
        return VERDICT_INCONCLUSIVE;
    if (o->stalled)
        return VERDICT_FAIL_HANG;
    if (!o->refused)
        return VERDICT_INCONCLUSIVE;
    return alert_is_right(facts, o) ? VERDICT_PASS : VERDICT_PASS_SOFT;
}

static enum verdict judge_positive(const struct observation *o, enum stage enough)
{
    /* It came through for us; where it says itself that it failed, that counts. */
    if (o->accepted && o->stage >= enough)
        return o->said_failure ? VERDICT_FAIL_REJECT_GOOD : VERDICT_PASS;
    if (o->crashed)
        return VERDICT_FAIL_CRASH;
    if (o->stopped_early)
        return VERDICT_FAIL_REJECT_GOOD;
    if (o->cause != CAUSE_NONE || o->stage < STAGE_CLIENT_HELLO)
        return VERDICT_INCONCLUSIVE;
    if (nothing_in_common(o))
        return VERDICT_NOT_APPLICABLE;
    if (o->stalled)
        return VERDICT_FAIL_HANG;
    return VERDICT_FAIL_REJECT_GOOD;
}

/* Nobody can be served here: what counts is that the board ends, by itself and whole. */
static enum verdict judge_cope(const struct observation *o)
{
    if (o->crashed)
        return VERDICT_FAIL_CRASH;
    if (o->cause != CAUSE_NONE)
        return VERDICT_INCONCLUSIVE;
    /* A session may stay open; who waits for one that no broker has granted waits in vain. */
    if (o->timed_out &&
        o->stage < (o->mqtt_connect != NULL ? STAGE_SESSION : STAGE_APPLICATION_DATA))
        return VERDICT_FAIL_HANG;
    return o->stage == STAGE_NONE && !o->has_result ? VERDICT_INCONCLUSIVE : VERDICT_PASS;
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
    if (bad == &j->before && bad->cause == CAUSE_NONE && !facts->board_serves &&
        nothing_in_common(bad))
        j->verdict = VERDICT_NOT_APPLICABLE;
    j->cause = bad->cause != CAUSE_NONE          ? bad->cause
               : bad->stage < STAGE_CLIENT_HELLO ? CAUSE_NETWORK
                                                 : CAUSE_TLS;
    if (j->verdict == VERDICT_NOT_APPLICABLE)
        j->cause = CAUSE_NONE;
    if (facts->board_serves)
        server_reason_control(j, facts, which, bad);
    else if (bad->ended || bad->cause != CAUSE_NONE)
        reason_control(j, facts, which, bad);
    else
        snprintf(j->reason, sizeof(j->reason),
                 "Nothing can be said: the good server %s was not run %s the case.", facts->control,
                 which);
    return false;
}

static void write_reason(struct judgement *j, const struct case_facts *facts,
                         const struct observation *o)
{
    (facts->board_serves ? server_reason : reason_write)(j, facts, o);
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

/* What the rules found in the repeat that decided, in place of the sentence or after it. */
static void add_findings(const struct transcript *t, struct judgement *j,
                         const struct case_facts *facts, const struct observation *o)
{
    struct rule_finding finding;
    size_t used = 0;

    if (facts->rule_count == 0)
        return;
    rules_apply(t, facts, o->repeat, &finding);
    j->backoff = finding.backoff;
    if (finding.text[0] == '\0')
        return;
    if (facts->expect == EXPECT_OBSERVE || j->verdict == finding.verdict) {
        bool both = facts->expect != EXPECT_OBSERVE && j->verdict == VERDICT_PASS;

        used = both ? strlen(j->reason) : 0;
        snprintf(j->reason + used, sizeof(j->reason) - used, "%s%s", both ? " " : "", finding.text);
    }
}

/* Nothing that was seen gives a verdict: name the first repeat that says why. */
static bool repeats_conclude(const struct transcript *t, struct judgement *j,
                             const struct case_facts *facts, const enum verdict *verdicts)
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
        write_reason(j, facts, o);
        if (o->cause == CAUSE_NONE)
            add_findings(t, j, facts, o); /* where it is a rule that cannot tell */
        return false;
    }
    return true;
}

static enum verdict judge_attempt(const struct judgement *j, const struct case_facts *facts,
                                  const struct observation *o)
{
    if (facts->board_serves)
        return server_judge(facts, o);
    if (o->went_plain)
        return VERDICT_FAIL_LEAK;
    switch (facts->expect) {
    case EXPECT_ACCEPT:
        return judge_positive(o, control_stage(j));
    case EXPECT_REFUSE:
        return judge_negative(facts, o);
    case EXPECT_COPE:
        return judge_cope(o);
    case EXPECT_OBSERVE:
    case EXPECT_MEASURE:
        break;
    }
    return VERDICT_PASS;
}

/* A case that came through is held against its rules as well. */
static enum verdict judge_repeat(const struct transcript *t, const struct judgement *j,
                                 const struct case_facts *facts, const struct observation *o)
{
    enum verdict verdict = judge_attempt(j, facts, o);
    struct rule_finding finding;

    if (facts->rule_count == 0 || (verdict != VERDICT_PASS && verdict != VERDICT_PASS_SOFT))
        return verdict;
    rules_apply(t, facts, o->repeat, &finding);
    if (facts->expect == EXPECT_OBSERVE)
        return finding.verdict;
    return finding.verdict == VERDICT_PASS || finding.verdict == VERDICT_NOT_APPLICABLE
               ? verdict
               : finding.verdict;
}

/* The board came through, and reset itself before it met the next server. */
static void take_late_crash(struct judgement *j, enum verdict *verdicts)
{
    unsigned last = j->case_count - 1;

    if (j->case_count == 0 || !j->after.crashed || j->before.crashed ||
        verdict_is_fail(verdicts[last]))
        return;
    verdicts[last] = VERDICT_FAIL_CRASH;
    j->repeat_verdicts[last] = VERDICT_FAIL_CRASH;
}

/* Each step went as the case needs it? Otherwise the verdict is written. */
static bool steps_hold(struct judgement *j)
{
    for (unsigned i = 0; i < j->step_count; i++) {
        const struct observation *o = &j->steps[i];
        bool wants_refusal = strcmp(o->step_expect, "refuse") == 0;

        if (o->crashed)
            j->verdict = VERDICT_FAIL_CRASH;
        else if (strcmp(o->step_expect, "accept") == 0 && !o->accepted)
            j->verdict = o->cause == CAUSE_HARNESS ? VERDICT_HARNESS_ERROR : VERDICT_INCONCLUSIVE;
        else if (wants_refusal && o->accepted)
            j->verdict = VERDICT_NOT_APPLICABLE;
        else
            continue;
        if (!verdict_is_fail(j->verdict) && j->verdict != VERDICT_NOT_APPLICABLE)
            j->cause = o->cause != CAUSE_NONE ? o->cause : CAUSE_TLS;
        reason_step(j, o);
        return false;
    }
    return true;
}

static enum assay_status judge_observation(const struct transcript *t, struct judgement *j,
                                           const struct case_facts *facts)
{
    if (j->case_count == 0) {
        j->cause = CAUSE_NETWORK;
        snprintf(j->reason, sizeof(j->reason),
                 "Nothing can be said: the run has no connection of the board to look at.");
        return ASSAY_OK;
    }
    j->verdict = judge_repeat(t, j, facts, &j->cases[0]);
    j->repeat_verdicts[0] = j->verdict;
    if (j->verdict == VERDICT_INCONCLUSIVE)
        j->cause = CAUSE_NETWORK;
    add_findings(t, j, facts, &j->cases[0]);
    return ASSAY_OK;
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
    if (facts.expect == EXPECT_OBSERVE) {
        ASSAY_TRY(judge_observation(t, &j, &facts));
        *ret = j;
        return ASSAY_OK;
    }
    if (facts.expect == EXPECT_MEASURE) {
        if (bracket_holds(&j, &facts))
            ladder_judge(&j, &facts);
        *ret = j;
        return ASSAY_OK;
    }
    if (j.case_count == 0 && (!j.has_before || j.before.accepted))
        return assay_error_set(err, ASSAY_ERR_MALFORMED,
                               "the transcript holds no attempt of the case itself");
    for (unsigned i = 0; i < j.case_count; i++) {
        verdicts[i] = judge_repeat(t, &j, &facts, &j.cases[i]);
        j.repeat_verdicts[i] = verdicts[i];
        /* What the board gave away is a fact that no broken bracket takes back. */
        unsafe = unsafe || verdicts[i] == VERDICT_FAIL_ACCEPT || verdicts[i] == VERDICT_FAIL_LEAK;
    }
    take_late_crash(&j, verdicts);
    /* Without a case attempt the control before has failed, and the bracket says so. */
    if ((unsafe || (bracket_holds(&j, &facts) && steps_hold(&j))) &&
        repeats_conclude(t, &j, &facts, verdicts)) {
        decided = combine(&j, &facts, verdicts);
        j.decided = (unsigned)(decided - j.cases);
        j.leak = j.verdict == VERDICT_FAIL_LEAK ? decided->leak : 0;
        write_reason(&j, &facts, decided);
        add_findings(t, &j, &facts, decided);
    }
    *ret = j;
    return ASSAY_OK;
}
