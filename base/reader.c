/* SPDX-License-Identifier: Apache-2.0 */
#include "base/reader.h"

struct reader reader_over(const void *data, size_t len)
{
    return (struct reader){.data = data, .len = data != NULL ? len : 0, .pos = 0};
}

size_t reader_left(const struct reader *r)
{
    return r->len - r->pos;
}

const uint8_t *reader_here(const struct reader *r)
{
    return r->data == NULL ? NULL : r->data + r->pos;
}

static enum assay_status read_be(struct reader *r, size_t width, uint32_t *ret)
{
    uint32_t value = 0;

    if (reader_left(r) < width)
        return ASSAY_ERR_TRUNCATED;
    for (size_t i = 0; i < width; i++)
        value = (value << 8) | r->data[r->pos + i];
    r->pos += width;
    *ret = value;
    return ASSAY_OK;
}

enum assay_status reader_u8(struct reader *r, uint8_t *ret)
{
    uint32_t value = 0;

    ASSAY_TRY(read_be(r, 1, &value));
    *ret = (uint8_t)value;
    return ASSAY_OK;
}

enum assay_status reader_u16(struct reader *r, uint16_t *ret)
{
    uint32_t value = 0;

    ASSAY_TRY(read_be(r, 2, &value));
    *ret = (uint16_t)value;
    return ASSAY_OK;
}

enum assay_status reader_u24(struct reader *r, uint32_t *ret)
{
    return read_be(r, 3, ret);
}

enum assay_status reader_u32(struct reader *r, uint32_t *ret)
{
    return read_be(r, 4, ret);
}

enum assay_status reader_bytes(struct reader *r, size_t len, const uint8_t **ret)
{
    if (reader_left(r) < len)
        return ASSAY_ERR_TRUNCATED;
    *ret = reader_here(r);
    r->pos += len;
    return ASSAY_OK;
}

enum assay_status reader_skip(struct reader *r, size_t len)
{
    if (reader_left(r) < len)
        return ASSAY_ERR_TRUNCATED;
    r->pos += len;
    return ASSAY_OK;
}

enum assay_status reader_sub(struct reader *r, size_t len, struct reader *ret)
{
    const uint8_t *bytes = NULL;

    ASSAY_TRY(reader_bytes(r, len, &bytes));
    *ret = reader_over(bytes, len);
    return ASSAY_OK;
}

static enum assay_status read_vector(struct reader *r, size_t width, struct reader *ret)
{
    struct reader probe = *r;
    uint32_t len = 0;

    ASSAY_TRY(read_be(&probe, width, &len));
    ASSAY_TRY(reader_sub(&probe, len, ret));
    *r = probe;
    return ASSAY_OK;
}

enum assay_status reader_vec8(struct reader *r, struct reader *ret)
{
    return read_vector(r, 1, ret);
}

enum assay_status reader_vec16(struct reader *r, struct reader *ret)
{
    return read_vector(r, 2, ret);
}

enum assay_status reader_vec24(struct reader *r, struct reader *ret)
{
    return read_vector(r, 3, ret);
}
