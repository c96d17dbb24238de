/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PKI_VALIDITY_H
#define PKI_VALIDITY_H

#include "pki_der.h"
#include "pki_spec.h"

/*
 * One end of a certificate's validity (RFC 5280 section 4.1.2.5).
 * @param raw   Where given, what is written instead of `when`.
 * @param form  "auto", "utctime", "generalizedtime".
 * @retval ASSAY_ERR_MALFORMED  err says what would be right (no path)
 */
ASSAY_RESULT pki_time_write(struct pki_when when, struct pki_text raw, const char *form,
                            int64_t now_s, struct der *d, struct assay_error *err);

#endif
