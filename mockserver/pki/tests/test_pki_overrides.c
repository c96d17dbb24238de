/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every key of a description against its control: what it changes in the certificate, and that it
 * changes nothing else. Fields are compared by value_diff(); `signed_by` is the name of the
 * certificate whose key verifies the signature, or "nobody".
 */
#include "pki_spec.h"
#include "pki_test_support.h"
#include "test_support.h"

#include <openssl/asn1.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/objects.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <stdio.h>
#include <stdlib.h>

/* clang-format off */
static const char control[] =
    "{'certs': {'leaf': {'serial': '11'}, 'other': {'subject': 'CN=other', 'key_label': 'second'},"
    "           'ca': {'recipe': 'intermediate'}, 'rsa': {'recipe': 'intermediate', 'key': 'rsa1024'},"
    "           'e3': {'recipe': 'intermediate', 'key': 'rsa2048-e3'}}}";

#define SKI " subjectKeyIdentifier"
#define AKI " authorityKeyIdentifier"

static const struct {
    const char *override; /* of certs.leaf */
    const char *differs;  /* in the order of the fields of describe() */
} rows[] = {
    {"{}", ""},
    {"{'recipe': 'self-signed'}", "issuer" AKI " signed_by"},
    {"{'recipe': 'client'}",
     "issuer not_after subject extendedKeyUsage"
     " authorityKeyIdentifier subjectAltName signed_by"},
    {"{'issuer': 'ca'}", "issuer" AKI " signed_by"},
    {"{'issuer': 'bench-root-ecdsa'}", ""},
    {"{'issuer': 'client-ca'}", "issuer" AKI " signed_by"},
    {"{'sign_key': 'ca'}", "signed_by"},
    {"{'sign_key': 'self'}", "signed_by"},
    {"{'key': 'p384'}", "public_key" SKI},
    {"{'key': 'p256-explicit'}", "public_key" SKI},
    {"{'key': 'dsa2048'}", "public_key" SKI},
    {"{'key': 'rsa1024'}", "public_key keyUsage" SKI},
    {"{'key_label': 'another'}", "public_key" SKI},
    {"{'key_label': 'second'}", "public_key" SKI},
    {"{'imitate_key': 'bench-root'}", "public_key" SKI},
    {"{'public_key_from': 'other'}", "public_key signed_by"},
    {"{'hash': 'sha512'}", "tbs_algorithm outer_algorithm"},
    {"{'hash': 'sha1'}", "tbs_algorithm outer_algorithm"},
    {"{'issuer': 'rsa', 'hash': 'md5'}",
     "tbs_algorithm issuer authorityKeyIdentifier outer_algorithm signed_by"},
    {"{'issuer': 'rsa', 'pss': true}",
     "tbs_algorithm issuer authorityKeyIdentifier outer_algorithm signed_by"},
    {"{'tbs_algorithm': 'ecdsa-sha384'}", "tbs_algorithm"},
    {"{'tbs_algorithm': '1.2.3.4'}", "tbs_algorithm"},
    {"{'outer_algorithm': 'rsa-sha256'}", "outer_algorithm"},
    {"{'outer_algorithm': '1.2.3.4'}", "outer_algorithm"},
    {"{'subject': 'CN=x'}", "subject"},
    {"{'subject': ''}", "subject"},
    {"{'subject_from': 'other'}", "subject"},
    {"{'issuer_name': 'CN=x'}", "issuer"},
    {"{'san': ['dns:x']}", "subjectAltName"},
    {"{'san': []}", "subjectAltName"},
    {"{'san_critical': true}", "subjectAltName"},
    {"{'not_before': '-2d'}", "not_before"},
    {"{'not_after': '-1s'}", "not_after"},
    {"{'not_before_raw': 'utctime:2701140800Z'}", "not_before"},
    {"{'not_after_raw': 'generalizedtime:20270415080000.5Z'}", "not_after"},
    {"{'time_form': 'generalizedtime'}", "not_before not_after"},
    {"{'time_form': 'utctime'}", ""},
    {"{'serial': '00'}", "serial"},
    {"{'serial': 'ff'}", "serial"},
    {"{'version': 2}", "version"},
    {"{'version': 4}", "version"},
    {"{'version': 0}", "version"},
    {"{'version': 2147483649}", "version"},
    {"{'version': 1}",
     "version keyUsage extendedKeyUsage subjectKeyIdentifier authorityKeyIdentifier subjectAltName"},
    {"{'version': 1, 'force_extensions': true}", "version"},
    {"{'basic_constraints': {}}", "basicConstraints"},
    {"{'basic_constraints': {'present': false}}", ""},
    {"{'basic_constraints': {'ca': true, 'critical': true}}", "basicConstraints"},
    {"{'basic_constraints': {'pathlen': 3}}", "basicConstraints"},
    {"{'key_usage': {'present': false}}", "keyUsage"},
    {"{'key_usage': {'critical': false}}", "keyUsage"},
    {"{'key_usage': {'uses': ['digitalSignature']}}", ""},
    {"{'key_usage': {'uses': ['keyAgreement', 'decipherOnly']}}", "keyUsage"},
    {"{'extended_key_usage': {'present': false}}", "extendedKeyUsage"},
    {"{'extended_key_usage': {'critical': true}}", "extendedKeyUsage"},
    {"{'extended_key_usage': {'uses': ['clientAuth']}}", "extendedKeyUsage"},
    {"{'subject_key_id': false}", "subjectKeyIdentifier"},
    {"{'subject_key_id': '0102'}", "subjectKeyIdentifier"},
    {"{'subject_key_id_from': 'bench-root'}", "subjectKeyIdentifier"},
    {"{'authority_key_id': false}", "authorityKeyIdentifier"},
    {"{'authority_key_id': 'aabb'}", "authorityKeyIdentifier"},
    {"{'name_constraints': {'permitted': ['dns:bench.test']}}", "nameConstraints"},
    {"{'extensions': [{'oid': '1.2.3.4', 'critical': true, 'der': '0500'}]}", "1_2_3_4"},
    {"{'extensions': [{'oid': '2.5.29.17', 'der': '3003820178'}]}", "subjectAltName"},
    {"{'padding': 100}", "1_3_6_1_4_1_55555_1"},
    {"{'omit': ['extensions']}",
     "keyUsage extendedKeyUsage subjectKeyIdentifier authorityKeyIdentifier subjectAltName"},
    {"{'signature': ''}", "signed_by"},
    {"{'signature': '3006020100020100'}", "signed_by"},
    {"{'forge': 'ecdsa-zero'}", "signed_by"},
    {"{'forge': 'ecdsa-order'}", "signed_by"},
    {"{'forge': 'ecdsa-above'}", "signed_by"},
    {"{'forge': 'ecdsa-negative'}", "signed_by"},
    {"{'forge': 'ecdsa-padded'}", "signed_by"},
    {"{'issuer': 'e3', 'forge': 'rsa-e3'}",
     "tbs_algorithm issuer authorityKeyIdentifier outer_algorithm signed_by"},
    {"{'truncate_signature': 1}", "signed_by"},
    {"{'flip_signature_bit': 0}", "signed_by"},
    {"{'flip_signature_bit': 255}", "signed_by"},
    {"{'mutate_seed': 3, 'mutate_where': 'tbs'}", NULL},
    {"{'mutate_seed': 3, 'mutate_count': 2}", NULL},
    {"{'damage': ['trailing-bytes']}", NULL},
    {"{'der': '3000'}", NULL},
};
/* clang-format on */

enum { ROW_COUNT = sizeof(rows) / sizeof(rows[0]) };

static void set_hex(struct value *map, const char *key, const void *data, size_t len)
{
    struct buf hex;

    buf_init(&hex, 1 << 20);
    CHECK_OK(buf_add_hex(&hex, data, len));
    CHECK_OK(value_set(map, key, value_new_text(buf_text(&hex))));
    buf_done(&hex);
}

#define SET_DER(map, key, type, object)                                                            \
    do {                                                                                           \
        unsigned char *der_ = NULL;                                                                \
        int len_ = i2d_##type((object), &der_);                                                    \
        set_hex((map), (key), der_, (size_t)len_);                                                 \
        OPENSSL_free(der_);                                                                        \
    } while (0)

/* Also where libcrypto refuses because the two algorithms differ, or are unknown to it. */
static bool is_signed_by(X509 *x509, EVP_PKEY *key)
{
    const ASN1_BIT_STRING *signature = NULL;
    unsigned char *tbs = NULL;
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();

    if (X509_verify(x509, key) == 1) {
        EVP_MD_CTX_free(ctx);
        return true;
    }
    X509_get0_signature(&signature, NULL, x509);
    int len = i2d_re_X509_tbs(x509, &tbs);
    bool good = len > 0 &&
                EVP_DigestVerifyInit_ex(ctx, NULL, "sha256", NULL, NULL, key, NULL) == 1 &&
                EVP_DigestVerify(ctx, ASN1_STRING_get0_data(signature),
                                 (size_t)ASN1_STRING_length(signature), tbs, (size_t)len) == 1;
    EVP_MD_CTX_free(ctx);
    OPENSSL_free(tbs);
    ERR_clear_error();
    return good;
}

static const char *signer_of(struct pki_store *store, const struct pki_chain *chain, X509 *x509)
{
    static const char *const names[] = {"leaf", "other", "ca", "rsa", "e3"};
    X509 *root = root_of(store, "p256");
    X509 *client_ca = NULL;
    const char *found = "nobody";

    CHECK_OK(pki_store_client_ca(store, &client_ca, NULL));
    if (is_signed_by(x509, X509_get0_pubkey(root)))
        found = "bench-root";
    if (is_signed_by(x509, X509_get0_pubkey(client_ca)))
        found = "client-ca";
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        if (is_signed_by(x509, pki_chain_key_of(chain, names[i])))
            found = names[i];
    X509_free(root);
    return found;
}

static void describe_extension(const X509_EXTENSION *extension, struct value *map)
{
    ASN1_OBJECT *object = X509_EXTENSION_get_object((X509_EXTENSION *)(uintptr_t)extension);
    const ASN1_OCTET_STRING *data = X509_EXTENSION_get_data((X509_EXTENSION *)(uintptr_t)extension);
    char name[80];
    struct buf text;

    if (OBJ_obj2nid(object) != NID_undef)
        snprintf(name, sizeof(name), "%s", OBJ_nid2sn(OBJ_obj2nid(object)));
    else
        OBJ_obj2txt(name, sizeof(name), object, 1);
    for (char *p = name; *p != '\0'; p++)
        *p = (char)(*p == '.' ? '_' : *p);
    buf_init(&text, 1 << 20);
    const char *before = value_text(value_get(map, name)); /* a second one of the same kind */
    CHECK_OK(buf_printf(&text, "%s%d:", before != NULL ? before : "",
                        X509_EXTENSION_get_critical(extension)));
    CHECK_OK(buf_add_hex(&text, ASN1_STRING_get0_data(data), (size_t)ASN1_STRING_length(data)));
    CHECK_OK(value_set(map, name, value_new_text(buf_text(&text))));
    buf_done(&text);
}

static void describe_time(const ASN1_TIME *time, const char *key, struct value *map)
{
    char text[80];

    snprintf(text, sizeof(text), "%d %.*s", ASN1_STRING_type(time), ASN1_STRING_length(time),
             (const char *)ASN1_STRING_get0_data(time));
    CHECK_OK(value_set(map, key, value_new_text(text)));
}

/* Every field of the first certificate of the chain. */
static struct value *describe(struct pki_store *store, const struct pki_chain *chain)
{
    struct value *map = value_new_map();
    X509 *x509 = pki_chain_x509(chain, 0);
    const X509_ALGOR *algorithm = NULL;

    CHECK_OK(value_set(map, "version", value_new_int(X509_get_version(x509))));
    SET_DER(map, "serial", ASN1_INTEGER, X509_get0_serialNumber(x509));
    SET_DER(map, "tbs_algorithm", X509_ALGOR, X509_get0_tbs_sigalg(x509));
    SET_DER(map, "issuer", X509_NAME, X509_get_issuer_name(x509));
    describe_time(X509_get0_notBefore(x509), "not_before", map);
    describe_time(X509_get0_notAfter(x509), "not_after", map);
    SET_DER(map, "subject", X509_NAME, X509_get_subject_name(x509));
    SET_DER(map, "public_key", X509_PUBKEY, X509_get_X509_PUBKEY(x509));
    for (int i = 0; i < X509_get_ext_count(x509); i++)
        describe_extension(X509_get_ext(x509, i), map);
    X509_get0_signature(NULL, &algorithm, x509);
    SET_DER(map, "outer_algorithm", X509_ALGOR, algorithm);
    CHECK_OK(value_set(map, "signed_by", value_new_text(signer_of(store, chain, x509))));
    return map;
}

static struct pki_chain *chain_with(struct pki_store *store, const char *override)
{
    char json[sizeof(control) + 512];
    struct value *description = tree(control);
    struct value *over = NULL;
    struct value *chain_names = tree("['leaf']");
    struct pki_chain *chain = NULL;
    struct assay_error err = {0};

    snprintf(json, sizeof(json), "{'certs': {'leaf': %s}}", override);
    over = tree(json);
    CHECK_OK(value_merge(description, over));
    test_check(pki_chain_make(store, value_get(description, "certs"), chain_names, NOW_S, &chain,
                              &err) == ASSAY_OK,
               __FILE__, __LINE__, "%s: %s", override, err.text);
    value_free(description);
    value_free(over);
    value_free(chain_names);
    return chain;
}

static void check_difference(const char *override, const struct value *before,
                             const struct value *after, const char *want)
{
    struct value *paths = NULL;
    struct buf got;

    buf_init(&got, 4096);
    CHECK_OK(value_diff(before, after, &paths));
    for (size_t i = 0; i < value_count(paths); i++)
        CHECK_OK(buf_printf(&got, "%s%s", i > 0 ? " " : "", value_text(value_at(paths, i))));
    test_check(strcmp(buf_text(&got), want[0] == ' ' ? want + 1 : want) == 0, __FILE__, __LINE__,
               "%s changes \"%s\", not \"%s\"", override, buf_text(&got), want);
    value_free(paths);
    buf_done(&got);
}

static void each_key_changes_what_it_says_and_nothing_else(void)
{
    struct pki_store *store = pki_store_new();
    struct pki_chain *good = chain_with(store, "{}");
    struct value *before = describe(store, good);

    CHECK_STR_EQ(value_text(value_get(before, "signed_by")), "bench-root");
    for (size_t i = 0; i < ROW_COUNT; i++) {
        struct pki_chain *chain = chain_with(store, rows[i].override);

        REQUIRE(chain != NULL);
        if (rows[i].differs == NULL) {
            pki_chain_free(chain);
            continue;
        }
        REQUIRE(test_check(pki_chain_x509(chain, 0) != NULL, __FILE__, __LINE__, "%s: not parsed",
                           rows[i].override));
        struct value *after = describe(store, chain);
        check_difference(rows[i].override, before, after, rows[i].differs);
        value_free(after);
        pki_chain_free(chain);
    }
    value_free(before);
    pki_chain_free(good);
    pki_store_free(store);
}

static void every_key_of_the_table_is_tried_here(void)
{
    char quoted[64];

    for (const struct key_spec *key = pki_keys; key->name != NULL; key++) {
        bool found = false;

        snprintf(quoted, sizeof(quoted), "'%s':", key->name);
        for (size_t i = 0; i < ROW_COUNT; i++)
            found = found || strstr(rows[i].override, quoted) != NULL;
        test_check(found, __FILE__, __LINE__, "no row tries %s", key->name);
    }
}

TEST_SUITE(pki_overrides, TEST(each_key_changes_what_it_says_and_nothing_else),
           TEST(every_key_of_the_table_is_tried_here));
