/* SPDX-License-Identifier: Apache-2.0 */
/* The modes of a pseudo terminal, of which only the rate means something to a board. */
#ifndef EMULATOR_PTY_MODES_H
#define EMULATOR_PTY_MODES_H

/* Bytes as they are, at 115200 baud: a rate that nobody takes for a touch. @return 0, or -1 and
 * errno */
int pty_make_raw(int fd);

/*
 * The rate that is set now, 0 for unknown; and see to it that a change of it will be told.
 * EXTPROC (Linux 2.6.36) makes the kernel tell the master of each change of the modes. A tool that
 * sets modes of its own clears it, and it is set again.
 */
unsigned pty_watch_rate(int master);

#endif
