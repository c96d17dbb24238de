/* SPDX-License-Identifier: Apache-2.0 */
/* In a file of its own: the kernel's struct termios2 and the C library's header exclude each other.
 */
#include "pty_modes.h"

#include <asm/termbits.h>
#include <sys/ioctl.h>

unsigned pty_watch_rate(int master)
{
    struct termios2 modes;

    if (ioctl(master, TCGETS2, &modes) != 0)
        return 0;
    if ((modes.c_lflag & EXTPROC) == 0) {
        modes.c_lflag |= EXTPROC;
        (void)ioctl(master, TCSETS2, &modes); /* not seen then: no worse than before */
    }
    return modes.c_ospeed;
}

int pty_make_raw(int fd)
{
    enum { FIRST_RATE = 115200 };
    struct termios2 modes;

    if (ioctl(fd, TCGETS2, &modes) != 0)
        return -1;
    modes.c_iflag = 0;
    modes.c_oflag = 0;
    modes.c_lflag = 0;
    modes.c_cflag = CS8 | CREAD | CLOCAL | B115200;
    modes.c_ispeed = FIRST_RATE;
    modes.c_ospeed = FIRST_RATE;
    return ioctl(fd, TCSETS2, &modes);
}
