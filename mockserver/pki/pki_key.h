/* SPDX-License-Identifier: Apache-2.0 */
/* Key pairs: the table of their types, and the pool that makes each of them once. */
#ifndef PKI_KEY_H
#define PKI_KEY_H

#include "base/buf.h"
#include "base/status.h"

#include <openssl/types.h>
#include <stdbool.h>

enum pki_family {
    PKI_FAMILY_ECDSA,
    PKI_FAMILY_RSA,
    PKI_FAMILY_RSA_PSS,
    PKI_FAMILY_EDDSA,
    PKI_FAMILY_DSA
};

struct pki_key_type {
    const char *name;       /* in descriptions and key stores */
    enum pki_family family; /* which signatures it makes */
    const char *algorithm;  /* libcrypto's name */
    const char *group;      /* of an EC key, else NULL */
    unsigned bits;          /* of an RSA or DSA key, else 0 */
    unsigned exponent;      /* of an RSA key, else 0 */
    bool explicit_group;    /* the curve is written out instead of named */
};

/* Ends with a NULL name. */
extern const struct pki_key_type pki_key_types[];

/* NULL: no such type. */
const struct pki_key_type *pki_key_type_find(const char *name);
bool pki_key_type_is_rsa(const struct pki_key_type *type);

enum { PKI_KEY_ID_LEN = 20, PKI_LABEL_MAX = 64 };

struct pki_key {
    const struct pki_key_type *type;
    char label[PKI_LABEL_MAX + 1];
    EVP_PKEY *pkey;
    struct buf public_info;     /* SubjectPublicKeyInfo, DER */
    uint8_t id[PKI_KEY_ID_LEN]; /* SHA-1 of the key's bits (RFC 5280 section 4.2.1.2, method 1) */
    bool is_given;              /* by a user, and not the bench's to keep */
    struct pki_key *next;
};

/* 1 to PKI_LABEL_MAX letters, digits and "._-@:/": a label is also a word in a key store's text. */
bool pki_label_is_plain(const char *label);

/*
 * Take over a key pair (also on failure).
 * @retval ASSAY_ERR_MALFORMED  it is not of that type
 */
ASSAY_RESULT pki_key_new(const struct pki_key_type *type, const char *label, EVP_PKEY *pkey,
                         struct pki_key **ret, struct assay_error *err);
void pki_key_free(struct pki_key *key);

/* Make a fresh pair; hundreds of milliseconds for RSA. */
ASSAY_RESULT pki_key_make(const struct pki_key_type *type, const char *label, struct pki_key **ret,
                          struct assay_error *err);

/* PKCS#8 DER, appended. */
ASSAY_RESULT pki_pkey_private_der(const EVP_PKEY *pkey, struct buf *out);

#endif
