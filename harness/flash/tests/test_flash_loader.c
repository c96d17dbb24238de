/* SPDX-License-Identifier: Apache-2.0 */
/* The protocols byte by byte, as their data sheets have them, and what they do when that fails. */
#include "flash_loader.h"
#include "flash_loader_checksum.h"

#include "test_support.h"

#include <stdio.h>
#include <string.h>

/* What goes out, and what comes back for it, in hex; NULL: silence for so many ms. */
struct exchange_row {
    const char *out, *in;
    unsigned silence_ms;
};

struct talk {
    struct flash_loader loader;
    struct buf out;
    uint64_t now_ms;
    unsigned ends, found;
    enum flash_loader_end end;
    char text[FLASH_LOADER_TEXT];
    char version[96];
    int64_t chip_id;
    bool verified;
    const char *method;
};

static void on_send(void *ctx, const void *bytes, size_t len)
{
    struct talk *t = ctx;

    CHECK_OK(buf_add(&t->out, bytes, len));
}

static void on_found(void *ctx, int64_t chip_id, const char *version)
{
    struct talk *t = ctx;

    t->found++;
    t->chip_id = chip_id;
    snprintf(t->version, sizeof(t->version), "%s", version != NULL ? version : "");
}

static void on_progress(void *ctx, enum flash_loader_stage stage, uint32_t done, uint32_t total)
{
    (void)ctx;
    (void)stage;
    CHECK(done <= total);
}

static void on_verified(void *ctx, bool ok, const char *method)
{
    struct talk *t = ctx;

    t->verified = ok;
    t->method = method;
}

static void on_ended(void *ctx, enum flash_loader_end end, const char *text)
{
    struct talk *t = ctx;

    t->ends++;
    t->end = end;
    snprintf(t->text, sizeof(t->text), "%s", text);
}

static const struct flash_loader_calls calls = {.send = on_send,
                                                .found = on_found,
                                                .progress = on_progress,
                                                .verified = on_verified,
                                                .ended = on_ended};

static uint8_t bytes[16] = {0x00, 0x50, 0x00, 0x20, 0x09, 0x00, 0x00, 0x08,
                            0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07, 0x08};

static struct flash_image image_at(uint32_t address, uint32_t len)
{
    return (struct flash_image){.name = "app", .address = address, .bytes = bytes, .len = len};
}

static void check_row(struct talk *t, const struct exchange_row *row, size_t number)
{
    struct buf want;
    struct buf answer;
    struct buf got;

    buf_init(&want, 4096);
    buf_init(&answer, 4096);
    buf_init(&got, 8192);
    CHECK_OK(buf_add_from_hex(&want, row->out, strlen(row->out)));
    CHECK_OK(buf_add_hex(&got, t->out.data, t->out.len));
    test_check(want.len == t->out.len && memcmp(want.data, t->out.data, want.len) == 0, __FILE__,
               __LINE__, "row %zu: sent %s, want %s", number, buf_text(&got), row->out);
    buf_clear(&t->out);
    if (row->in != NULL) {
        CHECK_OK(buf_add_from_hex(&answer, row->in, strlen(row->in)));
        for (size_t i = 0; i < answer.len; i++) /* byte by byte: any piece may come alone */
            flash_loader_feed(&t->loader, answer.data + i, 1, t->now_ms);
    }
    if (row->silence_ms > 0) {
        t->now_ms += row->silence_ms;
        flash_loader_tick(&t->loader, t->now_ms);
    }
    buf_done(&want);
    buf_done(&answer);
    buf_done(&got);
}

/* Hold the conversation; its end is in t. */
static void talk(struct talk *t, const struct flash_loader_protocol *protocol,
                 const struct flash_loader_task *task, const struct exchange_row *rows)
{
    memset(t, 0, sizeof(*t));
    buf_init(&t->out, 65536);
    flash_loader_init(&t->loader, protocol, task, &calls, t);
    t->now_ms = 1000;
    flash_loader_begin(&t->loader, t->now_ms);
    for (size_t i = 0; rows[i].out != NULL; i++)
        check_row(t, &rows[i], i);
    CHECK_UINT_EQ(t->out.len, 0);
    flash_loader_done(&t->loader);
    buf_done(&t->out);
}

/* AN3155: an STM32F103 with the old Erase, whose ROM has no checksum: read back. */
static void an_stm32_is_spoken_with_as_an3155_says(void)
{
    static const struct exchange_row rows[] = {
        {"7f", "79", 0},
        {"00ff",
         "790b2200010211213143637382"
         "92"
         "79",
         0},
        {"02fd", "7901041079", 0},
        {"43bc", "79", 0},
        {"000000", "79", 0}, /* one page, number 0 */
        {"31ce", "79", 0},
        {"0800000008", "79", 0},
        {"0b0050002009000008010203047e", "79", 0},
        {"11ee", "79", 0},
        {"0800000008", "79", 0},
        {"0bf4", "79005000200900000801020304", 0},
        {"21de", "79", 0},
        {"0800000008", "79", 0},
        {NULL, NULL, 0},
    };
    struct flash_image image = image_at(0x08000000, 12);
    struct flash_loader_task task = {
        .chip = flash_chip_find("stm32f103xb"), .image = &image, .start = true, .sync_ms = 1000};
    struct talk t;

    talk(&t, &flash_loader_protocol_stm32, &task, rows);
    CHECK_UINT_EQ(t.ends, 1);
    CHECK_INT_EQ(t.end, FLASH_LOADER_WRITTEN);
    CHECK_INT_EQ(t.chip_id, 0x410);
    CHECK(t.verified);
    CHECK_STR_EQ(t.method, "read");
}

/* What an application prints is not mistaken for an answer; a second 7F is answered by a NACK. */
static void an_stm32_that_is_awake_already_is_found(void)
{
    static const struct exchange_row rows[] = {
        {"7f", "68656c6c6f0d0a", 150},
        {"7f", "1f", 0},
        {"00ff", NULL, 0},
        {NULL, NULL, 0},
    };
    struct flash_image image = image_at(0x08000000, 12);
    struct flash_loader_task task = {
        .chip = flash_chip_find("stm32f103xb"), .image = &image, .sync_ms = 1000};
    struct talk t;

    talk(&t, &flash_loader_protocol_stm32, &task, rows);
    CHECK_UINT_EQ(t.ends, 0);
}

static void an_stm32_that_is_another_one_is_asked_twice_and_left_alone(void)
{
    static const struct exchange_row rows[] = {
        {"7f", "79", 0},
        {"00ff",
         "79053100021131"
         "4479",
         0},
        {"02fd", "7901043179", 0},
        {"7f", "1f", 0},
        {"00ff",
         "79053100021131"
         "4479",
         0},
        {"02fd", "7901043179", 0},
        {NULL, NULL, 0},
    };
    struct flash_image image = image_at(0x08000000, 12);
    struct flash_loader_task task = {
        .chip = flash_chip_find("stm32f103xb"), .image = &image, .start = true, .sync_ms = 1000};
    struct talk t;

    talk(&t, &flash_loader_protocol_stm32, &task, rows);
    CHECK_INT_EQ(t.end, FLASH_LOADER_REFUSED);
    CHECK_STR_CONTAINS(t.text, "0x431");
    CHECK_UINT_EQ(t.found, 1);
}

/* The emulated chip: extended erase, requests ahead of their answers, one checksum. */
static void a_line_that_holds_back_is_sent_ahead(void)
{
    static const struct exchange_row rows[] = {
        {"7f", "79", 0},
        {"00ff",
         "790831000102112131"
         "44a179",
         0},
        {"02fd", "7901041379", 0},
        {"44bb", "79", 0},
        {"0000000000", "79", 0},
        {"31ce"
         "0800000008"
         "0b0050002009000008010203047e",
         "797979", 0},
        {"a15e"
         "0800000008"
         "0000000c0c",
         "7979"
         "79"
         "79",
         0},
        {NULL, NULL, 0},
    };
    struct flash_image image = image_at(0x08000000, 12);
    struct flash_loader_task task = {
        .chip = flash_chip_find("emulated-m3"), .image = &image, .force = true, .sync_ms = 1000};
    struct talk t;
    uint32_t crc = flash_loader_crc_stm32(bytes, 12);
    uint8_t sum[5] = {(uint8_t)(crc >> 24), (uint8_t)(crc >> 16), (uint8_t)(crc >> 8), (uint8_t)crc,
                      0};

    memset(&t, 0, sizeof(t));
    sum[4] = sum[0] ^ sum[1] ^ sum[2] ^ sum[3];
    buf_init(&t.out, 65536);
    flash_loader_init(&t.loader, &flash_loader_protocol_stm32, &task, &calls, &t);
    flash_loader_begin(&t.loader, 1000);
    for (size_t i = 0; rows[i].out != NULL; i++)
        check_row(&t, &rows[i], i);
    CHECK_UINT_EQ(t.ends, 0);
    flash_loader_feed(&t.loader, sum, sizeof(sum), 1000);
    CHECK_INT_EQ(t.end, FLASH_LOADER_WRITTEN);
    CHECK_STR_EQ(t.method, "checksum");
    flash_loader_done(&t.loader);
    buf_done(&t.out);
}

/* A careful session sends a refused block again; a NACK is no reason to give up. */
static void a_refused_block_is_sent_again(void)
{
    static const struct exchange_row rows[] = {
        {"7f", "79", 0},
        {"00ff",
         "79053100021131"
         "4479",
         0},
        {"02fd", "7901041079", 0},
        {"44bb", "79", 0},
        {"0000000000", "79", 0},
        {"31ce", "1f", 0},
        {"31ce", "79", 0},
        {"0800000008", "1f", 0},
        {"31ce", "79", 0},
        {"0800000008", "79", 0},
        {"0b0050002009000008010203047e", "1f", 0},
        {"31ce", "1f", 0}, /* enough */
        {NULL, NULL, 0},
    };
    struct flash_image image = image_at(0x08000000, 12);
    struct flash_loader_task task = {
        .chip = flash_chip_find("stm32f103xb"), .image = &image, .careful = true, .sync_ms = 1000};
    struct talk t;

    talk(&t, &flash_loader_protocol_stm32, &task, rows);
    CHECK_INT_EQ(t.end, FLASH_LOADER_BROKEN);
    CHECK_STR_CONTAINS(t.text, "NACK");
    CHECK_STR_CONTAINS(t.text, "0x08000000");
}

static void nobody_there_is_told_after_the_time_for_it(void)
{
    struct flash_image image = image_at(0x08000000, 12);
    struct flash_loader_task task = {
        .chip = flash_chip_find("stm32f103xb"), .image = &image, .sync_ms = 250};
    static const struct exchange_row rows[] = {
        {"7f", NULL, 149}, {"", NULL, 1}, {"7f", NULL, 150}, {NULL, NULL, 0}};
    struct talk t;

    talk(&t, &flash_loader_protocol_stm32, &task, rows);
    CHECK_INT_EQ(t.end, FLASH_LOADER_NO_SYNC);
    CHECK_STR_CONTAINS(t.text, "250 ms");
}

/* ArduinoCore-samd over USB: raw data behind S, no XMODEM. */
static void a_samd21_over_usb_is_spoken_with_as_arduinos_monitor_has_it(void)
{
    struct flash_image image = image_at(0x2000, 16);
    struct flash_loader_task task = {.chip = flash_chip_find("samd21g18"),
                                     .image = &image,
                                     .is_usb = true,
                                     .force = true,
                                     .start = true,
                                     .sync_ms = 1000};
    static const struct exchange_row rows[] = {
        {"4e23", "0a0d", 0}, /* N# */
        {"5623",
         "76322e30205b41726475696e6f3a58595a5d204d6172203139"
         "0a0d",
         0},                                         /* V# */
        {"7734313030323031382c3423", "05030110", 0}, /* w41002018,4# */
        {"58303030303230303023", "580a0d", 0},       /* X00002000# */
        /* S20005000,00000010# and the bytes; Y20005000,00000000# */
        {"5332303030353030302c303030303030313023"
         "00500020090000080102030405060708"
         "5932303030353030302c303030303030303023",
         "590a0d", 0},
        {"5930303030323030302c303030303030313023", "590a0d", 0}, /* Y00002000,00000010# */
        {"5a30303030323030302c303030303030313023", "5a3030303034374137230a0d", 0},
        {NULL, NULL, 0},
    };
    struct talk t;

    talk(&t, &flash_loader_protocol_samba, &task, rows);
    CHECK_INT_EQ(t.chip_id, 0x10010305);
    CHECK_STR_EQ(t.version, "v2.0 [Arduino:XYZ] Mar 19");
    CHECK_UINT_EQ(t.ends, 1);
    /* The sum of the script is not that of the bytes, so it says. */
    CHECK(flash_loader_crc16(bytes, 16) != 0x47a7);
    CHECK_INT_EQ(t.end, FLASH_LOADER_BROKEN);
    CHECK_STR_EQ(t.method, "checksum");
}

static void the_checksums_are_those_of_the_data_sheets(void)
{
    /* AN4187: FFFFFFFF through the CRC unit; "123456789" by CRC-16/XMODEM. */
    static const uint8_t ones[] = {0xff, 0xff, 0xff, 0xff};
    static const uint8_t word[] = {0x78, 0x56, 0x34, 0x12};

    CHECK_UINT_EQ(flash_loader_crc_stm32(ones, 4), 0);
    CHECK_UINT_EQ(flash_loader_crc_stm32(word, 4), 0xdf8a8a2b);
    CHECK_UINT_EQ(flash_loader_crc16((const uint8_t *)"123456789", 9), 0x31c3);
}

TEST_SUITE(flash_loader, TEST(an_stm32_is_spoken_with_as_an3155_says),
           TEST(an_stm32_that_is_awake_already_is_found),
           TEST(an_stm32_that_is_another_one_is_asked_twice_and_left_alone),
           TEST(a_line_that_holds_back_is_sent_ahead), TEST(a_refused_block_is_sent_again),
           TEST(nobody_there_is_told_after_the_time_for_it),
           TEST(a_samd21_over_usb_is_spoken_with_as_arduinos_monitor_has_it),
           TEST(the_checksums_are_those_of_the_data_sheets));
