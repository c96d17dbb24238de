/* SPDX-License-Identifier: Apache-2.0 */
/* What one certificate has to know of another to be made: its subject, its identifier, its key. */
#ifndef PKI_ENTITY_H
#define PKI_ENTITY_H

#include "pki_der.h"
#include "pki_mint.h"

/*
 * The certificate that `name` means where `from` says it in its key `key`: "self", another one of
 * the set, or an authority of the bench.
 * @param ret  Borrowed from the set, or from static memory.
 */
ASSAY_RESULT pki_entity_find(const struct pki_set *set, const struct pki_entity *from,
                             const char *key, struct pki_text name, const struct pki_entity **ret,
                             struct assay_error *err);

/* Its key, made if need be; borrowed from the store. */
ASSAY_RESULT pki_entity_key(const struct pki_set *set, const struct pki_entity *entity,
                            const struct pki_key **ret, struct assay_error *err);

/* Its subject, a Name. */
ASSAY_RESULT pki_entity_subject(const struct pki_set *set, const struct pki_entity *entity,
                                struct der *d, struct assay_error *err);

/* The bytes of its subjectKeyIdentifier, which it would have even where it shows none. */
ASSAY_RESULT pki_entity_key_id(const struct pki_set *set, const struct pki_entity *entity,
                               struct buf *out, struct assay_error *err);

#endif
