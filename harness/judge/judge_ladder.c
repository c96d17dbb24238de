/* SPDX-License-Identifier: Apache-2.0 */
/* See judge_ladder.h. The rungs are kept in j->steps, in the order in which they were tried. */
#include "judge_ladder.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static bool is_rung(const struct observation *o)
{
    return strcmp(o->role, "rung") == 0;
}

void ladder_add(struct judgement *j, const struct observation *o)
{
    struct observation *last = j->step_count > 0 ? &j->steps[j->step_count - 1] : NULL;

    /* A rung that is tried again because the bench was to blame, a control's second chance. */
    if (last != NULL && is_rung(last) == is_rung(o) && (!is_rung(o) || last->rung == o->rung))
        *last = *o;
    else if (j->step_count < JUDGE_MAX_STEPS)
        j->steps[j->step_count++] = *o;
}

/* "8 certificates" */
static const char *amount(const struct case_facts *facts, int64_t value, char text[96])
{
    snprintf(text, 96, "%" PRId64 " %s", value, facts->ladder_unit);
    return text;
}

static bool was_taken(const struct judgement *j, const struct observation *o)
{
    return o->accepted && o->stage >= j->before.stage;
}

/* An attempt that ends the climb with a verdict of its own? */
static bool stops(struct judgement *j, const struct case_facts *facts, const struct observation *o,
                  int64_t rung)
{
    char text[96];

    if (o->crashed) {
        j->verdict = VERDICT_FAIL_CRASH;
        snprintf(j->reason, sizeof(j->reason), "It crashed or reset itself %s %s, at \"%s\".",
                 is_rung(o) ? "with" : "after", amount(facts, rung, text), stage_name(o->stage));
    } else if (o->cause != CAUSE_NONE) {
        j->verdict = o->cause == CAUSE_HARNESS ? VERDICT_HARNESS_ERROR : VERDICT_INCONCLUSIVE;
        j->cause = o->cause;
        snprintf(j->reason, sizeof(j->reason), "Nothing can be said: %s %s failed (%s): %s.",
                 is_rung(o) ? "the try with" : "the control after", amount(facts, rung, text),
                 cause_name(o->cause), o->cause_detail);
    } else if (!is_rung(o) && !o->accepted) {
        j->verdict = VERDICT_FAIL_BEHAVIOUR;
        snprintf(j->reason, sizeof(j->reason),
                 "After it had met %s it did not get through to the good server %s any more.",
                 amount(facts, rung, text), facts->control);
    } else if (is_rung(o) && o->stalled) {
        j->verdict = VERDICT_FAIL_HANG;
        snprintf(j->reason, sizeof(j->reason),
                 "With %s it neither went on nor closed: it stood still at \"%s\" until the "
                 "deadline.",
                 amount(facts, rung, text), stage_name(o->stage));
    } else {
        return false;
    }
    return true;
}

static void conclude(struct judgement *j, const struct case_facts *facts)
{
    const struct judge_ladder *l = &j->ladder;
    bool enough = l->taken >= l->least;
    char taken[96];
    char refused[96];
    char least[96];
    size_t used = 0;

    j->verdict = enough ? VERDICT_PASS : VERDICT_FAIL_REJECT_GOOD;
    amount(facts, l->refused, refused);
    if (l->refused < 0)
        snprintf(j->reason, sizeof(j->reason), "It takes %s, the most that was tried.",
                 amount(facts, l->taken, taken));
    else if (l->taken < 0)
        snprintf(j->reason, sizeof(j->reason),
                 "It does not even take %s, the least that was tried.", refused);
    else
        snprintf(j->reason, sizeof(j->reason), "It takes %s and does not take %s.",
                 amount(facts, l->taken, taken), refused);
    used = strlen(j->reason);
    if (!enough)
        snprintf(j->reason + used, sizeof(j->reason) - used, " A board has to take %s.",
                 amount(facts, l->least, least));
}

void ladder_judge(struct judgement *j, const struct case_facts *facts)
{
    struct judge_ladder *l = &j->ladder;
    int64_t rung = 0;

    *l = (struct judge_ladder){.present = true,
                               .unit = facts->ladder_unit,
                               .least = facts->ladder_least,
                               .taken = -1,
                               .refused = -1};
    for (unsigned i = 0; i < j->step_count; i++) {
        const struct observation *o = &j->steps[i];

        rung = is_rung(o) ? o->rung : rung;
        if (stops(j, facts, o, rung))
            return;
        if (!is_rung(o))
            continue;
        if (was_taken(j, o))
            l->taken = rung > l->taken ? rung : l->taken;
        else
            l->refused = l->refused < 0 || rung < l->refused ? rung : l->refused;
    }
    if (l->taken < 0 && l->refused < 0) {
        j->cause = CAUSE_NETWORK;
        snprintf(j->reason, sizeof(j->reason), "Nothing can be said: nothing was tried.");
        return;
    }
    conclude(j, facts);
}
