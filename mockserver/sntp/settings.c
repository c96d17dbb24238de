/* SPDX-License-Identifier: Apache-2.0 */
#include "sntp/sntp.h"

#include <string.h>

/* Far more than any scenario needs and far from overflow in milliseconds: 1000 years. */
static const int64_t offset_limit_ms = INT64_C(1000) * 365 * 86400 * 1000;

static const struct {
    const char *unit;
    int64_t ms;
} units[] = {
    {"ms", 1},
    {"s", 1000},
    {"m", 60000},
    {"h", 3600000},
    {"d", 86400000},
    {"w", INT64_C(604800000)},
    {"y", INT64_C(31536000000)},
};

static int64_t unit_ms(const char *text, size_t len)
{
    for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++)
        if (strlen(units[i].unit) == len && strncmp(units[i].unit, text, len) == 0)
            return units[i].ms;
    return 0;
}

/* One term: sign, digits, unit. Moves *text behind it; false: not a term. */
static bool add_term(const char **text, int64_t *sum)
{
    bool negative = **text == '-';
    const char *at = *text + 1;
    size_t digits = strspn(at, "0123456789");
    size_t letters = strspn(at + digits, "abcdefghijklmnopqrstuvwxyz");
    int64_t unit = unit_ms(at + digits, letters);
    int64_t number = 0;

    if ((**text != '+' && !negative) || digits == 0 || digits > 12 || unit == 0)
        return false;
    for (size_t i = 0; i < digits; i++)
        number = number * 10 + (at[i] - '0');
    if (number > offset_limit_ms / unit)
        return false;
    *sum += negative ? -number * unit : number * unit;
    *text = at + digits + letters;
    return *sum <= offset_limit_ms && *sum >= -offset_limit_ms;
}

static enum assay_status read_offset(const struct key_spec *spec, const struct value *value,
                                     const char *path, void *target, struct assay_error *err)
{
    const char *text = value_text(value);
    int64_t sum = 0;

    (void)spec;
    if (text != NULL && strlen(text) == value_text_len(value) && text[0] != '\0') {
        while (*text != '\0' && add_term(&text, &sum))
            continue;
        if (*text == '\0') {
            memcpy(target, &sum, sizeof(sum));
            return ASSAY_OK;
        }
    }
    return assay_error_set(err, ASSAY_ERR_MALFORMED,
                           "%s has to be a difference such as \"+1d\", \"-10y\" or \"+1h-30s\" "
                           "(units ms s m h d w y, up to 1000 years)",
                           path);
}

static enum assay_status read_kod(const struct key_spec *spec, const struct value *value,
                                  const char *path, void *target, struct assay_error *err)
{
    const char *text = value_text(value);

    (void)spec;
    if (text == NULL || value_text_len(value) != 4 ||
        strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != 4)
        return assay_error_set(err, ASSAY_ERR_MALFORMED,
                               "%s has to be a code of four capital letters such as \"RATE\", "
                               "\"DENY\" or \"RSTR\"",
                               path);
    memcpy(target, text, SNTP_KOD_TEXT);
    return ASSAY_OK;
}

static const char *const originates[] = {
    [SNTP_ORIGINATE_ECHO] = "echo",
    [SNTP_ORIGINATE_ZERO] = "zero",
    [SNTP_ORIGINATE_WRONG] = "wrong",
};

static enum assay_status read_originate(const struct key_spec *spec, const struct value *value,
                                        const char *path, void *target, struct assay_error *err)
{
    (void)spec;
    for (size_t i = 0; i < sizeof(originates) / sizeof(originates[0]); i++) {
        enum sntp_originate found = (enum sntp_originate)i;

        if (value_kind(value) == VALUE_TEXT && strcmp(originates[i], value_text(value)) == 0) {
            memcpy(target, &found, sizeof(found));
            return ASSAY_OK;
        }
    }
    return assay_error_set(err, ASSAY_ERR_MALFORMED, "%s has to be echo, zero or wrong", path);
}

#define AT(member) offsetof(struct sntp_settings, member)

/* clang-format off */
const struct key_spec sntp_keys[] = {
    {"offset", read_offset, AT(offset_ms), 0, 0, "none",
     "how far the served time is from the scenario's (\"+1d\", \"-10y\", \"+1h-30s\")"},
    {"silent", key_read_bool, AT(silent), 0, 0, "false",
     "never answer"},
    {"stratum", key_read_int, AT(stratum), 0, 255, "1",
     "stratum of the answers; 16 means not synchronised"},
    {"leap", key_read_int, AT(leap), 0, 3, "0, or 3 with kod",
     "leap indicator of the answers; 3 means not synchronised"},
    {"kod", read_kod, AT(kod), 0, 0, "none",
     "send kiss-o'-death packets with this code (RATE, DENY, RSTR, ...)"},
    {"originate", read_originate, AT(originate), 0, 0, "echo",
     "the originate time stamp: echo (the client's transmit time), zero or wrong"},
    {"transmit_zero", key_read_bool, AT(transmit_zero), 0, 0, "false",
     "send a transmit time stamp of zero"},
    {NULL, NULL, 0, 0, 0, NULL, NULL},
};
/* clang-format on */

enum assay_status sntp_settings_read(const struct value *description, struct sntp_settings *ret,
                                     struct assay_error *err)
{
    struct sntp_settings read = {.stratum = 1, .leap = -1};

    ASSAY_TRY(keys_read(sntp_keys, description, "sntp", &read, err));
    *ret = read;
    return ASSAY_OK;
}
