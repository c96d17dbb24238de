/* SPDX-License-Identifier: Apache-2.0 */
/* Inside the OpenSSL board. */
#ifndef STACK_OPENSSL_H
#define STACK_OPENSSL_H

#include "virtual_stack.h"

#include "probe/probe_settings.h"

#include <openssl/ssl.h>

enum flaw {
    FLAW_NAME = 1,
    FLAW_DATES = 2,
    FLAW_CHAIN = 4,
    FLAW_CA = 8,
    FLAW_USAGE = 16,
    FLAW_CONSTRAINTS = 32,
    FLAW_CRITICAL = 64,
    FLAW_WEAK = 128
};

struct openssl_board {
    struct probe_tls tls;
    char stack[40];
    struct virtual_stack_options options;
    struct virtual_net *net;
    SSL_CTX *ctx;
    BIO_METHOD *bio_method;
    SSL *ssl;
    struct probe_failure failure;
    struct probe_failure refused;  /* by the verification; code 0: not */
    char alpn[PROBE_ALPN_MAX + 2]; /* as offered: a length byte and the name */
    char psk_identity[PROBE_PSK_ID_MAX + 1];
    uint8_t psk[PROBE_PSK_HEX_MAX / 2];
    size_t psk_len;
};

bool stack_openssl_has_flaw(const struct openssl_board *board, enum flaw flaw);

/* What is demanded of the server's certificates, on board->ssl. Each returns false on failure. */
bool stack_openssl_trust_root(struct openssl_board *board, const struct probe_tls_config *config);
bool stack_openssl_demand_name(struct openssl_board *board, const char *host);
bool stack_openssl_demand_chain(struct openssl_board *board, const struct probe_tls_config *config);

/*
 * The way to the network: virtual_net_send() and virtual_net_receive() as a BIO, because they
 * know how to get at an alert whose sender is gone already.
 */
BIO_METHOD *stack_openssl_bio_method(void);
/* false: out of memory */
bool stack_openssl_bio_attach(struct openssl_board *board);

#endif
