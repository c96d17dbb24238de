/* SPDX-License-Identifier: Apache-2.0 */
/* FLAW_NONCE: ECDSA with one nonce for all signatures, which gives the key away. */
#ifndef STACK_OPENSSL_NONCE_H
#define STACK_OPENSSL_NONCE_H

#include <openssl/ec.h>
#include <openssl/evp.h>

EC_KEY_METHOD *stack_openssl_nonce_new(void);
void stack_openssl_nonce_free(EC_KEY_METHOD *method);

/*
 * @param method  has to outlive the key
 * @return the key with that signature function; NULL: it is no EC key, or out of memory
 */
EVP_PKEY *stack_openssl_nonce_key(const EC_KEY_METHOD *method, EVP_PKEY *key);

#endif
