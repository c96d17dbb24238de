/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The key store's text: the input is sealed with the right sum, so that what lies behind it is
 * reached. What is taken can be written again.
 */
#include "pki/pki.h"

#include <openssl/err.h>
#include <openssl/sha.h>

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { TEXT_MAX = 1 << 20 };

static void require(bool ok)
{
    if (!ok)
        abort();
}

static void seal(struct buf *text)
{
    uint8_t digest[SHA256_DIGEST_LENGTH];

    require(SHA256(text->data, text->len, digest) != NULL);
    require(buf_add_text(text, "end ") == ASSAY_OK);
    require(buf_add_hex(text, digest, sizeof(digest)) == ASSAY_OK);
    require(buf_add_char(text, '\n') == ASSAY_OK);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct pki_store *store = pki_store_new();
    struct assay_error err = {.text = ""};
    struct buf text;
    struct buf again;

    require(store != NULL);
    buf_init(&text, TEXT_MAX);
    buf_init(&again, TEXT_MAX);
    require(buf_add_text(&text, "assay-key-store 1\n") == ASSAY_OK);
    require(buf_add(&text, data, size < TEXT_MAX / 2 ? size : TEXT_MAX / 2) == ASSAY_OK);
    seal(&text);
    enum assay_status status = pki_store_import(store, buf_text(&text), text.len, &err);
    require(status == ASSAY_OK || status == ASSAY_ERR_MALFORMED);
    if (status == ASSAY_OK)
        require(pki_store_export(store, &again, &err) == ASSAY_OK);
    require(ERR_peek_error() == 0);
    buf_done(&text);
    buf_done(&again);
    pki_store_free(store);
    return 0;
}
