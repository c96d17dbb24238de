/* SPDX-License-Identifier: Apache-2.0 */
/* Servers that change while they run, as real clients meet them. */
#include "../mock_internal.h"
#include "mock_bed.h"
#include "test_support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define RUN(bed, ...) mock_bed_run(bed, (const char *const[]){__VA_ARGS__, NULL})
#define EXPIRED       "{\"certs\":{\"leaf\":{\"not_before\":\"-9d\",\"not_after\":\"-1d\"}}}"

static bool start(struct mock_bed *bed, const char *json)
{
    if (!CHECK(mock_bed_open(bed)))
        return false;
    mock_bed_use_real_time(bed);
    return test_check(mock_bed_start(bed, json), __FILE__, __LINE__, "%s: %s", json, bed->err.text);
}

static bool change(struct mock_bed *bed, const char *json, bool is_renewed)
{
    struct mock *prepared = NULL;

    if (!test_check(mock_bed_prepare(bed, json, &prepared), __FILE__, __LINE__, "%s: %s", json,
                    bed->err.text))
        return false;
    CHECK_OK(mock_check_change(bed->mock, prepared, &bed->err));
    mock_change(bed->mock, prepared, is_renewed, "command");
    return true;
}

/* Does openssl take the server's certificate? What it says stands in bed->output. */
static bool verifies(struct mock_bed *bed)
{
    char target[32];

    snprintf(target, sizeof(target), "127.0.0.1:%s", bed->port);
    if (!RUN(bed, "openssl", "s_client", "-connect", target, "-CAfile", bed->root_file,
             "-verify_return_error", "-servername", "broker.bench.test"))
        test_skip("openssl is not installed");
    return bed->exit_code == 0;
}

static bool is_subscribed(void *ctx)
{
    const struct mock_bed *bed = ctx;

    return mock_bed_event_where(bed, EV_MQTT_PACKET, "type", "SUBACK") != NULL;
}

static bool subscribe(struct mock_bed *bed, struct mock_bed_tool *sub)
{
    const char *argv[] = {"mosquitto_sub", "-p", bed->port, "-t", "t",  "-V",
                          "mqttv5",        "-C", "1",       "-W", "10", NULL};

    return CHECK(mock_bed_begin(bed, argv, sub)) && CHECK(mock_bed_wait(bed, is_subscribed, bed));
}

/* Keys take their time: what changes faults only goes on with the TLS that is there. */
static void nothing_is_minted_where_certificates_stay_as_they_are(void)
{
    static const struct {
        const char *json;
        bool is_shared;
    } rows[] = {
        {"{\"faults\":[\"refuse\"]}", true},
        {"{\"mqtt\":{\"connack_code\":5}}", true},
        {"{\"certs\":{\"leaf\":{\"not_after\":\"-1d\"}}}", false},
        {"{\"tls\":{\"versions\":[\"1.2\"]}}", false},
        {"{\"service\":\"mqtt\"}", false},
    };
    struct mock_bed bed;

    REQUIRE(start(&bed, "{}"));
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct mock *prepared = NULL;

        bed.options.like = bed.mock;
        REQUIRE(mock_bed_prepare(&bed, rows[i].json, &prepared));
        CHECK((prepared->tls == bed.mock->tls) == rows[i].is_shared);
        mock_stop(prepared);
    }
    bed.options.like = NULL;
    CHECK(verifies(&bed)); /* which is served still */
    mock_bed_close(&bed);
}

static void the_next_connection_meets_the_new_certificate(void)
{
    struct mock_bed bed;
    const struct event *changed = NULL;

    REQUIRE(start(&bed, "{}"));
    CHECK(verifies(&bed));
    REQUIRE(change(&bed, EXPIRED, false));
    CHECK(!verifies(&bed));
    CHECK_STR_CONTAINS(bed.output, "certificate has expired");
    REQUIRE(change(&bed, "{}", false));
    CHECK(verifies(&bed));
    changed = mock_bed_event(&bed, EV_MOCK_CHANGED, 0);
    REQUIRE(changed != NULL);
    CHECK_STR_EQ(event_get_text(changed, "why"), "command");
    CHECK_UINT_EQ(event_field(changed, "paths")->count, 2);
    mock_bed_close(&bed);
}

static void certificates_are_new_ones_only_where_they_have_to_be(void)
{
    struct mock_bed bed;
    static char first[TOOL_TEXT];

    REQUIRE(start(&bed, "{}"));
    CHECK(verifies(&bed));
    snprintf(first, sizeof(first), "%.1500s", strstr(bed.output, "-----BEGIN"));
    REQUIRE(change(&bed, "{\"mqtt\":{\"max_qos\":1}}", false));
    CHECK(verifies(&bed));
    CHECK(strncmp(first, strstr(bed.output, "-----BEGIN"), 400) == 0);
    REQUIRE(change(&bed, "{\"mqtt\":{\"max_qos\":1}}", true));
    CHECK(verifies(&bed));
    CHECK(strncmp(first, strstr(bed.output, "-----BEGIN"), 400) != 0);
    mock_bed_close(&bed);
}

static void a_connection_that_runs_goes_on_and_its_messages_meet_the_new_faults(void)
{
    struct mock_bed bed;
    struct mock_bed_tool sub;

    REQUIRE(start(&bed, "{\"service\":\"mqtt\"}"));
    REQUIRE(subscribe(&bed, &sub));
    REQUIRE(
        change(&bed, "{\"service\":\"mqtt\",\"faults\":[\"withhold PUBLISH count=1\"]}", false));
    CHECK(RUN(&bed, "mosquitto_pub", "-p", bed.port, "-t", "t", "-m", "first"));
    CHECK(RUN(&bed, "mosquitto_pub", "-p", bed.port, "-t", "t", "-m", "second"));
    mock_bed_end(&bed, &sub);
    CHECK_STR_EQ(bed.output, "second\n");
    CHECK_INT_EQ(bed.exit_code, 0);
    mock_bed_close(&bed);
}

static void a_fault_that_stays_keeps_its_count(void)
{
    struct mock_bed bed;

    REQUIRE(start(&bed, "{\"service\":\"mqtt\",\"faults\":[\"withhold PUBACK count=1\"]}"));
    CHECK(RUN(&bed, "timeout", "1", "mosquitto_pub", "-p", bed.port, "-t", "t", "-m", "x", "-q",
              "1"));
    CHECK_INT_EQ(bed.exit_code, 124);
    REQUIRE(change(
        &bed,
        "{\"service\":\"mqtt\",\"faults\":[\"delay SUBACK by=1\",\"withhold PUBACK count=1\"]}",
        false));
    CHECK(RUN(&bed, "timeout", "5", "mosquitto_pub", "-p", bed.port, "-t", "t", "-m", "x", "-q",
              "1"));
    CHECK_INT_EQ(bed.exit_code, 0);
    mock_bed_close(&bed);
}

static void retained_messages_outlive_a_change(void)
{
    struct mock_bed bed;

    REQUIRE(start(&bed, "{\"service\":\"mqtt\"}"));
    CHECK(RUN(&bed, "mosquitto_pub", "-p", bed.port, "-t", "t", "-m", "kept", "-r"));
    REQUIRE(change(&bed, "{\"service\":\"mqtt\",\"mqtt\":{\"max_qos\":0}}", false));
    CHECK(RUN(&bed, "mosquitto_sub", "-p", bed.port, "-t", "t", "-C", "1", "-W", "5"));
    CHECK_STR_EQ(bed.output, "kept\n");
    mock_bed_close(&bed);
}

static void a_broker_cannot_become_a_web_server(void)
{
    struct mock_bed bed;
    struct mock *prepared = NULL;

    REQUIRE(start(&bed, "{}"));
    REQUIRE(mock_bed_prepare(&bed, "{\"service\":\"https\"}", &prepared));
    CHECK_INT_EQ(mock_check_change(bed.mock, prepared, &bed.err), ASSAY_ERR_UNSUPPORTED);
    CHECK_STR_CONTAINS(bed.err.text, "\"mqtts\" cannot become \"https\"");
    mock_stop(prepared);
    mock_bed_close(&bed);
}

static void later_connections_meet_another_certificate_by_themselves(void)
{
    struct mock_bed bed;

    REQUIRE(start(&bed, "{\"later\":[{\"after\":1,\"change\":" EXPIRED "},"
                        "{\"after\":2,\"change\":{\"certs\":{\"leaf\":{\"not_after\":\"+9d\"}}}},"
                        "{\"after\":3,\"change\":{\"faults\":[\"plain-text\"]}}]}"));
    CHECK(verifies(&bed));
    CHECK(!verifies(&bed));
    CHECK_STR_CONTAINS(bed.output, "certificate has expired");
    CHECK(verifies(&bed));
    CHECK(!verifies(&bed));
    CHECK_STR_CONTAINS(bed.output, "no peer certificate available");
    CHECK(!verifies(&bed));
    CHECK_UINT_EQ(mock_bed_count(&bed, EV_MOCK_CHANGED), 3);
    CHECK_STR_EQ(event_get_text(mock_bed_event(&bed, EV_MOCK_CHANGED, 0), "why"), "later");
    mock_bed_close(&bed);
}

static void later_rules_hold_for_the_very_next_connection(void)
{
    struct mock_bed bed;

    REQUIRE(start(&bed, "{\"service\":\"mqtt\",\"later\":["
                        "{\"after\":1,\"change\":{\"faults\":[\"refuse\"]}},"
                        "{\"after\":2,\"change\":{\"faults\":[],\"net\":{}}}]}"));
    for (size_t i = 0; i < 4; i++) {
        CHECK(RUN(&bed, "mosquitto_pub", "-p", bed.port, "-t", "t", "-m", "x", "-q", "1"));
        test_check((bed.exit_code == 0) == (i != 1), __FILE__, __LINE__, "connection %zu", i + 1);
    }
    mock_bed_close(&bed);
}

static int day_of_date(struct mock_bed *bed)
{
    char url[64];
    const char *date = NULL;

    snprintf(url, sizeof(url), "http://127.0.0.1:%s/", bed->port);
    CHECK(RUN(bed, "curl", "-s", "-i", url));
    date = strstr(bed->output, "Date: ");
    return date != NULL ? (int)strtol(date + strlen("Date: Mon, "), NULL, 10) : -1;
}

static void the_clock_goes_on_between_two_connections(void)
{
    struct mock_bed bed;
    const struct event *set = NULL;

    REQUIRE(mock_bed_open(&bed)); /* 2030-06-01 */
    REQUIRE(mock_bed_start(&bed, "{\"service\":\"http\",\"later\":[{\"after\":1,\"time\":\"+2d\"},"
                                 "{\"after\":2,\"time\":\"2030-06-20T12:00:00Z\"}]}"));
    CHECK_INT_EQ(day_of_date(&bed), 1);
    CHECK_INT_EQ(day_of_date(&bed), 3);
    CHECK_INT_EQ(day_of_date(&bed), 20);
    CHECK_INT_EQ(day_of_date(&bed), 20);
    set = mock_bed_event(&bed, EV_CLOCK_SET, 0);
    REQUIRE(set != NULL);
    CHECK_STR_EQ(event_get_text(set, "reason"), "later");
    CHECK_INT_EQ(event_get_int(set, "unix_s", 0) / 86400, MOCK_BED_TIME_S / 86400 + 2);
    CHECK_UINT_EQ(mock_bed_count(&bed, EV_CLOCK_SET), 2);
    mock_bed_close(&bed);
}

static void what_is_wrong_in_later_is_said_at_the_start(void)
{
    static const struct {
        const char *json, *says;
    } rows[] = {
        {"{\"later\":{}}", "later is"},
        {"{\"later\":[{\"aftr\":1}]}", "later.1.aftr: no such key"},
        {"{\"later\":[{\"after\":0}]}", "later.1.after is 0"},
        {"{\"later\":[{\"time\":\"soon\"}]}", "later.1.time"},
        {"{\"later\":[{\"after\":2},{\"after\":1}]}", "later.2.after is 1"},
        {"{\"later\":[{},{\"change\":{\"net\":{\"x\":1}}}]}", "later.2.change: net.x: no such key"},
        {"{\"later\":[{\"change\":{\"service\":\"http\"}}]}", "cannot become \"http\""},
        {"{\"later\":[{\"change\":{\"face\":\"aws\"}}]}", "face: a server keeps its face"},
        {"{\"later\":[{\"change\":{\"later\":[]}}]}", "write another row"},
        {"{\"later\":[{\"change\":{\"certs\":{\"leaf\":{\"recipe\":\"nut\"}}}}]}",
         "later.1.change"},
        {"{\"later\":[{\"change\":7}]}", "later.1.change has to be a table"},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct mock_bed bed;

        REQUIRE(mock_bed_open(&bed));
        CHECK(!mock_bed_start(&bed, rows[i].json));
        CHECK_STR_CONTAINS(bed.err.text, rows[i].says);
        mock_bed_close(&bed);
    }
}

static void a_server_that_ends_tells_clients_of_version_5_why(void)
{
    struct mock_bed bed;
    struct mock_bed_tool sub;

    REQUIRE(start(&bed, "{\"service\":\"mqtt\"}"));
    REQUIRE(subscribe(&bed, &sub));
    mock_stop_listening(bed.mock);
    CHECK_UINT_EQ(mock_open_connections(bed.mock), 1);
    mock_end_connections(bed.mock);
    mock_bed_end(&bed, &sub);
    CHECK(mock_bed_event_where(&bed, EV_MQTT_PACKET, "type", "DISCONNECT") != NULL);
    CHECK_INT_EQ(event_get_int(mock_bed_event_where(&bed, EV_MQTT_PACKET, "type", "DISCONNECT"),
                               "reason", 0),
                 0x8b);
    CHECK(RUN(&bed, "mosquitto_pub", "-p", bed.port, "-t", "t", "-m", "x"));
    CHECK(bed.exit_code != 0);
    mock_bed_close(&bed);
}

static void a_heir_serves_whoever_comes_while_the_old_one_finishes(void)
{
    struct mock_bed bed;
    struct mock_bed_tool sub;
    struct mock *heir = NULL;
    struct mock_options options;
    uint32_t last_conn = 0;

    REQUIRE(mock_bed_open(&bed));
    bed.options.last_conn = &last_conn;
    REQUIRE(mock_bed_start(&bed, "{\"service\":\"mqtt\"}"));
    REQUIRE(subscribe(&bed, &sub));
    REQUIRE(mock_bed_prepare(&bed, "{\"service\":\"mqtt\",\"mqtt\":{\"connack_code\":5}}", &heir));
    options = bed.options;
    options.heir_of = bed.mock;
    options.port = mock_port(bed.mock);
    REQUIRE_OK(mock_open(heir, &options, &bed.err));
    mock_stop_listening(bed.mock);
    CHECK_UINT_EQ(mock_port(heir), mock_port(bed.mock));
    CHECK(RUN(&bed, "mosquitto_pub", "-p", bed.port, "-t", "t", "-m", "x"));
    CHECK_INT_EQ(bed.exit_code, 5);
    CHECK_UINT_EQ(mock_open_connections(bed.mock), 1);
    CHECK_UINT_EQ(last_conn, 2);
    mock_end_connections(bed.mock);
    mock_bed_end(&bed, &sub);
    mock_stop(heir);
    mock_bed_close(&bed);
}

TEST_SUITE(mock_change, TEST(nothing_is_minted_where_certificates_stay_as_they_are),
           TEST(the_next_connection_meets_the_new_certificate),
           TEST(certificates_are_new_ones_only_where_they_have_to_be),
           TEST(a_connection_that_runs_goes_on_and_its_messages_meet_the_new_faults),
           TEST(a_fault_that_stays_keeps_its_count), TEST(retained_messages_outlive_a_change),
           TEST(a_broker_cannot_become_a_web_server),
           TEST(later_connections_meet_another_certificate_by_themselves),
           TEST(later_rules_hold_for_the_very_next_connection),
           TEST(the_clock_goes_on_between_two_connections),
           TEST(what_is_wrong_in_later_is_said_at_the_start),
           TEST(a_server_that_ends_tells_clients_of_version_5_why),
           TEST(a_heir_serves_whoever_comes_while_the_old_one_finishes));
