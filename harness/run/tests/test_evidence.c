/* SPDX-License-Identifier: Apache-2.0 */
#include "evidence.h"

#include "base/event_kinds.h"
#include "test_support.h"

#include <string.h>

enum { ATTEMPTS = 3 };

static void say(struct transcript *t, const char *kind, const char *field, const char *text)
{
    struct event_builder e;

    event_begin(&e, transcript_sink(t), "test", kind, 1);
    event_add_string(&e, event_name(field), text);
    event_emit(&e);
}

static void say_edge(struct transcript *t, const char *kind, int attempt)
{
    struct event_builder e;

    event_begin(&e, transcript_sink(t), "run", kind, 0);
    event_int(&e, "attempt", attempt);
    event_text(&e, "role", "case");
    event_emit(&e);
}

static void say_bytes(struct transcript *t)
{
    struct event_builder e;

    event_begin(&e, transcript_sink(t), "net", EV_NET_DATA, 1);
    event_text(&e, "dir", "rx");
    event_bytes(&e, "bytes", "\x16\x03\x01", 3);
    event_emit(&e);
}

/* One case after the other, each with an attempt numbered 1, as a run takes them. */
static struct evidence *three_attempts(void)
{
    struct evidence *evidence = evidence_new();

    for (int i = 0; i < ATTEMPTS; i++) {
        struct transcript *t = transcript_new(1 << 20);

        say_edge(t, EV_ATTEMPT_BEGIN, 1);
        say_bytes(t);
        say(t, EV_TLS_CLIENT_HELLO, "ja3", "x");
        say(t, EV_TLS_DATA, "dir", "rx");
        say(t, EV_MQTT_PACKET, "type", "PUBLISH");
        say(t, EV_BOARD_RESULT, "phase", "done");
        say_edge(t, EV_ATTEMPT_END, 1);
        CHECK_INT_EQ(evidence_take(evidence, t, 0), ASSAY_OK);
        transcript_free(t);
    }
    return evidence;
}

static struct transcript *copy_for(const char *rule, int *ret_attempts)
{
    struct evidence *evidence = three_attempts();
    struct value *rules = value_new_list();
    struct transcript *t = transcript_new(1 << 20);
    struct evidence_need need;

    CHECK_INT_EQ(value_add(rules, value_new_text(rule)), ASSAY_OK);
    need = evidence_need_of(rules);
    CHECK_INT_EQ(evidence_copy(evidence, &need, t, ret_attempts), ASSAY_OK);
    value_free(rules);
    evidence_free(evidence);
    return t;
}

static int count(const struct transcript *t, const char *kind)
{
    int found = 0;

    for (size_t i = 0; i < transcript_count(t); i++)
        found += event_is(transcript_at(t, i), kind) ? 1 : 0;
    return found;
}

static void copies_all_of_the_first_attempt_and_of_the_others_what_the_rule_sees(void)
{
    int attempts = 0;
    struct transcript *t = copy_for("handshake-time", &attempts);

    CHECK_INT_EQ(attempts, ATTEMPTS);
    CHECK_INT_EQ(count(t, EV_ATTEMPT_BEGIN), ATTEMPTS);
    CHECK_INT_EQ(count(t, EV_ATTEMPT_END), ATTEMPTS);
    CHECK_INT_EQ(count(t, EV_BOARD_RESULT), ATTEMPTS);
    CHECK_INT_EQ(count(t, EV_TLS_CLIENT_HELLO), 1);
    CHECK_INT_EQ(count(t, EV_MQTT_PACKET), 1);
    CHECK_INT_EQ(count(t, EV_NET_DATA), 0);
    transcript_free(t);
}

static void copies_the_bytes_of_the_wire_for_rules_that_read_them(void)
{
    int attempts = 0;
    struct transcript *t = copy_for("record-nonces", &attempts);

    CHECK_INT_EQ(count(t, EV_NET_DATA), ATTEMPTS);
    CHECK_INT_EQ(count(t, EV_TLS_CLIENT_HELLO), ATTEMPTS);
    CHECK_INT_EQ(count(t, EV_MQTT_PACKET), 1);
    transcript_free(t);
}

static void keeps_nothing_that_no_rule_sees(void)
{
    int attempts = 0;
    struct transcript *t = copy_for("mqtt-own-topics", &attempts);

    CHECK_INT_EQ(count(t, EV_MQTT_PACKET), ATTEMPTS);
    CHECK_INT_EQ(count(t, EV_TLS_DATA), 0);
    transcript_free(t);
}

static void numbers_the_attempts_anew_and_calls_them_evidence(void)
{
    int attempts = 0;
    struct transcript *t = copy_for("close-notify", &attempts);
    int number = 0;

    for (size_t i = 0; i < transcript_count(t); i++) {
        const struct event *e = transcript_at(t, i);

        if (!event_is(e, EV_ATTEMPT_BEGIN))
            continue;
        CHECK_INT_EQ(event_get_int(e, "attempt", 0), ++number);
        CHECK_STR_EQ(event_get_text(e, "role"), "evidence");
    }
    CHECK_INT_EQ(number, ATTEMPTS);
    transcript_free(t);
}

TEST_SUITE(evidence, TEST(copies_all_of_the_first_attempt_and_of_the_others_what_the_rule_sees),
           TEST(copies_the_bytes_of_the_wire_for_rules_that_read_them),
           TEST(keeps_nothing_that_no_rule_sees),
           TEST(numbers_the_attempts_anew_and_calls_them_evidence));
