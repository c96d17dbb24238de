/* SPDX-License-Identifier: Apache-2.0 */
/* From what a user writes ("@core", "PATH-01", "TIME-*") to cases. */
#include "base/nearest.h"
#include "set.h"

#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

static bool is_pattern(const char *selector)
{
    return strpbrk(selector, "*?[") != NULL;
}

/* CIPH-04 stands for CIPH-04/3des, CIPH-04/rc4, ... where no case is called CIPH-04 alone. */
static bool is_family(const char *selector, const char *id)
{
    size_t len = strlen(selector);

    return strncmp(selector, id, len) == 0 && id[len] == '/';
}

/* Takes so long that it is run only where it is asked for by its name. */
static bool is_long(const struct definition *d)
{
    return d->said.lasts_ms > SCENARIO_LONG_MS;
}

/* The ids that a selector without '@' stands for, in id order; an empty list when there is none. */
static enum assay_status ids_of(const struct scenario_set *set, const char *selector,
                                struct value *ids)
{
    bool pattern = is_pattern(selector);

    if (!pattern && set_find_case(set, selector) != NULL)
        return value_add(ids, value_new_text(selector));
    for (size_t i = 0; i < set->case_count; i++) {
        const char *id = set->cases[i]->said.id;

        if (pattern ? fnmatch(selector, id, 0) == 0 && !is_long(set->cases[i])
                    : is_family(selector, id))
            ASSAY_TRY(value_add(ids, value_new_text(id)));
    }
    return ASSAY_OK;
}

static const struct suite *find_suite(const struct scenario_set *set, const char *name)
{
    for (size_t i = 0; i < set->suite_count; i++)
        if (strcmp(set->suites[i]->name, name) == 0)
            return set->suites[i];
    return NULL;
}

static struct nearest nearest_of(const struct scenario_set *set, const char *name, bool suite)
{
    struct nearest nearest = {.wanted = name};

    for (size_t i = 0; suite && i < set->suite_count; i++)
        nearest_offer(&nearest, set->suites[i]->name);
    for (size_t i = 0; !suite && i < set->case_count; i++)
        nearest_offer(&nearest, set->cases[i]->said.id);
    return nearest;
}

/* no suite is called "cor"; did you mean "core"?; suites: @core, @full */
static enum assay_status describe_miss(const struct scenario_set *set, const char *selector,
                                       struct buf *out)
{
    bool suite = selector[0] == '@';
    const char *name = selector + (suite ? 1 : 0);
    struct nearest nearest = nearest_of(set, name, suite);

    if (is_pattern(name))
        ASSAY_TRY(buf_printf(out, "no scenario matches \"%s\"", name));
    else
        ASSAY_TRY(buf_printf(out, "no %s is called \"%s\"", suite ? "suite" : "scenario", name));
    ASSAY_TRY(nearest_describe(&nearest, out));
    for (size_t i = 0; i < set->suite_count; i++)
        ASSAY_TRY(buf_printf(out, "%s@%s", i == 0 ? "; suites: " : ", ", set->suites[i]->name));
    return ASSAY_OK;
}

static enum assay_status nothing_matches(const struct scenario_set *set, const char *selector,
                                         struct assay_error *err)
{
    enum assay_status status = ASSAY_OK;
    struct buf text;

    buf_init(&text, sizeof(err->text) - 1);
    status = describe_miss(set, selector, &text);
    if (status == ASSAY_OK || status == ASSAY_ERR_LIMIT) /* what fits is said */
        status = assay_error_set(err, ASSAY_ERR_NOT_FOUND, "%s", buf_text(&text));
    buf_done(&text);
    return status;
}

static enum assay_status cases_of(const struct scenario_set *set, const struct value *ids,
                                  const struct scenario ***ret, size_t *ret_count)
{
    size_t count = value_count(ids);
    const struct scenario **cases = calloc(count, sizeof(*cases));

    if (cases == NULL)
        return ASSAY_ERR_NOMEM;
    for (size_t i = 0; i < count; i++)
        cases[i] = scenario_set_find(set, value_text(value_at(ids, i)));
    *ret = cases;
    *ret_count = count;
    return ASSAY_OK;
}

enum assay_status scenario_set_select(const struct scenario_set *set, const char *selector,
                                      const struct scenario ***ret, size_t *ret_count,
                                      struct assay_error *err)
{
    const struct suite *suite = NULL;
    struct value *ids = NULL;
    enum assay_status status = ASSAY_ERR_NOMEM;

    if (selector[0] == '@') {
        suite = find_suite(set, selector + 1);
        if (suite == NULL)
            return nothing_matches(set, selector, err);
        return cases_of(set, suite->members, ret, ret_count);
    }
    ids = value_new_list();
    if (ids == NULL)
        return assay_error_set(err, status, "out of memory");
    status = ids_of(set, selector, ids);
    if (status == ASSAY_OK && value_count(ids) == 0)
        status = nothing_matches(set, selector, err);
    else if (status == ASSAY_OK)
        status = cases_of(set, ids, ret, ret_count);
    value_free(ids);
    return status;
}

static enum assay_status suite_error(const struct suite *s, struct assay_error *err,
                                     const char *before, const char *text)
{
    return assay_error_set(err, ASSAY_ERR_SCRIPT, "%s:%d: %s: members: %s%s", s->source->path,
                           s->line, s->name, before, text);
}

static enum assay_status add_members(const struct scenario_set *set, struct suite *s,
                                     const char *selector, struct assay_error *err)
{
    const struct scenario **cases = NULL;
    enum assay_status status = ASSAY_OK;
    struct assay_error reason = {0};
    size_t count = 0;

    if (selector[0] == '@')
        return suite_error(s, err, "a suite cannot be a member: ", selector);
    status = scenario_set_select(set, selector, &cases, &count, &reason);
    if (status == ASSAY_ERR_NOT_FOUND)
        return suite_error(s, err, "", reason.text);
    for (size_t i = 0; i < count && status == ASSAY_OK; i++) {
        for (size_t k = 0; k < value_count(s->members) && status == ASSAY_OK; k++)
            if (strcmp(value_text(value_at(s->members, k)), cases[i]->id) == 0)
                status = suite_error(s, err, "named twice: ", cases[i]->id);
        if (status == ASSAY_OK)
            status = value_add(s->members, value_new_text(cases[i]->id));
    }
    free(cases);
    return status;
}

enum assay_status set_resolve_suites(struct scenario_set *set, struct assay_error *err)
{
    for (size_t i = 0; i < set->suite_count; i++) {
        struct suite *s = set->suites[i];

        s->members = value_new_list();
        if (s->members == NULL)
            return ASSAY_ERR_NOMEM;
        for (size_t k = 0; k < value_count(s->wanted); k++)
            ASSAY_TRY(add_members(set, s, value_text(value_at(s->wanted, k)), err));
    }
    return ASSAY_OK;
}
