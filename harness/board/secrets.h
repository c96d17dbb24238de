/* SPDX-License-Identifier: Apache-2.0 */
/* The secrets of one attempt, to keep them out of what people and files are shown. */
#ifndef BOARD_SECRETS_H
#define BOARD_SECRETS_H

#include "base/buf.h"

#include <stddef.h>

enum {
    SECRETS_MAX = 4,
    /* Shorter ones are not looked for: masking every "1" would only tear the log apart. */
    SECRETS_MIN_LEN = 4
};

struct secrets {
    char *texts[SECRETS_MAX]; /* owned */
    size_t count;
};

void secrets_clear(struct secrets *s);

/* NULL and texts that are too short are left out. ASSAY_ERR_NOMEM, ASSAY_ERR_LIMIT. */
ASSAY_RESULT secrets_add(struct secrets *s, const char *text);

size_t secrets_longest(const struct secrets *s);

/* Append text with every secret in it replaced by "(secret)". */
ASSAY_RESULT secrets_mask(const struct secrets *s, const char *text, size_t len, struct buf *out);

#endif
