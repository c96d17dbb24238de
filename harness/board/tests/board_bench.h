/* SPDX-License-Identifier: Apache-2.0 */
/* A loop, a transcript and one board on them, for the tests of the drivers. */
#ifndef BOARD_TESTS_BOARD_BENCH_H
#define BOARD_TESTS_BOARD_BENCH_H

#include "board/board.h"

#include "base/transcript.h"

struct board_bench {
    uv_loop_t loop;
    struct transcript *transcript;
    struct board_file *file;
    struct board *board;
    char work_dir[4096];
    struct board_request request; /* defaults that a test may change */
    unsigned done_count;
    struct board_outcome outcome; /* of the last attempt */
    bool gave_up;                 /* the loop ran for too long */
};

/* false: a check has failed, the test can only return (after bench_done). */
bool bench_open(struct board_bench *b, const char *yaml, const char *program_dir);

/* From a board file of the project. */
bool bench_open_id(struct board_bench *b, const char *id, const char *program_dir);

/* One attempt to its end; false: it could not be ordered, or done was never called. */
bool bench_attempt(struct board_bench *b);

/* Turn the loop until *flag is at least `count`. */
bool bench_turn_until(struct board_bench *b, const unsigned *flag, unsigned count);

void bench_on_done(void *ctx, const struct board_outcome *outcome);

/* Ends everything and checks that the loop holds no handle any more. */
void bench_done(struct board_bench *b);

/* The events. The n-th (from 0) of a kind; NULL: there is none. */
const struct event *bench_event(const struct board_bench *b, const char *kind, unsigned n);
unsigned bench_count(const struct board_bench *b, const char *kind);
bool bench_has_line(const struct board_bench *b, const char *part); /* in a board.line */

/* Every event is of a kind of base/event_kinds.h with fields that are listed there. */
void bench_check_events(const struct board_bench *b);

/* Is the text anywhere in the transcript? */
bool bench_transcript_holds(const struct board_bench *b, const char *text);

#endif
