/* SPDX-License-Identifier: Apache-2.0 */
/* The events that every driver tells in the same way. base/event_kinds.h lists their fields. */
#ifndef BOARD_BOARD_EVENTS_H
#define BOARD_BOARD_EVENTS_H

#include "board_internal.h"

#include "base/event_kinds.h"
#include "base/exec.h"

void board_event_begin(struct event_builder *e, const struct board *board, const char *kind);

/* An event of a single text. */
void board_emit_text(const struct board *board, const char *kind, const char *field,
                     const char *text);

void board_emit_line(const struct board *board, const char *stream, const char *text);
void board_emit_result(const struct board *board, bool ok, const char *phase, int64_t code,
                       const char *text);

/* The end of a board's process. is_ours: the bench has ended it. */
void board_emit_exit(const struct board *board, const struct exec_outcome *how, bool is_ours);

#endif
