/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Flaws of a ClientHello that no TLS library makes by itself. The message is changed between its
 * making and its hash, so that the handshake goes through as if the library had made it.
 */
#ifndef STACK_MBEDTLS_HELLO_H
#define STACK_MBEDTLS_HELLO_H

#include <mbedtls/ssl.h>

#include <stdbool.h>
#include <stddef.h>

enum mbedtls_hello {
    HELLO_AS_MADE,
    HELLO_COMPRESSION,      /* offers DEFLATE beside the null method */
    HELLO_NO_RENEGOTIATION, /* says nothing of secure renegotiation */
    HELLO_REPEATED,         /* has an extension twice */
    HELLO_PADDING           /* pads with what is not zero */
};

/* What is kept of a connection. */
struct mbedtls_hello_state {
    enum mbedtls_hello wanted;
    void (*hash)(mbedtls_ssl_context *ssl, const unsigned char *message, size_t len);
};

/*
 * To be called after mbedtls_ssl_setup() and mbedtls_ssl_set_bio().
 * @param state  has to outlive the connection, and to be found by mbedtls_hello_state_of()
 */
void stack_mbedtls_hello_bend(mbedtls_ssl_context *ssl, struct mbedtls_hello_state *state);

/* Defined by the adapter: the state of a connection of its own. */
struct mbedtls_hello_state *mbedtls_hello_state_of(const mbedtls_ssl_context *ssl);

#endif
