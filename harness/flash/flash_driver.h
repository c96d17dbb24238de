/* SPDX-License-Identifier: Apache-2.0 */
/* A flash that is under way, and the drivers that carry it out. */
#ifndef FLASH_FLASH_DRIVER_H
#define FLASH_FLASH_DRIVER_H

#include "flash/flash.h"
#include "flash_image.h"
#include "flash_settings.h"

#include "loop/loop_handle.h"

struct flash_loader_protocol;

struct flash_driver {
    const char *name;
    bool is_native;
    const struct flash_loader_protocol *protocol; /* native ones */
    /* Is on this machine what it needs? Before anything is touched. */
    ASSAY_RESULT (*check)(const struct flash *flash, struct assay_error *err);
    /* Begin what ends with flash_end() or flash_fail(). */
    ASSAY_RESULT (*start)(struct flash *flash, void **ret_state, struct assay_error *err);
    /* Let go of everything, at whatever point; NULL is allowed. */
    void (*stop)(void *state);
};

extern const struct flash_driver flash_driver_stm32, flash_driver_samba, flash_driver_command;

const struct flash_driver *flash_driver_find(const char *name); /* NULL: there is none */

/* ---- for the drivers ---- */

const struct flash_request *flash_request_of(const struct flash *flash);
const struct flash_settings *flash_settings_of(const struct flash *flash);
const struct flash_image *flash_image_of(const struct flash *flash);
const char *flash_image_path_of(const struct flash *flash);
const char *flash_port_of(const struct flash *flash); /* NULL: none was given */

/* Bytes on the wire, to be told in the end. */
void flash_count_bytes(struct flash *flash, uint64_t tx, uint64_t rx);

/* Another way into the boot loader begins; why: what went wrong with the one before, or NULL. */
void flash_begin_attempt(struct flash *flash, const char *method, const char *why);

/* "erase", "write", "verify"; not every step becomes an event. */
void flash_progress(struct flash *flash, const char *phase, int64_t done, int64_t total);
void flash_emit_loader(struct flash *flash, int64_t chip_id, const char *version);
void flash_emit_verify(struct flash *flash, bool ok, const char *method);
void flash_emit_output(struct flash *flash, const char *line, size_t len);
/* An attempt has failed, and another one follows. */
void flash_emit_retry(struct flash *flash, enum cause cause, const char *text);

/* The end; the driver is stopped later, from the loop. The first word counts. */
void flash_end(struct flash *flash, enum flash_result result);
void flash_fail(struct flash *flash, enum assay_status status, enum cause cause, const char *format,
                ...) __attribute__((format(printf, 4, 5)));

#endif
