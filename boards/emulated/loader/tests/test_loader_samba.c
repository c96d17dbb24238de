/* SPDX-License-Identifier: Apache-2.0 */
#include "loader_bench.h"
#include "test_support.h"

static struct loader_bench bench;

enum { SOH = 1, EOT = 4, ACK = 6, NAK = 0x15, CAN = 0x18, PACKET = 133 };

static void begin(void)
{
    bench_init(&bench);
    bench_say_text(&bench, "N#");
    CHECK_STR_EQ((char *)bench.output, "\n\r");
}

static void make_packet(uint8_t packet[PACKET], uint8_t number, uint8_t fill)
{
    uint16_t crc = 0;

    packet[0] = SOH;
    packet[1] = number;
    packet[2] = (uint8_t)~number;
    memset(packet + 3, fill, 128);
    crc = loader_crc16(0, packet + 3, 128);
    packet[131] = (uint8_t)(crc >> 8);
    packet[132] = (uint8_t)crc;
}

static void say_packet(uint8_t number, uint8_t fill)
{
    uint8_t packet[PACKET];

    make_packet(packet, number, fill);
    bench_say(&bench, packet, sizeof(packet));
}

static void check_byte(uint8_t wanted)
{
    CHECK_UINT_EQ(bench.output_len, 1);
    CHECK_UINT_EQ(bench.output[0], wanted);
}

static void answers_autobaud(void)
{
    bench_init(&bench);
    bench_say(&bench, "\x80", 1);
    check_byte(0x80);
    bench_say_text(&bench, "#");
    CHECK_STR_EQ((char *)bench.output, "\n\r>");
}

static void is_a_samd21_with_arduinos_extension(void)
{
    begin();
    bench_say_text(&bench, "V#");
    CHECK(strncmp((char *)bench.output, "v2.0 [Arduino:XYZ] ", 19) == 0);
    bench_say_text(&bench, "w41002018,4#");
    CHECK(bench.output_len == 4 && memcmp(bench.output, "\x05\x03\x01\x10", 4) == 0);
    bench_say_text(&bench, "wE000ED00,4#");
    CHECK(bench.output_len == 4 && memcmp(bench.output, "\x01\xc6\x0c\x41", 4) == 0);
}

static void reads_and_writes_words_of_ram(void)
{
    begin();
    bench_say_text(&bench, "W20004000,12345678#O20004001,ff#w20004000,4#");
    CHECK(bench.output_len == 4 && memcmp(bench.output, "\x78\xff\x34\x12", 4) == 0);
    bench_say_text(&bench, "o20004003,4#");
    check_byte(0x12);
    bench_say_text(&bench, "W2000,0#w2000,4#"); /* flash is not RAM */
    CHECK(memcmp(bench.output, "\xff\xff\xff\xff", 4) == 0);
}

static void writes_flash_by_way_of_ram(void)
{
    begin();
    bench_say_text(&bench, "S20004000,00000100#");
    check_byte('C');
    say_packet(1, 0x11);
    check_byte(ACK);
    say_packet(2, 0x22);
    check_byte(ACK);
    say_packet(2, 0x33); /* again, for the first answer was lost: not taken twice */
    check_byte(ACK);
    bench_say(&bench, "\x04", 1);
    check_byte(ACK);
    bench_say_text(&bench, "Y20004000,0#");
    CHECK_STR_EQ((char *)bench.output, "Y\n\r");
    bench_say_text(&bench, "Y00003000,00000100#");
    CHECK_STR_EQ((char *)bench.output, "Y\n\r");
    CHECK_UINT_EQ(bench.flash[0x1000], 0x11);
    CHECK_UINT_EQ(bench.flash[0x10ff], 0x22);
    CHECK_UINT_EQ(bench.flash[0x1100], 0xff);
}

static void asks_again_for_a_packet_that_broke(void)
{
    uint8_t packet[PACKET];

    begin();
    bench_say_text(&bench, "S20004000,80#");
    make_packet(packet, 1, 0x11);
    packet[50] ^= 1;
    bench_say(&bench, packet, sizeof(packet));
    check_byte(NAK);
    say_packet(3, 0x11);
    check_byte(NAK);
    say_packet(1, 0x11);
    check_byte(ACK);
}

static void asks_a_silent_sender_for_ten_seconds(void)
{
    begin();
    bench_say_text(&bench, "S20004000,80#");
    for (int i = 0; i < 20; i++)
        (void)bench_wait(&bench, 1000);
    CHECK_UINT_EQ(bench.output_len, 10);
    bench_say_text(&bench, "N#");
    CHECK_STR_EQ((char *)bench.output, "\n\r");
}

static void sends_what_is_read(void)
{
    uint8_t packet[PACKET];

    begin();
    memset(bench.flash, 0x42, 128);
    memset(bench.flash + 128, 0, 128);
    bench_say_text(&bench, "R00002000,00000082#");
    CHECK_UINT_EQ(bench.output_len, 0);
    bench_say_text(&bench, "C");
    make_packet(packet, 1, 0x42);
    CHECK(bench.output_len == PACKET && memcmp(bench.output, packet, PACKET) == 0);
    bench_say(&bench, "\x15", 1);
    CHECK(bench.output_len == PACKET && memcmp(bench.output, packet, PACKET) == 0);
    bench_say(&bench, "\x06", 1);
    make_packet(packet, 2, 0);
    CHECK(bench.output_len == PACKET && memcmp(bench.output, packet, PACKET) == 0);
    bench_say(&bench, "\x06", 1);
    check_byte(EOT);
    bench_say(&bench, "\x06", 1);
    bench_say_text(&bench, "N#");
    CHECK_STR_EQ((char *)bench.output, "\n\r");
}

static void erases_to_the_end(void)
{
    begin();
    memset(bench.flash, 0, BENCH_FLASH);
    bench_say_text(&bench, "X00002100#");
    CHECK_STR_EQ((char *)bench.output, "X\n\r");
    CHECK_UINT_EQ(bench.flash[0xff], 0);
    CHECK_UINT_EQ(bench.flash[0x100], 0xff);
    CHECK_UINT_EQ(bench.flash[BENCH_FLASH - 1], 0xff);
}

static void never_touches_itself(void)
{
    static const char *const words[] = {
        "X00000000#", "X00001FFF#", "Y00001000,100#", "Y0003FFFF,2#", "Y20005000,10#", "X00040000#",
    };

    begin();
    memset(bench.flash, 0x55, BENCH_FLASH);
    bench_say_text(&bench, "Y20004000,0#");
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        bench_say_text(&bench, words[i]);
        CHECK_UINT_EQ(bench.output_len, 0);
    }
    for (size_t at = 0; at < BENCH_FLASH; at++)
        REQUIRE(bench.flash[at] == 0x55);
}

static void gives_the_checksum_of_a_range(void)
{
    begin();
    memcpy(bench.flash, "123456789", 9);
    bench_say_text(&bench, "Z00002000,00000009#");
    CHECK_STR_EQ((char *)bench.output, "Z000031C3#\n\r");
    bench_say_text(&bench, "Z00000000,00000009#");
    CHECK_UINT_EQ(bench.output_len, 0);
}

static void starts_only_a_good_image(void)
{
    begin();
    bench_say_text(&bench, "G00002000#");
    CHECK_INT_EQ(bench_wait(&bench, 0), LOADER_STAY);
    bench_make_image(bench.flash);
    bench_say_text(&bench, "G20004000#"); /* an applet: nothing of a tool's is ever executed */
    CHECK_INT_EQ(bench_wait(&bench, 0), LOADER_STAY);
    bench_say_text(&bench, "G00002000#");
    CHECK_INT_EQ(bench_wait(&bench, 0), LOADER_START);
}

static void resets_on_request(void)
{
    begin();
    bench_say_text(&bench, "WE000ED0C,05FA0000#");
    CHECK_INT_EQ(bench_wait(&bench, 0), LOADER_STAY);
    bench_say_text(&bench, "WE000ED0C,05FA0004#");
    CHECK_INT_EQ(bench_wait(&bench, 0), LOADER_RESET);
}

static void ignores_words_that_are_none(void)
{
    static const char *const words[] = {
        "Q#",
        "w#x",
        "w123456789,4#",
        "wG,4#",
        "X2000,1,2#",
        "V-#",
        "wwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwww#",
    };

    begin();
    memset(bench.flash, 0, 16);
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
        bench_say_text(&bench, words[i]);
    bench_say_text(&bench, "\r\nN#");
    CHECK_STR_EQ((char *)bench.output, "\n\r");
    CHECK_UINT_EQ(bench.flash[0], 0);
}

TEST_SUITE(loader_samba, TEST(answers_autobaud), TEST(is_a_samd21_with_arduinos_extension),
           TEST(reads_and_writes_words_of_ram), TEST(writes_flash_by_way_of_ram),
           TEST(asks_again_for_a_packet_that_broke), TEST(asks_a_silent_sender_for_ten_seconds),
           TEST(sends_what_is_read), TEST(erases_to_the_end), TEST(never_touches_itself),
           TEST(gives_the_checksum_of_a_range), TEST(starts_only_a_good_image),
           TEST(resets_on_request), TEST(ignores_words_that_are_none));
