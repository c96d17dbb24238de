/* SPDX-License-Identifier: Apache-2.0 */
/* Device shadows: what is asked, and what is told. */
#include "event_check.h"
#include "face_bed.h"
#include "test_support.h"

#include <stdio.h>
#include <stdlib.h>

#define KEYS(...) ((const char *const[]){__VA_ARGS__, NULL})
#define TOPIC     "$aws/things/lamp/shadow/"

static bool start(struct face_bed *bed, const char *const *keys)
{
    return CHECK(face_bed_open(bed, keys)) &&
           CHECK(face_bed_connect(bed, &(struct face_bed_board){.client_id = "lamp"}, NULL)[0] ==
                 '\0');
}

static void ask(struct face_bed *bed, const char *rest, const char *payload)
{
    char topic[160];

    snprintf(topic, sizeof(topic), TOPIC "%s", rest);
    CHECK_STR_EQ(face_bed_publish(bed, topic, payload, 0, NULL), "");
}

/* A member by its path, "state.desired.color". */
static const json_t *at(const json_t *json, const char *path)
{
    while (json != NULL && *path != '\0') {
        char key[64];
        size_t len = strcspn(path, ".");

        snprintf(key, sizeof(key), "%.*s", (int)len, path);
        json = json_object_get(json, key);
        path += len + (path[len] == '.');
    }
    return json;
}

static int64_t number(const json_t *json, const char *path)
{
    return json_integer_value(at(json, path));
}

/* The next message has this topic; with `path` a number; the message is let go. */
static void expect(struct face_bed *bed, const char *topic, const char *path, int64_t want)
{
    json_t *m = face_bed_message(bed, topic);

    CHECK(m != NULL);
    if (path != NULL)
        CHECK_INT_EQ(number(m, path), want);
    json_decref(m);
}

static void a_report_is_accepted_documented_and_counted(void)
{
    struct face_bed bed;
    json_t *m = NULL;

    REQUIRE(start(&bed, KEYS("name", "aws")));
    ask(&bed, "update", "{\"state\":{\"reported\":{\"on\":1}},\"clientToken\":\"t-1\"}");
    m = face_bed_message(&bed, TOPIC "update/accepted");
    CHECK_INT_EQ(number(m, "version"), 1);
    CHECK_INT_EQ(number(m, "timestamp"), FACE_BED_NOW);
    CHECK_INT_EQ(number(m, "state.reported.on"), 1);
    CHECK_INT_EQ(number(m, "metadata.reported.on.timestamp"), FACE_BED_NOW);
    CHECK_STR_EQ(json_string_value(at(m, "clientToken")), "t-1");
    json_decref(m);
    m = face_bed_message(&bed, TOPIC "update/documents");
    CHECK_INT_EQ(number(m, "previous.version"), 0);
    CHECK_INT_EQ(number(m, "current.version"), 1);
    CHECK_INT_EQ(number(m, "current.state.reported.on"), 1);
    json_decref(m);
    CHECK(face_bed_is_silent(&bed));
    CHECK_STR_EQ(face_bed_last(&bed, EV_FACE_SERVICE, "operation"), "report");
    face_bed_close(&bed);
}

/* The developer guide's example: an application desires, the device reports, the delta closes. */
static void the_delta_is_what_is_desired_and_not_reported(void)
{
    struct face_bed bed;
    json_t *m = NULL;

    REQUIRE(start(&bed, KEYS("name", "aws")));
    ask(&bed, "update", "{\"state\":{\"reported\":{\"a\":1,\"in\":{\"x\":1,\"y\":2},\"r\":9}}}");
    expect(&bed, "update/accepted", NULL, 0);
    expect(&bed, "update/documents", NULL, 0);
    ask(&bed, "update",
        "{\"state\":{\"desired\":{\"a\":2,\"in\":{\"x\":1,\"y\":3},\"list\":[1]}}}");
    expect(&bed, "update/accepted", "version", 2);
    expect(&bed, "update/documents", NULL, 0);
    m = face_bed_message(&bed, TOPIC "update/delta");
    CHECK_INT_EQ(number(m, "state.a"), 2);
    CHECK_INT_EQ(number(m, "state.in.y"), 3);
    CHECK(at(m, "state.in.x") == NULL);
    CHECK(at(m, "state.r") == NULL);
    CHECK_UINT_EQ(json_array_size(at(m, "state.list")), 1);
    CHECK_INT_EQ(number(m, "metadata.in.y.timestamp"), FACE_BED_NOW);
    CHECK_INT_EQ(number(m, "version"), 2);
    json_decref(m);
    ask(&bed, "update", "{\"state\":{\"reported\":{\"a\":2,\"in\":{\"y\":3},\"list\":[1]}}}");
    expect(&bed, "update/accepted", "version", 3);
    expect(&bed, "update/documents", NULL, 0);
    CHECK(face_bed_is_silent(&bed));
    face_bed_close(&bed);
}

static void get_gives_state_delta_metadata_and_version(void)
{
    struct face_bed bed;
    json_t *m = NULL;

    REQUIRE(start(&bed, KEYS("name", "aws")));
    ask(&bed, "get", "");
    m = face_bed_message(&bed, TOPIC "get/rejected");
    CHECK_INT_EQ(number(m, "code"), 404);
    CHECK_STR_EQ(json_string_value(at(m, "message")), "No shadow exists with name: 'lamp'");
    json_decref(m);
    ask(&bed, "update", "{\"state\":{\"desired\":{\"a\":2},\"reported\":{\"a\":1}}}");
    expect(&bed, "update/accepted", NULL, 0);
    expect(&bed, "update/documents", NULL, 0);
    expect(&bed, "update/delta", NULL, 0);
    ask(&bed, "get", "{\"clientToken\":\"x\"}");
    m = face_bed_message(&bed, TOPIC "get/accepted");
    CHECK_INT_EQ(number(m, "state.desired.a"), 2);
    CHECK_INT_EQ(number(m, "state.reported.a"), 1);
    CHECK_INT_EQ(number(m, "state.delta.a"), 2);
    CHECK_INT_EQ(number(m, "version"), 1);
    CHECK_STR_EQ(json_string_value(at(m, "clientToken")), "x");
    json_decref(m);
    face_bed_close(&bed);
}

static void nulls_take_members_and_whole_sections_away(void)
{
    struct face_bed bed;
    json_t *m = NULL;

    REQUIRE(start(&bed, KEYS("name", "aws")));
    ask(&bed, "update", "{\"state\":{\"desired\":{\"a\":1},\"reported\":{\"a\":1,\"b\":2}}}");
    expect(&bed, "update/accepted", NULL, 0);
    expect(&bed, "update/documents", NULL, 0);
    ask(&bed, "update", "{\"state\":{\"desired\":null,\"reported\":{\"b\":null}}}");
    expect(&bed, "update/accepted", NULL, 0);
    m = face_bed_message(&bed, "update/documents");
    CHECK(at(m, "current.state.desired") == NULL);
    CHECK(at(m, "current.state.reported.b") == NULL);
    CHECK(at(m, "current.metadata.reported.b") == NULL);
    CHECK_INT_EQ(number(m, "current.state.reported.a"), 1);
    json_decref(m);
    face_bed_close(&bed);
}

static void named_shadows_are_shadows_of_their_own(void)
{
    struct face_bed bed;

    REQUIRE(start(&bed, KEYS("name", "aws")));
    ask(&bed, "name/cfg/update", "{\"state\":{\"reported\":{\"a\":1}}}");
    expect(&bed, TOPIC "name/cfg/update/accepted", "version", 1);
    expect(&bed, TOPIC "name/cfg/update/documents", NULL, 0);
    ask(&bed, "get", "");
    expect(&bed, TOPIC "get/rejected", "code", 404);
    CHECK_STR_EQ(face_bed_publish(&bed, TOPIC "name/cfg/nonsense", "", 0, NULL), "topic-reserved");
    face_bed_close(&bed);
}

static void versions_go_on_after_a_deletion(void)
{
    struct face_bed bed;

    REQUIRE(start(&bed, KEYS("name", "aws")));
    ask(&bed, "delete", "");
    expect(&bed, "delete/rejected", "code", 404);
    ask(&bed, "update", "{\"state\":{\"reported\":{\"a\":1}}}");
    expect(&bed, "update/accepted", "version", 1);
    expect(&bed, "update/documents", NULL, 0);
    ask(&bed, "delete", "");
    expect(&bed, "delete/accepted", "version", 1);
    ask(&bed, "update", "{\"state\":{\"reported\":{\"b\":1}}}");
    expect(&bed, "update/accepted", "version", 2);
    face_bed_close(&bed);
}

/* The codes and words of the service's page of error messages. */
static void requests_that_cannot_be_carried_out_are_rejected_in_the_services_words(void)
{
    static const struct {
        const char *payload;
        int code;
        const char *message;
    } rows[] = {
        {"", 400, "Invalid JSON"},
        {"{", 400, "Invalid JSON"},
        {"[]", 400, "Invalid JSON"},
        {"{\"state\":{},\"state\":{}}", 400, "Invalid JSON"},
        {"{}", 400, "Missing required node: state"},
        {"{\"state\":1}", 400, "State node must be an object"},
        {"{\"state\":{\"desired\":1}}", 400, "Desired node must be an object"},
        {"{\"state\":{\"reported\":[]}}", 400, "Reported node must be an object"},
        {"{\"state\":{\"color\":1}}", 400, "State contains an invalid node"},
        {"{\"state\":{},\"version\":\"1\"}", 400, "Invalid version"},
        {"{\"state\":{},\"version\":7}", 409, "Version conflict"},
        {"{\"state\":{},\"clientToken\":5}", 400, "Invalid clientToken"},
    };
    struct face_bed bed;

    REQUIRE(start(&bed, KEYS("name", "aws")));
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        json_t *m = NULL;

        ask(&bed, "update", rows[i].payload);
        m = face_bed_message(&bed, TOPIC "update/rejected");
        CHECK_INT_EQ(number(m, "code"), rows[i].code);
        CHECK_STR_EQ(json_string_value(at(m, "message")), rows[i].message);
        json_decref(m);
    }
    CHECK_STR_EQ(face_bed_last(&bed, EV_FACE_SERVICE, "text"), "Invalid clientToken");
    face_bed_close(&bed);
}

static void documents_have_limits_of_size_and_depth(void)
{
    struct face_bed bed;
    char *payload = malloc(9000);

    REQUIRE(start(&bed, KEYS("name", "aws")));
    memset(payload, ' ', 8999);
    memcpy(payload, "{\"state\":{}}", 12);
    payload[8192] = '\0';
    ask(&bed, "update", payload);
    expect(&bed, "update/accepted", NULL, 0);
    expect(&bed, "update/documents", NULL, 0);
    payload[8192] = ' ';
    payload[8193] = '\0';
    ask(&bed, "update", payload);
    expect(&bed, "update/rejected", "code", 413);
    ask(&bed, "update",
        "{\"state\":{\"reported\":{\"a\":{\"b\":{\"c\":{\"d\":{\"e\":{\"f\":{\"g\":{\"h\":1}}}}}}}}"
        "}}");
    expect(&bed, "update/accepted", NULL, 0);
    expect(&bed, "update/documents", NULL, 0);
    ask(&bed, "update",
        "{\"state\":{\"reported\":{\"a\":{\"b\":{\"c\":{\"d\":{\"e\":{\"f\":{\"g\":{\"h\":{}}}}}}}}"
        "}}}");
    expect(&bed, "update/rejected", "code", 400);
    free(payload);
    face_bed_close(&bed);
}

/* What Device Advisor's test of the shadow does, once. */
static void an_application_desires_when_the_board_listens(void)
{
    struct face_bed bed;
    json_t *m = NULL;

    REQUIRE(start(&bed, KEYS("name", "aws", "desired", "{\"color\":\"red\"}")));
    CHECK_STR_EQ(face_bed_subscribe(&bed, TOPIC "update/accepted", 1, NULL), "");
    CHECK(face_bed_is_silent(&bed));
    CHECK_STR_EQ(face_bed_subscribe(&bed, TOPIC "update/delta", 1, NULL), "");
    expect(&bed, "update/accepted", "version", 1);
    expect(&bed, "update/documents", NULL, 0);
    m = face_bed_message(&bed, "update/delta");
    CHECK_STR_EQ(json_string_value(at(m, "state.color")), "red");
    CHECK_STR_EQ(json_string_value(at(m, "clientToken")), "DeviceAdvisorShadowTestCaseSetup");
    json_decref(m);
    CHECK_STR_EQ(face_bed_subscribe(&bed, TOPIC "#", 1, NULL), "");
    CHECK(face_bed_is_silent(&bed));
    face_bed_close(&bed);
}

TEST_SUITE(shadow, TEST(a_report_is_accepted_documented_and_counted),
           TEST(the_delta_is_what_is_desired_and_not_reported),
           TEST(get_gives_state_delta_metadata_and_version),
           TEST(nulls_take_members_and_whole_sections_away),
           TEST(named_shadows_are_shadows_of_their_own), TEST(versions_go_on_after_a_deletion),
           TEST(requests_that_cannot_be_carried_out_are_rejected_in_the_services_words),
           TEST(documents_have_limits_of_size_and_depth),
           TEST(an_application_desires_when_the_board_listens));
