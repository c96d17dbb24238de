/* SPDX-License-Identifier: Apache-2.0 */
#include "bisection.h"
#include "test_support.h"

/* Ask until all is known; how many of `count` are taken, as found. */
static size_t search(size_t count, size_t taken, size_t *ret_questions)
{
    struct bisection b = bisection_of(count);
    size_t index = 0;

    *ret_questions = 0;
    while (bisection_next(&b, &index) && ++*ret_questions < 100)
        bisection_tell(&b, index, index < taken);
    return b.taken_end;
}

static void finds_every_limit_of_every_row_with_few_questions(void)
{
    for (size_t count = 1; count <= 32; count++) {
        for (size_t taken = 0; taken <= count; taken++) {
            size_t questions = 0;

            CHECK_UINT_EQ(search(count, taken, &questions), taken);
            CHECK(questions <= 7); /* the last, and five halvings of 31 */
        }
    }
}

static void a_row_that_is_taken_whole_costs_one_question(void)
{
    size_t questions = 0;

    CHECK_UINT_EQ(search(12, 12, &questions), 12);
    CHECK_UINT_EQ(questions, 1);
}

static void an_empty_row_has_no_question(void)
{
    struct bisection b = bisection_of(0);
    size_t index = 0;

    CHECK(!bisection_next(&b, &index));
}

TEST_SUITE(bisection, TEST(finds_every_limit_of_every_row_with_few_questions),
           TEST(a_row_that_is_taken_whole_costs_one_question), TEST(an_empty_row_has_no_question));
