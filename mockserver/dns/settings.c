/* SPDX-License-Identifier: Apache-2.0 */
#include "dns/dns.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

static bool is_ipv4(const char *text)
{
    unsigned parts = 0;

    for (;;) {
        unsigned number = 0;
        size_t digits = strspn(text, "0123456789");

        if (digits == 0 || digits > 3 || (digits > 1 && text[0] == '0'))
            return false;
        for (size_t i = 0; i < digits; i++)
            number = number * 10 + (unsigned)(text[i] - '0');
        if (number > 255)
            return false;
        text += digits;
        if (++parts == 4)
            return *text == '\0';
        if (*text++ != '.')
            return false;
    }
}

static enum assay_status read_address(const struct key_spec *spec, const struct value *value,
                                      const char *path, void *target, struct assay_error *err)
{
    char text[DNS_ADDRESS_TEXT];
    struct key_spec sized = *spec;

    sized.max = sizeof(text);
    ASSAY_TRY(key_read_text(&sized, value, path, text, err));
    if (!is_ipv4(text))
        return assay_error_set(err, ASSAY_ERR_MALFORMED,
                               "%s is \"%s\"; it has to be an IPv4 address like 192.0.2.1", path,
                               text);
    memcpy(target, text, sizeof(text));
    return ASSAY_OK;
}

static const struct {
    const char *name;
    int64_t number;
} rcodes[] = {
    {"noerror", 0}, {"formerr", 1}, {"servfail", 2}, {"nxdomain", 3}, {"notimp", 4}, {"refused", 5},
};

static enum assay_status read_rcode(const struct key_spec *spec, const struct value *value,
                                    const char *path, void *target, struct assay_error *err)
{
    if (value_kind(value) == VALUE_INT)
        return key_read_int(spec, value, path, target, err);
    for (size_t i = 0; value_kind(value) == VALUE_TEXT && i < sizeof(rcodes) / sizeof(rcodes[0]);
         i++) {
        if (strcasecmp(rcodes[i].name, value_text(value)) == 0) {
            memcpy(target, &rcodes[i].number, sizeof(rcodes[i].number));
            return ASSAY_OK;
        }
    }
    return assay_error_set(err, ASSAY_ERR_MALFORMED,
                           "%s has to be a number from 0 to 15 or one of noerror, formerr, "
                           "servfail, nxdomain, notimp, refused",
                           path);
}

#define AT(member) offsetof(struct dns_settings, member)

/* clang-format off */
const struct key_spec dns_keys[] = {
    {"rcode", read_rcode, AT(rcode), 0, 15, "the right one",
     "answer every query with this code (a number, or a name such as servfail) and no address"},
    {"silent", key_read_bool, AT(silent), 0, 0, "false",
     "never answer"},
    {"address", read_address, AT(address), 0, 0, "the bench's own",
     "the IPv4 address that owned names resolve to"},
    {"ttl", key_read_int, AT(ttl_s), 0, INT32_MAX, "60",
     "time to live of the answers, in seconds"},
    {"delay_ms", key_read_int, AT(delay_ms), 0, 600000, "0",
     "how long each answer is held back, in milliseconds"},
    {NULL, NULL, 0, 0, 0, NULL, NULL},
};
/* clang-format on */

enum assay_status dns_settings_read(const struct value *description, const char *host,
                                    const char *address, struct dns_settings *ret,
                                    struct assay_error *err)
{
    struct dns_settings read = {.ttl_s = 60, .rcode = -1};

    if (strlen(host) >= sizeof(read.host))
        return assay_error_set(err, ASSAY_ERR_MALFORMED,
                               "host is %zu bytes long; a DNS name has at most 253", strlen(host));
    if (!is_ipv4(address))
        return assay_error_set(err, ASSAY_ERR_MALFORMED,
                               "the bench's address is \"%s\"; DNS needs an IPv4 address", address);
    snprintf(read.host, sizeof(read.host), "%s", host);
    snprintf(read.address, sizeof(read.address), "%s", address);
    ASSAY_TRY(keys_read(dns_keys, description, "dns", &read, err));
    *ret = read;
    return ASSAY_OK;
}
