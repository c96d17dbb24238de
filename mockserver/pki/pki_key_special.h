/* SPDX-License-Identifier: Apache-2.0 */
/* Key pairs that take more than a call of the library. */
#ifndef PKI_KEY_SPECIAL_H
#define PKI_KEY_SPECIAL_H

#include "pki_key.h"

/* A DSA pair of 2048 bits over fixed domain parameters; NULL: libcrypto said no. */
EVP_PKEY *pki_dsa_key_make(void);

/*
 * The pair of CVE-2020-0601: an EC key whose parameters are written out and differ from the curve
 * of `target` in nothing but the generator, which is chosen such that the public key is the very
 * point of `target` although the private key is another one.
 * @param ret  On success a key of a type of its own, labelled by the id of `target`.
 * @retval ASSAY_ERR_MALFORMED  target is no EC key over a named curve
 */
ASSAY_RESULT pki_imitated_key_make(const struct pki_key *target, struct pki_key **ret,
                                   struct assay_error *err);

/* The type of such keys, which no description can name; they are not exported. */
extern const struct pki_key_type pki_imitated_type;

enum { PKI_IMITATED_LABEL = 2 * PKI_KEY_ID_LEN + 1 };
void pki_imitated_label(const struct pki_key *target, char label[static PKI_IMITATED_LABEL]);

#endif
