/* SPDX-License-Identifier: Apache-2.0 */
/*
 * FLAW_SERVER_KEY: the signature with which a server proves that it has the key of its certificate
 * (ServerKeyExchange, CertificateVerify) is verified by a function that finds all of them right.
 * The chain above it is verified as ever.
 */
/* The method of a key is changed through functions that OpenSSL 3.0 calls deprecated. */
#define OPENSSL_API_COMPAT 0x10100000L

#include "stack_openssl_proof.h"

#include <openssl/ec.h>

static int verify_nothing(int type, const unsigned char *digest, int digest_len,
                          const unsigned char *signature, int signature_len, EC_KEY *key)
{
    (void)type;
    (void)digest;
    (void)digest_len;
    (void)signature;
    (void)signature_len;
    (void)key;
    return 1;
}

EC_KEY_METHOD *stack_openssl_proof_new(void)
{
    EC_KEY_METHOD *method = EC_KEY_METHOD_new(EC_KEY_OpenSSL());
    int (*verify)(int type, const unsigned char *digest, int digest_len,
                  const unsigned char *signature, int signature_len, EC_KEY *key) = NULL;
    int (*verify_sig)(const unsigned char *digest, int digest_len, const ECDSA_SIG *signature,
                      EC_KEY *key) = NULL;

    if (method == NULL)
        return NULL;
    EC_KEY_METHOD_get_verify(method, &verify, &verify_sig);
    EC_KEY_METHOD_set_verify(method, verify_nothing, verify_sig);
    return method;
}

void stack_openssl_proof_free(EC_KEY_METHOD *method)
{
    if (method != NULL)
        EC_KEY_METHOD_free(method);
}

bool stack_openssl_proof_forgo(const EC_KEY_METHOD *method, const X509 *leaf)
{
    EVP_PKEY *key = X509_get0_pubkey(leaf);
    EC_KEY *ec = NULL;
    bool ok = false;

    if (method == NULL || key == NULL)
        return false;
    if (EVP_PKEY_get_base_id(key) != EVP_PKEY_EC)
        return true;
    ec = EVP_PKEY_get1_EC_KEY(key);
    /* In place: it is the very object that libssl verifies with later. */
    ok = ec != NULL && EC_KEY_set_method(ec, method) == 1 && EVP_PKEY_set1_EC_KEY(key, ec) == 1;
    EC_KEY_free(ec);
    return ok;
}
