/* SPDX-License-Identifier: Apache-2.0 */
#include "pki_mint.h"
#include "pki_store.h"

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
