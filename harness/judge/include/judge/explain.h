/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The explainer: sentences about a connection for somebody whose sketch prints -2 and nothing
 * else. Pure: it reads events only. It serves `assay serve` (as it happens), `assay explain` and
 * the reports.
 */
#ifndef JUDGE_EXPLAIN_H
#define JUDGE_EXPLAIN_H

#include "base/buf.h"
#include "base/transcript.h"

struct explainer;

/* Live: feed every event in order; lines of text come out as they become clear. */
struct explainer *explainer_new(void);
void explainer_free(struct explainer *x);
ASSAY_RESULT explainer_feed(struct explainer *x, const struct event *event, struct buf *out);

/* A whole attempt (0: all attempts) in words. */
ASSAY_RESULT explain_attempt(const struct transcript *t, int attempt, struct buf *out);

#endif
