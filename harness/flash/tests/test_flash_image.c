/* SPDX-License-Identifier: Apache-2.0 */
#include "flash_image.h"

#include "test_support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LEN = 64 };

/* A vector table for an STM32F103, and bytes behind it. */
static void make_binary(uint8_t bytes[LEN], uint32_t stack, uint32_t reset)
{
    for (unsigned i = 0; i < LEN; i++)
        bytes[i] = (uint8_t)i;
    for (unsigned i = 0; i < 4; i++) {
        bytes[i] = (uint8_t)(stack >> 8 * i);
        bytes[4 + i] = (uint8_t)(reset >> 8 * i);
    }
}

static const struct flash_chip *stm32(void)
{
    return flash_chip_find("stm32f103x8");
}

static void a_binary_goes_to_where_the_chips_applications_are(void)
{
    uint8_t bytes[LEN];
    struct flash_image image;

    make_binary(bytes, 0x20005000, 0x08000009);
    REQUIRE_OK(flash_image_parse("dir/app.bin", bytes, LEN - 1, stm32(), &image, NULL));
    CHECK_UINT_EQ(image.address, 0x08000000);
    CHECK_UINT_EQ(image.len, LEN); /* up to a whole word */
    CHECK_MEM_EQ(image.bytes, bytes, LEN - 1);
    CHECK_UINT_EQ(image.bytes[LEN - 1], 0xff);
    CHECK_STR_EQ(image.name, "app.bin");
    flash_image_done(&image);
}

static void an_image_that_cannot_be_one_is_refused_with_the_reason(void)
{
    static const struct {
        uint32_t stack, reset;
        const char *says;
    } rows[] = {
        {0x20005001, 0x08000009, "stack pointer"}, {0x20005004, 0x08000009, "stack pointer"},
        {0x20000000, 0x08000009, "stack pointer"}, {0xffffffff, 0xffffffff, "stack pointer"},
        {0x20005000, 0x08000008, "reset vector"},  {0x20005000, 0x08000007, "reset vector"},
        {0x20005000, 0x08000041, "reset vector"},  {0x20005000, 0x08004009, "reset vector"},
        {0x20005000, 0x00000009, "reset vector"},
    };
    struct flash_image image = {.bytes = NULL};
    struct assay_error err = {.text = ""};
    uint8_t bytes[LEN];

    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        make_binary(bytes, rows[i].stack, rows[i].reset);
        CHECK_INT_EQ(flash_image_parse("app.bin", bytes, LEN, stm32(), &image, &err),
                     ASSAY_ERR_MALFORMED);
        CHECK_STR_CONTAINS(err.text, rows[i].says);
        CHECK_STR_CONTAINS(err.text, "app.bin");
    }
    CHECK(image.bytes == NULL);
}

static void an_image_larger_than_the_chip_is_refused(void)
{
    uint32_t size = stm32()->app_size;
    uint8_t *bytes = test_keep(calloc(1, size + 1));
    struct flash_image image = {.bytes = NULL};
    struct assay_error err = {.text = ""};

    make_binary(bytes, 0x20005000, 0x08000009);
    REQUIRE_OK(flash_image_parse("app.bin", bytes, size, stm32(), &image, NULL));
    flash_image_done(&image);
    CHECK(flash_image_parse("app.bin", bytes, size + 1, stm32(), &image, &err) != ASSAY_OK);
    CHECK_STR_CONTAINS(err.text, "65537");
    CHECK_INT_EQ(flash_image_parse("app.bin", bytes, 0, stm32(), &image, &err),
                 ASSAY_ERR_MALFORMED);
    CHECK_STR_CONTAINS(err.text, "empty");
}

/* The vector table at 0x08000000 and four bytes at 0x08000010. */
static const char hex[] = ":020000040800F2\r\n"
                          ":08000000005000200900000877\r\n"
                          ":0400100001020304E2\r\n"
                          ":04000005080000"
                          "09E6\r\n"
                          ":00000001FF\r\n";

static void intel_hex_is_read_and_its_gaps_are_left_erased(void)
{
    struct flash_image image;

    REQUIRE_OK(flash_image_parse("app.hex", hex, sizeof(hex) - 1, stm32(), &image, NULL));
    CHECK_UINT_EQ(image.len, 20);
    CHECK_MEM_EQ(image.bytes,
                 "\x00\x50\x00\x20\x09\x00\x00\x08\xff\xff\xff\xff\xff\xff\xff\xff"
                 "\x01\x02\x03\x04",
                 20);
    flash_image_done(&image);
}

static void damaged_intel_hex_is_refused_with_its_line(void)
{
    static const struct {
        const char *text, *says;
    } rows[] = {
        {":020000040800F2\n:08000000005000200900000878\n:00000001FF\n", "line 2: a wrong checksum"},
        {":020000040800F2\n:09000000005000200900000876\n:00000001FF\n", "line 2: a wrong length"},
        {":020000040800F2\n:0800000000500020090000087\n:00000001FF\n", "line 2"},
        {":020000040800F2\n:08000000005000200900000877\n", "end record"},
        {":020000040800F2\nhello\n:00000001FF\n", "line 2: no record"},
        {":020000040000FA\n:08000000005000200900000877\n:00000001FF\n", "0x08000000"},
        {":00000001FF\n", "nothing to write"},
    };
    struct flash_image image = {.bytes = NULL};
    struct assay_error err = {.text = ""};

    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        CHECK(flash_image_parse("app.hex", rows[i].text, strlen(rows[i].text), stm32(), &image,
                                &err) != ASSAY_OK);
        CHECK_STR_CONTAINS(err.text, rows[i].says);
    }
    for (size_t len = 0; len + 2 < sizeof(hex) - 1; len++)
        CHECK(flash_image_parse("app.hex", hex, len, stm32(), &image, NULL) != ASSAY_OK);
    CHECK(image.bytes == NULL);
}

static void put(uint8_t *at, uint32_t number, size_t width)
{
    for (size_t i = 0; i < width; i++)
        at[i] = (uint8_t)(number >> 8 * i);
}

enum { ELF_HEADER = 52, ELF_LEN = ELF_HEADER + 32 + LEN };

static void make_elf(uint8_t elf[ELF_LEN], uint32_t virtual, uint32_t physical)
{
    memset(elf, 0, ELF_LEN);
    memcpy(elf,
           "\x7f"
           "ELF\x01\x01\x01",
           7);
    put(elf + 28, ELF_HEADER, 4);
    put(elf + 42, 32, 2);
    put(elf + 44, 1, 2);
    put(elf + ELF_HEADER, 1, 4);
    put(elf + ELF_HEADER + 4, ELF_HEADER + 32, 4);
    put(elf + ELF_HEADER + 8, virtual, 4);
    put(elf + ELF_HEADER + 12, physical, 4);
    put(elf + ELF_HEADER + 16, LEN, 4);
    make_binary(elf + ELF_HEADER + 32, 0x20005000, 0x08000009);
}

static void elf_segments_go_to_their_load_addresses(void)
{
    uint8_t elf[ELF_LEN];
    struct flash_image image;

    make_elf(elf, 0x20000000, 0x08000000);
    REQUIRE_OK(flash_image_parse("app.elf", elf, ELF_LEN, stm32(), &image, NULL));
    CHECK_UINT_EQ(image.len, LEN);
    CHECK_MEM_EQ(image.bytes, elf + ELF_HEADER + 32, LEN);
    flash_image_done(&image);
}

static void what_would_overwrite_a_boot_loader_is_refused(void)
{
    const struct flash_chip *samd = flash_chip_find("samd21g18");
    uint8_t elf[ELF_LEN];
    struct flash_image image = {.bytes = NULL};
    struct assay_error err = {.text = ""};

    for (uint32_t address = 0; address < 0x2000; address += 0x400) {
        make_elf(elf, address, address);
        CHECK_INT_EQ(flash_image_parse("app.elf", elf, ELF_LEN, samd, &image, &err),
                     ASSAY_ERR_MALFORMED);
        CHECK_STR_CONTAINS(err.text, "boot loader");
    }
}

static void a_hostile_elf_is_refused(void)
{
    static const struct {
        size_t at, width;
        uint32_t number;
    } rows[] = {
        {4, 1, 2},           {5, 1, 2},
        {28, 4, 0xffffffff}, {28, 4, ELF_LEN},
        {42, 2, 31},         {44, 2, 0},
        {44, 2, 65},         {44, 2, 8},
        {56, 4, 0xffffffff}, {56, 4, ELF_LEN - 8},
        {68, 4, 0xffffffff}, {68, 4, LEN + 1},
        {64, 4, 0xfffffff0}, {68, 4, 0},
    };
    uint8_t elf[ELF_LEN];
    struct flash_image image = {.bytes = NULL};

    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        make_elf(elf, 0x08000000, 0x08000000);
        put(elf + rows[i].at, rows[i].number, rows[i].width);
        test_check(flash_image_parse("app.elf", elf, ELF_LEN, stm32(), &image, NULL) != ASSAY_OK,
                   __FILE__, __LINE__, "row %zu", i);
    }
    make_elf(elf, 0x08000000, 0x08000000);
    for (size_t len = 0; len < ELF_LEN; len++)
        CHECK(flash_image_parse("app.elf", elf, len, stm32(), &image, NULL) != ASSAY_OK);
    CHECK(image.bytes == NULL);
}

/* Every chip's row makes sense. */
static void every_chip_has_its_applications_inside_of_its_sectors(void)
{
    for (const struct flash_chip *c = flash_chips; c->name != NULL; c++) {
        uint32_t number = 0;
        uint32_t end = 0;

        test_check(c->app_size % 4 == 0 && c->app_size > 0 && c->window >= 1 && c->id_mask != 0 &&
                       (c->id & ~c->id_mask & 0xff) <= 5,
                   __FILE__, __LINE__, "%s", c->name);
        CHECK(flash_chip_sector(c, c->app_start, &number, &end));
        CHECK(flash_chip_sector(c, c->app_start + c->app_size - 1, &number, &end));
        CHECK(end >= c->app_start + c->app_size);
        CHECK((c->buffer != 0) == (strcmp(c->driver, "samba") == 0));
        CHECK(c->buffer == 0 || (c->buffer >= c->ram_start && c->buffer_size % 128 == 0));
        CHECK(flash_chip_find(c->name) == c);
    }
    CHECK(flash_chip_find("z80") == NULL);
}

static void the_sectors_of_a_large_stm32_are_of_three_sizes(void)
{
    static const struct {
        uint32_t address, number, end;
    } rows[] = {{0x08000000, 0, 0x08004000},
                {0x0800ffff, 3, 0x08010000},
                {0x08010000, 4, 0x08020000},
                {0x08020000, 5, 0x08040000},
                {0x080fffff, 11, 0x08100000}};
    const struct flash_chip *chip = flash_chip_find("stm32f407xg");
    uint32_t number = 0;
    uint32_t end = 0;

    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        CHECK(flash_chip_sector(chip, rows[i].address, &number, &end));
        CHECK_UINT_EQ(number, rows[i].number);
        CHECK_UINT_EQ(end, rows[i].end);
    }
    CHECK(!flash_chip_sector(chip, 0x08100000, &number, &end));
    CHECK(!flash_chip_sector(chip, 0x07ffffff, &number, &end));
}

TEST_SUITE(flash_image, TEST(a_binary_goes_to_where_the_chips_applications_are),
           TEST(an_image_that_cannot_be_one_is_refused_with_the_reason),
           TEST(an_image_larger_than_the_chip_is_refused),
           TEST(intel_hex_is_read_and_its_gaps_are_left_erased),
           TEST(damaged_intel_hex_is_refused_with_its_line),
           TEST(elf_segments_go_to_their_load_addresses),
           TEST(what_would_overwrite_a_boot_loader_is_refused), TEST(a_hostile_elf_is_refused),
           TEST(every_chip_has_its_applications_inside_of_its_sectors),
           TEST(the_sectors_of_a_large_stm32_are_of_three_sizes));
