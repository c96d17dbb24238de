/* SPDX-License-Identifier: Apache-2.0 */
#include "base/writer.h"

#include "test_support.h"

static void writes_big_endian_integers_of_every_width(void)
{
    static const uint8_t want[] = {1, 2, 3, 4, 5, 6, 0xf7, 8, 9, 10};
    uint8_t out[10];
    struct writer w = writer_over(out, sizeof(out));

    CHECK_OK(writer_u8(&w, 0x01));
    CHECK_OK(writer_u16(&w, 0x0203));
    CHECK_OK(writer_u24(&w, 0x040506));
    CHECK_OK(writer_u32(&w, 0xf708090aU));
    CHECK_UINT_EQ(w.len, 10);
    CHECK_MEM_EQ(out, want, sizeof(want));
}

static void writes_nothing_of_what_does_not_fit(void)
{
    uint8_t out[3] = {0xee, 0xee, 0xee};
    struct writer w = writer_over(out, 2);

    CHECK_INT_EQ(writer_u24(&w, 1), ASSAY_ERR_LIMIT);
    CHECK_INT_EQ(writer_u32(&w, 1), ASSAY_ERR_LIMIT);
    CHECK_INT_EQ(writer_bytes(&w, "abc", 3), ASSAY_ERR_LIMIT);
    CHECK_INT_EQ(writer_bytes(&w, "abc", SIZE_MAX), ASSAY_ERR_LIMIT);
    CHECK_UINT_EQ(w.len, 0);
    CHECK_UINT_EQ(out[0], 0xee);
    CHECK_OK(writer_u16(&w, 0x0102));
    CHECK_INT_EQ(writer_u8(&w, 1), ASSAY_ERR_LIMIT);
    CHECK_INT_EQ(writer_bytes(&w, "abc", SIZE_MAX), ASSAY_ERR_LIMIT);
    CHECK_OK(writer_bytes(&w, NULL, 0));
    CHECK_UINT_EQ(w.len, 2);
    CHECK_UINT_EQ(out[2], 0xee);
}

static void refuses_a_number_that_needs_more_bytes(void)
{
    uint8_t out[8];
    struct writer w = writer_over(out, sizeof(out));

    CHECK_INT_EQ(writer_u24(&w, 0x1000000), ASSAY_ERR_ARG);
    CHECK_UINT_EQ(w.len, 0);
    CHECK_OK(writer_u24(&w, 0xffffff));
}

static void fills_lengths_in_when_they_are_closed(void)
{
    static const uint8_t want[] = {0, 0, 8, 0, 5, 'h', 'e', 2, 'l', 'o', 0};
    uint8_t out[32];
    struct writer w = writer_over(out, sizeof(out));
    struct writer_mark outer;
    struct writer_mark middle;
    struct writer_mark inner;

    REQUIRE_OK(writer_open(&w, 3, &outer));
    REQUIRE_OK(writer_open(&w, 2, &middle));
    CHECK_OK(writer_bytes(&w, "he", 2));
    REQUIRE_OK(writer_open(&w, 1, &inner));
    CHECK_OK(writer_bytes(&w, "lo", 2));
    CHECK_OK(writer_close(&w, inner));
    CHECK_OK(writer_close(&w, middle));
    REQUIRE_OK(writer_open(&w, 1, &inner));
    CHECK_OK(writer_close(&w, inner)); /* empty */
    CHECK_OK(writer_close(&w, outer));
    CHECK_UINT_EQ(w.len, sizeof(want));
    CHECK_MEM_EQ(out, want, sizeof(want));
}

static void refuses_a_length_that_its_prefix_cannot_hold(void)
{
    uint8_t out[300];
    uint8_t fill[256] = {0};
    struct writer w = writer_over(out, sizeof(out));
    struct writer_mark mark;

    REQUIRE_OK(writer_open(&w, 1, &mark));
    CHECK_OK(writer_bytes(&w, fill, 255));
    CHECK_OK(writer_close(&w, mark));
    CHECK_UINT_EQ(out[0], 255);
    CHECK_OK(writer_u8(&w, 0));
    CHECK_INT_EQ(writer_close(&w, mark), ASSAY_ERR_LIMIT);
}

static void refuses_marks_that_are_none(void)
{
    uint8_t out[8];
    struct writer w = writer_over(out, sizeof(out));
    struct writer_mark mark = {.at = 0, .width = 77};

    CHECK_INT_EQ(writer_open(&w, 0, &mark), ASSAY_ERR_ARG);
    CHECK_INT_EQ(writer_open(&w, 4, &mark), ASSAY_ERR_ARG);
    CHECK_UINT_EQ(mark.width, 77);
    CHECK_INT_EQ(writer_close(&w, (struct writer_mark){.at = 4, .width = 2}), ASSAY_ERR_ARG);
    CHECK_OK(writer_bytes(&w, "12345678", 8));
    CHECK_INT_EQ(writer_open(&w, 1, &mark), ASSAY_ERR_LIMIT);
    CHECK_INT_EQ(writer_close(&w, (struct writer_mark){.at = 0, .width = 4}), ASSAY_ERR_ARG);
    CHECK_INT_EQ(writer_close(&w, (struct writer_mark){.at = 0, .width = 0}), ASSAY_ERR_ARG);
    CHECK_INT_EQ(writer_close(&w, (struct writer_mark){.at = SIZE_MAX, .width = 1}), ASSAY_ERR_ARG);
    CHECK_MEM_EQ(out, "12345678", 8);
}

static void writes_nothing_into_no_memory(void)
{
    struct writer w = writer_over(NULL, 10);

    CHECK_INT_EQ(writer_u8(&w, 1), ASSAY_ERR_LIMIT);
    CHECK_OK(writer_bytes(&w, "", 0));
}

TEST_SUITE(writer, TEST(writes_big_endian_integers_of_every_width),
           TEST(writes_nothing_of_what_does_not_fit), TEST(refuses_a_number_that_needs_more_bytes),
           TEST(fills_lengths_in_when_they_are_closed),
           TEST(refuses_a_length_that_its_prefix_cannot_hold), TEST(refuses_marks_that_are_none),
           TEST(writes_nothing_into_no_memory));
