/* SPDX-License-Identifier: Apache-2.0 */
#include "scenario_fixture.h"
#include "test_support.h"

#include <stdlib.h>

#define CASE(name, days)                                                                           \
    "scenario{" GOOD_CASE "id='" name "', change={time='" days "'}, differs={'time'}}\n"

static struct scenario_set *load_some(void)
{
    struct assay_error err;
    struct scenario_set *set = NULL;

    fixture_write_control();
    fixture_write("path/PATH-01-x.lua", CASE("PATH-01", "+1d"));
    fixture_write("path/PATH-02-x.lua", CASE("PATH-02", "+2d"));
    fixture_write("ciph/CIPH-04-x.lua", CASE("CIPH-04/3des", "+3d") CASE("CIPH-04/des", "+4d")
                                            CASE("CIPH-04/rc4", "+5d"));
    fixture_write("suites/core.lua", "suite{name='core', title='The core',"
                                     "members={'POS-01', 'PATH-02', 'CIPH-*'}}");
    fixture_write("suites/full.lua", "suite{name='full', title='All', members={'*'}}");
    set = fixture_load(&err);
    test_check(set != NULL, __FILE__, __LINE__, "%s", err.text);
    return set;
}

static void expect_ids(const struct scenario_set *set, const char *selector, const char *want)
{
    const struct scenario **cases = NULL;
    struct assay_error err = {0};
    char got[512] = "";
    size_t count = 0;
    enum assay_status status = scenario_set_select(set, selector, &cases, &count, &err);

    test_check(status == ASSAY_OK, __FILE__, __LINE__, "%s: %s", selector, err.text);
    for (size_t i = 0; i < count; i++) {
        size_t len = strlen(got);

        snprintf(got + len, sizeof(got) - len, "%s%s", i > 0 ? " " : "", cases[i]->id);
    }
    CHECK_STR_EQ(got, want);
    free(cases);
}

static void expect_nothing(const struct scenario_set *set, const char *selector, const char *part)
{
    const struct scenario **cases = NULL;
    struct assay_error err = {0};
    size_t count = 7;

    CHECK_INT_EQ(scenario_set_select(set, selector, &cases, &count, &err), ASSAY_ERR_NOT_FOUND);
    CHECK(cases == NULL);
    CHECK_UINT_EQ(count, 7);
    CHECK_STR_CONTAINS(err.text, part);
    CHECK_INT_EQ(scenario_set_select(set, selector, &cases, &count, NULL), ASSAY_ERR_NOT_FOUND);
}

static void an_id_selects_its_case_and_a_pattern_all_that_match_in_id_order(void)
{
    struct scenario_set *set = load_some();

    REQUIRE(set != NULL);
    expect_ids(set, "PATH-01", "PATH-01");
    expect_ids(set, "PATH-*", "PATH-01 PATH-02");
    expect_ids(set, "*", "CIPH-04/3des CIPH-04/des CIPH-04/rc4 PATH-01 PATH-02 POS-01");
    expect_ids(set, "CIPH-04/?des", "CIPH-04/3des");
    expect_ids(set, "CIPH-*", "CIPH-04/3des CIPH-04/des CIPH-04/rc4");
    expect_ids(set, "P*-0[1]", "PATH-01 POS-01");
    scenario_set_free(set);
}

static void the_id_of_a_family_selects_all_of_it(void)
{
    struct scenario_set *set = load_some();

    REQUIRE(set != NULL);
    expect_ids(set, "CIPH-04", "CIPH-04/3des CIPH-04/des CIPH-04/rc4");
    scenario_set_free(set);
}

static void a_suite_selects_its_members_in_its_own_order(void)
{
    struct scenario_set *set = load_some();

    REQUIRE(set != NULL);
    expect_ids(set, "@core", "POS-01 PATH-02 CIPH-04/3des CIPH-04/des CIPH-04/rc4");
    scenario_set_free(set);
}

static void what_matches_nothing_is_answered_with_what_there_is(void)
{
    struct scenario_set *set = load_some();

    REQUIRE(set != NULL);
    expect_nothing(set, "PATH-03",
                   "no scenario is called \"PATH-03\"; did you mean \"PATH-01\", \"PATH-02\"?; "
                   "suites: @core, @full");
    expect_nothing(set, "path-02", "did you mean \"PATH-02\"?");
    expect_nothing(set, "CIPH-04/3dse", "did you mean \"CIPH-04/");
    expect_nothing(set, "@croe", "no suite is called \"croe\"; did you mean \"core\"?");
    expect_nothing(set, "@", "no suite is called \"\"; suites: @core, @full");
    expect_nothing(set, "", "no scenario is called \"\"; suites: @core, @full");
    expect_nothing(set, "NAME-*", "no scenario matches \"NAME-*\"; suites: @core, @full");
    expect_nothing(set, "certificates, please",
                   "no scenario is called \"certificates, please\"; s");
    scenario_set_free(set);
}

static void a_selector_of_any_length_is_answered(void)
{
    struct scenario_set *set = load_some();
    char selector[4096];

    REQUIRE(set != NULL);
    memset(selector, 'A', sizeof(selector));
    selector[sizeof(selector) - 1] = '\0';
    expect_nothing(set, selector, "");
    scenario_set_free(set);
}

static void suites_are_listed_by_name_with_their_members(void)
{
    struct scenario_set *set = load_some();

    REQUIRE(set != NULL);
    REQUIRE(scenario_suite_count(set) == 2);
    CHECK_STR_EQ(scenario_suite_name(set, 0), "core");
    CHECK_STR_EQ(scenario_suite_title(set, 0), "The core");
    CHECK_UINT_EQ(value_count(scenario_suite_members(set, 0)), 5);
    CHECK_STR_EQ(value_text(value_at(scenario_suite_members(set, 0), 1)), "PATH-02");
    CHECK_STR_EQ(scenario_suite_name(set, 1), "full");
    CHECK(scenario_suite_name(set, 2) == NULL);
    CHECK(scenario_suite_title(set, 2) == NULL);
    CHECK(scenario_suite_members(set, 2) == NULL);
    CHECK(scenario_set_at(set, scenario_set_count(set)) == NULL);
    scenario_set_free(set);
}

static void a_suite_that_is_wrong_is_refused_with_file_and_line(void)
{
    static const struct {
        const char *suite, *part;
    } mistakes[] = {
        {"suite{name='core', title='t', members={'NAME-77'}}",
         "suites/core.lua:2: core: members: no scenario is called \"NAME-77\""},
        {"suite{name='core', title='t', members={'POS-01', 'POS-*'}}",
         "suites/core.lua:2: core: members: named twice: POS-01"},
        {"suite{name='core', title='t', members={'@core'}}",
         "suites/core.lua:2: core: members: a suite cannot be a member: @core"},
        {"suite{name='core', title='t', members={}}",
         "suites/core.lua:2: core: members has to be a list of texts"},
        {"suite{name='core', members={'POS-01'}}", "suites/core.lua:2: core: title is missing"},
        {"suite{name='cor', title='t', members={'POS-01'}}",
         "suites/core.lua:2: cor: name: the file of this suite has to be called cor.lua"},
        {"suite{name='core', title='t', members={'POS-01'}, order=1}",
         "suites/core.lua:2: core: order: no such key"},
        {"suite{name='core', title='t', members={'POS-01'}}"
         "suite{name='core', title='t', members={'POS-01'}}",
         "suites/core.lua:2: suite core is already defined at "},
    };

    fixture_write_control();
    for (size_t i = 0; i < sizeof(mistakes) / sizeof(mistakes[0]); i++) {
        struct assay_error err;
        char script[512];

        snprintf(script, sizeof(script), "\n%s\n", mistakes[i].suite);
        fixture_write("suites/core.lua", script);
        CHECK(fixture_load(&err) == NULL);
        CHECK_STR_CONTAINS(err.text, mistakes[i].part);
    }
}

TEST_SUITE(select, TEST(an_id_selects_its_case_and_a_pattern_all_that_match_in_id_order),
           TEST(the_id_of_a_family_selects_all_of_it),
           TEST(a_suite_selects_its_members_in_its_own_order),
           TEST(what_matches_nothing_is_answered_with_what_there_is),
           TEST(a_selector_of_any_length_is_answered),
           TEST(suites_are_listed_by_name_with_their_members),
           TEST(a_suite_that_is_wrong_is_refused_with_file_and_line));
