/* SPDX-License-Identifier: Apache-2.0 */
/* From descriptions to DER. */
#ifndef PKI_MINT_H
#define PKI_MINT_H

#include "pki_spec.h"
#include "pki_store.h"

/* All descriptions that may refer to each other. */
struct pki_set {
    struct pki_store *store;
    const struct pki_entity *entities;
    size_t count;
    const char *path; /* of the map, "certs"; "" where there is no map but one description */
    int64_t now_s;
};

/*
 * Make one certificate of the set. Nothing but names and keys of the others is needed for that, so
 * that they may refer to each other in circles.
 * @param ret  Filled on success; release with pki_certificate_done().
 * @retval ASSAY_ERR_MALFORMED  err names the path
 * @retval ASSAY_ERR_CRYPTO     libcrypto cannot make such a key or signature
 */
ASSAY_RESULT pki_mint(const struct pki_set *set, const struct pki_entity *entity,
                      struct pki_certificate *ret, struct assay_error *err);

#endif
