/* SPDX-License-Identifier: Apache-2.0 */
#include "pki_spec.h"
#include "pki_test_support.h"
#include "test_support.h"

#include <openssl/evp.h>
#include <openssl/objects.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <stdio.h>

struct expectation {
    const char *recipe, *subject, *issuer;
    const char *not_before, *not_after;
    bool is_ca;
    uint32_t key_usage; /* of an EC key */
    const char *purpose;
    int extension_count;
    bool stable;
};

/* clang-format off */
static const struct expectation rows[] = {
    {"leaf", "/CN=broker.bench.test", "/CN=Assay Bench Root ECDSA/O=Assay Bench",
     "270114080000Z", "270415080000Z", false, KU_DIGITAL_SIGNATURE, "serverAuth", 5, false},
    {"self-signed", "/CN=broker.bench.test", "/CN=broker.bench.test",
     "270114080000Z", "270415080000Z", false, KU_DIGITAL_SIGNATURE, "serverAuth", 4, false},
    {"intermediate", "/CN=Assay Bench CA x/O=Assay Bench", "/CN=Assay Bench Root ECDSA/O=Assay Bench",
     "260115000000Z", "320114000000Z", true, KU_KEY_CERT_SIGN | KU_CRL_SIGN, "", 4, true},
    {"root", "/CN=Assay Bench Root x/O=Assay Bench", "/CN=Assay Bench Root x/O=Assay Bench",
     "000101000000Z", "20991231235959Z", true, KU_KEY_CERT_SIGN | KU_CRL_SIGN, "", 3, true},
    {"other-root", "/CN=Unrelated Root CA/O=Somebody Else", "/CN=Unrelated Root CA/O=Somebody Else",
     "000101000000Z", "20991231235959Z", true, KU_KEY_CERT_SIGN | KU_CRL_SIGN, "", 3, true},
    {"fake-root", "/CN=Assay Bench Root ECDSA/O=Assay Bench", "/CN=Assay Bench Root ECDSA/O=Assay Bench",
     "000101000000Z", "20991231235959Z", true, KU_KEY_CERT_SIGN | KU_CRL_SIGN, "", 3, true},
    {"client", "/CN=bench-device", "/CN=Assay Bench Client CA ECDSA/O=Assay Bench",
     "270114080000Z", "280115080000Z", false, KU_DIGITAL_SIGNATURE, "clientAuth", 4, false},
};
/* clang-format on */

static void check_times(X509 *x509, const struct expectation *want)
{
    const ASN1_TIME *before = X509_get0_notBefore(x509);
    const ASN1_TIME *after = X509_get0_notAfter(x509);

    CHECK_STR_EQ((const char *)ASN1_STRING_get0_data(before), want->not_before);
    CHECK_STR_EQ((const char *)ASN1_STRING_get0_data(after), want->not_after);
}

static void check_purpose(X509 *x509, const char *want)
{
    EXTENDED_KEY_USAGE *uses = X509_get_ext_d2i(x509, NID_ext_key_usage, NULL, NULL);

    CHECK_INT_EQ(uses != NULL, want[0] != '\0');
    if (uses != NULL) {
        CHECK_INT_EQ(sk_ASN1_OBJECT_num(uses), 1);
        CHECK_STR_EQ(OBJ_nid2sn(OBJ_obj2nid(sk_ASN1_OBJECT_value(uses, 0))), want);
        EXTENDED_KEY_USAGE_free(uses);
    }
}

static void check_certificate(X509 *x509, const struct expectation *want)
{
    char line[256];

    CHECK_STR_EQ(X509_NAME_oneline(X509_get_subject_name(x509), line, sizeof(line)), want->subject);
    CHECK_STR_EQ(X509_NAME_oneline(X509_get_issuer_name(x509), line, sizeof(line)), want->issuer);
    check_times(x509, want);
    CHECK_INT_EQ(X509_get_version(x509), 2);
    CHECK_INT_EQ(X509_check_ca(x509), want->is_ca ? 1 : 0);
    CHECK_UINT_EQ(X509_get_key_usage(x509), want->key_usage);
    CHECK_INT_EQ(X509_get_pathlen(x509), -1);
    check_purpose(x509, want->purpose);
    CHECK_INT_EQ(X509_get_ext_count(x509), want->extension_count);
    CHECK_INT_EQ(X509_get_signature_nid(x509), NID_ecdsa_with_SHA256);
    CHECK_INT_EQ(ASN1_STRING_length(X509_get0_serialNumber(x509)), 16);
    CHECK(X509_get0_subject_key_id(x509) != NULL);
}

static void every_recipe_gives_what_it_promises(void)
{
    struct pki_store *store = pki_store_new();
    size_t walked = 0;

    for (const struct pki_recipe *recipe = pki_recipes; recipe->name != NULL; recipe++) {
        char json[200];

        if (recipe->authority)
            continue;
        REQUIRE(walked < sizeof(rows) / sizeof(rows[0]));
        CHECK_STR_EQ(recipe->name, rows[walked].recipe);
        snprintf(json, sizeof(json), "{'certs': {'x': {'recipe': '%s'}}, 'chain': ['x']}",
                 recipe->name);
        struct pki_chain *chain = chain_of(store, json);
        REQUIRE(chain != NULL && pki_chain_x509(chain, 0) != NULL);
        check_certificate(pki_chain_x509(chain, 0), &rows[walked]);
        struct pki_chain *again = chain_of(store, json);
        CHECK_INT_EQ(X509_cmp(pki_chain_x509(chain, 0), pki_chain_x509(again, 0)) == 0,
                     rows[walked].stable);
        pki_chain_free(chain);
        pki_chain_free(again);
        walked++;
    }
    CHECK_UINT_EQ(walked, sizeof(rows) / sizeof(rows[0]));
    pki_store_free(store);
}

static void every_authority_signs_itself_and_lasts_a_century(void)
{
    struct pki_store *store = pki_store_new();
    size_t walked = 0;

    for (const struct pki_recipe *recipe = pki_recipes; recipe->name != NULL; recipe++) {
        char json[200];

        if (!recipe->authority)
            continue;
        snprintf(json, sizeof(json), "{'certs': {'leaf': {}}, 'chain': ['%s']}", recipe->name);
        struct pki_chain *chain = chain_of(store, json);
        REQUIRE(chain != NULL && pki_chain_x509(chain, 0) != NULL);
        X509 *x509 = pki_chain_x509(chain, 0);
        CHECK_INT_EQ(X509_self_signed(x509, 1), 1);
        CHECK_INT_EQ(X509_check_ca(x509), 1);
        CHECK_STR_EQ((const char *)ASN1_STRING_get0_data(X509_get0_notBefore(x509)),
                     "000101000000Z");
        CHECK_STR_EQ((const char *)ASN1_STRING_get0_data(X509_get0_notAfter(x509)),
                     "20991231235959Z");
        CHECK_INT_EQ(X509_check_private_key(x509, pki_chain_key(chain)), 1);
        pki_chain_free(chain);
        walked++;
    }
    CHECK_UINT_EQ(walked, 4);
    pki_store_free(store);
}

static void an_rsa_leaf_may_encipher_keys(void)
{
    struct pki_store *store = pki_store_new();
    struct pki_chain *chain = chain_of(store, "{'certs': {'leaf': {'key': 'rsa1024'}}}");

    REQUIRE(chain != NULL);
    CHECK_UINT_EQ(X509_get_key_usage(pki_chain_x509(chain, 0)),
                  KU_DIGITAL_SIGNATURE | KU_KEY_ENCIPHERMENT);
    pki_chain_free(chain);
    pki_store_free(store);
}

static void a_fake_root_differs_from_the_real_one_in_its_key_only(void)
{
    struct pki_store *store = pki_store_new();
    struct pki_chain *chain = chain_of(store, "{'certs': {'fake': {'recipe': 'fake-root'}},"
                                              " 'chain': ['fake']}");
    X509 *real = root_of(store, "auto");

    REQUIRE(chain != NULL && real != NULL);
    X509 *fake = pki_chain_x509(chain, 0);
    CHECK_INT_EQ(X509_NAME_cmp(X509_get_subject_name(fake), X509_get_subject_name(real)), 0);
    CHECK_INT_EQ(X509_NAME_cmp(X509_get_issuer_name(fake), X509_get_issuer_name(real)), 0);
    CHECK_INT_EQ(
        ASN1_OCTET_STRING_cmp(X509_get0_subject_key_id(fake), X509_get0_subject_key_id(real)), 0);
    CHECK_INT_EQ(EVP_PKEY_eq(X509_get0_pubkey(fake), X509_get0_pubkey(real)), 0);
    CHECK_INT_EQ(X509_verify(fake, X509_get0_pubkey(fake)), 1);
    CHECK_INT_EQ(X509_verify(fake, X509_get0_pubkey(real)), 0);
    X509_free(real);
    pki_chain_free(chain);
    pki_store_free(store);
}

static void a_scenario_may_take_a_likeness_back(void)
{
    struct pki_store *store = pki_store_new();
    struct pki_chain *chain =
        chain_of(store, "{'certs': {'fake': {'recipe': 'fake-root', 'subject': 'CN=me',"
                        " 'subject_key_id': '0102'}}, 'chain': ['fake']}");
    char line[64];

    REQUIRE(chain != NULL);
    X509 *fake = pki_chain_x509(chain, 0);
    CHECK_STR_EQ(X509_NAME_oneline(X509_get_subject_name(fake), line, sizeof(line)), "/CN=me");
    CHECK_INT_EQ(ASN1_STRING_length(X509_get0_subject_key_id(fake)), 2);
    pki_chain_free(chain);
    pki_store_free(store);
}

static void an_imitated_root_shows_the_very_key_of_the_real_one(void)
{
    struct pki_store *store = pki_store_new();
    struct pki_chain *chain =
        chain_of(store, "{'certs': {'fake': {'recipe': 'fake-root', 'imitate_key': 'bench-root'},"
                        " 'leaf': {'issuer': 'fake'}}, 'chain': ['fake', 'leaf']}");
    X509 *real = root_of(store, "auto");

    REQUIRE(chain != NULL && real != NULL);
    X509 *fake = pki_chain_x509(chain, 0);
    const ASN1_BIT_STRING *bits[2] = {X509_get0_pubkey_bitstr(fake), X509_get0_pubkey_bitstr(real)};
    CHECK_INT_EQ(ASN1_STRING_cmp(bits[0], bits[1]), 0);
    CHECK_INT_EQ(X509_verify(fake, X509_get0_pubkey(fake)), 1);
    CHECK_INT_EQ(X509_verify(pki_chain_x509(chain, 1), X509_get0_pubkey(fake)), 1);
    CHECK_INT_EQ(X509_verify(pki_chain_x509(chain, 1), X509_get0_pubkey(real)), 0);
    CHECK_INT_EQ(X509_check_private_key(fake, pki_chain_key(chain)), 1);
    X509_free(real);
    pki_chain_free(chain);
    pki_store_free(store);
}

TEST_SUITE(pki_recipes, TEST(every_recipe_gives_what_it_promises),
           TEST(every_authority_signs_itself_and_lasts_a_century),
           TEST(an_rsa_leaf_may_encipher_keys),
           TEST(a_fake_root_differs_from_the_real_one_in_its_key_only),
           TEST(a_scenario_may_take_a_likeness_back),
           TEST(an_imitated_root_shows_the_very_key_of_the_real_one));
