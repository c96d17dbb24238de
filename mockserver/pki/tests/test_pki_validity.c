/* SPDX-License-Identifier: Apache-2.0 */
#include "pki_validity.h"

#include "pki_test_support.h"
#include "test_support.h"

enum { UTC = 0x17, GENERALIZED = 0x18 };

static void check_time(struct pki_when when, const char *form, unsigned tag, const char *text)
{
    struct buf out;
    struct der d = der_onto(&out);
    const struct pki_text none = {.data = NULL};
    struct assay_error err = {0};

    buf_init(&out, 256);
    CHECK_OK(pki_time_write(when, none, form, NOW_S, &d, &err));
    CHECK_OK(der_status(&d));
    REQUIRE(out.len > 2);
    CHECK_UINT_EQ(out.data[0], tag);
    CHECK_UINT_EQ(out.data[1], out.len - 2);
    CHECK_STR_EQ(buf_text(&out) + 2, text);
    buf_done(&out);
}

static void the_year_decides_about_the_form(void)
{
    static const struct {
        struct pki_text when;
        const char *form;
        unsigned tag;
        const char *text;
    } rows[] = {
        {PKI_TEXT("now"), "auto", UTC, "270115080000Z"},
        {PKI_TEXT("+1d-1s"), "auto", UTC, "270116075959Z"},
        {PKI_TEXT("1950-01-01T00:00:00Z"), "auto", UTC, "500101000000Z"},
        {PKI_TEXT("1949-12-31T23:59:59Z"), "auto", GENERALIZED, "19491231235959Z"},
        {PKI_TEXT("2049-12-31T23:59:59Z"), "auto", UTC, "491231235959Z"},
        {PKI_TEXT("2050-01-01T00:00:00Z"), "auto", GENERALIZED, "20500101000000Z"},
        {PKI_TEXT("9999-12-31T23:59:59Z"), "auto", GENERALIZED, "99991231235959Z"},
        {PKI_TEXT("0000-01-01T00:00:00Z"), "auto", GENERALIZED, "00000101000000Z"},
        {PKI_TEXT("2050-01-01T00:00:00Z"), "utctime", UTC, "500101000000Z"},
        {PKI_TEXT("2030-01-01T00:00:00+01:00"), "generalizedtime", GENERALIZED, "20291231230000Z"},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        check_time((struct pki_when){.text = rows[i].when}, rows[i].form, rows[i].tag,
                   rows[i].text);
}

static void recipes_may_count_from_midnight(void)
{
    check_time((struct pki_when){.text = PKI_TEXT("-365d"), .whole_day = true}, "auto", UTC,
               "260115000000Z");
}

static void a_raw_time_is_written_as_it_stands(void)
{
    static const struct {
        struct pki_text raw;
        unsigned tag;
        const char *text;
    } rows[] = {
        {PKI_TEXT("utctime:2701150800Z"), UTC, "2701150800Z"},
        {PKI_TEXT("utctime:270115080000+0100"), UTC, "270115080000+0100"},
        {PKI_TEXT("utctime:279915080000Z"), UTC, "279915080000Z"},
        {PKI_TEXT("generalizedtime:20270115080000.5Z"), GENERALIZED, "20270115080000.5Z"},
        {PKI_TEXT("generalizedtime:"), GENERALIZED, ""},
    };
    const struct pki_when when = {.text = PKI_TEXT("now")};

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct buf out;
        struct der d = der_onto(&out);

        buf_init(&out, 256);
        CHECK_OK(pki_time_write(when, rows[i].raw, "auto", NOW_S, &d, NULL));
        REQUIRE(out.len >= 2);
        CHECK_UINT_EQ(out.data[0], rows[i].tag);
        CHECK_STR_EQ(buf_text(&out) + 2, rows[i].text);
        buf_done(&out);
    }
}

static void what_is_no_time_is_refused(void)
{
    static const struct {
        struct pki_text when, raw;
        const char *part;
    } rows[] = {
        {PKI_TEXT("tomorrow"), {NULL, 0}, "\"tomorrow\" is no time"},
        {PKI_TEXT("+9000y"), {NULL, 0}, "outside the years"},
        {PKI_TEXT("now"), PKI_TEXT("2027"), "\"2027\" is no time as written"},
        {PKI_TEXT("now"), PKI_TEXT(""), "\"\" is no time as written"},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct buf out;
        struct der d = der_onto(&out);
        struct assay_error err = {0};

        buf_init(&out, 256);
        CHECK_INT_EQ(pki_time_write((struct pki_when){.text = rows[i].when}, rows[i].raw, "auto",
                                    NOW_S, &d, &err),
                     ASSAY_ERR_MALFORMED);
        CHECK_STR_CONTAINS(err.text, rows[i].part);
        buf_done(&out);
    }
}

TEST_SUITE(pki_validity, TEST(the_year_decides_about_the_form),
           TEST(recipes_may_count_from_midnight), TEST(a_raw_time_is_written_as_it_stands),
           TEST(what_is_no_time_is_refused));
