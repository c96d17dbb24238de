/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The store as text, for pki_store_import():
 *
 *     assay-key-store 1
 *     key p256 leaf              type and label of the PEM block that follows
 *     -----BEGIN PRIVATE KEY-----
 *     certificate bench-root-ecdsa
 *     -----BEGIN CERTIFICATE-----
 *     end <SHA-256 of all lines before this one>
 *
 * The last line tells a file that lost its end, or was edited, from a whole one.
 */
#include "pki_pem.h"
#include "pki_store.h"

#include <openssl/crypto.h>
#include <openssl/sha.h>

static enum assay_status export_key(const struct pki_key *key, struct buf *out)
{
    struct buf der;

    buf_init(&der, PKI_STORE_TEXT_MAX);
    enum assay_status status = pki_pkey_private_der(key->pkey, &der);
    if (status == ASSAY_OK)
        status = buf_printf(out, "key %s %s\n", key->type->name, key->label);
    if (status == ASSAY_OK)
        status = pki_pem_write(PKI_PEM_KEY, der.data, der.len, out);
    OPENSSL_cleanse(der.data, der.len);
    buf_done(&der);
    return status;
}

static enum assay_status export_all(const struct pki_store *store, struct buf *text)
{
    ASSAY_TRY(buf_add_text(text, PKI_STORE_HEADER "\n"));
    for (const struct pki_key *key = store->keys; key != NULL; key = key->next)
        if (!key->is_given && pki_key_type_find(key->type->name) != NULL) /* no internal type */
            ASSAY_TRY(export_key(key, text));
    for (size_t i = 0; i < PKI_AUTHORITY_COUNT; i++) {
        const struct pki_authority *authority = &store->authorities[i];
        const struct buf *der = &authority->certificate.der;

        if (der->len == 0)
            continue;
        ASSAY_TRY(buf_printf(text, "certificate %s\n", authority->entity.name));
        ASSAY_TRY(pki_pem_write(PKI_PEM_CERT, der->data, der->len, text));
    }
    return ASSAY_OK;
}

static enum assay_status export_sum(struct buf *text)
{
    uint8_t digest[SHA256_DIGEST_LENGTH];

    if (SHA256(text->data, text->len, digest) == NULL)
        return ASSAY_ERR_CRYPTO;
    ASSAY_TRY(buf_add_text(text, PKI_STORE_END));
    ASSAY_TRY(buf_add_hex(text, digest, sizeof(digest)));
    return buf_add_char(text, '\n');
}

enum assay_status pki_store_export(struct pki_store *store, struct buf *out,
                                   struct assay_error *err)
{
    struct buf text;

    buf_init(&text, PKI_STORE_TEXT_MAX);
    enum assay_status status = export_all(store, &text);
    if (status == ASSAY_OK)
        status = export_sum(&text);
    if (status == ASSAY_OK)
        status = buf_add(out, text.data, text.len);
    OPENSSL_cleanse(text.data, text.len);
    buf_done(&text);
    return status == ASSAY_OK
               ? ASSAY_OK
               : assay_error_set(err, status, "the key store could not be written as text: %s",
                                 assay_status_text(status));
}
