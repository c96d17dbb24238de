/* SPDX-License-Identifier: Apache-2.0 */
#include "ladder.h"
#include "set.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Room for one more pointer in a growing array. */
static bool grow(void ***items, size_t count)
{
    void **grown = realloc(*items, (count + 1) * sizeof(*grown));

    if (grown == NULL)
        return false;
    *items = grown;
    return true;
}

struct definition *set_add_case(struct scenario_set *set)
{
    struct definition *made = calloc(1, sizeof(*made));
    void **items = (void **)set->cases;

    if (made == NULL || !grow(&items, set->case_count)) {
        free(made);
        return NULL;
    }
    made->change_ref = LUA_NOREF;
    set->cases = (struct definition **)items;
    set->cases[set->case_count++] = made;
    return made;
}

struct suite *set_add_suite(struct scenario_set *set)
{
    struct suite *made = calloc(1, sizeof(*made));
    void **items = (void **)set->suites;

    if (made == NULL || !grow(&items, set->suite_count)) {
        free(made);
        return NULL;
    }
    set->suites = (struct suite **)items;
    set->suites[set->suite_count++] = made;
    return made;
}

struct missing *set_add_missing(struct scenario_set *set)
{
    struct missing *made = calloc(1, sizeof(*made));
    void **items = (void **)set->missing;

    if (made == NULL || !grow(&items, set->missing_count)) {
        free(made);
        return NULL;
    }
    set->missing = (struct missing **)items;
    set->missing[set->missing_count++] = made;
    return made;
}

struct source *set_add_source(struct scenario_set *set)
{
    struct source *made = calloc(1, sizeof(*made));
    void **items = (void **)set->sources;

    if (made == NULL || !grow(&items, set->source_count)) {
        free(made);
        return NULL;
    }
    made->set = set;
    set->sources = (struct source **)items;
    set->sources[set->source_count++] = made;
    return made;
}

void scenario_set_free(struct scenario_set *set)
{
    if (set == NULL)
        return;
    for (size_t i = 0; i < set->case_count; i++) {
        value_free(set->cases[i]->table);
        value_free(set->cases[i]->description);
        value_free(set->cases[i]->needs);
        for (size_t k = 0; k < set->cases[i]->said.step_count; k++)
            value_free(set->cases[i]->step_values[k]);
        free(set->cases[i]->step_values);
        free(set->cases[i]->step_cases);
        ladder_free(set->cases[i]->measure);
        free(set->cases[i]);
    }
    for (size_t i = 0; i < set->suite_count; i++) {
        value_free(set->suites[i]->table);
        value_free(set->suites[i]->members);
        free(set->suites[i]);
    }
    for (size_t i = 0; i < set->missing_count; i++) {
        value_free(set->missing[i]->table);
        free(set->missing[i]);
    }
    for (size_t i = 0; i < set->source_count; i++) {
        sandbox_free(set->sources[i]->box);
        free(set->sources[i]->path);
        free(set->sources[i]->name);
        free(set->sources[i]);
    }
    free(set->cases);
    free(set->suites);
    free(set->missing);
    free(set->sources);
    free(set);
}

struct definition *set_find_case(const struct scenario_set *set, const char *id)
{
    for (size_t i = 0; i < set->case_count; i++)
        if (strcmp(set->cases[i]->said.id, id) == 0)
            return set->cases[i];
    return NULL;
}

enum assay_status definition_error(const struct definition *d, struct assay_error *err,
                                   const char *format, ...)
{
    char text[sizeof(err->text)];
    va_list arguments;

    va_start(arguments, format);
    (void)vsnprintf(text, sizeof(text), format, arguments); /* cut when too long */
    va_end(arguments);
    return assay_error_set(err, ASSAY_ERR_SCRIPT, "%s:%d: %s%s%s", d->said.file, d->said.line,
                           d->said.id != NULL ? d->said.id : "", d->said.id != NULL ? ": " : "",
                           text);
}

static const struct {
    const char *name, *duty;
} expects[SCENARIO_EXPECT_COUNT] = {
#define X(id, text, must) [id] = {.name = text, .duty = (must)},
    SCENARIO_EXPECT_MAP(X)
#undef X
};

const char *scenario_expect_name(enum scenario_expect expect)
{
    return expects[expect].name;
}

const char *scenario_expect_duty(enum scenario_expect expect)
{
    return expects[expect].duty;
}

size_t scenario_set_count(const struct scenario_set *set)
{
    return set->case_count;
}

const struct scenario *scenario_set_at(const struct scenario_set *set, size_t index)
{
    return index < set->case_count ? &set->cases[index]->said : NULL;
}

const struct scenario *scenario_set_find(const struct scenario_set *set, const char *id)
{
    const struct definition *found = set_find_case(set, id);

    return found != NULL ? &found->said : NULL;
}

size_t scenario_suite_count(const struct scenario_set *set)
{
    return set->suite_count;
}

const char *scenario_suite_name(const struct scenario_set *set, size_t index)
{
    return index < set->suite_count ? set->suites[index]->name : NULL;
}

const char *scenario_suite_title(const struct scenario_set *set, size_t index)
{
    return index < set->suite_count ? set->suites[index]->title : NULL;
}

const struct value *scenario_suite_members(const struct scenario_set *set, size_t index)
{
    return index < set->suite_count ? set->suites[index]->members : NULL;
}

size_t scenario_missing_count(const struct scenario_set *set)
{
    return set->missing_count;
}

const struct scenario_missing *scenario_missing_at(const struct scenario_set *set, size_t index)
{
    return index < set->missing_count ? &set->missing[index]->said : NULL;
}
