/* SPDX-License-Identifier: Apache-2.0 */
/* The reading side of pki_store_export.c. The text may come from anybody. */
#include "pki_pem.h"
#include "pki_store.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/decoder.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/sha.h>
#include <openssl/x509.h>

#include <limits.h>
#include <stdio.h>
#include <string.h>

enum { LINE_MAX_LEN = 160, WORDS = 3 };

struct import {
    struct pki_store *store;
    const char *text;
    size_t len, at;
    unsigned line; /* number of the last line that was taken */
    char words[WORDS][LINE_MAX_LEN];
    OSSL_DECODER_CTX *decoder; /* of private keys; NULL: not needed yet */
    EVP_PKEY *decoded;         /* where it leaves them */
    struct assay_error *err;
};

static enum assay_status refuse(const struct import *in, const char *what)
{
    return assay_error_set(in->err, ASSAY_ERR_MALFORMED, "line %u of the key store: %s", in->line,
                           what);
}

/* The next line without its newline. */
static enum assay_status take_line(struct import *in, const char **ret, size_t *ret_len)
{
    const char *line = in->text + in->at;
    const char *end = memchr(line, '\n', in->len - in->at);

    in->line++;
    if (end == NULL)
        return refuse(in, "an entry without its end");
    if ((size_t)(end - line) >= LINE_MAX_LEN)
        return refuse(in, "it is longer than any line that the bench writes");
    in->at += (size_t)(end - line) + 1;
    *ret = line;
    *ret_len = (size_t)(end - line);
    return ASSAY_OK;
}

/* Cut a line into at most three words of graphic characters with single spaces between them. */
static bool split(struct import *in, const char *line, size_t len)
{
    size_t word = 0;
    size_t at = 0;

    memset(in->words, 0, sizeof(in->words));
    for (size_t i = 0; i < len; i++) {
        if (line[i] == ' ') {
            if (at == 0 || ++word == WORDS)
                return false;
            at = 0;
        } else if (line[i] > ' ' && line[i] < 0x7f) {
            in->words[word][at++] = line[i];
        } else {
            return false;
        }
    }
    return at > 0;
}

static enum assay_status expect_line(struct import *in, const char *want)
{
    const char *line = "";
    size_t len = 0;

    ASSAY_TRY(take_line(in, &line, &len));
    if (len == strlen(want) && memcmp(line, want, len) == 0)
        return ASSAY_OK;
    return assay_error_set(in->err, ASSAY_ERR_MALFORMED,
                           "line %u of the key store has to be \"%s\"", in->line, want);
}

static enum assay_status take_pem(struct import *in, const char *label, struct buf *der)
{
    char mark[64];
    const char *line = "";
    size_t len = 0;

    snprintf(mark, sizeof(mark), "-----BEGIN %s-----", label);
    ASSAY_TRY(expect_line(in, mark));
    snprintf(mark, sizeof(mark), "-----END %s-----", label);
    for (;;) {
        ASSAY_TRY(take_line(in, &line, &len));
        if (len == strlen(mark) && memcmp(line, mark, len) == 0)
            return ASSAY_OK;
        if (len == 0 || buf_add_from_base64(der, line, len) != ASSAY_OK)
            return refuse(in, "no line of base64");
    }
}

/*
 * PKCS#8 without a password; NULL: it is something else. One decoder serves all keys of a store: to
 * choose its parts takes libcrypto ten times as long as to decode a key.
 */
static EVP_PKEY *parse_private(struct import *in, const struct buf *der)
{
    const unsigned char *at = der->data;
    size_t left = der->len;
    EVP_PKEY *pkey = NULL;

    if (in->decoder == NULL)
        in->decoder = OSSL_DECODER_CTX_new_for_pkey(&in->decoded, "DER", "PrivateKeyInfo", NULL,
                                                    EVP_PKEY_KEYPAIR, NULL, NULL);
    if (der->len > 0 && in->decoder != NULL &&
        OSSL_DECODER_from_data(in->decoder, &at, &left) == 1 && left == 0) {
        pkey = in->decoded;
        in->decoded = NULL;
    }
    EVP_PKEY_free(in->decoded);
    in->decoded = NULL;
    ERR_clear_error();
    return pkey;
}

/* Does what the private half signs verify under the public one? -1: this type cannot sign so. */
static int signs_for_itself(EVP_PKEY *pkey)
{
    static const unsigned char message[] = "the halves of a key";
    bool edwards = EVP_PKEY_is_a(pkey, "ED25519") || EVP_PKEY_is_a(pkey, "ED448");
    const char *hash = edwards ? NULL : "SHA256";
    unsigned char signature[2048];
    size_t len = sizeof(signature);
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    int fit = -1;

    if (ctx != NULL && EVP_DigestSignInit_ex(ctx, NULL, hash, NULL, NULL, pkey, NULL) == 1 &&
        EVP_DigestSign(ctx, signature, &len, message, sizeof(message)) == 1 &&
        EVP_MD_CTX_reset(ctx) == 1 &&
        EVP_DigestVerifyInit_ex(ctx, NULL, hash, NULL, NULL, pkey, NULL) == 1)
        fit = EVP_DigestVerify(ctx, signature, len, message, sizeof(message)) == 1;
    EVP_MD_CTX_free(ctx);
    ERR_clear_error();
    return fit;
}

/* The numbers of an RSA key, by which the halves are compared without a signature. */
enum { RSA_N, RSA_E, RSA_D, RSA_P, RSA_Q, RSA_DP, RSA_DQ, RSA_QINV, RSA_NUMBERS };

/* Is a * b = 1 modulo m - less? */
static bool is_inverse(const BIGNUM *a, const BIGNUM *b, const BIGNUM *m, BN_ULONG less,
                       BN_CTX *ctx)
{
    BIGNUM *modulus = BN_dup(m);
    BIGNUM *product = BN_new();
    bool one = modulus != NULL && product != NULL && BN_sub_word(modulus, less) == 1 &&
               !BN_is_zero(modulus) && BN_mod_mul(product, a, b, modulus, ctx) == 1 &&
               BN_is_one(product);

    BN_clear_free(modulus);
    BN_clear_free(product);
    return one;
}

/*
 * RFC 8017 section 3.2. That the factors are primes is not looked for: it does not depend on which
 * half came from where. d itself is not used beside its parts, but it is exported again.
 */
static bool rsa_numbers_fit(BIGNUM *const *n, BN_CTX *ctx)
{
    BIGNUM *product = BN_new();
    bool fit = product != NULL && BN_mul(product, n[RSA_P], n[RSA_Q], ctx) == 1 &&
               BN_cmp(product, n[RSA_N]) == 0 && is_inverse(n[RSA_E], n[RSA_D], n[RSA_P], 1, ctx) &&
               is_inverse(n[RSA_E], n[RSA_D], n[RSA_Q], 1, ctx) &&
               is_inverse(n[RSA_E], n[RSA_DP], n[RSA_P], 1, ctx) &&
               is_inverse(n[RSA_E], n[RSA_DQ], n[RSA_Q], 1, ctx) &&
               is_inverse(n[RSA_Q], n[RSA_QINV], n[RSA_P], 0, ctx);

    BN_clear_free(product);
    return fit;
}

static bool rsa_halves_fit(const EVP_PKEY *pkey)
{
    static const char *const names[RSA_NUMBERS] = {
        [RSA_N] = OSSL_PKEY_PARAM_RSA_N,          [RSA_E] = OSSL_PKEY_PARAM_RSA_E,
        [RSA_D] = OSSL_PKEY_PARAM_RSA_D,          [RSA_P] = OSSL_PKEY_PARAM_RSA_FACTOR1,
        [RSA_Q] = OSSL_PKEY_PARAM_RSA_FACTOR2,    [RSA_DP] = OSSL_PKEY_PARAM_RSA_EXPONENT1,
        [RSA_DQ] = OSSL_PKEY_PARAM_RSA_EXPONENT2, [RSA_QINV] = OSSL_PKEY_PARAM_RSA_COEFFICIENT1,
    };
    BIGNUM *numbers[RSA_NUMBERS] = {NULL};
    BN_CTX *ctx = BN_CTX_new();
    bool fit = ctx != NULL;

    for (size_t i = 0; fit && i < RSA_NUMBERS; i++)
        fit = EVP_PKEY_get_bn_param(pkey, names[i], &numbers[i]) == 1;
    fit = fit && rsa_numbers_fit(numbers, ctx);
    for (size_t i = 0; i < RSA_NUMBERS; i++)
        BN_clear_free(numbers[i]);
    BN_CTX_free(ctx);
    ERR_clear_error();
    return fit;
}

/*
 * A private half that does not fit the public one would spoil every certificate in silence. One
 * signature tells, in a hundredth of the time in which libcrypto looks for primes; for RSA some
 * multiplications do.
 */
static bool halves_fit(EVP_PKEY *pkey)
{
    bool is_rsa = EVP_PKEY_is_a(pkey, "RSA") || EVP_PKEY_is_a(pkey, "RSA-PSS");
    int signs = is_rsa ? rsa_halves_fit(pkey) : signs_for_itself(pkey);

    if (signs >= 0)
        return signs == 1;
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new(pkey, NULL);
    bool fit = ctx != NULL && EVP_PKEY_pairwise_check(ctx) == 1;

    EVP_PKEY_CTX_free(ctx);
    ERR_clear_error();
    return fit;
}

static enum assay_status add_key(struct import *in, const struct buf *der)
{
    const struct pki_key_type *type = pki_key_type_find(in->words[1]);
    const char *label = in->words[2];
    struct pki_key *key = NULL;

    if (type == NULL)
        return refuse(in, "a key of an unknown type");
    if (!pki_label_is_plain(label))
        return refuse(in, "a key without a proper label");
    if (pki_store_find_key(in->store, type, label) != NULL)
        return refuse(in, "a key that was there already");
    EVP_PKEY *pkey = parse_private(in, der);
    if (pkey == NULL)
        return refuse(in, "no private key (PKCS #8 without a password)");
    if (!halves_fit(pkey)) {
        EVP_PKEY_free(pkey);
        return refuse(in, "the private half of the key does not fit its public half");
    }
    if (pki_key_new(type, label, pkey, &key, NULL) != ASSAY_OK)
        return refuse(in, "the key is not of the type that is said");
    key->next = in->store->keys;
    in->store->keys = key;
    return ASSAY_OK;
}

static enum assay_status take_key(struct import *in)
{
    struct buf der;

    buf_init(&der, PKI_STORE_TEXT_MAX);
    enum assay_status status = take_pem(in, PKI_PEM_KEY, &der);
    if (status == ASSAY_OK)
        status = add_key(in, &der);
    OPENSSL_cleanse(der.data, der.len);
    buf_done(&der);
    return status;
}

/* It has to be the very certificate that the bench made: self-signed by the key in the store. */
static enum assay_status check_authority(const struct import *in,
                                         const struct pki_authority *authority)
{
    const struct pki_spec *spec = &authority->entity.spec;
    const struct pki_key *key =
        pki_store_find_key(in->store, pki_key_type_find(spec->key.data), spec->key_label.data);
    X509 *x509 = authority->certificate.x509;

    if (x509 == NULL)
        return refuse(in, "no certificate");
    if (key == NULL)
        return refuse(in, "a certificate whose key is not there");
    if (EVP_PKEY_eq(X509_get0_pubkey(x509), key->pkey) != 1 || X509_verify(x509, key->pkey) != 1) {
        ERR_clear_error();
        return refuse(in, "a certificate that its key did not sign");
    }
    return ASSAY_OK;
}

static enum assay_status take_certificate(struct import *in)
{
    struct pki_authority *authority = pki_store_find_authority(in->store, in->words[1]);
    struct pki_certificate *certificate = NULL;

    if (authority == NULL || strcmp(authority->entity.name, in->words[1]) != 0)
        return refuse(in, "a certificate of nobody that the bench knows");
    certificate = &authority->certificate;
    if (certificate->der.len > 0)
        return refuse(in, "a certificate that was there already");
    buf_init(&certificate->der, PKI_CERTIFICATE_MAX);
    ASSAY_TRY(take_pem(in, PKI_PEM_CERT, &certificate->der));
    pki_certificate_parse(certificate);
    return check_authority(in, authority);
}

/*
 * The last line holds the sum of all others: nothing is parsed before it is right. What remains in
 * `in` are the entries.
 */
static enum assay_status take_end(struct import *in)
{
    static const char damaged[] = "the key store is damaged: %s; restore it from a copy, or remove "
                                  "it and let the bench make new keys (boards then need the new "
                                  "root)";
    uint8_t digest[SHA256_DIGEST_LENGTH];
    struct buf want;

    if (in->len == 0 || in->text[in->len - 1] != '\n')
        return assay_error_set(in->err, ASSAY_ERR_MALFORMED, damaged, "it lost its end");
    const char *newline = memrchr(in->text, '\n', in->len - 1);
    size_t summed = newline != NULL ? (size_t)(newline - in->text) + 1 : 0;
    buf_init(&want, LINE_MAX_LEN);
    if (SHA256((const unsigned char *)in->text, summed, digest) == NULL)
        return ASSAY_ERR_CRYPTO;
    enum assay_status status = buf_add_text(&want, PKI_STORE_END);
    if (status == ASSAY_OK)
        status = buf_add_hex(&want, digest, sizeof(digest));
    if (status == ASSAY_OK)
        status = buf_add_char(&want, '\n');
    if (status == ASSAY_OK &&
        (in->len - summed != want.len || memcmp(in->text + summed, want.data, want.len) != 0))
        status = assay_error_set(in->err, ASSAY_ERR_MALFORMED, damaged,
                                 "the sum in its last line does not match");
    in->len = summed;
    buf_done(&want);
    return status;
}

static enum assay_status take_entries(struct import *in)
{
    const char *line = "";
    size_t len = 0;

    ASSAY_TRY(expect_line(in, PKI_STORE_HEADER));
    while (in->at < in->len) {
        ASSAY_TRY(take_line(in, &line, &len));
        bool words = split(in, line, len);
        if (words && strcmp(in->words[0], "key") == 0)
            ASSAY_TRY(take_key(in));
        else if (words && strcmp(in->words[0], "certificate") == 0 && in->words[2][0] == '\0')
            ASSAY_TRY(take_certificate(in));
        else
            return refuse(in, "neither a key nor a certificate");
    }
    return ASSAY_OK;
}

/* Move what was read into the caller's store, which is empty. */
static void adopt(struct pki_store *store, struct pki_store *read)
{
    store->keys = read->keys;
    read->keys = NULL;
    for (size_t i = 0; i < PKI_AUTHORITY_COUNT; i++) {
        store->authorities[i].certificate = read->authorities[i].certificate;
        read->authorities[i].certificate = (struct pki_certificate){.x509 = NULL};
    }
}

enum assay_status pki_store_import(struct pki_store *store, const char *pem, size_t len,
                                   struct assay_error *err)
{
    if (store->keys != NULL)
        return assay_error_set(err, ASSAY_ERR_STATE,
                               "a key store is imported before the first key is made");
    if (len > PKI_STORE_TEXT_MAX)
        return assay_error_set(err, ASSAY_ERR_LIMIT, "a key store of %zu bytes is no key store",
                               len);
    struct pki_store *read = pki_store_new();
    if (read == NULL)
        return assay_error_set(err, ASSAY_ERR_NOMEM, "no memory for a key store");
    struct import in = {.store = read, .text = pem, .len = len, .err = err};
    enum assay_status status = take_end(&in);
    if (status == ASSAY_OK)
        status = take_entries(&in);
    if (status == ASSAY_OK)
        adopt(store, read);
    OSSL_DECODER_CTX_free(in.decoder);
    pki_store_free(read);
    return status;
}
