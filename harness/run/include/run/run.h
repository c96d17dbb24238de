/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A run: boards x scenarios, one worker process per board, results committed case by case.
 * plan -> lock the board -> servers up -> control -> the case -> control -> judge -> store.
 */
#ifndef RUN_RUN_H
#define RUN_RUN_H

#include "base/status.h"
#include "base/transcript.h"
#include "expect/expect.h"
#include "record/record.h"
#include "run/plan.h"
#include "scenario/scenario.h"

#include <stdbool.h>
#include <stdint.h>

/* Turn a case's transcript into a packet capture (reports/capture); a case without one is fine. */
typedef enum assay_status (*capture_fn)(const struct transcript *t, struct buf *out);

/* What is told while a run goes on. Texts are borrowed for the call. */
struct run_progress {
    const char *board;
    const char *case_id; /* NULL: a message about the board as a whole, in `text` */
    const char *title;
    enum verdict verdict;
    const char *text;   /* the reason, or the message */
    size_t done, total; /* cases of this board */
};
typedef void (*run_progress_fn)(void *ctx, const struct run_progress *p);

/* What a run would do with one board. Everything is borrowed for the call. */
struct run_forecast {
    const char *board;
    const struct plan *plan;
    double ms_per_attempt;
    bool is_measured; /* in the board's last run; else what boards of its driver usually take */
    double watch_ms;  /* what the cases that take hours take, beside that; 0: there are none */
};
typedef enum assay_status (*run_forecast_fn)(void *ctx, const struct run_forecast *forecast);

struct run_options {
    const char *const *boards; /* ids or paths */
    size_t board_count;
    const char *const *selectors;
    size_t selector_count;
    const char *scenario_dir, *board_dir, *program_dir, *firmware_dir;
    const char *bench_dir; /* NULL: the default */
    const char *run_dir;
    const char *network; /* network_wish_parse(); NULL or "": "auto" */
    const char *address; /* where servers listen instead; "": as the network has it */
    const char *broker;  /* who answers MQTT: "mock" (NULL or "") or "mosquitto", behind it */
    const char *profile; /* a name, or the path of a file */
    int64_t base_unix_s; /* scenario time at which the run begins */
    unsigned repeat;     /* at least 1 */
    unsigned jobs;       /* boards at once, at least 1 */
    unsigned timeout_ms; /* of an attempt; 0: default */
    unsigned soak_ms;    /* how long scenarios with outages take; 0: as they say */
    int64_t seed;
    bool shuffle;
    bool no_flash; /* use the firmware that is on the board */
    bool resume;   /* go on with the run in run_dir; its settings replace those above */
    const struct expect_list *waivers;  /* or NULL; borrowed */
    const struct expect_list *expected; /* or NULL; borrowed: decides the exit code */
    int64_t today_s;                    /* Unix time, for the end of waivers */
    struct buf *notes;                  /* what waivers have to say goes here; may be NULL */
    capture_fn write_capture;
    run_forecast_fn forecast; /* told before the boards start; may be NULL */
    void *forecast_ctx;
    run_progress_fn progress;
    void *progress_ctx;
};

/*
 * What run_execute() would do, without doing it: nothing is locked or started, no run is begun. The
 * bench's folder is made when it is missing.
 * Errors are those of run_execute() that concern what the user named.
 */
ASSAY_RESULT run_forecast(const struct run_options *options, run_forecast_fn tell, void *ctx,
                          struct assay_error *err);

/*
 * Run it. The record holds every result that was committed, graded; the run folder holds
 * transcripts and run.json, also when the call fails half-way.
 * @param ret  initialised by the caller
 * @retval ASSAY_ERR_BUSY         a board is in use
 * @retval ASSAY_ERR_INTERRUPTED  SIGINT or SIGTERM; the results so far are in the record
 * @retval ASSAY_ERR_NOT_FOUND, ASSAY_ERR_MALFORMED, ASSAY_ERR_SCRIPT  what the user named or wrote
 */
ASSAY_RESULT run_execute(const struct run_options *options, struct run_record *ret,
                         struct assay_error *err);

/* Judge the stored transcripts of a run again: verdicts, grades and run.json follow. */
ASSAY_RESULT run_judge_again(const char *run_dir, struct run_record *ret, struct assay_error *err);

#endif
