/* SPDX-License-Identifier: Apache-2.0 */
/* Shared by exec.c and exec_end.c only. */
#ifndef BASE_EXEC_INTERNAL_H
#define BASE_EXEC_INTERNAL_H

#include "base/exec.h"

/* Close *fd where it is open, and set it to -1. */
void exec_close_fd(int *fd);

#endif
