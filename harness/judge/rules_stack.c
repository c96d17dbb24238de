/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which TLS stack a ClientHello looks like. Extensions, and whether certain things are there, are
 * decided by the library's code, not by its user; suites and groups are not, and are not asked.
 */
#include "judge_rules.h"

#include "base/event_kinds.h"

#include <stdio.h>
#include <string.h>

/* What to look for: the order of the extensions that a stack knows, as far as they are there. */
static const struct stack_row {
    const char *name;
    int order[24]; /* ends with -1 */
    int always[8]; /* extensions that are never missing where TLS 1.2 is offered; ends with -1 */
    const char *facts;
} rows[] = {
    {"BearSSL",
     {65281, 0, 1, 13, 10, 11, 16, 21, -1},
     {65281, 13, -1},
     "TLS 1.2 at most, no session tickets, no extended_master_secret; it takes a name from the "
     "subject where there is no subjectAltName, and looks at dates only with the time set"},
    {"mbed TLS 2",
     {0, 65281, 13, 10, 11, 256, 1, 4, 22, 23, 16, 35, -1},
     {13, 22, 23, -1},
     "TLS 1.2 at most; without a time function (MBEDTLS_HAVE_TIME_DATE) it looks at no dates"},
    {"OpenSSL 1.1 or 3",
     {65281, 0, 1, 12, 11, 10, 35, 5, 13172, 16, 22, 23, 18, 13, 43, 45, 51, 44, 41, 21, -1},
     {11, 10, 13, 23, -1},
     "it checks the host's name only where it is told the name (SSL_set1_host)"},
    {"wolfSSL",
     {45, 51, 43, 13, 11, 10, 22, 1, 16, 35, 0, 23, 41, -1},
     {13, -1},
     "it checks the host's name only where it is told the name (wolfSSL_check_domain_name)"},
    {"GnuTLS",
     {1, 5, 10, 11, 13, 16, 22, 23, 35, 51, 43, 65281, 0, 45, 28, 44, 21, 41, -1},
     {22, 23, 65281, 28, -1},
     "it checks the host's name only where it is told the name "
     "(gnutls_session_set_verify_cert)"},
};

/* Do the extensions come in the row's order, without one that it does not know? */
static bool in_order(const struct event_field *list, const struct stack_row *row)
{
    size_t at = 0;

    for (size_t i = 0; i < list->count; i++) {
        while (row->order[at] >= 0 && row->order[at] != list->ints[i])
            at++;
        if (row->order[at] < 0)
            return false;
    }
    return true;
}

static bool has_all(const struct event_field *list, const int *wanted)
{
    for (; *wanted >= 0; wanted++) {
        bool found = false;

        for (size_t i = 0; i < list->count; i++)
            found = found || list->ints[i] == *wanted;
        if (!found)
            return false;
    }
    return true;
}

static const struct stack_row *find_row(const struct event *hello)
{
    const struct event_field *list = event_field(hello, "extensions");

    if (list == NULL || list->count == 0)
        return NULL;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        if (in_order(list, &rows[i]) && has_all(list, rows[i].always))
            return &rows[i];
    return NULL;
}

void rule_stack(const struct rule_view *view, struct rule_finding *ret)
{
    struct rule_walk walk = {.view = view};
    const struct event *hello = NULL;
    const struct event *ready = NULL;
    const struct event *e = NULL;
    const struct stack_row *row = NULL;
    const char *says = "";

    while ((e = rule_walk_next(&walk)) != NULL) {
        if (event_is(e, EV_BOARD_READY))
            ready = e;
        if (event_is(e, EV_TLS_CLIENT_HELLO) && hello == NULL)
            hello = e;
    }
    if (hello == NULL) {
        rule_say(ret, VERDICT_INCONCLUSIVE, "Nothing can be said: there is no ClientHello.");
        return;
    }
    row = find_row(hello);
    says = ready != NULL ? event_get_text(ready, "stack") : "";
    rule_say(ret, VERDICT_PASS, "Its ClientHello looks like %s (JA3 %s)%s%s%s%s.",
             row != NULL ? row->name : "no stack that the bench knows",
             event_get_text(hello, "ja3"), says[0] != '\0' ? "; the board says " : "", says,
             row != NULL ? ". Known of it: " : "", row != NULL ? row->facts : "");
}
