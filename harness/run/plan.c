/* SPDX-License-Identifier: Apache-2.0 */
/* See run/plan.h. */
#include "run/plan.h"

#include "remote_trust.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* splitmix64: a fixed function of the seed, the same on every machine. */
static uint64_t next_random(uint64_t *state)
{
    uint64_t z = *state += 0x9e3779b97f4a7c15U;

    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9U;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebU;
    return z ^ (z >> 31);
}

static void shuffle_cases(struct plan *plan, uint64_t seed)
{
    for (size_t i = plan->count; i > 1; i--) {
        size_t k = (size_t)(next_random(&seed) % i);
        struct plan_case swap = plan->cases[i - 1];

        plan->cases[i - 1] = plan->cases[k];
        plan->cases[k] = swap;
    }
}

/* Bring cases with one control together, in the order in which controls first appear. */
static void group_by_control(struct plan *plan)
{
    for (size_t i = 0; i < plan->count; i++) {
        size_t end = i + 1;

        for (size_t k = i + 1; k < plan->count; k++) {
            struct plan_case found = plan->cases[k];

            if (found.control != plan->cases[i].control)
                continue;
            memmove(plan->cases + end + 1, plan->cases + end, (k - end) * sizeof(plan->cases[0]));
            plan->cases[end++] = found;
        }
        i = end - 1;
    }
}

static bool list_has(const struct value *list, const struct value *wanted)
{
    for (size_t i = 0; i < value_count(list); i++)
        if (value_equal(value_at(list, i), wanted))
            return true;
    return false;
}

/* One of several will do: docs/formats/scenario.md. */
static bool has_any(const struct value *has, const struct value *need)
{
    for (size_t i = 0; i < value_count(need); i++)
        if (list_has(has, value_at(need, i)))
            return true;
    return false;
}

/* Needs of which the board file's keys are not the words. */
static const char *special_lack(const char *key)
{
    static const char *const rows[][2] = {
        {PLAN_ISOLATED, "it needs a network of the board's own, and this run has none; `assay "
                        "doctor` says why"},
        {PLAN_TLS, "the board serves without TLS"},
        {PLAN_IDENTITY, "the board file gives neither the CA of the board's certificate nor its "
                        "fingerprint (remote.ca, remote.pin), so nothing can be compared"},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        if (strcmp(rows[i][0], key) == 0)
            return rows[i][1];
    return NULL;
}

static enum assay_status lacks(const char *key, const struct value *wanted, char **ret)
{
    const char *special =
        wanted == NULL || value_kind(wanted) == VALUE_BOOL ? special_lack(key) : NULL;
    const char *detail = value_kind(wanted) == VALUE_TEXT ? value_text(wanted) : NULL;
    struct buf text;
    enum assay_status status = ASSAY_OK;

    buf_init(&text, 512);
    status = special != NULL
                 ? buf_add_text(&text, special)
                 : buf_printf(&text, "the board file says that the board lacks %s%s%s", key,
                              detail != NULL ? " " : "", detail != NULL ? detail : "");
    if (status == ASSAY_OK)
        status = buf_take(&text, ret);
    buf_done(&text);
    return status;
}

/* What a board is only tried with when its file says that it does it (RFC 7925 section 4.4.3). */
static bool has_to_be_mentioned(const char *key)
{
    static const char *const keys[] = {"ocsp", "session", "cloud", "redirects"};

    for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
        if (strcmp(keys[i], key) == 0)
            return true;
    return false;
}

/* The first need that `supports` rules out; what it does not mention is mostly not ruled out. */
static enum assay_status check_needs(const struct value *needs, const struct value *supports,
                                     char **ret)
{
    if (value_get(needs, PLAN_TLS) != NULL &&
        value_kind(value_get(supports, PLAN_TLS)) == VALUE_BOOL)
        return lacks(PLAN_TLS, NULL, ret);
    for (size_t i = 0; i < value_count(needs); i++) {
        const char *key = value_key_at(needs, i);
        const struct value *need = value_at(needs, i);
        const struct value *has = value_get(supports, key);

        if (has == NULL && !has_to_be_mentioned(key))
            continue;
        if (value_kind(need) == VALUE_BOOL && value_bool(need) && !value_bool(has))
            return lacks(key, need, ret);
        if (value_count(need) > 0 && !has_any(has, need))
            return lacks(key, value_at(need, 0), ret);
    }
    return ASSAY_OK;
}

/* What only looks at the others comes last. */
static void observe_last(struct plan *plan)
{
    size_t left = plan->count;

    for (size_t i = 0; i < left; i++) {
        struct plan_case found = plan->cases[i];

        if (found.scenario->expect != SCENARIO_OBSERVE)
            continue;
        memmove(plan->cases + i, plan->cases + i + 1,
                (plan->count - i - 1) * sizeof(plan->cases[0]));
        plan->cases[plan->count - 1] = found;
        left--;
        i--;
    }
}

/*
 * A limit is found by halving, and after each size that was refused the board has to show that it
 * still works. The first size that is tried counts as the case itself.
 */
static size_t most_to_measure(const struct scenario_ladder *ladder)
{
    size_t questions = 1;

    for (size_t left = ladder->count; left > 1; left = (left + 1) / 2)
        questions++;
    return 2 * questions - 1;
}

static void share_controls(struct plan *plan, size_t repeat)
{
    const struct plan_case *previous = NULL;

    for (size_t i = 0; i < plan->count; i++) {
        struct plan_case *c = &plan->cases[i];

        if (c->not_applicable != NULL || c->scenario->expect == SCENARIO_OBSERVE)
            continue;
        c->shares_before = previous != NULL && previous->control == c->control;
        if (c->scenario->ladder != NULL)
            plan->attempts_more += most_to_measure(c->scenario->ladder);
        plan->attempts +=
            (c->scenario->ladder != NULL ? 1 : repeat * (1 + c->scenario->step_count)) +
            (c->shares_before ? 1 : 2);
        previous = c;
    }
}

/* Why the case is not run with this board; *ret stays NULL where nothing speaks against it. */
static enum assay_status rule_out(const struct plan_case *c, const struct plan_options *options,
                                  const struct profile_effect *effect, char **ret)
{
    if (effect->not_applicable != NULL) {
        if (asprintf(ret, "profile %s: %s", profile_name(options->profile),
                     effect->not_applicable) < 0) {
            *ret = NULL;
            return ASSAY_ERR_NOMEM;
        }
        return ASSAY_OK;
    }
    if (c->scenario->board_serves != options->is_server) {
        *ret = strdup(options->is_server ? "the board is a server, and this is asked of clients"
                                         : "the board is a client, and this is asked of servers");
        return *ret != NULL ? ASSAY_OK : ASSAY_ERR_NOMEM;
    }
    if (options->has_one_client && remote_trust_needs_ca(c->scenario, c->control)) {
        *ret = strdup("it shows a certificate that the CA of the board's clients would have to "
                      "issue, and the board file gives one client's only (remote.client_ca and "
                      "client_ca_key would do)");
        return *ret != NULL ? ASSAY_OK : ASSAY_ERR_NOMEM;
    }
    ASSAY_TRY(check_needs(c->scenario->needs, options->supports, ret));
    return *ret == NULL ? check_needs(c->control->needs, options->supports, ret) : ASSAY_OK;
}

static enum assay_status plan_one(const struct scenario_set *set, const struct scenario *s,
                                  const struct plan_options *options, struct plan_case *ret,
                                  struct assay_error *err)
{
    const struct profile_case facts = {
        .id = s->id, .category = s->category, .severity = s->severity, .spec = s->spec};
    struct profile_effect effect = {.severity = s->severity};

    *ret = (struct plan_case){.scenario = s, .control = scenario_set_find(set, s->control)};
    if (ret->control == NULL)
        return assay_error_set(err, ASSAY_ERR_NOT_FOUND, "%s: its control %s does not exist", s->id,
                               s->control);
    if (options->profile != NULL)
        effect = profile_apply(options->profile, &facts);
    ret->severity = effect.severity;
    ret->why = effect.why;
    return rule_out(ret, options, &effect, &ret->not_applicable);
}

enum assay_status plan_make(const struct scenario_set *set, const struct scenario *const *scenarios,
                            size_t count, const struct plan_options *options, struct plan *ret,
                            struct assay_error *err)
{
    struct plan plan = {.cases = calloc(count > 0 ? count : 1, sizeof(struct plan_case))};
    enum assay_status status = plan.cases != NULL ? ASSAY_OK : ASSAY_ERR_NOMEM;

    for (size_t i = 0; status == ASSAY_OK && i < count; i++) {
        status = plan_one(set, scenarios[i], options, &plan.cases[i], err);
        plan.count++;
    }
    if (status != ASSAY_OK) {
        plan_done(&plan);
        return status;
    }
    if (options->shuffle != 0)
        shuffle_cases(&plan, options->shuffle);
    else
        group_by_control(&plan);
    observe_last(&plan);
    share_controls(&plan, options->repeat);
    *ret = plan;
    return ASSAY_OK;
}

void plan_done(struct plan *plan)
{
    for (size_t i = 0; i < plan->count; i++)
        free(plan->cases[i].not_applicable);
    free(plan->cases);
    *plan = (struct plan){.cases = NULL};
}
