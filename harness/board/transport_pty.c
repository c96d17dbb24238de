/* SPDX-License-Identifier: Apache-2.0 */
#include "transport.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <termios.h>
#include <unistd.h>

static ASSAY_RESULT pty_read(struct transport *t, void *bytes, size_t cap, size_t *ret_len)
{
    ssize_t got = 0;

    do
        got = read(t->fd, bytes, cap);
    while (got < 0 && errno == EINTR);
    if (got > 0) {
        *ret_len = (size_t)got;
        return ASSAY_OK;
    }
    /* The last close of the other end shows as EIO. */
    return got < 0 && errno == EAGAIN ? ASSAY_ERR_STATE : ASSAY_ERR_CLOSED;
}

static ASSAY_RESULT pty_write(struct transport *t, const void *bytes, size_t len)
{
    ssize_t wrote = 0;

    do
        wrote = write(t->fd, bytes, len);
    while (wrote < 0 && errno == EINTR);
    return wrote >= 0 || errno == EAGAIN ? ASSAY_OK : ASSAY_ERR_CLOSED;
}

static void pty_close(struct transport *t)
{
    if (t == NULL)
        return;
    close(t->fd);
    free(t);
}

static const struct transport_ops pty_ops = {
    .name = "pty", .read = pty_read, .write = pty_write, .close = pty_close};

/* No echo, no line editing, no changed newlines: bytes. */
static int make_raw(int fd)
{
    struct termios modes;

    if (tcgetattr(fd, &modes) != 0)
        return -1;
    cfmakeraw(&modes);
    return tcsetattr(fd, TCSANOW, &modes);
}

static int open_board_end(int master)
{
    char name[64];

    if (grantpt(master) != 0 || unlockpt(master) != 0 || ptsname_r(master, name, sizeof(name)) != 0)
        return -1;
    return open(name, O_RDWR | O_NOCTTY | O_CLOEXEC);
}

ASSAY_RESULT transport_pty_open(struct transport **ret, int *ret_board_fd, struct assay_error *err)
{
    struct transport *made = calloc(1, sizeof(*made));
    int board_fd = -1;
    int saved = 0;

    if (made == NULL)
        return assay_error_set(err, ASSAY_ERR_NOMEM, "out of memory");
    made->ops = &pty_ops;
    made->fd = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK);
    if (made->fd >= 0)
        board_fd = open_board_end(made->fd);
    if (board_fd < 0 || make_raw(board_fd) != 0) {
        saved = errno;
        if (board_fd >= 0)
            close(board_fd);
        if (made->fd >= 0)
            close(made->fd);
        free(made);
        return assay_error_sys(err, saved, "cannot make a pseudo terminal");
    }
    *ret = made;
    *ret_board_fd = board_fd;
    return ASSAY_OK;
}
