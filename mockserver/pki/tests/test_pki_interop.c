/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What other people's verifiers say of our certificates: the openssl program, GnuTLS's certtool and
 * Mbed TLS. The last two know no other time than the machine's, hence these chains are made for it.
 */
#include "pki_test_support.h"
#include "test_support.h"

#include "base/deadline.h"
#include "base/exec.h"

#include <mbedtls/x509_crt.h>

#include <openssl/x509.h>

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define HOST "broker.bench.test"
#define CA   "'recipe': 'intermediate'"

enum { BAD_NAME = MBEDTLS_X509_BADCERT_CN_MISMATCH, BAD_TRUST = MBEDTLS_X509_BADCERT_NOT_TRUSTED };

struct row {
    const char *json;
    bool good;           /* for openssl and certtool */
    uint32_t mbed_flags; /* that Mbed TLS has to set; none: it accepts */
    bool mbed_differs;   /* it leaves this to its TLS layer, or does not know it */
};

/* clang-format off */
static const struct row rows[] = {
    {"{'certs': {'leaf': {}}}", true, 0, false},
    {"{'certs': {'leaf': {'issuer': 'ca'}, 'ca': {" CA "}}, 'chain': ['leaf', 'ca']}", true, 0, false},
    {"{'certs': {'leaf': {'issuer': 'b'}, 'b': {" CA ", 'issuer': 'a', 'basic_constraints': {'pathlen': 0}}, 'a': {" CA "}},"
     " 'chain': ['leaf', 'b', 'a']}", true, 0, false},
    {"{'certs': {'leaf': {'key': 'p384', 'hash': 'sha384'}}}", true, 0, false},
    {"{'certs': {'leaf': {'subject': '', 'san_critical': true}}}", true, 0, false},
    {"{'certs': {'leaf': {'san': ['dns:a.test', 'dns:*.bench.test']}}}", true, 0, false},
    {"{'certs': {'leaf': {'not_after': '2050-06-01T00:00:00Z'}}}", true, 0, false},
    {"{'certs': {'leaf': {'not_after': '9999-12-31T23:59:59Z'}}}", true, 0, false},
    {"{'certs': {'leaf': {'extensions': [{'oid': '1.2.3.4', 'der': '0500'}]}}}", true, 0, false},
    {"{'certs': {'leaf': {'padding': 4000}}}", true, 0, false},
    {"{'certs': {'leaf': {'not_before': '-30d', 'not_after': '-1d'}}}", false, MBEDTLS_X509_BADCERT_EXPIRED, false},
    {"{'certs': {'leaf': {'not_before': '+1d'}}}", false, MBEDTLS_X509_BADCERT_FUTURE, false},
    {"{'certs': {'leaf': {'issuer': 'ca'}, 'ca': {" CA ", 'not_after': '-1d'}}, 'chain': ['leaf', 'ca']}",
     false, MBEDTLS_X509_BADCERT_EXPIRED, false},
    {"{'certs': {'leaf': {'san': ['dns:evil.test']}}}", false, BAD_NAME, false},
    {"{'certs': {'leaf': {'san': ['dns:" HOST "\\u0000.evil.test']}}}", false, BAD_NAME, false},
    {"{'certs': {'leaf': {'recipe': 'self-signed'}}}", false, BAD_TRUST, false},
    {"{'certs': {'leaf': {'issuer': 'o'}, 'o': {'recipe': 'other-root'}}, 'chain': ['leaf', 'o']}", false, BAD_TRUST, false},
    {"{'certs': {'leaf': {'issuer': 'f'}, 'f': {'recipe': 'fake-root'}}, 'chain': ['leaf', 'f']}", false, BAD_TRUST, false},
    {"{'certs': {'leaf': {'public_key_from': 'e'}, 'e': {}}}", false, BAD_TRUST, false},
    {"{'certs': {'leaf': {'flip_signature_bit': 3}}}", false, BAD_TRUST, false},
    {"{'certs': {'leaf': {'issuer': 'ca'}, 'ca': {" CA ", 'flip_signature_bit': 3}}, 'chain': ['leaf', 'ca']}",
     false, BAD_TRUST, false},
    {"{'certs': {'leaf': {'issuer': 'e'}, 'e': {'san': ['dns:evil.test']}}, 'chain': ['leaf', 'e']}", false, BAD_TRUST, false},
    {"{'certs': {'leaf': {'issuer': 'ca'}, 'ca': {" CA "}}}", false, BAD_TRUST, false},
    {"{'certs': {'leaf': {'extended_key_usage': {'uses': ['clientAuth']}}}}", false,
     MBEDTLS_X509_BADCERT_EXT_KEY_USAGE, true},
    {"{'certs': {'leaf': {'extensions': [{'oid': '1.2.3.4', 'critical': true, 'der': '0500'}]}}}", false, 0, true},
    {"{'certs': {'leaf': {'issuer': 'ca'}, 'ca': {" CA ", 'name_constraints': {'permitted': ['dns:x.test']}}},"
     " 'chain': ['leaf', 'ca']}", false, 0, true},
};
/* clang-format on */

static void write_file(const char *name, const struct buf *text, char *path, size_t size)
{
    snprintf(path, size, "%s/%s", test_directory(), name);
    FILE *file = fopen(path, "w");

    if (file == NULL || fwrite(text->data, 1, text->len, file) != text->len || fclose(file) != 0)
        abort();
}

/* Whether the program said yes; what it said is shown where that was not expected. */
static bool runs(const char *const *argv, struct buf *said)
{
    struct exec_spec spec = exec_spec_default();
    struct exec_outcome outcome = {0};
    struct assay_error err = {0};

    spec.argv = argv;
    buf_clear(said);
    test_check(exec_run(&spec, deadline_in_ms(20000), said, &outcome, &err) == ASSAY_OK, __FILE__,
               __LINE__, "%s: %s", argv[0], err.text);
    return !outcome.signalled && outcome.code == 0;
}

struct files {
    char root[512], leaf[512], rest[512], chain[512];
    int64_t now_s;
};

static void write_chain(struct pki_store *store, const struct pki_chain *chain, struct files *files)
{
    struct buf pem;
    struct buf der;
    size_t leaf_len = 0;

    buf_init(&pem, 1 << 20);
    buf_init(&der, 1 << 20);
    CHECK_OK(pki_store_root(store, "auto", &der, NULL));
    CHECK_OK(pki_pem_certificate(der.data, der.len, &pem));
    write_file("root.pem", &pem, files->root, sizeof(files->root));
    buf_clear(&pem);
    for (size_t i = 0; i < pki_chain_count(chain); i++) {
        size_t len = 0;
        const uint8_t *member = pki_chain_der(chain, i, &len);

        CHECK_OK(pki_pem_certificate(member, len, &pem));
        leaf_len = i == 0 ? pem.len : leaf_len;
    }
    write_file("chain.pem", &pem, files->chain, sizeof(files->chain));
    struct buf rest = {.data = pem.data + leaf_len, .len = pem.len - leaf_len};
    write_file("rest.pem", &rest, files->rest, sizeof(files->rest));
    buf_truncate(&pem, leaf_len);
    write_file("leaf.pem", &pem, files->leaf, sizeof(files->leaf));
    buf_done(&pem);
    buf_done(&der);
}

static bool openssl_says_yes(const struct files *files, bool has_rest, struct buf *said)
{
    char time[32];
    const char *const argv[] = {"openssl",
                                "verify",
                                "-x509_strict",
                                "-purpose",
                                "sslserver",
                                "-verify_hostname",
                                HOST,
                                "-attime",
                                time,
                                "-CAfile",
                                files->root,
                                "-no-CApath",
                                has_rest ? "-untrusted" : files->leaf,
                                has_rest ? files->rest : NULL,
                                files->leaf,
                                NULL};

    snprintf(time, sizeof(time), "%" PRId64, files->now_s);
    return runs(argv, said);
}

static bool certtool_says_yes(const struct files *files, struct buf *said)
{
    const char *const argv[] = {
        "certtool", "--verify",         "--load-ca-certificate", files->root, "--verify-hostname",
        HOST,       "--verify-purpose", "1.3.6.1.5.5.7.3.1",     "--infile",  files->chain,
        NULL};

    return runs(argv, said);
}

static uint32_t mbed_flags(struct pki_store *store, const struct pki_chain *chain)
{
    mbedtls_x509_crt sent;
    mbedtls_x509_crt trusted;
    struct buf der;
    uint32_t flags = UINT32_MAX;

    mbedtls_x509_crt_init(&sent);
    mbedtls_x509_crt_init(&trusted);
    buf_init(&der, 1 << 16);
    CHECK_OK(pki_store_root(store, "auto", &der, NULL));
    CHECK_INT_EQ(mbedtls_x509_crt_parse_der(&trusted, der.data, der.len), 0);
    for (size_t i = 0; i < pki_chain_count(chain); i++) {
        size_t len = 0;
        const uint8_t *member = pki_chain_der(chain, i, &len);

        if (mbedtls_x509_crt_parse_der(&sent, member, len) != 0)
            goto out;
    }
    mbedtls_x509_crt_verify(&sent, &trusted, NULL, HOST, &flags, NULL, NULL);
out:
    mbedtls_x509_crt_free(&sent);
    mbedtls_x509_crt_free(&trusted);
    buf_done(&der);
    return flags;
}

static void check_row(struct pki_store *store, const struct row *row)
{
    struct value *description = tree(row->json);
    struct pki_chain *chain = NULL;
    struct files files = {.now_s = (int64_t)time(NULL)};
    struct assay_error err = {0};
    struct buf said;

    buf_init(&said, 1 << 16);
    test_check(pki_chain_make(store, value_get(description, "certs"),
                              value_get(description, "chain"), files.now_s, &chain,
                              &err) == ASSAY_OK,
               __FILE__, __LINE__, "%s: %s", row->json, err.text);
    value_free(description);
    REQUIRE(chain != NULL);
    write_chain(store, chain, &files);
    bool yes = openssl_says_yes(&files, pki_chain_count(chain) > 1, &said);
    test_check(yes == row->good, __FILE__, __LINE__, "%s: openssl said %s", row->json,
               buf_text(&said));
    yes = certtool_says_yes(&files, &said);
    test_check(yes == row->good, __FILE__, __LINE__, "%s: certtool said %s", row->json,
               buf_text(&said));
    uint32_t flags = mbed_flags(store, chain);
    if (!row->mbed_differs)
        test_check(row->good ? flags == 0 : (flags & row->mbed_flags) != 0, __FILE__, __LINE__,
                   "%s: Mbed TLS said %08x", row->json, flags);
    buf_done(&said);
    pki_chain_free(chain);
}

static void check_family(const char *key_type)
{
    struct pki_store *store = pki_store_new();

    CHECK_OK(pki_store_set_default_key(store, key_type, NULL));
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        check_row(store, &rows[i]);
    pki_store_free(store);
}

static void openssl_certtool_and_mbedtls_agree_about_ecdsa_chains(void)
{
    check_family("p256");
}

static void openssl_certtool_and_mbedtls_agree_about_rsa_chains(void)
{
    check_family("rsa2048");
}

TEST_SUITE(pki_interop, TEST(openssl_certtool_and_mbedtls_agree_about_ecdsa_chains),
           TEST(openssl_certtool_and_mbedtls_agree_about_rsa_chains));
