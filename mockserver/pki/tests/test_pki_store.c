/* SPDX-License-Identifier: Apache-2.0 */
#include "pki_store.h"

#include "pki_pem.h"
#include "pki_test_support.h"
#include "test_support.h"

#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/pem.h>
#include <openssl/sha.h>
#include <openssl/x509.h>

#include <stdlib.h>

#define RSA_CHAIN                                                                                  \
    "{'certs': {'leaf': {'issuer': 'middle'}, 'middle': {'recipe': 'intermediate'}},"              \
    " 'chain': ['leaf', 'middle']}"

static struct buf export_of(struct pki_store *store)
{
    struct buf text;

    buf_init(&text, 1 << 24);
    CHECK_OK(pki_store_export(store, &text, NULL));
    return text;
}

/* A store with a root and one more key, as text. */
static struct buf small_export(void)
{
    struct pki_store *store = pki_store_new();
    struct pki_chain *chain = chain_of(store, "{'certs': {'leaf': {}}}");
    struct buf der;

    buf_init(&der, 4096);
    CHECK_OK(pki_store_root(store, "p256", &der, NULL));
    struct buf text = export_of(store);
    buf_done(&der);
    pki_chain_free(chain);
    pki_store_free(store);
    return text;
}

static void check_root_stays(struct pki_store *a, struct pki_store *b, const char *type)
{
    struct buf one;
    struct buf two;

    buf_init(&one, 65536);
    buf_init(&two, 65536);
    CHECK_OK(pki_store_root(a, type, &one, NULL));
    CHECK_OK(pki_store_root(b, type, &two, NULL));
    CHECK_UINT_EQ(one.len, two.len);
    CHECK(one.len == two.len && memcmp(one.data, two.data, one.len) == 0);
    buf_done(&one);
    buf_done(&two);
}

static void a_second_run_has_the_same_root_and_makes_no_key(void)
{
    struct pki_store *first = pki_store_new();
    struct pki_store *second = pki_store_new();
    struct assay_error err = {0};
    X509 *ca = NULL;

    CHECK_OK(pki_store_set_default_key(first, "rsa2048", &err));
    struct pki_chain *chain = chain_of(first, RSA_CHAIN);
    CHECK_OK(pki_store_client_ca(first, &ca, &err));
    check_root_stays(first, first, "rsa2048");
    CHECK_UINT_EQ(pki_store_keys_made(first), 4);
    struct buf text = export_of(first);

    CHECK_OK(pki_store_set_default_key(second, "rsa2048", &err));
    CHECK_OK(pki_store_import(second, buf_text(&text), text.len, &err));
    check_root_stays(first, second, "rsa2048");
    struct pki_chain *again = chain_of(second, RSA_CHAIN);
    CHECK_OK(pki_store_client_ca(second, &ca, &err));
    CHECK_UINT_EQ(pki_store_keys_made(second), 0);
    CHECK_INT_EQ(verify_strictly(second, again, "broker.bench.test"), X509_V_OK);
    CHECK_INT_EQ(EVP_PKEY_eq(pki_chain_key(chain), pki_chain_key(again)), 1);
    buf_done(&text);
    pki_chain_free(chain);
    pki_chain_free(again);
    pki_store_free(first);
    pki_store_free(second);
}

static void every_kind_of_key_survives(void)
{
    struct pki_store *store = pki_store_new();
    struct pki_store *second = pki_store_new();
    struct assay_error err = {0};
    size_t count = 0;

    for (const struct pki_key_type *type = pki_key_types; type->name != NULL; type++) {
        const struct pki_key *key = NULL;

        if (type->bits > 1536)
            continue;
        CHECK_OK(pki_store_key(store, type, "a-label/1", &key, &err));
        count++;
    }
    struct pki_chain *chain =
        chain_of(store, "{'certs': {'leaf': {'imitate_key': 'bench-root'}}}"); /* not exported */
    struct buf text = export_of(store);
    CHECK_OK(pki_store_import(second, buf_text(&text), text.len, &err));
    CHECK_STR_EQ(err.text, "");
    for (const struct pki_key_type *type = pki_key_types; type->name != NULL; type++) {
        const struct pki_key *one = pki_store_find_key(store, type, "a-label/1");
        const struct pki_key *two = pki_store_find_key(second, type, "a-label/1");

        if (one == NULL)
            continue;
        REQUIRE(test_check(two != NULL, __FILE__, __LINE__, "%s is lost", type->name));
        CHECK_INT_EQ(EVP_PKEY_eq(one->pkey, two->pkey), 1);
        CHECK_MEM_EQ(one->id, two->id, sizeof(one->id));
        count--;
    }
    CHECK_UINT_EQ(count, 0);
    CHECK_UINT_EQ(ERR_peek_error(), 0);
    buf_done(&text);
    pki_chain_free(chain);
    pki_store_free(store);
    pki_store_free(second);
}

static void an_empty_store_can_be_kept(void)
{
    struct pki_store *store = pki_store_new();
    struct buf text = export_of(store);

    CHECK_OK(pki_store_import(store, buf_text(&text), text.len, NULL));
    CHECK_STR_CONTAINS(buf_text(&text), "assay-key-store 1\nend ");
    buf_done(&text);
    pki_store_free(store);
}

static void openssl_reads_the_pem_blocks(void)
{
    struct buf text = small_export();
    const char *begin = strstr(buf_text(&text), "-----BEGIN PRIVATE KEY-----\n");
    const char *newline = begin;

    REQUIRE(begin != NULL);
    for (int i = 0; i < 2; i++)
        newline = strchr(newline + 1, '\n');
    CHECK_INT_EQ(newline - strchr(begin, '\n'), 65); /* 64 characters a line, as RFC 7468 says */
    BIO *bio = BIO_new_mem_buf(begin, -1);
    EVP_PKEY *pkey = PEM_read_bio_PrivateKey(bio, NULL, NULL, NULL);
    CHECK(pkey != NULL);
    EVP_PKEY_free(pkey);
    BIO_free(bio);
    buf_done(&text);
}

static void a_store_in_use_takes_no_import(void)
{
    struct pki_store *store = pki_store_new();
    struct pki_chain *chain = chain_of(store, "{'certs': {'leaf': {}}}");
    struct buf text = small_export();
    struct assay_error err = {0};

    CHECK_INT_EQ(pki_store_import(store, buf_text(&text), text.len, &err), ASSAY_ERR_STATE);
    CHECK_STR_CONTAINS(err.text, "before the first key");
    buf_done(&text);
    pki_chain_free(chain);
    pki_store_free(store);
}

static void no_part_of_a_store_is_a_store(void)
{
    struct buf text = small_export();
    struct pki_store *store = pki_store_new();

    for (size_t len = 0; len < text.len; len++) {
        struct assay_error err = {0};
        char *part = malloc(len + 1); /* so that a sanitizer sees an over-read */

        REQUIRE(part != NULL);
        memcpy(part, text.data, len);
        CHECK_INT_EQ(pki_store_import(store, part, len, &err), ASSAY_ERR_MALFORMED);
        CHECK_STR_CONTAINS(err.text, "the key store is damaged: ");
        CHECK(store->keys == NULL);
        free(part);
    }
    CHECK_OK(pki_store_import(store, buf_text(&text), text.len, NULL));
    buf_done(&text);
    pki_store_free(store);
}

static void no_byte_of_a_store_may_change(void)
{
    struct buf text = small_export();
    struct pki_store *store = pki_store_new();

    for (size_t i = 0; i < text.len; i++) {
        struct assay_error err = {0};

        text.data[i] ^= 1;
        CHECK_INT_EQ(pki_store_import(store, buf_text(&text), text.len, &err), ASSAY_ERR_MALFORMED);
        CHECK(store->keys == NULL);
        text.data[i] ^= 1;
    }
    CHECK_UINT_EQ(ERR_peek_error(), 0);
    buf_done(&text);
    pki_store_free(store);
}

/* Put a right sum under entries that are wrong. */
static void seal(struct buf *text)
{
    uint8_t digest[SHA256_DIGEST_LENGTH];

    SHA256(text->data, text->len, digest);
    CHECK_OK(buf_add_text(text, "end "));
    CHECK_OK(buf_add_hex(text, digest, sizeof(digest)));
    CHECK_OK(buf_add_char(text, '\n'));
}

/* An EC key whose private half belongs to another one. */
static EVP_PKEY *torn_key(void)
{
    EVP_PKEY *one = EVP_EC_gen("P-256");
    EVP_PKEY *two = EVP_EC_gen("P-256");
    EVP_PKEY *torn = NULL;
    BIGNUM *secret = NULL;
    uint8_t point[65];
    size_t len = 0;
    OSSL_PARAM_BLD *bld = OSSL_PARAM_BLD_new();
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, "EC", NULL);

    EVP_PKEY_get_bn_param(one, OSSL_PKEY_PARAM_PRIV_KEY, &secret);
    EVP_PKEY_get_octet_string_param(two, OSSL_PKEY_PARAM_PUB_KEY, point, sizeof(point), &len);
    OSSL_PARAM_BLD_push_utf8_string(bld, OSSL_PKEY_PARAM_GROUP_NAME, "prime256v1", 0);
    OSSL_PARAM_BLD_push_BN(bld, OSSL_PKEY_PARAM_PRIV_KEY, secret);
    OSSL_PARAM_BLD_push_octet_string(bld, OSSL_PKEY_PARAM_PUB_KEY, point, len);
    OSSL_PARAM *params = OSSL_PARAM_BLD_to_param(bld);
    EVP_PKEY_fromdata_init(ctx);
    CHECK_INT_EQ(EVP_PKEY_fromdata(ctx, &torn, EVP_PKEY_KEYPAIR, params), 1);
    OSSL_PARAM_free(params);
    OSSL_PARAM_BLD_free(bld);
    EVP_PKEY_CTX_free(ctx);
    EVP_PKEY_free(one);
    EVP_PKEY_free(two);
    BN_free(secret);
    return torn;
}

enum block { NOTHING, GOOD_KEY, TORN_KEY, GOOD_ROOT, OTHER_ROOT, SPOILT_ROOT };

static void add_block(struct buf *text, enum block block, struct pki_store *store)
{
    struct pki_store *other = pki_store_new();
    struct buf der;
    EVP_PKEY *torn = NULL;
    const struct pki_key *key = NULL;

    buf_init(&der, 65536);
    CHECK_OK(pki_store_key(store, pki_key_type_find("p256"), "bench-root-ecdsa", &key, NULL));
    switch (block) {
    case NOTHING:
        break;
    case GOOD_KEY:
        CHECK_OK(pki_pkey_private_der(key->pkey, &der));
        break;
    case TORN_KEY:
        torn = torn_key();
        CHECK_OK(pki_pkey_private_der(torn, &der));
        EVP_PKEY_free(torn);
        break;
    case GOOD_ROOT:
    case SPOILT_ROOT:
    case OTHER_ROOT:
        CHECK_OK(pki_store_root(block == OTHER_ROOT ? other : store, "p256", &der, NULL));
        der.data[der.len - 1] ^= block == SPOILT_ROOT ? 1 : 0;
        break;
    }
    if (block != NOTHING)
        CHECK_OK(pki_pem_write(block >= GOOD_ROOT ? "CERTIFICATE" : "PRIVATE KEY", der.data,
                               der.len, text));
    buf_done(&der);
    pki_store_free(other);
}

struct entry {
    const char *line;
    enum block block;
};

static const struct {
    struct entry entries[3];
    const char *text;
} sealed[] = {
    {{{"key p256 bench-root-ecdsa\n", GOOD_KEY}}, NULL},
    {{{"key p256 bench-root-ecdsa\n", GOOD_KEY}, {"certificate bench-root-ecdsa\n", GOOD_ROOT}},
     NULL},
    {{{"certificate bench-root-ecdsa\n", GOOD_ROOT}}, "a certificate whose key is not there"},
    {{{"key p256 bench-root-ecdsa\n", GOOD_KEY}, {"certificate bench-root-ecdsa\n", SPOILT_ROOT}},
     "a certificate that its key did not sign"},
    {{{"key p256 bench-root-ecdsa\n", GOOD_KEY}, {"certificate bench-root-ecdsa\n", OTHER_ROOT}},
     "a certificate that its key did not sign"},
    {{{"key p256 bench-root-ecdsa\n", GOOD_KEY}, {"certificate bench-root-rsa\n", GOOD_ROOT}},
     "a certificate whose key is not there"},
    {{{"key p256 bench-root-ecdsa\n", GOOD_KEY},
      {"certificate bench-root-ecdsa\n", GOOD_ROOT},
      {"certificate bench-root-ecdsa\n", GOOD_ROOT}},
     "a certificate that was there already"},
    {{{"key p256 a\n", GOOD_KEY}, {"key p256 a\n", GOOD_KEY}}, "a key that was there already"},
    {{{"key p384 a\n", GOOD_KEY}}, "the key is not of the type that is said"},
    {{{"key p256-explicit a\n", GOOD_KEY}}, "the key is not of the type that is said"},
    {{{"key imitated a\n", GOOD_KEY}}, "a key of an unknown type"},
    {{{"key p256 a\n", TORN_KEY}}, "the private half of the key does not fit"},
    {{{"key p256\n", GOOD_KEY}}, "a key without a proper label"},
    {{{"key p256 a+b\n", GOOD_KEY}}, "a key without a proper label"},
    {{{"key p256 a b\n", GOOD_KEY}}, "neither a key nor a certificate"},
    {{{"key  p256 a\n", GOOD_KEY}}, "neither a key nor a certificate"},
    {{{" key p256 a\n", GOOD_KEY}}, "neither a key nor a certificate"},
    {{{"key p256 a\r\n", GOOD_KEY}}, "neither a key nor a certificate"},
    {{{"\n", NOTHING}}, "neither a key nor a certificate"},
    {{{"Key p256 a\n", GOOD_KEY}}, "neither a key nor a certificate"},
    {{{"key p256 a\n", GOOD_ROOT}}, "has to be \"-----BEGIN PRIVATE KEY-----\""},
    {{{"key p256 a\n", NOTHING}}, "an entry without its end"},
    {{{"certificate nobody\n", GOOD_ROOT}}, "a certificate of nobody"},
    {{{"certificate bench-root\n", GOOD_ROOT}}, "a certificate of nobody"},
    {{{"certificate bench-root-ecdsa x\n", GOOD_ROOT}}, "neither a key nor a certificate"},
    {{{"key p256 a\n-----BEGIN PRIVATE KEY-----\n-----END PRIVATE KEY-----\n", NOTHING}},
     "no private key"},
    {{{"key p256 a\n-----BEGIN PRIVATE KEY-----\nMDAw\n-----END PRIVATE KEY-----\n", NOTHING}},
     "no private key"},
    {{{"key p256 a\n-----BEGIN PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n", NOTHING}},
     "no line of base64"},
    {{{"key p256 a\n-----BEGIN PRIVATE KEY-----\n\n", NOTHING}}, "no line of base64"},
    {{{"key p256 a\n-----BEGIN ENCRYPTED PRIVATE KEY-----\n", NOTHING}},
     "has to be \"-----BEGIN PRIVATE KEY-----\""},
    {{{"certificate bench-root-ecdsa\n-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n",
       NOTHING}},
     "no certificate"},
    {{{"end 00\n", NOTHING}}, "neither a key nor a certificate"},
    {{{"key p256 a\n-----BEGIN PRIVATE KEY-----\nMDAw\n", NOTHING}}, "an entry without its end"},
    {{{"key p256 "
       "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
       "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
       "aaaa\n",
       NOTHING}},
     "longer than any line"},
};

static const char *const rsa_numbers[] = {
    OSSL_PKEY_PARAM_RSA_N,         OSSL_PKEY_PARAM_RSA_E,           OSSL_PKEY_PARAM_RSA_D,
    OSSL_PKEY_PARAM_RSA_FACTOR1,   OSSL_PKEY_PARAM_RSA_FACTOR2,     OSSL_PKEY_PARAM_RSA_EXPONENT1,
    OSSL_PKEY_PARAM_RSA_EXPONENT2, OSSL_PKEY_PARAM_RSA_COEFFICIENT1};

enum { RSA_NUMBERS = sizeof(rsa_numbers) / sizeof(rsa_numbers[0]) };

/* The same key with 2 added to one of its numbers; RSA_NUMBERS: to none. */
static EVP_PKEY *bent_rsa_key(const EVP_PKEY *key, size_t bent)
{
    BIGNUM *numbers[RSA_NUMBERS] = {NULL};
    OSSL_PARAM_BLD *bld = OSSL_PARAM_BLD_new();
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, "RSA", NULL);
    OSSL_PARAM *params = NULL;
    EVP_PKEY *made = NULL;

    for (size_t i = 0; i < RSA_NUMBERS; i++) {
        CHECK_INT_EQ(EVP_PKEY_get_bn_param(key, rsa_numbers[i], &numbers[i]), 1);
        if (i == bent)
            BN_add_word(numbers[i], 2);
        OSSL_PARAM_BLD_push_BN(bld, rsa_numbers[i], numbers[i]);
    }
    params = OSSL_PARAM_BLD_to_param(bld);
    EVP_PKEY_fromdata_init(ctx);
    CHECK_INT_EQ(EVP_PKEY_fromdata(ctx, &made, EVP_PKEY_KEYPAIR, params), 1);
    for (size_t i = 0; i < RSA_NUMBERS; i++)
        BN_free(numbers[i]);
    OSSL_PARAM_free(params);
    OSSL_PARAM_BLD_free(bld);
    EVP_PKEY_CTX_free(ctx);
    return made;
}

static void an_rsa_key_with_any_number_of_another_is_refused(void)
{
    EVP_PKEY *key = EVP_RSA_gen(1024);

    for (size_t bent = 0; bent <= RSA_NUMBERS; bent++) {
        EVP_PKEY *made = bent_rsa_key(key, bent);
        struct pki_store *store = pki_store_new();
        struct assay_error err = {0};
        struct buf text;
        struct buf der;

        buf_init(&text, 1 << 20);
        buf_init(&der, 65536);
        CHECK_OK(pki_pkey_private_der(made, &der));
        CHECK_OK(buf_add_text(&text, "assay-key-store 1\nkey rsa1024 a\n"));
        CHECK_OK(pki_pem_write("PRIVATE KEY", der.data, der.len, &text));
        seal(&text);
        test_check((pki_store_import(store, buf_text(&text), text.len, &err) == ASSAY_OK) ==
                       (bent == RSA_NUMBERS),
                   __FILE__, __LINE__, "number %zu: %s", bent, err.text);
        if (bent < RSA_NUMBERS)
            CHECK_STR_CONTAINS(err.text, "does not fit");
        buf_done(&text);
        buf_done(&der);
        pki_store_free(store);
        EVP_PKEY_free(made);
    }
    EVP_PKEY_free(key);
}

static void a_sealed_store_with_wrong_entries_is_refused(void)
{
    struct pki_store *source = pki_store_new();

    for (size_t i = 0; i < sizeof(sealed) / sizeof(sealed[0]); i++) {
        struct pki_store *store = pki_store_new();
        struct assay_error err = {0};
        struct buf text;

        buf_init(&text, 1 << 20);
        CHECK_OK(buf_add_text(&text, "assay-key-store 1\n"));
        for (size_t k = 0; k < 3 && sealed[i].entries[k].line != NULL; k++) {
            CHECK_OK(buf_add_text(&text, sealed[i].entries[k].line));
            add_block(&text, sealed[i].entries[k].block, source);
        }
        seal(&text);
        enum assay_status status = pki_store_import(store, buf_text(&text), text.len, &err);
        test_check(status == (sealed[i].text == NULL ? ASSAY_OK : ASSAY_ERR_MALFORMED), __FILE__,
                   __LINE__, "row %zu: status %d %s", i, (int)status, err.text);
        if (sealed[i].text != NULL) {
            CHECK_STR_CONTAINS(err.text, sealed[i].text);
            CHECK(store->keys == NULL);
        }
        buf_done(&text);
        pki_store_free(store);
    }
    CHECK_UINT_EQ(ERR_peek_error(), 0);
    pki_store_free(source);
}

static void text_after_the_end_or_another_version_is_refused(void)
{
    struct buf text = small_export();
    struct pki_store *store = pki_store_new();
    struct assay_error err = {0};

    CHECK_OK(buf_add_text(&text, "\n"));
    CHECK_INT_EQ(pki_store_import(store, buf_text(&text), text.len, &err), ASSAY_ERR_MALFORMED);
    CHECK_STR_CONTAINS(err.text, "the sum in its last line does not match");
    buf_clear(&text);
    CHECK_OK(buf_add_text(&text, "assay-key-store 2\n"));
    seal(&text);
    CHECK_INT_EQ(pki_store_import(store, buf_text(&text), text.len, &err), ASSAY_ERR_MALFORMED);
    CHECK_STR_CONTAINS(err.text, "line 1 of the key store has to be \"assay-key-store 1\"");
    CHECK_INT_EQ(pki_store_import(store, "x", (size_t)1 << 30, &err), ASSAY_ERR_LIMIT);
    buf_done(&text);
    pki_store_free(store);
}

static void each_family_has_its_own_root(void)
{
    struct pki_store *store = pki_store_new();
    struct assay_error err = {0};
    X509 *ecdsa = root_of(store, "auto");
    X509 *rsa = root_of(store, "rsa4096"); /* the family counts; the root itself has 2048 bits */

    REQUIRE(ecdsa != NULL && rsa != NULL);
    CHECK_INT_EQ(EVP_PKEY_is_a(X509_get0_pubkey(ecdsa), "EC"), 1);
    CHECK_INT_EQ(EVP_PKEY_is_a(X509_get0_pubkey(rsa), "RSA"), 1);
    CHECK_INT_EQ(EVP_PKEY_get_bits(X509_get0_pubkey(rsa)), 2048);
    CHECK(X509_NAME_cmp(X509_get_subject_name(ecdsa), X509_get_subject_name(rsa)) != 0);
    CHECK_OK(pki_store_set_default_key(store, "rsa2048", &err));
    X509 *chosen = root_of(store, "auto");
    CHECK_INT_EQ(X509_cmp(chosen, rsa), 0);
    X509_free(chosen);
    X509_free(ecdsa);
    X509_free(rsa);
    pki_store_free(store);
}

static void unknown_key_types_are_refused(void)
{
    struct pki_store *store = pki_store_new();
    struct assay_error err = {0};
    struct buf der;

    buf_init(&der, 4096);
    CHECK_INT_EQ(pki_store_set_default_key(store, "auto", &err), ASSAY_ERR_ARG);
    CHECK_STR_CONTAINS(err.text, "\"auto\" is no key type");
    CHECK_INT_EQ(pki_store_root(store, "dsa", &der, &err), ASSAY_ERR_ARG);
    CHECK_UINT_EQ(der.len, 0);
    buf_done(&der);
    pki_store_free(store);
}

TEST_SUITE(pki_store, TEST(a_second_run_has_the_same_root_and_makes_no_key),
           TEST(every_kind_of_key_survives), TEST(an_empty_store_can_be_kept),
           TEST(openssl_reads_the_pem_blocks), TEST(a_store_in_use_takes_no_import),
           TEST(no_part_of_a_store_is_a_store), TEST(no_byte_of_a_store_may_change),
           TEST(a_sealed_store_with_wrong_entries_is_refused),
           TEST(an_rsa_key_with_any_number_of_another_is_refused),
           TEST(text_after_the_end_or_another_version_is_refused),
           TEST(each_family_has_its_own_root), TEST(unknown_key_types_are_refused));
