/* SPDX-License-Identifier: Apache-2.0 */
/* Tables of stories and of what a rule has to say about each. */
#ifndef RULE_ROWS_H
#define RULE_ROWS_H

#include "judge/judge.h"
#include "judge/rule.h"
#include "rule_story.h"

typedef void (*rule_teller)(struct story *s);

struct rule_row {
    const char *rule;
    rule_teller events;
    enum verdict verdict;
    const char *says; /* part of the sentence */
};

/* What an observation with this rule comes to when the board does this. */
void rule_story_judge(const char *rule, rule_teller events, struct judgement *ret);

void rule_rows_check(const struct rule_row *rows, size_t count);

/* Is there a row that passes and one that does not? */
void rule_rows_cover(const struct rule_row *rows, size_t count, enum rule rule);

bool rule_is_of_mqtt(enum rule rule);
bool rule_is_of_stay(enum rule rule);
bool rule_is_of_soak(enum rule rule);
bool rule_is_of_secrets(enum rule rule);
bool rule_is_of_the_web(enum rule rule);
bool rule_is_of_servers(enum rule rule);
bool rule_is_of_clouds(enum rule rule); /* boards that are servers */

/* ... in another file than test_judge_rules.c. */
bool rule_has_tests_of_its_own(enum rule rule);

#endif
