/* SPDX-License-Identifier: Apache-2.0 */
/* A CA and a client that somebody brings; made here by another store. */
#include "pki_store.h"

#include "pki_pem.h"
#include "pki_test_support.h"
#include "test_support.h"

#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <string.h>

/* A CA of an owner, as the texts that the owner has: with the bench's own recipes. */
struct owner {
    struct pki_store *store;
    struct buf cert, key;
    struct pki_given given;
};

static void owner_make(struct owner *o, const char *key_type)
{
    struct pki_authority *ca = NULL;
    const struct pki_key *key = NULL;
    struct buf der;

    *o = (struct owner){.store = pki_store_new()};
    buf_init(&o->cert, 65536);
    buf_init(&o->key, 65536);
    buf_init(&der, 65536);
    CHECK_OK(pki_store_set_default_key(o->store, key_type, NULL));
    ca = pki_store_find_authority(o->store, "client-ca");
    REQUIRE_OK(pki_store_open_authority(o->store, ca, NULL));
    key = pki_store_find_key(o->store, pki_key_type_find(ca->entity.spec.key.data),
                             ca->entity.spec.key_label.data);
    REQUIRE(key != NULL);
    CHECK_OK(pki_pem_certificate(ca->certificate.der.data, ca->certificate.der.len, &o->cert));
    CHECK_OK(pki_pkey_private_der(key->pkey, &der));
    CHECK_OK(pki_pem_write(PKI_PEM_KEY, der.data, der.len, &o->key));
    o->given = (struct pki_given){.cert_pem = buf_text(&o->cert),
                                  .cert_len = o->cert.len,
                                  .key_pem = buf_text(&o->key),
                                  .key_len = o->key.len};
    buf_done(&der);
}

static void owner_done(struct owner *o)
{
    buf_done(&o->cert);
    buf_done(&o->key);
    pki_store_free(o->store);
}

static void a_given_ca_signs_the_clients_certificates(void)
{
    static const char *const types[] = {"p256", "rsa2048"};

    for (size_t i = 0; i < 2; i++) {
        struct pki_store *store = pki_store_new();
        struct pki_chain *chain = NULL;
        struct owner owner;
        X509 *ca = NULL;

        owner_make(&owner, types[i]);
        REQUIRE_OK(pki_store_give_client_ca(store, &owner.given, NULL));
        CHECK_OK(pki_store_client_ca(store, &ca, NULL));
        chain = chain_of(store, "{'certs': {'leaf': {'recipe': 'client'}}}");
        REQUIRE(chain != NULL && ca != NULL);
        CHECK_INT_EQ(X509_check_issued(ca, pki_chain_x509(chain, 0)), X509_V_OK);
        CHECK_INT_EQ(X509_verify(pki_chain_x509(chain, 0), X509_get0_pubkey(ca)), 1);
        pki_chain_free(chain);
        pki_store_free(store);
        owner_done(&owner);
    }
}

static void a_given_key_is_never_exported(void)
{
    struct pki_store *store = pki_store_new();
    struct pki_chain *chain = NULL;
    const char *type = NULL;
    struct owner owner;
    struct buf text;

    owner_make(&owner, "p256");
    REQUIRE_OK(pki_store_give_client_ca(store, &owner.given, NULL));
    REQUIRE_OK(pki_store_give_identity(store, "mine", &owner.given, &type, NULL));
    CHECK_STR_EQ(type, "p256");
    chain = chain_of(store, "{'certs': {'leaf': {'recipe': 'client'}}}");
    buf_init(&text, 1 << 20);
    CHECK_OK(pki_store_export(store, &text, NULL));
    CHECK(strstr(buf_text(&text), "key p256 leaf") != NULL);
    CHECK(strstr(buf_text(&text), "given-client-ca") == NULL);
    CHECK(strstr(buf_text(&text), "key p256 mine") == NULL);
    CHECK(strstr(buf_text(&text), "certificate") == NULL);
    buf_done(&text);
    pki_chain_free(chain);
    pki_store_free(store);
    owner_done(&owner);
}

static void texts_that_are_none_are_refused_with_what_would_be_right(void)
{
    struct pki_store *store = pki_store_new();
    struct assay_error err = {.text = ""};
    struct owner owner;
    struct owner other;
    struct pki_given wrong;

    owner_make(&owner, "p256");
    owner_make(&other, "p256");
    wrong =
        (struct pki_given){.cert_pem = "hello", .cert_len = 5, .key_pem = "hello", .key_len = 5};
    CHECK_INT_EQ(pki_store_give_client_ca(store, &wrong, &err), ASSAY_ERR_MALFORMED);
    CHECK_STR_CONTAINS(err.text, "BEGIN CERTIFICATE");
    wrong = owner.given;
    wrong.key_len /= 2;
    CHECK_INT_EQ(pki_store_give_client_ca(store, &wrong, &err), ASSAY_ERR_MALFORMED);
    CHECK_STR_CONTAINS(err.text, "BEGIN PRIVATE KEY");
    wrong = owner.given;
    wrong.key_pem = other.given.key_pem;
    wrong.key_len = other.given.key_len;
    CHECK_INT_EQ(pki_store_give_client_ca(store, &wrong, &err), ASSAY_ERR_MALFORMED);
    CHECK_STR_CONTAINS(err.text, "not that of the certificate");
    CHECK_UINT_EQ(pki_given_certificates(owner.given.cert_pem, owner.given.cert_len), 1);
    CHECK_UINT_EQ(pki_given_certificates(owner.given.cert_pem, owner.given.cert_len / 2), 0);
    pki_store_free(store);
    owner_done(&owner);
    owner_done(&other);
}

TEST_SUITE(pki_given, TEST(a_given_ca_signs_the_clients_certificates),
           TEST(a_given_key_is_never_exported),
           TEST(texts_that_are_none_are_refused_with_what_would_be_right));
