/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Bounded cursor over bytes that somebody else owns. All parsing of wire formats goes through it.
 * Every read is all-or-nothing: on failure the cursor stays and the output is untouched.
 */
#ifndef BASE_READER_H
#define BASE_READER_H

#include "base/status.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct reader {
    const uint8_t *data; /* borrowed */
    size_t len;
    size_t pos;
};

struct reader reader_over(const void *data, size_t len);
size_t reader_left(const struct reader *r);
const uint8_t *reader_here(const struct reader *r);

/* Big-endian integers. ASSAY_ERR_TRUNCATED when fewer bytes are left. */
ASSAY_RESULT reader_u8(struct reader *r, uint8_t *ret);
ASSAY_RESULT reader_u16(struct reader *r, uint16_t *ret);
ASSAY_RESULT reader_u24(struct reader *r, uint32_t *ret);
ASSAY_RESULT reader_u32(struct reader *r, uint32_t *ret);

/* A view of the next len bytes, borrowed from the reader's data. */
ASSAY_RESULT reader_bytes(struct reader *r, size_t len, const uint8_t **ret);
ASSAY_RESULT reader_skip(struct reader *r, size_t len);

/* A reader over the next len bytes; r moves past them. */
ASSAY_RESULT reader_sub(struct reader *r, size_t len, struct reader *ret);

/* The vectors of TLS (RFC 8446 section 3.4): a length of 1, 2 or 3 bytes, then that many bytes. */
ASSAY_RESULT reader_vec8(struct reader *r, struct reader *ret);
ASSAY_RESULT reader_vec16(struct reader *r, struct reader *ret);
ASSAY_RESULT reader_vec24(struct reader *r, struct reader *ret);

#endif
