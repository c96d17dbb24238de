/* SPDX-License-Identifier: Apache-2.0 */
/* Which connections of an attempt are to the broker without TLS that stands beside the right one.
 */
#ifndef JUDGE_PLAIN_H
#define JUDGE_PLAIN_H

#include "base/transcript.h"

enum { PLAIN_CONNECTIONS = 256 };

struct plain_conns {
    uint32_t conns[PLAIN_CONNECTIONS]; /* the last ones of the attempt */
    size_t count;
    int64_t port;
};

/* Every event of an attempt has to be shown. @return is it a CONNECT to that broker? */
bool plain_speaks(struct plain_conns *plain, const struct event *e);

#endif
