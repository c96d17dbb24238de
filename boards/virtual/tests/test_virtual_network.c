/* SPDX-License-Identifier: Apache-2.0 */
/* What a virtual board does on the network before and after TLS, over real sockets. */
#include "test_support.h"

#include "board_process.h"

#include <arpa/inet.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

enum { PATIENCE_MS = 10000, QUERY_LEN = 12 + 19 + 4 };

static const uint8_t any_root[] = {0x30, 0x00};

/* A socket on 127.0.0.1 and its port. */
static int open_socket(int type, char port[8])
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof(address);
    int fd = socket(AF_INET, type | SOCK_CLOEXEC, 0);

    if (bind(fd, (struct sockaddr *)&address, len) != 0 ||
        getsockname(fd, (struct sockaddr *)&address, &len) != 0)
        return -1;
    if (type == SOCK_STREAM && listen(fd, 8) != 0)
        return -1;
    snprintf(port, 8, "%u", ntohs(address.sin_port));
    return fd;
}

static bool is_readable(int fd)
{
    return poll(&(struct pollfd){.fd = fd, .events = POLLIN}, 1, PATIENCE_MS) == 1;
}

static bool start(struct board_process *board)
{
    static const char *const none[] = {NULL};

    return board_process_start(board, "bearssl", none) &&
           board_process_configure(board, any_root, sizeof(any_root));
}

/* One query is received and answered with this rcode and an A record for 127.0.0.1. */
static bool serve_dns(int fd, uint8_t rcode)
{
    static const uint8_t record[] = {0xC0, 12, 0, 1, 0, 1, 0, 0, 0, 1, 0, 4, 127, 0, 0, 1};
    uint8_t message[512];
    struct sockaddr_in peer;
    socklen_t peer_len = sizeof(peer);
    ssize_t len = 0;

    if (!is_readable(fd))
        return false;
    len = recvfrom(fd, message, sizeof(message), 0, (struct sockaddr *)&peer, &peer_len);
    if (len != QUERY_LEN || memcmp(message + 12, "\6broker\5bench\4test\0\0\1\0\1", 23) != 0)
        return false;
    message[2] = 0x81;
    message[3] = (uint8_t)(0x80 | rcode);
    if (rcode == 0) {
        message[7] = 1;
        memcpy(message + len, record, sizeof(record));
        len += (ssize_t)sizeof(record);
    }
    return sendto(fd, message, (size_t)len, 0, (struct sockaddr *)&peer, peer_len) == len;
}

static bool serve_sntp(int fd, uint32_t ntp_s)
{
    uint8_t message[48];
    struct sockaddr_in peer;
    socklen_t peer_len = sizeof(peer);

    if (!is_readable(fd) || recvfrom(fd, message, sizeof(message), 0, (struct sockaddr *)&peer,
                                     &peer_len) != sizeof(message))
        return false;
    message[0] = 0x24;
    message[1] = 1;
    memcpy(message + 24, message + 40, 8);
    for (int i = 0; i < 4; i++)
        message[40 + i] = (uint8_t)(ntp_s >> (24 - 8 * i));
    return sendto(fd, message, sizeof(message), 0, (struct sockaddr *)&peer, peer_len) ==
           sizeof(message);
}

static void asks_dns_then_sntp_and_then_connects(void)
{
    char dns_port[8] = "";
    char sntp_port[8] = "";
    char tcp_port[8] = "";
    int dns = open_socket(SOCK_DGRAM, dns_port);
    int sntp = open_socket(SOCK_DGRAM, sntp_port);
    int tcp = open_socket(SOCK_STREAM, tcp_port);
    struct board_process board;

    REQUIRE(dns >= 0 && sntp >= 0 && tcp >= 0 && start(&board));
    REQUIRE(board_process_set(&board, "dns", dns_port) &&
            board_process_set(&board, "sntp", sntp_port) &&
            board_process_set(&board, "port", tcp_port) &&
            board_process_set(&board, "clock", "sntp"));
    board_process_forget(&board);
    CHECK_STR_EQ(board_process_command(&board, "connect"), "ok");
    CHECK(serve_dns(dns, 0));
    CHECK(serve_sntp(sntp, 4000000000U));
    CHECK(is_readable(tcp));
    CHECK_STR_EQ(board_process_event(&board, "phase tls"), "phase tls");
    CHECK_STR_EQ(board.events[0], "phase resolve");
    CHECK_STR_EQ(board.events[1], "phase clock");
    CHECK_STR_EQ(board.events[2], "phase tcp");
    CHECK_INT_EQ(board_process_hang_up(&board), 0);
    close(dns);
    close(sntp);
    close(tcp);
}

static void a_name_that_does_not_exist_and_a_server_that_is_not_there_are_told_apart(void)
{
    char port[8] = "";
    int dns = open_socket(SOCK_DGRAM, port);
    struct board_process board;
    struct board_result result;

    REQUIRE(dns >= 0 && start(&board) && board_process_set(&board, "dns", port));
    board_process_forget(&board);
    CHECK_STR_EQ(board_process_command(&board, "connect"), "ok");
    CHECK(serve_dns(dns, 3));
    result = board_process_result(&board);
    CHECK_STR_EQ(result.result, "result fail resolve 9006");
    CHECK_STR_CONTAINS(result.text, "no such name");
    close(dns);
    result = board_process_connect(&board); /* ICMP says that nobody is there */
    CHECK_STR_EQ(result.result, "result fail resolve 9003");
    CHECK_STR_CONTAINS(result.text, "the DNS server cannot be reached: Connection refused");
    CHECK_INT_EQ(board_process_hang_up(&board), 0);
}

/* The board ends the connection with a FIN, and reads on: a reset would destroy its last alert. */
static void a_connection_is_closed_without_a_reset(void)
{
    char port[8] = "";
    char bytes[4096];
    int server = open_socket(SOCK_STREAM, port);
    int peer = -1;
    struct board_process board;

    REQUIRE(server >= 0 && start(&board) && board_process_set(&board, "port", port));
    CHECK(board_process_upload(&board, "root", any_root, sizeof(any_root)));
    CHECK_STR_EQ(board_process_connect(&board).result, "result fail tls 9007");
    peer = accept(server, NULL, NULL);
    REQUIRE(peer >= 0);
    for (int i = 0; i < 20; i++) {
        CHECK_INT_EQ(send(peer, bytes, sizeof(bytes), MSG_NOSIGNAL), sizeof(bytes));
        CHECK_INT_EQ(recv(peer, bytes, sizeof(bytes), 0), 0);
    }
    close(peer);
    close(server);
    CHECK_INT_EQ(board_process_hang_up(&board), 0);
}

static uint64_t cpu_ticks(pid_t pid)
{
    char path[64];
    char text[512] = "";
    unsigned long long user = 0;
    unsigned long long kernel = 0;
    FILE *file = NULL;
    char *field = NULL;

    snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
    file = fopen(path, "r");
    if (file == NULL)
        return 0;
    if (fgets(text, sizeof(text), file) == NULL)
        text[0] = '\0';
    fclose(file);
    field = strrchr(text, ')');
    for (int i = 0; i < 12 && field != NULL; i++)
        field = strchr(field + 1, ' ');
    if (field != NULL) {
        user = strtoull(field + 1, &field, 10);
        kernel = strtoull(field, NULL, 10);
    }
    return user + kernel;
}

/* Whether the program sleeps for 300 ms. */
static void check_sleeps(const struct board_process *board, const char *when)
{
    uint64_t before = cpu_ticks(board->child.pid);
    uint64_t spent = 0;
    struct pollfd end = {.fd = board->child.pid_fd, .events = POLLIN};

    CHECK_INT_EQ(poll(&end, 1, 300), 0);
    spent = cpu_ticks(board->child.pid) - before;
    test_check(spent <= 2, __FILE__, __LINE__, "%s it used %d of 30 ticks", when, (int)spent);
}

static void waiting_costs_no_processor_time(void)
{
    char port[8] = "";
    char dns_port[8] = "";
    int server = open_socket(SOCK_STREAM, port);
    int dns = open_socket(SOCK_DGRAM, dns_port);
    struct board_process board;

    REQUIRE(server >= 0 && dns >= 0 && start(&board) && board_process_set(&board, "port", port));
    check_sleeps(&board, "without an attempt");
    CHECK_STR_EQ(board_process_connect(&board).result, "result fail tls 9007");
    check_sleeps(&board, "while the connection ends");
    CHECK(board_process_set(&board, "dns", dns_port));
    CHECK_STR_EQ(board_process_command(&board, "connect"), "ok");
    check_sleeps(&board, "while it waits for DNS");
    CHECK_INT_EQ(board_process_hang_up(&board), 0);
    close(server);
    close(dns);
}

TEST_SUITE(virtual_network, TEST(asks_dns_then_sntp_and_then_connects),
           TEST(a_name_that_does_not_exist_and_a_server_that_is_not_there_are_told_apart),
           TEST(a_connection_is_closed_without_a_reset), TEST(waiting_costs_no_processor_time));
