/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Hex and base64 of struct buf: whatever is decoded encodes to the same text again, whatever is
 * refused leaves the buffer as it was. The first byte chooses.
 */
#include "base/buf.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool ok)
{
    if (!ok)
        abort();
}

static enum assay_status decode(bool hex, struct buf *b, const char *text, size_t len)
{
    return hex ? buf_add_from_hex(b, text, len) : buf_add_from_base64(b, text, len);
}

static enum assay_status encode(bool hex, struct buf *b, const void *data, size_t len)
{
    return hex ? buf_add_hex(b, data, len) : buf_add_base64(b, data, len);
}

static void decode_then_encode(bool hex, const char *text, size_t len)
{
    struct buf plain;
    struct buf again;

    buf_init(&plain, 2 + len);
    buf_init(&again, len);
    require(buf_add_text(&plain, "<>") == ASSAY_OK);
    if (decode(hex, &plain, text, len) == ASSAY_OK) {
        require(encode(hex, &again, plain.data + 2, plain.len - 2) == ASSAY_OK);
        require(again.len == len);
        require(len == 0 || (hex ? strncasecmp(buf_text(&again), text, len)
                                 : memcmp(again.data, text, len)) == 0);
    } else {
        require(strcmp(buf_text(&plain), "<>") == 0);
    }
    buf_done(&plain);
    buf_done(&again);
}

static void encode_then_decode(bool hex, const uint8_t *data, size_t len)
{
    struct buf text;
    struct buf again;

    buf_init(&text, len * 2 + 4);
    buf_init(&again, len);
    require(encode(hex, &text, data, len) == ASSAY_OK);
    require(decode(hex, &again, buf_text(&text), text.len) == ASSAY_OK);
    require(again.len == len && (len == 0 || memcmp(again.data, data, len) == 0));
    buf_done(&text);
    buf_done(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    if ((data[0] & 2) != 0)
        decode_then_encode((data[0] & 1) != 0, (const char *)data + 1, size - 1);
    else
        encode_then_decode((data[0] & 1) != 0, data + 1, size - 1);
    return 0;
}
