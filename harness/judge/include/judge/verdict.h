/* SPDX-License-Identifier: Apache-2.0 */
/* Verdicts, severities, categories and cause codes: the words of the contract, as lists. */
#ifndef JUDGE_VERDICT_H
#define JUDGE_VERDICT_H

#include "base/status.h"

#include <stdbool.h>

/* X(constant, name, percent of the severity's weight, counts in the total) */
#define VERDICT_MAP(X)                                                                             \
    X(VERDICT_PASS, "pass", 100, true)                                                             \
    X(VERDICT_PASS_SOFT, "pass-soft", 80, true)                                                    \
    X(VERDICT_DEGRADED, "degraded", 50, true)                                                      \
    X(VERDICT_FLAKY, "flaky", 20, true)                                                            \
    X(VERDICT_FAIL_ACCEPT, "fail-accept", 0, true)                                                 \
    X(VERDICT_FAIL_LEAK, "fail-leak", 0, true)                                                     \
    X(VERDICT_FAIL_REJECT_GOOD, "fail-reject-good", 0, true)                                       \
    X(VERDICT_FAIL_BEHAVIOUR, "fail-behaviour", 0, true)                                           \
    X(VERDICT_FAIL_HANG, "fail-hang", 0, true)                                                     \
    X(VERDICT_FAIL_CRASH, "fail-crash", 0, true)                                                   \
    X(VERDICT_NOT_APPLICABLE, "not-applicable", 0, false)                                          \
    X(VERDICT_INCONCLUSIVE, "inconclusive", 0, false)                                              \
    X(VERDICT_HARNESS_ERROR, "harness-error", 0, false)                                            \
    X(VERDICT_WAIVED, "waived", 0, false)

enum verdict {
#define X(id, name, percent, counts) id,
    VERDICT_MAP(X)
#undef X
        VERDICT_COUNT
};

/* X(constant, name, weight) */
#define SEVERITY_MAP(X)                                                                            \
    X(SEVERITY_S0, "S0", 100)                                                                      \
    X(SEVERITY_S1, "S1", 80)                                                                       \
    X(SEVERITY_S2, "S2", 60)                                                                       \
    X(SEVERITY_S3, "S3", 40)                                                                       \
    X(SEVERITY_S4, "S4", 20)

enum severity {
#define X(id, name, weight) id,
    SEVERITY_MAP(X)
#undef X
        SEVERITY_COUNT
};

/* X(constant, name) */
#define CATEGORY_MAP(X)                                                                            \
    X(CATEGORY_TRUST, "trust")                                                                     \
    X(CATEGORY_NAME, "name")                                                                       \
    X(CATEGORY_TIME, "time")                                                                       \
    X(CATEGORY_CRYPTO, "crypto")                                                                   \
    X(CATEGORY_IDENTITY, "identity")                                                               \
    X(CATEGORY_MQTT, "mqtt")                                                                       \
    X(CATEGORY_ROBUSTNESS, "robustness")                                                           \
    X(CATEGORY_INTEROPERABILITY, "interoperability")

enum category {
#define X(id, name) id,
    CATEGORY_MAP(X)
#undef X
        CATEGORY_COUNT
};

/* Why an attempt says nothing about the board. X(constant, name, is the bench's own fault) */
#define CAUSE_MAP(X)                                                                               \
    X(CAUSE_NONE, "", false)                                                                       \
    X(CAUSE_FLASH, "flash", true)                                                                  \
    X(CAUSE_ENUMERATE, "enumerate", true)                                                          \
    X(CAUSE_BOOT, "boot", false)                                                                   \
    X(CAUSE_NETWORK, "network", false)                                                             \
    X(CAUSE_CLOCK, "clock", true)                                                                  \
    X(CAUSE_TLS, "tls", false)                                                                     \
    X(CAUSE_MQTT, "mqtt", false)                                                                   \
    X(CAUSE_HARNESS, "harness", true)

enum cause {
#define X(id, name, bench) id,
    CAUSE_MAP(X)
#undef X
        CAUSE_COUNT
};

/* Names of the contract; never NULL for a value of the enum. */
const char *verdict_name(enum verdict v);
const char *severity_name(enum severity s);
const char *category_name(enum category c);
const char *cause_name(enum cause c);
int verdict_percent(enum verdict v);
bool verdict_counts(enum verdict v);
bool verdict_is_fail(enum verdict v); /* fail-* */
int severity_weight(enum severity s);
bool cause_is_bench(enum cause c);

/* The value of a name. ASSAY_ERR_NOT_FOUND. */
ASSAY_RESULT verdict_parse(const char *name, enum verdict *ret);
ASSAY_RESULT severity_parse(const char *name, enum severity *ret);
ASSAY_RESULT category_parse(const char *name, enum category *ret);
ASSAY_RESULT cause_parse(const char *name, enum cause *ret);

#endif
