/* SPDX-License-Identifier: Apache-2.0 */
/* The keys that say what the server answers to extensions, and what it keeps and records. */
#include "tls_key_bed.h"

#include "base/reader.h"
#include "test_support.h"

#include <openssl/err.h>
#include <openssl/ocsp.h>
#include <stdio.h>

enum { EXT_ETM = 22, EXT_EMS = 23 };

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

    CHECK(key_try(&bed, NULL, NULL, NULL));
    CHECK_UINT_EQ(count_messages(&bed, "NewSessionTicket"), 0);
    CHECK(key_try(&bed, "tickets=3", NULL, NULL));
    CHECK_UINT_EQ(count_messages(&bed, "NewSessionTicket"), 3);
    CHECK(key_try(&bed, "versions=~1.2,", NULL, NULL));
    CHECK_UINT_EQ(count_messages(&bed, "NewSessionTicket"), 0);
    CHECK(key_try(&bed, "versions=~1.2, tickets=1", NULL, NULL));
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

    if (!test_check(key_try(&bed, tls, NULL, NULL), __FILE__, __LINE__, "%s", tls))
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

        CHECK(key_try(&bed, rows[i].tls, NULL, offer_two));
        CHECK_STR_EQ(tls_conn_alpn(bed.conn), rows[i].chosen);
        CHECK_STR_EQ(key_established(&bed, "alpn"), rows[i].chosen);
        SSL_get0_alpn_selected(bed.client, &name, &len);
        CHECK_UINT_EQ(len, strlen(rows[i].chosen));
        CHECK(event_has_text(bed_event(&bed, EV_TLS_CLIENT_HELLO, 0), "alpn", "mqtt"));
    }
    CHECK(key_try(&bed, "alpn=mqtt", NULL, NULL));
    CHECK_STR_EQ(tls_conn_alpn(bed.conn), "");
    bed_close(&bed);
}

static void alpn_required(void)
{
    struct bed bed = {0};

    CHECK(key_try(&bed, "alpn=mqtt alpn_required=true", NULL, offer_two));
    CHECK(!key_try(&bed, "alpn=x alpn_required=true", NULL, offer_two));
    CHECK(bed_alert(&bed, "tx", "no_application_protocol"));
    CHECK(!key_try(&bed, "alpn=mqtt alpn_required=true", NULL, NULL));
    CHECK(bed_alert(&bed, "tx", "no_application_protocol"));
    bed_close(&bed);
    key_refused("alpn_required=true", NULL, ASSAY_ERR_MALFORMED, "tls.alpn_required: it needs");
}

static void alpn_answer(void)
{
    static const char answer[] = "\x00\x10\x00\x0b\x00\x09\x08unoffere";
    struct bed bed = {0};

    /* OpenSSL's client takes note of it without a word in 1.2; in 1.3 it may refuse. */
    (void)key_try(&bed, "versions=~1.2, alpn_answer=unoffere", NULL, offer_two);
    CHECK(key_message_holds(&bed, "ServerHello", answer, sizeof(answer) - 1));
    (void)key_try(&bed, "versions=~1.3, alpn_answer=unoffere", NULL, offer_two);
    CHECK(key_message_holds(&bed, "EncryptedExtensions", answer, sizeof(answer) - 1));
    CHECK(key_try(&bed, "alpn=mqtt, alpn_answer=", NULL, offer_two));
    CHECK_STR_EQ(tls_conn_alpn(bed.conn), "");
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
        key_at_most_1_2(bed.client_ctx);
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
    key_at_most_1_2(client);
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

        CHECK(key_try(&bed, versions_[i], NULL, ask_for_status));
        CHECK_INT_EQ(SSL_get_tlsext_status_ocsp_resp(bed.client, &bytes), 5);
        CHECK(bytes != NULL && memcmp(bytes, "\x30\x03\x0a\x01\x06", 5) == 0);
        CHECK(event_get_bool(bed_event(&bed, EV_TLS_CLIENT_HELLO, 0), "status_request"));
        CHECK(key_try(&bed, versions_[i], NULL, NULL));
        CHECK(!key_message_holds(&bed, "Certificate", "\x30\x03\x0a\x01\x06", 5));
        CHECK(bed_message(&bed, "tx", "CertificateStatus") == NULL);
        bed_close(&bed);
    }
}

/* What OpenSSL's verifier says of the response that the client got; NULL: it is as it should be. */
static const char *judge_ocsp(const struct bed *bed, int wanted)
{
    const unsigned char *der = NULL;
    long len = SSL_get_tlsext_status_ocsp_resp(bed->client, &der);
    OCSP_RESPONSE *response = len > 0 ? d2i_OCSP_RESPONSE(NULL, &der, len) : NULL;
    OCSP_BASICRESP *basic = response != NULL ? OCSP_response_get1_basic(response) : NULL;
    STACK_OF(X509) *chain = SSL_get0_verified_chain(bed->client);
    X509 *issuer = sk_X509_num(chain) > 1 ? sk_X509_value(chain, 1) : NULL;
    OCSP_CERTID *id =
        issuer != NULL ? OCSP_cert_to_id(NULL, sk_X509_value(chain, 0), issuer) : NULL;
    ASN1_GENERALIZEDTIME *from = NULL;
    ASN1_GENERALIZEDTIME *to = NULL;
    X509_STORE *store = SSL_CTX_get_cert_store(bed->client_ctx);
    int status = -1;
    const char *wrong = NULL;

    X509_VERIFY_PARAM_set_time(X509_STORE_get0_param(store), (time_t)bed->now_s);
    if (basic == NULL)
        wrong = "no response";
    else if (OCSP_basic_verify(basic, chain, store, 0) != 1)
        wrong = "signature";
    else if (id == NULL || OCSP_resp_find_status(basic, id, &status, NULL, NULL, &from, &to) != 1)
        wrong = "certificate";
    else if (status != wanted)
        wrong = "status";
    else if (ASN1_TIME_cmp_time_t(from, (time_t)bed->now_s - 3600) != 0 || to == NULL ||
             ASN1_TIME_cmp_time_t(to, (time_t)bed->now_s + 86400) != 0)
        wrong = "times";
    OCSP_CERTID_free(id);
    OCSP_BASICRESP_free(basic);
    OCSP_RESPONSE_free(response);
    ERR_clear_error();
    return wrong;
}

static void ocsp(void)
{
    static const struct {
        const char *tls;
        const char *certs;
        int status;
        const char *wrong;
    } rows[] = {
        {"ocsp.status=good", NULL, V_OCSP_CERTSTATUS_GOOD, NULL},
        {"versions=~1.2, ocsp.status=revoked", NULL, V_OCSP_CERTSTATUS_REVOKED, NULL},
        {"versions=~1.3, ocsp.status=unknown", NULL, V_OCSP_CERTSTATUS_UNKNOWN, NULL},
        {"ocsp.status=try-later", NULL, 0, "no response"},
        {"ocsp.this_update=-2h", NULL, 0, "times"},
        {"ocsp.next_update=none", NULL, 0, "times"},
        {"ocsp.signer=r", "leaf.recipe=leaf r.subject=CN=r r.extended_key_usage.uses=OCSPSigning,",
         0, NULL},
        {"ocsp.signer=r", "leaf.recipe=leaf r.subject=CN=r", 0, "signature"},
        {"ocsp.signer=r", "leaf.recipe=leaf r.recipe=other-root", 0, "signature"},
        {"ocsp.certificate=r", "leaf.recipe=leaf r.recipe=leaf", 0, "certificate"},
        {"ocsp.status=good", "leaf.key=rsa2048", 0, NULL},
    };
    struct bed bed = {0};

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const char *wrong = NULL;

        CHECK(key_try(&bed, rows[i].tls, rows[i].certs, ask_for_status));
        wrong = judge_ocsp(&bed, rows[i].status);
        CHECK_STR_EQ(wrong != NULL ? wrong : "right",
                     rows[i].wrong != NULL ? rows[i].wrong : "right");
    }
    CHECK(key_try(&bed, "ocsp.status=good", NULL, NULL));
    CHECK_STR_EQ(judge_ocsp(&bed, 0), "no response");
    bed_close(&bed);
    key_refused("ocsp.status=perhaps", NULL, ASSAY_ERR_MALFORMED, "tls.ocsp.status is \"perhaps\"");
    key_refused("ocsp.signer=you", NULL, ASSAY_ERR_MALFORMED, "tls.ocsp.signer is \"you\"");
    key_refused("ocsp.this_update=soon", NULL, ASSAY_ERR_MALFORMED, "tls.ocsp.this_update");
    key_refused("ocsp.status=good staple=~3003", NULL, ASSAY_ERR_MALFORMED, "tls.staple");
}

static void extended_master_secret(void)
{
    struct bed bed = {0};

    CHECK(key_try(&bed, "versions=~1.2,", NULL, NULL));
    CHECK(event_has_int(bed_event(&bed, EV_TLS_SERVER_HELLO, 0), "extensions", EXT_EMS));
    CHECK(key_try(&bed, "versions=~1.2, extended_master_secret=false", NULL, NULL));
    CHECK(!event_has_int(bed_event(&bed, EV_TLS_SERVER_HELLO, 0), "extensions", EXT_EMS));
    bed_close(&bed);
}

static void encrypt_then_mac(void)
{
    struct bed bed = {0};

    CHECK(key_try(&bed, "versions=~1.2, ciphers=ECDHE-ECDSA-AES128-SHA", NULL, NULL));
    CHECK(event_has_int(bed_event(&bed, EV_TLS_SERVER_HELLO, 0), "extensions", EXT_ETM));
    CHECK(key_try(&bed, "versions=~1.2, ciphers=ECDHE-ECDSA-AES128-SHA encrypt_then_mac=false",
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

    CHECK(key_try(&bed, tls, NULL, prepare));
    buf_clear(&bed.to_client);
    CHECK_OK(tls_conn_send(bed.conn, data, sizeof(data)));
    bed_pump(&bed);
    longest = longest_record(&bed.to_client);
    bed_close(&bed);
    return longest;
}

/* RFC 8446 section 5.4: 5 bytes of data are as long as 300; of TLS 1.2 nothing is padded. */
static size_t longest_of_5(const char *tls)
{
    struct bed bed = {0};
    size_t longest = 0;

    CHECK(key_try(&bed, tls, NULL, NULL));
    buf_clear(&bed.to_client);
    CHECK_OK(tls_conn_send(bed.conn, "hello", 5));
    bed_pump(&bed);
    longest = longest_record(&bed.to_client);
    bed_close(&bed);
    return longest;
}

static void record_padding(void)
{
    CHECK(longest_of_5(NULL) < 64);
    CHECK(longest_of_5("record_padding=512") >= 512);
    CHECK(longest_of_5("record_padding=512 versions=~1.2,") < 64);
}

static void unknown_extensions(void)
{
    static const char extension[] = "\x3a\x3a\x00\x05"
                                    "bench";
    struct bed bed = {0};
    const size_t len = sizeof(extension) - 1;

    CHECK(key_try(&bed, "unknown_extensions=true client_auth=request tickets=1", NULL, NULL));
    CHECK(key_message_holds(&bed, "CertificateRequest", extension, len));
    CHECK(key_message_holds(&bed, "NewSessionTicket", extension, len));
    CHECK(!key_message_holds(&bed, "EncryptedExtensions", extension, len));
    CHECK(key_try(&bed, "client_auth=request tickets=1", NULL, NULL));
    CHECK(!key_message_holds(&bed, "CertificateRequest", extension, len));
    CHECK(!key_message_holds(&bed, "NewSessionTicket", extension, len));
    bed_close(&bed);
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
}

/* RFC 6066 section 4: what the board asks for is kept without any setting. */
static void negotiates_max_fragment_length(void)
{
    size_t longest = longest_of_4000(NULL, want_1024);
    CHECK(longest >= 1024 && longest < 1100);
    longest = longest_of_4000("versions=~1.2,", want_1024);
    CHECK(longest >= 1024 && longest < 1100);
}

static void key_log(void)
{
    struct bed bed = {0};

    CHECK(key_try(&bed, NULL, NULL, NULL));
    CHECK(bed_count(&bed, EV_TLS_KEY_LOG) >= 4);
    CHECK(key_try(&bed, "key_log=false", NULL, NULL));
    CHECK_UINT_EQ(bed_count(&bed, EV_TLS_KEY_LOG), 0);
    bed_close(&bed);
}

#define AS_TEST(key) TEST(key),

TEST_SUITE(tls_key_answers, KEYS_OF_ANSWERS(AS_TEST) TEST(negotiates_max_fragment_length));
