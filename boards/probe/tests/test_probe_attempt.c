/* SPDX-License-Identifier: Apache-2.0 */
#include "test_support.h"

#include "fake_board.h"

#include <stdio.h>
#include <stdlib.h>

static const uint8_t connack[] = {0x20, 2, 0, 0};
static const uint8_t puback[] = {0x40, 2, 0, 1};

static struct fake_board *connected_board(unsigned dns_port, const char *last_setting)
{
    struct fake_board *fake = calloc(1, sizeof(*fake));

    if (fake == NULL)
        return NULL;
    fake_board_init(fake);
    if (!fake_configure(fake, dns_port) || strcmp(fake_command(fake, last_setting), "ok") != 0 ||
        strcmp(fake_command(fake, "connect"), "ok") != 0) {
        free(fake);
        return NULL;
    }
    return fake;
}

static void give(struct fake_board *fake, const void *bytes, size_t len)
{
    memcpy(fake->incoming + fake->incoming_len, bytes, len);
    fake->incoming_len += len;
}

/* The result must be this one, with this in its text, and everything must be released. */
static void check_result(struct fake_board *fake, const char *result, const char *text)
{
    char got[512];

    fake_result_text(fake, got, sizeof(got));
    CHECK_STR_EQ(fake_event(fake, "result"), result);
    CHECK_STR_CONTAINS(got, text);
    CHECK(!fake->is_tcp_open && !fake->is_tls_open && !fake->is_udp_open);
    CHECK_INT_EQ(probe_core_wait_ms(&fake->core), -1);
    free(fake);
}

static void a_whole_attempt_publishes_and_says_so(void)
{
    static const uint8_t sent[] = "\x10\x1F\0\4MQTT\4\xC2\0\x3C\0\7probe-1\0\2me\0\6secret"
                                  "\x32\x09\0\3a/b\0\1hi"
                                  "\xE0\0";
    struct fake_board *fake = connected_board(0, "set alpn mqtt");

    REQUIRE(fake != NULL);
    fake->handshakes = PROBE_IO_WAIT_READ;
    probe_core_step(&fake->core);
    CHECK_STR_EQ(fake_event(fake, "phase tls"), "phase tls");
    CHECK_STR_EQ(fake->config.host, "broker.bench.test");
    CHECK_STR_EQ(fake->config_alpn, "mqtt");
    CHECK_INT_EQ(fake->config.unix_s, 1800000000);
    CHECK_UINT_EQ(fake->config.root_len, 5);
    CHECK_UINT_EQ(fake->config.cert_len, 0);
    CHECK_UINT_EQ(fake->tcp_port, 8883);
    fake->handshakes = PROBE_IO_DONE;
    give(fake, connack, sizeof(connack));
    give(fake, puback, sizeof(puback));
    probe_core_step(&fake->core);
    CHECK_STR_EQ(fake_event(fake, "log"), "log TLSv1.2 FAKE");
    CHECK_STR_EQ(fake_event(fake, "phase resolve"), "phase resolve");
    CHECK_STR_EQ(fake_event(fake, "phase clock"), "");
    CHECK_STR_EQ(fake_event(fake, "phase done"), "phase done");
    CHECK_UINT_EQ(fake->sent_len, sizeof(sent) - 1);
    CHECK_MEM_EQ(fake->sent, sent, sizeof(sent) - 1);
    check_result(fake, "result ok done 0", "");
}

static void bytes_may_come_and_go_one_at_a_time(void)
{
    struct fake_board *fake = connected_board(0, "set user ");
    uint8_t answers[8];

    REQUIRE(fake != NULL);
    fake->write_chunk = 1;
    memcpy(answers, connack, 4);
    memcpy(answers + 4, puback, 4);
    for (size_t i = 0; i < sizeof(answers); i++) {
        CHECK_STR_EQ(fake_event(fake, "result"), "");
        give(fake, answers + i, 1);
        probe_core_step(&fake->core);
    }
    check_result(fake, "result ok done 0", "");
}

static void the_stack_s_own_words_come_in_pieces_before_the_result(void)
{
    struct fake_board *fake = connected_board(0, "set alpn ");

    REQUIRE(fake != NULL);
    fake->handshakes = PROBE_IO_FAILED;
    probe_core_step(&fake->core);
    CHECK_STR_EQ(fake->lines[fake->line_count - 1].text, "result fail tls 54");
    check_result(fake, "result fail tls 54",
                 "X509_EXPIRED (54): certificate is expired or not yet valid, and 100% so");
}

static void a_lost_result_can_be_asked_for_again(void)
{
    struct fake_board *fake = connected_board(0, "set alpn ");

    REQUIRE(fake != NULL);
    fake->handshakes = PROBE_IO_WAIT_READ;
    probe_core_step(&fake->core);
    CHECK_STR_EQ(fake_command(fake, "result"), "ok running tls");
    fake->handshakes = PROBE_IO_FAILED;
    probe_core_step(&fake->core);
    fake_forget(fake);
    CHECK_STR_EQ(fake_command(fake, "result"), "ok done");
    check_result(fake, "result fail tls 54", "X509_EXPIRED");
}

static void abort_ends_the_attempt_with_a_result(void)
{
    struct fake_board *fake = connected_board(0, "set alpn ");

    REQUIRE(fake != NULL);
    fake->handshakes = PROBE_IO_WAIT_READ;
    probe_core_step(&fake->core);
    CHECK_STR_EQ(fake_command(fake, "abort"), "ok");
    CHECK_STR_EQ(fake->lines[fake->line_count - 1].text, "result fail tls 9002");
    fake->handshakes = PROBE_IO_DONE;
    probe_core_step(&fake->core);
    CHECK_STR_EQ(fake_event(fake, "phase mqtt"), "");
    check_result(fake, "result fail tls 9002", "aborted");
}

static void a_reset_closes_the_connection_first(void)
{
    struct fake_board *fake = connected_board(0, "set alpn ");

    REQUIRE(fake != NULL);
    fake->handshakes = PROBE_IO_WAIT_READ;
    probe_core_step(&fake->core);
    CHECK(fake->is_tcp_open && fake->is_tls_open);
    CHECK_STR_EQ(fake_command(fake, "reset"), "ok");
    CHECK(!fake->is_tcp_open && !fake->is_tls_open);
    CHECK_STR_EQ(fake_event(fake, "result"), "");
    CHECK_STR_EQ(fake_event(fake, "ready"), "ready requested");
    free(fake);
}

static void each_phase_has_its_time_out(void)
{
    static const struct {
        const char *setting;
        unsigned dns;
        enum probe_io tcp, tls;
        const char *result, *text;
    } rows[] = {
        {"set phase 3000", 53, PROBE_IO_DONE, PROBE_IO_DONE, "result fail resolve 9001",
         "gave up waiting for an answer of the DNS server after 3000 ms"},
        {"set phase 3000", 0, PROBE_IO_WAIT_WRITE, PROBE_IO_DONE, "result fail tcp 9001",
         "waiting for the connection to open after 3000 ms"},
        {"set phase 3000", 0, PROBE_IO_DONE, PROBE_IO_WAIT_READ, "result fail tls 9001",
         "waiting for the handshake to end after 3000 ms"},
        {"set phase 3000", 0, PROBE_IO_DONE, PROBE_IO_DONE, "result fail mqtt 9001",
         "waiting for the broker after 3000 ms"},
        {"set timeout 3000", 0, PROBE_IO_DONE, PROBE_IO_DONE, "result fail mqtt 9001", "3000 ms"},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct fake_board *fake = connected_board(rows[i].dns, rows[i].setting);

        REQUIRE(fake != NULL);
        fake->tcp_connects = rows[i].tcp;
        fake->handshakes = rows[i].tls;
        probe_core_step(&fake->core);
        fake->now_ms += 2999;
        probe_core_step(&fake->core);
        CHECK_STR_EQ(fake_event(fake, "result"), "");
        CHECK(probe_core_wait_ms(&fake->core) <= 1);
        fake->now_ms += 1;
        probe_core_step(&fake->core);
        check_result(fake, rows[i].result, rows[i].text);
    }
}

static void waits_exactly_as_long_as_there_is_nothing_to_do(void)
{
    struct fake_board *fake = connected_board(53, "set phase 2500");

    REQUIRE(fake != NULL);
    probe_core_step(&fake->core);
    CHECK_INT_EQ(probe_core_wait_ms(&fake->core), 1000);
    CHECK_UINT_EQ(fake->asked_count, 1);
    fake->now_ms += 999;
    probe_core_step(&fake->core);
    CHECK_UINT_EQ(fake->asked_count, 1);
    CHECK_INT_EQ(probe_core_wait_ms(&fake->core), 1);
    fake->now_ms += 1;
    probe_core_step(&fake->core);
    CHECK_UINT_EQ(fake->asked_count, 2);
    fake->now_ms += 1200;
    probe_core_step(&fake->core);
    CHECK_INT_EQ(probe_core_wait_ms(&fake->core), 300);
    fake->now_ms += 300;
    probe_core_step(&fake->core);
    check_result(fake, "result fail resolve 9001", "2500 ms");
}

/* The answer to fake->asked with one A record. */
static void answer_dns(struct fake_board *fake, unsigned rcode, unsigned answers)
{
    static const uint8_t record[] = {0xC0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 192, 0, 2, 7};

    memcpy(fake->datagram, fake->asked, fake->asked_len);
    fake->datagram[2] = 0x81;
    fake->datagram[3] = (uint8_t)(0x80 | rcode);
    fake->datagram[7] = (uint8_t)answers;
    memcpy(fake->datagram + fake->asked_len, record, sizeof(record));
    fake->datagram_len = fake->asked_len + sizeof(record) * answers;
}

static void asks_the_dns_server_it_was_given_and_connects_to_the_answer(void)
{
    static const uint8_t address[4] = {192, 0, 2, 7};
    static const uint8_t server[4] = {127, 0, 0, 1};
    struct fake_board *fake = connected_board(5353, "set alpn ");

    REQUIRE(fake != NULL);
    fake->handshakes = PROBE_IO_FAILED;
    probe_core_step(&fake->core);
    CHECK_UINT_EQ(fake->udp_port, 5353);
    CHECK_MEM_EQ(fake->udp_ip, server, 4);
    CHECK_UINT_EQ(fake->asked_len, 12 + 19 + 4);
    answer_dns(fake, 0, 1);
    fake->datagram[0] ^= 1; /* somebody else's answer */
    probe_core_step(&fake->core);
    CHECK_STR_EQ(fake_event(fake, "phase tcp"), "");
    answer_dns(fake, 0, 1);
    probe_core_step(&fake->core);
    CHECK_MEM_EQ(fake->tcp_ip, address, 4);
    check_result(fake, "result fail tls 54", "");
}

static void says_why_a_name_does_not_resolve(void)
{
    static const struct {
        unsigned rcode, answers;
        const char *text;
    } rows[] = {{3, 0, "DNS rcode 3 (no such name)"},
                {2, 0, "DNS rcode 2 (the server failed)"},
                {9, 0, "DNS rcode 9"},
                {0, 0, "DNS rcode 0 (the answer holds no address)"}};

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct fake_board *fake = connected_board(53, "set alpn ");

        REQUIRE(fake != NULL);
        probe_core_step(&fake->core);
        answer_dns(fake, rows[i].rcode, rows[i].answers);
        probe_core_step(&fake->core);
        check_result(fake, "result fail resolve 9006", rows[i].text);
    }
}

static void a_host_that_is_an_address_is_not_asked_for(void)
{
    static const uint8_t address[4] = {198, 51, 100, 9};
    struct fake_board *fake = connected_board(53, "set host 198.51.100.9");

    REQUIRE(fake != NULL);
    fake->tcp_connects = PROBE_IO_FAILED;
    probe_core_step(&fake->core);
    CHECK_UINT_EQ(fake->asked_count, 0);
    CHECK_MEM_EQ(fake->tcp_ip, address, 4);
    check_result(fake, "result fail tcp 9003",
                 "the connection cannot be opened: Connection refused");
}

static void hosts_that_are_no_name_fail_to_resolve(void)
{
    static const char *const hosts[] = {"set host a..b", "set host .a", "set host .",
                                        "set host a.b.."};

    for (size_t i = 0; i < sizeof(hosts) / sizeof(hosts[0]); i++) {
        struct fake_board *fake = connected_board(53, hosts[i]);

        REQUIRE(fake != NULL);
        probe_core_step(&fake->core);
        check_result(fake, "result fail resolve 9007", "no name");
    }
}

static struct fake_board *board_asking_for_the_time(void)
{
    struct fake_board *fake = connected_board(0, "set clock given");

    if (fake == NULL)
        return NULL;
    fake_command(fake, "abort");
    fake_command(fake, "set sntp 123");
    fake_command(fake, "set clock sntp");
    fake_forget(fake);
    fake_command(fake, "connect");
    probe_core_step(&fake->core);
    return fake;
}

static void answer_sntp(struct fake_board *fake, uint8_t first, uint8_t stratum, uint32_t seconds)
{
    memset(fake->datagram, 0, 48);
    fake->datagram[0] = first;
    fake->datagram[1] = stratum;
    memcpy(fake->datagram + 24, fake->asked + 40, 8);
    for (unsigned i = 0; i < 4; i++)
        fake->datagram[40 + i] = (uint8_t)(seconds >> (24 - 8 * i));
    fake->datagram_len = 48;
}

static void asks_for_the_time_when_told_so(void)
{
    static const struct {
        uint32_t ntp;
        int64_t unix_s;
    } rows[] = {{3900000000U, 1691011200},  /* 2023 */
                {0xFFFFFFFFU, 2085978495},  /* 2036-02-07, the last second of the era */
                {100, 2085978596},          /* the next era */
                {0x7FFFFFFFU, 4233462143}}; /* 2104 */

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct fake_board *fake = board_asking_for_the_time();

        REQUIRE(fake != NULL);
        CHECK_STR_EQ(fake_event(fake, "phase clock"), "phase clock");
        CHECK_UINT_EQ(fake->udp_port, 123);
        CHECK_UINT_EQ(fake->asked[0], 0x23);
        fake->handshakes = PROBE_IO_FAILED;
        answer_sntp(fake, 0x24, 1, rows[i].ntp);
        fake->datagram[24] ^= 1; /* not our cookie */
        probe_core_step(&fake->core);
        CHECK_STR_EQ(fake_event(fake, "phase tcp"), "");
        answer_sntp(fake, 0x24, 1, rows[i].ntp);
        probe_core_step(&fake->core);
        CHECK_INT_EQ(fake->config.unix_s, rows[i].unix_s);
        CHECK_INT_EQ(fake->clock_s, rows[i].unix_s);
        check_result(fake, "result fail tls 54", "");
    }
}

/* Who sets the clock back wants an expired certificate to be valid again. */
static void time_that_runs_backwards_is_not_believed(void)
{
    static const struct {
        uint32_t seconds;
        int trusts_any_time;
        const char *refusal;
    } rows[] = {{3900000000U - 86401, 0, "result fail clock 9006"},
                {3900000000U - 86400, 0, ""},
                {3600000000U, 0, "result fail clock 9006"},
                {3600000000U, 1, ""}};

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct fake_board *fake = board_asking_for_the_time();

        REQUIRE(fake != NULL);
        fake->platform.trusts_any_time = rows[i].trusts_any_time;
        answer_sntp(fake, 0x24, 1, 3900000000U);
        probe_core_step(&fake->core);
        fake_command(fake, "abort");
        fake_forget(fake);
        fake_command(fake, "connect");
        probe_core_step(&fake->core);
        answer_sntp(fake, 0x24, 1, rows[i].seconds);
        probe_core_step(&fake->core);
        CHECK_STR_EQ(fake_event(fake, "result fail clock"), rows[i].refusal);
        free(fake);
    }
}

static void a_clock_that_is_not_set_is_not_believed(void)
{
    static const struct {
        uint8_t first, stratum;
        uint32_t seconds;
        const char *result, *text;
    } rows[] = {{0x24, 0, 3900000000U, "result fail clock 9006", "kiss of death"},
                {0xE4, 1, 3900000000U, "result fail clock 9006", "not set"},
                {0x24, 16, 3900000000U, "result fail clock 9006", "not set"},
                {0x24, 1, 0, "result fail clock 9005", "no time"}};

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct fake_board *fake = board_asking_for_the_time();

        REQUIRE(fake != NULL);
        answer_sntp(fake, rows[i].first, rows[i].stratum, rows[i].seconds);
        probe_core_step(&fake->core);
        check_result(fake, rows[i].result, rows[i].text);
    }
}

static void a_broker_that_says_no_or_nonsense_fails_the_attempt(void)
{
    static const struct {
        const char *bytes;
        size_t len;
        const char *result, *text;
    } rows[] = {
        {"\x20\2\0\5", 4, "result fail mqtt 9006", "MQTT CONNACK code 5 (not authorized)"},
        {"\x20\2\0\1", 4, "result fail mqtt 9006", "(unacceptable protocol version)"},
        {"\x20\2\0\x77", 4, "result fail mqtt 9006", "code 119 (reserved)"},
        {"\x20\2\1\0", 4, "result fail mqtt 9005", "no proper CONNACK"},
        {"\x20\3\0\0", 4, "result fail mqtt 9005", "no proper CONNACK"},
        {"\x21\2\0\0", 4, "result fail mqtt 9005", "no proper CONNACK"},
        {"\xD0", 1, "result fail mqtt 9005", "no proper CONNACK"},
        {"HTTP", 4, "result fail mqtt 9005", "no proper CONNACK"},
        {"\x20\2\0\0\x40\2\0\2", 8, "result fail mqtt 9005", "no PUBACK"},
        {"\x20\2\0\0\x30\5", 6, "result fail mqtt 9005", "no PUBACK"},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct fake_board *fake = connected_board(0, "set alpn ");

        REQUIRE(fake != NULL);
        give(fake, rows[i].bytes, rows[i].len);
        probe_core_step(&fake->core);
        check_result(fake, rows[i].result, rows[i].text);
    }
}

static void a_broker_that_goes_away_is_told_apart(void)
{
    struct fake_board *fake = connected_board(0, "set alpn ");

    REQUIRE(fake != NULL);
    give(fake, connack, 3);
    fake->is_peer_gone = true;
    probe_core_step(&fake->core);
    check_result(fake, "result fail mqtt 9004", "the server closed the connection");
}

static void a_lost_close_notify_does_not_spoil_a_finished_publish(void)
{
    struct fake_board *fake = connected_board(0, "set alpn ");

    REQUIRE(fake != NULL);
    give(fake, connack, sizeof(connack));
    give(fake, puback, sizeof(puback));
    fake->finishes = PROBE_IO_FAILED;
    probe_core_step(&fake->core);
    check_result(fake, "result ok done 0", "");
}

static void the_largest_settings_make_packets_that_fit(void)
{
    struct fake_board *fake = connected_board(0, "set alpn ");
    char command[64];
    static const struct {
        const char *key;
        size_t max;
    } rows[] = {{"client", 127}, {"user", 127}, {"pass", 255}, {"topic", 127}, {"payload", 255}};

    REQUIRE(fake != NULL);
    fake_command(fake, "abort");
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        snprintf(command, sizeof(command), "set %s ", rows[i].key);
        CHECK_STR_EQ(fake_command(fake, command), "ok");
        snprintf(command, sizeof(command), "set+ %s x", rows[i].key);
        for (size_t n = 0; n < rows[i].max; n++) {
            fake_forget(fake);
            CHECK_STR_EQ(fake_command(fake, command), "ok");
        }
    }
    fake_forget(fake);
    CHECK_STR_EQ(fake_command(fake, "connect"), "ok");
    give(fake, connack, sizeof(connack));
    give(fake, puback, sizeof(puback));
    probe_core_step(&fake->core);
    CHECK_UINT_EQ(fake->sent_len, 3 + 10 + 129 + 129 + 257 + 3 + 129 + 2 + 255 + 2);
    CHECK_MEM_EQ(fake->sent, "\x10\x8D\x04", 3); /* 525 as in MQTT 2.2.3 */
    check_result(fake, "result ok done 0", "");
}

TEST_SUITE(probe_attempt, TEST(a_whole_attempt_publishes_and_says_so),
           TEST(bytes_may_come_and_go_one_at_a_time),
           TEST(the_stack_s_own_words_come_in_pieces_before_the_result),
           TEST(a_lost_result_can_be_asked_for_again), TEST(abort_ends_the_attempt_with_a_result),
           TEST(a_reset_closes_the_connection_first), TEST(each_phase_has_its_time_out),
           TEST(waits_exactly_as_long_as_there_is_nothing_to_do),
           TEST(asks_the_dns_server_it_was_given_and_connects_to_the_answer),
           TEST(says_why_a_name_does_not_resolve), TEST(a_host_that_is_an_address_is_not_asked_for),
           TEST(hosts_that_are_no_name_fail_to_resolve), TEST(asks_for_the_time_when_told_so),
           TEST(a_clock_that_is_not_set_is_not_believed),
           TEST(time_that_runs_backwards_is_not_believed),
           TEST(a_broker_that_says_no_or_nonsense_fails_the_attempt),
           TEST(a_broker_that_goes_away_is_told_apart),
           TEST(a_lost_close_notify_does_not_spoil_a_finished_publish),
           TEST(the_largest_settings_make_packets_that_fit));
