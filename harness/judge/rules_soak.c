/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A board over hours, with a server that is gone now and then (mock.outage): does it come back each
 * time, does it let go of what it has lost, does it refuse the wrong server each time?
 */
#include "judge_rules.h"

#include "base/event_kinds.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum {
    OPEN_MAX = 256,
    LEAK_LEAST = 3,     /* connections that are open beside a new one; fewer may be handed over */
    TREND_LEAST = 9,    /* returns, of which a third each is compared */
    SLOWER_TIMES = 4,   /* how much slower the last third has to be ... */
    SLOWER_MS = 1000,   /* ... and by how much at least */
    RETURNS_MAX = 4096, /* what comes after them is counted, and no more */
    NS_PER_MS = 1000000
};

static bool is_outage(const struct event *e, const char *state)
{
    return event_is(e, EV_MOCK_OUTAGE) && strcmp(event_get_text(e, "state"), state) == 0;
}

/* The broker has said yes. */
static bool is_session(const struct event *e)
{
    return event_is(e, EV_MQTT_PACKET) && strcmp(event_get_text(e, "dir"), "tx") == 0 &&
           strcmp(event_get_text(e, "type"), "CONNACK") == 0 && event_get_int(e, "reason", 0) == 0;
}

/* ---- does it come back? ---- */

struct returns {
    unsigned outages, overtaken; /* the next outage came before the board did */
    uint64_t ended_ns;           /* of the last outage; 0: the board has come back since */
    uint64_t over_ns;            /* of the attempt */
    bool had_session;            /* before the first outage */
    bool is_down;                /* the outage is on */
    uint32_t ms[RETURNS_MAX];
    size_t count;
};

static void see_return(struct returns *r, const struct event *e)
{
    if (event_is(e, EV_ATTEMPT_BEGIN))
        memset(r, 0, sizeof(*r)); /* one that the bench had to try again says nothing */
    r->had_session = r->had_session || (is_session(e) && r->outages == 0);
    if (is_outage(e, "begin")) {
        r->outages++;
        r->overtaken += r->ended_ns != 0 ? 1 : 0;
        r->ended_ns = 0;
        r->is_down = true;
    }
    if (is_outage(e, "end")) {
        r->ended_ns = e->t_ns;
        r->is_down = false;
    }
    if (event_is(e, EV_ATTEMPT_END) && r->over_ns == 0)
        r->over_ns = e->t_ns;
    if (!is_session(e) || r->ended_ns == 0)
        return;
    if (r->count < RETURNS_MAX)
        r->ms[r->count++] = (uint32_t)((e->t_ns - r->ended_ns) / NS_PER_MS);
    r->ended_ns = 0;
}

static uint64_t mean(const uint32_t *ms, size_t count)
{
    uint64_t sum = 0;

    for (size_t i = 0; i < count; i++)
        sum += ms[i];
    return count > 0 ? sum / count : 0;
}

static uint32_t longest(const struct returns *r)
{
    uint32_t found = 0;

    for (size_t i = 0; i < r->count; i++)
        found = r->ms[i] > found ? r->ms[i] : found;
    return found;
}

static void say_returns(const struct returns *r, struct rule_finding *ret)
{
    size_t third = r->count / 3;
    uint64_t early = mean(r->ms, third);
    uint64_t late = mean(r->ms + r->count - third, third);

    if (r->count >= TREND_LEAST && late > early * SLOWER_TIMES && late > early + SLOWER_MS)
        rule_say(ret, VERDICT_DEGRADED,
                 "It came back after %zu of %u outages, slower and slower: %" PRIu64
                 " ms at first, %" PRIu64
                 " ms in the end. Something fills up, or its waits never begin anew.",
                 r->count, r->outages, early, late);
    else
        rule_say(ret, VERDICT_PASS,
                 "It came back after %zu of %u outages (%u were overtaken by the next one), after "
                 "%" PRIu64 " ms as a rule and %" PRIu32 " ms at most.",
                 r->count, r->outages, r->overtaken, mean(r->ms, r->count), longest(r));
}

void rule_soak_recovers(const struct rule_view *view, struct rule_finding *ret)
{
    struct rule_walk walk = {.view = view};
    struct returns *r = calloc(1, sizeof(*r));
    const struct event *e = NULL;

    if (r == NULL) {
        rule_say(ret, VERDICT_INCONCLUSIVE, "Nothing can be said: the bench is out of memory.");
        return;
    }
    while ((e = rule_walk_next(&walk)) != NULL)
        see_return(r, e);
    if (r->outages == 0 || !r->had_session)
        rule_say(ret, VERDICT_INCONCLUSIVE,
                 r->outages == 0 ? "There was no outage in the time that was watched."
                                 : "It had no session before the first outage.");
    else if (r->is_down) /* outages end before the watch does, if nobody ends it earlier */
        rule_say(ret, VERDICT_FAIL_BEHAVIOUR,
                 "It gave up in outage %u, before the broker was back (it had come back %zu times "
                 "before): somebody has to go there and switch it off and on.",
                 r->outages, r->count);
    else if (r->ended_ns != 0)
        rule_say(
            ret, VERDICT_FAIL_BEHAVIOUR,
            "After outage %u it did not come back until it gave up or the watch ended, %" PRIu64
            " ms later (it had come back %zu times before): somebody has to go there and "
            "switch it off and on.",
            r->outages, (r->over_ns - r->ended_ns) / NS_PER_MS, r->count);
    else
        say_returns(r, ret);
    free(r);
}

/* ---- does it let go? ---- */

struct open_conns {
    uint32_t conns[OPEN_MAX];
    size_t count, most;
    unsigned total;
};

static void let_go(struct open_conns *o, uint32_t conn)
{
    for (size_t i = 0; i < o->count; i++)
        if (o->conns[i] == conn)
            o->conns[i--] = o->conns[--o->count];
}

/* By the board: its FIN will do, also where the bench still lingers. */
static bool is_end(const struct event *e)
{
    return event_is(e, EV_NET_CLOSE) ||
           (event_is(e, EV_NET_END) && strcmp(event_get_text(e, "dir"), "rx") == 0);
}

static void see_open(struct open_conns *o, const struct event *e)
{
    if (event_is(e, EV_ATTEMPT_BEGIN))
        o->count = 0;
    if (is_end(e))
        let_go(o, e->conn);
    if (!event_is(e, EV_NET_OPEN))
        return;
    o->total++;
    o->most = o->count > o->most ? o->count : o->most;
    if (o->count < OPEN_MAX)
        o->conns[o->count++] = e->conn;
}

void rule_soak_no_leak(const struct rule_view *view, struct rule_finding *ret)
{
    struct rule_walk walk = {.view = view};
    struct open_conns o = {.count = 0};
    const struct event *e = NULL;

    while ((e = rule_walk_next(&walk)) != NULL)
        see_open(&o, e);
    if (o.total < LEAK_LEAST + 1)
        rule_say(ret, VERDICT_INCONCLUSIVE,
                 "It opened %u connections, too few to tell whether it closes them.", o.total);
    else if (o.most >= LEAK_LEAST)
        rule_say(ret, VERDICT_FAIL_BEHAVIOUR,
                 "%zu of its connections were open when it opened another one: it forgets to close "
                 "what it has lost, and has no socket left one day.",
                 o.most);
    else
        rule_say(ret, VERDICT_PASS, "It closed what it had lost: %u connections, %zu at a time.",
                 o.total, o.most + 1);
}

/* ---- does it refuse the wrong server? ---- */

struct wrong {
    bool is_on;
    uint32_t first, last; /* connections that were opened while it was on */
    unsigned met;
};

void rule_soak_refuses(const struct rule_view *view, struct rule_finding *ret)
{
    struct rule_walk walk = {.view = view};
    struct wrong w = {.is_on = false};
    const struct event *e = NULL;

    while ((e = rule_walk_next(&walk)) != NULL) {
        if (is_outage(e, "begin") && strcmp(event_get_text(e, "way"), "bad-certificate") == 0) {
            w.is_on = true;
            w.first = 0;
        }
        if (is_outage(e, "end"))
            w.is_on = false;
        if (event_is(e, EV_NET_OPEN) && w.is_on) {
            w.met++;
            w.first = w.first == 0 ? e->conn : w.first;
            w.last = e->conn;
        }
        if (!event_is(e, EV_MQTT_CONNECT) || w.first == 0 || e->conn < w.first || e->conn > w.last)
            continue;
        rule_say(ret, VERDICT_FAIL_LEAK,
                 "At its connection %u to a server of an unknown root it sent its CONNECT%s: it "
                 "does not verify its broker every time.",
                 w.met, event_get_bool(e, "has_password") ? " with its password" : "");
        return;
    }
    if (w.met == 0)
        rule_say(ret, VERDICT_INCONCLUSIVE, "It met no wrong server in the time that was watched.");
    else
        rule_say(ret, VERDICT_PASS, "It refused the wrong server each time (%u connections).",
                 w.met);
}
