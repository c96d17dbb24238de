/* SPDX-License-Identifier: Apache-2.0 */
#include "tls_bed.h"
#include "tls_ja3.h"

#include "test_support.h"

#include <openssl/err.h>
#include <openssl/evp.h>

#include <stdio.h>

static const struct event *hello_of(const struct bed *bed)
{
    return bed_event(bed, EV_TLS_CLIENT_HELLO, 0);
}

static void tells_the_messages_of_tls_1_2_in_order(void)
{
    static const char *const wanted[] = {
        "rx ClientHello",     "tx ServerHello",       "tx Certificate", "tx ServerKeyExchange",
        "tx ServerHelloDone", "rx ClientKeyExchange", "rx Finished",    "tx Finished",
    };
    struct bed bed;

    REQUIRE(bed_open(&bed));
    REQUIRE_OK(bed_serve(&bed, "versions=~1.2,", NULL));
    CHECK(bed_handshake(&bed));
    CHECK_UINT_EQ(bed_count(&bed, EV_TLS_MESSAGE), sizeof(wanted) / sizeof(wanted[0]));
    for (size_t i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++) {
        const struct event *e = bed_event(&bed, EV_TLS_MESSAGE, i);
        const struct event_field *bytes = NULL;
        char got[64];

        REQUIRE(e != NULL);
        snprintf(got, sizeof(got), "%s %s", event_get_text(e, "dir"), event_get_text(e, "name"));
        CHECK_STR_EQ(got, wanted[i]);
        bytes = event_field(e, "bytes");
        CHECK_UINT_EQ(bytes->text_len, event_get_int(e, "length", -1));
        CHECK_INT_EQ((uint8_t)bytes->text[0], event_get_int(e, "type", -1));
    }
    bed_close(&bed);
}

static void tells_the_messages_of_tls_1_3_in_order(void)
{
    static const char *const wanted[] = {
        "rx ClientHello",        "tx ServerHello", "tx EncryptedExtensions",
        "tx CertificateRequest", "tx Certificate", "tx CertificateVerify",
        "tx Finished",           "rx Certificate", "rx CertificateVerify",
        "rx Finished",
    };
    struct bed bed;

    REQUIRE(bed_open(&bed));
    REQUIRE(bed_identity(&bed, "recipe=client"));
    REQUIRE_OK(bed_serve(&bed, "client_auth=require", NULL));
    CHECK(bed_handshake(&bed));
    CHECK_UINT_EQ(bed_count(&bed, EV_TLS_MESSAGE), sizeof(wanted) / sizeof(wanted[0]));
    for (size_t i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++) {
        const struct event *e = bed_event(&bed, EV_TLS_MESSAGE, i);
        char got[64];

        REQUIRE(e != NULL);
        snprintf(got, sizeof(got), "%s %s", event_get_text(e, "dir"), event_get_text(e, "name"));
        CHECK_STR_EQ(got, wanted[i]);
    }
    bed_close(&bed);
}

static void tells_what_the_client_offers(void)
{
    struct bed bed;
    const struct event *e = NULL;

    REQUIRE(bed_open(&bed));
    SSL_CTX_set_alpn_protos(bed.client_ctx, (const unsigned char *)"\x04mqtt\x02\x01z", 8);
    bed_client_groups(bed.client_ctx, "P-256:X25519");
    bed_client_signatures(bed.client_ctx, "ecdsa_secp256r1_sha256:RSA+SHA256");
    SSL_CTX_set_cipher_list(bed.client_ctx, "ECDHE-ECDSA-AES128-GCM-SHA256");
    SSL_CTX_set_mode(bed.client_ctx, SSL_MODE_SEND_FALLBACK_SCSV);
    SSL_CTX_set_max_proto_version(bed.client_ctx, TLS1_2_VERSION);
    REQUIRE_OK(bed_serve(&bed, "versions=~1.2,", NULL));
    CHECK(bed_handshake(&bed));
    e = hello_of(&bed);
    REQUIRE(e != NULL);
    CHECK_INT_EQ(event_get_int(e, "legacy_version", 0), 0x0303);
    CHECK_UINT_EQ(event_field(e, "random")->text_len, 32);
    CHECK(event_has_text(e, "cipher_names", "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256"));
    CHECK(event_has_int(e, "ciphers", 0xc02b));
    CHECK(event_has_text(e, "cipher_names", "TLS_EMPTY_RENEGOTIATION_INFO_SCSV"));
    CHECK_UINT_EQ(event_field(e, "ciphers")->count, event_field(e, "cipher_names")->count);
    CHECK(event_has_int(e, "compressions", 0));
    CHECK(event_has_text(e, "extension_names", "supported_groups"));
    CHECK(event_has_int(e, "extensions", 10));
    CHECK_STR_EQ(event_get_text(e, "server_name"), "broker.bench.test");
    CHECK(event_has_text(e, "group_names", "secp256r1") && event_has_int(e, "groups", 0x1d));
    CHECK(event_has_text(e, "signature_algorithm_names", "rsa_pkcs1_sha256"));
    CHECK(event_has_int(e, "signature_algorithms", 0x0403));
    CHECK(event_has_text(e, "alpn", "mqtt") && event_has_text(e, "alpn", "\\x01z"));
    CHECK(event_has_int(e, "point_formats", 0));
    CHECK(event_get_bool(e, "extended_master_secret") && event_get_bool(e, "encrypt_then_mac"));
    CHECK(event_get_bool(e, "secure_renegotiation") && event_get_bool(e, "session_ticket"));
    CHECK(event_get_bool(e, "fallback_scsv") && !event_get_bool(e, "grease"));
    CHECK(event_field(e, "versions") == NULL && event_field(e, "malformed") == NULL);
    bed_close(&bed);
}

static void tells_what_only_tls_1_3_has(void)
{
    struct bed bed;
    const struct event *e = NULL;

    REQUIRE(bed_open(&bed));
    bed_client_groups(bed.client_ctx, "P-256:X25519");
    REQUIRE_OK(bed_serve(&bed, NULL, NULL));
    CHECK(bed_handshake(&bed));
    e = hello_of(&bed);
    REQUIRE(e != NULL);
    CHECK(event_has_int(e, "versions", 0x0304) && event_has_int(e, "versions", 0x0303));
    CHECK(event_has_int(e, "key_share_groups", 0x17));
    CHECK(!event_has_int(e, "key_share_groups", 0x1d));
    CHECK(event_has_int(e, "psk_modes", 1));
    CHECK(event_field(e, "psk_identities") == NULL);
    e = bed_event(&bed, EV_TLS_SERVER_HELLO, 0);
    REQUIRE(e != NULL);
    CHECK_INT_EQ(event_get_int(e, "version", 0), 0x0304);
    CHECK_STR_EQ(event_get_text(e, "cipher_name"), "TLS_AES_256_GCM_SHA384");
    CHECK(event_has_int(e, "extensions", 51) && !event_get_bool(e, "retry"));
    bed_close(&bed);
}

static void tells_each_extension(void)
{
    struct bed bed;
    const struct event_field *types = NULL;
    size_t sent = 0;

    REQUIRE(bed_open(&bed));
    REQUIRE_OK(bed_serve(&bed, NULL, NULL));
    CHECK(bed_handshake(&bed));
    types = event_field(hello_of(&bed), "extensions");
    REQUIRE(types != NULL);
    for (size_t i = 0; i < types->count; i++) {
        const struct event *e = bed_event(&bed, EV_TLS_EXTENSION, i);

        REQUIRE(e != NULL);
        CHECK_STR_EQ(event_get_text(e, "message"), "ClientHello");
        CHECK_INT_EQ(event_get_int(e, "type", -1), types->ints[i]);
        if (types->ints[i] == 0)
            CHECK_UINT_EQ(event_field(e, "bytes")->text_len, 5 + strlen("broker.bench.test"));
    }
    sent = bed_count(&bed, EV_TLS_EXTENSION) - types->count;
    CHECK_UINT_EQ(sent, event_field(bed_event(&bed, EV_TLS_SERVER_HELLO, 0), "extensions")->count);
    bed_close(&bed);
}

static void gives_the_ja3_fingerprint(void)
{
    struct bed bed;
    const struct event_field *bytes = NULL;
    struct tls_client_hello hello;
    struct buf text;
    struct buf hex;
    uint8_t md5[EVP_MAX_MD_SIZE];
    unsigned md5_len = 0;

    buf_init(&text, 65536);
    buf_init(&hex, 65536);
    REQUIRE(bed_open(&bed));
    REQUIRE_OK(bed_serve(&bed, NULL, NULL));
    CHECK(bed_handshake(&bed));
    bytes = event_field(bed_message(&bed, "rx", "ClientHello"), "bytes");
    CHECK_OK(tls_client_hello_parse(bytes->text + 4, bytes->text_len - 4, &hello));
    CHECK_OK(tls_ja3_text(&hello, &text));
    CHECK(EVP_Digest(text.data, text.len, md5, &md5_len, EVP_md5(), NULL) == 1);
    CHECK_OK(buf_add_hex(&hex, md5, md5_len));
    CHECK_STR_EQ(event_get_text(hello_of(&bed), "ja3"), buf_text(&hex));
    buf_done(&text);
    buf_done(&hex);
    bed_close(&bed);
}

static void tells_which_certificates_are_sent(void)
{
    struct bed bed;
    const struct event *e = NULL;
    int64_t total = 0;

    REQUIRE(bed_open(&bed));
    REQUIRE_OK(bed_serve_chain(&bed, NULL,
                               "leaf.recipe=leaf leaf.issuer=middle middle.recipe=intermediate",
                               "leaf,middle"));
    CHECK(bed_handshake(&bed));
    e = bed_event(&bed, EV_TLS_CERTIFICATE_SENT, 0);
    REQUIRE(e != NULL);
    CHECK_INT_EQ(event_get_int(e, "chain_length", 0), 2);
    CHECK_UINT_EQ(event_field(e, "subjects")->count, 2);
    CHECK_STR_EQ(event_field(e, "subjects")->texts[0], "/CN=broker.bench.test");
    for (size_t i = 0; i < 2; i++) {
        size_t len = 0;

        (void)pki_chain_der(bed.chain, i, &len);
        total += (int64_t)len;
    }
    CHECK_INT_EQ(event_get_int(e, "bytes_total", 0), total);
    CHECK(event_field(e, "description") == NULL);
    bed_close(&bed);
}

/* What the client logs for itself. */
static void keep_line(const SSL *ssl, const char *line)
{
    struct buf *lines = SSL_get_app_data(ssl);

    CHECK_OK(buf_printf(lines, "%s\n", line));
}

static void logs_the_secrets_that_the_client_has(void)
{
    static const struct {
        const char *tls;
        size_t lines;
    } rows[] = {{"versions=~1.2,", 1}, {"versions=~1.3,", 4}};

    for (size_t i = 0; i < 2; i++) {
        struct bed bed;
        struct buf lines;
        size_t seen = 0;
        const struct event *e = NULL;

        buf_init(&lines, 65536);
        REQUIRE(bed_open(&bed));
        SSL_CTX_set_keylog_callback(bed.client_ctx, keep_line);
        REQUIRE_OK(bed_serve(&bed, rows[i].tls, NULL));
        SSL_set_app_data(bed.client, &lines);
        CHECK(bed_handshake(&bed));
        while ((e = bed_event(&bed, EV_TLS_KEY_LOG, seen)) != NULL) {
            const struct event_field *line = event_field(e, "line");
            struct buf json;

            buf_init(&json, 4096);
            CHECK(line->secret);
            /* TLS 1.3 has an exporter secret that the client logs as well. */
            CHECK_STR_CONTAINS(buf_text(&lines), line->text);
            CHECK_OK(event_write_json(e, &json));
            CHECK(strstr(buf_text(&json), line->text) == NULL);
            buf_done(&json);
            seen++;
        }
        CHECK(seen >= rows[i].lines);
        buf_done(&lines);
        bed_close(&bed);
    }
}

static void tells_an_alert_with_its_direction_level_and_name(void)
{
    struct bed bed;
    const struct event *e = NULL;

    REQUIRE(bed_open(&bed));
    REQUIRE_OK(bed_serve(&bed, "sni=refuse", NULL));
    CHECK(!bed_handshake(&bed));
    e = bed_event(&bed, EV_TLS_ALERT, 0);
    REQUIRE(e != NULL);
    CHECK_STR_EQ(event_get_text(e, "dir"), "tx");
    CHECK_STR_EQ(event_get_text(e, "level"), "fatal");
    CHECK_STR_EQ(event_get_text(e, "name"), "unrecognized_name");
    CHECK_INT_EQ(event_get_int(e, "code", 0), 112);
    e = bed_event(&bed, EV_TLS_ERROR, 0);
    REQUIRE(e != NULL);
    CHECK_STR_EQ(event_get_text(e, "stage"), "handshake");
    CHECK_STR_CONTAINS(event_get_text(e, "text"), "the server gave up: ");
    bed_close(&bed);
}

TEST_SUITE(tls_events, TEST(tells_the_messages_of_tls_1_2_in_order),
           TEST(tells_the_messages_of_tls_1_3_in_order), TEST(tells_what_the_client_offers),
           TEST(tells_what_only_tls_1_3_has), TEST(tells_each_extension),
           TEST(gives_the_ja3_fingerprint), TEST(tells_which_certificates_are_sent),
           TEST(logs_the_secrets_that_the_client_has),
           TEST(tells_an_alert_with_its_direction_level_and_name));
