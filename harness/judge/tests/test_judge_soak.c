/* SPDX-License-Identifier: Apache-2.0 */
/* The rules about boards over hours, both ways, with made-up days. */
#include "base/event_kinds.h"
#include "rule_rows.h"
#include "test_support.h"

#include <string.h>

enum { NS_PER_MS = 1000000, FIRST_CONN = 100 };

/* A day is told in milliseconds; connections are numbered as they come. */
struct day {
    struct story *s;
    uint64_t now_ms;
    uint32_t conn;
};

static void begin(struct day *d, struct event_builder *e, const char *kind, uint32_t conn)
{
    event_begin(e, NULL, "test", kind, conn);
    e->event.t_ns = d->now_ms * NS_PER_MS;
}

static void add(struct day *d, struct event_builder *e)
{
    CHECK_OK(transcript_append(d->s->t, &e->event));
}

static void say_outage(struct day *d, const char *state, const char *way)
{
    struct event_builder e;

    begin(d, &e, EV_MOCK_OUTAGE, 0);
    event_text(&e, "state", state);
    event_text(&e, "way", way);
    add(d, &e);
}

static void open_conn(struct day *d)
{
    struct event_builder e;

    d->conn++;
    begin(d, &e, EV_NET_OPEN, d->conn);
    event_text(&e, "service", "mqtts");
    add(d, &e);
}

static void say_hello(struct day *d, bool accepted)
{
    struct event_builder e;

    begin(d, &e, EV_MQTT_CONNECT, d->conn);
    event_bool(&e, "has_password", true);
    add(d, &e);
    begin(d, &e, EV_MQTT_PACKET, d->conn);
    event_text(&e, "dir", "tx");
    event_text(&e, "type", "CONNACK");
    event_int(&e, "reason", accepted ? 0 : 5);
    add(d, &e);
}

static void end_conn(struct day *d, uint32_t conn, const char *kind, const char *field,
                     const char *text)
{
    struct event_builder e;

    begin(d, &e, kind, conn);
    event_add_text(&e, event_name(field), text, strlen(text));
    add(d, &e);
}

static void close_conn(struct day *d)
{
    end_conn(d, d->conn, EV_NET_CLOSE, "by", "board");
}

static void come(struct day *d)
{
    open_conn(d);
    say_hello(d, true);
}

static void end_day(struct day *d)
{
    struct event_builder e;

    begin(d, &e, EV_ATTEMPT_END, 0);
    event_int(&e, "attempt", 1);
    event_text(&e, "cause", "");
    event_text(&e, "ended", "result");
    add(d, &e);
}

static struct day new_day(struct story *s)
{
    return (struct day){.s = s, .now_ms = 1000, .conn = FIRST_CONN};
}

/* So many outages; the board comes back after first_ms, and each time so much later than before. */
static void live(struct story *s, int outages, uint64_t first_ms, uint64_t more_ms)
{
    struct day d = new_day(s);

    come(&d);
    for (int i = 0; i < outages; i++) {
        d.now_ms += 1000;
        say_outage(&d, "begin", "refuse");
        close_conn(&d);
        d.now_ms += 1000;
        say_outage(&d, "end", "refuse");
        d.now_ms += first_ms + (uint64_t)i * more_ms;
        come(&d);
    }
    d.now_ms += 1000;
    end_day(&d);
}

static void come_back(struct story *s)
{
    live(s, 12, 300, 0);
}

static void come_back_slower(struct story *s)
{
    live(s, 12, 300, 1000);
}

static void meet_no_outage(struct story *s)
{
    live(s, 0, 0, 0);
}

static void never_come(struct story *s)
{
    struct day d = new_day(s);

    say_outage(&d, "begin", "refuse");
    say_outage(&d, "end", "refuse");
    end_day(&d);
}

static void stay_away(struct story *s)
{
    struct day d = new_day(s);

    come(&d);
    say_outage(&d, "begin", "refuse");
    close_conn(&d);
    d.now_ms += 1000;
    say_outage(&d, "end", "refuse");
    open_conn(&d);
    say_hello(&d, false);
    d.now_ms += 5000;
    end_day(&d);
}

static void give_up(struct story *s)
{
    struct day d = new_day(s);

    come(&d);
    say_outage(&d, "begin", "refuse");
    close_conn(&d);
    d.now_ms += 1000;
    end_day(&d);
}

static void be_overtaken(struct story *s)
{
    struct day d = new_day(s);

    come(&d);
    say_outage(&d, "begin", "silent");
    say_outage(&d, "end", "silent");
    say_outage(&d, "begin", "silent");
    say_outage(&d, "end", "silent");
    d.now_ms += 500;
    close_conn(&d);
    come(&d);
    end_day(&d);
}

/* ---- what is left open; the story itself has one connection that stays ---- */

static void leave_open(struct story *s, const char *kind, const char *field, const char *text)
{
    struct day d = new_day(s);

    for (int i = 0; i < 5; i++) {
        come(&d);
        end_conn(&d, d.conn, kind, field, text);
    }
    end_day(&d);
}

static void close_each(struct story *s)
{
    leave_open(s, EV_NET_CLOSE, "by", "bench");
}

static void say_goodbye_each(struct story *s)
{
    leave_open(s, EV_NET_END, "dir", "rx");
}

static void close_none(struct story *s)
{
    leave_open(s, EV_NET_END, "dir", "tx");
}

static void close_the_one_before(struct story *s)
{
    struct day d = new_day(s);

    for (int i = 0; i < 6; i++) {
        come(&d);
        if (i > 0)
            end_conn(&d, d.conn - 1, EV_NET_CLOSE, "by", "board");
    }
    end_day(&d);
}

static void connect_once(struct story *s)
{
    struct day d = new_day(s);

    come(&d);
    end_day(&d);
}

/* ---- the wrong server ---- */

static void meet_wrong_server(struct story *s, bool speaks)
{
    struct day d = new_day(s);

    come(&d);
    say_outage(&d, "begin", "bad-certificate");
    open_conn(&d);
    if (speaks)
        say_hello(&d, true);
    close_conn(&d);
    say_outage(&d, "end", "bad-certificate");
    come(&d);
    end_day(&d);
}

static void refuse_it(struct story *s)
{
    meet_wrong_server(s, false);
}

static void take_it(struct story *s)
{
    meet_wrong_server(s, true);
}

/* clang-format off */
static const struct rule_row rows[] = {
    {"soak-recovers", come_back, VERDICT_PASS, "12 of 12 outages"},
    {"soak-recovers", be_overtaken, VERDICT_PASS, "1 of 2 outages (1 were overtaken"},
    {"soak-recovers", come_back_slower, VERDICT_DEGRADED, "slower and slower"},
    {"soak-recovers", stay_away, VERDICT_FAIL_BEHAVIOUR, "5000 ms later"},
    {"soak-recovers", give_up, VERDICT_FAIL_BEHAVIOUR, "gave up in outage 1"},
    {"soak-recovers", meet_no_outage, VERDICT_INCONCLUSIVE, "no outage"},
    {"soak-recovers", never_come, VERDICT_INCONCLUSIVE, "no session before"},
    {"soak-no-leak", close_each, VERDICT_PASS, "2 at a time"},
    {"soak-no-leak", say_goodbye_each, VERDICT_PASS, "2 at a time"},
    {"soak-no-leak", close_the_one_before, VERDICT_PASS, "3 at a time"},
    {"soak-no-leak", close_none, VERDICT_FAIL_BEHAVIOUR, "open when it opened another one"},
    {"soak-no-leak", connect_once, VERDICT_INCONCLUSIVE, "too few"},
    {"soak-refuses", refuse_it, VERDICT_PASS, "each time (1 connections)"},
    {"soak-refuses", take_it, VERDICT_FAIL_LEAK, "with its password"},
    {"soak-refuses", come_back, VERDICT_INCONCLUSIVE, "no wrong server"},
};
/* clang-format on */

static void every_rule_about_hours_finds_what_it_is_about(void)
{
    rule_rows_check(rows, sizeof(rows) / sizeof(rows[0]));
}

static void every_rule_about_hours_is_tested_both_ways(void)
{
    for (unsigned rule = 0; rule < RULE_COUNT; rule++)
        if (rule_is_of_soak((enum rule)rule))
            rule_rows_cover(rows, sizeof(rows) / sizeof(rows[0]), (enum rule)rule);
}

TEST_SUITE(soak_rules, TEST(every_rule_about_hours_finds_what_it_is_about),
           TEST(every_rule_about_hours_is_tested_both_ways));
