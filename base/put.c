/* SPDX-License-Identifier: Apache-2.0 */
#include "put.h"

enum { HEX_BLOCK = 16 };

/* Both digits of every number below 100, and of every byte. */
static const char decimals[] =
    "00010203040506070809101112131415161718192021222324252627282930313233"
    "34353637383940414243444546474849505152535455565758596061626364656667"
    "6869707172737475767778798081828384858687888990919293949596979899";

/* clang-format off */
static const char hex_pairs[] =
    "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"
    "202122232425262728292a2b2c2d2e2f303132333435363738393a3b3c3d3e3f"
    "404142434445464748494a4b4c4d4e4f505152535455565758595a5b5c5d5e5f"
    "606162636465666768696a6b6c6d6e6f707172737475767778797a7b7c7d7e7f"
    "808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9f"
    "a0a1a2a3a4a5a6a7a8a9aaabacadaeafb0b1b2b3b4b5b6b7b8b9babbbcbdbebf"
    "c0c1c2c3c4c5c6c7c8c9cacbcccdcecfd0d1d2d3d4d5d6d7d8d9dadbdcdddedf"
    "e0e1e2e3e4e5e6e7e8e9eaebecedeeeff0f1f2f3f4f5f6f7f8f9fafbfcfdfeff";
/* clang-format on */

static inline uint8_t *put_pair(uint8_t *at, uint32_t value)
{
    memcpy(at, decimals + (size_t)value * 2, 2);
    return at + 2;
}

/* All four digits; the divisions do not wait for each other. */
static inline uint8_t *put_four(uint8_t *at, uint32_t value)
{
    return put_pair(put_pair(at, value / 100), value % 100);
}

static inline uint8_t *put_below_100(uint8_t *at, uint32_t value)
{
    if (value >= 10)
        return put_pair(at, value);
    *at = (uint8_t)('0' + value);
    return at + 1;
}

static inline uint8_t *put_below_10000(uint8_t *at, uint32_t value)
{
    if (value < 100)
        return put_below_100(at, value);
    return put_pair(put_below_100(at, value / 100), value % 100);
}

static uint8_t *put_below_eight(uint8_t *at, uint32_t value)
{
    if (value < 10000)
        return put_below_10000(at, value);
    return put_four(put_below_10000(at, value / 10000), value % 10000);
}

uint8_t *put_uint(uint8_t *at, uint64_t value)
{
    static const uint64_t eight = 100000000;
    uint32_t low = 0;

    if (value < eight)
        return put_below_eight(at, (uint32_t)value);
    low = (uint32_t)(value % eight);
    at = put_uint(at, value / eight);
    return put_four(put_four(at, low / 10000), low % 10000);
}

static inline uint8_t hex_digit(unsigned nibble)
{
    return (uint8_t)(nibble + '0' + (nibble > 9 ? 'a' - '0' - 10 : 0));
}

/* Written so that compilers do all bytes of a block at once. */
static inline void put_hex_block(uint8_t *restrict at, const uint8_t *restrict bytes)
{
    uint8_t high[HEX_BLOCK];
    uint8_t low[HEX_BLOCK];

    for (size_t i = 0; i < HEX_BLOCK; i++) {
        high[i] = hex_digit(bytes[i] >> 4);
        low[i] = hex_digit(bytes[i] & 15);
    }
    for (size_t i = 0; i < HEX_BLOCK; i++) {
        at[2 * i] = high[i];
        at[2 * i + 1] = low[i];
    }
}

uint8_t *put_hex(uint8_t *at, const void *data, size_t len)
{
    const uint8_t *bytes = data;
    size_t i = 0;

    for (; len - i >= HEX_BLOCK; i += HEX_BLOCK)
        put_hex_block(at + 2 * i, bytes + i);
    for (; i < len; i++)
        memcpy(at + 2 * i, hex_pairs + 2 * (size_t)bytes[i], 2);
    return at + 2 * len;
}

uint8_t *put_json_hex(uint8_t *at, const void *data, size_t len)
{
    at = put_hex(put_bytes(at, "{\"hex\":\"", 8), data, len);
    return put_bytes(at, "\"}", 2);
}

/* Length of the well-formed UTF-8 sequence of a byte above 0x7f, 0 where there is none (RFC 3629).
 */
static size_t utf8_length(const uint8_t *text, size_t len)
{
    size_t need = 0;
    uint32_t code = text[0];

    if (code >= 0xc2 && code <= 0xdf)
        need = 2;
    else if ((code & 0xf0) == 0xe0)
        need = 3;
    else if (code >= 0xf0 && code <= 0xf4)
        need = 4;
    if (need == 0 || need > len)
        return 0;
    code &= 0xffU >> (need + 1);
    for (size_t i = 1; i < need; i++) {
        if ((text[i] & 0xc0) != 0x80)
            return 0;
        code = code << 6 | (text[i] & 0x3fU);
    }
    if ((need == 3 && (code < 0x800 || (code >= 0xd800 && code <= 0xdfff))) ||
        (need == 4 && (code < 0x10000 || code > 0x10ffff)))
        return 0;
    return need;
}

/* The letter behind the backslash; 0: there is none, \u00XX. */
static uint8_t escape_of(uint8_t byte)
{
    switch (byte) {
    case '"':
    case '\\':
        return byte;
    case '\n':
        return 'n';
    case '\r':
        return 'r';
    case '\t':
        return 't';
    default:
        return 0;
    }
}

static uint8_t *put_escaped(uint8_t *at, uint8_t byte)
{
    uint8_t letter = escape_of(byte);

    *at++ = '\\';
    if (letter != 0) {
        *at++ = letter;
        return at;
    }
    at = put_bytes(at, "u00", 3);
    return put_hex(at, &byte, 1);
}

static inline int is_plain_ascii(uint8_t byte)
{
    return byte >= 0x20 && byte < 0x7f && byte != '"' && byte != '\\';
}

/* A byte of ASCII, or a whole sequence of UTF-8, that stands for itself; 0: it has to be escaped.
 */
static inline size_t plain_length(const uint8_t *bytes, size_t len)
{
    if (is_plain_ascii(bytes[0]))
        return 1;
    return bytes[0] >= 0x80 ? utf8_length(bytes, len) : 0;
}

/* Is each byte plain ASCII? A borrow only reaches bytes behind one that is not. */
static inline bool is_plain_word(uint64_t word)
{
    const uint64_t ones = UINT64_C(0x0101010101010101);
    const uint64_t quotes = word ^ ones * '"';
    const uint64_t slashes = word ^ ones * '\\';
    const uint64_t below = (word - ones * 0x20) | (quotes - ones) | (slashes - ones);
    const uint64_t beyond = word | (word + ones); /* 0x7f and above */

    return ((below | beyond) & ones * 0x80) == 0;
}

/* Copies words as long as they are plain; returns how many bytes that were. */
static inline size_t put_plain_words(uint8_t *at, const uint8_t *bytes, size_t len)
{
    size_t done = 0;
    uint64_t word = 0;

    for (; len - done >= sizeof(word); done += sizeof(word)) {
        memcpy(&word, bytes + done, sizeof(word));
        if (!is_plain_word(word))
            return done;
        memcpy(at + done, &word, sizeof(word));
    }
    if (done == 0 || done == len)
        return done;
    /* The last word overlaps with the one before. */
    memcpy(&word, bytes + len - sizeof(word), sizeof(word));
    if (!is_plain_word(word))
        return done;
    memcpy(at + len - sizeof(word), &word, sizeof(word));
    return len;
}

/* The same for one to three bytes: the ends and the middle. */
static inline size_t put_plain_bytes(uint8_t *at, const uint8_t *bytes, size_t len)
{
    size_t middle = len / 2;

    if (len == 0 || !is_plain_ascii(bytes[0]) || !is_plain_ascii(bytes[middle]) ||
        !is_plain_ascii(bytes[len - 1]))
        return 0;
    at[0] = bytes[0];
    at[middle] = bytes[middle];
    at[len - 1] = bytes[len - 1];
    return len;
}

/* The same for four to seven bytes: both ends, which overlap. */
static inline size_t put_plain_half_words(uint8_t *at, const uint8_t *bytes, size_t len)
{
    uint32_t first = 0;
    uint32_t last = 0;

    memcpy(&first, bytes, sizeof(first));
    memcpy(&last, bytes + len - sizeof(last), sizeof(last));
    if (!is_plain_word((uint64_t)last << 32 | first))
        return 0;
    memcpy(at, &first, sizeof(first));
    memcpy(at + len - sizeof(last), &last, sizeof(last));
    return len;
}

uint8_t *put_json_string(uint8_t *at, const void *text, size_t len)
{
    const uint8_t *bytes = text;
    size_t i = 0;

    *at++ = '"';
    if (len >= sizeof(uint64_t))
        i = put_plain_words(at, bytes, len);
    else if (len >= sizeof(uint32_t))
        i = put_plain_half_words(at, bytes, len);
    else
        i = put_plain_bytes(at, bytes, len);
    at += i;
    while (i < len) {
        size_t plain = plain_length(bytes + i, len - i);

        if (plain == 0) {
            at = put_escaped(at, bytes[i++]);
            continue;
        }
        for (; plain > 0; plain--)
            *at++ = bytes[i++];
    }
    *at++ = '"';
    return at;
}

size_t put_json_string_len(const void *text, size_t len)
{
    const uint8_t *bytes = text;
    size_t total = 2;

    for (size_t i = 0; i < len;) {
        size_t plain = plain_length(bytes + i, len - i);

        if (plain == 0)
            total += escape_of(bytes[i]) != 0 ? 2 : PUT_JSON_BYTE_MAX;
        total += plain;
        i += plain > 0 ? plain : 1;
    }
    return total;
}
