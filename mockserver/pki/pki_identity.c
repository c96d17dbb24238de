/* SPDX-License-Identifier: Apache-2.0 */
#include "pki_crypto_error.h"
#include "pki_mint.h"
#include "pki_store.h"

#include <openssl/evp.h>
#include <openssl/x509.h>

#include <stdio.h>

static void write_hex(const uint8_t digest[32], char ret[65])
{
    for (size_t i = 0; i < 32; i++)
        snprintf(ret + 2 * i, 3, "%02x", digest[i]);
}

enum assay_status pki_certificate_fingerprints(const uint8_t *der, size_t len,
                                               struct pki_fingerprints *ret,
                                               struct assay_error *err)
{
    const uint8_t *at = der;
    uint8_t digest[32];
    uint8_t *key = NULL;
    X509 *x = d2i_X509(NULL, &at, (long)len);
    int key_len = x != NULL ? i2d_X509_PUBKEY(X509_get_X509_PUBKEY(x), &key) : -1;
    enum assay_status status = ASSAY_ERR_MALFORMED;
    unsigned got = sizeof(digest);

    if (x != NULL && key_len > 0 && EVP_Digest(der, len, digest, &got, EVP_sha256(), NULL) == 1) {
        write_hex(digest, ret->certificate);
        if (EVP_Digest(key, (size_t)key_len, digest, &got, EVP_sha256(), NULL) == 1) {
            write_hex(digest, ret->key);
            status = ASSAY_OK;
        }
    }
    OPENSSL_free(key);
    X509_free(x);
    if (status != ASSAY_OK)
        (void)pki_crypto_error(err, "the fingerprint of a certificate"); /* a message for it */
    return status;
}

enum assay_status pki_identity_make(struct pki_store *store, const struct value *description,
                                    int64_t now_s, struct buf *cert_der, struct buf *key_der,
                                    struct assay_error *err)
{
    struct pki_entity entity = {.name = "identity"};
    const struct pki_set set = {
        .store = store, .entities = &entity, .count = 1, .path = "", .now_s = now_s};
    struct pki_certificate made;
    const size_t cert_before = cert_der->len;

    ASSAY_TRY(pki_spec_read(description, "identity", &entity.spec, &entity.recipe, err));
    ASSAY_TRY(pki_mint(&set, &entity, &made, err));
    enum assay_status status = buf_add(cert_der, made.der.data, made.der.len);
    if (status == ASSAY_OK)
        status = pki_pkey_private_der(made.key, key_der);
    if (status != ASSAY_OK)
        buf_truncate(cert_der, cert_before);
    pki_certificate_done(&made);
    return status;
}
