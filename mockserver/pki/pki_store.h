/* SPDX-License-Identifier: Apache-2.0 */
/* What the pieces of this room share of the store. */
#ifndef PKI_STORE_H
#define PKI_STORE_H

#include "pki/pki.h"

#include "pki_key.h"
#include "pki_spec.h"

enum { PKI_CERTIFICATE_MAX = 8 * 1024 * 1024, PKI_DIGEST_LEN = 32, PKI_CACHE_SLOTS = 512 };

/* A finished certificate. */
struct pki_certificate {
    char name[PKI_LABEL_MAX + 1];
    struct buf der; /* empty: not made yet */
    X509 *x509;     /* NULL where the DER is broken */
    EVP_PKEY *key;  /* that fits its public key */
};

void pki_certificate_done(struct pki_certificate *certificate);
/* Parse der into x509, which stays NULL unless libcrypto would send these very bytes again. */
void pki_certificate_parse(struct pki_certificate *certificate);

/*
 * Signatures of certificates that do not change between cases, by a digest of what is signed, how
 * and by whom. A ring: the oldest goes first.
 */
struct pki_cached_signature {
    uint8_t digest[PKI_DIGEST_LEN];
    struct buf signature; /* empty: a free slot */
};

enum { PKI_AUTHORITY_COUNT = 4 };

/* A CA that outlives the run. Its certificate is made on first use or imported. */
struct pki_authority {
    struct pki_entity entity;
    struct pki_certificate certificate;
    struct buf subject, key_id_hex; /* of one that was given; behind its entity */
};

/* Of one that was given. NULL is allowed. */
void pki_authority_free(struct pki_authority *authority);

struct pki_store {
    struct pki_key *keys;
    size_t keys_made;
    const struct pki_key_type *default_type;
    struct pki_authority authorities[PKI_AUTHORITY_COUNT];
    struct pki_authority *given_client_ca; /* in place of the bench's own; NULL: none */
    struct pki_cached_signature cache[PKI_CACHE_SLOTS];
    size_t cache_next;
};

/* The key of that type and label, made if there is none yet; borrowed. */
ASSAY_RESULT pki_store_key(struct pki_store *store, const struct pki_key_type *type,
                           const char *label, const struct pki_key **ret, struct assay_error *err);
/* The key that imitates target (pki_key_special.h); borrowed. */
ASSAY_RESULT pki_store_imitated_key(struct pki_store *store, const struct pki_key *target,
                                    const struct pki_key **ret, struct assay_error *err);
/* NULL: there is none yet. */
const struct pki_key *pki_store_find_key(const struct pki_store *store,
                                         const struct pki_key_type *type, const char *label);

/*
 * "bench-root" and "client-ca" mean the one of the default key type; "bench-root-rsa" and so on.
 * NULL: no authority has that name.
 */
struct pki_authority *pki_store_find_authority(struct pki_store *store, const char *name);
/* Make its certificate unless there is one. */
ASSAY_RESULT pki_store_open_authority(struct pki_store *store, struct pki_authority *authority,
                                      struct assay_error *err);

#endif
