/* SPDX-License-Identifier: Apache-2.0 */
/* Clouds that do something by themselves, and a device with paho at the other end. */
#include "mock_bed.h"
#include "signer.h"
#include "test_support.h"

#include "base/deadline.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define AZURE_KEY     "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="
#define HUB           "hub.azure-devices.net"
#define METHODS       "$iothub/methods/POST/#"
#define BOUND         "devices/d/messages/devicebound/#"
#define RUN(bed, ...) mock_bed_run(bed, (const char *const[]){__VA_ARGS__, NULL})
/* clang-format off */
#define DEVICE(bed) "/usr/bin/python3", CLOUD_DEVICE, "--port", (bed)->port, "--ca", (bed)->root_file
#define AZURE(bed, life_s) DEVICE(bed), "--id", "d", "--user", HUB "/d/?api-version=2021-04-12", \
    "--password", sas_of(AZURE_KEY, HUB "%2Fdevices%2Fd", now_s(bed) + (life_s))
/* clang-format on */

#define NAMES "\"certs\":{\"leaf\":{\"san\":[\"dns:localhost\"]}},"

static int64_t now_s(const struct mock_bed *bed)
{
    return scenario_clock_s(&bed->clock, monotonic_ns());
}

static bool start(struct mock_bed *bed, const char *face)
{
    char json[4096];

    if (!CHECK(mock_bed_open(bed)))
        return false;
    mock_bed_use_real_time(bed);
    snprintf(json, sizeof(json), "{" NAMES "\"face\":{%s}}", face);
    if (CHECK(mock_bed_start(bed, json)))
        return true;
    printf("    %s\n", bed->err.text);
    return false;
}

/* Run the loop until an event is there. */
struct awaited {
    const struct mock_bed *bed;
    const char *kind, *field, *text;
};

static bool is_there(void *ctx)
{
    const struct awaited *a = ctx;

    return mock_bed_event_where(a->bed, a->kind, a->field, a->text) != NULL;
}

static bool await(struct mock_bed *bed, const char *kind, const char *field, const char *text)
{
    struct awaited a = {bed, kind, field, text};

    return CHECK(mock_bed_wait(bed, is_there, &a));
}

static void asks_a_method_of_a_device_with_paho_and_gets_its_answer(void)
{
    struct mock_bed bed;
    struct mock_bed_tool device;
    const struct event *answer = NULL;

    REQUIRE(start(&bed, "\"name\":\"azure\",\"key\":\"" AZURE_KEY "\""));
    CHECK_INT_EQ(mock_order(bed.mock, "method reboot", &bed.err), ASSAY_ERR_STATE);
    REQUIRE(mock_bed_begin(
        &bed, (const char *const[]){AZURE(&bed, 60), "--count", "1", METHODS, NULL}, &device));
    await(&bed, EV_MQTT_PACKET, "type", "SUBACK");
    CHECK_OK(mock_order(bed.mock, "method reboot payload={\"in\":5}", &bed.err));
    mock_bed_end(&bed, &device);
    CHECK_INT_EQ(bed.exit_code, 0);
    CHECK_STR_CONTAINS(bed.output, "got $iothub/methods/POST/reboot/?$rid=1 qos=0 {\"in\":5}");
    answer = mock_bed_event_where(&bed, EV_FACE_SERVICE, "operation", "answered");
    REQUIRE(answer != NULL);
    CHECK_STR_EQ(event_get_text(answer, "status"), "200");
    CHECK_STR_EQ(event_get_text(answer, "text"), "{\"done\":true}");
    mock_bed_close(&bed);
}

static void a_message_waits_for_a_device_that_is_away(void)
{
    struct mock_bed bed;

    REQUIRE(start(&bed, "\"name\":\"azure\",\"key\":\"" AZURE_KEY
                        "\",\"orders\":[\"message device=d properties=a=b payload=wake up\"]"));
    CHECK(RUN(&bed, AZURE(&bed, 60), "--count", "1", BOUND));
    CHECK_INT_EQ(bed.exit_code, 0);
    CHECK_STR_CONTAINS(bed.output, "deviceBound&a=b qos=1 wake up");
    CHECK(mock_bed_event_where(&bed, EV_FACE_SERVICE, "operation", "completed") != NULL);
    mock_bed_close(&bed);
}

/* With a session that goes on: the filter is still there, no SUBSCRIBE is needed. */
static void a_message_finds_the_session_of_a_device_that_comes_back(void)
{
    struct mock_bed bed;

    REQUIRE(start(&bed, "\"name\":\"azure\",\"key\":\"" AZURE_KEY "\""));
    CHECK_OK(mock_order(bed.mock, "message device=d payload=one", &bed.err));
    CHECK(RUN(&bed, AZURE(&bed, 60), "--keep-session", "--count", "1", BOUND));
    CHECK_STR_CONTAINS(bed.output, "qos=1 one");
    CHECK_OK(mock_order(bed.mock, "message device=d payload=two", &bed.err));
    CHECK(RUN(&bed, AZURE(&bed, 60), "--keep-session", "--count", "1"));
    CHECK_STR_CONTAINS(bed.output, "qos=1 two");
    mock_bed_close(&bed);
}

static void the_hub_closes_when_the_clock_passes_the_end_of_the_token(void)
{
    struct mock_bed bed;
    struct mock_bed_tool device;

    REQUIRE(start(&bed, "\"name\":\"azure\",\"key\":\"" AZURE_KEY "\""));
    REQUIRE(mock_bed_begin(&bed, (const char *const[]){AZURE(&bed, 3600), METHODS, NULL}, &device));
    await(&bed, EV_MQTT_PACKET, "type", "SUBACK");
    mock_set_clock(bed.mock, (now_s(&bed) + 3602) * 1000, "command");
    mock_bed_end(&bed, &device);
    CHECK_INT_EQ(bed.exit_code, 3);
    CHECK(mock_bed_event_where(&bed, EV_FACE_REFUSED, "rule", "sas-ended") != NULL);
    mock_bed_close(&bed);
}

/* Nothing but the time that passes: a token of a second or two. */
static void the_hub_closes_when_the_token_ends_by_itself(void)
{
    struct mock_bed bed;

    REQUIRE(start(&bed, "\"name\":\"azure\",\"key\":\"" AZURE_KEY "\""));
    CHECK(RUN(&bed, AZURE(&bed, 1), METHODS));
    CHECK_INT_EQ(bed.exit_code, 3);
    CHECK(mock_bed_event_where(&bed, EV_FACE_REFUSED, "rule", "sas-ended") != NULL);
    mock_bed_close(&bed);
}

static void the_second_connection_of_a_device_ends_the_first(void)
{
    struct mock_bed bed;
    struct mock_bed_tool device;

    REQUIRE(start(&bed, "\"name\":\"azure\",\"key\":\"" AZURE_KEY "\""));
    REQUIRE(mock_bed_begin(&bed, (const char *const[]){AZURE(&bed, 60), METHODS, NULL}, &device));
    await(&bed, EV_MQTT_PACKET, "type", "SUBACK");
    CHECK(RUN(&bed, "mosquitto_pub", "-h", "127.0.0.1", "--insecure", "--cafile", bed.root_file,
              "-p", bed.port, "-V", "mqttv311", "-i", "d", "-u", HUB "/d/?api-version=2021-04-12",
              "-P", sas_of(AZURE_KEY, HUB "%2Fdevices%2Fd", now_s(&bed) + 60), "-q", "1", "-t",
              "devices/d/messages/events/", "-m", "x"));
    CHECK_INT_EQ(bed.exit_code, 0);
    mock_bed_end(&bed, &device);
    CHECK_INT_EQ(bed.exit_code, 3);
    CHECK(mock_bed_event_where(&bed, EV_FACE_REMARK, "rule", "connection-replaced") != NULL);
    mock_bed_close(&bed);
}

static void another_description_brings_other_orders(void)
{
    struct mock_bed bed;
    struct mock *prepared = NULL;

    REQUIRE(start(&bed, "\"name\":\"azure\",\"key\":\"" AZURE_KEY "\""));
    REQUIRE(mock_bed_prepare(&bed,
                             "{" NAMES "\"face\":{\"name\":\"azure\",\"key\":\"" AZURE_KEY
                             "\",\"orders\":\"message device=d payload=news\"}}",
                             &prepared));
    REQUIRE_OK(mock_check_change(bed.mock, prepared, &bed.err));
    mock_change(bed.mock, prepared, false, "command");
    CHECK(RUN(&bed, AZURE(&bed, 60), "--count", "1", BOUND));
    CHECK_STR_CONTAINS(bed.output, "qos=1 news");
    mock_bed_close(&bed);
}

#define GOOGLE_ID "projects/p/locations/l/registries/r/devices/d"

static const char *token_of(const struct mock_bed *bed, const struct signer *s, int64_t lives_s)
{
    char claims[160];

    snprintf(claims, sizeof(claims), "{\"aud\":\"p\",\"iat\":%lld,\"exp\":%lld}",
             (long long)now_s(bed), (long long)now_s(bed) + lives_s);
    return jwt_of(s, "{\"alg\":\"ES256\"}", claims);
}

static void a_device_of_google_gets_configuration_and_command_until_its_token_ends(void)
{
    struct signer *s = signer_new("P-256");
    struct mock_bed bed;
    struct mock_bed_tool device;
    struct buf json;

    buf_init(&json, 4096);
    CHECK_OK(buf_add_text(&json, "{" NAMES "\"face\":{\"name\":\"google\",\"config\":\"rate 5\","
                                 "\"orders\":\"command folder=door payload=open it\",\"key\":"));
    CHECK_OK(json_add_string(&json, signer_public_pem(s), strlen(signer_public_pem(s))));
    CHECK_OK(buf_add_text(&json, "}}"));
    REQUIRE(mock_bed_open(&bed));
    mock_bed_use_real_time(&bed);
    REQUIRE(mock_bed_start(&bed, buf_text(&json)));
    REQUIRE(
        mock_bed_begin(&bed,
                       (const char *const[]){DEVICE(&bed), "--id", GOOGLE_ID, "--user", "unused",
                                             "--password", token_of(&bed, s, 3600),
                                             "/devices/d/config", "/devices/d/commands/#", NULL},
                       &device));
    await(&bed, EV_FACE_SERVICE, "service", "command");
    CHECK_OK(mock_order(bed.mock, "config payload=rate 6", &bed.err));
    mock_set_clock(bed.mock, (now_s(&bed) + 3600 + 602) * 1000, "command");
    mock_bed_end(&bed, &device);
    CHECK_INT_EQ(bed.exit_code, 3);
    CHECK_STR_CONTAINS(bed.output, "got /devices/d/config qos=1 rate 5");
    CHECK_STR_CONTAINS(bed.output, "got /devices/d/commands/door qos=1 open it");
    CHECK_STR_CONTAINS(bed.output, "got /devices/d/config qos=1 rate 6");
    CHECK(mock_bed_event_where(&bed, EV_FACE_REFUSED, "rule", "jwt-ended") != NULL);
    buf_done(&json);
    mock_bed_close(&bed);
    signer_free(s);
}

#define AWS_KEYS "\"access_key\":\"AKIA1\",\"secret_key\":\"s3cret\",\"session_token\":\"to/ken\""

static bool start_websocket(struct mock_bed *bed)
{
    if (!CHECK(mock_bed_open(bed)))
        return false;
    mock_bed_use_real_time(bed);
    return CHECK(mock_bed_start(bed, "{\"service\":\"wss\"," NAMES
                                     "\"face\":{\"name\":\"aws\",\"port\":443," AWS_KEYS "}}"));
}

/* No certificate, no protocol name: a signature in the query is all that there is. */
static void aws_takes_paho_with_a_signed_request_for_a_websocket(void)
{
    struct mock_bed bed;
    struct mock_bed_tool device;

    REQUIRE(start_websocket(&bed));
    REQUIRE(mock_bed_begin(&bed,
                           (const char *const[]){DEVICE(&bed), "--id", "lamp", "--sign",
                                                 "AKIA1:s3cret:to/ken", "--count", "1",
                                                 "$aws/things/lamp/shadow/update/delta", NULL},
                           &device));
    await(&bed, EV_MQTT_PACKET, "type", "SUBACK");
    CHECK_OK(mock_order(bed.mock, "desired payload={\"on\":true}", &bed.err));
    mock_bed_end(&bed, &device);
    CHECK_INT_EQ(bed.exit_code, 0);
    CHECK_STR_CONTAINS(bed.output, "\"state\":{\"on\":true}");
    CHECK_UINT_EQ(mock_bed_count(&bed, EV_FACE_REFUSED), 0);
    CHECK(mock_bed_event_where(&bed, EV_FACE_ACCEPTED, "by", "signature version 4") != NULL);
    mock_bed_close(&bed);
}

static void aws_answers_403_to_a_websocket_that_is_not_well_signed(void)
{
    static const struct {
        const char *sign, *ago, *rule;
    } rows[] = {
        {"AKIA1:wrong:to/ken", "0", "sigv4-signature"},
        {"AKIA2:s3cret:to/ken", "0", "sigv4-key"},
        {"AKIA1:s3cret", "0", "sigv4-token"},
        {"AKIA1:s3cret:to/ken", "310", "sigv4-date"},
    };
    struct mock_bed bed;

    REQUIRE(start_websocket(&bed));
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const struct event *upgrade = NULL;

        CHECK(RUN(&bed, DEVICE(&bed), "--id", "lamp", "--sign", rows[i].sign, "--signed-ago",
                  rows[i].ago));
        CHECK(bed.exit_code != 0);
        upgrade = mock_bed_event(&bed, EV_FACE_REFUSED, i);
        REQUIRE(upgrade != NULL);
        CHECK_STR_EQ(event_get_text(upgrade, "rule"), rows[i].rule);
        CHECK_STR_EQ(event_get_text(upgrade, "answer"), "HTTP 403");
        upgrade = mock_bed_event(&bed, EV_WS_UPGRADE, i);
        REQUIRE(upgrade != NULL);
        CHECK_INT_EQ(event_get_int(upgrade, "status", 0), 403);
        CHECK(strstr(event_get_text(upgrade, "path"), "X-Amz-Signature") != NULL);
        CHECK(strstr(event_get_text(upgrade, "path"), "to%2Fken") == NULL); /* no values */
    }
    mock_bed_close(&bed);
}

/* What a sketch can print: status, fields and sentence of the service. */
static void the_refusal_of_a_websocket_is_worded_as_the_services(void)
{
    struct mock_bed bed;
    char url[64];

    REQUIRE(start_websocket(&bed));
    snprintf(url, sizeof(url), "https://localhost:%s/mqtt", bed.port);
    CHECK(RUN(&bed, "curl", "-s", "-i", "--http1.1", "--cacert", bed.root_file, "-H",
              "Connection: Upgrade", "-H", "Upgrade: websocket", "-H", "Sec-WebSocket-Version: 13",
              "-H", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", "-H",
              "Sec-WebSocket-Protocol: mqtt", url));
    CHECK_STR_CONTAINS(bed.output, "HTTP/1.1 403 Forbidden");
    CHECK_STR_CONTAINS(bed.output, "x-amzn-ErrorType: ForbiddenException:");
    CHECK_STR_CONTAINS(bed.output, "{\"message\":\"Missing Authentication Token\",\"traceId\":");
    mock_bed_close(&bed);
}

static void azure_takes_paho_over_a_websocket_at_the_path_of_the_hub(void)
{
    struct mock_bed bed;

    REQUIRE(mock_bed_open(&bed));
    mock_bed_use_real_time(&bed);
    CHECK(!mock_bed_start(&bed, "{\"face\":{\"name\":\"azure\",\"port\":443,\"key\":\"AAAA\"}}"));
    CHECK_STR_CONTAINS(bed.err.text, "service has to be \"wss\"");
    REQUIRE(mock_bed_start(&bed, "{\"service\":\"wss\"," NAMES
                                 "\"face\":{\"name\":\"azure\",\"port\":443,\"key\":\"" AZURE_KEY
                                 "\",\"orders\":\"message device=d payload=hello\"}}"));
    CHECK(RUN(&bed, AZURE(&bed, 60), "--path", "/$iothub/websocket?iothub-no-client-cert=true",
              "--count", "1", BOUND));
    CHECK_INT_EQ(bed.exit_code, 0);
    CHECK_STR_CONTAINS(bed.output, "qos=1 hello");
    CHECK(RUN(&bed, AZURE(&bed, 60), "--path", "/mqtt"));
    CHECK(bed.exit_code != 0);
    CHECK(mock_bed_event_where(&bed, EV_FACE_REFUSED, "rule", "wss-path") != NULL);
    mock_bed_close(&bed);
}

static void signed_requests_need_a_websocket(void)
{
    struct mock_bed bed;

    REQUIRE(mock_bed_open(&bed));
    CHECK(!mock_bed_start(&bed, "{\"face\":{\"name\":\"aws\"," AWS_KEYS "}}"));
    CHECK_STR_CONTAINS(bed.err.text, "service has to be \"wss\"");
    mock_bed_close(&bed);
}

TEST_SUITE(cloud_orders, TEST(asks_a_method_of_a_device_with_paho_and_gets_its_answer),
           TEST(a_message_waits_for_a_device_that_is_away),
           TEST(a_message_finds_the_session_of_a_device_that_comes_back),
           TEST(the_hub_closes_when_the_clock_passes_the_end_of_the_token),
           TEST(the_hub_closes_when_the_token_ends_by_itself),
           TEST(the_second_connection_of_a_device_ends_the_first),
           TEST(a_device_of_google_gets_configuration_and_command_until_its_token_ends),
           TEST(aws_takes_paho_with_a_signed_request_for_a_websocket),
           TEST(aws_answers_403_to_a_websocket_that_is_not_well_signed),
           TEST(the_refusal_of_a_websocket_is_worded_as_the_services),
           TEST(azure_takes_paho_over_a_websocket_at_the_path_of_the_hub),
           TEST(signed_requests_need_a_websocket), TEST(another_description_brings_other_orders));
