/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The control commands of assay-mock: a line of JSON, read. docs/formats/mock-config.md says what
 * they do; station_command.h does it.
 *     {"do":"fault","add":"delay SUBACK by=1500","listener":"broker"}
 * For people at a shell the same in words: `@broker fault add delay SUBACK by=1500`.
 */
#ifndef COMMAND_H
#define COMMAND_H

#include "base/buf.h"
#include "base/keys.h"
#include "base/status.h"
#include "base/value.h"
#include "mock_config.h"

#include <stdbool.h>

enum {
    COMMAND_LINE_MAX = 1 << 20,
    COMMAND_STOP_MAX_MS = 3600 * 1000,
};

enum command_verb {
    COMMAND_STATUS,
    COMMAND_SHOW,
    COMMAND_FAULT,
    COMMAND_CLOCK,
    COMMAND_CHANGE,
    COMMAND_SET,
    COMMAND_RENEW,
    COMMAND_ORDER,
    COMMAND_CLOSE,
    COMMAND_RELOAD,
    COMMAND_STOP,
    COMMAND_HELP,
    COMMAND_VERBS
};

struct command_row {
    const char *name;
    const char *members; /* that it takes, between blanks: " add remove " */
    const char *words;   /* how it is said in words */
    const char *help;
};
extern const struct command_row command_rows[COMMAND_VERBS];
/* The members of commands. Ends with a NULL name. */
extern const struct key_spec command_keys[];

struct command {
    enum command_verb verb;
    char listener[MOCK_NAME_TEXT]; /* "": all of them */
    /* Borrowed from tree; NULL: not given. */
    const char *add;
    const struct value *remove; /* a text, or a number from 1 */
    const char *set;
    const char *advance;
    const char *path;
    const char *order;
    const char *client;
    int64_t connection; /* 0: not given */
    bool is_reset;
    const struct value *value;
    const struct value *server;
    bool clear;
    int64_t drain_ms; /* -1: as the program was told */
    struct value *tree;
};

/*
 * Read a line, without its end.
 * @param ret  set on success; the caller ends it with command_done()
 * @retval ASSAY_ERR_MALFORMED  err says what is wrong and what there is
 */
ASSAY_RESULT command_parse(const char *line, size_t len, struct command *ret,
                           struct assay_error *err);
void command_done(struct command *command);

/*
 * Words become a line of JSON, without its end; what begins with { is taken as it is.
 * @retval ASSAY_ERR_MALFORMED  no command begins like this
 */
ASSAY_RESULT command_from_words(const char *words, struct buf *out, struct assay_error *err);

#endif
