/* SPDX-License-Identifier: Apache-2.0 */
#include "pki_name.h"

#include <arpa/inet.h>

#include <stdio.h>
#include <string.h>

enum { ADDRESS_MAX = 16 };

typedef enum assay_status (*form_writer)(struct pki_text text, struct der *d,
                                         struct assay_error *err);

static enum assay_status write_email(struct pki_text text, struct der *d, struct assay_error *err)
{
    (void)err;
    der_tlv(d, DER_CONTEXT | 1, text.data, text.len);
    return ASSAY_OK;
}

static enum assay_status write_dns(struct pki_text text, struct der *d, struct assay_error *err)
{
    (void)err;
    der_tlv(d, DER_CONTEXT | 2, text.data, text.len);
    return ASSAY_OK;
}

static enum assay_status write_uri(struct pki_text text, struct der *d, struct assay_error *err)
{
    (void)err;
    der_tlv(d, DER_CONTEXT | 6, text.data, text.len);
    return ASSAY_OK;
}

/* Number of bytes; 0: no address. */
static size_t parse_address(const char *text, uint8_t address[static ADDRESS_MAX])
{
    if (inet_pton(AF_INET, text, address) == 1)
        return 4;
    return inet_pton(AF_INET6, text, address) == 1 ? 16 : 0;
}

static enum assay_status write_address(struct pki_text text, struct der *d, struct assay_error *err)
{
    uint8_t address[ADDRESS_MAX];
    size_t len = parse_address(text.data, address);

    if (len == 0 || strlen(text.data) != text.len)
        return assay_error_set(err, ASSAY_ERR_MALFORMED,
                               "\"%.60s\" is no address; \"ip:192.0.2.1\", \"ip:2001:db8::1\" or "
                               "\"raw:8704c0000201\" would be right",
                               text.data);
    der_tlv(d, DER_CONTEXT | 7, address, len);
    return ASSAY_OK;
}

/* "192.0.2.0/24": the address, then its mask. Number of bytes of each; 0: no network. */
static size_t parse_network(const char *text, uint8_t both[static 2 * ADDRESS_MAX])
{
    char address[64] = "";
    const char *slash = strchr(text, '/');
    unsigned bits = 0;

    if (slash == NULL || (size_t)(slash - text) >= sizeof(address))
        return 0;
    memcpy(address, text, (size_t)(slash - text));
    size_t len = parse_address(address, both);
    size_t digits = strspn(slash + 1, "0123456789");
    if (len == 0 || digits == 0 || digits > 3 || slash[1 + digits] != '\0')
        return 0;
    for (size_t i = 1; i <= digits; i++)
        bits = bits * 10 + (unsigned)(slash[i] - '0');
    if (bits > 8 * len)
        return 0;
    for (size_t bit = 0; bit < bits; bit++)
        both[len + bit / 8] |= (uint8_t)(0x80u >> bit % 8);
    return len;
}

/* As a constraint an address comes with its mask (RFC 5280 section 4.2.1.10). */
static enum assay_status write_network(struct pki_text text, struct der *d, struct assay_error *err)
{
    uint8_t both[2 * ADDRESS_MAX] = {0};
    size_t len = strlen(text.data) == text.len ? parse_network(text.data, both) : 0;

    if (len == 0)
        return assay_error_set(err, ASSAY_ERR_MALFORMED,
                               "\"%.60s\" is no network; \"ip:192.0.2.0/24\" would be right",
                               text.data);
    der_tlv(d, DER_CONTEXT | 7, both, 2 * len);
    return ASSAY_OK;
}

static enum assay_status refuse_oid(const char *oid, struct assay_error *err)
{
    return assay_error_set(err, ASSAY_ERR_MALFORMED,
                           "\"%.60s\" is no object identifier; \"1.2.3.4\" would be right", oid);
}

static enum assay_status write_registered(struct pki_text text, struct der *d,
                                          struct assay_error *err)
{
    size_t at = d->out->len;

    der_oid(d, text.data);
    if (der_status(d) == ASSAY_ERR_NOT_FOUND)
        return refuse_oid(text.data, err);
    if (der_status(d) == ASSAY_OK)
        d->out->data[at] = DER_CONTEXT | 8;
    return ASSAY_OK;
}

static enum assay_status write_directory(struct pki_text text, struct der *d,
                                         struct assay_error *err)
{
    /* Explicit although the module says implicit: Name is a CHOICE (X.680 section 31.2.7). */
    size_t mark = der_open(d, DER_CONTEXT_CONSTRUCTED | 4);

    ASSAY_TRY(pki_name_write(text, d, err));
    der_close(d, mark);
    return ASSAY_OK;
}

static enum assay_status write_other(struct pki_text text, struct der *d, struct assay_error *err)
{
    char oid[64] = "";
    const char *equals = memchr(text.data, '=', text.len);
    size_t oid_len = equals != NULL ? (size_t)(equals - text.data) : sizeof(oid);

    if (oid_len >= sizeof(oid))
        return refuse_oid(text.data, err);
    memcpy(oid, text.data, oid_len);
    size_t other = der_open(d, DER_CONTEXT_CONSTRUCTED | 0);
    der_oid(d, oid);
    if (der_status(d) == ASSAY_ERR_NOT_FOUND)
        return refuse_oid(oid, err);
    size_t value = der_open(d, DER_CONTEXT_CONSTRUCTED | 0);
    der_tlv(d, DER_UTF8_STRING, equals + 1, text.len - oid_len - 1);
    der_close(d, value);
    der_close(d, other);
    return ASSAY_OK;
}

static enum assay_status write_raw(struct pki_text text, struct der *d, struct assay_error *err)
{
    if (der_status(d) == ASSAY_OK && buf_add_from_hex(d->out, text.data, text.len) != ASSAY_OK)
        return assay_error_set(err, ASSAY_ERR_MALFORMED,
                               "\"raw:%.60s\" holds something else than hexadecimal bytes",
                               text.data);
    return ASSAY_OK;
}

/* clang-format off */
static const struct {
    const char *prefix;
    form_writer name, subtree;
} forms[] = {
    {"dns:",   write_dns,        write_dns},
    {"email:", write_email,      write_email},
    {"uri:",   write_uri,        write_uri},
    {"ip:",    write_address,    write_network},
    {"rid:",   write_registered, write_registered},
    {"dir:",   write_directory,  write_directory},
    {"other:", write_other,      write_other},
    {"raw:",   write_raw,        write_raw},
};
/* clang-format on */

static enum assay_status write_form(struct pki_text text, bool subtree, struct der *d,
                                    struct assay_error *err)
{
    for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
        size_t len = strlen(forms[i].prefix);

        if (text.len < len || memcmp(text.data, forms[i].prefix, len) != 0)
            continue;
        struct pki_text rest = {.data = text.data + len, .len = text.len - len};
        return (subtree ? forms[i].subtree : forms[i].name)(rest, d, err);
    }
    return assay_error_set(err, ASSAY_ERR_MALFORMED,
                           "\"%.60s\" is no name; \"dns:host\" would be right, and there are dns:, "
                           "email:, uri:, ip:, rid:, dir:, other: and raw:",
                           text.data);
}

enum assay_status pki_general_name_write(struct pki_text text, struct der *d,
                                         struct assay_error *err)
{
    return write_form(text, false, d, err);
}

enum assay_status pki_subtree_write(struct pki_text text, struct der *d, struct assay_error *err)
{
    return write_form(text, true, d, err);
}
