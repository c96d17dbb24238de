/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The boot loader on any bytes: the input is pieces, each a byte for a pause (in units of 50 ms), a
 * byte for how many bytes follow, and those. Whatever comes: nothing outside of its flash is
 * touched, and no image is started that is not whole.
 */
#include "loader_bench.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(int ok)
{
    if (!ok)
        abort();
}

static void check_start(const struct loader_bench *bench)
{
    struct loader_image image;

    require(loader_image_check(bench->flash, BENCH_FLASH, BENCH_BASE, &image) == LOADER_IMAGE_OK);
    require(image.entry == bench->loader.image.entry);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct loader_bench *bench = calloc(1, sizeof(*bench));
    size_t at = 1;

    if (bench == NULL)
        return 0;
    if (size > 0 && data[0] % 2 == 1)
        bench_init_with_image(bench);
    else
        bench_init(bench);
    while (at + 2 <= size) {
        uint32_t pause_ms = data[at] * 50U;
        size_t len = data[at + 1];
        enum loader_wish wish = LOADER_STAY;

        at += 2;
        len = len > size - at ? size - at : len;
        bench_say(bench, data + at, len);
        at += len;
        wish = bench_wait(bench, pause_ms);
        if (wish == LOADER_START)
            check_start(bench);
        if (wish != LOADER_STAY)
            loader_begin(&bench->loader, 0, bench->now_ms);
    }
    free(bench);
    return 0;
}
