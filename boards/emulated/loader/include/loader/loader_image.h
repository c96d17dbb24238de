/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An application image: a Cortex-M vector table whose reserved words 7 to 9 say how long the image
 * is and what its CRC-32 is, so that neither half an image nor one with a wrong bit is started.
 */
#ifndef LOADER_LOADER_IMAGE_H
#define LOADER_LOADER_IMAGE_H

#include <stddef.h>
#include <stdint.h>

enum {
    LOADER_IMAGE_MAGIC = 0x31595341, /* "ASY1" */
    LOADER_IMAGE_MAGIC_AT = 0x1c,
    LOADER_IMAGE_LENGTH_AT = 0x20,
    LOADER_IMAGE_CRC_AT = 0x24, /* counts as zero in the CRC of the image */
    LOADER_IMAGE_MIN = 0x40,
    LOADER_IMAGE_RAM = 0x20000000,
    LOADER_IMAGE_RAM_SIZE = 0x400000
};

enum loader_image_verdict {
    LOADER_IMAGE_OK,
    LOADER_IMAGE_EMPTY,    /* erased flash */
    LOADER_IMAGE_VECTOR,   /* stack pointer or entry lead nowhere */
    LOADER_IMAGE_UNMARKED, /* no magic */
    LOADER_IMAGE_LENGTH,   /* not a multiple of 4, or more than the flash */
    LOADER_IMAGE_CRC       /* not all of it is as it was built */
};

struct loader_image {
    uint32_t stack;
    uint32_t entry;
    uint32_t length;
    uint32_t crc; /* that the image says it has */
};

/*
 * Look at what stands in the flash.
 * @param base  the address of flash[0] on the board
 * @param ret   set for LOADER_IMAGE_OK only
 */
enum loader_image_verdict loader_image_check(const uint8_t *flash, size_t size, uint32_t base,
                                             struct loader_image *ret);

/* "ok", "empty", ... */
const char *loader_image_text(enum loader_image_verdict verdict);

/*
 * Write magic, length and CRC into an image that was just linked; len is a multiple of 4.
 * @return 0, or -1 when len or its first words cannot be those of an image
 */
int loader_image_seal(uint8_t *image, size_t len, uint32_t base);

/* CRC-32 as in zlib; start with 0, go on with what it returned. */
uint32_t loader_crc32(uint32_t crc, const uint8_t *data, size_t len);

/* CRC-16/XMODEM (polynomial 0x1021, start 0, not reflected). */
uint16_t loader_crc16(uint16_t crc, const uint8_t *data, size_t len);

/*
 * What the STM32's CRC unit makes of little-endian words (polynomial 0x04C11DB7, start
 * 0xFFFFFFFF, not reflected, no final xor); len is a multiple of 4.
 */
uint32_t loader_crc_stm32(const uint8_t *data, size_t len);

#endif
