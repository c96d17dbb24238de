/* SPDX-License-Identifier: Apache-2.0 */
/* The virtual driver with the real boards' programs, healthy and not, against a real mosquitto. */
#include "board_bench.h"
#include "broker.h"

#include "base/event_kinds.h"
#include "test_support.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#define PROGRAMS ASSAY_BINARY_DIR "/boards/virtual"

/* A board file for one fault; the board is given up early. */
#define FAULTY(fault)                                                                              \
    "id: test/faulty\ndriver: virtual\nvirtual: {program: assay-board-openssl, args: [--fault, "   \
    "\"" fault "\"]}\ntimeouts: {ready_ms: 3000}\n"

static void aim(struct board_bench *b, const struct broker *broker, enum broker_listener listener)
{
    b->request.root_der = broker->root_der;
    b->request.root_len = broker->root_len;
    b->request.port = (unsigned)strtoul(broker->ports[listener], NULL, 10);
    b->request.unix_s = time(NULL); /* the certificates of this broker are from today */
}

static bool has_phase(const struct board_bench *b, const char *phase)
{
    for (unsigned n = 0; bench_event(b, EV_BOARD_PHASE, n) != NULL; n++) {
        if (strcmp(event_get_text(bench_event(b, EV_BOARD_PHASE, n), "phase"), phase) == 0)
            return true;
    }
    return false;
}

static void every_board_publishes_and_tells_bad_servers(void)
{
    static const struct {
        const char *board, *stack;
        bool minds_names, minds_dates, minds_roots;
    } rows[] = {{"virtual/bearssl", "BearSSL", true, true, true},
                {"virtual/mbedtls", "mbed", true, true, true},
                {"virtual/openssl", "OpenSSL", true, true, true},
                {"reference/strict", "OpenSSL", true, true, true},
                {"reference/insecure", "OpenSSL", false, false, false},
                {"reference/name-blind", "OpenSSL", false, true, true},
                {"reference/date-blind", "OpenSSL", true, false, true}};
    struct broker broker;

    REQUIRE(broker_start(&broker));
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        struct board_bench b;
        const struct {
            enum broker_listener listener;
            bool refuses;
        } tries[] = {{BROKER_GOOD, false},
                     {BROKER_MISNAMED, rows[i].minds_names},
                     {BROKER_EXPIRED, rows[i].minds_dates},
                     {BROKER_UNKNOWN, rows[i].minds_roots},
                     {BROKER_GOOD, false}};

        if (bench_open_id(&b, rows[i].board, PROGRAMS)) {
            const struct event *ready = NULL;

            for (size_t k = 0; k < sizeof(tries) / sizeof(*tries); k++) {
                aim(&b, &broker, tries[k].listener);
                if (!bench_attempt(&b))
                    break;
                CHECK_INT_EQ(b.outcome.cause, CAUSE_NONE);
                CHECK(b.outcome.has_result);
                test_check(b.outcome.ok == !tries[k].refuses, __FILE__, __LINE__,
                           "%s, try %zu: ok %d", rows[i].board, k, b.outcome.ok);
            }
            ready = bench_event(&b, EV_BOARD_READY, 0);
            CHECK_STR_EQ(event_get_text(ready, "name"), rows[i].board);
            CHECK_STR_EQ(event_get_text(ready, "reset_reason"), "power");
            CHECK_UINT_EQ(bench_count(&b, EV_BOARD_READY), 1); /* it stayed on */
            CHECK(has_phase(&b, "mqtt"));
            CHECK(!bench_transcript_holds(&b, "s3cr3t-pass"));
        }
        bench_done(&b);
    }
    broker_stop(&broker);
}

static void a_message_arrives_and_an_identity_is_shown(void)
{
    struct broker broker;
    struct subscriber subscriber;
    struct board_bench b;
    uint8_t cert[2048];
    uint8_t key[2048];

    REQUIRE(broker_start(&broker));
    REQUIRE(subscriber_start(&subscriber, &broker, "bench/topic"));
    if (bench_open_id(&b, "virtual/mbedtls", PROGRAMS)) {
        aim(&b, &broker, BROKER_MUTUAL);
        b.request.cert_der = cert;
        b.request.cert_len = test_cert_der(&broker.client, cert, sizeof(cert));
        b.request.key_der = key;
        b.request.key_len = test_key_der(&broker.client, key, sizeof(key));
        if (bench_attempt(&b)) {
            CHECK(b.outcome.ok);
            CHECK(b.outcome.connect_ns > 0);
            CHECK(subscriber_expect(&subscriber, "bench/topic hello world"));
            CHECK(bench_transcript_holds(&b, "put key (secret)"));
            CHECK(bench_transcript_holds(&b, "set pass (secret)"));
        }
        b.request.cert_der = NULL;
        if (bench_attempt(&b))
            CHECK(!b.outcome.ok);
    }
    bench_done(&b);
    subscriber_stop(&subscriber);
    broker_stop(&broker);
}

static void a_later_attempt_takes_few_lines(void)
{
    struct broker broker;
    struct board_bench b;
    unsigned before = 0;

    REQUIRE(broker_start(&broker));
    if (bench_open_id(&b, "virtual/openssl", PROGRAMS)) {
        aim(&b, &broker, BROKER_GOOD);
        CHECK(bench_attempt(&b));
        before = bench_count(&b, EV_BOARD_COMMAND);
        aim(&b, &broker, BROKER_EXPIRED);
        CHECK(bench_attempt(&b));
        CHECK_UINT_EQ(bench_count(&b, EV_BOARD_COMMAND) - before, 3); /* port, time, connect */
    }
    bench_done(&b);
    broker_stop(&broker);
}

struct fault_row {
    const char *yaml;
    enum cause cause;
    const char *detail;
};

/* One attempt of a board with a fault at a good broker. */
static void each_fault_ends_with_its_cause(void)
{
    static const struct fault_row rows[] = {
        {FAULTY("never-ready"), CAUSE_BOOT, "the board was never ready"},
        {FAULTY("crash-at-start"), CAUSE_BOOT, "the board's program died of signal"},
        {FAULTY("exit-on-connect"), CAUSE_BOOT, "the board's program ended with status 3 in mid"},
        {FAULTY("crash-on-connect"), CAUSE_BOOT, "the board's program died of signal"},
        {FAULTY("hang-on-connect"), CAUSE_NONE,
         "no result within 4000 ms after \"connect\" (it is in phase"},
        {FAULTY("cannot-resolve"), CAUSE_NETWORK, "the board failed in phase resolve"},
        {FAULTY("refuse-all"), CAUSE_NONE, ""},
        {FAULTY("noise"), CAUSE_NONE, ""},
        {FAULTY("garble:2"), CAUSE_NONE, ""},
        {FAULTY("slow-uart:40000"), CAUSE_NONE, ""},
        {"id: test/x\ndriver: virtual\nvirtual: {program: assay-board-none}\n", CAUSE_BOOT,
         "there is no program assay-board-none"},
        {"id: test/x\ndriver: virtual\nvirtual: {program: assay-board-openssl, args: "
         "[--no-such]}\n",
         CAUSE_BOOT, "ended with status 2 before it was ready: "},
    };
    struct broker broker;

    REQUIRE(broker_start(&broker));
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        struct board_bench b;

        if (bench_open(&b, rows[i].yaml, PROGRAMS)) {
            aim(&b, &broker, BROKER_GOOD);
            b.request.timeout_ms = 4000;
            if (bench_attempt(&b)) {
                test_check(b.outcome.cause == rows[i].cause, __FILE__, __LINE__, "row %zu: %s: %s",
                           i, cause_name(b.outcome.cause), b.outcome.detail);
                CHECK_STR_CONTAINS(b.outcome.detail, rows[i].detail);
                CHECK(b.outcome.cause != CAUSE_NONE || b.outcome.has_result != b.outcome.timed_out);
            }
        }
        bench_done(&b);
    }
    broker_stop(&broker);
}

static void noise_is_kept_apart_from_lines(void)
{
    struct broker broker;
    struct board_bench b;

    REQUIRE(broker_start(&broker));
    if (bench_open(&b, FAULTY("noise"), PROGRAMS)) {
        aim(&b, &broker, BROKER_GOOD);
        CHECK(bench_attempt(&b));
        CHECK(b.outcome.ok);
        CHECK(bench_count(&b, EV_BOARD_NOISE) > 0);
    }
    bench_done(&b);
    broker_stop(&broker);
}

/* The board dies at every connect; each next attempt starts it again. */
static void a_dead_board_is_power_cycled(void)
{
    struct broker broker;
    struct board_bench b;

    REQUIRE(broker_start(&broker));
    if (bench_open(&b, FAULTY("exit-on-connect:2"), PROGRAMS)) {
        aim(&b, &broker, BROKER_GOOD);
        CHECK(bench_attempt(&b));
        CHECK(b.outcome.ok);
        CHECK(bench_attempt(&b));
        CHECK_INT_EQ(b.outcome.cause, CAUSE_BOOT);
        CHECK_INT_EQ(event_get_int(bench_event(&b, EV_BOARD_EXIT, 0), "status", 0), 3);
        CHECK_UINT_EQ(bench_count(&b, EV_BOARD_RESET), 0);
        CHECK(bench_attempt(&b));
        CHECK(b.outcome.ok);
        CHECK_STR_EQ(event_get_text(bench_event(&b, EV_BOARD_RESET, 0), "reason"), "power");
        CHECK_UINT_EQ(bench_count(&b, EV_BOARD_READY), 2);
    }
    bench_done(&b);
    broker_stop(&broker);
}

static void a_deaf_board_is_power_cycled(void)
{
    struct broker broker;
    struct board_bench b;

    REQUIRE(broker_start(&broker));
    if (bench_open(&b, FAULTY("hang-on-connect:2"), PROGRAMS)) {
        aim(&b, &broker, BROKER_GOOD);
        b.request.timeout_ms = 2500;
        CHECK(bench_attempt(&b));
        CHECK(b.outcome.ok);
        CHECK(bench_attempt(&b));
        CHECK(b.outcome.timed_out);
        CHECK(bench_attempt(&b));
        CHECK(b.outcome.ok);
        CHECK_UINT_EQ(bench_count(&b, EV_BOARD_RESET), 1);
    }
    bench_done(&b);
    broker_stop(&broker);
}

static void a_lost_link_is_told_and_mended(void)
{
    struct broker broker;
    struct board_bench b;

    REQUIRE(broker_start(&broker));
    if (bench_open(&b, FAULTY("drop-link:1"), PROGRAMS)) {
        aim(&b, &broker, BROKER_GOOD);
        CHECK(bench_attempt(&b));
        if (b.outcome.cause == CAUSE_NONE) /* the line goes after the attempt */
            CHECK(bench_attempt(&b));
        CHECK_INT_EQ(b.outcome.cause, CAUSE_BOOT);
        CHECK_STR_CONTAINS(b.outcome.detail, "link");
    }
    bench_done(&b);
    broker_stop(&broker);
}

static void a_reset_in_mid_attempt_is_spontaneous(void)
{
    struct broker broker;
    struct board_bench b;

    REQUIRE(broker_start(&broker));
    if (bench_open(&b, FAULTY("reset-on-connect"), PROGRAMS)) {
        aim(&b, &broker, BROKER_GOOD);
        CHECK(bench_attempt(&b));
        CHECK_STR_EQ(event_get_text(bench_event(&b, EV_BOARD_RESET, 0), "reason"), "spontaneous");
        CHECK_UINT_EQ(bench_count(&b, EV_BOARD_EXIT), 0);
        CHECK(b.outcome.cause == CAUSE_BOOT);
        CHECK_STR_CONTAINS(b.outcome.detail, "restart");
    }
    bench_done(&b);
    broker_stop(&broker);
}

static void a_refused_connection_is_the_networks(void)
{
    struct broker broker;
    struct board_bench b;

    REQUIRE(broker_start(&broker));
    if (bench_open_id(&b, "virtual/bearssl", PROGRAMS)) {
        aim(&b, &broker, BROKER_GOOD);
        broker_stop(&broker);
        CHECK(bench_attempt(&b));
        CHECK_INT_EQ(b.outcome.cause, CAUSE_NETWORK);
        CHECK(b.outcome.has_result && !b.outcome.ok);
        CHECK_STR_CONTAINS(b.outcome.detail, "phase tcp");
    }
    bench_done(&b);
}

static void a_board_that_waits_in_vain_is_given_up_and_usable_again(void)
{
    struct broker broker;
    struct board_bench b;

    REQUIRE(broker_start(&broker));
    if (bench_open_id(&b, "virtual/openssl", PROGRAMS)) {
        aim(&b, &broker, BROKER_PLAIN); /* mosquitto waits for the rest of a CONNECT */
        b.request.timeout_ms = 1;       /* ... and we for nothing */
        CHECK(bench_attempt(&b));
        b.request.timeout_ms = 10000;
        aim(&b, &broker, BROKER_GOOD);
        CHECK(bench_attempt(&b));
        CHECK(b.outcome.ok);
    }
    bench_done(&b);
    broker_stop(&broker);
}

/* What it was last told about its patience. */
static bool was_told(const struct board_bench *b, const char *setting)
{
    const struct event *last = NULL;

    for (unsigned n = 0; bench_event(b, EV_BOARD_COMMAND, n) != NULL; n++)
        if (strstr(event_get_text(bench_event(b, EV_BOARD_COMMAND, n), "text"), "set phase ") !=
            NULL)
            last = bench_event(b, EV_BOARD_COMMAND, n);
    return last != NULL && strstr(event_get_text(last, "text"), setting) != NULL;
}

static void a_board_waits_less_for_a_server_that_is_silent_on_purpose(void)
{
    static const char board[] =
        "id: test/patient\ndriver: virtual\nvirtual: {program: assay-board-bearssl}\n"
        "timeouts: {ready_ms: 10000, phase_ms: 4000, silence_ms: 300}\n";
    struct broker broker;
    struct board_bench b;

    REQUIRE(broker_start(&broker));
    if (bench_open(&b, board, PROGRAMS)) {
        aim(&b, &broker, BROKER_PLAIN); /* mosquitto waits for the rest of a CONNECT */
        b.request.silent = true;
        CHECK(bench_attempt(&b));
        CHECK(b.outcome.has_result && !b.outcome.ok);
        CHECK(was_told(&b, "set phase 300"));
        aim(&b, &broker, BROKER_GOOD);
        b.request.silent = false;
        CHECK(bench_attempt(&b));
        CHECK(b.outcome.ok);
        CHECK(was_told(&b, "set phase 4000"));
    }
    bench_done(&b);
    broker_stop(&broker);
}

static void cancelling_lets_the_board_live(void)
{
    struct broker broker;
    struct board_bench b;

    REQUIRE(broker_start(&broker));
    if (bench_open_id(&b, "virtual/bearssl", PROGRAMS)) {
        aim(&b, &broker, BROKER_GOOD);
        CHECK(bench_attempt(&b));
        CHECK_OK(board_connect(b.board, &b.request, bench_on_done, &b, NULL));
        board_cancel(b.board, CAUSE_NETWORK, "the broker is gone");
        CHECK(bench_turn_until(&b, &b.done_count, 2));
        CHECK_INT_EQ(b.outcome.cause, CAUSE_NETWORK);
        CHECK_STR_EQ(b.outcome.detail, "the broker is gone");
        CHECK(bench_attempt(&b));
        CHECK(b.outcome.ok);
        CHECK_UINT_EQ(b.done_count, 3);
    }
    bench_done(&b);
    broker_stop(&broker);
}

static void closing_in_mid_attempt_is_done_once(void)
{
    struct broker broker;
    struct board_bench b;

    REQUIRE(broker_start(&broker));
    if (bench_open_id(&b, "virtual/bearssl", PROGRAMS)) {
        aim(&b, &broker, BROKER_GOOD);
        CHECK_OK(board_connect(b.board, &b.request, bench_on_done, &b, NULL));
    }
    bench_done(&b);
    CHECK_UINT_EQ(b.done_count, 1);
    CHECK_INT_EQ(b.outcome.cause, CAUSE_HARNESS);
    broker_stop(&broker);
}

static void an_attempt_without_a_root_is_the_benchs_fault(void)
{
    struct board_bench b;

    if (bench_open_id(&b, "virtual/bearssl", PROGRAMS)) {
        b.request.root_der = NULL;
        b.request.root_len = 0;
        CHECK(bench_attempt(&b));
        CHECK_INT_EQ(b.outcome.cause, CAUSE_HARNESS);
        CHECK_STR_CONTAINS(b.outcome.detail, "no root");
    }
    bench_done(&b);
}

static void the_machine_check_knows_missing_programs(void)
{
    struct board_bench b;
    struct assay_error err;

    if (bench_open_id(&b, "virtual/bearssl", PROGRAMS)) {
        CHECK_OK(board_file_check_machine(b.file, &(struct board_options){.program_dir = PROGRAMS},
                                          &err));
        CHECK_INT_EQ(board_file_check_machine(
                         b.file, &(struct board_options){.program_dir = "/nonexistent"}, &err),
                     ASSAY_ERR_NOT_FOUND);
        CHECK_STR_CONTAINS(err.text, "board virtual/bearssl: there is no program");
        CHECK_INT_EQ(
            board_file_check_machine(b.file, &(struct board_options){.program_dir = NULL}, &err),
            ASSAY_ERR_NOT_FOUND);
    }
    bench_done(&b);
}

TEST_SUITE(virtual_driver, TEST(every_board_publishes_and_tells_bad_servers),
           TEST(a_message_arrives_and_an_identity_is_shown), TEST(a_later_attempt_takes_few_lines),
           TEST(each_fault_ends_with_its_cause), TEST(noise_is_kept_apart_from_lines),
           TEST(a_dead_board_is_power_cycled), TEST(a_deaf_board_is_power_cycled),
           TEST(a_lost_link_is_told_and_mended), TEST(a_reset_in_mid_attempt_is_spontaneous),
           TEST(a_refused_connection_is_the_networks),
           TEST(a_board_that_waits_in_vain_is_given_up_and_usable_again),
           TEST(a_board_waits_less_for_a_server_that_is_silent_on_purpose),
           TEST(cancelling_lets_the_board_live), TEST(closing_in_mid_attempt_is_done_once),
           TEST(an_attempt_without_a_root_is_the_benchs_fault),
           TEST(the_machine_check_knows_missing_programs));
