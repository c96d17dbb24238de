/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LINE_RATE_H
#define LINE_RATE_H

/* The rate of a tty as the kernel has it, also one that <termios.h> has no name for; 0: none. */
unsigned line_rate(int fd);

#endif
