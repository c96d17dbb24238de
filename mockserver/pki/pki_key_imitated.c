/* SPDX-License-Identifier: Apache-2.0 */
#include "pki_crypto_error.h"
#include "pki_key_special.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/objects.h>
#include <openssl/param_build.h>

#include <stdio.h>

enum { POINT_MAX = 1 + 2 * 80 };

const struct pki_key_type pki_imitated_type = {
    .name = "imitated", .family = PKI_FAMILY_ECDSA, .algorithm = "EC"};

void pki_imitated_label(const struct pki_key *target, char label[static PKI_IMITATED_LABEL])
{
    for (size_t i = 0; i < sizeof(target->id); i++)
        snprintf(label + 2 * i, 3, "%02x", target->id[i]);
}

struct point {
    uint8_t octets[POINT_MAX];
    size_t len;
};

/* The curve in numbers, and the two points. */
struct curve {
    EC_GROUP *group;
    BIGNUM *p, *a, *b, *secret;
    struct point public_key, generator;
};

static void curve_done(struct curve *c)
{
    EC_GROUP_free(c->group);
    BN_free(c->p);
    BN_free(c->a);
    BN_free(c->b);
    BN_clear_free(c->secret);
}

static bool curve_open(struct curve *c, const struct pki_key *target)
{
    c->group = EC_GROUP_new_by_curve_name(OBJ_txt2nid(target->type->group));
    c->p = BN_new();
    c->a = BN_new();
    c->b = BN_new();
    c->secret = BN_new();
    return c->group != NULL && c->p != NULL && c->a != NULL && c->b != NULL && c->secret != NULL &&
           EC_GROUP_get_curve(c->group, c->p, c->a, c->b, NULL) == 1 &&
           EVP_PKEY_get_octet_string_param(target->pkey, OSSL_PKEY_PARAM_PUB_KEY,
                                           c->public_key.octets, sizeof(c->public_key.octets),
                                           &c->public_key.len) == 1;
}

/* With a secret d the generator is Q/d: then d times it is Q again. */
static bool choose_generator(struct curve *c)
{
    const BIGNUM *order = EC_GROUP_get0_order(c->group);
    BN_CTX *ctx = BN_CTX_new();
    BIGNUM *inverse = BN_new();
    EC_POINT *target = EC_POINT_new(c->group);
    EC_POINT *generator = EC_POINT_new(c->group);
    bool good = ctx != NULL && inverse != NULL && target != NULL && generator != NULL;

    do
        good = good && BN_priv_rand_range(c->secret, order) == 1;
    while (good && (BN_is_zero(c->secret) || BN_is_one(c->secret)));
    good =
        good && BN_mod_inverse(inverse, c->secret, order, ctx) != NULL &&
        EC_POINT_oct2point(c->group, target, c->public_key.octets, c->public_key.len, ctx) == 1 &&
        EC_POINT_mul(c->group, generator, NULL, target, inverse, ctx) == 1;
    if (good)
        c->generator.len =
            EC_POINT_point2oct(c->group, generator, POINT_CONVERSION_UNCOMPRESSED,
                               c->generator.octets, sizeof(c->generator.octets), ctx);
    EC_POINT_free(generator);
    EC_POINT_free(target);
    BN_clear_free(inverse);
    BN_CTX_free(ctx);
    return good && c->generator.len > 0;
}

static OSSL_PARAM *params_of(const struct curve *c)
{
    OSSL_PARAM_BLD *bld = OSSL_PARAM_BLD_new();
    OSSL_PARAM *params = NULL;
    const BIGNUM *order = EC_GROUP_get0_order(c->group);

    if (bld != NULL &&
        OSSL_PARAM_BLD_push_utf8_string(bld, OSSL_PKEY_PARAM_EC_FIELD_TYPE, "prime-field", 0) &&
        OSSL_PARAM_BLD_push_utf8_string(bld, OSSL_PKEY_PARAM_EC_ENCODING, "explicit", 0) &&
        OSSL_PARAM_BLD_push_BN(bld, OSSL_PKEY_PARAM_EC_P, c->p) &&
        OSSL_PARAM_BLD_push_BN(bld, OSSL_PKEY_PARAM_EC_A, c->a) &&
        OSSL_PARAM_BLD_push_BN(bld, OSSL_PKEY_PARAM_EC_B, c->b) &&
        OSSL_PARAM_BLD_push_BN(bld, OSSL_PKEY_PARAM_EC_ORDER, order) &&
        OSSL_PARAM_BLD_push_BN(bld, OSSL_PKEY_PARAM_EC_COFACTOR,
                               EC_GROUP_get0_cofactor(c->group)) &&
        OSSL_PARAM_BLD_push_octet_string(bld, OSSL_PKEY_PARAM_EC_GENERATOR, c->generator.octets,
                                         c->generator.len) &&
        OSSL_PARAM_BLD_push_octet_string(bld, OSSL_PKEY_PARAM_PUB_KEY, c->public_key.octets,
                                         c->public_key.len) &&
        OSSL_PARAM_BLD_push_BN_pad(bld, OSSL_PKEY_PARAM_PRIV_KEY, c->secret,
                                   (size_t)BN_num_bytes(order)))
        params = OSSL_PARAM_BLD_to_param(bld);
    OSSL_PARAM_BLD_free(bld);
    return params;
}

static EVP_PKEY *make_pair(const struct pki_key *target)
{
    struct curve curve = {.group = NULL};
    OSSL_PARAM *params = NULL;
    EVP_PKEY *pkey = NULL;
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, "EC", NULL);

    if (curve_open(&curve, target) && choose_generator(&curve))
        params = params_of(&curve);
    if (ctx == NULL || params == NULL || EVP_PKEY_fromdata_init(ctx) != 1 ||
        EVP_PKEY_fromdata(ctx, &pkey, EVP_PKEY_KEYPAIR, params) != 1)
        pkey = NULL;
    OSSL_PARAM_free(params);
    EVP_PKEY_CTX_free(ctx);
    curve_done(&curve);
    return pkey;
}

enum assay_status pki_imitated_key_make(const struct pki_key *target, struct pki_key **ret,
                                        struct assay_error *err)
{
    char label[PKI_IMITATED_LABEL];

    if (target->type->group == NULL)
        return assay_error_set(err, ASSAY_ERR_MALFORMED,
                               "only an EC key can be imitated, and this is a %s key",
                               target->type->name);
    EVP_PKEY *pkey = make_pair(target);
    if (pkey == NULL)
        return pki_crypto_error(err, "imitating a %s key", target->type->name);
    pki_imitated_label(target, label);
    return pki_key_new(&pki_imitated_type, label, pkey, ret, err);
}
