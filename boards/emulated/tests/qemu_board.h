/* SPDX-License-Identifier: Apache-2.0 */
/* For tests: an emulated board with its serial line on a pty, as a tool or a harness finds it. */
#ifndef QEMU_BOARD_H
#define QEMU_BOARD_H

#include "base/exec.h"

#include <stddef.h>
#include <stdint.h>

enum { QEMU_BOARD_FLASH = 16 * 1024 * 1024 };

struct qemu_board {
    struct exec_child child;
    char port[64];  /* the pty's slave */
    int master_fd;  /* QEMU's end */
    int serial_fd;  /* our end; nobody else reads while we do */
    int boot0_fd;   /* UART 1 */
    struct buf log; /* what was read and not expected yet */
};

/* Where the build put a firmware file; the text lives until the next call. */
const char *firmware_path(const char *name);

/* A file of the build's firmware folder into memory of the caller's. */
ASSAY_RESULT firmware_load(const char *name, struct buf *ret);

/* A flash file in the test's directory that holds these bytes. */
ASSAY_RESULT qemu_board_make_flash(const char *path, const void *data, size_t len);

/*
 * Power on. nic: QEMU's -nic, "none" or "user".
 * @param ret  end with qemu_board_stop(), which is the loss of power
 */
ASSAY_RESULT qemu_board_start(const char *flash, const char *nic, struct qemu_board *ret,
                              struct assay_error *err);
void qemu_board_stop(struct qemu_board *board);

/* Read until the text has come since the last call; @return false: not within 20 s. */
bool qemu_board_expect(struct qemu_board *board, const char *text);

/* Say it again twice a second until the text comes; what is said during a reset is lost. */
bool qemu_board_ask(struct qemu_board *board, const char *question, const char *text);

void qemu_board_say(struct qemu_board *board, const void *data, size_t len);

/* Run a tool; @return its exit code, -1 where it did not end within a minute. */
int qemu_board_run_tool(const char *const *argv, struct buf *output);

#endif
