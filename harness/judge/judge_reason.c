/* SPDX-License-Identifier: Apache-2.0 */
/* Words for verdicts: plain sentences for a firmware author who has no capture at hand. */
#include "judge_reason.h"

#include <stdio.h>
#include <string.h>

const char *reason_leak(const struct observation *o)
{
    static const char *const texts[][2] = {
        [0] = {"nothing", "nothing"},
        [1] = {"its client certificate", "its client certificate"},
        [2] = {"what it asks for", "its MQTT client id"},
        [3] = {"its payload", "its payload"},
        [4] = {"its credentials", "its MQTT password"},
    };
    return o->leak >= 0 && o->leak <= 4 ? texts[o->leak][o->mqtt_connect != NULL] : "unknown data";
}

static const char *where_it_stopped(const struct observation *o)
{
    switch (o->stage) {
    case STAGE_SERVER_FLIGHT:
        return "right after it saw the certificate";
    case STAGE_KEY_EXCHANGE:
        return "after its key exchange and before its Finished";
    case STAGE_CLIENT_HELLO:
        return "after its ClientHello, before it saw a certificate";
    case STAGE_FINISHED:
        return "after the handshake, before any data";
    case STAGE_NONE:
    case STAGE_RESOLVED:
    case STAGE_TCP:
        return "before its ClientHello";
    case STAGE_APPLICATION_DATA:
    case STAGE_SESSION:
    case STAGE_DELIVERED:
    case STAGE_ACKNOWLEDGED:
    case STAGE_COUNT:
        break;
    }
    return "after it had sent data";
}

void reason_how_refused(const struct observation *o, char *text, size_t size)
{
    if (o->not_followed)
        snprintf(text, size, "by not going where the first server sent it");
    else if (!o->has_alert && o->bench_alert[0] != '\0')
        snprintf(text, size, "%s, because the server ended it with %s", where_it_stopped(o),
                 o->bench_alert);
    else if (o->has_alert)
        snprintf(text, size, "%s, with the %s alert %s", where_it_stopped(o), o->alert_level,
                 o->alert_name);
    else
        snprintf(text, size, "%s, without an alert (%s)", where_it_stopped(o),
                 strcmp(o->close, "rst") == 0 ? "TCP reset" : "connection closed");
}

static void add(char *text, size_t size, const char *part)
{
    size_t used = strlen(text);

    snprintf(text + used, size - used, "%s", part);
}

/* " The board itself said: ..." where it said anything. */
static void add_own_words(char *text, size_t size, const struct observation *o)
{
    size_t used = strlen(text);

    if (o->serial_error[0] != '\0')
        snprintf(text + used, size - used, " The board itself said: %s.", o->serial_error);
}

static void list_alerts(const struct case_facts *facts, char *text, size_t size)
{
    text[0] = '\0';
    for (size_t i = 0; i < facts->alert_count; i++) {
        if (i > 0)
            add(text, size, i + 1 == facts->alert_count ? " or " : ", ");
        add(text, size, facts->alerts[i]);
    }
}

static void say_refused(struct judgement *j, const struct case_facts *facts,
                        const struct observation *o)
{
    char how[200];
    char right[200];

    reason_how_refused(o, how, sizeof(how));
    list_alerts(facts, right, sizeof(right));
    if (j->verdict == VERDICT_PASS_SOFT)
        snprintf(j->reason, sizeof(j->reason), "It refused the server %s; %s would say why.", how,
                 right);
    else
        snprintf(j->reason, sizeof(j->reason), "It refused the server %s.", how);
}

static void say_accepted(struct judgement *j, const struct case_facts *facts,
                         const struct observation *o)
{
    const char *how = " and completed the handshake";

    (void)facts;
    if (o->stage == STAGE_ACKNOWLEDGED && !o->delivered)
        how = " and acknowledged a message of the broker's";
    else if (o->stage >= STAGE_DELIVERED)
        how = " and delivered its message";
    else if (o->stage >= STAGE_SESSION && o->mqtt_connect != NULL)
        how = " and opened its MQTT session";
    else if (o->stage >= STAGE_SESSION)
        how = " and got its answer";
    snprintf(j->reason, sizeof(j->reason), "It connected%s.", how);
}

static void say_coped(struct judgement *j, const struct observation *o)
{
    double seconds = (double)o->duration_ns / 1e9;

    snprintf(j->reason, sizeof(j->reason), "It came to an end by itself after %.1f s, at \"%s\"%s.",
             seconds, stage_name(o->stage),
             o->bench_alert[0] != '\0' ? ", when the server refused it" : "");
    add_own_words(j->reason, sizeof(j->reason), o);
}

static void say_pass(struct judgement *j, const struct case_facts *facts,
                     const struct observation *o)
{
    if (facts->expect == EXPECT_ACCEPT)
        say_accepted(j, facts, o);
    else if (o->stopped_early)
        snprintf(j->reason, sizeof(j->reason), "It stopped in its phase \"%s\", before TLS%s%s.",
                 o->result_phase, o->serial_error[0] != '\0' ? ": " : "", o->serial_error);
    else if (facts->expect == EXPECT_COPE)
        say_coped(j, o);
    else if (facts->unshared && o->bench_alert[0] != '\0' && !o->has_alert)
        snprintf(j->reason, sizeof(j->reason),
                 "It does not offer what this server insists on (the server ended with %s).",
                 o->bench_alert);
    else
        say_refused(j, facts, o);
}

static void say_fail_accept(struct judgement *j, const struct case_facts *facts,
                            const struct observation *o)
{
    (void)o;
    snprintf(j->reason, sizeof(j->reason),
             "It completed the handshake with a server that it had to refuse: %s.", facts->title);
}

static void say_fail_leak(struct judgement *j, const struct case_facts *facts,
                          const struct observation *o)
{
    snprintf(j->reason, sizeof(j->reason), "It gave %s to a server that it had to refuse: %s.",
             reason_leak(o), facts->title);
}

static void say_fail_reject_good(struct judgement *j, const struct case_facts *facts,
                                 const struct observation *o)
{
    char how[200];

    if (o->stopped_early) {
        snprintf(j->reason, sizeof(j->reason),
                 "It stopped in its phase \"%s\", before it met a good server (%s).",
                 o->result_phase, facts->title);
        add_own_words(j->reason, sizeof(j->reason), o);
        return;
    }
    if (o->accepted && o->said_failure) {
        snprintf(j->reason, sizeof(j->reason),
                 "It reached \"%s\" with a good server (%s) and reported a failure all the same.",
                 stage_name(o->stage), facts->title);
        add_own_words(j->reason, sizeof(j->reason), o);
        return;
    }
    if (o->accepted) {
        snprintf(j->reason, sizeof(j->reason),
                 "It got no further than \"%s\" with a good server (%s), and further with the "
                 "control %s.",
                 stage_name(o->stage), facts->title, facts->control);
        return;
    }
    reason_how_refused(o, how, sizeof(how));
    snprintf(j->reason, sizeof(j->reason), "%s a good server (%s) %s.",
             !o->has_alert && o->bench_alert[0] != '\0' ? "It did not get through to"
                                                        : "It refused",
             facts->title, how);
    add_own_words(j->reason, sizeof(j->reason), o);
}

static void say_fail_hang(struct judgement *j, const struct case_facts *facts,
                          const struct observation *o)
{
    (void)facts;
    snprintf(j->reason, sizeof(j->reason),
             "It neither went on nor closed: the connection stood still at \"%s\" until the "
             "deadline.",
             stage_name(o->stage));
}

static void say_fail_crash(struct judgement *j, const struct case_facts *facts,
                           const struct observation *o)
{
    snprintf(j->reason, sizeof(j->reason), "It crashed or reset itself at \"%s\" (%s).",
             stage_name(o->stage), facts->title);
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

static void say_not_applicable(struct judgement *j, const struct case_facts *facts,
                               const struct observation *o)
{
    (void)facts;
    snprintf(j->reason, sizeof(j->reason),
             "The board offers nothing that this server could agree to (the server ended with "
             "%s), so its checks were never reached.",
             o->bench_alert);
}

static void say_inconclusive(struct judgement *j, const struct case_facts *facts,
                             const struct observation *o)
{
    (void)facts;
    if (o->cause != CAUSE_NONE)
        snprintf(j->reason, sizeof(j->reason), "Nothing can be said (%s): %s.",
                 cause_name(o->cause), o->cause_detail);
    else if (o->stage < STAGE_CLIENT_HELLO)
        snprintf(j->reason, sizeof(j->reason),
                 "Nothing can be said: the board %s in this case, though its controls worked.",
                 o->stage == STAGE_TCP ? "connected and sent no ClientHello"
                                       : "opened no connection");
    else
        snprintf(j->reason, sizeof(j->reason),
                 "Nothing can be said: the connection ended at \"%s\", before the server's "
                 "certificate was on its way.",
                 stage_name(o->stage));
}

typedef void (*sayer)(struct judgement *, const struct case_facts *, const struct observation *);

static const sayer sayers[VERDICT_COUNT] = {
    [VERDICT_PASS] = say_pass,
    [VERDICT_PASS_SOFT] = say_pass,
    [VERDICT_DEGRADED] = say_pass,
    [VERDICT_FLAKY] = say_flaky,
    [VERDICT_FAIL_ACCEPT] = say_fail_accept,
    [VERDICT_FAIL_LEAK] = say_fail_leak,
    [VERDICT_FAIL_REJECT_GOOD] = say_fail_reject_good,
    [VERDICT_FAIL_BEHAVIOUR] = say_fail_accept,
    [VERDICT_FAIL_HANG] = say_fail_hang,
    [VERDICT_FAIL_CRASH] = say_fail_crash,
    [VERDICT_NOT_APPLICABLE] = say_not_applicable,
    [VERDICT_INCONCLUSIVE] = say_inconclusive,
    [VERDICT_HARNESS_ERROR] = say_inconclusive,
    [VERDICT_WAIVED] = say_pass,
};

void reason_write(struct judgement *j, const struct case_facts *facts, const struct observation *o)
{
    sayers[j->verdict](j, facts, o);
}

void reason_step(struct judgement *j, const struct observation *o)
{
    char how[200];

    if (o->crashed)
        snprintf(j->reason, sizeof(j->reason),
                 "It crashed or reset itself in step %d (%s), at \"%s\".", o->step, o->step_title,
                 stage_name(o->stage));
    else if (o->accepted)
        snprintf(j->reason, sizeof(j->reason),
                 "What comes after a refusal cannot be seen: in step %d (%s) it accepted the "
                 "server.",
                 o->step, o->step_title);
    else if (o->cause != CAUSE_NONE)
        snprintf(j->reason, sizeof(j->reason), "Nothing can be said: step %d (%s) failed (%s): %s.",
                 o->step, o->step_title, cause_name(o->cause), o->cause_detail);
    else {
        reason_how_refused(o, how, sizeof(how));
        snprintf(j->reason, sizeof(j->reason),
                 "Nothing can be said: it did not get through step %d (%s); it ended %s.", o->step,
                 o->step_title, how);
        add_own_words(j->reason, sizeof(j->reason), o);
    }
}

void reason_control(struct judgement *j, const struct case_facts *facts, const char *which,
                    const struct observation *o)
{
    char how[200];

    if (o->cause != CAUSE_NONE) {
        snprintf(j->reason, sizeof(j->reason),
                 "Nothing can be said: the good server %s %s the "
                 "case was not reached (%s): %s.",
                 facts->control, which, cause_name(o->cause), o->cause_detail);
        return;
    }
    if (o->stage < STAGE_CLIENT_HELLO) {
        snprintf(j->reason, sizeof(j->reason),
                 "Nothing can be said: the board %s when it met the good server %s %s the case.",
                 o->stage == STAGE_TCP ? "sent no ClientHello" : "opened no connection",
                 facts->control, which);
        return;
    }
    if (o->stalled)
        snprintf(how, sizeof(how), "and stood still at \"%s\"", stage_name(o->stage));
    else if (o->bench_alert[0] != '\0' && !o->has_alert && o->stage <= STAGE_CLIENT_HELLO)
        snprintf(how, sizeof(how), "because nothing that it offers suits the server (%s)",
                 o->bench_alert);
    else
        reason_how_refused(o, how, sizeof(how));
    snprintf(j->reason, sizeof(j->reason),
             "Nothing can be said: the board did not get through to the good server %s %s the "
             "case; it ended %s.",
             facts->control, which, how);
    add_own_words(j->reason, sizeof(j->reason), o);
}
