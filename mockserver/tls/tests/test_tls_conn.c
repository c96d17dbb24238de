/* SPDX-License-Identifier: Apache-2.0 */
#include "tls_bed.h"

#include "test_support.h"

#include <malloc.h>
#include <openssl/err.h>
#include <string.h>

static void serves_tls_1_3_by_default(void)
{
    struct bed bed;
    const struct event *e = NULL;

    REQUIRE(bed_open(&bed));
    CHECK_OK(bed_serve(&bed, NULL, NULL));
    CHECK(bed_handshake(&bed));
    CHECK_INT_EQ(tls_conn_stage(bed.conn), TLS_STAGE_ESTABLISHED);
    e = bed_event(&bed, EV_TLS_ESTABLISHED, 0);
    REQUIRE(e != NULL);
    CHECK_STR_EQ(event_get_text(e, "version"), "TLS 1.3");
    CHECK_STR_EQ(event_get_text(e, "cipher"), "TLS_AES_256_GCM_SHA384");
    CHECK_STR_EQ(event_get_text(e, "group"), "x25519");
    CHECK_STR_EQ(event_get_text(e, "server_name"), "broker.bench.test");
    CHECK(!event_get_bool(e, "resumed"));
    CHECK(!event_get_bool(e, "client_certificate"));
    bed_close(&bed);
}

static void serves_tls_1_2(void)
{
    struct bed bed;
    const struct event *e = NULL;

    REQUIRE(bed_open(&bed));
    CHECK_OK(bed_serve(&bed, "versions=~1.2,", NULL));
    CHECK(bed_handshake(&bed));
    e = bed_event(&bed, EV_TLS_ESTABLISHED, 0);
    REQUIRE(e != NULL);
    CHECK_STR_EQ(event_get_text(e, "version"), "TLS 1.2");
    CHECK_STR_EQ(event_get_text(e, "cipher"), "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384");
    CHECK(bed_message(&bed, "rx", "ClientKeyExchange") != NULL);
    CHECK(bed_message(&bed, "tx", "ServerKeyExchange") != NULL);
    CHECK(bed_message(&bed, "tx", "NewSessionTicket") == NULL);
    bed_close(&bed);
}

static void carries_data_both_ways_and_says_so(void)
{
    struct bed bed;
    char answer[16] = "";

    REQUIRE(bed_open(&bed));
    CHECK_OK(bed_serve(&bed, NULL, NULL));
    CHECK(bed_handshake(&bed));
    CHECK_INT_EQ(SSL_write(bed.client, "CONNECT", 7), 7);
    bed_pump(&bed);
    CHECK_STR_EQ(buf_text(tls_conn_plaintext(bed.conn)), "CONNECT");
    CHECK_OK(tls_conn_send(bed.conn, "CONNACK", 7));
    bed_pump(&bed);
    CHECK_INT_EQ(SSL_read(bed.client, answer, sizeof(answer)), 7);
    CHECK_STR_EQ(answer, "CONNACK");
    REQUIRE(bed_count(&bed, EV_TLS_DATA) == 2);
    CHECK_STR_EQ(event_get_text(bed_event(&bed, EV_TLS_DATA, 0), "dir"), "rx");
    CHECK_INT_EQ(event_get_int(bed_event(&bed, EV_TLS_DATA, 0), "length", 0), 7);
    CHECK_STR_EQ(event_get_text(bed_event(&bed, EV_TLS_DATA, 1), "dir"), "tx");
    bed_close(&bed);
}

/* They share a BIO: each has to get its own bytes, and one may go while another is under way. */
static void serves_connections_of_a_context_by_turns(void)
{
    struct bed bed;
    struct tls_conn *other = NULL;
    char *hello = NULL;
    long len = 0;

    REQUIRE(bed_open(&bed));
    CHECK_OK(bed_serve(&bed, "versions=~1.2,", NULL));
    other = tls_conn_new(bed.context, NULL, 99);
    REQUIRE(other != NULL);
    (void)SSL_do_handshake(bed.client);
    len = BIO_get_mem_data(SSL_get_wbio(bed.client), &hello);
    REQUIRE(len > 0);
    CHECK_OK(tls_conn_receive(other, hello, (size_t)len));
    CHECK(bed_pump(&bed));
    CHECK(tls_conn_output(other)->len > 0);
    CHECK_INT_EQ(tls_conn_stage(other), TLS_STAGE_HANDSHAKE);
    CHECK_INT_EQ(tls_conn_stage(bed.conn), TLS_STAGE_HANDSHAKE);
    tls_conn_free(other);
    CHECK(bed_handshake(&bed));
    CHECK_INT_EQ(tls_conn_stage(bed.conn), TLS_STAGE_ESTABLISHED);
    bed_close(&bed);
}

/* Bytes that go when an established connection is freed; of the heap of glibc. */
static void take_memory_of_idle(const char *tls, size_t *ret)
{
    struct bed bed;
    size_t before = 0;

    REQUIRE(bed_open(&bed));
    bed_client_groups(bed.client_ctx, "P-256");
    CHECK_OK(bed_serve(&bed, tls, NULL));
    CHECK(bed_handshake(&bed));
    CHECK_INT_EQ(tls_conn_stage(bed.conn), TLS_STAGE_ESTABLISHED);
    before = mallinfo2().uordblks;
    tls_conn_free(bed.conn);
    *ret = before - mallinfo2().uordblks;
    bed.conn = NULL;
    bed_close(&bed);
}

/* libssl frees those of TLS 1.2 itself: an idle connection of 1.3 takes no more for them. */
static void keeps_no_ephemeral_keys(void)
{
    size_t of_1_2 = 0;
    size_t of_1_3 = 0;

    take_memory_of_idle("versions=~1.2,", &of_1_2);
    take_memory_of_idle("versions=~1.3,", &of_1_3);
    CHECK(of_1_3 < of_1_2 + 2048);
}

TEST_SUITE(tls_conn, TEST(keeps_no_ephemeral_keys), TEST(serves_tls_1_3_by_default),
           TEST(serves_tls_1_2), TEST(serves_connections_of_a_context_by_turns),
           TEST(carries_data_both_ways_and_says_so));
