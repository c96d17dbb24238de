/* SPDX-License-Identifier: Apache-2.0 */
/* Visits of the bench to a board that is a server, in words. */
#ifndef EXPLAIN_VISIT_H
#define EXPLAIN_VISIT_H

#include "base/buf.h"
#include "base/event.h"

/* Does this event begin a connection that the bench opens? */
bool explain_visit_begins(const struct event *event);

/* The line for an event of such a connection; nothing for most. opened_ns: when it began. */
ASSAY_RESULT explain_visit(const struct event *event, uint64_t opened_ns, struct buf *out);

#endif
