/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PKI_EXTENSIONS_H
#define PKI_EXTENSIONS_H

#include "pki_der.h"
#include "pki_spec.h"

/* What the extensions need to know beyond the description. */
struct pki_extension_facts {
    const struct buf *subject_key_id; /* bytes */
    const struct buf *authority_key_id;
    bool rsa_key; /* the certificate's own */
};

/*
 * The extensions that a description asks for, one after the other (no SEQUENCE around them).
 * @param path  Of the description, for errors.
 */
ASSAY_RESULT pki_extensions_write(const struct pki_spec *spec,
                                  const struct pki_extension_facts *facts, const char *path,
                                  struct der *d, struct assay_error *err);

#endif
