/* SPDX-License-Identifier: Apache-2.0 */
#include "tls_bed.h"
#include "tls_fake_key.h"

#include "test_support.h"

#include <openssl/x509.h>

#include <stdio.h>

enum { DAY_S = 86400 };

static bool open_with_identity(struct bed *bed, const char *tls, const char *identity)
{
    return test_check(bed_open(bed), __FILE__, __LINE__, "no bed") &&
           test_check(identity == NULL || bed_identity(bed, identity), __FILE__, __LINE__,
                      "identity %s: %s", identity != NULL ? identity : "", bed->err.text) &&
           test_check(bed_serve(bed, tls, NULL) == ASSAY_OK, __FILE__, __LINE__, "%s",
                      bed->err.text);
}

static const struct event *certificate(const struct bed *bed)
{
    CHECK_UINT_EQ(bed_count(bed, EV_TLS_CLIENT_CERTIFICATE), 1);
    return bed_event(bed, EV_TLS_CLIENT_CERTIFICATE, 0);
}

static const struct event *signature(const struct bed *bed)
{
    CHECK(bed_count(bed, EV_TLS_CERTIFICATE_VERIFY) <= 1);
    return bed_event(bed, EV_TLS_CERTIFICATE_VERIFY, 0);
}

static const struct {
    const char *tls;
    const char *identity;
    const char *scheme;
} good[] = {
    {"client_auth=require", "recipe=client", "ecdsa_secp256r1_sha256"},
    {"client_auth=require", "recipe=client key=p384", "ecdsa_secp384r1_sha384"},
    {"client_auth=require", "recipe=client key=rsa2048", "rsa_pss_rsae_sha256"},
    {"client_auth=require", "recipe=client key=ed25519", "ed25519"},
    {"client_auth=require versions=~1.2,", "recipe=client", "ecdsa_secp256r1_sha256"},
    {"client_auth=require versions=~1.2,", "recipe=client key=rsa2048", "rsa_pss_rsae_sha256"},
    {"client_auth=require versions=~1.1,", "recipe=client", NULL},
    {"client_auth=require versions=~1.0,", "recipe=client key=rsa2048", NULL},
    {"client_auth=request", "recipe=client", "ecdsa_secp256r1_sha256"},
};

static void takes_a_good_certificate(void)
{
    for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
        struct bed bed;
        const struct event *e = NULL;

        REQUIRE(open_with_identity(&bed, good[i].tls, good[i].identity));
        CHECK(bed_handshake(&bed));
        CHECK_INT_EQ(tls_conn_stage(bed.conn), TLS_STAGE_ESTABLISHED);
        CHECK_UINT_EQ(bed.asked_for_time, 1);
        e = certificate(&bed);
        REQUIRE(e != NULL);
        CHECK(event_get_bool(e, "chain_ok"));
        CHECK_INT_EQ(event_get_int(e, "count", 0), 1);
        CHECK(event_field(e, "chain_error") == NULL);
        CHECK_STR_CONTAINS(event_get_text(e, "subject"), "CN");
        CHECK_UINT_EQ(strlen(event_get_text(e, "sha256")), 64);
        CHECK(strlen(event_get_text(e, "serial")) > 0);
        CHECK_UINT_EQ(strlen(event_get_text(e, "key_sha256")), 64);
        CHECK(event_get_int(e, "key_bits", 0) >= 253);
        CHECK(event_get_int(e, "not_before", 0) < event_get_int(e, "not_after", 0));
        CHECK(!event_get_bool(e, "is_ca"));
        CHECK(event_has_text(e, "extended_key_usage", "1.3.6.1.5.5.7.3.2"));
        CHECK(event_has_text(e, "subjects", event_get_text(e, "subject")));
        CHECK(event_has_text(e, "issuers", event_get_text(e, "issuer")));
        e = signature(&bed);
        REQUIRE(e != NULL);
        CHECK(event_get_bool(e, "ok"));
        if (good[i].scheme != NULL)
            CHECK_STR_EQ(event_get_text(e, "scheme"), good[i].scheme);
        else
            CHECK(event_field(e, "scheme") == NULL);
        e = bed_event(&bed, EV_TLS_ESTABLISHED, 0);
        CHECK(e != NULL && event_get_bool(e, "client_certificate"));
        bed_close(&bed);
    }
}

static const struct {
    const char *identity;
    int days;
    const char *error;
    const char *alert;
} bad[] = {
    {"recipe=client not_after=+30d", 31, "certificate has expired", "certificate_expired"},
    {"recipe=client not_before=+1d", 0, "certificate is not yet valid", "bad_certificate"},
    {"recipe=client issuer=bench-root", 0, "unable to get local issuer certificate", "unknown_ca"},
    {"recipe=client issuer=self", 0, "self-signed certificate", "unknown_ca"},
    {"recipe=client extended_key_usage.uses=serverAuth,", 0, "unsuitable certificate purpose",
     "unsupported_certificate"},
    {"recipe=client flip_signature_bit=5", 0, "certificate signature failure", "decrypt_error"},
};

static void refuses_a_bad_chain_with_the_right_alert(void)
{
    static const char *const versions[] = {"client_auth=require versions=~1.2,",
                                           "client_auth=require versions=~1.3,"};

    for (size_t k = 0; k < 2; k++) {
        for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
            struct bed bed;
            const struct event *e = NULL;

            REQUIRE(open_with_identity(&bed, versions[k], bad[i].identity));
            bed.now_s += (int64_t)bad[i].days * DAY_S;
            (void)bed_handshake(&bed); /* in 1.3 the client is done before it is refused */
            CHECK_INT_EQ(tls_conn_stage(bed.conn), TLS_STAGE_FAILED);
            CHECK(bed_event(&bed, EV_TLS_ESTABLISHED, 0) == NULL);
            e = certificate(&bed);
            REQUIRE(e != NULL);
            CHECK(!event_get_bool(e, "chain_ok"));
            CHECK_STR_CONTAINS(event_get_text(e, "chain_error"), bad[i].error);
            CHECK(signature(&bed) == NULL); /* not looked at, and nothing is said of it */
            test_check(bed_alert(&bed, "tx", bad[i].alert), __FILE__, __LINE__, "%s: no alert %s",
                       bad[i].error, bad[i].alert);
            bed_close(&bed);
        }
    }
}

static void goes_on_with_a_bad_chain_that_was_only_requested(void)
{
    struct bed bed;

    REQUIRE(open_with_identity(&bed, "client_auth=request", "recipe=client issuer=bench-root"));
    CHECK(bed_handshake(&bed));
    CHECK_INT_EQ(tls_conn_stage(bed.conn), TLS_STAGE_ESTABLISHED);
    CHECK(!event_get_bool(certificate(&bed), "chain_ok"));
    REQUIRE(signature(&bed) != NULL);
    CHECK(event_get_bool(signature(&bed), "ok"));
    bed_close(&bed);
}

static void follows_the_clock_of_the_scenario(void)
{
    struct bed bed;

    /* The same certificate, the same server: good today, expired after a jump, good again. */
    REQUIRE(open_with_identity(&bed, "client_auth=require", "recipe=client not_after=+30d"));
    CHECK(bed_handshake(&bed));
    bed.now_s += 31 * DAY_S;
    CHECK(bed_reconnect(&bed));
    (void)bed_handshake(&bed);
    CHECK_INT_EQ(tls_conn_stage(bed.conn), TLS_STAGE_FAILED);
    bed.now_s -= 31 * DAY_S;
    CHECK(bed_reconnect(&bed));
    CHECK(bed_handshake(&bed));
    CHECK_INT_EQ(tls_conn_stage(bed.conn), TLS_STAGE_ESTABLISHED);
    CHECK_UINT_EQ(bed.asked_for_time, 3);
    bed_close(&bed);
}

static void says_that_no_certificate_came(void)
{
    static const struct {
        const char *tls;
        bool goes_on;
        const char *alert;
    } rows[] = {
        {"client_auth=request versions=~1.2,", true, NULL},
        {"client_auth=request versions=~1.3,", true, NULL},
        {"client_auth=require versions=~1.2,", false, "handshake_failure"},
        {"client_auth=require versions=~1.3,", false, "certificate_required"},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct bed bed;
        const struct event *e = NULL;

        REQUIRE(open_with_identity(&bed, rows[i].tls, NULL));
        (void)bed_handshake(&bed);
        CHECK((tls_conn_stage(bed.conn) == TLS_STAGE_ESTABLISHED) == rows[i].goes_on);
        e = certificate(&bed);
        REQUIRE(e != NULL);
        CHECK_INT_EQ(event_get_int(e, "count", -1), 0);
        CHECK(!event_get_bool(e, "chain_ok"));
        CHECK_STR_EQ(event_get_text(e, "chain_error"), "no certificate sent");
        CHECK(signature(&bed) == NULL);
        CHECK(rows[i].alert == NULL || bed_alert(&bed, "tx", rows[i].alert));
        bed_close(&bed);
    }
}

/* The client keeps its certificate and signs with another key. */
static bool forge(struct bed *bed, const char *key_type)
{
    EVP_PKEY *other = strcmp(key_type, "rsa2048") == 0
                          ? EVP_PKEY_Q_keygen(NULL, NULL, "RSA", (size_t)2048)
                          : EVP_PKEY_Q_keygen(NULL, NULL, "EC", "P-256");
    X509 *leaf = SSL_CTX_get0_certificate(bed->client_ctx);
    EVP_PKEY *fake = tls_fake_key_new(X509_get0_pubkey(leaf), other);
    bool ok = fake != NULL && SSL_CTX_use_PrivateKey(bed->client_ctx, fake) == 1;

    EVP_PKEY_free(fake);
    EVP_PKEY_free(other);
    return ok;
}

static void tells_a_forged_signature_from_a_bad_chain(void)
{
    static const struct {
        const char *tls;
        const char *key;
    } rows[] = {
        {"client_auth=require versions=~1.2,", "p256"},
        {"client_auth=require versions=~1.3,", "p256"},
        {"client_auth=request versions=~1.3,", "p256"},
        {"client_auth=require versions=~1.2,", "rsa2048"},
        {"client_auth=require versions=~1.3,", "rsa2048"},
        {"client_auth=require versions=~1.0,", "p256"},
        {"client_auth=require versions=~1.1,", "rsa2048"},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct bed bed;
        char identity[64];

        snprintf(identity, sizeof(identity), "recipe=client key=%s", rows[i].key);
        REQUIRE(bed_open(&bed));
        REQUIRE(bed_identity(&bed, identity));
        REQUIRE(forge(&bed, rows[i].key));
        REQUIRE_OK(bed_serve(&bed, rows[i].tls, NULL));
        (void)bed_handshake(&bed);
        CHECK_INT_EQ(tls_conn_stage(bed.conn), TLS_STAGE_FAILED);
        CHECK(event_get_bool(certificate(&bed), "chain_ok"));
        REQUIRE(signature(&bed) != NULL);
        CHECK(!event_get_bool(signature(&bed), "ok"));
        CHECK(strlen(event_get_text(signature(&bed), "detail")) > 0);
        CHECK(bed_alert(&bed, "tx", "decrypt_error"));
        CHECK(bed_event(&bed, EV_TLS_ESTABLISHED, 0) == NULL);
        bed_close(&bed);
    }
}

/* The outermost tag of the first certificate: a plaintext message in TLS 1.2. */
static void break_der(struct bed *bed, uint8_t *data, size_t len)
{
    (void)bed;
    /* record header 5, message header 4, list 3, certificate 3 */
    for (size_t i = 0; i + 16 < len; i++)
        if (data[i] == 22 && data[i + 1] == 3 && data[i + 5] == 11 && data[i + 15] == 0x30)
            data[i + 15] ^= 0x10;
}

static void says_that_a_certificate_cannot_be_parsed(void)
{
    struct bed bed;
    const struct event *e = NULL;

    REQUIRE(open_with_identity(&bed, "client_auth=require versions=~1.2,", "recipe=client"));
    bed.spoil = break_der;
    CHECK(!bed_handshake(&bed));
    CHECK_INT_EQ(tls_conn_stage(bed.conn), TLS_STAGE_FAILED);
    e = certificate(&bed);
    REQUIRE(e != NULL);
    CHECK_INT_EQ(event_get_int(e, "count", -1), 1);
    CHECK(!event_get_bool(e, "chain_ok"));
    CHECK(strlen(event_get_text(e, "chain_error")) > 0);
    bed_close(&bed);
}

/* A bit of the CertificateVerify, which is plaintext in TLS 1.2. */
static void break_signature(struct bed *bed, uint8_t *data, size_t len)
{
    (void)bed;
    for (size_t i = 0; i + 40 < len; i++)
        if (data[i] == 22 && data[i + 1] == 3 && data[i + 5] == 15 && data[i + 6] == 0)
            data[i + 30] ^= 1;
}

static void sees_a_signature_that_was_damaged(void)
{
    struct bed bed;

    REQUIRE(open_with_identity(&bed, "client_auth=require versions=~1.2,", "recipe=client"));
    bed.spoil = break_signature;
    CHECK(!bed_handshake(&bed));
    REQUIRE(signature(&bed) != NULL);
    CHECK(!event_get_bool(signature(&bed), "ok"));
    bed_close(&bed);
}

static void needs_the_time_and_a_store(void)
{
    struct bed bed;
    struct value *description = bed_value("client_auth=require");
    struct tls_settings settings = {.description = description};
    struct tls_context *context = NULL;

    REQUIRE(bed_open(&bed));
    REQUIRE_OK(bed_serve(&bed, NULL, NULL));
    settings.chain = bed.chain;
    settings.store = bed.store;
    CHECK_INT_EQ(tls_context_new(&settings, &context, &bed.err), ASSAY_ERR_ARG);
    CHECK_STR_CONTAINS(bed.err.text, "scenario's time");
    CHECK(context == NULL);
    value_free(description);
    bed_close(&bed);
}

TEST_SUITE(tls_client_auth, TEST(takes_a_good_certificate),
           TEST(refuses_a_bad_chain_with_the_right_alert),
           TEST(goes_on_with_a_bad_chain_that_was_only_requested),
           TEST(follows_the_clock_of_the_scenario), TEST(says_that_no_certificate_came),
           TEST(tells_a_forged_signature_from_a_bad_chain),
           TEST(says_that_a_certificate_cannot_be_parsed), TEST(sees_a_signature_that_was_damaged),
           TEST(needs_the_time_and_a_store));
