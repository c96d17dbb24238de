/* SPDX-License-Identifier: Apache-2.0 */
/* Cases that measure: how much of something a board takes. */
#ifndef JUDGE_LADDER_H
#define JUDGE_LADDER_H

#include "judge_reason.h"

/* Keep a rung, or the control that was run after one. */
void ladder_add(struct judgement *j, const struct observation *o);
/* Verdict, reason and numbers from what was kept; both controls of the case worked. */
void ladder_judge(struct judgement *j, const struct case_facts *facts);

#endif
