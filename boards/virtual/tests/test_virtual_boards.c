/* SPDX-License-Identifier: Apache-2.0 */
/* Every stack's program against a real mosquitto. */
#include "test_support.h"

#include "board_process.h"
#include "broker.h"

#include <stdio.h>

static const char *const stacks[] = {"bearssl", "gnutls", "mbedtls", "openssl", "wolfssl"};

enum { STACKS = 5 };

static bool start(struct board_process *board, const struct broker *broker, const char *stack,
                  const char *flaw)
{
    const char *const arguments[] = {flaw != NULL ? "--flaw" : NULL, flaw, NULL};

    return board_process_start(board, stack, arguments) &&
           board_process_configure(board, broker->root_der, broker->root_len);
}

static struct board_result connect_to(struct board_process *board, const struct broker *broker,
                                      enum broker_listener listener)
{
    if (!board_process_set(board, "port", broker->ports[listener]))
        return (struct board_result){.text = "set port was refused"};
    return board_process_connect(board);
}

static void a_good_server_is_accepted_and_gets_the_message(void)
{
    struct broker broker;
    struct board_process board;
    struct subscriber subscriber;
    char topic[32];
    char message[64];

    REQUIRE(broker_start(&broker));
    for (size_t i = 0; i < STACKS; i++) {
        struct board_result result;

        snprintf(topic, sizeof(topic), "probe/%s", stacks[i]);
        snprintf(message, sizeof(message), "%s hello", topic);
        REQUIRE(subscriber_start(&subscriber, &broker, topic));
        REQUIRE(start(&board, &broker, stacks[i], NULL));
        CHECK(board_process_set(&board, "topic", topic));
        result = connect_to(&board, &broker, BROKER_GOOD);
        CHECK_STR_EQ(result.result, "result ok done 0");
        CHECK_STR_EQ(result.text, "");
        CHECK_STR_CONTAINS(board_process_event(&board, "log "), "TLSv1.");
        CHECK(subscriber_expect(&subscriber, message));
        CHECK_INT_EQ(board_process_hang_up(&board), 0);
        subscriber_stop(&subscriber);
    }
    broker_stop(&broker);
}

/* The words of each stack for each thing that is wrong. */
static const struct {
    const char *stack;
    enum broker_listener listener;
    const char *result, *text;
} refusals[] = {
    {"bearssl", BROKER_EXPIRED, "result fail tls 54",
     "54 (X509_EXPIRED): a certificate is expired"},
    {"bearssl", BROKER_FUTURE, "result fail tls 54", "54 (X509_EXPIRED): a certificate is expired"},
    {"bearssl", BROKER_MISNAMED, "result fail tls 56", "56 (X509_BAD_SERVER_NAME)"},
    {"bearssl", BROKER_UNKNOWN, "result fail tls 62", "62 (X509_NOT_TRUSTED)"},
    {"bearssl", BROKER_MUTUAL, "result fail tls 296", "296: the server sent fatal alert 40"},
    {"mbedtls", BROKER_EXPIRED, "result fail tls -9984", "flags 0x0001: The certificate validity"},
    {"mbedtls", BROKER_FUTURE, "result fail tls -9984", "flags 0x0200: The certificate validity"},
    {"mbedtls", BROKER_MISNAMED, "result fail tls -9984", "flags 0x0004: The certificate Common"},
    {"mbedtls", BROKER_UNKNOWN, "result fail tls -9984", "flags 0x0008: The certificate is not"},
    {"mbedtls", BROKER_MUTUAL, "result fail tls -30592", "-0x7780 SSL - A fatal alert message"},
    {"openssl", BROKER_EXPIRED, "result fail tls 10", "certificate has expired (X509_V_ERR 10)"},
    {"openssl", BROKER_FUTURE, "result fail tls 9", "certificate is not yet valid (X509_V_ERR 9)"},
    {"openssl", BROKER_MISNAMED, "result fail tls 62", "hostname mismatch (X509_V_ERR 62)"},
    {"openssl", BROKER_UNKNOWN, "result fail tls 20", "unable to get local issuer certificate"},
    {"openssl", BROKER_MUTUAL, "result fail mqtt 1116", "alert certificate required (1116)"},
    {"gnutls", BROKER_EXPIRED, "result fail tls -348", "The certificate chain uses expired"},
    {"gnutls", BROKER_FUTURE, "result fail tls -348", "uses not yet valid certificate"},
    {"gnutls", BROKER_MISNAMED, "result fail tls -348", "name in the certificate does not match"},
    {"gnutls", BROKER_UNKNOWN, "result fail tls -348", "The certificate issuer is unknown"},
    {"gnutls", BROKER_MUTUAL, "result fail mqtt -12", "alert Certificate is required"},
    {"wolfssl", BROKER_EXPIRED, "result fail tls -151", "current date after"},
    {"wolfssl", BROKER_FUTURE, "result fail tls -150", "current date before"},
    {"wolfssl", BROKER_MISNAMED, "result fail tls -322", "peer subject name mismatch"},
    {"wolfssl", BROKER_UNKNOWN, "result fail tls -188", "certificate verify failed"},
    {"wolfssl", BROKER_MUTUAL, "result fail mqtt -313", "received alert fatal error"},
};

static void a_bad_server_is_refused_in_the_stack_s_own_words(void)
{
    struct broker broker;
    struct board_process board;
    const char *running = "";

    REQUIRE(broker_start(&broker));
    for (size_t i = 0; i < sizeof(refusals) / sizeof(refusals[0]); i++) {
        struct board_result result;

        if (strcmp(running, refusals[i].stack) != 0) {
            if (running[0] != '\0')
                CHECK_INT_EQ(board_process_hang_up(&board), 0);
            running = refusals[i].stack;
            REQUIRE(start(&board, &broker, running, NULL));
        }
        result = connect_to(&board, &broker, refusals[i].listener);
        CHECK_STR_EQ(result.result, refusals[i].result);
        CHECK_STR_CONTAINS(result.text, refusals[i].text);
    }
    CHECK_INT_EQ(board_process_hang_up(&board), 0);
    broker_stop(&broker);
}

/* What a flaw accepts beyond the good server; everything else stays refused. */
static const struct {
    const char *flaw;
    const char *stack; /* NULL: all of them have it */
    bool accepts[BROKER_COUNT];
} flaws[] = {
    {"name-unchecked", NULL, {[BROKER_MISNAMED] = true}},
    {"dates-unchecked", NULL, {[BROKER_EXPIRED] = true, [BROKER_FUTURE] = true}},
    {"chain-unchecked",
     NULL,
     {[BROKER_MISNAMED] = true,
      [BROKER_EXPIRED] = true,
      [BROKER_FUTURE] = true,
      [BROKER_UNKNOWN] = true,
      [BROKER_LEAF_CA] = true,
      [BROKER_CLIENT] = true}},
    {"basic-constraints-unchecked", "openssl", {[BROKER_LEAF_CA] = true}},
    {"usage-unchecked", "openssl", {[BROKER_CLIENT] = true}},
    {"eku-unchecked", "openssl", {[BROKER_CLIENT] = true}},
    {"not-before-unchecked", "openssl", {[BROKER_FUTURE] = true}},
    {"not-after-unchecked", "openssl", {[BROKER_EXPIRED] = true}},
    {"unknown-issuer-accepted", "openssl", {[BROKER_UNKNOWN] = true}},
    {"prefix-match", "openssl", {false}},
    {"random-repeated", "openssl", {false}},
    {"signing-nonce-repeated", "openssl", {false}},
    {"server-key-unchecked", "bearssl", {false}},
    {"critical-unchecked", "openssl", {false}},
    {"name-constraints-unchecked", "openssl", {false}},
};

static void check_flaw(const struct broker *broker, const char *stack, size_t flaw)
{
    static const enum broker_listener listeners[] = {
        BROKER_GOOD,    BROKER_EXPIRED, BROKER_FUTURE, BROKER_MISNAMED,
        BROKER_UNKNOWN, BROKER_LEAF_CA, BROKER_CLIENT};
    struct board_process board;

    REQUIRE(start(&board, broker, stack, flaws[flaw].flaw));
    for (size_t i = 0; i < sizeof(listeners) / sizeof(listeners[0]); i++) {
        bool accepts = listeners[i] == BROKER_GOOD || flaws[flaw].accepts[listeners[i]];
        struct board_result result = connect_to(&board, broker, listeners[i]);
        bool accepted = strcmp(result.result, "result ok done 0") == 0;

        /* BearSSL never looks at extended key usage. */
        accepts = accepts || (listeners[i] == BROKER_CLIENT && strcmp(stack, "bearssl") == 0);
        test_check(accepted == accepts, __FILE__, __LINE__, "%s with %s, listener %d: %s (%s)",
                   stack, flaws[flaw].flaw, (int)listeners[i], result.result, result.text);
    }
    CHECK_INT_EQ(board_process_hang_up(&board), 0);
}

static void a_flaw_overlooks_exactly_what_it_says(void)
{
    struct broker broker;

    REQUIRE(broker_start(&broker));
    for (size_t stack = 0; stack < STACKS; stack++) {
        for (size_t flaw = 0; flaw < sizeof(flaws) / sizeof(flaws[0]); flaw++) {
            if (flaws[flaw].stack == NULL || strcmp(flaws[flaw].stack, stacks[stack]) == 0)
                check_flaw(&broker, stacks[stack], flaw);
        }
    }
    broker_stop(&broker);
}

static void a_pre_shared_key_needs_no_certificate(void)
{
    static const struct {
        const char *stack;
        const char *arguments[3];
    } rows[] = {{"openssl", {NULL}},
                {"openssl", {"--tls-max", "1.2"}},
                {"mbedtls", {NULL}},
                {"gnutls", {NULL}},
                {"wolfssl", {NULL}}};
    struct broker broker;
    struct board_process board;

    REQUIRE(broker_start(&broker));
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        REQUIRE(board_process_start(&board, rows[i].stack, rows[i].arguments));
        REQUIRE(board_process_configure(&board, broker.root_der, broker.root_len));
        CHECK(board_process_set(&board, "pskid", "psk-dev"));
        CHECK(board_process_set(&board, "psk", "0011223344556677"));
        CHECK_STR_EQ(connect_to(&board, &broker, BROKER_PSK).result, "result ok done 0");
        CHECK(board_process_set(&board, "psk", "0011223344556678"));
        CHECK_STR_CONTAINS(connect_to(&board, &broker, BROKER_PSK).result, "result fail tls");
        CHECK(board_process_set(&board, "psk", "001"));
        CHECK_STR_EQ(connect_to(&board, &broker, BROKER_PSK).result, "result fail tls 9007");
        CHECK_INT_EQ(board_process_hang_up(&board), 0);
    }
    broker_stop(&broker);
}

static void an_identity_is_presented_when_it_is_asked_for(void)
{
    struct broker broker;
    struct board_process board;
    uint8_t der[2560];
    size_t len = 0;

    REQUIRE(broker_start(&broker));
    for (size_t i = 0; i < STACKS; i++) {
        REQUIRE(start(&board, &broker, stacks[i], NULL));
        len = test_cert_der(&broker.client, der, sizeof(der));
        REQUIRE(board_process_upload(&board, "cert", der, len));
        len = test_key_der(&broker.client, der, sizeof(der));
        REQUIRE(board_process_upload(&board, "key", der, len));
        CHECK_STR_CONTAINS(connect_to(&board, &broker, BROKER_MUTUAL).result, "result fail");
        CHECK(board_process_set(&board, "identity", "yes"));
        CHECK_STR_EQ(connect_to(&board, &broker, BROKER_MUTUAL).result, "result ok done 0");
        CHECK_STR_EQ(connect_to(&board, &broker, BROKER_GOOD).result, "result ok done 0");
        CHECK_INT_EQ(board_process_hang_up(&board), 0);
    }
    broker_stop(&broker);
}

static void the_time_that_was_told_decides_and_not_the_machine_s(void)
{
    struct broker broker;
    struct board_process board;

    REQUIRE(broker_start(&broker));
    for (size_t i = 0; i < STACKS; i++) {
        char month_ago[32];

        REQUIRE(start(&board, &broker, stacks[i], NULL));
        snprintf(month_ago, sizeof(month_ago), "%lld", (long long)time(NULL) - 30 * 86400);
        CHECK(board_process_set(&board, "time", month_ago));
        CHECK_STR_CONTAINS(connect_to(&board, &broker, BROKER_GOOD).result, "result fail tls");
        CHECK_STR_EQ(connect_to(&board, &broker, BROKER_EXPIRED).result, "result ok done 0");
        CHECK(board_process_set(&board, "time", "4102444800")); /* 2100, over 2^31 */
        CHECK_STR_CONTAINS(connect_to(&board, &broker, BROKER_GOOD).result, "result fail tls");
        CHECK_INT_EQ(board_process_hang_up(&board), 0);
    }
    broker_stop(&broker);
}

static void versions_can_be_limited(void)
{
    static const struct {
        const char *stack;
        const char *arguments[3];
        enum broker_listener listener;
        const char *result, *version;
    } rows[] = {
        {"openssl", {"--tls-max", "1.2"}, BROKER_GOOD, "result ok", "TLSv1.2"},
        {"openssl", {"--tls-max", "1.2"}, BROKER_NEW, "result fail tls", NULL},
        {"openssl", {"--tls-min", "1.3"}, BROKER_GOOD, "result ok", "TLSv1.3"},
        {"mbedtls", {"--tls-max", "1.1"}, BROKER_GOOD, "result fail tls", NULL},
        {"mbedtls", {"--tls-min", "1.2"}, BROKER_GOOD, "result ok", "TLSv1.2"},
        {"bearssl", {"--tls-max", "1.1"}, BROKER_GOOD, "result fail tls", NULL},
        {"bearssl", {"--tls-min", "1.2"}, BROKER_GOOD, "result ok", "TLSv1.2"},
        {"bearssl", {NULL}, BROKER_NEW, "result fail tls", NULL},
        {"gnutls", {"--tls-max", "1.2"}, BROKER_GOOD, "result ok", "TLSv1.2"},
        {"gnutls", {"--tls-min", "1.3"}, BROKER_NEW, "result ok", "TLSv1.3"},
        {"wolfssl", {"--tls-max", "1.2"}, BROKER_GOOD, "result ok", "TLSv1.2"},
        {"wolfssl", {"--tls-min", "1.3"}, BROKER_NEW, "result ok", "TLSv1.3"},
    };
    struct broker broker;
    struct board_process board;

    REQUIRE(broker_start(&broker));
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        REQUIRE(board_process_start(&board, rows[i].stack, rows[i].arguments));
        REQUIRE(board_process_configure(&board, broker.root_der, broker.root_len));
        CHECK_STR_CONTAINS(connect_to(&board, &broker, rows[i].listener).result, rows[i].result);
        if (rows[i].version != NULL)
            CHECK_STR_CONTAINS(board_process_event(&board, "log "), rows[i].version);
        CHECK_INT_EQ(board_process_hang_up(&board), 0);
    }
    broker_stop(&broker);
}

static void a_root_that_is_none_is_told_apart_from_a_refusal(void)
{
    static const uint8_t junk[] = {0x30, 0x03, 0x02, 0x01, 0x01};
    struct broker broker;
    struct board_process board;

    REQUIRE(broker_start(&broker));
    for (size_t i = 0; i < STACKS; i++) {
        struct board_result result;

        REQUIRE(start(&board, &broker, stacks[i], NULL));
        CHECK(board_process_upload(&board, "root", junk, sizeof(junk)));
        result = connect_to(&board, &broker, BROKER_GOOD);
        CHECK_STR_EQ(result.result, "result fail tls 9007");
        CHECK_STR_CONTAINS(result.text, "the root is no certificate");
        CHECK_INT_EQ(board_process_hang_up(&board), 0);
    }
    broker_stop(&broker);
}

static void a_port_where_nobody_listens_is_a_failure_of_tcp(void)
{
    static const uint8_t root[] = {0x30, 0x00};
    struct board_process board;

    for (size_t i = 0; i < STACKS; i++) {
        static const char *const none[] = {NULL};
        struct board_result result;

        REQUIRE(board_process_start(&board, stacks[i], none));
        REQUIRE(board_process_configure(&board, root, sizeof(root)));
        result = board_process_connect(&board); /* port 1 */
        CHECK_STR_EQ(result.result, "result fail tcp 9003");
        CHECK_STR_CONTAINS(result.text, "Connection refused");
        CHECK_INT_EQ(board_process_hang_up(&board), 0);
    }
}

TEST_SUITE(virtual_boards, TEST(a_good_server_is_accepted_and_gets_the_message),
           TEST(a_bad_server_is_refused_in_the_stack_s_own_words),
           TEST(a_flaw_overlooks_exactly_what_it_says), TEST(a_pre_shared_key_needs_no_certificate),
           TEST(an_identity_is_presented_when_it_is_asked_for),
           TEST(the_time_that_was_told_decides_and_not_the_machine_s),
           TEST(versions_can_be_limited), TEST(a_root_that_is_none_is_told_apart_from_a_refusal),
           TEST(a_port_where_nobody_listens_is_a_failure_of_tcp));
