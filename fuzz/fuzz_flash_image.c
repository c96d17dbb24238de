/* SPDX-License-Identifier: Apache-2.0 */
/* Images: what is taken lies in the chip's application area; what is refused leaves nothing. */
#include "flash_image.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool ok)
{
    if (!ok)
        abort();
}

static void check(const struct flash_chip *chip, const uint8_t *data, size_t size)
{
    struct flash_image image = {.bytes = NULL};
    enum assay_status status = flash_image_parse("fuzz", data, size, chip, &image, NULL);

    require((status == ASSAY_OK) == (image.bytes != NULL));
    if (status != ASSAY_OK)
        return;
    require(image.len > 0 && image.len % 4 == 0 && image.len <= FLASH_IMAGE_MAX + 4);
    if (chip != NULL) {
        require(image.address == chip->app_start && image.len <= chip->app_size);
        require((image.bytes[4] & 1) != 0); /* Thumb */
    }
    flash_image_done(&image);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    check(flash_chip_find("stm32f103x8"), data, size);
    check(flash_chip_find("samd21g18"), data, size);
    check(NULL, data, size);
    return 0;
}
