/* SPDX-License-Identifier: Apache-2.0 */
#include "signer.h"

#include "base/buf.h"
#include "test_support.h"

#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/pem.h>

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct signer {
    EVP_PKEY *pkey;
};

static void need(bool ok)
{
    if (!ok)
        abort();
}

struct signer *signer_new(const char *group)
{
    struct signer *s = calloc(1, sizeof(*s));

    need(s != NULL);
    s->pkey = strcmp(group, "RSA") == 0 ? EVP_PKEY_Q_keygen(NULL, NULL, "RSA", (size_t)2048)
                                        : EVP_PKEY_Q_keygen(NULL, NULL, "EC", group);
    need(s->pkey != NULL);
    return s;
}

void signer_free(struct signer *s)
{
    EVP_PKEY_free(s->pkey);
    free(s);
}

static const char *text_of(BIO *bio)
{
    char *bytes = NULL;
    long len = BIO_get_mem_data(bio, &bytes);
    char *copy = calloc(1, (size_t)len + 1);

    need(copy != NULL);
    memcpy(copy, bytes, (size_t)len);
    BIO_free(bio);
    return test_keep(copy);
}

const char *signer_public_pem(const struct signer *s)
{
    BIO *bio = BIO_new(BIO_s_mem());

    need(bio != NULL && PEM_write_bio_PUBKEY(bio, s->pkey) == 1);
    return text_of(bio);
}

const char *signer_private_pem(const struct signer *s)
{
    BIO *bio = BIO_new(BIO_s_mem());

    need(bio != NULL && PEM_write_bio_PrivateKey(bio, s->pkey, NULL, NULL, 0, NULL, NULL) == 1);
    return text_of(bio);
}

size_t signer_sign(const struct signer *s, const void *data, size_t len,
                   uint8_t out[static SIGNATURE_MAX])
{
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    size_t out_len = SIGNATURE_MAX;

    need(ctx != NULL && EVP_DigestSignInit(ctx, NULL, EVP_sha256(), NULL, s->pkey) == 1 &&
         EVP_DigestSign(ctx, out, &out_len, data, len) == 1);
    EVP_MD_CTX_free(ctx);
    return out_len;
}

size_t signer_pair(const uint8_t *der, size_t der_len, uint8_t out[static 64])
{
    const unsigned char *at = der;
    ECDSA_SIG *signature = d2i_ECDSA_SIG(NULL, &at, (long)der_len);

    need(signature != NULL && BN_bn2binpad(ECDSA_SIG_get0_r(signature), out, 32) == 32 &&
         BN_bn2binpad(ECDSA_SIG_get0_s(signature), out + 32, 32) == 32);
    ECDSA_SIG_free(signature);
    return 64;
}

const char *base64_of(const void *data, size_t len)
{
    struct buf text;
    char *copy = NULL;

    buf_init(&text, 1 << 20);
    need(buf_add_base64(&text, data, len) == ASSAY_OK && buf_take(&text, &copy) == ASSAY_OK);
    return test_keep(copy);
}

const char *base64url_of(const void *data, size_t len)
{
    char *text = strdup(base64_of(data, len));

    need(text != NULL);
    for (char *c = text; *c != '\0'; c++) {
        if (*c == '+')
            *c = '-';
        if (*c == '/')
            *c = '_';
        if (*c == '=')
            *c = '\0';
        if (*c == '\0')
            break;
    }
    return test_keep(text);
}

static const char *joined(const char *a, const char *b)
{
    char *text = NULL;

    need(asprintf(&text, "%s.%s", a, b) > 0);
    return test_keep(text);
}

const char *jwt_of(const struct signer *s, const char *header, const char *claims)
{
    const char *text =
        joined(base64url_of(header, strlen(header)), base64url_of(claims, strlen(claims)));
    uint8_t der[SIGNATURE_MAX];
    uint8_t pair[64];
    size_t len = signer_sign(s, text, strlen(text), der);

    if (EVP_PKEY_is_a(s->pkey, "EC") && EVP_PKEY_get_bits(s->pkey) == 256) {
        len = signer_pair(der, len, pair);
        return joined(text, base64url_of(pair, len));
    }
    return joined(text, base64url_of(der, len));
}

const char *jwt_with_hmac(const char *secret, const char *header, const char *claims)
{
    const char *text =
        joined(base64url_of(header, strlen(header)), base64url_of(claims, strlen(claims)));
    uint8_t digest[EVP_MAX_MD_SIZE];
    unsigned len = 0;

    need(HMAC(EVP_sha256(), secret, (int)strlen(secret), (const unsigned char *)text, strlen(text),
              digest, &len) != NULL);
    return joined(text, base64url_of(digest, len));
}

/* What URLs do not carry as it is. */
static const char *percent_of(const char *text)
{
    char *out = malloc(strlen(text) * 3 + 1);
    size_t at = 0;

    need(out != NULL);
    for (; *text != '\0'; text++)
        if (strchr("+/=", *text) != NULL)
            at += (size_t)snprintf(out + at, 4, "%%%02X", (unsigned)*text);
        else
            out[at++] = *text;
    out[at] = '\0';
    return test_keep(out);
}

const char *sas_of(const char *key, const char *encoded_resource, int64_t expiry_s)
{
    struct buf secret;
    char *text = NULL;
    char *token = NULL;
    uint8_t digest[EVP_MAX_MD_SIZE];
    unsigned len = 0;

    buf_init(&secret, 4096);
    need(buf_add_from_base64(&secret, key, strlen(key)) == ASSAY_OK &&
         asprintf(&text, "%s\n%" PRId64, encoded_resource, expiry_s) > 0 &&
         HMAC(EVP_sha256(), secret.data, (int)secret.len, (const unsigned char *)text, strlen(text),
              digest, &len) != NULL &&
         asprintf(&token, "SharedAccessSignature sr=%s&sig=%s&se=%" PRId64, encoded_resource,
                  percent_of(base64_of(digest, len)), expiry_s) > 0);
    free(text);
    buf_done(&secret);
    return test_keep(token);
}
