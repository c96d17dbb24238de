/* SPDX-License-Identifier: Apache-2.0 */
#include "loader_bench.h"

#include <string.h>

static void catch_output(void *ctx, const void *data, size_t len)
{
    struct loader_bench *bench = ctx;
    size_t room = BENCH_OUTPUT - bench->output_len;

    len = len > room ? room : len;
    memcpy(bench->output + bench->output_len, data, len);
    bench->output_len += len;
    bench->output[bench->output_len] = '\0';
}

static void power_on(struct loader_bench *bench)
{
    const struct loader_port port = {.ctx = bench, .send = catch_output};

    bench->output_len = 0;
    bench->now_ms = 0xffffff00; /* so that the tests see it wrap */
    loader_init(&bench->loader, &port, bench->flash, BENCH_FLASH, BENCH_BASE);
    loader_begin(&bench->loader, 0, bench->now_ms);
}

void bench_init(struct loader_bench *bench)
{
    memset(bench->flash, 0xff, BENCH_FLASH);
    power_on(bench);
}

void bench_make_image(uint8_t image[BENCH_IMAGE])
{
    static const uint8_t vectors[] = {0x00, 0x80, 0x00, 0x20, 0x41, 0x00, 0x00, 0x21};

    for (size_t i = 0; i < BENCH_IMAGE; i++)
        image[i] = (uint8_t)(i * 7 + i / 256);
    memcpy(image, vectors, sizeof(vectors));
    (void)loader_image_seal(image, BENCH_IMAGE, BENCH_BASE); /* its vectors are right */
}

void bench_init_with_image(struct loader_bench *bench)
{
    memset(bench->flash, 0xff, BENCH_FLASH);
    bench_make_image(bench->flash);
    power_on(bench);
}

void bench_say(struct loader_bench *bench, const void *data, size_t len)
{
    bench->output_len = 0;
    bench->output[0] = '\0';
    loader_feed(&bench->loader, data, len, bench->now_ms);
}

void bench_say_text(struct loader_bench *bench, const char *text)
{
    bench_say(bench, text, strlen(text));
}

enum loader_wish bench_wait(struct loader_bench *bench, uint32_t ms)
{
    bench->now_ms += ms;
    return loader_step(&bench->loader, bench->now_ms);
}
