/* SPDX-License-Identifier: Apache-2.0 */
/* Inside the probe: the table of commands. */
#ifndef PROBE_COMMANDS_H
#define PROBE_COMMANDS_H

#include "probe/probe_core.h"
#include "probe/probe_text.h"

/* What the core does once the answer is on its way. */
enum probe_after {
    PROBE_AFTER_NOTHING,
    PROBE_AFTER_START,
    PROBE_AFTER_SERVE,
    PROBE_AFTER_STOP,
    PROBE_AFTER_RESULT,
    PROBE_AFTER_RESET
};

/* Execute a command and write its answer ("ok ...", "err ..."). */
enum probe_after probe_command_run(struct probe_core *core, const struct probe_line *line,
                                   struct probe_text *answer);

/* The core's, for the commands. */
void probe_core_set_clock(struct probe_core *core, int64_t unix_s);

#endif
