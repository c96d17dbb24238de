/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LINE_RATE_H
#define LINE_RATE_H

#include <stdbool.h>

/* The rate of a tty as the kernel has it, also one that <termios.h> has no name for; 0: none. */
unsigned line_rate(int fd);

/* Is it told by its code (B1200), as programs look for it? */
bool line_has_classic_rate(int fd);

#endif
