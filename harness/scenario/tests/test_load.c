/* SPDX-License-Identifier: Apache-2.0 */
/* What a scenario file may say, and what is said of one that says something else. */
#include "scenario_fixture.h"
#include "test_support.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

struct mistake {
    const char *fields; /* after those of a good case, so that they win */
    const char *part;
};

static void expect_mistakes(const char *good, const struct mistake *mistakes, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        char script[2048];

        snprintf(script, sizeof(script), "\n\nscenario{%s\n%s\n}\n", good, mistakes[i].fields);
        fixture_expect_error(script, 3, mistakes[i].part);
    }
}

#define EXPECT_MISTAKES(good, rows) expect_mistakes(good, (rows), sizeof(rows) / sizeof((rows)[0]))

static void a_missing_field_is_named_with_what_it_is_for(void)
{
    static const struct mistake mistakes[] = {
        {"id=nil", "id is missing: the name of the case"},
        {"title=nil", "PATH-01: title is missing"},
        {"category=nil", "PATH-01: category is missing"},
        {"severity=nil", "PATH-01: severity is missing"},
        {"server=nil", "PATH-01: server is missing: prose: what the server does"},
        {"why=nil", "PATH-01: why is missing"},
        {"good=nil", "PATH-01: good is missing"},
        {"bad=nil", "PATH-01: bad is missing"},
        {"spec=nil", "PATH-01: spec is missing"},
        {"expect=nil", "PATH-01: expect is missing"},
        {"alerts=nil", "PATH-01: alerts is missing"},
        {"control=nil", "PATH-01: control is missing"},
        {"change=nil", "PATH-01: change is missing"},
        {"differs=nil", "PATH-01: differs is missing"},
    };

    EXPECT_MISTAKES(GOOD_CASE, mistakes);
}

static void a_wrong_value_is_refused_with_what_would_be_right(void)
{
    static const struct mistake mistakes[] = {
        {"id='path-01'", "id has to be like \"PATH-01\""},
        {"id='PATH-1'", "id has to be like"},
        {"id='PATH01'", "id has to be like"},
        {"id='PATH-01/'", "id has to be like"},
        {"id='PATH-01/RSA'", "id has to be like"},
        {"id='PATH-01 '", "id has to be like"},
        {"id='../../etc-01'", "id has to be like"},
        {"id='PATH-01\\0'", "id has to be like"},
        {"id=1", "id has to be like"},
        {"title=''", "title has to be a text that says something"},
        {"title=7", "title has to be a text"},
        {"why=''", "why has to be a text that says something"},
        {"good='a\\0b'", "good has to be a text that says something"},
        {"category='trsut'", "category: nothing is called \"trsut\"; did you mean \"trust\"?"},
        {"category='weather'", "category: nothing is called \"weather\""},
        {"severity='S5'", "severity has to be one of \"S0\""},
        {"severity=0", "severity has to be one of"},
        {"spec='RFC 5280'", "spec has to be a list of texts"},
        {"spec={}", "spec has to be a list of texts"},
        {"spec={1}", "spec has to be a list of texts"},
        {"expect='reject'", "expect has to be \"accept\", \"refuse\", \"cope\" or \"observe\""},
        {"alerts={}", "alerts has to be a list of texts"},
        {"alerts={'unkown_ca'}",
         "alerts: nothing is called \"unkown_ca\"; did you mean \"unknown_ca\"?"},
        {"alerts={'unknown ca'}", "did you mean \"unknown_ca\"?"},
        {"deadline_ms=0", "deadline_ms is 0; it has to be between 1 and 600000"},
        {"deadline_ms='5s'", "deadline_ms is a text; it has to be an integer"},
        {"quiet_ms=600001", "quiet_ms is 600001; it has to be"},
        {"quiet_ms=1.5", "quiet_ms: only whole numbers can stand here"},
        {"group='Certificates'", "group: this id belongs to \"Trust and path\""},
        {"sever='x'", "sever: no such key; there are: id, title"},
        {"sever='x'", "; did you mean \"server\""},
        {"frobnicate=1", "frobnicate: no such key"},
        {"'x'", "either a list (members 1 to n, no gaps) or has names"},
        {"[true]=1", "either a list"},
        {"['a.b']=1", "a key is made of letters, digits, '_' and '-'"},
        {"spec={[1]='a', [3]='b'}", "spec: a table is either a list (members 1 to n, no gaps)"},
        {"title=dns", "title: a function cannot stand in a description"},
        {"change={certs={leaf={san={dns}}}}",
         "change.certs.leaf.san.1: a function cannot stand in a description"},
        {"change=7", "change has to be a table with names as keys"},
        {"change={'a'}", "change has to be a table with names as keys"},
        {"change={hosts='x'}", "description.hosts: no such key; there are: service, host"},
        {"change={host={'x'}}", "description.host is a list; it has to be a text"},
        {"change={certs='leaf'}", "description.certs is a text; it has to be a table"},
        {"change={certs={other={subject=null}}}", "subject: null removes a key of the control's"},
        {"needs={'tls'}", "needs has to be a table with names as keys"},
        {"needs={tsl={'1.2'}}", "needs.tsl: no such key; there are: tls"},
        {"needs={tls='1.2'}", "needs.tls is a text; it has to be a list"},
        {"needs={psk='yes'}", "needs.psk has to be true"},
    };

    EXPECT_MISTAKES(GOOD_CASE, mistakes);
}

static void what_is_no_name_of_a_flaw_is_refused(void)
{
    static const struct mistake mistakes[] = {
        {"flaw=''", "flaw has to be a flaw like \"name-unchecked\", or a list of them"},
        {"flaw='Name unchecked'", "flaw has to be a flaw like"},
        {"flaw={}", "flaw has to be a flaw like"},
        {"flaw={'name-unchecked', 7}", "flaw has to be a flaw like"},
    };

    EXPECT_MISTAKES(GOOD_CASE, mistakes);
}

static void one_flaw_is_a_list_of_one(void)
{
    struct scenario_set *set =
        fixture_expect_good("scenario{" GOOD_CASE "flaw='chain-unchecked'}\n"
                            "scenario{" GOOD_CASE "id='PATH-01/b', flaw={'a-flaw', 'b'}}\n"
                            "scenario{" GOOD_CASE "id='PATH-01/c'}");

    REQUIRE(set != NULL);
    CHECK_STR_EQ(value_text(value_at(scenario_set_find(set, "PATH-01")->flaws, 0)),
                 "chain-unchecked");
    CHECK_UINT_EQ(value_count(scenario_set_find(set, "PATH-01")->flaws), 1);
    CHECK_UINT_EQ(value_count(scenario_set_find(set, "PATH-01/b")->flaws), 2);
    CHECK_UINT_EQ(value_count(scenario_set_find(set, "PATH-01/c")->flaws), 0);
    CHECK(value_kind(scenario_set_find(set, "PATH-01/c")->flaws) == VALUE_LIST);
    scenario_set_free(set);
}

static void what_is_missing_is_listed_by_id_with_its_reason(void)
{
    struct scenario_set *set =
        fixture_expect_good("scenario{" GOOD_CASE "}\n"
                            "missing{id='PATH-25', title='t', reason=[[one\n  line]]}\n"
                            "missing{id='PATH-24', title='t', reason='r'}");

    REQUIRE(set != NULL);
    REQUIRE(scenario_missing_count(set) == 2);
    CHECK_STR_EQ(scenario_missing_at(set, 0)->id, "PATH-24");
    CHECK_STR_EQ(scenario_missing_at(set, 1)->reason, "one line");
    CHECK_INT_EQ(scenario_missing_at(set, 0)->line, 4);
    CHECK(scenario_missing_at(set, 2) == NULL);
    scenario_set_free(set);
}

static void nothing_is_missing_that_is_there_or_that_is_not_explained(void)
{
    fixture_expect_error("missing{id='PATH-24', title='t'}", 1, "PATH-24: reason is missing");
    fixture_expect_error("missing{id='PATH24', title='t', reason='r'}", 1, "id has to be like");
    fixture_expect_error("missing{id='PATH-24', title='t', reason='r', needs={}}", 1,
                         "needs: no such key");
    fixture_expect_error("missing{id='POS-01', title='t', reason='r'}", 1,
                         "missing POS-01: there is such a case");
    fixture_expect_error("missing{id='PATH-24', title='t', reason='r'}\n"
                         "missing{id='PATH-24', title='t', reason='r'}",
                         2, "missing PATH-24: it is said twice");
}

static void fields_that_do_not_go_together_are_refused(void)
{
    static const struct mistake mistakes[] = {
        {"description={}", "description: a case says what it changes of its control's"},
        {"expect='accept'", "alerts: no alert is right where the server need not be refused"},
        {"control='PATH-01'", "a case that has to be refused cannot be its own control"},
        {"control='PATH-01', expect='accept', alerts=nil",
         "a case that is its own control has a description, and neither change nor differs"},
        {"id='PATH-02', control='POS-01'", "has to be called PATH-02-<a few words>.lua"},
    };

    EXPECT_MISTAKES(GOOD_CASE, mistakes);
}

static void an_id_outside_of_the_catalogue_needs_a_group(void)
{
    struct scenario_set *set = NULL;
    struct assay_error err;

    fixture_write_control();
    fixture_write("own/ACME-01-x.lua", "scenario{" GOOD_CASE "id='ACME-01'}");
    CHECK(fixture_load(&err) == NULL);
    CHECK_STR_CONTAINS(err.text, "ACME-01-x.lua:1: ACME-01: group is missing");
    fixture_write("own/ACME-01-x.lua", "scenario{" GOOD_CASE "id='ACME-01', group='Own'}");
    set = fixture_load(&err);
    REQUIRE(set != NULL);
    CHECK_STR_EQ(scenario_set_find(set, "ACME-01")->group, "Own");
    scenario_set_free(set);
}

static void a_good_case_says_what_its_file_says(void)
{
    struct scenario_set *set = fixture_expect_good(
        "\nscenario{" GOOD_CASE "title='A title', why=[[ because\n   of this  and\tthat\n]],"
        "deadline_ms=1000, quiet_ms=2000, silent=true, needs={tls={'1.2'}}}\n");
    const struct scenario *s = NULL;

    REQUIRE(set != NULL);
    s = scenario_set_find(set, "PATH-01");
    REQUIRE(s != NULL);
    CHECK_STR_EQ(s->title, "A title");
    CHECK_STR_EQ(s->group, "Trust and path");
    CHECK_STR_EQ(s->why, "because of this and that");
    CHECK_STR_EQ(s->control, "POS-01");
    CHECK_INT_EQ(s->category, CATEGORY_TRUST);
    CHECK_INT_EQ(s->severity, SEVERITY_S0);
    CHECK_INT_EQ(s->expect, SCENARIO_REFUSE);
    CHECK_UINT_EQ(s->deadline_ms, 1000);
    CHECK_UINT_EQ(s->quiet_ms, 2000);
    CHECK(s->silent);
    CHECK_STR_CONTAINS(s->file, "/path/PATH-01-x.lua");
    CHECK_INT_EQ(s->line, 2);
    CHECK_STR_EQ(value_text(value_at(s->alerts, 0)), "unknown_ca");
    CHECK_STR_EQ(value_text(value_path(s->needs, "tls.1")), "1.2");
    CHECK_STR_EQ(value_text(value_path(s->description, "host")), "broker.bench.test");
    CHECK_STR_EQ(value_text(value_path(s->description, "time")), "now");
    CHECK_STR_EQ(value_text(value_path(s->description, "chain.1")), "leaf");
    CHECK_STR_EQ(value_text(value_path(s->description, "certs.leaf.recipe")), "leaf");
    CHECK_STR_EQ(value_text(value_path(s->description, "certs.leaf.issuer")), "self");
    CHECK_STR_EQ(value_text(value_path(s->description, "tls.versions.2")), "1.3");
    scenario_set_free(set);
}

static void lists_of_a_control_are_empty_and_not_absent(void)
{
    struct scenario_set *set = fixture_expect_good("");
    const struct scenario *s = NULL;

    REQUIRE(set != NULL);
    s = scenario_set_find(set, "POS-01");
    REQUIRE(s != NULL);
    CHECK(s->alerts != NULL);
    CHECK(s->differs != NULL);
    CHECK_UINT_EQ(value_count(s->alerts), 0);
    CHECK_UINT_EQ(value_count(s->differs), 0);
    scenario_set_free(set);
}

static void texts_may_hold_nul_bytes_where_a_server_can_send_them(void)
{
    struct scenario_set *set =
        fixture_expect_good("scenario{" GOOD_CASE "change={certs={leaf={san={'dns:a\\0b'}}}},"
                            "differs={'certs.leaf.san'}}");
    const struct value *san = NULL;

    REQUIRE(set != NULL);
    san = value_path(scenario_set_find(set, "PATH-01")->description, "certs.leaf.san.1");
    CHECK_UINT_EQ(value_text_len(san), 7);
    CHECK_MEM_EQ(value_text(san), "dns:a\0b", 7);
    scenario_set_free(set);
}

static void a_loop_makes_a_family_of_one_file(void)
{
    struct scenario_set *set = fixture_expect_good(
        "for _, bits in ipairs{512, 1024} do\n"
        "  scenario{" GOOD_CASE "id='PATH-01/rsa' .. bits,"
        "    change={certs={leaf={key='rsa' .. bits}}}, differs={'certs.leaf.key'}}\n"
        "end\n");

    REQUIRE(set != NULL);
    CHECK_UINT_EQ(scenario_set_count(set), 3);
    REQUIRE(scenario_set_find(set, "PATH-01/rsa512") != NULL);
    REQUIRE(scenario_set_find(set, "PATH-01/rsa1024") != NULL);
    CHECK(scenario_set_find(set, "PATH-01") == NULL);
    CHECK_INT_EQ(scenario_set_find(set, "PATH-01/rsa512")->line, 2);
    scenario_set_free(set);
}

static void an_id_that_is_taken_is_refused_with_the_place_where(void)
{
    fixture_expect_error("scenario{" GOOD_CASE "}\nscenario{" GOOD_CASE "}", 2,
                         "PATH-01: id: it is already defined at ");
}

static void a_script_belongs_into_a_folder_of_its_group(void)
{
    struct assay_error err;

    fixture_write_control();
    fixture_write("PATH-01-x.lua", "scenario{" GOOD_CASE "}");
    CHECK(fixture_load(&err) == NULL);
    CHECK_STR_CONTAINS(err.text, "/PATH-01-x.lua:1: a script stands in the folder of its group");
}

static void other_files_are_left_alone(void)
{
    struct scenario_set *set = NULL;
    struct assay_error err;

    fixture_write_control();
    fixture_write("README.md", "!");
    fixture_write("path/notes.txt", "!");
    fixture_write("path/.#PATH-01-x.lua", "!");
    fixture_write("path/PATH-01-x.lua~", "!");
    fixture_write(".git/x.lua", "!");
    set = fixture_load(&err);
    REQUIRE(set != NULL);
    CHECK_UINT_EQ(scenario_set_count(set), 1);
    scenario_set_free(set);
}

static void a_directory_that_is_not_there_is_not_found(void)
{
    struct scenario_set *set = NULL;
    struct assay_error err = {0};

    CHECK_INT_EQ(scenario_set_load("/nonexistent/scenarios", &set, &err), ASSAY_ERR_NOT_FOUND);
    CHECK(set == NULL);
    CHECK_STR_CONTAINS(err.text, "/nonexistent/scenarios");
    CHECK_INT_EQ(scenario_set_load("/nonexistent/scenarios", &set, NULL), ASSAY_ERR_NOT_FOUND);
}

static void a_script_that_is_a_folder_is_an_error_and_not_a_crash(void)
{
    struct assay_error err;
    char path[PATH_MAX];

    fixture_write_control();
    fixture_write("path/x", "");
    snprintf(path, sizeof(path), "%s/path/PATH-01-x.lua", fixture_directory());
    CHECK(mkdir(path, 0700) == 0 || errno == EEXIST);
    CHECK(fixture_load(&err) == NULL);
    CHECK_STR_CONTAINS(err.text, "PATH-01-x.lua: cannot be read");
}

TEST_SUITE(load, TEST(a_missing_field_is_named_with_what_it_is_for),
           TEST(a_wrong_value_is_refused_with_what_would_be_right),
           TEST(what_is_no_name_of_a_flaw_is_refused), TEST(one_flaw_is_a_list_of_one),
           TEST(what_is_missing_is_listed_by_id_with_its_reason),
           TEST(nothing_is_missing_that_is_there_or_that_is_not_explained),
           TEST(fields_that_do_not_go_together_are_refused),
           TEST(an_id_outside_of_the_catalogue_needs_a_group),
           TEST(a_good_case_says_what_its_file_says),
           TEST(lists_of_a_control_are_empty_and_not_absent),
           TEST(texts_may_hold_nul_bytes_where_a_server_can_send_them),
           TEST(a_loop_makes_a_family_of_one_file),
           TEST(an_id_that_is_taken_is_refused_with_the_place_where),
           TEST(a_script_belongs_into_a_folder_of_its_group), TEST(other_files_are_left_alone),
           TEST(a_directory_that_is_not_there_is_not_found),
           TEST(a_script_that_is_a_folder_is_an_error_and_not_a_crash));
