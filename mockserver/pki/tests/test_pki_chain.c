/* SPDX-License-Identifier: Apache-2.0 */
#include "pki_test_support.h"
#include "test_support.h"

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

#include <stdio.h>

static const char *const two_links = "{'certs': {'leaf': {'recipe': 'leaf', 'issuer': 'middle'},"
                                     " 'middle': {'recipe': 'intermediate'}},"
                                     " 'chain': ['leaf', 'middle']}";

static void good_chains_verify_strictly(void)
{
    static const char *const rows[] = {
        "{'certs': {'leaf': {'recipe': 'leaf'}}}",
        "{'certs': {'leaf': {'recipe': 'leaf'}}, 'chain': ['leaf', 'bench-root']}",
        "{'certs': {'leaf': {'recipe': 'leaf', 'key': 'rsa1024'}}}",
        "{'certs': {'leaf': {'recipe': 'leaf', 'key': 'p384', 'hash': 'sha384'}}}",
        "{'certs': {'leaf': {'recipe': 'leaf', 'key': 'ed25519'}}}",
        ("{'certs': {'leaf': {'issuer': 'b'}, 'b': {'recipe': 'intermediate', 'issuer': 'a'},"
         " 'a': {'recipe': 'intermediate'}}, 'chain': ['leaf', 'b', 'a']}"),
    };
    struct pki_store *store = pki_store_new();

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct pki_chain *chain = chain_of(store, rows[i]);

        REQUIRE(chain != NULL);
        CHECK_INT_EQ(verify_strictly(store, chain, "broker.bench.test"), X509_V_OK);
        CHECK_INT_EQ(X509_check_private_key(pki_chain_x509(chain, 0), pki_chain_key(chain)), 1);
        pki_chain_free(chain);
    }
    pki_store_free(store);
}

static void a_ca_stays_the_same_and_a_leaf_is_new_each_time(void)
{
    struct pki_store *store = pki_store_new();
    struct pki_chain *first = chain_of(store, two_links);
    struct pki_chain *again = chain_of(store, two_links);
    size_t lens[2] = {0};

    REQUIRE(first != NULL && again != NULL);
    const uint8_t *ca = pki_chain_der(first, 1, &lens[0]);
    const uint8_t *same_ca = pki_chain_der(again, 1, &lens[1]);
    REQUIRE(lens[0] == lens[1]);
    CHECK_MEM_EQ(ca, same_ca, lens[0]);
    CHECK(ASN1_INTEGER_cmp(X509_get0_serialNumber(pki_chain_x509(first, 0)),
                           X509_get0_serialNumber(pki_chain_x509(again, 0))) != 0);
    CHECK_INT_EQ(EVP_PKEY_eq(pki_chain_key(first), pki_chain_key(again)), 1);
    pki_chain_free(first);
    pki_chain_free(again);
    pki_store_free(store);
}

static void a_ca_is_the_same_all_day_long_and_another_one_tomorrow(void)
{
    struct pki_store *store = pki_store_new();
    struct value *certs =
        tree("{'leaf': {'issuer': 'middle'}, 'middle': {'recipe': 'intermediate'}}");
    struct value *names = tree("['middle']");
    static const int64_t offsets[] = {0, 3600 * 15, 3600 * 17}; /* NOW_S is 08:00 */
    struct pki_chain *chains[3] = {NULL};

    for (size_t i = 0; i < 3; i++)
        REQUIRE_OK(pki_chain_make(store, certs, names, NOW_S + offsets[i], &chains[i], NULL));
    CHECK_INT_EQ(X509_cmp(pki_chain_x509(chains[0], 0), pki_chain_x509(chains[1], 0)), 0);
    CHECK(X509_cmp(pki_chain_x509(chains[0], 0), pki_chain_x509(chains[2], 0)) != 0);
    for (size_t i = 0; i < 3; i++)
        pki_chain_free(chains[i]);
    value_free(certs);
    value_free(names);
    pki_store_free(store);
}

static void validity_follows_the_scenarios_time(void)
{
    static const int64_t times[] = {946684800, 2147483648, 2524608000, 4102000000};
    struct pki_store *store = pki_store_new();

    for (size_t i = 0; i < sizeof(times) / sizeof(times[0]); i++) {
        struct pki_chain *chain = NULL;
        int64_t now_s = times[i] + 86400;
        time_t at[] = {(time_t)now_s - 86400, (time_t)now_s + 90 * 86400};

        REQUIRE_OK(pki_chain_make(store, NULL, NULL, now_s, &chain, NULL));
        X509 *leaf = pki_chain_x509(chain, 0);
        CHECK_INT_EQ(ASN1_TIME_cmp_time_t(X509_get0_notBefore(leaf), at[0]), 0);
        CHECK_INT_EQ(ASN1_TIME_cmp_time_t(X509_get0_notAfter(leaf), at[1]), 0);
        pki_chain_free(chain);
    }
    pki_store_free(store);
}

static void nothing_given_is_a_good_leaf(void)
{
    struct pki_store *store = pki_store_new();
    struct pki_chain *chain = NULL;

    REQUIRE_OK(pki_chain_make(store, NULL, NULL, NOW_S, &chain, NULL));
    CHECK_UINT_EQ(pki_chain_count(chain), 1);
    CHECK_INT_EQ(verify_strictly(store, chain, "broker.bench.test"), X509_V_OK);
    CHECK(pki_chain_key_of(chain, "leaf") == pki_chain_key(chain));
    CHECK(pki_chain_key_of(chain, "other") == NULL);
    pki_chain_free(chain);
    pki_store_free(store);
}

static void an_empty_chain_still_has_the_leafs_key(void)
{
    struct pki_store *store = pki_store_new();
    struct pki_chain *chain = chain_of(store, "{'certs': {'leaf': {}}, 'chain': []}");
    size_t len = 7;

    REQUIRE(chain != NULL);
    CHECK_UINT_EQ(pki_chain_count(chain), 0);
    CHECK(pki_chain_key(chain) == pki_chain_key_of(chain, "leaf"));
    CHECK(pki_chain_der(chain, 0, &len) == NULL);
    CHECK(pki_chain_x509(chain, 0) == NULL);
    CHECK_UINT_EQ(len, 7);
    pki_chain_free(chain);
    pki_store_free(store);
}

static void the_servers_key_is_the_one_that_the_leaf_shows(void)
{
    struct pki_store *store = pki_store_new();
    struct pki_chain *chain =
        chain_of(store, "{'certs': {'leaf': {'public_key_from': 'evil'}, 'evil': {}}}");

    REQUIRE(chain != NULL);
    CHECK(pki_chain_key(chain) == pki_chain_key_of(chain, "evil"));
    CHECK_INT_EQ(X509_check_private_key(pki_chain_x509(chain, 0), pki_chain_key(chain)), 1);
    pki_chain_free(chain);
    pki_store_free(store);
}

static void certificates_may_issue_each_other_in_a_circle(void)
{
    struct pki_store *store = pki_store_new();
    struct pki_chain *chain =
        chain_of(store, "{'certs': {'leaf': {'issuer': 'a'}, 'a': {'recipe': 'intermediate',"
                        " 'issuer': 'b'}, 'b': {'recipe': 'intermediate', 'issuer': 'a'}},"
                        " 'chain': ['leaf', 'a', 'b']}");

    REQUIRE(chain != NULL);
    X509 *a = pki_chain_x509(chain, 1);
    X509 *b = pki_chain_x509(chain, 2);
    CHECK_INT_EQ(X509_check_issued(a, b), X509_V_OK);
    CHECK_INT_EQ(X509_check_issued(b, a), X509_V_OK);
    CHECK_INT_EQ(X509_verify(a, X509_get0_pubkey(b)), 1);
    CHECK_INT_EQ(X509_verify(b, X509_get0_pubkey(a)), 1);
    pki_chain_free(chain);
    pki_store_free(store);
}

static void broken_der_is_handed_out_as_it_is(void)
{
    struct pki_store *store = pki_store_new();
    struct pki_chain *chain = chain_of(store, "{'certs': {'leaf': {'der': '30800000ff'}}}");
    size_t len = 0;

    REQUIRE(chain != NULL);
    const uint8_t *der = pki_chain_der(chain, 0, &len);
    REQUIRE(der != NULL && len == 5);
    CHECK_MEM_EQ(der, "\x30\x80\x00\x00\xff", 5);
    CHECK(pki_chain_x509(chain, 0) == NULL);
    CHECK(pki_chain_key(chain) != NULL);
    pki_chain_free(chain);
    pki_store_free(store);
}

static void damage_hits_the_outer_header_and_nothing_else(void)
{
    static const struct {
        const char *damage;
        int64_t length; /* what the header says minus what follows; INT64_MAX: do not look */
        size_t header;
        int64_t tail; /* bytes more than the certificate has */
    } rows[] = {
        {"long-length", 0, 6, 0},     {"length-short", -1, 6, 0},
        {"length-long", 1, 6, 0},     {"length-huge", INT64_MAX, 6, 0},
        {"trailing-bytes", -4, 4, 4}, {"indefinite-length", INT64_MAX, 2, 2},
    };
    struct pki_store *store = pki_store_new();
    struct pki_chain *good = chain_of(store, "{'certs': {'leaf': {'recipe': 'root'}}}");
    size_t good_len = 0;

    REQUIRE(good != NULL);
    const uint8_t *good_der = pki_chain_der(good, 0, &good_len);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char json[200];
        size_t len = 0;

        snprintf(json, sizeof(json), "{'certs': {'leaf': {'recipe': 'root', 'damage': ['%s']}}}",
                 rows[i].damage);
        struct pki_chain *chain = chain_of(store, json);
        REQUIRE(chain != NULL);
        const uint8_t *der = pki_chain_der(chain, 0, &len);
        CHECK_INT_EQ((int64_t)(len - rows[i].header) - rows[i].tail, (int64_t)good_len - 4);
        CHECK_MEM_EQ(der + rows[i].header, good_der + 4, good_len - 4);
        if (rows[i].length != INT64_MAX) {
            int64_t said = 0;

            for (size_t k = 2; k < rows[i].header; k++)
                said = said << 8 | der[k];
            CHECK_INT_EQ(said - (int64_t)(len - rows[i].header), rows[i].length);
        }
        pki_chain_free(chain);
    }
    pki_chain_free(good);
    pki_store_free(store);
}

static void the_same_seed_gives_the_same_mutation(void)
{
    struct pki_store *store = pki_store_new();
    struct pki_chain *chains[4] = {NULL};
    static const char *const seeds[] = {"1", "1", "2", "3"};
    size_t len[4] = {0};
    const uint8_t *der[4] = {NULL};

    for (size_t i = 0; i < 4; i++) {
        char json[200];

        snprintf(json, sizeof(json),
                 "{'certs': {'leaf': {'recipe': 'root', 'mutate_seed': %s, 'mutate_count': 5}}}",
                 seeds[i]);
        chains[i] = chain_of(store, json);
        REQUIRE(chains[i] != NULL);
        der[i] = pki_chain_der(chains[i], 0, &len[i]);
    }
    CHECK(len[0] == len[1] && memcmp(der[0], der[1], len[0]) == 0);
    CHECK(len[0] != len[2] || memcmp(der[0], der[2], len[0]) != 0);
    CHECK(len[2] != len[3] || memcmp(der[2], der[3], len[2]) != 0);
    for (size_t i = 0; i < 4; i++)
        pki_chain_free(chains[i]);
    pki_store_free(store);
}

static void a_mutation_before_signing_is_signed(void)
{
    struct pki_store *store = pki_store_new();
    X509 *root = root_of(store, "auto");
    int parsed = 0;

    for (int seed = 0; seed < 200; seed++) {
        char json[200];

        snprintf(json, sizeof(json),
                 "{'certs': {'leaf': {'mutate_seed': %d, 'mutate_where': 'tbs'}}}", seed);
        struct pki_chain *chain = chain_of(store, json);
        REQUIRE(chain != NULL);
        X509 *x509 = pki_chain_x509(chain, 0);
        if (x509 != NULL && X509_get_signature_nid(x509) == NID_ecdsa_with_SHA256 &&
            X509_ALGOR_cmp(X509_get0_tbs_sigalg(x509), X509_get0_tbs_sigalg(root)) == 0) {
            CHECK_INT_EQ(X509_verify(x509, X509_get0_pubkey(root)), 1);
            parsed++;
        }
        pki_chain_free(chain);
    }
    ERR_clear_error();
    CHECK(parsed > 20);
    X509_free(root);
    pki_store_free(store);
}

static void a_forged_e3_signature_is_right_up_to_the_hash(void)
{
    struct pki_store *store = pki_store_new();
    struct pki_chain *chain =
        chain_of(store, "{'certs': {'leaf': {'issuer': 'ca', 'forge': 'rsa-e3'},"
                        " 'ca': {'recipe': 'intermediate', 'key': 'rsa2048-e3'}},"
                        " 'chain': ['leaf', 'ca']}");
    const ASN1_BIT_STRING *signature = NULL;
    uint8_t block[256];
    uint8_t digest[32];
    uint8_t *tbs = NULL;
    size_t len = sizeof(block);

    REQUIRE(chain != NULL);
    X509_get0_signature(&signature, NULL, pki_chain_x509(chain, 0));
    int tbs_len = i2d_re_X509_tbs(pki_chain_x509(chain, 0), &tbs);
    REQUIRE(tbs_len > 0);
    EVP_Digest(tbs, (size_t)tbs_len, digest, NULL, EVP_sha256(), NULL);
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new(X509_get0_pubkey(pki_chain_x509(chain, 1)), NULL);
    CHECK_INT_EQ(EVP_PKEY_encrypt_init(ctx), 1);
    CHECK_INT_EQ(EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_NO_PADDING), 1);
    CHECK_INT_EQ(EVP_PKEY_encrypt(ctx, block, &len, ASN1_STRING_get0_data(signature),
                                  (size_t)ASN1_STRING_length(signature)),
                 1);
    CHECK_MEM_EQ(block, "\x00\x01\xff\xff\xff\xff\xff\xff\xff\xff\x00\x30\x31", 13);
    CHECK_MEM_EQ(block + 30, digest, sizeof(digest));
    CHECK_INT_EQ(verify(store, chain), X509_V_ERR_CERT_SIGNATURE_FAILURE);
    EVP_PKEY_CTX_free(ctx);
    OPENSSL_free(tbs);
    pki_chain_free(chain);
    pki_store_free(store);
}

static void ten_thousand_names_fit(void)
{
    struct pki_store *store = pki_store_new();
    struct value *certs = value_new_map();
    struct value *names = value_new_list();
    struct pki_chain *chain = NULL;

    for (int i = 0; i < 10000; i++) {
        char name[64];

        snprintf(name, sizeof(name), "dns:host-%05d.bench.test", i);
        REQUIRE_OK(value_add(names, value_new_text(name)));
    }
    struct value *leaf = value_new_map();
    REQUIRE_OK(value_set(leaf, "san", names));
    REQUIRE_OK(value_set(certs, "leaf", leaf));
    REQUIRE_OK(pki_chain_make(store, certs, NULL, NOW_S, &chain, NULL));
    CHECK_INT_EQ(verify_strictly(store, chain, "host-09999.bench.test"), X509_V_OK);
    pki_chain_free(chain);
    value_free(certs);
    pki_store_free(store);
}

static void a_hundred_intermediates_fit(void)
{
    struct pki_store *store = pki_store_new();
    struct value *certs = tree("{'leaf': {'issuer': 'ca-0'}}");
    struct value *names = tree("['leaf']");
    struct pki_chain *chain = NULL;

    for (int i = 0; i < 100; i++) {
        char json[200];
        char name[16];

        snprintf(name, sizeof(name), i < 99 ? "ca-%d" : "bench-root", i + 1);
        snprintf(json, sizeof(json), "{'recipe': 'intermediate', 'issuer': '%s'}", name);
        snprintf(name, sizeof(name), "ca-%d", i);
        REQUIRE_OK(value_set(certs, name, tree(json)));
        REQUIRE_OK(value_add(names, value_new_text(name)));
    }
    REQUIRE_OK(pki_chain_make(store, certs, names, NOW_S, &chain, NULL));
    CHECK_UINT_EQ(pki_chain_count(chain), 101);
    CHECK_INT_EQ(verify(store, chain), X509_V_OK);
    pki_chain_free(chain);
    value_free(certs);
    value_free(names);
    pki_store_free(store);
}

static void too_many_certificates_are_refused(void)
{
    struct pki_store *store = pki_store_new();
    struct value *names = value_new_list();
    struct pki_chain *chain = NULL;
    struct assay_error err = {0};

    for (int i = 0; i < 1025; i++)
        REQUIRE_OK(value_add(names, value_new_text("leaf")));
    CHECK_INT_EQ(pki_chain_make(store, NULL, names, NOW_S, &chain, &err), ASSAY_ERR_MALFORMED);
    CHECK_STR_CONTAINS(err.text, "up to 1024");
    value_free(names);
    pki_store_free(store);
}

static void the_memory_of_signatures_is_bounded(void)
{
    struct pki_store *store = pki_store_new();

    for (int i = 0; i < 1100; i++) {
        char json[200];

        snprintf(json, sizeof(json), "{'certs': {'leaf': {'recipe': 'root', 'serial': '%06x'}}}",
                 i);
        struct pki_chain *chain = chain_of(store, json);
        REQUIRE(chain != NULL);
        pki_chain_free(chain);
    }
    struct pki_chain *one = chain_of(store, "{'certs': {'leaf': {'recipe': 'root'}}}");
    struct pki_chain *again = chain_of(store, "{'certs': {'leaf': {'recipe': 'root'}}}");
    CHECK_INT_EQ(X509_cmp(pki_chain_x509(one, 0), pki_chain_x509(again, 0)), 0);
    pki_chain_free(one);
    pki_chain_free(again);
    pki_store_free(store);
}

/* The DER of one certificate "leaf"; the caller frees the chain. */
static struct pki_chain *der_of(struct pki_store *store, const char *json, const uint8_t **ret,
                                size_t *ret_len)
{
    struct pki_chain *chain = chain_of(store, json);

    *ret = chain != NULL ? pki_chain_der(chain, 0, ret_len) : NULL;
    return chain;
}

static void the_bit_that_is_flipped_is_counted_from_the_end(void)
{
    static const struct {
        const char *json;
        size_t from_end;
        uint8_t mask;
    } cases[] = {
        {"{'certs': {'leaf': {'recipe': 'root', 'flip_signature_bit': 0}}}", 1, 0x01},
        {"{'certs': {'leaf': {'recipe': 'root', 'flip_signature_bit': 7}}}", 1, 0x80},
        {"{'certs': {'leaf': {'recipe': 'root', 'flip_signature_bit': 9}}}", 2, 0x02},
        {"{'certs': {'leaf': {'recipe': 'root', 'flip_signature_bit': 240}}}", 31, 0x01},
    };
    struct pki_store *store = pki_store_new();
    const uint8_t *good = NULL;
    size_t good_len = 0;
    struct pki_chain *control =
        der_of(store, "{'certs': {'leaf': {'recipe': 'root'}}}", &good, &good_len);

    REQUIRE(good != NULL);
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const uint8_t *der = NULL;
        size_t len = 0;
        struct pki_chain *chain = der_of(store, cases[i].json, &der, &len);

        REQUIRE(der != NULL && len == good_len);
        for (size_t k = 0; k < len; k++)
            CHECK_UINT_EQ(der[k] ^ good[k], k == len - cases[i].from_end ? cases[i].mask : 0);
        pki_chain_free(chain);
    }
    pki_chain_free(control);
    pki_store_free(store);
}

static void only_bits_of_the_signature_can_be_flipped(void)
{
    struct pki_store *store = pki_store_new();
    struct pki_chain *chain =
        chain_of(store, "{'certs': {'leaf': {'signature': 'aa55', 'flip_signature_bit': 15}}}");
    const ASN1_BIT_STRING *signature = NULL;

    REQUIRE(chain != NULL);
    X509_get0_signature(&signature, NULL, pki_chain_x509(chain, 0));
    CHECK_INT_EQ(ASN1_STRING_length(signature), 2);
    CHECK_MEM_EQ(ASN1_STRING_get0_data(signature), "\x2a\x55", 2);
    struct assay_error err =
        refusal_of(store, "{'certs': {'leaf': {'signature': 'aa55', 'flip_signature_bit': 16}}}");
    CHECK_STR_CONTAINS(err.text, "certs.leaf.flip_signature_bit is 16; this signature has 16 bits");
    pki_chain_free(chain);
    pki_store_free(store);
}

static void serial_numbers_are_positive_and_as_long_as_each_other(void)
{
    struct pki_store *store = pki_store_new();

    for (int i = 0; i < 64; i++) {
        struct pki_chain *chain = chain_of(store, "{'certs': {'leaf': {}}}");

        REQUIRE(chain != NULL);
        const ASN1_INTEGER *serial = X509_get0_serialNumber(pki_chain_x509(chain, 0));
        CHECK_INT_EQ(ASN1_STRING_type(serial), V_ASN1_INTEGER); /* a negative one has another */
        CHECK_INT_EQ(ASN1_STRING_length(serial), 16);
        pki_chain_free(chain);
    }
    pki_store_free(store);
}

/* The same bytes to sign, but another key or another hash: the signature is not taken from memory.
 */
static void remembered_signatures_are_told_apart(void)
{
    struct pki_store *store = pki_store_new();
    struct pki_chain *plain = chain_of(store, "{'certs': {'leaf': {'recipe': 'root'}}}");
    struct pki_chain *other = chain_of(
        store, "{'certs': {'leaf': {'recipe': 'root', 'sign_key': 'other'}, 'other': {}}}");
    struct pki_chain *hash = chain_of(store, "{'certs': {'leaf': {'recipe': 'root',"
                                             " 'tbs_algorithm': 'ecdsa-sha256', 'hash': 'sha384',"
                                             " 'outer_algorithm': 'ecdsa-sha256'}}}");

    REQUIRE(plain != NULL && other != NULL && hash != NULL);
    EVP_PKEY *key = pki_chain_key(plain);
    CHECK_INT_EQ(X509_verify(pki_chain_x509(plain, 0), key), 1);
    CHECK_INT_EQ(X509_verify(pki_chain_x509(other, 0), key), 0);
    CHECK_INT_EQ(X509_verify(pki_chain_x509(other, 0), pki_chain_key_of(other, "other")), 1);
    CHECK_INT_EQ(X509_verify(pki_chain_x509(hash, 0), key), 0);
    ERR_clear_error();
    pki_chain_free(plain);
    pki_chain_free(other);
    pki_chain_free(hash);
    pki_store_free(store);
}

TEST_SUITE(pki_chain, TEST(good_chains_verify_strictly),
           TEST(a_ca_stays_the_same_and_a_leaf_is_new_each_time),
           TEST(a_ca_is_the_same_all_day_long_and_another_one_tomorrow),
           TEST(validity_follows_the_scenarios_time), TEST(nothing_given_is_a_good_leaf),
           TEST(an_empty_chain_still_has_the_leafs_key),
           TEST(the_servers_key_is_the_one_that_the_leaf_shows),
           TEST(certificates_may_issue_each_other_in_a_circle),
           TEST(broken_der_is_handed_out_as_it_is),
           TEST(damage_hits_the_outer_header_and_nothing_else),
           TEST(the_same_seed_gives_the_same_mutation), TEST(a_mutation_before_signing_is_signed),
           TEST(a_forged_e3_signature_is_right_up_to_the_hash), TEST(ten_thousand_names_fit),
           TEST(a_hundred_intermediates_fit), TEST(too_many_certificates_are_refused),
           TEST(the_memory_of_signatures_is_bounded),
           TEST(the_bit_that_is_flipped_is_counted_from_the_end),
           TEST(only_bits_of_the_signature_can_be_flipped),
           TEST(serial_numbers_are_positive_and_as_long_as_each_other),
           TEST(remembered_signatures_are_told_apart));
