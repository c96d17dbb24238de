/* SPDX-License-Identifier: Apache-2.0 */
/* ELF, 32 bits, little-endian (System V ABI, chapter 4): the loadable segments at their load
 * addresses, which is where a flash tool has to put them. */
#include "flash_image_formats.h"

#include <string.h>

enum { HEADER = 52, PROGRAM_HEADER = 32, MAX_SEGMENTS = 64, PT_LOAD = 1, CLASS_32 = 1, LITTLE = 1 };

static bool elf_begins(const uint8_t *data, size_t len)
{
    return len >= 4 && memcmp(data,
                              "\x7f"
                              "ELF",
                              4) == 0;
}

/* A little-endian number of width bytes at an offset that has been checked. */
static uint32_t number_at(const uint8_t *data, size_t at, size_t width)
{
    uint32_t number = 0;

    for (size_t i = width; i-- > 0;)
        number = number << 8 | data[at + i];
    return number;
}

static ASSAY_RESULT read_segment(const uint8_t *data, size_t len, const uint8_t *header,
                                 flash_piece_fn piece, void *ctx, struct assay_error *err)
{
    uint32_t offset = number_at(header, 4, 4);
    uint32_t address = number_at(header, 12, 4); /* p_paddr */
    uint32_t size = number_at(header, 16, 4);    /* p_filesz */

    if (number_at(header, 0, 4) != PT_LOAD || size == 0)
        return ASSAY_OK;
    if (offset > len || size > len - offset)
        return assay_error_set(err, ASSAY_ERR_MALFORMED,
                               "the ELF file ends inside a segment; was it copied completely?");
    return piece(ctx, address, data + offset, size, err);
}

static ASSAY_RESULT elf_read(const uint8_t *data, size_t len, flash_piece_fn piece, void *ctx,
                             struct assay_error *err)
{
    uint32_t table = 0;
    uint32_t count = 0;

    if (len < HEADER || data[4] != CLASS_32 || data[5] != LITTLE)
        return assay_error_set(err, ASSAY_ERR_MALFORMED,
                               "no ELF file of a microcontroller (32 bits, little-endian)");
    table = number_at(data, 28, 4);
    count = number_at(data, 44, 2);
    if (number_at(data, 42, 2) != PROGRAM_HEADER || count == 0 || count > MAX_SEGMENTS)
        return assay_error_set(err, ASSAY_ERR_MALFORMED,
                               "an ELF file without program headers: a linked firmware is needed, "
                               "not an object file");
    if (table > len || count * PROGRAM_HEADER > len - table)
        return assay_error_set(err, ASSAY_ERR_MALFORMED,
                               "the ELF file ends before its program headers");
    for (uint32_t i = 0; i < count; i++)
        ASSAY_TRY(
            read_segment(data, len, data + table + (size_t)i * PROGRAM_HEADER, piece, ctx, err));
    return ASSAY_OK;
}

const struct flash_image_format flash_image_elf = {"ELF", elf_begins, elf_read};
