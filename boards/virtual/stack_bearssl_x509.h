/* SPDX-License-Identifier: Apache-2.0 */
/*
 * X.509 validation for the BearSSL board: br_x509_minimal, looked at through glasses that may be
 * dirty. Without a flaw every call goes straight to br_x509_minimal.
 */
#ifndef STACK_BEARSSL_X509_H
#define STACK_BEARSSL_X509_H

#include "virtual_stack.h"

#include <bearssl.h>
#include <stdbool.h>

enum { STACK_BEARSSL_DN_MAX = 1024, STACK_BEARSSL_CERT_MAX = 16384 };

/* A trust anchor and what it points into. */
struct bearssl_anchor {
    br_x509_trust_anchor anchor;
    br_x509_decoder_context decoder; /* owns the key's bytes */
    unsigned char dn[STACK_BEARSSL_DN_MAX];
};

/* Decode one root. @return BearSSL's error, 0: none */
int stack_bearssl_decode_root(struct bearssl_anchor *anchor, const unsigned char *der, size_t len);

enum bearssl_flaw {
    BEARSSL_FLAW_NAME,
    BEARSSL_FLAW_DATES,
    BEARSSL_FLAW_CHAIN,
    BEARSSL_FLAW_HANDSHAKE,
    BEARSSL_FLAW_CHIP,
    BEARSSL_FLAW_SAMD
};

struct bearssl_validator {
    const br_x509_class *vtable; /* first: the engine sees this */
    br_x509_minimal_context minimal;
    const struct virtual_flaw_set *flaws;
    br_x509_decoder_context leaf; /* BEARSSL_FLAW_CHAIN: the key of the first certificate */
    unsigned certs;
    bool is_overlong;
    unsigned char cert[STACK_BEARSSL_CERT_MAX]; /* BEARSSL_FLAW_DATES: the one being received */
    size_t cert_len;
};

/*
 * validator->minimal is set up already (br_ssl_client_init_full).
 * @param flaws  borrowed for the validator's life
 */
void stack_bearssl_validator_init(struct bearssl_validator *validator,
                                  const struct virtual_flaw_set *flaws);

#endif
