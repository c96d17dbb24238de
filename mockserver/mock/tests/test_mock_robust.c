/* SPDX-License-Identifier: Apache-2.0 */
/* What hostile or broken boards can do to a mock: it stays up, and its memory stays bounded. */
#include "mock_bed.h"

#include "test_support.h"

#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { MANY = 1000 };

static bool allow_descriptors(rlim_t count)
{
    struct rlimit limit = {0};

    if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_max < count)
        return false;
    limit.rlim_cur = limit.rlim_cur > count ? limit.rlim_cur : count;
    return setrlimit(RLIMIT_NOFILE, &limit) == 0;
}

static bool s_client_is_served(struct mock_bed *bed)
{
    char target[32];
    const char *argv[] = {"openssl", "s_client", "-connect", target, NULL};

    snprintf(target, sizeof(target), "127.0.0.1:%s", bed->port);
    if (!mock_bed_run(bed, argv))
        test_skip("openssl is not installed");
    return bed->exit_code == 0;
}

static bool none_is_open(void *ctx)
{
    const struct mock_bed *bed = ctx;

    return mock_open_connections(bed->mock) == 0;
}

static bool many_are_open(void *ctx)
{
    const struct mock_bed *bed = ctx;

    return mock_open_connections(bed->mock) == MANY;
}

/* The start of a TLS record that says "600 bytes follow", and then nothing. */
static const uint8_t half_a_hello[] = {0x16, 3, 1, 2, 88, 1, 0, 2, 84, 3, 3};

static void a_thousand_half_open_handshakes_block_nobody(void)
{
    struct mock_bed bed;
    static int fds[MANY];
    size_t before = 0;
    size_t after = 0;

    if (!allow_descriptors(2 * MANY + 100))
        test_skip("too few descriptors");
    REQUIRE(mock_bed_open(&bed));
    REQUIRE(mock_bed_start(&bed, "{}"));
    before = mallinfo2().uordblks;
    for (int i = 0; i < MANY; i++) {
        fds[i] = mock_bed_connect(&bed);
        REQUIRE(fds[i] >= 0);
        if (i % 2 == 0)
            CHECK(send(fds[i], half_a_hello, sizeof(half_a_hello), MSG_NOSIGNAL) > 0);
        uv_run(&bed.loop, UV_RUN_NOWAIT);
    }
    CHECK(mock_bed_wait(&bed, many_are_open, &bed));
    after = mallinfo2().uordblks;
    CHECK((after - before) / MANY < 64 * 1024);
    CHECK(s_client_is_served(&bed));
    for (int i = 0; i < MANY; i++)
        close(fds[i]);
    CHECK(mock_bed_wait(&bed, none_is_open, &bed));
    mock_bed_close(&bed);
}

static void reset_and_close(int fd)
{
    struct linger reset = {.l_onoff = 1, .l_linger = 0};

    setsockopt(fd, SOL_SOCKET, SO_LINGER, &reset, sizeof(reset));
    close(fd);
}

static void garbage_and_resets_leave_nothing_behind(void)
{
    struct mock_bed bed;
    uint8_t garbage[2048];
    uint32_t state = 4711;

    REQUIRE(mock_bed_open(&bed));
    REQUIRE(mock_bed_start(&bed, "{}"));
    for (int i = 0; i < MANY; i++) {
        int fd = mock_bed_connect(&bed);
        size_t len = (size_t)i * 2 % sizeof(garbage);

        REQUIRE(fd >= 0);
        for (size_t k = 0; k < len; k++) {
            state = state * 1664525U + 1013904223U;
            garbage[k] = (uint8_t)(state >> 24);
        }
        if (i % 3 == 0)
            memcpy(garbage, half_a_hello, sizeof(half_a_hello));
        if (len > 0)
            CHECK(send(fd, garbage, len, MSG_NOSIGNAL) == (ssize_t)len);
        if (i % 2 == 0)
            uv_run(&bed.loop, UV_RUN_NOWAIT);
        if (i % 5 == 0)
            close(fd);
        else
            reset_and_close(fd);
        uv_run(&bed.loop, UV_RUN_NOWAIT);
    }
    CHECK(mock_bed_wait(&bed, none_is_open, &bed));
    CHECK(s_client_is_served(&bed));
    mock_bed_close(&bed);
}

static void stopping_ends_connections_in_every_state(void)
{
    static const char *const descriptions[] = {
        "{}",
        "{\"net\":{\"delay_accept_ms\":60000}}",
        "{\"net\":{\"stall_after_tx\":0}}",
        "{\"net\":{\"delay_tx_ms\":60000}}",
        "{\"service\":\"mqtt\"}",
    };

    for (size_t i = 0; i < sizeof(descriptions) / sizeof(descriptions[0]); i++) {
        struct mock_bed bed;
        int fds[3];

        REQUIRE(mock_bed_open(&bed));
        REQUIRE(mock_bed_start(&bed, descriptions[i]));
        for (size_t k = 0; k < 3; k++) {
            fds[k] = mock_bed_connect(&bed);
            CHECK(send(fds[k], half_a_hello, k * 5, MSG_NOSIGNAL) >= 0);
            uv_run(&bed.loop, UV_RUN_NOWAIT);
            uv_run(&bed.loop, UV_RUN_NOWAIT);
        }
        CHECK_UINT_EQ(mock_open_connections(bed.mock), 3);
        mock_bed_close(&bed);
        for (size_t k = 0; k < 3; k++)
            close(fds[k]);
    }
}

static double cpu_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

/* One start an attempt, three attempts a case: it must not be what a run waits for. */
static void starting_mints_a_leaf_and_listens_within_milliseconds(void)
{
    enum { STARTS = 40 };
    struct mock_bed bed;
    double best = 1e9;

    REQUIRE(mock_bed_open(&bed));
    bed.options.dns = true;
    bed.options.sntp = true;
    for (int i = 0; i < STARTS; i++) {
        double begin = cpu_ms();
        double took = 0;

        REQUIRE(mock_bed_start(&bed, "{\"certs\":{\"leaf\":{\"not_after\":\"-1d\"}}}"));
        mock_stop(bed.mock);
        bed.mock = NULL;
        took = cpu_ms() - begin;
        best = took < best ? took : best;
    }
    printf("start and stop: %.2f ms of CPU at best\n", best);
#ifndef __SANITIZE_ADDRESS__
    CHECK(best < 5.0);
#else
    CHECK(best > 0.0);
#endif
    mock_bed_close(&bed);
}

TEST_SUITE(mock_robust, TEST(a_thousand_half_open_handshakes_block_nobody),
           TEST(garbage_and_resets_leave_nothing_behind),
           TEST(stopping_ends_connections_in_every_state),
           TEST(starting_mints_a_leaf_and_listens_within_milliseconds));
