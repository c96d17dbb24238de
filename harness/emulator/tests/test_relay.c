/* SPDX-License-Identifier: Apache-2.0 */
/* The relay between a real pty and a socket in the place of an emulator's UART. */
#include "relay.h"
#include "test_support.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <termios.h>
#include <unistd.h>

struct bench {
    uv_loop_t loop;
    struct relay relay;
    struct line_fault fault;
    int board; /* the other end of the UART */
    int tool;  /* the port, as a tool opens it */
    unsigned rate, rates;
    enum line_fault_kind happened;
    size_t dropped;
};

static void on_rate(void *ctx, unsigned baud)
{
    struct bench *b = ctx;

    b->rate = baud;
    b->rates++;
}

static void on_fault(void *ctx, enum line_fault_kind kind)
{
    struct bench *b = ctx;

    b->happened = kind;
    if (kind == LINE_FAULT_UNPLUG)
        relay_unplug(&b->relay);
}

static void on_dropped(void *ctx, size_t len)
{
    struct bench *b = ctx;

    b->dropped += len;
}

static const struct relay_calls calls = {.rate = on_rate, .fault = on_fault, .dropped = on_dropped};

static void set_up(struct bench *b)
{
    struct assay_error err = {.text = ""};
    int ends[2];

    *b = (struct bench){.board = -1, .tool = -1};
    CHECK(uv_loop_init(&b->loop) == 0);
    CHECK_OK(relay_open(&b->relay, &b->loop, &calls, b, &b->fault, &err));
    CHECK(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ends) == 0);
    CHECK_OK(relay_connect(&b->relay, ends[0], &err));
    b->board = ends[1];
    b->tool = open(b->relay.port, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
    CHECK(b->tool >= 0);
}

static void tear_down(struct bench *b)
{
    relay_close(&b->relay);
    uv_run(&b->loop, UV_RUN_DEFAULT);
    CHECK(uv_loop_close(&b->loop) == 0);
    close(b->board);
    if (b->tool >= 0)
        close(b->tool);
}

/* Let the relay work until fd can be read, or until nothing has happened for a while. */
static bool wait_for(struct bench *b, int fd)
{
    struct pollfd p = {.fd = fd, .events = POLLIN};

    for (int i = 0; i < 500 && poll(&p, 1, 0) == 0; i++) {
        struct pollfd loop = {.fd = uv_backend_fd(&b->loop), .events = POLLIN};

        (void)poll(&loop, 1, 10);
        uv_run(&b->loop, UV_RUN_NOWAIT);
    }
    return poll(&p, 1, 0) > 0;
}

static void set_rate(const struct bench *b, speed_t speed)
{
    struct termios modes;

    CHECK(tcgetattr(b->tool, &modes) == 0);
    cfmakeraw(&modes); /* as every tool does, which clears what the relay had set */
    modes.c_lflag = 0;
    CHECK(cfsetspeed(&modes, speed) == 0);
    CHECK(tcsetattr(b->tool, TCSANOW, &modes) == 0);
}

static void turn(struct bench *b)
{
    for (int i = 0; i < 5; i++) {
        struct pollfd loop = {.fd = uv_backend_fd(&b->loop), .events = POLLIN};

        (void)poll(&loop, 1, 10);
        uv_run(&b->loop, UV_RUN_NOWAIT);
    }
}

static void bytes_pass_both_ways_as_they_are(void)
{
    static const uint8_t all[] = {0, 3, 4, 10, 13, 17, 19, 26, 28, 127, 128, 255};
    struct bench b;
    uint8_t got[64];

    set_up(&b);
    CHECK(write(b.tool, all, sizeof(all)) == (ssize_t)sizeof(all));
    CHECK(wait_for(&b, b.board));
    CHECK_INT_EQ(read(b.board, got, sizeof(got)), sizeof(all));
    CHECK(memcmp(got, all, sizeof(all)) == 0);
    CHECK(write(b.board, all, sizeof(all)) == (ssize_t)sizeof(all));
    CHECK(wait_for(&b, b.tool));
    CHECK_INT_EQ(read(b.tool, got, sizeof(got)), sizeof(all));
    CHECK(memcmp(got, all, sizeof(all)) == 0);
    tear_down(&b);
}

static void each_change_of_the_rate_is_seen(void)
{
    struct bench b;

    set_up(&b);
    set_rate(&b, B1200);
    turn(&b);
    CHECK_UINT_EQ(b.rate, 1200);
    set_rate(&b, B115200);
    turn(&b);
    CHECK_UINT_EQ(b.rate, 115200);
    set_rate(&b, B115200);
    turn(&b);
    CHECK_UINT_EQ(b.rates, 2);
    tear_down(&b);
}

static void a_port_that_is_closed_and_opened_again_goes_on(void)
{
    struct bench b;
    char got[8];

    set_up(&b);
    close(b.tool);
    turn(&b);
    CHECK(write(b.board, "late", 4) == 4);
    turn(&b);
    b.tool = open(b.relay.port, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
    CHECK(wait_for(&b, b.tool));
    CHECK_INT_EQ(read(b.tool, got, sizeof(got)), 4);
    tear_down(&b);
}

/* A board that does not read holds the tool up; the relay does not grow. */
static void a_board_that_does_not_read_holds_the_writer_up(void)
{
    static uint8_t chunk[4096];
    struct bench b;
    size_t wrote = 0;
    int idle = 0;

    set_up(&b);
    while (idle < 20 && wrote < (8U << 20)) {
        ssize_t n = write(b.tool, chunk, sizeof(chunk));

        idle = n > 0 ? 0 : idle + 1;
        wrote += n > 0 ? (size_t)n : 0;
        uv_run(&b.loop, UV_RUN_NOWAIT);
    }
    CHECK(wrote < (4U << 20));
    CHECK(b.relay.uart.waiting.len <= RELAY_BUFFER);
    CHECK_UINT_EQ(b.dropped, 0);
    tear_down(&b);
}

static void what_nobody_reads_is_dropped_after_a_while(void)
{
    static uint8_t chunk[4096];
    struct bench b;

    set_up(&b);
    for (int i = 0; i < 2000 && b.dropped == 0; i++) {
        struct pollfd loop = {.fd = uv_backend_fd(&b.loop), .events = POLLIN};

        (void)!write(b.board, chunk, sizeof(chunk));
        (void)poll(&loop, 1, i < 500 ? 0 : 5);
        uv_run(&b.loop, UV_RUN_NOWAIT);
    }
    CHECK(b.dropped >= RELAY_BUFFER);
    tear_down(&b);
}

static void a_pulled_cable_hangs_up(void)
{
    struct bench b;
    struct assay_error err = {.text = ""};
    char byte = 0;

    set_up(&b);
    CHECK_OK(line_fault_parse("unplug@3", &b.fault, &err));
    CHECK(write(b.tool, "12345", 5) == 5);
    CHECK(wait_for(&b, b.board));
    turn(&b);
    CHECK_INT_EQ(b.happened, LINE_FAULT_UNPLUG);
    CHECK(read(b.tool, &byte, 1) <= 0);
    CHECK(access(b.relay.port, F_OK) != 0 || open(b.relay.port, O_RDWR | O_NOCTTY) < 0);
    tear_down(&b);
}

TEST_SUITE(relay, TEST(bytes_pass_both_ways_as_they_are), TEST(each_change_of_the_rate_is_seen),
           TEST(a_port_that_is_closed_and_opened_again_goes_on),
           TEST(a_board_that_does_not_read_holds_the_writer_up),
           TEST(what_nobody_reads_is_dropped_after_a_while), TEST(a_pulled_cable_hangs_up));
