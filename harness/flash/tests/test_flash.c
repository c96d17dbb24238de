/* SPDX-License-Identifier: Apache-2.0 */
/* The native drivers against the boot loader of the emulated boards, on a pty. */
#include "flash_bed.h"

#include "base/event_kinds.h"
#include "test_support.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { IMAGE_LEN = 60000 };

static const struct {
    const char *driver, *settings;
} boards[] = {
    {"stm32", "driver stm32 chip emulated-m3"},
    {"samba", "driver samba chip emulated-m3-samba link uart persona assay-loader"},
};
enum { BOARDS = sizeof(boards) / sizeof(*boards) };

static bool is_result(const struct flash_bed *bed, enum flash_result want, unsigned line)
{
    return test_check(bed->outcome.result == want, __FILE__, line, "%s, want %s: %s",
                      flash_result_name(bed->outcome.result), flash_result_name(want),
                      bed->outcome.detail);
}
#define CHECK_RESULT(bed, want) is_result((bed), (want), __LINE__)

static void bed_of(struct flash_bed *bed, size_t board)
{
    flash_bed_init(bed);
    flash_bed_set(bed, boards[board].settings);
    flash_bed_make_image(bed, "app.bin", IMAGE_LEN, 7);
}

static void an_empty_board_is_flashed_verified_and_started(void)
{
    for (size_t i = 0; i < BOARDS; i++) {
        struct flash_bed bed;

        bed_of(&bed, i);
        flash_bed_power_on(&bed, "--exit-on-start");
        flash_bed_flash(&bed);
        CHECK_RESULT(&bed, FLASH_WRITTEN);
        CHECK_UINT_EQ(bed.outcome.attempts, 1);
        CHECK_UINT_EQ(bed.outcome.bytes, IMAGE_LEN);
        CHECK_UINT_EQ(strlen(bed.outcome.sha256), 64);
        CHECK_INT_EQ(flash_bed_power_off(&bed), 0);
        CHECK(flash_bed_holds_image(&bed));
        CHECK_UINT_EQ(flash_bed_count(&bed, EV_FLASH_BEGIN), 1);
        CHECK_UINT_EQ(flash_bed_count(&bed, EV_FLASH_LOADER), 1);
        CHECK_UINT_EQ(flash_bed_count(&bed, EV_FLASH_VERIFY), 1);
        CHECK_UINT_EQ(flash_bed_count(&bed, EV_FLASH_END), 1);
        CHECK(flash_bed_count(&bed, EV_FLASH_PROGRESS) > 4);
        CHECK(bed.outcome.tx > IMAGE_LEN && bed.outcome.tx < IMAGE_LEN + IMAGE_LEN / 10);
        unlink(bed.flash_file);
        flash_bed_done(&bed);
    }
}

TEST_SUITE(flash, TEST(an_empty_board_is_flashed_verified_and_started));
