/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Flashing a board: an image, a chip, a way into its boot loader and a driver that speaks with it.
 * Asynchronous on the caller's loop; what happens becomes `flash.*` and `serial.*` events, on the
 * same axis of time as everything else of the transcript.
 *
 * A driver is a row of flash_driver_infos(): `stm32` (AN3155) and `samba` (SAM-BA with Arduino's
 * extension) are native, `command` runs a tool of the field. What belongs to a chip, above all the
 * addresses that an application may take, stands in the chip's row (flash_chip_infos()) and nowhere
 * else: nobody can ask for an offset that would destroy a boot loader.
 */
#ifndef FLASH_FLASH_H
#define FLASH_FLASH_H

#include "base/event.h"
#include "base/status.h"
#include "base/value.h"
#include "judge/verdict.h"

#include <stdbool.h>
#include <stdint.h>
#include <uv.h>

/*
 * What a board's driver can do with its board beside the serial line. The functions return at
 * once; the flash session waits for the boot loader by asking it.
 */
struct flash_control {
    /*
     * Set the boot pin (BOOT0 on an STM32) and reset: into_loader true starts the boot loader,
     * false the application.
     */
    ASSAY_RESULT (*reset)(void *ctx, bool into_loader, struct assay_error *err);
    void *ctx;
};

/* All borrowed until done(). */
struct flash_request {
    uv_loop_t *loop;
    const struct event_sink *sink; /* NULL: nobody listens */

    /*
     * The map below `flash:` of a board file (docs/formats/board-file.md). The keys below win over
     * what it says where they are not NULL.
     */
    const struct value *settings;
    const char *image;                   /* path of a .bin, .hex or .elf file */
    const char *port;                    /* path of a tty or pty, or unix:/path of a socket */
    const struct flash_control *control; /* NULL: none; needed by `entry: control` */

    const char *const *image_dirs; /* where a relative `image:` of the settings is looked for, in
                                    * this order; ends with NULL; NULL: the working directory */

    bool force;       /* write even if the image is there already */
    bool verify_only; /* compare, write nothing */
    bool dry_run;     /* check image and settings, find the tool; touch no port */
    bool stay;        /* do not start the application afterwards */
};

enum flash_result {
    FLASH_WRITTEN, /* written and verified */
    FLASH_SAME,    /* the image is there already: nothing was written */
    FLASH_DIFFERS, /* verify_only: another image is there, or none */
    FLASH_CHECKED, /* dry_run: it could be flashed */
    FLASH_FAILED,
    FLASH_RESULT_COUNT
};

/* How it ended; texts are complete sentences for a person. */
struct flash_outcome {
    enum flash_result result;
    enum assay_status status; /* FLASH_FAILED: why; ASSAY_ERR_MALFORMED etc. for a wrong image */
    enum cause cause; /* FLASH_FAILED: CAUSE_FLASH, CAUSE_ENUMERATE (the port is not there or
                       * does not come back) or CAUSE_HARNESS (image, settings, tool) */
    bool usage;       /* FLASH_FAILED: the image or the settings are wrong, not the bench */
    char detail[384];
    char image[256]; /* file name without its folders */
    char sha256[65]; /* of the image's file, hex */
    uint32_t bytes;  /* of the image */
    uint64_t tx, rx; /* bytes on the wire, native drivers */
    uint64_t duration_ns;
    unsigned attempts; /* how often the boot loader was entered */
};

typedef void (*flash_done_fn)(void *ctx, const struct flash_outcome *outcome);

struct flash;

/*
 * Begin. Image and settings are checked before anything is touched; what is wrong with them is an
 * outcome like all others. done is called exactly once, from the loop; the session frees itself
 * after it.
 * @param ret  For flash_cancel(), valid until done() is called; may be NULL.
 * @retval ASSAY_ERR_NOMEM  done is not called
 */
ASSAY_RESULT flash_start(const struct flash_request *request, flash_done_fn done, void *ctx,
                         struct flash **ret, struct assay_error *err);

/* Give up: done() is called from the loop with FLASH_FAILED and ASSAY_ERR_INTERRUPTED. */
void flash_cancel(struct flash *flash);

/* The same to its end, turning the request's loop (with whatever else lives on it) meanwhile. */
ASSAY_RESULT flash_execute(const struct flash_request *request, struct flash_outcome *ret,
                           struct assay_error *err);

/* "written", "same", "differs", "checked", "failed". */
const char *flash_result_name(enum flash_result result);

/*
 * Is the map below `flash:` one that flash_start() would take (drivers, chips, entries exist, what
 * the driver needs is there)? The image itself is not looked at.
 * @param path  of the map in messages, "flash"
 */
ASSAY_RESULT flash_settings_check(const struct value *settings, const char *path,
                                  struct assay_error *err);

/* Tables for people; each ends with a NULL name. */
struct flash_driver_info {
    const char *name, *summary;
};
const struct flash_driver_info *flash_driver_infos(void);

struct flash_chip_info {
    const char *name, *driver;
    uint32_t app_start, app_size; /* what an application may take */
};
const struct flash_chip_info *flash_chip_infos(void);

#endif
