/* SPDX-License-Identifier: Apache-2.0 */
#include "board_events.h"

void board_event_begin(struct event_builder *e, const struct board *board, const char *kind)
{
    event_begin(e, board_sink(board), "board", kind, 0);
}

void board_emit_text(const struct board *board, const char *kind, const char *field,
                     const char *text)
{
    struct event_builder e;

    board_event_begin(&e, board, kind);
    event_add_string(&e, event_name(field), text);
    event_emit(&e);
}

void board_emit_line(const struct board *board, const char *stream, const char *text)
{
    struct event_builder e;

    board_event_begin(&e, board, EV_BOARD_LINE);
    event_text(&e, "dir", "rx");
    event_text(&e, "stream", stream);
    event_text(&e, "text", text);
    event_emit(&e);
}

void board_emit_result(const struct board *board, bool ok, const char *phase, int64_t code,
                       const char *text)
{
    struct event_builder e;

    board_event_begin(&e, board, EV_BOARD_RESULT);
    event_bool(&e, "ok", ok);
    event_text(&e, "phase", phase);
    event_int(&e, "code", code);
    event_text(&e, "text", text);
    event_emit(&e);
}

void board_emit_exit(const struct board *board, const struct exec_outcome *how, bool is_ours)
{
    struct event_builder e;

    board_event_begin(&e, board, EV_BOARD_EXIT);
    event_int(&e, "status", how->signalled ? -1 : how->code);
    /* A signal is a crash to whoever reads this: not when it was ours. */
    event_int(&e, "signal", how->signalled && !is_ours ? how->code : 0);
    event_text(&e, "by", is_ours ? "bench" : "board");
    event_emit(&e);
}
