/* SPDX-License-Identifier: Apache-2.0 */
/* Minimal pairs: that a case differs from its control in what it says, and in nothing else. */
#include "scenario_fixture.h"
#include "test_support.h"

static const struct value *description_of(const struct scenario_set *set, const char *path)
{
    const struct scenario *s = scenario_set_find(set, "PATH-01");

    return s != NULL ? value_path(s->description, path) : NULL;
}

static void a_pair_that_differs_in_more_than_it_says_is_refused_with_both_lists(void)
{
    fixture_expect_error(
        "scenario{" GOOD_CASE "\n"
        "change={certs={leaf={issuer='self', not_after='-1d'}}}, differs={'certs.leaf.issuer'}}",
        1,
        "PATH-01: says that it differs from POS-01 in {certs.leaf.issuer}, but it differs in "
        "{certs.leaf.issuer, certs.leaf.not_after}");
}

static void a_pair_that_differs_in_less_than_it_says_is_refused(void)
{
    fixture_expect_error(
        "scenario{" GOOD_CASE "differs={'certs.leaf.issuer', 'certs.leaf.not_after'}}", 1,
        "says that it differs from POS-01 in {certs.leaf.issuer, "
        "certs.leaf.not_after}, but it differs in {certs.leaf.issuer}");
}

static void a_pair_that_differs_elsewhere_is_refused(void)
{
    fixture_expect_error("scenario{" GOOD_CASE "differs={'certs.leaf.san'}}", 1,
                         "in {certs.leaf.san}, but it differs in {certs.leaf.issuer}");
}

static void a_path_named_twice_does_not_stand_for_two(void)
{
    fixture_expect_error("scenario{" GOOD_CASE "change={host='a', time='+1d'},"
                         "differs={'host', 'host'}}",
                         1, "in {host, host}, but it differs in {host, time}");
}

static void the_order_of_paths_does_not_matter(void)
{
    scenario_set_free(fixture_expect_good("scenario{" GOOD_CASE "change={host='a', time='+1d'},"
                                          "differs={'time', 'host'}}"));
}

static void a_case_that_changes_nothing_is_refused(void)
{
    fixture_expect_error("scenario{" GOOD_CASE "change={}}", 1, "changes nothing of POS-01");
    fixture_expect_error("scenario{" GOOD_CASE "change=function(d) return d end}", 1,
                         "changes nothing of POS-01");
}

static void saying_what_is_the_default_anyway_changes_nothing(void)
{
    fixture_expect_error("scenario{" GOOD_CASE "change={host='broker.bench.test', time='now',"
                         "chain={'leaf'}, certs={leaf={recipe='leaf'}},"
                         "tls={versions={'1.2', '1.3'}}},"
                         "differs={'host', 'time', 'chain', 'tls'}}",
                         1, "changes nothing of POS-01");
}

static void null_takes_a_key_of_the_control_away(void)
{
    struct scenario_set *set = NULL;
    struct assay_error err;

    fixture_write("pos/POS-01-control.lua",
                  "scenario{" GOOD_CONTROL "description={identity={recipe='client'}}}");
    fixture_write("path/PATH-01-x.lua",
                  "scenario{" GOOD_CASE "change={identity=null}, differs={'identity'}}");
    set = fixture_load(&err);
    REQUIRE(set != NULL);
    CHECK(description_of(set, "identity") == NULL);
    scenario_set_free(set);
}

static void a_function_is_given_a_copy_and_returns_it_changed(void)
{
    struct scenario_set *set = fixture_expect_good(
        "scenario{" GOOD_CASE "change=function(d)\n"
        "  assert(d.host == host and d.chain[1] == 'leaf' and d.certs.leaf.recipe == 'leaf')\n"
        "  d.certs.leaf.san = {dns(host), dns('b')}\n"
        "  return d\n"
        "end, differs={'certs.leaf.san'}}");

    REQUIRE(set != NULL);
    CHECK_STR_EQ(value_text(description_of(set, "certs.leaf.san.2")), "dns:b");
    CHECK(value_path(scenario_set_find(set, "POS-01")->description, "certs.leaf.san") == NULL);
    scenario_set_free(set);
}

static void a_function_that_goes_wrong_is_reported_with_its_line(void)
{
    fixture_expect_error("scenario{" GOOD_CASE "change=function(d)\n\n"
                         "  d.certs.server.san = {}\nend}",
                         3, "index a nil value (field 'server')");
    fixture_expect_error("scenario{" GOOD_CASE "change=function(d) while true do end end}", 1,
                         "does too much work");
    fixture_expect_error("\nscenario{" GOOD_CASE "change=function(d)\n d.time='+1d' end}", 3,
                         "a nil cannot stand in a description");
    fixture_expect_error("\nscenario{" GOOD_CASE "change=function(d) return 'x' end}", 2,
                         "the function has to return the description");
    fixture_expect_error("\nscenario{" GOOD_CASE "change=function(d) d.x = 1 return d end}", 2,
                         "description.x: no such key");
    fixture_expect_error("\nscenario{" GOOD_CASE "change=function(d) d.host = 1 return d end}", 2,
                         "description.host is an integer; it has to be a text");
    fixture_expect_error("\nscenario{" GOOD_CASE "change=function(d) d.certs.leaf.san = "
                         "{d} return d end}",
                         2, "returned description: certs.leaf.san.1.certs.leaf.san.1");
}

static void a_control_that_is_not_there_is_named(void)
{
    fixture_expect_error("\nscenario{" GOOD_CASE "control='POS-77'}", 2,
                         "PATH-01: control: no scenario is called POS-77");
}

static void what_has_to_be_refused_is_no_control(void)
{
    struct assay_error err;

    fixture_write_control();
    fixture_write("path/PATH-01-x.lua", "scenario{" GOOD_CASE "}");
    fixture_write("path/PATH-02-x.lua", "scenario{" GOOD_CASE "id='PATH-02', control='PATH-01'}");
    CHECK(fixture_load(&err) == NULL);
    CHECK_STR_CONTAINS(err.text, "PATH-02-x.lua:1: PATH-02: control: PATH-01 has to be refused");
}

static void controls_that_go_round_in_a_circle_are_refused(void)
{
    struct assay_error err;

    fixture_write("pos/POS-01-x.lua", "scenario{" GOOD_CASE "id='POS-01', expect='accept',"
                                      "alerts=nil, control='POS-02'}");
    fixture_write("pos/POS-02-x.lua", "\nscenario{" GOOD_CASE "id='POS-02', expect='accept',"
                                      "alerts=nil, control='POS-01'}");
    CHECK(fixture_load(&err) == NULL);
    CHECK_STR_CONTAINS(err.text, "/pos/POS-0");
    CHECK_STR_CONTAINS(err.text, "go round in a circle");
}

static void a_long_row_of_controls_is_refused_and_not_followed(void)
{
    struct assay_error err;
    char script[1024];
    char name[64];

    fixture_write_control();
    for (unsigned i = 2; i < 60; i++) {
        snprintf(name, sizeof(name), "pos/POS-%02u-x.lua", i);
        snprintf(script, sizeof(script),
                 "scenario{" GOOD_CASE "id='POS-%02u', expect='accept', alerts=nil,"
                 "control='POS-%02u', change={time='+%ud'}, differs={'time'}}",
                 i, i == 59 ? 1 : i + 1, i);
        fixture_write(name, script);
    }
    CHECK(fixture_load(&err) == NULL);
    CHECK_STR_CONTAINS(err.text, "more than 8 controls of controls");
}

static void a_case_is_laid_over_a_control_that_is_laid_over_another(void)
{
    struct scenario_set *set = NULL;
    struct assay_error err;

    fixture_write_control();
    fixture_write("pos/POS-03-x.lua",
                  "scenario{" GOOD_CASE "id='POS-03', expect='accept', alerts=nil,"
                  "change={chain={'leaf', 'ca'}, certs={ca={recipe='intermediate'}}},"
                  "differs={'chain', 'certs.ca'}, needs={tls={'1.2'}}}");
    fixture_write("path/PATH-01-x.lua",
                  "scenario{" GOOD_CASE "control='POS-03', change={certs={ca={not_after='-1d'}}},"
                  "differs={'certs.ca.not_after'}, needs={psk=true}}");
    set = fixture_load(&err);
    test_check(set != NULL, __FILE__, __LINE__, "%s", err.text);
    REQUIRE(set != NULL);
    CHECK_STR_EQ(value_text(description_of(set, "chain.2")), "ca");
    CHECK_STR_EQ(value_text(description_of(set, "certs.ca.recipe")), "intermediate");
    CHECK_STR_EQ(value_text(description_of(set, "certs.ca.not_after")), "-1d");
    scenario_set_free(set);
}

static void a_case_needs_what_its_control_needs(void)
{
    struct scenario_set *set = NULL;
    struct assay_error err;
    const struct scenario *s = NULL;

    fixture_write("pos/POS-01-control.lua",
                  "scenario{" GOOD_CONTROL "needs={tls={'1.2'}, key_types={'rsa'}}}");
    fixture_write("path/PATH-01-x.lua", "scenario{" GOOD_CASE "needs={alpn=true}}");
    set = fixture_load(&err);
    REQUIRE(set != NULL);
    s = scenario_set_find(set, "PATH-01");
    REQUIRE(s != NULL);
    CHECK_STR_EQ(value_text(value_path(s->needs, "tls.1")), "1.2");
    CHECK_STR_EQ(value_text(value_path(s->needs, "key_types.1")), "rsa");
    CHECK(value_bool(value_path(s->needs, "alpn")));
    scenario_set_free(set);
}

TEST_SUITE(prove, TEST(a_pair_that_differs_in_more_than_it_says_is_refused_with_both_lists),
           TEST(a_pair_that_differs_in_less_than_it_says_is_refused),
           TEST(a_pair_that_differs_elsewhere_is_refused),
           TEST(a_path_named_twice_does_not_stand_for_two),
           TEST(the_order_of_paths_does_not_matter), TEST(a_case_that_changes_nothing_is_refused),
           TEST(saying_what_is_the_default_anyway_changes_nothing),
           TEST(null_takes_a_key_of_the_control_away),
           TEST(a_function_is_given_a_copy_and_returns_it_changed),
           TEST(a_function_that_goes_wrong_is_reported_with_its_line),
           TEST(a_control_that_is_not_there_is_named), TEST(what_has_to_be_refused_is_no_control),
           TEST(controls_that_go_round_in_a_circle_are_refused),
           TEST(a_long_row_of_controls_is_refused_and_not_followed),
           TEST(a_case_is_laid_over_a_control_that_is_laid_over_another),
           TEST(a_case_needs_what_its_control_needs));
