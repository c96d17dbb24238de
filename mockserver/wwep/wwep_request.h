/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WWEP_REQUEST_H
#define WWEP_REQUEST_H

#include "wwep/wwep.h"

enum wwep_rule {
    WWEP_RULE_NONE,
    WWEP_RULE_TOO_LONG,  /* nothing at all, too */
    WWEP_RULE_LINE_FEED, /* one byte too many, and it is no line feed */
    WWEP_RULE_COMMAND,   /* no R of 7 bytes, no W of 11 */
    WWEP_RULE_CHARACTER, /* no hex */
    WWEP_RULE_COUNT
};

struct wwep_rule_row {
    const char *rule; /* for events */
    const char *text;
};

extern const struct wwep_rule_row wwep_rules[WWEP_RULE_COUNT];

struct wwep_request {
    bool is_write;
    bool has_line_feed;
    struct wwep_register content; /* of a read without a value */
    size_t len;                   /* without the line feed */
    char wrong;                   /* the character that is no hex */
};

/* What the bytes ask for. With a broken rule only len, has_line_feed and wrong are set. */
enum wwep_rule wwep_request_read(const uint8_t *data, size_t len, struct wwep_request *ret);

#endif
