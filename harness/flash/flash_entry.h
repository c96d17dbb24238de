/* SPDX-License-Identifier: Apache-2.0 */
/* Ways into a boot loader, one row each. */
#ifndef FLASH_FLASH_ENTRY_H
#define FLASH_FLASH_ENTRY_H

#include "flash/flash.h"

struct flash_settings;

struct flash_entry {
    const char *name, *summary;
    bool touches;     /* the port is opened and closed at 1200 baud before */
    bool has_control; /* the board's driver resets it, when the port is open */
    bool has_lines;   /* DTR and RTS are moved, when the port is open */
    unsigned wait_ms; /* how long the port may take to come (back) */
};

extern const struct flash_entry flash_entries[]; /* ends with a NULL name */

const struct flash_entry *flash_entry_find(const char *name); /* NULL: there is none */

#endif
