/* SPDX-License-Identifier: Apache-2.0 */
/* What a session tells about the board: its events. */
#include "bytes.h"
#include "test_support.h"

#include "base/event_kinds.h"
#include "base/transcript.h"
#include "mqtt/session.h"

#define C311 "10 0d <MQTT> 04 02 003c <a> "
#define C5   "10 0e <MQTT> 05 02 003c 00 <a> "

static void refuse(struct mqtt_settings *s)
{
    s->connack_code = 5;
}

static void withhold_acks(struct mqtt_settings *s)
{
    s->withhold = MQTT_IN(MQTT_PUBACK);
}

static void take_aliases(struct mqtt_settings *s)
{
    s->topic_alias_maximum = 2;
}

static struct mqtt_session *new_session(struct mqtt_settings *settings,
                                        void (*set)(struct mqtt_settings *), struct transcript *t)
{
    mqtt_settings_default(settings);
    if (set != NULL)
        set(settings);
    return mqtt_session_new(settings, t != NULL ? transcript_sink(t) : NULL, 3);
}

static void receive(struct mqtt_session *s, const char *text, size_t step)
{
    struct buf bytes;

    buf_init(&bytes, 4096);
    bytes_add(&bytes, text);
    for (size_t at = 0; at < bytes.len; at += step)
        CHECK_OK(mqtt_session_receive(s, bytes.data + at,
                                      bytes.len - at < step ? bytes.len - at : step));
    buf_done(&bytes);
}

static const struct event *nth(const struct transcript *t, const char *kind, size_t n)
{
    for (size_t i = 0; i < transcript_count(t); i++)
        if (event_is(transcript_at(t, i), kind) && n-- == 0)
            return transcript_at(t, i);
    return NULL;
}

static void events_carry_what_the_board_gave_away(void)
{
    struct transcript *t = transcript_new(1024 * 1024);
    struct mqtt_settings settings;
    struct mqtt_session *s = new_session(&settings, NULL, t);
    const struct event *e = NULL;

    receive(s,
            "10 27 <MQTT> 04 f6 000a <dev-1> <w/t> <bye> <user> <pass> 33 09 <a/b> 0007 'hi' e0 00",
            4096);
    mqtt_session_free(s);
    e = nth(t, EV_MQTT_CONNECT, 0);
    REQUIRE(e != NULL);
    CHECK_UINT_EQ(e->conn, 3);
    CHECK_STR_EQ(e->source, "mqtt");
    CHECK_INT_EQ(event_get_int(e, "version", 0), 4);
    CHECK_STR_EQ(event_get_text(e, "client_id"), "dev-1");
    CHECK_STR_EQ(event_get_text(e, "username"), "user");
    CHECK_STR_EQ(event_get_text(e, "will_topic"), "w/t");
    CHECK_INT_EQ(event_get_int(e, "will_qos", -1), 2);
    CHECK_INT_EQ(event_get_int(e, "will_payload_length", -1), 3);
    CHECK(event_get_bool(e, "clean") && event_get_bool(e, "has_username"));
    CHECK(event_get_bool(e, "has_password") && event_get_bool(e, "will"));
    CHECK(!event_get_bool(e, "malformed"));
    CHECK_INT_EQ(event_get_int(e, "keep_alive_s", -1), 10);
    e = nth(t, EV_MQTT_PUBLISH, 0);
    REQUIRE(e != NULL);
    CHECK_STR_EQ(event_get_text(e, "dir"), "rx");
    CHECK_STR_EQ(event_get_text(e, "topic"), "a/b");
    CHECK_INT_EQ(event_get_int(e, "qos", -1), 1);
    CHECK(event_get_bool(e, "retain") && event_field(e, "dup") == NULL); /* said where it is so */
    CHECK_UINT_EQ(event_field(e, "payload")->text_len, 2);
    e = nth(t, EV_MQTT_CLOSED, 0);
    CHECK(e != NULL && event_get_bool(e, "clean"));
    CHECK(nth(t, EV_MQTT_CLOSED, 1) == NULL);
    transcript_free(t);
}

static void a_password_is_never_written(void)
{
    struct transcript *t = transcript_new(1024 * 1024);
    struct mqtt_settings settings;
    struct mqtt_session *s = new_session(&settings, NULL, t);
    struct buf json;

    buf_init(&json, 1024 * 1024);
    receive(s, "10 1b <MQTT> 04 c2 000a <a> <user> <s3cret>", 4096);
    mqtt_session_free(s);
    for (size_t i = 0; i < transcript_count(t); i++)
        CHECK_OK(event_write_json(transcript_at(t, i), &json));
    CHECK(strstr(buf_text(&json), "user") != NULL);
    CHECK(strstr(buf_text(&json), "s3cret") == NULL);
    CHECK_STR_CONTAINS(buf_text(&json), "\"has_password\":true");
    buf_done(&json);
    transcript_free(t);
}

/* Readers of live events take texts as strings: they have to end where the text does. */
static void check_strings(void *ctx, const struct event *event)
{
    (void)ctx;
    for (size_t i = 0; i < event->field_count; i++)
        if (event->fields[i].kind == EVENT_TEXT && !event->fields[i].secret)
            CHECK_UINT_EQ(strlen(event->fields[i].text), event->fields[i].text_len);
}

static void texts_of_live_events_are_strings(void)
{
    struct event_sink sink = {.emit = check_strings};
    struct mqtt_settings settings;
    struct mqtt_session *s = NULL;

    mqtt_settings_default(&settings);
    s = mqtt_session_new(&settings, &sink, 1);
    receive(s,
            "10 27 <MQTT> 04 f6 000a <dev-1> <w/t> <bye> <user> <pass> 33 09 <a/b> 0007 'hi' "
            "82 0b 0002 <a/+> 00 0001 23 02 a2 05 0003 <q> e0 00",
            4096);
    mqtt_session_free(s);
}

static void every_packet_of_both_directions_is_an_event(void)
{
    static const struct {
        const char *dir, *type;
        int64_t length, packet_id, reason;
    } want[] = {
        {"rx", "CONNECT", 15, -1, -1},   {"tx", "CONNACK", 4, -1, 0},
        {"rx", "SUBSCRIBE", 8, 2, -1},   {"tx", "SUBACK", 5, 2, 1},
        {"rx", "PUBLISH", 8, 7, -1},     {"tx", "PUBREC", 4, 7, -1},
        {"rx", "PUBREL", 4, 7, -1},      {"tx", "PUBCOMP", 4, 7, -1},
        {"rx", "PINGREQ", 2, -1, -1},    {"tx", "PINGRESP", 2, -1, -1},
        {"rx", "DISCONNECT", 2, -1, -1},
    };
    struct transcript *t = transcript_new(1024 * 1024);
    struct mqtt_settings settings;
    struct mqtt_session *s = new_session(&settings, NULL, t);

    receive(s, C311 "82 06 0002 <a> 01 34 06 <t> 0007 'x' 62 02 0007 c0 00 e0 00", 4096);
    for (size_t i = 0; i < sizeof(want) / sizeof(want[0]); i++) {
        const struct event *e = nth(t, EV_MQTT_PACKET, i);

        REQUIRE(e != NULL);
        CHECK_STR_EQ(event_get_text(e, "dir"), want[i].dir);
        CHECK_STR_EQ(event_get_text(e, "type"), want[i].type);
        CHECK_INT_EQ(event_get_int(e, "length", -1), want[i].length);
        CHECK_INT_EQ(event_get_int(e, "packet_id", -1), want[i].packet_id);
        CHECK_INT_EQ(event_get_int(e, "reason", -1), want[i].reason);
    }
    CHECK(nth(t, EV_MQTT_PACKET, sizeof(want) / sizeof(want[0])) == NULL);
    CHECK_UINT_EQ(mqtt_session_info(s).rx_packets, 6);
    CHECK_UINT_EQ(mqtt_session_info(s).rx_publishes, 1);
    mqtt_session_free(s);
    transcript_free(t);
}

static void a_message_of_qos_2_that_comes_twice_is_delivered_once(void)
{
    struct transcript *t = transcript_new(1024 * 1024);
    struct mqtt_settings settings;
    struct mqtt_session *s = new_session(&settings, NULL, t);

    receive(s, C311 "34 05 <t> 0007 3c 05 <t> 0007 62 02 0007", 4096);
    CHECK(nth(t, EV_MQTT_PUBLISH, 0) != NULL);
    CHECK(nth(t, EV_MQTT_PUBLISH, 1) == NULL);
    CHECK_UINT_EQ(mqtt_session_info(s).rx_publishes, 1);
    mqtt_session_free(s);
    transcript_free(t);
}

static void what_is_withheld_is_an_event(void)
{
    struct transcript *t = transcript_new(1024 * 1024);
    struct mqtt_settings settings;
    struct mqtt_session *s = new_session(&settings, withhold_acks, t);
    const struct event *e = NULL;

    receive(s, C311 "32 05 <t> 0021", 4096);
    e = nth(t, EV_MQTT_WITHHELD, 0);
    REQUIRE(e != NULL);
    CHECK_STR_EQ(event_get_text(e, "type"), "PUBACK");
    CHECK_INT_EQ(event_get_int(e, "packet_id", -1), 0x21);
    mqtt_session_free(s);
    transcript_free(t);
}

static void a_topic_alias_stands_for_its_topic_until_it_gets_another(void)
{
    struct transcript *t = transcript_new(1024 * 1024);
    struct mqtt_settings settings;
    struct mqtt_session *s = new_session(&settings, take_aliases, t);
    static const char *const want[] = {"one", "one", "two", "two"};

    receive(s,
            C5 "30 09 <one> 03 23 0002 30 06 0000 03 23 0002 30 09 <two> 03 23 0002 "
               "30 06 0000 03 23 0002",
            4096);
    for (size_t i = 0; i < 4; i++) {
        const struct event *e = nth(t, EV_MQTT_PUBLISH, i);

        REQUIRE(e != NULL);
        CHECK_STR_EQ(event_get_text(e, "topic"), want[i]);
    }
    mqtt_session_free(s);
    transcript_free(t);
}

static void a_connection_that_ends_without_goodbye_is_not_clean(void)
{
    struct transcript *t = transcript_new(1024 * 1024);
    struct mqtt_settings settings;
    struct mqtt_session *s = new_session(&settings, NULL, t);

    receive(s, C311, 4096);
    mqtt_session_end(s);
    mqtt_session_end(s);
    mqtt_session_free(s);
    CHECK(nth(t, EV_MQTT_CLOSED, 0) != NULL);
    CHECK(!event_get_bool(nth(t, EV_MQTT_CLOSED, 0), "clean"));
    CHECK(nth(t, EV_MQTT_CLOSED, 1) == NULL);
    mqtt_session_free(NULL);
    transcript_free(t);
}

static void what_a_refused_board_still_tells_is_evidence(void)
{
    struct transcript *t = transcript_new(1024 * 1024);
    struct mqtt_settings settings;
    struct mqtt_session *s = new_session(&settings, refuse, t);

    receive(s, C311, 4096);
    receive(s, "30 04 <t> 'x'", 4096);
    CHECK(nth(t, EV_MQTT_PUBLISH, 0) != NULL);
    CHECK(nth(t, EV_MQTT_VIOLATION, 0) == NULL);
    mqtt_session_free(s);
    transcript_free(t);
}

static void bytes_after_a_violation_are_ignored(void)
{
    struct transcript *t = transcript_new(1024 * 1024);
    struct mqtt_settings settings;
    struct mqtt_session *s = new_session(&settings, NULL, t);
    size_t events = 0;

    receive(s, C311 "36 05 <t> 0001", 4096);
    events = transcript_count(t);
    receive(s, "c0 00 30 03 <t>", 4096);
    CHECK_UINT_EQ(transcript_count(t), events);
    CHECK_INT_EQ(mqtt_session_stage(s), MQTT_STAGE_FAILED);
    mqtt_session_free(s);
    transcript_free(t);
}

TEST_SUITE(mqtt_session_events, TEST(events_carry_what_the_board_gave_away),
           TEST(a_password_is_never_written), TEST(texts_of_live_events_are_strings),
           TEST(every_packet_of_both_directions_is_an_event),
           TEST(a_message_of_qos_2_that_comes_twice_is_delivered_once),
           TEST(what_is_withheld_is_an_event),
           TEST(a_topic_alias_stands_for_its_topic_until_it_gets_another),
           TEST(a_connection_that_ends_without_goodbye_is_not_clean),
           TEST(what_a_refused_board_still_tells_is_evidence),
           TEST(bytes_after_a_violation_are_ignored));
