/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PKI_CRYPTO_ERROR_H
#define PKI_CRYPTO_ERROR_H

#include "base/status.h"

/*
 * Fill err with "<what>: <libcrypto's own words>" and empty libcrypto's queue of errors.
 * Returns ASSAY_ERR_CRYPTO.
 */
enum assay_status pki_crypto_error(struct assay_error *err, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif
