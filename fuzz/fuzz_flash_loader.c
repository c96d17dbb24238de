/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A board that answers anything: the session ends once, in bounded time, and never says that it
 * wrote without having sent the image.
 * The first byte chooses the protocol and the task; then pieces: a length, or 0 for time passing.
 */
#include "flash_loader.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { IMAGE_LEN = 600, SYNC_MS = 500, STEPS_MAX = 5000 };

struct board {
    unsigned ends;
    enum flash_loader_end end;
    uint64_t sent;
};

static void require(bool ok)
{
    if (!ok)
        abort();
}

static void on_send(void *ctx, const void *bytes, size_t len)
{
    struct board *board = ctx;

    require(bytes != NULL && len > 0 && board->ends == 0);
    board->sent += len;
}

static void on_found(void *ctx, int64_t chip_id, const char *version)
{
    (void)ctx;
    (void)chip_id;
    (void)version;
}

static void on_progress(void *ctx, enum flash_loader_stage stage, uint32_t done, uint32_t total)
{
    (void)ctx;
    (void)stage;
    require(done <= total);
}

static void on_verified(void *ctx, bool ok, const char *method)
{
    (void)ctx;
    (void)ok;
    require(method != NULL);
}

static void on_ended(void *ctx, enum flash_loader_end end, const char *text)
{
    struct board *board = ctx;

    board->ends++;
    board->end = end;
    require((text[0] == '\0') == (end <= FLASH_LOADER_DIFFERS));
}

static const struct flash_loader_calls calls = {.send = on_send,
                                                .found = on_found,
                                                .progress = on_progress,
                                                .verified = on_verified,
                                                .ended = on_ended};

static void play(struct flash_loader *l, const uint8_t *data, size_t size, uint64_t *now_ms)
{
    for (size_t i = 0; i < size;) {
        size_t len = data[i++];

        if (len == 0) {
            *now_ms += 100;
            flash_loader_tick(l, *now_ms);
            continue;
        }
        len = len < size - i ? len : size - i;
        flash_loader_feed(l, data + i, len, *now_ms);
        i += len;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const chips[] = {"stm32f103xb", "emulated-m3", "samd21g18",
                                        "emulated-m3-samba"};
    uint8_t bytes[IMAGE_LEN] = {0};
    struct flash_image image = {.name = "fuzz", .bytes = bytes, .len = IMAGE_LEN};
    uint8_t choice = size > 0 ? data[0] : 0;
    struct flash_loader_task task = {.chip = flash_chip_find(chips[choice & 3]),
                                     .image = &image,
                                     .is_usb = (choice & 4) != 0,
                                     .force = (choice & 8) != 0,
                                     .verify_only = (choice & 16) != 0,
                                     .start = (choice & 32) != 0,
                                     .careful = (choice & 64) != 0,
                                     .sync_ms = SYNC_MS};
    const struct flash_loader_protocol *protocol =
        (choice & 2) != 0 ? &flash_loader_protocol_samba : &flash_loader_protocol_stm32;
    struct board board = {.ends = 0};
    struct flash_loader l;
    uint64_t now_ms = 1;

    image.address = task.chip->app_start;
    flash_loader_init(&l, protocol, &task, &calls, &board);
    flash_loader_begin(&l, now_ms);
    play(&l, data + (size > 0), size > 0 ? size - 1 : 0, &now_ms);
    for (unsigned i = 0; board.ends == 0 && i < STEPS_MAX; i++) {
        require(flash_loader_deadline_ms(&l) != UINT64_MAX); /* it would wait for ever */
        now_ms = flash_loader_deadline_ms(&l) > now_ms ? flash_loader_deadline_ms(&l) : now_ms + 1;
        flash_loader_tick(&l, now_ms);
    }
    require(board.ends == 1);
    require(board.end != FLASH_LOADER_WRITTEN || board.sent > IMAGE_LEN);
    flash_loader_done(&l);
    return 0;
}
