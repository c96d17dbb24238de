/* SPDX-License-Identifier: Apache-2.0 */
#include "pki_test_support.h"
#include "test_support.h"

#include <openssl/evp.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

struct identity {
    struct buf cert, key;
    X509 *x509;
    EVP_PKEY *pkey;
};

static enum assay_status make(struct pki_store *store, const char *json, struct identity *ret,
                              struct assay_error *err)
{
    struct value *description = tree(json);

    *ret = (struct identity){.x509 = NULL};
    buf_init(&ret->cert, 65536);
    buf_init(&ret->key, 65536);
    enum assay_status status =
        pki_identity_make(store, description, NOW_S, &ret->cert, &ret->key, err);
    if (status == ASSAY_OK) {
        const unsigned char *cert = ret->cert.data;
        const unsigned char *key = ret->key.data;

        ret->x509 = d2i_X509(NULL, &cert, (long)ret->cert.len);
        PKCS8_PRIV_KEY_INFO *info = d2i_PKCS8_PRIV_KEY_INFO(NULL, &key, (long)ret->key.len);
        ret->pkey = info != NULL ? EVP_PKCS82PKEY(info) : NULL;
        PKCS8_PRIV_KEY_INFO_free(info);
    }
    value_free(description);
    return status;
}

static void done(struct identity *identity)
{
    buf_done(&identity->cert);
    buf_done(&identity->key);
    X509_free(identity->x509);
    EVP_PKEY_free(identity->pkey);
}

static void the_client_ca_signs_an_identity_whose_key_fits(void)
{
    struct pki_store *store = pki_store_new();
    struct identity identity;
    X509 *ca = NULL;

    REQUIRE_OK(make(store, "{'recipe': 'client', 'subject': 'CN=device-7'}", &identity, NULL));
    CHECK_OK(pki_store_client_ca(store, &ca, NULL));
    REQUIRE(identity.x509 != NULL && identity.pkey != NULL && ca != NULL);
    CHECK_INT_EQ(X509_check_issued(ca, identity.x509), X509_V_OK);
    CHECK_INT_EQ(X509_verify(identity.x509, X509_get0_pubkey(ca)), 1);
    CHECK_INT_EQ(X509_check_private_key(identity.x509, identity.pkey), 1);
    CHECK_INT_EQ(X509_check_purpose(identity.x509, X509_PURPOSE_SSL_CLIENT, 0), 1);
    CHECK_INT_EQ(X509_check_purpose(identity.x509, X509_PURPOSE_SSL_SERVER, 0), 0);
    CHECK_INT_EQ(X509_check_purpose(ca, X509_PURPOSE_SSL_CLIENT, 1), 1);
    char name[64] = "";
    X509_NAME_get_text_by_NID(X509_get_subject_name(identity.x509), NID_commonName, name,
                              sizeof(name));
    CHECK_STR_EQ(name, "device-7");
    done(&identity);
    pki_store_free(store);
}

static void the_family_of_the_board_decides_about_key_and_ca(void)
{
    struct pki_store *store = pki_store_new();
    struct identity identity;
    X509 *ca = NULL;

    CHECK_OK(pki_store_set_default_key(store, "rsa2048", NULL));
    REQUIRE_OK(make(store, "{'recipe': 'client'}", &identity, NULL));
    CHECK_OK(pki_store_client_ca(store, &ca, NULL));
    CHECK_INT_EQ(EVP_PKEY_is_a(identity.pkey, "RSA"), 1);
    CHECK_INT_EQ(X509_verify(identity.x509, X509_get0_pubkey(ca)), 1);
    CHECK_INT_EQ(EVP_PKEY_is_a(X509_get0_pubkey(ca), "RSA"), 1);
    done(&identity);
    pki_store_free(store);
}

static void the_bench_root_can_sign_an_identity_too(void)
{
    struct pki_store *store = pki_store_new();
    struct identity identity;
    X509 *root = root_of(store, "auto");

    REQUIRE_OK(make(store, "{'recipe': 'client', 'issuer': 'bench-root'}", &identity, NULL));
    CHECK_INT_EQ(X509_verify(identity.x509, X509_get0_pubkey(root)), 1);
    X509_free(root);
    done(&identity);
    pki_store_free(store);
}

static void labels_give_boards_keys_of_their_own(void)
{
    struct pki_store *store = pki_store_new();
    struct identity ids[3];

    REQUIRE_OK(make(store, "{'recipe': 'client', 'key_label': 'board/1'}", &ids[0], NULL));
    REQUIRE_OK(make(store, "{'recipe': 'client', 'key_label': 'board/2'}", &ids[1], NULL));
    REQUIRE_OK(make(store, "{'recipe': 'client', 'key_label': 'board/1'}", &ids[2], NULL));
    CHECK_INT_EQ(EVP_PKEY_eq(ids[0].pkey, ids[1].pkey), 0);
    CHECK_INT_EQ(EVP_PKEY_eq(ids[0].pkey, ids[2].pkey), 1);
    for (size_t i = 0; i < 3; i++)
        done(&ids[i]);
    pki_store_free(store);
}

static void a_wrong_description_is_refused_and_leaves_the_buffers_alone(void)
{
    static const struct {
        const char *json, *text;
    } rows[] = {
        {"{'recipe': 'client', 'key': 'x'}", "identity.key is \"x\""},
        {"{'recipe': 'client', 'issuer': 'x'}", "identity.issuer is \"x\""},
        {"{'recipe': 'client', 'subject': 'x'}", "identity.subject: \"x\" is no"},
        {"{'recipe': 'client', 'not_after': 'x'}", "identity.not_after: \"x\" is no time"},
        {"7", "identity is an integer"},
    };
    struct pki_store *store = pki_store_new();

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct assay_error err = {0};
        struct identity identity;

        CHECK_INT_EQ(make(store, rows[i].json, &identity, &err), ASSAY_ERR_MALFORMED);
        CHECK_STR_CONTAINS(err.text, rows[i].text);
        CHECK_UINT_EQ(identity.cert.len, 0);
        CHECK_UINT_EQ(identity.key.len, 0);
        done(&identity);
    }
    pki_store_free(store);
}

static void a_buffer_that_is_too_small_is_a_limit(void)
{
    struct pki_store *store = pki_store_new();
    struct value *description = tree("{'recipe': 'client'}");
    struct buf cert;
    struct buf key;

    buf_init(&cert, 65536);
    buf_init(&key, 16);
    CHECK_INT_EQ(pki_identity_make(store, description, NOW_S, &cert, &key, NULL), ASSAY_ERR_LIMIT);
    CHECK_UINT_EQ(cert.len, 0);
    CHECK_UINT_EQ(key.len, 0);
    value_free(description);
    buf_done(&cert);
    buf_done(&key);
    pki_store_free(store);
}

TEST_SUITE(pki_identity, TEST(the_client_ca_signs_an_identity_whose_key_fits),
           TEST(the_family_of_the_board_decides_about_key_and_ca),
           TEST(the_bench_root_can_sign_an_identity_too),
           TEST(labels_give_boards_keys_of_their_own),
           TEST(a_wrong_description_is_refused_and_leaves_the_buffers_alone),
           TEST(a_buffer_that_is_too_small_is_a_limit));
