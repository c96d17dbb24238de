/* SPDX-License-Identifier: Apache-2.0 */
/* Inside the probe: SHA-1 (RFC 3174), for nothing but the answer to a WebSocket's key. */
#ifndef PROBE_SHA1_H
#define PROBE_SHA1_H

#include <stddef.h>
#include <stdint.h>

enum { PROBE_SHA1_LEN = 20, PROBE_SHA1_MAX = 119 };

/* Of at most PROBE_SHA1_MAX bytes: two blocks. */
void probe_sha1(const void *data, size_t len, uint8_t out[PROBE_SHA1_LEN]);

#endif
