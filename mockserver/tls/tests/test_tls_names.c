/* SPDX-License-Identifier: Apache-2.0 */
#include "tls_names.h"

#include "test_support.h"

#include <openssl/ssl.h>
#include <string.h>

static void has_tables_that_are_sorted_without_doubles(void)
{
    for (unsigned table = 0; table < TLS_NAMES_COUNT; table++) {
        size_t count = 0;
        const struct tls_name_row *rows = tls_name_rows((enum tls_name_table)table, &count);

        CHECK(count > 5);
        for (size_t i = 0; i < count; i++) {
            CHECK_STR_EQ(tls_name((enum tls_name_table)table, rows[i].code), rows[i].name);
            test_check(i == 0 || rows[i - 1].code < rows[i].code, __FILE__, __LINE__,
                       "table %u: %s is not in order", table, rows[i].name);
        }
    }
}

static void agrees_with_openssl_on_every_suite(void)
{
    SSL_CTX *ctx = SSL_CTX_new(TLS_server_method());
    STACK_OF(SSL_CIPHER) *ciphers = NULL;

    SSL_CTX_set_security_level(ctx, 0);
    SSL_CTX_set_cipher_list(ctx, "ALL:COMPLEMENTOFALL");
    ciphers = SSL_CTX_get_ciphers(ctx);
    CHECK(sk_SSL_CIPHER_num(ciphers) > 100);
    for (int i = 0; i < sk_SSL_CIPHER_num(ciphers); i++) {
        const SSL_CIPHER *cipher = sk_SSL_CIPHER_value(ciphers, i);

        CHECK_STR_EQ(tls_name(TLS_NAMES_CIPHER, SSL_CIPHER_get_protocol_id(cipher)),
                     SSL_CIPHER_standard_name(cipher));
    }
    SSL_CTX_free(ctx);
}

static void agrees_with_openssl_on_every_group(void)
{
    SSL_CTX *ctx = SSL_CTX_new(TLS_server_method());
    SSL *ssl = SSL_new(ctx);

    for (int code = 1; code < 0x105; code++) {
        const char *name = SSL_group_to_name(ssl, TLSEXT_nid_unknown | code);

        if (name != NULL && code < 0x1f)
            CHECK_STR_EQ(tls_name(TLS_NAMES_GROUP, (unsigned)code), name);
    }
    CHECK_STR_EQ(tls_name(TLS_NAMES_GROUP, 23), "secp256r1");
    CHECK_STR_EQ(tls_name(TLS_NAMES_GROUP, 0x0100), "ffdhe2048");
    SSL_free(ssl);
    SSL_CTX_free(ctx);
}

static void names_alerts_as_rfc_8446_does(void)
{
    static const struct {
        unsigned code;
        const char *name;
    } rows[] = {
        {0, "close_notify"},
        {10, "unexpected_message"},
        {20, "bad_record_mac"},
        {22, "record_overflow"},
        {40, "handshake_failure"},
        {42, "bad_certificate"},
        {43, "unsupported_certificate"},
        {44, "certificate_revoked"},
        {45, "certificate_expired"},
        {46, "certificate_unknown"},
        {47, "illegal_parameter"},
        {48, "unknown_ca"},
        {49, "access_denied"},
        {50, "decode_error"},
        {51, "decrypt_error"},
        {70, "protocol_version"},
        {71, "insufficient_security"},
        {80, "internal_error"},
        {86, "inappropriate_fallback"},
        {90, "user_canceled"},
        {109, "missing_extension"},
        {110, "unsupported_extension"},
        {112, "unrecognized_name"},
        {113, "bad_certificate_status_response"},
        {115, "unknown_psk_identity"},
        {116, "certificate_required"},
        {120, "no_application_protocol"},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        CHECK_STR_EQ(tls_name(TLS_NAMES_ALERT, rows[i].code), rows[i].name);
}

static void knows_the_sixteen_grease_values_and_no_other(void)
{
    size_t count = 0;

    for (unsigned code = 0; code <= 0xffff; code++)
        count += tls_is_grease(code);
    CHECK_UINT_EQ(count, 16);
    CHECK(tls_is_grease(0x0a0a) && tls_is_grease(0xfafa));
    CHECK(!tls_is_grease(0x0a1a) && !tls_is_grease(0x0a));
    CHECK_STR_EQ(tls_name(TLS_NAMES_CIPHER, 0x3a3a), "GREASE");
    CHECK_STR_EQ(tls_name(TLS_NAMES_GROUP, 0xaaaa), "GREASE");
}

static void writes_unknown_codes_as_hex(void)
{
    char text[TLS_NAME_TEXT];

    CHECK(tls_name(TLS_NAMES_ALERT, 77) == NULL);
    CHECK(tls_name(TLS_NAMES_CIPHER, 0x10000) == NULL);
    CHECK_STR_EQ(tls_name_or_hex(TLS_NAMES_CIPHER, 0xbeef, text), "0xbeef");
    CHECK_STR_EQ(tls_name_or_hex(TLS_NAMES_CIPHER, 0x1301, text), "TLS_AES_128_GCM_SHA256");
}

TEST_SUITE(tls_names, TEST(has_tables_that_are_sorted_without_doubles),
           TEST(agrees_with_openssl_on_every_suite), TEST(agrees_with_openssl_on_every_group),
           TEST(names_alerts_as_rfc_8446_does), TEST(knows_the_sixteen_grease_values_and_no_other),
           TEST(writes_unknown_codes_as_hex));
