/* SPDX-License-Identifier: Apache-2.0 */
#include "frame.h"

static size_t write_length(uint64_t len, uint8_t *at)
{
    unsigned bytes = len <= FRAME_CONTROL_MAX ? 0 : len <= UINT16_MAX ? 2 : 8;
    size_t used = 1;

    at[0] = (uint8_t)(bytes == 0 ? len : bytes == 2 ? 126 : 127);
    for (unsigned i = bytes; i > 0; i--)
        at[used++] = (uint8_t)(len >> (8 * (i - 1)));
    return used;
}

enum assay_status frame_write(const struct frame *frame, const void *data, size_t len,
                              struct buf *out)
{
    static const uint8_t mask[4] = {0x37, 0xfa, 0x21, 0x3d}; /* of RFC 6455 section 5.7 */
    uint8_t header[FRAME_HEADER_MAX] = {0};
    uint8_t *payload = NULL;
    size_t used = 0;

    header[used++] = (uint8_t)((frame->is_last ? FRAME_FIN : 0U) | (frame->reserved << 4) |
                               (frame->opcode & 0x0fU));
    used += write_length(frame->announced != 0 ? frame->announced : len, header + used);
    if (frame->is_masked) {
        header[1] |= FRAME_MASKED;
        for (size_t i = 0; i < sizeof(mask); i++)
            header[used++] = mask[i];
    }
    ASSAY_TRY(buf_add(out, header, used));
    if (!frame->is_masked)
        return buf_add(out, data, len);
    ASSAY_TRY(buf_extend(out, len, &payload));
    for (size_t i = 0; i < len; i++)
        payload[i] = (uint8_t)(((const uint8_t *)data)[i] ^ mask[i & 3]);
    return ASSAY_OK;
}
