/* SPDX-License-Identifier: Apache-2.0 */
/* The rules about boards that keep their session, both ways, with made-up conversations. */
#include "base/event_kinds.h"
#include "rule_rows.h"
#include "test_support.h"

#include <string.h>

enum { MS = 1000000 };

/* One event of a conversation. A number beside a packet is its identifier. */
struct line {
    int at_ms;
    int conn;
    const char *what; /* "rx PUBLISH", "tx SUBACK", "open", "close board", ... */
    int number;
    const char *more; /* "qos1 dup", or a payload */
};

static bool says(const struct line *l, const char *word)
{
    return l->more != NULL && strstr(l->more, word) != NULL;
}

static void add_message(struct event_builder *e, const struct line *l)
{
    event_int(e, "qos", says(l, "qos2") ? 2 : says(l, "qos0") ? 0 : 1);
    event_bool(e, "dup", says(l, "dup"));
    event_bool(e, "retain", says(l, "retain"));
}

static void tell_packet(struct event_builder *e, const struct line *l)
{
    event_text(e, "dir", strncmp(l->what, "rx", 2) == 0 ? "rx" : "tx");
    event_int(e, "length", says(l, "long") ? 200 : 20);
    event_text(e, "type", l->what + 3);
    if (l->number > 0)
        event_int(e, "packet_id", l->number);
    if (strcmp(l->what + 3, "PUBLISH") == 0)
        add_message(e, l);
    if (strcmp(l->what + 3, "CONNACK") == 0 || strcmp(l->what + 3, "SUBACK") == 0)
        event_int(e, "reason", says(l, "no") ? 128 : 0);
}

static void tell_connect(struct event_builder *e, const struct line *l)
{
    event_int(e, "version", says(l, "v5") ? 5 : 4);
    event_int(e, "keep_alive_s", l->number);
    event_bool(e, "clean", says(l, "clean"));
}

static void tell_close(struct event_builder *e, const struct line *l)
{
    event_text(e, "by", l->what + strlen("close "));
}

static void tell_withheld(struct event_builder *e, const struct line *l)
{
    event_text(e, "type", l->more);
}

static void tell_fault(struct event_builder *e, const struct line *l)
{
    event_text(e, "fault", "set");
    event_text(e, "dir", "tx");
    event_text(e, "type", l->more);
}

static void tell_state(struct event_builder *e, const struct line *l)
{
    event_text(e, "state", l->more);
}

static void tell_result(struct event_builder *e, const struct line *l)
{
    event_bool(e, "ok", strcmp(l->what, "result ok") == 0);
}

static void tell_payload(struct event_builder *e, const struct line *l)
{
    event_text(e, "dir", "rx");
    event_int(e, "packet_id", l->number);
    event_bool(e, "dup", strncmp(l->more, "dup ", 4) == 0);
    event_bool(e, "retain", strncmp(l->more, "retain ", 7) == 0);
    event_bytes(e, "payload", strrchr(l->more, ' ') + 1, strlen(strrchr(l->more, ' ') + 1));
}

static void tell_limit(struct event_builder *e, const struct line *l)
{
    event_text(e, "dir", "tx");
    event_text(e, "type", "CONNACK");
    event_int(e, "reason", 0);
    event_add_int(e, event_name(l->what + strlen("limit ")), l->number);
}

static void tell_clause(struct event_builder *e, const struct line *l)
{
    event_text(e, "clause", l->more);
}

static void tell_hello(struct event_builder *e, const struct line *l)
{
    event_text(e, "server_name", l->more);
}

static void tell_bytes(struct event_builder *e, const struct line *l)
{
    static const char bytes[] = "\x10\x20\0\4MQTT\4\2";

    (void)l;
    event_text(e, "dir", "rx");
    event_bytes(e, "bytes", bytes, sizeof(bytes) - 1);
}

static const struct {
    const char *begins, *kind;
    void (*tell)(struct event_builder *e, const struct line *l);
} kinds[] = {
    {"violation", EV_MQTT_VIOLATION, tell_clause},
    {"limit ", EV_MQTT_PACKET, tell_limit},
    {"hello", EV_TLS_CLIENT_HELLO, tell_hello},
    {"sealed", EV_TLS_ESTABLISHED, NULL},
    {"bytes", EV_NET_DATA, tell_bytes},
    {"rx ", EV_MQTT_PACKET, tell_packet},
    {"tx ", EV_MQTT_PACKET, tell_packet},
    {"connect", EV_MQTT_CONNECT, tell_connect},
    {"close", EV_NET_CLOSE, tell_close},
    {"withheld", EV_MQTT_WITHHELD, tell_withheld},
    {"fault", EV_MQTT_FAULT, tell_fault},
    {"session", EV_MQTT_SESSION, tell_state},
    {"result", EV_BOARD_RESULT, tell_result},
    {"says", EV_MQTT_PUBLISH, tell_payload},
    {"command", EV_MQTT_MESSAGE, tell_payload},
    {"open", EV_NET_OPEN, NULL},
    {"changed", EV_MOCK_CHANGED, NULL},
    {"attempt", EV_ATTEMPT_END, NULL},
};

static void tell_line(struct story *s, const struct line *l)
{
    struct event_builder e;

    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        if (strncmp(l->what, kinds[i].begins, strlen(kinds[i].begins)) != 0)
            continue;
        event_begin(&e, NULL, "test", kinds[i].kind, (uint32_t)(l->conn + 10));
        e.event.t_ns = ((uint64_t)l->at_ms + 1) * MS;
        if (kinds[i].tell != NULL)
            kinds[i].tell(&e, l);
        CHECK_OK(transcript_append(s->t, &e.event));
        return;
    }
    test_check(false, __FILE__, __LINE__, "no such line: %s", l->what);
}

static void tell(struct story *s, const struct line *lines, size_t count)
{
    for (size_t i = 0; i < count; i++)
        tell_line(s, &lines[i]);
}

#define STORY(name, ...)                                                                           \
    static void name(struct story *s)                                                              \
    {                                                                                              \
        static const struct line lines[] = {__VA_ARGS__};                                          \
                                                                                                   \
        tell(s, lines, sizeof(lines) / sizeof(lines[0]));                                          \
    }

/* clang-format off */
#define OPEN(at, conn, keep_alive, how) {at, conn, "open", 0, NULL}, {at, conn, "connect", keep_alive, how}, \
    {at, conn, "tx CONNACK", 0, NULL}

STORY(nothing_of_mqtt, {0, 1, "open", 0, NULL}, {9, 1, "close board", 0, NULL})
STORY(acknowledge, OPEN(0, 1, 9, ""), {1, 1, "tx PUBLISH", 7, "qos1"}, {2, 1, "rx PUBACK", 7, NULL},
      {3, 1, "tx PUBLISH", 8, "qos2"}, {4, 1, "rx PUBREC", 8, NULL}, {5, 1, "tx PUBREL", 8, NULL},
      {6, 1, "rx PUBCOMP", 8, NULL}, {2000, 1, "close board", 0, NULL})
STORY(acknowledge_nothing, OPEN(0, 1, 9, ""), {1, 1, "tx PUBLISH", 7, "qos1"}, {2000, 1, "close board", 0, NULL})
STORY(acknowledge_another, OPEN(0, 1, 9, ""), {1, 1, "tx PUBLISH", 7, "qos1"}, {2, 1, "rx PUBACK", 8, NULL},
      {2000, 1, "close board", 0, NULL})
STORY(stop_half_way, OPEN(0, 1, 9, ""), {3, 1, "tx PUBLISH", 8, "qos2"}, {4, 1, "rx PUBREC", 8, NULL},
      {5, 1, "tx PUBREL", 8, NULL}, {2000, 1, "close board", 0, NULL})
STORY(too_late_to_tell, OPEN(0, 1, 9, ""), {1, 1, "tx PUBLISH", 7, "qos1"}, {300, 1, "close bench", 0, NULL})

STORY(ping, OPEN(0, 1, 1, ""), {900, 1, "rx PINGREQ", 0, NULL}, {1950, 1, "rx PINGREQ", 0, NULL},
      {2500, 1, "close board", 0, NULL})
STORY(ping_late, OPEN(0, 1, 1, ""), {1300, 1, "rx PINGREQ", 0, NULL}, {2000, 1, "close board", 0, NULL})
STORY(never_ping, OPEN(0, 1, 1, ""), {1500, 1, "close bench", 0, NULL})
STORY(leave_early, OPEN(0, 1, 60, ""), {1500, 1, "close board", 0, NULL})

STORY(give_up_after_ping, OPEN(0, 1, 2, ""), {1500, 1, "rx PINGREQ", 0, NULL}, {1500, 1, "withheld", 0, "PINGRESP"},
      {2500, 1, "close board", 0, NULL})
STORY(give_up_late, OPEN(0, 1, 2, ""), {1500, 1, "rx PINGREQ", 0, NULL}, {1500, 1, "withheld", 0, "PINGRESP"},
      {6000, 1, "close board", 0, NULL})
STORY(ping_for_ever, OPEN(0, 1, 1, ""), {900, 1, "rx PINGREQ", 0, NULL}, {900, 1, "withheld", 0, "PINGRESP"},
      {1800, 1, "rx PINGREQ", 0, NULL}, {1800, 1, "withheld", 0, "PINGRESP"}, {4000, 1, "attempt end", 0, NULL})

STORY(find_out, OPEN(0, 1, 1, ""), {300, 1, "rx PUBLISH", 0, "qos0"}, {2000, 1, "close board", 0, NULL})
STORY(talk_to_the_dead, OPEN(0, 1, 1, ""), {300, 1, "rx PUBLISH", 0, "qos0"}, {600, 1, "rx PUBLISH", 0, "qos0"},
      {4000, 1, "attempt end", 0, NULL})

STORY(ask_again, OPEN(0, 1, 9, ""), {5, 1, "rx SUBSCRIBE", 1, NULL}, {1005, 1, "rx SUBSCRIBE", 1, NULL})
STORY(give_up_asking, OPEN(0, 1, 9, ""), {5, 1, "rx SUBSCRIBE", 1, NULL}, {2000, 1, "close board", 0, NULL})
STORY(ask_once, OPEN(0, 1, 9, ""), {5, 1, "rx SUBSCRIBE", 1, NULL}, {4000, 1, "rx DISCONNECT", 0, NULL},
      {4000, 1, "close board", 0, NULL})

STORY(report_refusal, OPEN(0, 1, 9, ""), {5, 1, "rx SUBSCRIBE", 1, NULL}, {6, 1, "tx SUBACK", 1, "no"},
      {9, 0, "result fail", 0, NULL})
STORY(report_success, OPEN(0, 1, 9, ""), {5, 1, "rx SUBSCRIBE", 1, NULL}, {6, 1, "tx SUBACK", 1, "no"},
      {9, 0, "result ok", 0, NULL})
STORY(get_subscription, OPEN(0, 1, 9, ""), {5, 1, "rx SUBSCRIBE", 1, NULL}, {6, 1, "tx SUBACK", 1, "yes"})

STORY(come_back, OPEN(0, 1, 9, ""), {100, 1, "close bench", 0, NULL}, {350, 2, "open", 0, NULL})
STORY(stay_away, OPEN(0, 1, 9, ""), {100, 1, "close bench", 0, NULL})

#define TRY(at, conn) {at, conn, "open", 0, NULL}, {at, conn, "close bench", 0, NULL}
STORY(wait_by_chance, TRY(0, 1), TRY(180, 2), TRY(540, 3), TRY(1450, 4), TRY(2680, 5), TRY(6400, 6))
STORY(wait_twice_as_long, TRY(0, 1), TRY(250, 2), TRY(752, 3), TRY(1755, 4), TRY(3757, 5), TRY(7759, 6))
STORY(wait_up_to_a_limit, TRY(0, 1), TRY(250, 2), TRY(752, 3), TRY(1755, 4), TRY(2757, 5), TRY(3759, 6))
STORY(wait_longer_by_steps, TRY(0, 1), TRY(250, 2), TRY(752, 3), TRY(1504, 4), TRY(2505, 5), TRY(3757, 6))
STORY(wait_as_long, TRY(0, 1), TRY(500, 2), TRY(1010, 3), TRY(1512, 4), TRY(2020, 5))
STORY(never_wait, TRY(0, 1), TRY(3, 2), TRY(5, 3), TRY(9, 4), TRY(12, 5))
STORY(wait_within_limits, TRY(0, 1), TRY(400, 2), TRY(1300, 3), TRY(1800, 4), TRY(2750, 5), TRY(3150, 6),
      TRY(4020, 7), TRY(4500, 8), TRY(5450, 9), TRY(5880, 10))
STORY(wait_too_few_times, TRY(0, 1), TRY(180, 2), TRY(540, 3))

STORY(end_to_grow_at_32_s, TRY(0, 1), TRY(1000, 2), TRY(3000, 3), TRY(7000, 4), TRY(15000, 5), TRY(31000, 6),
      TRY(63000, 7), TRY(88000, 8), TRY(120000, 9), TRY(149000, 10), {169000, 0, "attempt", 0, NULL})
STORY(end_to_grow_at_4_s, TRY(0, 1), TRY(1000, 2), TRY(3000, 3), TRY(7000, 4), TRY(10000, 5), TRY(14000, 6),
      TRY(18000, 7), TRY(21000, 8), TRY(25000, 9), TRY(29000, 10), {31000, 0, "attempt", 0, NULL})
STORY(wait_for_hours, TRY(0, 1), TRY(1000, 2), TRY(3000, 3), TRY(7000, 4), TRY(15000, 5), TRY(31000, 6), TRY(63000, 7),
      TRY(127000, 8), TRY(255000, 9), TRY(511000, 10), TRY(1023000, 11), TRY(2047000, 12), TRY(4095000, 13),
      {7795000, 0, "attempt", 0, NULL})
STORY(wait_for_more_than_an_hour, TRY(0, 1), TRY(60000, 2), TRY(180000, 3), TRY(420000, 4), TRY(900000, 5),
      TRY(1860000, 6), TRY(3780000, 7), TRY(7620000, 8), {7621000, 0, "attempt", 0, NULL})
STORY(begin_with_hours, TRY(0, 1), TRY(1000, 2), {4000000, 0, "attempt", 0, NULL})
STORY(try_three_times, TRY(0, 1), TRY(180, 2), TRY(540, 3), {1000, 0, "attempt", 0, NULL})
STORY(still_grow, TRY(0, 1), TRY(1000, 2), TRY(3000, 3), TRY(7000, 4), TRY(15000, 5), TRY(31000, 6), TRY(63000, 7),
      TRY(127000, 8), TRY(255000, 9), {315000, 0, "attempt", 0, NULL})
STORY(wait_on_when_watched_no_more, TRY(0, 1), TRY(1000, 2), TRY(3000, 3), TRY(7000, 4), TRY(15000, 5), TRY(31000, 6),
      TRY(63000, 7), TRY(95000, 8), TRY(127000, 9), TRY(159000, 10), {359000, 0, "attempt", 0, NULL})

STORY(begin_anew_after_a_session, TRY(0, 1), TRY(200, 2), OPEN(700, 3, 1, ""), {3000, 3, "close bench", 0, NULL},
      TRY(3200, 4))
STORY(wait_on_after_a_session, TRY(0, 1), TRY(200, 2), OPEN(700, 3, 1, ""), {3000, 3, "close bench", 0, NULL},
      TRY(4000, 4))

STORY(rely_on_session, OPEN(0, 1, 9, ""), {100, 1, "close bench", 0, NULL}, {350, 2, "open", 0, NULL},
      {351, 2, "connect", 9, ""}, {352, 2, "session", 0, "resumed"}, {352, 2, "tx CONNACK", 0, NULL},
      {900, 2, "close board", 0, NULL})
STORY(subscribe_again, OPEN(0, 1, 9, ""), {100, 1, "close bench", 0, NULL}, OPEN(350, 2, 9, ""),
      {360, 2, "rx SUBSCRIBE", 3, NULL}, {900, 2, "close board", 0, NULL})
STORY(stay_deaf, OPEN(0, 1, 9, ""), {100, 1, "close bench", 0, NULL}, OPEN(350, 2, 9, ""),
      {900, 2, "close board", 0, NULL})

#define LOST(how) OPEN(0, 1, 9, how), {5, 1, "rx PUBLISH", 4, "qos1"}, {100, 1, "close bench", 0, NULL}, \
    OPEN(350, 2, 9, how)
STORY(send_again, LOST(""), {360, 2, "rx PUBLISH", 4, "qos1 dup"})
STORY(send_again_as_new, LOST(""), {360, 2, "rx PUBLISH", 5, "qos1"})
STORY(send_again_without_dup, LOST(""), {360, 2, "rx PUBLISH", 4, "qos1"})
STORY(forget, LOST(""), {900, 2, "rx PINGREQ", 0, NULL})
STORY(begin_anew, LOST("clean"), {360, 2, "rx PUBLISH", 1, "qos1"})
STORY(repeat_at_once, OPEN(0, 1, 9, "v5"), {5, 1, "rx PUBLISH", 4, "qos1"}, {90, 1, "rx PUBLISH", 4, "qos1 dup"},
      {100, 1, "close bench", 0, NULL}, OPEN(350, 2, 9, "v5"), {360, 2, "rx PUBLISH", 4, "qos1 dup"})
STORY(repeat_at_once_in_3, OPEN(0, 1, 9, ""), {5, 1, "rx PUBLISH", 4, "qos1"}, {90, 1, "rx PUBLISH", 4, "qos1 dup"},
      {100, 1, "close bench", 0, NULL}, OPEN(350, 2, 9, ""), {360, 2, "rx PUBLISH", 4, "qos1 dup"})

#define WITHHELD OPEN(0, 1, 9, ""), {5, 1, "rx PUBLISH", 4, "qos1"}, {5, 1, "fault", 0, "PUBACK"}
STORY(repeat_here, WITHHELD, {1005, 1, "rx PUBLISH", 4, "qos1 dup"})
STORY(repeat_there, WITHHELD, {900, 1, "close board", 0, NULL}, OPEN(1000, 2, 9, ""), {1005, 2, "rx PUBLISH", 4, "qos1 dup"})
STORY(repeat_as_new, WITHHELD, {1005, 1, "rx PUBLISH", 5, "qos1"})

#define CONNACK5(at, conn, word, number) {at, conn, "open", 0, NULL}, {at, conn, "connect", 9, "v5"}, \
    {at, conn, "limit " word, number, NULL}
STORY(keep_to_one, CONNACK5(0, 1, "receive_maximum", 1), {5, 1, "rx PUBLISH", 4, "qos1"}, {9, 1, "tx PUBACK", 4, NULL},
      {10, 1, "rx PUBLISH", 5, "qos1"})
STORY(send_two, CONNACK5(0, 1, "receive_maximum", 1), {5, 1, "rx PUBLISH", 4, "qos1"}, {6, 1, "rx PUBLISH", 5, "qos1"})
STORY(send_much, CONNACK5(0, 1, "maximum_packet", 90), {5, 1, "rx PUBLISH", 4, "qos1 long"})
STORY(be_caught, CONNACK5(0, 1, "maximum_packet", 90), {5, 1, "violation", 0, "MQTT 5.0 section 3.2.2.3.6"})
STORY(go_and_refuse, {0, 1, "open", 0, NULL}, {1, 1, "hello", 0, "broker.bench.test"}, {2, 1, "sealed", 0, NULL},
      {3, 1, "connect", 9, ""}, {99, 2, "open", 0, NULL}, {100, 2, "hello", 0, "other.bench.test"},
      {101, 2, "close board", 0, NULL})
STORY(go_and_take_it, {0, 1, "open", 0, NULL}, {1, 1, "hello", 0, "broker.bench.test"}, {2, 1, "sealed", 0, NULL},
      {99, 2, "open", 0, NULL}, {100, 2, "hello", 0, "other.bench.test"}, {101, 2, "sealed", 0, NULL},
      {102, 2, "connect", 9, ""})
STORY(connect_once, {0, 1, "open", 0, NULL}, {1, 1, "hello", 0, "broker.bench.test"}, {2, 1, "sealed", 0, NULL},
      {3, 1, "connect", 9, ""})
STORY(stay_home, {0, 1, "open", 0, NULL}, {1, 1, "hello", 0, "broker.bench.test"}, {2, 1, "sealed", 0, NULL},
      {3, 1, "connect", 9, ""}, {99, 2, "open", 0, NULL}, {100, 2, "hello", 0, "broker.bench.test"},
      {101, 2, "sealed", 0, NULL}, {102, 2, "connect", 9, ""})
STORY(go_in_clear, {0, 1, "open", 0, NULL}, {1, 1, "hello", 0, "broker.bench.test"}, {2, 1, "sealed", 0, NULL},
      {99, 2, "open", 0, NULL}, {100, 2, "bytes", 0, NULL})

STORY(do_once, OPEN(0, 1, 9, ""), {3, 1, "command", 0, "- go-1"}, {4, 1, "tx PUBLISH", 7, "qos1"},
      {5, 1, "says", 3, "did go-1"}, {90, 2, "tx PUBLISH", 7, "qos1 dup"}, {95, 2, "says", 3, "dup go-1"})
STORY(do_twice, OPEN(0, 1, 9, ""), {3, 1, "command", 0, "- go-1"}, {4, 1, "tx PUBLISH", 7, "qos1"},
      {5, 1, "says", 3, "did go-1"}, {90, 2, "tx PUBLISH", 7, "qos1 dup"}, {95, 2, "says", 4, "did go-1"})
STORY(say_nothing, OPEN(0, 1, 9, ""), {3, 1, "command", 0, "- go-1"}, {4, 1, "tx PUBLISH", 7, "qos1"})
STORY(leave_retained, OPEN(0, 1, 9, ""), {3, 1, "command", 0, "retain old"}, {4, 1, "command", 0, "- fresh"},
      {5, 1, "says", 3, "did fresh"})
STORY(act_on_retained, OPEN(0, 1, 9, ""), {3, 1, "command", 0, "retain old"}, {4, 1, "command", 0, "- fresh"},
      {5, 1, "says", 3, "did old"}, {5, 1, "says", 4, "did fresh"})

STORY(close_at_once, OPEN(0, 1, 9, ""), {10, 1, "fault", 0, "PUBLISH"}, {30, 1, "close board", 0, NULL})
STORY(answer_nonsense, OPEN(0, 1, 9, ""), {10, 1, "fault", 0, "PUBLISH"}, {12, 1, "rx PUBACK", 7, NULL},
      {30, 1, "close board", 0, NULL})
STORY(overlook_nonsense, OPEN(0, 1, 9, ""), {10, 1, "fault", 0, "PUBLISH"}, {900, 1, "rx DISCONNECT", 0, NULL},
      {901, 1, "close board", 0, NULL})

STORY(look_again, OPEN(0, 1, 9, ""), {100, 1, "close bench", 0, NULL}, {340, -10, "changed", 0, NULL},
      {350, 2, "open", 0, NULL}, {360, 2, "close board", 0, NULL}, {700, 3, "open", 0, NULL})
STORY(trust_for_ever, OPEN(0, 1, 9, ""), {100, 1, "close bench", 0, NULL}, {340, -10, "changed", 0, NULL},
      OPEN(350, 2, 9, ""))

/* The broker does not answer any more; the board gives this connection up and makes another. */
static void give_up_and_come_again(struct story *s)
{
    story_say_result(s, true);
    story_say_established(s, false);
    story_say(s, EV_NET_CLOSE, "by", "board", "how", "fin");
    story_open_connection(s);
    story_say_established(s, false);
    story_say(s, EV_TLS_CLOSE_NOTIFY, "dir", "rx", "x", "");
    story_say(s, EV_NET_CLOSE, "by", "board", "how", "fin");
}

static const struct rule_row rows[] = {
    {"close-notify", give_up_and_come_again, VERDICT_PASS, "all 1"},
    {"stay-verifies", look_again, VERDICT_PASS, "2 times"},
    {"stay-verifies", trust_for_ever, VERDICT_FAIL_ACCEPT, "whoever breaks one"},
    {"stay-verifies", come_back, VERDICT_INCONCLUSIVE, "did not come back"},
    {"stay-acknowledges", acknowledge, VERDICT_PASS, "the 2 messages"},
    {"stay-acknowledges", acknowledge_nothing, VERDICT_FAIL_BEHAVIOUR, "PUBACK"},
    {"stay-acknowledges", acknowledge_another, VERDICT_FAIL_BEHAVIOUR, "message 7"},
    {"stay-acknowledges", stop_half_way, VERDICT_FAIL_BEHAVIOUR, "PUBCOMP"},
    {"stay-acknowledges", too_late_to_tell, VERDICT_INCONCLUSIVE, ""},
    {"stay-pings", ping, VERDICT_PASS, "2 PINGREQ"},
    {"stay-pings", ping_late, VERDICT_FAIL_BEHAVIOUR, "1300 ms"},
    {"stay-pings", never_ping, VERDICT_FAIL_BEHAVIOUR, "1500 ms"},
    {"stay-pings", leave_early, VERDICT_INCONCLUSIVE, ""},
    {"stay-pingresp", give_up_after_ping, VERDICT_PASS, "1000 ms"},
    {"stay-pingresp", give_up_late, VERDICT_FAIL_BEHAVIOUR, "closed only 4500 ms"},
    {"stay-pingresp", ping_for_ever, VERDICT_FAIL_BEHAVIOUR, "still kept"},
    {"stay-pingresp", ping, VERDICT_INCONCLUSIVE, ""},
    {"stay-dead-broker", find_out, VERDICT_PASS, "2000 ms"},
    {"stay-dead-broker", talk_to_the_dead, VERDICT_FAIL_BEHAVIOUR, "dead"},
    {"stay-dead-broker", nothing_of_mqtt, VERDICT_INCONCLUSIVE, ""},
    {"stay-suback", ask_again, VERDICT_PASS, "the same packet identifier"},
    {"stay-suback", give_up_asking, VERDICT_PASS, "gave the connection up"},
    {"stay-suback", ask_once, VERDICT_FAIL_BEHAVIOUR, "3995 ms"},
    {"stay-suback", ping, VERDICT_INCONCLUSIVE, ""},
    {"stay-suback-read", report_refusal, VERDICT_PASS, "reported"},
    {"stay-suback-read", report_success, VERDICT_FAIL_BEHAVIOUR, "reported success"},
    {"stay-suback-read", get_subscription, VERDICT_INCONCLUSIVE, ""},
    {"stay-comes-back", come_back, VERDICT_PASS, "250 ms"},
    {"stay-comes-back", stay_away, VERDICT_FAIL_BEHAVIOUR, "did not come back"},
    {"stay-subscribed", rely_on_session, VERDICT_PASS, "relied on"},
    {"stay-subscribed", subscribe_again, VERDICT_PASS, "subscribed again"},
    {"stay-subscribed", stay_deaf, VERDICT_FAIL_BEHAVIOUR, "deaf"},
    {"stay-subscribed", stay_away, VERDICT_INCONCLUSIVE, ""},
    {"stay-resends", send_again, VERDICT_PASS, "identifier 4"},
    {"stay-resends", send_again_as_new, VERDICT_FAIL_BEHAVIOUR, "5 in place of 4"},
    {"stay-resends", send_again_without_dup, VERDICT_FAIL_BEHAVIOUR, "without DUP"},
    {"stay-resends", forget, VERDICT_FAIL_BEHAVIOUR, "never sent again"},
    {"stay-resends", begin_anew, VERDICT_DEGRADED, "anew"},
    {"stay-resends", repeat_at_once, VERDICT_FAIL_BEHAVIOUR, "5.0 forbids"},
    {"stay-resends", repeat_at_once_in_3, VERDICT_PASS, ""},
    {"stay-limits", keep_to_one, VERDICT_PASS, "at most 1"},
    {"stay-limits", send_two, VERDICT_FAIL_BEHAVIOUR, "had 2 messages"},
    {"stay-limits", send_much, VERDICT_FAIL_BEHAVIOUR, "200 bytes"},
    {"stay-limits", be_caught, VERDICT_FAIL_BEHAVIOUR, "3.2.2.3.6"},
    {"stay-limits", ping, VERDICT_INCONCLUSIVE, ""},
    {"stay-moved", go_and_refuse, VERDICT_PASS, "refused"},
    {"stay-moved", go_and_take_it, VERDICT_FAIL_LEAK, "took the certificate"},
    {"stay-moved", go_in_clear, VERDICT_FAIL_LEAK, "without TLS"},
    {"stay-moved", stay_home, VERDICT_PASS, "kept to its own"},
    {"stay-moved", connect_once, VERDICT_INCONCLUSIVE, ""},
    {"stay-repeats", repeat_here, VERDICT_PASS, "1000 ms"},
    {"stay-repeats", repeat_there, VERDICT_DEGRADED, "new connection"},
    {"stay-repeats", repeat_as_new, VERDICT_FAIL_BEHAVIOUR, "never"},
    {"stay-repeats", ping, VERDICT_INCONCLUSIVE, ""},
    {"stay-once", do_once, VERDICT_PASS, "came 2 times"},
    {"stay-once", do_twice, VERDICT_FAIL_BEHAVIOUR, "2 times"},
    {"stay-once", say_nothing, VERDICT_INCONCLUSIVE, "nobody can tell"},
    {"stay-retained", leave_retained, VERDICT_PASS, ""},
    {"stay-retained", act_on_retained, VERDICT_FAIL_BEHAVIOUR, "retained"},
    {"stay-retained", say_nothing, VERDICT_INCONCLUSIVE, ""},
    {"stay-backoff", wait_by_chance, VERDICT_PASS, "exponential"},
    {"stay-backoff", wait_twice_as_long, VERDICT_DEGRADED, "exponential, without chance"},
    {"stay-backoff", wait_up_to_a_limit, VERDICT_DEGRADED, "exponential, without chance"},
    {"stay-backoff", wait_longer_by_steps, VERDICT_FAIL_BEHAVIOUR, "linear"},
    {"stay-backoff", wait_as_long, VERDICT_FAIL_BEHAVIOUR, "constant"},
    {"stay-backoff", never_wait, VERDICT_FAIL_BEHAVIOUR, "at once"},
    {"stay-backoff", wait_within_limits, VERDICT_DEGRADED, "do not grow"},
    {"stay-backoff", wait_too_few_times, VERDICT_INCONCLUSIVE, "too few"},
    {"stay-backoff-resets", begin_anew_after_a_session, VERDICT_PASS, "200 ms"},
    {"stay-backoff-resets", wait_on_after_a_session, VERDICT_DEGRADED, "1000 ms"},
    {"stay-backoff-resets", wait_by_chance, VERDICT_INCONCLUSIVE, ""},
    {"stay-backoff-cap", end_to_grow_at_32_s, VERDICT_PASS, "about 32 s"},
    {"stay-backoff-cap", end_to_grow_at_4_s, VERDICT_DEGRADED, "about 4 s"},
    {"stay-backoff-cap", wait_for_hours, VERDICT_FAIL_BEHAVIOUR, "3700 s and longer"},
    {"stay-backoff-cap", wait_for_more_than_an_hour, VERDICT_FAIL_BEHAVIOUR, "3840 s, more than an hour"},
    {"stay-backoff-cap", still_grow, VERDICT_INCONCLUSIVE, "up to 128 s"},
    {"stay-backoff-cap", wait_on_when_watched_no_more, VERDICT_INCONCLUSIVE, "watch longer"},
    {"stay-backoff-cap", begin_with_hours, VERDICT_FAIL_BEHAVIOUR, "more than an hour"},
    {"stay-backoff-cap", try_three_times, VERDICT_INCONCLUSIVE, "too few"},
    {"stay-closes", close_at_once, VERDICT_PASS, "20 ms"},
    {"stay-closes", answer_nonsense, VERDICT_FAIL_BEHAVIOUR, "acknowledged"},
    {"stay-closes", overlook_nonsense, VERDICT_FAIL_BEHAVIOUR, "kept the connection"},
    {"stay-closes", ping, VERDICT_INCONCLUSIVE, ""},
};
/* clang-format on */

static void every_rule_about_sessions_finds_what_it_is_about(void)
{
    rule_rows_check(rows, sizeof(rows) / sizeof(rows[0]));
}

static void every_rule_about_sessions_is_tested_both_ways(void)
{
    for (unsigned rule = 0; rule < RULE_COUNT; rule++)
        if (rule_is_of_stay((enum rule)rule))
            rule_rows_cover(rows, sizeof(rows) / sizeof(rows[0]), (enum rule)rule);
}

TEST_SUITE(stay_rules, TEST(every_rule_about_sessions_finds_what_it_is_about),
           TEST(every_rule_about_sessions_is_tested_both_ways));
