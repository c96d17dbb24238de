/* SPDX-License-Identifier: Apache-2.0 */
/* The servers as real clients meet them: mosquitto_pub, openssl s_client, curl, plain sockets. */
#include "mock_bed.h"

#include "test_support.h"

#include <stdio.h>
#include <stdlib.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

/* mosquitto_pub connects to an address, so the good certificate has that name, too. */
#define GOOD "\"san\":[\"dns:broker.bench.test\",\"ip:127.0.0.1\"]"

static bool publish(struct mock_bed *bed, const char *cafile)
{
    const char *argv[TOOL_ARGS] = {"mosquitto_pub", "-h", "127.0.0.1", "-p", bed->port, "-i",
                                   "board-1",       "-u", "user",      "-P", "secret",  "-t",
                                   "bench/topic",   "-m", "payload",   "-q", "1"};
    size_t n = 17;

    if (cafile != NULL) {
        argv[n++] = "--cafile";
        argv[n++] = cafile;
    }
    if (!mock_bed_run(bed, argv))
        test_skip("mosquitto_pub is not installed");
    return bed->exit_code == 0;
}

static const struct event *received_at(const struct mock_bed *bed, uint64_t t_ns)
{
    const struct event *event = NULL;

    for (size_t i = 0; (event = mock_bed_event(bed, EV_NET_DATA, i)) != NULL; i++)
        if (event->t_ns == t_ns && strcmp(event_get_text(event, "dir"), "rx") == 0)
            return event;
    return NULL;
}

/* ... whatever was done with them in between. */
static void packets_have_the_time_of_the_bytes_that_brought_them(void)
{
    static const char *const kinds[] = {EV_MQTT_CONNECT, EV_MQTT_PUBLISH};
    struct mock_bed bed;
    const struct event *event = NULL;

    REQUIRE(mock_bed_open(&bed));
    mock_bed_use_real_time(&bed);
    REQUIRE(mock_bed_start(&bed, "{\"service\":\"mqtt\"}"));
    CHECK(publish(&bed, NULL));
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        event = mock_bed_event(&bed, kinds[i], 0);
        REQUIRE(event != NULL);
        CHECK(received_at(&bed, event->t_ns) != NULL);
    }
    for (size_t i = 0; (event = mock_bed_event(&bed, EV_MQTT_PACKET, i)) != NULL; i++)
        CHECK((received_at(&bed, event->t_ns) != NULL) ==
              (strcmp(event_get_text(event, "dir"), "rx") == 0));
    mock_bed_close(&bed);
}

static void mosquitto_publishes_to_a_good_broker(void)
{
    struct mock_bed bed;
    const struct event *event = NULL;

    REQUIRE(mock_bed_open(&bed));
    mock_bed_use_real_time(&bed);
    REQUIRE(mock_bed_start(&bed, "{\"certs\":{\"leaf\":{" GOOD "}}}"));
    CHECK(publish(&bed, bed.root_file));
    event = mock_bed_event(&bed, EV_MQTT_PUBLISH, 0);
    REQUIRE(event != NULL);
    CHECK_STR_EQ(event_get_text(event, "topic"), "bench/topic");
    CHECK_MEM_EQ(event_field(event, "payload")->text, "payload", 7);
    CHECK(mock_bed_event(&bed, EV_TLS_ESTABLISHED, 0) != NULL);
    CHECK(mock_bed_event(&bed, EV_TLS_CERTIFICATE_SENT, 0) != NULL);
    CHECK(event_get_bool(mock_bed_event(&bed, EV_MQTT_CLOSED, 0), "clean"));
    CHECK(mock_bed_event_where(&bed, EV_TLS_CLOSE_NOTIFY, "dir", "tx") != NULL);
    CHECK_STR_EQ(event_get_text(mock_bed_event(&bed, EV_NET_CLOSE, 0), "how"), "fin");
    CHECK_UINT_EQ(mock_total_connections(bed.mock), 1);
    CHECK_UINT_EQ(mock_open_connections(bed.mock), 0);
    mock_bed_close(&bed);
}

static void mosquitto_refuses_bad_certificates(void)
{
    static const struct {
        const char *json;
        const char *alert;
    } rows[] = {
        {"{\"certs\":{\"leaf\":{" GOOD ",\"not_after\":\"-1d\",\"not_before\":\"-9d\"}}}",
         "certificate_expired"},
        {"{\"certs\":{\"leaf\":{" GOOD ",\"issuer\":\"self\"}}}", "unknown_ca"},
        {"{\"certs\":{\"leaf\":{" GOOD ",\"flip_signature_bit\":7}}}", "decrypt_error"},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct mock_bed bed;
        const struct event *alert = NULL;

        REQUIRE(mock_bed_open(&bed));
        mock_bed_use_real_time(&bed);
        if (!test_check(mock_bed_start(&bed, rows[i].json), __FILE__, __LINE__, "%s: %s",
                        rows[i].json, bed.err.text)) {
            mock_bed_close(&bed);
            continue;
        }
        CHECK(!publish(&bed, bed.root_file));
        CHECK(mock_bed_event(&bed, EV_MQTT_CONNECT, 0) == NULL);
        alert = mock_bed_event_where(&bed, EV_TLS_ALERT, "dir", "rx");
        REQUIRE(alert != NULL);
        CHECK_STR_EQ(event_get_text(alert, "name"), rows[i].alert);
        mock_bed_close(&bed);
    }
}

static void mosquitto_publishes_without_tls_where_the_service_has_none(void)
{
    struct mock_bed bed;

    REQUIRE(mock_bed_open(&bed));
    REQUIRE(mock_bed_start(&bed, "{\"service\":\"mqtt\"}"));
    CHECK(publish(&bed, NULL));
    CHECK(mock_bed_event(&bed, EV_MQTT_PUBLISH, 0) != NULL);
    CHECK_STR_EQ(event_get_text(mock_bed_event(&bed, EV_NET_LISTEN, 0), "service"), "mqtt");
    CHECK(mock_bed_event(&bed, EV_TLS_CLIENT_HELLO, 0) == NULL);
    mock_bed_close(&bed);
}

static void mosquitto_is_refused_by_the_code_of_the_description(void)
{
    struct mock_bed bed;
    const struct event *notify = NULL;

    REQUIRE(mock_bed_open(&bed));
    mock_bed_use_real_time(&bed);
    REQUIRE(
        mock_bed_start(&bed, "{\"certs\":{\"leaf\":{" GOOD "}},\"mqtt\":{\"connack_code\":5}}"));
    CHECK(!publish(&bed, bed.root_file));
    CHECK_STR_CONTAINS(bed.output, "not authorised");
    /* The broker ends it: close_notify first, then FIN. */
    notify = mock_bed_event_where(&bed, EV_TLS_CLOSE_NOTIFY, "dir", "tx");
    REQUIRE(notify != NULL);
    CHECK_STR_EQ(event_get_text(mock_bed_event(&bed, EV_NET_END, 0), "dir"), "tx");
    CHECK(notify->t_ns <= mock_bed_event(&bed, EV_NET_END, 0)->t_ns);
    CHECK_STR_EQ(event_get_text(mock_bed_event(&bed, EV_NET_CLOSE, 0), "by"), "bench");
    CHECK(mock_bed_event(&bed, EV_MQTT_PUBLISH, 0) == NULL);
    mock_bed_close(&bed);
}

static void the_rules_of_net_reach_the_client(void)
{
    struct mock_bed bed;

    REQUIRE(mock_bed_open(&bed));
    REQUIRE(mock_bed_start(&bed, "{\"net\":{\"reset_after_tx\":100}}"));
    CHECK(!publish(&bed, bed.root_file));
    CHECK_STR_EQ(event_get_text(mock_bed_event(&bed, EV_NET_RULE, 0), "rule"), "reset_after_tx");
    CHECK_INT_EQ(event_get_int(mock_bed_event(&bed, EV_NET_CLOSE, 0), "tx_bytes", 0), 100);
    CHECK(mock_bed_event(&bed, EV_TLS_CLIENT_HELLO, 0) != NULL);
    mock_bed_close(&bed);
}

static void a_handshake_in_segments_of_one_byte_succeeds(void)
{
    struct mock_bed bed;

    REQUIRE(mock_bed_open(&bed));
    mock_bed_use_real_time(&bed);
    REQUIRE(mock_bed_start(&bed, "{\"certs\":{\"leaf\":{" GOOD "}},\"net\":{\"chunk_tx\":1}}"));
    CHECK(publish(&bed, bed.root_file));
    CHECK(mock_bed_count(&bed, EV_NET_DATA) > 500);
    mock_bed_close(&bed);
}

/* Verifies name and date at the scenario's time, not the machine's. */
static void s_client(struct mock_bed *bed, const char *version)
{
    char target[32];
    char at_time[24];
    const char *argv[] = {"openssl",
                          "s_client",
                          "-connect",
                          target,
                          "-servername",
                          "broker.bench.test",
                          "-verify_hostname",
                          "broker.bench.test",
                          "-verify_return_error",
                          "-CAfile",
                          bed->root_file,
                          "-attime",
                          at_time,
                          version,
                          NULL};

    snprintf(target, sizeof(target), "127.0.0.1:%s", bed->port);
    snprintf(at_time, sizeof(at_time), "%d", MOCK_BED_TIME_S);
    if (!mock_bed_run(bed, argv))
        test_skip("openssl is not installed");
}

static void s_client_verifies_the_chain_at_the_scenarios_time(void)
{
    static const char *const versions[] = {"-tls1_2", "-tls1_3"};

    for (size_t i = 0; i < 2; i++) {
        struct mock_bed bed;

        REQUIRE(mock_bed_open(&bed));
        REQUIRE(mock_bed_start(&bed, "{}"));
        s_client(&bed, versions[i]);
        CHECK_INT_EQ(bed.exit_code, 0);
        CHECK_STR_CONTAINS(bed.output, "Verification: OK");
        CHECK(mock_bed_event_where(&bed, EV_TLS_CLOSE_NOTIFY, "dir", "rx") != NULL);
        CHECK_STR_EQ(event_get_text(mock_bed_event(&bed, EV_NET_CLOSE, 0), "how"), "fin");
        CHECK(mock_bed_event(&bed, EV_MQTT_PACKET, 0) == NULL);
        mock_bed_close(&bed);
    }
}

static void s_client_refuses_another_name(void)
{
    struct mock_bed bed;

    REQUIRE(mock_bed_open(&bed));
    REQUIRE(mock_bed_start(&bed, "{\"certs\":{\"leaf\":{\"san\":[\"dns:other.test\"]}}}"));
    s_client(&bed, "-tls1_3");
    CHECK(bed.exit_code != 0);
    CHECK_STR_CONTAINS(bed.output, "mismatch");
    CHECK(mock_bed_event_where(&bed, EV_TLS_ALERT, "dir", "rx") != NULL);
    mock_bed_close(&bed);
}

static void curl(struct mock_bed *bed)
{
    char resolve[64];
    char url[64];
    const char *argv[] = {"curl",      "-sS",   "--cacert", bed->root_file,
                          "--resolve", resolve, url,        NULL};

    snprintf(resolve, sizeof(resolve), "broker.bench.test:%s:127.0.0.1", bed->port);
    snprintf(url, sizeof(url), "https://broker.bench.test:%s/", bed->port);
    if (!mock_bed_run(bed, argv))
        test_skip("curl is not installed");
}

static void a_client_that_speaks_http_violates_mqtt(void)
{
    struct mock_bed bed;

    REQUIRE(mock_bed_open(&bed));
    mock_bed_use_real_time(&bed);
    REQUIRE(mock_bed_start(&bed, "{}"));
    curl(&bed);
    CHECK(bed.exit_code != 0 && bed.exit_code != 60);
    CHECK(mock_bed_event(&bed, EV_TLS_ESTABLISHED, 0) != NULL);
    CHECK(mock_bed_event(&bed, EV_MQTT_VIOLATION, 0) != NULL);
    mock_bed_close(&bed);
}

static void curl_refuses_an_expired_certificate(void)
{
    struct mock_bed bed;

    REQUIRE(mock_bed_open(&bed));
    REQUIRE(mock_bed_start(&bed, "{}")); /* good in 2030 only */
    curl(&bed);
    CHECK_INT_EQ(bed.exit_code, 60);
    CHECK(mock_bed_event(&bed, EV_MQTT_PACKET, 0) == NULL);
    mock_bed_close(&bed);
}

static bool is_closed(void *ctx)
{
    return mock_bed_event(ctx, EV_NET_CLOSE, 0) != NULL;
}

static void a_silent_client_is_closed_after_one_and_a_half_keep_alives(void)
{
    static const uint8_t connect_packet[] = {0x10, 13, 0, 4, 'M', 'Q', 'T', 'T',
                                             4,    2,  0, 1, 0,   1,   'a'};
    struct mock_bed bed;
    int fd = -1;
    uint64_t begin = 0;

    REQUIRE(mock_bed_open(&bed));
    REQUIRE(mock_bed_start(&bed, "{\"service\":\"mqtt\",\"net\":{\"linger_ms\":1}}"));
    fd = mock_bed_connect(&bed);
    REQUIRE(send(fd, connect_packet, sizeof(connect_packet), MSG_NOSIGNAL) > 0);
    CHECK(mock_bed_wait(&bed, is_closed, &bed));
    begin = mock_bed_event(&bed, EV_MQTT_CONNECT, 0)->t_ns;
    CHECK(mock_bed_event(&bed, EV_NET_CLOSE, 0)->t_ns - begin >= 1450000000);
    CHECK_STR_EQ(event_get_text(mock_bed_event(&bed, EV_NET_CLOSE, 0), "by"), "bench");
    CHECK_STR_EQ(event_get_text(mock_bed_event(&bed, EV_NET_CLOSE, 0), "how"), "timeout");
    CHECK(!event_get_bool(mock_bed_event(&bed, EV_MQTT_CLOSED, 0), "clean"));
    close(fd);
    mock_bed_close(&bed);
}

static void listens_on_ipv6_too(void)
{
    struct mock_bed bed;

    REQUIRE(mock_bed_open(&bed));
    bed.options.address = "::1";
    if (!mock_bed_start(&bed, "{}")) {
        CHECK_INT_EQ(bed.err.status, ASSAY_ERR_IO);
        mock_bed_close(&bed);
        test_skip("no IPv6 here");
    }
    CHECK(mock_port(bed.mock) > 0);
    mock_bed_close(&bed);
}

static int ask(struct mock_bed *bed, unsigned port, const void *query, size_t len)
{
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_port = htons((uint16_t)port),
                                  .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

    (void)bed;
    CHECK(fd >= 0 && connect(fd, (struct sockaddr *)&address, sizeof(address)) == 0);
    CHECK(send(fd, query, len, 0) == (ssize_t)len);
    return fd;
}

static bool is_answered(void *ctx)
{
    return mock_bed_event_where(ctx, EV_NET_DATAGRAM, "dir", "tx") != NULL;
}

static void dns_tells_the_address_of_the_bench_after_its_delay(void)
{
    static const uint8_t query[] = "\x12\x34\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00"
                                   "\x06"
                                   "broker"
                                   "\x05"
                                   "bench"
                                   "\x04"
                                   "test"
                                   "\x00\x00\x01\x00\x01";
    struct mock_bed bed;
    uint8_t answer[512];
    ssize_t len = 0;
    int fd = -1;

    REQUIRE(mock_bed_open(&bed));
    bed.options.dns = true;
    bed.options.told_address = "192.0.2.9";
    REQUIRE(mock_bed_start(&bed, "{\"dns\":{\"delay_ms\":40}}"));
    REQUIRE(mock_dns_port(bed.mock) > 0 && mock_sntp_port(bed.mock) == 0);
    fd = ask(&bed, mock_dns_port(bed.mock), query, sizeof(query) - 1);
    CHECK(mock_bed_wait(&bed, is_answered, &bed));
    len = recv(fd, answer, sizeof(answer), 0);
    REQUIRE(len > 4);
    CHECK_STR_EQ(event_get_text(mock_bed_event(&bed, EV_DNS_QUERY, 0), "name"),
                 "broker.bench.test");
    CHECK_STR_EQ(event_get_text(mock_bed_event(&bed, EV_DNS_ANSWER, 0), "address"), "192.0.2.9");
    CHECK_MEM_EQ(answer + len - 4, "\xc0\x00\x02\x09", 4);
    CHECK(mock_bed_event_where(&bed, EV_NET_DATAGRAM, "dir", "tx")->t_ns -
              mock_bed_event(&bed, EV_DNS_QUERY, 0)->t_ns >=
          39000000);
    close(fd);
    mock_bed_close(&bed);
}

static void sntp_tells_the_scenarios_time_also_after_a_jump(void)
{
    struct mock_bed bed;
    uint8_t packet[48] = {0x23};
    uint32_t seconds = 0;
    int fd = -1;

    REQUIRE(mock_bed_open(&bed));
    bed.options.sntp = true;
    REQUIRE(mock_bed_start(&bed, "{}"));
    scenario_clock_jump(&bed.clock, 1000000);
    fd = ask(&bed, mock_sntp_port(bed.mock), packet, sizeof(packet));
    CHECK(mock_bed_wait(&bed, is_answered, &bed));
    REQUIRE(recv(fd, packet, sizeof(packet), 0) == sizeof(packet));
    memcpy(&seconds, packet + 40, 4);
    seconds = ntohl(seconds) - 2208988800U; /* NTP counts from 1900 */
    CHECK(seconds >= MOCK_BED_TIME_S + 1000 && seconds < MOCK_BED_TIME_S + 1010);
    close(fd);
    mock_bed_close(&bed);
}

static void a_wrong_description_starts_nothing_and_says_where(void)
{
    static const struct {
        const char *json;
        enum assay_status status;
        const char *text;
    } rows[] = {
        {"{\"tsl\":{}}", ASSAY_ERR_MALFORMED, "tsl: no such key"},
        {"{\"tls\":{\"version\":1}}", ASSAY_ERR_MALFORMED, "tls.version"},
        {"{\"tls\":{\"ciphers\":\"NO-SUCH\"}}", ASSAY_ERR_UNSUPPORTED, "NO-SUCH"},
        {"{\"mqtt\":{\"x\":1}}", ASSAY_ERR_MALFORMED, "mqtt.x"},
        {"{\"net\":{\"x\":1}}", ASSAY_ERR_MALFORMED, "net.x"},
        {"{\"http\":{\"x\":1}}", ASSAY_ERR_MALFORMED, "http.x"},
        {"{\"wwep\":{\"x\":1}}", ASSAY_ERR_MALFORMED, "wwep.x"},
        {"{\"dns\":{\"x\":1}}", ASSAY_ERR_MALFORMED, "dns.x"},
        {"{\"sntp\":{\"x\":1}}", ASSAY_ERR_MALFORMED, "sntp.x"},
        {"{\"certs\":{\"leaf\":{\"x\":1}}}", ASSAY_ERR_MALFORMED, "certs.leaf.x"},
        {"{\"chain\":[\"nobody\"]}", ASSAY_ERR_MALFORMED, "nobody"},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct mock_bed bed;

        REQUIRE(mock_bed_open(&bed));
        CHECK(!mock_bed_start(&bed, rows[i].json));
        CHECK_INT_EQ(bed.err.status, rows[i].status);
        CHECK_STR_CONTAINS(bed.err.text, rows[i].text);
        CHECK(bed.mock == NULL);
        CHECK_UINT_EQ(transcript_count(bed.transcript), 0);
        mock_bed_close(&bed);
    }
}

static void a_port_that_is_taken_is_an_error_that_says_so(void)
{
    struct mock_bed bed;
    struct mock *first = NULL;

    REQUIRE(mock_bed_open(&bed));
    REQUIRE(mock_bed_start(&bed, "{}"));
    first = bed.mock;
    bed.mock = NULL;
    bed.options.port = mock_port(first);
    CHECK(!mock_bed_start(&bed, "{}"));
    CHECK_INT_EQ(bed.err.status, ASSAY_ERR_IO);
    CHECK_STR_CONTAINS(bed.err.text, "another program holds the port");
    mock_stop(first);
    CHECK(mock_bed_start(&bed, "{}")); /* and now it is free */
    mock_bed_close(&bed);
}

TEST_SUITE(mock, TEST(mosquitto_publishes_to_a_good_broker),
           TEST(packets_have_the_time_of_the_bytes_that_brought_them),
           TEST(mosquitto_refuses_bad_certificates),
           TEST(mosquitto_publishes_without_tls_where_the_service_has_none),
           TEST(mosquitto_is_refused_by_the_code_of_the_description),
           TEST(the_rules_of_net_reach_the_client),
           TEST(a_handshake_in_segments_of_one_byte_succeeds),
           TEST(s_client_verifies_the_chain_at_the_scenarios_time),
           TEST(s_client_refuses_another_name), TEST(a_client_that_speaks_http_violates_mqtt),
           TEST(curl_refuses_an_expired_certificate),
           TEST(a_silent_client_is_closed_after_one_and_a_half_keep_alives),
           TEST(listens_on_ipv6_too), TEST(dns_tells_the_address_of_the_bench_after_its_delay),
           TEST(sntp_tells_the_scenarios_time_also_after_a_jump),
           TEST(a_wrong_description_starts_nothing_and_says_where),
           TEST(a_port_that_is_taken_is_an_error_that_says_so));
