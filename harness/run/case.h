/* SPDX-License-Identifier: Apache-2.0 */
/* The life of a case: control, the case, control, judged and recorded. */
#ifndef RUN_CASE_H
#define RUN_CASE_H

#include "attempt.h"
#include "evidence.h"
#include "record/record.h"
#include "run/plan.h"
#include "run/run.h"
#include "store/store.h"

/* The control that ended the previous case, to begin the next one with. */
struct kept_control {
    struct transcript *transcript; /* of the previous case; owned */
    int attempt;                   /* 0: nothing that can be shared */
};

void kept_control_done(struct kept_control *kept);

struct case_bed {
    struct attempt_bed *attempts;
    struct store *store;
    const char *board_id;
    unsigned repeat;
    struct evidence *evidence; /* grows with every attempt */
    capture_fn write_capture;  /* may be NULL */
};

/*
 * Run one case between its controls and commit nothing: the caller does.
 * @param next  the case after it, or NULL: it may share the control that ends this one
 * @param kept  in: the control that may begin this case; out: the one that ended it
 * @param ret   initialised record, filled
 */
ASSAY_RESULT case_run(struct case_bed *bed, const struct plan_case *c, const struct plan_case *next,
                      struct kept_control *kept, struct case_record *ret, struct assay_error *err);

/* A case that is not run: not applicable, or inconclusive because the board is gone. */
ASSAY_RESULT case_not_run(const struct case_bed *bed, const struct plan_case *c,
                          enum verdict verdict, enum cause cause, const char *reason,
                          struct case_record *ret);

/* The judgement of a transcript into a record (also for `assay judge`). */
ASSAY_RESULT case_record_judgement(const struct judgement *j, struct case_record *ret);

#endif
