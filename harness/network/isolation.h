/* SPDX-License-Identifier: Apache-2.0 */
#ifndef NETWORK_ISOLATION_H
#define NETWORK_ISOLATION_H

#include "base/buf.h"
#include "base/status.h"

/* Raise `lo` and make every IPv4 address local to this network namespace. */
ASSAY_RESULT local_route_add(struct assay_error *err);

/*
 * Why this machine may refuse namespaces, and the mend, from what the kernel tells in its files.
 * @param root  "" for this machine; a test's directory otherwise
 */
ASSAY_RESULT isolation_advice(const char *root, struct buf *out);

#endif
