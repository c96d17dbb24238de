/* SPDX-License-Identifier: Apache-2.0 */
#include "flash_entry.h"

#include <string.h>

const struct flash_entry flash_entries[] = {
    {.name = "none",
     .summary = "the board is in its boot loader already, or enters it by itself at power-on",
     .wait_ms = 2000},
    {.name = "touch",
     .summary = "1200-baud touch: the application resets into the boot loader",
     .touches = true,
     .wait_ms = 10000},
    {.name = "control",
     .summary = "boot pin and reset by the board's driver",
     .has_control = true,
     .wait_ms = 5000},
    {.name = "lines",
     .summary = "boot pin and reset by DTR and RTS",
     .has_lines = true,
     .wait_ms = 2000},
    {.name = NULL},
};

const struct flash_entry *flash_entry_find(const char *name)
{
    for (const struct flash_entry *entry = flash_entries; entry->name != NULL; entry++)
        if (strcmp(entry->name, name) == 0)
            return entry;
    return NULL;
}
