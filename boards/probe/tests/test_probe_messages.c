/* SPDX-License-Identifier: Apache-2.0 */
#include "test_support.h"

#include "probe/probe_messages.h"

/* An answer with a CNAME before the address, as `dig broker.bench.test` would get it. */
static const uint8_t query_bytes[] = "\x12\x34\1\0\0\1\0\0\0\0\0\0\6broker\5bench\4test\0\0\1\0\1";
static const uint8_t answer_bytes[] = "\x12\x34\x81\x80\0\1\0\2\0\0\0\0"
                                      "\6broker\5bench\4test\0\0\1\0\1"
                                      "\xC0\x0C\0\5\0\1\0\0\0\x3C\0\7\4evil\xC0\x19"
                                      "\4evil\xC0\x19\0\1\0\1\0\0\0\x3C\0\4\x7f\0\0\2";

enum { QUERY_LEN = sizeof(query_bytes) - 1, ANSWER_LEN = sizeof(answer_bytes) - 1 };

static void the_query_is_what_a_resolver_expects(void)
{
    uint8_t out[PROBE_DNS_MAX];

    CHECK_UINT_EQ(probe_dns_query("broker.bench.test", 0x1234, out), QUERY_LEN);
    CHECK_MEM_EQ(out, query_bytes, QUERY_LEN);
    CHECK_UINT_EQ(probe_dns_query("broker.bench.test.", 0x1234, out), QUERY_LEN);
}

static void names_up_to_the_limits_are_encoded(void)
{
    char name[260];
    uint8_t out[PROBE_DNS_MAX];

    memset(name, 'a', sizeof(name));
    name[63] = '\0';
    CHECK_UINT_EQ(probe_dns_query(name, 1, out), 12 + 65 + 4);
    name[63] = 'a';
    name[64] = '\0';
    CHECK_UINT_EQ(probe_dns_query(name, 1, out), 0);
    memset(name, 'a', sizeof(name));
    for (size_t i = 63; i < 253; i += 64)
        name[i] = '.';
    name[253] = '\0';
    CHECK_UINT_EQ(probe_dns_query(name, 1, out), 12 + 255 + 4);
    name[253] = 'a';
    name[254] = '\0';
    CHECK_UINT_EQ(probe_dns_query(name, 1, out), 0);
    CHECK_UINT_EQ(probe_dns_query("", 1, out), 0);
}

static void the_address_behind_a_cname_is_found(void)
{
    static const uint8_t want[4] = {127, 0, 0, 2};
    uint8_t ip[4] = {0};
    int code = -1;

    CHECK(probe_dns_parse(answer_bytes, ANSWER_LEN, query_bytes, QUERY_LEN, ip, &code) ==
          PROBE_REPLY_OK);
    CHECK_MEM_EQ(ip, want, 4);
}

static void no_truncation_of_a_dns_answer_yields_an_address(void)
{
    uint8_t ip[4] = {0};
    int code = -1;

    for (size_t len = 0; len < ANSWER_LEN; len++)
        CHECK(probe_dns_parse(answer_bytes, len, query_bytes, QUERY_LEN, ip, &code) !=
              PROBE_REPLY_OK);
}

static void dns_answers_that_are_none_of_ours_are_told_from_broken_ones(void)
{
    static const struct {
        size_t at;
        uint8_t byte;
        enum probe_reply want;
    } rows[] = {
        {0, 0x13, PROBE_REPLY_NOT_OURS},   /* id */
        {2, 0x01, PROBE_REPLY_NOT_OURS},   /* a query */
        {13, 'B', PROBE_REPLY_NOT_OURS},   /* another question */
        {2, 0x83, PROBE_REPLY_MALFORMED},  /* truncated */
        {2, 0x91, PROBE_REPLY_MALFORMED},  /* opcode */
        {3, 0x85, PROBE_REPLY_REFUSED},    /* rcode 5 */
        {5, 2, PROBE_REPLY_MALFORMED},     /* two questions */
        {7, 1, PROBE_REPLY_REFUSED},       /* the CNAME alone */
        {35, 0x40, PROBE_REPLY_MALFORMED}, /* reserved label type */
        {46, 0xFF, PROBE_REPLY_MALFORMED}, /* data longer than the message */
    };
    uint8_t message[ANSWER_LEN];
    uint8_t ip[4];
    int code = -1;

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        memcpy(message, answer_bytes, ANSWER_LEN);
        message[rows[i].at] = rows[i].byte;
        CHECK_INT_EQ(probe_dns_parse(message, ANSWER_LEN, query_bytes, QUERY_LEN, ip, &code),
                     rows[i].want);
    }
}

static void short_or_foreign_sntp_answers_are_ignored(void)
{
    uint8_t request[PROBE_SNTP_LEN];
    uint8_t answer[PROBE_SNTP_LEN] = {[0] = 0x24, [1] = 1, [40] = 0xE8};
    int64_t unix_s = -7;
    int code = 0;

    probe_sntp_request(0x0102030405060708, request);
    memcpy(answer + 24, request + 40, 8);
    CHECK(probe_sntp_parse(answer, 48, 0x0102030405060708, &unix_s, &code) == PROBE_REPLY_OK);
    for (size_t len = 0; len < 48; len++)
        CHECK(probe_sntp_parse(answer, len, 0x0102030405060708, &unix_s, &code) ==
              PROBE_REPLY_NOT_OURS);
    answer[0] = 0x23;
    CHECK(probe_sntp_parse(answer, 48, 0x0102030405060708, &unix_s, &code) == PROBE_REPLY_NOT_OURS);
}

static void a_password_without_a_user_gets_an_empty_user(void)
{
    uint8_t out[PROBE_MQTT_MAX];
    struct probe_mqtt_text none = {"", 0};
    struct probe_mqtt_text pass = {"p", 1};
    struct probe_mqtt_text client = {"c", 1};

    CHECK_UINT_EQ(probe_mqtt_connect(client, none, none, out), 15);
    CHECK_MEM_EQ(out, "\x10\x0D\0\4MQTT\4\2\0\x3C\0\1c", 15);
    CHECK_UINT_EQ(probe_mqtt_connect(client, none, pass, out), 20);
    CHECK_MEM_EQ(out, "\x10\x12\0\4MQTT\4\xC2\0\x3C\0\1c\0\0\0\1p", 20);
}

static void packets_that_would_not_fit_are_refused(void)
{
    static char big[600];
    uint8_t out[PROBE_MQTT_MAX];
    struct probe_mqtt_text topic = {"t", 1};
    struct probe_mqtt_text fits = {big, PROBE_MQTT_MAX - 3 - 5};
    struct probe_mqtt_text too_long = {big, PROBE_MQTT_MAX - 3 - 4};

    CHECK_UINT_EQ(probe_mqtt_publish(topic, fits, out), PROBE_MQTT_MAX);
    CHECK_UINT_EQ(probe_mqtt_publish(topic, too_long, out), 0);
}

TEST_SUITE(probe_messages, TEST(the_query_is_what_a_resolver_expects),
           TEST(names_up_to_the_limits_are_encoded), TEST(the_address_behind_a_cname_is_found),
           TEST(no_truncation_of_a_dns_answer_yields_an_address),
           TEST(dns_answers_that_are_none_of_ours_are_told_from_broken_ones),
           TEST(short_or_foreign_sntp_answers_are_ignored),
           TEST(a_password_without_a_user_gets_an_empty_user),
           TEST(packets_that_would_not_fit_are_refused));
