/* SPDX-License-Identifier: Apache-2.0 */
/* What the rules of a profile make of a case. See profile/profile.h. */
#include "profile_rules.h"

#include <fnmatch.h>
#include <string.h>

/* "CIPH-04" stands for CIPH-04/rc4 as well, as it does where scenarios are selected. */
static bool fits_id(const char *pattern, const char *id)
{
    size_t len = strlen(pattern);

    return fnmatch(pattern, id, 0) == 0 || (strncmp(pattern, id, len) == 0 && id[len] == '/');
}

static bool any_id(const struct value *patterns, const char *id)
{
    for (size_t i = 0; i < value_count(patterns); i++)
        if (fits_id(value_text(value_at(patterns, i)), id))
            return true;
    return false;
}

static bool any_category(const struct value *names, enum category category)
{
    for (size_t i = 0; i < value_count(names); i++)
        if (strcmp(value_text(value_at(names, i)), category_name(category)) == 0)
            return true;
    return false;
}

/* "RFC 5280" begins "RFC 5280 section 6.1" and not "RFC 52801". */
static bool begins(const char *text, const char *beginning)
{
    size_t len = strlen(beginning);

    return strncmp(text, beginning, len) == 0 && (text[len] == '\0' || text[len] == ' ');
}

static bool any_spec(const struct value *beginnings, const struct value *spec)
{
    for (size_t i = 0; i < value_count(beginnings); i++)
        for (size_t k = 0; k < value_count(spec); k++)
            if (begins(value_text(value_at(spec, k)), value_text(value_at(beginnings, i))))
                return true;
    return false;
}

static bool rule_fits(const struct profile_rule *rule, const struct profile_case *c)
{
    return (rule->cases == NULL || any_id(rule->cases, c->id)) &&
           (rule->categories == NULL || any_category(rule->categories, c->category)) &&
           (rule->spec == NULL || any_spec(rule->spec, c->spec)) &&
           (rule->except_spec == NULL || !any_spec(rule->except_spec, c->spec));
}

struct profile_effect profile_apply(const struct profile *profile, const struct profile_case *c)
{
    struct profile_effect effect = {.severity = c->severity};

    for (size_t i = 0; i < profile->count; i++) {
        const struct profile_rule *rule = &profile->rules[i];

        if (!rule_fits(rule, c))
            continue;
        if (rule->has_severity) {
            effect.severity = rule->severity;
            effect.why = rule->why;
        }
        if (rule->not_applicable != NULL || rule->applicable != NULL)
            effect.not_applicable = rule->not_applicable;
    }
    return effect;
}

static bool names_something(const char *pattern, const struct value *ids)
{
    for (size_t i = 0; i < value_count(ids); i++)
        if (fits_id(pattern, value_text(value_at(ids, i))))
            return true;
    return false;
}

enum assay_status profile_check(const struct profile *profile, const struct value *ids,
                                struct assay_error *err)
{
    for (size_t i = 0; i < profile->count; i++) {
        const struct profile_rule *rule = &profile->rules[i];

        for (size_t k = 0; k < value_count(rule->cases); k++) {
            const char *pattern = value_text(value_at(rule->cases, k));

            if (!names_something(pattern, ids))
                return assay_error_set(err, ASSAY_ERR_NOT_FOUND,
                                       "%s:%d: cases: no scenario is called \"%s\"", profile->file,
                                       rule->line, pattern);
        }
    }
    return ASSAY_OK;
}

const char *profile_name(const struct profile *profile)
{
    return profile->name;
}

const char *profile_title(const struct profile *profile)
{
    return profile->title;
}
