/* SPDX-License-Identifier: Apache-2.0 */
#include "base/buf.h"

#include "put.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void buf_init(struct buf *b, size_t max)
{
    *b = (struct buf){.max = max};
}

void buf_done(struct buf *b)
{
    free(b->data);
    *b = (struct buf){.max = b->max};
}

void buf_clear(struct buf *b)
{
    buf_truncate(b, 0);
}

void buf_relax(struct buf *b, size_t keep)
{
    if (b->cap > keep)
        buf_done(b);
    else
        buf_clear(b);
}

static enum assay_status reserve(struct buf *b, size_t more)
{
    size_t need = 0;
    size_t cap = b->cap > 0 ? b->cap : 64;
    uint8_t *grown = NULL;

    if (more > b->max || b->len > b->max - more || b->len + more == SIZE_MAX)
        return ASSAY_ERR_LIMIT;
    need = b->len + more + 1;
    if (need <= b->cap)
        return ASSAY_OK;
    while (cap < need)
        cap = cap > SIZE_MAX / 2 ? need : cap * 2;
    grown = realloc(b->data, cap);
    if (grown == NULL)
        return ASSAY_ERR_NOMEM;
    b->data = grown;
    b->cap = cap;
    return ASSAY_OK;
}

/* Most additions are a few bytes into memory that is there: no more than this stands before them.
 */
static inline bool has_room(const struct buf *b, size_t more)
{
    return more < b->cap - b->len && more <= b->max - b->len;
}

enum assay_status buf_extend(struct buf *b, size_t len, uint8_t **ret)
{
    if (!has_room(b, len))
        ASSAY_TRY(reserve(b, len));
    *ret = b->data + b->len;
    b->len += len;
    b->data[b->len] = 0;
    return ASSAY_OK;
}

enum assay_status buf_add(struct buf *b, const void *data, size_t len)
{
    if (!has_room(b, len))
        ASSAY_TRY(reserve(b, len));
    if (len > 0)
        memcpy(b->data + b->len, data, len);
    b->len += len;
    b->data[b->len] = 0;
    return ASSAY_OK;
}

enum assay_status buf_add_text(struct buf *b, const char *text)
{
    return buf_add(b, text, strlen(text));
}

enum assay_status buf_add_char(struct buf *b, char c)
{
    return buf_add(b, &c, 1);
}

/* Format into the room that there is; *ret_len is what would have been needed. */
__attribute__((format(printf, 3, 0))) static bool try_printf(struct buf *b, size_t *ret_len,
                                                             const char *format, va_list args)
{
    size_t room = b->cap - b->len;
    int len = vsnprintf(b->data != NULL ? (char *)b->data + b->len : NULL, room, format, args);

    *ret_len = len >= 0 ? (size_t)len : SIZE_MAX;
    if (len >= 0 && (size_t)len < room && (size_t)len <= b->max - b->len) {
        b->len += (size_t)len;
        return true;
    }
    if (b->data != NULL)
        b->data[b->len] = 0;
    return false;
}

enum assay_status buf_printf(struct buf *b, const char *format, ...)
{
    va_list args;
    size_t len = 0;
    bool done = false;

    va_start(args, format);
    done = try_printf(b, &len, format, args);
    va_end(args);
    if (done)
        return ASSAY_OK;
    if (len == SIZE_MAX)
        return ASSAY_ERR_ARG;
    ASSAY_TRY(reserve(b, len));
    va_start(args, format);
    done = try_printf(b, &len, format, args);
    va_end(args);
    return done ? ASSAY_OK : ASSAY_ERR_ARG;
}

enum assay_status buf_add_uint(struct buf *b, uint64_t value)
{
    uint8_t digits[PUT_INT_MAX];

    return buf_add(b, digits, (size_t)(put_uint(digits, value) - digits));
}

enum assay_status buf_add_int(struct buf *b, int64_t value)
{
    uint8_t digits[PUT_INT_MAX];

    return buf_add(b, digits, (size_t)(put_int(digits, value) - digits));
}

enum assay_status buf_add_hex(struct buf *b, const void *data, size_t len)
{
    uint8_t *room = NULL;

    if (len > SIZE_MAX / 2)
        return ASSAY_ERR_LIMIT;
    ASSAY_TRY(buf_extend(b, len * 2, &room));
    (void)put_hex(room, data, len);
    return ASSAY_OK;
}

static const char base64_digits[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

enum assay_status buf_add_base64(struct buf *b, const void *data, size_t len)
{
    const uint8_t *in = data;
    uint8_t *out = NULL;

    if (len > SIZE_MAX / 2)
        return ASSAY_ERR_LIMIT;
    ASSAY_TRY(buf_extend(b, (len + 2) / 3 * 4, &out));
    for (size_t i = 0; i < len; i += 3) {
        size_t left = len - i;
        uint32_t word = (uint32_t)in[i] << 16;

        word |= left > 1 ? (uint32_t)in[i + 1] << 8 : 0;
        word |= left > 2 ? in[i + 2] : 0U;
        *out++ = (uint8_t)base64_digits[word >> 18];
        *out++ = (uint8_t)base64_digits[(word >> 12) & 63];
        *out++ = left > 1 ? (uint8_t)base64_digits[(word >> 6) & 63] : '=';
        *out++ = left > 2 ? (uint8_t)base64_digits[word & 63] : '=';
    }
    return ASSAY_OK;
}

void buf_consume(struct buf *b, size_t len)
{
    if (len > b->len)
        len = b->len;
    if (len == 0)
        return;
    memmove(b->data, b->data + len, b->len - len + 1);
    b->len -= len;
}

void buf_truncate(struct buf *b, size_t len)
{
    if (b->data == NULL || len >= b->len)
        return;
    b->len = len;
    b->data[len] = 0;
}

const char *buf_text(const struct buf *b)
{
    return b->data != NULL ? (const char *)b->data : "";
}

enum assay_status buf_take(struct buf *b, char **ret)
{
    ASSAY_TRY(reserve(b, 0));
    b->data[b->len] = 0;
    *ret = (char *)b->data;
    *b = (struct buf){.max = b->max};
    return ASSAY_OK;
}

static int hex_value(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

enum assay_status buf_add_from_hex(struct buf *b, const char *hex, size_t len)
{
    size_t start = b->len;
    uint8_t *room = NULL;

    if (len % 2 != 0)
        return ASSAY_ERR_MALFORMED;
    ASSAY_TRY(buf_extend(b, len / 2, &room));
    for (size_t i = 0; i < len; i += 2) {
        int high = hex_value(hex[i]);
        int low = hex_value(hex[i + 1]);

        if (high < 0 || low < 0) {
            buf_truncate(b, start);
            return ASSAY_ERR_MALFORMED;
        }
        room[i / 2] = (uint8_t)(high << 4 | low);
    }
    return ASSAY_OK;
}

static enum assay_status add_base64_quad(struct buf *b, const char *quad, bool last)
{
    uint32_t word = 0;
    size_t bytes = 3;
    uint8_t out[3];

    for (size_t i = 0; i < 4; i++) {
        const char *digit = quad[i] != '\0' ? strchr(base64_digits, quad[i]) : NULL;

        if (digit == NULL && !(last && quad[i] == '=' && i >= 2 && (i == 3 || quad[3] == '=')))
            return ASSAY_ERR_MALFORMED;
        if (digit == NULL)
            bytes = bytes > i - 1 ? i - 1 : bytes;
        word = word << 6 | (digit != NULL ? (uint32_t)(digit - base64_digits) : 0);
    }
    out[0] = (uint8_t)(word >> 16);
    out[1] = (uint8_t)(word >> 8);
    out[2] = (uint8_t)word;
    if ((bytes < 3 && out[2] != 0) || (bytes < 2 && out[1] != 0))
        return ASSAY_ERR_MALFORMED; /* bits that no encoder leaves behind (RFC 4648 section 3.5) */
    return buf_add(b, out, bytes);
}

enum assay_status buf_add_from_base64(struct buf *b, const char *text, size_t len)
{
    size_t start = b->len;

    if (len % 4 != 0)
        return ASSAY_ERR_MALFORMED;
    for (size_t i = 0; i < len; i += 4) {
        enum assay_status status = add_base64_quad(b, text + i, i + 4 == len);

        if (status != ASSAY_OK) {
            buf_truncate(b, start);
            return status;
        }
    }
    return ASSAY_OK;
}
