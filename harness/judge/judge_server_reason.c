/* SPDX-License-Identifier: Apache-2.0 */
/* The sentences of judge_server.h. */
#include "judge_server.h"

#include <stdio.h>
#include <string.h>

static const char *where_it_ended(const struct observation *o)
{
    switch (o->stage) {
    case STAGE_NONE:
    case STAGE_RESOLVED:
        return "by taking no connection";
    case STAGE_TCP:
        return "before TLS";
    case STAGE_CLIENT_HELLO:
    case STAGE_KEY_EXCHANGE:
        return "on its ClientHello";
    case STAGE_SERVER_FLIGHT:
        return "in the handshake";
    case STAGE_FINISHED:
        return "after the handshake, before any answer";
    case STAGE_APPLICATION_DATA:
    case STAGE_SESSION:
    case STAGE_DELIVERED:
    case STAGE_ACKNOWLEDGED:
    case STAGE_COUNT:
        break;
    }
    return "after an answer";
}

/* "in the handshake, with the fatal alert unknown_ca" */
static void how_it_ended(const struct observation *o, char *text, size_t size)
{
    if (o->has_alert)
        snprintf(text, size, "%s, with the %s alert %s", where_it_ended(o), o->alert_level,
                 o->alert_name);
    else if (o->application_data)
        snprintf(text, size, "with the answer \"%s\"", o->visit.answer_text);
    else
        snprintf(text, size, "%s, without an alert (%s)", where_it_ended(o),
                 strcmp(o->close, "rst") == 0 ? "TCP reset" : "connection closed");
}

static void list_alerts(const struct case_facts *facts, char *text, size_t size)
{
    size_t used = 0;

    text[0] = '\0';
    for (size_t i = 0; i < facts->alert_count && used < size; i++)
        used += (size_t)snprintf(text + used, size - used, "%s%s",
                                 i == 0                        ? ""
                                 : i + 1 == facts->alert_count ? " or "
                                                               : ", ",
                                 facts->alerts[i]);
}

static void say_pass(struct judgement *j, const struct case_facts *facts,
                     const struct observation *o)
{
    char how[200];
    char right[200];

    how_it_ended(o, how, sizeof(how));
    list_alerts(facts, right, sizeof(right));
    if (facts->expect == EXPECT_ACCEPT)
        snprintf(j->reason, sizeof(j->reason), "It served its client%s%s.",
                 o->visit.version[0] != '\0' ? " over " : "", o->visit.version);
    else if (facts->expect == EXPECT_COPE && strcmp(o->visit.outcome, "left") == 0)
        snprintf(j->reason, sizeof(j->reason),
                 "It answered the ClientHello, and served the next client.");
    else if (facts->expect == EXPECT_COPE && !o->stalled)
        snprintf(j->reason, sizeof(j->reason),
                 "It ended the connection %s, and served the next client.", how);
    else if (facts->expect == EXPECT_COPE)
        snprintf(j->reason, sizeof(j->reason),
                 "It neither answered nor closed the connection, but served the next client.");
    else if (j->verdict == VERDICT_PASS_SOFT)
        snprintf(j->reason, sizeof(j->reason), "It refused the client %s; %s would say why.", how,
                 right);
    else
        snprintf(j->reason, sizeof(j->reason), "It refused the client %s.", how);
}

static void say_degraded(struct judgement *j, const struct case_facts *facts,
                         const struct observation *o)
{
    (void)o;
    snprintf(j->reason, sizeof(j->reason),
             "It neither answered nor closed the connection (%s): whoever opens enough of them "
             "keeps all others out. Close what stays silent.",
             facts->title);
}

static void say_fail_accept(struct judgement *j, const struct case_facts *facts,
                            const struct observation *o)
{
    if (o->visit.plain)
        snprintf(j->reason, sizeof(j->reason),
                 "It answered a client that it had to refuse (%s), without TLS: \"%s\".",
                 facts->title, o->visit.answer_text);
    else if (o->application_data)
        snprintf(j->reason, sizeof(j->reason),
                 "It answered a client that it had to refuse (%s): \"%s\".", facts->title,
                 o->visit.answer_text);
    else
        snprintf(j->reason, sizeof(j->reason),
                 "It completed the handshake, over %s, with a client that it had to refuse: %s.",
                 o->visit.version, facts->title);
}

static void say_fail_leak(struct judgement *j, const struct case_facts *facts,
                          const struct observation *o)
{
    snprintf(j->reason, sizeof(j->reason),
             "It gave its contents (\"%s\") to a client that it had to refuse%s: %s.",
             o->visit.answer_text, o->visit.plain ? ", and without TLS" : "", facts->title);
}

static void say_fail_reject_good(struct judgement *j, const struct case_facts *facts,
                                 const struct observation *o)
{
    char how[200];

    how_it_ended(o, how, sizeof(how));
    snprintf(j->reason, sizeof(j->reason), "It did not serve a good client (%s): it ended %s.",
             facts->title, how);
}

static void say_fail_hang(struct judgement *j, const struct case_facts *facts,
                          const struct observation *o)
{
    if (o->visit.asked_again && !o->visit.serves_again)
        snprintf(j->reason, sizeof(j->reason),
                 "After this it served nobody any more (%s): the next good client %s.",
                 facts->title,
                 strcmp(o->visit.again_outcome, "nobody") == 0   ? "could not connect"
                 : strcmp(o->visit.again_outcome, "silent") == 0 ? "got no answer"
                                                                 : "was turned away");
    else if (o->stage == STAGE_NONE)
        snprintf(j->reason, sizeof(j->reason), "It took no connection (%s), though it listens.",
                 facts->title);
    else
        snprintf(j->reason, sizeof(j->reason),
                 "It neither answered nor closed the connection (%s): the client waited in vain.",
                 facts->title);
}

static void say_fail_crash(struct judgement *j, const struct case_facts *facts,
                           const struct observation *o)
{
    (void)o;
    snprintf(j->reason, sizeof(j->reason),
             "It crashed, reset itself or ended: anybody who reaches its port can do that (%s).",
             facts->title);
}

static void say_flaky(struct judgement *j, const struct case_facts *facts,
                      const struct observation *o)
{
    (void)facts;
    (void)o;
    snprintf(j->reason, sizeof(j->reason),
             "%u repeats of the same case did not end the same way; see each of them.",
             j->case_count);
}

static void say_inconclusive(struct judgement *j, const struct case_facts *facts,
                             const struct observation *o)
{
    char how[200];

    (void)facts;
    how_it_ended(o, how, sizeof(how));
    if (o->cause != CAUSE_NONE)
        snprintf(j->reason, sizeof(j->reason), "Nothing can be said (%s): %s.",
                 cause_name(o->cause), o->cause_detail);
    else if (!o->visit.listened)
        snprintf(j->reason, sizeof(j->reason),
                 "Nothing can be said: the board did not tell at which port it listens.");
    else
        snprintf(j->reason, sizeof(j->reason), "Nothing can be said: the connection ended %s.",
                 how);
}

typedef void (*sayer)(struct judgement *, const struct case_facts *, const struct observation *);

static const sayer sayers[VERDICT_COUNT] = {
    [VERDICT_PASS] = say_pass,
    [VERDICT_PASS_SOFT] = say_pass,
    [VERDICT_DEGRADED] = say_degraded,
    [VERDICT_FLAKY] = say_flaky,
    [VERDICT_FAIL_ACCEPT] = say_fail_accept,
    [VERDICT_FAIL_LEAK] = say_fail_leak,
    [VERDICT_FAIL_REJECT_GOOD] = say_fail_reject_good,
    [VERDICT_FAIL_BEHAVIOUR] = say_fail_accept,
    [VERDICT_FAIL_HANG] = say_fail_hang,
    [VERDICT_FAIL_CRASH] = say_fail_crash,
    [VERDICT_NOT_APPLICABLE] = say_inconclusive,
    [VERDICT_INCONCLUSIVE] = say_inconclusive,
    [VERDICT_HARNESS_ERROR] = say_inconclusive,
    [VERDICT_WAIVED] = say_pass,
};

void server_reason(struct judgement *j, const struct case_facts *facts, const struct observation *o)
{
    sayers[j->verdict](j, facts, o);
}

void server_reason_control(struct judgement *j, const struct case_facts *facts, const char *which,
                           const struct observation *o)
{
    char how[200];

    if (o->cause != CAUSE_NONE) {
        snprintf(j->reason, sizeof(j->reason),
                 "Nothing can be said: the good client %s %s the case was not served (%s): %s.",
                 facts->control, which, cause_name(o->cause), o->cause_detail);
        return;
    }
    if (o->stalled)
        snprintf(how, sizeof(how), "and got no answer");
    else if (!o->visit.listened)
        snprintf(how, sizeof(how), "because the board did not tell at which port it listens");
    else
        how_it_ended(o, how, sizeof(how));
    snprintf(j->reason, sizeof(j->reason),
             "Nothing can be said: the good client %s %s the case was not served; it ended %s.",
             facts->control, which, how);
}
