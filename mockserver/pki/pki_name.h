/* SPDX-License-Identifier: Apache-2.0 */
/* Names from text: distinguished names and GeneralNames (RFC 5280 sections 4.1.2.4, 4.2.1.6). */
#ifndef PKI_NAME_H
#define PKI_NAME_H

#include "pki_der.h"
#include "pki_spec.h"

/*
 * "CN=x,O=y": attributes (CN O OU C ST L DC UID serialNumber emailAddress title, or an OID), '+'
 * for several in one set, '\' before a character that is meant as it stands. "CN:printable=x"
 * chooses the string type (utf8 printable ia5 teletex bmp universal). "" is a name without parts.
 * @retval ASSAY_ERR_MALFORMED  err says what is wrong with it (no path)
 */
ASSAY_RESULT pki_name_write(struct pki_text text, struct der *d, struct assay_error *err);

/*
 * One GeneralName: "dns:x", "email:x", "uri:x", "ip:192.0.2.1", "rid:1.2.3", "dir:CN=x",
 * "other:1.2.3=x" (a UTF8String) or "raw:" and the hexadecimal bytes of all of it.
 */
ASSAY_RESULT pki_general_name_write(struct pki_text text, struct der *d, struct assay_error *err);

/* The same as the base of a GeneralSubtree: addresses are "ip:192.0.2.0/24". */
ASSAY_RESULT pki_subtree_write(struct pki_text text, struct der *d, struct assay_error *err);

#endif
