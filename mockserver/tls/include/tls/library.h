/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An OpenSSL of one's own for servers of many connections. It does the same as the ordinary one
 * with less work in each full handshake:
 *
 * - a point that a client sends is not multiplied by the order of its curve to see that it lies in
 *   the right subgroup (a fifth of the server's arithmetic). That it lies on the curve is checked
 *   when it is read, and on a curve with cofactor 1, as all but the binary ones of TLS are, that is
 *   the same (NIST SP 800-56A rev. 3, 5.6.2.3.4);
 * - the lines of the key log are taken where TLS derives its secrets. OpenSSL's own callback prints
 *   them with a sprintf() for every byte.
 *
 * Making one takes some milliseconds, so that it pays off from about a hundred connections on.
 */
#ifndef TLS_LIBRARY_H
#define TLS_LIBRARY_H

#include "base/status.h"

struct tls_library;

/*
 * @param ret  outlives every context that is made with it, and the keys that were used in those:
 *             OpenSSL keeps its own form of them in them
 * @retval ASSAY_ERR_CRYPTO  OpenSSL refuses
 */
ASSAY_RESULT tls_library_new(struct tls_library **ret, struct assay_error *err);
void tls_library_free(struct tls_library *library);

#endif
