/* SPDX-License-Identifier: Apache-2.0 */
/* The scenarios that Assay comes with. */
#include "scenario/scenario.h"

#include "test_support.h"

#include <stdio.h>
#include <stdlib.h>

static struct scenario_set *load_scenarios(void)
{
    struct scenario_set *set = NULL;
    struct assay_error err = {0};
    enum assay_status status = scenario_set_load(ASSAY_SOURCE_DIR "/scenarios", &set, &err);

    test_check(status == ASSAY_OK, __FILE__, __LINE__, "%s", err.text);
    return set;
}

static void every_scenario_loads_and_is_proven(void)
{
    struct scenario_set *set = load_scenarios();

    REQUIRE(set != NULL);
    CHECK(scenario_set_count(set) >= 24);
    scenario_set_free(set);
}

static bool is_one_of(const char *id, const char *const *ids, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(ids[i], id) == 0)
            return true;
    return false;
}

static void the_core_suite_holds_these_24(void)
{
    static const char *const ids[] = {
        "POS-01",  "POS-03",  "PATH-01", "PATH-03", "PATH-05",        "PATH-06",
        "PATH-07", "PATH-08", "SIG-01",  "SIG-06",  "SIG-09/rsa1024", "TIME-01",
        "TIME-03", "TIME-04", "TIME-06", "NAME-01", "NAME-03",        "NAME-04",
        "NAME-07", "NAME-09", "EXT-02",  "EXT-12",  "EXT-17",         "EXT-18",
    };
    struct scenario_set *set = load_scenarios();
    const struct scenario **cases = NULL;
    struct assay_error err = {0};
    size_t count = 0;

    REQUIRE(set != NULL);
    CHECK_OK(scenario_set_select(set, "@core", &cases, &count, &err));
    CHECK_UINT_EQ(count, 24);
    for (size_t i = 0; i < count; i++)
        test_check(is_one_of(cases[i]->id, ids, 24), __FILE__, __LINE__, "%s", cases[i]->id);
    free(cases);
    scenario_set_free(set);
}

/* So that one run of the control can close the bracket of a case and open that of the next. */
static void cases_of_the_core_suite_with_the_same_control_stand_together(void)
{
    struct scenario_set *set = load_scenarios();
    const struct scenario **cases = NULL;
    struct assay_error err = {0};
    size_t count = 0;

    REQUIRE(set != NULL);
    CHECK_OK(scenario_set_select(set, "@core", &cases, &count, &err));
    for (size_t i = 0; i < count; i++)
        for (size_t k = i + 2; k < count; k++)
            if (cases[i]->expect == SCENARIO_REFUSE &&
                strcmp(cases[i]->control, cases[k]->control) == 0)
                test_check(strcmp(cases[i]->control, cases[i + 1]->control) == 0, __FILE__,
                           __LINE__, "%s and %s are apart", cases[i]->id, cases[k]->id);
    free(cases);
    scenario_set_free(set);
}

static size_t selected(const struct scenario_set *set, const char *selector, const char *id)
{
    const struct scenario **cases = NULL;
    struct assay_error err = {0};
    size_t count = 0;
    size_t found = 0;

    CHECK_OK(scenario_set_select(set, selector, &cases, &count, &err));
    for (size_t i = 0; i < count; i++)
        found += strcmp(cases[i]->id, id) == 0 ? 1 : 0;
    free(cases);
    return found;
}

static void what_takes_hours_is_run_only_where_it_is_named(void)
{
    struct scenario_set *set = load_scenarios();

    REQUIRE(set != NULL);
    CHECK_UINT_EQ(selected(set, "@full", "MQ-46"), 0);
    CHECK_UINT_EQ(selected(set, "@mqtt", "MQ-47/silent"), 0);
    CHECK_UINT_EQ(selected(set, "MQ-4*", "MQ-46"), 0);
    CHECK_UINT_EQ(selected(set, "MQ-4*", "MQ-45"), 1);
    CHECK_UINT_EQ(selected(set, "@soak", "MQ-46"), 1);
    CHECK_UINT_EQ(selected(set, "@soak", "LONG-05"), 1);
    CHECK_UINT_EQ(selected(set, "MQ-46", "MQ-46"), 1);
    scenario_set_free(set);
}

static void check_sentence(const struct scenario *s, const char *what, const char *text)
{
    size_t len = strlen(text);

    test_check(len > 0 && text[len - 1] == '.', __FILE__, __LINE__, "%s: %s is no sentence: \"%s\"",
               s->id, what, text);
    test_check(len <= 400, __FILE__, __LINE__, "%s: %s is %zu bytes long", s->id, what, len);
}

/* A section of a paper, a weakness by its number, or a chapter of a vendor's guide. */
static bool names_its_place(const char *spec)
{
    return strstr(spec, " section ") != NULL || strncmp(spec, "CWE-", 4) == 0 ||
           (strncmp(spec, "AWS IoT Core ", 13) == 0 && strstr(spec, ", ") != NULL);
}

static void the_prose_of_every_scenario_is_short_and_made_of_sentences(void)
{
    struct scenario_set *set = load_scenarios();

    REQUIRE(set != NULL);
    for (size_t i = 0; i < scenario_set_count(set); i++) {
        const struct scenario *s = scenario_set_at(set, i);

        check_sentence(s, "server", s->server);
        check_sentence(s, "why", s->why);
        check_sentence(s, "good", s->good);
        check_sentence(s, "bad", s->bad);
        test_check(strlen(s->title) <= 64, __FILE__, __LINE__, "%s: the title is %zu bytes long",
                   s->id, strlen(s->title));
        for (size_t k = 0; k < value_count(s->spec); k++)
            test_check(names_its_place(value_text(value_at(s->spec, k))), __FILE__, __LINE__,
                       "%s: \"%s\" names no section", s->id, value_text(value_at(s->spec, k)));
    }
    scenario_set_free(set);
}

/* A board without RSA keys is not blamed for what only an RSA root could show. */
static void a_case_that_is_served_by_the_rsa_root_needs_rsa(void)
{
    struct scenario_set *set = load_scenarios();

    REQUIRE(set != NULL);
    for (size_t i = 0; i < scenario_set_count(set); i++) {
        const struct scenario *s = scenario_set_at(set, i);
        bool rsa = strcmp(value_text(value_path(s->description, "trust")), "rsa") == 0;

        if (rsa)
            test_check(value_path(s->needs, "key_types.1") != NULL, __FILE__, __LINE__, "%s",
                       s->id);
    }
    scenario_set_free(set);
}

/* docs/formats/flaws.md, whole; to be released with free(). */
static char *read_flaws(void)
{
    FILE *file = fopen(ASSAY_SOURCE_DIR "/docs/formats/flaws.md", "rb");
    size_t size = 64 * 1024;
    char *text = calloc(1, size);
    size_t len = file != NULL && text != NULL ? fread(text, 1, size - 1, file) : 0;

    CHECK(len > 0 && len < size - 1);
    if (file != NULL)
        CHECK_INT_EQ(fclose(file), 0);
    return text;
}

static void every_flaw_that_a_scenario_names_stands_in_the_catalogue_of_flaws(void)
{
    struct scenario_set *set = load_scenarios();
    char *document = read_flaws();

    for (size_t i = 0; set != NULL && document != NULL && i < scenario_set_count(set); i++) {
        const struct scenario *s = scenario_set_at(set, i);

        for (size_t k = 0; k < value_count(s->flaws); k++) {
            char row[128];

            snprintf(row, sizeof(row), "\n| `%s` | ", value_text(value_at(s->flaws, k)));
            test_check(strstr(document, row) != NULL, __FILE__, __LINE__,
                       "%s: docs/formats/flaws.md has no row `%s`", s->id,
                       value_text(value_at(s->flaws, k)));
        }
    }
    free(document);
    scenario_set_free(set);
}

/* A case without a flaw that fails it has not been shown to find anything. */
static void every_case_of_the_core_suite_names_the_flaw_that_it_finds(void)
{
    struct scenario_set *set = load_scenarios();
    const struct scenario **cases = NULL;
    struct assay_error err = {0};
    size_t count = 0;

    REQUIRE(set != NULL);
    CHECK_OK(scenario_set_select(set, "@core", &cases, &count, &err));
    for (size_t i = 0; i < count; i++)
        test_check(value_count(cases[i]->flaws) > 0, __FILE__, __LINE__, "%s", cases[i]->id);
    free(cases);
    scenario_set_free(set);
}

static bool is_missing(const struct scenario_set *set, const char *id)
{
    for (size_t i = 0; i < scenario_missing_count(set); i++)
        if (strcmp(scenario_missing_at(set, i)->id, id) == 0)
            return true;
    return false;
}

static bool is_present(const struct scenario_set *set, const char *id)
{
    size_t len = strlen(id);

    for (size_t i = 0; i < scenario_set_count(set); i++) {
        const char *other = scenario_set_at(set, i)->id;

        if (strncmp(other, id, len) == 0 && (other[len] == '\0' || other[len] == '/'))
            return true;
    }
    return false;
}

/* The rows of the catalogue are numbered without gaps. */
static void every_row_about_certificates_is_there_or_says_why_not(void)
{
    static const struct {
        const char *letters;
        unsigned last;
        unsigned others[4]; /* rows about clocks, networks and protocols; ends with 0 */
    } groups[] = {
        {"POS", 18, {0}},   {"PATH", 26, {0}}, {"SIG", 20, {0}},  {"TIME", 19, {2, 5, 8, 19}},
        {"NAME", 32, {31}}, {"EXT", 31, {11}}, {"CHAIN", 5, {0}},
    };
    struct scenario_set *set = load_scenarios();

    REQUIRE(set != NULL);
    for (size_t i = 0; i < sizeof(groups) / sizeof(groups[0]); i++) {
        for (unsigned row = 1, other = 0; row <= groups[i].last; row++) {
            char id[16];

            if (other < 4 && groups[i].others[other] == row) {
                other++;
                continue;
            }
            snprintf(id, sizeof(id), "%s-%02u", groups[i].letters, row);
            test_check(is_present(set, id) || is_missing(set, id), __FILE__, __LINE__, "%s", id);
        }
    }
    scenario_set_free(set);
}

TEST_SUITE(core, TEST(every_scenario_loads_and_is_proven), TEST(the_core_suite_holds_these_24),
           TEST(what_takes_hours_is_run_only_where_it_is_named),
           TEST(cases_of_the_core_suite_with_the_same_control_stand_together),
           TEST(the_prose_of_every_scenario_is_short_and_made_of_sentences),
           TEST(a_case_that_is_served_by_the_rsa_root_needs_rsa),
           TEST(every_flaw_that_a_scenario_names_stands_in_the_catalogue_of_flaws),
           TEST(every_case_of_the_core_suite_names_the_flaw_that_it_finds),
           TEST(every_row_about_certificates_is_there_or_says_why_not));
