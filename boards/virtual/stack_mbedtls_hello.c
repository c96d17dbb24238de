/* SPDX-License-Identifier: Apache-2.0 */
#include "stack_mbedtls_hello.h"

#include <mbedtls/ssl_internal.h>

#include <string.h>

enum {
    CLIENT_HELLO = 1,
    HEADER = 4,
    SESSION_AT = HEADER + 2 + 32, /* behind the version and the random */
    DEFLATE = 1,                  /* RFC 3749 section 2 */
    EMPTY_RENEGOTIATION = 0x00FF, /* RFC 5746 section 3.3 */
    PRIVATE_USE = 0xFF10,         /* RFC 8446 section 11: the first byte 255 */
    PADDING = 21,
    PADDING_LEN = 16,
    LEFT_OVER = 0xA5
};

/* Where the parts of a ClientHello begin: their lengths (RFC 5246 section 7.4.1.2). */
struct parts {
    size_t suites, compressions, extensions;
};

static size_t get_u16(const unsigned char *at)
{
    return (size_t)at[0] << 8 | at[1];
}

static void put_u16(unsigned char *at, size_t value)
{
    at[0] = (unsigned char)(value >> 8);
    at[1] = (unsigned char)value;
}

static bool find_parts(const unsigned char *hello, size_t len, struct parts *ret)
{
    struct parts p = {.suites = SESSION_AT};

    if (len < SESSION_AT + 1)
        return false;
    p.suites += 1 + (size_t)hello[SESSION_AT];
    if (p.suites + 2 > len)
        return false;
    p.compressions = p.suites + 2 + get_u16(hello + p.suites);
    if (p.compressions + 1 > len)
        return false;
    p.extensions = p.compressions + 1 + hello[p.compressions];
    if (p.extensions + 2 > len || p.extensions + 2 + get_u16(hello + p.extensions) != len)
        return false;
    *ret = p;
    return true;
}

/* Each of these changes the message, whose parts it is given, and returns its new length. */
static size_t offer_compression(unsigned char *hello, size_t len, const struct parts *p)
{
    unsigned char *first = hello + p->compressions + 1;

    memmove(first + 1, first, len - p->compressions - 1);
    *first = DEFLATE;
    hello[p->compressions]++;
    return len + 1;
}

static size_t omit_renegotiation(unsigned char *hello, size_t len, const struct parts *p)
{
    size_t count = get_u16(hello + p->suites);

    for (size_t at = p->suites + 2; at + 2 <= p->suites + 2 + count; at += 2) {
        if (get_u16(hello + at) != EMPTY_RENEGOTIATION)
            continue;
        memmove(hello + at, hello + at + 2, len - at - 2);
        put_u16(hello + p->suites, count - 2);
        return len - 2;
    }
    return len;
}

static size_t add_extension(unsigned char *hello, size_t len, const struct parts *p, size_t type,
                            size_t body)
{
    put_u16(hello + len, type);
    put_u16(hello + len + 2, body);
    memset(hello + len + 4, LEFT_OVER, body);
    put_u16(hello + p->extensions, get_u16(hello + p->extensions) + 4 + body);
    return len + 4 + body;
}

static size_t repeat(unsigned char *hello, size_t len, const struct parts *p)
{
    len = add_extension(hello, len, p, PRIVATE_USE, 0);
    return add_extension(hello, len, p, PRIVATE_USE, 0);
}

static size_t pad(unsigned char *hello, size_t len, const struct parts *p)
{
    return add_extension(hello, len, p, PADDING, PADDING_LEN);
}

static size_t (*const bends[])(unsigned char *hello, size_t len, const struct parts *p) = {
    [HELLO_COMPRESSION] = offer_compression,
    [HELLO_NO_RENEGOTIATION] = omit_renegotiation,
    [HELLO_REPEATED] = repeat,
    [HELLO_PADDING] = pad,
};

/* In place of the function that hashes all messages up to the ServerHello. */
static void hash_bent(mbedtls_ssl_context *ssl, const unsigned char *message, size_t len)
{
    struct mbedtls_hello_state *state = mbedtls_hello_state_of(ssl);
    unsigned char *hello = ssl->out_msg;
    struct parts parts;

    if (message == hello && len > HEADER && hello[0] == CLIENT_HELLO &&
        len + PADDING_LEN + HEADER <= MBEDTLS_SSL_OUT_CONTENT_LEN &&
        find_parts(hello, len, &parts)) {
        len = bends[state->wanted](hello, len, &parts);
        put_u16(hello + 2, len - HEADER); /* far below 65536 */
        ssl->out_msglen = len;
    }
    state->hash(ssl, message, len);
}

void stack_mbedtls_hello_bend(mbedtls_ssl_context *ssl, struct mbedtls_hello_state *state)
{
    if (state->wanted == HELLO_AS_MADE)
        return;
    state->hash = ssl->handshake->update_checksum;
    ssl->handshake->update_checksum = hash_bent;
}
