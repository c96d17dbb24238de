/* SPDX-License-Identifier: Apache-2.0 */
/* A session with a broker behind it: what is passed on, what is not, and what becomes an event. */
#include "bytes.h"
#include "event_check.h"
#include "test_support.h"

#include "base/event_kinds.h"
#include "base/transcript.h"
#include "mqtt/relay.h"

#include <stdio.h>
#include <string.h>

/*
 * Lines of a story: "> bytes" from the board, "^ bytes" passed on to the broker and nothing else,
 * "v bytes" from the broker, "< bytes" sent to the board and nothing else, "|" nothing more is
 * passed on, "." the connection is to be closed, "~" it is not.
 */
struct story {
    const char *name;
    void (*set)(struct mqtt_settings *settings); /* NULL: defaults */
    const char *lines;
    const char *events; /* their kinds, without mqtt.packet, in order */
};

#define C4    "10 0d <MQTT> 04 02 003c <a>"
#define C5    "10 0e <MQTT> 05 02 003c 00 <a>"
#define JOIN4 "> " C4 "\n^ " C4 "\nv 20 02 00 00\n< 20 02 00 00\n"
/* Ten topic aliases, as mosquitto says. */
#define OK5      "20 06 00 00 03 22 000a"
#define JOIN5    "> " C5 "\n^ " C5 "\nv " OK5 "\n< " OK5 "\n"
#define SUB4     "82 08 0001 <t/1> 01"
#define PUBLISH4 "32 09 <t/1> 0007 'hi'"

static void withhold_puback(struct mqtt_settings *s)
{
    s->withhold = MQTT_IN(MQTT_PUBACK);
}

static void close_after_subscribe(struct mqtt_settings *s)
{
    s->close_after = MQTT_IN(MQTT_SUBSCRIBE);
}

static void close_after_connect_unanswered(struct mqtt_settings *s)
{
    s->close_after = MQTT_IN(MQTT_CONNECT);
    s->withhold = MQTT_IN(MQTT_CONNACK);
}

static void refuse(struct mqtt_settings *s)
{
    s->connack_code = 5;
}

static void refuse_subscriptions(struct mqtt_settings *s)
{
    s->suback_code = 0x80;
}

static void refuse_messages(struct mqtt_settings *s)
{
    s->puback_code = 0x97;
}

static void session_present(struct mqtt_settings *s)
{
    s->session_present = true;
}

static void fault(struct mqtt_settings *s, const char *text)
{
    CHECK_OK(mqtt_fault_read(text, "fault", &s->faults[0], NULL));
    s->fault_count = 1;
}

static void ignore_pings(struct mqtt_settings *s)
{
    fault(s, "ignore PINGREQ");
}

static void corrupt_suback(struct mqtt_settings *s)
{
    fault(s, "corrupt SUBACK at=2");
}

static void duplicate_publish(struct mqtt_settings *s)
{
    fault(s, "duplicate PUBLISH");
}

/* clang-format off */
static const struct story stories[] = {
    {"packets go through byte by byte", NULL,
     JOIN4 "> " SUB4 "\n^ " SUB4 "\nv 90 03 0001 01\n< 90 03 0001 01\n> c0 00\n^ c0 00\nv d0 00\n< d0 00\n~",
     "mqtt.connect"},
    {"a packet that comes in pieces is passed on whole", NULL,
     JOIN4 "> 82 08 00\n^ \n> 01 <t/1>\n^ \n> 01 c0\n^ " SUB4 "\n> 00\n^ c0 00\n"
     "v 90 03\n< \nv 0001 01 d0 00\n< 90 03 0001 01 d0 00\n~",
     "mqtt.connect"},
    {"a length that is longer than it has to be stays so in 3.1.1", NULL,
     JOIN4 "> 30 87 00 <t/1> 'hi'\n^ 30 87 00 <t/1> 'hi'\n~", "mqtt.connect mqtt.publish"},
    {"DISCONNECT is the last that is passed on", NULL,
     JOIN4 "> e0 00 c0 00\n^ e0 00\n|\n.\n", "mqtt.connect mqtt.violation"},
    {"a connection that the broker refuses is closed", NULL,
     "> " C4 "\n^ " C4 "\nv 20 02 00 05\n< 20 02 00 05\n.\n", "mqtt.connect"},
    {"a connection that the broker ends with DISCONNECT is closed", NULL,
     JOIN5 "v e0 01 8e\n< e0 01 8e\n.\n", "mqtt.connect"},
    {"what the settings refuse is not passed on", refuse,
     "> " C4 "\n^ \n< 20 02 00 05\n.\n", "mqtt.connect"},
    {"a packet that breaks a rule is passed on, and is the last", NULL,
     JOIN4 "> 36 06 <t> 0001 'x' c0 00\n^ 36 06 <t> 0001 'x' c0 00\n|\n~\n> c0 00\n^ \n", "mqtt.connect mqtt.violation"},
    {"what the broker says about it reaches the board", NULL,
     JOIN5 "> 82 06 0001 00 <t>\n^ 82 06 0001 00 <t>\n|\n~\nv e0 01 81\n< e0 01 81\n.\n", "mqtt.connect mqtt.violation"},
    {"a second CONNECT is the broker's to answer", NULL,
     JOIN4 "> " C4 "\n^ " C4 "\n|\n~\n", "mqtt.connect mqtt.violation"},
    {"a first packet that is no CONNECT, too", NULL, "> c0 00\n^ c0 00\n|\n~\n", "mqtt.violation"},
    {"a level that nobody knows is answered in 3.1.1", NULL,
     "> 10 0d <MQTT> 09 02 003c <a>\n^ 10 0d <MQTT> 09 02 003c <a>\n|\nv 20 02 00 01\n< 20 02 00 01\n.\n",
     "mqtt.connect mqtt.violation"},
    {"an alias is resolved for the event", NULL,
     JOIN5 "> 30 0b <t/1> 03 23 0001 'hi'\n^ 30 0b <t/1> 03 23 0001 'hi'\n"
     "> 30 08 0000 03 23 0001 'ho'\n^ 30 08 0000 03 23 0001 'ho'\n",
     "mqtt.connect mqtt.publish t/1 mqtt.publish t/1"},
    {"a message of QoS 2 counts once until it is complete", NULL,
     JOIN4 "> 34 09 <t/1> 0007 'hi' 3c 09 <t/1> 0007 'hi' 62 02 0007\n^ 34 09 <t/1> 0007 'hi' 3c 09 <t/1> 0007 'hi' 62 02 0007\n"
     "v 50 02 0007 70 02 0007\n< 50 02 0007 70 02 0007\n> 34 09 <t/1> 0007 'hi'\n",
     "mqtt.connect mqtt.publish t/1 mqtt.publish t/1"},
    /* --- what the settings do to packets on their way --- */
    {"an answer that is withheld", withhold_puback,
     JOIN4 "> " PUBLISH4 "\n^ " PUBLISH4 "\nv 40 02 0007\n< \n~", "mqtt.connect mqtt.publish t/1 mqtt.withheld"},
    {"closing after a packet waits for its answer", close_after_subscribe,
     JOIN4 "> " SUB4 " c0 00\n^ " SUB4 " c0 00\n~\nv d0 00 90 03 0001 01\n< d0 00 90 03 0001 01\n.\n", "mqtt.connect"},
    {"closing after a packet whose answer is withheld", close_after_connect_unanswered,
     "> " C4 "\n^ " C4 "\n~\nv 20 02 00 00\n< \n.\n", "mqtt.connect mqtt.withheld"},
    {"other codes in SUBACK", refuse_subscriptions,
     JOIN4 "> 82 0c 0001 <a> 01 <b/c> 00\nv 90 04 0001 01 00\n< 90 04 0001 80 80\n", "mqtt.connect"},
    {"another reason in PUBACK of 5.0", refuse_messages,
     JOIN5 "> 32 0a <t/1> 0007 00 'hi'\nv 40 02 0007\n< 40 03 0007 97\n", "mqtt.connect mqtt.publish t/1"},
    {"the session present flag", session_present,
     "> " C4 "\n^ " C4 "\nv 20 02 00 00\n< 20 02 01 00\n", "mqtt.connect"},
    {"a packet that is ignored is not passed on", ignore_pings,
     JOIN4 "> c0 00 " SUB4 "\n^ " SUB4 "\n", "mqtt.connect mqtt.fault"},
    {"a byte that is turned", corrupt_suback,
     JOIN4 "> " SUB4 "\nv 90 03 0001 01\n< 90 03 ff01 01\n", "mqtt.connect mqtt.fault"},
    {"a message that comes twice", duplicate_publish,
     JOIN4 "v 30 07 <t/1> 'hi'\n< 30 07 <t/1> 'hi' 30 07 <t/1> 'hi'\n", "mqtt.connect mqtt.fault"},
};
/* clang-format on */

static enum assay_status say(struct mqtt_session *s, const struct buf *bytes, bool from_board)
{
    struct mqtt_violation of_broker;

    return from_board ? mqtt_session_receive(s, bytes->data, bytes->len)
                      : mqtt_session_answered(s, bytes->data, bytes->len, &of_broker);
}

static bool is_all(struct buf *have, const struct buf *want)
{
    bool same = have->len == want->len &&
                (have->len == 0 || memcmp(have->data, want->data, have->len) == 0);

    buf_clear(have);
    return same;
}

static bool follow(struct mqtt_session *s, const char *line)
{
    struct buf bytes;
    bool holds = false;

    buf_init(&bytes, 1 << 16);
    bytes_add(&bytes, line + 1);
    if (*line == '>' || *line == 'v')
        holds = say(s, &bytes, *line == '>') == ASSAY_OK;
    else if (*line == '^')
        holds = is_all(mqtt_session_upstream(s), &bytes);
    else if (*line == '<')
        holds = is_all(mqtt_session_output(s), &bytes);
    else if (*line == '|')
        holds = mqtt_session_upstream_ended(s);
    else
        holds = mqtt_session_wants_close(s) == (*line == '.');
    buf_done(&bytes);
    return holds;
}

static void check_events(const struct story *story, const struct transcript *t)
{
    struct buf said;

    buf_init(&said, 1 << 16);
    for (size_t i = 0; i < transcript_count(t); i++) {
        const struct event *e = transcript_at(t, i);

        if (event_is(e, EV_MQTT_PACKET) || event_is(e, EV_MQTT_CLOSED))
            continue;
        CHECK_OK(buf_printf(&said, "%s%s", said.len > 0 ? " " : "", e->kind));
        if (event_is(e, EV_MQTT_PUBLISH) && strstr(story->events, "t/1") != NULL)
            CHECK_OK(buf_printf(&said, " %s", event_get_text(e, "topic")));
    }
    if (strcmp(buf_text(&said), story->events) != 0)
        test_check(false, __FILE__, __LINE__, "%s: the events are \"%s\"", story->name,
                   buf_text(&said));
    buf_done(&said);
}

static void tell(const struct story *story)
{
    struct transcript *t = transcript_new(1 << 20);
    struct mqtt_settings settings;
    struct mqtt_session *s = NULL;
    char line[1024];

    mqtt_settings_default(&settings);
    if (story->set != NULL)
        story->set(&settings);
    s = mqtt_session_new(&settings, transcript_sink(t), 1);
    REQUIRE_OK(mqtt_session_relay(s));
    for (const char *at = story->lines; *at != '\0'; at += strcspn(at, "\n"), at += *at == '\n') {
        snprintf(line, sizeof(line), "%.*s", (int)strcspn(at, "\n"), at);
        if (!follow(s, line))
            test_check(false, __FILE__, __LINE__, "%s: \"%s\" does not hold", story->name, line);
    }
    mqtt_session_free(s);
    check_events(story, t);
    CHECK_EVENTS(t);
    transcript_free(t);
}

static void each_story_goes_as_the_table_says(void)
{
    for (size_t i = 0; i < sizeof(stories) / sizeof(stories[0]); i++)
        tell(&stories[i]);
}

static void every_packet_of_both_directions_is_an_event(void)
{
    struct transcript *t = transcript_new(1 << 20);
    struct mqtt_settings settings;
    struct mqtt_session *s = NULL;
    size_t rx = 0;
    size_t tx = 0;

    mqtt_settings_default(&settings);
    s = mqtt_session_new(&settings, transcript_sink(t), 1);
    REQUIRE_OK(mqtt_session_relay(s));
    CHECK(follow(s, "> " C4 " " SUB4 " " PUBLISH4 " c0 00"));
    CHECK(follow(s, "v 20 02 00 00 90 03 0001 01 30 07 <t/1> 'hi' 40 02 0007 d0 00"));
    for (size_t i = 0; i < transcript_count(t); i++) {
        const struct event *e = transcript_at(t, i);

        if (event_is(e, EV_MQTT_PACKET) && strcmp(event_get_text(e, "dir"), "rx") == 0)
            rx++;
        else if (event_is(e, EV_MQTT_PACKET))
            tx++;
    }
    CHECK_UINT_EQ(rx, 4);
    CHECK_UINT_EQ(tx, 5);
    mqtt_session_free(s);
    transcript_free(t);
}

static void what_the_broker_sends_has_to_be_mqtt(void)
{
    struct mqtt_settings settings;
    struct mqtt_session *s = NULL;
    struct mqtt_violation of_broker = {0};

    mqtt_settings_default(&settings);
    s = mqtt_session_new(&settings, NULL, 1);
    REQUIRE_OK(mqtt_session_relay(s));
    CHECK_INT_EQ(mqtt_session_answered(s, "HTTP/1.1", 8, &of_broker), ASSAY_ERR_MALFORMED);
    CHECK(of_broker.clause != NULL);
    mqtt_session_free(s);
}

TEST_SUITE(relay, TEST(each_story_goes_as_the_table_says),
           TEST(every_packet_of_both_directions_is_an_event),
           TEST(what_the_broker_sends_has_to_be_mqtt));
