/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Values inside lines of the probe protocol: escapes, base64, numbers. Shared by the board and the
 * harness; the same constraints as probe_line.h. Nothing here writes a NUL that is not asked for.
 */
#ifndef PROBE_PROBE_ENCODING_H
#define PROBE_PROBE_ENCODING_H

#include <stddef.h>
#include <stdint.h>

/*
 * Escape as many whole bytes as fit: '%' and everything outside 0x20..0x7e becomes %hh.
 * @param ret_used  bytes of data that were taken
 * @return bytes written to out (not NUL terminated)
 */
size_t probe_escape(const void *data, size_t len, char *out, size_t cap, size_t *ret_used);

/*
 * Undo probe_escape().
 * @return bytes written, or -1: a broken escape, or more than cap bytes (out may be partly written)
 */
ptrdiff_t probe_unescape(const char *text, size_t len, void *out, size_t cap);

/* Padded base64 (RFC 4648 section 4). @return characters written, or -1 when cap is too small */
ptrdiff_t probe_base64_encode(const void *data, size_t len, char *out, size_t cap);

/*
 * Strict padded base64: no other characters, no bits left over.
 * @return bytes written, or -1: malformed, or more than cap bytes
 */
ptrdiff_t probe_base64_decode(const char *text, size_t len, void *out, size_t cap);

/* Decimal digits only, up to max. @return the value, or -1 */
int64_t probe_parse_decimal(const char *text, size_t len, int64_t max);

/* Exactly `digits` upper- or lower-case hex digits, at most 8. @return the value, or -1 */
int64_t probe_parse_hex(const char *text, size_t len, size_t digits);

/* Decimal with a '-' where needed; out takes 21 bytes with the NUL. @return characters */
size_t probe_format_decimal(int64_t value, char out[21]);

/* Upper-case hex, exactly `digits` characters (1 to 8), not NUL terminated. */
void probe_format_hex(uint32_t value, size_t digits, char *out);

#endif
