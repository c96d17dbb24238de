/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TLS_FAKE_KEY_H
#define TLS_FAKE_KEY_H

#include <openssl/types.h>

/*
 * A key whose public half is that of `certificate` and whose private half is that of `other`.
 * OpenSSL compares only the public halves, so it serves the certificate with it, and every
 * signature that it makes is wrong. NULL where the two are not of one type (and curve).
 */
EVP_PKEY *tls_fake_key_new(EVP_PKEY *certificate, EVP_PKEY *other);

#endif
