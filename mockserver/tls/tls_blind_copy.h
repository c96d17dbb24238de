/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TLS_BLIND_COPY_H
#define TLS_BLIND_COPY_H

#include <openssl/types.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Would libssl rather not use this leaf? Up to TLS 1.2 it takes an ECDSA leaf whose key usage lacks
 * digitalSignature, or with an extension that it cannot parse, for no certificate at all and ends
 * the handshake with "no shared cipher", so that a board never gets to see the certificate.
 */
bool tls_needs_blind_copy(X509 *leaf);

/*
 * The certificate once more, and OpenSSL believes that it has no extensions; what is sent are the
 * bytes given. NULL: it does not parse, or no memory. To be released with X509_free().
 */
X509 *tls_blind_copy(const uint8_t *der, size_t len);

#endif
