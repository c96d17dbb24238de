/* SPDX-License-Identifier: Apache-2.0 */
#ifndef EMULATOR_OPTIONS_H
#define EMULATOR_OPTIONS_H

#include "line_fault.h"
#include "machine.h"

struct emulator_options {
    struct machine_config machine;
    struct line_fault fault;
    const char *link; /* a path that leads to the port; NULL: none */
    bool is_off;      /* begin without power */
    bool is_held;     /* begin in the boot loader */
    bool wants_help;
};

/* @retval ASSAY_ERR_ARG  err says what is wrong */
ASSAY_RESULT emulator_options_parse(int argc, char **argv, struct emulator_options *ret,
                                    struct assay_error *err);
extern const char emulator_help[];

#endif
