/* SPDX-License-Identifier: Apache-2.0 */
#include "loader_bench.h"
#include "test_support.h"

#include <stdio.h>

static struct loader_bench bench;

#define SAYS(bytes) bench_say(&bench, bytes, sizeof(bytes) - 1)
#define CHECK_ANSWER(bytes)                                                                        \
    CHECK(bench.output_len == sizeof(bytes) - 1 &&                                                 \
          memcmp(bench.output, bytes, sizeof(bytes) - 1) == 0)

static void starts_a_good_image_after_the_wait(void)
{
    bench_init_with_image(&bench);
    CHECK_INT_EQ(bench_wait(&bench, LOADER_WAIT_MS - 1), LOADER_STAY);
    CHECK_INT_EQ(bench_wait(&bench, 1), LOADER_START);
    CHECK_UINT_EQ(bench.loader.image.stack, 0x20008000);
    CHECK_UINT_EQ(bench.loader.image.entry, 0x21000041);
    CHECK(strstr((char *)bench.output, "starting image=ok length=1024 ") != NULL);
}

static void stays_while_boot0_is_held(void)
{
    bench_init_with_image(&bench);
    loader_hold(&bench.loader);
    CHECK_INT_EQ(bench_wait(&bench, 60000), LOADER_STAY);
    loader_begin(&bench.loader, 1, bench.now_ms);
    CHECK_INT_EQ(bench_wait(&bench, 60000), LOADER_STAY);
    loader_begin(&bench.loader, 0, bench.now_ms);
    CHECK_INT_EQ(bench_wait(&bench, 60000), LOADER_START);
}

static void stays_where_a_tool_has_spoken(void)
{
    bench_init_with_image(&bench);
    SAYS("\x7f");
    CHECK_ANSWER("\x79");
    CHECK_INT_EQ(bench_wait(&bench, 60000), LOADER_STAY);
}

static void is_silent_about_a_broken_flash_until_it_is_asked(void)
{
    bench_init(&bench);
    CHECK_INT_EQ(bench_wait(&bench, 60000), LOADER_STAY);
    CHECK_UINT_EQ(bench.output_len, 0);
    bench_say_text(&bench, "?");
    CHECK_STR_EQ((char *)bench.output,
                 "assay-loader 1 staying image=empty length=0 crc32=00000000\r\n");
}

static void answers_a_line_of_the_probe_protocol_in_words(void)
{
    bench_init(&bench);
    bench_say_text(&bench, "\n>7 hello*5F50");
    CHECK_UINT_EQ(bench.output_len, 0);
    bench_say_text(&bench, "\n");
    CHECK(strstr((char *)bench.output, "staying image=empty") != NULL);
}

static void does_not_take_a_line_for_a_tool(void)
{
    bench_init_with_image(&bench);
    bench_say_text(&bench, "\n>7 put N# V# \x7f*5F50\n");
    CHECK_UINT_EQ(bench.output_len, 0);
    CHECK_INT_EQ(bench_wait(&bench, LOADER_WAIT_MS), LOADER_START);
}

static void changes_the_protocol_between_messages(void)
{
    bench_init(&bench);
    SAYS("N#");
    CHECK_ANSWER("\n\r");
    SAYS("\x7f");
    CHECK_ANSWER("\x79");
    SAYS("N#"); /* a command that there is not */
    CHECK_ANSWER("\x1f");
    (void)bench_wait(&bench, LOADER_QUIET_MS);
    SAYS("N#");
    CHECK_ANSWER("\n\r");
}

static void gives_up_a_message_that_does_not_go_on(void)
{
    bench_init(&bench);
    SAYS("\x7f\x31\xce\x08\x00");
    (void)bench_wait(&bench, LOADER_FRAME_TIMEOUT_MS - 1);
    SAYS("\x00\x00\x08");
    CHECK_ANSWER("\x79");
    (void)bench_wait(&bench, LOADER_FRAME_TIMEOUT_MS);
    SAYS("\x7f");
    CHECK_ANSWER("\x79");
    SAYS("\x02\xfd");
    CHECK_ANSWER("\x79\x01\x04\x13\x79");
}

static void check_image(const char *what, size_t at, enum loader_image_verdict wanted)
{
    struct loader_image image;
    enum loader_image_verdict got =
        loader_image_check(bench.flash, BENCH_FLASH, BENCH_BASE, &image);

    if (got != wanted)
        printf("%s, byte %zu: %s\n", what, at, loader_image_text(got));
    CHECK_INT_EQ(got, wanted);
}

static void refuses_an_image_that_was_cut_anywhere(void)
{
    uint8_t image[BENCH_IMAGE];

    bench_make_image(image);
    for (size_t at = 0; at < BENCH_IMAGE; at++) {
        struct loader_image found;

        memset(bench.flash, 0xff, BENCH_FLASH);
        memcpy(bench.flash, image, at);
        CHECK(loader_image_check(bench.flash, BENCH_FLASH, BENCH_BASE, &found) != LOADER_IMAGE_OK);
    }
}

static void refuses_an_image_with_a_wrong_bit_anywhere(void)
{
    bench_make_image(bench.flash);
    check_image("whole", 0, LOADER_IMAGE_OK);
    for (size_t at = 0; at < BENCH_IMAGE; at++) {
        struct loader_image found;

        bench.flash[at] ^= (uint8_t)(1U << at % 8);
        CHECK(loader_image_check(bench.flash, BENCH_FLASH, BENCH_BASE, &found) != LOADER_IMAGE_OK);
        bench.flash[at] ^= (uint8_t)(1U << at % 8);
    }
}

static void says_what_is_wrong_with_an_image(void)
{
    static const struct {
        size_t at;
        uint8_t value;
        enum loader_image_verdict verdict;
    } rows[] = {
        {3, 0x30, LOADER_IMAGE_VECTOR},    {4, 0x40, LOADER_IMAGE_VECTOR},
        {7, 0x22, LOADER_IMAGE_VECTOR},    {0x1c, 'X', LOADER_IMAGE_UNMARKED},
        {0x20, 0x01, LOADER_IMAGE_LENGTH}, {0x22, 0x02, LOADER_IMAGE_LENGTH},
        {0x24, 0x00, LOADER_IMAGE_CRC},    {0x80, 0x00, LOADER_IMAGE_CRC},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        bench_init_with_image(&bench);
        bench.flash[rows[i].at] = rows[i].value;
        check_image("row", i, rows[i].verdict);
    }
}

static void has_the_published_checksums(void)
{
    const uint8_t *digits = (const uint8_t *)"123456789";

    CHECK_UINT_EQ(loader_crc32(0, digits, 9), 0xcbf43926);
    CHECK_UINT_EQ(loader_crc16(0, digits, 9), 0x31c3);
    /* What the unit is known to give for the word 0x01020304. */
    CHECK_UINT_EQ(loader_crc_stm32((const uint8_t *)"\x04\x03\x02\x01", 4), 0x793737cd);
}

TEST_SUITE(loader, TEST(starts_a_good_image_after_the_wait), TEST(stays_while_boot0_is_held),
           TEST(stays_where_a_tool_has_spoken),
           TEST(is_silent_about_a_broken_flash_until_it_is_asked),
           TEST(answers_a_line_of_the_probe_protocol_in_words),
           TEST(does_not_take_a_line_for_a_tool), TEST(changes_the_protocol_between_messages),
           TEST(gives_up_a_message_that_does_not_go_on),
           TEST(refuses_an_image_that_was_cut_anywhere),
           TEST(refuses_an_image_with_a_wrong_bit_anywhere), TEST(says_what_is_wrong_with_an_image),
           TEST(has_the_published_checksums));
