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

/* clang-format off */
static const struct rule_row rows[] = {
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
