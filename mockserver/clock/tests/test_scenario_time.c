/* SPDX-License-Identifier: Apache-2.0 */
#include "clock/scenario_clock.h"
#include "test_support.h"

#include <time.h>

#define BASE INT64_C(1800000000)

static void reads_every_form(void)
{
    static const struct {
        const char *text;
        int64_t unix_s;
    } rows[] = {
        {"now", BASE},
        {"+0s", BASE},
        {"+30d", BASE + 30 * 86400},
        {"-1h", BASE - 3600},
        {"+1m", BASE + 60},
        {"-2w", BASE - 14 * 86400},
        {"+1y", BASE + 365 * 86400},
        {"-10s", BASE - 10},
        {"+1d-1s", BASE + 86399},
        {"-1d+1s", BASE - 86399},
        {"-1y-1w-1d-1h-1m-1s", BASE - (365 + 7 + 1) * 86400 - 3661},
        {"-1800000001s", -1},
        {"1970-01-01T00:00:00Z", 0},
        {"1969-12-31T23:59:59Z", -1},
        {"2027-03-01T12:00:00Z", 1803902400},
        {"2027-03-01t12:00:00z", 1803902400},
        {"2027-03-01T12:00:00+02:00", 1803902400 - 7200},
        {"2027-03-01T12:00:00-00:30", 1803902400 + 1800},
        {"2027-03-01T12:00:00+00:00", 1803902400},
        {"2000-02-29T00:00:00Z", 951782400},
        {"2024-02-29T23:59:59Z", 1709251199},
        {"2038-01-19T03:14:08Z", INT64_C(2147483648)},
        {"2106-02-07T06:28:16Z", INT64_C(4294967296)},
        {"0000-01-01T00:00:00Z", INT64_C(-62167219200)},
        {"9999-12-31T23:59:59Z", INT64_C(253402300799)},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct assay_error err = {0};
        int64_t got = 0;

        CHECK_OK(scenario_time_parse(rows[i].text, BASE, &got, &err));
        CHECK_INT_EQ(got, rows[i].unix_s);
    }
}

static const char *const no_times[] = {
    "",
    " ",
    "Now",
    "now ",
    "now+1d",
    "+",
    "-",
    "+d",
    "1d",
    "+1",
    "+1x",
    "+1D",
    "+1.5h",
    "+ 1d",
    "+1d ",
    "+1d 1h",
    "+-1d",
    "+1d-",
    "+1d1h",
    "yesterday",
    "2027",
    "2027-03-01",
    "2027-03-01T12:00:00",
    "2027-03-01 12:00:00Z",
    "2027-03-01T12:00Z",
    "2027-3-1T12:00:00Z",
    "2027-03-01T12:00:00.5Z",
    "2027-03-01T12:00:00Z+1d",
    "2027-03-01T12:00:00+0200",
    "2027-03-01T12:00:00+24:00",
    "2027-03-01T12:00:00+02:60",
    "2027-03-01T12:00:00+2:00",
    "2027-03-01T12:00:00ZZ",
    "2027-00-01T12:00:00Z",
    "2027-13-01T12:00:00Z",
    "2027-03-00T12:00:00Z",
    "2027-03-32T12:00:00Z",
    "2027-04-31T12:00:00Z",
    "2027-02-29T12:00:00Z",
    "1900-02-29T12:00:00Z",
    "2100-02-29T12:00:00Z",
    "2027-03-01T24:00:00Z",
    "2027-03-01T12:60:00Z",
    "2016-12-31T23:59:60Z",
    "02027-03-01T12:00:00Z",
    "+9223372036854775808s",
    "+99999999999999999999s",
    "+9223372036854775807y",
    "-9223372036854775807s-9223372036854775807s",
};

static void refuses_what_is_no_time(void)
{
    for (size_t i = 0; i < sizeof(no_times) / sizeof(no_times[0]); i++) {
        struct assay_error err = {0};
        int64_t got = 77;

        test_check(scenario_time_parse(no_times[i], BASE, &got, &err) == ASSAY_ERR_MALFORMED,
                   __FILE__, __LINE__, "\"%s\" was read as %lld", no_times[i], (long long)got);
        CHECK_INT_EQ(got, 77);
        CHECK_STR_CONTAINS(err.text, no_times[i]);
        CHECK_STR_CONTAINS(err.text, "expected \"2027-03-01T12:00:00Z\"");
    }
}

static void refuses_years_that_cannot_be_written(void)
{
    static const char *const rows[] = {
        "+8000y",
        "-3000y",
        "9999-12-31T23:59:59-00:01",
        "0000-01-01T00:00:00+00:01",
        "+9223372035054775807s",
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct assay_error err = {0};
        int64_t got = 77;

        CHECK_INT_EQ(scenario_time_parse(rows[i], BASE, &got, &err), ASSAY_ERR_MALFORMED);
        CHECK_INT_EQ(got, 77);
        CHECK_STR_CONTAINS(err.text, "outside the years 0000 to 9999");
    }
}

static void every_truncation_of_a_date_is_refused(void)
{
    const char *whole = "2027-03-01T12:00:00+02:00";
    char part[32];

    for (size_t len = 0; len < strlen(whole); len++) {
        int64_t got = 0;

        memcpy(part, whole, len);
        part[len] = '\0';
        CHECK_INT_EQ(scenario_time_parse(part, 0, &got, NULL), ASSAY_ERR_MALFORMED);
    }
}

static void formats_and_clamps(void)
{
    static const struct {
        int64_t unix_s;
        const char *text;
    } rows[] = {
        {0, "1970-01-01T00:00:00Z"},
        {-1, "1969-12-31T23:59:59Z"},
        {951782400, "2000-02-29T00:00:00Z"},
        {951868800, "2000-03-01T00:00:00Z"},
        {INT64_C(4107542400), "2100-03-01T00:00:00Z"},
        {INT64_C(4107542399), "2100-02-28T23:59:59Z"},
        {INT64_C(253402300799), "9999-12-31T23:59:59Z"},
        {INT64_C(253402300800), "9999-12-31T23:59:59Z"},
        {INT64_MAX, "9999-12-31T23:59:59Z"},
        {INT64_C(-62167219200), "0000-01-01T00:00:00Z"},
        {INT64_C(-62167219201), "0000-01-01T00:00:00Z"},
        {INT64_MIN, "0000-01-01T00:00:00Z"},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char text[SCENARIO_TIME_TEXT];

        scenario_time_format(rows[i].unix_s, text);
        CHECK_STR_EQ(text, rows[i].text);
    }
}

static void agrees_with_the_c_library_on_every_day_of_four_centuries(void)
{
    for (int64_t day = -60000; day < 100000; day++) {
        time_t at = (time_t)(day * 86400 + 43261);
        struct tm tm;
        char want[40];
        char text[SCENARIO_TIME_TEXT];
        int64_t back = 0;

        REQUIRE(gmtime_r(&at, &tm) != NULL);
        strftime(want, sizeof(want), "%Y-%m-%dT%H:%M:%SZ", &tm);
        scenario_time_format(at, text);
        REQUIRE(strcmp(text, want) == 0);
        REQUIRE(scenario_time_parse(text, 0, &back, NULL) == ASSAY_OK);
        REQUIRE(back == at);
    }
}

TEST_SUITE(scenario_time, TEST(reads_every_form), TEST(refuses_what_is_no_time),
           TEST(refuses_years_that_cannot_be_written), TEST(every_truncation_of_a_date_is_refused),
           TEST(formats_and_clamps),
           TEST(agrees_with_the_c_library_on_every_day_of_four_centuries));
