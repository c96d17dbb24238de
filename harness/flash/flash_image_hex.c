/* SPDX-License-Identifier: Apache-2.0 */
/* Intel HEX ("Hexadecimal Object File Format Specification", revision A, 1988). */
#include "flash_image_formats.h"

#include "base/buf.h"

#include <string.h>

enum { RECORD_MAX = 255 + 5, LINE_MAX_LEN = 2 * RECORD_MAX };
enum record { DATA = 0, END = 1, SEGMENT = 2, SEGMENT_START = 3, LINEAR = 4, LINEAR_START = 5 };

struct hex_file {
    flash_piece_fn piece;
    void *ctx;
    uint32_t base; /* of the data records that follow */
    bool is_ended;
};

static bool hex_begins(const uint8_t *data, size_t len)
{
    return len >= 11 && data[0] == ':' && memchr("0123456789abcdefABCDEF", data[1], 22) != NULL;
}

static ASSAY_RESULT take_data(struct hex_file *hex, uint32_t offset, const uint8_t *bytes,
                              size_t len, struct assay_error *err)
{
    if (hex->base > UINT32_MAX - offset)
        return assay_error_set(err, ASSAY_ERR_MALFORMED, "an address past 4 GiB");
    return len == 0 ? ASSAY_OK : hex->piece(hex->ctx, hex->base + offset, bytes, len, err);
}

/* bytes: length, offset (2), type, data, checksum. */
static ASSAY_RESULT take_record(struct hex_file *hex, const uint8_t *bytes, size_t len,
                                struct assay_error *err)
{
    uint8_t sum = 0;
    size_t size = len - 5;

    for (size_t i = 0; i < len; i++)
        sum = (uint8_t)(sum + bytes[i]);
    if (bytes[0] != size || sum != 0)
        return assay_error_set(err, ASSAY_ERR_MALFORMED, "a wrong %s: the file is damaged",
                               sum != 0 ? "checksum" : "length");
    switch (bytes[3]) {
    case DATA:
        return take_data(hex, (uint32_t)bytes[1] << 8 | bytes[2], bytes + 4, size, err);
    case END:
        hex->is_ended = true;
        return ASSAY_OK;
    case SEGMENT:
    case LINEAR:
        if (size != 2)
            return assay_error_set(err, ASSAY_ERR_MALFORMED, "an address record of a wrong size");
        hex->base = ((uint32_t)bytes[4] << 8 | bytes[5]) << (bytes[3] == LINEAR ? 16 : 4);
        return ASSAY_OK;
    case SEGMENT_START:
    case LINEAR_START:
        return ASSAY_OK; /* where to start; the vector table says it */
    default:
        return assay_error_set(err, ASSAY_ERR_MALFORMED, "an unknown type of record, %u", bytes[3]);
    }
}

static ASSAY_RESULT take_line(struct hex_file *hex, const char *line, size_t len,
                              struct assay_error *err)
{
    struct buf record;
    enum assay_status status = ASSAY_OK;

    if (line[0] != ':' || len < 11 || len - 1 > LINE_MAX_LEN)
        return assay_error_set(err, ASSAY_ERR_MALFORMED, "no record of an Intel HEX file");
    buf_init(&record, RECORD_MAX);
    if (buf_add_from_hex(&record, line + 1, len - 1) != ASSAY_OK)
        status = assay_error_set(err, ASSAY_ERR_MALFORMED, "something else than hex digits");
    else
        status = take_record(hex, record.data, record.len, err);
    buf_done(&record);
    return status;
}

static ASSAY_RESULT hex_read(const uint8_t *data, size_t len, flash_piece_fn piece, void *ctx,
                             struct assay_error *err)
{
    struct hex_file hex = {.piece = piece, .ctx = ctx};
    size_t number = 0;

    for (size_t at = 0; at < len && !hex.is_ended; number++) {
        const char *line = (const char *)data + at;
        const uint8_t *end = memchr(data + at, '\n', len - at);
        size_t line_len = end != NULL ? (size_t)(end - data) - at : len - at;
        enum assay_status status = ASSAY_OK;

        at += line_len + 1;
        if (line_len > 0 && line[line_len - 1] == '\r')
            line_len--;
        if (line_len > 0)
            status = take_line(&hex, line, line_len, err);
        if (status != ASSAY_OK)
            return assay_error_prefix(err, status, "line %zu", number + 1);
    }
    if (!hex.is_ended)
        return assay_error_set(err, ASSAY_ERR_MALFORMED,
                               "the Intel HEX file has no end record; was it copied completely?");
    return ASSAY_OK;
}

const struct flash_image_format flash_image_hex = {"Intel HEX", hex_begins, hex_read};
