/* SPDX-License-Identifier: Apache-2.0 */
/* Sub-commands as rows of a table, and what they share: options, exit codes, paths, messages. */
#ifndef CLI_COMMAND_H
#define CLI_COMMAND_H

#include "base/buf.h"
#include "base/status.h"

#include <stdbool.h>
#include <stdio.h>

enum exit_code {
    EXIT_AS_EXPECTED = 0,
    EXIT_DEVIATES = 1,
    EXIT_USAGE = 2,
    EXIT_BENCH = 3,
    EXIT_BUSY = 4,
    EXIT_INTERRUPTED = 130
};

/* How an option takes its argument. */
enum option_kind {
    OPTION_FLAG,  /* bool *: set true */
    OPTION_TEXT,  /* const char **: the last one counts */
    OPTION_LIST,  /* struct option_list *: may be given several times, and takes several words */
    OPTION_NUMBER /* struct option_number * */
};

struct option_list {
    const char *items[64];
    size_t count;
};

struct option_number {
    long value;
    long least, most;
    bool given;
};

struct command_option {
    const char *name; /* long, without the dashes */
    char letter;      /* 0: none */
    enum option_kind kind;
    void *target;
    const char *argument; /* its name in --help; NULL for a flag */
    const char *help;
};

/* Places of the installation; owned by the caller of paths_find(). */
struct paths {
    char *scenarios, *boards, *programs, *firmware;
};

struct context {
    struct paths paths;
    bool quiet, verbose;
    bool color_out; /* standard output takes colours */
    bool terminal;  /* standard error is a terminal: progress in place */
};

struct command {
    const char *name;
    const char *arguments; /* "-b BOARD... [-s SCENARIO...]" */
    const char *summary;   /* one line */
    const char *text;      /* more for its --help; may be NULL */
    int (*run)(struct context *context, int argc, char **argv);
};

/* Rows of the table in commands.c, one file each. */
extern const struct command command_run, command_serve, command_list, command_show, command_check,
    command_report, command_flash, command_explain, command_judge, command_doctor, command_trust;
extern const struct command *const commands[]; /* ends with NULL */

/*
 * Parse a command's options by its table (which ends with a NULL name). --help and the common
 * options (--quiet, --verbose, --color=WHEN) are known to every command.
 * @param rest  the words that are no options
 * @return -1 to go on, else the exit code
 */
int options_parse(struct context *context, const struct command *command,
                  const struct command_option *options, int argc, char **argv,
                  struct option_list *rest);

/* Where scenarios, boards and the boards' programs are; release with paths_done(). */
ASSAY_RESULT paths_find(struct paths *ret, struct assay_error *err);
void paths_done(struct paths *paths);

/* "assay: text" on standard error. */
void complain(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* The same for a failed call; gives the exit code that fits its status. */
int complain_error(enum assay_status status, const struct assay_error *err);

/* Write to standard output; a closed pipe is not an error worth a message. */
int print_buffer(const struct buf *text);

#endif
