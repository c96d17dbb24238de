/* SPDX-License-Identifier: Apache-2.0 */
/* How a board goes about its connections: how it ends them, how often it tries, what it reports. */
#include "judge_rules.h"

#include "base/event_kinds.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static bool is_from_board(const struct event *e)
{
    return strcmp(event_get_text(e, "dir"), "rx") == 0;
}

/* ---- how connections end ---- */

/* One connection, as far as its end is concerned. */
struct ending {
    bool certificate_shown; /* the server's */
    bool established;
    bool alert; /* of the board */
    bool notify;
    bool bench_alert;
    bool fin; /* of the board */
    bool bench_done;
};

static void see(struct ending *c, const struct event *e)
{
    const char *name = event_get_text(e, "name");

    if (event_is(e, EV_NET_OPEN))
        *c = (struct ending){.certificate_shown = false};
    if (event_is(e, EV_TLS_MESSAGE) && !is_from_board(e) && strcmp(name, "Certificate") == 0)
        c->certificate_shown = true;
    if (event_is(e, EV_TLS_ESTABLISHED))
        c->established = true;
    if (event_is(e, EV_TLS_CLOSE_NOTIFY) && is_from_board(e))
        c->notify = true;
    /* A bench that has taken its leave decrypts no more; what else would a board send then? */
    if (event_is(e, EV_TLS_CLOSE_NOTIFY) && !is_from_board(e))
        c->bench_done = true;
    if (c->bench_done && event_is(e, EV_NET_DATA) && is_from_board(e))
        c->notify = true;
    if (event_is(e, EV_NET_END) && is_from_board(e))
        c->fin = true;
    if (!event_is(e, EV_TLS_ALERT))
        return;
    if (strcmp(name, "close_notify") == 0)
        c->notify = c->notify || is_from_board(e);
    else if (is_from_board(e))
        c->alert = true;
    else
        c->bench_alert = true;
}

static bool closed_by_board(const struct event *e)
{
    return event_is(e, EV_NET_CLOSE) && strcmp(event_get_text(e, "by"), "board") == 0;
}

/*
 * How the last connection of one attempt ended. A board that keeps its session gives those before
 * up because something went wrong with them, and to whom should it say good-bye there?
 */
struct closings {
    bool closed, silent;
    bool went_well; /* the board says so, or it took its leave of the broker */
};

static void see_end(struct closings *a, struct ending *c, const struct event *e)
{
    if (event_is(e, EV_BOARD_RESULT))
        a->went_well = event_get_bool(e, "ok");
    if (event_is(e, EV_MQTT_CLOSED) && event_get_bool(e, "clean"))
        a->went_well = true;
    if (!event_is(e, EV_NET_CLOSE))
        return;
    /* Who closes second owes it as well. */
    a->closed = (c->fin || closed_by_board(e)) && c->established && !c->alert && !c->bench_alert;
    a->silent = a->closed && !c->notify;
}

void rule_close_notify(const struct rule_view *view, struct rule_finding *ret)
{
    struct rule_walk walk = {.view = view};
    struct ending c = {.alert = false};
    struct closings attempt = {.closed = false};
    const struct event *e = NULL;
    unsigned closed = 0;
    unsigned silent = 0;

    while ((e = rule_walk_next(&walk)) != NULL) {
        if (event_is(e, EV_ATTEMPT_BEGIN))
            attempt = (struct closings){.closed = false};
        see(&c, e);
        see_end(&attempt, &c, e);
        if (event_is(e, EV_ATTEMPT_END) && attempt.went_well) {
            closed += attempt.closed ? 1 : 0;
            silent += attempt.silent ? 1 : 0;
        }
    }
    if (closed == 0)
        rule_say(ret, VERDICT_NOT_APPLICABLE, "It never closed a connection that went well.");
    else if (silent == 0)
        rule_say(ret, VERDICT_PASS, "It closed all %u connections with close_notify.", closed);
    else
        rule_say(ret, VERDICT_DEGRADED,
                 "It closed %u of %u connections without close_notify: the server cannot tell its "
                 "end from an attacker who cuts the line.",
                 silent, closed);
}

void rule_alerts(const struct rule_view *view, struct rule_finding *ret)
{
    struct rule_walk walk = {.view = view};
    struct ending c = {.alert = false};
    const struct event *e = NULL;
    unsigned refused = 0;
    unsigned silent = 0;
    bool disturbed = false; /* what ended early there need not be a refusal */

    while ((e = rule_walk_next(&walk)) != NULL) {
        if (event_is(e, EV_ATTEMPT_BEGIN) || event_is(e, EV_NET_RULE))
            disturbed = event_is(e, EV_NET_RULE);
        see(&c, e);
        if (!event_is(e, EV_NET_CLOSE) || !c.certificate_shown || c.established || c.bench_alert ||
            disturbed)
            continue;
        if (!c.alert && !closed_by_board(e))
            continue; /* not a refusal */
        refused++;
        silent += c.alert ? 0 : 1;
    }
    if (refused == 0)
        rule_say(ret, VERDICT_NOT_APPLICABLE, "It refused no server.");
    else if (silent == 0)
        rule_say(ret, VERDICT_PASS, "It said why with an alert in all %u refusals.", refused);
    else
        rule_say(ret, VERDICT_DEGRADED,
                 "It closed %u of %u connections without an alert: nobody at the other end learns "
                 "that the certificate was the reason.",
                 silent, refused);
}

/* ---- resets and time ---- */

void rule_no_resets(const struct rule_view *view, struct rule_finding *ret)
{
    struct rule_walk walk = {.view = view};
    const struct event *e = NULL;
    const char *first = "";
    unsigned resets = 0;

    while ((e = rule_walk_next(&walk)) != NULL) {
        bool reset =
            event_is(e, EV_BOARD_RESET) && strcmp(event_get_text(e, "reason"), "spontaneous") == 0;

        if (!reset && (!event_is(e, EV_BOARD_EXIT) || event_get_int(e, "signal", 0) == 0))
            continue;
        first = resets == 0 ? event_get_text(walk.begin, "scenario") : first;
        resets++;
    }
    if (resets > 0)
        rule_say(ret, VERDICT_FAIL_CRASH,
                 "It crashed or reset itself %u times in %u attempts, first with the server of %s.",
                 resets, walk.attempts, first);
    else
        rule_say(ret, VERDICT_PASS, "No crash and no reset of its own in %u attempt%s.",
                 walk.attempts, walk.attempts == 1 ? "" : "s");
}

static int compare_ns(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a;
    int64_t y = *(const int64_t *)b;

    return x < y ? -1 : x > y;
}

void rule_handshake_time(const struct rule_view *view, struct rule_finding *ret)
{
    enum { MAX_TIMES = 1024, NS_PER_US = 1000 };
    struct rule_walk walk = {.view = view};
    int64_t times[MAX_TIMES];
    size_t count = 0;
    bool ok = false;
    const struct event *e = NULL;

    while ((e = rule_walk_next(&walk)) != NULL) {
        if (event_is(e, EV_ATTEMPT_BEGIN))
            ok = false;
        if (event_is(e, EV_BOARD_RESULT))
            ok = event_get_bool(e, "ok");
        if (event_is(e, EV_ATTEMPT_END) && ok && count < MAX_TIMES &&
            event_get_int(e, "connect_ns", 0) > 0)
            times[count++] = event_get_int(e, "connect_ns", 0) / NS_PER_US;
    }
    if (count == 0) {
        rule_say(ret, VERDICT_NOT_APPLICABLE, "No connection of this run was timed.");
        return;
    }
    qsort(times, count, sizeof(times[0]), compare_ns);
    rule_say(ret, VERDICT_PASS,
             "From the order to connect to the delivered message it took %" PRId64 ".%03" PRId64
             " ms (median of %zu; %" PRId64 ".%03" PRId64 " to %" PRId64 ".%03" PRId64 " ms).",
             times[count / 2] / 1000, times[count / 2] % 1000, count, times[0] / 1000,
             times[0] % 1000, times[count - 1] / 1000, times[count - 1] % 1000);
}

/* ---- after a failure ---- */

void rule_few_connections(const struct rule_view *view, struct rule_finding *ret)
{
    enum { FEW = 3, MANY = 10 };
    struct rule_walk walk = {.view = view};
    const struct event *e = NULL;
    unsigned connections = 0;
    unsigned most = 0;
    uint64_t first_ns = 0;
    uint64_t span_ns = 0;

    while ((e = rule_walk_next(&walk)) != NULL) {
        if (event_is(e, EV_ATTEMPT_BEGIN))
            connections = 0;
        if (!event_is(e, EV_NET_OPEN))
            continue;
        first_ns = connections == 0 ? e->t_ns : first_ns;
        connections++;
        if (connections > most) {
            most = connections;
            span_ns = e->t_ns - first_ns;
        }
    }
    /* EN 303 645 provision 5.9-3, and the brokers' own rules; a second is the least. */
    if (most > FEW && span_ns / 1000000000U < most - 1)
        rule_say(ret, most >= MANY ? VERDICT_FAIL_BEHAVIOUR : VERDICT_DEGRADED,
                 "It connected %u times within %.1f s: a thousand such boards take their broker "
                 "down. Wait longer after each failure, and not all the same time.",
                 most, (double)span_ns / 1e9);
    else
        rule_say(ret, VERDICT_PASS, "It made %u connection%s and left it at that.", most,
                 most == 1 ? "" : "s");
}

void rule_reports_failure(const struct rule_view *view, struct rule_finding *ret)
{
    struct rule_walk walk = {.view = view};
    const struct event *e = NULL;
    bool has_result = false;
    bool ok = false;
    const char *text = "";

    while ((e = rule_walk_find(&walk, EV_BOARD_RESULT)) != NULL) {
        has_result = true;
        ok = event_get_bool(e, "ok");
        text = event_get_text(e, "text");
    }
    if (!has_result)
        rule_say(ret, VERDICT_NOT_APPLICABLE, "It reports no results, so nobody can tell.");
    else if (ok)
        rule_say(ret, VERDICT_FAIL_BEHAVIOUR,
                 "It reported success, though the server refused it: what it sent is lost, and "
                 "nothing will send it again. Wait for the acknowledgement.");
    else
        rule_say(ret, VERDICT_PASS, "It noticed: %s.", text[0] != '\0' ? text : "a failure");
}

void rule_record_size(const struct rule_view *view, struct rule_finding *ret)
{
    static const char full_records[] = "REC-01";
    struct rule_walk walk = {.view = view};
    const struct event *e = NULL;
    bool full = false;
    bool failed = false;
    bool asked = false;
    unsigned hellos = 0;

    while ((e = rule_walk_next(&walk)) != NULL) {
        bool here = strncmp(event_get_text(walk.begin, "scenario"), full_records,
                            strlen(full_records)) == 0;

        if (event_is(e, EV_TLS_CLIENT_HELLO)) {
            hellos++;
            asked = asked || event_get_int(e, "max_fragment_length", 0) > 0 ||
                    event_get_int(e, "record_size_limit", 0) > 0;
        }
        if (event_is(e, EV_BOARD_RESULT) && here) {
            full = full || event_get_bool(e, "ok");
            failed = failed || !event_get_bool(e, "ok");
        }
    }
    if (hellos == 0)
        rule_say(ret, VERDICT_INCONCLUSIVE, "Nothing can be said: there is no ClientHello.");
    else if (asked)
        rule_say(ret, VERDICT_PASS, "It asks for records that fit it.");
    else if (failed)
        rule_say(ret, VERDICT_DEGRADED,
                 "It cannot take a full record of 16 KiB (REC-01), and asks for no smaller ones: "
                 "send max_fragment_length or record_size_limit, or make room.");
    else
        rule_say(ret, VERDICT_PASS,
                 full ? "It asks for no smaller records, and needs none."
                      : "It asks for no smaller records; REC-01 shows whether "
                        "it can take full ones.");
}
