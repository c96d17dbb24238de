/* SPDX-License-Identifier: Apache-2.0 */
#include "prober_hello.h"

#include "test_support.h"

#include <string.h>

enum { KINDS = PROBER_HELLO_FINISHED_FIRST + 1, MOST = 128 * 1024 };

/* The records of what is sent are whole; the first handshake message is as long as it says. */
static void check_records(const struct buf *sent, enum prober_hello kind)
{
    size_t at = 0;

    while (at < sent->len) {
        REQUIRE(at + 5 <= sent->len);
        at += 5 + (size_t)(sent->data[at + 3] << 8 | sent->data[at + 4]);
    }
    test_check(at == sent->len, __FILE__, __LINE__, "kind %d ends within a record", (int)kind);
}

static void every_kind_is_made_of_whole_records(void)
{
    for (int kind = 0; kind < KINDS; kind++) {
        struct buf sent;

        buf_init(&sent, MOST);
        REQUIRE_OK(prober_hello_make((enum prober_hello)kind, "board.bench.test", &sent));
        CHECK(sent.len > 0);
        check_records(&sent, (enum prober_hello)kind);
        buf_done(&sent);
    }
}

static void each_differs_from_the_good_one(void)
{
    struct buf good;

    buf_init(&good, MOST);
    REQUIRE_OK(prober_hello_make(PROBER_HELLO_GOOD, "", &good));
    CHECK_UINT_EQ(good.data[0], 22);
    CHECK_UINT_EQ(good.data[5], 1);
    CHECK_UINT_EQ((size_t)(good.data[7] << 8 | good.data[8]) + 9, good.len);
    for (int kind = PROBER_HELLO_GOOD + 1; kind < KINDS; kind++) {
        struct buf sent;

        buf_init(&sent, MOST);
        REQUIRE_OK(prober_hello_make((enum prober_hello)kind, "", &sent));
        CHECK(sent.len != good.len || memcmp(sent.data, good.data, good.len) != 0);
        buf_done(&sent);
    }
    buf_done(&good);
}

/* A ServerHello of TLS 1.3, its version in an extension; then an alert. */
static const uint8_t answer[] = {22, 3, 3,  0, 52, 2, 0, 0, 48, 3,  3, 1, 1,    1, 1, 1,
                                 1,  1, 1,  1, 1,  1, 1, 1, 1,  1,  1, 1, 1,    1, 1, 1,
                                 1,  1, 1,  1, 1,  1, 1, 1, 1,  1,  1, 0, 0x13, 1, 1, 0,
                                 8,  0, 43, 0, 2,  3, 4, 0, 9,  21, 3, 3, 0,    2, 2, 40};

static void a_reply_is_read_as_far_as_it_is_whole(void)
{
    for (size_t len = 0; len <= sizeof(answer); len++) {
        struct prober_reply reply;

        prober_reply_read(answer, len, &reply);
        CHECK(reply.has_hello == (len >= 57));
        CHECK(reply.has_alert == (len == sizeof(answer)));
        CHECK(!reply.has_heartbeat);
        if (!reply.has_hello)
            continue;
        CHECK_UINT_EQ(reply.version, 0x0304);
        CHECK_UINT_EQ(reply.compression, 1);
    }
}

static void an_alert_and_a_heartbeat_are_told_apart(void)
{
    static const uint8_t alert[] = {21, 3, 1, 0, 2, 2, 70};
    static const uint8_t heartbeat[] = {24, 3, 3, 0, 3, 2, 0x40, 0};
    struct prober_reply reply;

    prober_reply_read(alert, sizeof(alert), &reply);
    CHECK(reply.has_alert && !reply.has_heartbeat && !reply.has_hello);
    CHECK_UINT_EQ(reply.alert_level, 2);
    CHECK_UINT_EQ(reply.alert_code, 70);
    prober_reply_read(heartbeat, sizeof(heartbeat), &reply);
    CHECK(reply.has_heartbeat && !reply.has_alert);
    prober_reply_read("HTTP/1.1 400 Bad Request", 24, &reply);
    CHECK(!reply.has_heartbeat && !reply.has_alert && !reply.has_hello);
}

TEST_SUITE(prober_hello, TEST(every_kind_is_made_of_whole_records),
           TEST(each_differs_from_the_good_one), TEST(a_reply_is_read_as_far_as_it_is_whole),
           TEST(an_alert_and_a_heartbeat_are_told_apart));
