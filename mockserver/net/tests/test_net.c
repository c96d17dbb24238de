/* SPDX-License-Identifier: Apache-2.0 */
/* Connections without rules: bytes, ends, events. */
#include "net_bed.h"
#include "net_internal.h"

#include "base/deadline.h"
#include "test_support.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <unistd.h>

static void check_close(const struct bed *bed, const char *by, const char *how)
{
    const struct event *close_event = bed_event(bed, EV_NET_CLOSE, 0);

    if (!CHECK(close_event != NULL))
        return;
    CHECK_STR_EQ(event_get_text(close_event, "by"), by);
    CHECK_STR_EQ(event_get_text(close_event, "how"), how);
    CHECK_UINT_EQ(bed_count(bed, EV_NET_CLOSE), 1);
}

static bool peer_has_5(void *ctx)
{
    return ((struct peer *)ctx)->got.len >= 5;
}

static void carries_bytes_both_ways_and_records_them(void)
{
    struct bed bed;
    struct peer peer = {0};
    struct buf bytes;

    buf_init(&bytes, 1000);
    REQUIRE(bed_open(&bed));
    bed.echoes = true;
    REQUIRE(bed_listen(&bed, NULL));
    REQUIRE(peer_connect(&peer, &bed));
    REQUIRE(peer_send(&peer, "hello", 5));
    CHECK(bed_wait(&bed, peer_has_5, &peer));
    CHECK_STR_EQ(buf_text(&peer.got), "hello");
    CHECK_STR_EQ(buf_text(&bed.got), "hello");
    CHECK(bed_bytes(&bed, "rx", &bytes));
    CHECK_STR_EQ(buf_text(&bytes), "hello");
    buf_clear(&bytes);
    CHECK(bed_bytes(&bed, "tx", &bytes));
    CHECK_STR_EQ(buf_text(&bytes), "hello");
    CHECK_UINT_EQ(net_open_count(bed.net), 1);
    peer_close(&peer);
    CHECK(bed_wait(&bed, bed_is_closed, &bed));
    CHECK_UINT_EQ(net_open_count(bed.net), 0);
    CHECK_UINT_EQ(net_total_count(bed.net), 1);
    CHECK_INT_EQ(event_get_int(bed_event(&bed, EV_NET_CLOSE, 0), "rx_bytes", -1), 5);
    CHECK_INT_EQ(event_get_int(bed_event(&bed, EV_NET_CLOSE, 0), "tx_bytes", -1), 5);
    bed_close(&bed);
    buf_done(&bytes);
}

static void names_the_real_addresses_in_its_events(void)
{
    struct bed bed;
    struct peer peer = {0};
    struct sockaddr_in local = {0};
    socklen_t len = sizeof(local);
    const struct event *event = NULL;

    REQUIRE(bed_open(&bed));
    REQUIRE(bed_listen(&bed, NULL));
    event = bed_event(&bed, EV_NET_LISTEN, 0);
    REQUIRE(event != NULL);
    CHECK_STR_EQ(event_get_text(event, "service"), "test");
    CHECK_STR_EQ(event_get_text(event, "address"), "127.0.0.1");
    CHECK_INT_EQ(event_get_int(event, "port", 0), bed.port);
    CHECK(bed.port > 0);
    REQUIRE(peer_connect(&peer, &bed));
    REQUIRE(bed_wait(&bed, bed_is_open, &bed));
    getsockname(peer.fd, (struct sockaddr *)&local, &len);
    event = bed_event(&bed, EV_NET_OPEN, 0);
    REQUIRE(event != NULL);
    CHECK_UINT_EQ(event->conn, 1);
    CHECK_STR_EQ(event_get_text(event, "peer"), "127.0.0.1");
    CHECK_INT_EQ(event_get_int(event, "peer_port", 0), ntohs(local.sin_port));
    CHECK_STR_EQ(event_get_text(event, "local"), "127.0.0.1");
    CHECK_INT_EQ(event_get_int(event, "local_port", 0), bed.port);
    peer_close(&peer);
    bed_close(&bed);
}

static void names_the_local_address_of_a_connection_to_a_wildcard_listener(void)
{
    struct bed bed;
    struct peer peer = {0};
    struct assay_error err = {0};

    REQUIRE(bed_open(&bed));
    REQUIRE_OK(net_listen_tcp(bed.net, &bed.service, &bed, "0.0.0.0", 0, NULL, &bed.port, &err));
    REQUIRE(peer_connect(&peer, &bed));
    REQUIRE(bed_wait(&bed, bed_is_open, &bed));
    CHECK_STR_EQ(event_get_text(bed_event(&bed, EV_NET_OPEN, 0), "local"), "127.0.0.1");
    peer_close(&peer);
    bed_close(&bed);
}

static void runs_without_nagle(void)
{
    struct bed bed;
    struct peer peer = {0};
    int nodelay = 0;
    socklen_t len = sizeof(nodelay);

    REQUIRE(bed_open(&bed));
    REQUIRE(bed_listen(&bed, NULL));
    REQUIRE(peer_connect(&peer, &bed));
    REQUIRE(bed_wait(&bed, bed_is_open, &bed));
    REQUIRE(getsockopt(bed.last_conn->fd, IPPROTO_TCP, TCP_NODELAY, &nodelay, &len) == 0);
    CHECK(nodelay != 0);
    peer_close(&peer);
    bed_close(&bed);
}

static bool peer_has_answer(void *ctx)
{
    struct peer *peer = ctx;

    return peer->got.len >= peer->awaited;
}

/* After some of it a kernel takes the connection for an interactive one. */
static bool have_dialogue(struct bed *bed, struct peer *peer)
{
    bed->echoes = true;
    for (int i = 0; i < 5; i++) {
        peer->awaited = peer->got.len + 1;
        if (!peer_send(peer, "x", 1) || !bed_wait(bed, peer_has_answer, peer))
            return false;
    }
    bed->echoes = false;
    return true;
}

static bool bed_has_awaited(void *ctx)
{
    const struct bed *bed = ctx;

    return bed->got.len >= bed->awaited;
}

/* A board with Nagle's delay: after a dialogue, which makes a kernel delay its acknowledgements, it
 * writes twice without being answered in between. */
static void two_small_writes_do_not_wait_for_a_delayed_acknowledgement(void)
{
    struct bed bed;
    struct peer peer = {0};
    uint64_t best = UINT64_MAX;

    REQUIRE(bed_open(&bed));
    REQUIRE(bed_listen(&bed, NULL));
    REQUIRE(peer_connect(&peer, &bed));
    /* The best of some: a busy machine takes its time, but a kernel's delay is always 40 ms. */
    for (int i = 0; i < 5; i++) {
        uint64_t took = 0;

        REQUIRE(have_dialogue(&bed, &peer));
        bed.awaited = bed.got.len + 2;
        took = monotonic_ns();
        REQUIRE(peer_send(&peer, "a", 1));
        REQUIRE(peer_send(&peer, "b", 1));
        CHECK(bed_wait(&bed, bed_has_awaited, &bed));
        took = monotonic_ns() - took;
        best = took < best ? took : best;
    }
    CHECK(best < 35 * 1000000);
    peer_close(&peer);
    bed_close(&bed);
}

static void tells_a_fin_of_the_board(void)
{
    struct bed bed;
    struct peer peer = {0};

    REQUIRE(bed_open(&bed));
    REQUIRE(bed_listen(&bed, NULL));
    REQUIRE(peer_connect(&peer, &bed));
    peer_end(&peer);
    CHECK(bed_wait(&bed, bed_is_closed, &bed));
    CHECK(bed.by == NET_BY_BOARD && bed.how == NET_HOW_FIN);
    CHECK_UINT_EQ(bed.ended, 1);
    CHECK_STR_EQ(event_get_text(bed_event(&bed, EV_NET_END, 0), "dir"), "rx");
    CHECK_STR_EQ(event_get_text(bed_event(&bed, EV_NET_END, 1), "dir"), "tx");
    check_close(&bed, "board", "fin");
    peer_close(&peer);
    bed_close(&bed);
}

static void tells_a_rst_of_the_board_and_what_came_before_it(void)
{
    struct bed bed;
    struct peer peer = {0};

    REQUIRE(bed_open(&bed));
    REQUIRE(bed_listen(&bed, NULL));
    REQUIRE(peer_connect(&peer, &bed));
    REQUIRE(bed_wait(&bed, bed_is_open, &bed));
    REQUIRE(peer_send(&peer, "alert", 5));
    peer_reset(&peer);
    CHECK(bed_wait(&bed, bed_is_closed, &bed));
    CHECK(bed.by == NET_BY_BOARD && bed.how == NET_HOW_RST);
    CHECK_UINT_EQ(bed.ended, 0);
    CHECK_STR_EQ(buf_text(&bed.got), "alert");
    CHECK_UINT_EQ(bed_count(&bed, EV_NET_END), 0);
    check_close(&bed, "board", "rst");
    bed_close(&bed);
}

/* The board closes without having read everything: its kernel sends a RST. The bench notices when
 * it writes, and must neither lose what the board had said nor take the end for a FIN. */
static void a_rst_that_is_noticed_while_sending_is_still_a_rst(void)
{
    struct bed bed;
    struct peer peer = {.lazy = true};

    REQUIRE(bed_open(&bed));
    bed.greeting = "unread";
    REQUIRE(bed_listen(&bed, NULL));
    REQUIRE(peer_connect(&peer, &bed));
    REQUIRE(bed_wait(&bed, bed_is_open, &bed));
    REQUIRE(peer_send(&peer, "alert", 5));
    peer.bed = &bed;
    close(peer.fd); /* RST is on its way; the loop has not run since */
    CHECK_OK(net_conn_send(bed.last_conn, "x", 1)); /* gets the error and eats it */
    CHECK_INT_EQ(net_conn_send(bed.last_conn, "x", 1), ASSAY_ERR_CLOSED);
    CHECK(bed_wait(&bed, bed_is_closed, &bed));
    CHECK(bed.by == NET_BY_BOARD && bed.how == NET_HOW_RST);
    CHECK_STR_EQ(buf_text(&bed.got), "alert");
    CHECK_UINT_EQ(bed.ended, 0);
    CHECK_UINT_EQ(bed_count(&bed, EV_NET_END), 0);
    check_close(&bed, "board", "rst");
    uv_close((uv_handle_t *)&peer.poll, NULL);
    uv_run(&bed.loop, UV_RUN_NOWAIT);
    bed_close(&bed);
    buf_done(&peer.got);
}

static void finishing_sends_everything_then_a_fin(void)
{
    struct bed bed;
    struct peer peer = {0};

    REQUIRE(bed_open(&bed));
    bed.greeting = "bye";
    bed.finishes_on_open = true;
    REQUIRE(bed_listen(&bed, NULL));
    REQUIRE(peer_connect(&peer, &bed));
    CHECK(bed_wait(&bed, peer_is_ended, &peer));
    CHECK_STR_EQ(buf_text(&peer.got), "bye");
    CHECK_UINT_EQ(bed.closed, 0); /* lingers: the board's side is open */
    peer_close(&peer);
    CHECK(bed_wait(&bed, bed_is_closed, &bed));
    check_close(&bed, "bench", "fin");
    CHECK_STR_EQ(event_get_text(bed_event(&bed, EV_NET_END, 0), "dir"), "tx");
    bed_close(&bed);
}

/* Closing a socket with unread input sends a RST, which can take away what was sent before. */
static void what_arrives_after_finishing_does_not_turn_the_fin_into_a_rst(void)
{
    struct bed bed;
    struct peer peer = {0};

    REQUIRE(bed_open(&bed));
    bed.greeting = "bye";
    bed.finishes_on_open = true;
    REQUIRE(bed_listen(&bed, NULL));
    REQUIRE(peer_connect(&peer, &bed));
    REQUIRE(peer_send(&peer, "late", 4));
    CHECK(bed_wait(&bed, peer_is_ended, &peer));
    CHECK_STR_EQ(buf_text(&peer.got), "bye");
    REQUIRE(peer_send(&peer, "more", 4));
    peer_end(&peer);
    CHECK(bed_wait(&bed, bed_is_closed, &bed));
    CHECK(!peer.reset);
    CHECK_UINT_EQ(bed.got.len, 0); /* recorded, but the service has finished */
    CHECK_INT_EQ(event_get_int(bed_event(&bed, EV_NET_CLOSE, 0), "rx_bytes", 0), 8);
    peer_close(&peer);
    bed_close(&bed);
}

/* Both sides end at the same moment: the board was first if its FIN had arrived. */
static void a_fin_that_was_waiting_counts_before_ours(void)
{
    struct bed bed;
    struct peer peer = {0};

    REQUIRE(bed_open(&bed));
    REQUIRE(bed_listen(&bed, NULL));
    REQUIRE(peer_connect(&peer, &bed));
    REQUIRE(bed_wait(&bed, bed_is_open, &bed));
    peer_end(&peer);
    net_conn_finish(bed.last_conn);
    CHECK(bed_wait(&bed, bed_is_closed, &bed));
    check_close(&bed, "board", "fin");
    peer_close(&peer);
    bed_close(&bed);
}

static void resetting_sends_a_rst(void)
{
    struct bed bed;
    struct peer peer = {0};

    REQUIRE(bed_open(&bed));
    REQUIRE(bed_listen(&bed, NULL));
    REQUIRE(peer_connect(&peer, &bed));
    REQUIRE(bed_wait(&bed, bed_is_open, &bed));
    net_conn_reset(bed.last_conn);
    CHECK_UINT_EQ(bed.closed, 0); /* never from within the call */
    CHECK(bed_wait(&bed, peer_is_reset, &peer));
    CHECK(bed_wait(&bed, bed_is_closed, &bed));
    check_close(&bed, "bench", "rst");
    peer_close(&peer);
    bed_close(&bed);
}

static void a_service_can_refuse_a_connection(void)
{
    struct bed bed;
    struct peer peer = {0};

    REQUIRE(bed_open(&bed));
    bed.refuses = true;
    REQUIRE(bed_listen(&bed, NULL));
    REQUIRE(peer_connect(&peer, &bed));
    CHECK(bed_wait(&bed, peer_is_reset, &peer));
    check_close(&bed, "bench", "rst");
    peer_close(&peer);
    bed_close(&bed);
}

static void a_service_may_send_after_the_boards_fin(void)
{
    struct bed bed;
    struct peer peer = {0};

    REQUIRE(bed_open(&bed));
    bed.keeps_open_on_end = true;
    REQUIRE(bed_listen(&bed, NULL));
    REQUIRE(peer_connect(&peer, &bed));
    peer_end(&peer);
    REQUIRE(bed_wait(&bed, bed_has_ended, &bed));
    CHECK_OK(net_conn_send(bed.last_conn, "after", 5));
    CHECK(bed_wait(&bed, peer_has_5, &peer));
    net_conn_finish(bed.last_conn);
    CHECK_INT_EQ(net_conn_send(bed.last_conn, "x", 1), ASSAY_ERR_CLOSED);
    CHECK(bed_wait(&bed, peer_is_ended, &peer));
    peer_close(&peer);
    bed_close(&bed);
}

static bool sent_everything(void *ctx)
{
    struct peer *peer = ctx;

    return peer->got.len >= 3 * 1024 * 1024;
}

static void a_slow_reader_gets_everything_in_order(void)
{
    enum { PART = 1024 * 1024 };
    struct bed bed;
    struct peer peer = {.lazy = true};
    uint8_t *part = malloc(PART);
    struct buf bytes;

    REQUIRE(part != NULL);
    buf_init(&bytes, 8 * PART);
    REQUIRE(bed_open(&bed));
    REQUIRE(bed_listen(&bed, NULL));
    REQUIRE(peer_connect(&peer, &bed));
    REQUIRE(bed_wait(&bed, bed_is_open, &bed));
    for (unsigned i = 0; i < 3; i++) {
        for (size_t k = 0; k < PART; k++)
            part[k] = (uint8_t)(i + k * 7 + k / 251);
        CHECK_OK(net_conn_send(bed.last_conn, part, PART));
    }
    bed_linger(&bed, 20);
    CHECK(bed.last_conn->queued > 0);
    CHECK(bed_bytes(&bed, "tx", &bytes));
    CHECK(bytes.len < 3 * PART); /* what has not left is not in the record */
    peer.connected = false;      /* on_peer starts to read */
    peer.lazy = false;
    uv_poll_start(&peer.poll, UV_WRITABLE, peer.poll.poll_cb);
    CHECK(bed_wait(&bed, sent_everything, &peer));
    for (size_t k = 0; k < PART; k += 997)
        CHECK_UINT_EQ(peer.got.data[2 * PART + k], (uint8_t)(2 + k * 7 + k / 251));
    buf_clear(&bytes);
    CHECK(bed_bytes(&bed, "tx", &bytes));
    CHECK_UINT_EQ(bytes.len, peer.got.len);
    CHECK_MEM_EQ(bytes.data, peer.got.data, bytes.len);
    peer_close(&peer);
    bed_close(&bed);
    buf_done(&bytes);
    free(part);
}

/* A board that sends and never reads must not fill the bench's memory with answers. */
static void does_not_read_from_a_board_that_does_not_read(void)
{
    struct bed bed;
    struct peer peer = {.lazy = true};
    static const uint8_t block[16384];
    size_t sent = 0;

    REQUIRE(bed_open(&bed));
    bed.echoes = true;
    REQUIRE(bed_listen(&bed, NULL));
    REQUIRE(peer_connect(&peer, &bed));
    for (unsigned i = 0; i < 4000; i++) {
        ssize_t took = send(peer.fd, block, sizeof(block), MSG_NOSIGNAL);

        sent += took > 0 ? (size_t)took : 0;
        uv_run(&bed.loop, UV_RUN_NOWAIT);
    }
    CHECK_INT_EQ(bed.send_status, ASSAY_OK);
    CHECK(bed.last_conn->queued <= NET_QUEUE_HIGH + NET_READ_SIZE);
    CHECK(sent < 32 << 20);
    CHECK(bed.last_conn->rx_paused);
    peer_close(&peer);
    bed_close(&bed);
}

static void the_queue_has_a_limit(void)
{
    enum { PART = 1024 * 1024 };
    struct bed bed;
    struct peer peer = {.lazy = true};
    uint8_t *part = calloc(1, PART);
    enum assay_status status = ASSAY_OK;

    REQUIRE(part != NULL);
    REQUIRE(bed_open(&bed));
    REQUIRE(bed_listen(&bed, NULL));
    REQUIRE(peer_connect(&peer, &bed));
    REQUIRE(bed_wait(&bed, bed_is_open, &bed));
    for (unsigned i = 0; i < 64 && status == ASSAY_OK; i++)
        status = net_conn_send(bed.last_conn, part, PART);
    CHECK_INT_EQ(status, ASSAY_ERR_LIMIT);
    CHECK(bed.last_conn->queued <= NET_QUEUE_MAX);
    peer_close(&peer);
    bed_close(&bed);
    free(part);
}

static void freeing_closes_what_is_open(void)
{
    struct bed bed;
    struct peer peer = {0};

    REQUIRE(bed_open(&bed));
    REQUIRE(bed_listen(&bed, NULL));
    REQUIRE(peer_connect(&peer, &bed));
    REQUIRE(bed_wait(&bed, bed_is_open, &bed));
    net_free(bed.net);
    bed.net = NULL;
    CHECK_UINT_EQ(bed.closed, 1);
    CHECK(bed_wait(&bed, peer_is_ended, &peer));
    check_close(&bed, "bench", "fin");
    peer_close(&peer);
    bed_close(&bed);
}

static bool bed_has_idled(void *bed)
{
    return ((struct bed *)bed)->idled > 0;
}

static void a_quiet_board_is_noticed_once_and_counts_as_a_timeout(void)
{
    struct bed bed;
    struct peer peer = {0};
    uint64_t begin = 0;

    REQUIRE(bed_open(&bed));
    bed.expects_ms = 60;
    REQUIRE(bed_listen(&bed, "linger_ms=10"));
    REQUIRE(peer_connect(&peer, &bed));
    bed_linger(&bed, 40);
    begin = monotonic_ns();
    REQUIRE(peer_send(&peer, "alive", 5)); /* which begins the time anew */
    CHECK(bed_wait(&bed, bed_has_idled, &bed));
    CHECK(monotonic_ns() - begin >= 55 * 1000000);
    CHECK(bed_wait(&bed, bed_is_closed, &bed));
    CHECK_UINT_EQ(bed.idled, 1);
    check_close(&bed, "bench", "timeout");
    peer_close(&peer);
    bed_close(&bed);
}

static void freeing_nothing_is_allowed(void)
{
    net_free(NULL);
    CHECK(true);
}

TEST_SUITE(net, TEST(carries_bytes_both_ways_and_records_them),
           TEST(names_the_real_addresses_in_its_events),
           TEST(names_the_local_address_of_a_connection_to_a_wildcard_listener),
           TEST(runs_without_nagle),
           TEST(two_small_writes_do_not_wait_for_a_delayed_acknowledgement),
           TEST(tells_a_fin_of_the_board), TEST(tells_a_rst_of_the_board_and_what_came_before_it),
           TEST(a_rst_that_is_noticed_while_sending_is_still_a_rst),
           TEST(finishing_sends_everything_then_a_fin),
           TEST(what_arrives_after_finishing_does_not_turn_the_fin_into_a_rst),
           TEST(a_fin_that_was_waiting_counts_before_ours), TEST(resetting_sends_a_rst),
           TEST(a_service_can_refuse_a_connection), TEST(a_service_may_send_after_the_boards_fin),
           TEST(a_slow_reader_gets_everything_in_order),
           TEST(does_not_read_from_a_board_that_does_not_read), TEST(the_queue_has_a_limit),
           TEST(freeing_closes_what_is_open),
           TEST(a_quiet_board_is_noticed_once_and_counts_as_a_timeout),
           TEST(freeing_nothing_is_allowed));
