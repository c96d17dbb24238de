/* SPDX-License-Identifier: Apache-2.0 */
/* Chains as the scenario writes them: every key, every order, every oddity that libssl can send. */
#include "tls_bed.h"

#include "base/reader.h"
#include "test_support.h"

#include <stdio.h>

/* A client that minds nothing and knows every curve. */
static void mind_nothing(struct bed *bed)
{
    SSL_CTX_set_verify(bed->client_ctx, SSL_VERIFY_NONE, NULL);
    bed_client_groups(bed->client_ctx,
                      "P-256:P-384:P-521:X25519:P-224:P-192:secp160r1:secp256k1:brainpoolP256r1:"
                      "brainpoolP384r1:brainpoolP512r1");
}

static bool serve(struct bed *bed, const char *tls, const char *certs, const char *chain)
{
    if (!(bed->store != NULL ? bed_again(bed) : bed_open(bed)))
        return false;
    mind_nothing(bed);
    return test_check(bed_serve_chain(bed, tls, certs, chain) == ASSAY_OK, __FILE__, __LINE__,
                      "%s, %s: %s", tls != NULL ? tls : "", certs, bed->err.text);
}

static const struct {
    const char *key;
    bool tls13; /* RFC 8446 has an algorithm for it */
} keys[] = {
    {"p256", true},          {"p384", true},          {"p521", true},       {"p224", false},
    {"p192", false},         {"secp160r1", false},    {"secp256k1", false}, {"brainpool256", false},
    {"brainpool384", false}, {"brainpool512", false}, {"ed25519", true},    {"ed448", true},
    {"rsa512", false},       {"rsa768", true},        {"rsa1024", true},    {"rsa2048", true},
    {"rsapss2048", true},
};

static void serves_a_leaf_with_each_kind_of_key(void)
{
    struct bed bed = {0};

    for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
        char certs[100];

        snprintf(certs, sizeof(certs), "leaf.recipe=leaf leaf.key=%s", keys[i].key);
        REQUIRE(serve(&bed, "versions=~1.2,", certs, "leaf,"));
        test_check(bed_handshake(&bed), __FILE__, __LINE__, "%s, TLS 1.2: %s", keys[i].key,
                   bed.client_reason);
        if (!keys[i].tls13)
            continue;
        REQUIRE(serve(&bed, "versions=~1.3,", certs, "leaf,"));
        test_check(bed_handshake(&bed), __FILE__, __LINE__, "%s, TLS 1.3: %s", keys[i].key,
                   bed.client_reason);
    }
    bed_close(&bed);
}

static const struct {
    const char *certs;
    const char *chain;
} odd[] = {
    {"leaf.recipe=leaf leaf.hash=sha1", "leaf,"},
    {"leaf.recipe=leaf leaf.hash=md5 leaf.key=rsa2048 leaf.issuer=r r.recipe=root r.key=rsa2048",
     "leaf,"},
    {"leaf.recipe=leaf leaf.version=1", "leaf,"},
    {"leaf.recipe=leaf leaf.subject=", "leaf,"},
    {"leaf.recipe=leaf leaf.issuer=self", "leaf,"},
    {"leaf.recipe=leaf leaf.flip_signature_bit=3", "leaf,"},
    {"leaf.recipe=leaf leaf.not_before=+1d leaf.not_after=+2d", "leaf,"},
    {"leaf.recipe=leaf leaf.not_before=-2d leaf.not_after=-1d", "leaf,"},
    {"leaf.recipe=leaf leaf.extended_key_usage.uses=clientAuth,", "leaf,"},
    {"leaf.recipe=leaf leaf.key_usage.uses=keyEncipherment, leaf.key=rsa2048", "leaf,"},
    {"leaf.recipe=leaf leaf.extended_key_usage.uses=,", "leaf,"},
    {"leaf.recipe=leaf middle.recipe=intermediate", "leaf,middle"},
    {"leaf.recipe=leaf", "leaf,bench-root"},
    {"leaf.recipe=leaf leaf.issuer=middle middle.recipe=intermediate", "leaf,bench-root,middle"},
    {"leaf.recipe=leaf leaf.issuer=middle middle.recipe=intermediate", "leaf,leaf,middle,middle"},
};

/* Does the Certificate message hold exactly the members of the chain, in their order? */
static bool sent_as_written(const struct bed *bed)
{
    const struct event *e = bed_message(bed, "tx", "Certificate");
    const struct event_field *bytes = e != NULL ? event_field(e, "bytes") : NULL;
    struct reader r =
        reader_over(bytes != NULL ? bytes->text : NULL, bytes != NULL ? bytes->text_len : 0);
    struct reader list = {0};
    struct reader member = {0};

    if (reader_skip(&r, 4) != ASSAY_OK || reader_vec24(&r, &list) != ASSAY_OK)
        return false;
    for (size_t i = 0; i < pki_chain_count(bed->chain); i++) {
        size_t len = 0;
        const uint8_t *der = pki_chain_der(bed->chain, i, &len);

        if (reader_vec24(&list, &member) != ASSAY_OK || reader_left(&member) != len ||
            memcmp(reader_here(&member), der, len) != 0)
            return false;
    }
    return reader_left(&list) == 0;
}

static void sends_what_is_written_whatever_it_is(void)
{
    struct bed bed = {0};

    for (size_t i = 0; i < sizeof(odd) / sizeof(odd[0]); i++) {
        REQUIRE(serve(&bed, "versions=~1.2,", odd[i].certs, odd[i].chain));
        test_check(bed_handshake(&bed), __FILE__, __LINE__, "%s: %s", odd[i].certs,
                   bed.client_reason);
        test_check(sent_as_written(&bed), __FILE__, __LINE__, "%s was not sent as it is",
                   odd[i].certs);
    }
    bed_close(&bed);
}

/* libssl would take such a leaf for none up to TLS 1.2, and its own client refuses it. */
static void serves_a_leaf_that_may_not_sign(void)
{
    static const char *const uses[] = {"keyCertSign", "keyEncipherment", ""};
    struct bed bed = {0};

    for (size_t i = 0; i < sizeof(uses) / sizeof(uses[0]); i++) {
        char certs[100];

        snprintf(certs, sizeof(certs), "leaf.recipe=leaf leaf.key_usage.uses=%s,", uses[i]);
        REQUIRE(serve(&bed, "versions=~1.2,", certs, "leaf,"));
        CHECK(!bed_handshake(&bed));
        CHECK(sent_as_written(&bed));
        CHECK(bed_message(&bed, "tx", "ServerHelloDone") != NULL);
        CHECK(bed_alert(&bed, "rx", "handshake_failure"));
    }
    bed_close(&bed);
}

static void sends_a_chain_of_sixty_members(void)
{
    struct bed bed = {0};
    char chain[600] = "leaf";
    size_t len = 4;

    for (unsigned i = 0; i < 60; i++)
        len += (size_t)snprintf(chain + len, sizeof(chain) - len, ",middle");
    REQUIRE(serve(&bed, "versions=~1.2,", "leaf.recipe=leaf middle.recipe=intermediate", chain));
    CHECK(bed_handshake(&bed));
    CHECK(sent_as_written(&bed));
    CHECK_INT_EQ(event_get_int(bed_event(&bed, EV_TLS_CERTIFICATE_SENT, 0), "chain_length", 0), 61);
    bed_close(&bed);
}

/* The server knows this CA, for checking boards, and must not add it to its own chain. */
static void adds_no_issuer_of_its_own_accord(void)
{
    struct bed bed = {0};

    REQUIRE(serve(&bed, "versions=~1.2, client_auth=request",
                  "leaf.recipe=leaf leaf.issuer=client-ca", "leaf,"));
    CHECK(bed_handshake(&bed));
    CHECK(sent_as_written(&bed));
    bed_close(&bed);
}

static void says_what_libssl_cannot_send(void)
{
    static const struct {
        const char *certs;
        const char *chain;
        const char *says;
    } rows[] = {
        {"leaf.recipe=leaf leaf.der=~3003020101", "leaf,", "chain.1: OpenSSL cannot send"},
        {"leaf.recipe=leaf junk.der=~3003020101", "leaf,junk", "chain.2: OpenSSL cannot send"},
        {"leaf.recipe=leaf", ",", "chain: a server without certificates needs tls.psk"},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct bed bed = {0};

        REQUIRE(bed_open(&bed));
        CHECK_INT_EQ(bed_serve_chain(&bed, NULL, rows[i].certs, rows[i].chain),
                     ASSAY_ERR_UNSUPPORTED);
        CHECK_STR_CONTAINS(bed.err.text, rows[i].says);
        bed_close(&bed);
    }
}

static void serves_without_certificate_where_the_suites_allow(void)
{
    struct bed bed = {0};

    REQUIRE(serve(&bed, "versions=~1.2, ciphers=AECDH-AES128-SHA", "leaf.recipe=leaf", ","));
    CHECK(bed_handshake(&bed));
    CHECK(bed_message(&bed, "tx", "Certificate") == NULL);
    bed_close(&bed);
}

TEST_SUITE(tls_chain, TEST(serves_a_leaf_with_each_kind_of_key),
           TEST(sends_what_is_written_whatever_it_is), TEST(serves_a_leaf_that_may_not_sign),
           TEST(sends_a_chain_of_sixty_members), TEST(adds_no_issuer_of_its_own_accord),
           TEST(says_what_libssl_cannot_send),
           TEST(serves_without_certificate_where_the_suites_allow));
