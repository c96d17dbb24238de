/* SPDX-License-Identifier: Apache-2.0 */
/* A serial line that an emulator offers as a unix socket: bytes, and nothing beside them. */
#include "transport.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static ASSAY_RESULT unix_open(const char *path, int *ret_fd, struct assay_error *err)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    size_t len = strlen(path);
    int saved = 0;
    int fd = -1;

    if (len >= sizeof(address.sun_path))
        return assay_error_set(err, ASSAY_ERR_ARG, "%s: a socket's path has at most %zu characters",
                               path, sizeof(address.sun_path) - 1);
    memcpy(address.sun_path, path, len);
    fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0)
        return assay_error_sys(err, errno, "cannot make a socket");
    if (connect(fd, (struct sockaddr *)&address, sizeof(address)) == 0) {
        *ret_fd = fd;
        return ASSAY_OK;
    }
    saved = errno;
    close(fd);
    if (saved == ENOENT || saved == ECONNREFUSED)
        return assay_error_set(err, ASSAY_ERR_NOT_FOUND, "nobody offers a serial line at %s", path);
    return assay_error_sys(err, saved, "cannot connect to %s", path);
}

static void unix_close(int fd)
{
    close(fd);
}

static ASSAY_RESULT unix_set_mode(int fd, const struct serial_mode *mode, struct assay_error *err)
{
    (void)fd;
    (void)mode;
    (void)err;
    return ASSAY_OK; /* as fast as it goes */
}

static ASSAY_RESULT unix_set_lines(int fd, bool dtr, bool rts, struct assay_error *err)
{
    (void)fd;
    (void)dtr;
    (void)rts;
    return assay_error_set(err, ASSAY_ERR_UNSUPPORTED, "a socket has no DTR and RTS lines");
}

static ASSAY_RESULT unix_send_break(int fd, struct assay_error *err)
{
    (void)fd;
    return assay_error_set(err, ASSAY_ERR_UNSUPPORTED, "a socket cannot send a break");
}

static void unix_discard(int fd)
{
    char bytes[4096];

    while (recv(fd, bytes, sizeof(bytes), MSG_DONTWAIT) > 0) {
    }
}

static size_t unix_unsent(int fd)
{
    (void)fd;
    return 0;
}

const struct serial_transport serial_transport_unix = {
    .name = "unix",
    .prefix = "unix:",
    .open = unix_open,
    .close = unix_close,
    .set_mode = unix_set_mode,
    .set_lines = unix_set_lines,
    .send_break = unix_send_break,
    .discard = unix_discard,
    .unsent = unix_unsent,
};
