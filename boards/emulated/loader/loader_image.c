/* SPDX-License-Identifier: Apache-2.0 */
#include "loader/loader_image.h"

static const uint8_t four_zeros[4];

static uint32_t get_u32(const uint8_t *at)
{
    return (uint32_t)at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 | (uint32_t)at[3] << 24;
}

static void put_u32(uint8_t *at, uint32_t value)
{
    for (unsigned i = 0; i < 4; i++)
        at[i] = (uint8_t)(value >> 8 * i);
}

uint32_t loader_crc32(uint32_t crc, const uint8_t *data, size_t len)
{
    /* A nibble at a time: sixteen words instead of 256. */
    static const uint32_t table[16] = {
        0x00000000, 0x1db71064, 0x3b6e20c8, 0x26d930ac, 0x76dc4190, 0x6b6b51f4,
        0x4db26158, 0x5005713c, 0xedb88320, 0xf00f9344, 0xd6d6a3e8, 0xcb61b38c,
        0x9b64c2b0, 0x86d3d2d4, 0xa00ae278, 0xbdbdf21c,
    };

    crc = ~crc;
    for (size_t i = 0; i < len; i++) {
        crc = table[(crc ^ data[i]) & 15] ^ crc >> 4;
        crc = table[(crc ^ (uint32_t)data[i] >> 4) & 15] ^ crc >> 4;
    }
    return ~crc;
}

uint16_t loader_crc16(uint16_t crc, const uint8_t *data, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        crc = (uint16_t)(crc ^ data[i] << 8);
        for (unsigned bit = 0; bit < 8; bit++)
            crc = (uint16_t)((crc & 0x8000) != 0 ? crc << 1 ^ 0x1021 : crc << 1);
    }
    return crc;
}

uint32_t loader_crc_stm32(const uint8_t *data, size_t len)
{
    uint32_t crc = 0xffffffff;

    for (size_t i = 0; i + 4 <= len; i += 4) {
        crc ^= get_u32(data + i);
        for (unsigned bit = 0; bit < 32; bit++)
            crc = (crc & 0x80000000) != 0 ? crc << 1 ^ 0x04c11db7 : crc << 1;
    }
    return crc;
}

/* Of the image with its own CRC word as zero. */
static uint32_t image_crc(const uint8_t *image, size_t len)
{
    uint32_t crc = loader_crc32(0, image, LOADER_IMAGE_CRC_AT);

    crc = loader_crc32(crc, four_zeros, 4);
    return loader_crc32(crc, image + LOADER_IMAGE_CRC_AT + 4, len - LOADER_IMAGE_CRC_AT - 4);
}

/* The processor pushes below the stack pointer, and an entry is odd: Thumb code. */
static int is_vector_sane(uint32_t stack, uint32_t entry, uint32_t base, size_t len)
{
    return stack > LOADER_IMAGE_RAM && stack <= LOADER_IMAGE_RAM + LOADER_IMAGE_RAM_SIZE &&
           stack % 4 == 0 && entry % 2 == 1 && entry >= base && entry - base < len;
}

enum loader_image_verdict loader_image_check(const uint8_t *flash, size_t size, uint32_t base,
                                             struct loader_image *ret)
{
    struct loader_image image = {0};

    if (size < LOADER_IMAGE_MIN)
        return LOADER_IMAGE_EMPTY;
    image.stack = get_u32(flash);
    image.entry = get_u32(flash + 4);
    image.length = get_u32(flash + LOADER_IMAGE_LENGTH_AT);
    image.crc = get_u32(flash + LOADER_IMAGE_CRC_AT);
    if (image.stack == image.entry && (image.stack == 0xffffffff || image.stack == 0))
        return LOADER_IMAGE_EMPTY;
    if (!is_vector_sane(image.stack, image.entry, base, size))
        return LOADER_IMAGE_VECTOR;
    if (get_u32(flash + LOADER_IMAGE_MAGIC_AT) != LOADER_IMAGE_MAGIC)
        return LOADER_IMAGE_UNMARKED;
    if (image.length < LOADER_IMAGE_MIN || image.length > size || image.length % 4 != 0)
        return LOADER_IMAGE_LENGTH;
    if (image_crc(flash, image.length) != image.crc)
        return LOADER_IMAGE_CRC;
    if (!is_vector_sane(image.stack, image.entry, base, image.length))
        return LOADER_IMAGE_VECTOR;
    *ret = image;
    return LOADER_IMAGE_OK;
}

const char *loader_image_text(enum loader_image_verdict verdict)
{
    static const char *const texts[] = {
        [LOADER_IMAGE_OK] = "ok",
        [LOADER_IMAGE_EMPTY] = "empty",
        [LOADER_IMAGE_VECTOR] = "bad-vector",
        [LOADER_IMAGE_UNMARKED] = "unmarked",
        [LOADER_IMAGE_LENGTH] = "bad-length",
        [LOADER_IMAGE_CRC] = "bad-crc",
    };

    return texts[verdict];
}

int loader_image_seal(uint8_t *image, size_t len, uint32_t base)
{
    if (len < LOADER_IMAGE_MIN || len % 4 != 0 || len > UINT32_MAX ||
        !is_vector_sane(get_u32(image), get_u32(image + 4), base, len))
        return -1;
    put_u32(image + LOADER_IMAGE_MAGIC_AT, LOADER_IMAGE_MAGIC);
    put_u32(image + LOADER_IMAGE_LENGTH_AT, (uint32_t)len);
    put_u32(image + LOADER_IMAGE_CRC_AT, image_crc(image, len));
    return 0;
}
