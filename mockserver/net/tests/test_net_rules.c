/* SPDX-License-Identifier: Apache-2.0 */
/* The rules: each has the effect that it names, and nothing else gets in. */
#include "net/net_rules.h"
#include "net_bed.h"

#include "base/deadline.h"
#include "test_support.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <sys/socket.h>

enum { MS = 1000000 };

static bool peer_has_10(void *ctx)
{
    return ((struct peer *)ctx)->got.len >= 10;
}

static const char *rule_seen(const struct bed *bed)
{
    const struct event *event = bed_event(bed, EV_NET_RULE, 0);

    return event != NULL ? event_get_text(event, "rule") : "none";
}

/* A bed with these rules, a greeting of ten bytes and one peer. */
static bool start(struct bed *bed, struct peer *peer, const char *rules)
{
    *peer = (struct peer){0};
    if (!bed_open(bed))
        return false;
    bed->greeting = "0123456789";
    return bed_listen(bed, rules) && peer_connect(peer, bed);
}

static void stop(struct bed *bed, struct peer *peer)
{
    peer_close(peer);
    bed_close(bed);
}

static void delay_tx_ms_delays_what_is_sent(void)
{
    struct bed bed;
    struct peer peer;
    uint64_t begin = monotonic_ns();

    REQUIRE(start(&bed, &peer, "delay_tx_ms=60"));
    CHECK(bed_wait(&bed, peer_has_10, &peer));
    CHECK(peer.chunk_ns[0] - begin >= 59 * MS);
    CHECK(peer.chunk_ns[0] - begin < 500 * MS);
    CHECK(bed_event(&bed, EV_NET_DATA, 0)->t_ns - begin >= 59 * MS);
    stop(&bed, &peer);
}

static void delay_tx_ms_delays_each_message_once(void)
{
    struct bed bed;
    struct peer peer;
    uint64_t begin = monotonic_ns();

    REQUIRE(start(&bed, &peer, "delay_tx_ms=200"));
    REQUIRE(bed_wait(&bed, bed_is_open, &bed));
    for (int i = 0; i < 5; i++)
        CHECK_OK(net_conn_send(bed.last_conn, "x", 1));
    net_conn_finish(bed.last_conn);
    CHECK(bed_wait(&bed, peer_is_ended, &peer));
    CHECK_STR_EQ(buf_text(&peer.got), "0123456789xxxxx");
    CHECK(monotonic_ns() - begin < 900 * MS); /* 200, and not six times 200 */
    stop(&bed, &peer);
}

static void chunk_tx_cuts_what_is_sent(void)
{
    struct bed bed;
    struct peer peer;

    REQUIRE(start(&bed, &peer, "chunk_tx=3 chunk_delay_ms=20"));
    CHECK(bed_wait(&bed, peer_has_10, &peer));
    CHECK_STR_EQ(buf_text(&peer.got), "0123456789");
    REQUIRE(peer.chunks == 4);
    CHECK_UINT_EQ(peer.chunk_len[0], 3);
    CHECK_UINT_EQ(peer.chunk_len[3], 1);
    for (size_t i = 1; i < 4; i++)
        CHECK(peer.chunk_ns[i] - peer.chunk_ns[i - 1] >= 15 * MS);
    CHECK_UINT_EQ(bed_count(&bed, EV_NET_DATA), 4);
    CHECK_UINT_EQ(bed_count(&bed, EV_NET_RULE), 1);
    CHECK_STR_EQ(event_get_text(bed_event(&bed, EV_NET_RULE, 0), "rule"), "chunk_tx");
    CHECK_STR_EQ(event_get_text(bed_event(&bed, EV_NET_RULE, 0), "detail"), "3 bytes at a time");
    stop(&bed, &peer);
}

static void chunk_tx_alone_still_makes_a_write_of_each_chunk(void)
{
    struct bed bed;
    struct peer peer;

    REQUIRE(start(&bed, &peer, "chunk_tx=1"));
    CHECK(bed_wait(&bed, peer_has_10, &peer));
    CHECK_UINT_EQ(bed_count(&bed, EV_NET_DATA), 10);
    stop(&bed, &peer);
}

static void chunk_delay_ms_holds_between_messages_too(void)
{
    struct bed bed;
    struct peer peer;

    REQUIRE(start(&bed, &peer, "chunk_delay_ms=30"));
    REQUIRE(bed_wait(&bed, bed_is_open, &bed));
    CHECK_OK(net_conn_send(bed.last_conn, "x", 1));
    net_conn_finish(bed.last_conn);
    CHECK(bed_wait(&bed, peer_is_ended, &peer));
    REQUIRE(peer.chunks == 2);
    CHECK(peer.chunk_ns[1] - peer.chunk_ns[0] >= 25 * MS);
    stop(&bed, &peer);
}

static void stall_after_tx_lets_nothing_more_out_but_reads_on(void)
{
    struct bed bed;
    struct peer peer;

    REQUIRE(start(&bed, &peer, "stall_after_tx=4"));
    REQUIRE(bed_wait(&bed, bed_is_open, &bed));
    CHECK_OK(net_conn_send(bed.last_conn, "more", 4));
    net_conn_finish(bed.last_conn);
    REQUIRE(peer_send(&peer, "hello?", 6));
    bed_linger(&bed, 40);
    CHECK_STR_EQ(buf_text(&peer.got), "0123");
    CHECK(!peer.ended);
    CHECK_STR_EQ(rule_seen(&bed), "stall_after_tx");
    peer_end(&peer);
    CHECK(bed_wait(&bed, bed_is_closed, &bed));
    CHECK(bed.by == NET_BY_BOARD && bed.how == NET_HOW_FIN);
    CHECK_INT_EQ(event_get_int(bed_event(&bed, EV_NET_CLOSE, 0), "rx_bytes", 0), 6);
    CHECK_INT_EQ(event_get_int(bed_event(&bed, EV_NET_CLOSE, 0), "tx_bytes", 0), 4);
    stop(&bed, &peer);
}

static void stall_after_tx_0_hears_everything_and_says_nothing(void)
{
    struct bed bed;
    struct peer peer;

    REQUIRE(start(&bed, &peer, "stall_after_tx=0"));
    REQUIRE(peer_send(&peer, "hello?", 6));
    bed_linger(&bed, 30);
    CHECK_UINT_EQ(peer.got.len, 0);
    CHECK_STR_EQ(buf_text(&bed.got), "hello?"); /* unlike accept=silent */
    stop(&bed, &peer);
}

static void reset_after_tx_sends_exactly_so_much_and_a_rst(void)
{
    struct bed bed;
    struct peer peer;

    REQUIRE(start(&bed, &peer, "reset_after_tx=7"));
    CHECK(bed_wait(&bed, peer_is_reset, &peer));
    CHECK_STR_EQ(buf_text(&peer.got), "0123456");
    CHECK(bed_wait(&bed, bed_is_closed, &bed));
    CHECK(bed.by == NET_BY_BENCH && bed.how == NET_HOW_RST);
    CHECK_STR_EQ(rule_seen(&bed), "reset_after_tx");
    stop(&bed, &peer);
}

static void reset_after_tx_0_resets_in_place_of_the_first_byte(void)
{
    struct bed bed;
    struct peer peer;

    REQUIRE(start(&bed, &peer, "reset_after_tx=0"));
    CHECK(bed_wait(&bed, peer_is_reset, &peer));
    CHECK_UINT_EQ(peer.got.len, 0);
    stop(&bed, &peer);
}

static void close_after_tx_sends_exactly_so_much_and_a_fin(void)
{
    struct bed bed;
    struct peer peer;

    REQUIRE(start(&bed, &peer, "close_after_tx=5"));
    CHECK(bed_wait(&bed, peer_is_ended, &peer));
    CHECK_STR_EQ(buf_text(&peer.got), "01234");
    /* What the board says to that is still evidence for the service. */
    REQUIRE(peer_send(&peer, "alert", 5));
    peer_end(&peer);
    CHECK(bed_wait(&bed, bed_is_closed, &bed));
    CHECK_STR_EQ(buf_text(&bed.got), "alert");
    CHECK(bed.by == NET_BY_BENCH && bed.how == NET_HOW_FIN);
    CHECK_STR_EQ(rule_seen(&bed), "close_after_tx");
    stop(&bed, &peer);
}

static void the_limit_that_is_reached_first_wins(void)
{
    struct bed bed;
    struct peer peer;

    REQUIRE(start(&bed, &peer, "close_after_tx=5 reset_after_tx=3 stall_after_tx=9"));
    CHECK(bed_wait(&bed, peer_is_reset, &peer));
    CHECK_STR_EQ(buf_text(&peer.got), "012");
    stop(&bed, &peer);
}

static void reset_after_rx_reads_exactly_so_much_and_does_not_answer_it(void)
{
    struct bed bed;
    struct peer peer = {0};

    REQUIRE(bed_open(&bed));
    bed.echoes = true;
    REQUIRE(bed_listen(&bed, "reset_after_rx=8"));
    REQUIRE(peer_connect(&peer, &bed));
    REQUIRE(peer_send(&peer, "hello", 5));
    REQUIRE(bed_wait(&bed, bed_is_open, &bed));
    bed_linger(&bed, 10);
    REQUIRE(peer_send(&peer, " there", 6));
    CHECK(bed_wait(&bed, peer_is_reset, &peer));
    CHECK(bed_wait(&bed, bed_is_closed, &bed));
    CHECK_STR_EQ(buf_text(&bed.got), "hello th");
    CHECK_STR_EQ(buf_text(&peer.got), "hello");
    CHECK_STR_EQ(rule_seen(&bed), "reset_after_rx");
    stop(&bed, &peer);
}

static void accept_silent_takes_the_connection_and_never_answers(void)
{
    struct bed bed;
    struct peer peer;

    REQUIRE(start(&bed, &peer, "accept=silent"));
    REQUIRE(peer_send(&peer, "hello?", 6));
    bed_linger(&bed, 30);
    CHECK_UINT_EQ(peer.got.len, 0);
    CHECK_UINT_EQ(bed.opened, 0);
    CHECK_UINT_EQ(bed_count(&bed, EV_NET_DATA), 1);
    CHECK_UINT_EQ(net_open_count(bed.net), 1);
    peer_end(&peer);
    CHECK(bed_wait(&bed, peer_is_ended, &peer));
    CHECK_STR_EQ(event_get_text(bed_event(&bed, EV_NET_CLOSE, 0), "by"), "board");
    stop(&bed, &peer);
}

static void accept_reset_resets_at_once(void)
{
    struct bed bed;
    struct peer peer;

    REQUIRE(start(&bed, &peer, "accept=reset"));
    CHECK(bed_wait(&bed, peer_is_reset, &peer));
    CHECK_UINT_EQ(bed.opened, 0);
    CHECK_UINT_EQ(bed_count(&bed, EV_NET_OPEN), 1);
    CHECK_STR_EQ(rule_seen(&bed), "accept");
    stop(&bed, &peer);
}

static void delay_accept_ms_keeps_the_service_away_for_a_while(void)
{
    struct bed bed;
    struct peer peer;
    uint64_t begin = monotonic_ns();

    REQUIRE(start(&bed, &peer, "delay_accept_ms=50"));
    REQUIRE(peer_send(&peer, "early", 5));
    CHECK(bed_wait(&bed, peer_has_10, &peer));
    CHECK(peer.chunk_ns[0] - begin >= 49 * MS);
    bed_linger(&bed, 5);
    CHECK_STR_EQ(buf_text(&bed.got), "early");
    stop(&bed, &peer);
}

static void a_board_may_leave_during_delay_accept_ms(void)
{
    struct bed bed;
    struct peer peer;

    REQUIRE(start(&bed, &peer, "delay_accept_ms=20"));
    bed.greeting = NULL;
    peer_reset(&peer);
    CHECK(bed_wait(&bed, bed_is_closed, &bed));
    CHECK(bed.by == NET_BY_BOARD && bed.how == NET_HOW_RST);
    bed_close(&bed);
}

static void freeing_ends_connections_that_wait(void)
{
    struct bed bed;
    struct peer peer;

    REQUIRE(start(&bed, &peer, "delay_accept_ms=60000"));
    bed_linger(&bed, 5);
    CHECK_UINT_EQ(net_open_count(bed.net), 1);
    CHECK_UINT_EQ(bed.opened, 0);
    stop(&bed, &peer);
}

static void ending_reset_ends_with_a_rst(void)
{
    struct bed bed;
    struct peer peer;

    REQUIRE(start(&bed, &peer, "ending=reset"));
    CHECK(bed_wait(&bed, peer_has_10, &peer));
    net_conn_finish(bed.last_conn);
    CHECK(bed_wait(&bed, peer_is_reset, &peer));
    CHECK(bed_wait(&bed, bed_is_closed, &bed));
    CHECK(bed.by == NET_BY_BENCH && bed.how == NET_HOW_RST);
    stop(&bed, &peer);
}

static void linger_ms_bounds_the_wait_for_the_boards_fin(void)
{
    struct bed bed;
    struct peer peer;

    REQUIRE(start(&bed, &peer, "linger_ms=30"));
    CHECK(bed_wait(&bed, peer_has_10, &peer));
    net_conn_finish(bed.last_conn);
    bed_linger(&bed, 10);
    CHECK_UINT_EQ(bed.closed, 0);
    CHECK(bed_wait(&bed, bed_is_closed, &bed));
    CHECK(bed.by == NET_BY_BENCH && bed.how == NET_HOW_FIN);
    stop(&bed, &peer);
}

static void max_segment_is_announced(void)
{
    struct bed bed;
    struct peer peer;
    int mss = 0;
    socklen_t len = sizeof(mss);

    REQUIRE(start(&bed, &peer, "max_segment=536"));
    REQUIRE(getsockopt(peer.fd, IPPROTO_TCP, TCP_MAXSEG, &mss, &len) == 0);
    CHECK(mss <= 536 && mss >= 500);
    stop(&bed, &peer);
}

static void first_connections_counts_the_misbehaviour(void)
{
    struct bed bed;
    struct peer peers[3] = {{0}};

    REQUIRE(start(&bed, &peers[0], "accept=reset first_connections=2"));
    REQUIRE(bed_wait(&bed, peer_is_reset, &peers[0]));
    REQUIRE(peer_connect(&peers[1], &bed));
    REQUIRE(bed_wait(&bed, peer_is_reset, &peers[1]));
    REQUIRE(peer_connect(&peers[2], &bed));
    CHECK(bed_wait(&bed, peer_has_10, &peers[2]));
    for (size_t i = 0; i < 2; i++)
        peer_close(&peers[i]);
    stop(&bed, &peers[2]);
}

static int64_t member(const struct net_rules *rules, const struct key_spec *key)
{
    int64_t number = 0;

    memcpy(&number, (const char *)rules + key->offset, sizeof(number));
    return number;
}

static void the_defaults_are_those_that_the_table_tells_people(void)
{
    struct net_rules rules;
    struct assay_error err = {0};

    REQUIRE_OK(net_rules_read(NULL, &rules, &err));
    CHECK(rules.accept == NET_ACCEPT_NORMAL && rules.ending == NET_ENDING_FIN);
    for (const struct key_spec *key = net_keys; key->name != NULL; key++) {
        char *end = NULL;
        long long number = strtoll(key->fallback, &end, 10);

        if (key->read == key_read_int)
            CHECK_INT_EQ(member(&rules, key), *end == '\0' ? number : NET_RULE_NONE);
        CHECK(key->help != NULL && key->help[0] != '\0');
    }
}

static void every_number_takes_its_limits_and_nothing_past_them(void)
{
    for (const struct key_spec *key = net_keys; key->name != NULL; key++) {
        const int64_t values[] = {key->min, key->max, key->min - 1, key->max + 1};

        for (size_t i = 0; key->read == key_read_int && i < 4; i++) {
            struct value *map = value_new_map();
            struct net_rules rules = {0};
            struct assay_error err = {0};

            REQUIRE_OK(value_set(map, key->name, value_new_int(values[i])));
            CHECK_INT_EQ(net_rules_read(map, &rules, &err), i < 2 ? ASSAY_OK : ASSAY_ERR_MALFORMED);
            if (i < 2)
                CHECK_INT_EQ(member(&rules, key), values[i]);
            else
                CHECK_STR_CONTAINS(err.text, key->name);
            value_free(map);
        }
    }
}

static void wrong_rules_are_refused_with_their_path(void)
{
    static const struct {
        const char *rules;
        const char *text;
    } rows[] = {
        {"delay=1", "net.delay: no such key; there are: accept, "},
        {"accept=loud", "net.accept is \"loud\"; it has to be normal, silent or reset"},
        {"accept=1", "net.accept is an integer; it has to be normal, silent or reset"},
        {"ending=never", "net.ending is \"never\"; it has to be fin or reset"},
        {"chunk_tx=x", "net.chunk_tx is a text; it has to be an integer"},
        {"chunk_tx=-1", "net.chunk_tx is -1; it has to be between 0 and 1073741824"},
    };
    struct net_rules rules = {.chunk_tx = 77};
    struct assay_error err = {0};
    struct value *text = value_new_text("silent");

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct value *map = bed_rules(rows[i].rules);

        CHECK_INT_EQ(net_rules_read(map, &rules, &err), ASSAY_ERR_MALFORMED);
        CHECK_STR_CONTAINS(err.text, rows[i].text);
        CHECK_INT_EQ(rules.chunk_tx, 77);
        value_free(map);
    }
    CHECK_INT_EQ(net_rules_read(text, &rules, &err), ASSAY_ERR_MALFORMED);
    CHECK_STR_EQ(err.text, "net is a text; it has to be a table");
    value_free(text);
}

TEST_SUITE(net_rules, TEST(delay_tx_ms_delays_what_is_sent),
           TEST(delay_tx_ms_delays_each_message_once), TEST(chunk_tx_cuts_what_is_sent),
           TEST(chunk_tx_alone_still_makes_a_write_of_each_chunk),
           TEST(chunk_delay_ms_holds_between_messages_too),
           TEST(stall_after_tx_lets_nothing_more_out_but_reads_on),
           TEST(stall_after_tx_0_hears_everything_and_says_nothing),
           TEST(reset_after_tx_sends_exactly_so_much_and_a_rst),
           TEST(reset_after_tx_0_resets_in_place_of_the_first_byte),
           TEST(close_after_tx_sends_exactly_so_much_and_a_fin),
           TEST(the_limit_that_is_reached_first_wins),
           TEST(reset_after_rx_reads_exactly_so_much_and_does_not_answer_it),
           TEST(accept_silent_takes_the_connection_and_never_answers),
           TEST(accept_reset_resets_at_once),
           TEST(delay_accept_ms_keeps_the_service_away_for_a_while),
           TEST(a_board_may_leave_during_delay_accept_ms), TEST(freeing_ends_connections_that_wait),
           TEST(ending_reset_ends_with_a_rst), TEST(linger_ms_bounds_the_wait_for_the_boards_fin),
           TEST(max_segment_is_announced), TEST(first_connections_counts_the_misbehaviour),
           TEST(the_defaults_are_those_that_the_table_tells_people),
           TEST(every_number_takes_its_limits_and_nothing_past_them),
           TEST(wrong_rules_are_refused_with_their_path));
