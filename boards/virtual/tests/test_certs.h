/* SPDX-License-Identifier: Apache-2.0 */
/* Certificates of a test, minted when it starts: P-256 keys, valid around the machine's clock. */
#ifndef TEST_CERTS_H
#define TEST_CERTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <openssl/x509.h>

struct test_cert {
    X509 *cert;
    EVP_PKEY *key;
};

/* issuer NULL: a root. from_s and to_s count from now. purpose: serverAuth or clientAuth. */
struct test_cert test_cert_make(const char *host, const struct test_cert *issuer,
                                const char *purpose, long from_s, long to_s);
void test_cert_free(struct test_cert *cert);

/* PEM files DIRECTORY/NAME.crt, with the one that comes next in the chain or NULL, and NAME.key. */
bool test_cert_write(const struct test_cert *cert, const struct test_cert *next,
                     const char *directory, const char *name);

/* DER into out. @return its length, 0: too small */
size_t test_cert_der(const struct test_cert *cert, uint8_t *out, size_t cap);
size_t test_key_der(const struct test_cert *cert, uint8_t *out, size_t cap); /* PKCS#8 */

#endif
