/* SPDX-License-Identifier: Apache-2.0 */
/* A device of AWS IoT: what it says to its shadow and about its jobs, packet by packet. */
#include "../probe_json.h"
#include "probe/probe_client.h"
#include "test_support.h"

#include <stdio.h>
#include <string.h>

#define THING  "$aws/things/c"
#define DELTA  THING "/shadow/update/delta"
#define NEXT   THING "/jobs/notify-next"
#define UPDATE THING "/shadow/update"

struct bench {
    struct probe_client_config config;
    struct probe_client client;
    uint32_t now_ms;
    int goes_on;
    char said[PROBE_FAILURE_TEXT_MAX + 1];
};

static struct probe_mqtt_text text(const char *bytes)
{
    return (struct probe_mqtt_text){bytes, strlen(bytes)};
}

static void on_log(void *ctx, const char *line)
{
    struct bench *b = ctx;

    snprintf(b->said, sizeof(b->said), "%s", line);
}

static void feed(struct bench *b, const void *bytes, size_t len)
{
    b->goes_on = probe_client_feed(&b->client, bytes, len, b->now_ms);
}

#define FEED(b, bytes) feed(b, bytes, sizeof(bytes) - 1)

static void forget(struct bench *b)
{
    size_t len = 0;

    (void)probe_client_output(&b->client, &len);
    probe_client_sent(&b->client, len);
}

/* A message of QoS 0 arrives. */
static void tell(struct bench *b, const char *topic, const char *payload)
{
    uint8_t packet[1024];
    size_t topic_len = strlen(topic);
    size_t len = 2 + topic_len + strlen(payload);

    packet[0] = 0x30;
    packet[1] = (uint8_t)(len | 0x80);
    packet[2] = (uint8_t)(len >> 7);
    packet[3] = 0;
    packet[4] = (uint8_t)topic_len;
    memcpy(packet + 5, topic, topic_len);
    memcpy(packet + 5 + topic_len, payload, strlen(payload));
    feed(b, packet, 3 + len);
}

/* The next packet that it sends is this message, of QoS 0. */
static void check_says(struct bench *b, const char *topic, const char *payload, unsigned line)
{
    char want[1024] = "";
    size_t len = 0;
    const uint8_t *out = probe_client_output(&b->client, &len);
    size_t body = 2 + strlen(topic) + strlen(payload);
    size_t header = body > 127 ? 3 : 2;
    int is_it = 0;

    snprintf(want, sizeof(want), "%s%s", topic, payload);
    is_it = len >= header + body && out[0] == 0x30 && out[header + 1] == strlen(topic) &&
            memcmp(out + header + 2, want, strlen(want)) == 0;
    test_check(is_it, __FILE__, line, "it sends %zu bytes and not %s %s", len, topic, payload);
    if (is_it)
        probe_client_sent(&b->client, header + body);
}

#define SAYS(b, topic, payload) check_says(b, topic, payload, __LINE__)

static void check_silent(struct bench *b, unsigned line)
{
    size_t len = 0;

    (void)probe_client_output(&b->client, &len);
    test_check(len == 0, __FILE__, line, "it sends %zu bytes", len);
}

#define SAYS_NOTHING(b) check_silent(b, __LINE__)

static void begin(struct bench *b, uint64_t flaws)
{
    *b = (struct bench){.now_ms = 1000, .goes_on = 1};
    b->config = (struct probe_client_config){.client = text("c"),
                                             .topic = text("t"),
                                             .payload = text("p"),
                                             .keep_alive_s = 60,
                                             .ack_ms = 1000,
                                             .version = 4,
                                             .is_clean = 1,
                                             .qos = 1,
                                             .cloud = PROBE_CLOUD_AWS,
                                             .flaws = flaws,
                                             .log_ctx = b,
                                             .log = on_log};
    probe_client_init(&b->client, &b->config);
}

static void connect(struct bench *b)
{
    probe_client_open(&b->client, b->now_ms);
    forget(b);
    FEED(b, "\x20\2\0\0");
}

/* Connected and subscribed, and everything said that it says by itself. */
static void get_going(struct bench *b)
{
    uint8_t suback[] = {0x90, 6, 0, 0, 1, 1, 1, 1};

    connect(b);
    forget(b);
    suback[3] = (uint8_t)b->client.subscribe_id;
    feed(b, suback, sizeof(suback));
    forget(b);
    FEED(b, "\x40\2\0\2");
    SAYS_NOTHING(b);
}

static void subscribes_reports_and_asks_for_its_job(void)
{
    static const char subscribe[] = "\x82\x96\1\0\1"
                                    "\0\x21" DELTA "\1"
                                    "\0\x24" THING "/shadow/update/rejected\1"
                                    "\0\x1e" NEXT "\1"
                                    "\0\x25" THING "/jobs/$next/get/accepted\1";
    struct bench b;
    size_t len = 0;
    const uint8_t *out = NULL;

    begin(&b, 0);
    connect(&b);
    out = probe_client_output(&b.client, &len);
    CHECK_INT_EQ(len, sizeof(subscribe) - 1);
    CHECK(len == sizeof(subscribe) - 1 && memcmp(out, subscribe, len) == 0);
    forget(&b);
    FEED(&b, "\x90\6\0\1\1\1\1\1");
    out = probe_client_output(&b.client, &len);
    REQUIRE(len > 8 && out[0] == 0x32); /* its own message */
    probe_client_sent(&b.client, 8);
    SAYS(&b, UPDATE, "{\"state\":{\"reported\":{\"firmware\":1}}}");
    SAYS(&b, THING "/jobs/$next/get", "{}");
    SAYS_NOTHING(&b);
}

static void is_not_well_where_one_of_its_filters_is_refused(void)
{
    struct bench b;

    begin(&b, 0);
    connect(&b);
    forget(&b);
    FEED(&b, "\x90\6\0\1\1\1\x80\1");
    forget(&b);
    FEED(&b, "\x40\2\0\2");
    CHECK(b.goes_on);
    CHECK(!probe_client_is_well(&b.client));
}

static void reports_what_is_desired(void)
{
    struct bench b;

    begin(&b, 0);
    get_going(&b);
    tell(&b, DELTA,
         "{\"metadata\":{\"state\":{\"no\":1}}, \"state\" : {\"a\":{\"b\":[\"}\\\"\",2]}} , "
         "\"version\":7}");
    SAYS(&b, UPDATE, "{\"state\":{\"reported\":{\"a\":{\"b\":[\"}\\\"\",2]}}}}");
    SAYS_NOTHING(&b);
    CHECK(b.goes_on);
}

static void takes_no_delta_that_is_none_or_too_large(void)
{
    static const char *const bad[] = {"",
                                      "{",
                                      "[]",
                                      "{}",
                                      "{\"state\":7}",
                                      "{\"state\":{\"a\":[}]}",
                                      "{\"state\":{\"a\":\"",
                                      "{\"state\":{\"a\":\"\\"};
    struct bench b;
    char large[PROBE_CLOUD_STATE_MAX + 32] = "";

    begin(&b, 0);
    get_going(&b);
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        b.said[0] = '\0';
        tell(&b, DELTA, bad[i]);
        SAYS_NOTHING(&b);
        CHECK_STR_CONTAINS(b.said, "no state");
    }
    snprintf(large, sizeof(large), "{\"state\":{\"a\":%0*d}}", PROBE_CLOUD_STATE_MAX - 5, 1);
    tell(&b, DELTA, large);
    SAYS_NOTHING(&b);
    CHECK_STR_CONTAINS(b.said, "larger");
    snprintf(large, sizeof(large), "{\"state\":{\"a\":%0*d}}", PROBE_CLOUD_STATE_MAX - 6, 1);
    tell(&b, DELTA, large);
    CHECK_INT_EQ(b.client.cloud.state_len, PROBE_CLOUD_STATE_MAX);
    CHECK(b.client.out_len > PROBE_CLOUD_STATE_MAX);
}

static void does_a_job_once(void)
{
    static const char job[] =
        "{\"timestamp\":1,\"execution\":{\"jobId\":\"bench-1\",\"status\":\"QUEUED\"}}";
    struct bench b;

    begin(&b, 0);
    get_going(&b);
    tell(&b, NEXT, "{\"timestamp\":1}");
    SAYS_NOTHING(&b);
    tell(&b, NEXT, job);
    SAYS(&b, THING "/jobs/bench-1/update", "{\"status\":\"IN_PROGRESS\"}");
    SAYS(&b, THING "/jobs/bench-1/update", "{\"status\":\"SUCCEEDED\"}");
    tell(&b, THING "/jobs/$next/get/accepted", job);
    SAYS_NOTHING(&b);
    /* A job that another connection left behind is done on this one. */
    get_going(&b);
    tell(&b, THING "/jobs/$next/get/accepted", job);
    SAYS(&b, THING "/jobs/bench-1/update", "{\"status\":\"IN_PROGRESS\"}");
}

static void takes_no_job_whose_id_is_no_part_of_a_topic(void)
{
    static const char *const bad[] = {"a/b", "#", "", "a\\u0062", "$next"};
    struct bench b;
    char payload[128];

    begin(&b, 0);
    get_going(&b);
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        b.said[0] = '\0';
        snprintf(payload, sizeof(payload), "{\"execution\":{\"jobId\":\"%s\"}}", bad[i]);
        tell(&b, NEXT, payload);
        SAYS_NOTHING(&b);
        CHECK_STR_CONTAINS(b.said, "id that is none");
    }
}

static void another_things_messages_are_not_its_own(void)
{
    struct bench b;

    begin(&b, 0);
    get_going(&b);
    tell(&b, "$aws/things/d/shadow/update/delta", "{\"state\":{\"a\":1}}");
    tell(&b, "$aws/things/cc/shadow/update/delta", "{\"state\":{\"a\":1}}");
    SAYS_NOTHING(&b);
    tell(&b, THING "/shadow/update/rejected", "{\"code\":400}");
    SAYS_NOTHING(&b);
    CHECK_STR_CONTAINS(b.said, "refuses");
}

static void is_quiet_when_nothing_more_comes(void)
{
    struct bench b;

    begin(&b, 0);
    get_going(&b);
    CHECK(probe_client_is_well(&b.client));
    CHECK(!probe_client_is_quiet(&b.client, b.now_ms + 699));
    CHECK_INT_EQ(probe_client_wait_ms(&b.client, b.now_ms), 700);
    CHECK(probe_client_is_quiet(&b.client, b.now_ms + 700));
    tell(&b, DELTA, "{\"state\":{\"a\":1}}");
    CHECK(!probe_client_is_quiet(&b.client, b.now_ms + 700)); /* the report waits to be sent */
}

static void flaws_leave_out_what_they_say(void)
{
    static const char job[] = "{\"execution\":{\"jobId\":\"j\"}}";
    struct bench b;

    begin(&b, PROBE_CLIENT_FLAW_BIT(PROBE_CLIENT_SHADOW_UNREPORTED) |
                  PROBE_CLIENT_FLAW_BIT(PROBE_CLIENT_DELTA_IGNORED) |
                  PROBE_CLIENT_FLAW_BIT(PROBE_CLIENT_JOB_UNFINISHED));
    connect(&b);
    forget(&b);
    FEED(&b, "\x90\6\0\1\1\1\1\1");
    probe_client_sent(&b.client, 8);
    SAYS(&b, THING "/jobs/$next/get", "{}");
    tell(&b, DELTA, "{\"state\":{\"a\":1}}");
    SAYS_NOTHING(&b);
    tell(&b, NEXT, job);
    SAYS(&b, THING "/jobs/j/update", "{\"status\":\"IN_PROGRESS\"}");
    SAYS_NOTHING(&b);
}

static void finds_members_of_objects(void)
{
    static const struct {
        const char *object, *value;
    } rows[] = {
        {" { \"m\" : 1 } ", "1"},
        {"{\"a\":[{\"m\":2}],\"m\":[1,{}]}", "[1,{}]"},
        {"{\"am\":1,\"m\":\"\\\"\\\\\"}", "\"\\\"\\\\\""},
        {"{\"a\":{\"m\":1}}", ""},
        {"{\"m\"}", ""},
        {"{\"m\":}", ""},
        {"{\"a\":1 \"m\":1}", ""},
        {"{\"m\":[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]}", ""},
        {"m", ""},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct probe_mqtt_text found = probe_json_member(text(rows[i].object), "m");

        test_check(found.len == strlen(rows[i].value) &&
                       memcmp(found.bytes, rows[i].value, found.len) == 0,
                   __FILE__, __LINE__, "%s: %.*s", rows[i].object, (int)found.len, found.bytes);
    }
}

TEST_SUITE(probe_cloud, TEST(subscribes_reports_and_asks_for_its_job),
           TEST(is_not_well_where_one_of_its_filters_is_refused), TEST(reports_what_is_desired),
           TEST(takes_no_delta_that_is_none_or_too_large), TEST(does_a_job_once),
           TEST(takes_no_job_whose_id_is_no_part_of_a_topic),
           TEST(another_things_messages_are_not_its_own), TEST(is_quiet_when_nothing_more_comes),
           TEST(flaws_leave_out_what_they_say), TEST(finds_members_of_objects));
