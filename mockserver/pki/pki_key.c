/* SPDX-License-Identifier: Apache-2.0 */
#include "pki_key.h"

#include "pki_crypto_error.h"
#include "pki_key_special.h"

#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <openssl/sha.h>
#include <openssl/x509.h>

#include <stdlib.h>
#include <string.h>

enum { KEY_DER_MAX = 64 * 1024, USUAL_EXPONENT = 65537 };

/* clang-format off */
const struct pki_key_type pki_key_types[] = {
    /* name             family              algorithm  group              bits  exponent      explicit */
    {"p256",            PKI_FAMILY_ECDSA,   "EC",      "prime256v1",      0,    0,             false},
    {"p384",            PKI_FAMILY_ECDSA,   "EC",      "secp384r1",       0,    0,             false},
    {"p521",            PKI_FAMILY_ECDSA,   "EC",      "secp521r1",       0,    0,             false},
    {"p224",            PKI_FAMILY_ECDSA,   "EC",      "secp224r1",       0,    0,             false},
    {"p192",            PKI_FAMILY_ECDSA,   "EC",      "prime192v1",      0,    0,             false},
    {"secp160r1",       PKI_FAMILY_ECDSA,   "EC",      "secp160r1",       0,    0,             false},
    {"secp256k1",       PKI_FAMILY_ECDSA,   "EC",      "secp256k1",       0,    0,             false},
    {"brainpool256",    PKI_FAMILY_ECDSA,   "EC",      "brainpoolP256r1", 0,    0,             false},
    {"brainpool384",    PKI_FAMILY_ECDSA,   "EC",      "brainpoolP384r1", 0,    0,             false},
    {"brainpool512",    PKI_FAMILY_ECDSA,   "EC",      "brainpoolP512r1", 0,    0,             false},
    {"p256-explicit",   PKI_FAMILY_ECDSA,   "EC",      "prime256v1",      0,    0,             true},
    {"ed25519",         PKI_FAMILY_EDDSA,   "ED25519", NULL,              0,    0,             false},
    {"ed448",           PKI_FAMILY_EDDSA,   "ED448",   NULL,              0,    0,             false},
    {"rsa512",          PKI_FAMILY_RSA,     "RSA",     NULL,              512,  USUAL_EXPONENT,false},
    {"rsa768",          PKI_FAMILY_RSA,     "RSA",     NULL,              768,  USUAL_EXPONENT,false},
    {"rsa1024",         PKI_FAMILY_RSA,     "RSA",     NULL,              1024, USUAL_EXPONENT,false},
    {"rsa1536",         PKI_FAMILY_RSA,     "RSA",     NULL,              1536, USUAL_EXPONENT,false},
    {"rsa2048",         PKI_FAMILY_RSA,     "RSA",     NULL,              2048, USUAL_EXPONENT,false},
    {"rsa3072",         PKI_FAMILY_RSA,     "RSA",     NULL,              3072, USUAL_EXPONENT,false},
    {"rsa4096",         PKI_FAMILY_RSA,     "RSA",     NULL,              4096, USUAL_EXPONENT,false},
    {"rsa8192",         PKI_FAMILY_RSA,     "RSA",     NULL,              8192, USUAL_EXPONENT,false},
    {"rsa2048-e3",      PKI_FAMILY_RSA,     "RSA",     NULL,              2048, 3,             false},
    {"rsapss2048",      PKI_FAMILY_RSA_PSS, "RSA-PSS", NULL,              2048, USUAL_EXPONENT,false},
    {"dsa2048",         PKI_FAMILY_DSA,     "DSA",     NULL,              2048, 0,             false},
    {NULL,              PKI_FAMILY_ECDSA,   NULL,      NULL,              0,    0,             false},
};
/* clang-format on */

const struct pki_key_type *pki_key_type_find(const char *name)
{
    for (const struct pki_key_type *type = pki_key_types; type->name != NULL; type++)
        if (strcmp(type->name, name) == 0)
            return type;
    return NULL;
}

bool pki_key_type_is_rsa(const struct pki_key_type *type)
{
    return type->family == PKI_FAMILY_RSA || type->family == PKI_FAMILY_RSA_PSS;
}

bool pki_label_is_plain(const char *label)
{
    size_t len = strlen(label);

    return len > 0 && len <= PKI_LABEL_MAX &&
           strspn(label, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                         "0123456789._-@:/") == len;
}

/* The RSA exponent travels as a number of its own: keys of a type with another one are refused. */
static bool has_exponent(const EVP_PKEY *pkey, unsigned want)
{
    BIGNUM *exponent = NULL;
    bool same = EVP_PKEY_get_bn_param(pkey, OSSL_PKEY_PARAM_RSA_E, &exponent) == 1 &&
                BN_is_word(exponent, want) == 1;

    BN_free(exponent);
    return same;
}

static bool has_text(const EVP_PKEY *pkey, const char *param, const char *want)
{
    char text[64] = "";
    size_t len = 0;

    return EVP_PKEY_get_utf8_string_param(pkey, param, text, sizeof(text), &len) == 1 &&
           strcmp(text, want) == 0;
}

static const char *encoding_of(const struct pki_key_type *type)
{
    return type->explicit_group ? OSSL_PKEY_EC_ENCODING_EXPLICIT : OSSL_PKEY_EC_ENCODING_GROUP;
}

static bool is_of_type(const EVP_PKEY *pkey, const struct pki_key_type *type)
{
    if (EVP_PKEY_is_a(pkey, type->algorithm) != 1)
        return false;
    if (type->group != NULL)
        return has_text(pkey, OSSL_PKEY_PARAM_GROUP_NAME, type->group) &&
               has_text(pkey, OSSL_PKEY_PARAM_EC_ENCODING, encoding_of(type));
    if (type->bits != 0 && EVP_PKEY_get_bits(pkey) != (int)type->bits)
        return false;
    return type->exponent == 0 || has_exponent(pkey, type->exponent);
}

static enum assay_status describe_public_key(struct pki_key *key)
{
    unsigned char *der = NULL;
    const unsigned char *bits = NULL;
    int bits_len = 0;
    X509_PUBKEY *info = NULL;
    enum assay_status status = ASSAY_ERR_CRYPTO;
    int der_len = i2d_PUBKEY(key->pkey, &der);

    if (der_len <= 0 || X509_PUBKEY_set(&info, key->pkey) != 1 ||
        X509_PUBKEY_get0_param(NULL, &bits, &bits_len, NULL, info) != 1)
        goto out;
    if (SHA1(bits, (size_t)bits_len, key->id) == NULL)
        goto out;
    status = buf_add(&key->public_info, der, (size_t)der_len);
out:
    X509_PUBKEY_free(info);
    OPENSSL_free(der);
    return status;
}

enum assay_status pki_key_new(const struct pki_key_type *type, const char *label, EVP_PKEY *pkey,
                              struct pki_key **ret, struct assay_error *err)
{
    enum assay_status status = ASSAY_ERR_NOMEM;
    struct pki_key *key = calloc(1, sizeof(*key));

    if (key == NULL) {
        EVP_PKEY_free(pkey);
        return assay_error_set(err, status, "no memory for the key %s %s", type->name, label);
    }
    key->type = type;
    key->pkey = pkey;
    buf_init(&key->public_info, KEY_DER_MAX);
    memcpy(key->label, label, strnlen(label, PKI_LABEL_MAX));
    if (!is_of_type(pkey, type)) {
        status = assay_error_set(err, ASSAY_ERR_MALFORMED, "the key \"%s\" is no %s key", label,
                                 type->name);
        goto out;
    }
    status = describe_public_key(key);
    if (status != ASSAY_OK) {
        status = pki_crypto_error(err, "the public half of the %s key \"%s\"", type->name, label);
        goto out;
    }
    *ret = key;
    key = NULL;
out:
    pki_key_free(key);
    return status;
}

void pki_key_free(struct pki_key *key)
{
    if (key == NULL)
        return;
    EVP_PKEY_free(key->pkey);
    buf_done(&key->public_info);
    free(key);
}

static bool choose_parameters(EVP_PKEY_CTX *ctx, const struct pki_key_type *type)
{
    OSSL_PARAM params[3];
    OSSL_PARAM *at = params;
    char group[32] = "";
    char encoding[32] = "";
    unsigned bits = type->bits;
    unsigned exponent = type->exponent;

    if (type->group != NULL) {
        memcpy(group, type->group, strlen(type->group) + 1);
        *at++ = OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, group, 0);
        memcpy(encoding, encoding_of(type), strlen(encoding_of(type)) + 1);
        *at++ = OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_EC_ENCODING, encoding, 0);
    }
    if (type->exponent != 0) {
        *at++ = OSSL_PARAM_construct_uint(OSSL_PKEY_PARAM_RSA_BITS, &bits);
        *at++ = OSSL_PARAM_construct_uint(OSSL_PKEY_PARAM_RSA_E, &exponent);
    }
    *at = OSSL_PARAM_construct_end();
    return EVP_PKEY_CTX_set_params(ctx, params) == 1;
}

static EVP_PKEY *generate(const struct pki_key_type *type)
{
    EVP_PKEY *pkey = NULL;
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, type->algorithm, NULL);

    if (ctx == NULL || EVP_PKEY_keygen_init(ctx) != 1 || !choose_parameters(ctx, type) ||
        EVP_PKEY_generate(ctx, &pkey) != 1)
        pkey = NULL;
    EVP_PKEY_CTX_free(ctx);
    return pkey;
}

enum assay_status pki_key_make(const struct pki_key_type *type, const char *label,
                               struct pki_key **ret, struct assay_error *err)
{
    EVP_PKEY *pkey = type->family == PKI_FAMILY_DSA ? pki_dsa_key_make() : generate(type);

    if (pkey == NULL)
        return pki_crypto_error(err, "making a %s key", type->name);
    return pki_key_new(type, label, pkey, ret, err);
}

enum assay_status pki_pkey_private_der(const EVP_PKEY *pkey, struct buf *out)
{
    unsigned char *der = NULL;
    enum assay_status status = ASSAY_ERR_CRYPTO;
    PKCS8_PRIV_KEY_INFO *info = EVP_PKEY2PKCS8(pkey);
    int len = info != NULL ? i2d_PKCS8_PRIV_KEY_INFO(info, &der) : -1;

    if (len > 0)
        status = buf_add(out, der, (size_t)len);
    OPENSSL_clear_free(der, len > 0 ? (size_t)len : 0);
    PKCS8_PRIV_KEY_INFO_free(info);
    return status;
}
