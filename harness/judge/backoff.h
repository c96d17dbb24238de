/* SPDX-License-Identifier: Apache-2.0 */
/* How a board waits between connections: constant, linear or exponential, by chance or not. */
#ifndef JUDGE_BACKOFF_H
#define JUDGE_BACKOFF_H

#include "judge/judge.h"

/* Fill in kind and has_jitter from the waits. */
void backoff_classify(struct judge_backoff *backoff);

/* "0.25, 0.5, 1 s" */
void backoff_describe(const struct judge_backoff *backoff, char *text, size_t size);

#endif
