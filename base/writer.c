/* SPDX-License-Identifier: Apache-2.0 */
#include "base/writer.h"

#include <string.h>

struct writer writer_over(void *data, size_t cap)
{
    return (struct writer){.data = data, .cap = data != NULL ? cap : 0, .len = 0};
}

static void put_be(uint8_t *at, size_t width, uint32_t value)
{
    for (size_t i = 0; i < width; i++)
        at[i] = (uint8_t)(value >> (8 * (width - 1 - i)));
}

static enum assay_status write_be(struct writer *w, size_t width, uint32_t value)
{
    if (w->cap - w->len < width)
        return ASSAY_ERR_LIMIT;
    put_be(w->data + w->len, width, value);
    w->len += width;
    return ASSAY_OK;
}

enum assay_status writer_u8(struct writer *w, uint8_t value)
{
    return write_be(w, 1, value);
}

enum assay_status writer_u16(struct writer *w, uint16_t value)
{
    return write_be(w, 2, value);
}

enum assay_status writer_u24(struct writer *w, uint32_t value)
{
    return value > 0xffffff ? ASSAY_ERR_ARG : write_be(w, 3, value);
}

enum assay_status writer_u32(struct writer *w, uint32_t value)
{
    return write_be(w, 4, value);
}

enum assay_status writer_bytes(struct writer *w, const void *data, size_t len)
{
    if (w->cap - w->len < len)
        return ASSAY_ERR_LIMIT;
    if (len > 0)
        memcpy(w->data + w->len, data, len);
    w->len += len;
    return ASSAY_OK;
}

enum assay_status writer_open(struct writer *w, size_t width, struct writer_mark *ret)
{
    struct writer_mark mark = {.at = w->len, .width = width};

    if (width < 1 || width > 3)
        return ASSAY_ERR_ARG;
    ASSAY_TRY(write_be(w, width, 0));
    *ret = mark;
    return ASSAY_OK;
}

enum assay_status writer_close(struct writer *w, struct writer_mark mark)
{
    size_t len = w->len - mark.at - mark.width;

    if (mark.width < 1 || mark.width > 3 || mark.at > w->len || mark.width > w->len - mark.at)
        return ASSAY_ERR_ARG;
    if (len >= (size_t)1 << (8 * mark.width))
        return ASSAY_ERR_LIMIT;
    put_be(w->data + mark.at, mark.width, (uint32_t)len);
    return ASSAY_OK;
}
