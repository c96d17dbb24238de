/* SPDX-License-Identifier: Apache-2.0 */
/* The group of DHE cipher suites: `dh_bits`. */
#ifndef TLS_DH_H
#define TLS_DH_H

#include "base/status.h"

struct tls_context;

/*
 * @retval ASSAY_ERR_MALFORMED  there is no group of that size
 */
ASSAY_RESULT tls_dh_apply(struct tls_context *context, struct assay_error *err);

#endif
