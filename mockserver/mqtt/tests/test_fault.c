/* SPDX-License-Identifier: Apache-2.0 */
/* Sentences of faults, and what they do to the bytes of a session. */
#include "bytes.h"
#include "event_check.h"
#include "test_support.h"

#include "base/event_kinds.h"
#include "mqtt/session.h"

#define C4  "10 0d <MQTT> 04 02 003c <a> "
#define C5  "10 0e <MQTT> 05 02 003c 00 <a> "
#define OK4 "20 02 00 00 "
#define OK5 "20 08 00 00 05 27 00100000 "

static const struct row {
    const char *fault;
    const char *says;
    const char *hears;
    enum mqtt_stage stage;
    size_t met;
} rows[] = {
    {"withhold PUBACK", C4 "32 05 <t> 0001 32 05 <t> 0002", OK4, MQTT_STAGE_CONNECTED, 2},
    {"withhold PUBACK count=1", C4 "32 05 <t> 0001 3a 05 <t> 0001", OK4 "40 02 0001",
     MQTT_STAGE_CONNECTED, 1},
    {"withhold PUBACK after=1", C4 "32 05 <t> 0001 32 05 <t> 0002", OK4 "40 02 0001",
     MQTT_STAGE_CONNECTED, 1},
    {"withhold PUBACK,SUBACK", C4 "82 06 0003 <a> 00 32 05 <t> 0001", OK4, MQTT_STAGE_CONNECTED, 2},
    {"withhold PUBACK client=b", C4 "32 05 <t> 0001", OK4 "40 02 0001", MQTT_STAGE_CONNECTED, 0},
    {"ignore CONNECT client=b", C4 "c0 00", OK4 "d0 00", MQTT_STAGE_CONNECTED, 0},
    {"disconnect CONNECT client=a", C4, "", MQTT_STAGE_DROPPED, 1},
    {"withhold any", C4 "c0 00", "", MQTT_STAGE_CONNECTED, 2},
    {"withhold any chance=0", C4 "c0 00", OK4 "d0 00", MQTT_STAGE_CONNECTED, 0},
    {"duplicate PUBACK", C4 "32 05 <t> 0001", OK4 "40 02 0001 40 02 0001", MQTT_STAGE_CONNECTED, 1},
    {"corrupt SUBACK at=4", C4 "82 06 0003 <a> 00", OK4 "90 03 0003 ff", MQTT_STAGE_CONNECTED, 1},
    {"shorten SUBACK by=2", C4 "82 06 0003 <a> 00", OK4 "90 03 00", MQTT_STAGE_CONNECTED, 1},
    {"shorten SUBACK by=100", C4 "82 06 0003 <a> 00", OK4, MQTT_STAGE_CONNECTED, 1},
    {"close CONNACK at=3", C4 "c0 00", "20 02 00", MQTT_STAGE_DROPPED, 1},
    {"code CONNACK reason=6", C4 "c0 00", "20 02 00 06 d0 00", MQTT_STAGE_CONNECTED, 1},
    {"code CONNACK reason=0x88", C5, "20 08 00 88 05 27 00100000", MQTT_STAGE_CONNECTED, 1},
    {"reorder SUBACK", C4 "82 06 0003 <a> 00 c0 00 c0 00", OK4 "d0 00 90 03 0003 00 d0 00",
     MQTT_STAGE_CONNECTED, 1},
    {"set SUBACK at=0 to=0x9f", C4 "82 06 0003 <a> 00", OK4 "9f 03 0003 00", MQTT_STAGE_CONNECTED,
     1},
    {"set SUBACK at=9 to=7", C4 "82 06 0003 <a> 00", OK4 "90 03 0003 00", MQTT_STAGE_CONNECTED, 1},
    {"ignore PUBLISH topic=t/#", C4 "32 05 <t> 0001 32 05 <u> 0002", OK4 "40 02 0002",
     MQTT_STAGE_CONNECTED, 1},
    {"ignore PINGREQ", C4 "c0 00", OK4, MQTT_STAGE_CONNECTED, 1},
    {"disconnect PUBLISH reason=0x9d reference=b:1", C5 "30 04 <t> 00", OK5 "e0 08 9d 06 1c <b:1>",
     MQTT_STAGE_DROPPED, 1},
    {"disconnect PUBLISH", C4 "30 03 <t>", OK4, MQTT_STAGE_DROPPED, 1},
    {"flood CONNACK by=2 topic=f", C4,
     OK4 "30 1e <f> 'more than anybody asked for' 30 1e <f> 'more than anybody asked for'",
     MQTT_STAGE_CONNECTED, 1},
};

enum { ROWS = sizeof(rows) / sizeof(rows[0]) };

static void use(struct mqtt_settings *settings, const char *sentence)
{
    struct assay_error err = {0};

    mqtt_settings_default(settings);
    CHECK_OK(mqtt_fault_read(sentence, "mqtt.faults.1", &settings->faults[0], &err));
    settings->fault_count = 1;
}

static void receive(struct mqtt_session *s, const char *text)
{
    struct buf bytes;

    buf_init(&bytes, 4096);
    bytes_add(&bytes, text);
    CHECK_OK(mqtt_session_receive(s, bytes.data, bytes.len));
    buf_done(&bytes);
}

static void check_output(const struct row *row, struct mqtt_session *s)
{
    const struct buf *out = mqtt_session_output(s);
    struct buf want;

    buf_init(&want, 4096);
    bytes_add(&want, row->hears);
    test_check(out->len == want.len &&
                   (want.len == 0 || memcmp(out->data, want.data, want.len) == 0),
               __FILE__, __LINE__, "%s: other bytes", row->fault);
    buf_done(&want);
}

static size_t count_faults(const struct transcript *t)
{
    size_t count = 0;

    for (size_t i = 0; i < transcript_count(t); i++)
        count += event_is(transcript_at(t, i), EV_MQTT_FAULT);
    return count;
}

static void run(const struct row *row)
{
    struct transcript *t = transcript_new(1 << 20);
    struct mqtt_settings settings;
    struct mqtt_session *s = NULL;

    use(&settings, row->fault);
    s = mqtt_session_new(&settings, transcript_sink(t), 1);
    REQUIRE(s != NULL);
    receive(s, row->says);
    check_output(row, s);
    test_check(mqtt_session_stage(s) == row->stage, __FILE__, __LINE__, "%s: stage %d", row->fault,
               (int)mqtt_session_stage(s));
    test_check(count_faults(t) == row->met, __FILE__, __LINE__, "%s: %zu met it", row->fault,
               count_faults(t));
    mqtt_session_free(s);
    CHECK_EVENTS(t);
    transcript_free(t);
}

static void every_fault_does_what_its_row_says(void)
{
    for (size_t i = 0; i < ROWS; i++)
        run(&rows[i]);
}

static void every_verb_has_a_row(void)
{
    for (size_t verb = 0; verb < MQTT_FAULT_VERBS; verb++) {
        size_t len = strlen(mqtt_fault_rows[verb].name);
        bool found = verb == MQTT_FAULT_DELAY; /* below: it takes time */

        for (size_t i = 0; i < ROWS; i++)
            found = found || strncmp(rows[i].fault, mqtt_fault_rows[verb].name, len) == 0;
        test_check(found, __FILE__, __LINE__, "no row for %s", mqtt_fault_rows[verb].name);
    }
}

static void a_delayed_packet_leaves_when_its_time_has_come(void)
{
    struct mqtt_fault_state state = {.now_ms = 1000};
    struct mqtt_settings settings;
    struct mqtt_session *s = NULL;

    use(&settings, "delay PUBACK by=500");
    s = mqtt_session_new(&settings, NULL, 1);
    REQUIRE(s != NULL);
    mqtt_session_share_faults(s, &state);
    receive(s, C4 "32 05 <t> 0001 c0 00");
    check_output(&(struct row){.fault = "delay", .hears = OK4 "d0 00"}, s);
    CHECK_UINT_EQ(mqtt_session_due_ms(s), 1500);
    CHECK_OK(mqtt_session_advance(s, 1499));
    check_output(&(struct row){.fault = "delay", .hears = OK4 "d0 00"}, s);
    CHECK_OK(mqtt_session_advance(s, 1500));
    check_output(&(struct row){.fault = "delay", .hears = OK4 "d0 00 40 02 0001"}, s);
    CHECK_UINT_EQ(mqtt_session_due_ms(s), UINT64_MAX);
    mqtt_session_free(s);
}

static void what_a_delayed_answer_acknowledges_is_under_way_no_more(void)
{
    struct mqtt_fault_state state = {.now_ms = 1000};
    struct mqtt_settings settings;
    struct mqtt_session *s = NULL;

    use(&settings, "delay PUBACK by=500");
    settings.receive_maximum = 1;
    s = mqtt_session_new(&settings, NULL, 1);
    REQUIRE(s != NULL);
    mqtt_session_share_faults(s, &state);
    receive(s, C5 "32 06 <t> 0001 00");
    CHECK_OK(mqtt_session_advance(s, 1500));
    receive(s, "32 06 <t> 0002 00");
    CHECK(!mqtt_session_wants_close(s));
    receive(s, "32 06 <t> 0003 00"); /* the one before it still is */
    CHECK(mqtt_session_wants_close(s));
    mqtt_session_free(s);
}

static void a_chance_is_the_same_for_the_same_seed(void)
{
    struct mqtt_packet ping = mqtt_packet_of(MQTT_PINGRESP);
    struct mqtt_settings settings;
    unsigned met = 0;
    uint64_t first = 0;

    use(&settings, "withhold PINGRESP chance=30 seed=7");
    for (int round = 0; round < 2; round++) {
        struct mqtt_fault_state state = {0};
        uint64_t pattern = 0;

        for (int i = 0; i < 64; i++)
            if (mqtt_fault_meets(&settings.faults[0], 0, false, &ping, mqtt_view_empty(), &state))
                pattern |= UINT64_C(1) << i;
        if (round == 0)
            first = pattern;
        CHECK_UINT_EQ(pattern, first);
    }
    for (int i = 0; i < 64; i++)
        met += (unsigned)(first >> i & 1);
    CHECK(met > 8 && met < 32);
}

static void a_sentence_that_says_nothing_is_refused_with_its_path(void)
{
    static const char *const bad[] = {
        "",
        "withhold",
        "hide PUBACK",
        "withhold PUBAK",
        "withhold PUBACK,",
        "delay PUBACK by",
        "delay PUBACK by=",
        "delay PUBACK by=-1",
        "delay PUBACK by=3600001",
        "delay PUBACK bye=1",
        "withhold PUBACK chance=101",
    };

    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        struct mqtt_fault fault = {.by = 77};
        struct assay_error err = {.text = ""};

        CHECK_INT_EQ(mqtt_fault_read(bad[i], "mqtt.faults.3", &fault, &err), ASSAY_ERR_MALFORMED);
        CHECK_STR_CONTAINS(err.text, "mqtt.faults.3");
        CHECK_UINT_EQ(fault.by, 77);
    }
}

TEST_SUITE(mqtt_fault, TEST(every_fault_does_what_its_row_says), TEST(every_verb_has_a_row),
           TEST(a_delayed_packet_leaves_when_its_time_has_come),
           TEST(what_a_delayed_answer_acknowledges_is_under_way_no_more),
           TEST(a_chance_is_the_same_for_the_same_seed),
           TEST(a_sentence_that_says_nothing_is_refused_with_its_path));
