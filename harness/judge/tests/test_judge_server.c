/* SPDX-License-Identifier: Apache-2.0 */
/* Boards that are servers: what their visits come to. */
#include "base/event_kinds.h"
#include "judge/explain.h"
#include "judge/judge.h"
#include "rule_rows.h"
#include "rule_story.h"
#include "test_support.h"

#include <stdlib.h>
#include <string.h>

/* ---- visits, as the prober tells them ---- */

static void begin_visit(struct story *s, const char *purpose)
{
    s->conn++;
    story_say(s, EV_PROBER_VISIT, "purpose", purpose, "service", "wwep-tls");
}

static void end_visit(struct story *s, const char *outcome)
{
    story_say(s, EV_PROBER_END, "outcome", outcome, "text", "");
}

static void answer(struct story *s, const char *kind, bool contents, bool plain)
{
    struct event_builder e;

    story_event(s, &e, EV_PROBER_ANSWER);
    event_text(&e, "kind", kind);
    event_bool(&e, "contents", contents);
    event_text(&e, "text", contents ? "A0FAC771234" : "X illegal command");
    event_bool(&e, "plain", plain);
    event_emit(&e);
}

static void connect_tls(struct story *s, const char *version)
{
    story_say(s, EV_NET_OPEN, "service", "wwep-tls", "by", "bench");
    story_say(s, EV_TLS_MESSAGE, "dir", "tx", "name", "ClientHello");
    story_say(s, EV_TLS_MESSAGE, "dir", "rx", "name", "Certificate");
    story_say(s, EV_TLS_ESTABLISHED, "version", version, NULL, NULL);
}

static void visit_well(struct story *s, const char *purpose)
{
    begin_visit(s, purpose);
    connect_tls(s, "TLS 1.3");
    answer(s, "good", true, false);
    end_visit(s, "answered");
}

static void say_alert(struct story *s, const char *name)
{
    struct event_builder e;

    story_event(s, &e, EV_TLS_ALERT);
    event_text(&e, "dir", "rx");
    event_text(&e, "level", "fatal");
    event_int(&e, "code", 116);
    event_text(&e, "name", name);
    event_emit(&e);
}

static void be_served(struct story *s)
{
    visit_well(s, "case");
    visit_well(s, "still");
}

static void be_refused_in_tls13(struct story *s)
{
    begin_visit(s, "case");
    connect_tls(s, "TLS 1.3");
    say_alert(s, "certificate_required");
    end_visit(s, "closed");
    visit_well(s, "still");
}

static void be_refused_wordlessly(struct story *s)
{
    begin_visit(s, "case");
    connect_tls(s, "TLS 1.3");
    end_visit(s, "closed");
    visit_well(s, "still");
}

static void be_taken_in_tls12(struct story *s)
{
    begin_visit(s, "case");
    connect_tls(s, "TLS 1.2");
    end_visit(s, "closed");
    visit_well(s, "still");
}

static void be_answered_in_plain(struct story *s)
{
    begin_visit(s, "case");
    story_say(s, EV_NET_OPEN, "service", "wwep-tls", "by", "bench");
    answer(s, "refused", false, true);
    end_visit(s, "answered");
    visit_well(s, "still");
}

static void be_refused_in_http(struct story *s)
{
    struct event_builder e;

    begin_visit(s, "case");
    connect_tls(s, "TLS 1.2");
    story_event(s, &e, EV_PROBER_ANSWER);
    event_text(&e, "kind", "refused");
    event_bool(&e, "contents", false);
    event_text(&e, "text", "HTTP/1.1 400 Bad Request");
    event_bool(&e, "plain", false);
    event_emit(&e);
    end_visit(s, "answered");
    visit_well(s, "still");
}

static void wait_in_vain(struct story *s)
{
    begin_visit(s, "case");
    connect_tls(s, "TLS 1.3");
    end_visit(s, "silent");
    visit_well(s, "still");
}

static void find_nobody_afterwards(struct story *s)
{
    begin_visit(s, "case");
    connect_tls(s, "TLS 1.3");
    say_alert(s, "unknown_ca");
    end_visit(s, "closed");
    begin_visit(s, "still");
    end_visit(s, "nobody");
}

static void kill_it(struct story *s)
{
    begin_visit(s, "case");
    connect_tls(s, "TLS 1.3");
    end_visit(s, "closed");
    story_say(s, EV_BOARD_RESET, "reason", "spontaneous", NULL, NULL);
    visit_well(s, "still");
}

static void find_nobody(struct story *s)
{
    begin_visit(s, "case");
    end_visit(s, "nobody");
}

static void give_up_ourselves(struct story *s)
{
    struct event_builder e;

    begin_visit(s, "case");
    story_say(s, EV_NET_OPEN, "service", "wwep-tls", "by", "bench");
    story_event(s, &e, EV_TLS_ALERT);
    event_text(&e, "dir", "tx");
    event_text(&e, "level", "fatal");
    event_text(&e, "name", "unexpected_message");
    event_emit(&e);
    end_visit(s, "closed");
    visit_well(s, "still");
}

/* The company's answers are not what is judged. */
static void be_refused_beside_others(struct story *s)
{
    visit_well(s, "company");
    be_refused_in_tls13(s);
}

/* ---- cases ---- */

static void tell_case(struct story *s, const char *expect)
{
    const char *alert = "certificate_required";
    struct event_builder e;

    story_event(s, &e, EV_CASE_BEGIN);
    event_text(&e, "title", "a client");
    event_text(&e, "role", "server");
    event_text(&e, "control", "SRV-01");
    event_text(&e, "severity", "S1");
    event_text(&e, "category", strcmp(expect, "refuse") == 0 ? "identity" : "crypto");
    event_text(&e, "expect", strcmp(expect, "refuse in crypto") == 0 ? "refuse" : expect);
    if (strncmp(expect, "refuse", strlen("refuse")) == 0)
        event_texts(&e, "alerts", &alert, 1);
    event_emit(&e);
}

static void tell_attempt(struct story *s, const char *role, rule_teller events)
{
    struct event_builder e;

    s->conn = 0;
    story_event(s, &e, EV_ATTEMPT_BEGIN);
    event_int(&e, "attempt", ++s->attempts);
    event_text(&e, "role", role);
    event_int(&e, "repeat", 1);
    event_text(&e, "board_role", "server");
    event_emit(&e);
    story_event(s, &e, EV_BOARD_LISTENING);
    event_int(&e, "port", 40508);
    event_emit(&e);
    events(s);
    story_close_attempt(s);
}

static struct judgement *judge(const char *expect, rule_teller before, rule_teller events)
{
    struct story s = {.t = transcript_new(1 << 22)};
    struct judgement *j = calloc(1, sizeof(*j));
    struct assay_error err = {.text = ""};

    tell_case(&s, expect);
    tell_attempt(&s, "before", before);
    tell_attempt(&s, "case", events);
    tell_attempt(&s, "after", be_served);
    if (j == NULL || judge_case(s.t, j, &err) != ASSAY_OK)
        test_check(false, __FILE__, __LINE__, "%s", err.text);
    transcript_free(s.t);
    return j;
}

/* clang-format off */
static const struct {
    const char *expect;
    rule_teller events;
    enum verdict verdict;
    const char *says;
} cases[] = {
    {"accept", be_served, VERDICT_PASS, "TLS 1.3"},
    {"accept", wait_in_vain, VERDICT_FAIL_HANG, "waited in vain"},
    {"accept", be_refused_in_tls13, VERDICT_FAIL_REJECT_GOOD, "certificate_required"},
    {"accept", kill_it, VERDICT_FAIL_CRASH, "crashed"},
    {"accept", find_nobody, VERDICT_FAIL_HANG, "took no connection"},
    {"refuse", be_refused_in_tls13, VERDICT_PASS, "certificate_required"},
    {"refuse", be_refused_beside_others, VERDICT_PASS, "certificate_required"},
    {"refuse", be_refused_wordlessly, VERDICT_PASS_SOFT, "would say why"},
    {"refuse", be_taken_in_tls12, VERDICT_FAIL_ACCEPT, "TLS 1.2"},
    {"refuse", be_refused_in_http, VERDICT_PASS_SOFT, "400 Bad Request"},
    {"refuse in crypto", be_refused_in_http, VERDICT_FAIL_ACCEPT, "400 Bad Request"},
    {"refuse", be_answered_in_plain, VERDICT_FAIL_ACCEPT, "without TLS"},
    {"refuse", be_served, VERDICT_FAIL_LEAK, "A0FAC771234"},
    {"refuse", wait_in_vain, VERDICT_FAIL_HANG, "waited in vain"},
    {"refuse", find_nobody_afterwards, VERDICT_FAIL_HANG, "served nobody any more"},
    {"refuse", kill_it, VERDICT_FAIL_CRASH, "crashed"},
    {"refuse", give_up_ourselves, VERDICT_INCONCLUSIVE, "Nothing can be said"},
    {"cope", be_refused_wordlessly, VERDICT_PASS, "served the next client"},
    {"cope", wait_in_vain, VERDICT_DEGRADED, "keeps all others out"},
    {"cope", find_nobody_afterwards, VERDICT_FAIL_HANG, "served nobody any more"},
    {"cope", kill_it, VERDICT_FAIL_CRASH, "crashed"},
};
/* clang-format on */

static void a_server_is_judged_by_whom_it_answers_and_whether_it_lives_on(void)
{
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct judgement *j = judge(cases[i].expect, be_served, cases[i].events);

        test_check(j->verdict == cases[i].verdict, __FILE__, __LINE__,
                   "row %zu, %s: %s, not %s: %s", i, cases[i].expect, verdict_name(j->verdict),
                   verdict_name(cases[i].verdict), j->reason);
        test_check(strstr(j->reason, cases[i].says) != NULL, __FILE__, __LINE__,
                   "row %zu says \"%s\" without \"%s\"", i, j->reason, cases[i].says);
        free(j);
    }
}

static void a_leak_has_a_level(void)
{
    struct judgement *j = judge("refuse", be_served, be_served);

    CHECK_INT_EQ(j->leak, 3);
    free(j);
}

static void a_board_that_serves_nobody_proves_nothing(void)
{
    struct judgement *j = judge("refuse", be_refused_in_tls13, be_refused_in_tls13);

    CHECK_INT_EQ(j->verdict, VERDICT_INCONCLUSIVE);
    CHECK_STR_CONTAINS(j->reason, "the good client SRV-01 before the case was not served");
    free(j);
}

static void visits_are_told_in_words_of_their_own(void)
{
    struct story s = {.t = transcript_new(1 << 22)};
    struct buf text;

    buf_init(&text, 1 << 16);
    tell_case(&s, "refuse");
    tell_attempt(&s, "case", be_refused_in_tls13);
    CHECK_OK(explain_attempt(s.t, 0, &text));
    CHECK_STR_CONTAINS(buf_text(&text), "The bench visits, which is what is judged (wwep-tls).");
    CHECK_STR_CONTAINS(buf_text(&text), "Alert certificate_required (fatal) from the board.");
    CHECK_STR_CONTAINS(buf_text(&text), "A good client comes");
    CHECK_STR_CONTAINS(buf_text(&text), "The board answers \"A0FAC771234\": good.");
    CHECK(strstr(buf_text(&text), "trusts this server") == NULL);
    buf_done(&text);
    transcript_free(s.t);
}

/* ---- rules ---- */

static void present(struct story *s, const char *sha256, bool name_ok, bool chain_ok, int64_t bits,
                    const char *signature)
{
    struct event_builder e;

    story_issue(s, "aa", "kk");
    story_event(s, &e, EV_TLS_SERVER_CERTIFICATE);
    event_text(&e, "subject", "/CN=board");
    event_text(&e, "sha256", sha256);
    event_text(&e, "key_type", "EC");
    event_int(&e, "key_bits", bits);
    event_text(&e, "signature", signature);
    event_bool(&e, "name_ok", name_ok);
    event_bool(&e, "chain_ok", chain_ok);
    event_text(&e, "chain_error", "certificate has expired");
    event_emit(&e);
}

#define PRESENT(name, ...)                                                                         \
    static void name(struct story *s)                                                              \
    {                                                                                              \
        present(s, __VA_ARGS__);                                                                   \
    }

PRESENT(present_well, "aa", true, true, 256, "ecdsa-with-SHA256")
PRESENT(present_another, "bb", true, true, 256, "ecdsa-with-SHA256")
PRESENT(present_for_another, "aa", false, true, 256, "ecdsa-with-SHA256")
PRESENT(present_expired, "aa", true, false, 256, "ecdsa-with-SHA256")
PRESENT(present_short, "aa", true, true, 160, "ecdsa-with-SHA256")
PRESENT(present_sha1, "aa", true, true, 256, "ecdsa-with-SHA1")

static void nothing(struct story *s)
{
    (void)s;
}

static void stay(struct story *s)
{
    story_say_server_hello(s, "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256", 23);
    story_say_established(s, false);
}

static void shake_again(struct story *s)
{
    stay(s);
    story_say_server_hello(s, "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256", 23);
}

static void shake_in_another(struct story *s)
{
    stay(s);
    s->conn++;
    stay(s);
}

static void reply(struct story *s, bool hello, int64_t compression, bool heartbeat)
{
    struct event_builder e;

    event_begin(&e, transcript_sink(s->t), "prober", EV_PROBER_REPLY, s->conn);
    event_bool(&e, "hello", hello);
    if (hello) {
        event_int(&e, "version", 0x0303);
        event_int(&e, "compression", compression);
    }
    event_bool(&e, "heartbeat", heartbeat);
    event_emit(&e);
}

static void say_hello(struct story *s)
{
    reply(s, true, 0, false);
}

static void choose_compression(struct story *s)
{
    reply(s, true, 1, false);
}

static void send_heartbeat(struct story *s)
{
    reply(s, true, 0, true);
}

static void say_no_hello(struct story *s)
{
    reply(s, false, 0, false);
}

static void give_session(struct story *s, int64_t early_data)
{
    struct event_builder e;

    stay(s);
    event_begin(&e, transcript_sink(s->t), "tls", EV_TLS_SESSION_GIVEN, s->conn);
    event_bool(&e, "ticket", true);
    event_int(&e, "lifetime_s", 7200);
    event_int(&e, "early_data", early_data);
    event_emit(&e);
}

static void give_ticket(struct story *s)
{
    give_session(s, 0);
}

static void give_early_ticket(struct story *s)
{
    give_session(s, 4096);
}

/* clang-format off */
static const struct rule_row rows[] = {
    {"hello-refused", say_no_hello, VERDICT_PASS, ""},
    {"hello-refused", say_hello, VERDICT_FAIL_ACCEPT, "ServerHello"},
    {"hello-refused", nothing, VERDICT_NOT_APPLICABLE, ""},
    {"compression-refused", say_hello, VERDICT_PASS, ""},
    {"compression-refused", say_no_hello, VERDICT_PASS, ""},
    {"compression-refused", choose_compression, VERDICT_FAIL_BEHAVIOUR, "method 1"},
    {"compression-refused", nothing, VERDICT_NOT_APPLICABLE, ""},
    {"no-heartbeat", say_hello, VERDICT_PASS, ""},
    {"no-heartbeat", send_heartbeat, VERDICT_FAIL_LEAK, "Heartbleed"},
    {"no-heartbeat", nothing, VERDICT_NOT_APPLICABLE, ""},
    {"no-early-data", stay, VERDICT_PASS, ""},
    {"no-early-data", give_ticket, VERDICT_PASS, ""},
    {"no-early-data", give_early_ticket, VERDICT_FAIL_BEHAVIOUR, "4096 bytes"},
    {"no-early-data", nothing, VERDICT_NOT_APPLICABLE, ""},
    {"server-certificate", present_well, VERDICT_PASS, "/CN=board"},
    {"server-certificate", present_another, VERDICT_FAIL_BEHAVIOUR, "not the one that it was issued"},
    {"server-certificate", present_for_another, VERDICT_FAIL_BEHAVIOUR, "not for the name"},
    {"server-certificate", present_expired, VERDICT_FAIL_BEHAVIOUR, "has expired"},
    {"server-certificate", nothing, VERDICT_NOT_APPLICABLE, "no certificate"},
    {"server-key", present_well, VERDICT_PASS, "256 bits"},
    {"server-key", present_short, VERDICT_FAIL_BEHAVIOUR, "160 bits"},
    {"server-key", present_sha1, VERDICT_FAIL_BEHAVIOUR, "SHA1"},
    {"server-key", nothing, VERDICT_NOT_APPLICABLE, "no certificate"},
    {"no-renegotiation", stay, VERDICT_PASS, ""},
    {"no-renegotiation", shake_in_another, VERDICT_PASS, ""},
    {"no-renegotiation", shake_again, VERDICT_FAIL_BEHAVIOUR, "second handshake"},
    {"no-renegotiation", nothing, VERDICT_NOT_APPLICABLE, ""},
};
/* clang-format on */

static void every_rule_about_servers_finds_what_it_is_about(void)
{
    rule_rows_check(rows, sizeof(rows) / sizeof(rows[0]));
}

static void every_rule_about_servers_is_tested_both_ways(void)
{
    for (unsigned rule = 0; rule < RULE_COUNT; rule++)
        if (rule_is_of_servers((enum rule)rule))
            rule_rows_cover(rows, sizeof(rows) / sizeof(rows[0]), (enum rule)rule);
}

TEST_SUITE(judge_server, TEST(a_server_is_judged_by_whom_it_answers_and_whether_it_lives_on),
           TEST(a_leak_has_a_level), TEST(visits_are_told_in_words_of_their_own),
           TEST(a_board_that_serves_nobody_proves_nothing),
           TEST(every_rule_about_servers_finds_what_it_is_about),
           TEST(every_rule_about_servers_is_tested_both_ways));
