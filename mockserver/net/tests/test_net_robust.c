/* SPDX-License-Identifier: Apache-2.0 */
/* What a hostile or broken board can do to sockets: memory and descriptors stay bounded. */
#include "net_bed.h"

#include "test_support.h"

#include <malloc.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

enum { MANY = 1000 };

static int connect_quickly(const struct bed *bed)
{
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_port = htons((uint16_t)bed->port),
                                  .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    if (fd >= 0 && connect(fd, (struct sockaddr *)&address, sizeof(address)) != 0) {
        close(fd);
        return -1;
    }
    return fd;
}

static void reset_and_close(int fd)
{
    struct linger reset = {.l_onoff = 1, .l_linger = 0};

    setsockopt(fd, SOL_SOCKET, SO_LINGER, &reset, sizeof(reset));
    close(fd);
}

static bool allow_descriptors(rlim_t count)
{
    struct rlimit limit = {0};

    if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_max < count)
        return false;
    limit.rlim_cur = limit.rlim_max < 4 * count ? limit.rlim_max : 4 * count;
    return setrlimit(RLIMIT_NOFILE, &limit) == 0;
}

static bool all_are_open(void *bed)
{
    return net_open_count(((struct bed *)bed)->net) == MANY;
}

static bool none_is_open(void *bed)
{
    return net_open_count(((struct bed *)bed)->net) == 0;
}

static bool open_many(struct bed *bed, int *fds)
{
    for (int i = 0; i < MANY; i++) {
        fds[i] = connect_quickly(bed);
        if (fds[i] < 0)
            return false;
        uv_run(&bed->loop, UV_RUN_NOWAIT);
    }
    return bed_wait(bed, all_are_open, bed);
}

static void a_thousand_silent_connections_cost_little_and_block_nobody(void)
{
    struct bed bed;
    static int fds[MANY];
    struct peer peer = {0};
    size_t before = 0;
    size_t after = 0;

    if (!allow_descriptors(2 * MANY + 100))
        test_skip("too few descriptors");
    REQUIRE(bed_open(&bed));
    bed.echoes = true;
    REQUIRE(bed_listen(&bed, NULL));
    before = mallinfo2().uordblks;
    REQUIRE(open_many(&bed, fds));
    after = mallinfo2().uordblks;
    /* Its object, its session, and its events in the transcript. */
    CHECK((after - before) / MANY < 4096);
    REQUIRE(peer_connect(&peer, &bed));
    REQUIRE(peer_send(&peer, "alive", 5));
    bed_linger(&bed, 5);
    CHECK_STR_EQ(buf_text(&peer.got), "alive");
    peer_close(&peer);
    for (int i = 0; i < MANY; i++)
        close(fds[i]);
    CHECK(bed_wait(&bed, none_is_open, &bed));
    CHECK_UINT_EQ(bed.closed, MANY + 1);
    bed_close(&bed);
}

static void a_thousand_immediate_resets_leave_nothing_behind(void)
{
    struct bed bed;
    size_t closes = 0;

    REQUIRE(bed_open(&bed));
    bed.greeting = "greeting";
    REQUIRE(bed_listen(&bed, NULL));
    for (int i = 0; i < MANY; i++) {
        int fd = connect_quickly(&bed);

        REQUIRE(fd >= 0);
        if (i % 2 == 0)
            uv_run(&bed.loop, UV_RUN_NOWAIT);
        reset_and_close(fd);
        uv_run(&bed.loop, UV_RUN_NOWAIT);
    }
    CHECK(bed_wait(&bed, none_is_open, &bed));
    closes = bed_count(&bed, EV_NET_CLOSE);
    CHECK_UINT_EQ(closes, net_total_count(bed.net));
    CHECK_UINT_EQ(bed_count(&bed, EV_NET_OPEN), closes);
    for (size_t i = 0; i < closes; i += 50)
        CHECK_STR_EQ(event_get_text(bed_event(&bed, EV_NET_CLOSE, i), "how"), "rst");
    bed_close(&bed);
}

static void garbage_reaches_the_service_as_it_came(void)
{
    struct bed bed;
    uint8_t garbage[4096];
    uint32_t state = 12345;

    REQUIRE(bed_open(&bed));
    REQUIRE(bed_listen(&bed, NULL));
    for (size_t i = 0; i < sizeof(garbage); i++) {
        state = state * 1664525U + 1013904223U;
        garbage[i] = (uint8_t)(state >> 24);
    }
    for (int i = 0; i < 100; i++) {
        int fd = connect_quickly(&bed);

        REQUIRE(fd >= 0);
        CHECK(send(fd, garbage, sizeof(garbage), MSG_NOSIGNAL) == sizeof(garbage));
        close(fd);
        uv_run(&bed.loop, UV_RUN_NOWAIT);
    }
    CHECK(bed_wait(&bed, none_is_open, &bed));
    CHECK_UINT_EQ(bed.got.len, 100 * sizeof(garbage));
    CHECK_MEM_EQ(bed.got.data + 99 * sizeof(garbage), garbage, sizeof(garbage));
    bed_close(&bed);
}

static void a_full_transcript_does_not_stop_the_service(void)
{
    struct bed bed;
    struct peer peer = {0};

    REQUIRE(bed_open(&bed));
    net_free(bed.net);
    transcript_free(bed.transcript);
    bed.transcript = transcript_new(64);
    bed.net = net_new(&bed.loop, transcript_sink(bed.transcript));
    bed.echoes = true;
    REQUIRE(bed_listen(&bed, NULL));
    REQUIRE(peer_connect(&peer, &bed));
    REQUIRE(peer_send(&peer, "alive", 5));
    bed_linger(&bed, 5);
    CHECK_STR_EQ(buf_text(&peer.got), "alive");
    CHECK_INT_EQ(transcript_status(bed.transcript), ASSAY_ERR_LIMIT);
    peer_close(&peer);
    bed_close(&bed);
}

TEST_SUITE(net_robust, TEST(a_thousand_silent_connections_cost_little_and_block_nobody),
           TEST(a_thousand_immediate_resets_leave_nothing_behind),
           TEST(garbage_reaches_the_service_as_it_came),
           TEST(a_full_transcript_does_not_stop_the_service));
