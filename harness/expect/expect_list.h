/* SPDX-License-Identifier: Apache-2.0 */
#ifndef EXPECT_LIST_H
#define EXPECT_LIST_H

#include "expect/expect.h"

/* One entry of either file. */
struct expect_entry {
    char *board;     /* glob; "*" where the file names none */
    char *case_id;   /* glob */
    char *reason;    /* waivers */
    int64_t until_s; /* waivers: the end of the last day, Unix time */
    char *until;     /* as it was written */
    enum verdict verdict;
    int line;
};

struct expect_list {
    char *name; /* of the file */
    struct expect_entry *entries;
    size_t count;
};

bool expect_entry_fits(const struct expect_entry *entry, const struct case_record *c);

#endif
