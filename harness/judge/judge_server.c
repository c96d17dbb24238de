/* SPDX-License-Identifier: Apache-2.0 */
#include "judge_server.h"

#include "base/event_kinds.h"

#include <stdio.h>
#include <string.h>

/* ---- what was observed ---- */

enum purpose { FOR_NOBODY, FOR_CASE, FOR_COMPANY, FOR_STILL };

enum { MOST_CONNS = 1024 };

struct server_walk {
    struct observation *o;
    unsigned char purposes[MOST_CONNS]; /* by the connection's number */
    unsigned good[FOR_STILL + 1];       /* visits that were answered as they asked */
    unsigned others[FOR_STILL + 1];     /* visits that were not */
    bool is_stopping;                   /* the bench has told the board to end */
    bool tls13;
};

static enum purpose purpose_of(const struct server_walk *w, const struct event *e)
{
    return e->conn < MOST_CONNS ? (enum purpose)w->purposes[e->conn] : FOR_NOBODY;
}

static bool is_rx(const struct event *e)
{
    return strcmp(event_get_text(e, "dir"), "rx") == 0;
}

static void reach(struct server_walk *w, enum stage stage)
{
    if (stage > w->o->stage)
        w->o->stage = stage;
}

static void see_visit(struct server_walk *w, const struct event *e)
{
    static const char *const names[] = {
        [FOR_CASE] = "case", [FOR_COMPANY] = "company", [FOR_STILL] = "still"};

    for (unsigned i = FOR_CASE; i <= FOR_STILL; i++)
        if (e->conn < MOST_CONNS && strcmp(names[i], event_get_text(e, "purpose")) == 0)
            w->purposes[e->conn] = (unsigned char)i;
    if (purpose_of(w, e) == FOR_STILL)
        w->o->visit.asked_again = true;
}

/* ---- events of the connections that are judged ---- */

static void see_open(struct server_walk *w, const struct event *e)
{
    (void)e;
    w->o->connections++;
    w->tls13 = false;
    reach(w, STAGE_TCP);
}

static void see_message(struct server_walk *w, const struct event *e)
{
    const char *name = event_get_text(e, "name");

    if (!is_rx(e) && strcmp(name, "ClientHello") == 0)
        reach(w, STAGE_CLIENT_HELLO);
    if (is_rx(e) && strcmp(name, "Certificate") == 0)
        reach(w, STAGE_SERVER_FLIGHT);
}

static void see_reply(struct server_walk *w, const struct event *e)
{
    reach(w, event_get_bool(e, "hello") ? STAGE_SERVER_FLIGHT : STAGE_CLIENT_HELLO);
}

static void see_established(struct server_walk *w, const struct event *e)
{
    w->tls13 = strstr(event_get_text(e, "version"), "1.3") != NULL;
    w->o->visit.version = event_get_text(e, "version");
    /* A client of TLS 1.3 is done before the board has seen its certificate (RFC 8446 section 2) */
    w->o->visit.taken = w->o->visit.taken || !w->tls13;
    reach(w, STAGE_FINISHED);
}

static void see_alert(struct server_walk *w, const struct event *e)
{
    struct observation *o = w->o;
    const char *name = event_get_text(e, "name");

    if (!is_rx(e)) {
        if (strcmp(event_get_text(e, "level"), "fatal") == 0)
            o->bench_alert = name;
        return;
    }
    if (strcmp(name, "close_notify") == 0 || o->has_alert)
        return;
    o->has_alert = true;
    o->alert_name = name;
    o->alert_level = event_get_text(e, "level");
    o->alert_code = (int)event_get_int(e, "code", -1);
}

static void see_answer(struct server_walk *w, const struct event *e)
{
    struct observation *o = w->o;

    o->application_data = true;
    o->visit.answer = event_get_text(e, "kind");
    o->visit.answer_text = event_get_text(e, "text");
    o->visit.plain = event_get_bool(e, "plain");
    if (event_get_bool(e, "contents"))
        o->leak = 3;
    reach(w, STAGE_APPLICATION_DATA);
    if (strcmp(o->visit.answer, "good") == 0)
        reach(w, STAGE_SESSION);
}

static void see_close(struct server_walk *w, const struct event *e)
{
    w->o->close = event_get_text(e, "how");
    w->o->close_by = event_get_text(e, "by");
}

static void see_end_of_visit(struct server_walk *w, const struct event *e)
{
    const char *outcome = event_get_text(e, "outcome");

    w->o->visit.outcome = outcome;
    w->o->visit.outcome_text = event_get_text(e, "text");
    w->o->stalled = w->o->stalled || strcmp(outcome, "silent") == 0;
}

/* How every visit, judged or not, is counted. */
static void count_visit(struct server_walk *w, const struct event *e, const char *last_answer)
{
    enum purpose purpose = purpose_of(w, e);
    bool good =
        strcmp(event_get_text(e, "outcome"), "answered") == 0 && strcmp(last_answer, "good") == 0;

    if (good)
        w->good[purpose]++;
    else
        w->others[purpose]++;
    if (purpose == FOR_STILL && !good)
        w->o->visit.again_outcome = event_get_text(e, "outcome");
}

static const struct {
    const char *kind;
    void (*see)(struct server_walk *w, const struct event *e);
} of_connections[] = {
    {EV_NET_OPEN, see_open},           {EV_NET_CLOSE, see_close},
    {EV_TLS_MESSAGE, see_message},     {EV_TLS_ESTABLISHED, see_established},
    {EV_TLS_ALERT, see_alert},         {EV_PROBER_ANSWER, see_answer},
    {EV_PROBER_END, see_end_of_visit}, {EV_PROBER_REPLY, see_reply},
};

/* ---- events of the board ---- */

static void see_listening(struct server_walk *w, const struct event *e)
{
    (void)e;
    w->o->visit.listened = true;
}

static void see_reset(struct server_walk *w, const struct event *e)
{
    if (strcmp(event_get_text(e, "reason"), "spontaneous") == 0)
        w->o->crashed = true;
}

/* A server that ends by itself, however orderly, serves nobody any more. */
static void see_exit(struct server_walk *w, const struct event *e)
{
    if (strcmp(event_get_text(e, "by"), "board") == 0)
        w->o->crashed = true;
}

static void see_result(struct server_walk *w, const struct event *e)
{
    w->o->has_result = true;
    w->o->serial_code = (int)event_get_int(e, "code", 0);
    w->o->serial_error = event_get_bool(e, "ok") ? "" : event_get_text(e, "text");
    w->o->said_failure = !event_get_bool(e, "ok");
}

static void see_end(struct server_walk *w, const struct event *e)
{
    struct observation *o = w->o;

    if (cause_parse(event_get_text(e, "cause"), &o->cause) != ASSAY_OK)
        o->cause = CAUSE_HARNESS;
    o->cause_detail = event_get_text(e, "detail");
    o->duration_ns = (uint64_t)event_get_int(e, "duration_ns", 0);
    o->timed_out = strcmp(event_get_text(e, "ended"), "deadline") == 0;
    o->ended = true;
}

static const struct {
    const char *kind;
    void (*see)(struct server_walk *w, const struct event *e);
} of_attempts[] = {
    {EV_PROBER_VISIT, see_visit}, {EV_BOARD_LISTENING, see_listening}, {EV_BOARD_RESET, see_reset},
    {EV_BOARD_EXIT, see_exit},    {EV_BOARD_RESULT, see_result},       {EV_ATTEMPT_END, see_end},
};

bool server_is_visited(const struct event *attempt_begin)
{
    return strcmp(event_get_text(attempt_begin, "board_role"), "server") == 0;
}

static void conclude(struct server_walk *w)
{
    struct observation *o = w->o;

    o->accepted = w->good[FOR_CASE] > 0 && w->others[FOR_CASE] == 0;
    if (o->accepted)
        reach(w, STAGE_DELIVERED);
    o->visit.serves_again = w->good[FOR_STILL] > 0 && w->others[FOR_STILL] == 0;
    /* Where the bench itself gave up, the board has refused nothing. */
    o->refused = !o->accepted && !o->stalled && !o->application_data && o->stage >= STAGE_TCP &&
                 (o->has_alert || o->bench_alert[0] == '\0');
}

void server_observe(const struct transcript *t, int attempt, struct observation *ret)
{
    struct server_walk w = {.o = ret};
    const char *last_answer = "";
    bool inside = false;

    ret->visit = (struct visit_observation){.is_visited = true,
                                            .answer = "",
                                            .answer_text = "",
                                            .outcome = "",
                                            .outcome_text = "",
                                            .again_outcome = "",
                                            .version = ""};
    for (size_t i = 0; i < transcript_count(t); i++) {
        const struct event *e = transcript_at(t, i);

        if (event_is(e, EV_ATTEMPT_BEGIN))
            inside = event_get_int(e, "attempt", -1) == attempt;
        if (!inside)
            continue;
        for (size_t k = 0; k < sizeof(of_attempts) / sizeof(of_attempts[0]); k++)
            if (event_is(e, of_attempts[k].kind))
                of_attempts[k].see(&w, e);
        for (size_t k = 0; k < sizeof(of_connections) / sizeof(of_connections[0]); k++)
            if (purpose_of(&w, e) == FOR_CASE && event_is(e, of_connections[k].kind))
                of_connections[k].see(&w, e);
        if (event_is(e, EV_PROBER_ANSWER))
            last_answer = event_get_text(e, "kind");
        if (event_is(e, EV_PROBER_END))
            count_visit(&w, e, last_answer);
        if (event_is(e, EV_PROBER_END) || event_is(e, EV_PROBER_VISIT))
            last_answer = "";
    }
    conclude(&w);
}

/* ---- verdicts ---- */

static bool alert_is_right(const struct case_facts *facts, const struct observation *o)
{
    if (facts->alert_count == 0)
        return true;
    for (size_t i = 0; o->has_alert && i < facts->alert_count; i++)
        if (strcmp(facts->alerts[i], o->alert_name) == 0)
            return true;
    return false;
}

/* What every case asks of a server: it lives on, and serves the next good client. */
static enum verdict judge_survival(const struct observation *o)
{
    if (o->crashed)
        return VERDICT_FAIL_CRASH;
    if (o->cause != CAUSE_NONE || !o->visit.listened)
        return VERDICT_INCONCLUSIVE;
    if (o->visit.asked_again && !o->visit.serves_again)
        return VERDICT_FAIL_HANG;
    return VERDICT_PASS;
}

static enum verdict judge_accept(const struct observation *o)
{
    enum verdict survival = judge_survival(o);

    if (survival != VERDICT_PASS)
        return survival;
    if (o->accepted)
        return VERDICT_PASS;
    /* It listens; that nobody comes through, or hears a word, is its doing. */
    if (o->stalled || o->stage == STAGE_NONE)
        return VERDICT_FAIL_HANG;
    return VERDICT_FAIL_REJECT_GOOD;
}

/*
 * A web server may look at the certificate behind the handshake and say no as web servers do
 * (nginx: 400, others 403). No contents leave it; but strangers reach its parser. Where the
 * handshake itself had to be refused that comes too late.
 */
static bool is_refused_in_words(const struct case_facts *facts, const struct observation *o)
{
    static const char http[] = "HTTP/";

    return o->leak == 0 && strcmp(o->visit.answer, "refused") == 0 &&
           strncmp(o->visit.answer_text, http, strlen(http)) == 0 &&
           (facts->of_identity || o->visit.plain);
}

static enum verdict judge_refuse(const struct case_facts *facts, const struct observation *o)
{
    enum verdict survival = judge_survival(o);

    if (o->leak > 0)
        return VERDICT_FAIL_LEAK;
    if (is_refused_in_words(facts, o))
        return survival == VERDICT_PASS ? VERDICT_PASS_SOFT : survival;
    if (o->application_data || o->visit.taken)
        return VERDICT_FAIL_ACCEPT;
    if (survival != VERDICT_PASS)
        return survival;
    if (o->stalled)
        return VERDICT_FAIL_HANG;
    if (!o->refused)
        return VERDICT_INCONCLUSIVE;
    return alert_is_right(facts, o) ? VERDICT_PASS : VERDICT_PASS_SOFT;
}

static enum verdict judge_cope(const struct observation *o)
{
    enum verdict survival = judge_survival(o);

    if (survival != VERDICT_PASS)
        return survival;
    if (o->stage == STAGE_NONE)
        return VERDICT_INCONCLUSIVE;
    return o->stalled ? VERDICT_DEGRADED : VERDICT_PASS;
}

enum verdict server_judge(const struct case_facts *facts, const struct observation *o)
{
    switch (facts->expect) {
    case EXPECT_ACCEPT:
        return judge_accept(o);
    case EXPECT_REFUSE:
        return judge_refuse(facts, o);
    case EXPECT_COPE:
        return judge_cope(o);
    case EXPECT_OBSERVE:
    case EXPECT_MEASURE:
        break;
    }
    return VERDICT_PASS;
}
