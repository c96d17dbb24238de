/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Inside the room: text into memory that is there. The caller has made sure of the room; each
 * returns where the next one goes. This is what every event is written with, several for each
 * packet, so nothing in here asks for memory or formats by printf.
 */
#ifndef BASE_PUT_H
#define BASE_PUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

enum { PUT_INT_MAX = 20, PUT_JSON_BYTE_MAX = 6 };

/* What a JSON string of len bytes takes at most, with its quotes. */
static inline size_t put_json_room(size_t len)
{
    return len * PUT_JSON_BYTE_MAX + 2;
}

static inline uint8_t *put_bytes(uint8_t *at, const void *bytes, size_t len)
{
    memcpy(at, bytes, len);
    return at + len;
}

/* The same, at its best with a few bytes: two moves that overlap in place of a call. */
static inline uint8_t *put_few(uint8_t *at, const void *bytes, size_t len)
{
    const uint8_t *from = bytes;

    if (len > 16) {
        memcpy(at, from, len);
    } else if (len >= 8) {
        memcpy(at, from, 8);
        memcpy(at + len - 8, from + len - 8, 8);
    } else if (len >= 4) {
        memcpy(at, from, 4);
        memcpy(at + len - 4, from + len - 4, 4);
    } else if (len > 0) {
        at[0] = from[0];
        at[len / 2] = from[len / 2];
        at[len - 1] = from[len - 1];
    }
    return at + len;
}

uint8_t *put_uint(uint8_t *at, uint64_t value); /* in decimal */

static inline uint8_t *put_bool(uint8_t *at, bool value)
{
    memcpy(at, value ? "true" : "fals", 4);
    at[4] = 'e';
    return at + (value ? 4 : 5);
}

static inline uint8_t *put_int(uint8_t *at, int64_t value)
{
    if (value >= 0 && value < 10) { /* most are */
        *at = (uint8_t)('0' + value);
        return at + 1;
    }
    if (value >= 0)
        return put_uint(at, (uint64_t)value);
    *at++ = '-';
    return put_uint(at, 0 - (uint64_t)value);
}

uint8_t *put_hex(uint8_t *at, const void *data, size_t len);      /* lower case */
uint8_t *put_json_hex(uint8_t *at, const void *data, size_t len); /* {"hex":"00ff"} */
/* Quotes and escapes included; bytes that are not UTF-8 as \u00XX. */
uint8_t *put_json_string(uint8_t *at, const void *text, size_t len);
/* How many bytes that is. */
size_t put_json_string_len(const void *text, size_t len);

#endif
