/* SPDX-License-Identifier: Apache-2.0 */
#include "loader_bench.h"
#include "test_support.h"

static struct loader_bench bench;

#define SAYS(bytes) bench_say(&bench, bytes, sizeof(bytes) - 1)
#define CHECK_ANSWER(bytes)                                                                        \
    CHECK(bench.output_len == sizeof(bytes) - 1 &&                                                 \
          memcmp(bench.output, bytes, sizeof(bytes) - 1) == 0)
#define ACK  "\x79"
#define NACK "\x1f"

static void begin(void)
{
    bench_init(&bench);
    SAYS("\x7f");
    CHECK_ANSWER(ACK);
}

static void tells_what_it_is(void)
{
    begin();
    SAYS("\x00\xff");
    CHECK_ANSWER(ACK "\x08\x31\x00\x01\x02\x11\x21\x31\x44\xa1" ACK);
    SAYS("\x01\xfe");
    CHECK_ANSWER(ACK "\x31\x00\x00" ACK);
    SAYS("\x02\xfd");
    CHECK_ANSWER(ACK "\x01\x04\x13" ACK);
}

static void writes_and_reads_back(void)
{
    begin();
    SAYS("\x31\xce\x08\x00\x01\x00\x09\x03"
         "abcd"
         "\x07");
    CHECK_ANSWER(ACK ACK ACK);
    CHECK(memcmp(bench.flash + 0x100, "abcd\xff", 5) == 0);
    SAYS("\x11\xee\x08\x00\x00\xff\xf7\x05\xfa");
    CHECK_ANSWER(ACK ACK ACK "\xff"
                             "abcd"
                             "\xff");
}

static void programming_clears_bits_only(void)
{
    begin();
    SAYS("\x31\xce\x08\x00\x00\x00\x08\x00\xf0\xf0");
    SAYS("\x31\xce\x08\x00\x00\x00\x08\x00\x3c\x3c");
    CHECK_ANSWER(ACK ACK ACK);
    CHECK_UINT_EQ(bench.flash[0], 0x30);
}

static void refuses_what_cannot_be(void)
{
    begin();
    SAYS("\x31\x31"); /* complement */
    CHECK_ANSWER(NACK);
    SAYS("\x55\xaa"); /* command */
    CHECK_ANSWER(NACK);
    SAYS("\x31\xce\x08\x00\x00\x00\x09"); /* checksum of the address */
    CHECK_ANSWER(ACK NACK);
    SAYS("\x31\xce\x08\x01\x00\x00\x09"); /* behind this flash */
    CHECK_ANSWER(ACK NACK);
    SAYS("\x31\xce\x20\x00\x00\x00\x20"); /* the loader's own memory */
    CHECK_ANSWER(ACK NACK);
    SAYS("\x31\xce\x08\x00\x00\x00\x08\x00\x12\x13"); /* checksum of the data */
    CHECK_ANSWER(ACK ACK NACK);
    SAYS("\x31\xce\x08\x00\xff\xff\x08\x01\x12\x13\x00"); /* over the end */
    CHECK_ANSWER(ACK ACK NACK);
    SAYS("\x11\xee\x08\x00\xff\xff\x08\x01\xfe");
    CHECK_ANSWER(ACK ACK NACK);
    CHECK_UINT_EQ(bench.flash[0], 0xff);
    CHECK_UINT_EQ(bench.flash[BENCH_FLASH - 1], 0xff);
}

static void erases_the_sectors_of_a_list(void)
{
    begin();
    memset(bench.flash, 0, BENCH_FLASH);
    SAYS("\x44\xbb\x00\x01\x00\x01\x00\x03\x03");
    CHECK_ANSWER(ACK ACK);
    for (size_t at = 0; at < BENCH_FLASH; at += 0x1000)
        CHECK_UINT_EQ(bench.flash[at], at / 0x4000 == 1 || at / 0x4000 == 3 ? 0xff : 0);
    SAYS("\x44\xbb\x00\x00\x00\x0c\x0c"); /* there are twelve, from 0 */
    CHECK_ANSWER(ACK NACK);
    SAYS("\x44\xbb\x00\x00\x00\x00\x01");
    CHECK_ANSWER(ACK NACK);
    CHECK_UINT_EQ(bench.flash[0], 0);
}

static void erases_all(void)
{
    begin();
    memset(bench.flash, 0, BENCH_FLASH);
    SAYS("\x44\xbb\xff\xff\x01");
    CHECK_ANSWER(ACK NACK);
    CHECK_UINT_EQ(bench.flash[0], 0);
    SAYS("\x44\xbb\xff\xff\x00");
    CHECK_ANSWER(ACK ACK);
    CHECK_UINT_EQ(bench.flash[0], 0xff);
    CHECK_UINT_EQ(bench.flash[BENCH_FLASH - 1], 0xff);
}

static void starts_only_a_good_image(void)
{
    begin();
    SAYS("\x21\xde\x08\x00\x00\x00\x08");
    CHECK_ANSWER(ACK NACK);
    CHECK_INT_EQ(bench_wait(&bench, 0), LOADER_STAY);
    bench_make_image(bench.flash);
    SAYS("\x21\xde\x08\x00\x00\x00\x08");
    CHECK_ANSWER(ACK ACK);
    CHECK_INT_EQ(bench_wait(&bench, 0), LOADER_START);
}

static void resets_for_a_program_in_ram(void)
{
    begin();
    SAYS("\x31\xce\x20\x00\x30\x00\x10\x01\x12\x13\x00");
    CHECK_ANSWER(ACK ACK ACK);
    SAYS("\x21\xde\x20\x00\x30\x00\x10");
    CHECK_ANSWER(ACK ACK);
    CHECK_INT_EQ(bench_wait(&bench, 0), LOADER_RESET);
}

static void gives_the_checksum_of_a_range(void)
{
    begin();
    memcpy(bench.flash, "\x04\x03\x02\x01", 4);
    SAYS("\xa1\x5e\x08\x00\x00\x00\x08\x00\x00\x00\x04\x04");
    CHECK_ANSWER(ACK ACK ACK ACK "\x79\x37\x37\xcd\xb4");
    SAYS("\xa1\x5e\x08\x00\x00\x00\x08\x00\x00\x00\x03\x03");
    CHECK_ANSWER(ACK ACK NACK);
    SAYS("\xa1\x5e\x08\x00\x00\x00\x08\x00\x01\x00\x04\x05");
    CHECK_ANSWER(ACK ACK NACK);
}

TEST_SUITE(loader_an3155, TEST(tells_what_it_is), TEST(writes_and_reads_back),
           TEST(programming_clears_bits_only), TEST(refuses_what_cannot_be),
           TEST(erases_the_sectors_of_a_list), TEST(erases_all), TEST(starts_only_a_good_image),
           TEST(resets_for_a_program_in_ram), TEST(gives_the_checksum_of_a_range));
