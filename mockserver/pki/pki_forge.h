/* SPDX-License-Identifier: Apache-2.0 */
/* Signatures that a sloppy verifier takes for true ones, or trips over: `forge`. */
#ifndef PKI_FORGE_H
#define PKI_FORGE_H

#include "pki_algorithm.h"

#define PKI_FORGE_NAMES "ecdsa-zero ecdsa-order ecdsa-above ecdsa-negative ecdsa-padded rsa-e3"

/*
 * Put a forged signature of tbs in the place of the true one.
 * @param name  One of PKI_FORGE_NAMES.
 * @param key   What verifiers will check it with.
 * @retval ASSAY_ERR_MALFORMED  not with that key; err says what it would take
 */
ASSAY_RESULT pki_forge(const char *name, const struct pki_algorithm *algorithm,
                       const struct pki_key *key, const struct buf *tbs, struct buf *signature,
                       struct assay_error *err);

#endif
