/* SPDX-License-Identifier: Apache-2.0 */
/* The board files of boards/local, with the real programs against real servers. */
#include "board_bench.h"
#include "broker.h"

#include "base/event_kinds.h"
#include "test_support.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

enum { YEAR_S = 365 * 86400 };

/* What the next board is told. */
static void aim(struct board_bench *b, const struct broker *broker, enum broker_listener listener)
{
    b->request.root_der = broker->root_der;
    b->request.root_len = broker->root_len;
    b->request.port = (unsigned)strtoul(broker->ports[listener], NULL, 10);
    b->request.unix_s = time(NULL); /* the certificates of these servers are from today */
}

/* One attempt of a board at a listener. @return its exit code; -1: it gave no result */
static int attempt_at(const char *board, const struct broker *broker, enum broker_listener listener,
                      int64_t clock_offset_s)
{
    struct board_bench b;
    int code = -1;

    if (bench_open_id(&b, board, NULL)) {
        aim(&b, broker, listener);
        b.request.unix_s += clock_offset_s;
        if (bench_attempt(&b)) {
            CHECK_INT_EQ(b.outcome.cause, CAUSE_NONE);
            if (b.outcome.has_result)
                code = (int)event_get_int(bench_event(&b, EV_BOARD_RESULT, 0), "code", -1);
            CHECK(!bench_transcript_holds(&b, "s3cr3t-pass"));
        }
    }
    bench_done(&b);
    return code;
}

static void mosquitto_pub_publishes_to_the_broker_that_it_may_trust(void)
{
    struct broker broker;
    struct subscriber subscriber;

    REQUIRE(broker_start(&broker));
    REQUIRE(subscriber_start(&subscriber, &broker, "bench/topic"));
    CHECK_INT_EQ(attempt_at("local/mosquitto-pub", &broker, BROKER_GOOD, 0), 0);
    CHECK(subscriber_expect(&subscriber, "bench/topic hello world"));
    subscriber_stop(&subscriber);
    broker_stop(&broker);
}

struct verdict_row {
    const char *board;
    enum broker_listener listener;
    int64_t clock_offset_s;
    bool goes_on; /* past the certificate */
};

/* All clients but curl exit with 0 exactly when the handshake was fine. */
static const struct verdict_row verdicts[] = {
    {"local/mosquitto-pub", BROKER_EXPIRED, 0, false},
    {"local/mosquitto-pub", BROKER_FUTURE, 0, false},
    {"local/mosquitto-pub", BROKER_MISNAMED, 0, false},
    {"local/mosquitto-pub", BROKER_UNKNOWN, 0, false},
    {"local/mosquitto-pub", BROKER_MUTUAL, 0, false},
    {"local/mosquitto-pub", BROKER_NEW, 0, true},
    {"local/mosquitto-pub", BROKER_GOOD, YEAR_S, false}, /* expired by then, on its clock */
    {"local/mosquitto-pub", BROKER_GOOD, -YEAR_S, false},
    {"local/mosquitto-pub-insecure", BROKER_MISNAMED, 0, true},
    {"local/mosquitto-pub-insecure", BROKER_EXPIRED, 0, false},
    {"local/openssl-s_client", BROKER_GOOD, 0, true},
    {"local/openssl-s_client", BROKER_EXPIRED, 0, false},
    {"local/openssl-s_client", BROKER_MISNAMED, 0, false},
    {"local/openssl-s_client", BROKER_UNKNOWN, 0, false},
    {"local/openssl-s_client", BROKER_GOOD, YEAR_S, false},
    {"local/openssl-s_client-insecure", BROKER_EXPIRED, 0, true},
    {"local/openssl-s_client-insecure", BROKER_MISNAMED, 0, true},
    {"local/gnutls-cli", BROKER_GOOD, 0, true},
    {"local/gnutls-cli", BROKER_EXPIRED, 0, false},
    {"local/gnutls-cli", BROKER_MISNAMED, 0, false},
    {"local/gnutls-cli", BROKER_UNKNOWN, 0, false},
    {"local/gnutls-cli", BROKER_GOOD, YEAR_S, false},
};

static void each_client_judges_servers_as_its_file_says(void)
{
    struct broker broker;

    REQUIRE(broker_start(&broker));
    for (size_t i = 0; i < sizeof(verdicts) / sizeof(*verdicts); i++) {
        const struct verdict_row *row = &verdicts[i];
        int code = attempt_at(row->board, &broker, row->listener, row->clock_offset_s);

        test_check((code == 0) == row->goes_on && code >= 0, __FILE__, __LINE__,
                   "%s at listener %d, %+lld s: exit %d", row->board, (int)row->listener,
                   (long long)row->clock_offset_s, code);
    }
    broker_stop(&broker);
}

static void an_identity_is_shown_to_the_broker_that_asks(void)
{
    static const char *const boards[] = {"local/mosquitto-pub", "local/openssl-s_client",
                                         "local/gnutls-cli"};
    struct broker broker;
    uint8_t cert[2048];
    uint8_t key[2048];

    REQUIRE(broker_start(&broker));
    for (size_t i = 0; i < sizeof(boards) / sizeof(*boards); i++) {
        struct board_bench b;

        if (bench_open_id(&b, boards[i], NULL)) {
            aim(&b, &broker, BROKER_MUTUAL);
            b.request.cert_der = cert;
            b.request.cert_len = test_cert_der(&broker.client, cert, sizeof(cert));
            b.request.key_der = key;
            b.request.key_len = test_key_der(&broker.client, key, sizeof(key));
            if (bench_attempt(&b))
                test_check(b.outcome.ok, __FILE__, __LINE__, "%s: %s", boards[i],
                           event_get_text(bench_event(&b, EV_BOARD_RESULT, 0), "text"));
        }
        bench_done(&b);
    }
    broker_stop(&broker);
}

/* ---- HTTPS, against openssl s_server ----------------------------------------------------------
 */

struct web_server {
    struct exec_child child;
    char port[8];
};

static bool web_server_start(struct web_server *server, const char *name)
{
    char cert[600];
    char key[600];
    const char *const argv[] = {"stdbuf", "-oL",   "openssl", "s_server", "-accept", "127.0.0.1:0",
                                "-www",   "-cert", cert,      "-key",     key,       NULL};
    struct exec_spec spec = exec_spec_default();
    struct deadline deadline = deadline_in_ms(10000);
    char text[4096] = "";
    size_t len = 0;

    snprintf(cert, sizeof(cert), "%s/%s.crt", test_directory(), name);
    snprintf(key, sizeof(key), "%s/%s.key", test_directory(), name);
    spec.argv = argv;
    *server = (struct web_server){.child = {.pid = 0}};
    if (exec_start(&spec, &server->child, NULL) != ASSAY_OK)
        return false;
    while (!deadline_passed(&deadline)) {
        ssize_t got = read(server->child.stdout_fd, text + len, sizeof(text) - 1 - len);
        const char *port = NULL;

        if (got > 0)
            len += (size_t)got;
        text[len] = '\0';
        port = strstr(text, "ACCEPT 127.0.0.1:");
        if (port == NULL || strchr(port, '\n') == NULL)
            continue;
        port += strlen("ACCEPT 127.0.0.1:");
        snprintf(server->port, sizeof(server->port), "%.*s", (int)strcspn(port, "\n"), port);
        return true;
    }
    return false;
}

struct web_row {
    const char *board;
    const char *certificate;
    int64_t clock_offset_s;
    int code; /* exit; curl: 60 not trusted, wget: 5 */
};

static const struct web_row web_rows[] = {
    {"local/curl", "good", 0, 0},
    {"local/curl", "expired", 0, 60},
    {"local/curl", "misnamed", 0, 60},
    {"local/curl", "unknown", 0, 60},
    {"local/curl", "good", YEAR_S, 60},
    {"local/curl-insecure", "misnamed", 0, 0},
    {"local/curl-insecure", "unknown", 0, 0},
    {"local/wget", "good", 0, 0},
    {"local/wget", "expired", 0, 5},
    {"local/wget", "misnamed", 0, 5},
    {"local/wget", "unknown", 0, 5},
    {"local/wget", "good", YEAR_S, 5},
};

static void web_clients_say_with_their_exit_code_why(void)
{
    struct broker broker; /* for its certificates and somewhere to aim at */

    REQUIRE(broker_start(&broker));
    for (size_t i = 0; i < sizeof(web_rows) / sizeof(*web_rows); i++) {
        const struct web_row *row = &web_rows[i];
        struct web_server server;
        int code = 0;

        if (!CHECK(web_server_start(&server, row->certificate)))
            break;
        snprintf(broker.ports[BROKER_GOOD], sizeof(broker.ports[BROKER_GOOD]), "%s", server.port);
        code = attempt_at(row->board, &broker, BROKER_GOOD, row->clock_offset_s);
        test_check(code == row->code, __FILE__, __LINE__, "%s at %s, %+lld s: exit %d", row->board,
                   row->certificate, (long long)row->clock_offset_s, code);
        exec_kill(&server.child, 0);
    }
    broker_stop(&broker);
}

static void never_accept(uv_stream_t *listener, int status)
{
    (void)listener;
    (void)status;
}

static void a_server_that_is_silent_makes_it_a_hang(void)
{
    struct broker broker; /* for its root */
    struct board_bench b;
    uv_tcp_t listener;
    struct sockaddr_in address;
    int len = sizeof(address);

    REQUIRE(broker_start(&broker));
    if (bench_open_id(&b, "local/curl", NULL)) {
        /* A socket that listens and never accepts: the handshake waits. */
        CHECK(uv_ip4_addr("127.0.0.1", 0, &address) == 0);
        CHECK(uv_tcp_init(&b.loop, &listener) == 0);
        CHECK(uv_tcp_bind(&listener, (struct sockaddr *)&address, 0) == 0);
        CHECK(uv_listen((uv_stream_t *)&listener, 1, never_accept) == 0);
        CHECK(uv_tcp_getsockname(&listener, (struct sockaddr *)&address, &len) == 0);
        aim(&b, &broker, BROKER_GOOD);
        b.request.port = ntohs(address.sin_port);
        b.request.timeout_ms = 700;
        if (bench_attempt(&b)) {
            CHECK_INT_EQ(b.outcome.cause, CAUSE_NONE);
            CHECK(!b.outcome.has_result);
            CHECK_STR_EQ(event_get_text(bench_event(&b, EV_BOARD_EXIT, 0), "by"), "bench");
        }
        uv_close((uv_handle_t *)&listener, NULL);
    }
    bench_done(&b);
    broker_stop(&broker);
}

TEST_SUITE(process_counterparts, TEST(mosquitto_pub_publishes_to_the_broker_that_it_may_trust),
           TEST(each_client_judges_servers_as_its_file_says),
           TEST(an_identity_is_shown_to_the_broker_that_asks),
           TEST(web_clients_say_with_their_exit_code_why),
           TEST(a_server_that_is_silent_makes_it_a_hang));
