/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Minimal pairs: every case is described by what it changes of its control, and what it says that
 * it changes is compared with what it does change.
 */
#include "description.h"
#include "ladder.h"
#include "set.h"

#include "read_keys.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_CONTROLS = 8 }; /* from a case to the control that is its own */

static enum assay_status check_description(const struct definition *d, struct assay_error *err)
{
    struct assay_error reason = {0};
    enum assay_status status = description_check(d->description, &reason);

    return status == ASSAY_ERR_MALFORMED ? definition_error(d, err, "%s", reason.text) : status;
}

/* NULL: there is none, and err says why. */
static struct definition *find_control(const struct scenario_set *set, const struct definition *d,
                                       struct assay_error *err)
{
    struct definition *control = set_find_case(set, d->said.control);

    if (control == NULL) {
        definition_error(d, err, "control: no scenario is called %s", d->said.control);
        return NULL;
    }
    if (control->said.expect != SCENARIO_ACCEPT) {
        definition_error(d, err,
                         "control: %s has to be refused; only what a good board accepts can be a "
                         "control",
                         d->said.control);
        return NULL;
    }
    return control;
}

static enum assay_status describe_own_control(struct definition *d, struct assay_error *err)
{
    bool said = value_kind(d->said.description) == VALUE_MAP;

    d->description = said ? value_copy(d->said.description) : value_new_map();
    if (d->description == NULL)
        return ASSAY_ERR_NOMEM;
    return check_description(d, err);
}

static enum assay_status describe_by_function(struct definition *d,
                                              const struct definition *control,
                                              struct assay_error *err)
{
    ASSAY_TRY(sandbox_call(d->source->box, d->change_ref, control->description, NULL,
                           &d->description, err));
    if (value_kind(d->description) != VALUE_MAP)
        return definition_error(d, err,
                                "change: the function has to return the description that it was "
                                "given, changed; it returned %s",
                                value_kind_name(value_kind(d->description)));
    return check_description(d, err);
}

static enum assay_status describe_by_table(struct definition *d, const struct definition *control,
                                           struct assay_error *err)
{
    d->description = value_copy(control->description);
    if (d->description == NULL)
        return ASSAY_ERR_NOMEM;
    if (value_kind(d->change) == VALUE_MAP)
        ASSAY_TRY(value_merge(d->description, d->change));
    return check_description(d, err);
}

/* A board that cannot do what the control needs cannot be tried with the case either. */
static enum assay_status inherit_needs(struct definition *d, const struct definition *control)
{
    if (control->said.needs == NULL)
        return ASSAY_OK;
    d->needs = value_copy(control->said.needs);
    if (d->needs == NULL)
        return ASSAY_ERR_NOMEM;
    if (d->said.needs != NULL)
        ASSAY_TRY(value_merge(d->needs, d->said.needs));
    d->said.needs = d->needs;
    return ASSAY_OK;
}

static bool list_holds(const struct value *list, const struct value *text)
{
    for (size_t i = 0; i < value_count(list); i++)
        if (value_equal(value_at(list, i), text))
            return true;
    return false;
}

/* `found` names no path twice, so that equal counts leave no room for others in `says`. */
static bool says_exactly(const struct value *says, const struct value *found)
{
    if (value_count(says) != value_count(found))
        return false;
    for (size_t i = 0; i < value_count(found); i++)
        if (!list_holds(says, value_at(found, i)))
            return false;
    return true;
}

static enum assay_status join(const struct value *list, struct buf *out)
{
    ASSAY_TRY(buf_add_text(out, "{"));
    for (size_t i = 0; i < value_count(list); i++) {
        ASSAY_TRY(buf_add_text(out, i > 0 ? ", " : ""));
        ASSAY_TRY(buf_add_text(out, value_text(value_at(list, i))));
    }
    return buf_add_text(out, "}");
}

static enum assay_status refuse_difference(const struct definition *d, const struct value *found,
                                           struct assay_error *err)
{
    enum assay_status status = ASSAY_OK;
    struct buf says;
    struct buf does;

    buf_init(&says, 4096);
    buf_init(&does, 4096);
    (void)join(d->said.differs, &says); /* a list too long for a message is cut */
    (void)join(found, &does);
    status = definition_error(d, err, "says that it differs from %s in %s, but it differs in %s",
                              d->said.control, buf_text(&says), buf_text(&does));
    buf_done(&says);
    buf_done(&does);
    return status;
}

enum assay_status prove_within(const struct definition *d, const struct definition *control,
                               struct assay_error *err)
{
    struct value *found = NULL;
    enum assay_status status = value_diff(control->description, d->description, &found);
    bool within = value_count(found) > 0;

    if (status != ASSAY_OK)
        return status;
    for (size_t i = 0; within && i < value_count(found); i++)
        within = list_holds(d->said.differs, value_at(found, i));
    if (value_count(found) == 0)
        status =
            definition_error(d, err, "changes nothing of %s: it is the same case", d->said.control);
    else if (!within)
        status = refuse_difference(d, found, err);
    value_free(found);
    return status;
}

static enum assay_status prove_difference(const struct definition *d,
                                          const struct definition *control, struct assay_error *err)
{
    struct value *found = NULL;
    enum assay_status status = value_diff(control->description, d->description, &found);

    if (status != ASSAY_OK)
        return status;
    /* After steps, the control itself is a case: does it work again? */
    if (value_count(found) == 0 && d->steps == NULL && d->said.expect != SCENARIO_OBSERVE)
        status =
            definition_error(d, err, "changes nothing of %s: it is the same case", d->said.control);
    else if (!says_exactly(d->said.differs, found))
        status = refuse_difference(d, found, err);
    value_free(found);
    return status;
}

/* The complete description of a step: the control's, with what the step changes. */
static enum assay_status describe_step(struct definition *d, const struct definition *control,
                                       size_t index, struct assay_error *err)
{
    struct scenario *step = &d->step_cases[index];
    struct assay_error reason = {0};
    char path[32];
    enum assay_status status = ASSAY_OK;

    snprintf(path, sizeof(path), "steps.%zu", index + 1);
    *step = d->said;
    status = step_read(value_at(d->steps, index), path, step, &reason);
    if (status == ASSAY_ERR_MALFORMED)
        return definition_error(d, err, "%s", reason.text);
    if (status != ASSAY_OK)
        return status;
    d->step_values[index] = value_copy(control->description);
    if (d->step_values[index] == NULL)
        return ASSAY_ERR_NOMEM;
    if (value_kind(step->description) == VALUE_MAP)
        ASSAY_TRY(value_merge(d->step_values[index], step->description));
    step->description = d->step_values[index];
    step->rules = d->said.rules;
    step->steps = NULL;
    step->step_count = 0;
    status = description_check(step->description, &reason);
    return status == ASSAY_ERR_MALFORMED ? definition_error(d, err, "%s: %s", path, reason.text)
                                         : status;
}

static enum assay_status describe_steps(struct definition *d, const struct definition *control,
                                        struct assay_error *err)
{
    size_t count = value_count(d->steps);

    if (d->steps == NULL)
        return ASSAY_OK;
    d->step_cases = calloc(count, sizeof(*d->step_cases));
    d->step_values = calloc(count, sizeof(struct value *));
    if (d->step_cases == NULL || d->step_values == NULL)
        return ASSAY_ERR_NOMEM;
    d->said.steps = d->step_cases;
    d->said.step_count = count;
    for (size_t i = 0; i < count; i++)
        ASSAY_TRY(describe_step(d, control, i, err));
    return ASSAY_OK;
}

static enum assay_status prove_case(struct scenario_set *set, struct definition *d, unsigned depth,
                                    struct assay_error *err);

static enum assay_status prove_against(struct scenario_set *set, struct definition *d,
                                       struct definition *control, unsigned depth,
                                       struct assay_error *err)
{
    ASSAY_TRY(prove_case(set, control, depth + 1, err));
    if (d->said.board_serves && !control->said.board_serves)
        return definition_error(d, err, "role: in its control %s the board is a client",
                                d->said.control);
    d->said.board_serves = control->said.board_serves;
    if (d->ladder != NULL)
        ASSAY_TRY(ladder_describe(d, control, err));
    else if (d->change_ref != LUA_NOREF)
        ASSAY_TRY(describe_by_function(d, control, err));
    else
        ASSAY_TRY(describe_by_table(d, control, err));
    ASSAY_TRY(description_fill(&d->description));
    ASSAY_TRY(prove_difference(d, control, err));
    ASSAY_TRY(describe_steps(d, control, err));
    return inherit_needs(d, control);
}

static enum assay_status prove_case(struct scenario_set *set, struct definition *d, unsigned depth,
                                    struct assay_error *err)
{
    struct definition *control = NULL;

    if (d->mark == MARK_DONE)
        return ASSAY_OK;
    if (d->mark == MARK_RUNNING)
        return definition_error(d, err, "control: the controls of this case go round in a circle");
    if (depth > MAX_CONTROLS)
        return definition_error(d, err, "control: more than %d controls of controls", MAX_CONTROLS);
    d->mark = MARK_RUNNING;
    control = find_control(set, d, err);
    if (control == NULL)
        return ASSAY_ERR_SCRIPT;
    if (control == d) {
        ASSAY_TRY(describe_own_control(d, err));
        ASSAY_TRY(description_fill(&d->description));
        ASSAY_TRY(describe_steps(d, d, err));
    } else {
        ASSAY_TRY(prove_against(set, d, control, depth, err));
    }
    d->said.description = d->description;
    d->mark = MARK_DONE;
    return ASSAY_OK;
}

enum assay_status set_prove(struct scenario_set *set, struct assay_error *err)
{
    for (size_t i = 0; i < set->case_count; i++)
        ASSAY_TRY(prove_case(set, set->cases[i], 0, err));
    return ASSAY_OK;
}
