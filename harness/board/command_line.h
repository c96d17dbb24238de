/* SPDX-License-Identifier: Apache-2.0 */
/* The command line of a process board for one attempt. */
#ifndef BOARD_COMMAND_LINE_H
#define BOARD_COMMAND_LINE_H

#include "base/value.h"
#include "placeholder.h"

struct text_list {
    char **items; /* owned, ended by NULL */
    size_t count;
};

void text_list_done(struct text_list *list);
ASSAY_RESULT text_list_add(struct text_list *list, const char *text);

/*
 * A command (`command`, or `session`) with its placeholders filled in, then the `args` of each
 * `optional` whose placeholder stands for something.
 * @param process  The `process` map of a checked board file.
 * @retval ASSAY_ERR_NOT_FOUND  see placeholder_expand()
 */
ASSAY_RESULT command_line_make(const struct value *process, const char *command,
                               const struct placeholder_values *values, bool masked,
                               struct text_list *ret, struct assay_error *err);

/* Add what `env` says, "NAME=value". */
ASSAY_RESULT command_line_env(const struct value *process, const struct placeholder_values *values,
                              struct text_list *env, struct assay_error *err);

/* Append the arguments as one line that could be pasted into a shell. */
ASSAY_RESULT command_line_show(const struct text_list *argv, struct buf *out);

#endif
