/* SPDX-License-Identifier: Apache-2.0 */
#include "pki_signature.h"

#include <openssl/evp.h>

#include <inttypes.h>
#include <string.h>

enum { SIGNATURE_MAX = 4096 };

/* What is signed, how, and by whom. */
static bool digest_of(const struct pki_signing *s, const struct buf *tbs,
                      uint8_t digest[static PKI_DIGEST_LEN])
{
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    bool done = ctx != NULL && EVP_DigestInit_ex(ctx, EVP_sha256(), NULL) == 1 &&
                EVP_DigestUpdate(ctx, s->algorithm->name, strlen(s->algorithm->name) + 1) == 1 &&
                EVP_DigestUpdate(ctx, s->key->public_info.data, s->key->public_info.len) == 1 &&
                EVP_DigestUpdate(ctx, tbs->data, tbs->len) == 1 &&
                EVP_DigestFinal_ex(ctx, digest, NULL) == 1;

    EVP_MD_CTX_free(ctx);
    return done;
}

static const struct buf *recall(const struct pki_store *store, const uint8_t *digest)
{
    for (size_t i = 0; i < PKI_CACHE_SLOTS; i++)
        if (store->cache[i].signature.len > 0 &&
            memcmp(store->cache[i].digest, digest, PKI_DIGEST_LEN) == 0)
            return &store->cache[i].signature;
    return NULL;
}

static enum assay_status remember(struct pki_store *store, const uint8_t *digest,
                                  const struct buf *signature)
{
    struct pki_cached_signature *slot = &store->cache[store->cache_next];

    store->cache_next = (store->cache_next + 1) % PKI_CACHE_SLOTS;
    buf_done(&slot->signature);
    buf_init(&slot->signature, SIGNATURE_MAX);
    memcpy(slot->digest, digest, PKI_DIGEST_LEN);
    return buf_add(&slot->signature, signature->data, signature->len);
}

enum assay_status pki_signature_make(const struct pki_signing *signing, const struct buf *tbs,
                                     struct buf *out, struct assay_error *err)
{
    uint8_t digest[PKI_DIGEST_LEN];

    buf_clear(out);
    if (!signing->stable)
        return pki_algorithm_sign(signing->algorithm, signing->key, tbs->data, tbs->len, out, err);
    if (!digest_of(signing, tbs, digest))
        return ASSAY_ERR_CRYPTO;
    const struct buf *known = recall(signing->store, digest);
    if (known != NULL)
        return buf_add(out, known->data, known->len);
    ASSAY_TRY(pki_algorithm_sign(signing->algorithm, signing->key, tbs->data, tbs->len, out, err));
    return remember(signing->store, digest, out);
}

enum assay_status pki_signature_spoil(const struct pki_spec *spec, const char *path,
                                      struct buf *signature, struct assay_error *err)
{
    int64_t bit = spec->flip_signature_bit;

    if (spec->signature.data != NULL) {
        buf_clear(signature);
        ASSAY_TRY(buf_add_from_hex(signature, spec->signature.data, spec->signature.len));
    }
    if ((uint64_t)spec->truncate_signature > signature->len)
        return assay_error_set(err, ASSAY_ERR_MALFORMED,
                               "%s.truncate_signature is %" PRId64 "; this signature has %zu bytes",
                               path, spec->truncate_signature, signature->len);
    buf_truncate(signature, signature->len - (size_t)spec->truncate_signature);
    if (bit == PKI_NO_FLIP)
        return ASSAY_OK;
    if ((uint64_t)bit / 8 >= signature->len)
        return assay_error_set(err, ASSAY_ERR_MALFORMED,
                               "%s.flip_signature_bit is %" PRId64 "; this signature has %zu bits",
                               path, bit, 8 * signature->len);
    signature->data[signature->len - 1 - (size_t)bit / 8] ^= (uint8_t)(1u << bit % 8);
    return ASSAY_OK;
}
