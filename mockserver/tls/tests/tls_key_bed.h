/* SPDX-License-Identifier: Apache-2.0 */
/* What the tests of the keys of the `tls` table share. */
#ifndef TLS_KEY_BED_H
#define TLS_KEY_BED_H

#include "tls_bed.h"

/* The keys that are tested in test_tls_key_answers.c; all others are tested in test_tls_keys.c. */
#define KEYS_OF_ANSWERS(X)                                                                         \
    X(tickets)                                                                                     \
    X(session_cache)                                                                               \
    X(alpn)                                                                                        \
    X(alpn_required)                                                                               \
    X(alpn_answer)                                                                                 \
    X(sni)                                                                                         \
    X(psk)                                                                                         \
    X(staple)                                                                                      \
    X(ocsp)                                                                                        \
    X(extended_master_secret)                                                                      \
    X(encrypt_then_mac)                                                                            \
    X(max_send_fragment)                                                                           \
    X(record_padding)                                                                              \
    X(unknown_extensions)                                                                          \
    X(key_log)

/*
 * Handshake with a server of these words; the client is set up by `prepare`. A bed that was used
 * before starts again with the same keys; a new one is all zero.
 */
bool key_try(struct bed *bed, const char *tls, const char *certs, void (*prepare)(SSL_CTX *client));
/* No server can be made of these words, and the error says so. */
void key_refused(const char *tls, const char *certs, enum assay_status status, const char *says);
/* A text of the tls.established event. */
const char *key_established(const struct bed *bed, const char *field);
/* Does a message of the server hold these bytes? */
bool key_message_holds(const struct bed *bed, const char *name, const void *part, size_t len);
void key_at_most_1_2(SSL_CTX *client);

#endif
