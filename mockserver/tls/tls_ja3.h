/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TLS_JA3_H
#define TLS_JA3_H

#include "tls_client_hello.h"

#include "base/buf.h"

/*
 * The JA3 text of a ClientHello: version, suites, extensions, groups and point formats in decimal,
 * without GREASE values, e.g. "771,4865-4866,0-23,29-23,0". Appended to out.
 */
ASSAY_RESULT tls_ja3_text(const struct tls_client_hello *hello, struct buf *out);

#endif
