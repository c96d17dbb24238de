/* SPDX-License-Identifier: Apache-2.0 */
/* HTTP and WWEP as real clients meet them: curl, Python's ssl, plain sockets. */
#include "mock_bed.h"

#include "test_support.h"

#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

/* curl at the scenario's host; what is not for it stays out of it. options ends with NULL. */
static void curl(struct mock_bed *bed, const char *scheme, const char *const *options)
{
    char url[64];
    char resolve[64];
    const char *argv[TOOL_ARGS] = {"curl",     "-q",           "-sS",       "--noproxy", "*", "-i",
                                   "--cacert", bed->root_file, "--resolve", resolve,     url};
    size_t n = 11;

    snprintf(url, sizeof(url), "%s://broker.bench.test:%s/x?y=1", scheme, bed->port);
    snprintf(resolve, sizeof(resolve), "broker.bench.test:%s:127.0.0.1", bed->port);
    while (*options != NULL && n < TOOL_ARGS - 1)
        argv[n++] = *options++;
    if (!mock_bed_run(bed, argv))
        test_skip("curl is not installed");
}

#define NO_OPTIONS                                                                                 \
    (const char *const[])                                                                          \
    {                                                                                              \
        NULL                                                                                       \
    }

static bool open_bed(struct mock_bed *bed, const char *json)
{
    if (!mock_bed_open(bed))
        return false;
    mock_bed_use_real_time(bed);
    return test_check(mock_bed_start(bed, json), __FILE__, __LINE__, "%s: %s", json, bed->err.text);
}

static void curl_gets_its_answer_over_every_version_of_tls(void)
{
    static const struct {
        const char *json, *version;
    } rows[] = {
        {"{\"service\":\"https\",\"tls\":{\"versions\":[\"1.2\"]}}", "TLS 1.2"},
        {"{\"service\":\"https\"}", "TLS 1.3"},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct mock_bed bed;
        const struct event *e = NULL;

        REQUIRE(open_bed(&bed, rows[i].json));
        curl(&bed, "https", (const char *const[]){"-u", "user:secret", "-A", "board/1", NULL});
        CHECK_INT_EQ(bed.exit_code, 0);
        CHECK_STR_CONTAINS(bed.output, "HTTP/1.1 200 OK\r\n");
        CHECK_STR_CONTAINS(bed.output, "\r\n\r\nHello, board\n");
        e = mock_bed_event(&bed, EV_HTTP_REQUEST, 0);
        REQUIRE(e != NULL);
        CHECK_STR_EQ(event_get_text(e, "target"), "/x?y=1");
        CHECK_STR_EQ(event_get_text(e, "user_agent"), "board/1");
        CHECK(event_get_bool(e, "authorization"));
        CHECK(mock_bed_event(&bed, EV_HTTP_VIOLATION, 0) == NULL);
        e = mock_bed_event(&bed, EV_TLS_ESTABLISHED, 0);
        CHECK_STR_EQ(event_get_text(e, "version"), rows[i].version);
        CHECK_STR_EQ(event_get_text(mock_bed_event(&bed, EV_NET_LISTEN, 0), "service"), "https");
        CHECK_STR_EQ(event_get_text(mock_bed_event(&bed, EV_NET_CLOSE, 0), "how"), "fin");
        mock_bed_close(&bed);
    }
}

static void curl_without_tls_and_with_every_framing(void)
{
    static const struct {
        const char *json;
        int exit_code;
    } rows[] = {
        {"{\"service\":\"http\",\"http\":{\"framing\":\"chunked\",\"chunk\":3}}", 0},
        {"{\"service\":\"http\",\"http\":{\"framing\":\"close\"}}", 0},
        {"{\"service\":\"http\",\"net\":{\"chunk_tx\":1}}", 0},
        {"{\"service\":\"http\",\"http\":{\"truncate_after\":5}}", 18}, /* a part of the file */
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct mock_bed bed;

        REQUIRE(open_bed(&bed, rows[i].json));
        curl(&bed, "http", NO_OPTIONS);
        CHECK_INT_EQ(bed.exit_code, rows[i].exit_code);
        CHECK_STR_CONTAINS(bed.output, rows[i].exit_code == 0 ? "Hello, board\n" : "\r\n\r\nHello");
        CHECK(mock_bed_event(&bed, EV_TLS_CLIENT_HELLO, 0) == NULL);
        mock_bed_close(&bed);
    }
}

static void curl_sends_nothing_to_a_server_that_it_refuses(void)
{
    struct mock_bed bed;

    REQUIRE(open_bed(&bed, "{\"service\":\"https\",\"certs\":{\"leaf\":{\"not_before\":\"-9d\","
                           "\"not_after\":\"-1d\"}}}"));
    curl(&bed, "https", NO_OPTIONS);
    CHECK_INT_EQ(bed.exit_code, 60);
    CHECK(mock_bed_event(&bed, EV_HTTP_REQUEST, 0) == NULL);
    CHECK_STR_EQ(event_get_text(mock_bed_event_where(&bed, EV_TLS_ALERT, "dir", "rx"), "name"),
                 "certificate_expired");
    mock_bed_close(&bed);
}

/* More than a net queues for a connection that is read slowly. */
static void a_long_answer_arrives_whole(void)
{
    static const struct {
        const char *json, *scheme;
    } rows[] = {
        {"{\"service\":\"http\",\"http\":{\"body_bytes\":8000000},"
         "\"net\":{\"chunk_tx\":65536,\"chunk_delay_ms\":1}}",
         "http"},
        {"{\"service\":\"https\",\"http\":{\"body_bytes\":8000000}}", "https"},
        {"{\"service\":\"https\",\"http\":{\"body_bytes\":8000000,\"framing\":\"close\"}}",
         "https"},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct mock_bed bed;

        REQUIRE(open_bed(&bed, rows[i].json));
        curl(&bed, rows[i].scheme,
             (const char *const[]){"-o", "/dev/null", "-w", "%{size_download}", NULL});
        CHECK_INT_EQ(bed.exit_code, 0);
        CHECK_STR_EQ(bed.output, "8000000");
        CHECK(mock_bed_event(&bed, EV_SERVICE_ERROR, 0) == NULL);
        mock_bed_close(&bed);
    }
}

static void a_redirect_names_another_place_and_date_is_the_scenarios(void)
{
    struct mock_bed bed;

    REQUIRE(mock_bed_open(&bed)); /* at the scenario's time */
    REQUIRE(mock_bed_start(&bed, "{\"service\":\"https\",\"http\":{\"status\":302,\"location\":"
                                 "\"https://other.bench.test/y\"}}"));
    curl(&bed, "https", (const char *const[]){"-k", NULL});
    CHECK_INT_EQ(bed.exit_code, 0);
    CHECK_STR_CONTAINS(bed.output, "HTTP/1.1 302 ");
    CHECK_STR_CONTAINS(bed.output, "\r\nLocation: https://other.bench.test/y\r\n");
    CHECK_STR_CONTAINS(bed.output, "\r\nDate: Sat, 01 Jun 2030 00:00:");
    mock_bed_close(&bed);
}

static void a_server_that_withholds_lets_the_client_wait(void)
{
    struct mock_bed bed;

    REQUIRE(open_bed(&bed, "{\"service\":\"https\",\"http\":{\"withhold\":true}}"));
    curl(&bed, "https", (const char *const[]){"--max-time", "2", NULL});
    CHECK_INT_EQ(bed.exit_code, 28);
    CHECK(mock_bed_event(&bed, EV_HTTP_REQUEST, 0) != NULL);
    CHECK(mock_bed_event(&bed, EV_HTTP_RESPONSE, 0) == NULL);
    mock_bed_close(&bed);
}

struct closing {
    const struct mock_bed *bed;
    size_t wanted;
};

static bool is_closed(void *ctx)
{
    const struct closing *c = ctx;

    return mock_bed_count(c->bed, EV_NET_CLOSE) >= c->wanted;
}

/* One plain connection: send, perhaps end, and read all that is answered. */
static void talk(struct mock_bed *bed, const char *request, bool end, char answer[512])
{
    struct closing closing = {.bed = bed, .wanted = mock_bed_count(bed, EV_NET_CLOSE) + 1};
    int fd = mock_bed_connect(bed);
    ssize_t got = 0;
    size_t len = 0;

    CHECK(fd >= 0 && send(fd, request, strlen(request), MSG_NOSIGNAL) >= 0);
    if (end)
        shutdown(fd, SHUT_WR);
    /* The bench ends it and waits for our FIN for a second. */
    CHECK(mock_bed_wait(bed, is_closed, &closing));
    while ((got = recv(fd, answer + len, 511 - len, MSG_DONTWAIT)) > 0)
        len += (size_t)got;
    answer[len] = '\0';
    close(fd);
}

static void a_host_without_the_port_is_a_broken_rule(void)
{
    struct mock_bed bed;
    char answer[512];

    REQUIRE(open_bed(&bed, "{\"service\":\"http\"}"));
    talk(&bed, "GET / HTTP/1.1\r\nHost: broker.bench.test\r\n\r\n", true, answer);
    CHECK_STR_CONTAINS(answer, "HTTP/1.1 200 OK\r\n");
    CHECK(mock_bed_event(&bed, EV_HTTP_VIOLATION, 0) != NULL);
    mock_bed_close(&bed);
}

static void registers_last_from_one_connection_to_the_next(void)
{
    struct mock_bed bed;
    char answer[512];

    REQUIRE(open_bed(&bed, "{\"service\":\"wwep\",\"net\":{\"linger_ms\":20}}"));
    talk(&bed, "W0FAC0B1234", false, answer);
    CHECK_STR_EQ(answer, "A0FAC0B1234");
    CHECK_STR_EQ(event_get_text(mock_bed_event(&bed, EV_NET_END, 0), "dir"), "tx");
    CHECK_STR_EQ(event_get_text(mock_bed_event(&bed, EV_NET_CLOSE, 0), "by"), "bench");
    talk(&bed, "R0FAC0B\n", false, answer);
    CHECK_STR_EQ(answer, "A0FAC0B1234");
    talk(&bed, "R0FAC", true, answer); /* its FIN says that this was all */
    CHECK_STR_EQ(answer, "X illegal command");
    mock_bed_close(&bed);
}

static void a_slow_writer_is_answered_when_its_time_is_over(void)
{
    struct mock_bed bed;
    char answer[512];
    uint64_t waited_ns = 0;

    REQUIRE(open_bed(&bed, "{\"service\":\"wwep\",\"net\":{\"linger_ms\":20}}"));
    talk(&bed, "W0FAC0B1", false, answer);
    CHECK_STR_EQ(answer, "X illegal message length");
    REQUIRE(mock_bed_event(&bed, EV_WWEP_RESPONSE, 0) != NULL);
    waited_ns = mock_bed_event(&bed, EV_WWEP_RESPONSE, 0)->t_ns -
                mock_bed_event(&bed, EV_NET_OPEN, 0)->t_ns;
    CHECK(waited_ns >= 95000000);
    CHECK_STR_EQ(event_get_text(mock_bed_event(&bed, EV_NET_CLOSE, 0), "how"), "timeout");
    talk(&bed, "", false, answer); /* a silent one, too */
    CHECK_STR_EQ(answer, "X illegal message length");
    mock_bed_close(&bed);
}

/* One request a connection, as the reference client makes it; the server ends it, also the TCP. */
static const char wwep_client[] =
    "import socket, ssl, sys\n"
    "port, root, requests = int(sys.argv[1]), sys.argv[2], sys.argv[3:]\n"
    "context = ssl.create_default_context(cafile=root)\n"
    "for request in requests:\n"
    "    plain = socket.create_connection(('127.0.0.1', port), 5)\n"
    "    with context.wrap_socket(plain, server_hostname='broker.bench.test') as secure:\n"
    "        secure.sendall(request.encode())\n"
    "        print(secure.recv(64).decode(), secure.recv(64))\n"
    "        plain = socket.socket(fileno=secure.detach())\n"
    "        plain.settimeout(5)\n"
    "        assert plain.recv(1) == b''\n";

static void registers_are_served_over_tls(void)
{
    struct mock_bed bed;
    const char *argv[] = {"python3",     "-c",      wwep_client,   bed.port, bed.root_file,
                          "W0FAC050001", "R0fac05", "R0FAC06\n\n", NULL};

    REQUIRE(open_bed(&bed, "{\"service\":\"wwep-tls\"}"));
    REQUIRE(mock_bed_run(&bed, argv));
    CHECK_INT_EQ(bed.exit_code, 0);
    CHECK_STR_EQ(bed.output, "A0FAC050001 b''\nA0FAC050001 b''\nX illegal command b''\n");
    CHECK_UINT_EQ(mock_bed_count(&bed, EV_TLS_ESTABLISHED), 3);
    CHECK_UINT_EQ(mock_bed_count(&bed, EV_WWEP_REQUEST), 3);
    CHECK(mock_bed_event_where(&bed, EV_TLS_CLOSE_NOTIFY, "dir", "tx") != NULL);
    CHECK_STR_EQ(event_get_text(mock_bed_event(&bed, EV_NET_CLOSE, 0), "by"), "bench");
    CHECK_STR_EQ(event_get_text(mock_bed_event(&bed, EV_NET_CLOSE, 0), "how"), "fin");
    mock_bed_close(&bed);
}

/* Without TLS WWEP is what telnet says, and curl is a telnet; it is slow to begin. */
static void curl_writes_and_reads_registers(void)
{
    static const struct curl_row {
        const char *request, *answer;
    } rows[] = {{"W0FAC051234", "A0FAC051234"},
                {"R0fac05", "A0FAC051234"},
                {"R0FAC06", "X Not Found"},
                {"W0FAC0512345678", "X illegal message length"}};
    struct mock_bed bed;

    REQUIRE(open_bed(&bed, "{\"service\":\"wwep\",\"wwep\":{\"wait_ms\":5000}}"));
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const char *argv[] = {
            "sh", "-c",     "printf %s \"$2\" | curl -q -sS -N \"telnet://127.0.0.1:$1\"",
            "sh", bed.port, rows[i].request,
            NULL};

        REQUIRE(mock_bed_run(&bed, argv));
        CHECK_STR_EQ(bed.output, rows[i].answer);
    }
    mock_bed_close(&bed);
}

/*
 * Over TLS it is gopher (RFC 1436) to curl, whose selector is the request. CR LF follows it, so
 * that no request of curl is as short as it has to be; it is told so inside of TLS.
 */
static void curl_is_told_over_tls_that_its_request_is_too_long(void)
{
    struct mock_bed bed;
    char url[64];
    char place[64];
    const char *argv[] = {"curl",     "-q",          "-sS", "--resolve", place,
                          "--cacert", bed.root_file, url,   NULL};

    REQUIRE(open_bed(&bed, "{\"service\":\"wwep-tls\"}"));
    snprintf(place, sizeof(place), "broker.bench.test:%s:127.0.0.1", bed.port);
    snprintf(url, sizeof(url), "gophers://broker.bench.test:%s/1W0FAC0512345678", bed.port);
    REQUIRE(mock_bed_run(&bed, argv));
    CHECK_STR_EQ(bed.output, "X illegal message length");
    CHECK_UINT_EQ(mock_bed_count(&bed, EV_TLS_ESTABLISHED), 1);
    mock_bed_close(&bed);
}

/* The time of a request begins with the handshake's end; a handshake may take longer. */
static void the_time_of_a_handshake_does_not_count(void)
{
    struct mock_bed bed;
    const char *argv[] = {"python3",     "-c",          wwep_client, bed.port,
                          bed.root_file, "W0FAC050001", NULL};

    REQUIRE(open_bed(&bed, "{\"service\":\"wwep-tls\",\"net\":{\"delay_tx_ms\":150}}"));
    REQUIRE(mock_bed_run(&bed, argv));
    CHECK_STR_EQ(bed.output, "A0FAC050001 b''\n");
    CHECK_STR_EQ(event_get_text(mock_bed_event(&bed, EV_NET_CLOSE, 0), "how"), "fin");
    mock_bed_close(&bed);
}

/* Waiting for an answer is the board's matter: it is the one that gives up. */
static void a_server_without_answers_does_not_end_the_connection(void)
{
    static const char client[] =
        "import socket, sys\n"
        "s = socket.create_connection(('127.0.0.1', int(sys.argv[1])), 5)\n"
        "s.sendall(b'R0FAC05')\n"
        "s.settimeout(0.4)\n"
        "try:\n"
        "    print(s.recv(64))\n"
        "except TimeoutError:\n"
        "    print('nothing')\n";
    struct mock_bed bed;
    const char *argv[] = {"python3", "-c", client, bed.port, NULL};

    REQUIRE(open_bed(&bed, "{\"service\":\"wwep\",\"wwep\":{\"withhold\":true}}"));
    REQUIRE(mock_bed_run(&bed, argv));
    CHECK_STR_EQ(bed.output, "nothing\n");
    CHECK_STR_EQ(event_get_text(mock_bed_event(&bed, EV_NET_CLOSE, 0), "by"), "board");
    CHECK_STR_EQ(event_get_text(mock_bed_event(&bed, EV_NET_CLOSE, 0), "how"), "fin");
    mock_bed_close(&bed);
}

TEST_SUITE(requests, TEST(curl_gets_its_answer_over_every_version_of_tls),
           TEST(curl_without_tls_and_with_every_framing),
           TEST(curl_sends_nothing_to_a_server_that_it_refuses), TEST(a_long_answer_arrives_whole),
           TEST(a_redirect_names_another_place_and_date_is_the_scenarios),
           TEST(a_server_that_withholds_lets_the_client_wait),
           TEST(a_host_without_the_port_is_a_broken_rule),
           TEST(registers_last_from_one_connection_to_the_next),
           TEST(a_slow_writer_is_answered_when_its_time_is_over),
           TEST(registers_are_served_over_tls), TEST(curl_writes_and_reads_registers),
           TEST(curl_is_told_over_tls_that_its_request_is_too_long),
           TEST(the_time_of_a_handshake_does_not_count),
           TEST(a_server_without_answers_does_not_end_the_connection));
