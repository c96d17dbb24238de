/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Growable byte buffer with a maximum that is fixed at init, so that no input can make it grow
 * without bound. The contents are always followed by a NUL byte that does not count.
 */
#ifndef BASE_BUF_H
#define BASE_BUF_H

#include "base/status.h"

#include <stdbool.h>
#include <stdint.h>

struct buf {
    uint8_t *data; /* owned; NULL until something is added */
    size_t len;
    size_t cap;
    size_t max;
};

void buf_init(struct buf *b, size_t max);
void buf_done(struct buf *b); /* releases the memory; b may be used again */
void buf_clear(struct buf *b);
/* Empty it, and keep no more than `keep` bytes of memory: for what lives as long as a connection,
 * which may have had one large packet and be idle ever since. */
void buf_relax(struct buf *b, size_t keep);

/* ASSAY_ERR_LIMIT past the maximum, ASSAY_ERR_NOMEM; the contents stay as they were. */
ASSAY_RESULT buf_add(struct buf *b, const void *data, size_t len);
ASSAY_RESULT buf_add_text(struct buf *b, const char *text);
ASSAY_RESULT buf_add_char(struct buf *b, char c);
ASSAY_RESULT buf_printf(struct buf *b, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
ASSAY_RESULT buf_add_int(struct buf *b, int64_t value); /* in decimal */
ASSAY_RESULT buf_add_uint(struct buf *b, uint64_t value);
ASSAY_RESULT buf_add_hex(struct buf *b, const void *data, size_t len); /* lower case */
ASSAY_RESULT buf_add_base64(struct buf *b, const void *data, size_t len);

/* Room for len more bytes, to be filled by the caller; they count at once. */
ASSAY_RESULT buf_extend(struct buf *b, size_t len, uint8_t **ret);

/* Drop len bytes from the front (all of them when len is larger). */
void buf_consume(struct buf *b, size_t len);
void buf_truncate(struct buf *b, size_t len);

/* The contents as a string; "" when empty. Borrowed until the next change. */
const char *buf_text(const struct buf *b);

/* Hand the contents (malloc'ed, NUL terminated) to the caller; b is empty afterwards. */
ASSAY_RESULT buf_take(struct buf *b, char **ret);

/*
 * Decoders: append to b; ASSAY_ERR_MALFORMED for anything but what the encoders above write (hex
 * digits of either case), and b stays as it was.
 */
ASSAY_RESULT buf_add_from_hex(struct buf *b, const char *hex, size_t len);
ASSAY_RESULT buf_add_from_base64(struct buf *b, const char *text, size_t len);

#endif
