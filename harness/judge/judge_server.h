/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Boards that are servers, which the bench visits as their client: what was observed, the verdict
 * and its sentence. Everything is the other way round: to accept is to give an answer, to refuse is
 * to end the connection before one.
 */
#ifndef JUDGE_SERVER_H
#define JUDGE_SERVER_H

#include "judge_reason.h"

/* Is this the begin of an attempt of such a board? */
bool server_is_visited(const struct event *attempt_begin);

/* As judge_observe(), of such an attempt; ret holds what attempt.begin says already. */
void server_observe(const struct transcript *t, int attempt, struct observation *ret);

enum verdict server_judge(const struct case_facts *facts, const struct observation *o);

/* Fill j->reason for a verdict that is already there. */
void server_reason(struct judgement *j, const struct case_facts *facts,
                   const struct observation *o);
/* ... for a control that failed. which: "before" or "after" */
void server_reason_control(struct judgement *j, const struct case_facts *facts, const char *which,
                           const struct observation *o);

#endif
