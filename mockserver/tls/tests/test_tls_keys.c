/* SPDX-License-Identifier: Apache-2.0 */
/* Each key of the table is set and its effect is seen on the wire, by the client or in events. */
#include "tls_bed.h"
#include "tls_config.h"

#include "base/reader.h"
#include "test_support.h"

#include <openssl/err.h>
#include <stdio.h>

enum { EXT_MFL = 1, EXT_STATUS = 5, EXT_ETM = 22, EXT_EMS = 23 };

static const char *established(const struct bed *bed, const char *field)
{
    const struct event *e = bed_event(bed, EV_TLS_ESTABLISHED, 0);

    return e != NULL ? event_get_text(e, field) : "(not established)";
}

/* Handshake with a server of these words; the client is set up by `prepare`. A bed that was used
 * before starts again with the same keys. */
static bool try_with(struct bed *bed, const char *tls, const char *certs,
                     void (*prepare)(SSL_CTX *client))
{
    if (!test_check(bed->store != NULL ? bed_again(bed) : bed_open(bed), __FILE__, __LINE__,
                    "no bed"))
        return false;
    if (prepare != NULL)
        prepare(bed->client_ctx);
    if (certs != NULL && strstr(certs, "rsa") != NULL)
        CHECK(bed_trust_root(bed, "rsa2048"));
    if (!test_check(bed_serve(bed, tls, certs) == ASSAY_OK, __FILE__, __LINE__, "%s: %s",
                    tls != NULL ? tls : "defaults", bed->err.text))
        return false;
    return bed_handshake(bed);
}

static void expect_refusal(const char *tls, const char *certs, enum assay_status status,
                           const char *says)
{
    struct bed bed = {0};

    REQUIRE(bed_open(&bed));
    CHECK_INT_EQ(bed_serve(&bed, tls, certs), status);
    CHECK_STR_CONTAINS(bed.err.text, says);
    CHECK(bed.context == NULL);
    bed_close(&bed);
}

static void at_most_1_2(SSL_CTX *client)
{
    SSL_CTX_set_max_proto_version(client, TLS1_2_VERSION);
}

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
        CHECK(try_with(&bed, rows[i].tls, NULL, NULL));
        CHECK_STR_EQ(established(&bed, "version"), rows[i].version);
    }
    CHECK(try_with(&bed, "versions=~1.0,~1.3", NULL, at_most_1_2));
    CHECK_STR_EQ(established(&bed, "version"), "TLS 1.0");
    CHECK(!try_with(&bed, "versions=~1.3,", NULL, at_most_1_2));
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
        CHECK(try_with(&bed, rows[i].tls, rsa_leaf, NULL));
        CHECK_STR_EQ(established(&bed, "cipher"), rows[i].cipher);
    }
    bed_close(&bed);
    expect_refusal("ciphers=RC4-SHA,AES128-SHA", NULL, ASSAY_ERR_UNSUPPORTED,
                   "tls.ciphers: this OpenSSL cannot serve RC4-SHA");
    expect_refusal("ciphers=AES128-SHA:NOSUCH", NULL, ASSAY_ERR_UNSUPPORTED, "cannot serve NOSUCH");
    expect_refusal("ciphers=!AES", NULL, ASSAY_ERR_UNSUPPORTED, "selects no cipher suite");
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

    CHECK(!try_with(&bed, "versions=~1.2, ciphers=AES:kECDHE", NULL, only_p384));
    CHECK(bed_alert(&bed, "tx", "handshake_failure"));
    CHECK(!try_with(&bed, NULL, NULL, only_p384));
    bed_close(&bed);
}

static void ciphersuites(void)
{
    struct bed bed = {0};

    CHECK(try_with(&bed, "ciphersuites=TLS_CHACHA20_POLY1305_SHA256,", NULL, NULL));
    CHECK_STR_EQ(established(&bed, "cipher"), "TLS_CHACHA20_POLY1305_SHA256");
    bed_close(&bed);
    expect_refusal("ciphersuites=TLS_AES_128_GCM_SHA256,TLS_NONE", NULL, ASSAY_ERR_UNSUPPORTED,
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

        CHECK(try_with(&bed, rows[i].tls, NULL, NULL));
        CHECK_STR_EQ(established(&bed, "group"), rows[i].group);
        for (size_t k = 0; k < bed_count(&bed, EV_TLS_SERVER_HELLO); k++)
            retries += event_get_bool(bed_event(&bed, EV_TLS_SERVER_HELLO, k), "retry");
        CHECK_UINT_EQ(retries, rows[i].retries);
        bed_close(&bed);
    }
    expect_refusal("groups=P-256,curve9", NULL, ASSAY_ERR_UNSUPPORTED,
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

    CHECK(try_with(&bed, NULL, NULL, prefer_128));
    CHECK_STR_EQ(established(&bed, "cipher"), "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256");
    CHECK(try_with(&bed, "server_preference=true", NULL, prefer_128));
    CHECK_STR_EQ(established(&bed, "cipher"), "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384");
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
        CHECK(try_with(&bed, words, rsa_leaf, NULL));
        CHECK_STR_EQ(established(&bed, "group"), group);
    }
    CHECK(try_with(&bed, "versions=~1.2, ciphers=DHE-RSA-AES128-SHA", rsa_leaf, NULL));
    CHECK_STR_EQ(established(&bed, "group"), "dh2048");
    bed_close(&bed);
    expect_refusal("dh_bits=480", NULL, ASSAY_ERR_MALFORMED, "there is no group of 480 bits");
}

static void security_level(void)
{
    static const char weak[] = "leaf.recipe=leaf leaf.key=rsa1024";
    struct bed bed = {0};

    CHECK(try_with(&bed, NULL, weak, NULL));
    bed_close(&bed);
    expect_refusal("security_level=2", weak, ASSAY_ERR_UNSUPPORTED, "key too small");
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

    CHECK(try_with(&bed, "versions=~1.2,", NULL, NULL));
    CHECK_UINT_EQ(signature_of_key_exchange(&bed), 0x0403);
    CHECK(try_with(&bed, "versions=~1.2, signature_algorithms=ECDSA+SHA512", NULL, NULL));
    CHECK_UINT_EQ(signature_of_key_exchange(&bed), 0x0603);
    bed_close(&bed);
    expect_refusal("signature_algorithms=ECDSA+SHA256,ECDSA+MD9", NULL, ASSAY_ERR_UNSUPPORTED,
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
            CHECK(!try_with(&bed, tls, certs, NULL));
            CHECK(bed_event(&bed, EV_TLS_ESTABLISHED, 0) == NULL);
            CHECK(bed_alert(&bed, "rx", "decrypt_error"));
            CHECK(bed_count(&bed, EV_TLS_CERTIFICATE_SENT) == 1);
            CHECK_STR_CONTAINS(
                event_get_text(bed_event(&bed, EV_TLS_CERTIFICATE_SENT, 0), "description"),
                "not the certificate's");
        }
    }
    bed_close(&bed);
    expect_refusal("key=nobody", NULL, ASSAY_ERR_MALFORMED,
                   "tls.key: there is no certificate \"nobody\"");
    expect_refusal("key=thief", "leaf.recipe=leaf thief.recipe=leaf thief.key=rsa2048",
                   ASSAY_ERR_UNSUPPORTED, "same type and curve");
    expect_refusal("key=thief", "leaf.recipe=leaf thief.recipe=leaf thief.key=p384",
                   ASSAY_ERR_UNSUPPORTED, "same type and curve");
}

static bool message_holds(const struct bed *bed, const char *name, const void *part, size_t len)
{
    const struct event *e = bed_message(bed, "tx", name);
    const struct event_field *bytes = e != NULL ? event_field(e, "bytes") : NULL;

    return bytes != NULL && memmem(bytes->text, bytes->text_len, part, len) != NULL;
}

static void client_auth(void)
{
    struct bed bed = {0};

    CHECK(try_with(&bed, NULL, NULL, NULL));
    CHECK(bed_message(&bed, "tx", "CertificateRequest") == NULL);
    CHECK_UINT_EQ(bed_count(&bed, EV_TLS_CLIENT_CERTIFICATE), 0);
    CHECK(try_with(&bed, "client_auth=request", NULL, NULL));
    CHECK(bed_message(&bed, "tx", "CertificateRequest") != NULL);
    CHECK_INT_EQ(tls_conn_stage(bed.conn), TLS_STAGE_ESTABLISHED);
    (void)try_with(&bed, "client_auth=require", NULL, NULL);
    CHECK_INT_EQ(tls_conn_stage(bed.conn), TLS_STAGE_FAILED);
    CHECK(bed_alert(&bed, "tx", "certificate_required"));
    bed_close(&bed);
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

            CHECK(try_with(&bed, rows[i].tls, NULL, tls13 != 0 ? NULL : at_most_1_2));
            REQUIRE_OK(pki_store_client_ca(bed.store, &ca, NULL));
            len = i2d_X509_NAME(X509_get_subject_name(ca), &name);
            CHECK(len > 0);
            CHECK(message_holds(&bed, "CertificateRequest", name, (size_t)len) == rows[i].bench);
            CHECK(message_holds(&bed, "CertificateRequest", "Some other device CA", 20) ==
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

    CHECK(try_with(&bed, "versions=~1.2, client_auth=request", NULL, NULL));
    CHECK(requests_types(&bed, "\x03\x01\x02\x40", 4));
    CHECK(try_with(&bed,
                   "versions=~1.2, client_auth=request "
                   "client_certificate_types=rsa_sign,rsa_fixed_dh",
                   NULL, NULL));
    CHECK(requests_types(&bed, "\x02\x01\x03", 3));
    bed_close(&bed);
    expect_refusal("client_auth=request client_certificate_types=rsa", NULL, ASSAY_ERR_MALFORMED,
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
        CHECK(try_with(&bed, tls, NULL, NULL));
        CHECK(message_holds(&bed, "CertificateRequest", algorithms, 6));
        bed_close(&bed);
    }
    expect_refusal("client_auth=request client_signature_algorithms=MD2", NULL,
                   ASSAY_ERR_UNSUPPORTED, "tls.client_signature_algorithms: this OpenSSL");
}

static size_t count_messages(const struct bed *bed, const char *name)
{
    size_t count = 0;
    const struct event *e = NULL;

    for (size_t i = 0; (e = bed_event(bed, EV_TLS_MESSAGE, i)) != NULL; i++)
        count += strcmp(event_get_text(e, "name"), name) == 0;
    return count;
}

static void tickets(void)
{
    struct bed bed = {0};

    CHECK(try_with(&bed, NULL, NULL, NULL));
    CHECK_UINT_EQ(count_messages(&bed, "NewSessionTicket"), 0);
    CHECK(try_with(&bed, "tickets=3", NULL, NULL));
    CHECK_UINT_EQ(count_messages(&bed, "NewSessionTicket"), 3);
    CHECK(try_with(&bed, "versions=~1.2,", NULL, NULL));
    CHECK_UINT_EQ(count_messages(&bed, "NewSessionTicket"), 0);
    CHECK(try_with(&bed, "versions=~1.2, tickets=1", NULL, NULL));
    CHECK_UINT_EQ(count_messages(&bed, "NewSessionTicket"), 1);
    bed_close(&bed);
}

/* Connect, and connect again with the session of the first time; is it resumed? */
static bool resumes(const char *tls)
{
    struct bed bed = {0};
    SSL_SESSION *session = NULL;
    char byte = 0;
    bool resumed = false;

    if (!test_check(try_with(&bed, tls, NULL, NULL), __FILE__, __LINE__, "%s", tls))
        return false;
    (void)SSL_read(bed.client, &byte, 1); /* takes the tickets of TLS 1.3 */
    session = SSL_get1_session(bed.client);
    SSL_shutdown(bed.client);
    bed_pump(&bed);
    CHECK(bed_reconnect(&bed));
    SSL_set_session(bed.client, session);
    CHECK(bed_handshake(&bed));
    CHECK_UINT_EQ(bed_count(&bed, EV_TLS_ESTABLISHED), 2);
    resumed = event_get_bool(bed_event(&bed, EV_TLS_ESTABLISHED, 1), "resumed");
    CHECK(resumed == (SSL_session_reused(bed.client) == 1));
    SSL_SESSION_free(session);
    bed_close(&bed);
    return resumed;
}

static void session_cache(void)
{
    CHECK(!resumes("versions=~1.2,"));
    CHECK(resumes("versions=~1.2, session_cache=true"));
    CHECK(resumes("versions=~1.2, tickets=1"));
    CHECK(!resumes("versions=~1.3,"));
    CHECK(resumes("versions=~1.3, tickets=1"));
    CHECK(resumes("versions=~1.2, session_cache=true client_auth=request"));
}

static void offer_two(SSL_CTX *client)
{
    SSL_CTX_set_alpn_protos(client, (const unsigned char *)"\x04mqtt\x02h2", 8);
}

static void alpn(void)
{
    static const struct {
        const char *tls;
        const char *chosen;
    } rows[] = {{NULL, ""}, {"alpn=h2,mqtt", "h2"}, {"alpn=x,mqtt", "mqtt"}, {"alpn=x,y", ""}};
    struct bed bed = {0};

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const unsigned char *name = NULL;
        unsigned len = 0;

        CHECK(try_with(&bed, rows[i].tls, NULL, offer_two));
        CHECK_STR_EQ(tls_conn_alpn(bed.conn), rows[i].chosen);
        CHECK_STR_EQ(established(&bed, "alpn"), rows[i].chosen);
        SSL_get0_alpn_selected(bed.client, &name, &len);
        CHECK_UINT_EQ(len, strlen(rows[i].chosen));
        CHECK(event_has_text(bed_event(&bed, EV_TLS_CLIENT_HELLO, 0), "alpn", "mqtt"));
    }
    CHECK(try_with(&bed, "alpn=mqtt", NULL, NULL));
    CHECK_STR_EQ(tls_conn_alpn(bed.conn), "");
    bed_close(&bed);
}

static void alpn_required(void)
{
    struct bed bed = {0};

    CHECK(try_with(&bed, "alpn=mqtt alpn_required=true", NULL, offer_two));
    CHECK(!try_with(&bed, "alpn=x alpn_required=true", NULL, offer_two));
    CHECK(bed_alert(&bed, "tx", "no_application_protocol"));
    CHECK(!try_with(&bed, "alpn=mqtt alpn_required=true", NULL, NULL));
    CHECK(bed_alert(&bed, "tx", "no_application_protocol"));
    bed_close(&bed);
    expect_refusal("alpn_required=true", NULL, ASSAY_ERR_MALFORMED, "tls.alpn_required: it needs");
}

static void alpn_answer(void)
{
    static const char answer[] = "\x00\x10\x00\x0b\x00\x09\x08unoffere";
    struct bed bed = {0};

    /* OpenSSL's client takes note of it without a word in 1.2; in 1.3 it may refuse. */
    (void)try_with(&bed, "versions=~1.2, alpn_answer=unoffere", NULL, offer_two);
    CHECK(message_holds(&bed, "ServerHello", answer, sizeof(answer) - 1));
    (void)try_with(&bed, "versions=~1.3, alpn_answer=unoffere", NULL, offer_two);
    CHECK(message_holds(&bed, "EncryptedExtensions", answer, sizeof(answer) - 1));
    bed_close(&bed);
}

static void sni(void)
{
    static const struct {
        const char *tls;
        bool named;
        bool ok;
        bool alert;
    } rows[] = {
        {"sni=ignore", false, true, false}, {"sni=ignore", true, true, false},
        {"sni=require", true, true, false}, {"sni=require", false, false, true},
        {"sni=refuse", true, false, true},  {"sni=refuse", false, false, true},
        {"sni=warn", true, true, true},     {"sni=warn", false, true, false},
    };
    struct bed bed = {0};

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        REQUIRE(bed_open(&bed));
        at_most_1_2(bed.client_ctx);
        REQUIRE_OK(bed_serve(&bed, rows[i].tls, NULL));
        if (!rows[i].named)
            SSL_set_tlsext_host_name(bed.client, NULL);
        CHECK(bed_handshake(&bed) == rows[i].ok);
        CHECK(bed_alert(&bed, "tx", "unrecognized_name") == rows[i].alert);
        bed_close(&bed);
    }
}

static unsigned client_psk(SSL *ssl, const char *hint, char *identity, unsigned max_identity,
                           unsigned char *psk, unsigned max_psk)
{
    (void)ssl, (void)max_psk;
    snprintf(identity, max_identity, "%s", hint != NULL ? hint : "board");
    memset(psk, 0x5a, 16);
    return 16;
}

static void know_psk(SSL_CTX *client)
{
    SSL_CTX_set_psk_client_callback(client, client_psk);
}

static void know_psk_1_2(SSL_CTX *client)
{
    know_psk(client);
    at_most_1_2(client);
}

#define PSK_KEY "psk.hex=~5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a "

static void psk(void)
{
    static const struct {
        const char *tls;
        bool tls13;
        bool ok;
        const char *alert;
    } rows[] = {
        {PSK_KEY "psk.identity=board ciphers=PSK", false, true, NULL},
        {PSK_KEY "psk.identity=you psk.hint=you ciphers=PSK", false, true, NULL},
        {PSK_KEY "psk.identity=other ciphers=PSK", false, false, "unknown_psk_identity"},
        {"psk.identity=board psk.hex=~00 ciphers=PSK", false, false, NULL},
        {PSK_KEY "psk.identity=board versions=~1.3,", true, true, NULL},
        {"psk.identity=board psk.hex=~00 versions=~1.3,", true, false, "illegal_parameter"},
    };
    struct bed bed = {0};

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        REQUIRE(bed_open(&bed));
        (rows[i].tls13 ? know_psk : know_psk_1_2)(bed.client_ctx);
        CHECK_OK(bed_serve_chain(&bed, rows[i].tls, NULL, ","));
        CHECK(bed_handshake(&bed) == rows[i].ok);
        CHECK(bed_message(&bed, "tx", "Certificate") == NULL);
        CHECK(rows[i].alert == NULL || bed_alert(&bed, "tx", rows[i].alert));
        CHECK((tls_conn_stage(bed.conn) == TLS_STAGE_ESTABLISHED) == rows[i].ok);
        bed_close(&bed);
    }
}

static void ask_for_status(SSL_CTX *client)
{
    SSL_CTX_set_tlsext_status_type(client, TLSEXT_STATUSTYPE_ocsp);
}

static void staple(void)
{
    static const char *const versions_[] = {"versions=~1.2, staple=~30030a0106",
                                            "versions=~1.3, staple=~30030a0106"};
    struct bed bed = {0};

    for (size_t i = 0; i < 2; i++) {
        const unsigned char *bytes = NULL;

        CHECK(try_with(&bed, versions_[i], NULL, ask_for_status));
        CHECK_INT_EQ(SSL_get_tlsext_status_ocsp_resp(bed.client, &bytes), 5);
        CHECK(bytes != NULL && memcmp(bytes, "\x30\x03\x0a\x01\x06", 5) == 0);
        CHECK(event_get_bool(bed_event(&bed, EV_TLS_CLIENT_HELLO, 0), "status_request"));
        CHECK(try_with(&bed, versions_[i], NULL, NULL));
        CHECK(!message_holds(&bed, "Certificate", "\x30\x03\x0a\x01\x06", 5));
        CHECK(bed_message(&bed, "tx", "CertificateStatus") == NULL);
        bed_close(&bed);
    }
}

static void extended_master_secret(void)
{
    struct bed bed = {0};

    CHECK(try_with(&bed, "versions=~1.2,", NULL, NULL));
    CHECK(event_has_int(bed_event(&bed, EV_TLS_SERVER_HELLO, 0), "extensions", EXT_EMS));
    CHECK(try_with(&bed, "versions=~1.2, extended_master_secret=false", NULL, NULL));
    CHECK(!event_has_int(bed_event(&bed, EV_TLS_SERVER_HELLO, 0), "extensions", EXT_EMS));
    bed_close(&bed);
}

static void encrypt_then_mac(void)
{
    struct bed bed = {0};

    CHECK(try_with(&bed, "versions=~1.2, ciphers=ECDHE-ECDSA-AES128-SHA", NULL, NULL));
    CHECK(event_has_int(bed_event(&bed, EV_TLS_SERVER_HELLO, 0), "extensions", EXT_ETM));
    CHECK(try_with(&bed, "versions=~1.2, ciphers=ECDHE-ECDSA-AES128-SHA encrypt_then_mac=false",
                   NULL, NULL));
    CHECK(!event_has_int(bed_event(&bed, EV_TLS_SERVER_HELLO, 0), "extensions", EXT_ETM));
    bed_close(&bed);
}

/* The longest record of what the server wrote, without its header. */
static size_t longest_record(const struct buf *wire)
{
    struct reader r = reader_over(wire->data, wire->len);
    struct reader record = {0};
    size_t longest = 0;

    while (reader_skip(&r, 3) == ASSAY_OK && reader_vec16(&r, &record) == ASSAY_OK)
        if (reader_left(&record) > longest)
            longest = reader_left(&record);
    return longest;
}

static size_t longest_of_4000(const char *tls, void (*prepare)(SSL_CTX *client))
{
    static const char data[4000];
    struct bed bed = {0};
    size_t longest = 0;

    CHECK(try_with(&bed, tls, NULL, prepare));
    buf_clear(&bed.to_client);
    CHECK_OK(tls_conn_send(bed.conn, data, sizeof(data)));
    bed_pump(&bed);
    longest = longest_record(&bed.to_client);
    bed_close(&bed);
    return longest;
}

static void want_1024(SSL_CTX *client)
{
    SSL_CTX_set_tlsext_max_fragment_length(client, TLSEXT_max_fragment_length_1024);
}

static void max_send_fragment(void)
{
    size_t longest = longest_of_4000(NULL, NULL);

    CHECK(longest >= 4000);
    longest = longest_of_4000("max_send_fragment=512", NULL);
    CHECK(longest >= 512 && longest < 600);
    /* What the board negotiates is kept without any setting. */
    longest = longest_of_4000(NULL, want_1024);
    CHECK(longest >= 1024 && longest < 1100);
    longest = longest_of_4000("versions=~1.2,", want_1024);
    CHECK(longest >= 1024 && longest < 1100);
}

static void key_log(void)
{
    struct bed bed = {0};

    CHECK(try_with(&bed, NULL, NULL, NULL));
    CHECK(bed_count(&bed, EV_TLS_KEY_LOG) >= 4);
    CHECK(try_with(&bed, "key_log=false", NULL, NULL));
    CHECK_UINT_EQ(bed_count(&bed, EV_TLS_KEY_LOG), 0);
    bed_close(&bed);
}

/* Tests are named after the keys. */
static void every_key_has_a_test_of_its_effect(void)
{
    for (const struct key_spec *row = tls_keys; row->name != NULL; row++) {
        const struct test_case *test = test_suite.cases;

        while (test->name != NULL && strcmp(test->name, row->name) != 0)
            test++;
        test_check(test->name != NULL, __FILE__, __LINE__, "tls.%s has no test", row->name);
    }
}

TEST_SUITE(tls_keys, TEST(every_key_has_a_test_of_its_effect), TEST(anonymous_suites_only_by_name),
           TEST(versions), TEST(ciphers), TEST(ciphersuites), TEST(groups), TEST(server_preference),
           TEST(dh_bits), TEST(security_level), TEST(signature_algorithms), TEST(key),
           TEST(client_auth), TEST(client_ca_names), TEST(client_certificate_types),
           TEST(client_signature_algorithms), TEST(tickets), TEST(session_cache), TEST(alpn),
           TEST(alpn_required), TEST(alpn_answer), TEST(sni), TEST(psk), TEST(staple),
           TEST(extended_master_secret), TEST(encrypt_then_mac), TEST(max_send_fragment),
           TEST(key_log));
