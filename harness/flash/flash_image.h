/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Firmware images: raw binaries, Intel HEX and ELF, told apart by what they begin with. Files come
 * from anywhere; nothing in them is believed.
 */
#ifndef FLASH_FLASH_IMAGE_H
#define FLASH_FLASH_IMAGE_H

#include "flash_chip.h"

#include "base/status.h"

enum {
    FLASH_IMAGE_FILE_MAX = 32 << 20,
    FLASH_IMAGE_MAX = 16 << 20, /* of the memory that it fills */
    FLASH_IMAGE_SHA256 = 65
};

struct flash_image {
    char name[256]; /* of its file, without folders */
    char sha256[FLASH_IMAGE_SHA256];
    uint32_t address; /* as the chip's boot loader counts; without a chip as the file says */
    uint8_t *bytes;   /* owned; gaps and the end are filled with FF */
    uint32_t len;     /* a multiple of 4 */
};

/*
 * Take the bytes of a file.
 * @param chip  Whose application area it has to fit, and whose vector table it has to have; NULL:
 *              nothing of that is known, and any address is taken.
 * @param ret   End with flash_image_done().
 * @retval ASSAY_ERR_MALFORMED  err: what is wrong with the file, and what would be right
 * @retval ASSAY_ERR_LIMIT      it is too large
 */
ASSAY_RESULT flash_image_parse(const char *name, const void *data, size_t len,
                               const struct flash_chip *chip, struct flash_image *ret,
                               struct assay_error *err);
ASSAY_RESULT flash_image_load(const char *path, const struct flash_chip *chip,
                              struct flash_image *ret, struct assay_error *err);
void flash_image_done(struct flash_image *image);

#endif
