/* SPDX-License-Identifier: Apache-2.0 */
/* Rules about one ClientHello at a time. */
#ifndef RULES_HELLO_H
#define RULES_HELLO_H

#include "judge_rules.h"

/* begin: of the attempt that the ClientHello belongs to */
typedef void (*hello_check)(const struct event *hello, const struct event *begin,
                            struct rule_finding *ret);

/* Every ClientHello by itself; the first that is not as it should be is what is told. */
void rule_over_hellos(const struct rule_view *view, hello_check check, struct rule_finding *ret);

#endif
