/* SPDX-License-Identifier: Apache-2.0 */
/* The one sentence of a verdict. */
#ifndef JUDGE_REASON_H
#define JUDGE_REASON_H

#include "judge/judge.h"

enum case_expect { EXPECT_ACCEPT, EXPECT_REFUSE, EXPECT_COPE, EXPECT_OBSERVE, EXPECT_MEASURE };

/* What case.begin says; texts are borrowed from the transcript. */
struct case_facts {
    const char *title;
    const char *control;
    enum case_expect expect;
    bool board_serves; /* judge_server.h */
    bool of_identity;  /* it is about who comes, and not about how */
    bool unshared;     /* that the two share nothing is right */
    enum severity severity;
    const char *const *alerts; /* the right ones */
    size_t alert_count;
    const char *const *rules; /* names of judge/rule.h */
    size_t rule_count;
    const char *ladder_unit;
    int64_t ladder_least;
};

/* "right after it saw the certificate, with the fatal alert bad_certificate" */
void reason_how_refused(const struct observation *o, char *text, size_t size);
/* "its MQTT password and user name" */
const char *reason_leak(const struct observation *o);
/* Fill j->reason for a verdict that is already there. o: the attempt that decided. */
void reason_write(struct judgement *j, const struct case_facts *facts, const struct observation *o);
/* ... for a step that did not go as the case needs it. */
void reason_step(struct judgement *j, const struct observation *o);
/* ... for a control that failed. which: "before" or "after" */
void reason_control(struct judgement *j, const struct case_facts *facts, const char *which,
                    const struct observation *o);

#endif
