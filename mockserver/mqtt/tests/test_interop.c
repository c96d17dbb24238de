/* SPDX-License-Identifier: Apache-2.0 */
/* Real clients (mosquitto_pub, mosquitto_sub) against a session on a loopback socket. */
#include "event_check.h"
#include "loopback.h"
#include "test_support.h"

#include "base/event_kinds.h"

#include <stdio.h>

static const struct event *find(const struct transcript *t, const char *kind, const char *field,
                                const char *text)
{
    for (size_t i = 0; i < transcript_count(t); i++) {
        const struct event *e = transcript_at(t, i);

        if (event_is(e, kind) && (field == NULL || strcmp(event_get_text(e, field), text) == 0))
            return e;
    }
    return NULL;
}

static size_t count(const struct transcript *t, const char *kind)
{
    size_t n = 0;

    for (size_t i = 0; i < transcript_count(t); i++)
        n += event_is(transcript_at(t, i), kind);
    return n;
}

static void need(const char *program)
{
    char path[256];
    FILE *found = NULL;

    snprintf(path, sizeof(path), "/usr/bin/%s", program);
    found = fopen(path, "rb");
    if (found == NULL)
        test_skip("mosquitto-clients is not installed");
    fclose(found);
}

static void check_clean(const struct loopback_result *r)
{
    const struct event *violation = find(r->transcript, EV_MQTT_VIOLATION, NULL, NULL);
    const struct event *closed = find(r->transcript, EV_MQTT_CLOSED, NULL, NULL);

    CHECK_STR_EQ(violation != NULL ? event_get_text(violation, "text") : "", "");
    CHECK(closed != NULL && event_get_bool(closed, "clean"));
    CHECK_INT_EQ(r->stage, MQTT_STAGE_DISCONNECTED);
    CHECK_EVENTS(r->transcript);
    CHECK(!r->outcome.signalled);
    CHECK_INT_EQ(r->outcome.code, 0);
}

static const struct {
    const char *option;
    int version;
} versions[] = {{"mqttv31", 3}, {"mqttv311", 4}, {"mqttv5", 5}};

static void publish_once(size_t version, const char *qos)
{
    const char *const argv[] = {
        "mosquitto_pub", "-h", "127.0.0.1", "-p", "{port}", "-V", versions[version].option, "-i",
        "board-1",       "-u", "user",      "-P", "s3cret", "-t", "boards/1/temperature",   "-m",
        "21.5",          "-q", qos,         "-r", NULL};
    struct mqtt_settings settings;
    struct loopback_result r;
    const struct event *connect = NULL;
    const struct event *publish = NULL;

    mqtt_settings_default(&settings);
    settings.versions |= 1U << MQTT_V31;
    CHECK_OK(loopback_run(&settings, argv, &r));
    check_clean(&r);
    connect = find(r.transcript, EV_MQTT_CONNECT, NULL, NULL);
    publish = find(r.transcript, EV_MQTT_PUBLISH, NULL, NULL);
    if (CHECK(connect != NULL) && CHECK(publish != NULL)) {
        CHECK_INT_EQ(event_get_int(connect, "version", -1), versions[version].version);
        CHECK_STR_EQ(event_get_text(connect, "client_id"), "board-1");
        CHECK_STR_EQ(event_get_text(connect, "username"), "user");
        CHECK(event_get_bool(connect, "has_password"));
        CHECK_INT_EQ(event_get_int(connect, "keep_alive_s", -1), 60);
        CHECK_STR_EQ(event_get_text(publish, "topic"), "boards/1/temperature");
        CHECK_INT_EQ(event_get_int(publish, "qos", -1), qos[0] - '0');
        CHECK(event_get_bool(publish, "retain"));
        CHECK_STR_EQ(event_field(publish, "payload")->text, "21.5");
    }
    CHECK_UINT_EQ(count(r.transcript, EV_MQTT_PUBLISH), 1);
    loopback_done(&r);
}

static void mosquitto_pub_delivers_at_every_qos_in_every_version(void)
{
    static const char *const qos[] = {"0", "1", "2"};

    need("mosquitto_pub");
    for (size_t v = 0; v < 3; v++)
        for (size_t q = 0; q < 3; q++)
            publish_once(v, qos[q]);
}

static void mosquitto_sub_subscribes_pings_and_leaves(void)
{
    need("mosquitto_sub");
    for (size_t v = 0; v < 3; v++) {
        const char *const argv[] = {"mosquitto_sub",
                                    "-h",
                                    "127.0.0.1",
                                    "-p",
                                    "{port}",
                                    "-V",
                                    versions[v].option,
                                    "-i",
                                    "board-2",
                                    "-t",
                                    "a/+/b",
                                    "-t",
                                    "c/#",
                                    "-U",
                                    "old/topic",
                                    "-q",
                                    "2",
                                    "-W",
                                    "1",
                                    NULL};
        struct mqtt_settings settings;
        struct loopback_result r;
        const struct event *packet = NULL;

        mqtt_settings_default(&settings);
        settings.versions |= 1U << MQTT_V31;
        CHECK_OK(loopback_run(&settings, argv, &r));
        packet = find(r.transcript, EV_MQTT_PACKET, "type", "SUBSCRIBE");
        if (CHECK(packet != NULL)) {
            const struct event_field *filters = event_field(packet, "filters");

            CHECK(filters != NULL && filters->count == 2);
            CHECK_STR_EQ(filters->texts[0], "a/+/b");
            CHECK_STR_EQ(filters->texts[1], "c/#");
        }
        CHECK(find(r.transcript, EV_MQTT_PACKET, "type", "SUBACK") != NULL);
        CHECK(find(r.transcript, EV_MQTT_PACKET, "type", "UNSUBACK") != NULL);
        CHECK(find(r.transcript, EV_MQTT_VIOLATION, NULL, NULL) == NULL);
        CHECK_INT_EQ(r.stage, MQTT_STAGE_DISCONNECTED);
        CHECK_INT_EQ(r.outcome.code, 27); /* its own code for "timed out", which -W asks for */
        loopback_done(&r);
    }
}

static void mosquitto_pub_says_what_a_refusal_was(void)
{
    static const struct {
        const char *version;
        int64_t code;
        const char *says;
    } rows[] = {
        {"mqttv311", 5, "not authorised"},
        {"mqttv311", 2, "identifier rejected"},
        {"mqttv5", 0x87, "Not authorized"},
        {"mqttv5", 0x8a, "Banned"},
    };

    need("mosquitto_pub");
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const char *const argv[] = {"sh",
                                    "-c",
                                    "exec mosquitto_pub -h 127.0.0.1 -p \"$0\" "
                                    "-V \"$1\" -t t -m x -q 1 2>&1",
                                    "{port}",
                                    rows[i].version,
                                    NULL};
        struct mqtt_settings settings;
        struct loopback_result r;

        mqtt_settings_default(&settings);
        settings.connack_code = rows[i].code;
        CHECK_OK(loopback_run(&settings, argv, &r));
        CHECK(r.outcome.code != 0);
        CHECK_STR_CONTAINS(buf_text(&r.client_output), rows[i].says);
        CHECK_INT_EQ(r.stage, MQTT_STAGE_REFUSED);
        loopback_done(&r);
    }
}

static void mosquitto_pub_uses_and_reuses_topic_aliases_of_5(void)
{
    const char *const argv[] = {"mosquitto_pub",
                                "-h",
                                "127.0.0.1",
                                "-p",
                                "{port}",
                                "-V",
                                "5",
                                "-t",
                                "long/topic",
                                "-m",
                                "x",
                                "--repeat",
                                "3",
                                "-q",
                                "1",
                                "-D",
                                "publish",
                                "topic-alias",
                                "4",
                                "-D",
                                "connect",
                                "user-property",
                                "name",
                                "value",
                                NULL};
    struct mqtt_settings settings;
    struct loopback_result r;

    need("mosquitto_pub");
    mqtt_settings_default(&settings);
    settings.topic_alias_maximum = 4;
    CHECK_OK(loopback_run(&settings, argv, &r));
    check_clean(&r);
    CHECK_UINT_EQ(count(r.transcript, EV_MQTT_PUBLISH), 3);
    for (size_t i = 0; i < transcript_count(r.transcript); i++) {
        const struct event *e = transcript_at(r.transcript, i);

        if (event_is(e, EV_MQTT_PUBLISH))
            CHECK_STR_EQ(event_get_text(e, "topic"), "long/topic");
    }
    loopback_done(&r);
}

static void a_version_that_is_not_accepted_gets_its_connack(void)
{
    static const struct {
        const char *option;
        unsigned accepted;
        int64_t reason;
    } rows[] = {{"mqttv311", 1U << MQTT_V5, 1}, {"mqttv5", 1U << MQTT_V311, 0x84}};

    need("mosquitto_pub");
    for (size_t i = 0; i < 2; i++) {
        const char *const argv[] = {"mosquitto_pub", "-h", "127.0.0.1", "-p", "{port}", "-V",
                                    rows[i].option,  "-t", "t",         "-m", "x",      NULL};
        struct mqtt_settings settings;
        struct loopback_result r;
        const struct event *connack = NULL;

        mqtt_settings_default(&settings);
        settings.versions = rows[i].accepted;
        CHECK_OK(loopback_run(&settings, argv, &r));
        connack = find(r.transcript, EV_MQTT_PACKET, "type", "CONNACK");
        if (CHECK(connack != NULL))
            CHECK_INT_EQ(event_get_int(connack, "reason", -1), rows[i].reason);
        CHECK_INT_EQ(r.stage, MQTT_STAGE_REFUSED);
        CHECK(r.outcome.code != 0);
        loopback_done(&r);
    }
}

TEST_SUITE(mqtt_interop, TEST(mosquitto_pub_delivers_at_every_qos_in_every_version),
           TEST(mosquitto_sub_subscribes_pings_and_leaves),
           TEST(mosquitto_pub_says_what_a_refusal_was),
           TEST(mosquitto_pub_uses_and_reuses_topic_aliases_of_5),
           TEST(a_version_that_is_not_accepted_gets_its_connack));
