/* SPDX-License-Identifier: Apache-2.0 */
/* The native drivers against the boot loader of the emulated boards, on a pty. */
#include "flash_bed.h"

#include "base/event_kinds.h"
#include "test_support.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { IMAGE_LEN = 60000 };

static const char *const boards[] = {
    "driver stm32 chip emulated-m3",
    "driver samba chip emulated-m3-samba link uart persona assay-loader",
};
enum { STM32, SAMBA, BOARDS };

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
    flash_bed_set(bed, boards[board]);
    flash_bed_make_image(bed, "app.bin", IMAGE_LEN, 7);
}

static void bed_end(struct flash_bed *bed)
{
    flash_bed_done(bed);
    unlink(bed->flash_file);
}

/* The whole of it once more, on a board that was just switched on: all is well, whatever was. */
static void check_recovers(struct flash_bed *bed)
{
    flash_bed_pull_out(bed);
    (void)flash_bed_power_off(bed);
    bed->fault = (struct bed_fault){.pull_at = NULL};
    flash_bed_power_on(bed, NULL);
    flash_bed_flash(bed);
    test_check(bed->outcome.result == FLASH_WRITTEN || bed->outcome.result == FLASH_SAME, __FILE__,
               __LINE__, "not recovered: %s", bed->outcome.detail);
    CHECK(flash_bed_holds_image(bed));
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
        bed_end(&bed);
    }
}

static void an_image_that_is_there_costs_a_few_bytes(void)
{
    for (size_t i = 0; i < BOARDS; i++) {
        struct flash_bed bed;

        bed_of(&bed, i);
        bed.request.stay = true;
        flash_bed_power_on(&bed, NULL);
        flash_bed_flash(&bed);
        CHECK_RESULT(&bed, FLASH_WRITTEN);
        flash_bed_flash(&bed);
        CHECK_RESULT(&bed, FLASH_SAME);
        CHECK(bed.outcome.tx < 150 && bed.outcome.rx < 200);
        bed.request.force = true;
        flash_bed_flash(&bed);
        CHECK_RESULT(&bed, FLASH_WRITTEN);
        CHECK(bed.outcome.tx > IMAGE_LEN);
        bed_end(&bed);
    }
}

static void one_changed_bit_is_another_image(void)
{
    for (size_t i = 0; i < BOARDS; i++) {
        struct flash_bed bed;

        bed_of(&bed, i);
        bed.request.stay = true;
        flash_bed_power_on(&bed, NULL);
        flash_bed_flash(&bed);
        flash_bed_make_image(&bed, "other.bin", IMAGE_LEN, 8);
        bed.request.verify_only = true;
        flash_bed_flash(&bed);
        CHECK_RESULT(&bed, FLASH_DIFFERS);
        CHECK(!flash_bed_holds_image(&bed));
        bed.request.verify_only = false;
        flash_bed_flash(&bed);
        CHECK_RESULT(&bed, FLASH_WRITTEN);
        CHECK(flash_bed_holds_image(&bed));
        bed.request.verify_only = true;
        flash_bed_flash(&bed);
        CHECK_RESULT(&bed, FLASH_SAME);
        bed_end(&bed);
    }
}

static void the_wrong_board_is_not_written(void)
{
    static const struct {
        const char *settings;
        uint32_t linked_to;
        const char *says;
    } rows[] = {
        {"driver stm32 chip stm32f411xe", 0x08000000, "0x413"},
        {"driver samba chip emulated-m3-samba link uart persona MKRGSM1400", 0x21000000,
         "assay-loader 1"},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        struct flash_bed bed;

        bed_of(&bed, i);
        flash_bed_set(&bed, rows[i].settings);
        bed.linked_to = rows[i].linked_to;
        flash_bed_make_image(&bed, "app.bin", IMAGE_LEN, 9);
        flash_bed_power_on(&bed, NULL);
        flash_bed_flash(&bed);
        CHECK_RESULT(&bed, FLASH_FAILED);
        CHECK(bed.outcome.cause == CAUSE_FLASH && !bed.outcome.usage);
        CHECK_UINT_EQ(bed.outcome.attempts, 1);
        CHECK_STR_CONTAINS(bed.outcome.detail, rows[i].says);
        CHECK_STR_CONTAINS(bed.outcome.detail, "nothing was written");
        CHECK_UINT_EQ(flash_bed_count(&bed, EV_FLASH_PROGRESS), 0);
        bed_end(&bed);
    }
}

static void a_wrong_image_touches_no_port(void)
{
    static const char *const settings[] = {"driver stm32 chip stm32f103xb",
                                           "driver samba chip samd21g18"};

    for (size_t i = 0; i < sizeof(settings) / sizeof(*settings); i++) {
        struct flash_bed bed;

        bed_of(&bed, i); /* linked for another chip */
        flash_bed_set(&bed, settings[i]);
        snprintf(bed.port, sizeof(bed.port), "/nonexistent/port");
        flash_bed_flash(&bed);
        CHECK_RESULT(&bed, FLASH_FAILED);
        CHECK(bed.outcome.usage && bed.outcome.cause == CAUSE_HARNESS);
        CHECK_INT_EQ(bed.outcome.status, ASSAY_ERR_MALFORMED);
        CHECK_STR_CONTAINS(bed.outcome.detail, "vector");
        CHECK_UINT_EQ(flash_bed_count(&bed, EV_SERIAL_OPEN), 0);
        bed_end(&bed);
    }
}

static void a_port_that_is_not_there_is_a_matter_of_enumeration(void)
{
    struct flash_bed bed;

    bed_of(&bed, STM32);
    snprintf(bed.port, sizeof(bed.port), "/nonexistent/port");
    flash_bed_flash(&bed);
    CHECK_RESULT(&bed, FLASH_FAILED);
    CHECK(bed.outcome.cause == CAUSE_ENUMERATE && !bed.outcome.usage);
    CHECK_STR_CONTAINS(bed.outcome.detail, "/nonexistent/port");
    bed_end(&bed);
}

static void a_port_where_nobody_answers_is_a_matter_of_flashing(void)
{
    for (size_t i = 0; i < BOARDS; i++) {
        struct flash_bed bed;
        int master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
        char settings[160];

        bed_of(&bed, i);
        snprintf(settings, sizeof(settings), "%s sync_ms 400", boards[i]);
        flash_bed_set(&bed, settings);
        CHECK(grantpt(master) == 0 && unlockpt(master) == 0);
        CHECK(ptsname_r(master, bed.port, sizeof(bed.port)) == 0);
        flash_bed_flash(&bed);
        CHECK_RESULT(&bed, FLASH_FAILED);
        CHECK(bed.outcome.cause == CAUSE_FLASH && !bed.outcome.usage);
        CHECK_STR_CONTAINS(bed.outcome.detail, "boot loader answers");
        CHECK_STR_CONTAINS(bed.outcome.detail, "flash.entry");
        close(master);
        bed_end(&bed);
    }
}

/* ---- ways in ---- */

static void a_touch_gets_a_running_board_into_its_boot_loader(void)
{
    for (size_t i = 0; i < BOARDS; i++) {
        struct flash_bed bed;
        char settings[160];

        bed_of(&bed, i);
        snprintf(settings, sizeof(settings), "%s entry touch", boards[i]);
        flash_bed_set(&bed, settings);
        flash_bed_power_on(&bed, NULL);
        flash_bed_flash(&bed);
        CHECK_RESULT(&bed, FLASH_WRITTEN);
        flash_bed_make_image(&bed, "other.bin", IMAGE_LEN, 8);
        flash_bed_flash(&bed); /* the application runs now */
        CHECK_RESULT(&bed, FLASH_WRITTEN);
        CHECK(flash_bed_holds_image(&bed));
        CHECK_UINT_EQ(flash_bed_count(&bed, EV_SERIAL_TOUCH), 2);
        bed_end(&bed);
    }
}

static enum assay_status reset_board(void *ctx, bool into_loader, struct assay_error *err)
{
    const struct flash_bed *bed = ctx;
    const char *what = into_loader ? "BR" : "R";

    if (write(bed->control, what, strlen(what)) == (ssize_t)strlen(what))
        return ASSAY_OK;
    return assay_error_set(err, ASSAY_ERR_IO, "no control");
}

static void a_board_that_the_bench_can_reset_is_reset_into_its_boot_loader(void)
{
    for (size_t i = 0; i < BOARDS; i++) {
        struct flash_bed bed;
        struct flash_control control = {.reset = reset_board, .ctx = &bed};
        char settings[160];

        bed_of(&bed, i);
        snprintf(settings, sizeof(settings), "%s entry control", boards[i]);
        flash_bed_set(&bed, settings);
        flash_bed_power_on(&bed, NULL);
        flash_bed_flash(&bed);
        CHECK_RESULT(&bed, FLASH_FAILED); /* without a control */
        CHECK(bed.outcome.usage);
        bed.request.control = &control;
        for (unsigned seed = 1; seed < 4; seed++) {
            flash_bed_make_image(&bed, "app.bin", IMAGE_LEN, seed);
            flash_bed_flash(&bed);
            CHECK_RESULT(&bed, FLASH_WRITTEN);
            CHECK(flash_bed_holds_image(&bed));
        }
        bed_end(&bed);
    }
}

static void a_port_without_lines_says_so_where_lines_are_needed(void)
{
    struct flash_bed bed;

    bed_of(&bed, STM32);
    flash_bed_set(&bed, "driver stm32 chip emulated-m3 entry lines");
    flash_bed_power_on(&bed, NULL);
    flash_bed_flash(&bed);
    CHECK_RESULT(&bed, FLASH_FAILED);
    CHECK_STR_CONTAINS(bed.outcome.detail, "no DTR and RTS");
    bed_end(&bed);
}

/* ---- what goes wrong on the way ---- */

static void check_power_cut(size_t board, unsigned percent)
{
    struct flash_bed bed;
    char options[64];

    bed_of(&bed, board);
    flash_bed_power_on(&bed, "--exit-on-start");
    flash_bed_flash(&bed); /* an application that worked, before */
    CHECK_RESULT(&bed, FLASH_WRITTEN);
    (void)flash_bed_power_off(&bed);
    flash_bed_make_image(&bed, "other.bin", IMAGE_LEN, 8);
    snprintf(options, sizeof(options), "--boot0 --cut-after %llu",
             (unsigned long long)bed.outcome.tx * percent / 100 + 1);
    flash_bed_power_on(&bed, options);
    flash_bed_flash(&bed);
    CHECK_RESULT(&bed, FLASH_FAILED);
    CHECK(bed.outcome.cause == CAUSE_FLASH);
    test_check(strstr(bed.outcome.detail, "lost while") != NULL, __FILE__, __LINE__, "%s",
               bed.outcome.detail);
    CHECK_INT_EQ(flash_bed_power_off(&bed), 4);
    CHECK(percent < 25 || percent > 75 || flash_bed_begins_erased(&bed));
    check_recovers(&bed);
    bed_end(&bed);
}

static const unsigned cuts[] = {0, 25, 50, 75, 99};

static void an_stm32_survives_a_power_cut_at_any_time(void)
{
    for (size_t i = 0; i < sizeof(cuts) / sizeof(*cuts); i++)
        check_power_cut(STM32, cuts[i]);
}

static void a_samd21_survives_a_power_cut_at_any_time(void)
{
    for (size_t i = 0; i < sizeof(cuts) / sizeof(*cuts); i++)
        check_power_cut(SAMBA, cuts[i]);
}

/* A byte counted from the beginning, or (when negative) from the end of what a flash sends. */
static const int64_t places[] = {1,    3,    7,     20,    40,   60,  100, 150,
                                 1000, 1001, 20000, 55555, -500, -60, -30, -10};

static void check_spoilt(size_t board, int64_t place, bool towards_board)
{
    struct flash_bed bed;
    uint64_t total = 0;
    uint64_t which = 0;

    bed_of(&bed, board);
    flash_bed_power_on(&bed, NULL);
    flash_bed_plug_in(&bed, (struct bed_fault){.pull_at = NULL});
    flash_bed_flash(&bed);
    CHECK_RESULT(&bed, FLASH_WRITTEN);
    total = towards_board ? bed.outcome.tx : bed.outcome.rx;
    which = place > 0 ? (uint64_t)place : total - (uint64_t)-place;
    flash_bed_pull_out(&bed);
    (void)flash_bed_power_off(&bed);
    unlink(bed.flash_file);
    flash_bed_power_on(&bed, NULL);
    flash_bed_plug_in(&bed, (struct bed_fault){.flip_tx = towards_board ? which : 0,
                                               .flip_rx = towards_board ? 0 : which});
    flash_bed_flash(&bed);
    if (which > total) { /* so long it never gets */
        bed_end(&bed);
        return;
    }
    /* It is repaired on the way; or, at the very end, the start of the application goes amiss. */
    test_check(bed.outcome.result == FLASH_WRITTEN || bed.outcome.result == FLASH_SAME ||
                   bed.outcome.cause == CAUSE_FLASH,
               __FILE__, __LINE__, "byte %lld: %s", (long long)place, bed.outcome.detail);
    test_check(bed.outcome.result == FLASH_FAILED || flash_bed_holds_image(&bed), __FILE__,
               __LINE__, "byte %lld: said to be written, and is not", (long long)place);
    test_check(bed.outcome.result != FLASH_FAILED || place < 0, __FILE__, __LINE__,
               "byte %lld: not repaired: %s", (long long)place, bed.outcome.detail);
    check_recovers(&bed);
    bed_end(&bed);
}

static void a_wrong_byte_towards_an_stm32_is_repaired(void)
{
    for (size_t i = 0; i < sizeof(places) / sizeof(*places); i++)
        check_spoilt(STM32, places[i], true);
}

static void a_wrong_byte_towards_a_samd21_is_repaired(void)
{
    for (size_t i = 0; i < sizeof(places) / sizeof(*places); i++)
        check_spoilt(SAMBA, places[i], true);
}

static void a_wrong_byte_from_a_board_is_repaired(void)
{
    static const int64_t from_board[] = {1, 2, 5, 13, 17, 18, 40, 121, 364};

    for (size_t i = 0; i < BOARDS; i++)
        for (size_t k = 0; k < sizeof(from_board) / sizeof(*from_board); k++)
            check_spoilt(i, from_board[k], false);
}

static void a_pulled_cable_in_any_phase_is_told_and_recovered_from(void)
{
    static const struct bed_fault pulls[] = {
        {.pull_tx = 1},
        {.pull_at = EV_FLASH_LOADER},
        {.pull_at = EV_FLASH_PROGRESS, .pull_phase = "erase"},
        {.pull_at = EV_FLASH_PROGRESS, .pull_phase = "write"},
        {.pull_at = EV_FLASH_PROGRESS, .pull_phase = "write", .pull_percent = 50},
        {.pull_at = EV_FLASH_PROGRESS, .pull_phase = "write", .pull_percent = 100},
    };

    for (size_t k = 0; k < BOARDS * sizeof(pulls) / sizeof(*pulls); k++) {
        struct flash_bed bed;
        struct bed_fault pull = pulls[k / BOARDS];

        bed_of(&bed, k % BOARDS);
        flash_bed_power_on(&bed, NULL);
        flash_bed_plug_in(&bed, pull);
        flash_bed_flash(&bed);
        CHECK_RESULT(&bed, FLASH_FAILED);
        CHECK(bed.outcome.cause == CAUSE_FLASH && !bed.outcome.usage);
        CHECK_INT_EQ(bed.outcome.status, ASSAY_ERR_CLOSED);
        CHECK_STR_CONTAINS(bed.outcome.detail, "was lost while");
        CHECK_STR_CONTAINS(bed.outcome.detail, "cable");
        check_recovers(&bed);
        bed_end(&bed);
    }
}

static void on_done(void *ctx, const struct flash_outcome *outcome)
{
    *(struct flash_outcome *)ctx = *outcome;
}

static void a_flash_can_be_called_off_at_any_time(void)
{
    struct flash_bed bed;
    struct flash *flash = NULL;
    struct flash_outcome outcome = {.result = FLASH_CHECKED};

    bed_of(&bed, STM32);
    flash_bed_power_on(&bed, NULL);
    bed.request.image = bed.image;
    bed.request.port = bed.port;
    for (unsigned turns = 0; turns < 12; turns++) {
        bed.request.force = true;
        REQUIRE_OK(flash_start(&bed.request, on_done, &outcome, &flash, NULL));
        for (unsigned i = 0; i < turns; i++)
            uv_run(&bed.loop, UV_RUN_NOWAIT);
        outcome.result = FLASH_CHECKED;
        flash_cancel(flash);
        while (outcome.result == FLASH_CHECKED)
            uv_run(&bed.loop, UV_RUN_ONCE);
        CHECK_INT_EQ(outcome.status, ASSAY_ERR_INTERRUPTED);
    }
    bed.request.force = false;
    check_recovers(&bed);
    bed_end(&bed);
}

TEST_SUITE(flash, TEST(an_empty_board_is_flashed_verified_and_started),
           TEST(an_image_that_is_there_costs_a_few_bytes), TEST(one_changed_bit_is_another_image),
           TEST(the_wrong_board_is_not_written), TEST(a_wrong_image_touches_no_port),
           TEST(a_port_that_is_not_there_is_a_matter_of_enumeration),
           TEST(a_port_where_nobody_answers_is_a_matter_of_flashing),
           TEST(a_touch_gets_a_running_board_into_its_boot_loader),
           TEST(a_board_that_the_bench_can_reset_is_reset_into_its_boot_loader),
           TEST(a_port_without_lines_says_so_where_lines_are_needed),
           TEST(an_stm32_survives_a_power_cut_at_any_time),
           TEST(a_samd21_survives_a_power_cut_at_any_time),
           TEST(a_wrong_byte_towards_an_stm32_is_repaired),
           TEST(a_wrong_byte_towards_a_samd21_is_repaired),
           TEST(a_wrong_byte_from_a_board_is_repaired),
           TEST(a_pulled_cable_in_any_phase_is_told_and_recovered_from),
           TEST(a_flash_can_be_called_off_at_any_time));
