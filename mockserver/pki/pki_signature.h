/* SPDX-License-Identifier: Apache-2.0 */
/* Signatures of certificates: made, remembered, and spoiled on purpose. */
#ifndef PKI_SIGNATURE_H
#define PKI_SIGNATURE_H

#include "pki_algorithm.h"
#include "pki_spec.h"
#include "pki_store.h"

struct pki_signing {
    struct pki_store *store;
    bool stable; /* remember the signature: ECDSA and PSS make a different one each time */
    const struct pki_algorithm *algorithm;
    const struct pki_key *key;
};

/* Sign a TBSCertificate; out is set to the signature. */
ASSAY_RESULT pki_signature_make(const struct pki_signing *signing, const struct buf *tbs,
                                struct buf *out, struct assay_error *err);

/* Apply `signature`, `truncate_signature` and `flip_signature_bit` of the description at path. */
ASSAY_RESULT pki_signature_spoil(const struct pki_spec *spec, const char *path,
                                 struct buf *signature, struct assay_error *err);

#endif
