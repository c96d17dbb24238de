/* SPDX-License-Identifier: Apache-2.0 */
/* Text put together in a fixed place; what does not fit is cut. No libc but string.h. */
#ifndef PROBE_PROBE_TEXT_H
#define PROBE_PROBE_TEXT_H

#include <stddef.h>
#include <stdint.h>

struct probe_text {
    char *at;   /* always NUL terminated */
    size_t cap; /* with the NUL, at least 1 */
    size_t len;
};

struct probe_text probe_text_over(char *at, size_t cap);
void probe_text_add(struct probe_text *text, const char *more);
void probe_text_add_bytes(struct probe_text *text, const char *more, size_t len);
void probe_text_add_decimal(struct probe_text *text, int64_t value);
void probe_text_add_hex(struct probe_text *text, uint32_t value, size_t digits);

#endif
