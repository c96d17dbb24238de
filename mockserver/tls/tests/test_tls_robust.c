/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes in any pieces: what the server makes of boards that are broken, or not boards at all.
 */
#include "tls_bed.h"
#include "tls_hellos.h"

#include "test_support.h"

#include <openssl/err.h>

#include <stdio.h>
#include <stdlib.h>

static void shakes_hands_in_pieces_of_any_size(void)
{
    static const size_t sizes[] = {1, 2, 3, 5, 7, 64, 1000};
    static const char *const versions[] = {"versions=~1.2, client_auth=require",
                                           "versions=~1.3, client_auth=require"};

    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        for (size_t k = 0; k < 2; k++) {
            struct bed bed;

            REQUIRE(bed_open(&bed));
            REQUIRE(bed_identity(&bed, "recipe=client"));
            REQUIRE_OK(bed_serve(&bed, versions[k], NULL));
            bed.chunk = sizes[i];
            CHECK(bed_handshake(&bed));
            CHECK_INT_EQ(SSL_write(bed.client, "PUBLISH", 7), 7);
            bed_pump(&bed);
            CHECK_STR_EQ(buf_text(tls_conn_plaintext(bed.conn)), "PUBLISH");
            bed_close(&bed);
        }
    }
}

#define BYTES(text) (text), sizeof(text) - 1

static const struct {
    const char *data;
    size_t len;
    const char *says;
} strangers[] = {
    {BYTES("\x10\x10\x00\x04MQTT\x04\x02\x00\x3c\x00\x04"
           "abcd"),
     "plain MQTT"},
    {BYTES("\x10\x90\x01\x00\x06MQIsdp\x03\x02"), "plain MQTT"},
    {BYTES("GET / HTTP/1.1\r\nHost: broker.bench.test\r\n\r\n"), "plain HTTP"},
    {BYTES("POST /telemetry HTTP/1.1\r\n\r\n"), "plain HTTP"},
    {BYTES("CONNECT broker:8883 HTTP/1.1\r\n\r\n"), "plain HTTP"},
    {BYTES("OPTIONS * HTTP/1.1\r\n\r\n"), "plain HTTP"},
    {BYTES("EHLO board.bench.test\r\n"), "plain text"},
    {BYTES("\x15\x03\x03\x00\x02\x02\x28"), "a TLS alert before any ClientHello"},
    {BYTES("\x17\x03\x03\x00\x05hello"), "application data before any ClientHello"},
    {BYTES("\x16\x03\x01\x00\x04\x0e\x00\x00\x00"), "does not begin with a ClientHello"},
    {BYTES("\x16\x02\x00\x00\x04\x01\x00\x00\x00"), "a version that does not exist"},
    {BYTES("\x16\xfe\xff\x00\x00\x00\x00\x00\x00\x00\x00\x00\x10"), "version that does not exist"},
    {BYTES("\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff"), "bytes that are no TLS"},
    {BYTES("\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00"), "bytes that are no TLS"},
};

static void says_what_comes_instead_of_tls(void)
{
    for (size_t step = 1; step <= 2; step++) {
        for (size_t i = 0; i < sizeof(strangers) / sizeof(strangers[0]); i++) {
            struct bed bed;
            const struct event *e = NULL;

            REQUIRE(bed_open(&bed));
            REQUIRE_OK(bed_serve(&bed, NULL, NULL));
            for (size_t at = 0; at < strangers[i].len; at += step)
                CHECK_OK(
                    tls_conn_receive(bed.conn, strangers[i].data + at,
                                     strangers[i].len - at < step ? strangers[i].len - at : step));
            tls_conn_end_of_input(bed.conn);
            CHECK_INT_EQ(tls_conn_stage(bed.conn), TLS_STAGE_FAILED);
            CHECK_UINT_EQ(bed_count(&bed, EV_TLS_ERROR), 1);
            e = bed_event(&bed, EV_TLS_ERROR, 0);
            REQUIRE(e != NULL);
            CHECK_STR_EQ(event_get_text(e, "stage"), "hello");
            CHECK_STR_CONTAINS(event_get_text(e, "text"), strangers[i].says);
            CHECK_UINT_EQ(bed_count(&bed, EV_TLS_CLIENT_HELLO), 0);
            bed_close(&bed);
        }
    }
}

static void says_that_nothing_was_sent(void)
{
    struct bed bed;

    REQUIRE(bed_open(&bed));
    REQUIRE_OK(bed_serve(&bed, NULL, NULL));
    tls_conn_end_of_input(bed.conn);
    CHECK_STR_CONTAINS(event_get_text(bed_event(&bed, EV_TLS_ERROR, 0), "text"),
                       "nothing was sent");
    bed_close(&bed);
}

/* SSL 2.0 format, RFC 5246 appendix E.2: version 3.3, one suite, a challenge of 16 bytes. */
static void takes_note_of_a_hello_in_the_format_of_ssl_2(void)
{
    static const char hello[] = "\x80\x1f\x01\x03\x03\x00\x06\x00\x00\x00\x10"
                                "\x00\x00\x2f\x00\x00\xff"
                                "0123456789abcdef";
    struct bed bed;

    REQUIRE(bed_open(&bed));
    REQUIRE_OK(bed_serve(&bed, NULL, NULL));
    CHECK_OK(tls_conn_receive(bed.conn, hello, sizeof(hello) - 1));
    CHECK(bed_count(&bed, EV_TLS_ERROR) >= 1);
    CHECK_STR_CONTAINS(event_get_text(bed_event(&bed, EV_TLS_ERROR, 0), "text"), "SSL 2.0");
    CHECK_INT_EQ(tls_conn_stage(bed.conn), TLS_STAGE_FAILED);
    bed_close(&bed);
}

static bool give_record(struct bed *bed, const struct buf *body)
{
    struct buf record;
    bool ok = false;

    buf_init(&record, 1 << 17);
    ok = buf_printf(&record, "\x16\x03\x01%c%c\x01", (char)((body->len + 4) >> 8),
                    (char)(body->len + 4)) == ASSAY_OK &&
         buf_add(&record, "\x00", 1) == ASSAY_OK &&
         buf_add_char(&record, (char)(body->len >> 8)) == ASSAY_OK &&
         buf_add_char(&record, (char)body->len) == ASSAY_OK &&
         buf_add(&record, body->data, body->len) == ASSAY_OK &&
         tls_conn_receive(bed->conn, record.data, record.len) == ASSAY_OK;
    buf_done(&record);
    return ok;
}

static void records_a_malformed_hello_and_answers_it(void)
{
    struct bed bed;
    struct buf body;
    const struct event *e = NULL;

    buf_init(&body, 1 << 16);
    REQUIRE(hello_sources[0].make(&body));
    REQUIRE_OK(buf_add(&body, "!!", 2)); /* behind the extensions */
    REQUIRE(bed_open(&bed));
    REQUIRE_OK(bed_serve(&bed, NULL, NULL));
    REQUIRE(give_record(&bed, &body));
    e = bed_event(&bed, EV_TLS_CLIENT_HELLO, 0);
    REQUIRE(e != NULL);
    CHECK_STR_EQ(event_get_text(e, "malformed"), "2 stray bytes after the extensions");
    CHECK_STR_EQ(event_get_text(e, "server_name"), "broker.bench.test");
    CHECK(bed_alert(&bed, "tx", "decode_error"));
    CHECK_INT_EQ(tls_conn_stage(bed.conn), TLS_STAGE_FAILED);
    /* The alert is still to be sent. */
    REQUIRE(tls_conn_output(bed.conn)->len == 7);
    CHECK_MEM_EQ(tls_conn_output(bed.conn)->data, "\x15\x03\x03\x00\x02\x02\x32", 7);
    /* What comes afterwards is of no interest and no harm. */
    CHECK_OK(tls_conn_receive(bed.conn, "more", 4));
    CHECK_UINT_EQ(bed_count(&bed, EV_TLS_ERROR), 1);
    buf_done(&body);
    bed_close(&bed);
}

static void survives_hellos_that_are_cut_or_spoiled(void)
{
    for (const struct hello_source *source = hello_sources; source->name != NULL; source++) {
        struct bed bed;
        struct buf body;

        buf_init(&body, 1 << 16);
        REQUIRE(source->make(&body));
        REQUIRE(bed_open(&bed));
        REQUIRE_OK(bed_serve(&bed, "sni=require alpn=mqtt tickets=2", NULL));
        for (size_t at = 0; at < body.len; at++) {
            uint8_t was = body.data[at];

            body.data[at] ^= (uint8_t)(1U << (at % 8));
            REQUIRE(bed_reconnect(&bed));
            REQUIRE(give_record(&bed, &body));
            CHECK(tls_conn_stage(bed.conn) == TLS_STAGE_HANDSHAKE ||
                  tls_conn_stage(bed.conn) == TLS_STAGE_FAILED);
            CHECK(tls_conn_output(bed.conn)->len > 0);
            body.data[at] = was;
        }
        CHECK_UINT_EQ(bed_count(&bed, EV_TLS_CLIENT_HELLO), body.len);
        buf_done(&body);
        bed_close(&bed);
    }
}

/* The client's second flight with one byte changed, for each byte of it. */
static void spoil_second_flight(struct bed *bed, uint8_t *data, size_t len)
{
    static size_t at;

    if (++bed->flights == 2)
        data[at++ % len] ^= 0x41;
}

static void survives_a_spoiled_second_flight(void)
{
    static const char *const versions[] = {"versions=~1.2, client_auth=require",
                                           "versions=~1.3, client_auth=require"};

    for (size_t k = 0; k < 2; k++) {
        struct bed bed;

        REQUIRE(bed_open(&bed));
        REQUIRE(bed_identity(&bed, "recipe=client"));
        REQUIRE_OK(bed_serve(&bed, versions[k], NULL));
        bed.spoil = spoil_second_flight;
        for (unsigned i = 0; i < 150; i++) {
            REQUIRE(bed_reconnect(&bed));
            bed.flights = 0;
            (void)bed_handshake(&bed);
            CHECK(tls_conn_stage(bed.conn) != TLS_STAGE_ESTABLISHED);
        }
        CHECK_UINT_EQ(bed_count(&bed, EV_TLS_ESTABLISHED), 0);
        bed_close(&bed);
    }
}

static void records_the_alert_of_a_client_that_refuses(void)
{
    static const struct {
        const char *tls;
        const char *certs;
        const char *alert;
    } rows[] = {
        {"versions=~1.2,", "leaf.recipe=leaf leaf.issuer=self", "unknown_ca"},
        {"versions=~1.3,", "leaf.recipe=leaf leaf.issuer=self", "unknown_ca"},
        {"versions=~1.2,", "leaf.recipe=leaf leaf.not_after=-1h", "certificate_expired"},
        {"versions=~1.3,", "leaf.recipe=leaf leaf.not_after=-1h", "certificate_expired"},
        {"versions=~1.3,", "leaf.recipe=leaf leaf.san=dns:other.bench.test,", "bad_certificate"},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct bed bed;
        char says[100];

        REQUIRE(bed_open(&bed));
        REQUIRE_OK(bed_serve(&bed, rows[i].tls, rows[i].certs));
        CHECK(!bed_handshake(&bed));
        CHECK(bed_alert(&bed, "rx", rows[i].alert));
        CHECK_STR_EQ(event_get_text(bed_event(&bed, EV_TLS_ALERT, 0), "level"), "fatal");
        CHECK_INT_EQ(tls_conn_stage(bed.conn), TLS_STAGE_FAILED);
        snprintf(says, sizeof(says), "the board ended it with the alert %s", rows[i].alert);
        CHECK_STR_EQ(event_get_text(bed_event(&bed, EV_TLS_ERROR, 0), "text"), says);
        CHECK_UINT_EQ(bed_count(&bed, EV_TLS_ESTABLISHED), 0);
        bed_close(&bed);
    }
}

static void says_when_the_board_leaves_in_the_middle(void)
{
    struct bed bed;

    REQUIRE(bed_open(&bed));
    REQUIRE_OK(bed_serve(&bed, NULL, NULL));
    SSL_do_handshake(bed.client);
    bed_pump(&bed);
    tls_conn_end_of_input(bed.conn);
    CHECK_INT_EQ(tls_conn_stage(bed.conn), TLS_STAGE_FAILED);
    CHECK_STR_CONTAINS(event_get_text(bed_event(&bed, EV_TLS_ERROR, 0), "text"),
                       "in the middle of the handshake, without an alert");
    bed_close(&bed);
}

static size_t count_close_notify(const struct bed *bed, const char *dir)
{
    size_t count = 0;
    const struct event *e = NULL;

    for (size_t i = 0; (e = bed_event(bed, EV_TLS_CLOSE_NOTIFY, i)) != NULL; i++)
        count += strcmp(event_get_text(e, "dir"), dir) == 0;
    return count;
}

static void answers_a_close_notify(void)
{
    static const char *const versions[] = {"versions=~1.2,", "versions=~1.3,"};

    for (size_t i = 0; i < 2; i++) {
        struct bed bed;

        REQUIRE(bed_open(&bed));
        REQUIRE_OK(bed_serve(&bed, versions[i], NULL));
        CHECK(bed_handshake(&bed));
        SSL_write(bed.client, "last words", 10);
        SSL_shutdown(bed.client);
        bed_pump(&bed);
        CHECK_STR_EQ(buf_text(tls_conn_plaintext(bed.conn)), "last words");
        CHECK_INT_EQ(tls_conn_stage(bed.conn), TLS_STAGE_CLOSED);
        CHECK_UINT_EQ(count_close_notify(&bed, "rx"), 1);
        CHECK_UINT_EQ(count_close_notify(&bed, "tx"), 1);
        CHECK(bed_event(&bed, EV_TLS_DATA, 0)->t_ns <
              bed_event(&bed, EV_TLS_CLOSE_NOTIFY, 0)->t_ns);
        CHECK_INT_EQ(SSL_shutdown(bed.client), 1);
        CHECK_INT_EQ(tls_conn_send(bed.conn, "x", 1), ASSAY_ERR_STATE);
        CHECK_OK(tls_conn_close(bed.conn));
        CHECK_UINT_EQ(bed_count(&bed, EV_TLS_ERROR), 0);
        bed_close(&bed);
    }
}

static void still_listens_after_its_own_close_notify(void)
{
    struct bed bed;

    REQUIRE(bed_open(&bed));
    REQUIRE_OK(bed_serve(&bed, NULL, NULL));
    CHECK(bed_handshake(&bed));
    CHECK_OK(tls_conn_close(bed.conn));
    CHECK_INT_EQ(tls_conn_stage(bed.conn), TLS_STAGE_CLOSED);
    CHECK_UINT_EQ(count_close_notify(&bed, "tx"), 1);
    SSL_write(bed.client, "late", 4);
    bed_pump(&bed);
    CHECK_STR_EQ(buf_text(tls_conn_plaintext(bed.conn)), "late");
    SSL_shutdown(bed.client);
    bed_pump(&bed);
    CHECK_UINT_EQ(count_close_notify(&bed, "rx"), 1);
    CHECK_UINT_EQ(bed_count(&bed, EV_TLS_ERROR), 0);
    bed_close(&bed);
}

static void closing_early_is_harmless(void)
{
    struct bed bed;

    REQUIRE(bed_open(&bed));
    REQUIRE_OK(bed_serve(&bed, NULL, NULL));
    CHECK_INT_EQ(tls_conn_send(bed.conn, "x", 1), ASSAY_ERR_STATE);
    CHECK_OK(tls_conn_close(bed.conn));
    CHECK_UINT_EQ(tls_conn_output(bed.conn)->len, 0);
    CHECK_OK(tls_conn_receive(bed.conn, "x", 1));
    tls_conn_end_of_input(bed.conn);
    CHECK_UINT_EQ(bed_count(&bed, EV_TLS_ERROR), 0);
    tls_conn_free(NULL);
    tls_context_free(NULL);
    bed_close(&bed);
}

static void refuses_garbage_after_the_handshake(void)
{
    static const char record[] = "\x17\x03\x03\x00\x20"
                                 "0123456789abcdef0123456789abcdef";
    static const char *const versions[] = {"versions=~1.2,", "versions=~1.3,"};

    for (size_t i = 0; i < 2; i++) {
        struct bed bed;

        REQUIRE(bed_open(&bed));
        REQUIRE_OK(bed_serve(&bed, versions[i], NULL));
        CHECK(bed_handshake(&bed));
        CHECK_OK(tls_conn_receive(bed.conn, record, sizeof(record) - 1));
        CHECK_INT_EQ(tls_conn_stage(bed.conn), TLS_STAGE_FAILED);
        CHECK(bed_alert(&bed, "tx", "bad_record_mac"));
        CHECK(tls_conn_output(bed.conn)->len > 0);
        CHECK_STR_EQ(event_get_text(bed_event(&bed, EV_TLS_ERROR, 0), "stage"), "established");
        bed_close(&bed);
    }
}

static void keeps_a_large_amount_of_data_in_order(void)
{
    enum { TOTAL = 300000 };
    struct bed bed;
    uint8_t *data = malloc(TOTAL);
    struct buf *plaintext = NULL;

    REQUIRE(data != NULL);
    for (size_t i = 0; i < TOTAL; i++)
        data[i] = (uint8_t)(i * 2654435761U >> 24);
    REQUIRE(bed_open(&bed));
    REQUIRE_OK(bed_serve(&bed, NULL, NULL));
    CHECK(bed_handshake(&bed));
    CHECK_INT_EQ(SSL_write(bed.client, data, TOTAL), TOTAL);
    bed.chunk = 1447;
    bed_pump(&bed);
    plaintext = tls_conn_plaintext(bed.conn);
    REQUIRE(plaintext->len == TOTAL);
    CHECK_MEM_EQ(plaintext->data, data, TOTAL);
    CHECK_OK(tls_conn_send(bed.conn, data, TOTAL));
    bed_pump(&bed);
    for (size_t at = 0; at < TOTAL;) {
        uint8_t got[20000];
        int len = SSL_read(bed.client, got, sizeof(got));

        REQUIRE(len > 0);
        CHECK_MEM_EQ(got, data + at, (size_t)len);
        at += (size_t)len;
    }
    free(data);
    bed_close(&bed);
}

static void refuses_to_renegotiate(void)
{
    struct bed bed;
    char byte = 0;

    REQUIRE(bed_open(&bed));
    REQUIRE_OK(bed_serve(&bed, "versions=~1.2,", NULL));
    CHECK(bed_handshake(&bed));
    SSL_renegotiate(bed.client);
    SSL_do_handshake(bed.client);
    bed_pump(&bed);
    (void)SSL_read(bed.client, &byte, 1);
    CHECK(bed_alert(&bed, "tx", "no_renegotiation"));
    CHECK_UINT_EQ(bed_count(&bed, EV_TLS_ESTABLISHED), 1);
    bed_close(&bed);
}

static void follows_a_key_update(void)
{
    struct bed bed;

    REQUIRE(bed_open(&bed));
    REQUIRE_OK(bed_serve(&bed, NULL, NULL));
    CHECK(bed_handshake(&bed));
    CHECK_INT_EQ(SSL_key_update(bed.client, SSL_KEY_UPDATE_REQUESTED), 1);
    CHECK_INT_EQ(SSL_write(bed.client, "after", 5), 5);
    bed_pump(&bed);
    CHECK_STR_EQ(buf_text(tls_conn_plaintext(bed.conn)), "after");
    CHECK(bed_message(&bed, "rx", "KeyUpdate") != NULL);
    CHECK_OK(tls_conn_send(bed.conn, "answer", 6)); /* the server's own update goes before it */
    CHECK(bed_message(&bed, "tx", "KeyUpdate") != NULL);
    bed_close(&bed);
}

static void works_without_a_sink(void)
{
    struct bed bed;

    REQUIRE(bed_open(&bed));
    REQUIRE_OK(bed_serve(&bed, NULL, NULL));
    tls_conn_free(bed.conn);
    bed.conn = tls_conn_new(bed.context, NULL, 0);
    REQUIRE(bed.conn != NULL);
    CHECK(bed_handshake(&bed));
    CHECK_UINT_EQ(transcript_count(bed.transcript), 0);
    bed_close(&bed);
}

static void keeps_two_connections_apart(void)
{
    struct bed bed;
    struct tls_conn *other = NULL;

    REQUIRE(bed_open(&bed));
    REQUIRE_OK(bed_serve(&bed, NULL, NULL));
    other = tls_conn_new(bed.context, transcript_sink(bed.transcript), 2);
    REQUIRE(other != NULL);
    CHECK_OK(tls_conn_receive(other, "GET / HTTP/1.0\r\n", 16));
    CHECK(bed_handshake(&bed));
    CHECK_INT_EQ(tls_conn_stage(other), TLS_STAGE_FAILED);
    CHECK_UINT_EQ(bed_event(&bed, EV_TLS_ERROR, 0)->conn, 2);
    CHECK_UINT_EQ(bed_event(&bed, EV_TLS_ESTABLISHED, 0)->conn, 1);
    tls_conn_free(other);
    bed_close(&bed);
}

TEST_SUITE(tls_robust, TEST(shakes_hands_in_pieces_of_any_size),
           TEST(says_what_comes_instead_of_tls), TEST(says_that_nothing_was_sent),
           TEST(takes_note_of_a_hello_in_the_format_of_ssl_2),
           TEST(records_a_malformed_hello_and_answers_it),
           TEST(survives_hellos_that_are_cut_or_spoiled), TEST(survives_a_spoiled_second_flight),
           TEST(records_the_alert_of_a_client_that_refuses),
           TEST(says_when_the_board_leaves_in_the_middle), TEST(answers_a_close_notify),
           TEST(still_listens_after_its_own_close_notify), TEST(closing_early_is_harmless),
           TEST(refuses_garbage_after_the_handshake), TEST(keeps_a_large_amount_of_data_in_order),
           TEST(refuses_to_renegotiate), TEST(follows_a_key_update), TEST(works_without_a_sink),
           TEST(keeps_two_connections_apart));
