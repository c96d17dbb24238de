/* SPDX-License-Identifier: Apache-2.0 */
/* The hellos as events. */
#ifndef TLS_HELLO_EVENTS_H
#define TLS_HELLO_EVENTS_H

#include "tls_client_hello.h"

#include "base/event.h"

/* What whoever sits above TLS may want to know of a ClientHello, also where the handshake fails. */
struct tls_offers {
    bool has_server_name;
    char protocols[128]; /* of ALPN, with ", " between; "": none */
};

/*
 * tls.client_hello and one tls.extension for each extension; body without the handshake header.
 * ret: only set, never cleared
 */
void tls_emit_client_hello(const struct event_sink *sink, uint32_t conn, const void *body,
                           size_t len, struct tls_offers *ret);
/* tls.server_hello and its extensions. */
void tls_emit_server_hello(const struct event_sink *sink, uint32_t conn, const void *body,
                           size_t len);

#endif
