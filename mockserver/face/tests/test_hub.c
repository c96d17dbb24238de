/* SPDX-License-Identifier: Apache-2.0 */
/* What an IoT hub does by itself: methods, messages, desired properties, and the end of a token. */
#include "face_rows.h"
#include "signer.h"
#include "test_support.h"

#include <stdio.h>
#include <string.h>

#define AZURE_KEY "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="
#define USER      "hub.azure-devices.net/d/?api-version=2021-04-12"
#define SR        "hub.azure-devices.net%2Fdevices%2Fd"
#define BOUND     "devices/d/messages/devicebound/#"

static const struct face_bed_board board = {.client_id = "d", .username = USER};
static const struct face_bed_board staying = {
    .client_id = "d", .username = USER, .keeps_session = true};

static bool open_hub(struct face_bed *bed)
{
    return face_bed_open(bed, KEYS("name", "azure", "certificate", SHA1_A));
}

static enum assay_status order(struct face_bed *bed, const char *sentence)
{
    bed->err.text[0] = '\0';
    return face_order(bed->face, sentence, &bed->err);
}

/* The next message: its topic; its payload and QoS have to be these. "": none. */
static const char *take(struct face_bed *bed, const char *payload, unsigned qos, uint32_t *ticket)
{
    struct face_message m;
    const char *topic = NULL;

    if (!face_take_message(bed->face, &m))
        return "";
    CHECK_STR_EQ(m.payload, payload);
    CHECK_UINT_EQ(m.qos, qos);
    CHECK(m.to == bed->conn);
    if (ticket != NULL)
        *ticket = m.ticket;
    topic = test_keep(strdup(m.topic));
    face_message_done(&m);
    return topic;
}

static void pass_time(struct face_bed *bed, int64_t seconds)
{
    bed->now_s += seconds;
    face_advance(bed->face);
}

static void asks_a_method_and_tells_what_the_device_answered(void)
{
    struct face_bed bed;

    REQUIRE(open_hub(&bed));
    face_bed_connect(&bed, &board, NULL);
    face_bed_subscribe(&bed, "$iothub/methods/POST/#", 1, NULL);
    CHECK_OK(order(&bed, "method reboot payload={\"in\": 5}"));
    /* Method requests are QoS 0, whatever was subscribed to. */
    CHECK_STR_EQ(take(&bed, "{\"in\": 5}", 0, NULL), "$iothub/methods/POST/reboot/?$rid=1");
    CHECK_STR_EQ(face_bed_last(&bed, EV_FACE_SERVICE, "operation"), "called");
    face_bed_publish(&bed, "$iothub/methods/res/202/?$rid=1", "{}", 0, NULL);
    CHECK_STR_EQ(face_bed_last(&bed, EV_FACE_SERVICE, "operation"), "answered");
    CHECK_STR_EQ(face_bed_last(&bed, EV_FACE_SERVICE, "item"), "reboot");
    CHECK_STR_EQ(face_bed_last(&bed, EV_FACE_SERVICE, "status"), "202");
    CHECK_OK(order(&bed, "method reboot"));
    CHECK_STR_EQ(take(&bed, "", 0, NULL), "$iothub/methods/POST/reboot/?$rid=2");
    CHECK_UINT_EQ(face_bed_count(&bed, EV_FACE_REMARK), 0);
    face_bed_close(&bed);
}

static void a_method_needs_a_device_that_is_there_and_listens(void)
{
    struct face_bed bed;

    REQUIRE(open_hub(&bed));
    CHECK_INT_EQ(order(&bed, "method reboot"), ASSAY_ERR_STATE);
    CHECK_STR_CONTAINS(bed.err.text, "no device is connected");
    CHECK_INT_EQ(order(&bed, "method reboot device=d"), ASSAY_ERR_STATE);
    CHECK_STR_CONTAINS(bed.err.text, "404");
    face_bed_connect(&bed, &board, NULL);
    CHECK_INT_EQ(order(&bed, "method reboot"), ASSAY_ERR_STATE);
    CHECK_STR_CONTAINS(bed.err.text, "$iothub/methods/POST/#");
    CHECK(face_bed_is_silent(&bed));
    face_bed_close(&bed);
}

static void a_method_has_thirty_seconds_or_its_own_time(void)
{
    static const struct {
        const char *sentence;
        int64_t seconds;
    } rows[] = {{"method reboot", 30}, {"method reboot timeout=5", 5}};

    for (size_t i = 0; i < 2; i++) {
        struct face_bed bed;

        REQUIRE(open_hub(&bed));
        face_bed_connect(&bed, &board, NULL);
        face_bed_subscribe(&bed, "$iothub/methods/POST/#", 0, NULL);
        CHECK_INT_EQ(face_due_s(bed.face), INT64_MAX);
        CHECK_OK(order(&bed, rows[i].sentence));
        CHECK_INT_EQ(face_due_s(bed.face), FACE_BED_NOW + rows[i].seconds + 1);
        pass_time(&bed, rows[i].seconds);
        CHECK_STR_EQ(face_bed_last(&bed, EV_FACE_SERVICE, "operation"), "called");
        pass_time(&bed, 1);
        CHECK_STR_EQ(face_bed_last(&bed, EV_FACE_SERVICE, "operation"), "timed-out");
        CHECK_INT_EQ(face_due_s(bed.face), INT64_MAX);
        face_bed_publish(&bed, "$iothub/methods/res/200/?$rid=1", "", 0, NULL);
        CHECK_STR_EQ(face_bed_last(&bed, EV_FACE_REMARK, "rule"), "method-answer-unknown");
        face_bed_close(&bed);
    }
}

static void says_what_is_wrong_with_an_answer_to_a_method(void)
{
    static const struct {
        const char *topic, *payload, *rule;
    } rows[] = {
        {"$iothub/methods/res/200/?$rid=2", "{}", "method-answer-unknown"},
        {"$iothub/methods/res/ok/?$rid=1", "{}", "method-answer-form"},
        {"$iothub/methods/res/200", "{}", "method-answer-form"},
        {"$iothub/methods/res/200/?$rid=", "{}", "method-answer-form"},
        {"$iothub/methods/res/200/?$rid=1", "done", "method-answer-json"},
    };
    struct face_bed bed;

    REQUIRE(open_hub(&bed));
    face_bed_connect(&bed, &board, NULL);
    face_bed_subscribe(&bed, "$iothub/methods/POST/#", 0, NULL);
    CHECK_OK(order(&bed, "method reboot"));
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        face_bed_publish(&bed, rows[i].topic, rows[i].payload, 0, NULL);
        CHECK_STR_EQ(face_bed_last(&bed, EV_FACE_REMARK, "rule"), rows[i].rule);
        CHECK_UINT_EQ(face_bed_count(&bed, EV_FACE_REMARK), i + 1);
    }
    CHECK_STR_EQ(face_bed_last(&bed, EV_FACE_SERVICE, "text"), "done");
    face_bed_close(&bed);
}

#define TO "devices/d/messages/devicebound/%24.to=%2Fdevices%2Fd%2Fmessages%2FdeviceBound"

static void keeps_a_message_until_the_device_listens_and_has_acknowledged_it(void)
{
    struct face_bed bed;
    uint32_t ticket = 0;

    REQUIRE(open_hub(&bed));
    CHECK_OK(order(&bed, "message device=d properties=level=3&quiet payload=drink more water"));
    CHECK_STR_EQ(face_bed_last(&bed, EV_FACE_SERVICE, "text"), "the device is away");
    face_bed_connect(&bed, &board, NULL);
    CHECK(face_bed_is_silent(&bed));
    face_bed_subscribe(&bed, BOUND, 1, NULL);
    CHECK_STR_EQ(take(&bed, "drink more water", 1, &ticket), TO "&level=3&quiet");
    /* Without a PUBACK it comes again, to a session that knows nothing of it. */
    face_bed_connect(&bed, &board, NULL);
    CHECK(face_bed_is_silent(&bed));
    face_bed_subscribe(&bed, BOUND, 1, NULL);
    CHECK_STR_EQ(take(&bed, "drink more water", 1, &ticket), TO "&level=3&quiet");
    face_delivered(bed.conn, ticket);
    CHECK_STR_EQ(face_bed_last(&bed, EV_FACE_SERVICE, "operation"), "completed");
    face_bed_connect(&bed, &board, NULL);
    face_bed_subscribe(&bed, BOUND, 1, NULL);
    CHECK(face_bed_is_silent(&bed));
    face_bed_close(&bed);
}

static void a_session_that_goes_on_keeps_its_filter(void)
{
    struct face_bed bed;

    REQUIRE(open_hub(&bed));
    face_bed_connect(&bed, &staying, NULL);
    face_bed_subscribe(&bed, BOUND, 1, NULL);
    CHECK_OK(order(&bed, "message payload=one"));
    CHECK_STR_EQ(take(&bed, "one", 1, NULL), TO);
    face_bed_connect(&bed, &staying, NULL); /* the broker sends it again, the hub does not */
    CHECK(face_bed_is_silent(&bed));
    face_conn_free(bed.conn);
    bed.conn = NULL;
    CHECK_OK(order(&bed, "message device=d payload=two"));
    face_bed_connect(&bed, &staying, NULL);
    CHECK_STR_EQ(take(&bed, "two", 1, NULL), TO);
    face_unsubscribe(bed.conn, mqtt_view_text(BOUND));
    CHECK_OK(order(&bed, "message payload=three"));
    CHECK(face_bed_is_silent(&bed));
    face_bed_close(&bed);
}

static void of_qos_0_a_message_is_done_when_it_is_sent(void)
{
    struct face_bed bed;

    REQUIRE(open_hub(&bed));
    face_bed_connect(&bed, &board, NULL);
    face_bed_subscribe(&bed, BOUND, 0, NULL);
    CHECK_OK(order(&bed, "message payload=one"));
    CHECK_STR_EQ(take(&bed, "one", 0, NULL), TO);
    face_bed_connect(&bed, &board, NULL);
    face_bed_subscribe(&bed, BOUND, 0, NULL);
    CHECK(face_bed_is_silent(&bed));
    face_bed_close(&bed);
}

static void fifty_messages_wait_for_an_hour(void)
{
    struct face_bed bed;

    REQUIRE(open_hub(&bed));
    CHECK_OK(order(&bed, "message device=d ttl=60 payload=short"));
    for (int i = 1; i < 50; i++)
        CHECK_OK(order(&bed, "message device=d payload=long"));
    CHECK_INT_EQ(order(&bed, "message device=d payload=x"), ASSAY_ERR_LIMIT);
    CHECK_STR_CONTAINS(bed.err.text, "403004");
    CHECK_INT_EQ(face_due_s(bed.face), FACE_BED_NOW + 61);
    pass_time(&bed, 61);
    CHECK_STR_EQ(face_bed_last(&bed, EV_FACE_SERVICE, "operation"), "expired");
    CHECK_OK(order(&bed, "message device=d ttl=7200 payload=late"));
    pass_time(&bed, 3600);
    face_bed_connect(&bed, &board, NULL);
    face_bed_subscribe(&bed, BOUND, 1, NULL);
    CHECK_STR_EQ(take(&bed, "late", 1, NULL), TO);
    CHECK(face_bed_is_silent(&bed));
    face_bed_close(&bed);
}

static void tells_a_device_that_listens_what_is_desired(void)
{
    struct face_bed bed;

    REQUIRE(open_hub(&bed));
    CHECK_OK(order(&bed, "desired payload={\"rate\": 5}")); /* nobody is there: no notice */
    face_bed_connect(&bed, &board, NULL);
    face_bed_subscribe(&bed, "$iothub/twin/PATCH/properties/desired/#", 0, NULL);
    CHECK(face_bed_is_silent(&bed));
    CHECK_OK(order(&bed, "desired payload={\"rate\": null}"));
    CHECK_STR_EQ(take(&bed, "{\"rate\":null,\"$version\":3}", 0, NULL),
                 "$iothub/twin/PATCH/properties/desired/?$version=3");
    CHECK_INT_EQ(order(&bed, "desired payload=5"), ASSAY_ERR_MALFORMED);
    face_bed_close(&bed);
}

static void closes_when_the_token_of_a_connection_expires(void)
{
    struct face_bed bed;
    const struct face_bed_board with_token = {
        .client_id = "d", .username = USER, .password = sas_of(AZURE_KEY, SR, FACE_BED_NOW + 60)};

    REQUIRE(face_bed_open(&bed, KEYS("name", "azure", "key", AZURE_KEY)));
    CHECK_STR_EQ(face_bed_connect(&bed, &with_token, NULL), "");
    CHECK_INT_EQ(face_due_s(bed.face), FACE_BED_NOW + 61);
    pass_time(&bed, 60);
    CHECK(face_take_closing(bed.face) == NULL);
    pass_time(&bed, 1);
    CHECK_STR_EQ(face_bed_last(&bed, EV_FACE_REFUSED, "rule"), "sas-ended");
    CHECK(face_take_closing(bed.face) == &bed);
    CHECK(face_take_closing(bed.face) == NULL);
    pass_time(&bed, 1);
    CHECK_UINT_EQ(face_bed_count(&bed, EV_FACE_REFUSED), 1);
    CHECK_INT_EQ(face_due_s(bed.face), INT64_MAX);
    face_bed_close(&bed);
}

static void a_device_has_five_filters(void)
{
    static const struct topic_row rows[] = {
        {BOUND, 1, ""},
        {"$iothub/twin/res/#", 0, ""},
        {"$iothub/twin/PATCH/properties/desired/#", 0, ""},
        {"$iothub/methods/POST/a/#", 0, ""},
        {"$iothub/methods/POST/b/#", 0, ""},
        {"$iothub/methods/POST/b/#", 0, ""},
        {"$iothub/methods/POST/c/#", 0, "filters-many"},
    };
    struct face_bed bed;

    REQUIRE(open_hub(&bed));
    face_bed_connect(&bed, &board, NULL);
    check_subscribes(&bed, rows, sizeof(rows) / sizeof(rows[0]));
    face_unsubscribe(bed.conn, mqtt_view_text(BOUND));
    CHECK_STR_EQ(face_bed_subscribe(&bed, "$iothub/methods/POST/c/#", 0, NULL), "");
    face_bed_close(&bed);
}

static void reads_the_property_bag_of_telemetry(void)
{
    static const struct {
        const char *bag, *text, *rule;
    } rows[] = {
        {"", "", ""},
        {"a=b&level=3%20m&c", "a=b; level=3 m; c", ""},
        {"$.ct=application%2Fjson&$.ce=utf-8",
         "content type application/json; content encoding utf-8", ""},
        {"%24.mid=7&a=", "message id 7; a=", ""},
        {"$.ct=application%2Fjson", "content type application/json", "content-encoding-missing"},
        {"a=100%", "", "properties-malformed"},
        {"a=b&&c=d", "", "properties-malformed"},
        {"=b", "", "properties-malformed"},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct face_bed bed;
        char topic[128];

        snprintf(topic, sizeof(topic), "devices/d/messages/events/%s", rows[i].bag);
        REQUIRE(open_hub(&bed));
        face_bed_connect(&bed, &board, NULL);
        CHECK_STR_EQ(face_bed_publish(&bed, topic, "{}", 0, NULL), "");
        CHECK_STR_EQ(face_bed_last(&bed, EV_FACE_REMARK, "rule"), rows[i].rule);
        CHECK_STR_EQ(face_bed_last(&bed, EV_FACE_SERVICE, "service"), "telemetry");
        CHECK_STR_EQ(face_bed_last(&bed, EV_FACE_SERVICE, "text"), rows[i].text);
        face_bed_close(&bed);
    }
}

static void waits_for_1767_seconds_at_most(void)
{
    static const struct {
        uint16_t asked;
        int64_t taken;
        size_t remarks;
    } rows[] = {{1, -1, 0}, {1177, -1, 0}, {1178, 1178, 1}, {65535, 1178, 1}, {0, 1178, 1}};

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct face_bed bed;
        struct face_bed_board asking = board;
        struct mqtt_welcome welcome;

        asking.keep_alive_s = rows[i].asked;
        asking.no_keep_alive = rows[i].asked == 0;
        REQUIRE(open_hub(&bed));
        face_bed_connect(&bed, &asking, &welcome);
        CHECK_INT_EQ(welcome.keep_alive_s, rows[i].taken);
        CHECK_UINT_EQ(face_bed_count(&bed, EV_FACE_REMARK), rows[i].remarks);
        face_bed_close(&bed);
    }
}

static void says_that_a_device_came_twice(void)
{
    struct face_bed bed;
    struct face_conn *first = NULL;

    REQUIRE(open_hub(&bed));
    face_bed_connect(&bed, &board, NULL);
    first = bed.conn;
    bed.conn = NULL;
    CHECK_UINT_EQ(face_bed_count(&bed, EV_FACE_REMARK), 0);
    face_bed_connect(&bed, &board, NULL);
    CHECK_STR_EQ(face_bed_last(&bed, EV_FACE_REMARK, "rule"), "connection-replaced");
    face_bed_subscribe(&bed, BOUND, 1, NULL);
    face_conn_free(first); /* which says nothing about the second */
    CHECK_OK(order(&bed, "message payload=x"));
    CHECK_STR_EQ(take(&bed, "x", 1, NULL), TO);
    face_bed_close(&bed);
}

static void orders_of_the_settings_wait_until_they_can_be_carried_out(void)
{
    struct face_bed bed;

    REQUIRE(face_bed_open(&bed, KEYS("name", "azure", "certificate", SHA1_A, "orders",
                                     "method reboot\nmessage payload=hello\n")));
    face_bed_connect(&bed, &board, NULL);
    CHECK(face_bed_is_silent(&bed));
    face_bed_subscribe(&bed, "$iothub/methods/POST/#", 0, NULL);
    CHECK_STR_EQ(take(&bed, "", 0, NULL), "$iothub/methods/POST/reboot/?$rid=1");
    face_bed_subscribe(&bed, BOUND, 1, NULL);
    CHECK_STR_EQ(take(&bed, "hello", 1, NULL), TO);
    face_bed_subscribe(&bed, BOUND, 1, NULL); /* once */
    CHECK(face_bed_is_silent(&bed));
    snprintf(bed.settings->orders, sizeof(bed.settings->orders), "method again");
    face_changed(bed.face);
    CHECK_STR_EQ(take(&bed, "", 0, NULL), "$iothub/methods/POST/again/?$rid=2");
    face_bed_close(&bed);
}

static void says_what_an_order_has_to_be(void)
{
    static const struct {
        const char *sentence, *says;
    } rows[] = {
        {"", "there are: method NAME"},
        {"methd reboot", "did you mean \"method\""},
        {"method", "it has to be: method NAME"},
        {"method payload={}", "it has to be: method NAME"},
        {"method re/boot", "no name of a method"},
        {"method reboot payload={", "has to be JSON"},
        {"method reboot ttl=5", "what is \"ttl=5\""},
        {"method reboot timeout=301", "5 to 300"},
        {"method reboot timeout=x", "no number of seconds"},
        {"message hello", "what is \"hello\""},
    };
    struct face_bed bed;

    REQUIRE(open_hub(&bed));
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        CHECK_INT_EQ(order(&bed, rows[i].sentence), ASSAY_ERR_MALFORMED);
        CHECK_STR_CONTAINS(bed.err.text, rows[i].says);
    }
    face_bed_close(&bed);
    CHECK(!face_bed_open(&bed, KEYS("name", "azure", "certificate", SHA1_A, "orders", "reboot")));
    CHECK_STR_CONTAINS(bed.err.text, "face.orders");
    face_bed_close(&bed);
    REQUIRE(face_bed_open(&bed, KEYS("name", "mosquitto")));
    CHECK_INT_EQ(order(&bed, "message payload=x"), ASSAY_ERR_UNSUPPORTED);
    face_bed_close(&bed);
}

TEST_SUITE(hub, TEST(asks_a_method_and_tells_what_the_device_answered),
           TEST(a_method_needs_a_device_that_is_there_and_listens),
           TEST(a_method_has_thirty_seconds_or_its_own_time),
           TEST(says_what_is_wrong_with_an_answer_to_a_method),
           TEST(keeps_a_message_until_the_device_listens_and_has_acknowledged_it),
           TEST(a_session_that_goes_on_keeps_its_filter),
           TEST(of_qos_0_a_message_is_done_when_it_is_sent), TEST(fifty_messages_wait_for_an_hour),
           TEST(tells_a_device_that_listens_what_is_desired),
           TEST(closes_when_the_token_of_a_connection_expires), TEST(a_device_has_five_filters),
           TEST(reads_the_property_bag_of_telemetry), TEST(waits_for_1767_seconds_at_most),
           TEST(says_that_a_device_came_twice),
           TEST(orders_of_the_settings_wait_until_they_can_be_carried_out),
           TEST(says_what_an_order_has_to_be));
