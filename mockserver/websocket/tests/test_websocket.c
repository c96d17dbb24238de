/* SPDX-License-Identifier: Apache-2.0 */
#include "event_check.h"
#include "test_support.h"

#include "websocket/websocket.h"

#define REQUEST                                                                                    \
    "GET /mqtt HTTP/1.1\r\nHost: broker.bench.test\r\nUpgrade: WebSocket\r\n"                      \
    "Connection: keep-alive, Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"           \
    "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: mqttv3.1, mqtt\r\n\r\n"
/* The key and its answer are those of RFC 6455 section 1.3. */
#define ANSWER                                                                                     \
    "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"            \
    "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\nSec-WebSocket-Protocol: mqtt\r\n\r\n"
#define BYTES(text) text, sizeof(text) - 1

static const struct row {
    const char *name;
    const char *says;
    size_t says_len;
    const char *payload;
    const char *answer; /* behind ANSWER */
    size_t answer_len;
    enum websocket_stage stage;
} rows[] = {
    {"a frame", BYTES("\x82\x83\1\2\3\4`ag"), "acd", BYTES(""), WEBSOCKET_OPEN},
    {"a message in pieces", BYTES("\x02\x81\0\0\0\0x\x80\x81\0\0\0\0y"), "xy", BYTES(""),
     WEBSOCKET_OPEN},
    {"a ping between pieces", BYTES("\x02\x81\0\0\0\0x\x89\x81\0\0\0\0p\x80\x81\0\0\0\0y"), "xy",
     BYTES("\x8a\x01p"), WEBSOCKET_OPEN},
    {"a length of two bytes", BYTES("\x82\xfe\0\3\0\0\0\0abc"), "abc", BYTES(""), WEBSOCKET_OPEN},
    {"a length of eight bytes", BYTES("\x82\xff\0\0\0\0\0\0\0\3\0\0\0\0abc"), "abc", BYTES(""),
     WEBSOCKET_OPEN},
    {"goodbye", BYTES("\x88\x82\0\0\0\0\x03\xe9\x82\x81\0\0\0\0x"), "", BYTES("\x88\x02\x03\xe9"),
     WEBSOCKET_CLOSED},
    {"half a status", BYTES("\x88\x81\0\0\0\0\x03"), "", BYTES("\x88\x02\x03\xea"),
     WEBSOCKET_FAILED},
    {"no mask", BYTES("\x82\x01x"), "", BYTES("\x88\x02\x03\xea"), WEBSOCKET_FAILED},
    {"a reserved bit", BYTES("\xc2\x80\0\0\0\0"), "", BYTES("\x88\x02\x03\xea"), WEBSOCKET_FAILED},
    {"a reserved opcode", BYTES("\x83\x80\0\0\0\0"), "", BYTES("\x88\x02\x03\xea"),
     WEBSOCKET_FAILED},
    {"a control frame in pieces", BYTES("\x09\x80\0\0\0\0"), "", BYTES("\x88\x02\x03\xea"),
     WEBSOCKET_FAILED},
    {"a continuation of nothing", BYTES("\x80\x80\0\0\0\0"), "", BYTES("\x88\x02\x03\xea"),
     WEBSOCKET_FAILED},
    {"a message within another one", BYTES("\x02\x80\0\0\0\0\x82\x80\0\0\0\0"), "",
     BYTES("\x88\x02\x03\xea"), WEBSOCKET_FAILED},
    {"text", BYTES("\x81\x81\0\0\0\0x"), "", BYTES("\x88\x02\x03\xeb"), WEBSOCKET_FAILED},
    {"more than anybody takes", BYTES("\x82\xff\x7f\xff\xff\xff\xff\xff\xff\xff\0\0\0\0"), "",
     BYTES("\x88\x02\x03\xf1"), WEBSOCKET_FAILED},
};

static void feed(struct websocket *ws, const char *text, size_t len, size_t step)
{
    for (size_t at = 0; at < len; at += step)
        CHECK_OK(websocket_receive(ws, text + at, len - at < step ? len - at : step));
}

static void run(const struct row *row, size_t step)
{
    struct transcript *t = transcript_new(1 << 20);
    struct websocket *ws = websocket_new(transcript_sink(t), 1);
    struct buf want;

    REQUIRE(ws != NULL);
    buf_init(&want, 4096);
    CHECK_OK(buf_add_text(&want, ANSWER));
    CHECK_OK(buf_add(&want, row->answer, row->answer_len));
    feed(ws, BYTES(REQUEST), step);
    feed(ws, row->says, row->says_len, step);
    test_check(strcmp(buf_text(websocket_payload(ws)), row->payload) == 0, __FILE__, __LINE__,
               "%s: carried \"%s\"", row->name, buf_text(websocket_payload(ws)));
    test_check(websocket_output(ws)->len == want.len &&
                   memcmp(websocket_output(ws)->data, want.data, want.len) == 0,
               __FILE__, __LINE__, "%s: another answer", row->name);
    test_check(websocket_stage(ws) == row->stage, __FILE__, __LINE__, "%s: stage %d", row->name,
               (int)websocket_stage(ws));
    websocket_free(ws);
    buf_done(&want);
    CHECK_EVENTS(t);
    transcript_free(t);
}

static void every_frame_has_its_answer_in_any_pieces(void)
{
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        run(&rows[i], 4096);
        run(&rows[i], 1);
    }
}

static void a_request_that_is_none_is_refused(void)
{
    static const struct {
        const char *request;
        const char *answer;
    } refused[] = {
        {"GET / HTTP/1.1\r\nHost: a\r\n\r\n", "HTTP/1.1 426 "},
        {"POST / HTTP/1.1\r\nHost: a\r\n\r\n", "HTTP/1.1 405 "},
        {"\x10\x0c\r\n\r\n", "HTTP/1.1 400 "},
        {"GET / HTTP/1.0\r\n\r\n", "HTTP/1.1 400 "},
        {"GET / HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: upgrade\r\n"
         "Sec-WebSocket-Version: 8\r\n\r\n",
         "HTTP/1.1 426 "},
        {"GET / HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: upgrade\r\n"
         "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: short\r\n\r\n",
         "HTTP/1.1 400 "},
        {"GET / HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: upgrade\r\n"
         "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
         "Sec-WebSocket-Protocol: chat\r\n\r\n",
         "HTTP/1.1 400 "},
    };

    for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
        struct websocket *ws = websocket_new(NULL, 1);

        REQUIRE(ws != NULL);
        feed(ws, refused[i].request, strlen(refused[i].request), 7);
        CHECK_INT_EQ(websocket_stage(ws), WEBSOCKET_FAILED);
        CHECK(strncmp(buf_text(websocket_output(ws)), refused[i].answer,
                      strlen(refused[i].answer)) == 0);
        websocket_free(ws);
    }
}

static void a_request_without_end_is_cut_off(void)
{
    struct websocket *ws = websocket_new(NULL, 1);

    REQUIRE(ws != NULL);
    for (int i = 0; i < 3000 && websocket_stage(ws) == WEBSOCKET_REQUEST; i++)
        feed(ws, "X: y\r\n", 6, 6);
    CHECK_INT_EQ(websocket_stage(ws), WEBSOCKET_FAILED);
    CHECK_STR_CONTAINS(buf_text(websocket_output(ws)), "431");
    websocket_free(ws);
}

static void frames_of_every_size_are_sent(void)
{
    static const uint8_t bytes[70000];
    static const struct {
        size_t len, header;
        uint8_t second;
    } sizes[] = {{0, 2, 0}, {125, 2, 125}, {126, 4, 126}, {65535, 4, 126}, {65536, 10, 127}};

    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        struct websocket *ws = websocket_new(NULL, 1);

        REQUIRE(ws != NULL);
        CHECK_INT_EQ(websocket_send(ws, bytes, 1), ASSAY_ERR_STATE);
        feed(ws, BYTES(REQUEST), 4096);
        buf_clear(websocket_output(ws));
        CHECK_OK(websocket_send(ws, bytes, sizes[i].len));
        CHECK_UINT_EQ(websocket_output(ws)->len, sizes[i].len + sizes[i].header);
        CHECK_UINT_EQ(websocket_output(ws)->data[1], sizes[i].second);
        websocket_free(ws);
    }
}

TEST_SUITE(websocket, TEST(every_frame_has_its_answer_in_any_pieces),
           TEST(a_request_that_is_none_is_refused), TEST(a_request_without_end_is_cut_off),
           TEST(frames_of_every_size_are_sent));
