/* SPDX-License-Identifier: Apache-2.0 */
/* Breaking an encoding on purpose: `damage` and the mutations of a description. */
#ifndef PKI_DAMAGE_H
#define PKI_DAMAGE_H

#include "pki_spec.h"

#define PKI_DAMAGE_NAMES                                                                           \
    "indefinite-length long-length length-short length-long length-huge trailing-bytes truncated " \
    "extra-field"
#define PKI_MUTATE_PLACES "certificate tbs"

/* What is damaged before it is signed, so that the signature is right. */
ASSAY_RESULT pki_damage_tbs(const struct pki_spec *spec, struct buf *tbs);

/* What is damaged in the finished certificate. */
ASSAY_RESULT pki_damage_certificate(const struct pki_spec *spec, struct buf *der);

#endif
