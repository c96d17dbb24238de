/* SPDX-License-Identifier: Apache-2.0 */
/* Ports that come and go: a board that resets into its boot loader enumerates anew. */
#include "serial/serial.h"

#include "base/deadline.h"
#include "loop/loop_handle.h"
#include "serial/serial_ports.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

/* Nobody tells us when a port can be opened: it appears first, its permissions come later. */
enum { RETRY_MS = 50 };

static const char sysfs[] = "/sys";

struct serial_wait {
    struct serial_spec spec; /* its path is ours */
    char *path;
    struct serial_place place;
    serial_found_fn found;
    struct loop_timer *timer;
    struct deadline deadline;
    unsigned timeout_ms;
};

void serial_place_of(const char *path, struct serial_place *ret)
{
    struct serial_place place = {.usb_path = ""};
    char real_path[PATH_MAX];

    if (realpath(path, real_path) == NULL ||
        serial_usb_path(sysfs, real_path, place.usb_path, sizeof(place.usb_path)) != ASSAY_OK)
        place.usb_path[0] = '\0';
    *ret = place;
}

static enum assay_status try_open(struct serial_wait *wait, struct serial **ret,
                                  struct assay_error *err)
{
    struct serial_spec spec = wait->spec;
    char tty[64];

    spec.path = wait->path;
    if (wait->place.usb_path[0] != '\0') {
        if (serial_tty_at(sysfs, wait->place.usb_path, tty, sizeof(tty)) != ASSAY_OK)
            return assay_error_set(err, ASSAY_ERR_NOT_FOUND,
                                   "no serial port at USB place %s, where %s was",
                                   wait->place.usb_path, wait->path);
        spec.path = tty;
    }
    return serial_open(&spec, ret, err);
}

static void on_timer(void *ctx)
{
    struct serial_wait *wait = ctx;
    struct assay_error err = {.text = ""};
    struct serial *port = NULL;
    enum assay_status status = try_open(wait, &port, &err);
    serial_found_fn found = wait->found;
    void *found_ctx = wait->spec.ctx;

    if (status != ASSAY_OK && !deadline_passed(&wait->deadline)) {
        loop_timer_start(wait->timer, RETRY_MS);
        return;
    }
    if (status != ASSAY_OK && wait->timeout_ms > 0)
        (void)assay_error_prefix(&err, status, "after %u ms", wait->timeout_ms);
    serial_wait_cancel(wait);
    found(found_ctx, port, status == ASSAY_OK ? NULL : &err);
}

ASSAY_RESULT serial_wait_open(const struct serial_spec *spec, const struct serial_place *place,
                              unsigned delay_ms, unsigned timeout_ms, serial_found_fn found,
                              struct serial_wait **ret, struct assay_error *err)
{
    struct serial_wait *wait = calloc(1, sizeof(*wait));

    if (wait == NULL)
        return assay_error_set(err, ASSAY_ERR_NOMEM, "out of memory");
    wait->spec = *spec;
    if (place != NULL)
        wait->place = *place;
    wait->found = found;
    wait->timeout_ms = timeout_ms;
    wait->deadline = deadline_in_ms((uint64_t)delay_ms + timeout_ms);
    wait->path = strdup(spec->path);
    wait->timer = loop_timer_new(spec->loop, on_timer, wait);
    if (wait->path == NULL || wait->timer == NULL) {
        serial_wait_cancel(wait);
        return assay_error_set(err, ASSAY_ERR_NOMEM, "out of memory");
    }
    loop_timer_start(wait->timer, delay_ms);
    *ret = wait;
    return ASSAY_OK;
}

void serial_wait_cancel(struct serial_wait *wait)
{
    if (wait == NULL)
        return;
    loop_timer_close(wait->timer);
    free(wait->path);
    free(wait);
}
