/* SPDX-License-Identifier: Apache-2.0 */
/* The command line of assay-mock. */
#ifndef PROGRAM_OPTIONS_H
#define PROGRAM_OPTIONS_H

#include "base/status.h"

#include <stdbool.h>
#include <stdio.h>

struct program_options {
    const char *listen;
    unsigned port;
    bool dns;
    unsigned dns_port;
    bool sntp;
    unsigned sntp_port;
    const char *time;
    const char *config;   /* NULL: an empty description */
    const char *root_out; /* NULL: none */
    const char *store;    /* NULL: keys live as long as the program */
    const char *events;   /* "-", "none" or a file */
    const char *control;  /* path of the control socket; NULL: none */
    const char *tell;     /* ... of somebody else's, to which the words go; NULL: serve */
    char *const *words;
    size_t word_count;
    unsigned drain_ms;
    int ready_fd;
    bool wants_help;
    bool wants_version;
};

/*
 * @param ret  borrows from argv
 * @retval ASSAY_ERR_ARG  err says which argument and what would be right
 */
ASSAY_RESULT program_options_parse(int argc, char **argv, struct program_options *ret,
                                   struct assay_error *err);
void program_options_help(FILE *out);

#endif
