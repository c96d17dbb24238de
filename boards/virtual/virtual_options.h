/* SPDX-License-Identifier: Apache-2.0 */
/* The command line of a virtual board. */
#ifndef VIRTUAL_OPTIONS_H
#define VIRTUAL_OPTIONS_H

#include "virtual_serial.h"
#include "virtual_stack.h"

/* How a board misbehaves, so that the harness can be tested. Numbers count from 1; 0: never. */
struct virtual_faults {
    unsigned never_ready;
    unsigned crash_at_start;
    unsigned cannot_resolve;
    unsigned refuse_all;
    unsigned hang_on_connect;
    unsigned exit_on_connect;
    unsigned crash_on_connect;
    unsigned reset_on_connect;
    unsigned drop_link;
    struct virtual_serial_faults line;
};

enum virtual_action {
    VIRTUAL_RUN,
    VIRTUAL_HELP,
    VIRTUAL_VERSION,
    VIRTUAL_LIST_FLAWS,
    VIRTUAL_LIST_FAULTS
};

struct virtual_options {
    enum virtual_action action;
    const char *board; /* id for hello; NULL: virtual/<stack> */
    const char *port;  /* NULL: standard input and output */
    struct virtual_stack_options stack;
    struct virtual_faults faults;
};

/* Read the command line. @retval ASSAY_ERR_ARG  err says what is wrong and what there is */
ASSAY_RESULT virtual_options_parse(int argc, char **argv, const struct virtual_stack *stack,
                                   struct virtual_options *ret, struct assay_error *err);

struct virtual_fault_row {
    const char *name;
    size_t offset;      /* of an unsigned in struct virtual_faults */
    unsigned when_bare; /* the value without ":N" */
    unsigned max;       /* 0: takes no number */
    const char *summary;
};

/* Ends with a NULL name. */
extern const struct virtual_fault_row virtual_fault_rows[];

#endif
