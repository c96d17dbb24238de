/* SPDX-License-Identifier: Apache-2.0 */
#include "pki_der.h"
#include "test_support.h"

#include <stdlib.h>

static void check_hex(const struct buf *got, const char *want, const char *what)
{
    struct buf hex;

    buf_init(&hex, 1 << 20);
    CHECK_OK(buf_add_hex(&hex, got->data, got->len));
    test_check(strcmp(buf_text(&hex), want) == 0, __FILE__, __LINE__, "%s: got %s, want %s", what,
               buf_text(&hex), want);
    buf_done(&hex);
}

static void writes_integers_in_the_shortest_form(void)
{
    static const struct {
        int64_t number;
        const char *hex;
    } rows[] = {
        {0, "020100"},
        {1, "020101"},
        {127, "02017f"},
        {128, "02020080"},
        {255, "020200ff"},
        {256, "02020100"},
        {-1, "0201ff"},
        {-128, "020180"},
        {-129, "0202ff7f"},
        {INT64_C(0x80000000), "02050080000000"},
        {INT64_MAX, "02087fffffffffffffff"},
        {INT64_MIN, "02088000000000000000"},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct buf out;
        struct der d = der_onto(&out);

        buf_init(&out, 64);
        der_int(&d, rows[i].number);
        CHECK_OK(der_status(&d));
        check_hex(&out, rows[i].hex, "integer");
        buf_done(&out);
    }
}

static void writes_lengths_in_the_shortest_form(void)
{
    static const struct {
        size_t len;
        const char *header;
    } rows[] = {
        {0, "3000"},         {1, "3001"},           {127, "307f"},
        {128, "308180"},     {255, "3081ff"},       {256, "30820100"},
        {65535, "3082ffff"}, {65536, "3083010000"}, {1000000, "30830f4240"},
    };
    uint8_t *zeros = calloc(1, 1000000);

    REQUIRE(zeros != NULL);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct buf out;
        struct der d = der_onto(&out);

        buf_init(&out, 1 << 21);
        der_tlv(&d, DER_SEQUENCE, zeros, rows[i].len);
        CHECK_OK(der_status(&d));
        CHECK_UINT_EQ(out.len, rows[i].len + strlen(rows[i].header) / 2);
        buf_truncate(&out, strlen(rows[i].header) / 2);
        check_hex(&out, rows[i].header, "header");
        buf_done(&out);
    }
    free(zeros);
}

static void nests_and_moves_what_is_inside(void)
{
    struct buf out;
    struct der d = der_onto(&out);
    uint8_t filler[130];

    memset(filler, 0xaa, sizeof(filler));
    buf_init(&out, 1024);
    size_t outer = der_open(&d, DER_SEQUENCE);
    der_bool(&d, true);
    size_t inner = der_open(&d, DER_CONTEXT_CONSTRUCTED | 3);
    der_bit_string(&d, filler, sizeof(filler));
    der_close(&d, inner);
    der_bool(&d, false);
    der_close(&d, outer);
    CHECK_OK(der_status(&d));
    CHECK_UINT_EQ(out.len, 3 + 3 + 3 + 3 + 1 + sizeof(filler) + 3);
    CHECK_MEM_EQ(out.data, "\x30\x81\x8f\x01\x01\xff\xa3\x81\x86\x03\x81\x83\x00\xaa", 14);
    CHECK_MEM_EQ(out.data + out.len - 4, "\xaa\x01\x01\x00", 4);
    buf_done(&out);
}

static void knows_oids_by_number_and_by_name(void)
{
    struct buf out;
    struct der d = der_onto(&out);

    buf_init(&out, 64);
    der_oid(&d, "1.3.6.1.4.1.55555.1");
    der_oid(&d, "subjectAltName");
    CHECK_OK(der_status(&d));
    check_hex(&out,
              "06092b0601040183b20301"
              "0603551d11",
              "oids");
    buf_done(&out);
}

static void refuses_what_is_no_oid(void)
{
    static const char *const rows[] = {"",     "x",    "1", "9.9.9", "1.2.", "1..2", "no such name",
                                       ".1.2", "1.2.x"};

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct buf out;
        struct der d = der_onto(&out);

        buf_init(&out, 64);
        der_oid(&d, rows[i]);
        test_check(der_status(&d) == ASSAY_ERR_NOT_FOUND, __FILE__, __LINE__, "\"%s\" was taken",
                   rows[i]);
        CHECK_UINT_EQ(out.len, 0);
        buf_done(&out);
    }
}

static void the_first_failure_sticks(void)
{
    struct buf out;
    struct der d = der_onto(&out);

    buf_init(&out, 8);
    size_t mark = der_open(&d, DER_SEQUENCE);
    der_raw(&d, "0123456789", 10);
    CHECK_INT_EQ(der_status(&d), ASSAY_ERR_LIMIT);
    der_int(&d, 1);
    der_oid(&d, "no oid at all");
    der_close(&d, mark);
    CHECK_INT_EQ(der_status(&d), ASSAY_ERR_LIMIT);
    CHECK_UINT_EQ(out.len, 1);
    buf_done(&out);
}

static void a_length_that_does_not_fit_any_more_is_a_failure(void)
{
    struct buf out;
    struct der d = der_onto(&out);

    buf_init(&out, 11);
    der_tlv(&d, DER_SEQUENCE, "0123456789", 10);
    CHECK_INT_EQ(der_status(&d), ASSAY_ERR_LIMIT);
    buf_done(&out);
    buf_init(&out, 12);
    d = der_onto(&out);
    der_tlv(&d, DER_SEQUENCE, "0123456789", 10);
    CHECK_OK(der_status(&d));
    buf_done(&out);
}

TEST_SUITE(pki_der, TEST(writes_integers_in_the_shortest_form),
           TEST(writes_lengths_in_the_shortest_form), TEST(nests_and_moves_what_is_inside),
           TEST(knows_oids_by_number_and_by_name), TEST(refuses_what_is_no_oid),
           TEST(the_first_failure_sticks), TEST(a_length_that_does_not_fit_any_more_is_a_failure));
