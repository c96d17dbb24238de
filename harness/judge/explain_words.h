/* SPDX-License-Identifier: Apache-2.0 */
/* What alerts and ways of closing mean, in words, for the explainer. */
#ifndef EXPLAIN_WORDS_H
#define EXPLAIN_WORDS_H

#include "judge/judge.h"

/* What an alert from a client usually means; a general sentence for one that is not listed. */
const char *words_alert(const char *name);
/* What a fatal alert of the bench's own server means for the board. */
const char *words_bench_alert(const char *name);
/* What it means that a board closed at this stage, with (has_alert) or without an alert. */
const char *words_close(enum stage stage, bool reset, bool has_alert);

#endif
