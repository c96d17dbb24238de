/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of this room ask a tls_library for. */
#ifndef TLS_TLS_LIBRARY_H
#define TLS_TLS_LIBRARY_H

#include "tls/library.h"

#include <openssl/types.h>

#include <stddef.h>

/* A secret of TLS 1.3 has been derived; label as RFC 8446 section 7.1 has it, without "tls13 ". */
typedef void tls_secret_fn(void *ctx, const char *label, size_t label_len, const void *secret,
                           size_t len);

/* NULL where library is NULL: that is OpenSSL's own default. */
OSSL_LIB_CTX *tls_library_ctx(const struct tls_library *library);

/* Who hears of secrets from now on; fn NULL: nobody. */
void tls_library_watch(struct tls_library *library, tls_secret_fn *fn, void *ctx);

#endif
