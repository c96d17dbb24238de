/* SPDX-License-Identifier: Apache-2.0 */
/* Each key of the table is set and its effect is seen on the wire, by the client or in events. */
#include "tls_config.h"
#include "tls_key_bed.h"

#include "base/reader.h"
#include "test_support.h"

#include <openssl/x509.h>
#include <stdio.h>

/* A leaf that every TLS 1.2 suite can be tried with. */
static const char rsa_leaf[] = "leaf.recipe=leaf leaf.key=rsa2048";

static void versions(void)
{
    static const struct {
        const char *tls;
        const char *version;
    } rows[] = {{"versions=~1.0,", "TLS 1.0"},     {"versions=~1.1,", "TLS 1.1"},
                {"versions=~1.2,", "TLS 1.2"},     {"versions=~1.3,", "TLS 1.3"},
                {"versions=~1.0,~1.1", "TLS 1.1"}, {"versions=~1.0,~1.1,~1.2,~1.3", "TLS 1.3"}};
    struct bed bed = {0};

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        CHECK(key_try(&bed, rows[i].tls, NULL, NULL));
        CHECK_STR_EQ(key_established(&bed, "version"), rows[i].version);
    }
    CHECK(key_try(&bed, "versions=~1.0,~1.3", NULL, key_at_most_1_2));
    CHECK_STR_EQ(key_established(&bed, "version"), "TLS 1.0");
    CHECK(!key_try(&bed, "versions=~1.3,", NULL, key_at_most_1_2));
    CHECK(bed_alert(&bed, "tx", "protocol_version"));
    CHECK_INT_EQ(tls_conn_stage(bed.conn), TLS_STAGE_FAILED);
    bed_close(&bed);
}

static void ciphers(void)
{
    static const struct {
        const char *tls;
        const char *cipher;
    } rows[] = {
        {"versions=~1.2, ciphers=AES128-SHA", "TLS_RSA_WITH_AES_128_CBC_SHA"},
        {"versions=~1.2, ciphers=ECDHE-RSA-AES128-GCM-SHA256",
         "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"},
        {"versions=~1.2, ciphers=TLS_RSA_WITH_AES_256_CBC_SHA256,TLS_RSA_WITH_AES_128_CBC_SHA",
         "TLS_RSA_WITH_AES_256_CBC_SHA256"},
        {"versions=~1.2, ciphers=CAMELLIA:!SHA256:!ECDHE:!DHE",
         "TLS_RSA_WITH_CAMELLIA_256_CBC_SHA"},
        {"versions=~1.2, ciphers=NULL-SHA256", "TLS_RSA_WITH_NULL_SHA256"},
        {"versions=~1.2, ciphers=AECDH-AES128-SHA", "TLS_ECDH_anon_WITH_AES_128_CBC_SHA"},
    };
    struct bed bed = {0};

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        CHECK(key_try(&bed, rows[i].tls, rsa_leaf, NULL));
        CHECK_STR_EQ(key_established(&bed, "cipher"), rows[i].cipher);
    }
    bed_close(&bed);
    key_refused("ciphers=RC4-SHA,AES128-SHA", NULL, ASSAY_ERR_UNSUPPORTED,
                "tls.ciphers: this OpenSSL cannot serve RC4-SHA");
    key_refused("ciphers=AES128-SHA:NOSUCH", NULL, ASSAY_ERR_UNSUPPORTED, "cannot serve NOSUCH");
    key_refused("ciphers=!AES", NULL, ASSAY_ERR_UNSUPPORTED, "selects no cipher suite");
}

static void only_p384(SSL_CTX *client)
{
    SSL_CTX_set_max_proto_version(client, TLS1_2_VERSION);
    bed_client_groups(client, "P-384");
}

/* "AES" selects anonymous suites as well; a certificate that the client cannot take must not
 * silently end in one of them. */
static void anonymous_suites_only_by_name(void)
{
    struct bed bed = {0};

    CHECK(!key_try(&bed, "versions=~1.2, ciphers=AES:kECDHE", NULL, only_p384));
    CHECK(bed_alert(&bed, "tx", "handshake_failure"));
    CHECK(!key_try(&bed, NULL, NULL, only_p384));
    bed_close(&bed);
}

static void ciphersuites(void)
{
    struct bed bed = {0};

    CHECK(key_try(&bed, "ciphersuites=TLS_CHACHA20_POLY1305_SHA256,", NULL, NULL));
    CHECK_STR_EQ(key_established(&bed, "cipher"), "TLS_CHACHA20_POLY1305_SHA256");
    bed_close(&bed);
    key_refused("ciphersuites=TLS_AES_128_GCM_SHA256,TLS_NONE", NULL, ASSAY_ERR_UNSUPPORTED,
                "tls.ciphersuites: this OpenSSL does not know \"TLS_NONE\"");
}

static void groups(void)
{
    static const struct {
        const char *tls;
        const char *group;
        size_t retries;
    } rows[] = {
        {"groups=x25519", "x25519", 0},
        {"groups=P-384", "secp384r1", 1},
        {"groups=secp256r1,x25519", "x25519", 0}, /* the client's order decides */
        {"groups=P-521 versions=~1.2,", "secp521r1", 0},
    };
    struct bed bed = {0};

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        size_t retries = 0;

        CHECK(key_try(&bed, rows[i].tls, NULL, NULL));
        CHECK_STR_EQ(key_established(&bed, "group"), rows[i].group);
        for (size_t k = 0; k < bed_count(&bed, EV_TLS_SERVER_HELLO); k++)
            retries += event_get_bool(bed_event(&bed, EV_TLS_SERVER_HELLO, k), "retry");
        CHECK_UINT_EQ(retries, rows[i].retries);
        bed_close(&bed);
    }
    key_refused("groups=P-256,curve9", NULL, ASSAY_ERR_UNSUPPORTED,
                "tls.groups: this OpenSSL does not know \"curve9\"");
}

static void prefer_128(SSL_CTX *client)
{
    SSL_CTX_set_max_proto_version(client, TLS1_2_VERSION);
    SSL_CTX_set_cipher_list(client, "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384");
}

static void server_preference(void)
{
    struct bed bed = {0};

    CHECK(key_try(&bed, NULL, NULL, prefer_128));
    CHECK_STR_EQ(key_established(&bed, "cipher"), "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256");
    CHECK(key_try(&bed, "server_preference=true", NULL, prefer_128));
    CHECK_STR_EQ(key_established(&bed, "cipher"), "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384");
    bed_close(&bed);
}

static void dh_bits(void)
{
    static const char *const sizes[] = {"512", "768", "1024", "1536", "2048", "3072", "4096"};
    struct bed bed = {0};

    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        char words[80];
        char group[16];

        snprintf(words, sizeof(words), "versions=~1.2, ciphers=DHE-RSA-AES128-SHA dh_bits=%s",
                 sizes[i]);
        snprintf(group, sizeof(group), "dh%s", sizes[i]);
        CHECK(key_try(&bed, words, rsa_leaf, NULL));
        CHECK_STR_EQ(key_established(&bed, "group"), group);
    }
    CHECK(key_try(&bed, "versions=~1.2, ciphers=DHE-RSA-AES128-SHA", rsa_leaf, NULL));
    CHECK_STR_EQ(key_established(&bed, "group"), "dh2048");
    bed_close(&bed);
    key_refused("dh_bits=480", NULL, ASSAY_ERR_MALFORMED, "there is no group of 480 bits");
}

static void security_level(void)
{
    static const char weak[] = "leaf.recipe=leaf leaf.key=rsa1024";
    struct bed bed = {0};

    CHECK(key_try(&bed, NULL, weak, NULL));
    bed_close(&bed);
    key_refused("security_level=2", weak, ASSAY_ERR_UNSUPPORTED, "key too small");
}

/* The algorithm stands behind the point in the ServerKeyExchange (RFC 5246 section 7.4.3). */
static unsigned signature_of_key_exchange(const struct bed *bed)
{
    const struct event *e = bed_message(bed, "tx", "ServerKeyExchange");
    const struct event_field *bytes = e != NULL ? event_field(e, "bytes") : NULL;
    struct reader r =
        reader_over(bytes != NULL ? bytes->text : NULL, bytes != NULL ? bytes->text_len : 0);
    struct reader point = {0};
    uint16_t scheme = 0;

    if (reader_skip(&r, 4 + 3) != ASSAY_OK || reader_vec8(&r, &point) != ASSAY_OK ||
        reader_u16(&r, &scheme) != ASSAY_OK)
        return 0;
    return scheme;
}

static void signature_algorithms(void)
{
    struct bed bed = {0};

    CHECK(key_try(&bed, "versions=~1.2,", NULL, NULL));
    CHECK_UINT_EQ(signature_of_key_exchange(&bed), 0x0403);
    CHECK(key_try(&bed, "versions=~1.2, signature_algorithms=ECDSA+SHA512", NULL, NULL));
    CHECK_UINT_EQ(signature_of_key_exchange(&bed), 0x0603);
    bed_close(&bed);
    key_refused("signature_algorithms=ECDSA+SHA256,ECDSA+MD9", NULL, ASSAY_ERR_UNSUPPORTED,
                "does not know \"ECDSA+MD9\"");
}

static void key(void)
{
    static const char *const kinds[] = {"p256", "p384", "rsa2048", "ed25519"};
    static const char *const versions_[] = {"1.2", "1.3"};
    struct bed bed = {0};

    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        for (size_t k = 0; k < sizeof(versions_) / sizeof(versions_[0]); k++) {
            char tls[64];
            char certs[160];

            snprintf(tls, sizeof(tls), "versions=~%s, key=thief", versions_[k]);
            snprintf(certs, sizeof(certs),
                     "leaf.recipe=leaf leaf.key=%s thief.recipe=leaf thief.key=%s", kinds[i],
                     kinds[i]);
            CHECK(!key_try(&bed, tls, certs, NULL));
            CHECK(bed_event(&bed, EV_TLS_ESTABLISHED, 0) == NULL);
            CHECK(bed_alert(&bed, "rx", "decrypt_error"));
            CHECK(bed_count(&bed, EV_TLS_CERTIFICATE_SENT) == 1);
            CHECK_STR_CONTAINS(
                event_get_text(bed_event(&bed, EV_TLS_CERTIFICATE_SENT, 0), "description"),
                "not the certificate's");
        }
    }
    bed_close(&bed);
    key_refused("key=nobody", NULL, ASSAY_ERR_MALFORMED,
                "tls.key: there is no certificate \"nobody\"");
    key_refused("key=thief", "leaf.recipe=leaf thief.recipe=leaf thief.key=rsa2048",
                ASSAY_ERR_UNSUPPORTED, "same type and curve");
    key_refused("key=thief", "leaf.recipe=leaf thief.recipe=leaf thief.key=p384",
                ASSAY_ERR_UNSUPPORTED, "same type and curve");
}

static void client_auth(void)
{
    struct bed bed = {0};

    CHECK(key_try(&bed, NULL, NULL, NULL));
    CHECK(bed_message(&bed, "tx", "CertificateRequest") == NULL);
    CHECK_UINT_EQ(bed_count(&bed, EV_TLS_CLIENT_CERTIFICATE), 0);
    CHECK(key_try(&bed, "client_auth=request", NULL, NULL));
    CHECK(bed_message(&bed, "tx", "CertificateRequest") != NULL);
    CHECK_INT_EQ(tls_conn_stage(bed.conn), TLS_STAGE_ESTABLISHED);
    (void)key_try(&bed, "client_auth=require", NULL, NULL);
    CHECK_INT_EQ(tls_conn_stage(bed.conn), TLS_STAGE_FAILED);
    CHECK(bed_alert(&bed, "tx", "certificate_required"));
    bed_close(&bed);
}

/* A certificate that is good in everything, and the alert that it gets all the same. */
static void client_refusal(void)
{
    static const char *const alerts[] = {
        "bad_certificate",     "unsupported_certificate", "certificate_revoked",
        "certificate_expired", "certificate_unknown",     "unknown_ca",
        "handshake_failure",   "internal_error",
    };

    for (size_t i = 0; i < sizeof(alerts) / sizeof(alerts[0]); i++) {
        struct bed bed;
        char tls[100];

        snprintf(tls, sizeof(tls), "client_auth=require client_refusal=%s", alerts[i]);
        REQUIRE(bed_open(&bed));
        REQUIRE(bed_identity(&bed, "recipe=client"));
        REQUIRE_OK(bed_serve(&bed, tls, NULL));
        (void)bed_handshake(&bed); /* the client of TLS 1.3 may be done before it hears of it */
        CHECK_INT_EQ(tls_conn_stage(bed.conn), TLS_STAGE_FAILED);
        CHECK(bed_alert(&bed, "tx", alerts[i]));
        bed_close(&bed);
    }
    key_refused("client_auth=require client_refusal=access_denied", NULL, ASSAY_ERR_MALFORMED,
                "it has to be one of: none, bad_certificate");
}

static void client_ca_names(void)
{
    static const struct {
        const char *tls;
        bool bench;
        bool other;
    } rows[] = {
        {"client_auth=request", true, false},
        {"client_auth=request client_ca_names=none", false, false},
        {"client_auth=request client_ca_names=other", false, true},
    };
    struct bed bed = {0};

    for (unsigned tls13 = 0; tls13 < 2; tls13++) {
        for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
            X509 *ca = NULL;
            unsigned char *name = NULL;
            int len = 0;

            CHECK(key_try(&bed, rows[i].tls, NULL, tls13 != 0 ? NULL : key_at_most_1_2));
            REQUIRE_OK(pki_store_client_ca(bed.store, &ca, NULL));
            len = i2d_X509_NAME(X509_get_subject_name(ca), &name);
            CHECK(len > 0);
            CHECK(key_message_holds(&bed, "CertificateRequest", name, (size_t)len) ==
                  rows[i].bench);
            CHECK(key_message_holds(&bed, "CertificateRequest", "Some other device CA", 20) ==
                  rows[i].other);
            OPENSSL_free(name);
            bed_close(&bed);
        }
    }
}

/* RFC 5246 section 7.4.4: behind the header, a vector of one-byte types. */
static bool requests_types(const struct bed *bed, const void *types, size_t len)
{
    const struct event *e = bed_message(bed, "tx", "CertificateRequest");
    const struct event_field *bytes = e != NULL ? event_field(e, "bytes") : NULL;

    return bytes != NULL && bytes->text_len > 4 + len && memcmp(bytes->text + 4, types, len) == 0;
}

static void client_certificate_types(void)
{
    struct bed bed = {0};

    CHECK(key_try(&bed, "versions=~1.2, client_auth=request", NULL, NULL));
    CHECK(requests_types(&bed, "\x03\x01\x02\x40", 4));
    CHECK(key_try(&bed,
                  "versions=~1.2, client_auth=request "
                  "client_certificate_types=rsa_sign,rsa_fixed_dh",
                  NULL, NULL));
    CHECK(requests_types(&bed, "\x02\x01\x03", 3));
    bed_close(&bed);
    key_refused("client_auth=request client_certificate_types=rsa", NULL, ASSAY_ERR_MALFORMED,
                "tls.client_certificate_types: \"rsa\" is not one of: rsa_sign");
}

static void client_signature_algorithms(void)
{
    static const char algorithms[] = "\x00\x04\x05\x03\x08\x05";
    static const char words[] = "versions=~%s, client_auth=request "
                                "client_signature_algorithms=ecdsa_secp384r1_sha384,"
                                "rsa_pss_rsae_sha384";
    struct bed bed = {0};

    for (unsigned minor = 2; minor <= 3; minor++) {
        char tls[200];

        snprintf(tls, sizeof(tls), words, minor == 2 ? "1.2" : "1.3");
        CHECK(key_try(&bed, tls, NULL, NULL));
        CHECK(key_message_holds(&bed, "CertificateRequest", algorithms, 6));
        bed_close(&bed);
    }
    key_refused("client_auth=request client_signature_algorithms=MD2", NULL, ASSAY_ERR_UNSUPPORTED,
                "tls.client_signature_algorithms: this OpenSSL");
}

/* Tests are named after the keys. */
static void every_key_has_a_test_of_its_effect(void)
{
#define NAME(key) #key,
    static const char *const elsewhere[] = {KEYS_OF_ANSWERS(NAME) NULL};

    for (const struct key_spec *row = tls_keys; row->name != NULL; row++) {
        const struct test_case *test = test_suite.cases;
        bool found = false;

        while (test->name != NULL && strcmp(test->name, row->name) != 0)
            test++;
        found = test->name != NULL;
        for (size_t i = 0; !found && elsewhere[i] != NULL; i++)
            found = strcmp(elsewhere[i], row->name) == 0;
        test_check(found, __FILE__, __LINE__, "tls.%s has no test", row->name);
    }
}

TEST_SUITE(tls_keys, TEST(every_key_has_a_test_of_its_effect), TEST(versions), TEST(ciphers),
           TEST(anonymous_suites_only_by_name), TEST(ciphersuites), TEST(groups),
           TEST(server_preference), TEST(dh_bits), TEST(security_level), TEST(signature_algorithms),
           TEST(key), TEST(client_auth), TEST(client_refusal), TEST(client_ca_names),
           TEST(client_certificate_types), TEST(client_signature_algorithms));
