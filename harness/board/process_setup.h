/* SPDX-License-Identifier: Apache-2.0 */
/* What a process board is started with: files, command line, environment. */
#ifndef BOARD_PROCESS_SETUP_H
#define BOARD_PROCESS_SETUP_H

#include "command_line.h"
#include "trust_files.h"

#include <sys/types.h>

struct process_setup {
    struct text_list argv;
    struct text_list env; /* to add to ours */
    struct buf shown;     /* the command line for people, secrets masked */
};

/* Writes the files into work_dir. ret: end with process_setup_done(). */
ASSAY_RESULT process_setup_make(const struct board_file *file, const char *work_dir,
                                const struct board_request *request, struct process_setup *ret,
                                struct assay_error *err);
void process_setup_done(struct process_setup *setup);

/* libfaketime leaves two objects in /dev/shm when its program is killed. 0: nothing to do. */
void process_setup_clean_up(pid_t pid);

/* Program and libraries: ASSAY_ERR_NOT_FOUND. */
ASSAY_RESULT process_setup_check_machine(const struct board_file *file,
                                         const struct board_options *options,
                                         struct assay_error *err);

#endif
