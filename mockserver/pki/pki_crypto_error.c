/* SPDX-License-Identifier: Apache-2.0 */
#include "pki_crypto_error.h"

#include <openssl/err.h>

#include <stdio.h>

enum assay_status pki_crypto_error(struct assay_error *err, const char *format, ...)
{
    char what[256];
    /* The first error of the queue is the cause; what follows are the layers above it. */
    const char *reason = ERR_reason_error_string(ERR_peek_error());
    va_list args;

    va_start(args, format);
    vsnprintf(what, sizeof(what), format, args);
    va_end(args);
    assay_error_set(err, ASSAY_ERR_CRYPTO, "%s: %s", what,
                    reason != NULL ? reason : "libcrypto gives no reason");
    ERR_clear_error();
    return ASSAY_ERR_CRYPTO;
}
