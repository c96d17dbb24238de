/* SPDX-License-Identifier: Apache-2.0 */
/* Faults in sentences: what they make of a description, and what real clients meet. */
#include "json_value.h"
#include "mock/description.h"
#include "mock/faults.h"
#include "mock_bed.h"
#include "test_support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define RUN(bed, ...) mock_bed_run(bed, (const char *const[]){__VA_ARGS__, NULL})
#define PUB(bed, ...)                                                                              \
    RUN(bed, "timeout", "3", "mosquitto_pub", "-p", (bed)->port, "-i", "board", __VA_ARGS__)

static bool start(struct mock_bed *bed, const char *json)
{
    if (!CHECK(mock_bed_open(bed)))
        return false;
    return test_check(mock_bed_start(bed, json), __FILE__, __LINE__, "%s: %s", json, bed->err.text);
}

static struct value *parse(const char *json)
{
    struct value *v = NULL;
    struct assay_error err = {0};

    test_check(json_value_parse("test", json, strlen(json), &v, &err) == ASSAY_OK, __FILE__,
               __LINE__, "%s", err.text);
    return v;
}

static void check_json(const struct value *v, const char *path, const char *want)
{
    struct buf text;

    buf_init(&text, 4096);
    CHECK_OK(value_write_json(value_path(v, path), &text));
    CHECK_STR_EQ(buf_text(&text), want);
    buf_done(&text);
}

static void a_sentence_is_a_change_of_the_description(void)
{
    static const struct {
        const char *given, *sentence, *path, *want;
    } rows[] = {
        {"{}", "stop-reading", "net.stall_after_rx", "0"},
        {"{}", "stop-reading at=20", "net.stall_after_rx", "20"},
        {"{}", "slow-reading by=7", "net.read_rate", "7"},
        {"{}", "slow-writing by=50", "net.chunk_tx", "5"},
        {"{}", "slow-writing by=50", "net.chunk_delay_ms", "100"},
        {"{}", "slow-writing by=2", "net.chunk_tx", "1"},
        {"{}", "slow-writing by=2", "net.chunk_delay_ms", "500"},
        {"{}", "stall at=3", "net.stall_after_tx", "3"},
        {"{}", "hang-up at=3", "net.close_after_tx", "3"},
        {"{}", "reset at=3", "net.reset_after_tx", "3"},
        {"{}", "silent", "net.accept", "\"silent\""},
        {"{}", "refuse", "net.accept", "\"reset\""},
        {"{}", "plain-text", "service", "\"mqtt\""},
        {"{\"service\":\"wss\"}", "plain-text", "service", "\"ws\""},
        {"{\"service\":\"http\"}", "plain-text", "service", "\"http\""},
        {"{\"service\":\"http\"}", "unexpected-tls", "service", "\"https\""},
        {"{\"service\":\"wwep\"}", "unexpected-tls", "service", "\"wwep-tls\""},
        {"{}", "net.chunk_tx=1", "net.chunk_tx", "1"},
        {"{}", "net.accept=silent", "net.accept", "\"silent\""},
        {"{}", "http.keep_alive=false", "http.keep_alive", "false"},
        {"{\"net\":{\"linger_ms\":5}}", "slow-reading", "net",
         "{\"linger_ms\":5,\"read_rate\":100}"},
        {"{}", "delay SUBACK by=1500", "mqtt.faults", "[\"delay SUBACK by=1500\"]"},
        {"{\"mqtt\":{\"faults\":\"withhold PUBACK\"}}", "ignore any", "mqtt.faults",
         "[\"withhold PUBACK\",\"ignore any\"]"},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct value *v = parse(rows[i].given);
        struct assay_error err = {0};

        test_check(mock_fault_apply(v, rows[i].sentence, "faults.1", &err) == ASSAY_OK, __FILE__,
                   __LINE__, "%s: %s", rows[i].sentence, err.text);
        check_json(v, rows[i].path, rows[i].want);
        value_free(v);
    }
}

static void every_row_makes_a_description_that_can_be_served(void)
{
    for (const struct mock_fault_row *row = mock_fault_rows; row->name != NULL; row++) {
        struct value *v = value_new_map();
        struct value *complete = NULL;
        struct mock_settings settings;
        struct assay_error err = {0};
        char sentence[64];

        snprintf(sentence, sizeof(sentence), "%s %s%s", row->name,
                 row->word != NULL ? row->word : "", row->word != NULL ? "=12" : "");
        CHECK_OK(mock_fault_apply(v, sentence, "faults.1", &err));
        CHECK_OK(mock_description_complete(v, &complete, &err));
        test_check(mock_settings_read(complete, &settings, &err) == ASSAY_OK, __FILE__, __LINE__,
                   "%s: %s", sentence, err.text);
        CHECK(row->help != NULL && row->help[0] != '\0');
        value_free(complete);
        value_free(v);
    }
}

static void what_is_no_fault_is_refused_with_what_there_is(void)
{
    static const struct {
        const char *sentence, *says;
    } rows[] = {
        {"", "is no fault"},
        {"slow", "did you mean"},
        {"delay", "names no packets"},
        {"delay SUBACK by=x", "out of range"},
        {"slow-reading at=3", "by=NUMBER"},
        {"slow-reading by=", "by=NUMBER"},
        {"slow-reading by=3x", "by=NUMBER"},
        {"slow-reading by=99999999999999999999", "by=NUMBER"},
        {"plain-text by=1", "stands nothing"},
        {"net=3", "is no fault"},
        {".x=3", "is no fault"},
        {"a.b.c=3", "is no fault"},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct value *v = value_new_map();
        struct assay_error err = {0};

        CHECK_INT_EQ(mock_fault_apply(v, rows[i].sentence, "faults.7", &err), ASSAY_ERR_MALFORMED);
        CHECK_STR_CONTAINS(err.text, rows[i].says);
        CHECK_STR_CONTAINS(err.text, "faults.7");
        CHECK_UINT_EQ(value_count(v), 0);
        value_free(v);
    }
}

static void packets_of_mqtt_go_wrong_only_where_there_are_some(void)
{
    struct value *v = value_new_map();
    struct assay_error err = {0};

    CHECK_OK(value_set(v, "service", value_new_text("http")));
    CHECK_INT_EQ(mock_fault_apply(v, "delay SUBACK by=5", "faults.7", &err), ASSAY_ERR_MALFORMED);
    CHECK_STR_CONTAINS(err.text,
                       "faults.7: \"delay SUBACK by=5\" is about packets of MQTT, and the "
                       "service is http");
    CHECK_UINT_EQ(value_count(v), 1);
    CHECK_OK(value_set(v, "service", value_new_text("ws")));
    CHECK_OK(mock_fault_apply(v, "delay SUBACK by=5", "faults.7", &err));
    value_free(v);
}

static void a_key_that_does_not_exist_is_refused_by_its_table(void)
{
    struct mock_bed bed;

    REQUIRE(mock_bed_open(&bed));
    CHECK(!mock_bed_start(&bed, "{\"faults\":[\"net.chunk=1\"]}"));
    CHECK_STR_CONTAINS(bed.err.text, "net.chunk: no such key");
    CHECK(!mock_bed_start(&bed, "{\"faults\":[7]}"));
    CHECK_STR_CONTAINS(bed.err.text, "faults.1");
    mock_bed_close(&bed);
}

static void a_client_of_a_server_that_stops_reading_gets_no_answer(void)
{
    struct mock_bed bed;
    const struct event *closed = NULL;

    REQUIRE(start(&bed, "{\"service\":\"mqtt\",\"faults\":[\"stop-reading at=5\"]}"));
    CHECK(RUN(&bed, "timeout", "1", "mosquitto_pub", "-p", bed.port, "-t", "t", "-m", "x"));
    CHECK_INT_EQ(bed.exit_code, 124);
    CHECK(mock_bed_event_where(&bed, EV_NET_RULE, "rule", "stall_after_rx") != NULL);
    CHECK(mock_bed_event(&bed, EV_MQTT_CONNECT, 0) == NULL);
    closed = mock_bed_event(&bed, EV_NET_CLOSE, 0);
    REQUIRE(closed != NULL);
    CHECK_INT_EQ(event_get_int(closed, "rx_bytes", 0), 5);
    mock_bed_close(&bed);
}

/* curl says how long it took, in seconds. */
static double curl_time(struct mock_bed *bed, const char *what, const char *how)
{
    char url[64];

    snprintf(url, sizeof(url), "http://127.0.0.1:%s/", bed->port);
    if (!RUN(bed, "curl", "-s", "-o", "/dev/null", "-w", "%{http_code} %{time_total}", what, how,
             url))
        test_skip("curl is not installed");
    CHECK_INT_EQ(bed->exit_code, 0);
    CHECK(strncmp(bed->output, "200 ", 4) == 0);
    return strtod(bed->output + 4, NULL);
}

static void curl_meets_a_server_that_reads_slowly(void)
{
    struct mock_bed bed;
    char body[401] = "";
    double took = 0;

    memset(body, 'x', sizeof(body) - 1);
    REQUIRE(start(&bed, "{\"service\":\"http\",\"faults\":[\"slow-reading by=1000\"]}"));
    took = curl_time(&bed, "--data-binary", body);
    test_check(took > 0.4 && took < 3, __FILE__, __LINE__, "%s", bed.output);
    CHECK(mock_bed_event_where(&bed, EV_NET_RULE, "rule", "read_rate") != NULL);
    mock_bed_close(&bed);
}

static void curl_meets_a_server_that_writes_slowly(void)
{
    struct mock_bed bed;
    double took = 0;

    REQUIRE(start(&bed, "{\"service\":\"http\",\"http\":{\"body_bytes\":300},"
                        "\"faults\":[\"slow-writing by=1000\"]}"));
    took = curl_time(&bed, "-H", "X-A: b");
    test_check(took > 0.35 && took < 3, __FILE__, __LINE__, "%s", bed.output);
    mock_bed_close(&bed);
}

static void mosquitto_pub_sees_each_end_of_a_connection(void)
{
    static const struct {
        const char *sentence;
        int tx_bytes;
        const char *how;
    } rows[] = {
        {"refuse", 0, "rst"},       {"hang-up", 0, "fin"},    {"hang-up at=1", 1, "fin"},
        {"hang-up at=5", 5, "fin"}, {"reset at=2", 2, "rst"}, {"close CONNACK at=3", 3, "fin"},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct mock_bed bed;
        const struct event *closed = NULL;
        char json[128];

        snprintf(json, sizeof(json), "{\"service\":\"mqtt\",\"faults\":[\"%s\"]}",
                 rows[i].sentence);
        REQUIRE(start(&bed, json));
        CHECK(PUB(&bed, "-t", "t", "-m", "x", "-q", "1"));
        CHECK(bed.exit_code != 0);
        closed = mock_bed_event(&bed, EV_NET_CLOSE, 0);
        REQUIRE(closed != NULL);
        test_check(event_get_int(closed, "tx_bytes", -1) == rows[i].tx_bytes, __FILE__, __LINE__,
                   "%s: %d bytes", rows[i].sentence, (int)event_get_int(closed, "tx_bytes", -1));
        CHECK_STR_EQ(event_get_text(closed, "by"), "bench");
        CHECK_STR_EQ(event_get_text(closed, "how"), rows[i].how);
        mock_bed_close(&bed);
    }
}

static void a_tls_client_meets_plain_text(void)
{
    struct mock_bed bed;
    char target[32];

    REQUIRE(start(&bed, "{\"faults\":[\"plain-text\"]}"));
    snprintf(target, sizeof(target), "127.0.0.1:%s", bed.port);
    CHECK(RUN(&bed, "timeout", "5", "openssl", "s_client", "-connect", target));
    CHECK(bed.exit_code != 0);
    CHECK(mock_bed_event(&bed, EV_TLS_CLIENT_HELLO, 0) == NULL);
    CHECK(mock_bed_event(&bed, EV_MQTT_VIOLATION, 0) != NULL);
    CHECK(PUB(&bed, "-t", "t", "-m", "x", "-q", "1"));
    CHECK_INT_EQ(bed.exit_code, 0);
    mock_bed_close(&bed);
}

static void a_plain_client_meets_tls(void)
{
    struct mock_bed bed;

    REQUIRE(start(&bed, "{\"service\":\"mqtt\",\"faults\":[\"unexpected-tls\"]}"));
    CHECK(PUB(&bed, "-t", "t", "-m", "x", "-q", "1"));
    CHECK(bed.exit_code != 0);
    CHECK(mock_bed_event(&bed, EV_TLS_ERROR, 0) != NULL);
    CHECK(mock_bed_event(&bed, EV_MQTT_CONNECT, 0) == NULL);
    mock_bed_close(&bed);
}

/* What mosquitto_sub gets of ten retained messages, half of which are withheld. */
static void lottery(unsigned seed, char got[static TOOL_TEXT])
{
    struct mock_bed bed;
    char json[160];

    snprintf(json, sizeof(json),
             "{\"service\":\"mqtt\",\"faults\":[\"withhold PUBLISH chance=50 seed=%u\"]}", seed);
    REQUIRE(start(&bed, json));
    for (size_t i = 0; i < 10; i++) {
        char topic[8];

        snprintf(topic, sizeof(topic), "r/%zu", i);
        CHECK(PUB(&bed, "-t", topic, "-m", "x", "-r"));
    }
    CHECK(RUN(&bed, "mosquitto_sub", "-p", bed.port, "-t", "r/#", "-W", "1", "-F", "%t"));
    snprintf(got, TOOL_TEXT, "%s", bed.output);
    mock_bed_close(&bed);
}

static void a_chance_is_the_same_for_the_same_seed(void)
{
    static char got[3][TOOL_TEXT];

    lottery(1, got[0]);
    lottery(1, got[1]);
    lottery(2, got[2]);
    CHECK_STR_EQ(got[0], got[1]);
    CHECK(strcmp(got[0], got[2]) != 0);
    CHECK_STR_CONTAINS(got[0], "r/");
}

static void mosquitto_sub_meets_messages_in_another_order(void)
{
    struct mock_bed bed;

    REQUIRE(start(&bed, "{\"service\":\"mqtt\",\"faults\":[\"reorder PUBLISH count=1\"]}"));
    CHECK(PUB(&bed, "-t", "r/1", "-m", "first", "-r"));
    CHECK(PUB(&bed, "-t", "r/2", "-m", "second", "-r"));
    CHECK(
        RUN(&bed, "mosquitto_sub", "-p", bed.port, "-t", "r/1", "-t", "r/2", "-C", "2", "-W", "5"));
    CHECK_STR_EQ(bed.output, "second\nfirst\n");
    mock_bed_close(&bed);
}

TEST_SUITE(faults, TEST(a_sentence_is_a_change_of_the_description),
           TEST(every_row_makes_a_description_that_can_be_served),
           TEST(what_is_no_fault_is_refused_with_what_there_is),
           TEST(packets_of_mqtt_go_wrong_only_where_there_are_some),
           TEST(a_key_that_does_not_exist_is_refused_by_its_table),
           TEST(a_client_of_a_server_that_stops_reading_gets_no_answer),
           TEST(curl_meets_a_server_that_reads_slowly),
           TEST(curl_meets_a_server_that_writes_slowly),
           TEST(mosquitto_pub_sees_each_end_of_a_connection), TEST(a_tls_client_meets_plain_text),
           TEST(a_plain_client_meets_tls), TEST(a_chance_is_the_same_for_the_same_seed),
           TEST(mosquitto_sub_meets_messages_in_another_order));
