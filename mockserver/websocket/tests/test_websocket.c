/* SPDX-License-Identifier: Apache-2.0 */
#include "event_check.h"
#include "test_support.h"

#include "base/event_kinds.h"
#include "websocket/websocket.h"

#include <stdio.h>
#include <string.h>

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

static const struct websocket_settings good = {.status = 101,
                                               .upgrade = "websocket",
                                               .connection = "Upgrade",
                                               .protocol = "offered",
                                               .opcode = 2,
                                               .ping_bytes = 4,
                                               .close_after = -1,
                                               .close_status = 1000};

static struct websocket *make(const struct event_sink *sink)
{
    return websocket_new(&good, sink, 1);
}

static void feed(struct websocket *ws, const char *text, size_t len, size_t step)
{
    for (size_t at = 0; at < len; at += step)
        CHECK_OK(websocket_receive(ws, text + at, len - at < step ? len - at : step));
}

static void run(const struct row *row, size_t step)
{
    struct transcript *t = transcript_new(1 << 20);
    struct websocket *ws = make(transcript_sink(t));
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
        struct websocket *ws = make(NULL);

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
    struct websocket *ws = make(NULL);

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
        struct websocket *ws = make(NULL);

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

static const struct event *find(const struct transcript *t, const char *kind)
{
    for (size_t i = 0; i < transcript_count(t); i++)
        if (event_is(transcript_at(t, i), kind))
            return transcript_at(t, i);
    return NULL;
}

/* Of the fault that there was; "" is none. */
static const char *fault_of(const struct transcript *t)
{
    const struct event *e = find(t, EV_WS_FAULT);

    return e != NULL ? event_get_text(e, "what") : "";
}

static void defaults_are_what_a_good_server_does(void)
{
    struct websocket_settings read;

    REQUIRE_OK(websocket_settings_read(NULL, &read, NULL));
    CHECK(memcmp(&read, &good, sizeof(read)) == 0);
}

static const struct {
    struct websocket_settings s; /* what differs from the good ones */
    const char *has, *lacks, *fault;
} answers[] = {
    {{.status = 302, .location = "https://b/"},
     "302 Found\r\nLocation: https://b/\r\n",
     "Upgrade",
     "status"},
    {{.status = 401}, "401 Unauthorized\r\nWWW-Authenticate: Basic", "Location", "status"},
    {{.status = 426}, "426 Upgrade Required\r\nUpgrade: websocket", "Accept", "status"},
    {{.accept = WEBSOCKET_ACCEPT_WRONG},
     "Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOA=\r\n",
     "Location",
     "accept"},
    {{.accept = WEBSOCKET_ACCEPT_ECHO},
     "Accept: dGhlIHNhbXBsZSBub25jZQ==\r\n",
     "Location",
     "accept"},
    {{.accept = WEBSOCKET_ACCEPT_MISSING}, "101 ", "Accept", "accept"},
    {{.upgrade = "none"}, "101 ", "\r\nUpgrade:", "upgrade"},
    {{.upgrade = "h2c"}, "Upgrade: h2c\r\n", "websocket", "upgrade"},
    {{.connection = "none"}, "101 ", "Connection:", "connection"},
    {{.protocol = "chat"}, "Protocol: chat\r\n", "mqtt", "protocol"},
    {{.protocol = "none"}, "101 ", "Protocol: ", ""},
    {{.protocol = "mqttv3.1"}, "Protocol: mqttv3.1\r\n", "Location", ""},
    {{.extensions = "x-bench"}, "Extensions: x-bench\r\n", "Location", "extensions"},
};

static void lay_text(const char *text, char *ret, size_t size)
{
    if (text[0] != '\0')
        snprintf(ret, size, "%s", strcmp(text, "none") == 0 ? "" : text);
}

/* A text "none" stands for the empty one, which says nothing in the table. */
static void lay(const struct websocket_settings *other, struct websocket_settings *s)
{
    s->status = other->status != 0 ? other->status : s->status;
    s->accept = other->accept;
    memcpy(s->location, other->location, sizeof(s->location));
    memcpy(s->extensions, other->extensions, sizeof(s->extensions));
    lay_text(other->upgrade, s->upgrade, sizeof(s->upgrade));
    lay_text(other->connection, s->connection, sizeof(s->connection));
    lay_text(other->protocol, s->protocol, sizeof(s->protocol));
}

static void an_answer_is_wrong_where_it_is_told_to_be(void)
{
    for (size_t i = 0; i < sizeof(answers) / sizeof(answers[0]); i++) {
        struct websocket_settings s = good;
        const struct websocket_settings *other = &answers[i].s;
        struct transcript *t = transcript_new(1 << 20);
        struct websocket *ws = websocket_new(&s, transcript_sink(t), 1);
        const char *text = "";

        REQUIRE(ws != NULL);
        lay(other, &s);
        feed(ws, BYTES(REQUEST), 4096);
        text = buf_text(websocket_output(ws));
        test_check(strstr(text, answers[i].has) != NULL && strstr(text, answers[i].lacks) == NULL &&
                       strcmp(fault_of(t), answers[i].fault) == 0,
                   __FILE__, __LINE__, "row %zu: fault \"%s\" and %s", i, fault_of(t), text);
        websocket_free(ws);
        CHECK_EVENTS(t);
        transcript_free(t);
    }
}

static void an_extension_that_was_offered_is_no_fault(void)
{
    struct websocket_settings s = good;
    struct transcript *t = transcript_new(1 << 20);
    struct websocket *ws = websocket_new(&s, transcript_sink(t), 1);

    REQUIRE(ws != NULL);
    snprintf(s.extensions, sizeof(s.extensions), "permessage-deflate");
    feed(ws,
         BYTES("GET / HTTP/1.1\r\nHost: b\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
               "Sec-WebSocket-Extensions: x, permessage-deflate; client_max_window_bits\r\n"
               "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
               "Sec-WebSocket-Protocol: mqtt\r\n\r\n"),
         4096);
    CHECK_STR_EQ(fault_of(t), "");
    websocket_free(ws);
    transcript_free(t);
}

static const struct {
    struct websocket_settings s;
    const char *wire;
    size_t len;
    const char *fault;
} sent[] = {
    {{.opcode = 2},
     BYTES("\x82\x03"
           "abc"),
     ""},
    {{.opcode = 1},
     BYTES("\x81\x03"
           "abc"),
     "opcode"},
    {{.opcode = 5},
     BYTES("\x85\x03"
           "abc"),
     "opcode"},
    {{.opcode = 2, .reserved = 4},
     BYTES("\xc2\x03"
           "abc"),
     "reserved"},
    {{.opcode = 2, .masked = true}, BYTES("\x82\x83\x37\xfa\x21\x3d\x56\x98\x42"), "masked"},
    {{.opcode = 2, .fragment = 2},
     BYTES("\x02\x02"
           "ab\x80\x01"
           "c"),
     ""},
    {{.opcode = 2, .announce = 70000},
     BYTES("\x82\x7f\0\0\0\0\0\1\x11\x70"
           "abc"),
     ""},
    {{.opcode = 2, .pings = WEBSOCKET_PINGS_BEFORE, .ping_bytes = 2},
     BYTES("\x89\x02"
           "bc\x82\x03"
           "abc"),
     ""},
    {{.opcode = 2, .fragment = 2, .pings = WEBSOCKET_PINGS_BETWEEN, .ping_bytes = 1},
     BYTES("\x02\x02"
           "ab\x89\x01"
           "b\x80\x01"
           "c"),
     ""},
    {{.opcode = 2, .pings = WEBSOCKET_PINGS_BEFORE, .ping_split = true},
     BYTES("\x09\x00\x82\x03"
           "abc"),
     "ping_split"},
};

static void frames_are_wrong_where_they_are_told_to_be(void)
{
    for (size_t i = 0; i < sizeof(sent) / sizeof(sent[0]); i++) {
        struct websocket_settings s = sent[i].s;
        struct transcript *t = transcript_new(1 << 20);
        struct websocket *ws = websocket_new(&s, transcript_sink(t), 1);

        REQUIRE(ws != NULL);
        s.status = 101;
        s.close_after = -1;
        snprintf(s.upgrade, sizeof(s.upgrade), "websocket");
        snprintf(s.connection, sizeof(s.connection), "Upgrade");
        feed(ws, BYTES(REQUEST), 4096);
        buf_clear(websocket_output(ws));
        CHECK_OK(websocket_send(ws, "abc", 3));
        CHECK_OK(websocket_send(ws, "", 0));
        test_check(websocket_output(ws)->len >= sent[i].len &&
                       memcmp(websocket_output(ws)->data, sent[i].wire, sent[i].len) == 0 &&
                       strcmp(fault_of(t), sent[i].fault) == 0,
                   __FILE__, __LINE__, "row %zu: another frame, or fault \"%s\"", i, fault_of(t));
        websocket_free(ws);
        CHECK_EVENTS(t);
        transcript_free(t);
    }
}

static void a_server_may_say_goodbye_after_some_messages(void)
{
    struct websocket_settings s = good;
    struct websocket *ws = websocket_new(&s, NULL, 1);

    REQUIRE(ws != NULL);
    s.close_after = 1;
    s.close_status = 1001;
    feed(ws, BYTES(REQUEST), 4096);
    buf_clear(websocket_output(ws));
    CHECK_OK(websocket_send(ws, "x", 1));
    CHECK(memcmp(websocket_output(ws)->data, "\x82\x01x\x88\x02\x03\xe9", 7) == 0);
    CHECK_INT_EQ(websocket_stage(ws), WEBSOCKET_CLOSED);
    CHECK_INT_EQ(websocket_send(ws, "x", 1), ASSAY_ERR_STATE);
    websocket_free(ws);
}

/* With credentials, say; and who speaks MQTT all the same is heard. */
static void a_client_that_was_refused_may_ask_again_or_give_itself_away(void)
{
    struct websocket_settings s = good;
    struct transcript *t = transcript_new(1 << 20);
    struct websocket *ws = websocket_new(&s, transcript_sink(t), 1);
    const struct event *upgrade = NULL;

    REQUIRE(ws != NULL);
    s.status = 401;
    feed(ws, BYTES(REQUEST), 1);
    CHECK_INT_EQ(websocket_stage(ws), WEBSOCKET_REQUEST);
    upgrade = find(t, EV_WS_UPGRADE);
    REQUIRE(upgrade != NULL);
    CHECK_INT_EQ(event_get_int(upgrade, "status", 0), 401);
    CHECK(!event_get_bool(upgrade, "authorization"));
    feed(ws, BYTES("GET / HTTP/1.1\r\nAuthorization: Basic eDp5\r\n\r\n"), 4096);
    CHECK_INT_EQ(websocket_stage(ws), WEBSOCKET_FAILED); /* without Upgrade it is no request */
    CHECK(event_get_bool(transcript_at(t, transcript_count(t) - 1), "authorization"));
    websocket_free(ws);
    ws = websocket_new(&s, transcript_sink(t), 2);
    REQUIRE(ws != NULL);
    feed(ws, BYTES(REQUEST "\x82\x83\1\2\3\4`ag"), 1);
    CHECK_STR_EQ(buf_text(websocket_payload(ws)), "acd");
    websocket_free(ws);
    CHECK_EVENTS(t);
    transcript_free(t);
}

static void pings_and_pongs_are_events(void)
{
    struct websocket_settings s = good;
    struct transcript *t = transcript_new(1 << 20);
    struct websocket *ws = websocket_new(&s, transcript_sink(t), 1);
    static const char *const want[][2] = {{"tx", "ping"}, {"rx", "pong"}, {"rx", "ping"}};
    size_t count = 0;

    REQUIRE(ws != NULL);
    s.pings = WEBSOCKET_PINGS_BEFORE;
    feed(ws, BYTES(REQUEST), 4096);
    CHECK_OK(websocket_send(ws, "x", 1));
    feed(ws, BYTES("\x8a\x81\0\0\0\0a\x89\x80\0\0\0\0"), 1);
    for (size_t i = 0; i < transcript_count(t); i++) {
        const struct event *e = transcript_at(t, i);

        if (!event_is(e, EV_WS_CONTROL))
            continue;
        REQUIRE(count < 3);
        CHECK_STR_EQ(event_get_text(e, "dir"), want[count][0]);
        CHECK_STR_EQ(event_get_text(e, "type"), want[count][1]);
        count++;
    }
    CHECK_UINT_EQ(count, 3);
    websocket_free(ws);
    CHECK_EVENTS(t);
    transcript_free(t);
}

TEST_SUITE(websocket, TEST(every_frame_has_its_answer_in_any_pieces),
           TEST(a_request_that_is_none_is_refused), TEST(a_request_without_end_is_cut_off),
           TEST(frames_of_every_size_are_sent), TEST(defaults_are_what_a_good_server_does),
           TEST(an_answer_is_wrong_where_it_is_told_to_be),
           TEST(an_extension_that_was_offered_is_no_fault),
           TEST(frames_are_wrong_where_they_are_told_to_be),
           TEST(a_server_may_say_goodbye_after_some_messages),
           TEST(a_client_that_was_refused_may_ask_again_or_give_itself_away),
           TEST(pings_and_pongs_are_events));
