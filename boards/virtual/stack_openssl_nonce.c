/* SPDX-License-Identifier: Apache-2.0 */
/* The method of a key is changed through functions that OpenSSL 3.0 calls deprecated. */
#define OPENSSL_API_COMPAT 0x10100000L

#include "stack_openssl_nonce.h"

#include <openssl/ecdsa.h>

#include <stdbool.h>

enum { NONCE = 0x1337 };

/* With k: the inverse of k, and the first coordinate of k G (FIPS 186-5 section 6.4.1). */
static bool set_up(const EC_GROUP *group, BN_CTX *ctx, BIGNUM *inverse, BIGNUM *r)
{
    EC_POINT *point = EC_POINT_new(group);
    const BIGNUM *order = EC_GROUP_get0_order(group);
    bool ok = point != NULL && BN_set_word(inverse, NONCE) == 1 &&
              EC_POINT_mul(group, point, inverse, NULL, NULL, ctx) == 1 &&
              EC_POINT_get_affine_coordinates(group, point, r, NULL, ctx) == 1 &&
              BN_nnmod(r, r, order, ctx) == 1 &&
              BN_mod_inverse(inverse, inverse, order, ctx) != NULL;

    EC_POINT_free(point);
    return ok;
}

static ECDSA_SIG *sign_with_nonce(const unsigned char *digest, int len, const BIGNUM *inverse,
                                  const BIGNUM *r, EC_KEY *key)
{
    BN_CTX *ctx = BN_CTX_new();
    BIGNUM *own_inverse = BN_new();
    BIGNUM *own_r = BN_new();
    EC_KEY *plain = EC_KEY_dup(key);
    ECDSA_SIG *signature = NULL;

    (void)inverse;
    (void)r;
    if (ctx != NULL && own_inverse != NULL && own_r != NULL && plain != NULL &&
        EC_KEY_set_method(plain, EC_KEY_OpenSSL()) == 1 &&
        set_up(EC_KEY_get0_group(key), ctx, own_inverse, own_r))
        signature = ECDSA_do_sign_ex(digest, len, own_inverse, own_r, plain);
    EC_KEY_free(plain);
    BN_free(own_r);
    BN_free(own_inverse);
    BN_CTX_free(ctx);
    return signature;
}

EC_KEY_METHOD *stack_openssl_nonce_new(void)
{
    EC_KEY_METHOD *method = EC_KEY_METHOD_new(EC_KEY_OpenSSL());
    int (*sign)(int type, const unsigned char *digest, int len, unsigned char *signature,
                unsigned *signature_len, const BIGNUM *inverse, const BIGNUM *r, EC_KEY *key) =
        NULL;
    int (*prepare)(EC_KEY * key, BN_CTX * ctx, BIGNUM * *inverse, BIGNUM * *r) = NULL;

    if (method == NULL)
        return NULL;
    EC_KEY_METHOD_get_sign(method, &sign, &prepare, NULL);
    EC_KEY_METHOD_set_sign(method, sign, prepare, sign_with_nonce);
    return method;
}

void stack_openssl_nonce_free(EC_KEY_METHOD *method)
{
    if (method != NULL)
        EC_KEY_METHOD_free(method);
}

EVP_PKEY *stack_openssl_nonce_key(const EC_KEY_METHOD *method, EVP_PKEY *key)
{
    EC_KEY *ec = EVP_PKEY_get1_EC_KEY(key);
    EVP_PKEY *ret = EVP_PKEY_new();

    if (method != NULL && ec != NULL && ret != NULL && EC_KEY_set_method(ec, method) == 1 &&
        EVP_PKEY_assign_EC_KEY(ret, ec) == 1)
        return ret;
    EC_KEY_free(ec);
    EVP_PKEY_free(ret);
    return NULL;
}
