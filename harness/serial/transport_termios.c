/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Ttys and ptys by Linux's own termios2, which takes any rate (BOTHER). <asm/termbits.h> and
 * <termios.h> exclude each other, so everything here is an ioctl.
 */
#include "transport.h"

#include <asm/termbits.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <unistd.h>

static enum assay_status refuse_open(const char *path, int saved, struct assay_error *err)
{
    switch (saved) {
    case ENOENT:
    case ENODEV:
    case ENXIO:
        return assay_error_set(err, ASSAY_ERR_NOT_FOUND,
                               "there is no serial port %s: is the board plugged in and powered?",
                               path);
    case EBUSY:
    case EWOULDBLOCK:
        return assay_error_set(err, ASSAY_ERR_BUSY,
                               "the serial port %s is in use by another program (a monitor, "
                               "another run, ModemManager)",
                               path);
    case EACCES:
    case EPERM:
        return assay_error_sys(err, saved,
                               "cannot open the serial port %s; add yourself to the group that "
                               "owns it (dialout)",
                               path);
    default:
        return assay_error_sys(err, saved, "cannot open the serial port %s", path);
    }
}

static ASSAY_RESULT termios_open(const char *path, int *ret_fd, struct assay_error *err)
{
    struct termios2 modes;
    int saved = 0;
    int fd = open(path, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);

    if (fd < 0)
        return refuse_open(path, errno, err);
    if (ioctl(fd, TCGETS2, &modes) != 0) {
        close(fd);
        return assay_error_set(err, ASSAY_ERR_IO, "%s is no serial port", path);
    }
    if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
        saved = errno;
        close(fd);
        return refuse_open(path, saved, err);
    }
    (void)ioctl(fd, TIOCEXCL); /* against programs that do not ask for the lock */
    *ret_fd = fd;
    return ASSAY_OK;
}

static void termios_close(int fd)
{
    /* The flag belongs to the tty and outlives us where somebody else has it open. */
    (void)ioctl(fd, TIOCNXCL);
    close(fd);
}

/*
 * The classic rates have codes of their own, and who asks the other side of a pty by them would not
 * know 1200 baud as such by its number.
 */
static tcflag_t rate_code(unsigned baud)
{
    static const struct {
        unsigned baud;
        tcflag_t code;
    } rows[] = {{1200, B1200},       {2400, B2400},      {4800, B4800},     {9600, B9600},
                {19200, B19200},     {38400, B38400},    {57600, B57600},   {115200, B115200},
                {230400, B230400},   {460800, B460800},  {921600, B921600}, {1000000, B1000000},
                {1500000, B1500000}, {2000000, B2000000}};

    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
        if (rows[i].baud == baud)
            return rows[i].code;
    return BOTHER;
}

static ASSAY_RESULT termios_set_mode(int fd, const struct serial_mode *mode,
                                     struct assay_error *err)
{
    static const tcflag_t parities[] = {
        [SERIAL_PARITY_NONE] = 0,
        [SERIAL_PARITY_EVEN] = PARENB,
        [SERIAL_PARITY_ODD] = PARENB | PARODD,
    };
    struct termios2 modes;

    if (ioctl(fd, TCGETS2, &modes) != 0)
        return assay_error_sys(err, errno, "cannot read the settings of the serial port");
    modes.c_iflag = IGNBRK;
    modes.c_oflag = 0;
    modes.c_lflag = 0;
    /* Without HUPCL: lines that drop at each close would reset many boards. */
    modes.c_cflag = CS8 | CREAD | CLOCAL | rate_code(mode->baud) | parities[mode->parity];
    modes.c_ispeed = mode->baud;
    modes.c_ospeed = mode->baud;
    modes.c_cc[VMIN] = 1; /* so that nothing to read is EAGAIN, and 0 is the end */
    modes.c_cc[VTIME] = 0;
    if (ioctl(fd, TCSETS2, &modes) != 0)
        return assay_error_sys(err, errno, "the serial port does not take %u baud", mode->baud);
    return ASSAY_OK;
}

static ASSAY_RESULT termios_set_lines(int fd, bool dtr, bool rts, struct assay_error *err)
{
    int on = (dtr ? TIOCM_DTR : 0) | (rts ? TIOCM_RTS : 0);
    int lines = 0;

    if (ioctl(fd, TIOCMGET, &lines) == 0) {
        lines = (lines & ~(TIOCM_DTR | TIOCM_RTS)) | on;
        if (ioctl(fd, TIOCMSET, &lines) == 0)
            return ASSAY_OK;
    }
    if (errno == ENOTTY || errno == EINVAL)
        return assay_error_set(err, ASSAY_ERR_UNSUPPORTED, "this port has no DTR and RTS lines");
    return assay_error_sys(err, errno, "cannot set DTR and RTS");
}

static ASSAY_RESULT termios_send_break(int fd, struct assay_error *err)
{
    if (ioctl(fd, TCSBRK, 0) == 0)
        return ASSAY_OK;
    if (errno == ENOTTY || errno == EOPNOTSUPP)
        return assay_error_set(err, ASSAY_ERR_UNSUPPORTED, "this port cannot send a break");
    return assay_error_sys(err, errno, "cannot send a break");
}

static void termios_discard(int fd)
{
    (void)ioctl(fd, TCFLSH, TCIFLUSH); /* a port that is gone shows when it is read */
}

static size_t termios_unsent(int fd)
{
    int waiting = 0;

    return ioctl(fd, TIOCOUTQ, &waiting) == 0 && waiting > 0 ? (size_t)waiting : 0;
}

const struct serial_transport serial_transport_termios = {
    .name = "termios",
    .prefix = "",
    .is_tty = true,
    .open = termios_open,
    .close = termios_close,
    .set_mode = termios_set_mode,
    .set_lines = termios_set_lines,
    .send_break = termios_send_break,
    .discard = termios_discard,
    .unsent = termios_unsent,
};
