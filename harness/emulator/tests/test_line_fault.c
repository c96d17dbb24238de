/* SPDX-License-Identifier: Apache-2.0 */
#include "line_fault.h"
#include "test_support.h"

static struct line_fault fault(const char *text)
{
    struct line_fault f = {.kind = LINE_FAULT_NONE};
    struct assay_error err = {.text = ""};

    CHECK_OK(line_fault_parse(text, &f, &err));
    return f;
}

/* What becomes of text in pieces of `step` bytes; what passed is put together again. */
static enum line_fault_kind pass(struct line_fault *f, bool to_board, const char *text, size_t step,
                                 char *ret_passed)
{
    enum line_fault_kind kind = LINE_FAULT_NONE;
    size_t out = 0;

    for (size_t i = 0; i < strlen(text) && kind == LINE_FAULT_NONE; i += step) {
        uint8_t piece[64];
        size_t len = strlen(text) - i < step ? strlen(text) - i : step;
        size_t passed = 0;

        memcpy(piece, text + i, len);
        kind = line_fault_pass(f, to_board, piece, len, &passed);
        memcpy(ret_passed + out, piece, passed);
        out += passed;
    }
    ret_passed[out] = '\0';
    return kind;
}

static void what_is_no_fault_is_refused_with_what_there_is(void)
{
    static const char *const wrong[] = {
        "",
        "unplug",
        "unplug@",
        "fall@3",
        "@3",
        "power-cut",
        "unplug@0123456789012345678901234567890123456789012345678901234567890123456"};

    for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++) {
        struct line_fault f = {.kind = LINE_FAULT_NONE};
        struct assay_error err = {.text = ""};

        CHECK_INT_EQ(line_fault_parse(wrong[i], &f, &err), ASSAY_ERR_ARG);
        CHECK_INT_EQ(f.kind, LINE_FAULT_NONE);
        CHECK(strstr(err.text, "power-cut, unplug or corrupt") != NULL);
    }
}

static void it_happens_after_so_many_bytes_however_they_come(void)
{
    for (size_t step = 1; step <= 10; step++) {
        struct line_fault f = fault("power-cut@4");
        char passed[64];

        CHECK_INT_EQ(pass(&f, true, "0123456789", step, passed), LINE_FAULT_POWER_CUT);
        CHECK_STR_EQ(passed, "0123");
    }
}

static void it_happens_before_the_first_byte_where_that_is_asked(void)
{
    struct line_fault f = fault("power-cut@0");
    char passed[64];

    CHECK_INT_EQ(pass(&f, true, "x", 1, passed), LINE_FAULT_POWER_CUT);
    CHECK_STR_EQ(passed, "");
}

static void bytes_from_the_board_are_not_counted(void)
{
    struct line_fault f = fault("unplug@4");
    char passed[64];

    CHECK_INT_EQ(pass(&f, false, "0123456789", 3, passed), LINE_FAULT_NONE);
    CHECK_STR_EQ(passed, "0123456789");
}

static void it_happens_behind_a_text_in_either_direction(void)
{
    for (size_t step = 1; step <= 20; step++) {
        struct line_fault f = fault("unplug@ready");
        struct line_fault g = fault("unplug@ready");
        char passed[64];

        CHECK_INT_EQ(pass(&f, false, "!0 rearready power", step, passed), LINE_FAULT_UNPLUG);
        CHECK_STR_EQ(passed, "!0 rearready");
        CHECK_INT_EQ(pass(&g, true, "not ready", step, passed), LINE_FAULT_UNPLUG);
        CHECK_STR_EQ(passed, "not ready");
    }
}

static void it_happens_once(void)
{
    struct line_fault f = fault("corrupt@2");
    char passed[64];

    CHECK_INT_EQ(pass(&f, true, "0123456789", 10, passed), LINE_FAULT_CORRUPT);
    CHECK_STR_EQ(passed, "01\"3456789");
    CHECK_INT_EQ(pass(&f, true, "0123456789", 10, passed), LINE_FAULT_NONE);
    CHECK_STR_EQ(passed, "0123456789");
}

static void a_corrupted_byte_may_be_the_first_of_the_next_piece(void)
{
    struct line_fault f = fault("corrupt@2");
    char passed[64];

    CHECK_INT_EQ(pass(&f, true, "01", 2, passed), LINE_FAULT_NONE);
    CHECK_STR_EQ(passed, "01");
    CHECK_INT_EQ(pass(&f, true, "23", 2, passed), LINE_FAULT_CORRUPT);
    CHECK_STR_EQ(passed, "\"3");
}

TEST_SUITE(line_fault, TEST(what_is_no_fault_is_refused_with_what_there_is),
           TEST(it_happens_after_so_many_bytes_however_they_come),
           TEST(it_happens_before_the_first_byte_where_that_is_asked),
           TEST(bytes_from_the_board_are_not_counted),
           TEST(it_happens_behind_a_text_in_either_direction), TEST(it_happens_once),
           TEST(a_corrupted_byte_may_be_the_first_of_the_next_piece));
