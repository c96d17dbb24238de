/* SPDX-License-Identifier: Apache-2.0 */
/* A bench that reads slowly, or stops reading. */
#include "net_bed.h"
#include "net_internal.h"

#include "base/deadline.h"
#include "test_support.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>

enum { MUCH = 8 << 20, PIECE = 1 << 16, LITTLE = 64 << 10 };

/* As much as the kernel takes, at most MUCH. Returns how much. */
static size_t send_much(struct bed *bed, const struct peer *peer)
{
    static uint8_t piece[PIECE];
    size_t sent = 0;

    for (unsigned quiet = 0; sent < MUCH && quiet < 50;) {
        ssize_t took = send(peer->fd, piece, sizeof(piece), MSG_NOSIGNAL);

        quiet = took > 0 ? 0 : quiet + 1;
        sent += took > 0 ? (size_t)took : 0;
        uv_run(&bed->loop, UV_RUN_NOWAIT);
    }
    return sent;
}

/* Of the sending side: the kernel must not take it all by itself. */
static void send_little_at_a_time(const struct peer *peer)
{
    setsockopt(peer->fd, SOL_SOCKET, SO_SNDBUF, &(int){LITTLE}, sizeof(int));
}

static bool has_awaited(void *ctx)
{
    const struct bed *bed = ctx;

    return bed->got.len >= bed->awaited;
}

static void stops_reading_exactly_where_it_is_told(void)
{
    struct bed bed;
    struct peer peer = {0};

    REQUIRE(bed_open(&bed));
    bed.awaited = 7;
    REQUIRE(bed_listen(&bed, "stall_after_rx=7"));
    REQUIRE(peer_connect(&peer, &bed));
    REQUIRE(peer_send(&peer, "ten bytes!", 10));
    CHECK(bed_wait(&bed, has_awaited, &bed));
    bed_linger(&bed, 30);
    CHECK_STR_EQ(buf_text(&bed.got), "ten byt");
    CHECK_UINT_EQ(bed_count(&bed, EV_NET_RULE), 1);
    CHECK_STR_EQ(event_get_text(bed_event(&bed, EV_NET_RULE, 0), "rule"), "stall_after_rx");
    CHECK_STR_EQ(event_get_text(bed_event(&bed, EV_NET_RULE, 0), "detail"), "after 7 bytes");
    CHECK_UINT_EQ(bed.closed, 0);
    peer_close(&peer);
    bed_close(&bed);
}

static void may_read_nothing_at_all_and_still_send(void)
{
    struct bed bed;
    struct peer peer = {0};

    REQUIRE(bed_open(&bed));
    bed.greeting = "hello";
    REQUIRE(bed_listen(&bed, "stall_after_rx=0"));
    REQUIRE(peer_connect(&peer, &bed));
    REQUIRE(peer_send(&peer, "anybody?", 8));
    bed_linger(&bed, 30);
    CHECK_STR_EQ(buf_text(&peer.got), "hello");
    CHECK_UINT_EQ(bed.got.len, 0);
    peer_close(&peer);
    bed_close(&bed);
}

static void a_board_that_is_not_read_is_the_one_that_waits(void)
{
    struct bed bed;
    struct peer peer = {0};
    size_t sent = 0;

    REQUIRE(bed_open(&bed));
    REQUIRE(bed_listen(&bed, "stall_after_rx=0"));
    REQUIRE(peer_connect(&peer, &bed));
    send_little_at_a_time(&peer);
    sent = send_much(&bed, &peer);
    /* Its own buffer and the bench's small one: nothing of it in this process. */
    CHECK(sent > 0);
    test_check(sent < 512 * 1024, __FILE__, __LINE__, "%zu bytes were taken", sent);
    CHECK_UINT_EQ(bed.got.len, 0);
    peer_close(&peer);
    bed_close(&bed);
}

static void notices_that_a_board_goes_away_which_it_does_not_read(void)
{
    struct bed bed;
    struct peer peer = {0};
    const struct event *closed = NULL;

    REQUIRE(bed_open(&bed));
    REQUIRE(bed_listen(&bed, "stall_after_rx=0"));
    REQUIRE(peer_connect(&peer, &bed));
    REQUIRE(peer_send(&peer, "goodbye", 7));
    REQUIRE(bed_wait(&bed, bed_is_open, &bed));
    peer_close(&peer);
    CHECK(bed_wait(&bed, bed_is_closed, &bed));
    closed = bed_event(&bed, EV_NET_CLOSE, 0);
    REQUIRE(closed != NULL);
    CHECK_STR_EQ(event_get_text(closed, "by"), "board");
    CHECK_STR_EQ(event_get_text(closed, "how"), "fin");
    CHECK_INT_EQ(event_get_int(closed, "rx_bytes", -1), 0);
    bed_close(&bed);
}

static void notices_a_reset_of_a_board_that_it_does_not_read(void)
{
    struct bed bed;
    struct peer peer = {0};
    const struct event *closed = NULL;

    REQUIRE(bed_open(&bed));
    REQUIRE(bed_listen(&bed, "stall_after_rx=3"));
    REQUIRE(peer_connect(&peer, &bed));
    REQUIRE(peer_send(&peer, "goodbye", 7));
    bed_linger(&bed, 20);
    peer_reset(&peer);
    CHECK(bed_wait(&bed, bed_is_closed, &bed));
    closed = bed_event(&bed, EV_NET_CLOSE, 0);
    REQUIRE(closed != NULL);
    CHECK_STR_EQ(event_get_text(closed, "how"), "rst");
    CHECK_INT_EQ(event_get_int(closed, "rx_bytes", -1), 3);
    bed_close(&bed);
}

static void silence_of_a_board_that_is_not_read_is_no_timeout(void)
{
    struct bed bed;
    struct peer peer = {0};

    REQUIRE(bed_open(&bed));
    bed.expects_ms = 20;
    REQUIRE(bed_listen(&bed, "stall_after_rx=0"));
    REQUIRE(peer_connect(&peer, &bed));
    bed_linger(&bed, 80);
    CHECK_UINT_EQ(bed.idled, 0);
    peer_close(&peer);
    bed_close(&bed);
}

static void reads_at_the_rate_that_it_is_given(void)
{
    struct bed bed;
    struct peer peer = {0};
    uint64_t begin = 0;
    uint64_t took_ms = 0;
    char text[400];

    memset(text, 'x', sizeof(text));
    REQUIRE(bed_open(&bed));
    bed.awaited = sizeof(text);
    REQUIRE(bed_listen(&bed, "read_rate=1000"));
    REQUIRE(peer_connect(&peer, &bed));
    begin = monotonic_ns();
    REQUIRE(peer_send(&peer, text, sizeof(text)));
    CHECK(bed_wait(&bed, has_awaited, &bed));
    took_ms = (monotonic_ns() - begin) / 1000000;
    /* The first piece of 100 bytes is read at once, the last one after three waits. */
    test_check(took_ms >= 295, __FILE__, __LINE__, "%d ms", (int)took_ms);
    CHECK_UINT_EQ(bed_count(&bed, EV_NET_RULE), 1);
    CHECK_STR_EQ(event_get_text(bed_event(&bed, EV_NET_RULE, 0), "detail"), "1000 bytes a second");
    peer_close(&peer);
    bed_close(&bed);
}

static void reading_slowly_bounds_what_is_taken_and_disturbs_nobody(void)
{
    struct bed bed;
    struct peer slow = {0};
    struct peer other = {0};
    uint64_t begin = 0;
    unsigned plain_port = 0;
    struct assay_error err = {0};
    size_t sent = 0;

    REQUIRE(bed_open(&bed));
    bed.echoes = true;
    REQUIRE_OK(
        net_listen_tcp(bed.net, &bed.service, &bed, "127.0.0.1", 0, NULL, &plain_port, &err));
    REQUIRE(bed_listen(&bed, "read_rate=10"));
    REQUIRE(peer_connect(&slow, &bed));
    send_little_at_a_time(&slow);
    sent = send_much(&bed, &slow);
    test_check(sent < 512 * 1024, __FILE__, __LINE__, "%zu bytes were taken", sent);
    bed.port = plain_port;
    REQUIRE(peer_connect(&other, &bed));
    begin = monotonic_ns();
    REQUIRE(peer_send(&other, "quick", 5));
    while (other.got.len < 5 && monotonic_ns() - begin < 1000000000)
        uv_run(&bed.loop, UV_RUN_ONCE);
    CHECK_STR_EQ(buf_text(&other.got), "quick");
    CHECK(monotonic_ns() - begin < 500000000);
    peer_close(&slow);
    peer_close(&other);
    bed_close(&bed);
}

static void other_rules_hold_at_once_for_connections_that_there_are(void)
{
    struct bed bed;
    struct peer peer = {0};
    struct value *stop = bed_rules("stall_after_rx=0");
    struct value *wrong = bed_rules("stall_after_rx=-7");
    struct assay_error err = {0};

    REQUIRE(bed_open(&bed));
    bed.awaited = 3;
    REQUIRE(bed_listen(&bed, NULL));
    REQUIRE(peer_connect(&peer, &bed));
    REQUIRE(peer_send(&peer, "one", 3));
    CHECK(bed_wait(&bed, has_awaited, &bed));
    CHECK_OK(net_change_rules(bed.net, stop, &err));
    REQUIRE(peer_send(&peer, "two", 3));
    bed_linger(&bed, 30);
    CHECK_STR_EQ(buf_text(&bed.got), "one");
    CHECK_INT_EQ(net_change_rules(bed.net, wrong, &err), ASSAY_ERR_MALFORMED);
    CHECK_STR_CONTAINS(err.text, "net.stall_after_rx");
    bed_linger(&bed, 30);
    CHECK_STR_EQ(buf_text(&bed.got), "one");
    bed.awaited = 6;
    CHECK_OK(net_change_rules(bed.net, NULL, &err));
    CHECK(bed_wait(&bed, has_awaited, &bed));
    CHECK_STR_EQ(buf_text(&bed.got), "onetwo");
    value_free(stop);
    value_free(wrong);
    peer_close(&peer);
    bed_close(&bed);
}

TEST_SUITE(net_pace, TEST(stops_reading_exactly_where_it_is_told),
           TEST(may_read_nothing_at_all_and_still_send),
           TEST(a_board_that_is_not_read_is_the_one_that_waits),
           TEST(notices_that_a_board_goes_away_which_it_does_not_read),
           TEST(notices_a_reset_of_a_board_that_it_does_not_read),
           TEST(silence_of_a_board_that_is_not_read_is_no_timeout),
           TEST(reads_at_the_rate_that_it_is_given),
           TEST(reading_slowly_bounds_what_is_taken_and_disturbs_nobody),
           TEST(other_rules_hold_at_once_for_connections_that_there_are));
