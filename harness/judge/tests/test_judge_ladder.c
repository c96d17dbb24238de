/* SPDX-License-Identifier: Apache-2.0 */
/* Cases that measure: made-up climbs and what is said of them. */
#include "base/event_kinds.h"
#include "judge/judge.h"
#include "test_support.h"

#include <stdlib.h>

enum act { TAKES, REFUSES, STALLS, CRASHES, FAILS, FINISHES };

struct climb {
    struct transcript *t;
    int attempts;
};

static void one(struct climb *c, const char *kind, const char *field, const char *text)
{
    struct event_builder e;

    event_begin(&e, transcript_sink(c->t), "test", kind, 1);
    if (field != NULL)
        event_add_string(&e, event_name(field), text);
    event_emit(&e);
}

static void sent(struct climb *c, const char *name)
{
    struct event_builder e;

    event_begin(&e, transcript_sink(c->t), "tls", EV_TLS_MESSAGE, 1);
    event_text(&e, "dir", "tx");
    event_text(&e, "name", name);
    event_emit(&e);
}

static void act_out(struct climb *c, enum act act)
{
    one(c, EV_NET_OPEN, "service", "mqtts");
    one(c, EV_TLS_CLIENT_HELLO, NULL, NULL);
    sent(c, "ServerHello");
    sent(c, "Certificate");
    if (act == CRASHES)
        one(c, EV_BOARD_RESET, "reason", "spontaneous");
    if (act == TAKES || act == FINISHES)
        one(c, EV_TLS_ESTABLISHED, "version", "TLSv1.2");
    if (act == TAKES) {
        one(c, EV_MQTT_CONNECT, "client_id", "board-1");
        one(c, EV_MQTT_PUBLISH, "dir", "rx");
    }
    if (act != STALLS)
        one(c, EV_NET_CLOSE, "by", "board");
}

static void attempt(struct climb *c, const char *role, int64_t rung, enum act act)
{
    struct event_builder e;

    event_begin(&e, transcript_sink(c->t), "run", EV_ATTEMPT_BEGIN, 0);
    event_int(&e, "attempt", ++c->attempts);
    event_text(&e, "role", role);
    event_int(&e, "repeat", 1);
    if (rung > 0)
        event_int(&e, "rung", rung);
    event_emit(&e);
    if (act != FAILS)
        act_out(c, act);
    event_begin(&e, transcript_sink(c->t), "run", EV_ATTEMPT_END, 0);
    event_int(&e, "attempt", c->attempts);
    event_text(&e, "cause", act == FAILS ? "boot" : "");
    event_text(&e, "detail", act == FAILS ? "it did not come up" : "");
    event_text(&e, "ended", act == STALLS ? "deadline" : "result");
    event_emit(&e);
}

static struct climb begin(int64_t least)
{
    struct climb c = {.t = transcript_new(1 << 20)};
    struct event_builder e;

    event_begin(&e, transcript_sink(c.t), "run", EV_CASE_BEGIN, 0);
    event_text(&e, "title", "Length of the chain");
    event_text(&e, "control", "POS-01");
    event_text(&e, "expect", "measure");
    event_text(&e, "severity", "S2");
    event_text(&e, "ladder_unit", "certificates");
    event_int(&e, "ladder_least", least);
    event_emit(&e);
    return c;
}

static struct judgement judged(struct climb *c)
{
    struct judgement j = {.verdict = VERDICT_COUNT};
    struct assay_error err = {.text = ""};

    if (judge_case(c->t, &j, &err) != ASSAY_OK)
        CHECK_STR_EQ(err.text, "no error");
    /* What the tests look at of j is not borrowed from the transcript. */
    transcript_free(c->t);
    return j;
}

/* control, 10, recovery, 5, (recovery), 7, (recovery), control */
static struct judgement climbed(int64_t least, enum act ten, enum act recovery, enum act five,
                                enum act seven)
{
    struct climb c = begin(least);

    attempt(&c, "before", 0, TAKES);
    attempt(&c, "rung", 10, ten);
    if (ten != TAKES)
        attempt(&c, "recovery", 0, recovery);
    if (ten != TAKES) {
        attempt(&c, "rung", 5, five);
        if (five != TAKES)
            attempt(&c, "recovery", 0, TAKES);
        attempt(&c, "rung", 7, seven);
        if (seven != TAKES)
            attempt(&c, "recovery", 0, TAKES);
    }
    attempt(&c, "after", 0, TAKES);
    return judged(&c);
}

static void the_largest_and_the_smallest_refused_are_told(void)
{
    struct judgement j = climbed(0, REFUSES, TAKES, TAKES, REFUSES);

    CHECK_INT_EQ(j.verdict, VERDICT_PASS);
    CHECK_INT_EQ(j.ladder.taken, 5);
    CHECK_INT_EQ(j.ladder.refused, 7);
    CHECK_STR_EQ(j.reason, "It takes 5 certificates and does not take 7 certificates.");
    j = climbed(0, TAKES, TAKES, TAKES, TAKES);
    CHECK_INT_EQ(j.verdict, VERDICT_PASS);
    CHECK_INT_EQ(j.ladder.taken, 10);
    CHECK_INT_EQ(j.ladder.refused, -1);
    CHECK_STR_EQ(j.reason, "It takes 10 certificates, the most that was tried.");
}

static void less_than_the_least_is_a_fail(void)
{
    struct judgement j = climbed(6, REFUSES, TAKES, TAKES, REFUSES);

    CHECK_INT_EQ(j.verdict, VERDICT_FAIL_REJECT_GOOD);
    CHECK_STR_CONTAINS(j.reason, "A board has to take 6 certificates.");
    CHECK_INT_EQ(climbed(5, REFUSES, TAKES, TAKES, REFUSES).verdict, VERDICT_PASS);
    j = climbed(3, REFUSES, TAKES, REFUSES, REFUSES);
    CHECK_INT_EQ(j.verdict, VERDICT_FAIL_REJECT_GOOD);
    CHECK_STR_CONTAINS(j.reason, "It does not even take 5 certificates");
}

static void to_come_less_far_than_with_the_control_is_not_to_take_it(void)
{
    CHECK_INT_EQ(climbed(0, FINISHES, TAKES, TAKES, TAKES).ladder.taken, 7);
}

static void a_crash_a_hang_and_a_lasting_refusal_are_fails(void)
{
    struct judgement j = climbed(0, CRASHES, TAKES, TAKES, TAKES);

    CHECK_INT_EQ(j.verdict, VERDICT_FAIL_CRASH);
    CHECK_STR_CONTAINS(j.reason, "with 10 certificates");
    j = climbed(0, STALLS, TAKES, TAKES, TAKES);
    CHECK_INT_EQ(j.verdict, VERDICT_FAIL_HANG);
    CHECK_STR_CONTAINS(j.reason, "With 10 certificates it neither went on nor closed");
    j = climbed(0, REFUSES, REFUSES, TAKES, TAKES);
    CHECK_INT_EQ(j.verdict, VERDICT_FAIL_BEHAVIOUR);
    CHECK_STR_CONTAINS(j.reason, "After it had met 10 certificates it did not get through");
}

static void what_the_bench_spoiled_says_nothing(void)
{
    struct judgement j = climbed(0, FAILS, TAKES, TAKES, TAKES);
    struct climb c = begin(0);

    CHECK_INT_EQ(j.verdict, VERDICT_INCONCLUSIVE);
    CHECK_INT_EQ(j.cause, CAUSE_BOOT);
    CHECK_STR_CONTAINS(j.reason, "the try with 10 certificates failed (boot)");
    attempt(&c, "before", 0, TAKES);
    attempt(&c, "rung", 10, TAKES);
    attempt(&c, "after", 0, REFUSES);
    CHECK_INT_EQ(judged(&c).verdict, VERDICT_INCONCLUSIVE);
    c = begin(0);
    attempt(&c, "before", 0, TAKES);
    attempt(&c, "after", 0, TAKES);
    CHECK_INT_EQ(judged(&c).verdict, VERDICT_INCONCLUSIVE);
}

static void a_second_try_replaces_the_first(void)
{
    struct climb c = begin(0);
    struct judgement j;

    attempt(&c, "before", 0, TAKES);
    attempt(&c, "rung", 10, FAILS);
    attempt(&c, "rung", 10, REFUSES);
    attempt(&c, "recovery", 0, REFUSES);
    attempt(&c, "recovery", 0, TAKES);
    attempt(&c, "rung", 5, TAKES);
    attempt(&c, "after", 0, TAKES);
    j = judged(&c);
    CHECK_INT_EQ(j.verdict, VERDICT_PASS);
    CHECK_INT_EQ(j.ladder.taken, 5);
    CHECK_INT_EQ(j.ladder.refused, 10);
}

TEST_SUITE(judge_ladder, TEST(the_largest_and_the_smallest_refused_are_told),
           TEST(less_than_the_least_is_a_fail),
           TEST(to_come_less_far_than_with_the_control_is_not_to_take_it),
           TEST(a_crash_a_hang_and_a_lasting_refusal_are_fails),
           TEST(what_the_bench_spoiled_says_nothing), TEST(a_second_try_replaces_the_first));
