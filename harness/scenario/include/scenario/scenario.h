/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Scenarios: Lua 5.4 scripts in a sandbox that build descriptions. A script has no files, no
 * processes, no network, no clock, and limits on instructions and memory. docs/formats/scenario.md.
 */
#ifndef SCENARIO_SCENARIO_H
#define SCENARIO_SCENARIO_H

#include "base/status.h"
#include "base/value.h"
#include "judge/verdict.h"

#include <stdbool.h>

/* X(constant, name in files, what the board must do, after "the board must") */
#define SCENARIO_EXPECT_MAP(X)                                                                     \
    X(SCENARIO_ACCEPT, "accept", "accept the server")                                              \
    X(SCENARIO_REFUSE, "refuse", "refuse the server")                                              \
    X(SCENARIO_COPE, "cope", "end by itself, whatever it makes of the server")                     \
    X(SCENARIO_OBSERVE, "observe", "keep some rules in what it does anyway")                       \
    X(SCENARIO_MEASURE, "measure", "be measured: how much of it can it take")

enum scenario_expect {
#define X(id, name, duty) id,
    SCENARIO_EXPECT_MAP(X)
#undef X
        SCENARIO_EXPECT_COUNT
};

const char *scenario_expect_name(enum scenario_expect expect);
const char *scenario_expect_duty(enum scenario_expect expect);

/* What lasts longer than SCENARIO_LONG_MS is no part of a glob, so that nobody runs it unawares. */
enum { SCENARIO_LASTS_MS = 1000, SCENARIO_LONG_MS = 600000 };

struct scenario;

/* Of a case that measures: how much of something a board can take, found by bisection. */
struct scenario_ladder {
    const char *unit;             /* "certificates": what the numbers count */
    int64_t least;                /* what a board has to be able to take; 0: no least */
    size_t count;                 /* at least 2 */
    const int64_t *values;        /* ascending */
    const struct scenario *rungs; /* for each value the case, with that description */
};

/* One case of a suite. All texts are owned by the set and never NULL. */
struct scenario {
    const char *id, *title, *group;
    const char *server, *why, *good, *bad; /* prose: what the server does, why it matters, ... */
    const struct value *spec;              /* list of texts: "RFC 5280 section 6.1.3" */
    const struct value *alerts;            /* list of alert names that are right; may be empty */
    const struct value *flaws;             /* list of flaws that it finds; may be empty */
    const struct value *rules;             /* list of names of judge/rule.h; may be empty */
    const struct value *needs;             /* map: what the board must support; may be NULL */
    enum category category;
    enum severity severity;
    enum scenario_expect expect;
    const char *control;             /* id of the positive control (its own id: it is one) */
    const struct value *differs;     /* list of paths, proven by the loader */
    const struct value *description; /* the complete server description (host, time, tls, ...) */
    unsigned deadline_ms, quiet_ms;  /* 0: the board's default */
    unsigned lasts_ms;               /* how long a board keeps its session; 0: SCENARIO_LASTS_MS */
    bool board_serves;               /* the board is the server, and the bench its client */
    bool unshared;                   /* sharing nothing with this server is right */
    bool silent;                     /* what takes the time here is the board's own limit */
    bool reset;                      /* the board is switched off and on before it */
    /*
     * What comes before the case itself, in order: cases of their own with this id, and title,
     * expect, reset and description of the step.
     */
    const struct scenario *steps;
    size_t step_count;
    const struct scenario_ladder *ladder; /* of SCENARIO_MEASURE alone; else NULL */
    const char *file;                     /* where it was defined */
    int line;
};

/* A row of the catalogue that nothing here serves, and why. */
struct scenario_missing {
    const char *id, *title, *reason;
    const char *file;
    int line;
};

struct scenario_set;

/*
 * Load every scenarios/<group>/<ID>-<slug>.lua and suites/<name>.lua below directory.
 * @retval ASSAY_ERR_SCRIPT     err: "file:line: what"
 * @retval ASSAY_ERR_NOT_FOUND  no such directory
 */
ASSAY_RESULT scenario_set_load(const char *directory, struct scenario_set **ret,
                               struct assay_error *err);
/*
 * Load only the files that these selectors (see scenario_set_select()) and the controls of their
 * cases need: an id is the beginning of its file's name, and a suite's name is that of its file.
 * Where a selector names nothing like this, everything is loaded. What is not loaded is not
 * checked, and scenario_missing_count() says little.
 */
ASSAY_RESULT scenario_set_load_selected(const char *directory, const char *const *selectors,
                                        size_t count, struct scenario_set **ret,
                                        struct assay_error *err);
/* A set of one script that is already in memory; `path` is its name in errors. */
ASSAY_RESULT scenario_set_load_text(const char *path, const char *text, size_t len,
                                    struct scenario_set **ret, struct assay_error *err);
void scenario_set_free(struct scenario_set *set);

size_t scenario_set_count(const struct scenario_set *set);
const struct scenario *scenario_set_at(const struct scenario_set *set, size_t index);
const struct scenario *scenario_set_find(const struct scenario_set *set, const char *id);

/*
 * "@core", "PATH-01", "PATH-*", "CIPH-04/?des": cases in suite order, or in id order for globs;
 * the id of a family ("CIPH-04") selects all of it.
 * @param ret  The cases, borrowed from the set, in an array to be released with free().
 * @retval ASSAY_ERR_NOT_FOUND  nothing matches; err names near misses and the suites that exist
 */
ASSAY_RESULT scenario_set_select(const struct scenario_set *set, const char *selector,
                                 const struct scenario ***ret, size_t *ret_count,
                                 struct assay_error *err);

/* Suites: name, title and the ids in order. */
size_t scenario_suite_count(const struct scenario_set *set);
const char *scenario_suite_name(const struct scenario_set *set, size_t index);
const char *scenario_suite_title(const struct scenario_set *set, size_t index);
const struct value *scenario_suite_members(const struct scenario_set *set, size_t index);

/* What missing{} said, sorted by id. */
size_t scenario_missing_count(const struct scenario_set *set);
const struct scenario_missing *scenario_missing_at(const struct scenario_set *set, size_t index);

#endif
