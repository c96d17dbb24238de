/* SPDX-License-Identifier: Apache-2.0 */
#include "test_support.h"

#include "virtual_options.h"

#include <stdio.h>

static const struct virtual_flaw flaws[] = {
    {"one", 1, "the first"}, {"two", 2, "the second"}, {NULL, 0, NULL}};

static const struct virtual_stack stack = {
    .name = "fake", .tls_lowest = 0x0302, .tls_highest = 0x0303, .flaws = flaws};

enum { WORDS_MAX = 8 };

static enum assay_status parse(const char *const words[WORDS_MAX], struct virtual_options *ret,
                               struct assay_error *err)
{
    char copies[WORDS_MAX + 1][64] = {"program"};
    char *argv[WORDS_MAX + 2] = {copies[0]};
    int argc = 1;

    for (int i = 0; i < WORDS_MAX && words[i] != NULL; i++) {
        snprintf(copies[argc], sizeof(copies[argc]), "%s", words[i]);
        argv[argc] = copies[argc];
        argc++;
    }
    return virtual_options_parse(argc, argv, &stack, ret, err);
}

static void options_come_in_as_they_are_written(void)
{
    struct virtual_options options = {0};
    struct assay_error err = {0};

    CHECK_INT_EQ(parse((const char *const[WORDS_MAX]){"--flaw", "one", "--flaw=two", "--tls-min",
                                                      "1.1", "--tls-max=1.2"},
                       &options, &err),
                 ASSAY_OK);
    CHECK(options.action == VIRTUAL_RUN);
    CHECK(options.stack.flaws.has[1] && options.stack.flaws.has[2]);
    CHECK(!options.stack.flaws.has[0] && !options.stack.flaws.has[3]);
    CHECK_UINT_EQ(options.stack.tls_min, 0x0302);
    CHECK_UINT_EQ(options.stack.tls_max, 0x0303);
    CHECK_INT_EQ(parse((const char *const[WORDS_MAX]){"--list-faults"}, &options, &err), ASSAY_OK);
    CHECK(options.action == VIRTUAL_LIST_FAULTS);
}

static void every_fault_of_the_table_can_be_set(void)
{
    for (const struct virtual_fault_row *row = virtual_fault_rows; row->name != NULL; row++) {
        struct virtual_options options = {0};
        struct assay_error err = {0};
        const unsigned *field = NULL;

        CHECK_INT_EQ(parse((const char *const[WORDS_MAX]){"--fault", row->name}, &options, &err),
                     ASSAY_OK);
        field = (const unsigned *)(const void *)((const char *)&options.faults + row->offset);
        CHECK_UINT_EQ(*field, row->when_bare);
        CHECK(strlen(row->summary) > 10);
    }
}

static void numbers_of_faults_have_their_range(void)
{
    struct virtual_options options = {0};
    struct assay_error err = {0};

    CHECK_INT_EQ(parse((const char *const[WORDS_MAX]){"--fault", "garble:1000"}, &options, &err),
                 ASSAY_OK);
    CHECK_UINT_EQ(options.faults.line.garble_permille, 1000);
    CHECK_INT_EQ(parse((const char *const[WORDS_MAX]){"--fault", "drop-link:17"}, &options, &err),
                 ASSAY_OK);
    CHECK_UINT_EQ(options.faults.drop_link, 17);
}

static void what_is_wrong_is_said(void)
{
    static const struct {
        const char *words[WORDS_MAX];
        const char *text;
    } rows[] = {
        {{"--fault", "sulk"}, "--fault sulk: there is no such fault; --list-faults names them"},
        {{"--fault", "garble:0"}, "garble takes a number from 1 to 1000"},
        {{"--fault", "garble:1001"}, "garble takes a number from 1 to 1000"},
        {{"--fault", "garble:"}, "garble takes a number from 1 to 1000"},
        {{"--fault", "never-ready:2"}, "never-ready takes no number"},
        {{"--fault"}, "--fault needs a value"},
        {{"--flaw", "three"}, "--flaw three: fake has no such flaw; --list-flaws names them"},
        {{"--tls-min", "1.0"}, "--tls-min 1.0: fake speaks TLSv1.1 to TLSv1.2"},
        {{"--tls-max", "2"}, "--tls-max 2: fake speaks TLSv1.1 to TLSv1.2"},
        {{"--plain"}, "--plain: fake is used plainly anyway"},
        {{"--colour"}, "no such option: --colour"},
        {{"-x"}, "no such option: -x"},
        {{"extra"}, "extra is no option"},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct virtual_options options = {.board = "untouched"};
        struct assay_error err = {0};

        CHECK_INT_EQ(parse(rows[i].words, &options, &err), ASSAY_ERR_ARG);
        CHECK_STR_CONTAINS(err.text, rows[i].text);
        CHECK_STR_EQ(options.board, "untouched");
    }
}

TEST_SUITE(virtual_options, TEST(options_come_in_as_they_are_written),
           TEST(every_fault_of_the_table_can_be_set), TEST(numbers_of_faults_have_their_range),
           TEST(what_is_wrong_is_said));
