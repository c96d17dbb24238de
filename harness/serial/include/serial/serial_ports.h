/* SPDX-License-Identifier: Apache-2.0 */
/* The serial ports of this machine, and where they are plugged. */
#ifndef SERIAL_SERIAL_PORTS_H
#define SERIAL_SERIAL_PORTS_H

#include "base/status.h"
#include "base/value.h"

/*
 * A list of maps of texts: path, transport (native, usb, bluetooth), description, vid, pid (four
 * hex digits), serial, usb_path ("1-1.4.2"); empty texts where there is nothing to say. Ptys are
 * not listed.
 * @param ret  Release with value_free().
 */
ASSAY_RESULT serial_ports_list(struct value **ret, struct assay_error *err);

/*
 * The USB topology of a tty, from sysfs. A name (ttyACM0) changes when a board re-enumerates, its
 * USB serial number is gone in the boot loaders of some; the place where it is plugged stays.
 *
 * @param sysfs  "/sys", or a tree like it
 * @param ret    "1-1.4.2"
 * @retval ASSAY_ERR_NOT_FOUND  no such tty, or it is no USB port
 */
ASSAY_RESULT serial_usb_path(const char *sysfs, const char *tty, char *ret, size_t ret_size);

/* The tty that is plugged there now: "/dev/ttyACM1". ASSAY_ERR_NOT_FOUND. */
ASSAY_RESULT serial_tty_at(const char *sysfs, const char *usb_path, char *ret, size_t ret_size);

#endif
