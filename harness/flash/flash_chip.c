/* SPDX-License-Identifier: Apache-2.0 */
#include "flash_chip.h"

#include "flash/flash.h"

#include <string.h>

enum { KIB = 1024, F4_FLASH = 0x08000000, ARM_RAM = 0x20000000 };

/* RM0090 section 3.3, RM0033 section 2.3.3: what the larger STM32F2 and F4 erase. */
#define F4_SECTORS(large)                                                                          \
    {                                                                                              \
        {4, 16 * KIB}, {1, 64 * KIB},                                                              \
        {                                                                                          \
            large, 128 * KIB                                                                       \
        }                                                                                          \
    }

/*
 * STM32: the boot loader is in a ROM of its own; product ids from AN2606. SAMD21: Arduino's boot
 * loader has the first 8 KiB of the flash (ArduinoCore-samd), the id is the DSU's DID with die and
 * revision masked (SAM D21 data sheet, section 13.13.9). emulated-m3: boards/emulated/loader with
 * its personas; its line holds bytes back instead of losing them.
 */
/* clang-format off */
/*    name                 driver   id          mask        application              linked to   RAM                 flash */
#define CHIP_MAP(X)                                                                                                            \
    X("samd21g18",         "samba", 0x10010005, 0xffff00ff, 0x00002000,  248 * KIB,  0x00002000, ARM_RAM,   32 * KIB, 0,       \
      {{1024, 256}}, 0x20005000, 4 * KIB, false, 1)                                                                            \
    X("stm32f103x8",       "stm32", 0x410,      0xfff,      F4_FLASH,      64 * KIB, F4_FLASH,   ARM_RAM,   20 * KIB, F4_FLASH,\
      {{64, KIB}}, 0, 0, false, 1)                                                                                             \
    X("stm32f103xb",       "stm32", 0x410,      0xfff,      F4_FLASH,     128 * KIB, F4_FLASH,   ARM_RAM,   20 * KIB, F4_FLASH,\
      {{128, KIB}}, 0, 0, false, 1)                                                                                            \
    X("stm32f205xg",       "stm32", 0x411,      0xfff,      F4_FLASH,    1024 * KIB, F4_FLASH,   ARM_RAM,  128 * KIB, F4_FLASH,\
      F4_SECTORS(7), 0, 0, false, 1)                                                                                           \
    X("stm32f407xg",       "stm32", 0x413,      0xfff,      F4_FLASH,    1024 * KIB, F4_FLASH,   ARM_RAM,  128 * KIB, F4_FLASH,\
      F4_SECTORS(7), 0, 0, false, 1)                                                                                           \
    X("stm32f411xe",       "stm32", 0x431,      0xfff,      F4_FLASH,     512 * KIB, F4_FLASH,   ARM_RAM,  128 * KIB, F4_FLASH,\
      F4_SECTORS(3), 0, 0, false, 1)                                                                                           \
    X("stm32l475xg",       "stm32", 0x415,      0xfff,      F4_FLASH,    1024 * KIB, F4_FLASH,   ARM_RAM,   96 * KIB, F4_FLASH,\
      {{512, 2 * KIB}}, 0, 0, false, 1)                                                                                        \
    X("emulated-m3",       "stm32", 0x413,      0xfff,      F4_FLASH,    1024 * KIB, 0x21000000, ARM_RAM, 4096 * KIB, F4_FLASH,\
      F4_SECTORS(7), 0, 0, true, 12)                                                                                           \
    X("emulated-m3-samba", "samba", 0x10010005, 0xffff00ff, 0x00002000,  248 * KIB,  0x21000000, ARM_RAM, 4096 * KIB, 0,       \
      {{1024, 256}}, 0x20001000, 16 * KIB, false, 12)

/* The braces of the sectors hold commas: the rows are taken as they are. */
#define X(...) {__VA_ARGS__},
const struct flash_chip flash_chips[] = {
    CHIP_MAP(X)
    {.name = NULL},
};
#undef X
#define X(chip, speaks, part, mask, start, size, ...) {chip, speaks, start, size},
static const struct flash_chip_info infos[] = {
    CHIP_MAP(X)
    {.name = NULL},
};
#undef X
/* clang-format on */

const struct flash_chip_info *flash_chip_infos(void)
{
    return infos;
}

const struct flash_chip *flash_chip_find(const char *name)
{
    for (const struct flash_chip *chip = flash_chips; chip->name != NULL; chip++)
        if (strcmp(chip->name, name) == 0)
            return chip;
    return NULL;
}

bool flash_chip_sector(const struct flash_chip *chip, uint32_t address, uint32_t *ret_number,
                       uint32_t *ret_end)
{
    uint64_t begin = chip->flash_start;
    uint32_t number = 0;

    for (size_t kind = 0; kind < FLASH_SECTOR_KINDS; kind++) {
        for (unsigned i = 0; i < chip->sectors[kind].count; i++, number++) {
            uint64_t end = begin + chip->sectors[kind].size;

            if (address >= begin && address < end) {
                *ret_number = number;
                *ret_end = (uint32_t)end;
                return true;
            }
            begin = end;
        }
    }
    return false;
}
