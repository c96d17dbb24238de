/* SPDX-License-Identifier: Apache-2.0 */
#include "pki_mint.h"

#include "pki_algorithm.h"
#include "pki_damage.h"
#include "pki_entity.h"
#include "pki_extensions.h"
#include "pki_forge.h"
#include "pki_name.h"
#include "pki_signature.h"
#include "pki_validity.h"

#include <openssl/evp.h>
#include <openssl/rand.h>
#include <openssl/sha.h>

#include <ctype.h>
#include <stdio.h>
#include <string.h>

enum { SERIAL_LEN = 16 };

/* One certificate on its way. */
struct minting {
    const struct pki_set *set;
    const struct pki_entity *self, *issuer;
    const struct pki_key *key, *sign_key, *public_key; /* public_key: the one that is shown */
    const struct pki_algorithm *algorithm;
    char path[128];
    struct buf serial; /* empty: not chosen yet, and left out */
    struct buf subject_key_id, authority_key_id;
    struct buf tbs;
    struct buf signature;
    struct assay_error *err;
};

static bool is_omitted(const struct pki_spec *spec, const char *part)
{
    for (size_t i = 0; i < pki_list_count(&spec->omit); i++)
        if (strcmp(pki_list_at(&spec->omit, i).data, part) == 0)
            return true;
    return false;
}

static enum assay_status at_key(const struct minting *m, enum assay_status status, const char *key)
{
    return status == ASSAY_ERR_MALFORMED ? assay_error_prefix(m->err, status, "%s.%s", m->path, key)
                                         : status;
}

static enum assay_status write_version(const struct minting *m, struct der *d)
{
    if (m->self->spec.version == 1) /* the default, which DER leaves out */
        return ASSAY_OK;
    size_t mark = der_open(d, DER_CONTEXT_CONSTRUCTED | 0);
    der_int(d, m->self->spec.version - 1);
    der_close(d, mark);
    return ASSAY_OK;
}

static enum assay_status write_serial(const struct minting *m, struct der *d)
{
    if (m->serial.len > 0)
        der_tlv(d, DER_INTEGER, m->serial.data, m->serial.len);
    return ASSAY_OK;
}

/* The true algorithm, another one by its name, or any OID. */
static enum assay_status write_algorithm(const struct minting *m, const struct pki_text *given,
                                         const char *key, struct der *d)
{
    const struct pki_algorithm *algorithm = m->algorithm;

    if (given->data != NULL)
        algorithm = pki_algorithm_find(given->data);
    if (given->data == NULL || algorithm != NULL) {
        pki_algorithm_write(algorithm, d);
        return ASSAY_OK;
    }
    size_t mark = der_open(d, DER_SEQUENCE);
    der_oid(d, isdigit((unsigned char)given->data[0]) ? given->data : "");
    der_close(d, mark);
    if (der_status(d) == ASSAY_ERR_NOT_FOUND)
        return assay_error_set(m->err, ASSAY_ERR_MALFORMED,
                               "%s.%s is \"%.60s\"; \"ecdsa-sha256\", \"rsa-sha256\" or an OID "
                               "would be right",
                               m->path, key, given->data);
    return ASSAY_OK;
}

static enum assay_status write_tbs_algorithm(const struct minting *m, struct der *d)
{
    return write_algorithm(m, &m->self->spec.tbs_algorithm, "tbs_algorithm", d);
}

static enum assay_status write_issuer(const struct minting *m, struct der *d)
{
    const struct pki_text *name = &m->self->spec.issuer_name;

    if (name->data != NULL)
        return at_key(m, pki_name_write(*name, d, m->err), "issuer_name");
    return pki_entity_subject(m->set, m->issuer, d, m->err);
}

static enum assay_status write_validity(const struct minting *m, struct der *d)
{
    const struct pki_spec *s = &m->self->spec;
    size_t mark = der_open(d, DER_SEQUENCE);

    if (!is_omitted(s, "not_before"))
        ASSAY_TRY(at_key(m,
                         pki_time_write(s->not_before, s->not_before_raw, s->time_form.data,
                                        m->set->now_s, d, m->err),
                         s->not_before_raw.data != NULL ? "not_before_raw" : "not_before"));
    if (!is_omitted(s, "not_after"))
        ASSAY_TRY(at_key(m,
                         pki_time_write(s->not_after, s->not_after_raw, s->time_form.data,
                                        m->set->now_s, d, m->err),
                         s->not_after_raw.data != NULL ? "not_after_raw" : "not_after"));
    der_close(d, mark);
    return ASSAY_OK;
}

static enum assay_status write_subject(const struct minting *m, struct der *d)
{
    return pki_entity_subject(m->set, m->self, d, m->err);
}

static enum assay_status write_public_key(const struct minting *m, struct der *d)
{
    der_raw(d, m->public_key->public_info.data, m->public_key->public_info.len);
    return ASSAY_OK;
}

static enum assay_status write_extensions(const struct minting *m, struct der *d)
{
    const struct pki_extension_facts facts = {
        .subject_key_id = &m->subject_key_id,
        .authority_key_id = &m->authority_key_id,
        .rsa_key = pki_key_type_is_rsa(m->key->type),
    };

    if (m->self->spec.version == 1 && !m->self->spec.force_extensions)
        return ASSAY_OK;
    size_t before = d->out->len;
    size_t explicit = der_open(d, DER_CONTEXT_CONSTRUCTED | 3);
    size_t list = der_open(d, DER_SEQUENCE);
    ASSAY_TRY(pki_extensions_write(&m->self->spec, &facts, m->path, d, m->err));
    if (der_status(d) == ASSAY_OK && d->out->len == list) {
        buf_truncate(d->out, before); /* none: then the field is absent (section 4.1.2.9) */
        return ASSAY_OK;
    }
    der_close(d, list);
    der_close(d, explicit);
    return ASSAY_OK;
}

/* TBSCertificate (RFC 5280 section 4.1). */
static const struct {
    const char *name;
    enum assay_status (*write)(const struct minting *m, struct der *d);
} parts[] = {
    {"version", write_version},
    {"serial", write_serial},
    {"tbs_algorithm", write_tbs_algorithm},
    {"issuer", write_issuer},
    {"validity", write_validity},
    {"subject", write_subject},
    {"public_key", write_public_key},
    {"extensions", write_extensions},
};

static enum assay_status write_tbs(struct minting *m)
{
    struct der d = der_onto(&m->tbs);

    buf_clear(&m->tbs);
    size_t mark = der_open(&d, DER_SEQUENCE);
    for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
        if (!is_omitted(&m->self->spec, parts[i].name))
            ASSAY_TRY(parts[i].write(m, &d));
    der_close(&d, mark);
    ASSAY_TRY(der_status(&d));
    return pki_damage_tbs(&m->self->spec, &m->tbs);
}

/* Random; or, of a certificate that is to be the same again, a digest of all the rest of it. */
static enum assay_status choose_serial(struct minting *m)
{
    const struct pki_text *hex = &m->self->spec.serial;
    uint8_t octets[SHA256_DIGEST_LENGTH];

    if (hex->data != NULL)
        return buf_add_from_hex(&m->serial, hex->data, hex->len);
    if (m->self->recipe->stable) {
        ASSAY_TRY(write_tbs(m));
        if (SHA256(m->tbs.data, m->tbs.len, octets) == NULL)
            return ASSAY_ERR_CRYPTO;
    } else if (RAND_bytes(octets, SERIAL_LEN) != 1) {
        return ASSAY_ERR_CRYPTO;
    }
    octets[0] = (uint8_t)((octets[0] & 0x3f) | 0x40); /* positive, and always as long */
    return buf_add(&m->serial, octets, SERIAL_LEN);
}

static enum assay_status choose_keys(struct minting *m)
{
    const struct pki_set *set = m->set;
    const struct pki_spec *s = &m->self->spec;
    const struct pki_entity *signer = NULL;
    const struct pki_entity *shown = m->self;

    ASSAY_TRY(pki_entity_find(set, m->self, "issuer", s->issuer, &m->issuer, m->err));
    signer = m->issuer;
    if (s->sign_key.data != NULL)
        ASSAY_TRY(pki_entity_find(set, m->self, "sign_key", s->sign_key, &signer, m->err));
    if (s->public_key_from.data != NULL)
        ASSAY_TRY(
            pki_entity_find(set, m->self, "public_key_from", s->public_key_from, &shown, m->err));
    ASSAY_TRY(pki_entity_key(set, m->self, &m->key, m->err));
    ASSAY_TRY(pki_entity_key(set, signer, &m->sign_key, m->err));
    ASSAY_TRY(pki_entity_key(set, shown, &m->public_key, m->err));
    m->algorithm = pki_algorithm_for(m->sign_key->type, s->hash.data, s->pss);
    if (m->algorithm == NULL)
        return assay_error_set(m->err, ASSAY_ERR_MALFORMED,
                               "%s.%s: the signer's %s key makes no %s%s signatures; give the "
                               "signer another key or change hash or pss",
                               m->path, s->pss ? "pss" : "hash", m->sign_key->type->name,
                               s->pss ? "PSS " : "", s->hash.data);
    return ASSAY_OK;
}

static enum assay_status choose_identifiers(struct minting *m)
{
    const struct pki_text *given = &m->self->spec.authority_key_id.hex;

    ASSAY_TRY(pki_entity_key_id(m->set, m->self, &m->subject_key_id, m->err));
    if (given->data != NULL)
        return buf_add_from_hex(&m->authority_key_id, given->data, given->len);
    return pki_entity_key_id(m->set, m->issuer, &m->authority_key_id, m->err);
}

static enum assay_status sign(struct minting *m)
{
    const struct pki_key *shown = m->public_key;
    const struct pki_signing signing = {.store = m->set->store,
                                        .stable = m->self->recipe->stable,
                                        .algorithm = m->algorithm,
                                        .key = m->sign_key};

    m->public_key = m->key;
    ASSAY_TRY(choose_serial(m));
    ASSAY_TRY(write_tbs(m));
    ASSAY_TRY(pki_signature_make(&signing, &m->tbs, &m->signature, m->err));
    if (m->self->spec.forge.data != NULL)
        ASSAY_TRY(at_key(m,
                         pki_forge(m->self->spec.forge.data, m->algorithm, m->sign_key, &m->tbs,
                                   &m->signature, m->err),
                         "forge"));
    ASSAY_TRY(pki_signature_spoil(&m->self->spec, m->path, &m->signature, m->err));
    m->public_key = shown;
    return shown == m->key ? ASSAY_OK : write_tbs(m);
}

static enum assay_status assemble(const struct minting *m, struct buf *out)
{
    const struct pki_spec *s = &m->self->spec;
    struct der d = der_onto(out);
    size_t mark = der_open(&d, DER_SEQUENCE);

    der_raw(&d, m->tbs.data, m->tbs.len);
    if (!is_omitted(s, "outer_algorithm"))
        ASSAY_TRY(write_algorithm(m, &s->outer_algorithm, "outer_algorithm", &d));
    if (!is_omitted(s, "signature"))
        der_bit_string(&d, m->signature.data, m->signature.len);
    der_close(&d, mark);
    ASSAY_TRY(der_status(&d));
    return pki_damage_certificate(s, out);
}

static enum assay_status mint(struct minting *m, struct buf *out)
{
    const struct pki_text *der = &m->self->spec.der;

    ASSAY_TRY(choose_keys(m));
    if (der->data != NULL)
        return buf_add_from_hex(out, der->data, der->len);
    ASSAY_TRY(choose_identifiers(m));
    ASSAY_TRY(sign(m));
    return assemble(m, out);
}

static void name_path(const struct pki_set *set, const struct pki_entity *entity, char *path,
                      size_t size)
{
    snprintf(path, size, "%s%s%s", set->path, set->path[0] != '\0' ? "." : "", entity->name);
}

enum assay_status pki_mint(const struct pki_set *set, const struct pki_entity *entity,
                           struct pki_certificate *ret, struct assay_error *err)
{
    struct minting m = {.set = set, .self = entity, .err = err};
    struct pki_certificate made = {.x509 = NULL};
    struct buf *const bufs[] = {&m.serial, &m.subject_key_id, &m.authority_key_id, &m.tbs,
                                &m.signature};

    for (size_t i = 0; i < sizeof(bufs) / sizeof(bufs[0]); i++)
        buf_init(bufs[i], PKI_CERTIFICATE_MAX);
    buf_init(&made.der, PKI_CERTIFICATE_MAX);
    name_path(set, entity, m.path, sizeof(m.path));
    enum assay_status status = mint(&m, &made.der);
    if (status == ASSAY_OK) {
        memcpy(made.name, entity->name, strnlen(entity->name, PKI_LABEL_MAX));
        EVP_PKEY_up_ref(m.public_key->pkey);
        made.key = m.public_key->pkey;
        pki_certificate_parse(&made);
        *ret = made;
    } else {
        pki_certificate_done(&made);
    }
    for (size_t i = 0; i < sizeof(bufs) / sizeof(bufs[0]); i++)
        buf_done(bufs[i]);
    return status;
}
