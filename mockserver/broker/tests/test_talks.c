/* SPDX-License-Identifier: Apache-2.0 */
/* Every conversation of the table, held against our broker, whole and byte by byte. */
#include "bytes.h"
#include "event_check.h"
#include "talks.h"
#include "test_support.h"

#include "broker/broker.h"

enum { CLIENTS = 26 };

struct bed {
    const struct talk *talk;
    struct mqtt_settings settings;
    struct transcript *transcript;
    struct broker *broker;
    struct broker_conn *conns[CLIENTS];
    uint64_t now_ms;
    size_t step; /* bytes at a time */
    uint32_t conn_count;
};

/* What mosquitto says of itself in CONNACK. */
static void like_mosquitto(struct mqtt_settings *settings)
{
    mqtt_settings_default(settings);
    settings->topic_alias_maximum = 10;
    settings->receive_maximum = 20;
    settings->tell_limits = false;
    settings->send_topic_aliases = false;
}

static void says(struct bed *bed, size_t client, const struct buf *bytes)
{
    if (bed->conns[client] == NULL)
        bed->conns[client] = broker_conn_new(bed->broker, ++bed->conn_count, NULL);
    REQUIRE(bed->conns[client] != NULL);
    for (size_t at = 0; at < bytes->len; at += bed->step) {
        size_t len = bytes->len - at < bed->step ? bytes->len - at : bed->step;

        CHECK_OK(broker_conn_receive(bed->conns[client], bed->now_ms, bytes->data + at, len));
    }
}

static void hears(struct bed *bed, size_t client, const struct buf *bytes)
{
    struct buf *output = NULL;
    size_t len = 0;

    REQUIRE(bed->conns[client] != NULL);
    output = mqtt_session_output(broker_conn_session(bed->conns[client]));
    len = output->len < bytes->len ? output->len : bytes->len;
    test_check(len == bytes->len && memcmp(output->data, bytes->data, len) == 0, __FILE__, __LINE__,
               "%s: client %c is sent something else", bed->talk->name, (int)('a' + client));
    buf_consume(output, len);
}

static void hung_up_on(struct bed *bed, size_t client)
{
    struct mqtt_session *session = NULL;

    REQUIRE(bed->conns[client] != NULL);
    session = broker_conn_session(bed->conns[client]);
    test_check(mqtt_session_wants_close(session) && mqtt_session_output(session)->len == 0,
               __FILE__, __LINE__, "%s: client %c is not hung up on", bed->talk->name,
               (int)('a' + client));
}

static void vanishes(struct bed *bed, size_t client)
{
    broker_conn_free(bed->conns[client], bed->now_ms);
    bed->conns[client] = NULL;
}

static void follow(struct bed *bed, const struct talk_line *line)
{
    size_t client = (size_t)(line->client - 'a');
    struct buf bytes;

    buf_init(&bytes, 1 << 16);
    bytes_add(&bytes, line->bytes);
    switch (line->verb) {
    case TALK_SAYS:
        says(bed, client, &bytes);
        break;
    case TALK_HEARS:
        hears(bed, client, &bytes);
        break;
    case TALK_HUNG_UP_ON:
        hung_up_on(bed, client);
        vanishes(bed, client);
        break;
    case TALK_VANISHES:
        vanishes(bed, client);
        break;
    case TALK_TIME:
        bed->now_ms += line->ms;
        broker_advance(bed->broker, bed->now_ms);
        break;
    }
    buf_done(&bytes);
}

static void nothing_is_left(const struct bed *bed)
{
    for (size_t i = 0; i < CLIENTS; i++) {
        if (bed->conns[i] == NULL)
            continue;
        test_check(mqtt_session_output(broker_conn_session(bed->conns[i]))->len == 0, __FILE__,
                   __LINE__, "%s: client %c is sent more", bed->talk->name, (int)('a' + i));
    }
}

static void hold(const struct talk *talk, size_t step)
{
    struct bed bed = {.talk = talk, .step = step, .now_ms = 1000};
    struct talk_line line;
    const char *at = talk->script;

    like_mosquitto(&bed.settings);
    bed.settings.habits = talk->habits;
    bed.transcript = transcript_new(1 << 24);
    bed.broker = broker_new(&bed.settings, transcript_sink(bed.transcript));
    REQUIRE(bed.broker != NULL);
    while (talk_next(&at, &line))
        follow(&bed, &line);
    nothing_is_left(&bed);
    for (size_t i = 0; i < CLIENTS; i++)
        vanishes(&bed, i);
    CHECK_UINT_EQ(broker_counts(bed.broker).connections, 0);
    while (broker_next_ready(bed.broker) != NULL)
        test_check(false, __FILE__, __LINE__, "%s: a ready connection is gone", talk->name);
    broker_free(bed.broker);
    CHECK_EVENTS(bed.transcript);
    transcript_free(bed.transcript);
}

static void every_conversation_goes_as_the_table_says(void)
{
    for (size_t i = 0; i < talk_count; i++)
        hold(&talks[i], 1 << 16);
}

static void every_conversation_is_the_same_byte_by_byte(void)
{
    for (size_t i = 0; i < talk_count; i++)
        hold(&talks[i], 1);
}

TEST_SUITE(talks, TEST(every_conversation_goes_as_the_table_says),
           TEST(every_conversation_is_the_same_byte_by_byte));
