/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A ClientHello taken apart (RFC 5246 section 7.4.1.2, RFC 8446 section 4.1.2), from any bytes.
 * Pure: no OpenSSL, no memory, no events.
 */
#ifndef TLS_CLIENT_HELLO_H
#define TLS_CLIENT_HELLO_H

#include "base/reader.h"
#include "base/status.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    TLS_HELLO_MAX_CODES = 1024, /* numbers of all lists together; further ones are not kept */
    TLS_HELLO_MAX_EXTENSIONS = 96,
    TLS_HELLO_MAX_PROTOCOLS = 16,
    TLS_HELLO_MALFORMED_TEXT = 160
};

enum tls_hello_list {
    TLS_HELLO_CIPHERS,
    TLS_HELLO_COMPRESSIONS,
    TLS_HELLO_EXTENSIONS,
    TLS_HELLO_VERSIONS,
    TLS_HELLO_GROUPS,
    TLS_HELLO_POINT_FORMATS,
    TLS_HELLO_SIGNATURE_ALGORITHMS,
    TLS_HELLO_KEY_SHARE_GROUPS,
    TLS_HELLO_PSK_MODES,
    TLS_HELLO_LIST_COUNT
};

/* Borrowed from the message. data is NULL where the field is missing. */
struct tls_view {
    const uint8_t *data;
    size_t len;
};

struct tls_hello_codes {
    size_t at; /* into codes */
    size_t count;
    bool present;
};

struct tls_hello_extension {
    uint16_t type;
    struct tls_view body;
};

struct tls_client_hello {
    uint16_t legacy_version;
    struct tls_view random;
    struct tls_view session_id;
    struct tls_hello_codes lists[TLS_HELLO_LIST_COUNT];
    int64_t codes[TLS_HELLO_MAX_CODES];
    size_t code_count;
    struct tls_hello_extension extensions[TLS_HELLO_MAX_EXTENSIONS];
    size_t extension_count;
    struct tls_view server_name; /* any bytes */
    struct tls_view protocols[TLS_HELLO_MAX_PROTOCOLS];
    size_t protocol_count;
    int64_t psk_identities;      /* -1: not sent */
    int64_t max_fragment_length; /* the code, 1 to 4 are valid; -1: not sent */
    int64_t record_size_limit;   /* -1: not sent */
    bool extended_master_secret;
    bool secure_renegotiation; /* the extension or the SCSV */
    bool encrypt_then_mac;
    bool session_ticket;
    bool status_request;
    bool fallback_scsv;
    bool grease;
    bool cut; /* something was beyond the limits above and is not kept; not an error */
    char malformed[TLS_HELLO_MALFORMED_TEXT]; /* the first thing that is broken; "" : nothing */
};

/*
 * Take the body of a ClientHello (without the four bytes of the handshake header) apart.
 * @param ret  Always filled with whatever could be read; borrows from data.
 * @retval ASSAY_ERR_MALFORMED  ret->malformed names what is broken
 */
ASSAY_RESULT tls_client_hello_parse(const void *data, size_t len, struct tls_client_hello *ret);

/* The numbers of one list. */
const int64_t *tls_client_hello_list(const struct tls_client_hello *hello, enum tls_hello_list list,
                                     size_t *ret_count);

#endif
