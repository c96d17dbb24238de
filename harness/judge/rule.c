/* SPDX-License-Identifier: Apache-2.0 */
#include "judge/rule.h"

#include <string.h>

static const struct {
    const char *name, *help;
    size_t least, most;
    bool bytes;
} rules[RULE_COUNT] = {
#define X(id, text, at_least, at_most, wire, what)                                                 \
    [id] = {.name = text, .help = (what), .least = at_least, .most = at_most, .bytes = wire},
    RULE_MAP(X)
#undef X
};

const char *rule_name(enum rule rule)
{
    return rules[rule].name;
}

const char *rule_help(enum rule rule)
{
    return rules[rule].help;
}

size_t rule_least(enum rule rule)
{
    return rules[rule].least;
}

size_t rule_most(enum rule rule)
{
    return rules[rule].most;
}

bool rule_needs_bytes(enum rule rule)
{
    return rules[rule].bytes;
}

enum assay_status rule_parse(const char *name, enum rule *ret)
{
    for (unsigned i = 0; i < RULE_COUNT; i++)
        if (strcmp(name, rules[i].name) == 0) {
            *ret = (enum rule)i;
            return ASSAY_OK;
        }
    return ASSAY_ERR_NOT_FOUND;
}
