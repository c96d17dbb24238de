/* SPDX-License-Identifier: Apache-2.0 */
/* What is loaded for a selection, and that it is the same as when all is loaded. */
#include "scenario_fixture.h"
#include "test_support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct scenario_set *load(const char *const *selectors, size_t count)
{
    struct scenario_set *set = NULL;
    struct assay_error err = {0};
    enum assay_status status =
        scenario_set_load_selected(fixture_directory(), selectors, count, &set, &err);

    test_check(status == ASSAY_OK, __FILE__, __LINE__, "%s", err.text);
    return set;
}

#define LOAD(...)                                                                                  \
    load((const char *const[]){__VA_ARGS__},                                                       \
         sizeof((const char *const[]){__VA_ARGS__}) / sizeof(const char *))

/* Controls, cases of a family, a suite, and beside them a script that cannot be loaded. */
static void write_scenarios(void)
{
    fixture_write_control();
    fixture_write("pos/POS-03-over.lua", "scenario{" GOOD_CONTROL "id='POS-03', control='POS-01',"
                                         "change={host='b.bench.test'}, differs={'host'}}\n");
    fixture_write("path/PATH-01-x.lua", "scenario{" GOOD_CASE "}\n");
    fixture_write("path/PATH-07-y.lua", "scenario{" GOOD_CASE "id='PATH-07', control='POS-03'}\n");
    fixture_write("path/PATH-08-z.lua", "scenario{" GOOD_CASE "id='PATH-08/a'}\n"
                                        "scenario{" GOOD_CASE "id='PATH-08/b'}\n");
    fixture_write("suites/two.lua",
                  "suite{name='two', title='t', members={'PATH-07', 'PATH-08/*'}}\n");
    fixture_write("suites/bad.lua", "!");
    fixture_write("path/PATH-10-bad.lua", "!");
}

static void expect_ids(struct scenario_set *set, const char *const *ids, size_t count)
{
    REQUIRE(set != NULL);
    CHECK_UINT_EQ(scenario_set_count(set), count);
    for (size_t i = 0; i < count && i < scenario_set_count(set); i++)
        CHECK_STR_EQ(scenario_set_at(set, i)->id, ids[i]);
    scenario_set_free(set);
}

#define EXPECT_IDS(set, ...)                                                                       \
    expect_ids(set, (const char *const[]){__VA_ARGS__},                                            \
               sizeof((const char *const[]){__VA_ARGS__}) / sizeof(const char *))

static void a_case_brings_its_control_and_the_controls_of_that(void)
{
    write_scenarios();
    EXPECT_IDS(LOAD("PATH-01"), "PATH-01", "POS-01");
    EXPECT_IDS(LOAD("PATH-07"), "PATH-07", "POS-01", "POS-03");
    EXPECT_IDS(LOAD("POS-01"), "POS-01");
}

static void a_member_of_a_family_brings_the_file_of_the_family(void)
{
    write_scenarios();
    EXPECT_IDS(LOAD("PATH-08"), "PATH-08/a", "PATH-08/b", "POS-01");
    EXPECT_IDS(LOAD("PATH-08/b"), "PATH-08/a", "PATH-08/b", "POS-01");
    EXPECT_IDS(LOAD("PATH-08/?"), "PATH-08/a", "PATH-08/b", "POS-01");
}

static void a_pattern_brings_what_may_match_it(void)
{
    write_scenarios();
    EXPECT_IDS(LOAD("PATH-0*", "POS-0[13]"), "PATH-01", "PATH-07", "PATH-08/a", "PATH-08/b",
               "POS-01", "POS-03");
}

static void a_suite_brings_its_members(void)
{
    struct scenario_set *set = NULL;

    write_scenarios();
    set = LOAD("@two");
    REQUIRE(set != NULL);
    CHECK_UINT_EQ(scenario_suite_count(set), 1);
    CHECK_UINT_EQ(value_count(scenario_suite_members(set, 0)), 3);
    EXPECT_IDS(set, "PATH-07", "PATH-08/a", "PATH-08/b", "POS-01", "POS-03");
}

static void what_is_loaded_is_checked(void)
{
    static const char *const bad[] = {"PATH-10"};
    static const char *const bad_suite[] = {"@bad"};
    struct scenario_set *set = NULL;
    struct assay_error err = {0};

    write_scenarios();
    CHECK_INT_EQ(scenario_set_load_selected(fixture_directory(), bad, 1, &set, &err),
                 ASSAY_ERR_SCRIPT);
    CHECK_STR_CONTAINS(err.text, "path/PATH-10-bad.lua:1:");
    CHECK_INT_EQ(scenario_set_load_selected(fixture_directory(), bad_suite, 1, &set, &err),
                 ASSAY_ERR_SCRIPT);
    CHECK_STR_CONTAINS(err.text, "suites/bad.lua:1:");
    CHECK(set == NULL);
}

static void a_name_that_no_file_has_loads_all_so_that_near_misses_are_known(void)
{
    static const char *const names[] = {"PATH-77", "@tow", "XYZ-*"};

    fixture_write_control();
    fixture_write("path/PATH-07-y.lua", "scenario{" GOOD_CASE "id='PATH-07'}\n");
    fixture_write("suites/two.lua", "suite{name='two', title='t', members={'PATH-07'}}\n");
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        struct scenario_set *set = load(&names[i], 1);
        const struct scenario **cases = NULL;
        struct assay_error err = {0};
        size_t count = 0;

        REQUIRE(set != NULL);
        CHECK_UINT_EQ(scenario_set_count(set), 2);
        CHECK_INT_EQ(scenario_set_select(set, names[i], &cases, &count, &err), ASSAY_ERR_NOT_FOUND);
        CHECK_STR_CONTAINS(err.text, "@two");
        scenario_set_free(set);
    }
}

static void the_core_suite_is_the_same_as_among_all(void)
{
    static const char *const core[] = {"@core"};
    struct scenario_set *all = NULL;
    struct scenario_set *some = NULL;
    const struct scenario **of_all = NULL;
    const struct scenario **of_some = NULL;
    size_t count = 0;
    size_t same = 0;

    REQUIRE(scenario_set_load(ASSAY_SOURCE_DIR "/scenarios", &all, NULL) == ASSAY_OK);
    REQUIRE(scenario_set_load_selected(ASSAY_SOURCE_DIR "/scenarios", core, 1, &some, NULL) ==
            ASSAY_OK);
    REQUIRE(scenario_set_select(all, "@core", &of_all, &count, NULL) == ASSAY_OK);
    REQUIRE(scenario_set_select(some, "@core", &of_some, &same, NULL) == ASSAY_OK);
    CHECK_UINT_EQ(count, same);
    for (size_t i = 0; i < count && i < same; i++) {
        const struct scenario *control = scenario_set_find(some, of_some[i]->control);

        CHECK_STR_EQ(of_all[i]->id, of_some[i]->id);
        CHECK(value_equal(of_all[i]->description, of_some[i]->description));
        CHECK(control != NULL &&
              value_equal(control->description,
                          scenario_set_find(all, of_all[i]->control)->description));
    }
    free(of_all);
    free(of_some);
    scenario_set_free(all);
    scenario_set_free(some);
}

TEST_SUITE(load_selected, TEST(a_case_brings_its_control_and_the_controls_of_that),
           TEST(a_member_of_a_family_brings_the_file_of_the_family),
           TEST(a_pattern_brings_what_may_match_it), TEST(a_suite_brings_its_members),
           TEST(what_is_loaded_is_checked),
           TEST(a_name_that_no_file_has_loads_all_so_that_near_misses_are_known),
           TEST(the_core_suite_is_the_same_as_among_all));
