/* SPDX-License-Identifier: Apache-2.0 */
#include "line_rate.h"

#include <asm/termbits.h>
#include <sys/ioctl.h>

unsigned line_rate(int fd)
{
    struct termios2 modes;

    return ioctl(fd, TCGETS2, &modes) == 0 ? modes.c_ospeed : 0;
}

bool line_has_classic_rate(int fd)
{
    struct termios2 modes;

    return ioctl(fd, TCGETS2, &modes) == 0 && (modes.c_cflag & CBAUD) != BOTHER;
}
