/* SPDX-License-Identifier: Apache-2.0 */
#include "test_support.h"

#include "probe/probe_web.h"

#include <stdio.h>
#include <string.h>

#define BYTES(text) text, sizeof(text) - 1
#define BIT(flaw)   PROBE_WEB_FLAW_BIT(flaw)

/* ---- addresses ---- */

static void an_address_is_taken_apart(void)
{
    static const struct {
        const char *text, *host, *path;
        int is_plain;
        unsigned port;
    } rows[] = {
        {"https://b.test/", "b.test", "/", 0, 443},
        {"https://b.test", "b.test", "/", 0, 443},
        {"HTTPS://b.test:8443/x?y=1#z", "b.test", "/x?y=1", 0, 8443},
        {"http://b.test:81", "b.test", "/", 1, 81},
        {"wss://b.test?a", "b.test", "/?a", 0, 443},
        {"ws://b.test/mqtt", "b.test", "/mqtt", 1, 80},
        {"/new", "", "/new", 0, 0},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct probe_web_address a;

        REQUIRE(probe_web_address_read(rows[i].text, &a));
        CHECK_STR_EQ(a.host, rows[i].host);
        CHECK_STR_EQ(a.path, rows[i].path);
        CHECK_INT_EQ(a.is_plain, rows[i].is_plain);
        CHECK_UINT_EQ(a.port, rows[i].port);
    }
}

static void what_is_no_address_leads_nowhere(void)
{
    static const char *const rows[] = {"",
                                       "ftp://b.test/",
                                       "https://",
                                       "https:///x",
                                       "b.test/x",
                                       "https://b.test:0/",
                                       "https://b.test:x/",
                                       "https://b.test:65536/",
                                       "javascript:",
                                       "https://me@b.test/",
                                       "https://b.test/a b",
                                       "https://b.test:123456/"};
    char longer[300] = "https://";
    struct probe_web_address a;

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        test_check(!probe_web_address_read(rows[i], &a), __FILE__, __LINE__, "%s", rows[i]);
    memset(longer + 8, 'a', 200);
    CHECK(!probe_web_address_read(longer, &a));
    longer[20] = '/';
    CHECK(!probe_web_address_read(longer, &a));
}

/* ---- heads ---- */

static void a_request_names_its_host_with_a_port_that_is_not_usual(void)
{
    static const struct {
        unsigned port;
        uint32_t flaws;
        const char *host;
    } rows[] = {{443, 0, "Host: b.test\r\n"},
                {8443, 0, "Host: b.test:8443\r\n"},
                {8443, BIT(PROBE_WEB_HOST_PORT), "Host: b.test\r\n"},
                {443, BIT(PROBE_WEB_HOST_SCHEME), "Host: https://b.test\r\n"}};
    char out[256];

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct probe_web_request r = {
            .host = "b.test", .port = (uint16_t)rows[i].port, .path = "/", .flaws = rows[i].flaws};

        CHECK_UINT_EQ(probe_web_request_write(&r, out, sizeof(out)), strlen(out));
        CHECK_STR_CONTAINS(out, rows[i].host);
        CHECK(strstr(out, "Authorization") == NULL);
    }
}

static void credentials_and_a_key_are_sent_where_they_are_given(void)
{
    struct probe_web_request r = {.host = "b.test",
                                  .port = 443,
                                  .path = "/mqtt",
                                  .user = "Aladdin",
                                  .user_len = 7,
                                  .pass = "open sesame",
                                  .pass_len = 11,
                                  .key = "dGhlIHNhbXBsZSBub25jZQ=="};
    char out[512];

    CHECK(probe_web_request_write(&r, out, sizeof(out)) > 0);
    /* RFC 7617 section 2 */
    CHECK_STR_CONTAINS(out, "Authorization: Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==\r\n");
    CHECK_STR_CONTAINS(out, "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n");
    CHECK_STR_CONTAINS(out, "Sec-WebSocket-Protocol: mqtt\r\n\r\n");
    CHECK_UINT_EQ(probe_web_request_write(&r, out, 100), 0);
    r.flaws = BIT(PROBE_WEB_WS_NO_OFFER);
    CHECK(probe_web_request_write(&r, out, sizeof(out)) > 0);
    CHECK(strstr(out, "Protocol") == NULL);
}

static void a_key_has_its_answer(void)
{
    char accept[PROBE_WEB_ACCEPT_LEN + 1];

    probe_web_accept("dGhlIHNhbXBsZSBub25jZQ==", accept); /* RFC 6455 section 1.3 */
    CHECK_STR_EQ(accept, "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
}

static int read_head(const char *text, char copy[512], struct probe_web_head *head)
{
    snprintf(copy, 512, "%s", text);
    return probe_web_head_read(copy, head);
}

static void a_head_is_read_whatever_its_letters_and_blanks(void)
{
    struct probe_web_head head;
    char copy[512];

    REQUIRE(read_head("HTTP/1.1 302 Found\r\nlocation:\thttps://b/ \r\nCONTENT-LENGTH: 12\r\n\r\n",
                      copy, &head));
    CHECK_INT_EQ(head.status, 302);
    CHECK_STR_EQ(head.location, "https://b/");
    CHECK_INT_EQ(head.length, 12);
    CHECK(!head.is_chunked);
    REQUIRE(read_head("HTTP/1.0 200\nTransfer-Encoding: chunked\n\n", copy, &head));
    CHECK(head.is_chunked && head.length == -1 && head.location == NULL);
}

static void a_head_that_cannot_be_read_is_none(void)
{
    static const char *const rows[] = {
        "",
        "\r\n\r\n",
        "HTTP/2 200\r\n\r\n",
        "HTTP/1.1  200\r\n\r\n",
        "HTTP/1.1 20\r\n\r\n",
        "HTTP/1.1 2000\r\n\r\n",
        "HTTP/1.1 099\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n",
    };
    struct probe_web_head head;
    char copy[512];

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        test_check(!read_head(rows[i], copy, &head), __FILE__, __LINE__, "%s", rows[i]);
}

/* ---- the answer to an upgrade ---- */

#define GOOD                                                                                       \
    "HTTP/1.1 101 x\r\nUpgrade: WebSocket\r\nConnection: keep-alive, Upgrade\r\n"                  \
    "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"

static const struct {
    const char *answer;
    uint32_t flaw; /* that takes it all the same */
} refused[] = {
    {"HTTP/1.1 200 OK\r\n\r\n", BIT(PROBE_WEB_WS_STATUS)},
    {"HTTP/1.1 302 Found\r\nLocation: https://b/\r\n\r\n", BIT(PROBE_WEB_WS_STATUS)},
    {"HTTP/1.1 101 x\r\nConnection: Upgrade\r\n"
     "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n",
     BIT(PROBE_WEB_WS_FIELDS)},
    {"HTTP/1.1 101 x\r\nUpgrade: websocket\r\nConnection: close\r\n"
     "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n",
     BIT(PROBE_WEB_WS_FIELDS)},
    {"HTTP/1.1 101 x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
     "Sec-WebSocket-Accept: S3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n",
     BIT(PROBE_WEB_WS_ACCEPT)},
    {"HTTP/1.1 101 x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n",
     BIT(PROBE_WEB_WS_ACCEPT)},
    {GOOD "Sec-WebSocket-Extensions: x-bench\r\n\r\n", BIT(PROBE_WEB_WS_EXTENSION)},
    {GOOD "Sec-WebSocket-Protocol: chat\r\n\r\n", BIT(PROBE_WEB_WS_PROTOCOL)},
};

static void only_the_right_answer_opens_a_websocket(void)
{
    static const char key[] = "dGhlIHNhbXBsZSBub25jZQ==";
    struct probe_web_head head;
    char copy[512];

    REQUIRE(read_head(GOOD "Sec-WebSocket-Protocol: mqtt\r\n\r\n", copy, &head));
    CHECK(probe_web_not_opened(&head, key, 0) == NULL);
    for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
        REQUIRE(read_head(refused[i].answer, copy, &head));
        test_check(probe_web_not_opened(&head, key, 0) != NULL, __FILE__, __LINE__, "row %zu", i);
        test_check(probe_web_not_opened(&head, key, refused[i].flaw) == NULL, __FILE__, __LINE__,
                   "row %zu: its flaw refuses it", i);
    }
}

/* ---- bodies ---- */

static const struct {
    const char *fields, *body;
    unsigned length;
    int is_whole;
    uint32_t flaw; /* that takes it for whole */
} bodies[] = {
    {"Content-Length: 3", "abc", 3, 1, 0},
    {"Content-Length: 3", "abcd", 3, 1, 0},
    {"Content-Length: 0", "", 0, 1, 0},
    {"Content-Length: 4", "abc", 3, 0, BIT(PROBE_WEB_SHORT_BODY)},
    {"X: y", "abc", 3, 1, 0},
    {"Transfer-Encoding: chunked", "3\r\nabc\r\n0\r\n\r\n", 3, 1, 0},
    {"Transfer-Encoding: chunked", "1;x=y\r\na\r\n00A\r\n0123456789\r\n0\r\nT: x\r\n\r\n", 11, 1,
     0},
    {"Transfer-Encoding: chunked", "3\r\nabc\r\n", 3, 0, BIT(PROBE_WEB_LAST_CHUNK)},
    {"Transfer-Encoding: chunked", "3\r\nab", 2, 0, BIT(PROBE_WEB_LAST_CHUNK)},
    {"Transfer-Encoding: chunked", "3\r\nabc\r\n0\r\n", 3, 0, BIT(PROBE_WEB_LAST_CHUNK)},
    {"Transfer-Encoding: chunked", "3\r\nabcd\r\n0\r\n\r\n", 3, 0, 0},
    {"Transfer-Encoding: chunked", "\r\n\r\n", 0, 0, 0},
    {"Transfer-Encoding: chunked", "x\r\n", 0, 0, 0},
    {"Transfer-Encoding: chunked", "123456789\r\n", 0, 0, 0},
};

static void feed_body(struct probe_web_body *body, size_t row, uint32_t flaws, size_t step)
{
    struct probe_web_head head;
    char copy[512];
    const char *bytes = bodies[row].body;

    snprintf(copy, sizeof(copy), "HTTP/1.1 200 OK\r\n%s\r\n\r\n", bodies[row].fields);
    REQUIRE(probe_web_head_read(copy, &head));
    probe_web_body_begin(body, &head, flaws);
    for (size_t at = 0; at < strlen(bytes); at += step)
        probe_web_body_feed(body, (const uint8_t *)bytes + at,
                            strlen(bytes) - at < step ? strlen(bytes) - at : step);
}

static void a_body_is_whole_when_its_framing_says_so(void)
{
    for (size_t i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++) {
        for (size_t step = 1; step <= 64; step += 63) {
            struct probe_web_body body;

            feed_body(&body, i, 0, step);
            test_check(probe_web_body_is_whole(&body) == bodies[i].is_whole &&
                           body.length == bodies[i].length,
                       __FILE__, __LINE__, "row %zu: %d, %u bytes", i,
                       probe_web_body_is_whole(&body), (unsigned)body.length);
            feed_body(&body, i, bodies[i].flaw, step);
            test_check(probe_web_body_is_whole(&body) ==
                           (bodies[i].is_whole || bodies[i].flaw != 0),
                       __FILE__, __LINE__, "row %zu with its flaw", i);
        }
    }
}

static void a_board_that_knows_no_chunks_cannot_read_them(void)
{
    struct probe_web_body body;

    feed_body(&body, 5, BIT(PROBE_WEB_NO_CHUNKS), 64);
    CHECK_INT_EQ(body.state, PROBE_BODY_BROKEN);
}

/* ---- frames ---- */

struct heard {
    char payload[256];
    size_t len;
    uint8_t due[256];
    size_t due_len;
    int32_t code;
};

static void hear(const char *wire, size_t len, uint32_t flaws, size_t cap, struct heard *ret)
{
    struct probe_websocket ws;
    uint8_t data[64];
    size_t at = 0;

    *ret = (struct heard){.len = 0};
    probe_websocket_init(&ws, flaws);
    while (at < len && !ws.is_closed) {
        void *place = NULL;
        size_t room = probe_websocket_room(&ws, data, cap, &place);
        size_t got = 0;

        REQUIRE(room > 0);
        room = room < len - at ? room : len - at;
        memcpy(place, wire + at, room);
        at += room;
        got = probe_websocket_took(&ws, data, room);
        REQUIRE(ret->len + got < sizeof(ret->payload));
        memcpy(ret->payload + ret->len, data, got);
        ret->len += got;
        ret->due_len +=
            probe_websocket_due(&ws, 0, ret->due + ret->due_len, sizeof(ret->due) - ret->due_len);
    }
    ret->code = ws.failure.code;
}

static const struct {
    const char *wire;
    size_t len;
    const char *payload, *due;
    size_t due_len;
} good_frames[] = {
    {BYTES("\x82\x03"
           "abc"),
     "abc", BYTES("")},
    {BYTES("\x82\x7e\x00\x03"
           "abc"),
     "abc", BYTES("")},
    {BYTES("\x82\x7f\0\0\0\0\0\0\0\3"
           "abc"),
     "abc", BYTES("")},
    {BYTES("\x02\x01"
           "a\x00\x00\x80\x02"
           "bc"),
     "abc", BYTES("")},
    {BYTES("\x02\x01"
           "a\x89\x01"
           "p\x80\x01"
           "b"),
     "ab", BYTES("\x8a\x81\0\0\0\0p")},
    {BYTES("\x89\x00\x82\x01"
           "a\x8a\x01x"),
     "a", BYTES("\x8a\x80\0\0\0\0")},
    {BYTES("\x82\x00\x82\x01"
           "a"),
     "a", BYTES("")},
};

static void frames_that_are_allowed_are_taken(void)
{
    for (size_t i = 0; i < sizeof(good_frames) / sizeof(good_frames[0]); i++) {
        for (size_t cap = 1; cap <= 64; cap += 63) {
            struct heard heard;

            hear(good_frames[i].wire, good_frames[i].len, 0, cap, &heard);
            test_check(
                heard.code == PROBE_CODE_OK && strcmp(heard.payload, good_frames[i].payload) == 0 &&
                    heard.due_len == good_frames[i].due_len &&
                    memcmp(heard.due, good_frames[i].due, heard.due_len) == 0,
                __FILE__, __LINE__, "row %zu: code %d, \"%s\"", i, (int)heard.code, heard.payload);
        }
    }
}

static const struct {
    const char *wire;
    size_t len;
    const char *status; /* in the close frame that is due */
    uint32_t flaw;      /* that takes it */
    const char *payload;
} bad_frames[] = {
    {BYTES("\x82\x81\0\0\0\1x"), "\x03\xea", BIT(PROBE_WEB_WS_MASK), "x"},
    {BYTES("\x82\x85\1\2\3\4`acbd"), "\x03\xea", BIT(PROBE_WEB_WS_MASK), "ac`fe"},
    {BYTES("\xc2\x01x"), "\x03\xea", BIT(PROBE_WEB_WS_RESERVED), "x"},
    {BYTES("\x83\x01x"), "\x03\xea", BIT(PROBE_WEB_WS_RESERVED), "x"},
    {BYTES("\x81\x01x"), "\x03\xeb", BIT(PROBE_WEB_WS_TEXT), "x"},
    {BYTES("\x09\x00\x82\x01x"), "\x03\xea", BIT(PROBE_WEB_WS_CONTROL), "x"},
    {BYTES("\x80\x01x"), "\x03\xea", 0, NULL},
    {BYTES("\x02\x01x\x82\x01y"), "\x03\xea", 0, NULL},
    {BYTES("\x82\x7f\0\0\0\0\0\1\0\1x"), "\x03\xf1", BIT(PROBE_WEB_WS_LENGTH_CUT), "x"},
    {BYTES("\x88\x02\x03\xe9"), "\x03\xe9", 0, NULL},
    {BYTES("\x88\x00"), "\x03\xe8", 0, NULL},
};

static void frames_that_are_not_allowed_close_the_websocket(void)
{
    for (size_t i = 0; i < sizeof(bad_frames) / sizeof(bad_frames[0]); i++) {
        struct heard heard;

        hear(bad_frames[i].wire, bad_frames[i].len, 0, 64, &heard);
        test_check(heard.code != PROBE_CODE_OK && heard.due_len >= 8 &&
                       heard.due[heard.due_len - 8] == 0x88 &&
                       memcmp(heard.due + heard.due_len - 2, bad_frames[i].status, 2) == 0,
                   __FILE__, __LINE__, "row %zu: code %d", i, (int)heard.code);
        if (bad_frames[i].flaw == 0)
            continue;
        hear(bad_frames[i].wire, bad_frames[i].len, bad_frames[i].flaw, 64, &heard);
        test_check(heard.code == PROBE_CODE_OK && strcmp(heard.payload, bad_frames[i].payload) == 0,
                   __FILE__, __LINE__, "row %zu with its flaw: code %d, \"%s\"", i, (int)heard.code,
                   heard.payload);
    }
}

static void a_long_ping_is_no_overflow_where_a_flaw_takes_it(void)
{
    char wire[4 + 300 + 3] = "\x89\x7e\x01\x2c";
    struct heard heard;

    memcpy(wire + 304, "\x82\x01x", 3);
    hear(wire, sizeof(wire), BIT(PROBE_WEB_WS_CONTROL), 64, &heard);
    CHECK_STR_EQ(heard.payload, "x");
    CHECK_INT_EQ(heard.code, PROBE_CODE_OK);
}

static void flaws_lose_what_belongs_together(void)
{
    struct heard heard;

    hear(BYTES("\x89\x01p\x82\x01x"), BIT(PROBE_WEB_WS_NO_PONG), 64, &heard);
    CHECK_UINT_EQ(heard.due_len, 0);
    hear(BYTES("\x02\x01"
               "a\x80\x02"
               "bc\x82\x01"
               "d"),
         BIT(PROBE_WEB_WS_NO_CONTINUATION), 64, &heard);
    CHECK_STR_EQ(heard.payload, "ad");
    /* Two packets of two bytes in a message; then a packet in two messages. */
    hear(BYTES("\x82\x04\xd0\x00\xd0\x00"), BIT(PROBE_WEB_WS_ONE_PACKET), 1, &heard);
    CHECK_UINT_EQ(heard.len, 2);
    CHECK_INT_EQ(heard.code, PROBE_CODE_OK);
    hear(BYTES("\x82\x02\x20\x02\x82\x02\x00\x00"), BIT(PROBE_WEB_WS_ONE_PACKET), 64, &heard);
    CHECK_INT_EQ(heard.code, PROBE_CODE_MALFORMED);
}

static void a_frame_is_masked_with_its_key(void)
{
    uint8_t out[300];
    uint8_t data[200] = {1};

    CHECK_UINT_EQ(probe_websocket_frame(2, 0x01020304, "abcde", 5, out, sizeof(out)), 11);
    CHECK(memcmp(out, "\x82\x85\1\2\3\4", 6) == 0);
    CHECK(out[6] == ('a' ^ 1) && out[9] == ('d' ^ 4) && out[10] == ('e' ^ 1));
    CHECK_UINT_EQ(probe_websocket_frame(2, 0, data, sizeof(data), out, sizeof(out)), 208);
    CHECK(memcmp(out, "\x82\xfe\x00\xc8", 4) == 0);
    CHECK_UINT_EQ(probe_websocket_frame(2, 0, data, sizeof(data), out, 200), 0);
}

TEST_SUITE(probe_web, TEST(an_address_is_taken_apart), TEST(what_is_no_address_leads_nowhere),
           TEST(a_request_names_its_host_with_a_port_that_is_not_usual),
           TEST(credentials_and_a_key_are_sent_where_they_are_given), TEST(a_key_has_its_answer),
           TEST(a_head_is_read_whatever_its_letters_and_blanks),
           TEST(a_head_that_cannot_be_read_is_none), TEST(only_the_right_answer_opens_a_websocket),
           TEST(a_body_is_whole_when_its_framing_says_so),
           TEST(a_board_that_knows_no_chunks_cannot_read_them),
           TEST(frames_that_are_allowed_are_taken),
           TEST(frames_that_are_not_allowed_close_the_websocket),
           TEST(a_long_ping_is_no_overflow_where_a_flaw_takes_it),
           TEST(flaws_lose_what_belongs_together), TEST(a_frame_is_masked_with_its_key));
