/* SPDX-License-Identifier: Apache-2.0 */
/* The certificates that a context sends and the key that it signs with. */
#include "tls_internal.h"

#include "tls_blind_copy.h"
#include "tls_fake_key.h"

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

#include <stdlib.h>
#include <string.h>

/*
 * libssl sends what it can parse, in the encoding that it would write itself. Where that is not
 * what the scenario asked for, the case must not run as if it were.
 */
static enum assay_status check_member(const struct pki_chain *chain, size_t i,
                                      struct assay_error *err)
{
    X509 *x509 = pki_chain_x509(chain, i);
    size_t len = 0;
    const uint8_t *der = pki_chain_der(chain, i, &len);
    unsigned char *encoded = NULL;
    int encoded_len = 0;
    bool same = false;

    if (x509 == NULL)
        return assay_error_set(err, ASSAY_ERR_UNSUPPORTED,
                               "chain.%zu: OpenSSL cannot send a certificate that it cannot parse",
                               i + 1);
    encoded_len = i2d_X509(x509, &encoded);
    same = encoded_len >= 0 && (size_t)encoded_len == len && memcmp(encoded, der, len) == 0;
    OPENSSL_free(encoded);
    if (!same)
        return assay_error_set(err, ASSAY_ERR_UNSUPPORTED,
                               "chain.%zu: OpenSSL would send this certificate in another encoding",
                               i + 1);
    return ASSAY_OK;
}

static enum assay_status note_member(struct tls_context *context, const struct pki_chain *chain,
                                     size_t i)
{
    char *name = X509_NAME_oneline(X509_get_subject_name(pki_chain_x509(chain, i)), NULL, 0);
    size_t len = 0;

    (void)pki_chain_der(chain, i, &len);
    context->chain_bytes += (int64_t)len;
    context->subjects[i] = strdup(name != NULL ? name : "");
    OPENSSL_free(name);
    if (context->subjects[i] == NULL)
        return ASSAY_ERR_NOMEM;
    context->subject_count++;
    return ASSAY_OK;
}

static enum assay_status use_leaf(struct tls_context *context, const struct pki_chain *chain,
                                  struct assay_error *err)
{
    X509 *leaf = pki_chain_x509(chain, 0);
    X509 *copy = NULL;
    bool ok = false;

    if (tls_needs_blind_copy(leaf)) {
        size_t len = 0;
        const uint8_t *der = pki_chain_der(chain, 0, &len);

        copy = tls_blind_copy(der, len);
        leaf = copy;
    }
    ok = leaf != NULL && SSL_CTX_use_certificate(context->ctx, leaf) == 1;
    X509_free(copy);
    return ok ? ASSAY_OK
              : tls_crypto_error(err, ASSAY_ERR_UNSUPPORTED,
                                 "chain.1: OpenSSL does not serve a certificate with this key");
}

static enum assay_status add_chain(struct tls_context *context, const struct pki_chain *chain,
                                   struct assay_error *err)
{
    size_t count = pki_chain_count(chain);

    context->subjects = calloc(count, sizeof(*context->subjects));
    if (context->subjects == NULL)
        return assay_error_set(err, ASSAY_ERR_NOMEM, "out of memory");
    for (size_t i = 0; i < count; i++) {
        ASSAY_TRY(check_member(chain, i, err));
        if (note_member(context, chain, i) != ASSAY_OK)
            return assay_error_set(err, ASSAY_ERR_NOMEM, "out of memory");
        if (i == 0)
            ASSAY_TRY(use_leaf(context, chain, err));
        if (i > 0 && SSL_CTX_add1_chain_cert(context->ctx, pki_chain_x509(chain, i)) != 1)
            return tls_crypto_error(err, ASSAY_ERR_CRYPTO, "chain.%zu", i + 1);
    }
    return ASSAY_OK;
}

static enum assay_status find_key(const struct tls_context *context, const struct pki_chain *chain,
                                  EVP_PKEY **ret, struct assay_error *err)
{
    const char *name = context->config.key;
    EVP_PKEY *key = name != NULL ? pki_chain_key_of(chain, name) : pki_chain_key(chain);

    if (key == NULL && name != NULL)
        return assay_error_set(err, ASSAY_ERR_MALFORMED,
                               "tls.key: there is no certificate \"%s\" in `certs`", name);
    if (key == NULL)
        return assay_error_set(err, ASSAY_ERR_UNSUPPORTED, "chain.1: it has no private key");
    *ret = key;
    return ASSAY_OK;
}

static enum assay_status use_fake_key(struct tls_context *context, X509 *leaf, EVP_PKEY *key,
                                      struct assay_error *err)
{
    EVP_PKEY *fake = tls_fake_key_new(X509_get0_pubkey(leaf), key);
    enum assay_status status = ASSAY_OK;

    if (fake == NULL) {
        ERR_clear_error();
        return assay_error_set(err, ASSAY_ERR_UNSUPPORTED,
                               "tls.key: the key that the server is to sign with must be of the "
                               "same type and curve as that of the leaf");
    }
    if (SSL_CTX_use_PrivateKey(context->ctx, fake) != 1)
        status = tls_crypto_error(err, ASSAY_ERR_UNSUPPORTED, "tls.key");
    EVP_PKEY_free(fake);
    if (status != ASSAY_OK)
        return status;
    context->key_note = strdup("signed with a key that is not the certificate's");
    return context->key_note != NULL ? ASSAY_OK
                                     : assay_error_set(err, ASSAY_ERR_NOMEM, "out of memory");
}

enum assay_status tls_credentials_apply(struct tls_context *context,
                                        const struct tls_settings *settings,
                                        struct assay_error *err)
{
    const struct pki_chain *chain = settings->chain;
    EVP_PKEY *key = NULL;
    X509 *leaf = NULL;

    if (chain == NULL || pki_chain_count(chain) == 0) {
        if (context->config.psk.identity != NULL || context->may_be_anonymous)
            return ASSAY_OK;
        return assay_error_set(err, ASSAY_ERR_UNSUPPORTED,
                               "chain: a server without certificates needs tls.psk or anonymous "
                               "suites in tls.ciphers");
    }
    ASSAY_TRY(add_chain(context, chain, err));
    ASSAY_TRY(find_key(context, chain, &key, err));
    leaf = pki_chain_x509(chain, 0);
    if (EVP_PKEY_eq(X509_get0_pubkey(leaf), key) != 1)
        return use_fake_key(context, leaf, key, err);
    if (SSL_CTX_use_PrivateKey(context->ctx, key) != 1)
        return tls_crypto_error(err, ASSAY_ERR_UNSUPPORTED, "chain.1: its private key");
    return ASSAY_OK;
}
