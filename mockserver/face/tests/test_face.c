/* SPDX-License-Identifier: Apache-2.0 */
/* Arduino Cloud, mosquitto, pre-shared keys, and what makes no face. */
#include "face_rows.h"
#include "signer.h"
#include "test_support.h"

#include "mqtt/reason.h"

#include <stdio.h>
#include <stdlib.h>

static void arduino_takes_the_secret_on_8884_and_the_certificate_on_8885(void)
{
    static const struct connect_row by_secret[] = {
        {"right", {.client_id = "d", .username = "d", .password = "s"}, ""},
        {"wrong secret", {.client_id = "d", .username = "d", .password = "S"}, "secret-wrong"},
        {"no password", {.client_id = "d", .username = "d"}, "login-missing"},
        {"another device", {.client_id = "e", .username = "e", .password = "s"}, "identity"},
        {"client id", {.client_id = "x", .username = "d", .password = "s"}, "client-id"},
    };
    static const struct connect_row by_certificate[] = {
        {"right", {.client_id = "d", .common_name = "d"}, ""},
        {"none", {.client_id = "d", .no_certificate = true}, "certificate-missing"},
        {"another name", {.client_id = "d", .common_name = "e"}, "identity"},
        {"no name", {.client_id = "d"}, "identity"},
        {"client id", {.client_id = "x", .common_name = "d"}, "client-id"},
    };

    CHECK_CONNECTS(KEYS("name", "arduino", "device", "d", "secret", "s"), by_secret);
    CHECK_CONNECTS(KEYS("name", "arduino", "device", "d", "port", "8885"), by_certificate);
}

static void arduino_has_topics_of_device_and_thing(void)
{
    static const struct topic_row publishes[] = {
        {"/a/d/d/c/up", 0, ""},
        {"/a/t/t/e/o", QOS1, ""},
        {"/a/t/u/e/o", 0, "topic-publish"},
        {"/a/d/d/c/dw", 0, "topic-publish"},
        {"/a/d/e/c/up", 0, "topic-publish"},
    };
    static const struct topic_row subscribes[] = {
        {"/a/d/d/c/dw", 0, ""},
        {"/a/t/t/e/i", 0, ""},
        {"/a/t/u/e/i", 0, "topic-subscribe"},
        {"#", 0, "topic-subscribe"},
    };
    struct face_bed bed;

    REQUIRE(face_bed_open(&bed, KEYS("name", "arduino", "thing", "t")));
    face_bed_connect(
        &bed, &(struct face_bed_board){.client_id = "d", .username = "d", .password = "s"}, NULL);
    check_publishes(&bed, publishes, sizeof(publishes) / sizeof(publishes[0]));
    check_subscribes(&bed, subscribes, sizeof(subscribes) / sizeof(subscribes[0]));
    face_bed_close(&bed);
}

static void mosquitto_takes_user_names_out_of_the_tls_layer(void)
{
    static const struct connect_row rows[] = {
        {"right", {.client_id = "x", .common_name = "lamp"}, ""},
        {"its own is not looked at",
         {.client_id = "x", .common_name = "lamp", .username = "u", .password = "p"},
         ""},
        {"no name", {.client_id = "x"}, "identity"},
        {"no certificate", {.client_id = "x", .no_certificate = true}, "identity"},
    };
    struct face_bed bed;
    struct mqtt_welcome welcome;

    CHECK_CONNECTS(KEYS("name", "mosquitto", "identity", "common-name"), rows);
    REQUIRE(face_bed_open(&bed, KEYS("name", "mosquitto", "identity", "common-name")));
    face_bed_connect(&bed, &(struct face_bed_board){.client_id = "x"}, &welcome);
    CHECK_INT_EQ(welcome.return_code, MQTT_RETURN_BAD_CREDENTIALS);
    face_bed_close(&bed);
}

static void mosquitto_lets_nobody_in_without_a_name_unless_it_is_allowed(void)
{
    static const struct connect_row strict[] = {
        {"nobody", {.client_id = "x"}, "anonymous"},
        {"somebody", {.client_id = "x", .username = "u"}, "password"},
    };
    static const struct connect_row open[] = {
        {"nobody", {.client_id = "x"}, ""},
        {"somebody", {.client_id = "x", .username = "u"}, ""},
    };

    CHECK_CONNECTS(KEYS("name", "mosquitto"), strict);
    CHECK_CONNECTS(KEYS("name", "mosquitto", "allow_anonymous", "true"), open);
}

static void a_listener_of_pre_shared_keys_names_the_identity_it_got(void)
{
    struct face_bed bed;
    struct face_conn *conn = NULL;
    struct face_peer peer = {.psk_identity = "lamp", .offered_protocols = "", .protocol = ""};

    REQUIRE(face_bed_open(&bed, KEYS("name", "psk", "psk_identity", "Lamp", "psk_hex", "00ff")));
    conn = face_conn_new(bed.face, 1, NULL);
    face_handshake_failed(conn, &peer);
    CHECK_STR_EQ(face_bed_last(&bed, EV_FACE_REFUSED, "rule"), "psk-identity");
    CHECK_STR_CONTAINS(face_bed_last(&bed, EV_FACE_REFUSED, "text"), "\"lamp\", not \"Lamp\"");
    peer.psk_identity = NULL;
    face_handshake_failed(conn, &peer);
    CHECK_STR_EQ(face_bed_last(&bed, EV_FACE_REFUSED, "rule"), "psk-missing");
    face_conn_free(conn);
    face_bed_close(&bed);
}

static void settings_that_make_no_face_are_errors_with_their_path(void)
{
    const struct {
        const char *const *keys;
        const char *part;
    } rows[] = {
        {KEYS("name", "amazon"), "face.name is amazon"},
        {KEYS("name", "aws", "project", "p"), "face.project: no such key"},
        {KEYS("name", "aws", "port", "8884"), "the ports 8883 and 443"},
        {KEYS("name", "azure", "port", "8884", "key", "AAAA"), "the ports 8883 and 443"},
        {KEYS("name", "mosquitto", "port", "443"), "port 8883 only"},
        {KEYS("name", "google"), "face.key"},
        {KEYS("name", "google", "key", "x"), "face.key is neither"},
        {KEYS("name", "azure"), "azure needs"},
        {KEYS("name", "azure", "key", "???"), "base64"},
        {KEYS("name", "azure", "certificate", "12"), "face.certificate"},
        {KEYS("name", "azure", "key", "AAAA", "desired", "[]"), "face.desired"},
        {KEYS("name", "aws", "desired", "{"), "face.desired"},
        {KEYS("name", "aws", "job", "j", "job_document", "{"), "face.job_document"},
        {KEYS("name", "aws", "token_key", "t"), "face.token_key"},
        {KEYS("name", "psk"), "psk_identity"},
        {KEYS("name", "mosquitto", "psk_hex", "00"), "belong together"},
        {KEYS("name", "mosquitto", "identity", "psk"), "face.identity"},
        {KEYS("name", "mosquitto", "identity", "cn"), "face.identity"},
        {KEYS("name", "mosquitto", "password_file", "joe:pw"), "line 1"},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct face_bed bed;

        CHECK(!face_bed_open(&bed, rows[i].keys));
        CHECK_STR_CONTAINS(bed.err.text, rows[i].part);
        face_bed_close(&bed);
    }
}

/* Without TLS nothing of it can be asked: MQTT is looked at all the same. */
static void a_face_without_tls_looks_at_mqtt(void)
{
    static const struct connect_row rows[] = {
        {"plain", {.client_id = "lamp", .no_tls = true}, ""},
        {"plain", {.client_id = "door", .no_tls = true}, "client-id-policy"},
    };

    CHECK_CONNECTS(KEYS("name", "aws", "thing", "lamp"), rows);
}

static void passwords_may_change_and_what_a_face_is_made_of_may_not(void)
{
    static const struct {
        const char *then, *says; /* NULL: it may */
    } rows[] = {
        {"secret", NULL},    {"password", NULL},  {"desired", "face.desired"},
        {"job", "face.job"}, {"key", "face.key"},
    };
    struct face_settings *now = calloc(1, sizeof(*now));
    struct face_settings *then = calloc(1, sizeof(*then));

    REQUIRE(now != NULL && then != NULL);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct assay_error err = {.text = ""};

        *then = *now;
        snprintf(then->secret, sizeof(then->secret), "%s", i == 0 ? "x" : "");
        snprintf(then->password, sizeof(then->password), "%s", i == 1 ? "x" : "");
        snprintf(then->desired, sizeof(then->desired), "%s", i == 2 ? "x" : "");
        snprintf(then->job, sizeof(then->job), "%s", i == 3 ? "x" : "");
        snprintf(then->key, sizeof(then->key), "%s", i == 4 ? "x" : "");
        CHECK_INT_EQ(face_settings_check_change(now, then, &err),
                     rows[i].says == NULL ? ASSAY_OK : ASSAY_ERR_UNSUPPORTED);
        CHECK_STR_CONTAINS(err.text, rows[i].says != NULL ? rows[i].says : "");
    }
    free(now);
    free(then);
}

TEST_SUITE(face, TEST(passwords_may_change_and_what_a_face_is_made_of_may_not),
           TEST(arduino_takes_the_secret_on_8884_and_the_certificate_on_8885),
           TEST(arduino_has_topics_of_device_and_thing),
           TEST(mosquitto_takes_user_names_out_of_the_tls_layer),
           TEST(mosquitto_lets_nobody_in_without_a_name_unless_it_is_allowed),
           TEST(a_listener_of_pre_shared_keys_names_the_identity_it_got),
           TEST(settings_that_make_no_face_are_errors_with_their_path),
           TEST(a_face_without_tls_looks_at_mqtt));
