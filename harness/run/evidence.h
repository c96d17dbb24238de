/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What all attempts of a board have shown so far, for the cases that only look: the events that
 * rules read, of each attempt, in order.
 */
#ifndef RUN_EVIDENCE_H
#define RUN_EVIDENCE_H

#include "base/transcript.h"
#include "base/value.h"

struct evidence;

struct evidence *evidence_new(void);
void evidence_free(struct evidence *evidence); /* NULL is allowed */

/* Keep what is worth keeping of the attempts in the events of t from `first` on. */
ASSAY_RESULT evidence_take(struct evidence *evidence, const struct transcript *t, size_t first);

/* How many attempts reached their ClientHello. */
size_t evidence_attempts(const struct evidence *evidence);

/* What rules want of it. */
struct evidence_need {
    size_t least;  /* attempts */
    size_t most;   /* 0: all */
    unsigned sees; /* enum rule_sees */
};

/* rules: a list of names of judge/rule.h */
struct evidence_need evidence_need_of(const struct value *rules);

/*
 * Append it to t, as attempts in the role "evidence", numbered from 1. ret_attempts: how many.
 * The first is whole, so that there is something to show; of the others come the events that the
 * rules see.
 */
ASSAY_RESULT evidence_copy(const struct evidence *evidence, const struct evidence_need *need,
                           struct transcript *t, int *ret_attempts);

#endif
