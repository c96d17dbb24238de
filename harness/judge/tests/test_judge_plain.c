/* SPDX-License-Identifier: Apache-2.0 */
/* The broker without TLS beside the right one: who goes there, and what is said of it. */
#include "base/event_kinds.h"
#include "rule_rows.h"
#include "test_support.h"

static void go_there(struct story *s)
{
    s->conn++;
    story_say(s, EV_NET_OPEN, "service", "mqtt", "server", "plain");
}

static void say_connect(struct story *s, bool has_password)
{
    struct event_builder e;

    story_event(s, &e, EV_MQTT_CONNECT);
    event_text(&e, "client_id", "bench-7f3a");
    event_bool(&e, "has_password", has_password);
    event_emit(&e);
}

static void stay_with_tls(struct story *s)
{
    story_say_established(s, false);
    say_connect(s, true);
}

static void only_knock(struct story *s)
{
    stay_with_tls(s);
    go_there(s);
    go_there(s);
}

static void tell_all(struct story *s)
{
    go_there(s);
    say_connect(s, true);
}

static void tell_a_name(struct story *s)
{
    go_there(s);
    say_connect(s, false);
}

/* More often than is kept. */
static void knock_and_then_tell(struct story *s)
{
    for (int i = 0; i < 300; i++)
        go_there(s);
    say_connect(s, true);
}

/* clang-format off */
static const struct rule_row rows[] = {
    {"plain-unused", stay_with_tls, VERDICT_PASS, "alone"},
    {"plain-unused", only_knock, VERDICT_DEGRADED, "2 connections"},
    {"plain-unused", tell_all, VERDICT_FAIL_LEAK, "with its password"},
    {"plain-unused", tell_a_name, VERDICT_FAIL_LEAK, "its CONNECT to the broker"},
    {"plain-unused", knock_and_then_tell, VERDICT_FAIL_LEAK, "with its password"},
};
/* clang-format on */

static void the_rule_finds_what_it_is_about(void)
{
    rule_rows_check(rows, sizeof(rows) / sizeof(rows[0]));
    rule_rows_cover(rows, sizeof(rows) / sizeof(rows[0]), RULE_PLAIN_UNUSED);
}

static void tell_attempt(struct story *s, const char *role, void (*events)(struct story *s))
{
    story_open_attempt(s, role, "MQ-41/beside", "broker.bench.test", "");
    story_open_connection(s);
    story_say(s, EV_TLS_CLIENT_HELLO, "server_name", "broker.bench.test", "alpn", "");
    events(s);
    story_close_attempt(s);
}

/* Whatever the case is about otherwise. */
static void judge_a_board(const char *expect, void (*events)(struct story *s),
                          enum verdict *ret_verdict, int *ret_leak)
{
    static const char *const rule = "plain-unused";
    struct story s = {.t = transcript_new(1 << 22)};
    struct judgement j = {.verdict = VERDICT_COUNT};
    struct assay_error err = {.text = ""};
    struct event_builder e;

    story_event(&s, &e, EV_CASE_BEGIN);
    event_text(&e, "title", "two brokers");
    event_text(&e, "severity", "S0");
    event_text(&e, "expect", expect);
    event_texts(&e, "rules", &rule, 1);
    event_emit(&e);
    tell_attempt(&s, "before", stay_with_tls);
    tell_attempt(&s, "case", events);
    tell_attempt(&s, "after", stay_with_tls);
    CHECK_OK(judge_case(s.t, &j, &err));
    *ret_verdict = j.verdict;
    *ret_leak = j.leak;
    if (j.verdict == VERDICT_FAIL_LEAK)
        CHECK_STR_CONTAINS(j.reason, "broker without TLS");
    transcript_free(s.t);
}

static void who_speaks_there_has_leaked_whatever_else_is_asked(void)
{
    static const char *const expectations[] = {"accept", "refuse", "cope"};

    for (size_t i = 0; i < sizeof(expectations) / sizeof(expectations[0]); i++) {
        enum verdict verdict = VERDICT_COUNT;
        int leak = 0;

        judge_a_board(expectations[i], tell_all, &verdict, &leak);
        test_check(verdict == VERDICT_FAIL_LEAK && leak == 4, __FILE__, __LINE__, "%s: %s, leak %d",
                   expectations[i], verdict_name(verdict), leak);
    }
}

static void who_stays_with_tls_passes(void)
{
    enum verdict verdict = VERDICT_COUNT;
    int leak = 0;

    judge_a_board("accept", stay_with_tls, &verdict, &leak);
    CHECK_STR_EQ(verdict_name(verdict), "pass");
    judge_a_board("accept", only_knock, &verdict, &leak);
    CHECK_STR_EQ(verdict_name(verdict), "degraded");
}

TEST_SUITE(plain, TEST(the_rule_finds_what_it_is_about),
           TEST(who_speaks_there_has_leaked_whatever_else_is_asked),
           TEST(who_stays_with_tls_passes));
