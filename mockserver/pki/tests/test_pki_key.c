/* SPDX-License-Identifier: Apache-2.0 */
#include "pki_key.h"

#include "pki_algorithm.h"
#include "pki_store.h"
#include "test_support.h"

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

/* Making these takes a second or several; their way is that of rsa2048. */
static bool is_slow(const struct pki_key_type *type)
{
    return type->bits > 2048;
}

static bool verifies(const struct pki_algorithm *a, EVP_PKEY *pkey, const struct buf *signature)
{
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    EVP_PKEY_CTX *pkey_ctx = NULL;
    bool good = EVP_DigestVerifyInit_ex(ctx, &pkey_ctx, a->hash, NULL, NULL, pkey, NULL) == 1;

    if (good && a->pss) {
        good = EVP_PKEY_CTX_set_rsa_padding(pkey_ctx, 6 /* RSA_PKCS1_PSS_PADDING */) == 1;
    }
    good = good && EVP_DigestVerify(ctx, signature->data, signature->len,
                                    (const unsigned char *)"message", 7) == 1;
    EVP_MD_CTX_free(ctx);
    return good;
}

static void every_type_can_be_made_and_signs(void)
{
    for (const struct pki_key_type *type = pki_key_types; type->name != NULL; type++) {
        struct pki_key *key = NULL;
        struct assay_error err = {0};
        struct buf signature;

        if (is_slow(type))
            continue;
        buf_init(&signature, 4096);
        test_check(pki_key_make(type, "x", &key, &err) == ASSAY_OK, __FILE__, __LINE__, "%s: %s",
                   type->name, err.text);
        REQUIRE(key != NULL);
        const struct pki_algorithm *a = pki_algorithm_for(type, "sha256", false);
        REQUIRE(a != NULL);
        if (strcmp(type->name, "rsa512") != 0 || !a->pss)
            CHECK_OK(pki_algorithm_sign(a, key, "message", 7, &signature, &err));
        test_check(verifies(a, key->pkey, &signature), __FILE__, __LINE__, "%s", type->name);
        buf_done(&signature);
        pki_key_free(key);
    }
    CHECK_UINT_EQ(ERR_peek_error(), 0);
}

static void a_key_of_another_type_is_refused(void)
{
    static const char *const rows[][2] = {
        {"p256", "p384"},          {"p256", "p256-explicit"}, {"p256-explicit", "p256"},
        {"rsa1024", "rsa512"},     {"ed25519", "ed448"},      {"p256", "rsa1024"},
        {"rsa2048-e3", "rsa2048"}, {"rsapss2048", "rsa2048"}, {"dsa2048", "rsa2048"},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct pki_key *made = NULL;
        struct pki_key *other = NULL;
        struct assay_error err = {0};

        REQUIRE_OK(pki_key_make(pki_key_type_find(rows[i][0]), "x", &made, NULL));
        EVP_PKEY_up_ref(made->pkey);
        CHECK_INT_EQ(pki_key_new(pki_key_type_find(rows[i][1]), "lab", made->pkey, &other, &err),
                     ASSAY_ERR_MALFORMED);
        CHECK_STR_CONTAINS(err.text, rows[i][1]);
        CHECK(other == NULL);
        pki_key_free(made);
    }
}

static void the_store_makes_each_key_once(void)
{
    struct pki_store *store = pki_store_new();
    const struct pki_key_type *p256 = pki_key_type_find("p256");
    const struct pki_key_type *p384 = pki_key_type_find("p384");
    const struct pki_key *keys[4] = {NULL};

    CHECK_OK(pki_store_key(store, p256, "a", &keys[0], NULL));
    CHECK_OK(pki_store_key(store, p256, "b", &keys[1], NULL));
    CHECK_OK(pki_store_key(store, p384, "a", &keys[2], NULL));
    CHECK_OK(pki_store_key(store, p256, "a", &keys[3], NULL));
    CHECK(keys[0] == keys[3]);
    CHECK(keys[0] != keys[1] && keys[0] != keys[2]);
    CHECK_INT_EQ(EVP_PKEY_eq(keys[0]->pkey, keys[1]->pkey), 0);
    CHECK_UINT_EQ(pki_store_keys_made(store), 3);
    pki_store_free(store);
}

static void labels_are_single_words(void)
{
    static const struct {
        const char *label;
        bool plain;
    } rows[] = {
        {"leaf", true},
        {"A-z_0.9:/@", true},
        {"", false},
        {"a b", false},
        {"a\nb", false},
        {"a\"", false},
        {"a+b", false},
        {"\xc3\xbc", false},
        {"0123456789012345678901234567890123456789012345678901234567890123", true},
        {"01234567890123456789012345678901234567890123456789012345678901234", false},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        test_check(pki_label_is_plain(rows[i].label) == rows[i].plain, __FILE__, __LINE__, "%s",
                   rows[i].label);
}

static void there_is_no_signature_of_some_kinds(void)
{
    CHECK(pki_algorithm_for(pki_key_type_find("p256"), "md5", false) == NULL);
    CHECK(pki_algorithm_for(pki_key_type_find("p256"), "sha256", true) == NULL);
    CHECK(pki_algorithm_for(pki_key_type_find("rsapss2048"), "md5", false) == NULL);
    CHECK(pki_algorithm_for(pki_key_type_find("rsapss2048"), "sha256", false) != NULL);
    CHECK(pki_algorithm_for(pki_key_type_find("ed25519"), "md5", true) != NULL);
}

static void a_hash_too_long_for_the_key_is_an_error_with_words(void)
{
    struct pki_key *key = NULL;
    struct assay_error err = {0};
    struct buf signature;

    buf_init(&signature, 4096);
    REQUIRE_OK(pki_key_make(pki_key_type_find("rsa512"), "tiny", &key, NULL));
    CHECK_INT_EQ(
        pki_algorithm_sign(pki_algorithm_find("rsa-sha512"), key, "x", 1, &signature, &err),
        ASSAY_ERR_CRYPTO);
    CHECK_STR_CONTAINS(err.text, "signing with rsa-sha512 and the rsa512 key \"tiny\": ");
    CHECK_STR_CONTAINS(err.text, "digest too big");
    CHECK_UINT_EQ(ERR_peek_error(), 0);
    CHECK_UINT_EQ(signature.len, 0);
    pki_key_free(key);
    buf_done(&signature);
}

TEST_SUITE(pki_key, TEST(every_type_can_be_made_and_signs), TEST(a_key_of_another_type_is_refused),
           TEST(the_store_makes_each_key_once), TEST(labels_are_single_words),
           TEST(there_is_no_signature_of_some_kinds),
           TEST(a_hash_too_long_for_the_key_is_an_error_with_words));
