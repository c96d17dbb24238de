/* SPDX-License-Identifier: Apache-2.0 */
/* A ServerHello or HelloRetryRequest taken apart (RFC 8446 section 4.1.3, RFC 5246 7.4.1.3). */
#ifndef TLS_SERVER_HELLO_H
#define TLS_SERVER_HELLO_H

#include "tls_client_hello.h"

enum { TLS_SERVER_HELLO_MAX_EXTENSIONS = 32 };

struct tls_server_hello {
    uint16_t version; /* that of supported_versions where it stands there */
    uint16_t cipher;
    uint8_t compression;
    bool retry;
    struct tls_view session_id;
    int64_t types[TLS_SERVER_HELLO_MAX_EXTENSIONS];
    struct tls_hello_extension extensions[TLS_SERVER_HELLO_MAX_EXTENSIONS];
    size_t extension_count;
};

/* The body without the handshake header; ret borrows from it and is untouched on failure. */
ASSAY_RESULT tls_server_hello_parse(const void *data, size_t len, struct tls_server_hello *ret);

#endif
