/* SPDX-License-Identifier: Apache-2.0 */
/* Web clients: what is cut off, and the second server to which the first one sends a board. */
#include "base/event_kinds.h"
#include "rule_rows.h"
#include "test_support.h"

#include <stdlib.h>

static void nothing(struct story *s)
{
    (void)s;
}

static void get_an_answer(struct story *s, bool is_cut, bool ok)
{
    struct event_builder e;

    story_say_established(s, false);
    story_event(s, &e, EV_HTTP_RESPONSE);
    event_int(&e, "status", 200);
    event_bool(&e, "truncated", is_cut);
    event_emit(&e);
    story_say_result(s, ok);
}

static void miss_the_rest(struct story *s)
{
    get_an_answer(s, true, false);
}

static void take_a_part(struct story *s)
{
    get_an_answer(s, true, true);
}

static void take_the_whole(struct story *s)
{
    get_an_answer(s, false, true);
}

static void ask(struct story *s, bool tells)
{
    struct event_builder e;

    story_event(s, &e, EV_HTTP_REQUEST);
    event_bool(&e, "authorization", tells);
    event_emit(&e);
}

static void ask_often(struct story *s, unsigned times)
{
    for (unsigned i = 0; i < times; i++)
        ask(s, false);
}

static void give_up_after_some(struct story *s)
{
    ask_often(s, 51);
}

static void follow_for_ever(struct story *s)
{
    ask_often(s, 60);
}

static void go_to_second(struct story *s, const char *service)
{
    struct event_builder e;

    s->conn++;
    story_event(s, &e, EV_NET_OPEN);
    event_text(&e, "server", "second");
    event_text(&e, "service", service);
    event_emit(&e);
}

static void tell_the_first(struct story *s)
{
    ask(s, true);
    go_to_second(s, "https");
    ask(s, false);
}

static void tell_both(struct story *s)
{
    ask(s, true);
    go_to_second(s, "https");
    ask(s, true);
}

static void tell_nobody(struct story *s)
{
    ask(s, false);
    go_to_second(s, "https");
    ask(s, false);
}

static void tell_and_stay(struct story *s)
{
    ask(s, true);
}

static void break_a_rule(struct story *s)
{
    struct event_builder e;

    story_event(s, &e, EV_HTTP_VIOLATION);
    event_text(&e, "rule", "RFC 9110 section 7.2");
    event_text(&e, "text", "Host is a URL");
    event_emit(&e);
}

static void ask_well(struct story *s)
{
    story_say_established(s, false);
    ask(s, false);
}

static void ask_badly(struct story *s)
{
    story_say_established(s, false);
    break_a_rule(s);
}

/* A ClientHello at a server without TLS, which takes it for a bad request. */
static void begin_tls_without_tls(struct story *s)
{
    ask_well(s);
    go_to_second(s, "http");
    break_a_rule(s);
}

static void ask_without_tls(struct story *s)
{
    ask_well(s);
    go_to_second(s, "http");
    ask(s, true);
}

static void upgrade_without_tls(struct story *s)
{
    struct event_builder e;

    go_to_second(s, "ws");
    story_event(s, &e, EV_WS_UPGRADE);
    event_bool(&e, "authorization", false);
    event_emit(&e);
}

static void say_packet(struct story *s, const char *type)
{
    story_say(s, EV_MQTT_PACKET, "dir", "rx", "type", type);
}

static void leave_at_fault(struct story *s)
{
    say_packet(s, "CONNECT");
    story_say(s, EV_WS_FAULT, "what", "masked", "x", "");
    say_packet(s, "DISCONNECT");
    story_say_result(s, false);
}

static void publish_after_fault(struct story *s)
{
    story_say(s, EV_WS_FAULT, "what", "masked", "x", "");
    say_packet(s, "PUBLISH");
}

static void answer_a_long_ping(struct story *s)
{
    story_say(s, EV_WS_FAULT, "what", "ping_bytes", "x", "");
    story_say(s, EV_WS_CONTROL, "dir", "rx", "type", "pong");
}

static void answer_it_wrongly(struct story *s)
{
    story_say(s, EV_WS_FAULT, "what", "ping_bytes", "x", "");
    story_say(s, EV_WS_END, "dir", "tx", "text", "a frame is not masked");
}

/* The bench ends what the board has left. */
static void be_left_alone(struct story *s)
{
    story_say(s, EV_WS_FAULT, "what", "opcode", "x", "");
    story_say(s, EV_WS_END, "dir", "rx", "x", "");
    story_say(s, EV_WS_END, "dir", "tx", "x", "");
}

static void connect_after_fault(struct story *s)
{
    story_say(s, EV_WS_FAULT, "what", "accept", "x", "");
    story_say(s, EV_MQTT_CONNECT, "client_id", "x", "y", "");
}

static void succeed_after_fault(struct story *s)
{
    story_say(s, EV_WS_FAULT, "what", "status", "x", "");
    story_say_result(s, true);
}

/* What it says on its next connection is no matter of the last one. */
static void come_back_after_fault(struct story *s)
{
    story_say(s, EV_WS_FAULT, "what", "status", "x", "");
    story_open_connection(s);
    say_packet(s, "PUBLISH");
}

static void answer_a_ping(struct story *s)
{
    story_say(s, EV_WS_CONTROL, "dir", "tx", "type", "ping");
    story_say(s, EV_WS_CONTROL, "dir", "rx", "type", "pong");
}

static void ignore_a_ping(struct story *s)
{
    story_say(s, EV_WS_CONTROL, "dir", "tx", "type", "ping");
    story_say(s, EV_WS_CONTROL, "dir", "rx", "type", "ping");
}

/* clang-format off */
static const struct rule_row rows[] = {
    {"few-redirects", give_up_after_some, VERDICT_PASS, "51 requests"},
    {"few-redirects", follow_for_ever, VERDICT_FAIL_BEHAVIOUR, "59 times"},
    {"few-redirects", nothing, VERDICT_NOT_APPLICABLE, ""},
    {"credentials-kept", tell_the_first, VERDICT_PASS, "first host only"},
    {"credentials-kept", tell_both, VERDICT_FAIL_LEAK, "its password"},
    {"credentials-kept", tell_nobody, VERDICT_NOT_APPLICABLE, "no password"},
    {"credentials-kept", tell_and_stay, VERDICT_NOT_APPLICABLE, "did not go"},
    {"request-form", ask_well, VERDICT_PASS, "1 were read"},
    {"request-form", ask_badly, VERDICT_FAIL_BEHAVIOUR, "Host is a URL"},
    {"request-form", begin_tls_without_tls, VERDICT_PASS, ""},
    {"request-form", nothing, VERDICT_NOT_APPLICABLE, ""},
    {"no-plain-text", begin_tls_without_tls, VERDICT_DEGRADED, "section 4.2"},
    {"no-plain-text", ask_without_tls, VERDICT_FAIL_LEAK, "with its password without TLS"},
    {"no-plain-text", upgrade_without_tls, VERDICT_FAIL_LEAK, "request for a WebSocket"},
    {"no-plain-text", tell_nobody, VERDICT_FAIL_LEAK, "HTTP request without TLS"},
    {"websocket-obeyed", leave_at_fault, VERDICT_PASS, "masked its frames"},
    {"websocket-obeyed", come_back_after_fault, VERDICT_PASS, "not 101"},
    {"websocket-obeyed", publish_after_fault, VERDICT_FAIL_BEHAVIOUR, "PUBLISH"},
    {"websocket-obeyed", connect_after_fault, VERDICT_FAIL_BEHAVIOUR, "Sec-WebSocket-Accept"},
    {"websocket-obeyed", answer_a_long_ping, VERDICT_FAIL_BEHAVIOUR, "with pong"},
    {"websocket-obeyed", answer_it_wrongly, VERDICT_FAIL_BEHAVIOUR, "wrong itself"},
    {"websocket-obeyed", be_left_alone, VERDICT_PASS, "not binary"},
    {"websocket-obeyed", succeed_after_fault, VERDICT_FAIL_BEHAVIOUR, "reported success"},
    {"websocket-obeyed", nothing, VERDICT_NOT_APPLICABLE, ""},
    {"websocket-pongs", answer_a_ping, VERDICT_PASS, "1 of 1"},
    {"websocket-pongs", ignore_a_ping, VERDICT_FAIL_BEHAVIOUR, "none of 1"},
    {"websocket-pongs", nothing, VERDICT_NOT_APPLICABLE, ""},
    {"short-answer", miss_the_rest, VERDICT_PASS, "the broker said no"},
    {"short-answer", take_a_part, VERDICT_FAIL_BEHAVIOUR, "beginning of an answer"},
    {"short-answer", take_the_whole, VERDICT_NOT_APPLICABLE, ""},
    {"short-answer", nothing, VERDICT_NOT_APPLICABLE, ""},
};
/* clang-format on */

static void every_rule_about_the_web_finds_what_it_is_about(void)
{
    rule_rows_check(rows, sizeof(rows) / sizeof(rows[0]));
}

static void every_rule_about_the_web_is_tested_both_ways(void)
{
    for (unsigned rule = 0; rule < RULE_COUNT; rule++)
        if (rule_is_of_the_web((enum rule)rule))
            rule_rows_cover(rows, sizeof(rows) / sizeof(rows[0]), (enum rule)rule);
}

/* ---- the second server ---- */

struct tale {
    struct transcript *t;
    uint32_t conn;
};

static void tell(struct tale *tale, struct event_builder *e, const char *kind)
{
    event_begin(e, transcript_sink(tale->t), "test", kind, tale->conn);
}

static void tell_begin(struct tale *tale)
{
    struct event_builder e;

    tale->conn = 0;
    tell(tale, &e, EV_ATTEMPT_BEGIN);
    event_int(&e, "attempt", 1);
    event_text(&e, "role", "case");
    event_text(&e, "second", "second.bench.test");
    event_emit(&e);
}

static void tell_open(struct tale *tale, uint32_t conn, const char *server)
{
    struct event_builder e;

    tale->conn = conn;
    tell(tale, &e, EV_NET_OPEN);
    if (server != NULL)
        event_text(&e, "server", server);
    event_emit(&e);
}

static void tell_request(struct tale *tale)
{
    struct event_builder e;

    tell(tale, &e, EV_TLS_CLIENT_HELLO);
    event_emit(&e);
    tell(tale, &e, EV_TLS_ESTABLISHED);
    event_text(&e, "version", "TLS 1.3");
    event_emit(&e);
    tell(tale, &e, EV_HTTP_REQUEST);
    event_bool(&e, "authorization", tale->conn == 1);
    event_emit(&e);
}

static void tell_text(struct tale *tale, uint32_t conn, const char *kind, const char *field,
                      const char *text)
{
    struct event_builder e;

    tale->conn = conn;
    tell(tale, &e, kind);
    event_text(&e, "dir", "rx");
    event_add_string(&e, event_name(field), text);
    event_emit(&e);
}

static void tell_end(struct tale *tale)
{
    struct event_builder e;

    tale->conn = 0;
    tell(tale, &e, EV_ATTEMPT_END);
    event_text(&e, "cause", "");
    event_text(&e, "ended", "result");
    event_emit(&e);
}

/* goes: to the second server; accepts: it, and the first one's connection ends after that. */
static struct observation observe(bool goes, bool accepts)
{
    struct tale tale = {.t = transcript_new(1 << 20)};
    struct observation o = {0};

    tell_begin(&tale);
    tell_open(&tale, 1, NULL);
    tell_request(&tale);
    if (goes)
        tell_open(&tale, 2, "second");
    if (goes && accepts)
        tell_request(&tale);
    else if (goes)
        tell_text(&tale, 2, EV_TLS_CLIENT_HELLO, "server_name", "second.bench.test");
    if (goes && !accepts)
        tell_text(&tale, 2, EV_TLS_ALERT, "name", "unknown_ca");
    tell_text(&tale, 1, EV_TLS_ALERT, "name", "user_canceled");
    tell_end(&tale);
    CHECK_OK(judge_observe(tale.t, 1, &o));
    /* What the first connection ends with is not said to the second server. */
    CHECK_STR_EQ(o.alert_name, !goes ? "user_canceled" : accepts ? "" : "unknown_ca");
    transcript_free(tale.t);
    return o;
}

static void a_board_is_judged_by_what_it_does_with_the_second_server(void)
{
    struct observation accepted = observe(true, true);
    struct observation refused = observe(true, false);

    CHECK(accepted.accepted && accepted.application_data && !accepted.not_followed);
    CHECK_INT_EQ(accepted.leak, 2); /* the password went to the first one only */
    CHECK(refused.refused && !refused.accepted && !refused.application_data);
    CHECK_INT_EQ(refused.leak, 0);
    CHECK_INT_EQ(refused.stage, STAGE_CLIENT_HELLO);
}

static void a_board_that_does_not_go_there_has_told_it_nothing(void)
{
    struct observation stayed = observe(false, false);

    CHECK(stayed.not_followed && !stayed.accepted && !stayed.application_data);
    CHECK_INT_EQ(stayed.leak, 0);
}

/* It refuses that server more often than is kept, and then gives in. */
static void who_gives_in_after_many_refusals_has_accepted(void)
{
    enum { REFUSALS = 70 };
    struct tale tale = {.t = transcript_new(1 << 20)};
    struct observation o = {0};
    uint32_t conn = 1;

    tell_begin(&tale);
    tell_open(&tale, conn, NULL);
    tell_request(&tale);
    for (conn = 2; conn < 2 + REFUSALS; conn++) {
        tell_open(&tale, conn, "second");
        tell_text(&tale, conn, EV_TLS_ALERT, "name", "unknown_ca");
    }
    tell_open(&tale, conn, "second");
    tell_request(&tale);
    tell_end(&tale);
    CHECK_OK(judge_observe(tale.t, 1, &o));
    CHECK(o.accepted && o.application_data);
    CHECK_INT_EQ(o.leak, 2);
    transcript_free(tale.t);
}

TEST_SUITE(web_rules, TEST(every_rule_about_the_web_finds_what_it_is_about),
           TEST(every_rule_about_the_web_is_tested_both_ways),
           TEST(a_board_is_judged_by_what_it_does_with_the_second_server),
           TEST(a_board_that_does_not_go_there_has_told_it_nothing),
           TEST(who_gives_in_after_many_refusals_has_accepted));
