/* SPDX-License-Identifier: Apache-2.0 */
/*
 * OCSP responses (RFC 6960), minted in memory: what a server staples, or a wrong one.
 * docs/formats/tls-settings.md says the same for people; a test compares the two.
 */
#ifndef PKI_OCSP_H
#define PKI_OCSP_H

#include "pki/pki.h"

#include "base/keys.h"

/* All keys of a description, in the order of the documentation; end with a NULL name. */
extern const struct key_spec pki_ocsp_keys[];

/*
 * Make a response about one certificate of the chain.
 * @param store        The one that the chain was made from: it has the issuer's key.
 * @param description  Map with pki_ocsp_keys.
 * @param path         Of the description, for errors.
 * @param now_s        Scenario time; thisUpdate and nextUpdate are relative to it.
 * @param out          The OCSPResponse (DER) is appended.
 * @retval ASSAY_ERR_MALFORMED    unknown key or wrong value; err names the path
 * @retval ASSAY_ERR_UNSUPPORTED  the certificate does not tell by whose key it was signed
 * @retval ASSAY_ERR_CRYPTO       libcrypto refuses
 */
ASSAY_RESULT pki_ocsp_make(const struct pki_store *store, const struct pki_chain *chain,
                           const struct value *description, const char *path, int64_t now_s,
                           struct buf *out, struct assay_error *err);

#endif
