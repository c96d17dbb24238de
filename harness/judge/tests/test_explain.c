/* SPDX-License-Identifier: Apache-2.0 */
#include "base/event_kinds.h"
#include "judge/explain.h"
#include "test_support.h"

static void feed(struct explainer *x, struct event_builder *e, struct buf *out)
{
    CHECK_OK(explainer_feed(x, &e->event, out));
}

static void open_and_certificate(struct explainer *x, struct buf *out)
{
    static const char *const ciphers[] = {"A", "B", "C", "D", "E"};
    struct event_builder e;

    event_begin(&e, NULL, "net", EV_NET_OPEN, 7);
    event_text(&e, "peer", "127.0.0.1");
    event_int(&e, "peer_port", 40000);
    event_text(&e, "service", "mqtts");
    feed(x, &e, out);
    event_begin(&e, NULL, "tls", EV_TLS_CLIENT_HELLO, 7);
    event_int(&e, "legacy_version", 0x0303);
    event_texts(&e, "cipher_names", ciphers, 5);
    feed(x, &e, out);
    event_begin(&e, NULL, "tls", EV_TLS_MESSAGE, 7);
    event_text(&e, "dir", "tx");
    event_text(&e, "name", "Certificate");
    feed(x, &e, out);
}

static void close_by_board(struct explainer *x, struct buf *out)
{
    struct event_builder e;

    event_begin(&e, NULL, "net", EV_NET_CLOSE, 7);
    event_text(&e, "by", "board");
    event_text(&e, "how", "fin");
    feed(x, &e, out);
}

static void says_what_a_silent_close_after_the_certificate_means(void)
{
    struct explainer *x = explainer_new();
    struct buf out;

    buf_init(&out, 1 << 16);
    REQUIRE(x != NULL);
    open_and_certificate(x, &out);
    close_by_board(x, &out);
    CHECK_STR_CONTAINS(buf_text(&out), "127.0.0.1:40000 connected to mqtts");
    CHECK_STR_CONTAINS(buf_text(&out), "TLS 1.2 (or older)");
    CHECK_STR_CONTAINS(buf_text(&out), "A, B, C, D and 1 more");
    CHECK_STR_CONTAINS(buf_text(&out), "no SNI");
    CHECK_STR_CONTAINS(buf_text(&out), "closed right after Certificate without an alert: it "
                                       "refused the certificate; BearSSL never sends one");
    buf_done(&out);
    explainer_free(x);
}

static void says_what_an_alert_means_and_that_the_close_followed_it(void)
{
    struct explainer *x = explainer_new();
    struct event_builder e;
    struct buf out;

    buf_init(&out, 1 << 16);
    REQUIRE(x != NULL);
    open_and_certificate(x, &out);
    event_begin(&e, NULL, "tls", EV_TLS_ALERT, 7);
    event_text(&e, "dir", "rx");
    event_text(&e, "level", "fatal");
    event_text(&e, "name", "unknown_ca");
    feed(x, &e, &out);
    close_by_board(x, &out);
    CHECK_STR_CONTAINS(buf_text(&out), "does not trust the issuer");
    CHECK_STR_CONTAINS(buf_text(&out), "closed after its alert");
    CHECK(strstr(buf_text(&out), "without an alert") == NULL);
    buf_done(&out);
    explainer_free(x);
}

static void who_ends_tls_first_has_closed(void)
{
    static const char *const firsts[] = {"rx", "tx"};

    for (size_t i = 0; i < 2; i++) {
        struct explainer *x = explainer_new();
        struct event_builder e;
        struct buf out;

        buf_init(&out, 1 << 16);
        REQUIRE(x != NULL);
        open_and_certificate(x, &out);
        for (size_t k = 0; k < 2; k++) {
            event_begin(&e, NULL, "tls", EV_TLS_CLOSE_NOTIFY, 7);
            event_text(&e, "dir", firsts[(i + k) % 2]);
            feed(x, &e, &out);
        }
        event_begin(&e, NULL, "net", EV_NET_CLOSE, 7);
        event_text(&e, "by", "bench");
        event_text(&e, "how", "fin");
        feed(x, &e, &out);
        CHECK_INT_EQ(strstr(buf_text(&out), "The server closed") != NULL, i == 1);
        buf_done(&out);
        explainer_free(x);
    }
}

static void keeps_many_connections_apart(void)
{
    struct explainer *x = explainer_new();
    struct event_builder e;
    struct buf out;

    buf_init(&out, 1 << 20);
    REQUIRE(x != NULL);
    open_and_certificate(x, &out);
    for (uint32_t conn = 100; conn < 130; conn++) {
        event_begin(&e, NULL, "net", EV_NET_OPEN, conn);
        event_text(&e, "peer", "127.0.0.1");
        feed(x, &e, &out);
    }
    close_by_board(x, &out);
    CHECK_STR_CONTAINS(buf_text(&out), "closed right after Certificate");
    buf_done(&out);
    explainer_free(x);
}

static void says_what_was_asked_over_http_and_answered(void)
{
    struct explainer *x = explainer_new();
    struct event_builder e;
    struct buf out;

    buf_init(&out, 1 << 16);
    REQUIRE(x != NULL);
    open_and_certificate(x, &out);
    event_begin(&e, NULL, "http", EV_HTTP_REQUEST, 7);
    event_text(&e, "method", "POST");
    event_text(&e, "target", "/x");
    event_text(&e, "host", "broker.bench.test");
    event_text(&e, "user_agent", "board/1");
    event_bool(&e, "authorization", true);
    event_int(&e, "body_length", 12);
    feed(x, &e, &out);
    event_begin(&e, NULL, "http", EV_HTTP_VIOLATION, 7);
    event_text(&e, "rule", "RFC 9110 section 7.2");
    event_text(&e, "text", "the port is missing");
    feed(x, &e, &out);
    event_begin(&e, NULL, "http", EV_HTTP_RESPONSE, 7);
    event_int(&e, "status", 302);
    event_int(&e, "body_length", 5);
    event_bool(&e, "truncated", true);
    feed(x, &e, &out);
    close_by_board(x, &out);
    CHECK_STR_CONTAINS(buf_text(&out),
                       "HTTP POST /x, host \"broker.bench.test\", from \"board/1\", "
                       "with credentials (Authorization), 12 bytes of body.\n");
    CHECK_STR_CONTAINS(buf_text(&out),
                       "HTTP rule broken: the port is missing [RFC 9110 section 7.2].\n");
    CHECK_STR_CONTAINS(buf_text(&out),
                       "The server answered 302 with 5 bytes of body, and broke off there.\n");
    CHECK_STR_CONTAINS(buf_text(&out), "it closed its session.\n");
    buf_done(&out);
    explainer_free(x);
}

static void says_what_was_asked_over_wwep_and_answered(void)
{
    struct explainer *x = explainer_new();
    struct event_builder e;
    struct buf out;

    buf_init(&out, 1 << 16);
    REQUIRE(x != NULL);
    open_and_certificate(x, &out);
    event_begin(&e, NULL, "wwep", EV_WWEP_REQUEST, 7);
    event_text(&e, "command", "write");
    event_int(&e, "device", 0x0fac);
    event_int(&e, "register", 5);
    event_int(&e, "value", 1);
    feed(x, &e, &out);
    event_begin(&e, NULL, "wwep", EV_WWEP_RESPONSE, 7);
    event_text(&e, "text", "A0FAC050001");
    event_bool(&e, "ok", true);
    feed(x, &e, &out);
    close_by_board(x, &out);
    event_begin(&e, NULL, "wwep", EV_WWEP_REQUEST, 8);
    event_text(&e, "command", "");
    feed(x, &e, &out);
    event_begin(&e, NULL, "wwep", EV_WWEP_VIOLATION, 8);
    event_text(&e, "rule", "length");
    event_text(&e, "text", "too long");
    feed(x, &e, &out);
    CHECK_STR_CONTAINS(buf_text(&out), "WWEP write: device 0FAC, register 05, value 0001.\n");
    CHECK_STR_CONTAINS(buf_text(&out), "The server answered \"A0FAC050001\".\n");
    CHECK_STR_CONTAINS(buf_text(&out), "it closed its session.\n");
    CHECK_STR_CONTAINS(buf_text(&out), "WWEP rule broken: too long [length].\n");
    CHECK(strstr(buf_text(&out), "WWEP : ") == NULL);
    buf_done(&out);
    explainer_free(x);
}

static void says_what_a_cloud_does_and_why_it_refuses(void)
{
    static const struct {
        const char *service, *operation, *item, *status, *text, *says;
    } rows[] = {
        {"method", "called", "reboot", NULL, NULL, "The hub calls the method \"reboot\".\n"},
        {"method", "answered", "reboot", "200", "{}",
         "The board answered the method \"reboot\" with status 200: {}\n"},
        {"message", "completed", "7", NULL, NULL, "The board acknowledged message 7,"},
        {"telemetry", "received", NULL, NULL, NULL, "The service has the message.\n"},
        {"twin", "desire", NULL, NULL, NULL, "desired properties: version 3.\n"},
        {"shadow", "delta", "door", NULL, NULL, "shadow: delta of door, version 3.\n"},
    };
    struct explainer *x = explainer_new();
    struct event_builder e;
    struct buf out;

    buf_init(&out, 1 << 16);
    REQUIRE(x != NULL);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        event_begin(&e, NULL, "face", EV_FACE_SERVICE, 7);
        event_text(&e, "service", rows[i].service);
        event_text(&e, "operation", rows[i].operation);
        event_text(&e, "item", rows[i].item);
        event_text(&e, "status", rows[i].status);
        event_int(&e, "version", 3);
        event_text(&e, "text", rows[i].text);
        feed(x, &e, &out);
        CHECK_STR_CONTAINS(buf_text(&out), rows[i].says);
    }
    event_begin(&e, NULL, "face", EV_FACE_REFUSED, 7);
    event_text(&e, "face", "aws");
    event_text(&e, "rule", "sigv4-date");
    event_text(&e, "text", "it is late");
    event_text(&e, "source", "a paper");
    event_text(&e, "answer", "HTTP 403");
    feed(x, &e, &out);
    CHECK_STR_CONTAINS(buf_text(&out), "Refused as aws does: it is late. The service answers the "
                                       "request for a WebSocket with 403 Forbidden [sigv4-date; "
                                       "a paper].\n");
    buf_done(&out);
    explainer_free(x);
}

TEST_SUITE(explain, TEST(says_what_was_asked_over_http_and_answered),
           TEST(says_what_was_asked_over_wwep_and_answered),
           TEST(says_what_a_silent_close_after_the_certificate_means),
           TEST(says_what_an_alert_means_and_that_the_close_followed_it),
           TEST(who_ends_tls_first_has_closed), TEST(keeps_many_connections_apart),
           TEST(says_what_a_cloud_does_and_why_it_refuses));
