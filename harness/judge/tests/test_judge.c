/* SPDX-License-Identifier: Apache-2.0 */
#include "base/event_kinds.h"
#include "judge/judge.h"
#include "test_support.h"

#include <stdlib.h>

/* How the board behaves in one attempt of a made-up transcript. */
enum act {
    ACT_NOTHING,        /* never opens a connection */
    ACT_TCP_ONLY,       /* connects, sends nothing */
    ACT_ALERT,          /* refuses with an alert */
    ACT_CLOSE,          /* refuses without */
    ACT_FINISHED,       /* TLS 1.2 handshake, closes without data */
    ACT_FINISHED_13,    /* TLS 1.3 handshake, closes without data */
    ACT_NOTIFIED_13,    /* the same with a close_notify; the bench's FIN is the first */
    ACT_LEFT_13,        /* the bench ends it, the board follows */
    ACT_FINISHED_13_OK, /* the same, and the board says that all is well */
    ACT_DATA,           /* handshake and data that nobody understands */
    ACT_GET,            /* an HTTP request, answered */
    ACT_GET_MISSING,    /* ... with 404 */
    ACT_POST,           /* ... with a body */
    ACT_GET_PASSWORD,   /* ... with Authorization */
    ACT_WWEP_READ,      /* WWEP: answered with A */
    ACT_WWEP_WRITE,
    ACT_WWEP_NOISE, /* WWEP: no request */
    ACT_CONNECT,    /* MQTT CONNECT with a password */
    ACT_CONNECT_NO_PASSWORD,
    ACT_SESSION,        /* everything: message delivered */
    ACT_STALL,          /* stands still after the certificate */
    ACT_WAITING,        /* MQTT CONNECT, and then it waits until the deadline */
    ACT_CRASH,          /* resets itself after the certificate */
    ACT_NOTHING_SHARED, /* the bench ends with handshake_failure */
    ACT_BENCH_FAILED,   /* cause harness */
    ACT_NOT_BOOTED      /* cause boot */
};

struct story {
    struct transcript *t;
    int attempts;
    int repeat; /* of the next attempt */
};

static void emit(struct story *s, struct event_builder *e)
{
    (void)s;
    event_emit(e);
}

static void plain(struct story *s, const char *kind, const char *field, const char *text)
{
    struct event_builder e;

    event_begin(&e, transcript_sink(s->t), "test", kind, 1);
    if (field != NULL)
        event_add_string(&e, event_name(field), text);
    emit(s, &e);
}

static void message(struct story *s, const char *dir, const char *name)
{
    struct event_builder e;

    event_begin(&e, transcript_sink(s->t), "tls", EV_TLS_MESSAGE, 1);
    event_text(&e, "dir", dir);
    event_text(&e, "name", name);
    emit(s, &e);
}

static void alert(struct story *s, const char *dir, const char *name)
{
    struct event_builder e;

    event_begin(&e, transcript_sink(s->t), "tls", EV_TLS_ALERT, 1);
    event_text(&e, "dir", dir);
    event_text(&e, "level", "fatal");
    event_text(&e, "name", name);
    event_int(&e, "code", 42);
    emit(s, &e);
}

static void close_connection(struct story *s, const char *by, const char *how)
{
    struct event_builder e;

    event_begin(&e, transcript_sink(s->t), "net", EV_NET_CLOSE, 1);
    event_text(&e, "by", by);
    event_text(&e, "how", how);
    emit(s, &e);
}

static void established(struct story *s, const char *version)
{
    struct event_builder e;

    event_begin(&e, transcript_sink(s->t), "tls", EV_TLS_ESTABLISHED, 1);
    event_text(&e, "version", version);
    emit(s, &e);
}

static void data(struct story *s, int length)
{
    struct event_builder e;

    event_begin(&e, transcript_sink(s->t), "tls", EV_TLS_DATA, 1);
    event_text(&e, "dir", "rx");
    event_int(&e, "length", length);
    emit(s, &e);
}

static void connect_packet(struct story *s, bool password)
{
    struct event_builder e;

    event_begin(&e, transcript_sink(s->t), "mqtt", EV_MQTT_CONNECT, 1);
    event_text(&e, "client_id", "board-1");
    event_bool(&e, "has_password", password);
    emit(s, &e);
}

static void deliver(struct story *s)
{
    struct event_builder e;

    event_begin(&e, transcript_sink(s->t), "mqtt", EV_MQTT_PACKET, 1);
    event_text(&e, "dir", "tx");
    event_text(&e, "type", "CONNACK");
    event_int(&e, "reason", 0);
    emit(s, &e);
    event_begin(&e, transcript_sink(s->t), "mqtt", EV_MQTT_PUBLISH, 1);
    event_text(&e, "dir", "rx");
    event_bytes(&e, "payload", "21.5", 4);
    emit(s, &e);
}

static void result(struct story *s, bool ok, const char *text)
{
    struct event_builder e;

    event_begin(&e, transcript_sink(s->t), "board", EV_BOARD_RESULT, 0);
    event_bool(&e, "ok", ok);
    event_text(&e, "phase", "tls");
    event_text(&e, "text", text);
    emit(s, &e);
}

static void hello_and_flight(struct story *s)
{
    plain(s, EV_NET_OPEN, "service", "mqtts");
    plain(s, EV_TLS_CLIENT_HELLO, NULL, NULL);
    message(s, "tx", "ServerHello");
    message(s, "tx", "Certificate");
}

static void finish(struct story *s, const char *version)
{
    hello_and_flight(s);
    if (strcmp(version, "TLSv1.2") == 0)
        message(s, "rx", "ClientKeyExchange");
    established(s, version);
}

static void act_open(struct story *s, enum act act)
{
    if (act == ACT_TCP_ONLY)
        plain(s, EV_NET_OPEN, "service", "mqtts");
    if (act == ACT_NOTHING_SHARED) {
        plain(s, EV_NET_OPEN, "service", "mqtts");
        plain(s, EV_TLS_CLIENT_HELLO, NULL, NULL);
        alert(s, "tx", "handshake_failure");
        close_connection(s, "bench", "fin");
    }
    if (act == ACT_ALERT || act == ACT_CLOSE || act == ACT_STALL || act == ACT_CRASH)
        hello_and_flight(s);
    if (act == ACT_WAITING) {
        finish(s, "TLSv1.2");
        data(s, 40);
        connect_packet(s, true);
    }
    if (act == ACT_ALERT)
        alert(s, "rx", "bad_certificate");
    if (act == ACT_CRASH)
        plain(s, EV_BOARD_RESET, "reason", "spontaneous");
    if (act == ACT_ALERT || act == ACT_CLOSE || act == ACT_TCP_ONLY)
        close_connection(s, "board", "fin");
    if (act == ACT_CRASH)
        close_connection(s, "board", "rst");
}

static void http_exchange(struct story *s, enum act act)
{
    struct event_builder e;

    event_begin(&e, transcript_sink(s->t), "http", EV_HTTP_REQUEST, 1);
    event_text(&e, "method", act == ACT_POST ? "POST" : "GET");
    event_bool(&e, "authorization", act == ACT_GET_PASSWORD);
    event_int(&e, "body_length", act == ACT_POST ? 12 : 0);
    emit(s, &e);
    event_begin(&e, transcript_sink(s->t), "http", EV_HTTP_RESPONSE, 1);
    event_int(&e, "status", act == ACT_GET_MISSING ? 404 : 200);
    emit(s, &e);
}

static void wwep_exchange(struct story *s, enum act act)
{
    struct event_builder e;

    event_begin(&e, transcript_sink(s->t), "wwep", EV_WWEP_REQUEST, 1);
    event_text(&e, "command", act == ACT_WWEP_READ ? "read" : act == ACT_WWEP_WRITE ? "write" : "");
    emit(s, &e);
    event_begin(&e, transcript_sink(s->t), "wwep", EV_WWEP_RESPONSE, 1);
    event_bool(&e, "ok", act != ACT_WWEP_NOISE);
    emit(s, &e);
}

static void act_through(struct story *s, enum act act)
{
    finish(s, act >= ACT_FINISHED_13 && act <= ACT_FINISHED_13_OK ? "TLSv1.3" : "TLSv1.2");
    if (act == ACT_NOTIFIED_13 || act == ACT_LEFT_13) {
        plain(s, EV_TLS_CLOSE_NOTIFY, "dir", act == ACT_NOTIFIED_13 ? "rx" : "tx");
        plain(s, EV_TLS_CLOSE_NOTIFY, "dir", act == ACT_NOTIFIED_13 ? "tx" : "rx");
        close_connection(s, "bench", "fin");
        return;
    }
    if (act >= ACT_DATA && act <= ACT_WWEP_NOISE)
        data(s, 80);
    if (act >= ACT_GET && act <= ACT_GET_PASSWORD)
        http_exchange(s, act);
    if (act >= ACT_WWEP_READ && act <= ACT_WWEP_NOISE)
        wwep_exchange(s, act);
    if (act == ACT_CONNECT || act == ACT_SESSION || act == ACT_CONNECT_NO_PASSWORD) {
        data(s, 40);
        connect_packet(s, act != ACT_CONNECT_NO_PASSWORD);
    }
    if (act == ACT_SESSION)
        deliver(s);
    close_connection(s, "board", "fin");
    if (act == ACT_FINISHED_13_OK)
        result(s, true, "");
}

static void attempt(struct story *s, const char *role, enum act act)
{
    struct event_builder e;
    const char *cause = act == ACT_BENCH_FAILED ? "harness" : act == ACT_NOT_BOOTED ? "boot" : "";

    event_begin(&e, transcript_sink(s->t), "run", EV_ATTEMPT_BEGIN, 0);
    event_int(&e, "attempt", ++s->attempts);
    event_text(&e, "role", role);
    event_int(&e, "repeat", s->repeat);
    emit(s, &e);
    if (act >= ACT_FINISHED && act <= ACT_SESSION)
        act_through(s, act);
    else
        act_open(s, act);
    event_begin(&e, transcript_sink(s->t), "run", EV_ATTEMPT_END, 0);
    event_int(&e, "attempt", s->attempts);
    event_text(&e, "cause", cause);
    event_text(&e, "detail", cause[0] != '\0' ? "it did not come up" : "");
    event_text(&e, "ended", act == ACT_STALL || act == ACT_WAITING ? "deadline" : "result");
    emit(s, &e);
}

static void begin(struct story *s, const char *expect, const char *severity)
{
    static const char *const alerts[] = {"certificate_expired", "bad_certificate"};
    struct event_builder e;

    *s = (struct story){.t = transcript_new(1 << 20)};
    event_begin(&e, transcript_sink(s->t), "run", EV_CASE_BEGIN, 0);
    event_text(&e, "title", "Leaf expired yesterday");
    event_text(&e, "control", "POS-01");
    event_text(&e, "expect", expect);
    event_text(&e, "severity", severity);
    event_texts(&e, "alerts", alerts, 2);
    emit(s, &e);
}

static struct judgement judged(struct story *s)
{
    struct judgement j = {.verdict = VERDICT_COUNT};
    struct assay_error err = {.text = ""};

    if (judge_case(s->t, &j, &err) != ASSAY_OK)
        CHECK_STR_EQ(err.text, "no error");
    /* The texts of j that the tests look at are copies; nothing borrowed is read after this. */
    transcript_free(s->t);
    return j;
}

struct row {
    const char *expect;
    enum act before, act, after;
    enum verdict want;
    int leak;
    const char *says;
};

static void check_rows(const struct row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct story s;
        struct judgement j;

        begin(&s, rows[i].expect, "S1");
        attempt(&s, "before", rows[i].before);
        attempt(&s, "case", rows[i].act);
        attempt(&s, "after", rows[i].after);
        j = judged(&s);
        test_check(j.verdict == rows[i].want, __FILE__, __LINE__, "row %zu: %s instead of %s: %s",
                   i, verdict_name(j.verdict), verdict_name(rows[i].want), j.reason);
        CHECK_INT_EQ(j.leak, rows[i].leak);
        CHECK_STR_CONTAINS(j.reason, rows[i].says);
    }
}

static void judges_a_negative_case_inside_working_controls(void)
{
    const enum act ok = ACT_SESSION;
    const struct row rows[] = {
        {"refuse", ok, ACT_ALERT, ok, VERDICT_PASS, 0, "with the fatal alert bad_certificate"},
        {"refuse", ok, ACT_CLOSE, ok, VERDICT_PASS_SOFT, 0, "without an alert"},
        {"refuse", ok, ACT_FINISHED, ok, VERDICT_FAIL_ACCEPT, 0, "Leaf expired yesterday"},
        {"refuse", ok, ACT_FINISHED_13, ok, VERDICT_PASS_SOFT, 0, "before any data"},
        {"refuse", ok, ACT_NOTIFIED_13, ok, VERDICT_PASS_SOFT, 0, "before any data"},
        {"refuse", ok, ACT_LEFT_13, ok, VERDICT_INCONCLUSIVE, 0, "finished"},
        {"refuse", ok, ACT_FINISHED_13_OK, ok, VERDICT_FAIL_ACCEPT, 0, "completed the handshake"},
        {"refuse", ok, ACT_DATA, ok, VERDICT_FAIL_LEAK, 3, "its payload"},
        {"refuse", ok, ACT_GET, ok, VERDICT_FAIL_LEAK, 2, "what it asks for"},
        {"refuse", ok, ACT_GET_MISSING, ok, VERDICT_FAIL_LEAK, 2, "what it asks for"},
        {"refuse", ok, ACT_POST, ok, VERDICT_FAIL_LEAK, 3, "its payload"},
        {"refuse", ok, ACT_GET_PASSWORD, ok, VERDICT_FAIL_LEAK, 4, "its credentials"},
        {"refuse", ok, ACT_WWEP_READ, ok, VERDICT_FAIL_LEAK, 2, "what it asks for"},
        {"refuse", ok, ACT_WWEP_WRITE, ok, VERDICT_FAIL_LEAK, 3, "its payload"},
        {"refuse", ok, ACT_WWEP_NOISE, ok, VERDICT_FAIL_LEAK, 3, "its payload"},
        {"refuse", ok, ACT_CONNECT, ok, VERDICT_FAIL_LEAK, 4, "its MQTT password"},
        {"refuse", ok, ACT_CONNECT_NO_PASSWORD, ok, VERDICT_FAIL_LEAK, 2, "client id"},
        {"refuse", ok, ACT_SESSION, ok, VERDICT_FAIL_LEAK, 4, "its MQTT password"},
        {"refuse", ok, ACT_STALL, ok, VERDICT_FAIL_HANG, 0, "neither went on nor closed"},
        {"refuse", ok, ACT_CRASH, ok, VERDICT_FAIL_CRASH, 0, "crashed"},
        {"refuse", ok, ACT_NOTHING, ok, VERDICT_INCONCLUSIVE, 0, "opened no connection"},
        {"refuse", ok, ACT_TCP_ONLY, ok, VERDICT_INCONCLUSIVE, 0, "no ClientHello"},
        {"refuse", ok, ACT_NOTHING_SHARED, ok, VERDICT_NOT_APPLICABLE, 0, "handshake_failure"},
        {"refuse", ok, ACT_NOT_BOOTED, ok, VERDICT_INCONCLUSIVE, 0, "(boot)"},
        {"refuse", ok, ACT_BENCH_FAILED, ok, VERDICT_HARNESS_ERROR, 0, "(harness)"},
    };

    check_rows(rows, sizeof(rows) / sizeof(rows[0]));
}

static void a_refusal_without_both_controls_never_passes(void)
{
    static const enum act bad[] = {ACT_NOTHING, ACT_TCP_ONLY, ACT_ALERT,      ACT_CLOSE,
                                   ACT_STALL,   ACT_CRASH,    ACT_NOT_BOOTED, ACT_FINISHED_13};

    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        const struct row rows[] = {
            {"refuse", bad[i], ACT_ALERT, ACT_SESSION, VERDICT_INCONCLUSIVE, 0, "before the case"},
            {"refuse", ACT_SESSION, ACT_ALERT, bad[i], VERDICT_INCONCLUSIVE, 0, "after the case"},
            {"refuse", bad[i], ACT_CLOSE, bad[i], VERDICT_INCONCLUSIVE, 0, "before the case"},
        };

        check_rows(rows, 3);
    }
}

static void what_was_given_away_counts_even_when_a_control_failed(void)
{
    const struct row rows[] = {
        {"refuse", ACT_NOTHING, ACT_CONNECT, ACT_SESSION, VERDICT_FAIL_LEAK, 4, "password"},
        {"refuse", ACT_SESSION, ACT_FINISHED, ACT_NOTHING, VERDICT_FAIL_ACCEPT, 0, "handshake"},
    };

    check_rows(rows, 2);
}

static void judges_a_positive_case(void)
{
    const enum act ok = ACT_SESSION;
    const struct row rows[] = {
        {"accept", ok, ACT_SESSION, ok, VERDICT_PASS, 0, "delivered its message"},
        {"accept", ok, ACT_ALERT, ok, VERDICT_FAIL_REJECT_GOOD, 0, "refused a good server"},
        {"accept", ok, ACT_FINISHED, ok, VERDICT_FAIL_REJECT_GOOD, 0, "no further"},
        {"accept", ok, ACT_STALL, ok, VERDICT_FAIL_HANG, 0, "neither"},
        {"accept", ok, ACT_NOTHING_SHARED, ok, VERDICT_NOT_APPLICABLE, 0, "agree"},
        {"accept", ok, ACT_NOTHING, ok, VERDICT_INCONCLUSIVE, 0, "opened no connection"},
        {"accept", ACT_ALERT, ACT_ALERT, ACT_ALERT, VERDICT_INCONCLUSIVE, 0, "POS-01"},
        {"accept", ACT_GET, ACT_DATA, ACT_GET, VERDICT_FAIL_REJECT_GOOD, 0, "no further"},
        {"accept", ACT_GET, ACT_GET, ACT_GET, VERDICT_PASS, 0, "got its answer"},
        {"accept", ACT_GET_MISSING, ACT_GET_MISSING, ACT_GET, VERDICT_PASS, 0, "handshake"},
        {"accept", ACT_GET, ACT_WWEP_READ, ACT_GET, VERDICT_PASS, 0, "got its answer"},
    };

    check_rows(rows, sizeof(rows) / sizeof(rows[0]));
}

static struct judgement repeats(const char *severity, enum act first, enum act second)
{
    struct story s;

    begin(&s, "refuse", severity);
    attempt(&s, "before", ACT_SESSION);
    s.repeat = 1;
    attempt(&s, "case", first);
    s.repeat = 2;
    attempt(&s, "case", second);
    attempt(&s, "after", ACT_SESSION);
    return judged(&s);
}

static void who_has_to_cope_has_to_come_to_an_end(void)
{
    static const struct row rows[] = {
        {"cope", ACT_SESSION, ACT_CLOSE, ACT_SESSION, VERDICT_PASS, 0, "by itself"},
        {"cope", ACT_SESSION, ACT_SESSION, ACT_SESSION, VERDICT_PASS, 0, "by itself"},
        {"cope", ACT_SESSION, ACT_STALL, ACT_SESSION, VERDICT_FAIL_HANG, 0, "stood still"},
        {"cope", ACT_SESSION, ACT_WAITING, ACT_SESSION, VERDICT_FAIL_HANG, 0, "stood still"},
        {"cope", ACT_SESSION, ACT_CRASH, ACT_SESSION, VERDICT_FAIL_CRASH, 0, "reset itself"},
        {"cope", ACT_SESSION, ACT_NOTHING, ACT_SESSION, VERDICT_INCONCLUSIVE, 0, "Nothing"},
        {"cope", ACT_SESSION, ACT_CLOSE, ACT_NOTHING, VERDICT_INCONCLUSIVE, 0, "Nothing"},
    };

    check_rows(rows, sizeof(rows) / sizeof(rows[0]));
}

static void one_unsafe_repeat_of_a_grave_case_is_a_fail(void)
{
    CHECK_INT_EQ(repeats("S1", ACT_ALERT, ACT_CONNECT).verdict, VERDICT_FAIL_LEAK);
    CHECK_INT_EQ(repeats("S0", ACT_FINISHED, ACT_ALERT).verdict, VERDICT_FAIL_ACCEPT);
    CHECK_INT_EQ(repeats("S2", ACT_ALERT, ACT_CONNECT).verdict, VERDICT_FLAKY);
    CHECK_INT_EQ(repeats("S2", ACT_ALERT, ACT_CLOSE).verdict, VERDICT_FLAKY);
    CHECK_INT_EQ(repeats("S1", ACT_ALERT, ACT_ALERT).verdict, VERDICT_PASS);
    CHECK_INT_EQ(repeats("S1", ACT_NOTHING, ACT_CONNECT).verdict, VERDICT_FAIL_LEAK);
    CHECK_INT_EQ(repeats("S1", ACT_CONNECT, ACT_NOTHING).verdict, VERDICT_FAIL_LEAK);
    CHECK_INT_EQ(repeats("S0", ACT_NOT_BOOTED, ACT_STALL).verdict, VERDICT_FAIL_HANG);
    CHECK_INT_EQ(repeats("S1", ACT_ALERT, ACT_NOTHING).verdict, VERDICT_INCONCLUSIVE);
}

static void an_attempt_that_the_bench_spoiled_is_replaced_by_its_second_try(void)
{
    struct story s;

    begin(&s, "refuse", "S1");
    attempt(&s, "before", ACT_NOT_BOOTED);
    attempt(&s, "before", ACT_SESSION);
    attempt(&s, "case", ACT_BENCH_FAILED);
    attempt(&s, "case", ACT_ALERT);
    attempt(&s, "after", ACT_SESSION);
    CHECK_INT_EQ(judged(&s).verdict, VERDICT_PASS);
}

static void a_control_that_shares_nothing_with_the_board_rules_the_case_out(void)
{
    struct story s;

    begin(&s, "refuse", "S1");
    attempt(&s, "before", ACT_NOTHING_SHARED);
    CHECK_INT_EQ(judged(&s).verdict, VERDICT_NOT_APPLICABLE);
}

static void a_case_that_was_not_reached_is_judged_by_its_control(void)
{
    struct story s;

    begin(&s, "refuse", "S1");
    attempt(&s, "before", ACT_NOTHING);
    CHECK_INT_EQ(judged(&s).verdict, VERDICT_INCONCLUSIVE);
}

static void a_transcript_that_was_cut_off_is_no_pass(void)
{
    struct story s;
    struct judgement j;
    struct event_builder e;

    begin(&s, "refuse", "S1");
    attempt(&s, "before", ACT_SESSION);
    attempt(&s, "case", ACT_ALERT);
    j = judged(&s);
    CHECK_INT_EQ(j.verdict, VERDICT_INCONCLUSIVE);
    begin(&s, "refuse", "S1");
    attempt(&s, "before", ACT_SESSION);
    event_begin(&e, transcript_sink(s.t), "run", EV_ATTEMPT_BEGIN, 0);
    event_int(&e, "attempt", ++s.attempts);
    event_text(&e, "role", "case");
    event_emit(&e);
    j = judged(&s);
    CHECK(j.verdict == VERDICT_INCONCLUSIVE || j.verdict == VERDICT_HARNESS_ERROR);
}

static void refuses_a_transcript_without_facts_or_attempts(void)
{
    struct story s = {.t = transcript_new(1 << 20)};
    struct judgement j;
    struct assay_error err;

    CHECK_INT_EQ(judge_case(s.t, &j, &err), ASSAY_ERR_MALFORMED);
    CHECK_STR_CONTAINS(err.text, "case.begin");
    transcript_free(s.t);
    begin(&s, "refuse", "S1");
    CHECK_INT_EQ(judge_case(s.t, &j, &err), ASSAY_ERR_MALFORMED);
    CHECK_STR_CONTAINS(err.text, "no attempt");
    transcript_free(s.t);
}

TEST_SUITE(judge, TEST(judges_a_negative_case_inside_working_controls),
           TEST(a_refusal_without_both_controls_never_passes),
           TEST(what_was_given_away_counts_even_when_a_control_failed),
           TEST(judges_a_positive_case), TEST(who_has_to_cope_has_to_come_to_an_end),
           TEST(one_unsafe_repeat_of_a_grave_case_is_a_fail),
           TEST(an_attempt_that_the_bench_spoiled_is_replaced_by_its_second_try),
           TEST(a_control_that_shares_nothing_with_the_board_rules_the_case_out),
           TEST(a_case_that_was_not_reached_is_judged_by_its_control),
           TEST(a_transcript_that_was_cut_off_is_no_pass),
           TEST(refuses_a_transcript_without_facts_or_attempts));
