/* SPDX-License-Identifier: Apache-2.0 */
/* Blocks of a pcapng file (draft-ietf-opsawg-pcapng), little-endian, times in nanoseconds. */
#ifndef REPORTS_PCAPNG_H
#define REPORTS_PCAPNG_H

#include "base/buf.h"

/* Section header and one interface of raw IP packets. comment: about the whole file, or NULL. */
ASSAY_RESULT pcapng_begin(struct buf *out, const char *comment);

/* A Decryption Secrets Block with a TLS key log (NSS format, lines). */
ASSAY_RESULT pcapng_tls_secrets(struct buf *out, const void *key_log, size_t len);

/* An Enhanced Packet Block. comment: NULL for none. */
ASSAY_RESULT pcapng_packet(struct buf *out, uint64_t unix_ns, const void *packet, size_t len,
                           const char *comment);

#endif
