/* SPDX-License-Identifier: Apache-2.0 */
#include "pki_pem.h"

#include "pki/pki.h"

enum { BYTES_PER_LINE = 48 };

enum assay_status pki_pem_write(const char *label, const void *der, size_t len, struct buf *out)
{
    const uint8_t *bytes = der;
    const size_t before = out->len;
    enum assay_status status = buf_printf(out, "-----BEGIN %s-----\n", label);

    for (size_t at = 0; at < len && status == ASSAY_OK; at += BYTES_PER_LINE) {
        size_t left = len - at;

        status = buf_add_base64(out, bytes + at, left < BYTES_PER_LINE ? left : BYTES_PER_LINE);
        if (status == ASSAY_OK)
            status = buf_add_char(out, '\n');
    }
    if (status == ASSAY_OK)
        status = buf_printf(out, "-----END %s-----\n", label);
    if (status != ASSAY_OK)
        buf_truncate(out, before);
    return status;
}

enum assay_status pki_pem_certificate(const void *der, size_t len, struct buf *out)
{
    return pki_pem_write(PKI_PEM_CERT, der, len, out);
}
