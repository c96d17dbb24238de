/* SPDX-License-Identifier: Apache-2.0 */
/* What the tests of this room share: descriptions as JSON, chains from them, and verification. */
#ifndef PKI_TEST_SUPPORT_H
#define PKI_TEST_SUPPORT_H

#include "pki/pki.h"

#include <openssl/types.h>

/* 2027-01-15T08:00:00Z */
#define NOW_S INT64_C(1800000000)

/* A tree from JSON with ' instead of ". Ends the test process where it is none. */
struct value *tree(const char *json);

/*
 * A chain from {'certs': {...}, 'chain': [...]}; a missing chain is ["leaf"]. NULL: it failed, and
 * that was recorded as a failure of the test.
 */
struct pki_chain *chain_of(struct pki_store *store, const char *json);

/* The error of such a description; records a failure where there is none. */
struct assay_error refusal_of(struct pki_store *store, const char *json);

/*
 * What X509_verify_cert() says of the chain against the bench root at NOW_S: X509_V_OK or the code
 * of the error, -1 where the first member cannot be parsed. The others are untrusted helpers.
 */
int verify(struct pki_store *store, const struct pki_chain *chain);
/* As above with X509_V_FLAG_X509_STRICT, purpose "TLS server" and this host name. */
int verify_strictly(struct pki_store *store, const struct pki_chain *chain, const char *host);

/* The bench root as libcrypto's object; the caller frees it. */
X509 *root_of(struct pki_store *store, const char *key_type);

#endif
