/* SPDX-License-Identifier: Apache-2.0 */
/* The formats of images, as pieces of memory. */
#ifndef FLASH_FLASH_IMAGE_FORMATS_H
#define FLASH_FLASH_IMAGE_FORMATS_H

#include "base/status.h"

#include <stdbool.h>
#include <stdint.h>

/* One piece that the file puts at an address; called in the order of the file. */
typedef enum assay_status (*flash_piece_fn)(void *ctx, uint32_t address, const uint8_t *bytes,
                                            size_t len, struct assay_error *err);

struct flash_image_format {
    const char *name;
    bool (*begins)(const uint8_t *data, size_t len);
    ASSAY_RESULT(*read)
    (const uint8_t *data, size_t len, flash_piece_fn piece, void *ctx, struct assay_error *err);
};

extern const struct flash_image_format flash_image_elf, flash_image_hex;

#endif
