/* SPDX-License-Identifier: Apache-2.0 */
#include "expect/expect.h"
#include "test_support.h"

#include <stdio.h>
#include <stdlib.h>

enum { DAY = 86400, TODAY = 1800000000 }; /* 2027-01-15 */

static const char *write_file(const char *text)
{
    char *path = NULL;
    FILE *file = NULL;

    if (asprintf(&path, "%s/file.yaml", test_directory()) < 0)
        abort();
    file = fopen(path, "w");
    if (file == NULL)
        abort();
    fputs(text, file);
    fclose(file);
    return test_keep(path);
}

/* Cases with these verdicts, named C-0, C-1, ... */
static void make_cases(struct case_record *cases, const enum verdict *verdicts, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        char id[24];

        snprintf(id, sizeof(id), "C-%zu", i);
        REQUIRE_OK(case_record_init(&cases[i]));
        REQUIRE_OK(record_set(&cases[i].id, id));
        REQUIRE_OK(record_set(&cases[i].board, "local/x"));
        cases[i].verdict = verdicts[i];
        cases[i].verdict_before_waiver = verdicts[i];
    }
}

static void free_cases(struct case_record *cases, size_t count)
{
    for (size_t i = 0; i < count; i++)
        case_record_done(&cases[i]);
}

static void a_waiver_covers_deviations_and_nothing_else(void)
{
    static const enum verdict verdicts[] = {VERDICT_FAIL_LEAK, VERDICT_PASS, VERDICT_INCONCLUSIVE,
                                            VERDICT_FAIL_ACCEPT, VERDICT_FLAKY};
    struct case_record cases[5];
    struct expect_list *waivers = NULL;
    struct assay_error err = {.text = ""};
    struct buf notes;

    buf_init(&notes, 4096);
    make_cases(cases, verdicts, 5);
    REQUIRE_OK(expect_load_waivers(write_file("waivers:\n"
                                              "  - {case: C-0, until: 2027-01-15, reason: known}\n"
                                              "  - {case: C-1, until: 2027-06-30, reason: r}\n"
                                              "  - {case: C-2, until: 2027-06-30, reason: r}\n"
                                              "  - {case: C-3, until: 2027-01-14, reason: r}\n"
                                              "  - {case: C-4, board: \"other/*\", until: "
                                              "2027-06-30, reason: r}\n"),
                                   &waivers, &err));
    CHECK_OK(expect_waive(waivers, cases, 5, TODAY, &notes));
    CHECK_INT_EQ(cases[0].verdict, VERDICT_WAIVED);
    CHECK_INT_EQ(cases[0].verdict_before_waiver, VERDICT_FAIL_LEAK);
    CHECK_STR_EQ(cases[0].waiver_reason, "known");
    for (size_t i = 1; i < 5; i++)
        CHECK_INT_EQ(cases[i].verdict, verdicts[i]);
    CHECK_STR_CONTAINS(buf_text(&notes), "file.yaml:5: the waiver of C-3 ran out on 2027-01-14");
    CHECK_STR_CONTAINS(buf_text(&notes), "file.yaml:6: the waiver of C-4 fits no case");
    buf_done(&notes);
    expect_free(waivers);
    free_cases(cases, 5);
}

static int code_of(const char *text, const enum verdict *verdicts, size_t count)
{
    struct case_record cases[8];
    struct run_record run = {.cases = cases, .case_count = count};
    struct expect_list *list = NULL;
    struct assay_error err = {.text = ""};
    struct buf notes;
    int code = -1;

    buf_init(&notes, 4096);
    make_cases(cases, verdicts, count);
    CHECK_OK(expect_load_verdicts(write_file(text), &list, &err));
    CHECK_OK(expect_exit_code(list, &run, &code, &notes));
    buf_done(&notes);
    expect_free(list);
    free_cases(cases, count);
    return code;
}

static void the_exit_code_is_0_exactly_when_all_is_as_expected(void)
{
    static const enum verdict leak_pass[] = {VERDICT_FAIL_LEAK, VERDICT_PASS};
    static const enum verdict pass_pass[] = {VERDICT_PASS, VERDICT_PASS};
    static const enum verdict leak_nothing[] = {VERDICT_FAIL_LEAK, VERDICT_INCONCLUSIVE};
    const char *known = "expect:\n  - {case: C-0, verdict: fail-leak}\n";

    CHECK_INT_EQ(code_of(known, leak_pass, 2), 0);
    CHECK_INT_EQ(code_of(known, pass_pass, 2), 1); /* mended: the file has to follow */
    CHECK_INT_EQ(code_of(known, leak_nothing, 2), 3);
    CHECK_INT_EQ(code_of("expect: []\n", leak_pass, 2), 1);
    CHECK_INT_EQ(code_of("expect: []\n", pass_pass, 2), 0);
    CHECK_INT_EQ(code_of(known, leak_pass, 0), 3);
}

static void a_wrong_file_is_named_with_its_line(void)
{
    static const struct {
        const char *text, *says;
    } rows[] = {
        {"waivers:\n  - {case: X, until: 2027-06-30}\n", ":2: a waiver needs a reason"},
        {"waivers:\n  - {case: X, reason: r}\n", ":2: a waiver needs an end"},
        {"waivers:\n  - {case: X, reason: r, until: soon}\n", ":2: until takes a date"},
        {"waivers:\n  - {case: X, reason: r, until: 2027-02-30}\n", ":2: until takes a date"},
        {"waivers:\n  - {reason: r, until: 2027-06-30}\n", ":2: which case?"},
        {"waiver:\n  - {case: X}\n", ":1:"},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct expect_list *list = NULL;
        struct assay_error err = {.text = ""};

        CHECK_INT_EQ(expect_load_waivers(write_file(rows[i].text), &list, &err),
                     ASSAY_ERR_MALFORMED);
        CHECK_STR_CONTAINS(err.text, rows[i].says);
    }
}

TEST_SUITE(expect, TEST(a_waiver_covers_deviations_and_nothing_else),
           TEST(the_exit_code_is_0_exactly_when_all_is_as_expected),
           TEST(a_wrong_file_is_named_with_its_line));
