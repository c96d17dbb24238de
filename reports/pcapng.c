/* SPDX-License-Identifier: Apache-2.0 */
#include "pcapng.h"

#include <string.h>

enum {
    BLOCK_SECTION = 0x0A0D0D0A,
    BLOCK_INTERFACE = 1,
    BLOCK_PACKET = 6,
    BLOCK_SECRETS = 10,
    BYTE_ORDER_MAGIC = 0x1A2B3C4D,
    LINKTYPE_RAW = 101,
    OPTION_END = 0,
    OPTION_COMMENT = 1,
    OPTION_TIME_RESOLUTION = 9,
    NANOSECONDS = 9,
    SECRETS_TLS_KEY_LOG = 0x544c534b
};

static enum assay_status add_u16(struct buf *out, uint32_t value)
{
    const uint8_t bytes[2] = {(uint8_t)value, (uint8_t)(value >> 8)};

    return buf_add(out, bytes, sizeof(bytes));
}

static enum assay_status add_u32(struct buf *out, uint32_t value)
{
    ASSAY_TRY(add_u16(out, value));
    return add_u16(out, value >> 16);
}

static enum assay_status add_padded(struct buf *out, const void *data, size_t len)
{
    static const uint8_t zeros[4] = {0};

    ASSAY_TRY(buf_add(out, data, len));
    return buf_add(out, zeros, (4 - len % 4) % 4);
}

static enum assay_status add_option(struct buf *out, uint32_t code, const void *data, size_t len)
{
    if (len > 0xffff)
        len = 0xffff;
    ASSAY_TRY(add_u16(out, code));
    ASSAY_TRY(add_u16(out, (uint32_t)len));
    return add_padded(out, data, len);
}

static enum assay_status add_comment(struct buf *out, const char *comment)
{
    if (comment == NULL || comment[0] == '\0')
        return ASSAY_OK;
    ASSAY_TRY(add_option(out, OPTION_COMMENT, comment, strlen(comment)));
    return add_option(out, OPTION_END, NULL, 0);
}

/* A block's total length stands at its begin and at its end. */
static enum assay_status begin_block(struct buf *out, uint32_t type, size_t *ret_start)
{
    *ret_start = out->len;
    ASSAY_TRY(add_u32(out, type));
    return add_u32(out, 0);
}

static enum assay_status end_block(struct buf *out, size_t start)
{
    uint32_t total = (uint32_t)(out->len - start + 4);

    for (unsigned i = 0; i < 4; i++)
        out->data[start + 4 + i] = (uint8_t)(total >> (8 * i));
    return add_u32(out, total);
}

enum assay_status pcapng_begin(struct buf *out, const char *comment)
{
    const uint8_t resolution = NANOSECONDS;
    size_t start = 0;

    ASSAY_TRY(begin_block(out, BLOCK_SECTION, &start));
    ASSAY_TRY(add_u32(out, BYTE_ORDER_MAGIC));
    ASSAY_TRY(add_u16(out, 1)); /* version 1.0 */
    ASSAY_TRY(add_u16(out, 0));
    ASSAY_TRY(add_u32(out, 0xffffffff)); /* section length: not given */
    ASSAY_TRY(add_u32(out, 0xffffffff));
    ASSAY_TRY(add_comment(out, comment));
    ASSAY_TRY(end_block(out, start));
    ASSAY_TRY(begin_block(out, BLOCK_INTERFACE, &start));
    ASSAY_TRY(add_u16(out, LINKTYPE_RAW));
    ASSAY_TRY(add_u16(out, 0));
    ASSAY_TRY(add_u32(out, 0)); /* no snap length */
    ASSAY_TRY(add_option(out, OPTION_TIME_RESOLUTION, &resolution, 1));
    ASSAY_TRY(add_option(out, OPTION_END, NULL, 0));
    return end_block(out, start);
}

enum assay_status pcapng_tls_secrets(struct buf *out, const void *key_log, size_t len)
{
    size_t start = 0;

    ASSAY_TRY(begin_block(out, BLOCK_SECRETS, &start));
    ASSAY_TRY(add_u32(out, SECRETS_TLS_KEY_LOG));
    ASSAY_TRY(add_u32(out, (uint32_t)len));
    ASSAY_TRY(add_padded(out, key_log, len));
    return end_block(out, start);
}

enum assay_status pcapng_packet(struct buf *out, uint64_t unix_ns, const void *packet, size_t len,
                                const char *comment)
{
    size_t start = 0;

    ASSAY_TRY(begin_block(out, BLOCK_PACKET, &start));
    ASSAY_TRY(add_u32(out, 0)); /* interface */
    ASSAY_TRY(add_u32(out, (uint32_t)(unix_ns >> 32)));
    ASSAY_TRY(add_u32(out, (uint32_t)unix_ns));
    ASSAY_TRY(add_u32(out, (uint32_t)len));
    ASSAY_TRY(add_u32(out, (uint32_t)len));
    ASSAY_TRY(add_padded(out, packet, len));
    ASSAY_TRY(add_comment(out, comment));
    return end_block(out, start);
}
