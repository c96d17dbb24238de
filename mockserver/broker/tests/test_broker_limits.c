/* SPDX-License-Identifier: Apache-2.0 */
/* What a broker keeps, and what it gives up: clients that do not read, many clients, the tree. */
#include "test_support.h"

#include "base/event_kinds.h"
#include "base/transcript.h"
#include "broker/broker.h"
#include "mqtt/encoder.h"

#include <stdio.h>
#include <stdlib.h>

struct bed {
    struct mqtt_settings settings;
    struct broker *broker;
    size_t arrived; /* large messages */
};

static void open_bed(struct bed *bed, const struct event_sink *sink)
{
    bed->arrived = 0;
    mqtt_settings_default(&bed->settings);
    bed->broker = broker_new(&bed->settings, sink);
    REQUIRE(bed->broker != NULL);
}

static void say(struct broker_conn *conn, const struct mqtt_packet *packet)
{
    struct buf bytes;

    buf_init(&bytes, 1 << 21);
    CHECK_OK(mqtt_encode(packet, &bytes));
    CHECK_OK(broker_conn_receive(conn, 1, bytes.data, bytes.len));
    buf_done(&bytes);
}

static struct broker_conn *join(struct bed *bed, const char *id, bool clean)
{
    struct broker_conn *conn = broker_conn_new(bed->broker, 1, NULL);
    struct mqtt_packet connect = mqtt_packet_of(MQTT_CONNECT);

    connect.connect.protocol_name = mqtt_view_text("MQTT");
    connect.connect.level = MQTT_V311;
    connect.connect.flags = clean ? MQTT_CONNECT_CLEAN : 0;
    connect.connect.client_id = mqtt_view_text(id);
    if (conn != NULL)
        say(conn, &connect);
    return conn;
}

static void subscribe(struct broker_conn *conn, const char *filter, int qos)
{
    struct mqtt_packet packet = mqtt_packet_of(MQTT_SUBSCRIBE);
    struct buf filters;

    buf_init(&filters, 1 << 10);
    CHECK_OK(mqtt_filter_add(&filters, mqtt_view_text(filter), qos));
    packet.subscribe.packet_id = 1;
    packet.subscribe.filters = mqtt_view_bytes(filters.data, filters.len);
    say(conn, &packet);
    buf_done(&filters);
}

static void publish(struct broker_conn *conn, const char *topic, unsigned qos, size_t len)
{
    static const uint8_t payload[4096];
    struct mqtt_packet packet = mqtt_packet_of(MQTT_PUBLISH);

    packet.flags = mqtt_publish_flags(qos, false, false);
    packet.publish.topic = mqtt_view_text(topic);
    packet.publish.payload = mqtt_view_bytes(payload, len);
    packet.publish.has_packet_id = qos > 0;
    packet.publish.packet_id = 1;
    say(conn, &packet);
    buf_clear(mqtt_session_output(broker_conn_session(conn)));
}

static size_t unread(const struct broker_conn *conn)
{
    return mqtt_session_output(broker_conn_session(conn))->len;
}

/* 50 MB of messages, and nobody takes the output of the subscriber. */
static void a_client_that_never_reads_costs_no_more_than_the_limits_say(void)
{
    struct transcript *t = transcript_new(64 << 20);
    struct bed bed;
    struct broker_conn *sub = NULL;
    struct broker_conn *pub = NULL;
    size_t dropped = 0;

    open_bed(&bed, transcript_sink(t));
    sub = join(&bed, "sub", true);
    pub = join(&bed, "pub", true);
    subscribe(sub, "a/#", 1);
    for (int i = 0; i < 6000; i++) {
        publish(pub, "a/0", 0, 4096);
        publish(pub, "a/1", 1, 4096);
    }
    CHECK(unread(sub) >= BROKER_OUTPUT_HIGH);
    CHECK(unread(sub) <= BROKER_OUTPUT_HIGH + 8192);
    for (size_t i = 0; i < transcript_count(t); i++)
        dropped += event_is(transcript_at(t, i), EV_MQTT_DROPPED);
    CHECK_UINT_EQ(dropped, 1); /* said once, not six thousand times */
    broker_conn_free(sub, 1);
    broker_conn_free(pub, 1);
    broker_free(bed.broker);
    transcript_free(t);
}

static void a_backlog_on_the_wire_counts_like_unread_output(void)
{
    struct bed bed;
    struct broker_conn *sub = NULL;
    struct broker_conn *pub = NULL;
    size_t before = 0;

    open_bed(&bed, NULL);
    sub = join(&bed, "sub", true);
    pub = join(&bed, "pub", true);
    subscribe(sub, "t", 1);
    broker_conn_backlog(sub, 1, BROKER_OUTPUT_HIGH);
    before = unread(sub);
    publish(pub, "t", 1, 10);
    CHECK_UINT_EQ(unread(sub), before);
    broker_conn_backlog(sub, 1, 0); /* what waited goes on */
    CHECK_UINT_EQ(unread(sub), before + 2 + 3 + 2 + 10);
    broker_conn_free(sub, 1);
    broker_conn_free(pub, 1);
    broker_free(bed.broker);
}

static void no_more_than_max_queued_messages_wait_for_a_client_that_is_away(void)
{
    struct bed bed;
    struct broker_conn *conn = NULL;
    struct broker_conn *pub = NULL;

    open_bed(&bed, NULL);
    bed.settings.max_queued = 5;
    conn = join(&bed, "a", false);
    subscribe(conn, "t", 1);
    broker_conn_free(conn, 1);
    pub = join(&bed, "pub", true);
    for (int i = 0; i < 9; i++)
        publish(pub, "t", 1, 0);
    conn = join(&bed, "a", false);
    CHECK_UINT_EQ(unread(conn), 4 + 5 * (2 + 3 + 2)); /* CONNACK and five messages */
    broker_conn_free(conn, 1);
    broker_conn_free(pub, 1);
    broker_free(bed.broker);
}

/* Messages of a megabyte: a thousand of them are as many as the machine has. */
static void no_more_than_16_mib_wait_for_a_client(void)
{
    enum { LEN = 1000000, SENT = 40, FIT = BROKER_QUEUE_BYTES / LEN };
    uint8_t *payload = calloc(1, LEN);
    struct mqtt_packet packet = mqtt_packet_of(MQTT_PUBLISH);
    struct broker_conn *talker = NULL;
    struct broker_conn *away = NULL;
    struct bed bed;

    open_bed(&bed, NULL);
    REQUIRE(payload != NULL);
    away = join(&bed, "away", false);
    subscribe(away, "t", 1);
    broker_conn_free(away, 2);
    talker = join(&bed, "talker", true);
    packet.flags = mqtt_publish_flags(1, false, false);
    packet.publish.topic = mqtt_view_text("t");
    packet.publish.payload = mqtt_view_bytes(payload, LEN);
    packet.publish.has_packet_id = true;
    packet.publish.packet_id = 1;
    for (size_t i = 0; i < SENT; i++)
        say(talker, &packet);
    away = join(&bed, "away", false);
    for (size_t i = 0; i < SENT; i++) { /* each acknowledged, so that the next one comes */
        struct mqtt_packet ack = mqtt_packet_of(MQTT_PUBACK);

        ack.acknowledge.packet_id = (uint16_t)(i + 1);
        if (unread(away) > LEN)
            bed.arrived += unread(away) / LEN;
        buf_clear(mqtt_session_output(broker_conn_session(away)));
        say(away, &ack);
    }
    CHECK_UINT_EQ(bed.arrived, FIT);
    broker_conn_free(away, 3);
    broker_conn_free(talker, 3);
    broker_free(bed.broker);
    free(payload);
}

static void what_is_let_go_leaves_nothing_behind(void)
{
    struct bed bed;
    struct broker_conn *conn = NULL;
    char text[32];

    open_bed(&bed, NULL);
    conn = join(&bed, "a", true);
    for (int i = 0; i < 500; i++) {
        snprintf(text, sizeof(text), "a/%d/+/%d", i % 7, i);
        subscribe(conn, text, 0);
        snprintf(text, sizeof(text), "$share/g%d/s/%d", i % 3, i);
        subscribe(conn, text, 0);
    }
    CHECK_UINT_EQ(broker_counts(bed.broker).subscriptions, 1000);
    CHECK(broker_counts(bed.broker).nodes > 1000);
    broker_conn_free(conn, 1);
    CHECK_UINT_EQ(broker_counts(bed.broker).sessions, 0);
    CHECK_UINT_EQ(broker_counts(bed.broker).subscriptions, 0);
    CHECK_UINT_EQ(broker_counts(bed.broker).nodes, 0);
    broker_free(bed.broker);
}

static void a_message_finds_one_of_many_clients(void)
{
    enum { MANY = 3000 };
    static struct broker_conn *conns[MANY];
    struct bed bed;
    struct broker_conn *pub = NULL;
    char text[32];

    open_bed(&bed, NULL);
    for (int i = 0; i < MANY; i++) {
        snprintf(text, sizeof(text), "client-%d", i);
        conns[i] = join(&bed, text, true);
        snprintf(text, sizeof(text), "d/%d/x", i);
        subscribe(conns[i], text, 0);
    }
    pub = join(&bed, "pub", true);
    publish(pub, "d/1234/x", 0, 1);
    for (int i = 0; i < MANY; i++)
        CHECK_UINT_EQ(unread(conns[i]), 4 + 5 + (i == 1234 ? 2 + 10 + 1 : 0));
    for (int i = 0; i < MANY; i++)
        broker_conn_free(conns[i], 1);
    broker_conn_free(pub, 1);
    CHECK_UINT_EQ(broker_counts(bed.broker).nodes, 0);
    broker_free(bed.broker);
}

TEST_SUITE(broker_limits, TEST(a_client_that_never_reads_costs_no_more_than_the_limits_say),
           TEST(a_backlog_on_the_wire_counts_like_unread_output),
           TEST(no_more_than_16_mib_wait_for_a_client),
           TEST(no_more_than_max_queued_messages_wait_for_a_client_that_is_away),
           TEST(what_is_let_go_leaves_nothing_behind), TEST(a_message_finds_one_of_many_clients));
