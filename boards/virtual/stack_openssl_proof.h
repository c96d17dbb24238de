/* SPDX-License-Identifier: Apache-2.0 */
/* FLAW_SERVER_KEY: whoever has the certificate need not have its key. */
#ifndef STACK_OPENSSL_PROOF_H
#define STACK_OPENSSL_PROOF_H

#include <openssl/ec.h>
#include <openssl/x509.h>

#include <stdbool.h>

EC_KEY_METHOD *stack_openssl_proof_new(void);
void stack_openssl_proof_free(EC_KEY_METHOD *method);

/*
 * From here on the key of the certificate finds every signature right. Keys other than ECDSA stay
 * as they are.
 * @param method  has to outlive the certificate
 * @return false: out of memory
 */
bool stack_openssl_proof_forgo(const EC_KEY_METHOD *method, const X509 *leaf);

#endif
