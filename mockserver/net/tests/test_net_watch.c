/* SPDX-License-Identifier: Apache-2.0 */
/* Many connections with one handle of the loop: who is told, when, and who no more. */
#include "net_bed.h"

#include "test_support.h"

#include <stdlib.h>

enum { MANY = 300 }; /* more than are asked for at once */

struct crowd {
    struct bed bed;
    struct peer peers[MANY];
};

static bool all_are_open(void *bed)
{
    return ((struct bed *)bed)->opened == MANY;
}

static bool all_are_closed(void *bed)
{
    return ((struct bed *)bed)->closed == MANY;
}

static bool all_have_spoken(void *bed)
{
    return ((struct bed *)bed)->got.len == MANY;
}

static bool crowd_open(struct crowd *crowd)
{
    if (!bed_open(&crowd->bed) || !bed_listen(&crowd->bed, NULL))
        return false;
    for (size_t i = 0; i < MANY; i++)
        if (!peer_connect(&crowd->peers[i], &crowd->bed))
            return false;
    return bed_wait(&crowd->bed, all_are_open, &crowd->bed);
}

static void crowd_close(struct crowd *crowd)
{
    for (size_t i = 0; i < MANY; i++)
        peer_close(&crowd->peers[i]);
    bed_close(&crowd->bed);
    free(crowd);
}

static void all_that_speak_at_once_are_heard(void)
{
    struct crowd *crowd = calloc(1, sizeof(*crowd));

    REQUIRE(crowd != NULL && crowd_open(crowd));
    for (size_t i = 0; i < MANY; i++)
        CHECK(peer_send(&crowd->peers[i], "x", 1));
    CHECK(bed_wait(&crowd->bed, all_have_spoken, &crowd->bed));
    crowd_close(crowd);
}

/* What the first one says ends all of them, while the others' bytes are there as well. */
static void end_all(void *session, const uint8_t *data, size_t len)
{
    struct bed *bed = ((struct bed_session *)session)->bed;

    CHECK_OK(buf_add(&bed->got, data, len));
    net_finish_all(bed->net);
}

static void reset_itself(void *session)
{
    net_conn_reset(((struct bed_session *)session)->conn);
}

static void who_was_ended_by_another_is_not_heard_any_more(void)
{
    struct crowd *crowd = calloc(1, sizeof(*crowd));

    REQUIRE(crowd != NULL && crowd_open(crowd));
    crowd->bed.service.on_data = end_all;
    crowd->bed.service.on_stop = reset_itself;
    for (size_t i = 0; i < MANY; i++)
        CHECK(peer_send(&crowd->peers[i], "x", 1));
    CHECK(bed_wait(&crowd->bed, all_are_closed, &crowd->bed));
    CHECK_INT_EQ(crowd->bed.got.len, 1);
    crowd_close(crowd);
}

static void count_handle(uv_handle_t *handle, void *count)
{
    (void)handle;
    ++*(size_t *)count;
}

static size_t handles_of(struct bed *bed)
{
    size_t count = 0;

    uv_walk(&bed->loop, count_handle, &count);
    return count;
}

static void a_connection_has_no_handle_of_the_loop(void)
{
    struct bed bed;
    size_t before = 0;
    struct peer peer;

    REQUIRE(bed_open(&bed));
    bed.expects_ms = 5000; /* with a time to be watched */
    REQUIRE(bed_listen(&bed, "read_rate=1000"));
    before = handles_of(&bed);
    REQUIRE(peer_connect(&peer, &bed));
    REQUIRE(bed_wait(&bed, bed_is_open, &bed));
    CHECK_INT_EQ(handles_of(&bed), before + 1); /* the peer's own */
    peer_close(&peer);
    bed_close(&bed);
}

static void a_net_without_sockets_does_not_keep_the_loop_running(void)
{
    struct bed bed;
    struct peer peer;

    REQUIRE(bed_open(&bed));
    CHECK_INT_EQ(uv_loop_alive(&bed.loop), 0);
    bed.expects_ms = 5000;
    REQUIRE(bed_listen(&bed, NULL));
    REQUIRE(peer_connect(&peer, &bed));
    REQUIRE(bed_wait(&bed, bed_is_open, &bed));
    net_stop_listening(bed.net);
    peer_close(&peer);
    CHECK(bed_wait(&bed, bed_is_closed, &bed));
    bed_linger(&bed, 1); /* for the handles that were closed */
    CHECK_INT_EQ(uv_loop_alive(&bed.loop), 0);
    bed_close(&bed);
}

static bool three_are_closed(void *bed)
{
    return ((struct bed *)bed)->closed == 3;
}

static void each_falls_idle_at_its_own_time(void)
{
    static const uint64_t expects_ms[] = {120, 40, 80};
    static const uint32_t order[] = {2, 3, 1};
    struct bed bed;
    struct peer peers[3];

    REQUIRE(bed_open(&bed));
    REQUIRE(bed_listen(&bed, NULL));
    for (size_t i = 0; i < 3; i++) {
        size_t opened = bed.opened;

        bed.expects_ms = expects_ms[i];
        REQUIRE(peer_connect(&peers[i], &bed));
        while (bed.opened == opened)
            uv_run(&bed.loop, UV_RUN_ONCE);
    }
    CHECK(bed_wait(&bed, three_are_closed, &bed));
    CHECK_INT_EQ(bed.idled, 3);
    for (size_t i = 0; i < 3; i++)
        CHECK_INT_EQ(bed_event(&bed, EV_NET_CLOSE, i)->conn, order[i]);
    for (size_t i = 0; i < 3; i++)
        peer_close(&peers[i]);
    bed_close(&bed);
}

static bool one_is_idle(void *bed)
{
    return ((struct bed *)bed)->idled == 1;
}

static void what_is_due_first_does_not_wait_for_what_is_due_later(void)
{
    struct bed bed;
    struct peer peer;

    REQUIRE(bed_open(&bed));
    bed.greeting = "late";
    bed.expects_ms = 40;
    REQUIRE(bed_listen(&bed, "delay_tx_ms=400"));
    REQUIRE(peer_connect(&peer, &bed));
    REQUIRE(bed_wait(&bed, one_is_idle, &bed));
    CHECK_INT_EQ(peer.got.len, 0);
    CHECK(bed_wait(&bed, peer_is_ended, &peer));
    CHECK_STR_EQ(buf_text(&peer.got), "late");
    peer_close(&peer);
    bed_close(&bed);
}

TEST_SUITE(net_watch, TEST(all_that_speak_at_once_are_heard),
           TEST(who_was_ended_by_another_is_not_heard_any_more),
           TEST(a_connection_has_no_handle_of_the_loop),
           TEST(a_net_without_sockets_does_not_keep_the_loop_running),
           TEST(each_falls_idle_at_its_own_time),
           TEST(what_is_due_first_does_not_wait_for_what_is_due_later));
