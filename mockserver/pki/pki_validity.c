/* SPDX-License-Identifier: Apache-2.0 */
#include "pki_validity.h"

#include "clock/scenario_clock.h"

#include <string.h>

enum { DAY_S = 86400, DIGITS = 14 };

static const struct {
    const char *prefix;
    unsigned tag;
} raw_forms[] = {
    {"utctime:", DER_UTC_TIME},
    {"generalizedtime:", DER_GENERALIZED_TIME},
};

static enum assay_status write_raw(struct pki_text raw, struct der *d, struct assay_error *err)
{
    for (size_t i = 0; i < sizeof(raw_forms) / sizeof(raw_forms[0]); i++) {
        size_t len = strlen(raw_forms[i].prefix);

        if (raw.len < len || memcmp(raw.data, raw_forms[i].prefix, len) != 0)
            continue;
        der_tlv(d, raw_forms[i].tag, raw.data + len, raw.len - len);
        return ASSAY_OK;
    }
    return assay_error_set(err, ASSAY_ERR_MALFORMED,
                           "\"%.60s\" is no time as written; \"utctime:270301120000Z\" or "
                           "\"generalizedtime:20270301120000Z\" would be right",
                           raw.data);
}

/* UTCTime holds two digits of the year: 50 to 99 are 1950 to 1999, 00 to 49 are 2000 to 2049. */
static bool wants_utc_time(const char *digits, const char *form)
{
    if (strcmp(form, "auto") == 0)
        return memcmp(digits, "1950", 4) >= 0 && memcmp(digits, "2049", 4) <= 0;
    return strcmp(form, "utctime") == 0;
}

enum assay_status pki_time_write(struct pki_when when, struct pki_text raw, const char *form,
                                 int64_t now_s, struct der *d, struct assay_error *err)
{
    char text[SCENARIO_TIME_TEXT];
    char digits[DIGITS + 2] = "";
    size_t len = 0;
    int64_t base_s = when.whole_day ? now_s - ((now_s % DAY_S) + DAY_S) % DAY_S : now_s;
    int64_t at_s = 0;

    if (raw.data != NULL)
        return write_raw(raw, d, err);
    ASSAY_TRY(scenario_time_parse(when.text.data, base_s, &at_s, err));
    scenario_time_format(at_s, text);
    for (const char *p = text; *p != '\0' && len < DIGITS; p++)
        if (*p >= '0' && *p <= '9')
            digits[len++] = *p;
    digits[len++] = 'Z';
    if (wants_utc_time(digits, form))
        der_tlv(d, DER_UTC_TIME, digits + 2, len - 2);
    else
        der_tlv(d, DER_GENERALIZED_TIME, digits, len);
    return ASSAY_OK;
}
