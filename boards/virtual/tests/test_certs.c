/* SPDX-License-Identifier: Apache-2.0 */
#include "test_certs.h"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <stdio.h>
#include <string.h>

static bool add_extension(X509 *cert, X509 *issuer, int nid, const char *value)
{
    X509V3_CTX ctx;
    X509_EXTENSION *extension = NULL;
    bool ok = false;

    X509V3_set_ctx(&ctx, issuer, cert, NULL, NULL, 0);
    extension = X509V3_EXT_conf_nid(NULL, &ctx, nid, value);
    ok = extension != NULL && X509_add_ext(cert, extension, -1) == 1;
    X509_EXTENSION_free(extension);
    return ok;
}

static bool add_extensions(X509 *cert, X509 *issuer, const char *host, const char *purpose)
{
    char san[128];
    bool is_root = cert == issuer;

    snprintf(san, sizeof(san), "DNS:%s", host);
    if (!add_extension(cert, issuer, NID_subject_key_identifier, "hash"))
        return false;
    if (is_root)
        return add_extension(cert, issuer, NID_basic_constraints, "critical,CA:TRUE") &&
               add_extension(cert, issuer, NID_key_usage, "critical,keyCertSign,cRLSign");
    return add_extension(cert, issuer, NID_authority_key_identifier, "keyid:always") &&
           add_extension(cert, issuer, NID_key_usage, "critical,digitalSignature") &&
           add_extension(cert, issuer, NID_ext_key_usage, purpose) &&
           add_extension(cert, issuer, NID_subject_alt_name, san);
}

struct test_cert test_cert_make(const char *host, const struct test_cert *issuer,
                                const char *purpose, long from_s, long to_s)
{
    struct test_cert made = {.cert = X509_new(), .key = EVP_EC_gen("P-256")};
    X509 *signer = issuer != NULL ? issuer->cert : made.cert;
    X509_NAME *name = X509_get_subject_name(made.cert);

    X509_set_version(made.cert, X509_VERSION_3);
    ASN1_INTEGER_set(X509_get_serialNumber(made.cert), from_s < 0 ? -from_s : 1);
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, (const unsigned char *)host, -1, -1, 0);
    X509_set_issuer_name(made.cert, X509_get_subject_name(signer));
    X509_gmtime_adj(X509_getm_notBefore(made.cert), from_s);
    X509_gmtime_adj(X509_getm_notAfter(made.cert), to_s);
    X509_set_pubkey(made.cert, made.key);
    if (!add_extensions(made.cert, signer, host, purpose) ||
        X509_sign(made.cert, issuer != NULL ? issuer->key : made.key, EVP_sha256()) == 0)
        test_cert_free(&made);
    return made;
}

void test_cert_free(struct test_cert *cert)
{
    X509_free(cert->cert);
    EVP_PKEY_free(cert->key);
    *cert = (struct test_cert){0};
}

bool test_cert_write(const struct test_cert *cert, const struct test_cert *next,
                     const char *directory, const char *name)
{
    char path[512];
    FILE *file = NULL;
    bool ok = false;

    snprintf(path, sizeof(path), "%s/%s.crt", directory, name);
    file = fopen(path, "w");
    ok = file != NULL && PEM_write_X509(file, cert->cert) == 1 &&
         (next == NULL || PEM_write_X509(file, next->cert) == 1);
    if (file != NULL)
        fclose(file);
    snprintf(path, sizeof(path), "%s/%s.key", directory, name);
    file = fopen(path, "w");
    ok = ok && file != NULL &&
         PEM_write_PKCS8PrivateKey(file, cert->key, NULL, NULL, 0, NULL, NULL) == 1;
    if (file != NULL)
        fclose(file);
    return ok;
}

size_t test_cert_der(const struct test_cert *cert, uint8_t *out, size_t cap)
{
    int len = i2d_X509(cert->cert, NULL);

    return len > 0 && (size_t)len <= cap ? (size_t)i2d_X509(cert->cert, &out) : 0;
}

size_t test_key_der(const struct test_cert *cert, uint8_t *out, size_t cap)
{
    PKCS8_PRIV_KEY_INFO *info = EVP_PKEY2PKCS8(cert->key);
    int len = i2d_PKCS8_PRIV_KEY_INFO(info, NULL);

    len = len > 0 && (size_t)len <= cap ? i2d_PKCS8_PRIV_KEY_INFO(info, &out) : 0;
    PKCS8_PRIV_KEY_INFO_free(info);
    return (size_t)len;
}
