/* SPDX-License-Identifier: Apache-2.0 */
/* What a scenario set is made of; shared by the files of this room only. */
#ifndef SCENARIO_SET_H
#define SCENARIO_SET_H

#include "sandbox.h"
#include "scenario/scenario.h"

enum mark { MARK_NEW, MARK_RUNNING, MARK_DONE };

/* A script file. */
struct source {
    char *path; /* as in messages */
    char *name; /* its last part without ".lua" */
    struct sandbox *box;
    struct scenario_set *set;
};

/* One scenario{...}. Texts of `said` are borrowed from `table`; its description is first what the
 * script says, then what is worked out. */
struct definition {
    struct scenario said;
    struct value *table;       /* what the script wrote, without a function */
    struct value *description; /* complete; of a case: made from its control's */
    struct value *needs;       /* with those of the control */
    const struct value *change;
    const struct value *steps;   /* as the script says; NULL: none */
    struct scenario *step_cases; /* owned, with their descriptions */
    struct value **step_values;  /* the descriptions, owned */
    const struct value *ladder;  /* as the script says; NULL: none */
    struct ladder *measure;      /* what it comes to; owned */
    int change_ref;              /* of a function; LUA_NOREF: none */
    struct source *source;
    enum mark mark;
};

/* One missing{...}; texts of `said` are borrowed from `table`. */
struct missing {
    struct scenario_missing said;
    struct value *table;
};

struct suite {
    const char *name, *title; /* borrowed from table */
    struct value *table;
    const struct value *wanted; /* ids and patterns, borrowed from table */
    struct value *members;      /* ids in order, patterns resolved */
    struct source *source;
    int line;
};

struct scenario_set {
    struct definition **cases; /* sorted by id once loading is done */
    size_t case_count;
    struct suite **suites; /* sorted by name */
    size_t suite_count;
    struct missing **missing; /* sorted by id */
    size_t missing_count;
    struct source **sources;
    size_t source_count;
};

/* Append an empty row, which the set owns. NULL: no memory. */
struct definition *set_add_case(struct scenario_set *set);
struct suite *set_add_suite(struct scenario_set *set);
struct missing *set_add_missing(struct scenario_set *set);
struct source *set_add_source(struct scenario_set *set);

struct definition *set_find_case(const struct scenario_set *set, const char *id);

/* Called for each script below a directory, groups and files in byte order. */
typedef enum assay_status set_script_fn(void *ctx, const char *path, struct assay_error *err);
ASSAY_RESULT set_each_script(const char *directory, set_script_fn *fn, void *ctx,
                             struct assay_error *err);

/* Run one script; what it defines is in the set. */
ASSAY_RESULT set_run_file(struct scenario_set *set, const char *path, struct assay_error *err);

/* Turn what the scripts said into a set, unless reading them failed already; takes the set over. */
ASSAY_RESULT set_finish(struct scenario_set *set, enum assay_status status,
                        struct scenario_set **ret, struct assay_error *err);

/* "file:line: " before the text; for errors in what a script said. Returns ASSAY_ERR_SCRIPT. */
enum assay_status definition_error(const struct definition *d, struct assay_error *err,
                                   const char *format, ...) __attribute__((format(printf, 3, 4)));

/* The functions scenario{} and suite{} and the constants and helpers of a script. */
extern const struct sandbox_word script_words[];

/* Work out the descriptions of all cases from their controls and prove what they differ in. */
ASSAY_RESULT set_prove(struct scenario_set *set, struct assay_error *err);

/* Resolve the members of every suite. The cases are sorted already. */
ASSAY_RESULT set_resolve_suites(struct scenario_set *set, struct assay_error *err);

#endif
