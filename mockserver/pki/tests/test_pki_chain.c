/* SPDX-License-Identifier: Apache-2.0 */
#include "pki_test_support.h"
#include "test_support.h"

#include <openssl/evp.h>
#include <openssl/x509.h>
#include <openssl/x509_vfy.h>

static const char *const two = "{'certs': {'leaf': {'recipe': 'leaf', 'issuer': 'middle'},"
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
        "{'certs': {'leaf': {'issuer': 'b'}, 'b': {'recipe': 'intermediate', 'issuer': 'a'},"
        " 'a': {'recipe': 'intermediate'}}, 'chain': ['leaf', 'b', 'a']}",
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
    struct pki_chain *first = chain_of(store, two);
    struct pki_chain *again = chain_of(store, two);
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

TEST_SUITE(pki_chain, TEST(good_chains_verify_strictly),
           TEST(a_ca_stays_the_same_and_a_leaf_is_new_each_time));
