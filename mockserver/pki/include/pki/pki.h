/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Keys and certificates, minted in memory. No files, no sockets, no clock of its own.
 *
 * A certificate is a row of the recipe table plus overrides from the scenario (a value tree, see
 * docs/formats/certificates.md). Keys are made once per store and reused; certificates that never
 * change between cases (CAs) are cached by their description; a leaf is minted per case.
 */
#ifndef PKI_PKI_H
#define PKI_PKI_H

#include "base/buf.h"
#include "base/status.h"
#include "base/value.h"

#include <openssl/types.h>

struct pki_store;

/* NULL: no memory. Not thread safe; one store per run. */
struct pki_store *pki_store_new(void);
void pki_store_free(struct pki_store *store);

/*
 * The key type behind "auto" and behind "bench-root" and "client-ca" (their ECDSA or their RSA
 * one): "p256" unless set, "rsa2048" for boards without ECDSA.
 * @retval ASSAY_ERR_ARG  no such key type
 */
ASSAY_RESULT pki_store_set_default_key(struct pki_store *store, const char *key_type,
                                       struct assay_error *err);

/* Keys made (not imported) since pki_store_new(): above 0 there is something to export. */
size_t pki_store_keys_made(const struct pki_store *store);

/*
 * The bench root: what boards are told to trust. It outlives a run (boards need not be reflashed),
 * so the harness keeps it as a file and imports it. Made on first use when none was imported.
 * Key and certificate as PEM in one text.
 */
ASSAY_RESULT pki_store_import(struct pki_store *store, const char *pem, size_t len,
                              struct assay_error *err);
/* The root and all pooled keys (RSA keys are slow to make) as PEM text, to be kept with mode 0600.
 */
ASSAY_RESULT pki_store_export(struct pki_store *store, struct buf *out, struct assay_error *err);

/* What a board is given as its trust store, for a board that wants this key type ("p256",
 * "rsa2048"); DER. There is one bench root per key type family (ecdsa, rsa). */
ASSAY_RESULT pki_store_root(struct pki_store *store, const char *key_type, struct buf *der,
                            struct assay_error *err);

/*
 * What a user brings: a certificate (the first of its text; others may follow) and its private key,
 * as PEM. Borrowed.
 */
struct pki_given {
    const char *cert_pem, *key_pem;
    size_t cert_len, key_len;
};

/*
 * From now on "client-ca" means this CA. It signs what the bench shows as a client; it is never
 * exported.
 * @retval ASSAY_ERR_MALFORMED    no certificate of a CA, no key, or not the key of that certificate
 * @retval ASSAY_ERR_UNSUPPORTED  a key of an unknown kind
 */
ASSAY_RESULT pki_store_give_client_ca(struct pki_store *store, const struct pki_given *given,
                                      struct assay_error *err);

/*
 * A key for descriptions that show a certificate byte for byte (`der`, `key`, `key_label`).
 * @param ret_type  its type's name, for `key`; static
 */
ASSAY_RESULT pki_store_give_identity(struct pki_store *store, const char *label,
                                     const struct pki_given *given, const char **ret_type,
                                     struct assay_error *err);

/* How many certificates there are in a PEM text; DER of one of them, appended. */
size_t pki_given_certificates(const char *pem, size_t len);
/* @retval ASSAY_ERR_MALFORMED  it has no such certificate */
ASSAY_RESULT pki_given_certificate(const char *pem, size_t len, size_t index, struct buf *der,
                                   struct assay_error *err);

/* PEM of a DER certificate, appended. */
ASSAY_RESULT pki_pem_certificate(const void *der, size_t len, struct buf *out);

/* A server's chain as it will be sent, leaf first, and the key that goes with the leaf. */
struct pki_chain;

/*
 * Mint a chain.
 * @param certs   Map from a name to a description ({recipe=..., overrides}); see the docs.
 *                NULL: {leaf = {recipe = "leaf"}}.
 * @param chain   List of names of `certs`, or of authorities of the bench ("bench-root"): what is
 *                sent, in that order. NULL: {"leaf"}. Where it is empty the key is that of "leaf".
 * @param now_s   Scenario time; validity is relative to it.
 * @retval ASSAY_ERR_MALFORMED  unknown key or wrong value; err names the path
 */
ASSAY_RESULT pki_chain_make(struct pki_store *store, const struct value *certs,
                            const struct value *chain, int64_t now_s, struct pki_chain **ret,
                            struct assay_error *err);
void pki_chain_free(struct pki_chain *chain);

size_t pki_chain_count(const struct pki_chain *chain);
/* DER of member i; borrowed. */
const uint8_t *pki_chain_der(const struct pki_chain *chain, size_t i, size_t *ret_len);
/* Parsed member, borrowed; NULL where the DER is broken on purpose. */
X509 *pki_chain_x509(const struct pki_chain *chain, size_t i);
/* The private key that the server uses (may be one that does not belong to the leaf); borrowed. */
EVP_PKEY *pki_chain_key(const struct pki_chain *chain);
/* Private key of the certificate `name` of the map that the chain was made from, sent or not;
 * borrowed. NULL: there is no such name. For servers that prove the wrong key (`tls.key`). */
EVP_PKEY *pki_chain_key_of(const struct pki_chain *chain, const char *name);

/* Certificate `name` of that map, parsed, sent or not; borrowed. NULL: there is none, or its DER is
 * broken on purpose. */
X509 *pki_chain_x509_of(const struct pki_chain *chain, const char *name);

/* SHA-256 in hex of a certificate, and of its SubjectPublicKeyInfo. */
struct pki_fingerprints {
    char certificate[65];
    char key[65];
};

/* @retval ASSAY_ERR_MALFORMED  not a certificate */
ASSAY_RESULT pki_certificate_fingerprints(const uint8_t *der, size_t len,
                                          struct pki_fingerprints *ret, struct assay_error *err);

/* An identity for a board: leaf certificate (DER), its private key (PKCS#8 DER), from a description
 * such as {recipe="client"}; the bench's client CA signs it. */
ASSAY_RESULT pki_identity_make(struct pki_store *store, const struct value *description,
                               int64_t now_s, struct buf *cert_der, struct buf *key_der,
                               struct assay_error *err);

/* The CA that signs identities, borrowed; what a server lists and checks against. */
ASSAY_RESULT pki_store_client_ca(struct pki_store *store, X509 **ret, struct assay_error *err);
/* The same as DER, appended: what a board that is a server trusts its clients by. */
ASSAY_RESULT pki_store_client_root(struct pki_store *store, struct buf *der,
                                   struct assay_error *err);

#endif
