/* SPDX-License-Identifier: Apache-2.0 */
#include "judge/verdict.h"

#include <string.h>

static const struct {
    const char *name;
    int percent;
    bool counts;
} verdicts[VERDICT_COUNT] = {
#define X(id, text, share, in_total) [id] = {.name = text, .percent = share, .counts = in_total},
    VERDICT_MAP(X)
#undef X
};

static const struct {
    const char *name;
    int weight;
} severities[SEVERITY_COUNT] = {
#define X(id, text, points) [id] = {.name = text, .weight = points},
    SEVERITY_MAP(X)
#undef X
};

static const char *const categories[CATEGORY_COUNT] = {
#define X(id, text) [id] = text,
    CATEGORY_MAP(X)
#undef X
};

static const struct {
    const char *name;
    bool bench;
} causes[CAUSE_COUNT] = {
#define X(id, text, own_fault) [id] = {.name = text, .bench = own_fault},
    CAUSE_MAP(X)
#undef X
};

const char *verdict_name(enum verdict v)
{
    return verdicts[v].name;
}

const char *severity_name(enum severity s)
{
    return severities[s].name;
}

const char *category_name(enum category c)
{
    return categories[c];
}

const char *cause_name(enum cause c)
{
    return causes[c].name;
}

int verdict_percent(enum verdict v)
{
    return verdicts[v].percent;
}

bool verdict_counts(enum verdict v)
{
    return verdicts[v].counts;
}

bool verdict_is_fail(enum verdict v)
{
    return strncmp(verdicts[v].name, "fail-", 5) == 0;
}

int severity_weight(enum severity s)
{
    return severities[s].weight;
}

bool cause_is_bench(enum cause c)
{
    return causes[c].bench;
}

enum assay_status verdict_parse(const char *name, enum verdict *ret)
{
    for (unsigned i = 0; i < VERDICT_COUNT; i++)
        if (strcmp(name, verdicts[i].name) == 0) {
            *ret = (enum verdict)i;
            return ASSAY_OK;
        }
    return ASSAY_ERR_NOT_FOUND;
}

enum assay_status severity_parse(const char *name, enum severity *ret)
{
    for (unsigned i = 0; i < SEVERITY_COUNT; i++)
        if (strcmp(name, severities[i].name) == 0) {
            *ret = (enum severity)i;
            return ASSAY_OK;
        }
    return ASSAY_ERR_NOT_FOUND;
}

enum assay_status category_parse(const char *name, enum category *ret)
{
    for (unsigned i = 0; i < CATEGORY_COUNT; i++)
        if (strcmp(name, categories[i]) == 0) {
            *ret = (enum category)i;
            return ASSAY_OK;
        }
    return ASSAY_ERR_NOT_FOUND;
}

enum assay_status cause_parse(const char *name, enum cause *ret)
{
    for (unsigned i = 0; i < CAUSE_COUNT; i++)
        if (strcmp(name, causes[i].name) == 0) {
            *ret = (enum cause)i;
            return ASSAY_OK;
        }
    return ASSAY_ERR_NOT_FOUND;
}
