/* SPDX-License-Identifier: Apache-2.0 */
#include "probe/probe_encoding.h"

#include <string.h>

static const char hex_digits[] = "0123456789ABCDEF";
static const char base64_digits[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

static int hex_value(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return -1;
}

size_t probe_escape(const void *data, size_t len, char *out, size_t cap, size_t *ret_used)
{
    const uint8_t *bytes = data;
    size_t used = 0;
    size_t written = 0;

    for (; used < len; used++) {
        int plain = bytes[used] >= 0x20 && bytes[used] <= 0x7e && bytes[used] != '%';

        if (cap - written < (plain ? 1U : 3U))
            break;
        if (plain) {
            out[written++] = (char)bytes[used];
            continue;
        }
        out[written++] = '%';
        out[written++] = hex_digits[bytes[used] >> 4];
        out[written++] = hex_digits[bytes[used] & 15];
    }
    *ret_used = used;
    return written;
}

ptrdiff_t probe_unescape(const char *text, size_t len, void *out, size_t cap)
{
    uint8_t *bytes = out;
    size_t written = 0;

    for (size_t i = 0; i < len; i++) {
        uint8_t byte = (uint8_t)text[i];

        if (text[i] == '%') {
            int high = len - i > 2 ? hex_value(text[i + 1]) : -1;
            int low = len - i > 2 ? hex_value(text[i + 2]) : -1;

            if (high < 0 || low < 0)
                return -1;
            byte = (uint8_t)(high << 4 | low);
            i += 2;
        }
        if (written == cap)
            return -1;
        bytes[written++] = byte;
    }
    return (ptrdiff_t)written;
}

ptrdiff_t probe_base64_encode(const void *data, size_t len, char *out, size_t cap)
{
    const uint8_t *in = data;
    size_t written = 0;

    for (size_t i = 0; i < len; i += 3) {
        size_t left = len - i;
        uint32_t word = (uint32_t)in[i] << 16;

        if (cap - written < 4)
            return -1;
        word |= left > 1 ? (uint32_t)in[i + 1] << 8 : 0;
        word |= left > 2 ? in[i + 2] : 0U;
        out[written++] = base64_digits[word >> 18];
        out[written++] = base64_digits[(word >> 12) & 63];
        out[written++] = (char)(left > 1 ? base64_digits[(word >> 6) & 63] : '=');
        out[written++] = (char)(left > 2 ? base64_digits[word & 63] : '=');
    }
    return (ptrdiff_t)written;
}

/* Four characters to up to three bytes; the count, or 0 when they are malformed. */
static size_t decode_quad(const char *quad, uint8_t out[3])
{
    size_t bytes = quad[3] != '=' ? 3 : quad[2] != '=' ? 2 : 1;
    uint32_t word = 0;

    for (size_t i = 0; i < 4; i++) {
        const char *digit = quad[i] != '\0' ? strchr(base64_digits, quad[i]) : NULL;

        if (digit == NULL && i <= bytes)
            return 0;
        word = word << 6 | (i <= bytes ? (uint32_t)(digit - base64_digits) : 0);
    }
    out[0] = (uint8_t)(word >> 16);
    out[1] = (uint8_t)(word >> 8);
    out[2] = (uint8_t)word;
    if ((bytes == 1 && (word & 0xFFFF) != 0) || (bytes == 2 && (word & 0xFF) != 0))
        return 0; /* bits that no encoder sets */
    return bytes;
}

ptrdiff_t probe_base64_decode(const char *text, size_t len, void *out, size_t cap)
{
    uint8_t *to = out;
    size_t written = 0;

    if (len % 4 != 0)
        return -1;
    for (size_t i = 0; i < len; i += 4) {
        uint8_t bytes[3];
        size_t count = decode_quad(text + i, bytes);

        if (count == 0 || (count < 3 && i + 4 < len) || count > cap - written)
            return -1;
        memcpy(to + written, bytes, count);
        written += count;
    }
    return (ptrdiff_t)written;
}

int64_t probe_parse_decimal(const char *text, size_t len, int64_t max)
{
    int64_t value = 0;

    if (len == 0)
        return -1;
    for (size_t i = 0; i < len; i++) {
        int digit = text[i] - '0';

        if (digit < 0 || digit > 9 || digit > max || value > (max - digit) / 10)
            return -1;
        value = value * 10 + digit;
    }
    return value;
}

int64_t probe_parse_hex(const char *text, size_t len, size_t digits)
{
    int64_t value = 0;

    if (len != digits || digits > 8)
        return -1;
    for (size_t i = 0; i < len; i++) {
        int digit = hex_value(text[i]);

        if (digit < 0)
            return -1;
        value = value * 16 + digit;
    }
    return value;
}

size_t probe_format_decimal(int64_t value, char out[21])
{
    uint64_t rest = value < 0 ? (uint64_t)0 - (uint64_t)value : (uint64_t)value;
    char reversed[20];
    size_t digits = 0;
    size_t len = 0;

    do {
        reversed[digits++] = (char)('0' + (char)(rest % 10));
        rest /= 10;
    } while (rest > 0);
    if (value < 0)
        out[len++] = '-';
    while (digits > 0)
        out[len++] = reversed[--digits];
    out[len] = '\0';
    return len;
}

void probe_format_hex(uint32_t value, size_t digits, char *out)
{
    for (size_t i = digits; i > 0; i--) {
        out[i - 1] = hex_digits[value & 15];
        value >>= 4;
    }
}
