/* SPDX-License-Identifier: Apache-2.0 */
#include "profile/profile.h"
#include "test_support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct value *texts(const char *a, const char *b)
{
    struct value *list = value_new_list();

    CHECK_OK(value_add(list, value_new_text(a)));
    if (b != NULL)
        CHECK_OK(value_add(list, value_new_text(b)));
    return list;
}

static enum assay_status load(const char *text, struct profile **ret, struct assay_error *err)
{
    char *path = NULL;
    FILE *file = NULL;
    enum assay_status status = ASSAY_OK;

    if (asprintf(&path, "%s/own.yaml", test_directory()) < 0)
        abort();
    file = fopen(path, "w");
    if (file == NULL)
        abort();
    fputs(text, file);
    fclose(file);
    status = profile_load(test_directory(), path, ret, err);
    free(path);
    return status;
}

static struct profile_effect apply(const char *rules, const char *id, const char *spec)
{
    struct profile *p = NULL;
    struct assay_error err = {.text = ""};
    struct value *list = texts(spec, "RFC 9525 section 6.3");
    const struct profile_case c = {
        .id = id, .category = CATEGORY_NAME, .severity = SEVERITY_S2, .spec = list};
    struct profile_effect effect = {.why = NULL};
    char *text = NULL;

    if (asprintf(&text, "name: own\ntitle: Our own\nrules:\n%s", rules) < 0)
        abort();
    if (load(text, &p, &err) != ASSAY_OK)
        abort();
    effect = profile_apply(p, &c);
    effect.why = effect.why != NULL ? test_keep(strdup(effect.why)) : NULL;
    effect.not_applicable =
        effect.not_applicable != NULL ? test_keep(strdup(effect.not_applicable)) : NULL;
    profile_free(p);
    value_free(list);
    free(text);
    return effect;
}

static void a_case_that_no_rule_fits_keeps_its_severity(void)
{
    struct profile_effect e =
        apply("  - {cases: [NAME-02], severity: S0, why: x}\n", "NAME-01", "RFC 5280");

    CHECK_INT_EQ(e.severity, SEVERITY_S2);
    CHECK(e.why == NULL);
    CHECK(e.not_applicable == NULL);
}

static void a_rule_fits_by_id_family_glob_category_or_specification(void)
{
    static const char *const fitting[] = {"{cases: [NAME-01/a], severity: S0, why: x}",
                                          "{cases: [NAME-01], severity: S0, why: x}",
                                          "{cases: [PATH-01, \"NAME-*\"], severity: S0, why: x}",
                                          "{categories: [time, name], severity: S0, why: x}",
                                          "{spec: [RFC 5280], severity: S0, why: x}",
                                          "{except_spec: [RFC 7925], severity: S0, why: x}"};
    static const char *const not_fitting[] = {
        "{cases: [NAME-0], severity: S0, why: x}", "{categories: [time], severity: S0, why: x}",
        "{spec: [RFC 528], severity: S0, why: x}",
        "{except_spec: [RFC 9525], severity: S0, why: x}",
        "{cases: [NAME-01], categories: [time], severity: S0, why: x}"};
    char line[200];

    for (size_t i = 0; i < sizeof(fitting) / sizeof(fitting[0]); i++) {
        snprintf(line, sizeof(line), "  - %s\n", fitting[i]);
        CHECK_INT_EQ(apply(line, "NAME-01/a", "RFC 5280 section 6").severity, SEVERITY_S0);
    }
    for (size_t i = 0; i < sizeof(not_fitting) / sizeof(not_fitting[0]); i++) {
        snprintf(line, sizeof(line), "  - %s\n", not_fitting[i]);
        CHECK_INT_EQ(apply(line, "NAME-01/a", "RFC 5280 section 6").severity, SEVERITY_S2);
    }
}

static void the_last_rule_that_fits_decides_each_effect_by_itself(void)
{
    struct profile_effect e = apply("  - {categories: [name], not_applicable: not here}\n"
                                    "  - {categories: [name], severity: S1, why: first}\n"
                                    "  - {cases: [NAME-01], severity: S4, why: second}\n",
                                    "NAME-01", "RFC 5280");

    CHECK_INT_EQ(e.severity, SEVERITY_S4);
    CHECK_STR_EQ(e.why, "second");
    CHECK_STR_EQ(e.not_applicable, "not here");
}

static void a_later_rule_brings_a_case_back(void)
{
    struct profile_effect e = apply("  - {except_spec: [RFC 7925], not_applicable: not here}\n"
                                    "  - {cases: [NAME-01], applicable: it is}\n",
                                    "NAME-01", "RFC 5280");

    CHECK(e.not_applicable == NULL);
}

static void mistakes_are_named_with_their_line(void)
{
    static const struct {
        const char *text, *message;
    } rows[] = {
        {"title: x\n", "needs a name"},
        {"name: x\n", "needs a title"},
        {"name: x\ntitle: y\nrules:\n  - {cases: [A-01]}\n",
         "own.yaml:4: a rule changes something"},
        {"name: x\ntitle: y\nrules:\n  - {severity: S9, why: z}\n", ":4: severity takes S0"},
        {"name: x\ntitle: y\nrules:\n  - {severity: S1}\n", ":4: severity needs a reason"},
        {"name: x\ntitle: y\nrules:\n  - {categories: [nme], severity: S1, why: z}\n",
         "not \"nme\""},
        {"name: x\ntitle: y\nrules:\n  - {case: [A-01], severity: S1, why: z}\n", ":4:"},
        {"name: x\ntitle: y\nrules:\n  - {applicable: a, not_applicable: b}\n", "exclude"},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct profile *p = NULL;
        struct assay_error err = {.text = ""};

        CHECK_INT_EQ(load(rows[i].text, &p, &err), ASSAY_ERR_MALFORMED);
        CHECK(strstr(err.text, rows[i].message) != NULL);
        CHECK(p == NULL);
    }
}

static void a_pattern_that_names_no_scenario_is_found(void)
{
    struct profile *p = NULL;
    struct assay_error err = {.text = ""};
    struct value *ids = texts("NAME-01", "TIME-02/a");

    REQUIRE_OK(load("name: x\ntitle: y\nrules:\n  - {cases: [NAME-01, TIME-02], severity: S1, "
                    "why: z}\n  - {cases: [\"NAME-9*\"], severity: S1, why: z}\n",
                    &p, &err));
    CHECK_INT_EQ(profile_check(p, ids, &err), ASSAY_ERR_NOT_FOUND);
    CHECK(strstr(err.text, ":5: cases: no scenario is called \"NAME-9*\"") != NULL);
    value_free(ids);
    profile_free(p);
}

static void an_unknown_profile_says_which_there_are(void)
{
    struct profile *p = NULL;
    struct assay_error err = {.text = ""};

    REQUIRE_OK(load("name: own\ntitle: y\n", &p, &err));
    profile_free(p);
    p = NULL;
    CHECK_INT_EQ(profile_load(test_directory(), "wepki", &p, &err), ASSAY_ERR_NOT_FOUND);
    CHECK(strstr(err.text, "there are own;") != NULL);
    REQUIRE_OK(profile_load(test_directory(), "own", &p, &err));
    CHECK_STR_EQ(profile_name(p), "own");
    CHECK_STR_EQ(profile_title(p), "y");
    profile_free(p);
}

static void the_default_profile_needs_no_file(void)
{
    struct profile *p = NULL;
    struct assay_error err = {.text = ""};
    const struct profile_case c = {.id = "NAME-01", .severity = SEVERITY_S2};

    REQUIRE_OK(profile_load(test_directory(), PROFILE_DEFAULT, &p, &err));
    CHECK_INT_EQ(profile_apply(p, &c).severity, SEVERITY_S2);
    CHECK_STR_EQ(profile_name(p), "iot");
    profile_free(p);
}

TEST_SUITE(profile, TEST(a_case_that_no_rule_fits_keeps_its_severity),
           TEST(a_rule_fits_by_id_family_glob_category_or_specification),
           TEST(the_last_rule_that_fits_decides_each_effect_by_itself),
           TEST(a_later_rule_brings_a_case_back), TEST(mistakes_are_named_with_their_line),
           TEST(a_pattern_that_names_no_scenario_is_found),
           TEST(an_unknown_profile_says_which_there_are), TEST(the_default_profile_needs_no_file));
