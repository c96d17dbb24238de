/* SPDX-License-Identifier: Apache-2.0 */
/* The map below `flash:` of a board file, read and checked. */
#ifndef FLASH_FLASH_SETTINGS_H
#define FLASH_FLASH_SETTINGS_H

#include "flash_chip.h"
#include "flash_lines.h"

#include "base/keys.h"

#include <limits.h>

struct flash_driver;
struct flash_entry;

enum { FLASH_WORD = 32, FLASH_TEXT = 128 };

struct flash_settings {
    const struct flash_driver *driver;
    const struct flash_chip *chip;   /* NULL: only with a driver that needs none */
    const struct flash_entry *entry; /* how into the boot loader */
    char image[PATH_MAX];            /* "": not said */
    char port[PATH_MAX];
    int64_t baud, timeout_ms, sync_ms;
    bool is_usb; /* link: usb */
    char persona[FLASH_TEXT];
    char lines_enter[FLASH_LINES_MAX], lines_leave[FLASH_LINES_MAX];
    /* Of driver command; borrowed lists of texts, NULL: not said. */
    const struct value *command, *progress, *failed_if;
    char package[FLASH_TEXT];
};

extern const struct key_spec flash_keys[];

/* map is borrowed for as long as the settings are used. */
ASSAY_RESULT flash_settings_read(const struct value *map, const char *path,
                                 struct flash_settings *ret, struct assay_error *err);

#endif
