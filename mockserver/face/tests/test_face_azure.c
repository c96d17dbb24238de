/* SPDX-License-Identifier: Apache-2.0 */
/* Azure IoT Hub: user names, tokens, thumbprints, topics, the twin. */
#include "face_rows.h"
#include "signer.h"
#include "test_support.h"

#include "mqtt/reason.h"

#include <stdio.h>
#include <stdlib.h>

#define AZURE_KEY "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="
#define USER      "hub.azure-devices.net/d/?api-version=2021-04-12"
#define SR        "hub.azure-devices.net%2Fdevices%2Fd"

static void azure_reads_user_name_token_and_expiry(void)
{
    const char *good = sas_of(AZURE_KEY, SR, FACE_BED_NOW + 60);
    const struct connect_row rows[] = {
        {"right", {.client_id = "d", .username = USER, .password = good}, ""},
        {"older form",
         {.client_id = "d",
          .username = "hub.azure-devices.net/d/api-version=2018-06-30",
          .password = good},
         ""},
        {"no user name", {.client_id = "d", .password = good}, "username-form"},
        {"device only", {.client_id = "d", .username = "d", .password = good}, "username-form"},
        {"another hub",
         {.client_id = "d", .username = "x.net/d/?api-version=1", .password = good},
         "username-hub"},
        {"another device",
         {.client_id = "e", .username = "hub.azure-devices.net/e/?api-version=1", .password = good},
         "username-device"},
        {"no version",
         {.client_id = "d", .username = "hub.azure-devices.net/d", .password = good},
         ""}, /* "It's recommended to include api-version" */
        {"client id", {.client_id = "D", .username = USER, .password = good}, "client-id"},
        {"nothing to show",
         {.client_id = "d", .username = USER, .no_certificate = true},
         "credentials-missing"},
        {"certificate only", {.client_id = "d", .username = USER}, "x509-not-set-up"},
        {"another device's token",
         {.client_id = "d",
          .username = USER,
          .password = sas_of(AZURE_KEY, "hub.azure-devices.net%2Fdevices%2Fe", FACE_BED_NOW + 60)},
         "sas-resource"},
        {"expired",
         {.client_id = "d", .username = USER, .password = sas_of(AZURE_KEY, SR, FACE_BED_NOW - 1)},
         "sas-expired"},
        {"another key",
         {.client_id = "d", .username = USER, .password = sas_of("AAAA", SR, FACE_BED_NOW + 60)},
         "sas-signature"},
        {"no token", {.client_id = "d", .username = USER, .password = "x"}, "sas-form"},
    };

    CHECK_CONNECTS(
        KEYS("name", "azure", "hub", "hub.azure-devices.net", "device", "d", "key", AZURE_KEY),
        rows);
}

/* The portal shows a thumbprint in SHA-1, in capitals; tools like colons. */
static void azure_compares_thumbprints_however_they_are_written(void)
{
    static const char *const thumbprints[] = {
        SHA256_A, SHA1_A, "00112233445566778899AABBCCDDEEFF00112233",
        "00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF:00:11:22:33"};
    static const struct connect_row rows[] = {
        {"right", {.client_id = "d", .username = USER}, ""},
        {"another",
         {.client_id = "d",
          .username = USER,
          .sha1 = "ff112233445566778899aabbccddeeff00112233",
          .sha256 = SHA256_B},
         "thumbprint"},
        {"none",
         {.client_id = "d", .username = USER, .no_certificate = true},
         "credentials-missing"},
        {"a token", {.client_id = "d", .username = USER, .password = "x"}, "sas-not-set-up"},
    };

    for (size_t i = 0; i < sizeof(thumbprints) / sizeof(thumbprints[0]); i++)
        CHECK_CONNECTS(KEYS("name", "azure", "certificate", thumbprints[i]), rows);
}

static void azure_serves_its_topics_and_no_others(void)
{
    static const struct topic_row publishes[] = {
        {"devices/d/messages/events/", QOS1, ""},
        {"devices/d/messages/events/a=b&c=d", 0, ""},
        {"$iothub/methods/res/200/?$rid=1", 0, ""},
        {"devices/d/messages/events/", RETAIN, ""},
        {"devices/d/messages/events/", QOS2, "qos2-publish"},
        {"devices/e/messages/events/", 0, "topic-publish"},
        {"telemetry", 0, "topic-publish"},
    };
    static const struct topic_row subscribes[] = {
        {"devices/d/messages/devicebound/#", 1, ""},
        {"$iothub/twin/res/#", 0, ""},
        {"$iothub/twin/PATCH/properties/desired/#", 0, ""},
        {"$iothub/methods/POST/#", 0, ""},
        {"#", 0, "topic-subscribe"},
        {"devices/e/messages/devicebound/#", 0, "topic-subscribe"},
    };
    struct face_bed bed;

    REQUIRE(face_bed_open(&bed, KEYS("name", "azure", "certificate", SHA1_A)));
    face_bed_connect(&bed, &(struct face_bed_board){.client_id = "d", .username = USER}, NULL);
    check_publishes(&bed, publishes, sizeof(publishes) / sizeof(publishes[0]));
    CHECK_STR_EQ(face_bed_last(&bed, EV_FACE_REMARK, "rule"), "retain-passed-on");
    check_subscribes(&bed, subscribes, sizeof(subscribes) / sizeof(subscribes[0]));
    face_bed_close(&bed);
}

static void azure_answers_for_the_twin(void)
{
    struct face_bed bed;
    json_t *twin = NULL;
    json_t *reported = NULL;

    REQUIRE(face_bed_open(&bed,
                          KEYS("name", "azure", "certificate", SHA1_A, "desired", "{\"rate\":5}")));
    face_bed_connect(&bed, &(struct face_bed_board){.client_id = "d", .username = USER}, NULL);
    face_bed_publish(&bed, "$iothub/twin/GET/?$rid=6", "", 0, NULL);
    CHECK(face_bed_is_silent(&bed)); /* nobody listens */
    face_bed_subscribe(&bed, "$iothub/twin/res/#", 0, NULL);
    face_bed_publish(&bed, "$iothub/twin/PATCH/properties/reported/?$rid=7",
                     "{\"rate\":5,\"old\":1}", 0, NULL);
    CHECK(face_bed_message(&bed, "$iothub/twin/res/204/?$rid=7&$version=2") == NULL);
    face_bed_publish(&bed, "$iothub/twin/PATCH/properties/reported/?$rid=8", "{\"old\":null}", 0,
                     NULL);
    CHECK(face_bed_message(&bed, "$iothub/twin/res/204/?$rid=8&$version=3") == NULL);
    face_bed_publish(&bed, "$iothub/twin/GET/?$rid=9", "", 0, NULL);
    twin = face_bed_message(&bed, "$iothub/twin/res/200/?$rid=9");
    reported = json_object_get(twin, "reported");
    CHECK_INT_EQ(json_integer_value(json_object_get(json_object_get(twin, "desired"), "rate")), 5);
    CHECK_INT_EQ(json_integer_value(json_object_get(reported, "rate")), 5);
    CHECK_INT_EQ(json_integer_value(json_object_get(reported, "$version")), 3);
    CHECK(json_object_get(reported, "old") == NULL);
    json_decref(twin);
    face_bed_publish(&bed, "$iothub/twin/PATCH/properties/reported/?$rid=10", "rate=5", 0, NULL);
    CHECK(face_bed_message(&bed, "$iothub/twin/res/400/?$rid=10") == NULL);
    face_bed_close(&bed);
}

TEST_SUITE(face_azure, TEST(azure_reads_user_name_token_and_expiry),
           TEST(azure_compares_thumbprints_however_they_are_written),
           TEST(azure_serves_its_topics_and_no_others), TEST(azure_answers_for_the_twin));
