/* SPDX-License-Identifier: Apache-2.0 */
#include "test_support.h"

#include "probe/probe_encoding.h"

static void every_byte_survives_escaping(void)
{
    uint8_t all[256];
    uint8_t back[256];
    char text[768];
    size_t used = 0;
    size_t len = 0;

    for (size_t i = 0; i < sizeof(all); i++)
        all[i] = (uint8_t)i;
    len = probe_escape(all, sizeof(all), text, sizeof(text), &used);
    CHECK_UINT_EQ(used, 256);
    for (size_t i = 0; i < len; i++)
        CHECK(text[i] >= 0x20 && text[i] <= 0x7e);
    CHECK_INT_EQ(probe_unescape(text, len, back, sizeof(back)), 256);
    CHECK_MEM_EQ(all, back, 256);
    CHECK_INT_EQ(probe_unescape(text, len, back, 255), -1);
}

static void escapes_are_never_split(void)
{
    char out[4];
    size_t used = 99;

    CHECK_UINT_EQ(probe_escape("ab%c", 4, out, 4, &used), 2);
    CHECK_UINT_EQ(used, 2);
    CHECK_UINT_EQ(probe_escape("%c", 2, out, 4, &used), 4);
    CHECK_UINT_EQ(used, 2);
    CHECK_MEM_EQ(out, "%25c", 4);
    CHECK_UINT_EQ(probe_escape("%", 1, out, 2, &used), 0);
    CHECK_UINT_EQ(used, 0);
}

static void broken_escapes_are_refused(void)
{
    static const char *const broken[] = {"%", "%4", "a%", "%zz", "%4g", "%%20", "100%"};
    char out[8];

    for (size_t i = 0; i < sizeof(broken) / sizeof(broken[0]); i++)
        CHECK_INT_EQ(probe_unescape(broken[i], strlen(broken[i]), out, sizeof(out)), -1);
    CHECK_INT_EQ(probe_unescape("", 0, out, 0), 0);
}

static void base64_matches_the_rfc(void)
{
    /* RFC 4648 section 10 */
    static const char *const rows[][2] = {{"", ""},
                                          {"f", "Zg=="},
                                          {"fo", "Zm8="},
                                          {"foo", "Zm9v"},
                                          {"foob", "Zm9vYg=="},
                                          {"fooba", "Zm9vYmE="},
                                          {"foobar", "Zm9vYmFy"}};
    char out[16];

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        size_t plain = strlen(rows[i][0]);
        size_t coded = strlen(rows[i][1]);

        CHECK_INT_EQ(probe_base64_encode(rows[i][0], plain, out, sizeof(out)), (long)coded);
        CHECK_MEM_EQ(out, rows[i][1], coded);
        CHECK_INT_EQ(probe_base64_decode(rows[i][1], coded, out, plain), (long)plain);
        CHECK_MEM_EQ(out, rows[i][0], plain);
        if (plain > 0) {
            CHECK_INT_EQ(probe_base64_decode(rows[i][1], coded, out, plain - 1), -1);
            CHECK_INT_EQ(probe_base64_encode(rows[i][0], plain, out, coded - 1), -1);
        }
    }
}

static void malformed_base64_is_refused(void)
{
    static const char *const broken[] = {
        "A",    "AA",   "AAA",  "A===",     "====", "=AAA",  "AA=A",
        "Zg=A", "Zh==", "Zm9=", "Zg==Zg==", "AA*A", "AAA\n", "Zm 8"};
    char out[16];

    for (size_t i = 0; i < sizeof(broken) / sizeof(broken[0]); i++)
        CHECK_INT_EQ(probe_base64_decode(broken[i], strlen(broken[i]), out, sizeof(out)), -1);
    CHECK_INT_EQ(probe_base64_decode("AA\0A", 4, out, sizeof(out)), -1);
}

static void numbers_stay_in_their_range(void)
{
    char out[21];

    CHECK_INT_EQ(probe_parse_decimal("0", 1, 0), 0);
    CHECK_INT_EQ(probe_parse_decimal("65535", 5, 65535), 65535);
    CHECK_INT_EQ(probe_parse_decimal("65536", 5, 65535), -1);
    CHECK_INT_EQ(probe_parse_decimal("9", 1, 5), -1);
    CHECK_INT_EQ(probe_parse_decimal("", 0, 5), -1);
    CHECK_INT_EQ(probe_parse_decimal("1a", 2, 50), -1);
    CHECK_INT_EQ(probe_parse_decimal("-1", 2, 50), -1);
    CHECK_INT_EQ(probe_parse_decimal("9223372036854775807", 19, INT64_MAX), INT64_MAX);
    CHECK_INT_EQ(probe_parse_decimal("9223372036854775808", 19, INT64_MAX), -1);
    CHECK_INT_EQ(probe_parse_decimal("99999999999999999999999", 23, INT64_MAX), -1);
    CHECK_INT_EQ(probe_parse_hex("FFFFFFFF", 8, 8), 0xFFFFFFFFLL);
    CHECK_INT_EQ(probe_parse_hex("0fA0", 4, 4), 0x0FA0);
    CHECK_INT_EQ(probe_parse_hex("0fA", 3, 4), -1);
    CHECK_INT_EQ(probe_parse_hex("0fAx", 4, 4), -1);
    CHECK_UINT_EQ(probe_format_decimal(INT64_MIN, out), 20);
    CHECK_STR_EQ(out, "-9223372036854775808");
    CHECK_UINT_EQ(probe_format_decimal(0, out), 1);
    CHECK_STR_EQ(out, "0");
    probe_format_hex(0xBEEF, 8, out);
    CHECK_MEM_EQ(out, "0000BEEF", 8);
}

TEST_SUITE(probe_encoding, TEST(every_byte_survives_escaping), TEST(escapes_are_never_split),
           TEST(broken_escapes_are_refused), TEST(base64_matches_the_rfc),
           TEST(malformed_base64_is_refused), TEST(numbers_stay_in_their_range));
