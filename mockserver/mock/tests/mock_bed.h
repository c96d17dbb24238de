/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A mock in a loop, its events in a transcript, and real programs as its clients: they run as
 * children while the loop turns.
 */
#ifndef MOCK_BED_H
#define MOCK_BED_H

#include "base/event_kinds.h"
#include "base/exec.h"
#include "base/transcript.h"
#include "mock/mock.h"

#include <limits.h>

enum { TOOL_TEXT = 16 * 1024, TOOL_ARGS = 24 };

struct mock_bed {
    uv_loop_t loop;
    struct transcript *transcript;
    struct pki_store *store;
    struct scenario_clock clock;
    struct mock_options options;
    struct mock *mock;
    struct assay_error err;
    char root_file[PATH_MAX]; /* PEM of the bench root */
    char port[8];             /* of the broker, as text */
    /* Of the last tool. */
    int exit_code; /* -1: a signal or a deadline */
    char output[TOOL_TEXT];
};

/* The scenario time of beds: 2030-06-01T00:00:00Z. */
#define MOCK_BED_TIME_S 1906502400

bool mock_bed_open(struct mock_bed *bed);
/* json: the server description. */
bool mock_bed_start(struct mock_bed *bed, const char *json);
/* Stop the mock and check every event against base/event_kinds.h. */
void mock_bed_close(struct mock_bed *bed);

/* The scenario clock shows the machine's time, for tools that have no clock of their own. */
void mock_bed_use_real_time(struct mock_bed *bed);

/* Servers of another description, for mock_change() or mock_open(). */
bool mock_bed_prepare(struct mock_bed *bed, const char *json, struct mock **ret);

/* A program that runs beside what a test does; begin and end are what mock_bed_run() is. */
struct mock_bed_tool {
    struct exec_child child;
    uv_poll_t poll;
    bool ended;
    int output;
};
bool mock_bed_begin(struct mock_bed *bed, const char *const *argv, struct mock_bed_tool *tool);
void mock_bed_end(struct mock_bed *bed, struct mock_bed_tool *tool);

/* Run a program to its end while the loop serves it; argv ends with NULL. False: it is missing. */
bool mock_bed_run(struct mock_bed *bed, const char *const *argv);
/* Run the loop until ready(ctx); false after five seconds. */
bool mock_bed_wait(struct mock_bed *bed, bool (*ready)(void *ctx), void *ctx);

const struct event *mock_bed_event(const struct mock_bed *bed, const char *kind, size_t nth);
/* The nth event of a kind whose field `name` is the text `is`. */
const struct event *mock_bed_event_where(const struct mock_bed *bed, const char *kind,
                                         const char *name, const char *is);
size_t mock_bed_count(const struct mock_bed *bed, const char *kind);

/* A blocking TCP connection to the broker; -1: none. The loop has not seen it yet. */
int mock_bed_connect(const struct mock_bed *bed);

#endif
