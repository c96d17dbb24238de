/* SPDX-License-Identifier: Apache-2.0 */
#include "flash_lines.h"

#include "test_support.h"

static void steps_are_read_up_to_each_wait(void)
{
    const char *text = "R1|D1|W50|D0|W7|R0";
    struct flash_lines_step step = {.dtr = false};

    REQUIRE_OK(flash_lines_next(&text, &step));
    CHECK(step.dtr && step.rts && step.wait_ms == 50);
    REQUIRE_OK(flash_lines_next(&text, &step));
    CHECK(!step.dtr && step.rts && step.wait_ms == 7);
    REQUIRE_OK(flash_lines_next(&text, &step));
    CHECK(!step.dtr && !step.rts && step.wait_ms == 0);
    CHECK_INT_EQ(flash_lines_next(&text, &step), ASSAY_ERR_NOT_FOUND);
}

static void what_is_no_step_is_refused(void)
{
    static const char *const wrong[] = {"D2",    "X1",  "D",   "D10",    "W",       "W-1",   "W1.5",
                                        "D1||W", "D1|", "|D1", "W10001", "W123456", "D1 R1", " D1"};
    struct assay_error err = {.text = ""};

    CHECK_OK(flash_lines_check("", NULL));
    CHECK_OK(flash_lines_check("W10000|D1", NULL));
    for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++) {
        test_check(flash_lines_check(wrong[i], &err) == ASSAY_ERR_MALFORMED, __FILE__, __LINE__,
                   "%s", wrong[i]);
        CHECK_STR_CONTAINS(err.text, "D0 D1");
    }
}

TEST_SUITE(flash_lines, TEST(steps_are_read_up_to_each_wait), TEST(what_is_no_step_is_refused));
