/* SPDX-License-Identifier: Apache-2.0 */
/* AWS IoT Core: who may connect, what may be said, and how it refuses. */
#include "face_rows.h"
#include "signer.h"
#include "test_support.h"

#include "mqtt/reason.h"

#include <stdio.h>
#include <stdlib.h>

static void aws_wants_the_registered_certificate_and_the_thing_as_client_id(void)
{
    static const struct connect_row rows[] = {
        {"right", {.client_id = "lamp", .sha256 = SHA256_A}, ""},
        {"no certificate", {.client_id = "lamp", .no_certificate = true}, "certificate-missing"},
        {"another", {.client_id = "lamp", .sha256 = SHA256_B}, "certificate-unknown"},
        {"other id", {.client_id = "Lamp"}, "client-id-policy"},
        {"no id", {.client_id = ""}, "client-id-policy"},
    };

    CHECK_CONNECTS(KEYS("name", "aws", "thing", "lamp", "certificate", SHA256_A), rows);
}

static void aws_limits_client_ids_to_128_bytes(void)
{
    char id[130];
    struct face_bed bed;
    struct mqtt_welcome welcome;

    memset(id, 'x', sizeof(id));
    id[128] = '\0';
    REQUIRE(face_bed_open(&bed, KEYS("name", "aws")));
    CHECK_STR_EQ(face_bed_connect(&bed, &(struct face_bed_board){.client_id = id}, NULL), "");
    CHECK_STR_EQ(face_bed_last(&bed, EV_FACE_REMARK, "rule"), "certificate-taken");
    id[128] = 'x';
    id[129] = '\0';
    CHECK_STR_EQ(face_bed_connect(&bed, &(struct face_bed_board){.client_id = id}, &welcome),
                 "client-id-long");
    CHECK_INT_EQ(welcome.return_code, MQTT_RETURN_BAD_CLIENT_ID);
    CHECK(!welcome.is_unanswered);
    face_bed_close(&bed);
}

static void aws_closes_where_a_policy_refuses_and_tells_5_why(void)
{
    struct face_bed bed;
    struct mqtt_welcome welcome;
    struct face_bed_board board = {.client_id = "other"};

    REQUIRE(face_bed_open(&bed, KEYS("name", "aws", "thing", "lamp")));
    CHECK_STR_EQ(face_bed_connect(&bed, &board, &welcome), "client-id-policy");
    CHECK(welcome.is_unanswered);
    board.level = MQTT_V5;
    CHECK_STR_EQ(face_bed_connect(&bed, &board, &welcome), "client-id-policy");
    CHECK(!welcome.is_unanswered);
    CHECK_INT_EQ(welcome.refusal, MQTT_REASON_NOT_AUTHORIZED);
    CHECK_STR_CONTAINS(face_bed_last(&bed, EV_FACE_REFUSED, "text"), "\"other\", not \"lamp\"");
    CHECK_STR_CONTAINS(face_bed_last(&bed, EV_FACE_REFUSED, "source"), "Connect policy examples");
    face_bed_close(&bed);
}

static void aws_brings_the_keep_alive_into_its_limits(void)
{
    static const struct {
        uint16_t asked;
        int64_t want; /* -1: as it is */
    } rows[] = {{30, -1}, {1200, -1}, {29, 30}, {1201, 1200}, {65535, 1200}, {1, 30}, {0, 1200}};
    struct face_bed bed;

    REQUIRE(face_bed_open(&bed, KEYS("name", "aws")));
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct mqtt_welcome welcome;

        CHECK_STR_EQ(face_bed_connect(&bed,
                                      &(struct face_bed_board){.client_id = "a",
                                                               .keep_alive_s = rows[i].asked,
                                                               .no_keep_alive = rows[i].asked == 0},
                                      &welcome),
                     "");
        CHECK_INT_EQ(welcome.keep_alive_s, rows[i].want);
    }
    CHECK_STR_EQ(face_bed_last(&bed, EV_FACE_REMARK, "rule"), "keep-alive-limits");
    face_bed_close(&bed);
}

/* What a handshake that failed says about the board: port 443, and any. */
static void aws_says_why_a_handshake_failed(void)
{
    static const struct {
        const char *port;
        struct face_peer peer;
        const char *rule;
    } rows[] = {
        {"443", {.has_server_name = true}, "alpn-missing"},
        {"443", {.has_server_name = true, .offered_protocols = "h2, http/1.1"}, "alpn-unknown"},
        {"443", {.offered_protocols = "x-amzn-mqtt-ca"}, "sni-missing"},
        {"8883", {.has_server_name = false}, "sni-missing"},
        {"8883", {.has_server_name = true}, ""},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct face_peer peer = rows[i].peer;
        struct face_bed bed;
        struct face_conn *conn = NULL;

        REQUIRE(face_bed_open(&bed, KEYS("name", "aws", "port", rows[i].port)));
        conn = face_conn_new(bed.face, 1, NULL);
        peer.offered_protocols = peer.offered_protocols != NULL ? peer.offered_protocols : "";
        peer.protocol = "";
        face_handshake_failed(conn, &peer);
        CHECK_STR_EQ(face_bed_last(&bed, EV_FACE_REFUSED, "rule"), rows[i].rule);
        face_conn_free(conn);
        face_bed_close(&bed);
    }
}

/* The user name up to the token, and the signature behind it. */
static const char *custom_user(const struct signer *s, const char *token, const char *before)
{
    uint8_t signature[SIGNATURE_MAX];
    size_t len = signer_sign(s, token, strlen(token), signature);
    const char *text = base64_of(signature, len);
    char *user = NULL;

    if (asprintf(&user, "%s%s&x-amz-customauthorizer-signature=%s", before, token, text) < 0)
        abort();
    return test_keep(user);
}

static void aws_asks_its_custom_authorizer_on_port_443(void)
{
    static const char good[] = "joe?x-amz-customauthorizer-name=gate&ticket=";
    struct signer *s = signer_new("RSA");
    struct signer *other = signer_new("RSA");
    const struct connect_row rows[] = {
        {"right", {.username = custom_user(s, "t1", good), .password = "pw"}, ""},
        {"default authorizer",
         {.username = custom_user(s, "t1", "joe?ticket="), .password = "pw"},
         ""},
        {"another authorizer",
         {.username = custom_user(s, "t1", "joe?x-amz-customauthorizer-name=door&ticket="),
          .password = "pw"},
         "authorizer-unknown"},
        {"no token",
         {.username = custom_user(s, "t1", "joe?Ticket="), .password = "pw"},
         "token-missing"},
        {"no user name", {.password = "pw"}, "token-missing"},
        {"no signature", {.username = "joe?ticket=t1", .password = "pw"}, "signature-missing"},
        {"broken signature",
         {.username = "joe?ticket=t1&x-amz-customauthorizer-signature=!", .password = "pw"},
         "signature-malformed"},
        {"another key",
         {.username = custom_user(other, "t1", good), .password = "pw"},
         "signature-wrong"},
        {"wrong password",
         {.username = custom_user(s, "t1", good), .password = "PW"},
         "login-wrong"},
    };
    struct connect_row with_alpn[sizeof(rows) / sizeof(rows[0])];

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        with_alpn[i] = rows[i];
        with_alpn[i].board.alpn = "mqtt";
        with_alpn[i].board.no_certificate = true;
        with_alpn[i].board.client_id = "lamp";
    }
    CHECK_CONNECTS(KEYS("name", "aws", "port", "443", "authorizer", "gate", "token_key", "ticket",
                        "key", signer_public_pem(s), "username", "joe", "password", "pw"),
                   with_alpn);
    signer_free(s);
    signer_free(other);
}

static void aws_has_no_custom_authentication_unless_it_is_set_up(void)
{
    static const struct connect_row rows[] = {
        {"mqtt", {.alpn = "mqtt", .client_id = "a", .no_certificate = true}, "authorizer-missing"},
        {"ca without one",
         {.alpn = "x-amzn-mqtt-ca", .client_id = "a", .no_certificate = true},
         "certificate-missing"},
        {"ca", {.alpn = "x-amzn-mqtt-ca", .client_id = "a"}, ""},
    };

    CHECK_CONNECTS(KEYS("name", "aws", "port", "443"), rows);
}

static void aws_has_topics_of_its_own_and_limits_for_the_others(void)
{
    static const char deep_7[] = "a/b/c/d/e/f/g/h";
    static const char deep_8[] = "a/b/c/d/e/f/g/h/i";
    static const struct topic_row publishes[] = {
        {"lamp/state", QOS1, ""},
        {"lamp/state", QOS2, "qos2-publish"},
        {"lamp/state", RETAIN, ""},
        {deep_7, 0, ""},
        {deep_8, 0, "topic-deep"},
        {"$aws/rules/r/a/b/c/d/e/f/g", 0, ""},
        {"$aws/things/lamp/shadow/update", 0, ""},
        {"$aws/things/lamp/shadow/name/n/get", 0, ""},
        {"$aws/things/lamp/jobs/start-next", 0, ""},
        {"$aws/things/lamp/shadow/update/accepted", 0, "topic-reserved"},
        {"$aws/things/lamp/shadow/update", RETAIN, "retain-reserved"},
        {"$aws/things/door/shadow/update", 0, "topic-foreign"},
        {"$aws/events/x", 0, "topic-reserved"},
    };
    static const struct topic_row subscribes[] = {
        {"lamp/#", 1, ""},
        {"lamp/#", 2, "qos2-subscribe"},
        {"$aws/things/lamp/shadow/#", 1, ""},
        {"$aws/things/door/shadow/#", 1, "filter-foreign"},
        {deep_8, 0, "topic-deep"},
    };
    struct face_bed bed;
    char topic[258];

    REQUIRE(face_bed_open(&bed, KEYS("name", "aws")));
    face_bed_connect(&bed, &(struct face_bed_board){.client_id = "lamp"}, NULL);
    check_publishes(&bed, publishes, sizeof(publishes) / sizeof(publishes[0]));
    check_subscribes(&bed, subscribes, sizeof(subscribes) / sizeof(subscribes[0]));
    memset(topic, 'a', sizeof(topic));
    topic[256] = '\0';
    CHECK_STR_EQ(face_bed_publish(&bed, topic, "", 0, NULL), "");
    topic[256] = 'a';
    topic[257] = '\0';
    CHECK_STR_EQ(face_bed_publish(&bed, topic, "", 0, NULL), "topic-long");
    face_bed_close(&bed);
}

static void aws_leaves_qos_2_unanswered_and_closes_over_policies(void)
{
    struct face_bed bed;
    struct face_ruling ruling;

    REQUIRE(face_bed_open(&bed, KEYS("name", "aws")));
    face_bed_connect(&bed, &(struct face_bed_board){.client_id = "lamp"}, NULL);
    face_bed_publish(&bed, "a", "", QOS2, &ruling);
    CHECK_INT_EQ(ruling.reason, MQTT_REASON_UNANSWERED);
    CHECK(!ruling.is_closed);
    face_bed_publish(&bed, "$aws/things/door/shadow/get", "", 0, &ruling);
    CHECK(ruling.is_closed);
    face_bed_subscribe(&bed, "$aws/things/door/shadow/#", 0, &ruling);
    CHECK(!ruling.is_closed);
    CHECK_INT_EQ(ruling.reason, MQTT_REASON_NOT_AUTHORIZED);
    face_bed_close(&bed);
}

static void aws_takes_eight_filters_at_a_time_and_128_kb(void)
{
    struct face_bed bed;
    struct face_ruling ruling = {0};
    char *payload = calloc(1, 128 * 1024 + 2);

    REQUIRE(face_bed_open(&bed, KEYS("name", "aws")));
    face_bed_connect(&bed, &(struct face_bed_board){.client_id = "lamp"}, NULL);
    for (size_t i = 0; i < 9; i++) {
        const struct mqtt_filter f = {.filter = mqtt_view_text("a"), .options = 0};

        CHECK(ruling.reason == 0);
        face_subscribe(bed.conn, &f, &ruling);
    }
    CHECK(ruling.is_closed);
    CHECK_STR_EQ(face_bed_last(&bed, EV_FACE_REFUSED, "rule"), "filters-many");
    memset(payload, 'x', 128 * 1024);
    CHECK_STR_EQ(face_bed_publish(&bed, "a", payload, 0, NULL), "");
    payload[128 * 1024] = 'x';
    CHECK_STR_EQ(face_bed_publish(&bed, "a", payload, 0, NULL), "payload-large");
    free(payload);
    face_bed_close(&bed);
}

TEST_SUITE(face_aws, TEST(aws_wants_the_registered_certificate_and_the_thing_as_client_id),
           TEST(aws_limits_client_ids_to_128_bytes),
           TEST(aws_closes_where_a_policy_refuses_and_tells_5_why),
           TEST(aws_brings_the_keep_alive_into_its_limits), TEST(aws_says_why_a_handshake_failed),
           TEST(aws_asks_its_custom_authorizer_on_port_443),
           TEST(aws_has_no_custom_authentication_unless_it_is_set_up),
           TEST(aws_has_topics_of_its_own_and_limits_for_the_others),
           TEST(aws_leaves_qos_2_unanswered_and_closes_over_policies),
           TEST(aws_takes_eight_filters_at_a_time_and_128_kb));
