/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Bounded writer over memory that the caller owns, for wire formats. A write that does not fit
 * fails with ASSAY_ERR_LIMIT and writes nothing. Length prefixes are left open and closed later.
 */
#ifndef BASE_WRITER_H
#define BASE_WRITER_H

#include "base/status.h"

#include <stddef.h>
#include <stdint.h>

struct writer {
    uint8_t *data; /* borrowed */
    size_t cap;
    size_t len;
};

/* An open length prefix: where it stands and how many bytes it takes. */
struct writer_mark {
    size_t at;
    size_t width;
};

struct writer writer_over(void *data, size_t cap);
ASSAY_RESULT writer_u8(struct writer *w, uint8_t value);
ASSAY_RESULT writer_u16(struct writer *w, uint16_t value);
ASSAY_RESULT writer_u24(struct writer *w, uint32_t value);
ASSAY_RESULT writer_u32(struct writer *w, uint32_t value);
ASSAY_RESULT writer_bytes(struct writer *w, const void *data, size_t len);

/* Reserve a big-endian length of width bytes (1 to 3); writer_close fills it in. */
ASSAY_RESULT writer_open(struct writer *w, size_t width, struct writer_mark *ret);
ASSAY_RESULT writer_close(struct writer *w, struct writer_mark mark);

#endif
