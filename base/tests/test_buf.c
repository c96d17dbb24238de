/* SPDX-License-Identifier: Apache-2.0 */
#include "base/buf.h"

#include "test_support.h"

#include <stdlib.h>

static void is_an_empty_text_before_anything_is_added(void)
{
    struct buf b;

    buf_init(&b, 10);
    CHECK_STR_EQ(buf_text(&b), "");
    CHECK_UINT_EQ(b.len, 0);
    buf_clear(&b);
    buf_consume(&b, 5);
    buf_truncate(&b, 0);
    buf_done(&b);
}

static void keeps_a_nul_behind_its_contents(void)
{
    struct buf b;
    uint8_t *room = NULL;

    buf_init(&b, 1000);
    CHECK_OK(buf_add(&b, "ab\0cd", 5));
    CHECK_UINT_EQ(b.data[5], 0);
    buf_truncate(&b, 1);
    CHECK_STR_EQ(buf_text(&b), "a");
    CHECK_OK(buf_add_char(&b, 'x'));
    CHECK_OK(buf_add_text(&b, "yz"));
    CHECK_OK(buf_printf(&b, "%d", 12));
    CHECK_STR_EQ(buf_text(&b), "axyz12");
    CHECK_OK(buf_extend(&b, 3, &room));
    memcpy(room, "ABC", 3);
    CHECK_STR_EQ(buf_text(&b), "axyz12ABC");
    buf_consume(&b, 4);
    CHECK_STR_EQ(buf_text(&b), "12ABC");
    buf_consume(&b, 100);
    CHECK_STR_EQ(buf_text(&b), "");
    buf_truncate(&b, 50);
    CHECK_UINT_EQ(b.len, 0);
    buf_done(&b);
}

static void grows_over_many_additions(void)
{
    struct buf b;

    buf_init(&b, 100000);
    for (unsigned i = 0; i < 100000; i++)
        REQUIRE_OK(buf_add_char(&b, (char)('a' + i % 26)));
    CHECK_UINT_EQ(b.len, 100000);
    CHECK_UINT_EQ(b.data[99999], 'a' + 99999 % 26);
    buf_done(&b);
}

static void takes_its_maximum_and_not_a_byte_more(void)
{
    struct buf b;
    uint8_t *room = NULL;

    buf_init(&b, 4);
    CHECK_INT_EQ(buf_add(&b, "12345", 5), ASSAY_ERR_LIMIT);
    CHECK_OK(buf_add(&b, "123", 3));
    CHECK_INT_EQ(buf_add(&b, "45", 2), ASSAY_ERR_LIMIT);
    CHECK_INT_EQ(buf_printf(&b, "%s", "45"), ASSAY_ERR_LIMIT);
    CHECK_INT_EQ(buf_add_hex(&b, "4", 1), ASSAY_ERR_LIMIT);
    CHECK_INT_EQ(buf_add_base64(&b, "4", 1), ASSAY_ERR_LIMIT);
    CHECK_INT_EQ(buf_extend(&b, SIZE_MAX, &room), ASSAY_ERR_LIMIT);
    CHECK_INT_EQ(buf_extend(&b, SIZE_MAX - 3, &room), ASSAY_ERR_LIMIT);
    CHECK(room == NULL);
    CHECK_OK(buf_add_char(&b, '4'));
    CHECK_STR_EQ(buf_text(&b), "1234");
    CHECK_INT_EQ(buf_add_char(&b, '5'), ASSAY_ERR_LIMIT);
    CHECK_OK(buf_add(&b, NULL, 0));
    CHECK_STR_EQ(buf_text(&b), "1234");
    buf_done(&b);
    CHECK_UINT_EQ(b.max, 4);
}

static void survives_the_largest_lengths(void)
{
    struct buf b;
    uint8_t *room = NULL;

    buf_init(&b, SIZE_MAX);
    CHECK_INT_EQ(buf_extend(&b, SIZE_MAX, &room), ASSAY_ERR_LIMIT);
    CHECK_INT_EQ(buf_add_hex(&b, "", SIZE_MAX), ASSAY_ERR_LIMIT);
    CHECK_INT_EQ(buf_add_base64(&b, "", SIZE_MAX), ASSAY_ERR_LIMIT);
    CHECK_UINT_EQ(b.len, 0);
    buf_init(&b, 0);
    CHECK_OK(buf_add(&b, "", 0));
    CHECK_INT_EQ(buf_add_char(&b, 'x'), ASSAY_ERR_LIMIT);
    buf_done(&b);
}

static void formats_a_text_that_is_longer_than_its_room(void)
{
    struct buf b;

    buf_init(&b, 1000);
    CHECK_OK(buf_add_text(&b, "<"));
    CHECK_OK(buf_printf(&b, "%200d|%s", 7, "end"));
    CHECK_UINT_EQ(b.len, 1 + 200 + 4);
    CHECK_STR_EQ(buf_text(&b) + 200, "7|end");
    buf_done(&b);
}

static void hands_its_contents_over(void)
{
    struct buf b;
    char *text = NULL;

    buf_init(&b, 100);
    REQUIRE_OK(buf_take(&b, &text)); /* of an empty buffer too */
    CHECK_STR_EQ(text, "");
    free(text);
    CHECK_OK(buf_add_text(&b, "mine"));
    REQUIRE_OK(buf_take(&b, &text));
    CHECK_STR_EQ(text, "mine");
    free(text);
    CHECK_UINT_EQ(b.len, 0);
    CHECK_OK(buf_add_text(&b, "again"));
    CHECK_STR_EQ(buf_text(&b), "again");
    buf_done(&b);
}

/* RFC 4648 section 10. */
static const struct {
    const char *plain, *base64, *hex;
} vectors[] = {
    {"", "", ""},
    {"f", "Zg==", "66"},
    {"fo", "Zm8=", "666f"},
    {"foo", "Zm9v", "666f6f"},
    {"foob", "Zm9vYg==", "666f6f62"},
    {"fooba", "Zm9vYmE=", "666f6f6261"},
    {"foobar", "Zm9vYmFy", "666f6f626172"},
    {"\xff\xfe\x80", "//6A", "fffe80"},
};

static void encodes_and_decodes_the_vectors_of_rfc_4648(void)
{
    for (size_t i = 0; i < sizeof(vectors) / sizeof(vectors[0]); i++) {
        struct buf b;

        buf_init(&b, 100);
        CHECK_OK(buf_add_base64(&b, vectors[i].plain, strlen(vectors[i].plain)));
        CHECK_STR_EQ(buf_text(&b), vectors[i].base64);
        buf_clear(&b);
        CHECK_OK(buf_add_hex(&b, vectors[i].plain, strlen(vectors[i].plain)));
        CHECK_STR_EQ(buf_text(&b), vectors[i].hex);
        buf_clear(&b);
        CHECK_OK(buf_add_from_base64(&b, vectors[i].base64, strlen(vectors[i].base64)));
        CHECK_STR_EQ(buf_text(&b), vectors[i].plain);
        buf_clear(&b);
        CHECK_OK(buf_add_from_hex(&b, vectors[i].hex, strlen(vectors[i].hex)));
        CHECK_STR_EQ(buf_text(&b), vectors[i].plain);
        buf_done(&b);
    }
}

static void decodes_hex_of_either_case(void)
{
    struct buf b;

    buf_init(&b, 100);
    CHECK_OK(buf_add_from_hex(&b, "aAbBfF09", 8));
    CHECK_UINT_EQ(b.len, 4);
    CHECK_MEM_EQ(b.data, "\xaa\xbb\xff\x09", 4);
    buf_done(&b);
}

static void refuses_what_is_no_hex(void)
{
    static const char *const wrong[] = {"a", "abc", "0g", "g0", " a", "a ", "0x", "-1", "\xb0\xb0"};

    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        struct buf b;

        buf_init(&b, 100);
        CHECK_OK(buf_add_text(&b, "kept"));
        CHECK_INT_EQ(buf_add_from_hex(&b, wrong[i], strlen(wrong[i])), ASSAY_ERR_MALFORMED);
        CHECK_STR_EQ(buf_text(&b), "kept");
        buf_done(&b);
    }
}

static void does_not_read_past_an_odd_length(void)
{
    struct buf b;

    buf_init(&b, 100);
    CHECK_INT_EQ(buf_add_from_hex(&b, "abcd", 3), ASSAY_ERR_MALFORMED);
    CHECK_INT_EQ(buf_add_from_base64(&b, "Zm9v", 3), ASSAY_ERR_MALFORMED);
    CHECK_UINT_EQ(b.len, 0);
    buf_done(&b);
}

static void refuses_what_is_no_base64(void)
{
    static const char *const wrong[] = {
        "A",
        "AA",
        "AAA",
        "=AAA",
        "A=AA",
        "AA=A",
        "A===",
        "====",
        "AA==AAAA",
        "AA A",
        "AAA\n",
        "AAAAA===",
        "-_-_",
        "QR==",
        "QUJ=",
        "Zg=Z",
        "\xff\xff\xff\xff",
    };

    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        struct buf b;

        buf_init(&b, 100);
        CHECK_OK(buf_add_text(&b, "kept"));
        test_check(buf_add_from_base64(&b, wrong[i], strlen(wrong[i])) == ASSAY_ERR_MALFORMED,
                   __FILE__, __LINE__, "\"%s\" was taken", wrong[i]);
        CHECK_STR_EQ(buf_text(&b), "kept");
        buf_done(&b);
    }
}

static void refuses_a_nul_inside_base64(void)
{
    struct buf b;

    buf_init(&b, 100);
    CHECK_INT_EQ(buf_add_from_base64(&b, "AA\0A", 4), ASSAY_ERR_MALFORMED);
    CHECK_INT_EQ(buf_add_from_base64(&b, "\0\0\0\0", 4), ASSAY_ERR_MALFORMED);
    buf_done(&b);
}

static void leaves_no_half_of_what_exceeds_the_maximum(void)
{
    struct buf b;

    buf_init(&b, 5);
    CHECK_OK(buf_add_text(&b, "x"));
    CHECK_INT_EQ(buf_add_from_base64(&b, "Zm9vYmFy", 8), ASSAY_ERR_LIMIT);
    CHECK_STR_EQ(buf_text(&b), "x");
    CHECK_INT_EQ(buf_add_from_hex(&b, "666f6f6261", 10), ASSAY_ERR_LIMIT);
    CHECK_STR_EQ(buf_text(&b), "x");
    buf_done(&b);
}

static void adds_integers_in_decimal(void)
{
    static const struct {
        int64_t value;
        const char *text;
    } rows[] = {
        {0, "0"},
        {7, "7"},
        {-1, "-1"},
        {1234567890, "1234567890"},
        {INT64_MAX, "9223372036854775807"},
        {INT64_MIN, "-9223372036854775808"},
    };
    struct buf b;

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        buf_init(&b, strlen(rows[i].text));
        CHECK_OK(buf_add_int(&b, rows[i].value));
        CHECK_STR_EQ(buf_text(&b), rows[i].text);
        buf_done(&b);
        buf_init(&b, strlen(rows[i].text) - 1);
        CHECK_INT_EQ(buf_add_int(&b, rows[i].value), ASSAY_ERR_LIMIT);
        CHECK_UINT_EQ(b.len, 0);
        buf_done(&b);
    }
    buf_init(&b, 20);
    CHECK_OK(buf_add_uint(&b, UINT64_MAX));
    CHECK_STR_EQ(buf_text(&b), "18446744073709551615");
    buf_done(&b);
}

static void printing_into_room_that_is_there_keeps_to_the_maximum(void)
{
    struct buf b;

    buf_init(&b, 10); /* its memory is larger than that */
    CHECK_OK(buf_add_text(&b, "12345"));
    CHECK(b.cap > 20);
    CHECK_INT_EQ(buf_printf(&b, "%s", "678901"), ASSAY_ERR_LIMIT);
    CHECK_STR_EQ(buf_text(&b), "12345");
    CHECK_OK(buf_printf(&b, "%s", "67890"));
    CHECK_STR_EQ(buf_text(&b), "1234567890");
    buf_done(&b);
}

static void keeps_no_more_memory_than_it_is_told(void)
{
    struct buf b;

    buf_init(&b, 5000);
    CHECK_OK(buf_add(&b, "small", 5));
    buf_relax(&b, 64);
    CHECK_UINT_EQ(b.len, 0);
    CHECK(b.data != NULL); /* what is small is not asked for again */
    for (int i = 0; i < 1000; i++)
        CHECK_OK(buf_add_char(&b, 'x'));
    buf_relax(&b, 64);
    CHECK_UINT_EQ(b.len, 0);
    CHECK(b.data == NULL);
    CHECK_STR_EQ(buf_text(&b), "");
    CHECK_UINT_EQ(b.max, 5000);
    buf_done(&b);
}

TEST_SUITE(buf, TEST(keeps_no_more_memory_than_it_is_told), TEST(adds_integers_in_decimal),
           TEST(printing_into_room_that_is_there_keeps_to_the_maximum),
           TEST(is_an_empty_text_before_anything_is_added), TEST(keeps_a_nul_behind_its_contents),
           TEST(grows_over_many_additions), TEST(takes_its_maximum_and_not_a_byte_more),
           TEST(survives_the_largest_lengths), TEST(formats_a_text_that_is_longer_than_its_room),
           TEST(hands_its_contents_over), TEST(encodes_and_decodes_the_vectors_of_rfc_4648),
           TEST(decodes_hex_of_either_case), TEST(refuses_what_is_no_hex),
           TEST(does_not_read_past_an_odd_length), TEST(refuses_what_is_no_base64),
           TEST(refuses_a_nul_inside_base64), TEST(leaves_no_half_of_what_exceeds_the_maximum));
