/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Validity as a careless author reads it: the digits of the two times, and what the flaw makes of
 * them. In place of OpenSSL's check; without such a flaw OpenSSL's own is used.
 */
#include "stack_openssl.h"

#include <string.h>

enum {
    UTC_DIGITS = 12, /* YYMMDDhhmmss */
    GENERALIZED_DIGITS = 14,
    S_PER_DAY = 86400,
    DAY_DIGITS = 8,
    YEAR_DIGITS = 4,
    MARGIN_S = 3600
};

static const int64_t year_2106_s = 4291747200;

/* YYYYMMDDhhmmss of a time: how far a flaw reads, and in which century. */
struct digits {
    char text[GENERALIZED_DIGITS + 1];
    bool is_generalized;
};

static int number(const char *text, size_t len)
{
    int value = 0;

    for (size_t i = 0; i < len; i++)
        value = value * 10 + (text[i] - '0');
    return value;
}

static const char *century_of(const struct openssl_board *board, int year)
{
    int pivot = 50; /* RFC 5280 section 4.1.2.5.1 */

    if (stack_openssl_has_flaw(board, FLAW_UTC_20XX))
        pivot = 100;
    if (stack_openssl_has_flaw(board, FLAW_UTC_SIGNED))
        pivot = 38;
    return year < pivot ? "20" : "19";
}

/* Whatever stands behind the digits (a fraction, an offset, nothing) is not looked at. */
static bool read_digits(const struct openssl_board *board, const ASN1_TIME *time,
                        struct digits *ret)
{
    const char *text = (const char *)ASN1_STRING_get0_data(time);
    size_t len = strspn(text, "0123456789");
    size_t shown = 0;

    ret->is_generalized = ASN1_STRING_type(time) == V_ASN1_GENERALIZEDTIME;
    memset(ret->text, '0', GENERALIZED_DIGITS);
    ret->text[GENERALIZED_DIGITS] = '\0';
    if (len < UTC_DIGITS - 2)
        return false;
    if (!ret->is_generalized) {
        memcpy(ret->text, century_of(board, number(text, 2)), 2);
        shown = 2;
    }
    if (len > GENERALIZED_DIGITS - shown)
        len = GENERALIZED_DIGITS - shown;
    memcpy(ret->text + shown, text, len);
    return true;
}

/* Days from 1970 (proleptic Gregorian calendar). */
static int64_t days_of(int year, int month, int day)
{
    int64_t y = month <= 2 ? year - 1 : year;
    int64_t m = month <= 2 ? month + 9 : month - 3;

    return 365 * y + y / 4 - y / 100 + y / 400 + (153 * m + 2) / 5 + day - 1 - 719468;
}

static int64_t seconds_of(const struct digits *digits)
{
    const char *t = digits->text;

    return days_of(number(t, 4), number(t + 4, 2), number(t + 6, 2)) * S_PER_DAY +
           number(t + 8, 2) * 3600 + number(t + 10, 2) * 60 + number(t + 12, 2);
}

static bool now_as_digits(int64_t unix_s, struct digits *ret)
{
    ASN1_TIME *time = ASN1_TIME_set(NULL, (time_t)unix_s);
    ASN1_GENERALIZEDTIME *general = ASN1_TIME_to_generalizedtime(time, NULL);
    bool ok = general != NULL;

    if (ok)
        memcpy(ret->text, ASN1_STRING_get0_data(general), GENERALIZED_DIGITS);
    ret->text[GENERALIZED_DIGITS] = '\0';
    ASN1_TIME_free(time);
    ASN1_GENERALIZEDTIME_free(general);
    return ok;
}

/* Only so many digits are compared. */
static bool is_within_digits(const struct digits *from, const struct digits *now,
                             const struct digits *to, size_t len)
{
    return strncmp(from->text, now->text, len) <= 0 && strncmp(now->text, to->text, len) <= 0;
}

static bool is_within_seconds(const struct openssl_board *board, int64_t from_s, int64_t now_s,
                              int64_t to_s)
{
    if (stack_openssl_has_flaw(board, FLAW_NO_9999) && to_s >= year_2106_s)
        return false;
    if (stack_openssl_has_flaw(board, FLAW_DATES_32_BIT)) {
        from_s = (int32_t)from_s;
        to_s = (int32_t)to_s;
        now_s = (int32_t)now_s;
    }
    if (stack_openssl_has_flaw(board, FLAW_MARGIN))
        from_s += MARGIN_S;
    if (!stack_openssl_has_flaw(board, FLAW_NOT_BEFORE) && now_s < from_s)
        return false;
    if (stack_openssl_has_flaw(board, FLAW_BEGIN) && now_s == from_s)
        return false;
    if (stack_openssl_has_flaw(board, FLAW_EXCLUSIVE) && now_s == to_s)
        return false;
    return stack_openssl_has_flaw(board, FLAW_NOT_AFTER) || now_s <= to_s;
}

static bool is_valid(const struct openssl_board *board, X509 *cert)
{
    struct digits from;
    struct digits to;
    struct digits now;

    if (!read_digits(board, X509_get0_notBefore(cert), &from) ||
        !read_digits(board, X509_get0_notAfter(cert), &to) || !now_as_digits(board->unix_s, &now))
        return false;
    if (stack_openssl_has_flaw(board, FLAW_NO_GENERALIZED) &&
        (from.is_generalized || to.is_generalized))
        return false;
    if (stack_openssl_has_flaw(board, FLAW_DATES_BY_DAY))
        return is_within_digits(&from, &now, &to, DAY_DIGITS);
    if (stack_openssl_has_flaw(board, FLAW_DATES_BY_YEAR))
        return is_within_digits(&from, &now, &to, YEAR_DIGITS);
    return is_within_seconds(board, seconds_of(&from), board->unix_s, seconds_of(&to));
}

/* RFC 5280 section 4.1.2.5: the last second is one of validity; X509_cmp_time() leaves it out. */
bool stack_openssl_ends_now(const struct openssl_board *board, const X509 *cert)
{
    time_t now = (time_t)(board->unix_s - 1);

    return !board->options.is_plain && X509_cmp_time(X509_get0_notAfter(cert), &now) == 1;
}

bool stack_openssl_reads_dates(const struct openssl_board *board)
{
    for (enum flaw flaw = FLAW_NOT_BEFORE; flaw <= FLAW_NO_9999; flaw++) {
        if (stack_openssl_has_flaw(board, flaw))
            return true;
    }
    return false;
}

int stack_openssl_check_dates(const struct openssl_board *board, const STACK_OF(X509) * chain)
{
    int count = sk_X509_num(chain);

    /* The root's dates are its owner's affair (RFC 5280 section 6.1.1 (d)). */
    for (int i = 0; i < count - 1; i++) {
        if (stack_openssl_has_flaw(board, FLAW_LEAF_DATES) && i > 0)
            break;
        if (!is_valid(board, sk_X509_value(chain, i)))
            return X509_V_ERR_CERT_HAS_EXPIRED;
    }
    return X509_V_OK;
}
