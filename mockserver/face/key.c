/* SPDX-License-Identifier: Apache-2.0 */
#include "face/key.h"

#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <stdlib.h>
#include <string.h>

enum { P256_SIGNATURE = 64 };

struct face_key {
    EVP_PKEY *pkey;
    enum face_key_kind kind;
};

static EVP_PKEY *read_pem(const char *pem)
{
    BIO *in = BIO_new_mem_buf(pem, -1);
    EVP_PKEY *pkey = NULL;
    X509 *certificate = NULL;

    if (in == NULL)
        return NULL;
    if (strstr(pem, "-----BEGIN CERTIFICATE-----") != NULL) {
        certificate = PEM_read_bio_X509(in, NULL, NULL, NULL);
        pkey = certificate != NULL ? X509_get_pubkey(certificate) : NULL;
        X509_free(certificate);
    } else {
        pkey = PEM_read_bio_PUBKEY(in, NULL, NULL, NULL);
    }
    BIO_free(in);
    ERR_clear_error();
    return pkey;
}

static bool kind_of(const EVP_PKEY *pkey, enum face_key_kind *ret)
{
    char group[32] = "";

    if (EVP_PKEY_is_a(pkey, "RSA")) {
        *ret = FACE_KEY_RSA;
        return true;
    }
    *ret = FACE_KEY_P256;
    return EVP_PKEY_is_a(pkey, "EC") &&
           EVP_PKEY_get_group_name(pkey, group, sizeof(group), NULL) == 1 &&
           strcmp(group, "prime256v1") == 0;
}

enum assay_status face_key_read(const char *pem, const char *path, struct face_key **ret,
                                struct assay_error *err)
{
    struct face_key *key = NULL;
    EVP_PKEY *pkey = NULL;
    enum face_key_kind kind = FACE_KEY_P256;

    if (strstr(pem, "PRIVATE KEY-----") != NULL)
        return assay_error_set(err, ASSAY_ERR_MALFORMED,
                               "%s is a private key; the public one is needed: "
                               "openssl pkey -in key.pem -pubout",
                               path);
    pkey = read_pem(pem);
    if (pkey == NULL)
        return assay_error_set(err, ASSAY_ERR_MALFORMED,
                               "%s is neither a public key nor a certificate in PEM", path);
    if (!kind_of(pkey, &kind)) {
        EVP_PKEY_free(pkey);
        return assay_error_set(err, ASSAY_ERR_MALFORMED,
                               "%s has to be an RSA key or one on the curve P-256", path);
    }
    key = calloc(1, sizeof(*key));
    if (key == NULL) {
        EVP_PKEY_free(pkey);
        return assay_error_set(err, ASSAY_ERR_NOMEM, "out of memory");
    }
    *key = (struct face_key){.pkey = pkey, .kind = kind};
    *ret = key;
    return ASSAY_OK;
}

void face_key_free(struct face_key *key)
{
    if (key == NULL)
        return;
    EVP_PKEY_free(key->pkey);
    free(key);
}

enum face_key_kind face_key_kind(const struct face_key *key)
{
    return key->kind;
}

static bool verify(EVP_PKEY *pkey, const void *data, size_t len, const void *der, size_t der_len)
{
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    bool ok = ctx != NULL && EVP_DigestVerifyInit(ctx, NULL, EVP_sha256(), NULL, pkey) == 1 &&
              EVP_DigestVerify(ctx, der, der_len, data, len) == 1;

    EVP_MD_CTX_free(ctx);
    ERR_clear_error();
    return ok;
}

/* r then s, as OpenSSL wants it: the SEQUENCE of two INTEGERs. */
static bool verify_pair(EVP_PKEY *pkey, const void *data, size_t len, const uint8_t *pair)
{
    ECDSA_SIG *signature = ECDSA_SIG_new();
    BIGNUM *r = BN_bin2bn(pair, P256_SIGNATURE / 2, NULL);
    BIGNUM *s = BN_bin2bn(pair + P256_SIGNATURE / 2, P256_SIGNATURE / 2, NULL);
    unsigned char *der = NULL;
    int der_len = 0;
    bool ok = false;

    if (signature == NULL || r == NULL || s == NULL || ECDSA_SIG_set0(signature, r, s) != 1) {
        BN_free(r);
        BN_free(s);
        ECDSA_SIG_free(signature);
        return false;
    }
    der_len = i2d_ECDSA_SIG(signature, &der);
    ok = der_len > 0 && verify(pkey, data, len, der, (size_t)der_len);
    OPENSSL_free(der);
    ECDSA_SIG_free(signature);
    return ok;
}

bool face_key_verifies(const struct face_key *key, const void *data, size_t len,
                       const void *signature, size_t signature_len)
{
    if (key->kind == FACE_KEY_RSA)
        return verify(key->pkey, data, len, signature, signature_len);
    return signature_len == P256_SIGNATURE && verify_pair(key->pkey, data, len, signature);
}
