/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The record of a run: the structs behind run.json ("assay.run/1"). Filled by the runner, written
 * and read by the store, read by the reports. All texts are owned by the record and never NULL;
 * "" and 0 mean absent.
 */
#ifndef RECORD_RECORD_H
#define RECORD_RECORD_H

#include "base/status.h"
#include "judge/verdict.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct record_list {
    char **items;
    size_t count;
};

struct record_alert {
    bool present;
    char *level, *name, *from; /* from: "board" or "bench" */
    int code;
};

struct record_hello { /* what the ClientHello of the case offered */
    bool present;
    char *version, *server_name, *ja3;
    struct record_list versions, ciphers, groups, signature_algorithms, alpn, extensions;
};

struct record_mqtt {
    bool present;
    int version;
    char *client_id, *username;
    bool has_password;
    int keep_alive_s;
};

struct record_ladder { /* of a case that measures */
    bool present;
    char *unit;
    int64_t least;          /* what a board has to take; 0: no least */
    int64_t taken, refused; /* the most, the least that was tried; -1: none */
};

enum { RECORD_WAITS_MAX = 64 };

struct record_backoff { /* of a case that looks at the waits between connections */
    bool present;
    char *kind; /* "exponential", ... */
    bool jitter;
    size_t count;
    int64_t waits_ms[RECORD_WAITS_MAX];
};

struct record_observed {
    char *stage, *close, *close_by, *serial_error;
    int serial_code;
    unsigned connections;
    struct record_alert alert;
    struct record_hello client_hello;
    struct record_mqtt mqtt;
    struct record_ladder ladder;
    struct record_backoff backoff;
};

struct case_record {
    char *server; /* what the server does, in words */
    char *board, *id, *title, *group, *expected, *reason, *why, *good, *bad;
    struct record_list spec;
    enum category category;
    enum severity severity;
    enum verdict verdict;
    enum verdict verdict_before_waiver; /* the same as verdict where nothing was waived */
    char *waiver_reason;
    int leak;
    enum cause cause;
    struct record_observed observed;
    char *bracket_before, *bracket_after; /* "accepted", "refused", "nothing", "" */
    struct record_list repeats;           /* verdict name per repeat, in order */
    double duration_ms;                   /* of the case's own attempts */
    double connect_ms;                    /* of these, time the board itself spent connecting */
    char *transcript, *capture, *serial;  /* paths relative to the run folder, "/" separated */
};

struct record_cap {
    char *limit, *case_id, *reason;
};

struct record_category {
    enum category category;
    bool present; /* any case counted */
    double score;
};

struct board_record {
    char *id, *name, *driver, *stack, *firmware_name, *firmware_sha256;
    /* Of the phase before the cases: "written", "same", "failed", "skipped" (by order); "": the
     * board is not flashed. Paths as in a case. */
    char *flash_result, *flash_detail, *flash_transcript;
    char *grade; /* "A" to "F", "U" */
    double score;
    struct record_cap *caps;
    size_t cap_count;
    struct record_category categories[CATEGORY_COUNT];
};

struct run_record {
    char *tool_version, *started, *finished, *scenario_time, *profile;
    int64_t seed;
    int exit_code;
    bool interrupted;
    struct board_record *boards;
    size_t board_count;
    struct case_record *cases;
    size_t case_count;
};

/* init: every text "", nothing else set. done: releases everything; also after a failed init. */
ASSAY_RESULT case_record_init(struct case_record *c);
ASSAY_RESULT board_record_init(struct board_record *b);
ASSAY_RESULT run_record_init(struct run_record *r);
void case_record_done(struct case_record *c);
void board_record_done(struct board_record *b);
void run_record_done(struct run_record *r);
void record_list_done(struct record_list *list);

/* A new, initialised member at the end; borrowed until the next one is added. */
ASSAY_RESULT run_record_add_board(struct run_record *r, struct board_record **ret);
ASSAY_RESULT run_record_add_case(struct run_record *r, struct case_record **ret);
ASSAY_RESULT board_record_add_cap(struct board_record *b, const char *limit, const char *case_id,
                                  const char *reason);
void board_record_clear_caps(struct board_record *b);

/* Replace an owned text with a copy; NULL counts as "". */
ASSAY_RESULT record_set(char **text, const char *value);
ASSAY_RESULT record_list_add(struct record_list *list, const char *text);

#endif
