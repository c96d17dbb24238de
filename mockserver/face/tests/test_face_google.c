/* SPDX-License-Identifier: Apache-2.0 */
/* Google and ClearBlade IoT Core: client ids, tokens, topics. */
#include "face_rows.h"
#include "signer.h"
#include "test_support.h"

#include "mqtt/reason.h"

#include <stdio.h>
#include <stdlib.h>

#define DEVICE "projects/p/locations/l/registries/r/devices/d"

static const char *token_of(const struct signer *s, const char *aud, int64_t from, int64_t to)
{
    char claims[160];

    snprintf(claims, sizeof(claims), "{\"aud\":\"%s\",\"iat\":%lld,\"exp\":%lld}", aud,
             (long long)(FACE_BED_NOW + from), (long long)(FACE_BED_NOW + to));
    return jwt_of(s, "{\"alg\":\"ES256\",\"typ\":\"JWT\"}", claims);
}

static void google_wants_the_path_of_the_device_and_its_token(void)
{
    struct signer *s = signer_new("P-256");
    struct signer *other = signer_new("P-256");
    const char *good = token_of(s, "p", 0, 3600);
    const struct connect_row rows[] = {
        {"right", {.client_id = DEVICE, .username = "unused", .password = good}, ""},
        {"no user name", {.client_id = DEVICE, .password = good}, ""},
        {"short id", {.client_id = "d", .password = good}, "client-id-form"},
        {"slash behind", {.client_id = DEVICE "/", .password = good}, "client-id-form"},
        {"empty part",
         {.client_id = "projects//locations/l/registries/r/devices/d", .password = good},
         "client-id-form"},
        {"another device",
         {.client_id = "projects/p/locations/l/registries/r/devices/e", .password = good},
         "client-id-unknown"},
        {"no password", {.client_id = DEVICE, .username = "unused"}, "password-missing"},
        {"secret", {.client_id = DEVICE, .password = "secret"}, "jwt-form"},
        {"another project",
         {.client_id = DEVICE, .password = token_of(s, "q", 0, 3600)},
         "jwt-aud"},
        {"expired",
         {.client_id = DEVICE, .password = token_of(s, "p", -7200, -3600)},
         "jwt-expired"},
        {"fast clock",
         {.client_id = DEVICE, .password = token_of(s, "p", 3600, 7200)},
         "jwt-iat-future"},
        {"another key",
         {.client_id = DEVICE, .password = token_of(other, "p", 0, 3600)},
         "jwt-signature"},
    };

    CHECK_CONNECTS(KEYS("name", "google", "device", "d", "key", signer_public_pem(s)), rows);
    signer_free(s);
    signer_free(other);
}

static void google_says_that_a_password_alone_is_against_the_rules(void)
{
    struct signer *s = signer_new("P-256");
    struct face_bed bed;
    struct mqtt_welcome welcome;

    REQUIRE(face_bed_open(&bed, KEYS("name", "google", "key", signer_public_pem(s))));
    CHECK_STR_EQ(face_bed_connect(&bed,
                                  &(struct face_bed_board){.client_id = DEVICE,
                                                           .password = token_of(s, "p", 0, 60)},
                                  &welcome),
                 "");
    CHECK_INT_EQ(welcome.refusal, 0);
    CHECK_STR_EQ(face_bed_last(&bed, EV_FACE_REMARK, "rule"), "password-alone");
    CHECK_STR_CONTAINS(face_bed_last(&bed, EV_FACE_REMARK, "text"), "[MQTT-3.1.2-22]");
    face_bed_close(&bed);
    signer_free(s);
}

/* The device's clock is the scenario's: an hour later the same token has expired. */
static void google_reads_the_scenario_clock(void)
{
    struct signer *s = signer_new("P-256");
    struct face_bed bed;
    const struct face_bed_board board = {.client_id = DEVICE, .password = token_of(s, "p", 0, 60)};

    REQUIRE(face_bed_open(&bed, KEYS("name", "google", "key", signer_public_pem(s))));
    CHECK_STR_EQ(face_bed_connect(&bed, &board, NULL), "");
    bed.now_s += 3600;
    CHECK_STR_EQ(face_bed_connect(&bed, &board, NULL), "jwt-expired");
    face_bed_close(&bed);
    signer_free(s);
}

static void google_closes_and_clearblade_is_strict_about_base64url(void)
{
    static const char *const names[] = {"google", "clearblade"};
    struct signer *s = signer_new("P-256");
    char *padded = NULL;

    if (asprintf(&padded, "%s==", token_of(s, "p", 0, 60)) < 0)
        abort();
    for (size_t i = 0; i < 2; i++) {
        struct face_bed bed;
        struct mqtt_welcome welcome;

        REQUIRE(face_bed_open(&bed, KEYS("name", names[i], "key", signer_public_pem(s))));
        CHECK_STR_EQ(
            face_bed_connect(
                &bed, &(struct face_bed_board){.client_id = DEVICE, .password = padded}, NULL),
            i == 0 ? "" : "jwt-base64url");
        face_bed_connect(&bed, &(struct face_bed_board){.client_id = DEVICE, .password = "x"},
                         &welcome);
        CHECK_INT_EQ(welcome.is_unanswered, i == 0);
        CHECK_INT_EQ(welcome.return_code, MQTT_RETURN_BAD_CREDENTIALS);
        face_bed_close(&bed);
    }
    free(padded);
    signer_free(s);
}

static void google_is_a_bridge_and_no_broker(void)
{
    static const struct topic_row publishes[] = {
        {"/devices/d/events", QOS1, ""},
        {"/devices/d/events/alerts/hot", 0, ""},
        {"/devices/d/state", QOS1, ""},
        {"/devices/d/events", QOS2, "qos2-publish"},
        {"devices/d/events", 0, "topic-publish"},
        {"/devices/e/events", 0, "topic-publish"},
        {"/devices/d/state/more", 0, "topic-publish"},
        {"/devices/d/config", 0, "topic-publish"},
    };
    static const struct topic_row subscribes[] = {
        {"/devices/d/config", 1, ""},   {"/devices/d/commands/#", 1, ""},
        {"/devices/d/commands", 2, ""}, {"/devices/d/#", 1, "topic-subscribe"},
        {"#", 1, "topic-subscribe"},    {"/devices/e/config", 1, "topic-subscribe"},
    };
    struct signer *s = signer_new("P-256");
    struct face_bed bed;

    REQUIRE(face_bed_open(
        &bed, KEYS("name", "google", "key", signer_public_pem(s), "config", "{\"rate\":5}")));
    face_bed_connect(
        &bed, &(struct face_bed_board){.client_id = DEVICE, .password = token_of(s, "p", 0, 60)},
        NULL);
    check_publishes(&bed, publishes, sizeof(publishes) / sizeof(publishes[0]));
    CHECK(face_bed_is_silent(&bed));
    check_subscribes(&bed, subscribes, sizeof(subscribes) / sizeof(subscribes[0]));
    {
        json_t *config = face_bed_message(&bed, "/devices/d/config");

        CHECK_INT_EQ(json_integer_value(json_object_get(config, "rate")), 5);
        json_decref(config);
    }
    face_bed_close(&bed);
    signer_free(s);
}

TEST_SUITE(face_google, TEST(google_wants_the_path_of_the_device_and_its_token),
           TEST(google_says_that_a_password_alone_is_against_the_rules),
           TEST(google_reads_the_scenario_clock),
           TEST(google_closes_and_clearblade_is_strict_about_base64url),
           TEST(google_is_a_bridge_and_no_broker));
