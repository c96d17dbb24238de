/* SPDX-License-Identifier: Apache-2.0 */
/* See ladder.h and "Measuring" in docs/formats/scenario.md. */
#include "ladder.h"

#include "base/keys.h"
#include "description.h"
#include "scenario/keys.h"

#include <stdlib.h>

enum { MAX_RUNGS = 32 };

/* What scenario_ladder_keys are read into. */
struct ladder_table {
    char unit[40];
    const struct value *values;
    int64_t least;
};

struct ladder {
    struct scenario_ladder said;
    struct ladder_table table;
    struct scenario *rungs;
    struct value **descriptions;
    int64_t *values;
    size_t count; /* of descriptions */
};

static enum assay_status read_values(const struct key_spec *spec, const struct value *value,
                                     const char *path, void *target, struct assay_error *err)
{
    size_t count = value_count(value);
    bool good = value_kind(value) == VALUE_LIST && count >= 2 && count <= MAX_RUNGS;
    const struct value **to = target;

    (void)spec;
    for (size_t i = 0; good && i < count; i++)
        good = value_kind(value_at(value, i)) == VALUE_INT &&
               (i == 0 || value_int(value_at(value, i)) > value_int(value_at(value, i - 1)));
    if (!good)
        return assay_error_set(err, ASSAY_ERR_MALFORMED,
                               "%s has to be a list of 2 to %d rising whole numbers", path,
                               MAX_RUNGS);
    *to = value;
    return ASSAY_OK;
}

#define IN(field) offsetof(struct ladder_table, field)

/* clang-format off */
const struct key_spec scenario_ladder_keys[] = {
    {"unit", key_read_text, IN(unit), 0, sizeof(((struct ladder_table *)0)->unit), NULL,
     "what the numbers count, in the plural: `certificates`, `bytes`"},
    {"values", read_values, IN(values), 0, 0, NULL,
     "list of rising whole numbers; the largest that a board takes is found by bisection"},
    {"least", key_read_int, IN(least), 0, INT64_MAX, "0",
     "what a board has to be able to take; 0: any number will do"},
    {NULL, NULL, 0, 0, 0, NULL, NULL},
};
/* clang-format on */

static enum assay_status read_table(struct definition *d, struct ladder *ladder,
                                    struct assay_error *err)
{
    struct assay_error reason = {0};
    enum assay_status status =
        keys_read(scenario_ladder_keys, d->ladder, "ladder", &ladder->table, &reason);

    if (status == ASSAY_ERR_MALFORMED)
        return definition_error(d, err, "%s", reason.text);
    if (status == ASSAY_OK && (ladder->table.unit[0] == '\0' || ladder->table.values == NULL))
        return definition_error(d, err, "ladder: it needs a unit and values");
    return status;
}

static enum assay_status describe_rung(struct definition *d, const struct definition *control,
                                       struct ladder *ladder, size_t index, struct assay_error *err)
{
    struct assay_error reason = {0};
    struct scenario *rung = &ladder->rungs[index];
    enum assay_status status = ASSAY_OK;

    value_free(d->description);
    d->description = NULL;
    ASSAY_TRY(sandbox_call(d->source->box, d->change_ref, control->description,
                           value_at(ladder->table.values, index), &d->description, err));
    if (value_kind(d->description) != VALUE_MAP)
        return definition_error(d, err,
                                "change: the function has to return the description that it was "
                                "given, changed; it returned %s",
                                value_kind_name(value_kind(d->description)));
    status = description_check(d->description, &reason);
    if (status == ASSAY_ERR_MALFORMED)
        return definition_error(d, err, "%s", reason.text);
    if (status == ASSAY_OK)
        status = description_fill(&d->description);
    if (status == ASSAY_OK)
        status = prove_within(d, control, err);
    if (status != ASSAY_OK)
        return status;
    ladder->descriptions[index] = value_copy(d->description);
    if (ladder->descriptions[index] == NULL)
        return ASSAY_ERR_NOMEM;
    *rung = d->said;
    rung->description = ladder->descriptions[index];
    ladder->values[index] = value_int(value_at(ladder->table.values, index));
    return ASSAY_OK;
}

enum assay_status ladder_describe(struct definition *d, const struct definition *control,
                                  struct assay_error *err)
{
    struct ladder *ladder = calloc(1, sizeof(*ladder));
    size_t count = 0;

    if (ladder == NULL)
        return ASSAY_ERR_NOMEM;
    d->measure = ladder; /* owned from here on */
    ASSAY_TRY(read_table(d, ladder, err));
    count = value_count(ladder->table.values);
    ladder->count = count;
    ladder->rungs = calloc(count, sizeof(*ladder->rungs));
    ladder->descriptions = calloc(count, sizeof(struct value *));
    ladder->values = calloc(count, sizeof(*ladder->values));
    if (ladder->rungs == NULL || ladder->descriptions == NULL || ladder->values == NULL)
        return ASSAY_ERR_NOMEM;
    for (size_t i = 0; i < count; i++)
        ASSAY_TRY(describe_rung(d, control, ladder, i, err));
    ladder->said = (struct scenario_ladder){.unit = ladder->table.unit,
                                            .least = ladder->table.least,
                                            .count = count,
                                            .values = ladder->values,
                                            .rungs = ladder->rungs};
    d->said.ladder = &ladder->said;
    return ASSAY_OK;
}

void ladder_free(struct ladder *ladder)
{
    if (ladder == NULL)
        return;
    for (size_t i = 0; ladder->descriptions != NULL && i < ladder->count; i++)
        value_free(ladder->descriptions[i]);
    free(ladder->descriptions);
    free(ladder->rungs);
    free(ladder->values);
    free(ladder);
}
