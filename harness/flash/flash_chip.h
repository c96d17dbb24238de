/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Chips: what a driver has to know of each, one row a chip. The addresses that an application may
 * take are here and nowhere else, so that no board file and no option can name a boot loader's.
 */
#ifndef FLASH_FLASH_CHIP_H
#define FLASH_FLASH_CHIP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Flash in erase units: so many of this size, one after the other. */
struct flash_sectors {
    unsigned count;
    uint32_t size;
};

enum { FLASH_SECTOR_KINDS = 4 };

struct flash_chip {
    const char *name;
    const char *driver;           /* that its boot loader speaks */
    uint32_t id, id_mask;         /* of the part, as the boot loader tells it */
    uint32_t app_start, app_size; /* as the boot loader counts */
    uint32_t runs_at;             /* where an application is linked to, for the same place */
    uint32_t ram_start, ram_size;
    uint32_t flash_start; /* where sectors[] begins */
    struct flash_sectors sectors[FLASH_SECTOR_KINDS];
    uint32_t buffer; /* samba: a place in RAM for buffer_size bytes on their way to the flash */
    uint32_t buffer_size;
    bool has_checksum; /* stm32: command A1, where Get tells it; else verify by reading */
    /*
     * How many requests may be on their way at once. 1 where the data sheet wants each answer
     * waited for; more where the boot loader's line holds bytes back instead of losing them.
     */
    unsigned window;
};

/* Ends with a NULL name. */
extern const struct flash_chip flash_chips[];

const struct flash_chip *flash_chip_find(const char *name); /* NULL: there is none */

/* The number of the sector that address lies in, and where it ends. False: in none. */
bool flash_chip_sector(const struct flash_chip *chip, uint32_t address, uint32_t *ret_number,
                       uint32_t *ret_end);

#endif
