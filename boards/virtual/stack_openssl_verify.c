/* SPDX-License-Identifier: Apache-2.0 */
/* What the OpenSSL board demands of a server's certificates, and what a flaw leaves out of it. */
#include "stack_openssl.h"

#include <openssl/x509v3.h>

#include <stdio.h>
#include <string.h>

/* Faults of a chain that a flaw overlooks; depth 0 is the server's certificate. */
static const struct {
    enum flaw flaw;
    int from_depth;
    int error;
} overlooked[] = {
    {FLAW_CA, 1, X509_V_ERR_INVALID_CA},
    {FLAW_CA, 0, X509_V_ERR_PATH_LENGTH_EXCEEDED},
    {FLAW_CA, 1, X509_V_ERR_KEYUSAGE_NO_CERTSIGN},
    {FLAW_CA, 1, X509_V_ERR_CA_CERT_MISSING_KEY_USAGE},
    {FLAW_CA, 1, X509_V_ERR_CA_BCONS_NOT_CRITICAL},
    {FLAW_CA, 1, X509_V_ERR_KU_KEY_CERT_SIGN_INVALID_FOR_NON_CA},
    {FLAW_CA, 1, X509_V_ERR_MISSING_SUBJECT_KEY_IDENTIFIER},
    {FLAW_CA, 1, X509_V_ERR_INVALID_PURPOSE},
    {FLAW_USAGE, 0, X509_V_ERR_INVALID_PURPOSE},
    {FLAW_USAGE, 0, X509_V_ERR_KEYUSAGE_NO_CERTSIGN},
    {FLAW_CONSTRAINTS, 0, X509_V_ERR_PERMITTED_VIOLATION},
    {FLAW_CONSTRAINTS, 0, X509_V_ERR_EXCLUDED_VIOLATION},
    {FLAW_CONSTRAINTS, 0, X509_V_ERR_SUBTREE_MINMAX},
    {FLAW_CONSTRAINTS, 0, X509_V_ERR_UNSUPPORTED_CONSTRAINT_TYPE},
    {FLAW_CONSTRAINTS, 0, X509_V_ERR_UNSUPPORTED_CONSTRAINT_SYNTAX},
    {FLAW_CONSTRAINTS, 0, X509_V_ERR_UNSUPPORTED_NAME_SYNTAX},
    {FLAW_CRITICAL, 0, X509_V_ERR_UNHANDLED_CRITICAL_EXTENSION},
};

bool stack_openssl_has_flaw(const struct openssl_board *board, enum flaw flaw)
{
    return (board->options.flaws & flaw) != 0;
}

static bool is_overlooked(const struct openssl_board *board, int error, int depth)
{
    for (size_t i = 0; i < sizeof(overlooked) / sizeof(overlooked[0]); i++) {
        if (overlooked[i].error == error && depth >= overlooked[i].from_depth &&
            stack_openssl_has_flaw(board, overlooked[i].flaw))
            return true;
    }
    return false;
}

static int on_verified(int ok, X509_STORE_CTX *store)
{
    const SSL *ssl = X509_STORE_CTX_get_ex_data(store, SSL_get_ex_data_X509_STORE_CTX_idx());
    struct openssl_board *board = SSL_get_app_data(ssl);
    int error = X509_STORE_CTX_get_error(store);
    int depth = X509_STORE_CTX_get_error_depth(store);
    char subject[96] = "no subject";
    X509 *cert = X509_STORE_CTX_get_current_cert(store);

    if (ok)
        return 1;
    if (is_overlooked(board, error, depth)) {
        X509_STORE_CTX_set_error(store, X509_V_OK);
        return 1;
    }
    if (cert != NULL)
        X509_NAME_oneline(X509_get_subject_name(cert), subject, sizeof(subject));
    virtual_failure_set(&board->refused, error, "%s (X509_V_ERR %d), certificate %d: %s",
                        X509_verify_cert_error_string(error), error, depth, subject);
    return 0;
}

/* For FLAW_CA: whoever has the issuer's name is one; the proper function asks for keyCertSign. */
static int is_issuer_by_name(X509_STORE_CTX *store, X509 *cert, X509 *issuer)
{
    (void)store;
    return X509_NAME_cmp(X509_get_issuer_name(cert), X509_get_subject_name(issuer)) == 0;
}

bool stack_openssl_trust_root(struct openssl_board *board, const struct probe_tls_config *config)
{
    const uint8_t *der = config->root;
    X509_STORE *store = X509_STORE_new();
    X509 *root = NULL;
    bool ok = store != NULL;

    if (ok && config->root_len > 0 && !board->options.trusts_nobody) {
        root = d2i_X509(NULL, &der, (long)config->root_len);
        ok = root != NULL && X509_STORE_add_cert(store, root) == 1;
    }
    if (ok && stack_openssl_has_flaw(board, FLAW_CA))
        X509_STORE_set_check_issued(store, is_issuer_by_name);
    ok = ok && SSL_set1_verify_cert_store(board->ssl, store) == 1;
    X509_free(root);
    X509_STORE_free(store);
    return ok;
}

/* RFC 9525: the name that was configured, in the SAN only, wildcards as a whole label only. */
bool stack_openssl_demand_name(struct openssl_board *board, const char *host)
{
    X509_VERIFY_PARAM *param = SSL_get0_param(board->ssl);
    char name[PROBE_HOST_MAX + 1]; /* libssl's macro casts const away */
    uint8_t ip[4];
    bool is_ip = probe_parse_ip(host, strlen(host), ip) != 0;

    snprintf(name, sizeof(name), "%s", host);
    if (!is_ip && SSL_set_tlsext_host_name(board->ssl, name) != 1)
        return false;
    if (stack_openssl_has_flaw(board, FLAW_NAME))
        return true;
    if (is_ip)
        return X509_VERIFY_PARAM_set1_ip(param, ip, sizeof(ip)) == 1;
    if (!board->options.is_plain)
        X509_VERIFY_PARAM_set_hostflags(param, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS |
                                                   X509_CHECK_FLAG_NEVER_CHECK_SUBJECT);
    return SSL_set1_host(board->ssl, host) == 1;
}

bool stack_openssl_demand_chain(struct openssl_board *board, const struct probe_tls_config *config)
{
    X509_VERIFY_PARAM *param = SSL_get0_param(board->ssl);
    unsigned long flags = board->options.is_plain ? 0 : X509_V_FLAG_X509_STRICT;

    if (stack_openssl_has_flaw(board, FLAW_DATES))
        flags |= X509_V_FLAG_NO_CHECK_TIME;
    SSL_set_verify(board->ssl,
                   stack_openssl_has_flaw(board, FLAW_CHAIN) ? SSL_VERIFY_NONE : SSL_VERIFY_PEER,
                   stack_openssl_has_flaw(board, FLAW_CHAIN) ? NULL : on_verified);
    /* A time that is set is used even where NO_CHECK_TIME is, so that only one of them is. */
    if (!stack_openssl_has_flaw(board, FLAW_DATES))
        X509_VERIFY_PARAM_set_time(param, (time_t)config->unix_s);
    return X509_VERIFY_PARAM_set_flags(param, flags) == 1;
}
