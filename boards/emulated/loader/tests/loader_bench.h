/* SPDX-License-Identifier: Apache-2.0 */
/* A loader with a flash in memory, whose output is caught; for its tests and its fuzz target. */
#ifndef LOADER_BENCH_H
#define LOADER_BENCH_H

#include "loader/loader.h"

enum { BENCH_FLASH = 65536, BENCH_OUTPUT = 16384, BENCH_IMAGE = 1024, BENCH_BASE = 0x21000000 };

struct loader_bench {
    struct loader loader;
    uint8_t flash[BENCH_FLASH];
    uint8_t output[BENCH_OUTPUT + 1]; /* NUL terminated */
    size_t output_len;
    uint32_t now_ms;
};

/* Erased flash, and power on. */
void bench_init(struct loader_bench *bench);

/* A sealed image of BENCH_IMAGE bytes. */
void bench_make_image(uint8_t image[BENCH_IMAGE]);

/* The same in the flash, and power on. */
void bench_init_with_image(struct loader_bench *bench);

/* Bytes to the loader; its output is what it said to these. */
void bench_say(struct loader_bench *bench, const void *data, size_t len);
void bench_say_text(struct loader_bench *bench, const char *text);

/* Let time pass. */
enum loader_wish bench_wait(struct loader_bench *bench, uint32_t ms);

#endif
