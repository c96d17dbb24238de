/* SPDX-License-Identifier: Apache-2.0 */
#include "flash_settings.h"

#include "flash/flash.h"
#include "flash_driver.h"
#include "flash_entry.h"

#include "base/buf.h"

#include <stddef.h>
#include <string.h>

/* What is given by name, before the names are looked up. */
struct named_settings {
    struct flash_settings settings;
    char driver[FLASH_WORD], chip[FLASH_WORD], entry[FLASH_WORD], link[FLASH_WORD];
};

static enum assay_status read_texts(const struct key_spec *spec, const struct value *value,
                                    const char *path, void *target, struct assay_error *err)
{
    const struct value **list = target;

    if (value_kind(value) != VALUE_LIST || value_count(value) == 0)
        return assay_error_set(err, ASSAY_ERR_MALFORMED, "%s: a list of texts is expected", path);
    for (size_t i = 0; i < value_count(value); i++)
        if (value_kind(value_at(value, i)) != VALUE_TEXT)
            return assay_error_set(err, ASSAY_ERR_MALFORMED, "%s.%zu: a text is expected", path,
                                   i + 1);
    (void)spec;
    *list = value;
    return ASSAY_OK;
}

static enum assay_status read_lines(const struct key_spec *spec, const struct value *value,
                                    const char *path, void *target, struct assay_error *err)
{
    struct assay_error why = {.text = ""};

    ASSAY_TRY(key_read_text(spec, value, path, target, err));
    if (flash_lines_check(target, &why) != ASSAY_OK)
        return assay_error_set(err, ASSAY_ERR_MALFORMED, "%s: %s", path, why.text);
    return ASSAY_OK;
}

#define AT(member)       offsetof(struct named_settings, member)
#define SETTINGS(member) offsetof(struct named_settings, settings.member)

/* clang-format off */
const struct key_spec flash_keys[] = {
    {"driver", key_read_text, AT(driver), 0, FLASH_WORD, "", "stm32, samba or command (`assay list drivers`)"},
    {"chip", key_read_text, AT(chip), 0, FLASH_WORD, "", "what is flashed (`assay list chips`); its row has the addresses"},
    {"image", key_read_text, SETTINGS(image), 0, PATH_MAX, "", "firmware as .bin, .hex or .elf"},
    {"port", key_read_text, SETTINGS(port), 0, PATH_MAX, "", "serial port; boards that bring their own need none"},
    {"entry", key_read_text, AT(entry), 0, FLASH_WORD, "none", "how into the boot loader: none, touch, control or lines"},
    {"baud", key_read_int, SETTINGS(baud), 1200, 12000000, "115200", "of the boot loader"},
    {"link", key_read_text, AT(link), 0, FLASH_WORD, "usb", "samba: usb, or uart where data go by XMODEM"},
    {"persona", key_read_text, SETTINGS(persona), 0, FLASH_TEXT, "", "samba: what the boot loader's version has to hold"},
    {"lines_enter", read_lines, SETTINGS(lines_enter), 0, FLASH_LINES_MAX, "R1|D1|W50|D0|W50",
     "entry lines: DTR and RTS into the boot loader"},
    {"lines_leave", read_lines, SETTINGS(lines_leave), 0, FLASH_LINES_MAX, "R0|D1|W50|D0",
     "entry lines: DTR and RTS into the application"},
    {"sync_ms", key_read_int, SETTINGS(sync_ms), 100, 60000, "3000", "how long to look for the boot loader"},
    {"timeout_ms", key_read_int, SETTINGS(timeout_ms), 1000, 600000, "120000", "of all together"},
    {"command", read_texts, SETTINGS(command), 0, 0, "", "command: program and arguments with {port} {image} {offset} {baud}"},
    {"package", key_read_text, SETTINGS(package), 0, FLASH_TEXT, "", "command: the package that the program comes in"},
    {"progress", read_texts, SETTINGS(progress), 0, 0, "", "command: patterns of its lines: (percent), or (done) and (total)"},
    {"failed_if", read_texts, SETTINGS(failed_if), 0, 0, "", "command: patterns of lines that mean failure"},
    {NULL, NULL, 0, 0, 0, NULL, NULL},
};
/* clang-format on */

/* The names that a table has, "a, b or c". */
static enum assay_status refuse_name(const char *path, const char *key, const char *name,
                                     const char *known, struct assay_error *err)
{
    if (name[0] == '\0')
        return assay_error_set(err, ASSAY_ERR_MALFORMED, "%s.%s is missing; known: %s", path, key,
                               known);
    return assay_error_set(err, ASSAY_ERR_MALFORMED, "%s.%s: \"%s\" is none of %s", path, key, name,
                           known);
}

static ASSAY_RESULT find_driver(const char *path, struct named_settings *named,
                                struct assay_error *err)
{
    named->settings.driver = flash_driver_find(named->driver);
    if (named->settings.driver != NULL)
        return ASSAY_OK;
    return refuse_name(path, "driver", named->driver, "stm32, samba, command", err);
}

static ASSAY_RESULT refuse_chip(const char *path, const struct named_settings *named,
                                struct assay_error *err)
{
    struct buf known;
    enum assay_status status = ASSAY_OK;

    buf_init(&known, 1024);
    for (const struct flash_chip *c = flash_chips; c->name != NULL && status == ASSAY_OK; c++)
        if (!named->settings.driver->is_native || strcmp(c->driver, named->driver) == 0)
            status = buf_printf(&known, "%s%s", known.len > 0 ? ", " : "", c->name);
    status = refuse_name(path, "chip", named->chip, buf_text(&known), err);
    buf_done(&known);
    return status;
}

static ASSAY_RESULT find_chip(const char *path, struct named_settings *named,
                              struct assay_error *err)
{
    const struct flash_chip *chip = flash_chip_find(named->chip);
    bool is_native = named->settings.driver->is_native;

    if (chip != NULL && is_native && strcmp(chip->driver, named->driver) != 0)
        chip = NULL;
    if (chip == NULL && (is_native || named->chip[0] != '\0'))
        return refuse_chip(path, named, err);
    named->settings.chip = chip;
    return ASSAY_OK;
}

static ASSAY_RESULT find_words(const char *path, struct named_settings *named,
                               struct assay_error *err)
{
    named->settings.entry = flash_entry_find(named->entry);
    if (named->settings.entry == NULL)
        return refuse_name(path, "entry", named->entry, "none, touch, control, lines", err);
    named->settings.is_usb = strcmp(named->link, "usb") == 0;
    if (!named->settings.is_usb && strcmp(named->link, "uart") != 0)
        return refuse_name(path, "link", named->link, "usb, uart", err);
    return ASSAY_OK;
}

ASSAY_RESULT flash_settings_read(const struct value *map, const char *path,
                                 struct flash_settings *ret, struct assay_error *err)
{
    struct named_settings named = {
        .settings = {.baud = 115200,
                     .timeout_ms = 120000,
                     .sync_ms = 3000,
                     .lines_enter = "R1|D1|W50|D0|W50",
                     .lines_leave = "R0|D1|W50|D0"},
        .entry = "none",
        .link = "usb",
    };

    ASSAY_TRY(keys_read(flash_keys, map, path, &named, err));
    ASSAY_TRY(find_driver(path, &named, err));
    ASSAY_TRY(find_chip(path, &named, err));
    ASSAY_TRY(find_words(path, &named, err));
    if (named.settings.driver->is_native == (named.settings.command != NULL))
        return assay_error_set(err, ASSAY_ERR_MALFORMED,
                               "%s.command: driver command needs it, and no other has it", path);
    *ret = named.settings;
    return ASSAY_OK;
}

ASSAY_RESULT flash_settings_check(const struct value *settings, const char *path,
                                  struct assay_error *err)
{
    struct flash_settings ignored;

    return flash_settings_read(settings, path, &ignored, err);
}
