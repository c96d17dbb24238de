/* SPDX-License-Identifier: Apache-2.0 */
#include "pki_extensions.h"

#include "pki_name.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { EXTENSIONS_MAX = 4 * 1024 * 1024 };

#define OID_PADDING "1.3.6.1.4.1.55555.1"

struct work {
    const struct pki_spec *spec;
    const struct pki_extension_facts *facts;
    const char *path;
    struct assay_error *err;
};

static enum assay_status prefix(const struct work *w, enum assay_status status, const char *key,
                                size_t index)
{
    return status == ASSAY_OK
               ? status
               : assay_error_prefix(w->err, status, "%s.%s.%zu", w->path, key, index + 1);
}

/* Bits by their number (RFC 5280 section 4.2.1.3). */
static const char *const key_usage_bits[] = {
    "digitalSignature", "nonRepudiation", "keyEncipherment", "dataEncipherment", "keyAgreement",
    "keyCertSign",      "cRLSign",        "encipherOnly",    "decipherOnly",
};

enum { DIGITAL_SIGNATURE = 0, KEY_ENCIPHERMENT = 2, BIT_COUNT = 9 };

static unsigned usage_mask(struct pki_text use, bool rsa_key)
{
    if (strcmp(use.data, "auto") == 0)
        return 1u << DIGITAL_SIGNATURE | (rsa_key ? 1u << KEY_ENCIPHERMENT : 0);
    for (unsigned i = 0; i < BIT_COUNT; i++)
        if (strcmp(use.data, key_usage_bits[i]) == 0)
            return 1u << i;
    return 0;
}

static enum assay_status write_key_usage(const struct work *w, struct der *d)
{
    const struct pki_list *uses = &w->spec->key_usage.uses;
    uint8_t octets[3] = {0}; /* the number of unused bits, then the bits, the first one highest */
    size_t len = 1;
    unsigned mask = 0;

    for (size_t i = 0; i < pki_list_count(uses); i++) {
        struct pki_text use = pki_list_at(uses, i);
        unsigned bits = usage_mask(use, w->facts->rsa_key);

        if (bits == 0)
            return assay_error_set(w->err, ASSAY_ERR_MALFORMED,
                                   "%s.key_usage.uses.%zu is \"%.60s\"; there are auto, "
                                   "digitalSignature, nonRepudiation, keyEncipherment, "
                                   "dataEncipherment, keyAgreement, keyCertSign, cRLSign, "
                                   "encipherOnly, decipherOnly",
                                   w->path, i + 1, use.data);
        mask |= bits;
    }
    for (unsigned bit = 0; bit < BIT_COUNT; bit++)
        if ((mask & 1u << bit) != 0) {
            octets[1 + bit / 8] |= (uint8_t)(0x80u >> bit % 8);
            octets[0] = (uint8_t)(7 - bit % 8);
            len = 2 + bit / 8;
        }
    der_tlv(d, DER_BIT_STRING, octets, len);
    return ASSAY_OK;
}

static const struct {
    const char *name, *oid;
} purposes[] = {
    {"serverAuth", "1.3.6.1.5.5.7.3.1"},
    {"clientAuth", "1.3.6.1.5.5.7.3.2"},
    {"codeSigning", "1.3.6.1.5.5.7.3.3"},
    {"emailProtection", "1.3.6.1.5.5.7.3.4"},
    {"timeStamping", "1.3.6.1.5.5.7.3.8"},
    {"OCSPSigning", "1.3.6.1.5.5.7.3.9"},
    {"any", "2.5.29.37.0"},
};

static const char *purpose_oid(const char *name)
{
    for (size_t i = 0; i < sizeof(purposes) / sizeof(purposes[0]); i++)
        if (strcmp(name, purposes[i].name) == 0)
            return purposes[i].oid;
    return isdigit((unsigned char)name[0]) ? name : "";
}

static enum assay_status write_extended_key_usage(const struct work *w, struct der *d)
{
    const struct pki_list *uses = &w->spec->extended_key_usage.uses;
    size_t list = der_open(d, DER_SEQUENCE);

    for (size_t i = 0; i < pki_list_count(uses); i++) {
        const char *use = pki_list_at(uses, i).data;

        der_oid(d, purpose_oid(use));
        if (der_status(d) == ASSAY_ERR_NOT_FOUND)
            return assay_error_set(w->err, ASSAY_ERR_MALFORMED,
                                   "%s.extended_key_usage.uses.%zu is \"%.60s\"; there are "
                                   "serverAuth, clientAuth, codeSigning, emailProtection, "
                                   "timeStamping, OCSPSigning, any, and dotted OIDs",
                                   w->path, i + 1, use);
    }
    der_close(d, list);
    return ASSAY_OK;
}

static enum assay_status write_basic_constraints(const struct work *w, struct der *d)
{
    size_t sequence = der_open(d, DER_SEQUENCE);

    if (w->spec->basic_constraints.ca) /* false is the default, which DER leaves out */
        der_bool(d, true);
    if (w->spec->basic_constraints.pathlen != PKI_NO_PATHLEN)
        der_int(d, w->spec->basic_constraints.pathlen);
    der_close(d, sequence);
    return ASSAY_OK;
}

static enum assay_status write_subject_key_id(const struct work *w, struct der *d)
{
    der_tlv(d, DER_OCTET_STRING, w->facts->subject_key_id->data, w->facts->subject_key_id->len);
    return ASSAY_OK;
}

static enum assay_status write_authority_key_id(const struct work *w, struct der *d)
{
    size_t sequence = der_open(d, DER_SEQUENCE);

    der_tlv(d, DER_CONTEXT | 0, w->facts->authority_key_id->data, w->facts->authority_key_id->len);
    der_close(d, sequence);
    return ASSAY_OK;
}

static enum assay_status write_san(const struct work *w, struct der *d)
{
    size_t names = der_open(d, DER_SEQUENCE);

    for (size_t i = 0; i < pki_list_count(&w->spec->san); i++)
        ASSAY_TRY(
            prefix(w, pki_general_name_write(pki_list_at(&w->spec->san, i), d, w->err), "san", i));
    der_close(d, names);
    return ASSAY_OK;
}

static enum assay_status write_subtrees(const struct work *w, const struct pki_list *list,
                                        const char *key, unsigned number, struct der *d)
{
    if (pki_list_count(list) == 0)
        return ASSAY_OK;
    size_t subtrees = der_open(d, DER_CONTEXT_CONSTRUCTED | number);
    for (size_t i = 0; i < pki_list_count(list); i++) {
        size_t subtree = der_open(d, DER_SEQUENCE);

        ASSAY_TRY(prefix(w, pki_subtree_write(pki_list_at(list, i), d, w->err), key, i));
        der_close(d, subtree);
    }
    der_close(d, subtrees);
    return ASSAY_OK;
}

static enum assay_status write_name_constraints(const struct work *w, struct der *d)
{
    const struct pki_name_constraints *nc = &w->spec->name_constraints;
    size_t sequence = der_open(d, DER_SEQUENCE);

    ASSAY_TRY(write_subtrees(w, &nc->permitted, "name_constraints.permitted", 0, d));
    ASSAY_TRY(write_subtrees(w, &nc->excluded, "name_constraints.excluded", 1, d));
    der_close(d, sequence);
    return ASSAY_OK;
}

static enum assay_status write_padding(const struct work *w, struct der *d)
{
    size_t string = der_open(d, DER_OCTET_STRING);
    uint8_t *room = NULL;

    if (d->status == ASSAY_OK)
        d->status = buf_extend(d->out, (size_t)w->spec->padding, &room);
    if (room != NULL)
        memset(room, 0x5a, (size_t)w->spec->padding);
    der_close(d, string);
    return ASSAY_OK;
}

static bool wants_basic_constraints(const struct pki_spec *s, bool *ret_critical)
{
    *ret_critical = s->basic_constraints.critical;
    return s->basic_constraints.present;
}

static bool wants_key_usage(const struct pki_spec *s, bool *ret_critical)
{
    *ret_critical = s->key_usage.critical;
    return s->key_usage.present;
}

static bool wants_extended_key_usage(const struct pki_spec *s, bool *ret_critical)
{
    *ret_critical = s->extended_key_usage.critical;
    return s->extended_key_usage.present;
}

static bool wants_subject_key_id(const struct pki_spec *s, bool *ret_critical)
{
    *ret_critical = false;
    return s->subject_key_id.present;
}

static bool wants_authority_key_id(const struct pki_spec *s, bool *ret_critical)
{
    *ret_critical = false;
    return s->authority_key_id.present;
}

static bool wants_san(const struct pki_spec *s, bool *ret_critical)
{
    *ret_critical = s->san_critical;
    return pki_list_count(&s->san) > 0;
}

static bool wants_name_constraints(const struct pki_spec *s, bool *ret_critical)
{
    *ret_critical = s->name_constraints.critical;
    return s->name_constraints.present;
}

static bool wants_padding(const struct pki_spec *s, bool *ret_critical)
{
    *ret_critical = false;
    return s->padding > 0;
}

/* In the order in which they are written. */
/* clang-format off */
static const struct {
    const char *oid;
    bool (*wanted)(const struct pki_spec *spec, bool *ret_critical);
    enum assay_status (*write)(const struct work *w, struct der *d);
} kinds[] = {
    {"2.5.29.19", wants_basic_constraints,  write_basic_constraints},
    {"2.5.29.15", wants_key_usage,          write_key_usage},
    {"2.5.29.37", wants_extended_key_usage, write_extended_key_usage},
    {"2.5.29.14", wants_subject_key_id,     write_subject_key_id},
    {"2.5.29.35", wants_authority_key_id,   write_authority_key_id},
    {"2.5.29.17", wants_san,                write_san},
    {"2.5.29.30", wants_name_constraints,   write_name_constraints},
    {OID_PADDING, wants_padding,            write_padding},
};
/* clang-format on */

static size_t open_extension(struct der *d, const char *oid, bool critical)
{
    size_t extension = der_open(d, DER_SEQUENCE);

    der_oid(d, oid);
    if (critical)
        der_bool(d, true);
    return extension;
}

static enum assay_status write_raw(const struct work *w, size_t index, struct der *d)
{
    struct pki_raw_extension raw;
    struct buf octets;
    char path[300];

    snprintf(path, sizeof(path), "%.200s.extensions.%zu", w->path, index + 1);
    ASSAY_TRY(pki_extension_read(value_at(w->spec->extensions, index), path, &raw, w->err));
    size_t extension = open_extension(d, raw.oid.data, raw.critical);
    if (der_status(d) == ASSAY_ERR_NOT_FOUND)
        return assay_error_set(w->err, ASSAY_ERR_MALFORMED,
                               "%s.oid is \"%.60s\", which is no object identifier", path,
                               raw.oid.data);
    buf_init(&octets, EXTENSIONS_MAX);
    enum assay_status status = buf_add_from_hex(&octets, raw.der.data, raw.der.len);
    der_tlv(d, DER_OCTET_STRING, octets.data, octets.len);
    der_close(d, extension);
    buf_done(&octets);
    return status;
}

enum assay_status pki_extensions_write(const struct pki_spec *spec,
                                       const struct pki_extension_facts *facts, const char *path,
                                       struct der *d, struct assay_error *err)
{
    struct work w = {.spec = spec, .facts = facts, .path = path, .err = err};
    bool critical = false;

    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        if (!kinds[i].wanted(spec, &critical))
            continue;
        size_t extension = open_extension(d, kinds[i].oid, critical);
        size_t string = der_open(d, DER_OCTET_STRING);
        ASSAY_TRY(kinds[i].write(&w, d));
        der_close(d, string);
        der_close(d, extension);
    }
    for (size_t i = 0; i < value_count(spec->extensions); i++)
        ASSAY_TRY(write_raw(&w, i, d));
    return ASSAY_OK;
}
