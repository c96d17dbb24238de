/* SPDX-License-Identifier: Apache-2.0 */
/* Points in time as text. Dates are counted in the proleptic Gregorian calendar (RFC 3339). */
#include "clock/scenario_clock.h"

#include <stdbool.h>
#include <string.h>

#define MINUTE_S INT64_C(60)
#define HOUR_S   INT64_C(3600)
#define DAY_S    INT64_C(86400)

/* 0000-01-01T00:00:00Z and 9999-12-31T23:59:59Z: what both RFC 3339 and X.509 can write. */
#define FIRST_S INT64_C(-62167219200)
#define LAST_S  INT64_C(253402300799)

static const struct {
    char letter;
    int64_t seconds;
} units[] = {
    {'s', 1}, {'m', MINUTE_S}, {'h', HOUR_S}, {'d', DAY_S}, {'w', 7 * DAY_S}, {'y', 365 * DAY_S},
};

struct civil {
    int year, month, day; /* month and day from 1 */
};

/* Days since 1970-01-01. The year is shifted to begin in March, so that the leap day is its last.
 */
static int64_t days_of(struct civil date)
{
    int64_t year = date.month <= 2 ? date.year - 1 : date.year;
    int64_t era = (year >= 0 ? year : year - 399) / 400;
    int64_t year_of_era = year - era * 400;
    int64_t day_of_year = (153 * ((date.month + 9) % 12) + 2) / 5 + date.day - 1;

    return era * 146097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year -
           719468;
}

static struct civil date_of(int64_t days)
{
    int64_t shifted = days + 719468;
    int64_t era = (shifted >= 0 ? shifted : shifted - 146096) / 146097;
    int64_t day_of_era = shifted - era * 146097;
    int64_t year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int64_t month = (5 * day_of_year + 2) / 153;
    struct civil date = {
        .year = (int)(year_of_era + era * 400),
        .month = (int)(month < 10 ? month + 3 : month - 9),
        .day = (int)(day_of_year - (153 * month + 2) / 5 + 1),
    };

    if (date.month <= 2)
        date.year++;
    return date;
}

static int days_in_month(int year, int month)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);

    return month == 2 && leap ? 29 : days[month - 1];
}

/* Exactly `digits` decimal digits within [min, max]. */
static bool take_number(const char **at, int digits, int min, int max, int *ret)
{
    const char *p = *at;
    int number = 0;

    for (int i = 0; i < digits; i++, p++) {
        if (*p < '0' || *p > '9')
            return false;
        number = number * 10 + (*p - '0');
    }
    if (number < min || number > max)
        return false;
    *at = p;
    *ret = number;
    return true;
}

static bool take_char(const char **at, const char *allowed)
{
    if (**at == '\0' || strchr(allowed, **at) == NULL)
        return false;
    (*at)++;
    return true;
}

static bool take_offset(const char **at, int64_t *ret_s)
{
    const char *p = *at;
    int hours = 0;
    int minutes = 0;

    if (take_char(&p, "Zz")) {
        *at = p;
        *ret_s = 0;
        return true;
    }
    bool west = *p == '-';
    if (!take_char(&p, "+-") || !take_number(&p, 2, 0, 23, &hours) || !take_char(&p, ":") ||
        !take_number(&p, 2, 0, 59, &minutes))
        return false;
    *at = p;
    *ret_s = (hours * HOUR_S + minutes * MINUTE_S) * (west ? -1 : 1);
    return true;
}

static bool parse_absolute(const char *text, int64_t *ret_unix_s)
{
    const char *p = text;
    struct civil date = {0};
    int hour = 0;
    int minute = 0;
    int second = 0;
    int64_t offset_s = 0;

    if (!take_number(&p, 4, 0, 9999, &date.year) || !take_char(&p, "-") ||
        !take_number(&p, 2, 1, 12, &date.month) || !take_char(&p, "-") ||
        !take_number(&p, 2, 1, days_in_month(date.year, date.month), &date.day))
        return false;
    if (!take_char(&p, "Tt") || !take_number(&p, 2, 0, 23, &hour) || !take_char(&p, ":") ||
        !take_number(&p, 2, 0, 59, &minute) || !take_char(&p, ":") ||
        !take_number(&p, 2, 0, 59, &second))
        return false;
    if (!take_offset(&p, &offset_s) || *p != '\0')
        return false;
    *ret_unix_s = days_of(date) * DAY_S + hour * HOUR_S + minute * MINUTE_S + second - offset_s;
    return true;
}

static int64_t unit_seconds(char letter)
{
    for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++)
        if (units[i].letter == letter)
            return units[i].seconds;
    return 0;
}

/* One "+30d" or "-1h"; false also where the number leaves 64 bits. */
static bool take_term(const char **at, int64_t *ret_s)
{
    const char *p = *at;
    int64_t number = 0;
    bool minus = *p == '-';

    if (!take_char(&p, "+-") || *p < '0' || *p > '9')
        return false;
    for (; *p >= '0' && *p <= '9'; p++)
        if (__builtin_mul_overflow(number, INT64_C(10), &number) ||
            __builtin_add_overflow(number, (int64_t)(*p - '0'), &number))
            return false;
    int64_t unit_s = unit_seconds(*p);
    if (unit_s == 0 || __builtin_mul_overflow(number, unit_s, &number))
        return false;
    *at = p + 1;
    *ret_s = minus ? -number : number;
    return true;
}

static bool parse_relative(const char *text, int64_t base_unix_s, int64_t *ret_unix_s)
{
    const char *p = text;
    int64_t sum = base_unix_s;
    int64_t term_s = 0;

    if (strcmp(text, "now") == 0) {
        *ret_unix_s = base_unix_s;
        return true;
    }
    do {
        if (!take_term(&p, &term_s) || __builtin_add_overflow(sum, term_s, &sum))
            return false;
    } while (*p != '\0');
    *ret_unix_s = sum;
    return true;
}

enum assay_status scenario_time_parse(const char *text, int64_t base_unix_s, int64_t *ret_unix_s,
                                      struct assay_error *err)
{
    bool absolute = *text >= '0' && *text <= '9';
    int64_t unix_s = 0;

    if (!(absolute ? parse_absolute(text, &unix_s) : parse_relative(text, base_unix_s, &unix_s)))
        return assay_error_set(err, ASSAY_ERR_MALFORMED,
                               "\"%.80s\" is no time; expected \"2027-03-01T12:00:00Z\", \"now\" "
                               "or a sum such as \"+30d-1s\" (units s m h d w y)",
                               text);
    if (unix_s < FIRST_S || unix_s > LAST_S)
        return assay_error_set(err, ASSAY_ERR_MALFORMED,
                               "\"%.80s\" lies outside the years 0000 to 9999", text);
    *ret_unix_s = unix_s;
    return ASSAY_OK;
}

/* Digits and the character that follows them; at moves on. */
static void put_number(char **at, int64_t number, int digits, char then)
{
    for (int i = digits - 1; i >= 0; i--, number /= 10)
        (*at)[i] = (char)('0' + number % 10);
    *at += digits;
    *(*at)++ = then;
}

void scenario_time_format(int64_t unix_s, char text[static SCENARIO_TIME_TEXT])
{
    int64_t clamped = unix_s < FIRST_S ? FIRST_S : unix_s > LAST_S ? LAST_S : unix_s;
    int64_t second_of_day = (clamped - FIRST_S) % DAY_S;
    struct civil date = date_of((clamped - second_of_day) / DAY_S);

    put_number(&text, date.year, 4, '-');
    put_number(&text, date.month, 2, '-');
    put_number(&text, date.day, 2, 'T');
    put_number(&text, second_of_day / HOUR_S, 2, ':');
    put_number(&text, second_of_day / MINUTE_S % 60, 2, ':');
    put_number(&text, second_of_day % MINUTE_S, 2, 'Z');
    *text = '\0';
}
