/* SPDX-License-Identifier: Apache-2.0 */
#include "stack_openssl_reseal.h"

#include <openssl/core_names.h>
#include <openssl/kdf.h>

#include <string.h>

enum {
    HEADER = 5,
    CHANGE_CIPHER_SPEC = 20,
    HANDSHAKE = 22,
    CLIENT_HELLO = 1,
    MAC = 16,
    RANDOM = 32,
    AAD = 13
};

static size_t length_of(const uint8_t *record)
{
    return (size_t)record[3] << 8 | record[4];
}

void stack_openssl_reseal_version(uint8_t *records, size_t len)
{
    if (len > HEADER && records[0] == HANDSHAKE && records[HEADER] == CLIENT_HELLO)
        records[2] = 0;
}

size_t stack_openssl_reseal_ssl2(uint8_t *records, size_t len)
{
    enum { RANDOM_AT = HEADER + 6, SESSION_AT = RANDOM_AT + RANDOM, SSL2_HEADER = 11, SPEC = 3 };
    uint8_t hello[1024] = {0};
    size_t suites_at = 0;
    size_t count = 0;
    size_t at = SSL2_HEADER;

    if (len <= SESSION_AT || records[0] != HANDSHAKE || records[HEADER] != CLIENT_HELLO)
        return len;
    suites_at = SESSION_AT + 1 + (size_t)records[SESSION_AT];
    if (suites_at + 2 > len)
        return len;
    count = ((size_t)records[suites_at] << 8 | records[suites_at + 1]) / 2;
    if (suites_at + 2 + 2 * count > len || SSL2_HEADER + SPEC * count + RANDOM > sizeof(hello))
        return len;
    for (size_t i = 0; i < count; i++, at += SPEC)
        memcpy(hello + at + 1, records + suites_at + 2 + 2 * i, 2);
    memcpy(hello + at, records + RANDOM_AT, RANDOM);
    at += RANDOM;
    if (at > len)
        return len;
    hello[0] = (uint8_t)(0x80 | (at - 2) >> 8);
    hello[1] = (uint8_t)(at - 2);
    hello[2] = CLIENT_HELLO;
    memcpy(hello + 3, records + HEADER + 4, 2); /* client_version */
    hello[5] = (uint8_t)(SPEC * count >> 8);
    hello[6] = (uint8_t)(SPEC * count);
    hello[10] = RANDOM; /* the length of the challenge; that of the session id is 0 */
    memcpy(records, hello, at);
    return at;
}

/* RFC 5246 section 6.3: the client's write key and salt. */
static bool derive(struct stack_openssl_reseal *r, SSL *ssl)
{
    char label[] = "key expansion"; /* OSSL_PARAM casts const away */
    const SSL_CIPHER *suite = SSL_get_current_cipher(ssl);
    const EVP_MD *hash = suite != NULL ? SSL_CIPHER_get_handshake_digest(suite) : NULL;
    EVP_KDF *kdf = EVP_KDF_fetch(NULL, "TLS1-PRF", NULL);
    EVP_KDF_CTX *ctx = EVP_KDF_CTX_new(kdf);
    uint8_t master[SSL_MAX_MASTER_KEY_LENGTH];
    uint8_t seed[2 * RANDOM];
    uint8_t block[2 * RESEAL_KEY_MAX + 2 * RESEAL_SALT];
    size_t key_len = (size_t)EVP_CIPHER_get_key_length(r->cipher);
    char hash_name[32] = "";
    bool ok = ctx != NULL && hash != NULL && SSL_get_server_random(ssl, seed, RANDOM) == RANDOM &&
              SSL_get_client_random(ssl, seed + RANDOM, RANDOM) == RANDOM;

    if (ok) {
        size_t master_len =
            SSL_SESSION_get_master_key(SSL_get_session(ssl), master, sizeof(master));
        OSSL_PARAM params[] = {
            OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, hash_name, 0),
            OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_SECRET, master, master_len),
            OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_SEED, label, strlen(label)),
            OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_SEED, seed, sizeof(seed)),
            OSSL_PARAM_construct_end(),
        };

        OPENSSL_strlcpy(hash_name, EVP_MD_get0_name(hash), sizeof(hash_name));
        ok = EVP_KDF_derive(ctx, block, 2 * key_len + 2 * RESEAL_SALT, params) == 1;
        memcpy(r->key, block, key_len);
        memcpy(r->salt, block + 2 * key_len, RESEAL_SALT);
        OPENSSL_cleanse(master, sizeof(master));
        OPENSSL_cleanse(block, sizeof(block));
    }
    EVP_KDF_CTX_free(ctx);
    EVP_KDF_free(kdf);
    return ok;
}

/* AES-GCM over text, in place. encrypt: writes the tag; else checks it. */
static bool crypt(const struct stack_openssl_reseal *r, bool encrypt, const uint8_t *nonce,
                  uint8_t aad[AAD], uint8_t *text, size_t len)
{
    EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
    uint8_t iv[RESEAL_SALT + RESEAL_NONCE];
    uint8_t *tag = text + len;
    int done = 0;
    bool ok = false;

    memcpy(iv, r->salt, RESEAL_SALT);
    memcpy(iv + RESEAL_SALT, nonce, RESEAL_NONCE);
    ok = ctx != NULL && EVP_CipherInit_ex(ctx, r->cipher, NULL, r->key, iv, encrypt) == 1 &&
         (encrypt || EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_SET_TAG, MAC, tag) == 1) &&
         EVP_CipherUpdate(ctx, NULL, &done, aad, AAD) == 1 &&
         EVP_CipherUpdate(ctx, text, &done, text, (int)len) == 1 &&
         EVP_CipherFinal_ex(ctx, tag, &done) == 1 &&
         (!encrypt || EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_GET_TAG, MAC, tag) == 1);
    EVP_CIPHER_CTX_free(ctx);
    return ok;
}

static bool reseal_one(struct stack_openssl_reseal *r, uint8_t *record, size_t body)
{
    uint8_t *nonce = record + HEADER;
    uint8_t *text = nonce + RESEAL_NONCE;
    size_t len = body - RESEAL_NONCE - MAC;
    uint8_t aad[AAD];

    for (size_t i = 0; i < 8; i++)
        aad[i] = (uint8_t)(r->sequence >> (56 - 8 * i));
    memcpy(aad + 8, record, 3);
    aad[11] = (uint8_t)(len >> 8);
    aad[12] = (uint8_t)len;
    if (r->sequence++ == 0)
        memcpy(r->nonce, nonce, RESEAL_NONCE);
    if (!crypt(r, false, nonce, aad, text, len) || !crypt(r, true, r->nonce, aad, text, len))
        return false;
    memcpy(nonce, r->nonce, RESEAL_NONCE);
    return true;
}

static bool get_key(struct stack_openssl_reseal *r, SSL *ssl)
{
    const SSL_CIPHER *suite = SSL_get_current_cipher(ssl);
    int nid = suite != NULL ? SSL_CIPHER_get_cipher_nid(suite) : NID_undef;

    r->has_key = true;
    if (SSL_version(ssl) == TLS1_2_VERSION && (nid == NID_aes_128_gcm || nid == NID_aes_256_gcm))
        r->cipher = nid == NID_aes_128_gcm ? EVP_aes_128_gcm() : EVP_aes_256_gcm();
    return r->cipher == NULL || derive(r, ssl);
}

bool stack_openssl_reseal_nonce(struct stack_openssl_reseal *r, SSL *ssl, uint8_t *records,
                                size_t len)
{
    size_t at = 0;

    while (at + HEADER <= len && length_of(records + at) <= len - at - HEADER) {
        uint8_t *record = records + at;
        size_t body = length_of(record);

        at += HEADER + body;
        if (!r->is_sealed) {
            r->is_sealed = record[0] == CHANGE_CIPHER_SPEC;
            continue;
        }
        if (!r->has_key && !get_key(r, ssl))
            return false;
        if (r->cipher != NULL && body > RESEAL_NONCE + MAC && !reseal_one(r, record, body))
            return false;
    }
    return true;
}
