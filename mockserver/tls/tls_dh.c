/* SPDX-License-Identifier: Apache-2.0 */
#include "tls_dh.h"

#include "tls_internal.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>

/* A safe prime of 512 bits, made for this table: weak on purpose. OpenSSL refuses smaller ones. */
static const uint8_t prime_512[] = {
    0x88, 0x29, 0x04, 0xbe, 0xdc, 0x6d, 0x92, 0x0c, 0x2c, 0xd5, 0x49, 0x27, 0x40, 0xde, 0x38, 0xcc,
    0xfd, 0xb0, 0xd3, 0xb3, 0x3e, 0x44, 0x4f, 0x16, 0x8c, 0x98, 0x5e, 0xa1, 0x91, 0x6e, 0x9f, 0xbd,
    0x12, 0x28, 0x4f, 0x4e, 0x87, 0x24, 0x1e, 0x41, 0xf1, 0x4a, 0xc8, 0xa6, 0xcc, 0x77, 0x89, 0x27,
    0x8e, 0xb5, 0x0a, 0xfd, 0xfe, 0x05, 0xc5, 0x66, 0xa3, 0x7b, 0xa6, 0x6d, 0xb6, 0x82, 0xf2, 0x5f,
};

static BIGNUM *make_512(BIGNUM *bn)
{
    return BN_bin2bn(prime_512, sizeof(prime_512), bn);
}

/* The primes of RFC 2409 and RFC 3526; all have the generator 2. */
static const struct prime_row {
    int64_t bits;
    BIGNUM *(*make)(BIGNUM *bn);
} prime_rows[] = {
    {512, make_512},
    {768, BN_get_rfc2409_prime_768},
    {1024, BN_get_rfc2409_prime_1024},
    {1536, BN_get_rfc3526_prime_1536},
    {2048, BN_get_rfc3526_prime_2048},
    {3072, BN_get_rfc3526_prime_3072},
    {4096, BN_get_rfc3526_prime_4096},
    {6144, BN_get_rfc3526_prime_6144},
    {8192, BN_get_rfc3526_prime_8192},
};

static EVP_PKEY *make_parameters(const struct prime_row *row)
{
    EVP_PKEY *key = NULL;
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, "DH", NULL);
    OSSL_PARAM_BLD *builder = OSSL_PARAM_BLD_new();
    OSSL_PARAM *params = NULL;
    BIGNUM *p = row->make(NULL);

    if (ctx != NULL && builder != NULL && p != NULL &&
        OSSL_PARAM_BLD_push_BN(builder, OSSL_PKEY_PARAM_FFC_P, p) == 1 &&
        OSSL_PARAM_BLD_push_uint(builder, OSSL_PKEY_PARAM_FFC_G, 2) == 1)
        params = OSSL_PARAM_BLD_to_param(builder);
    if (params != NULL && EVP_PKEY_fromdata_init(ctx) == 1)
        (void)EVP_PKEY_fromdata(ctx, &key, EVP_PKEY_KEY_PARAMETERS, params); /* key stays NULL */
    OSSL_PARAM_free(params);
    OSSL_PARAM_BLD_free(builder);
    EVP_PKEY_CTX_free(ctx);
    BN_free(p);
    return key;
}

enum assay_status tls_dh_apply(struct tls_context *context, struct assay_error *err)
{
    int64_t bits = context->config.dh_bits;
    EVP_PKEY *key = NULL;

    if (bits == 0) {
        /* As strong as the certificate's key, which is what servers in the field do. */
        SSL_CTX_set_dh_auto(context->ctx, 1);
        return ASSAY_OK;
    }
    for (size_t i = 0; i < sizeof(prime_rows) / sizeof(prime_rows[0]); i++) {
        if (prime_rows[i].bits != bits)
            continue;
        key = make_parameters(&prime_rows[i]);
        if (key != NULL && SSL_CTX_set0_tmp_dh_pkey(context->ctx, key) == 1)
            return ASSAY_OK;
        EVP_PKEY_free(key);
        return tls_crypto_error(err, ASSAY_ERR_UNSUPPORTED, "tls.dh_bits: %lld", (long long)bits);
    }
    return assay_error_set(err, ASSAY_ERR_MALFORMED,
                           "tls.dh_bits: there is no group of %lld bits, but of 512, 768, 1024, "
                           "1536, 2048, 3072, 4096, 6144 and 8192 (0: by the certificate)",
                           (long long)bits);
}
