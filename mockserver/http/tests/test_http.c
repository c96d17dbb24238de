/* SPDX-License-Identifier: Apache-2.0 */
#include "base/event_kinds.h"
#include "base/transcript.h"
#include "event_check.h"
#include "http/http.h"
#include "test_support.h"

#include <stdio.h>
#include <string.h>

enum { NOON = 1795262400 }; /* 2026-11-21T12:00:00Z */

static int64_t noon(void *ctx)
{
    (void)ctx;
    return NOON;
}

struct bed {
    struct http_settings settings;
    struct transcript *t;
    struct http_session *session;
};

static void open_bed(struct bed *bed)
{
    CHECK_OK(http_settings_read(NULL, &bed->settings, NULL));
    bed->t = transcript_new(1 << 22);
    bed->session =
        http_session_new(&bed->settings, transcript_sink(bed->t), 1, 443, 443, noon, NULL);
}

static void close_bed(struct bed *bed)
{
    CHECK_EVENTS(bed->t);
    http_session_free(bed->session);
    transcript_free(bed->t);
}

static void feed(struct bed *bed, const char *bytes)
{
    CHECK_OK(http_session_receive(bed->session, bytes, strlen(bytes)));
}

static const char *output(struct bed *bed)
{
    return buf_text(http_session_output(bed->session));
}

static const struct event *find(const struct bed *bed, const char *kind)
{
    for (size_t i = 0; i < transcript_count(bed->t); i++)
        if (event_is(transcript_at(bed->t, i), kind))
            return transcript_at(bed->t, i);
    return NULL;
}

#define GET "GET /x?y=1 HTTP/1.1\r\nHost: broker.bench.test\r\n"

static void a_request_is_an_event_and_gets_the_answer_of_the_scenario(void)
{
    struct bed bed;
    const struct event *e = NULL;

    open_bed(&bed);
    feed(&bed, GET "User-Agent: board/1\r\nAuthorization: Basic eDp5\r\n\r\n");
    CHECK_STR_EQ(output(&bed), "HTTP/1.1 200 OK\r\n"
                               "Date: Sat, 21 Nov 2026 12:00:00 GMT\r\n"
                               "Content-Type: text/plain\r\n"
                               "Content-Length: 13\r\n"
                               "Connection: keep-alive\r\n\r\n"
                               "Hello, board\n");
    CHECK(!http_session_wants_close(bed.session));
    e = find(&bed, EV_HTTP_REQUEST);
    REQUIRE(e != NULL);
    CHECK_STR_EQ(event_get_text(e, "method"), "GET");
    CHECK_STR_EQ(event_get_text(e, "target"), "/x?y=1");
    CHECK_STR_EQ(event_get_text(e, "host"), "broker.bench.test");
    CHECK_STR_EQ(event_get_text(e, "user_agent"), "board/1");
    CHECK(event_get_bool(e, "authorization"));
    e = find(&bed, EV_HTTP_RESPONSE);
    REQUIRE(e != NULL);
    CHECK_INT_EQ(event_get_int(e, "status", 0), 200);
    CHECK(find(&bed, EV_HTTP_VIOLATION) == NULL);
    close_bed(&bed);
}

static void what_cannot_be_a_request_is_refused_at_its_first_byte(void)
{
    struct bed bed;

    open_bed(&bed);
    feed(&bed, "\x16\x03\x01\x02"); /* a ClientHello begins like this */
    CHECK_STR_CONTAINS(output(&bed), "HTTP/1.1 400 ");
    CHECK(http_session_wants_close(bed.session));
    CHECK(find(&bed, EV_HTTP_REQUEST) == NULL);
    CHECK_STR_EQ(event_get_text(find(&bed, EV_HTTP_VIOLATION), "rule"), "RFC 9110 section 9.1");
    close_bed(&bed);
}

static void the_pieces_in_which_bytes_come_do_not_matter(void)
{
    static const char request[] = "POST /a HTTP/1.1\r\nHost: broker.bench.test\r\n"
                                  "Transfer-Encoding: chunked\r\n\r\n"
                                  "4;x=y\r\nabcd\r\nA\r\n0123456789\r\n0\r\nTrailer: t\r\n\r\n" GET
                                  "Content-Length: 0\r\n\r\n";
    struct bed whole;
    struct bed bytes;

    open_bed(&whole);
    open_bed(&bytes);
    feed(&whole, request);
    for (size_t i = 0; request[i] != '\0'; i++)
        CHECK_OK(http_session_receive(bytes.session, request + i, 1));
    CHECK_STR_EQ(output(&bytes), output(&whole));
    CHECK_UINT_EQ(transcript_count(bytes.t), 4);
    REQUIRE(find(&whole, EV_HTTP_REQUEST) != NULL);
    CHECK_INT_EQ(event_get_int(find(&bytes, EV_HTTP_REQUEST), "body_length", 0), 14);
    close_bed(&whole);
    close_bed(&bytes);
}

static void what_breaks_a_rule_is_named_with_its_section_and_answered(void)
{
    static const struct {
        const char *request, *answer, *rule;
    } rows[] = {
        {"GET\r\n\r\n", "400", "RFC 9112 section 3"},
        {"GET / \r\n\r\n", "400", "RFC 9112 section 3"},
        {"G(T / HTTP/1.1\r\n\r\n", "400", "RFC 9110 section 9.1"},
        {"GET x HTTP/1.1\r\n\r\n", "400", "RFC 9112 section 3.2"},
        {"GET / HTTP/2.0\r\n\r\n", "505", "RFC 9112 section 2.3"},
        {"GET / HTTP/1.1\nHost: a\n\n", "400", "RFC 9112 section 2.2"},
        {"GET / HTTP/1.1\r\nHost a\r\n\r\n", "400", "RFC 9112 section 5"},
        {"GET / HTTP/1.1\r\nHost : a\r\n\r\n", "400", "RFC 9112 section 5"},
        {"GET / HTTP/1.1\r\nHost: a\r\n b\r\n\r\n", "400", "RFC 9112 section 5.2"},
        {"GET / HTTP/1.1\r\nHost: a\x01\r\n\r\n", "400", "RFC 9110 section 5.5"},
        {"GET / HTTP/1.1\r\n\r\n", "400", "RFC 9112 section 3.2"},
        {"GET / HTTP/1.1\r\nHost: a\r\nhost: a\r\n\r\n", "400", "RFC 9112 section 3.2"},
        {"GET / HTTP/1.1\r\nHost: https://a\r\n\r\n", "400", "RFC 9110 section 7.2"},
        {"GET / HTTP/1.1\r\nHost: a/b\r\n\r\n", "400", "RFC 9110 section 7.2"},
        {"GET / HTTP/1.1\r\nHost: a\r\nContent-Length: x\r\n\r\n", "400", "RFC 9112 section 6.3"},
        {"GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
         "400", "RFC 9112 section 6.3"},
        {"GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\n", "501",
         "RFC 9112 section 6.1"},
        {"GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n", "400",
         "RFC 9112 section 7.1"},
        {"GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nab\r\n", "400",
         "RFC 9112 section 7.1"},
        {"GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999\r\n\r\n", "413",
         "RFC 9110 section 15.5.14"},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct bed bed;
        const struct event *e = NULL;

        open_bed(&bed);
        feed(&bed, rows[i].request);
        e = find(&bed, EV_HTTP_VIOLATION);
        test_check(e != NULL && strcmp(event_get_text(e, "rule"), rows[i].rule) == 0 &&
                       strncmp(output(&bed) + strlen("HTTP/1.1 "), rows[i].answer, 3) == 0,
                   __FILE__, __LINE__, "row %zu: rule %s, answer %.12s", i,
                   e != NULL ? event_get_text(e, "rule") : "none", output(&bed));
        CHECK(http_session_wants_close(bed.session));
        CHECK(find(&bed, EV_HTTP_REQUEST) == NULL);
        /* What follows is not believed. */
        buf_clear(http_session_output(bed.session));
        feed(&bed, GET "\r\n");
        CHECK_STR_EQ(output(&bed), "");
        close_bed(&bed);
    }
}

static void a_head_without_end_has_a_limit(void)
{
    struct bed bed;

    open_bed(&bed);
    feed(&bed, "GET / HTTP/1.1\r\nX: ");
    for (int i = 0; i < HTTP_MAX_HEAD; i++)
        CHECK_OK(http_session_receive(bed.session, "x", 1));
    CHECK_STR_CONTAINS(output(&bed), "HTTP/1.1 431 ");
    close_bed(&bed);
    open_bed(&bed);
    feed(&bed, "GET / HTTP/1.1\r\nHost: a\r\n");
    for (int i = 0; i < HTTP_MAX_FIELDS; i++)
        feed(&bed, "X: y\r\n");
    feed(&bed, "\r\n");
    CHECK_STR_CONTAINS(output(&bed), "HTTP/1.1 431 ");
    close_bed(&bed);
}

static void a_host_names_its_port_where_that_is_not_the_usual_one(void)
{
    static const struct {
        unsigned port;
        const char *host;
        bool remarked;
    } rows[] = {{443, "a", false},     {443, "a:443", false},    {8443, "a:8443", false},
                {8443, "a", true},     {443, "a:80", true},      {443, "[::1]:443", false},
                {8443, "[::1]", true}, {443, "192.0.2.1", false}};

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct bed bed;

        open_bed(&bed);
        http_session_free(bed.session);
        bed.session = http_session_new(&bed.settings, transcript_sink(bed.t), 1, rows[i].port, 443,
                                       noon, NULL);
        feed(&bed, "GET / HTTP/1.1\r\nHost: ");
        feed(&bed, rows[i].host);
        feed(&bed, "\r\n\r\n");
        CHECK_STR_CONTAINS(output(&bed), "HTTP/1.1 200 ");
        CHECK((find(&bed, EV_HTTP_VIOLATION) != NULL) == rows[i].remarked);
        close_bed(&bed);
    }
}

static void a_connection_stays_open_as_both_sides_want(void)
{
    static const struct {
        const char *request;
        bool keep_alive, closes;
    } rows[] = {
        {"GET / HTTP/1.1\r\nHost: a\r\n\r\n", true, false},
        {"GET / HTTP/1.1\r\nHost: a\r\nConnection: x, Close\r\n\r\n", true, true},
        {"GET / HTTP/1.0\r\n\r\n", true, true},
        {"GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", true, false},
        {"GET / HTTP/1.1\r\nHost: a\r\n\r\n", false, true},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct bed bed;

        open_bed(&bed);
        bed.settings.keep_alive = rows[i].keep_alive;
        feed(&bed, rows[i].request);
        CHECK(http_session_wants_close(bed.session) == rows[i].closes);
        CHECK_STR_CONTAINS(output(&bed),
                           rows[i].closes ? "Connection: close" : "Connection: keep-alive");
        close_bed(&bed);
    }
}

static struct value *settings_of(const char *key, struct value *v)
{
    struct value *map = value_new_map();

    CHECK_OK(value_set(map, key, v));
    return map;
}

static void every_setting_shows_in_the_answer(void)
{
    static const struct {
        const char *key, *text;
        int64_t number;
        const char *shows, *hides;
    } rows[] = {
        {"status", NULL, 302, "HTTP/1.1 302 Found\r\n", "200"},
        {"status", NULL, 204, "HTTP/1.1 204 No Content\r\n", "Content-Length"},
        {"body", "x", 0, "\r\n\r\nx", "Hello"},
        {"body_bytes", NULL, 100, "Content-Length: 100\r\n", "Hello"},
        {"content_type", "a/b", 0, "Content-Type: a/b\r\n", "text/plain"},
        {"framing", "chunked", 0, "\r\n\r\nd\r\nHello, board\n\r\n0\r\n\r\n", "Content-Length"},
        {"framing", "close", 0, "Connection: close\r\n\r\nHello", "Content-Length"},
        {"truncate_after", NULL, 3, "Content-Length: 13\r\nConnection: keep-alive\r\n\r\nHel",
         "lo,"},
        {"location", "https://b.test/", 0, "Location: https://b.test/\r\n", "xyz"},
        {"date", NULL, 0, "HTTP/1.1 200 OK\r\nContent-Type", "Date"},
        {"date_offset_s", NULL, 86400, "Date: Sun, 22 Nov 2026 12:00:00 GMT", "21 Nov"},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct value *v = rows[i].text != NULL               ? value_new_text(rows[i].text)
                          : strcmp(rows[i].key, "date") == 0 ? value_new_bool(false)
                                                             : value_new_int(rows[i].number);
        struct value *map = settings_of(rows[i].key, v);
        struct assay_error err = {.text = ""};
        struct bed bed;

        open_bed(&bed);
        CHECK_OK(http_settings_read(map, &bed.settings, &err));
        feed(&bed, GET "\r\n");
        CHECK_STR_CONTAINS(output(&bed), rows[i].shows);
        CHECK(strstr(output(&bed), rows[i].hides) == NULL);
        close_bed(&bed);
        value_free(map);
    }
}

static void a_truncated_answer_ends_the_connection(void)
{
    struct bed bed;

    open_bed(&bed);
    bed.settings.framing = HTTP_CHUNKED;
    bed.settings.chunk = 5;
    bed.settings.truncate_after = 7;
    feed(&bed, GET "\r\n");
    CHECK_STR_CONTAINS(output(&bed), "\r\n\r\n5\r\nHello\r\n5\r\n, ");
    CHECK(strstr(output(&bed), ", b") == NULL);
    CHECK(http_session_wants_close(bed.session));
    REQUIRE(find(&bed, EV_HTTP_RESPONSE) != NULL);
    CHECK(event_get_bool(find(&bed, EV_HTTP_RESPONSE), "truncated"));
    CHECK_INT_EQ(event_get_int(find(&bed, EV_HTTP_RESPONSE), "body_length", 0), 7);
    close_bed(&bed);
}

static void withheld_answers_are_no_answers(void)
{
    struct bed bed;

    open_bed(&bed);
    bed.settings.withhold = true;
    feed(&bed, GET "\r\n" GET "\r\n");
    CHECK_STR_EQ(output(&bed), "");
    CHECK(!http_session_wants_close(bed.session));
    CHECK_UINT_EQ(transcript_count(bed.t), 2);
    close_bed(&bed);
}

static void wrong_settings_are_refused_with_their_path(void)
{
    static const struct {
        const char *key, *text, *says;
    } rows[] = {{"framing", "gzip", "http.framing has to be"},
                {"location", "a\r\nb", "http.location has to be one line"},
                {"bdy", "x", "bdy"}};

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct value *map = settings_of(rows[i].key, value_new_text(rows[i].text));
        struct http_settings settings;
        struct assay_error err = {.text = ""};

        CHECK_INT_EQ(http_settings_read(map, &settings, &err), ASSAY_ERR_MALFORMED);
        CHECK_STR_CONTAINS(err.text, rows[i].says);
        value_free(map);
    }
}

TEST_SUITE(http, TEST(a_request_is_an_event_and_gets_the_answer_of_the_scenario),
           TEST(what_cannot_be_a_request_is_refused_at_its_first_byte),
           TEST(the_pieces_in_which_bytes_come_do_not_matter),
           TEST(what_breaks_a_rule_is_named_with_its_section_and_answered),
           TEST(a_head_without_end_has_a_limit),
           TEST(a_host_names_its_port_where_that_is_not_the_usual_one),
           TEST(a_connection_stays_open_as_both_sides_want),
           TEST(every_setting_shows_in_the_answer), TEST(a_truncated_answer_ends_the_connection),
           TEST(withheld_answers_are_no_answers), TEST(wrong_settings_are_refused_with_their_path));
