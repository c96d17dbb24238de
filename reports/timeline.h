/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A board's way from the flash to its first connection: flash phase, serial log and the servers'
 * events on one axis of time, as a drawing and as a table.
 */
#ifndef REPORTS_TIMELINE_H
#define REPORTS_TIMELINE_H

#include "base/buf.h"
#include "record/record.h"

/* Nothing is added for a board that was not flashed in this run. */
ASSAY_RESULT html_timeline(struct buf *out, const struct run_record *run,
                           const struct board_record *board, const char *run_dir,
                           struct assay_error *err);

#endif
