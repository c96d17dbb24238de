/* SPDX-License-Identifier: Apache-2.0 */
#include "probe/probe_messages.h"

#include <string.h>

enum {
    HEADER_LEN = 12,
    LABEL_MAX = 63,
    NAME_MAX_LEN = 255,
    TYPE_A = 1,
    CLASS_IN = 1,
    FLAG_ANSWER = 0x80,
    FLAG_TRUNCATED = 0x02,
    OPCODE_MASK = 0x78,
    RCODE_MASK = 0x0F,
    POINTER = 0xC0
};

struct cursor {
    const uint8_t *at;
    size_t left;
};

/* 1 when len bytes were there to be skipped. */
static int skip(struct cursor *c, size_t len)
{
    if (c->left < len)
        return 0;
    c->at += len;
    c->left -= len;
    return 1;
}

static int read_u16(struct cursor *c, unsigned *ret)
{
    const uint8_t *at = c->at;

    if (!skip(c, 2))
        return 0;
    *ret = (unsigned)at[0] << 8 | at[1];
    return 1;
}

/* Names are not compared here, so a pointer ends one. */
static int skip_name(struct cursor *c)
{
    while (c->left > 0) {
        unsigned label = c->at[0];

        if ((label & POINTER) == POINTER)
            return skip(c, 2);
        if ((label & POINTER) != 0 || !skip(c, 1 + (size_t)label))
            return 0;
        if (label == 0)
            return 1;
    }
    return 0;
}

/* 1 when `host` became labels at out; *ret_len is what they take. */
static int put_name(const char *host, uint8_t *out, size_t *ret_len)
{
    size_t len = strlen(host);
    size_t label_at = 0;

    if (len > 0 && host[len - 1] == '.')
        len--;
    if (len == 0 || len + 2 > NAME_MAX_LEN)
        return 0;
    for (size_t i = 0; i <= len; i++) {
        if (i < len && host[i] != '.') {
            out[i + 1] = (uint8_t)host[i];
            continue;
        }
        if (i == label_at || i - label_at > LABEL_MAX)
            return 0;
        out[label_at] = (uint8_t)(i - label_at);
        label_at = i + 1;
    }
    out[len + 1] = 0;
    *ret_len = len + 2;
    return 1;
}

size_t probe_dns_query(const char *host, uint16_t id, uint8_t out[PROBE_DNS_MAX])
{
    static const uint8_t header[HEADER_LEN] = {[2] = 0x01 /* recursion desired */, [5] = 1};
    static const uint8_t tail[4] = {0, TYPE_A, 0, CLASS_IN};
    size_t name_len = 0;

    memcpy(out, header, sizeof(header));
    out[0] = (uint8_t)(id >> 8);
    out[1] = (uint8_t)id;
    if (!put_name(host, out + HEADER_LEN, &name_len))
        return 0;
    memcpy(out + HEADER_LEN + name_len, tail, sizeof(tail));
    return HEADER_LEN + name_len + sizeof(tail);
}

/* The first address among `count` records. */
static enum probe_reply find_address(struct cursor *c, unsigned count, uint8_t ret_ip[4],
                                     int *ret_code)
{
    for (unsigned i = 0; i < count; i++) {
        unsigned type = 0;
        unsigned class = 0;
        unsigned data_len = 0;
        const uint8_t *data = NULL;

        if (!skip_name(c) || !read_u16(c, &type) || !read_u16(c, &class) || !skip(c, 4) ||
            !read_u16(c, &data_len))
            return PROBE_REPLY_MALFORMED;
        data = c->at;
        if (!skip(c, data_len))
            return PROBE_REPLY_MALFORMED;
        if (type != TYPE_A || class != CLASS_IN)
            continue;
        if (data_len != 4)
            return PROBE_REPLY_MALFORMED;
        memcpy(ret_ip, data, 4);
        return PROBE_REPLY_OK;
    }
    *ret_code = 0;
    return PROBE_REPLY_REFUSED;
}

enum probe_reply probe_dns_parse(const uint8_t *message, size_t len, const uint8_t *query,
                                 size_t query_len, uint8_t ret_ip[4], int *ret_code)
{
    struct cursor c = {.at = message, .left = len};
    unsigned questions = 0;
    unsigned answers = 0;

    if (len < HEADER_LEN || memcmp(message, query, 2) != 0 || (message[2] & FLAG_ANSWER) == 0)
        return PROBE_REPLY_NOT_OURS;
    if ((message[2] & (OPCODE_MASK | FLAG_TRUNCATED)) != 0)
        return PROBE_REPLY_MALFORMED;
    if ((message[3] & RCODE_MASK) != 0) {
        *ret_code = message[3] & RCODE_MASK;
        return PROBE_REPLY_REFUSED;
    }
    if (!skip(&c, 4) || !read_u16(&c, &questions) || !read_u16(&c, &answers) || !skip(&c, 4) ||
        questions != 1 || c.left < query_len - HEADER_LEN)
        return PROBE_REPLY_MALFORMED;
    if (memcmp(c.at, query + HEADER_LEN, query_len - HEADER_LEN) != 0)
        return PROBE_REPLY_NOT_OURS;
    (void)skip(&c, query_len - HEADER_LEN); /* it is there: compared above */
    return find_address(&c, answers, ret_ip, ret_code);
}
