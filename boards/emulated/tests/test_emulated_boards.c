/* SPDX-License-Identifier: Apache-2.0 */
/* Every image against a real mosquitto, in a network of the test's own. */
#include "board_process.h"
#include "broker.h"
#include "lease_servers.h"
#include "qemu_board.h"

#include "network/network.h"
#include "test_support.h"

#include <stdio.h>
#include <time.h>

enum { IMAGE_MAX = 1 << 20, DAY_S = 86400 };

#define HOST_OF_BOARD "10.0.2.2" /* for a board behind QEMU's slirp this is our 127.0.0.1 */

struct bench {
    struct broker broker;
    struct qemu_board qemu;
    struct board_process board; /* speaks over QEMU's serial line */
};

static bool enter_network(void)
{
    struct assay_error err = {0};

    if (network_isolate(&err) == ASSAY_OK)
        return true;
    printf("%s\n", err.text);
    return false;
}

static bool power_on(struct bench *bench, const char *image_name)
{
    struct assay_error err = {0};
    struct buf image;
    char flash[512];
    bool is_made = false;

    buf_init(&image, IMAGE_MAX);
    snprintf(flash, sizeof(flash), "%s/%s.flash", test_directory(), image_name);
    is_made = firmware_load(image_name, &image) == ASSAY_OK &&
              qemu_board_make_flash(flash, image.data, image.len) == ASSAY_OK;
    buf_done(&image);
    if (!is_made || qemu_board_start(flash, "user", &bench->qemu, &err) != ASSAY_OK) {
        printf("%s: %s\n", image_name, err.text);
        return false;
    }
    bench->board = (struct board_process){.master_fd = bench->qemu.serial_fd};
    probe_line_reader_init(&bench->board.reader);
    return strcmp(board_process_event(&bench->board, "ready"), "ready power") == 0;
}

static bool configure(struct bench *bench)
{
    return board_process_configure(&bench->board, bench->broker.root_der, bench->broker.root_len) &&
           board_process_set(&bench->board, "ip", HOST_OF_BOARD);
}

static struct board_result connect_to(struct bench *bench, enum broker_listener listener)
{
    if (!board_process_set(&bench->board, "port", bench->broker.ports[listener]))
        return (struct board_result){.text = "set port was refused"};
    return board_process_connect(&bench->board);
}

static void check_message(struct bench *bench, const char *version)
{
    struct subscriber subscriber;
    struct board_result result;

    REQUIRE(subscriber_start(&subscriber, &bench->broker, "a/b"));
    result = connect_to(bench, BROKER_GOOD);
    CHECK_STR_EQ(result.result, "result ok done 0");
    CHECK_STR_EQ(result.text, "");
    CHECK_STR_CONTAINS(board_process_event(&bench->board, "log "), version);
    CHECK(subscriber_expect(&subscriber, "a/b hello"));
    subscriber_stop(&subscriber);
}

struct refusal {
    enum broker_listener listener;
    const char *result;
};

static void check_refusals(struct bench *bench, const struct refusal *refusals, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct board_result result = connect_to(bench, refusals[i].listener);

        CHECK_STR_EQ(result.result, refusals[i].result);
    }
}

static void run_board(const char *image, const char *version, const struct refusal *refusals,
                      size_t count)
{
    struct bench bench = {0};

    REQUIRE(enter_network());
    REQUIRE(broker_start(&bench.broker));
    REQUIRE(power_on(&bench, image));
    REQUIRE(configure(&bench));
    check_message(&bench, version);
    check_refusals(&bench, refusals, count);
    check_message(&bench, version);
    qemu_board_stop(&bench.qemu);
    broker_stop(&bench.broker);
}

static void bearssl_publishes_to_a_good_server_and_refuses_bad_ones(void)
{
    static const struct refusal refusals[] = {
        {BROKER_EXPIRED, "result fail tls 54"},  {BROKER_FUTURE, "result fail tls 54"},
        {BROKER_MISNAMED, "result fail tls 56"}, {BROKER_UNKNOWN, "result fail tls 62"},
        {BROKER_MUTUAL, "result fail tls 296"},
    };

    run_board("cortex-m3-bearssl.bin", "TLSv1.2", refusals, sizeof(refusals) / sizeof(refusals[0]));
}

static void mbedtls_publishes_to_a_good_server_and_refuses_bad_ones(void)
{
    static const struct refusal refusals[] = {
        {BROKER_EXPIRED, "result fail tls -9984"},  {BROKER_FUTURE, "result fail tls -9984"},
        {BROKER_MISNAMED, "result fail tls -9984"}, {BROKER_UNKNOWN, "result fail tls -9984"},
        {BROKER_MUTUAL, "result fail tls -30592"},
    };

    run_board("cortex-m3-mbedtls.bin", "TLSv1.2", refusals, sizeof(refusals) / sizeof(refusals[0]));
}

static void wolfssl_publishes_in_tls_1_3_and_refuses_bad_servers(void)
{
    static const struct refusal refusals[] = {
        {BROKER_EXPIRED, "result fail tls -151"},  {BROKER_FUTURE, "result fail tls -150"},
        {BROKER_MISNAMED, "result fail tls -322"}, {BROKER_UNKNOWN, "result fail tls -188"},
        {BROKER_NEW, "result ok done 0"},
    };

    run_board("cortex-m3-wolfssl.bin", "TLSv1.3", refusals, sizeof(refusals) / sizeof(refusals[0]));
}

/* Time and name come from the servers that the lease names, which the board is not told. */
static void the_lease_leads_to_the_name_server_and_the_time_server(void)
{
    static const struct {
        long ahead_s;
        const char *result;
    } rows[] = {{0, "result ok done 0"}, {4000L * DAY_S, "result fail tls 54"}};
    struct bench bench = {0};

    REQUIRE(enter_network());
    REQUIRE(broker_start(&bench.broker));
    REQUIRE(power_on(&bench, "cortex-m3-bearssl.bin"));
    REQUIRE(configure(&bench));
    CHECK(board_process_set(&bench.board, "ip", "255.255.255.255"));
    CHECK(board_process_set(&bench.board, "dns", "53"));
    CHECK(board_process_set(&bench.board, "sntp", "123"));
    CHECK(board_process_set(&bench.board, "clock", "sntp"));
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        pid_t servers = lease_servers_start(time(NULL) + rows[i].ahead_s);
        struct board_result result;

        REQUIRE(servers != 0);
        result = connect_to(&bench, BROKER_GOOD);
        CHECK_STR_EQ(result.result, rows[i].result);
        CHECK_STR_EQ(board_process_event(&bench.board, "phase resolve"), "phase resolve");
        lease_servers_stop(servers);
    }
    qemu_board_stop(&bench.qemu);
    broker_stop(&bench.broker);
}

/* "ok image 0123..." */
static void check_image_fact(struct bench *bench, const char *hash_file)
{
    char command[16];
    char wanted[48];
    struct buf hash;
    bool is_told = false;

    buf_init(&hash, IMAGE_MAX);
    REQUIRE_OK(firmware_load(hash_file, &hash));
    snprintf(wanted, sizeof(wanted), "ok image %.32s", buf_text(&hash));
    for (int i = 0; i < 20 && !is_told; i++) {
        snprintf(command, sizeof(command), "info %d", i);
        is_told = strcmp(board_process_command(&bench->board, command), wanted) == 0;
    }
    CHECK(is_told);
    buf_done(&hash);
}

static void a_board_tells_the_hash_of_its_image_and_why_it_was_reset(void)
{
    struct bench bench = {0};

    REQUIRE(enter_network());
    REQUIRE(power_on(&bench, "cortex-m3-bearssl.bin"));
    CHECK_STR_EQ(board_process_command(&bench.board, "hello"), "ok probe/1 emulated/cortex-m3");
    check_image_fact(&bench, "cortex-m3-bearssl.sha256");
    board_process_forget(&bench.board);
    CHECK_STR_EQ(board_process_command(&bench.board, "reset"), "ok");
    CHECK_STR_EQ(board_process_event(&bench.board, "ready"), "ready requested");
    qemu_board_stop(&bench.qemu);
}

TEST_SUITE(emulated_boards, TEST(bearssl_publishes_to_a_good_server_and_refuses_bad_ones),
           TEST(mbedtls_publishes_to_a_good_server_and_refuses_bad_ones),
           TEST(wolfssl_publishes_in_tls_1_3_and_refuses_bad_servers),
           TEST(the_lease_leads_to_the_name_server_and_the_time_server),
           TEST(a_board_tells_the_hash_of_its_image_and_why_it_was_reset));
