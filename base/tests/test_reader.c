/* SPDX-License-Identifier: Apache-2.0 */
#include "base/reader.h"

#include "test_support.h"

static const uint8_t bytes[] = {0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07, 0x08, 0x09, 0x0a};

static void reads_big_endian_integers_of_every_width(void)
{
    struct reader r = reader_over(bytes, sizeof(bytes));
    uint8_t u8 = 0;
    uint16_t u16 = 0;
    uint32_t u24 = 0;
    uint32_t u32 = 0;

    CHECK_OK(reader_u8(&r, &u8));
    CHECK_OK(reader_u16(&r, &u16));
    CHECK_OK(reader_u24(&r, &u24));
    CHECK_OK(reader_u32(&r, &u32));
    CHECK_UINT_EQ(u8, 0x01);
    CHECK_UINT_EQ(u16, 0x0203);
    CHECK_UINT_EQ(u24, 0x040506);
    CHECK_UINT_EQ(u32, 0x0708090a);
    CHECK_UINT_EQ(reader_left(&r), 0);
}

static void keeps_the_highest_bit(void)
{
    static const uint8_t high[] = {0xff, 0xff, 0xff, 0xff};
    struct reader r = reader_over(high, sizeof(high));
    uint32_t u32 = 0;

    CHECK_OK(reader_u32(&r, &u32));
    CHECK_UINT_EQ(u32, 0xffffffffU);
}

static void refuses_a_short_input_and_changes_nothing(void)
{
    for (size_t len = 0; len < 4; len++) {
        struct reader r = reader_over(bytes, len);
        uint8_t u8 = 0xaa;
        uint16_t u16 = 0xaaaa;
        uint32_t u24 = 0xaaaa;
        uint32_t u32 = 0xaaaa;

        CHECK_INT_EQ(reader_u32(&r, &u32), ASSAY_ERR_TRUNCATED);
        CHECK_UINT_EQ(u32, 0xaaaa);
        CHECK_INT_EQ(reader_u24(&r, &u24), len >= 3 ? ASSAY_OK : ASSAY_ERR_TRUNCATED);
        CHECK_UINT_EQ(u24, len >= 3 ? 0x010203 : 0xaaaa);
        r.pos = 0;
        CHECK_INT_EQ(reader_u16(&r, &u16), len >= 2 ? ASSAY_OK : ASSAY_ERR_TRUNCATED);
        CHECK_UINT_EQ(u16, len >= 2 ? 0x0102 : 0xaaaa);
        r.pos = 0;
        CHECK_INT_EQ(reader_u8(&r, &u8), len >= 1 ? ASSAY_OK : ASSAY_ERR_TRUNCATED);
        CHECK_UINT_EQ(u8, len >= 1 ? 1 : 0xaa);
        CHECK_UINT_EQ(r.pos, len >= 1 ? 1 : 0);
    }
}

static void hands_out_views_and_no_copies(void)
{
    struct reader r = reader_over(bytes, sizeof(bytes));
    const uint8_t *view = NULL;

    CHECK_OK(reader_bytes(&r, 3, &view));
    CHECK(view == bytes);
    CHECK(reader_here(&r) == bytes + 3);
    CHECK_INT_EQ(reader_bytes(&r, 8, &view), ASSAY_ERR_TRUNCATED);
    CHECK(view == bytes);
    CHECK_OK(reader_bytes(&r, 7, &view));
    CHECK_OK(reader_bytes(&r, 0, &view));
    CHECK(view == bytes + 10);
}

static void refuses_lengths_near_the_largest_number(void)
{
    struct reader r = reader_over(bytes, sizeof(bytes));
    const uint8_t *view = NULL;
    struct reader sub;

    CHECK_OK(reader_skip(&r, 1));
    CHECK_INT_EQ(reader_bytes(&r, SIZE_MAX, &view), ASSAY_ERR_TRUNCATED);
    CHECK_INT_EQ(reader_skip(&r, SIZE_MAX), ASSAY_ERR_TRUNCATED);
    CHECK_INT_EQ(reader_sub(&r, SIZE_MAX, &sub), ASSAY_ERR_TRUNCATED);
    CHECK_UINT_EQ(r.pos, 1);
}

static void confines_a_part_to_its_length(void)
{
    struct reader r = reader_over(bytes, sizeof(bytes));
    struct reader sub;
    uint32_t u32 = 0;
    uint8_t u8 = 0;

    CHECK_OK(reader_sub(&r, 3, &sub));
    CHECK_UINT_EQ(reader_left(&sub), 3);
    CHECK_INT_EQ(reader_u32(&sub, &u32), ASSAY_ERR_TRUNCATED);
    CHECK_OK(reader_u8(&r, &u8));
    CHECK_UINT_EQ(u8, 4);
}

static void reads_vectors_of_every_width(void)
{
    static const uint8_t in[] = {2, 0xa1, 0xa2, 0, 1, 0xb1, 0, 0, 3, 0xc1, 0xc2, 0xc3, 0};
    struct reader r = reader_over(in, sizeof(in));
    struct reader a;
    struct reader b;
    struct reader c;
    struct reader empty;

    REQUIRE_OK(reader_vec8(&r, &a));
    REQUIRE_OK(reader_vec16(&r, &b));
    REQUIRE_OK(reader_vec24(&r, &c));
    REQUIRE_OK(reader_vec8(&r, &empty));
    CHECK_UINT_EQ(reader_left(&a), 2);
    CHECK(a.data == in + 1);
    CHECK_UINT_EQ(reader_left(&b), 1);
    CHECK(b.data == in + 5);
    CHECK_UINT_EQ(reader_left(&c), 3);
    CHECK(c.data == in + 9);
    CHECK_UINT_EQ(reader_left(&empty), 0);
    CHECK_UINT_EQ(reader_left(&r), 0);
}

static void refuses_a_vector_that_is_longer_than_its_input(void)
{
    static const uint8_t in[] = {0, 0, 4, 1, 2, 3};
    struct reader r = reader_over(in, sizeof(in));
    struct reader sub = reader_over(bytes, 1);

    CHECK_INT_EQ(reader_vec24(&r, &sub), ASSAY_ERR_TRUNCATED);
    CHECK_UINT_EQ(r.pos, 0); /* not even past the length */
    CHECK(sub.data == bytes);
    for (size_t len = 0; len < 3; len++) {
        r = reader_over(in, len);
        CHECK_INT_EQ(reader_vec24(&r, &sub), ASSAY_ERR_TRUNCATED);
        CHECK_UINT_EQ(r.pos, 0);
    }
}

static void reads_nothing_from_no_memory(void)
{
    struct reader r = reader_over(NULL, 5);
    uint8_t u8 = 0;

    CHECK_UINT_EQ(reader_left(&r), 0);
    CHECK(reader_here(&r) == NULL);
    CHECK_INT_EQ(reader_u8(&r, &u8), ASSAY_ERR_TRUNCATED);
    CHECK_OK(reader_skip(&r, 0));
}

TEST_SUITE(reader, TEST(reads_big_endian_integers_of_every_width), TEST(keeps_the_highest_bit),
           TEST(refuses_a_short_input_and_changes_nothing), TEST(hands_out_views_and_no_copies),
           TEST(refuses_lengths_near_the_largest_number), TEST(confines_a_part_to_its_length),
           TEST(reads_vectors_of_every_width), TEST(refuses_a_vector_that_is_longer_than_its_input),
           TEST(reads_nothing_from_no_memory));
