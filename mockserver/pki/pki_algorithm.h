/* SPDX-License-Identifier: Apache-2.0 */
/* Signature algorithms of certificates: their table, their AlgorithmIdentifier, and signing. */
#ifndef PKI_ALGORITHM_H
#define PKI_ALGORITHM_H

#include "pki_der.h"
#include "pki_key.h"

struct pki_algorithm {
    const char *name;
    enum pki_family family; /* of the key that signs */
    const char *key_type;   /* only this type (EdDSA); NULL: the whole family */
    const char *hash;       /* NULL: the algorithm brings its own */
    bool pss;
    const char *oid;
    bool null_parameters; /* RFC 4055: NULL for RSA; RFC 5758, 8410: absent for the rest */
    unsigned hash_len;    /* PSS: also the length of the salt */
};

/* Ends with a NULL name. */
extern const struct pki_algorithm pki_algorithms[];

/* What a key of `type` signs with; NULL: there is no such signature. */
const struct pki_algorithm *pki_algorithm_for(const struct pki_key_type *type, const char *hash,
                                              bool pss);
/* NULL: no such name. */
const struct pki_algorithm *pki_algorithm_find(const char *name);

/* AlgorithmIdentifier (RFC 5280 section 4.1.1.2). */
void pki_algorithm_write(const struct pki_algorithm *algorithm, struct der *d);

/* AlgorithmIdentifier of its hash alone (RFC 8017 appendix B.1). */
void pki_algorithm_write_hash(const struct pki_algorithm *algorithm, struct der *d);

/* Sign data; the signature is appended. */
ASSAY_RESULT pki_algorithm_sign(const struct pki_algorithm *algorithm, const struct pki_key *key,
                                const void *data, size_t len, struct buf *out,
                                struct assay_error *err);

#endif
