/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A pty that tells of a change of speed, as a UART with a USB bridge does: in packet mode and with
 * EXTPROC the master hears of every tcsetattr() on the slave (tty_ioctl(4)).
 */
#include "loader_host.h"

#include <errno.h>
#include <fcntl.h>
#include <pty.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

/* Set again after each change by somebody else, who does not know of it. */
static bool tell_of_changes(int slave_fd)
{
    struct termios now;

    if (tcgetattr(slave_fd, &now) != 0)
        return false;
    if ((now.c_lflag & EXTPROC) != 0)
        return true;
    now.c_lflag |= EXTPROC;
    return tcsetattr(slave_fd, TCSANOW, &now) == 0;
}

static bool make_raw(int fd)
{
    struct termios raw;

    if (tcgetattr(fd, &raw) != 0)
        return false;
    cfmakeraw(&raw);
    return tcsetattr(fd, TCSANOW, &raw) == 0;
}

static enum assay_status open_pty(struct loader_line *line, struct assay_error *err)
{
    int on = 1;

    if (openpty(&line->fd, &line->slave_fd, NULL, NULL, NULL) != 0)
        return assay_error_sys(err, errno, "cannot make a pty");
    line->owns_fd = true;
    if (fcntl(line->fd, F_SETFD, FD_CLOEXEC) != 0 || fcntl(line->slave_fd, F_SETFD, FD_CLOEXEC) ||
        !make_raw(line->slave_fd) || ioctl(line->fd, TIOCPKT, &on) != 0 ||
        !tell_of_changes(line->slave_fd))
        return assay_error_sys(err, errno, "cannot set up a pty");
    return ASSAY_OK;
}

static enum assay_status make_link(struct loader_line *line, const char *link,
                                   struct assay_error *err)
{
    char name[64];
    char old[1];

    if (link == NULL || line->slave_fd < 0)
        return ASSAY_OK;
    if (!loader_line_name(line, name, sizeof(name)))
        return assay_error_sys(err, errno, "a pty without a name");
    /* Of a program that was killed; anything but a link stays and is the error that follows. */
    if (readlink(link, old, sizeof(old)) >= 0)
        (void)unlink(link);
    if (symlink(name, link) != 0)
        return assay_error_sys(err, errno, "cannot link %s to %s", link, name);
    line->link = link;
    return ASSAY_OK;
}

enum assay_status loader_line_open(int fd, const char *link, struct loader_line *ret,
                                   struct assay_error *err)
{
    struct loader_line line = {.fd = fd, .slave_fd = -1};
    enum assay_status status = fd >= 0 ? ASSAY_OK : open_pty(&line, err);
    int flags = 0;

    if (status == ASSAY_OK)
        status = make_link(&line, link, err);
    flags = fcntl(line.fd, F_GETFL);
    if (status == ASSAY_OK && (flags < 0 || fcntl(line.fd, F_SETFL, flags | O_NONBLOCK) != 0))
        status = assay_error_sys(err, errno, "descriptor %d is no serial line", line.fd);
    if (status != ASSAY_OK) {
        loader_line_close(&line);
        return status;
    }
    *ret = line;
    return ASSAY_OK;
}

void loader_line_close(struct loader_line *line)
{
    if (line->link != NULL)
        (void)unlink(line->link); /* it may be gone */
    if (line->slave_fd >= 0)
        close(line->slave_fd);
    if (line->owns_fd)
        close(line->fd);
}

bool loader_line_name(const struct loader_line *line, char *name, size_t cap)
{
    return line->slave_fd >= 0 && ttyname_r(line->slave_fd, name, cap) == 0;
}

static enum loader_line_news hear_of_change(const struct loader_line *line)
{
    struct termios now;

    (void)tell_of_changes(line->slave_fd); /* only the next touch would be missed */
    if (tcgetattr(line->slave_fd, &now) == 0 && cfgetospeed(&now) == B1200)
        return LOADER_LINE_TOUCH;
    return LOADER_LINE_BYTES;
}

enum loader_line_news loader_line_read(struct loader_line *line, uint8_t *data, size_t cap,
                                       size_t *ret_len)
{
    uint8_t packet[1 + 1024];
    bool is_pty = line->slave_fd >= 0;
    ssize_t got = 0;

    *ret_len = 0;
    cap = cap > sizeof(packet) - 1 ? sizeof(packet) - 1 : cap;
    got = read(line->fd, packet, is_pty ? cap + 1 : cap);
    if (got < 0)
        return errno == EAGAIN || errno == EINTR ? LOADER_LINE_BYTES : LOADER_LINE_GONE;
    if (got == 0)
        return LOADER_LINE_GONE;
    if (is_pty && packet[0] != TIOCPKT_DATA)
        return (packet[0] & TIOCPKT_IOCTL) != 0 ? hear_of_change(line) : LOADER_LINE_BYTES;
    *ret_len = (size_t)got - (is_pty ? 1 : 0);
    memcpy(data, packet + (is_pty ? 1 : 0), *ret_len);
    return LOADER_LINE_BYTES;
}
