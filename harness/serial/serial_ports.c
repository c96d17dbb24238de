/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which ports there are is libserialport's to say; opening is not left to it: 0.1.1 opens neither
 * ptys nor links, and keeps no lock. Where a port is plugged, sysfs alone knows.
 */
#include "serial/serial_ports.h"

#include "base/buf.h"

#include <dirent.h>
#include <libserialport.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* "1-1.4.2": bus, dash, ports; with ":1.0" behind it it is one of the device's interfaces. */
static size_t usb_place_len(const char *part, size_t len)
{
    size_t place = 0;

    while (place < len && part[place] != ':')
        place++;
    if (place == len || place == 0 || part[0] < '1' || part[0] > '9' ||
        memchr(part, '-', place) == NULL)
        return 0;
    return strspn(part, "0123456789-.") == place ? place : 0;
}

ASSAY_RESULT serial_usb_path(const char *sysfs, const char *tty, char *ret, size_t ret_size)
{
    const char *slash = strrchr(tty, '/');
    char link[PATH_MAX];
    char device[PATH_MAX];

    if (snprintf(link, sizeof(link), "%s/class/tty/%s/device", sysfs,
                 slash != NULL ? slash + 1 : tty) >= (int)sizeof(link) ||
        realpath(link, device) == NULL)
        return ASSAY_ERR_NOT_FOUND;
    for (const char *part = device; part != NULL; part = strchr(part, '/')) {
        part += *part == '/';
        size_t len = usb_place_len(part, strcspn(part, "/"));

        if (len > 0 && len < ret_size) {
            memcpy(ret, part, len);
            ret[len] = '\0';
            return ASSAY_OK;
        }
    }
    return ASSAY_ERR_NOT_FOUND;
}

ASSAY_RESULT serial_tty_at(const char *sysfs, const char *usb_path, char *ret, size_t ret_size)
{
    enum assay_status status = ASSAY_ERR_NOT_FOUND;
    char path[PATH_MAX];
    char place[64];
    DIR *folder = NULL;

    if (snprintf(path, sizeof(path), "%s/class/tty", sysfs) < (int)sizeof(path))
        folder = opendir(path);
    if (folder == NULL)
        return ASSAY_ERR_NOT_FOUND;
    for (struct dirent *entry = readdir(folder); entry != NULL && status != ASSAY_OK;
         entry = readdir(folder)) {
        if (serial_usb_path(sysfs, entry->d_name, place, sizeof(place)) != ASSAY_OK ||
            strcmp(place, usb_path) != 0)
            continue;
        if (snprintf(ret, ret_size, "/dev/%s", entry->d_name) < (int)ret_size)
            status = ASSAY_OK;
    }
    closedir(folder);
    return status;
}

static ASSAY_RESULT set_text(struct value *row, const char *key, const char *text)
{
    return value_set(row, key, value_new_text(text != NULL ? text : ""));
}

static ASSAY_RESULT describe(const struct sp_port *port, struct value *row)
{
    static const char *const transports[] = {[SP_TRANSPORT_NATIVE] = "native",
                                             [SP_TRANSPORT_USB] = "usb",
                                             [SP_TRANSPORT_BLUETOOTH] = "bluetooth"};
    enum sp_transport transport = sp_get_port_transport(port);
    const char *path = sp_get_port_name(port);
    char place[64] = "";
    char vid_text[8] = "";
    char pid_text[8] = "";
    int vid = 0;
    int pid = 0;

    if (serial_usb_path("/sys", path, place, sizeof(place)) != ASSAY_OK)
        place[0] = '\0'; /* not on USB */
    if (sp_get_port_usb_vid_pid(port, &vid, &pid) == SP_OK) {
        snprintf(vid_text, sizeof(vid_text), "%04x", (unsigned)vid & 0xffffU);
        snprintf(pid_text, sizeof(pid_text), "%04x", (unsigned)pid & 0xffffU);
    }
    ASSAY_TRY(set_text(row, "path", path));
    ASSAY_TRY(set_text(row, "transport", transports[transport]));
    ASSAY_TRY(set_text(row, "vid", vid_text));
    ASSAY_TRY(set_text(row, "pid", pid_text));
    ASSAY_TRY(set_text(row, "serial", sp_get_port_usb_serial(port)));
    ASSAY_TRY(set_text(row, "usb_path", place));
    return set_text(row, "description", sp_get_port_description(port));
}

ASSAY_RESULT serial_ports_list(struct value **ret, struct assay_error *err)
{
    struct sp_port **ports = NULL;
    struct value *rows = value_new_list();
    enum assay_status status = rows != NULL ? ASSAY_OK : ASSAY_ERR_NOMEM;

    if (status == ASSAY_OK && sp_list_ports(&ports) != SP_OK) {
        value_free(rows);
        return assay_error_set(err, ASSAY_ERR_IO, "the system does not tell its serial ports");
    }
    for (size_t i = 0; status == ASSAY_OK && ports[i] != NULL; i++) {
        struct value *row = value_new_map();

        status = row != NULL ? describe(ports[i], row) : ASSAY_ERR_NOMEM;
        if (status == ASSAY_OK)
            status = value_add(rows, row);
        else
            value_free(row);
    }
    if (ports != NULL)
        sp_free_port_list(ports);
    if (status != ASSAY_OK) {
        value_free(rows);
        return assay_error_set(err, status, "out of memory");
    }
    *ret = rows;
    return ASSAY_OK;
}
