/* SPDX-License-Identifier: Apache-2.0 */
/* A control command, carried out on the listeners of a station. */
#ifndef STATION_COMMAND_H
#define STATION_COMMAND_H

#include "command.h"
#include "station.h"

/* What the program itself has to do behind a command. */
struct station_wish {
    bool reload; /* now: the reply waits for it */
    bool stop;
    int64_t drain_ms; /* of stop; -1: as the program was told */
};

/*
 * Carry out a line and append the reply, one line of JSON with its end:
 *     {"ok":true,...}  or  {"ok":false,"error":"..."}
 * What changes takes effect on all listeners that are meant, or on none. The event mock.command
 * says that the command came (texts of it, but nothing that may be a secret).
 * @param ret_wish  reload: nothing is appended yet, see station_reply_to_reload()
 */
ASSAY_RESULT station_command(struct station *station, const char *line, size_t len,
                             struct buf *reply, struct station_wish *ret_wish);

/* The reply to a reload that has ended; why NULL: well. */
ASSAY_RESULT station_reply_to_reload(const struct station *station, const struct assay_error *why,
                                     struct buf *reply);

/* The members of a listener in the line that says it is ready, and in the reply to status. */
ASSAY_RESULT station_write_listener(const struct listener *listener, struct buf *out);

#endif
