/* SPDX-License-Identifier: Apache-2.0 */
/* The broker of a mock with real clients: what waits for them, wills, faults, WebSocket. */
#include "mock_bed.h"
#include "test_support.h"

#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

static bool start(struct mock_bed *bed, const char *json)
{
    return CHECK(mock_bed_open(bed)) && CHECK(mock_bed_start(bed, json));
}

#define RUN(bed, ...) mock_bed_run(bed, (const char *const[]){__VA_ARGS__, NULL})

static const char *const versions[] = {"mqttv31", "mqttv311", "mqttv5"};
static const char *const qualities[] = {"0", "1", "2"};
#define ALL "{\"service\":\"mqtt\",\"mqtt\":{\"versions\":[\"3.1\",\"3.1.1\",\"5.0\"]}}"

/* -E leaves when the subscription stands; -c keeps the session. */
static void messages_wait_for_mosquitto_sub_in_every_version_and_quality(void)
{
    struct mock_bed bed;

    REQUIRE(start(&bed, ALL));
    for (size_t v = 0; v < 3; v++) {
        for (size_t q = 1; q < 3; q++) {
            char id[32];

            snprintf(id, sizeof(id), "kept-%zu-%zu", v, q);
            CHECK(RUN(&bed, "mosquitto_sub", "-p", bed.port, "-V", versions[v], "-q", qualities[q],
                      "-t", "t/+", "-i", id, "-c", "-x", "60", "-E"));
            CHECK_INT_EQ(bed.exit_code, 0);
            CHECK(RUN(&bed, "mosquitto_pub", "-p", bed.port, "-V", versions[v], "-q", qualities[q],
                      "-t", "t/1", "-m", id));
            CHECK_INT_EQ(bed.exit_code, 0);
            CHECK(RUN(&bed, "mosquitto_sub", "-p", bed.port, "-V", versions[v], "-q", qualities[q],
                      "-t", "t/+", "-i", id, "-c", "-x", "60", "-C", "1", "-W", "5", "-F",
                      "%t %p %q"));
            snprintf(id, sizeof(id), "t/1 kept-%zu-%zu %s", v, q, qualities[q]);
            CHECK_STR_CONTAINS(bed.output, id);
        }
    }
    mock_bed_close(&bed);
}

static void retained_messages_come_to_mosquitto_sub_in_every_version_and_quality(void)
{
    struct mock_bed bed;

    REQUIRE(start(&bed, ALL));
    for (size_t v = 0; v < 3; v++) {
        for (size_t q = 0; q < 3; q++) {
            char topic[32];
            char want[64];

            snprintf(topic, sizeof(topic), "r/%zu/%zu", v, q);
            snprintf(want, sizeof(want), "%s kept %s 1", topic, qualities[q]);
            CHECK(RUN(&bed, "mosquitto_pub", "-p", bed.port, "-V", versions[v], "-q", qualities[q],
                      "-t", topic, "-m", "kept", "-r"));
            CHECK(RUN(&bed, "mosquitto_sub", "-p", bed.port, "-V", versions[v], "-q", qualities[q],
                      "-t", topic, "-C", "1", "-W", "5", "-F", "%t %p %q %r"));
            CHECK_STR_CONTAINS(bed.output, want);
        }
    }
    mock_bed_close(&bed);
}

/* A client that breaks off: its will is retained, so that the next one finds it. */
static void the_will_of_a_lost_connection_is_there_for_mosquitto_sub(void)
{
    static const uint8_t connect[] = "\x10\x15\0\4MQTT\4\x26\0\x3c\0\1a\0\1w\0\3bye";
    struct mock_bed bed;
    int fd = -1;

    REQUIRE(start(&bed, ALL));
    fd = mock_bed_connect(&bed);
    REQUIRE(fd >= 0);
    CHECK_INT_EQ(send(fd, connect, sizeof(connect) - 1, 0), (int)sizeof(connect) - 1);
    close(fd);
    CHECK(RUN(&bed, "mosquitto_sub", "-p", bed.port, "-t", "w", "-C", "1", "-W", "5"));
    CHECK_STR_CONTAINS(bed.output, "bye");
    CHECK_UINT_EQ(mock_bed_count(&bed, EV_MQTT_WILL), 1);
    mock_bed_close(&bed);
}

static void a_delayed_acknowledgement_leaves_when_it_is_due(void)
{
    const struct event *said = NULL;
    const struct event *sent = NULL;
    struct mock_bed bed;

    REQUIRE(start(&bed, "{\"service\":\"mqtt\",\"mqtt\":{\"faults\":[\"delay PUBACK by=300\"]}}"));
    CHECK(RUN(&bed, "mosquitto_pub", "-p", bed.port, "-t", "t", "-m", "x", "-q", "1"));
    CHECK_INT_EQ(bed.exit_code, 0);
    said = mock_bed_event(&bed, EV_MQTT_FAULT, 0);
    sent = mock_bed_event_where(&bed, EV_MQTT_PACKET, "type", "PUBACK");
    REQUIRE(said != NULL && sent != NULL);
    CHECK(sent->t_ns - said->t_ns >= UINT64_C(299000000));
    mock_bed_close(&bed);
}

struct reading {
    int fd;
    size_t want;
    size_t have;
    char bytes[1024];
};

static bool has_read(void *ctx)
{
    struct reading *r = ctx;
    ssize_t got = recv(r->fd, r->bytes + r->have, sizeof(r->bytes) - 1 - r->have, MSG_DONTWAIT);

    if (got > 0)
        r->have += (size_t)got;
    return r->have >= r->want;
}

static void a_client_speaks_mqtt_in_websocket_frames(void)
{
    static const char request[] =
        "GET /mqtt HTTP/1.1\r\nHost: b\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
        "Sec-WebSocket-Protocol: mqtt\r\n\r\n"
        "\x82\x8f\0\0\0\0\x10\x0d\0\4MQTT\4\2\0\x3c\0\1a" /* CONNECT */
        "\x82\x84\0\0\0\0\xc0\0\xe0\0";                   /* PINGREQ, DISCONNECT */
    static const char answer[] = "\x82\x04\x20\x02\0\0\x82\x02\xd0\0\x88\x02\x03\xe8";
    struct reading r = {.fd = -1, .want = 129 + sizeof(answer) - 1};
    struct mock_bed bed;

    REQUIRE(start(&bed, "{\"service\":\"ws\"}"));
    r.fd = mock_bed_connect(&bed);
    REQUIRE(r.fd >= 0);
    CHECK_INT_EQ(send(r.fd, request, sizeof(request) - 1, 0), (int)sizeof(request) - 1);
    CHECK(mock_bed_wait(&bed, has_read, &r));
    CHECK(strncmp(r.bytes, "HTTP/1.1 101 ", 13) == 0);
    CHECK(memmem(r.bytes, r.have, "\x20\x02\0\0", 4) != NULL);
    CHECK(memmem(r.bytes, r.have, "\xd0\0", 2) != NULL);
    CHECK(memmem(r.bytes, r.have, "\x88\x02\x03\xe8", 4) != NULL);
    CHECK_UINT_EQ(mock_bed_count(&bed, EV_WS_UPGRADE), 1);
    CHECK_UINT_EQ(mock_bed_count(&bed, EV_MQTT_CONNECT), 1);
    close(r.fd);
    mock_bed_close(&bed);
}

TEST_SUITE(mock_broker, TEST(messages_wait_for_mosquitto_sub_in_every_version_and_quality),
           TEST(retained_messages_come_to_mosquitto_sub_in_every_version_and_quality),
           TEST(the_will_of_a_lost_connection_is_there_for_mosquitto_sub),
           TEST(a_delayed_acknowledgement_leaves_when_it_is_due),
           TEST(a_client_speaks_mqtt_in_websocket_frames));
