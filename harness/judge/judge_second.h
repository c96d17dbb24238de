/* SPDX-License-Identifier: Apache-2.0 */
/* Which events of an attempt belong to the second server, to which the first one sends the board.
 */
#ifndef JUDGE_SECOND_H
#define JUDGE_SECOND_H

#include "base/transcript.h"

/* Of who connects more often than this, every later connection counts, to whichever server. */
enum { SECOND_CONNECTIONS = 64 };

struct second {
    bool expected; /* the attempt has such a server */
    uint32_t conns[SECOND_CONNECTIONS];
    size_t count;
};

/* At an attempt.begin. */
void second_begin(struct second *second, const struct event *begin);
/* Is this the first connection to the second server? Every event has to be shown. */
bool second_is_reached(struct second *second, const struct event *e);
/* Of a connection to the first server, after the second has been reached. */
bool second_is_elsewhere(const struct second *second, const struct event *e);

#endif
