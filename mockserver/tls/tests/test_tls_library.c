/* SPDX-License-Identifier: Apache-2.0 */
#include "tls_bed.h"
#include "tls_library.h"

#include "test_support.h"

#include <openssl/evp.h>

#include <stdlib.h>
#include <string.h>

enum { MAX_LINES = 16, LINE_TEXT = 300 };

/* What the client's own OpenSSL says of the same secrets. */
struct client_log {
    char lines[MAX_LINES][LINE_TEXT];
    size_t count;
};

static void on_client_log(const SSL *ssl, const char *line)
{
    struct client_log *log = SSL_get_app_data(ssl);

    if (log->count < MAX_LINES && strlen(line) < LINE_TEXT)
        memcpy(log->lines[log->count++], line, strlen(line) + 1);
}

static bool open_bed(struct bed *bed, const char *tls, const char *certs)
{
    struct tls_library *library = NULL;

    return test_check(tls_library_new(&library, NULL) == ASSAY_OK, __FILE__, __LINE__,
                      "no library") &&
           test_check(bed_open(bed), __FILE__, __LINE__, "no bed") && (bed->library = library) &&
           test_check(bed_serve(bed, tls, certs) == ASSAY_OK, __FILE__, __LINE__, "%s",
                      bed->err.text);
}

static void close_bed(struct bed *bed)
{
    struct tls_library *library = bed->library;

    bed_close(bed);
    tls_library_free(library);
}

static size_t lines_equal_to(const struct bed *bed, const char *line)
{
    size_t count = 0;

    for (size_t i = 0; i < bed_count(bed, EV_TLS_KEY_LOG); i++) {
        const struct event_field *field = event_field(bed_event(bed, EV_TLS_KEY_LOG, i), "line");

        CHECK(field->secret);
        if (field->text_len == strlen(line) && memcmp(field->text, line, field->text_len) == 0)
            count++;
    }
    return count;
}

static const struct row {
    const char *tls;
    const char *certs;
    const char *client_groups;
    size_t lines;
} rows[] = {
    {NULL, NULL, "P-256", 5},
    {NULL, NULL, "P-521:X25519", 5},
    {"groups=P-384", NULL, "P-256:P-384", 5},
    {"versions=~1.2,", NULL, "P-256", 1},
    {"versions=~1.2,", NULL, "X25519:P-256", 1},
    {"versions=~1.2, ciphers=TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384", NULL, "P-384:P-256", 1},
    {"versions=~1.1,", NULL, "P-256", 1},
    {"client_auth=require", NULL, "P-256", 5},
    {"client_auth=require versions=~1.2,", NULL, "P-256", 1},
};

static void its_key_log_is_that_of_the_client(void)
{
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct bed bed;
        struct client_log log = {.count = 0};

        REQUIRE(open_bed(&bed, rows[i].tls, rows[i].certs));
        if (rows[i].tls != NULL && strncmp(rows[i].tls, "client_auth", 11) == 0)
            REQUIRE(bed_identity(&bed, "recipe=client"));
        bed_client_groups(bed.client_ctx, rows[i].client_groups);
        SSL_CTX_set_keylog_callback(bed.client_ctx, on_client_log);
        REQUIRE(bed_reconnect(&bed));
        SSL_set_app_data(bed.client, &log);
        test_check(bed_handshake(&bed), __FILE__, __LINE__, "row %zu: %s", i, bed.client_reason);
        CHECK_INT_EQ(tls_conn_stage(bed.conn), TLS_STAGE_ESTABLISHED);
        CHECK_UINT_EQ(log.count, rows[i].lines);
        CHECK_UINT_EQ(bed_count(&bed, EV_TLS_KEY_LOG), rows[i].lines);
        for (size_t line = 0; line < log.count; line++)
            test_check(lines_equal_to(&bed, log.lines[line]) == 1, __FILE__, __LINE__,
                       "row %zu lacks %s", i, log.lines[line]);
        close_bed(&bed);
    }
}

static void no_key_log_where_none_is_wanted(void)
{
    struct bed bed;

    REQUIRE(open_bed(&bed, "key_log=false", NULL));
    CHECK(bed_handshake(&bed));
    CHECK_UINT_EQ(bed_count(&bed, EV_TLS_KEY_LOG), 0);
    close_bed(&bed);
}

/* ClientKeyExchange of ECDHE (RFC 8422 section 5.7): header of the record, of the message, length,
 * and 04 X Y. */
static void break_point(struct bed *bed, uint8_t *data, size_t len)
{
    if (++bed->flights == 2 && len > 60)
        data[60] ^= 1;
}

static void a_point_off_the_curve_is_refused(void)
{
    struct bed bed;
    const struct event *error = NULL;

    REQUIRE(open_bed(&bed, "versions=~1.2,", NULL));
    bed_client_groups(bed.client_ctx, "P-256");
    REQUIRE(bed_reconnect(&bed));
    bed.spoil = break_point;
    CHECK(!bed_handshake(&bed));
    CHECK_INT_EQ(tls_conn_stage(bed.conn), TLS_STAGE_FAILED);
    error = bed_event(&bed, EV_TLS_ERROR, 0);
    REQUIRE(error != NULL);
    CHECK(strstr(event_get_text(error, "text"), "point") != NULL);
    close_bed(&bed);
}

static EVP_PKEY *new_key(OSSL_LIB_CTX *ctx)
{
    return EVP_PKEY_Q_keygen(ctx, NULL, "EC", "P-256");
}

/* The one point that lies on every curve and is no key. */
static void the_point_at_infinity_gives_no_secret(void)
{
    struct tls_library *library = NULL;
    EVP_PKEY *own = NULL;
    EVP_PKEY *peer = NULL;
    EVP_PKEY_CTX *ctx = NULL;
    uint8_t secret[32];
    size_t len = sizeof(secret);

    REQUIRE(tls_library_new(&library, NULL) == ASSAY_OK);
    own = new_key(tls_library_ctx(library));
    peer = new_key(tls_library_ctx(library));
    REQUIRE(own != NULL && peer != NULL);
    ctx = EVP_PKEY_CTX_new_from_pkey(tls_library_ctx(library), own, NULL);
    CHECK_INT_EQ(EVP_PKEY_derive_init(ctx), 1);
    CHECK_INT_EQ(EVP_PKEY_derive_set_peer(ctx, peer), 1);
    CHECK_INT_EQ(EVP_PKEY_derive(ctx, secret, &len), 1);
    if (EVP_PKEY_set1_encoded_public_key(peer, (const uint8_t *)"", 1) == 1 &&
        EVP_PKEY_derive_set_peer(ctx, peer) == 1)
        CHECK(EVP_PKEY_derive(ctx, secret, &len) != 1);
    EVP_PKEY_CTX_free(ctx);
    EVP_PKEY_free(own);
    EVP_PKEY_free(peer);
    tls_library_free(library);
}

static void many_connections_have_each_their_own_secrets(void)
{
    struct bed bed;

    REQUIRE(open_bed(&bed, NULL, NULL));
    for (unsigned i = 0; i < 3; i++) {
        REQUIRE(bed_reconnect(&bed));
        CHECK(bed_handshake(&bed));
    }
    CHECK_UINT_EQ(bed_count(&bed, EV_TLS_KEY_LOG), 15);
    close_bed(&bed);
}

TEST_SUITE(tls_library, TEST(its_key_log_is_that_of_the_client),
           TEST(no_key_log_where_none_is_wanted), TEST(a_point_off_the_curve_is_refused),
           TEST(the_point_at_infinity_gives_no_secret),
           TEST(many_connections_have_each_their_own_secrets));
