/* SPDX-License-Identifier: Apache-2.0 */
#include "talks.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void mistake(const char *line)
{
    fprintf(stderr, "talks: cannot read \"%.60s\"\n", line);
    abort();
}

bool talk_next(const char **at, struct talk_line *ret)
{
    static const struct {
        char sign;
        enum talk_verb verb;
    } signs[] = {{'>', TALK_SAYS}, {'<', TALK_HEARS}, {'!', TALK_VANISHES}, {'.', TALK_HUNG_UP_ON}};
    const char *line = *at + strspn(*at, " \n");
    size_t len = strcspn(line, "\n");

    if (len == 0)
        return false;
    *at = line + len;
    memset(ret, 0, sizeof(*ret));
    if (*line == '+') {
        ret->verb = TALK_TIME;
        ret->ms = (unsigned)strtoul(line + 1, NULL, 10);
        return true;
    }
    if (len < 2 || len - 2 >= sizeof(ret->bytes))
        mistake(line);
    ret->client = line[0];
    memcpy(ret->bytes, line + 2, len - 2);
    for (size_t i = 0; i < sizeof(signs) / sizeof(signs[0]); i++) {
        if (signs[i].sign == line[1]) {
            ret->verb = signs[i].verb;
            return true;
        }
    }
    mistake(line);
    return false;
}
