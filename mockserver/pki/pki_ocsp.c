/* SPDX-License-Identifier: Apache-2.0 */
#include "pki/ocsp.h"

#include "clock/scenario_clock.h"
#include "pki_crypto_error.h"
#include "pki_key_special.h"
#include "pki_store.h"

#include <openssl/ocsp.h>

#include <stdio.h>
#include <string.h>

enum { STATUS_TEXT = 16, TIME_TEXT = 64 };

struct ocsp_spec {
    char status[STATUS_TEXT];
    char this_update[TIME_TEXT], next_update[TIME_TEXT];
    char signer[PKI_LABEL_MAX + 1], certificate[PKI_LABEL_MAX + 1];
};

enum { TRY_LATER = -1 };

static const struct {
    const char *name;
    int number; /* V_OCSP_CERTSTATUS_..., or TRY_LATER */
} statuses[] = {
    {"good", V_OCSP_CERTSTATUS_GOOD},
    {"revoked", V_OCSP_CERTSTATUS_REVOKED},
    {"unknown", V_OCSP_CERTSTATUS_UNKNOWN},
    {"try-later", TRY_LATER},
};

#define AT(member) offsetof(struct ocsp_spec, member)

/* clang-format off */
const struct key_spec pki_ocsp_keys[] = {
    {"status", key_read_text, AT(status), 0, STATUS_TEXT, "good",
     "good, revoked (since `this_update`), unknown, or try-later: an answer without any status"},
    {"this_update", key_read_text, AT(this_update), 0, TIME_TEXT, "-1h",
     "when the status was known to be right, absolute or relative to the scenario's time"},
    {"next_update", key_read_text, AT(next_update), 0, TIME_TEXT, "+1d",
     "until when it holds; none: the field is left out"},
    {"signer", key_read_text, AT(signer), 0, PKI_LABEL_MAX + 1, "issuer",
     "issuer, or a name of `certs`: who signs, and whose certificate comes with it"},
    {"certificate", key_read_text, AT(certificate), 0, PKI_LABEL_MAX + 1, "the first that is sent",
     "name of `certs`: whose status it is"},
    {NULL, NULL, 0, 0, 0, NULL, NULL},
};
/* clang-format on */

/* Everything that a response is made from; owned unless said otherwise. */
struct making {
    const char *path;
    struct assay_error *err;
    int status;
    int64_t this_s, next_s;
    bool has_next;
    X509 *subject; /* borrowed */
    X509 *issuer;  /* a shell with the issuer's name and key: all that OCSP wants of it */
    EVP_PKEY *issuer_key, *key; /* borrowed */
    X509 *signer;               /* borrowed, or issuer */
    OCSP_BASICRESP *basic;
};

static enum assay_status refuse(const struct making *m, const char *key, const char *text,
                                const char *wanted)
{
    return assay_error_set(m->err, ASSAY_ERR_MALFORMED, "%s.%s is \"%.60s\"; it has to be %s",
                           m->path, key, text, wanted);
}

static enum assay_status read_status(struct making *m, const char *text)
{
    for (size_t i = 0; i < sizeof(statuses) / sizeof(statuses[0]); i++) {
        if (strcmp(statuses[i].name, text) != 0)
            continue;
        m->status = statuses[i].number;
        return ASSAY_OK;
    }
    return refuse(m, "status", text, "one of good, revoked, unknown, try-later");
}

static enum assay_status read_time(const struct making *m, const char *key, const char *text,
                                   int64_t now_s, int64_t *ret)
{
    if (scenario_time_parse(text, now_s, ret, m->err) != ASSAY_OK)
        return assay_error_prefix(m->err, ASSAY_ERR_MALFORMED, "%s.%s", m->path, key);
    return ASSAY_OK;
}

/*
 * The key whose identifier the certificate names as its authority's: method 1 of RFC 5280. A key
 * that imitates another one has its identifier too, and verifies with nobody's root.
 */
static EVP_PKEY *find_issuer_key(const struct pki_store *store, X509 *cert)
{
    const ASN1_OCTET_STRING *id = X509_get0_authority_key_id(cert);

    if (id == NULL || ASN1_STRING_length(id) != PKI_KEY_ID_LEN)
        return NULL;
    for (const struct pki_key *key = store->keys; key != NULL; key = key->next)
        if (key->type != &pki_imitated_type &&
            memcmp(key->id, ASN1_STRING_get0_data(id), PKI_KEY_ID_LEN) == 0)
            return key->pkey;
    return NULL;
}

static enum assay_status find_subject(struct making *m, const struct pki_store *store,
                                      const struct pki_chain *chain, const char *name)
{
    m->subject = name[0] != '\0' ? pki_chain_x509_of(chain, name) : pki_chain_x509(chain, 0);
    if (m->subject == NULL)
        return refuse(m, "certificate", name, "a name of `certs` whose certificate can be parsed");
    m->issuer_key = find_issuer_key(store, m->subject);
    if (m->issuer_key == NULL)
        return assay_error_set(m->err, ASSAY_ERR_UNSUPPORTED,
                               "%s: the certificate has no authorityKeyIdentifier, which tells "
                               "its issuer's key",
                               m->path);
    m->issuer = X509_new();
    if (m->issuer == NULL ||
        X509_set_subject_name(m->issuer, X509_get_issuer_name(m->subject)) != 1 ||
        X509_set_pubkey(m->issuer, m->issuer_key) != 1)
        return pki_crypto_error(m->err, "%s", m->path);
    return ASSAY_OK;
}

static enum assay_status find_signer(struct making *m, const struct pki_chain *chain,
                                     const char *name)
{
    bool is_issuer = strcmp(name, "issuer") == 0;

    m->signer = is_issuer ? m->issuer : pki_chain_x509_of(chain, name);
    m->key = is_issuer ? m->issuer_key : pki_chain_key_of(chain, name);
    return m->signer != NULL && m->key != NULL
               ? ASSAY_OK
               : refuse(m, "signer", name, "issuer or a name of `certs`");
}

/* OCSP_basic_sign() would write the machine's clock, which is not the scenario's. */
static bool set_produced_at(const struct making *m)
{
    const ASN1_GENERALIZEDTIME *shown = OCSP_resp_get0_produced_at(m->basic);
    ASN1_GENERALIZEDTIME *own = NULL;

    memcpy(&own, &shown, sizeof(own)); /* there is no setter */
    return ASN1_GENERALIZEDTIME_set(own, (time_t)m->this_s) != NULL;
}

static bool add_status(const struct making *m)
{
    OCSP_CERTID *id = OCSP_cert_to_id(EVP_sha1(), m->subject, m->issuer);
    ASN1_TIME *from = ASN1_TIME_set(NULL, (time_t)m->this_s);
    ASN1_TIME *to = m->has_next ? ASN1_TIME_set(NULL, (time_t)m->next_s) : NULL;
    ASN1_GENERALIZEDTIME *from_long = ASN1_TIME_to_generalizedtime(from, NULL);
    ASN1_GENERALIZEDTIME *to_long = to != NULL ? ASN1_TIME_to_generalizedtime(to, NULL) : NULL;
    bool is_revoked = m->status == V_OCSP_CERTSTATUS_REVOKED;
    bool ok = id != NULL && from_long != NULL && (to_long != NULL || !m->has_next) &&
              OCSP_basic_add1_status(m->basic, id, m->status,
                                     is_revoked ? OCSP_REVOKED_STATUS_KEYCOMPROMISE : 0,
                                     is_revoked ? from_long : NULL, from_long, to_long) != NULL;

    OCSP_CERTID_free(id);
    ASN1_TIME_free(from);
    ASN1_TIME_free(to);
    ASN1_GENERALIZEDTIME_free(from_long);
    ASN1_GENERALIZEDTIME_free(to_long);
    return ok;
}

static bool sign(const struct making *m)
{
    bool hashes = EVP_PKEY_is_a(m->key, "EC") == 1 || EVP_PKEY_is_a(m->key, "RSA") == 1;
    unsigned long flags = OCSP_NOTIME | (m->signer == m->issuer ? OCSP_NOCERTS : 0);

    return OCSP_basic_sign(m->basic, m->signer, m->key, hashes ? EVP_sha256() : NULL, NULL,
                           flags) == 1;
}

static enum assay_status write_response(struct making *m, struct buf *out)
{
    bool has_status = m->status != TRY_LATER;
    OCSP_RESPONSE *response = NULL;
    unsigned char *der = NULL;
    int len = 0;
    enum assay_status status = ASSAY_ERR_CRYPTO;

    m->basic = OCSP_BASICRESP_new();
    if (m->basic != NULL && (!has_status || (add_status(m) && set_produced_at(m) && sign(m))))
        response = OCSP_response_create(has_status ? OCSP_RESPONSE_STATUS_SUCCESSFUL
                                                   : OCSP_RESPONSE_STATUS_TRYLATER,
                                        has_status ? m->basic : NULL);
    if (response != NULL)
        len = i2d_OCSP_RESPONSE(response, &der);
    if (len <= 0)
        status = pki_crypto_error(m->err, "%s", m->path);
    else if (buf_add(out, der, (size_t)len) != ASSAY_OK)
        status = assay_error_set(m->err, ASSAY_ERR_NOMEM, "%s: no room for it", m->path);
    else
        status = ASSAY_OK;
    OPENSSL_free(der);
    OCSP_RESPONSE_free(response);
    return status;
}

static enum assay_status prepare(struct making *m, const struct pki_store *store,
                                 const struct pki_chain *chain, const struct ocsp_spec *spec,
                                 int64_t now_s)
{
    ASSAY_TRY(read_status(m, spec->status));
    ASSAY_TRY(read_time(m, "this_update", spec->this_update, now_s, &m->this_s));
    m->has_next = strcmp(spec->next_update, "none") != 0;
    if (m->has_next)
        ASSAY_TRY(read_time(m, "next_update", spec->next_update, now_s, &m->next_s));
    ASSAY_TRY(find_subject(m, store, chain, spec->certificate));
    return find_signer(m, chain, spec->signer);
}

enum assay_status pki_ocsp_make(const struct pki_store *store, const struct pki_chain *chain,
                                const struct value *description, const char *path, int64_t now_s,
                                struct buf *out, struct assay_error *err)
{
    struct ocsp_spec spec = {
        .status = "good", .this_update = "-1h", .next_update = "+1d", .signer = "issuer"};
    struct making m = {.path = path, .err = err};
    enum assay_status status = ASSAY_OK;

    ASSAY_TRY(keys_read(pki_ocsp_keys, description, path, &spec, err));
    status = prepare(&m, store, chain, &spec, now_s);
    if (status == ASSAY_OK)
        status = write_response(&m, out);
    OCSP_BASICRESP_free(m.basic);
    X509_free(m.issuer);
    return status;
}
