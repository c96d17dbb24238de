/* SPDX-License-Identifier: Apache-2.0 */
/* A web server that sends curl to a second one. */
#include "mock_bed.h"

#include "test_support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SECOND_LEAF                                                                                \
    "\"certs\":{\"leaf\":{\"san\":[\"dns:second.bench.test\"],"                                    \
    "\"not_before\":\"-9d\",\"not_after\":\"+9d\"}}"
#define REDIRECT "\"service\":\"https\",\"http\":{\"status\":302,\"location\":"

static bool open_bed(struct mock_bed *bed, const char *json)
{
    if (!mock_bed_open(bed))
        return false;
    mock_bed_use_real_time(bed);
    return test_check(mock_bed_start(bed, json), __FILE__, __LINE__, "%s: %s", json, bed->err.text);
}

/* Both names lead to the bench; the port of the second one is in the answer. */
static void follow(struct mock_bed *bed)
{
    char url[64];
    const char *argv[] = {"curl",        "-q",           "-sS",      "--noproxy",    "*",
                          "--location",  "--connect-to", NULL,       "--connect-to", NULL,
                          "--write-out", "%{url}",       "--cacert", bed->root_file, url,
                          NULL};

    argv[7] = "broker.bench.test::127.0.0.1:";
    argv[9] = "second.bench.test::127.0.0.1:";
    snprintf(url, sizeof(url), "https://broker.bench.test:%s/x", bed->port);
    if (!mock_bed_run(bed, argv))
        test_skip("curl is not installed");
}

static void a_redirect_leads_to_the_second_server(void)
{
    struct mock_bed bed;
    const struct event *first = NULL;
    const struct event *second = NULL;

    REQUIRE(open_bed(&bed, "{" REDIRECT "\"https://{second}/new?x=1\"},\"second\":{" SECOND_LEAF
                           ",\"http\":{\"body\":\"over here\"}}}"));
    follow(&bed);
    CHECK_INT_EQ(bed.exit_code, 0);
    CHECK_STR_CONTAINS(bed.output, "over here");
    first = mock_bed_event(&bed, EV_NET_OPEN, 0);
    second = mock_bed_event_where(&bed, EV_NET_OPEN, "server", "second");
    REQUIRE(first != NULL && second != NULL);
    CHECK_STR_EQ(event_get_text(first, "server"), "");
    CHECK(first->conn != second->conn);
    CHECK(event_get_int(first, "local_port", 0) != event_get_int(second, "local_port", 0));
    CHECK_STR_EQ(event_get_text(mock_bed_event(&bed, EV_HTTP_REQUEST, 1), "target"), "/new?x=1");
    CHECK_UINT_EQ(mock_bed_event(&bed, EV_HTTP_REQUEST, 1)->conn, second->conn);
    CHECK_UINT_EQ(mock_bed_count(&bed, EV_HTTP_VIOLATION), 0); /* Host names the second one */
    CHECK_UINT_EQ(mock_total_connections(bed.mock), 2);
    mock_bed_close(&bed);
}

static void the_second_server_has_a_chain_of_its_own(void)
{
    struct mock_bed bed;

    REQUIRE(open_bed(&bed, "{" REDIRECT "\"https://{second}/\"},\"second\":{\"certs\":{"
                           "\"other\":{\"recipe\":\"other-root\"},\"leaf\":{\"issuer\":\"other\","
                           "\"san\":[\"dns:second.bench.test\"]}}}}"));
    follow(&bed);
    CHECK_INT_EQ(bed.exit_code, 60);
    CHECK_UINT_EQ(mock_bed_count(&bed, EV_HTTP_REQUEST), 1);
    mock_bed_close(&bed);
}

static void it_may_do_without_tls(void)
{
    struct mock_bed bed;

    REQUIRE(
        open_bed(&bed, "{" REDIRECT "\"http://{second}/\"},\"second\":{\"service\":\"http\"}}"));
    follow(&bed);
    CHECK_INT_EQ(bed.exit_code, 0);
    CHECK_UINT_EQ(mock_bed_count(&bed, EV_HTTP_REQUEST), 2);
    CHECK_UINT_EQ(mock_bed_count(&bed, EV_TLS_CLIENT_HELLO), 1);
    mock_bed_close(&bed);
}

static void a_websocket_may_be_refused_with_a_way_to_the_second_server(void)
{
    struct mock_bed bed;
    char url[64];
    const char *argv[] = {"curl",
                          "-q",
                          "-sS",
                          "--noproxy",
                          "*",
                          "--location",
                          "--http1.1",
                          "--connect-to",
                          NULL,
                          "--connect-to",
                          NULL,
                          "--header",
                          "Upgrade: websocket",
                          "--header",
                          "Connection: Upgrade",
                          "--header",
                          "Sec-WebSocket-Version: 13",
                          "--header",
                          "Sec-WebSocket-Protocol: mqtt",
                          "--header",
                          "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
                          "--cacert",
                          bed.root_file,
                          url,
                          NULL};

    REQUIRE(open_bed(&bed, "{\"service\":\"wss\",\"websocket\":{\"status\":301,\"location\":"
                           "\"https://{second}/mqtt\"},\"second\":{" SECOND_LEAF
                           ",\"service\":\"wss\",\"websocket\":{\"status\":401}}}"));
    argv[8] = "broker.bench.test::127.0.0.1:";
    argv[10] = "second.bench.test::127.0.0.1:";
    snprintf(url, sizeof(url), "https://broker.bench.test:%s/mqtt", bed.port);
    if (!mock_bed_run(&bed, argv))
        test_skip("curl is not installed");
    CHECK_UINT_EQ(mock_bed_count(&bed, EV_WS_UPGRADE), 2);
    CHECK_INT_EQ(event_get_int(mock_bed_event(&bed, EV_WS_UPGRADE, 0), "status", 0), 301);
    CHECK_INT_EQ(event_get_int(mock_bed_event(&bed, EV_WS_UPGRADE, 1), "status", 0), 401);
    CHECK_UINT_EQ(mock_bed_event(&bed, EV_WS_UPGRADE, 1)->conn,
                  mock_bed_event_where(&bed, EV_NET_OPEN, "server", "second")->conn);
    mock_bed_close(&bed);
}

static void beside_a_broker_it_is_the_same_broker_without_tls(void)
{
    struct mock_bed bed;
    const struct event *open = NULL;
    const struct event *hello = NULL;
    char port[8];

    REQUIRE(open_bed(&bed, "{\"net\":{\"accept\":\"reset\"},\"second\":{}}"));
    REQUIRE(mock_plain_port(bed.mock) != 0);
    snprintf(port, sizeof(port), "%u", mock_plain_port(bed.mock));
    CHECK(strcmp(port, bed.port) != 0);
    if (!mock_bed_run(&bed, (const char *const[]){"mosquitto_pub", "-h", "127.0.0.1", "-p", port,
                                                  "-t", "t", "-m", "in the clear", NULL}))
        test_skip("mosquitto_pub is not installed");
    CHECK_INT_EQ(bed.exit_code, 0);
    open = mock_bed_event_where(&bed, EV_NET_OPEN, "server", "plain");
    hello = mock_bed_event(&bed, EV_MQTT_CONNECT, 0);
    REQUIRE(open != NULL && hello != NULL);
    CHECK_UINT_EQ(hello->conn, open->conn);
    CHECK_UINT_EQ(mock_bed_count(&bed, EV_TLS_CLIENT_HELLO), 0);
    mock_bed_close(&bed);
}

static void a_server_alone_has_no_port_without_tls(void)
{
    struct mock_bed bed;

    REQUIRE(open_bed(&bed, "{}"));
    CHECK_UINT_EQ(mock_plain_port(bed.mock), 0);
    mock_bed_close(&bed);
    REQUIRE(open_bed(&bed, "{" REDIRECT "\"https://{second}/\"},\"second\":{}}"));
    CHECK_UINT_EQ(mock_plain_port(bed.mock), 0);
    mock_bed_close(&bed);
}

static void what_cannot_be_served_is_said_before(void)
{
    static const struct {
        const char *json, *message;
    } rows[] = {
        {"{\"service\":\"mqtt\",\"second\":{}}", "second: only a web server"},
        {"{\"second\":{\"service\":\"mqtts\"}}", "second.service has to be \"mqtt\""},
        {"{\"second\":{\"host\":\"other.bench.test\"}}", "second.host"},
        {"{\"service\":\"https\",\"second\":{\"service\":\"mqtts\"}}", "second.service has to be"},
        {"{\"service\":\"https\",\"second\":{\"service\":\"ftp\"}}", "second: service"},
        {"{\"service\":\"https\",\"second\":{\"mqtt\":{}}}", "second.mqtt"},
        {"{\"service\":\"https\",\"second\":{\"second\":{}}}", "second.second"},
        {"{\"service\":\"https\",\"second\":{\"http\":{\"status\":99}}}", "second: http.status"},
        {"{\"service\":\"https\",\"http\":{\"location\":\"https://{second}/\"}}",
         "no table `second`"},
        {"{\"service\":\"https\",\"second\":[1]}", "second is"},
        {"{\"service\":\"https\",\"second\":{},\"later\":[{\"change\":{\"second\":"
         "{\"host\":\"third.bench.test\"}}}]}",
         "keeps its second host"},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct mock_bed bed;

        REQUIRE(mock_bed_open(&bed));
        CHECK(!mock_bed_start(&bed, rows[i].json));
        CHECK_STR_CONTAINS(bed.err.text, rows[i].message);
        mock_bed_close(&bed);
    }
}

static void the_way_to_the_second_server_outlives_a_change_of_the_first(void)
{
    struct mock_bed bed;

    REQUIRE(open_bed(&bed, "{" REDIRECT "\"https://{second}/\"},\"second\":{" SECOND_LEAF "},"
                           "\"later\":[{\"after\":2,\"change\":{\"http\":{\"date\":false}}}]}"));
    follow(&bed);
    follow(&bed);
    follow(&bed);
    CHECK_INT_EQ(bed.exit_code, 0);
    CHECK_UINT_EQ(mock_bed_count(&bed, EV_MOCK_CHANGED), 1);
    CHECK_UINT_EQ(mock_bed_count(&bed, EV_HTTP_REQUEST), 6);
    mock_bed_close(&bed);
}

TEST_SUITE(second, TEST(a_redirect_leads_to_the_second_server),
           TEST(the_second_server_has_a_chain_of_its_own), TEST(it_may_do_without_tls),
           TEST(a_websocket_may_be_refused_with_a_way_to_the_second_server),
           TEST(beside_a_broker_it_is_the_same_broker_without_tls),
           TEST(a_server_alone_has_no_port_without_tls), TEST(what_cannot_be_served_is_said_before),
           TEST(the_way_to_the_second_server_outlives_a_change_of_the_first));
