/* SPDX-License-Identifier: Apache-2.0 */
#include "pki_algorithm.h"

#include "pki_crypto_error.h"

#include <openssl/evp.h>
#include <openssl/rsa.h>

#include <string.h>

#define RSA_   PKI_FAMILY_RSA
#define PSS_   PKI_FAMILY_RSA_PSS
#define ECDSA_ PKI_FAMILY_ECDSA
#define EDDSA_ PKI_FAMILY_EDDSA
#define DSA_   PKI_FAMILY_DSA

/* There is no ECDSA with MD5: nobody ever gave it a number. */
/* clang-format off */
const struct pki_algorithm pki_algorithms[] = {
    /* name            family  key type   hash      pss    oid                      NULL   hash length */
    {"rsa-md5",        RSA_,   NULL,      "md5",    false, "1.2.840.113549.1.1.4",  true,  16},
    {"rsa-sha1",       RSA_,   NULL,      "sha1",   false, "1.2.840.113549.1.1.5",  true,  20},
    {"rsa-sha256",     RSA_,   NULL,      "sha256", false, "1.2.840.113549.1.1.11", true,  32},
    {"rsa-sha384",     RSA_,   NULL,      "sha384", false, "1.2.840.113549.1.1.12", true,  48},
    {"rsa-sha512",     RSA_,   NULL,      "sha512", false, "1.2.840.113549.1.1.13", true,  64},
    {"rsa-pss-sha1",   RSA_,   NULL,      "sha1",   true,  "1.2.840.113549.1.1.10", false, 20},
    {"rsa-pss-sha256", RSA_,   NULL,      "sha256", true,  "1.2.840.113549.1.1.10", false, 32},
    {"rsa-pss-sha384", RSA_,   NULL,      "sha384", true,  "1.2.840.113549.1.1.10", false, 48},
    {"rsa-pss-sha512", RSA_,   NULL,      "sha512", true,  "1.2.840.113549.1.1.10", false, 64},
    {"pss-pss-sha1",   PSS_,   NULL,      "sha1",   true,  "1.2.840.113549.1.1.10", false, 20},
    {"pss-pss-sha256", PSS_,   NULL,      "sha256", true,  "1.2.840.113549.1.1.10", false, 32},
    {"pss-pss-sha384", PSS_,   NULL,      "sha384", true,  "1.2.840.113549.1.1.10", false, 48},
    {"pss-pss-sha512", PSS_,   NULL,      "sha512", true,  "1.2.840.113549.1.1.10", false, 64},
    {"ecdsa-sha1",     ECDSA_, NULL,      "sha1",   false, "1.2.840.10045.4.1",     false, 20},
    {"ecdsa-sha256",   ECDSA_, NULL,      "sha256", false, "1.2.840.10045.4.3.2",   false, 32},
    {"ecdsa-sha384",   ECDSA_, NULL,      "sha384", false, "1.2.840.10045.4.3.3",   false, 48},
    {"ecdsa-sha512",   ECDSA_, NULL,      "sha512", false, "1.2.840.10045.4.3.4",   false, 64},
    {"dsa-sha1",       DSA_,   NULL,      "sha1",   false, "1.2.840.10040.4.3",     false, 20},
    {"dsa-sha256",     DSA_,   NULL,      "sha256", false, "2.16.840.1.101.3.4.3.2", false, 32},
    {"ed25519",        EDDSA_, "ed25519", NULL,     false, "1.3.101.112",           false, 0},
    {"ed448",          EDDSA_, "ed448",   NULL,     false, "1.3.101.113",           false, 0},
    {NULL,             RSA_,   NULL,      NULL,     false, NULL,                    false, 0},
};
/* clang-format on */

static const struct {
    const char *hash, *oid;
} hash_oids[] = {
    {"md5", "1.2.840.113549.2.5"},        {"sha1", "1.3.14.3.2.26"},
    {"sha256", "2.16.840.1.101.3.4.2.1"}, {"sha384", "2.16.840.1.101.3.4.2.2"},
    {"sha512", "2.16.840.1.101.3.4.2.3"},
};

static bool suits(const struct pki_algorithm *a, const struct pki_key_type *type, const char *hash,
                  bool pss)
{
    if (a->family != type->family || (a->key_type != NULL && strcmp(a->key_type, type->name) != 0))
        return false;
    if (a->hash == NULL)
        return true;
    /* An RSA-PSS key can do nothing but PSS, whatever the description says. */
    return strcmp(a->hash, hash) == 0 && (a->pss == pss || type->family == PKI_FAMILY_RSA_PSS);
}

const struct pki_algorithm *pki_algorithm_for(const struct pki_key_type *type, const char *hash,
                                              bool pss)
{
    for (const struct pki_algorithm *a = pki_algorithms; a->name != NULL; a++)
        if (suits(a, type, hash, pss))
            return a;
    return NULL;
}

const struct pki_algorithm *pki_algorithm_find(const char *name)
{
    for (const struct pki_algorithm *a = pki_algorithms; a->name != NULL; a++)
        if (strcmp(a->name, name) == 0)
            return a;
    return NULL;
}

void pki_algorithm_write_hash(const struct pki_algorithm *algorithm, struct der *d)
{
    size_t identifier = der_open(d, DER_SEQUENCE);

    for (size_t i = 0; i < sizeof(hash_oids) / sizeof(hash_oids[0]); i++)
        if (strcmp(hash_oids[i].hash, algorithm->hash) == 0)
            der_oid(d, hash_oids[i].oid);
    der_tlv(d, DER_NULL, NULL, 0);
    der_close(d, identifier);
}

/* RSASSA-PSS-params (RFC 4055 section 3.1); SHA-1 and its salt are the defaults, hence left out. */
static void write_pss_parameters(struct der *d, const struct pki_algorithm *a)
{
    size_t parameters = der_open(d, DER_SEQUENCE);

    if (strcmp(a->hash, "sha1") != 0) {
        size_t hash = der_open(d, DER_CONTEXT_CONSTRUCTED | 0);
        pki_algorithm_write_hash(a, d);
        der_close(d, hash);

        size_t mask = der_open(d, DER_CONTEXT_CONSTRUCTED | 1);
        size_t generator = der_open(d, DER_SEQUENCE);
        der_oid(d, "1.2.840.113549.1.1.8");
        pki_algorithm_write_hash(a, d);
        der_close(d, generator);
        der_close(d, mask);

        size_t salt = der_open(d, DER_CONTEXT_CONSTRUCTED | 2);
        der_int(d, a->hash_len);
        der_close(d, salt);
    }
    der_close(d, parameters);
}

void pki_algorithm_write(const struct pki_algorithm *algorithm, struct der *d)
{
    size_t identifier = der_open(d, DER_SEQUENCE);

    der_oid(d, algorithm->oid);
    if (algorithm->null_parameters)
        der_tlv(d, DER_NULL, NULL, 0);
    if (algorithm->pss)
        write_pss_parameters(d, algorithm);
    der_close(d, identifier);
}

static bool start(EVP_MD_CTX *ctx, const struct pki_algorithm *a, const struct pki_key *key)
{
    EVP_PKEY_CTX *pkey_ctx = NULL;

    if (EVP_DigestSignInit_ex(ctx, &pkey_ctx, a->hash, NULL, NULL, key->pkey, NULL) != 1)
        return false;
    return !a->pss || (EVP_PKEY_CTX_set_rsa_padding(pkey_ctx, RSA_PKCS1_PSS_PADDING) == 1 &&
                       EVP_PKEY_CTX_set_rsa_pss_saltlen(pkey_ctx, RSA_PSS_SALTLEN_DIGEST) == 1);
}

enum assay_status pki_algorithm_sign(const struct pki_algorithm *algorithm,
                                     const struct pki_key *key, const void *data, size_t len,
                                     struct buf *out, struct assay_error *err)
{
    uint8_t signature[2048];
    size_t signature_len = sizeof(signature);
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    bool done = ctx != NULL && start(ctx, algorithm, key) &&
                EVP_DigestSign(ctx, signature, &signature_len, data, len) == 1;

    EVP_MD_CTX_free(ctx);
    if (!done)
        return pki_crypto_error(err, "signing with %s and the %s key \"%s\"", algorithm->name,
                                key->type->name, key->label);
    return buf_add(out, signature, signature_len);
}
