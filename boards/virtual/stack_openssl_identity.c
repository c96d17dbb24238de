/* SPDX-License-Identifier: Apache-2.0 */
/* The certificate and key of the OpenSSL board, and what a flaw shows in their place. */
#include "stack_openssl.h"

#include "stack_openssl_nonce.h"

#include <openssl/core_names.h>
#include <openssl/rsa.h>
#include <openssl/x509v3.h>

#include <string.h>

enum { OWN_BITS = 1024, RSA_SIGN = 1, ECDSA_SIGN = 64 };

/* --- FLAW_WRONG_KEY --------------------------------------------------------------------------- */

/* The private half of another key behind the public half of this one. */
static EVP_PKEY *graft(const EVP_PKEY *key)
{
    EVP_PKEY *other = EVP_EC_gen("P-256");
    BIGNUM *scalar = NULL;
    OSSL_PARAM *params = NULL;
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, "EC", NULL);
    EVP_PKEY *grafted = NULL;
    OSSL_PARAM *at = NULL;

    if (other != NULL && ctx != NULL && EVP_PKEY_get_base_id(key) == EVP_PKEY_EC &&
        EVP_PKEY_get_bn_param(other, OSSL_PKEY_PARAM_PRIV_KEY, &scalar) == 1 &&
        EVP_PKEY_todata(key, EVP_PKEY_KEYPAIR, &params) == 1)
        at = OSSL_PARAM_locate(params, OSSL_PKEY_PARAM_PRIV_KEY);
    if (at != NULL && OSSL_PARAM_set_BN(at, scalar) == 1 && EVP_PKEY_fromdata_init(ctx) == 1)
        (void)EVP_PKEY_fromdata(ctx, &grafted, EVP_PKEY_KEYPAIR, params); /* NULL: failed */
    OSSL_PARAM_free(params);
    BN_free(scalar);
    EVP_PKEY_CTX_free(ctx);
    EVP_PKEY_free(other);
    return grafted;
}

/* --- FLAW_OWN_IDENTITY ------------------------------------------------------------------------ */

static bool add_extension(X509 *cert, int nid, const char *value)
{
    X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, NULL, nid, value);
    bool ok = extension != NULL && X509_add_ext(cert, extension, -1) == 1;

    X509_EXTENSION_free(extension);
    return ok;
}

static bool fill_own_cert(X509 *cert, EVP_PKEY *key)
{
    X509_NAME *name = X509_get_subject_name(cert);

    return X509_set_version(cert, X509_VERSION_3) == 1 &&
           ASN1_INTEGER_set(X509_get_serialNumber(cert), 1) == 1 &&
           ASN1_TIME_set_string(X509_getm_notBefore(cert), "700101000000Z") == 1 &&
           ASN1_TIME_set_string(X509_getm_notAfter(cert), "20991231235959Z") == 1 &&
           X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, (const unsigned char *)"device", -1,
                                      -1, 0) == 1 &&
           X509_set_issuer_name(cert, name) == 1 && X509_set_pubkey(cert, key) == 1 &&
           add_extension(cert, NID_basic_constraints, "critical,CA:TRUE") &&
           X509_sign(cert, key, EVP_sha1()) > 0;
}

bool stack_openssl_own_identity(X509 **ret_cert, EVP_PKEY **ret_key)
{
    EVP_PKEY *key = EVP_RSA_gen(OWN_BITS);
    X509 *cert = X509_new();

    if (key == NULL || cert == NULL || !fill_own_cert(cert, key)) {
        EVP_PKEY_free(key);
        X509_free(cert);
        return false;
    }
    *ret_key = key;
    *ret_cert = cert;
    return true;
}

static bool use_own_identity(struct openssl_board *board)
{
    SSL_set_security_level(board->ssl, 0); /* it is as weak as can be */
    return (board->own_cert != NULL ||
            stack_openssl_own_identity(&board->own_cert, &board->own_key)) &&
           SSL_use_certificate(board->ssl, board->own_cert) == 1 &&
           SSL_use_PrivateKey(board->ssl, board->own_key) == 1;
}

/* --- FLAW_PICKY ------------------------------------------------------------------------------- */

static bool is_among(const STACK_OF(X509_NAME) * names, const X509_NAME *name)
{
    for (int i = 0; i < sk_X509_NAME_num(names); i++) {
        if (X509_NAME_cmp(sk_X509_NAME_value(names, i), name) == 0)
            return true;
    }
    return sk_X509_NAME_num(names) <= 0;
}

static bool is_type_asked_for(SSL *ssl, int type)
{
    const uint8_t *types = NULL;
    long count = SSL_get0_certificate_types(ssl, &types);
    int algorithms = SSL_get_sigalgs(ssl, -1, NULL, NULL, NULL, NULL, NULL);
    bool fits = count == 0;

    for (long i = 0; i < count; i++)
        fits = fits || types[i] == (type == EVP_PKEY_EC ? ECDSA_SIGN : RSA_SIGN);
    for (int i = 0; i < algorithms && fits; i++) {
        int sign = NID_undef;
        int hash = NID_undef;

        SSL_get_sigalgs(ssl, i, &sign, &hash, NULL, NULL, NULL);
        if (sign == type && hash == NID_sha256)
            return true;
    }
    return fits && algorithms == 0;
}

static int on_asked(SSL *ssl, void *ctx)
{
    X509 *cert = SSL_get_certificate(ssl);

    (void)ctx;
    if (cert == NULL)
        return 1;
    return is_among(SSL_get0_peer_CA_list(ssl), X509_get_issuer_name(cert)) &&
           is_type_asked_for(ssl, EVP_PKEY_get_base_id(X509_get0_pubkey(cert)));
}

/* --- FLAW_NEEDS_REQUEST, FLAW_NO_EMPTY -------------------------------------------------------- */

static int on_request(SSL *ssl, void *ctx)
{
    struct openssl_board *board = ctx;

    (void)ssl;
    board->is_asked = true;
    return 1;
}

/* It has none, and no way to say so. */
static int give_up(SSL *ssl, void *ctx)
{
    (void)ssl;
    (void)ctx;
    return 0;
}

/* ---------------------------------------------------------------------------------------------- */

/* The key as the flaw has it; takes over the one that it is given. */
static EVP_PKEY *bend(const struct openssl_board *board, EVP_PKEY *key)
{
    EVP_PKEY *bent = NULL;

    if (key == NULL)
        return NULL;
    if (stack_openssl_has_flaw(board, FLAW_WRONG_KEY))
        bent = graft(key);
    else if (stack_openssl_has_flaw(board, FLAW_NONCE))
        bent = stack_openssl_nonce_key(board->nonce_method, key);
    else
        return key;
    EVP_PKEY_free(key);
    return bent;
}

/* FLAW_ROOT_SENT: whatever certificates the board has are its chain. */
static bool send_root(struct openssl_board *board, const struct probe_tls_config *config)
{
    const uint8_t *der = config->root;
    X509 *root = d2i_X509(NULL, &der, (long)config->root_len);
    bool ok = root != NULL && SSL_add1_chain_cert(board->ssl, root) == 1;

    X509_free(root);
    return ok;
}

bool stack_openssl_use_identity(struct openssl_board *board, const struct probe_tls_config *config)
{
    const uint8_t *der = config->key;
    EVP_PKEY *key = NULL;
    bool ok = false;

    board->has_identity = config->cert_len > 0;
    if (stack_openssl_has_flaw(board, FLAW_NEEDS_REQUEST))
        SSL_set_cert_cb(board->ssl, on_request, board);
    if (stack_openssl_has_flaw(board, FLAW_NO_EMPTY) && !board->has_identity)
        SSL_set_cert_cb(board->ssl, give_up, NULL);
    if (stack_openssl_has_flaw(board, FLAW_OWN_IDENTITY))
        return use_own_identity(board);
    if (config->cert_len == 0 || stack_openssl_has_flaw(board, FLAW_NO_IDENTITY))
        return true;
    if (stack_openssl_has_flaw(board, FLAW_PICKY))
        SSL_set_cert_cb(board->ssl, on_asked, NULL);
    key = d2i_AutoPrivateKey_ex(NULL, &der, (long)config->key_len, board->library, NULL);
    key = bend(board, key);
    ok = key != NULL &&
         SSL_use_certificate_ASN1(board->ssl, config->cert, (int)config->cert_len) == 1 &&
         SSL_use_PrivateKey(board->ssl, key) == 1 &&
         (!stack_openssl_has_flaw(board, FLAW_ROOT_SENT) || send_root(board, config));
    EVP_PKEY_free(key);
    return ok;
}
