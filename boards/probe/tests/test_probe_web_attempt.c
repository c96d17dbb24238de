/* SPDX-License-Identifier: Apache-2.0 */
/* Attempts that ask a web server, and those that speak MQTT over WebSocket. */
#include "test_support.h"

#include "fake_board.h"

#include <stdio.h>
#include <stdlib.h>

#define WHOLE "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi"

static struct fake_board *connected_board(const char *speech)
{
    struct fake_board *fake = calloc(1, sizeof(*fake));

    if (fake == NULL)
        return NULL;
    fake_board_init(fake);
    if (!fake_configure(fake, 0) || strcmp(fake_command(fake, speech), "ok") != 0 ||
        strcmp(fake_command(fake, "connect"), "ok") != 0) {
        free(fake);
        return NULL;
    }
    probe_core_step(&fake->core);
    return fake;
}

static void give(struct fake_board *fake, const void *bytes, size_t len)
{
    memcpy(fake->incoming + fake->incoming_len, bytes, len);
    fake->incoming_len += len;
    probe_core_step(&fake->core);
}

static void give_text(struct fake_board *fake, const char *text)
{
    give(fake, text, strlen(text));
}

static const char *sent_text(struct fake_board *fake)
{
    fake->sent[fake->sent_len < FAKE_BYTES_MAX ? fake->sent_len : FAKE_BYTES_MAX - 1] = '\0';
    return (const char *)fake->sent;
}

static void check_result(struct fake_board *fake, const char *result, const char *text)
{
    char got[512];

    fake_result_text(fake, got, sizeof(got));
    CHECK_STR_EQ(fake_event(fake, "result"), result);
    CHECK_STR_CONTAINS(got, text);
    CHECK(!fake->is_tcp_open && !fake->is_tls_open);
    free(fake);
}

/* ---- http ---- */

static void a_page_is_asked_for_and_taken_to_its_end(void)
{
    struct fake_board *fake = connected_board("set speak http");

    REQUIRE(fake != NULL);
    CHECK_STR_CONTAINS(sent_text(fake), "GET / HTTP/1.1\r\nHost: broker.bench.test:8883\r\n"
                                        "Authorization: Basic bWU6c2VjcmV0\r\n");
    CHECK_STR_EQ(fake_event(fake, "phase http"), "phase http");
    CHECK_STR_EQ(fake_event(fake, "phase mqtt"), "");
    give_text(fake, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nh");
    CHECK_STR_EQ(fake_event(fake, "result"), "");
    give_text(fake, "i");
    check_result(fake, "result ok done 0", "");
}

static void answers_that_are_none_fail_the_attempt(void)
{
    static const struct {
        const char *answer, *result, *text;
    } rows[] = {
        {"HTTP/1.1 404 No\r\nContent-Length: 0\r\n\r\n", "result fail http 9006",
         "HTTP status 404"},
        {"SSH-2.0\r\n\r\n", "result fail http 9005", "no proper one"},
        {"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf", "result fail http 9004",
         "cut off after 4 bytes"},
        {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nx", "result fail http 9005",
         "cannot be read"},
        {"HTTP/1.1 302 x\r\nContent-Length: 0\r\nLocation: http://b.test/\r\n\r\n",
         "result fail http 9006", "without TLS"},
        {"HTTP/1.1 302 x\r\nContent-Length: 0\r\nLocation: gopher://b\r\n\r\n",
         "result fail http 9005", "leads to no address"},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct fake_board *fake = connected_board("set speak http");

        REQUIRE(fake != NULL);
        fake->is_peer_gone = true;
        give_text(fake, rows[i].answer);
        check_result(fake, rows[i].result, rows[i].text);
    }
}

static void a_head_without_end_is_given_up(void)
{
    struct fake_board *fake = connected_board("set speak http");

    REQUIRE(fake != NULL);
    give_text(fake, "HTTP/1.1 200 OK\r\n");
    for (int i = 0; i < 200 && fake_event(fake, "result")[0] == '\0'; i++)
        give_text(fake, "X: yzyzy\r\n");
    check_result(fake, "result fail http 9005", "longer than a kilobyte");
}

static void what_comes_before_the_answer_is_passed_over(void)
{
    struct fake_board *fake = connected_board("set speak http");

    REQUIRE(fake != NULL);
    give_text(fake, "HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" WHOLE);
    check_result(fake, "result ok done 0", "");
}

static void a_redirect_leads_to_another_host_without_the_password(void)
{
    struct fake_board *fake = connected_board("set speak http");

    REQUIRE(fake != NULL);
    give_text(fake, "HTTP/1.1 307 x\r\nContent-Length: 0\r\n"
                    "Location: https://second.bench.test:8443/new\r\n\r\n");
    CHECK_STR_EQ(fake->config.host, "second.bench.test");
    CHECK_UINT_EQ(fake->tcp_port, 8443);
    CHECK_STR_CONTAINS(sent_text(fake),
                       "GET /new HTTP/1.1\r\nHost: second.bench.test:8443\r\nUser-Agent");
    give_text(fake, WHOLE);
    CHECK_STR_EQ(fake_event(fake, "result"), "result ok done 0");
    /* The next attempt begins at the first host. */
    fake_forget(fake);
    CHECK_STR_EQ(fake_command(fake, "connect"), "ok");
    probe_core_step(&fake->core);
    CHECK_STR_EQ(fake->config.host, "broker.bench.test");
    CHECK_UINT_EQ(fake->tcp_port, 8883);
    give_text(fake, WHOLE);
    check_result(fake, "result ok done 0", "");
}

static void redirects_are_counted(void)
{
    struct fake_board *fake = connected_board("set speak http");
    unsigned asked = 1;

    REQUIRE(fake != NULL);
    while (asked < 20 && fake_event(fake, "result")[0] == '\0') {
        fake->line_count = 0; /* the fake keeps only so many */
        give_text(fake, "HTTP/1.1 302 x\r\nContent-Length: 0\r\nLocation: /again\r\n\r\n");
        asked += fake_event(fake, "result")[0] == '\0';
    }
    CHECK_UINT_EQ(asked, 1 + PROBE_WEB_REDIRECTS);
    check_result(fake, "result fail http 9006", "one redirect leads to the next");
}

/* ---- websocket ---- */

/* The right answer to the request that was sent. */
static void accept_upgrade(struct fake_board *fake)
{
    const char *at = strstr(sent_text(fake), "Sec-WebSocket-Key: ");
    char key[PROBE_WEB_KEY_LEN + 1] = "";
    char accept[PROBE_WEB_ACCEPT_LEN + 1];
    char answer[256];

    REQUIRE(at != NULL);
    memcpy(key, at + strlen("Sec-WebSocket-Key: "), PROBE_WEB_KEY_LEN);
    probe_web_accept(key, accept);
    snprintf(answer, sizeof(answer),
             "HTTP/1.1 101 x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
             "Sec-WebSocket-Accept: %s\r\nSec-WebSocket-Protocol: mqtt\r\n\r\n",
             accept);
    fake->sent_len = 0;
    give_text(fake, answer);
}

static void mqtt_travels_in_masked_frames(void)
{
    struct fake_board *fake = connected_board("set speak websocket");

    REQUIRE(fake != NULL);
    CHECK_STR_CONTAINS(sent_text(fake), "GET /mqtt HTTP/1.1\r\n");
    CHECK(strstr(sent_text(fake), "Authorization") == NULL);
    CHECK_STR_EQ(fake_event(fake, "phase upgrade"), "phase upgrade");
    accept_upgrade(fake);
    CHECK_STR_EQ(fake_event(fake, "phase mqtt"), "phase mqtt");
    REQUIRE(fake->sent_len == 6 + 33); /* CONNECT */
    CHECK_MEM_EQ(fake->sent, "\x82\xa1", 2);
    CHECK_INT_EQ(fake->sent[6] ^ fake->sent[2], 0x10);
    give(fake, "\x02\x02\x20\x02\x89\x01p\x80\x02\0\0", 11); /* in pieces, with a ping */
    give(fake, "\x82\x04\x40\x02\0\x01", 6);
    CHECK_STR_EQ(fake_event(fake, "result"), "result ok done 0");
    /* The pong; then PUBLISH, DISCONNECT and a close frame. */
    CHECK_MEM_EQ(fake->sent + 39, "\x8a\x81", 2);
    CHECK_MEM_EQ(fake->sent + fake->sent_len - 8, "\x88\x82", 2);
    check_result(fake, "result ok done 0", "");
}

static void frames_may_leave_and_arrive_byte_by_byte(void)
{
    static const uint8_t answers[] = "\x82\x04\x20\x02\0\0\x82\x04\x40\x02\0\x01";
    struct fake_board *fake = connected_board("set speak websocket");

    REQUIRE(fake != NULL);
    fake->write_chunk = 1;
    accept_upgrade(fake);
    for (size_t i = 0; i < sizeof(answers) - 1; i++) {
        CHECK_STR_EQ(fake_event(fake, "result"), "");
        give(fake, answers + i, 1);
    }
    check_result(fake, "result ok done 0", "");
}

static void a_frame_that_cannot_be_sent_yet_leaves_later(void)
{
    struct fake_board *fake = connected_board("set speak websocket");

    REQUIRE(fake != NULL);
    fake->write_chunk = 0;
    accept_upgrade(fake);
    CHECK_UINT_EQ(fake->sent_len, 0);
    CHECK(probe_core_wants_write(&fake->core));
    fake->write_chunk = FAKE_BYTES_MAX;
    probe_core_step(&fake->core);
    CHECK_UINT_EQ(fake->sent_len, 39);
    CHECK(!probe_core_wants_write(&fake->core));
    CHECK_STR_EQ(fake_command(fake, "abort"), "ok");
    check_result(fake, "result fail mqtt 9002", "");
}

static void a_server_that_opens_no_websocket_gets_no_mqtt(void)
{
    static const struct {
        const char *answer, *result, *text;
    } rows[] = {
        {"HTTP/1.1 401 x\r\n\r\n", "result fail upgrade 9006", "HTTP status 401"},
        {"HTTP/1.1 302 x\r\nLocation: https://b.test/\r\n\r\n", "result fail upgrade 9006",
         "HTTP status 302"},
        {"HTTP/1.1 101 x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
         "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n",
         "result fail upgrade 9005", "does not belong to the key"},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct fake_board *fake = connected_board("set speak websocket");

        REQUIRE(fake != NULL);
        fake->sent_len = 0;
        give_text(fake, rows[i].answer);
        CHECK_UINT_EQ(fake->sent_len, 0);
        check_result(fake, rows[i].result, rows[i].text);
    }
}

static void a_wrong_frame_is_answered_with_a_close_frame(void)
{
    struct fake_board *fake = connected_board("set speak websocket");

    REQUIRE(fake != NULL);
    accept_upgrade(fake);
    fake->sent_len = 0;
    give(fake, "\x81\x04\x20\x02\0\0", 6);
    CHECK_UINT_EQ(fake->sent_len, 8);
    CHECK_MEM_EQ(fake->sent, "\x88\x82", 2);
    CHECK_INT_EQ(fake->sent[7] ^ fake->sent[3], 0xeb); /* 1003 */
    check_result(fake, "result fail mqtt 9005", "MQTT-6.0.0-1");
}

static void a_session_that_is_kept_travels_in_frames_too(void)
{
    struct fake_board *fake = calloc(1, sizeof(*fake));

    REQUIRE(fake != NULL);
    fake_board_init(fake);
    REQUIRE(fake_configure(fake, 0));
    CHECK_STR_EQ(fake_command(fake, "set speak websocket"), "ok");
    CHECK_STR_EQ(fake_command(fake, "set stay 1000"), "ok");
    CHECK_STR_EQ(fake_command(fake, "connect"), "ok");
    probe_core_step(&fake->core);
    accept_upgrade(fake);
    CHECK_MEM_EQ(fake->sent, "\x82", 1);
    give(fake, "\x82\x04\x20\x02\0\0", 6);
    give(fake, "\x82\x04\x40\x02\0\x01", 6);
    fake->now_ms += 1000;
    probe_core_step(&fake->core);
    CHECK_MEM_EQ(fake->sent + fake->sent_len - 8, "\x88\x82", 2);
    check_result(fake, "result ok done 0", "");
}

TEST_SUITE(probe_web_attempt, TEST(a_page_is_asked_for_and_taken_to_its_end),
           TEST(answers_that_are_none_fail_the_attempt), TEST(a_head_without_end_is_given_up),
           TEST(what_comes_before_the_answer_is_passed_over),
           TEST(a_redirect_leads_to_another_host_without_the_password), TEST(redirects_are_counted),
           TEST(mqtt_travels_in_masked_frames), TEST(frames_may_leave_and_arrive_byte_by_byte),
           TEST(a_frame_that_cannot_be_sent_yet_leaves_later),
           TEST(a_server_that_opens_no_websocket_gets_no_mqtt),
           TEST(a_wrong_frame_is_answered_with_a_close_frame),
           TEST(a_session_that_is_kept_travels_in_frames_too));
