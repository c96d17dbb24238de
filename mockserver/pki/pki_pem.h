/* SPDX-License-Identifier: Apache-2.0 */
/* PEM (RFC 7468), strict form: 64 characters a line. */
#ifndef PKI_PEM_H
#define PKI_PEM_H

#include "base/buf.h"
#include "base/status.h"

/* Append der as a PEM block with that label ("CERTIFICATE"). */
ASSAY_RESULT pki_pem_write(const char *label, const void *der, size_t len, struct buf *out);

/* The first line of a store's text, and the marks of its lines. */
#define PKI_STORE_HEADER "assay-key-store 1"
#define PKI_STORE_END    "end "
#define PKI_PEM_KEY      "PRIVATE KEY"
#define PKI_PEM_CERT     "CERTIFICATE"

enum { PKI_STORE_TEXT_MAX = 16 * 1024 * 1024 };

#endif
