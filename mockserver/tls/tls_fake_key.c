/* SPDX-License-Identifier: Apache-2.0 */
#include "tls_fake_key.h"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>

#include <stdbool.h>
#include <stddef.h>

/*
 * Both keys are exported as parameters; those of the public half are taken from the certificate's
 * key. An RSA key goes without its primes: with them OpenSSL would sign by the Chinese remainder
 * theorem and see that the result does not fit.
 */
static const char *const rsa_public[] = {OSSL_PKEY_PARAM_RSA_N, OSSL_PKEY_PARAM_RSA_E, NULL};
static const char *const rsa_private[] = {OSSL_PKEY_PARAM_RSA_D, NULL};
static const char *const curve_public[] = {OSSL_PKEY_PARAM_GROUP_NAME, OSSL_PKEY_PARAM_PUB_KEY,
                                           NULL};
static const char *const curve_private[] = {OSSL_PKEY_PARAM_PRIV_KEY, NULL};
static const char *const edwards_public[] = {OSSL_PKEY_PARAM_PUB_KEY, NULL};

static const struct type_row {
    const char *type;
    const char *const *from_certificate;
    const char *const *from_other;
} type_rows[] = {
    {"RSA", rsa_public, rsa_private},         {"RSA-PSS", rsa_public, rsa_private},
    {"EC", curve_public, curve_private},      {"ED25519", edwards_public, curve_private},
    {"ED448", edwards_public, curve_private},
};

enum { MOST_PARAMS = 8 };

static size_t pick(OSSL_PARAM *from, const char *const *names, OSSL_PARAM *to, size_t count)
{
    for (size_t i = 0; names[i] != NULL; i++) {
        const OSSL_PARAM *found = OSSL_PARAM_locate_const(from, names[i]);

        if (found != NULL && count < MOST_PARAMS)
            to[count++] = *found;
    }
    return count;
}

static EVP_PKEY *combine(const struct type_row *row, OSSL_PARAM *certificate, OSSL_PARAM *other)
{
    OSSL_PARAM params[MOST_PARAMS + 1];
    size_t count = pick(certificate, row->from_certificate, params, 0);
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, row->type, NULL);
    EVP_PKEY *key = NULL;

    count = pick(other, row->from_other, params, count);
    params[count] = OSSL_PARAM_construct_end();
    if (ctx != NULL && EVP_PKEY_fromdata_init(ctx) == 1)
        (void)EVP_PKEY_fromdata(ctx, &key, EVP_PKEY_KEYPAIR, params); /* key stays NULL */
    EVP_PKEY_CTX_free(ctx);
    return key;
}

static bool same_kind(EVP_PKEY *certificate, EVP_PKEY *other, const char *type)
{
    if (EVP_PKEY_is_a(certificate, type) != 1 || EVP_PKEY_is_a(other, type) != 1)
        return false;
    return EVP_PKEY_is_a(certificate, "EC") != 1 || EVP_PKEY_parameters_eq(certificate, other) == 1;
}

EVP_PKEY *tls_fake_key_new(EVP_PKEY *certificate, EVP_PKEY *other)
{
    EVP_PKEY *key = NULL;

    for (size_t i = 0; i < sizeof(type_rows) / sizeof(type_rows[0]); i++) {
        OSSL_PARAM *public_half = NULL;
        OSSL_PARAM *private_half = NULL;

        if (!same_kind(certificate, other, type_rows[i].type))
            continue;
        if (EVP_PKEY_todata(certificate, EVP_PKEY_PUBLIC_KEY, &public_half) == 1 &&
            EVP_PKEY_todata(other, EVP_PKEY_KEYPAIR, &private_half) == 1)
            key = combine(&type_rows[i], public_half, private_half);
        OSSL_PARAM_free(public_half);
        OSSL_PARAM_free(private_half);
        break;
    }
    return key;
}
