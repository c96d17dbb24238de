/* SPDX-License-Identifier: Apache-2.0 */
/* The body of an answer (RFC 9112 sections 6.3, 7.1 and 8), which is counted. */
#include "probe/probe_web.h"

enum { SIZE_DIGITS = 8 };

static int has(const struct probe_web_body *b, enum probe_web_flaw flaw)
{
    return (b->flaws & PROBE_WEB_FLAW_BIT(flaw)) != 0;
}

void probe_web_body_begin(struct probe_web_body *b, const struct probe_web_head *head,
                          uint32_t flaws)
{
    *b = (struct probe_web_body){.flaws = flaws, .state = PROBE_BODY_UNTIL_CLOSE};
    if (head->is_chunked && !has(b, PROBE_WEB_NO_CHUNKS))
        b->state = PROBE_BODY_CHUNK_SIZE;
    else if (head->is_chunked)
        b->state = PROBE_BODY_BROKEN;
    else if (head->length >= 0)
        b->state = head->length > 0 ? PROBE_BODY_LENGTH : PROBE_BODY_WHOLE;
    b->left = head->length > 0 ? (uint64_t)head->length : 0;
    if (head->status == 204 || head->status == 304)
        b->state = PROBE_BODY_WHOLE;
}

static int digit_of(uint8_t c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c |= 0x20;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* The size is read: a chunk comes, or it was the last one. */
static enum probe_web_body_state end_size(struct probe_web_body *b)
{
    int is_last = b->left == 0;

    if (b->digits == 0)
        return PROBE_BODY_BROKEN;
    b->digits = 0;
    return is_last ? PROBE_BODY_TRAILER : PROBE_BODY_CHUNK;
}

static enum probe_web_body_state take_size(struct probe_web_body *b, uint8_t byte)
{
    int digit = digit_of(byte);

    if (byte == '\n')
        return end_size(b);
    if (byte == ';' || byte == '\r' || byte == ' ' || byte == '\t')
        return PROBE_BODY_CHUNK_EXTENSION;
    if (digit < 0 || ++b->digits > SIZE_DIGITS)
        return PROBE_BODY_BROKEN;
    b->left = (b->digits == 1 ? 0 : b->left << 4) | (uint64_t)digit;
    return PROBE_BODY_CHUNK_SIZE;
}

/* Behind the last chunk: lines up to an empty one. */
static enum probe_web_body_state take_trailer(struct probe_web_body *b, uint8_t byte)
{
    if (byte == '\n' && b->digits == 0)
        return PROBE_BODY_WHOLE;
    if (byte == '\n')
        b->digits = 0;
    else if (byte != '\r')
        b->digits = 1;
    return PROBE_BODY_TRAILER;
}

static enum probe_web_body_state take_chunk_end(uint8_t byte)
{
    if (byte == '\n')
        return PROBE_BODY_CHUNK_SIZE;
    return byte == '\r' ? PROBE_BODY_CHUNK_END : PROBE_BODY_BROKEN;
}

/* A byte of a framing. */
static void take_byte(struct probe_web_body *b, uint8_t byte)
{
    if (b->state == PROBE_BODY_CHUNK_SIZE)
        b->state = take_size(b, byte);
    else if (b->state == PROBE_BODY_CHUNK_EXTENSION && byte == '\n')
        b->state = end_size(b);
    else if (b->state == PROBE_BODY_CHUNK_END)
        b->state = take_chunk_end(byte);
    else if (b->state == PROBE_BODY_TRAILER)
        b->state = take_trailer(b, byte);
}

void probe_web_body_feed(struct probe_web_body *b, const uint8_t *data, size_t len)
{
    while (len > 0 && b->state != PROBE_BODY_WHOLE && b->state != PROBE_BODY_BROKEN) {
        int is_content = b->state == PROBE_BODY_LENGTH || b->state == PROBE_BODY_CHUNK;
        size_t used = len;

        if (is_content && b->left < len)
            used = (size_t)b->left;
        else if (!is_content && b->state != PROBE_BODY_UNTIL_CLOSE)
            used = 1;
        if (is_content || b->state == PROBE_BODY_UNTIL_CLOSE)
            b->length += used;
        else
            take_byte(b, *data);
        if (is_content)
            b->left -= used;
        if (is_content && b->left == 0)
            b->state = b->state == PROBE_BODY_LENGTH ? PROBE_BODY_WHOLE : PROBE_BODY_CHUNK_END;
        data += used;
        len -= used;
    }
}

int probe_web_body_is_whole(const struct probe_web_body *b)
{
    if (b->state == PROBE_BODY_WHOLE || b->state == PROBE_BODY_UNTIL_CLOSE)
        return 1;
    if (b->state == PROBE_BODY_LENGTH)
        return has(b, PROBE_WEB_SHORT_BODY);
    return b->state != PROBE_BODY_BROKEN && has(b, PROBE_WEB_LAST_CHUNK);
}
