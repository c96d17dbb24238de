/* SPDX-License-Identifier: Apache-2.0 */
/* The rules about MQTT, both ways, with made-up transcripts. */
#include "base/event_kinds.h"
#include "rule_rows.h"
#include "test_support.h"

static void nothing(struct story *s)
{
    (void)s;
}

static void say_connect(struct story *s, const char *client_id, int64_t keep_alive_s, bool will)
{
    struct event_builder e;

    story_event(s, &e, EV_MQTT_CONNECT);
    event_text(&e, "client_id", client_id);
    event_int(&e, "keep_alive_s", keep_alive_s);
    event_bool(&e, "clean", true);
    event_bool(&e, "will", will);
    event_text(&e, "will_topic", will ? "bench-7f3a/gone" : NULL);
    event_emit(&e);
}

static void connect_well(struct story *s)
{
    say_connect(s, "bench-7f3a", 60, true);
}

static void say_password(struct story *s, int64_t length)
{
    struct event_builder e;

    story_event(s, &e, EV_MQTT_CONNECT);
    event_text(&e, "client_id", "bench-7f3a");
    event_text(&e, "username", "factory");
    event_bool(&e, "has_password", true);
    if (length >= 0)
        event_int(&e, "password_length", length);
    event_emit(&e);
}

static void connect_with_password(struct story *s)
{
    connect_well(s);
    say_password(s, 12);
}

static void connect_with_old_password(struct story *s)
{
    say_password(s, -1);
}

static void connect_with_empty_password(struct story *s)
{
    say_password(s, 0);
}

static void connect_for_ever(struct story *s)
{
    say_connect(s, "bench-7f3a", 0, false);
}

static void connect_for_a_day(struct story *s)
{
    say_connect(s, "bench-7f3a", 86400, false);
}

static void connect_twice(struct story *s)
{
    connect_well(s);
    connect_well(s);
}

static void connect_as_two(struct story *s)
{
    connect_well(s);
    say_connect(s, "bench-7f3b", 60, true);
}

static void connect_as_nobody(struct story *s)
{
    say_connect(s, "", 60, true);
}

static void break_rule(struct story *s, const char *type, const char *clause)
{
    connect_well(s);
    story_say(s, EV_MQTT_VIOLATION, "type", type, "clause", clause);
}

#define BREAK(name, type, clause)                                                                  \
    static void name(struct story *s)                                                              \
    {                                                                                              \
        break_rule(s, type, clause);                                                               \
    }

static void open_to(struct story *s, const char *service)
{
    s->conn++;
    story_say(s, EV_NET_OPEN, "service", service, "peer", "127.0.0.1");
}

/* 0x16, the first byte of a TLS record, is a CONNECT with flags that it must not have. */
static void say_hello_to_plain_server(struct story *s)
{
    open_to(s, "mqtts");
    connect_well(s);
    open_to(s, "mqtt");
    story_say(s, EV_MQTT_VIOLATION, "type", "CONNECT", "clause", "[MQTT-2.2.2-2]");
}

static void break_flags_without_tls(struct story *s)
{
    open_to(s, "mqtt");
    story_say(s, EV_MQTT_VIOLATION, "type", "CONNECT", "clause", "[MQTT-2.2.2-2]");
}

static void break_flags_inside_tls(struct story *s)
{
    open_to(s, "mqtts");
    story_say(s, EV_MQTT_VIOLATION, "type", "CONNECT", "clause", "[MQTT-2.2.2-2]");
}

BREAK(publish_first, "PUBLISH", "[MQTT-3.1.0-1]")
BREAK(set_reserved_flag, "CONNECT", "[MQTT-3.1.2-3]")
BREAK(send_password_alone, "CONNECT", "[MQTT-3.1.2-22]")
BREAK(number_with_zero, "PUBLISH", "[MQTT-2.3.1-1]")

static void say_packet(struct story *s, const char *dir, const char *type, int64_t id, bool dup)
{
    struct event_builder e;

    story_event(s, &e, EV_MQTT_PACKET);
    event_text(&e, "dir", dir);
    event_text(&e, "type", type);
    event_text(&e, "topic", "sensors/7f3a");
    event_int(&e, "qos", 1);
    event_int(&e, "packet_id", id);
    event_bool(&e, "dup", dup);
    event_emit(&e);
}

/* Once more where it was not acknowledged, and with the same number where it was. */
static void publish_well(struct story *s)
{
    connect_well(s);
    say_packet(s, "rx", "PUBLISH", 1, false);
    say_packet(s, "rx", "PUBLISH", 1, true);
    say_packet(s, "tx", "PUBACK", 1, false);
    say_packet(s, "rx", "PUBLISH", 1, false);
}

static void publish_as_repeated(struct story *s)
{
    connect_well(s);
    say_packet(s, "rx", "PUBLISH", 1, true);
}

static void publish_under_a_used_number(struct story *s)
{
    connect_well(s);
    say_packet(s, "rx", "PUBLISH", 1, false);
    say_packet(s, "rx", "PUBLISH", 1, false);
}

static void publish_elsewhere(struct story *s)
{
    say_connect(s, "bench-0042", 60, true);
    say_packet(s, "rx", "PUBLISH", 1, false);
}

static void subscribe_to_all(struct story *s)
{
    const char *filters[] = {"sensors/7f3a/+", "#"};
    struct event_builder e;

    connect_well(s);
    story_event(s, &e, EV_MQTT_PACKET);
    event_text(&e, "dir", "rx");
    event_text(&e, "type", "SUBSCRIBE");
    event_texts(&e, "filters", filters, 2);
    event_emit(&e);
}

static void say_mqtt_closed(struct story *s, bool clean)
{
    struct event_builder e;

    story_event(s, &e, EV_MQTT_CLOSED);
    event_bool(&e, "clean", clean);
    event_emit(&e);
}

static void take_leave(struct story *s)
{
    story_say_result(s, true);
    say_mqtt_closed(s, true);
}

static void leave_without_a_word(struct story *s)
{
    story_say_result(s, true);
    say_mqtt_closed(s, false);
}

/* A connection that failed owes nothing. */
/* The broker ended the first session; the board came back and took its leave. */
static void lose_one_and_take_leave(struct story *s)
{
    say_mqtt_closed(s, false);
    story_open_connection(s);
    take_leave(s);
}

static void fail_without_a_word(struct story *s)
{
    story_say_result(s, false);
    say_mqtt_closed(s, false);
}

static void say_connack(struct story *s, int64_t reason)
{
    struct event_builder e;

    connect_well(s);
    story_event(s, &e, EV_MQTT_PACKET);
    event_text(&e, "dir", "tx");
    event_text(&e, "type", "CONNACK");
    event_int(&e, "reason", reason);
    event_emit(&e);
}

static void heed_refusal(struct story *s)
{
    say_connack(s, 5);
    say_connack(s, 0);
    say_packet(s, "rx", "PUBLISH", 1, false);
}

static void publish_all_the_same(struct story *s)
{
    say_connack(s, 5);
    say_packet(s, "rx", "PUBLISH", 1, false);
}

static void publish_after_a_broken_connack(struct story *s)
{
    struct event_builder e;

    connect_well(s);
    story_event(s, &e, EV_MQTT_FAULT);
    event_text(&e, "fault", "corrupt");
    event_text(&e, "dir", "tx");
    event_text(&e, "type", "CONNACK");
    event_emit(&e);
    say_packet(s, "rx", "PUBLISH", 1, false);
}

/* clang-format off */
static const struct rule_row rows[] = {
    {"mqtt-connect-form", connect_well, VERDICT_PASS, "well-formed"},
    {"mqtt-connect-form", set_reserved_flag, VERDICT_PASS, ""},
    {"mqtt-connect-form", publish_first, VERDICT_FAIL_BEHAVIOUR, "[MQTT-3.1.0-1]"},
    {"mqtt-connect-form", say_hello_to_plain_server, VERDICT_PASS, "well-formed"},
    {"mqtt-connect-form", break_flags_without_tls, VERDICT_FAIL_BEHAVIOUR, "[MQTT-2.2.2-2]"},
    {"mqtt-connect-form", break_flags_inside_tls, VERDICT_FAIL_BEHAVIOUR, "[MQTT-2.2.2-2]"},
    {"mqtt-connect-form", nothing, VERDICT_NOT_APPLICABLE, "no MQTT"},
    {"mqtt-connect-flags", connect_well, VERDICT_PASS, ""},
    {"mqtt-connect-flags", set_reserved_flag, VERDICT_FAIL_BEHAVIOUR, "[MQTT-3.1.2-3]"},
    {"mqtt-no-password", connect_well, VERDICT_PASS, "certificate."},
    {"mqtt-no-password", connect_with_empty_password, VERDICT_PASS, "only a user name"},
    {"mqtt-no-password", connect_with_password, VERDICT_FAIL_BEHAVIOUR, "built into its firmware"},
    {"mqtt-no-password", connect_with_old_password, VERDICT_FAIL_BEHAVIOUR, "built into its firmware"},
    {"mqtt-no-password", nothing, VERDICT_NOT_APPLICABLE, ""},
    {"mqtt-credentials", connect_well, VERDICT_PASS, ""},
    {"mqtt-credentials", send_password_alone, VERDICT_FAIL_BEHAVIOUR, "[MQTT-3.1.2-22]"},
    {"mqtt-keep-alive", connect_well, VERDICT_PASS, "60 s"},
    {"mqtt-keep-alive", connect_for_ever, VERDICT_FAIL_BEHAVIOUR, "turns it off"},
    {"mqtt-keep-alive", connect_for_a_day, VERDICT_DEGRADED, "86400 s"},
    {"mqtt-keep-alive", nothing, VERDICT_NOT_APPLICABLE, ""},
    {"mqtt-client-id", connect_twice, VERDICT_PASS, "2 connections"},
    {"mqtt-client-id", connect_well, VERDICT_INCONCLUSIVE, "One connection"},
    {"mqtt-client-id", connect_as_two, VERDICT_FAIL_BEHAVIOUR, "bench-7f3b"},
    {"mqtt-client-id", connect_as_nobody, VERDICT_DEGRADED, "of its own"},
    {"mqtt-will", connect_well, VERDICT_PASS, "bench-7f3a/gone"},
    {"mqtt-will", connect_for_ever, VERDICT_PASS, "no will"},
    {"mqtt-own-topics", publish_well, VERDICT_PASS, ""},
    {"mqtt-own-topics", publish_elsewhere, VERDICT_DEGRADED, "sensors/7f3a"},
    {"mqtt-own-topics", subscribe_to_all, VERDICT_FAIL_BEHAVIOUR, "subscribes to #"},
    {"mqtt-own-topics", connect_well, VERDICT_NOT_APPLICABLE, ""},
    {"mqtt-packet-ids", publish_well, VERDICT_PASS, "3 messages"},
    {"mqtt-packet-ids", publish_as_repeated, VERDICT_FAIL_BEHAVIOUR, "first time"},
    {"mqtt-packet-ids", publish_under_a_used_number, VERDICT_FAIL_BEHAVIOUR, "under way"},
    {"mqtt-packet-ids", number_with_zero, VERDICT_FAIL_BEHAVIOUR, "[MQTT-2.3.1-1]"},
    {"mqtt-packet-ids", connect_well, VERDICT_NOT_APPLICABLE, ""},
    {"mqtt-disconnect", take_leave, VERDICT_PASS, "all 1"},
    {"mqtt-disconnect", leave_without_a_word, VERDICT_DEGRADED, "1 of 1"},
    {"mqtt-disconnect", lose_one_and_take_leave, VERDICT_PASS, "all 1"},
    {"mqtt-disconnect", fail_without_a_word, VERDICT_NOT_APPLICABLE, ""},
    {"mqtt-refusal-obeyed", heed_refusal, VERDICT_PASS, ""},
    {"mqtt-refusal-obeyed", publish_all_the_same, VERDICT_FAIL_BEHAVIOUR, "CONNACK"},
    {"mqtt-refusal-obeyed", publish_after_a_broken_connack, VERDICT_FAIL_BEHAVIOUR, "PUBLISH"},
    {"mqtt-refusal-obeyed", connect_well, VERDICT_NOT_APPLICABLE, ""},
};
/* clang-format on */

static void every_rule_about_mqtt_finds_what_it_is_about(void)
{
    rule_rows_check(rows, sizeof(rows) / sizeof(rows[0]));
}

static void every_rule_about_mqtt_is_tested_both_ways(void)
{
    for (unsigned rule = 0; rule < RULE_COUNT; rule++)
        if (rule_is_of_mqtt((enum rule)rule))
            rule_rows_cover(rows, sizeof(rows) / sizeof(rows[0]), (enum rule)rule);
}

TEST_SUITE(mqtt_rules, TEST(every_rule_about_mqtt_finds_what_it_is_about),
           TEST(every_rule_about_mqtt_is_tested_both_ways));
