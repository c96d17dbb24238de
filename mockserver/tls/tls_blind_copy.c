/* SPDX-License-Identifier: Apache-2.0 */
#include "tls_blind_copy.h"

#include <openssl/err.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

bool tls_needs_blind_copy(X509 *leaf)
{
    bool unsound = X509_check_purpose(leaf, -1, 0) != 1;
    bool may_not_sign = (X509_get_key_usage(leaf) & KU_DIGITAL_SIGNATURE) == 0;

    ERR_clear_error();
    return unsound || may_not_sign;
}

/*
 * OpenSSL reads the extensions of a certificate once and keeps what they mean in flags; the bytes
 * that it sends are those that it parsed. So the extensions are taken out of the parsed object,
 * OpenSSL is made to read none, and they are put back.
 */
X509 *tls_blind_copy(const uint8_t *der, size_t len)
{
    X509 *copy = d2i_X509(NULL, &der, (long)len);
    STACK_OF(X509_EXTENSION) *extensions = NULL;
    STACK_OF(X509_EXTENSION) *aside = NULL;

    if (copy == NULL)
        return NULL;
    /* The object is ours; the const is about what callers should do with it. */
    extensions = (STACK_OF(X509_EXTENSION) *)(uintptr_t)X509_get0_extensions(copy);
    aside = sk_X509_EXTENSION_dup(extensions);
    sk_X509_EXTENSION_zero(extensions);
    (void)X509_check_purpose(copy, -1, 0); /* reads and keeps; the answer is of no interest */
    for (int i = 0; i < sk_X509_EXTENSION_num(aside); i++)
        if (sk_X509_EXTENSION_push(extensions, sk_X509_EXTENSION_value(aside, i)) == 0) {
            sk_X509_EXTENSION_free(aside);
            X509_free(copy);
            return NULL;
        }
    sk_X509_EXTENSION_free(aside);
    return copy;
}
