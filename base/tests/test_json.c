/* SPDX-License-Identifier: Apache-2.0 */
#include "base/value.h"

#include "test_support.h"

#define BYTES(text) text, sizeof(text) - 1

static void writes_strings_as_rfc_8259_wants(void)
{
    static const struct {
        const char *in;
        size_t len;
        const char *want;
    } rows[] = {
        {BYTES(""), "\"\""},
        {BYTES("plain text"), "\"plain text\""},
        {BYTES("\"quoted\" \\ /"), "\"\\\"quoted\\\" \\\\ /\""},
        {BYTES("a\nb\rc\td"), "\"a\\nb\\rc\\td\""},
        {BYTES("\0\x01\x1f \x7f"), "\"\\u0000\\u0001\\u001f \\u007f\""},
        {BYTES("Gr\xc3\xbc\xc3\x9f"), "\"Gr\xc3\xbc\xc3\x9f\""},
        {BYTES("\xe2\x82\xac \xf0\x9f\x98\x80"), "\"\xe2\x82\xac \xf0\x9f\x98\x80\""},
        {BYTES("\xc2\x80\xdf\xbf\xe0\xa0\x80\xef\xbf\xbf"),
         "\"\xc2\x80\xdf\xbf\xe0\xa0\x80\xef\xbf\xbf\""},
        {BYTES("\xf0\x90\x80\x80\xf4\x8f\xbf\xbf"), "\"\xf0\x90\x80\x80\xf4\x8f\xbf\xbf\""},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct buf b;

        buf_init(&b, 1000);
        CHECK_OK(json_add_string(&b, rows[i].in, rows[i].len));
        CHECK_STR_EQ(buf_text(&b), rows[i].want);
        buf_done(&b);
    }
}

/* Every one of these bytes stands for itself, so that no consumer meets broken UTF-8. */
static void escapes_bytes_that_are_no_utf_8(void)
{
    static const struct {
        const char *in, *want;
    } rows[] = {
        {"\x80", "\"\\u0080\""},                                  /* no lead byte */
        {"a\xff z", "\"a\\u00ff z\""},                            /* never in UTF-8 */
        {"\xc3", "\"\\u00c3\""},                                  /* cut off */
        {"\xe2\x82", "\"\\u00e2\\u0082\""},                       /* cut off */
        {"\xf0\x9f\x98", "\"\\u00f0\\u009f\\u0098\""},            /* cut off */
        {"\xc3(", "\"\\u00c3(\""},                                /* wrong second byte */
        {"\xe2\x82(", "\"\\u00e2\\u0082(\""},                     /* wrong third byte */
        {"\xc0\xaf", "\"\\u00c0\\u00af\""},                       /* overlong */
        {"\xc1\xbf", "\"\\u00c1\\u00bf\""},                       /* overlong */
        {"\xe0\x9f\xbf", "\"\\u00e0\\u009f\\u00bf\""},            /* overlong */
        {"\xf0\x8f\xbf\xbf", "\"\\u00f0\\u008f\\u00bf\\u00bf\""}, /* overlong */
        {"\xed\xa0\x80", "\"\\u00ed\\u00a0\\u0080\""},            /* half of a surrogate pair */
        {"\xed\xbf\xbf", "\"\\u00ed\\u00bf\\u00bf\""},            /* half of a surrogate pair */
        {"\xf4\x90\x80\x80", "\"\\u00f4\\u0090\\u0080\\u0080\""}, /* past U+10FFFF */
        {"\xf5\x80\x80\x80", "\"\\u00f5\\u0080\\u0080\\u0080\""}, /* past U+10FFFF */
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct buf b;

        buf_init(&b, 1000);
        CHECK_OK(json_add_string(&b, rows[i].in, strlen(rows[i].in)));
        CHECK_STR_EQ(buf_text(&b), rows[i].want);
        buf_done(&b);
    }
}

static void does_not_read_past_the_length(void)
{
    struct buf b;

    /* The euro sign goes on behind the end. */
    buf_init(&b, 1000);
    CHECK_OK(json_add_string(&b, "\xe2\x82\xac", 2));
    CHECK_STR_EQ(buf_text(&b), "\"\\u00e2\\u0082\"");
    buf_done(&b);
}

/* Several bytes are looked at at a time: what is between, or at an end, must not get lost. */
static void check_byte_between(unsigned byte, size_t before, size_t behind)
{
    static const char plain[] = "xxxxxxxxxxxxxxxxxxx";
    const char as_it_is[] = {(char)byte};
    char text[40];
    char want[80];
    struct buf alone;
    struct buf b;

    buf_init(&alone, 1000);
    buf_init(&b, 1000);
    memset(text, 'x', sizeof(text));
    text[before] = as_it_is[0];
    CHECK_OK(json_add_string(&alone, as_it_is, 1));
    CHECK_OK(json_add_string(&b, text, before + 1 + behind));
    snprintf(want, sizeof(want), "\"%.*s%.*s%.*s\"", (int)before, plain, (int)alone.len - 2,
             buf_text(&alone) + 1, (int)behind, plain);
    CHECK_STR_EQ(buf_text(&b), want);
    buf_done(&alone);
    buf_done(&b);
}

static void finds_every_byte_at_every_place(void)
{
    for (unsigned byte = 0; byte < 256; byte++)
        for (size_t before = 0; before < 19; before++)
            check_byte_between(byte, before, 18 - before);
    for (size_t before = 0; before < 10; before++)
        for (size_t behind = 0; behind < 10; behind++)
            check_byte_between('"', before, behind);
}

static void writes_every_kind_of_value(void)
{
    struct value *map = value_new_map();
    struct value *list = value_new_list();
    struct buf b;

    buf_init(&b, 1000);
    CHECK_OK(value_add(list, value_new_int(INT64_MIN)));
    CHECK_OK(value_add(list, value_new_int(INT64_MAX)));
    CHECK_OK(value_add(list, value_new_bytes("\0\xff", 2)));
    CHECK_OK(value_add(list, value_new_list()));
    CHECK_OK(value_set(map, "no\"key", value_new_bool(false)));
    CHECK_OK(value_set(map, "yes", value_new_bool(true)));
    CHECK_OK(value_set(map, "null", value_new_null()));
    CHECK_OK(value_set(map, "list", list));
    CHECK_OK(value_set(map, "map", value_new_map()));
    CHECK_OK(value_write_json(map, &b));
    CHECK_STR_EQ(buf_text(&b), "{\"no\\\"key\":false,\"yes\":true,\"null\":null,"
                               "\"list\":[-9223372036854775808,9223372036854775807,"
                               "\"\\u0000\\u00ff\",[]],\"map\":{}}");
    buf_clear(&b);
    CHECK_OK(value_write_json(NULL, &b));
    CHECK_STR_EQ(buf_text(&b), "null");
    value_free(map);
    buf_done(&b);
}

static void fails_at_the_limit_of_the_buffer(void)
{
    struct value *map = value_new_map();
    struct buf whole;

    CHECK_OK(value_set(map, "a\x01", value_new_text("b\xff")));
    CHECK_OK(value_set(map, "c", value_new_int(12345)));
    buf_init(&whole, 1000);
    CHECK_OK(value_write_json(map, &whole));
    for (size_t max = 0; max < whole.len; max++) {
        struct buf b;

        buf_init(&b, max);
        CHECK_INT_EQ(value_write_json(map, &b), ASSAY_ERR_LIMIT);
        buf_done(&b);
    }
    buf_done(&whole);
    value_free(map);
}

TEST_SUITE(json, TEST(finds_every_byte_at_every_place), TEST(writes_strings_as_rfc_8259_wants),
           TEST(escapes_bytes_that_are_no_utf_8), TEST(does_not_read_past_the_length),
           TEST(writes_every_kind_of_value), TEST(fails_at_the_limit_of_the_buffer));
