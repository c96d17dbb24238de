/* SPDX-License-Identifier: Apache-2.0 */
/* Boards that misbehave on purpose, and lines that do. */
#include "test_support.h"

#include "board_process.h"
#include "broker.h"

#include <arpa/inet.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

static bool start(struct board_process *board, const char *fault)
{
    const char *const arguments[] = {"--fault", fault, NULL};

    return board_process_start(board, "bearssl", arguments);
}

static const uint8_t any_root[] = {0x30, 0x00};

/* A listener that takes connections and says nothing. */
static int silent_server(char port[8])
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof(address);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    if (bind(fd, (struct sockaddr *)&address, len) != 0 || listen(fd, 8) != 0 ||
        getsockname(fd, (struct sockaddr *)&address, &len) != 0)
        return -1;
    snprintf(port, 8, "%u", ntohs(address.sin_port));
    return fd;
}

/* Started with this fault, and everything set for the Nth connect. */
static bool start_configured(struct board_process *board, const char *fault)
{
    return start(board, fault) && board_process_configure(board, any_root, sizeof(any_root));
}

static void never_ready_says_and_hears_nothing_but_sees_the_line_end(void)
{
    struct board_process board;
    struct pollfd fd = {.events = POLLIN};

    REQUIRE(start(&board, "never-ready"));
    fd.fd = board.master_fd;
    CHECK_INT_EQ(write(board.master_fd, ">0 hello*66E1\n", 14), 14);
    CHECK_INT_EQ(poll(&fd, 1, 300), 0);
    CHECK_INT_EQ(board_process_hang_up(&board), 0);
}

static void crash_at_start_dies_by_a_signal_without_a_word(void)
{
    struct board_process board;

    REQUIRE(start(&board, "crash-at-start"));
    CHECK_INT_EQ(board_process_await_end(&board), -SIGABRT);
    CHECK_STR_EQ(board_process_command(&board, "hello"), "");
    board_process_stop(&board);
}

static void exits_and_crashes_come_at_the_connect_that_was_named(void)
{
    static const struct {
        const char *fault;
        int code;
    } rows[] = {{"exit-on-connect:2", 3}, {"crash-on-connect:2", -SIGABRT}};
    struct board_process board;

    for (size_t i = 0; i < 2; i++) {
        REQUIRE(start_configured(&board, rows[i].fault));
        CHECK_STR_CONTAINS(board_process_connect(&board).result, "result fail tcp");
        CHECK_STR_EQ(board_process_command(&board, "connect"), "ok");
        CHECK_INT_EQ(board_process_await_end(&board), rows[i].code);
        board_process_stop(&board);
    }
}

static void hang_on_connect_is_deaf_and_dumb_from_then_on(void)
{
    struct board_process board;
    struct pollfd fd = {.events = POLLIN};

    REQUIRE(start_configured(&board, "hang-on-connect"));
    CHECK_STR_EQ(board_process_command(&board, "connect"), "ok");
    CHECK_INT_EQ(write(board.master_fd, "\n>0 abort*1234\n", 15), 15);
    fd.fd = board.master_fd;
    while (poll(&fd, 1, 200) > 0) { /* what was said before */
        char said[256];

        REQUIRE(read(board.master_fd, said, sizeof(said)) > 0);
        CHECK(memchr(said, 'r', sizeof(said)) == NULL || strstr(said, "result") == NULL);
    }
    CHECK_INT_EQ(board_process_hang_up(&board), 0);
}

static void reset_on_connect_comes_back_without_what_it_knew(void)
{
    struct board_process board;

    REQUIRE(start_configured(&board, "reset-on-connect"));
    board_process_forget(&board);
    CHECK_STR_EQ(board_process_command(&board, "connect"), "ok");
    CHECK_STR_EQ(board_process_event(&board, "ready"), "ready watchdog");
    CHECK_STR_EQ(board_process_command(&board, "sum root"), "ok 0 00000000");
    CHECK_INT_EQ(board_process_hang_up(&board), 0);
}

static void drop_link_closes_the_line_after_the_result(void)
{
    struct board_process board;
    char byte = 0;
    struct pollfd fd = {.events = POLLIN};

    REQUIRE(start_configured(&board, "drop-link:2"));
    CHECK_STR_CONTAINS(board_process_connect(&board).result, "result fail tcp");
    CHECK_STR_CONTAINS(board_process_connect(&board).result, "result fail tcp");
    fd.fd = board.master_fd;
    CHECK_INT_EQ(poll(&fd, 1, 5000), 1);
    CHECK(read(board.master_fd, &byte, 1) < 0); /* EIO: no slave is open */
    CHECK_INT_EQ(poll(&(struct pollfd){.fd = board.child.pid_fd, .events = POLLIN}, 1, 0), 0);
    board_process_stop(&board);
}

static void cannot_resolve_fails_before_any_connection(void)
{
    struct board_process board;
    struct board_result result;

    REQUIRE(start_configured(&board, "cannot-resolve"));
    result = board_process_connect(&board);
    CHECK_STR_EQ(result.result, "result fail resolve 9006");
    CHECK_STR_CONTAINS(result.text, "cannot resolve");
    CHECK_INT_EQ(board_process_hang_up(&board), 0);
}

static void refuse_all_refuses_a_good_server_in_every_stack(void)
{
    static const char *const arguments[] = {"--fault", "refuse-all", NULL};
    static const char *const stacks[] = {"bearssl", "gnutls", "mbedtls", "openssl", "wolfssl"};
    struct broker broker;
    struct board_process board;

    REQUIRE(broker_start(&broker));
    for (size_t i = 0; i < sizeof(stacks) / sizeof(stacks[0]); i++) {
        REQUIRE(board_process_start(&board, stacks[i], arguments));
        REQUIRE(board_process_configure(&board, broker.root_der, broker.root_len));
        REQUIRE(board_process_set(&board, "port", broker.ports[BROKER_GOOD]));
        CHECK_STR_CONTAINS(board_process_connect(&board).result, "result fail tls");
        CHECK_INT_EQ(board_process_hang_up(&board), 0);
    }
    broker_stop(&broker);
}

static void noise_between_the_lines_spoils_nothing(void)
{
    struct board_process board;

    REQUIRE(start_configured(&board, "noise"));
    CHECK_STR_EQ(board_process_connect(&board).result, "result fail tcp 9003");
    CHECK(board.noise > 20);
    CHECK_INT_EQ(board_process_hang_up(&board), 0);
}

static void a_garbled_line_costs_only_time(void)
{
    struct board_process board;

    /* One byte of 1000: about every fifteenth line is lost, one way or the other. */
    REQUIRE(start_configured(&board, "garble:1"));
    for (int i = 0; i < 40; i++)
        CHECK_STR_EQ(board_process_command(&board, "hello"), "ok probe/1 virtual/bearssl");
    CHECK(board.noise > 0);
    board_process_stop(&board);
}

static void a_slow_line_is_as_slow_as_its_baud_rate(void)
{
    struct board_process board;
    uint64_t start_ns = 0;
    uint64_t took_ms = 0;

    REQUIRE(start(&board, "slow-uart:1000"));
    CHECK_STR_EQ(board_process_event(&board, "ready"), "ready power");
    start_ns = monotonic_ns();
    for (int i = 0; i < 5; i++) /* 35 bytes each */
        CHECK_STR_EQ(board_process_command(&board, "hello"), "ok probe/1 virtual/bearssl");
    took_ms = (monotonic_ns() - start_ns) / 1000000;
    CHECK(took_ms >= 130); /* 175 ms, less what an idle line lets through at once */
    CHECK_INT_EQ(board_process_hang_up(&board), 0);
}

static void an_attempt_at_a_silent_server_can_be_aborted_or_times_out(void)
{
    char port[8] = "";
    int server = silent_server(port);
    struct board_process board;
    struct board_result result;

    REQUIRE(server >= 0);
    REQUIRE(start_configured(&board, "refuse-all"));
    REQUIRE(board_process_set(&board, "port", port));
    board_process_forget(&board);
    CHECK_STR_EQ(board_process_command(&board, "connect"), "ok");
    CHECK_STR_EQ(board_process_event(&board, "phase tls"), "phase tls");
    CHECK_STR_EQ(board_process_command(&board, "result"), "ok running tls");
    CHECK_STR_EQ(board_process_command(&board, "abort"), "ok");
    CHECK_STR_EQ(board_process_event(&board, "result"), "result fail tls 9002");
    REQUIRE(board_process_set(&board, "phase", "150"));
    result = board_process_connect(&board);
    CHECK_STR_EQ(result.result, "result fail tls 9001");
    CHECK_STR_CONTAINS(result.text, "gave up waiting for the handshake to end after 15");
    CHECK_INT_EQ(board_process_hang_up(&board), 0);
    close(server);
}

static void reset_brings_the_board_back_empty(void)
{
    struct board_process board;

    REQUIRE(start_configured(&board, "slow-uart:1000000"));
    board_process_forget(&board);
    CHECK_STR_EQ(board_process_command(&board, "reset"), "ok");
    CHECK_STR_EQ(board_process_event(&board, "ready"), "ready requested");
    CHECK_STR_EQ(board_process_command(&board, "connect"), "err order host is not set");
    CHECK_INT_EQ(board_process_hang_up(&board), 0);
}

TEST_SUITE(virtual_faults, TEST(never_ready_says_and_hears_nothing_but_sees_the_line_end),
           TEST(crash_at_start_dies_by_a_signal_without_a_word),
           TEST(exits_and_crashes_come_at_the_connect_that_was_named),
           TEST(hang_on_connect_is_deaf_and_dumb_from_then_on),
           TEST(reset_on_connect_comes_back_without_what_it_knew),
           TEST(drop_link_closes_the_line_after_the_result),
           TEST(cannot_resolve_fails_before_any_connection),
           TEST(refuse_all_refuses_a_good_server_in_every_stack),
           TEST(noise_between_the_lines_spoils_nothing), TEST(a_garbled_line_costs_only_time),
           TEST(a_slow_line_is_as_slow_as_its_baud_rate),
           TEST(an_attempt_at_a_silent_server_can_be_aborted_or_times_out),
           TEST(reset_brings_the_board_back_empty));
