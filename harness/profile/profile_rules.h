/* SPDX-License-Identifier: Apache-2.0 */
/* A profile in memory; shared by the files of this room only. */
#ifndef PROFILE_RULES_H
#define PROFILE_RULES_H

#include "profile/profile.h"

/* One rule. What it does not say does not restrict; lists are borrowed from the file's tree. */
struct profile_rule {
    const struct value *cases;       /* ids, families, globs: one has to fit */
    const struct value *categories;  /* one has to be the case's */
    const struct value *spec;        /* beginnings: a rule of the case has to begin with one */
    const struct value *except_spec; /* ... and none of the case's with one of these */
    const char *not_applicable, *applicable, *why;
    bool has_severity;
    enum severity severity;
    int line;
};

struct profile {
    char *file; /* for messages */
    const char *name, *title;
    struct value *root; /* owns all texts */
    struct profile_rule *rules;
    size_t count;
};

#endif
