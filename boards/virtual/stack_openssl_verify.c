/* SPDX-License-Identifier: Apache-2.0 */
/* What the OpenSSL board demands of a server's certificates, and what a flaw leaves out of it. */
#include "stack_openssl.h"

#include "stack_openssl_proof.h"
#include "virtual_habits.h"

#include <openssl/x509v3.h>

#include <limits.h>
#include <stdio.h>
#include <string.h>

enum { DEEP = INT_MAX };

/* Faults of a chain that a flaw overlooks; depth 0 is the server's certificate. */
static const struct {
    enum flaw flaw;
    int from_depth, to_depth;
    int error;
} overlooked[] = {
    {FLAW_CA, 1, DEEP, X509_V_ERR_INVALID_CA},
    {FLAW_CA, 0, DEEP, X509_V_ERR_PATH_LENGTH_EXCEEDED},
    {FLAW_CA, 1, DEEP, X509_V_ERR_KEYUSAGE_NO_CERTSIGN},
    {FLAW_CA, 1, DEEP, X509_V_ERR_CA_CERT_MISSING_KEY_USAGE},
    {FLAW_CA, 1, DEEP, X509_V_ERR_CA_BCONS_NOT_CRITICAL},
    {FLAW_CA, 1, DEEP, X509_V_ERR_KU_KEY_CERT_SIGN_INVALID_FOR_NON_CA},
    {FLAW_CA, 1, DEEP, X509_V_ERR_MISSING_SUBJECT_KEY_IDENTIFIER},
    {FLAW_CA, 1, DEEP, X509_V_ERR_INVALID_PURPOSE},
    {FLAW_CERT_SIGN, 1, DEEP, X509_V_ERR_KEYUSAGE_NO_CERTSIGN},
    {FLAW_CERT_SIGN, 1, DEEP, X509_V_ERR_CA_CERT_MISSING_KEY_USAGE},
    {FLAW_CERT_SIGN, 1, DEEP, X509_V_ERR_INVALID_CA},
    {FLAW_PATHLEN, 0, DEEP, X509_V_ERR_PATH_LENGTH_EXCEEDED},
    {FLAW_USAGE, 0, DEEP, X509_V_ERR_INVALID_PURPOSE},
    {FLAW_USAGE, 0, DEEP, X509_V_ERR_KEYUSAGE_NO_CERTSIGN},
    {FLAW_CONSTRAINTS, 0, DEEP, X509_V_ERR_PERMITTED_VIOLATION},
    {FLAW_CONSTRAINTS, 0, DEEP, X509_V_ERR_EXCLUDED_VIOLATION},
    {FLAW_CONSTRAINTS, 0, DEEP, X509_V_ERR_SUBTREE_MINMAX},
    {FLAW_CONSTRAINTS, 0, DEEP, X509_V_ERR_UNSUPPORTED_CONSTRAINT_TYPE},
    {FLAW_CONSTRAINTS, 0, DEEP, X509_V_ERR_UNSUPPORTED_CONSTRAINT_SYNTAX},
    {FLAW_CONSTRAINTS, 0, DEEP, X509_V_ERR_UNSUPPORTED_NAME_SYNTAX},
    {FLAW_CRITICAL, 0, DEEP, X509_V_ERR_UNHANDLED_CRITICAL_EXTENSION},
    {FLAW_CA_CRITICAL, 1, DEEP, X509_V_ERR_UNHANDLED_CRITICAL_EXTENSION},
    {FLAW_SELF_SIGNED, 0, DEEP, X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT},
    {FLAW_SELF_SIGNED, 0, DEEP, X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN},
    {FLAW_UNKNOWN_ISSUER, 0, DEEP, X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT},
    {FLAW_UNKNOWN_ISSUER, 0, DEEP, X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY},
    {FLAW_UNKNOWN_ISSUER, 0, DEEP, X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE},
    {FLAW_SIGNATURE, 0, DEEP, X509_V_ERR_CERT_SIGNATURE_FAILURE},
    {FLAW_SIGNATURE, 0, DEEP, X509_V_ERR_UNABLE_TO_DECRYPT_CERT_SIGNATURE},
    {FLAW_SIGNATURE, 0, DEEP, X509_V_ERR_SIGNATURE_ALGORITHM_MISMATCH},
    {FLAW_LEAF_SIGNATURE, 0, 0, X509_V_ERR_CERT_SIGNATURE_FAILURE},
    {FLAW_LEAF_SIGNATURE, 0, 0, X509_V_ERR_SIGNATURE_ALGORITHM_MISMATCH},
    {FLAW_LEAF_SIGNATURE, 0, 0, X509_V_ERR_SIGNATURE_ALGORITHM_INCONSISTENCY},
    {FLAW_LEAF_SIGNATURE, 0, 0, X509_V_ERR_UNSUPPORTED_SIGNATURE_ALGORITHM},
    {FLAW_LEAF_SIGNATURE, 0, 0, X509_V_ERR_CA_MD_TOO_WEAK},
    {FLAW_SIGNATURE, 0, DEEP, X509_V_ERR_SIGNATURE_ALGORITHM_INCONSISTENCY},
    {FLAW_SIGNATURE, 0, DEEP, X509_V_ERR_UNSUPPORTED_SIGNATURE_ALGORITHM},
    {FLAW_ANCHOR_KEY, 0, DEEP, X509_V_ERR_EC_KEY_EXPLICIT_PARAMS},
    {FLAW_CA_SIGNATURE, 1, DEEP, X509_V_ERR_CERT_SIGNATURE_FAILURE},
    {FLAW_ISSUER_NAME, 0, DEEP, X509_V_ERR_SUBJECT_ISSUER_MISMATCH},
};

bool stack_openssl_has_flaw(const struct openssl_board *board, enum flaw flaw)
{
    return board->options.flaws.has[flaw];
}

/* Those whose being overlooked depends on the certificate itself. */
static bool is_weakness_overlooked(const struct openssl_board *board, int error, X509 *cert)
{
    const EVP_PKEY *key = cert != NULL ? X509_get0_pubkey(cert) : NULL;
    int hash = NID_undef;

    if (error == X509_V_ERR_CA_MD_TOO_WEAK && cert != NULL &&
        X509_get_signature_info(cert, &hash, NULL, NULL, NULL) == 1)
        return (hash == NID_md5 && stack_openssl_has_flaw(board, FLAW_MD5)) ||
               (hash == NID_sha1 && stack_openssl_has_flaw(board, FLAW_SHA1));
    if ((error != X509_V_ERR_EE_KEY_TOO_SMALL && error != X509_V_ERR_CA_KEY_TOO_SMALL) ||
        key == NULL)
        return false;
    return stack_openssl_has_flaw(board, EVP_PKEY_get_base_id(key) == EVP_PKEY_EC ? FLAW_SMALL_CURVE
                                                                                  : FLAW_SHORT_RSA);
}

/* A purpose is wrong by key usage or by extended key usage: which of them is not told. */
static bool is_purpose_overlooked(const struct openssl_board *board, int error, X509 *cert,
                                  int depth)
{
    uint32_t wanted = depth > 0 ? X509v3_KU_KEY_CERT_SIGN : X509v3_KU_DIGITAL_SIGNATURE;
    bool is_usage = cert != NULL && (X509_get_extension_flags(cert) & EXFLAG_KUSAGE) != 0 &&
                    (X509_get_key_usage(cert) & wanted) == 0;

    if (error != X509_V_ERR_INVALID_PURPOSE)
        return false;
    if (is_usage)
        return stack_openssl_has_flaw(board, depth > 0 ? FLAW_CERT_SIGN : FLAW_KU);
    return stack_openssl_has_flaw(board, FLAW_EKU);
}

static bool is_overlooked(const struct openssl_board *board, int error, X509 *cert, int depth)
{
    for (size_t i = 0; i < sizeof(overlooked) / sizeof(overlooked[0]); i++) {
        if (overlooked[i].error == error && depth >= overlooked[i].from_depth &&
            depth <= overlooked[i].to_depth && stack_openssl_has_flaw(board, overlooked[i].flaw))
            return true;
    }
    return is_purpose_overlooked(board, error, cert, depth) ||
           is_weakness_overlooked(board, error, cert);
}

static void refuse(struct openssl_board *board, X509 *cert, int error, int depth)
{
    char subject[96] = "no subject";

    if (cert != NULL)
        X509_NAME_oneline(X509_get_subject_name(cert), subject, sizeof(subject));
    virtual_failure_set(&board->refused, error, "%s (X509_V_ERR %d), certificate %d: %s",
                        X509_verify_cert_error_string(error), error, depth, subject);
}

static int on_verified(int ok, X509_STORE_CTX *store)
{
    const SSL *ssl = X509_STORE_CTX_get_ex_data(store, SSL_get_ex_data_X509_STORE_CTX_idx());
    struct openssl_board *board = SSL_get_app_data(ssl);
    int error = X509_STORE_CTX_get_error(store);
    int depth = X509_STORE_CTX_get_error_depth(store);
    X509 *cert = X509_STORE_CTX_get_current_cert(store);

    if (ok)
        return 1;
    if (is_overlooked(board, error, cert, depth) ||
        (error == X509_V_ERR_CERT_HAS_EXPIRED && stack_openssl_ends_now(board, cert))) {
        X509_STORE_CTX_set_error(store, X509_V_OK);
        return 1;
    }
    refuse(board, cert, error, depth);
    return 0;
}

/*
 * RFC 8446 section 4.4.2.2: with the suites of the strict board the server signs, which a key for
 * key agreement alone may not. OpenSSL's purpose takes either.
 */
static bool signs(X509 *cert)
{
    return (X509_get_extension_flags(cert) & EXFLAG_KUSAGE) == 0 ||
           (X509_get_key_usage(cert) & X509v3_KU_DIGITAL_SIGNATURE) != 0;
}

/* What the board checks itself, with a flaw, behind OpenSSL's verification. */
static int check_itself(const struct openssl_board *board, X509_STORE_CTX *store)
{
    X509 *leaf = X509_STORE_CTX_get0_cert(store);
    int error = X509_V_OK;

    if (stack_openssl_reads_dates(board))
        error = stack_openssl_check_dates(board, X509_STORE_CTX_get0_chain(store));
    if (error == X509_V_OK && stack_openssl_compares_names(board))
        error = stack_openssl_check_name(board, board->leaf);
    if (error == X509_V_OK)
        error = stack_openssl_check_taste(board, store);
    if (error == X509_V_OK && !board->options.is_plain && !signs(leaf) &&
        !is_overlooked(board, X509_V_ERR_INVALID_PURPOSE, leaf, 0))
        error = X509_V_ERR_INVALID_PURPOSE;
    return error;
}

/*
 * What OpenSSL cannot read it takes for certificates of somebody else, which it then misses: the
 * strict board says what is wrong with them.
 */
static int check_readable(const struct openssl_board *board, X509_STORE_CTX *store)
{
    const STACK_OF(X509) *sent = X509_STORE_CTX_get0_untrusted(store);
    int error = X509_V_OK;

    for (int i = 0; i < sk_X509_num(sent) && error == X509_V_OK && !board->options.is_plain; i++) {
        X509 *cert = sk_X509_value(sent, i);

        if ((X509_get_extension_flags(cert) & EXFLAG_INVALID) != 0)
            error = X509_V_ERR_CERT_REJECTED;
        else if (X509_get_signature_nid(cert) == NID_undef)
            error = X509_V_ERR_UNSUPPORTED_SIGNATURE_ALGORITHM;
        if (is_overlooked(board, error, cert, i))
            error = X509_V_OK;
    }
    return error;
}

static bool is_repeated(const X509 *cert, int at)
{
    const ASN1_OBJECT *kind = X509_EXTENSION_get_object(X509_get_ext(cert, at));

    return X509_get_ext_by_OBJ(cert, kind, -1) < at;
}

/* FLAW_PROFILE: a pathLenConstraint below zero is passed over. */
static void mend_path_length(X509 *cert)
{
    BASIC_CONSTRAINTS *basic = X509_get_ext_d2i(cert, NID_basic_constraints, NULL, NULL);

    if (basic != NULL && basic->pathlen != NULL &&
        ASN1_STRING_type(basic->pathlen) == V_ASN1_NEG_INTEGER) {
        ASN1_INTEGER_free(basic->pathlen);
        basic->pathlen = NULL;
        /* As it was, when there is no memory. */
        (void)X509_add1_ext_i2d(cert, NID_basic_constraints, basic, 1, X509V3_ADD_REPLACE);
    }
    BASIC_CONSTRAINTS_free(basic);
}

/*
 * A copy as a careless parser sees it: FLAW_DUPLICATES, without the second extension of a kind;
 * FLAW_BAD_SAN, without subjectAltName where it cannot be read or names nobody. The signature is
 * verified over the bytes that were sent.
 */
static X509 *mend(const struct openssl_board *board, X509 *cert)
{
    X509 *copy = X509_dup(cert);
    GENERAL_NAMES *names = X509_get_ext_d2i(cert, NID_subject_alt_name, NULL, NULL);
    int san = X509_get_ext_by_NID(cert, NID_subject_alt_name, -1);

    for (int i = X509_get_ext_count(cert) - 1; copy != NULL && i > 0; i--) {
        if (stack_openssl_has_flaw(board, FLAW_DUPLICATES) && is_repeated(copy, i))
            X509_EXTENSION_free(X509_delete_ext(copy, i));
    }
    if (copy != NULL && stack_openssl_has_flaw(board, FLAW_BAD_SAN) && san >= 0 &&
        sk_GENERAL_NAME_num(names) <= 0)
        X509_EXTENSION_free(X509_delete_ext(copy, san));
    if (copy != NULL && stack_openssl_has_flaw(board, FLAW_PROFILE))
        mend_path_length(copy);
    GENERAL_NAMES_free(names);
    return copy;
}

/* @return the list to verify instead; NULL: the one that was sent */
static STACK_OF(X509) * mend_all(const struct openssl_board *board, X509_STORE_CTX *store)
{
    const STACK_OF(X509) *sent = X509_STORE_CTX_get0_untrusted(store);
    STACK_OF(X509) *mended = NULL;

    if (!stack_openssl_has_flaw(board, FLAW_BAD_SAN) &&
        !stack_openssl_has_flaw(board, FLAW_PROFILE) &&
        !stack_openssl_has_flaw(board, FLAW_DUPLICATES))
        return NULL;
    mended = sk_X509_new_null();
    for (int i = 0; i < sk_X509_num(sent); i++) {
        X509 *copy = mend(board, sk_X509_value(sent, i));

        if (copy == NULL || sk_X509_push(mended, copy) <= 0)
            X509_free(copy);
    }
    if (sk_X509_num(mended) > 0) {
        X509_STORE_CTX_set_cert(store, sk_X509_value(mended, 0));
        X509_STORE_CTX_set0_untrusted(store, mended);
    }
    return mended;
}

static int verify_sent(struct openssl_board *board, X509_STORE_CTX *store)
{
    int error = check_readable(board, store);
    int ok = 0;

    X509_VERIFY_PARAM_set_auth_level(X509_STORE_CTX_get0_param(store), board->auth_level);
    if (error == X509_V_OK) {
        ok = X509_verify_cert(store);
        if (ok == 1)
            error = check_itself(board, store);
    }
    if (error == X509_V_OK)
        return ok;
    X509_STORE_CTX_set_error(store, error);
    refuse(board, X509_STORE_CTX_get0_cert(store), error, 0);
    return 0;
}

static int verify(X509_STORE_CTX *store, void *ctx)
{
    struct openssl_board *board = ctx;
    STACK_OF(X509) *sent = X509_STORE_CTX_get0_untrusted(store);
    X509 *leaf = X509_STORE_CTX_get0_cert(store);
    STACK_OF(X509) *mended = mend_all(board, store);
    int ok = 0;

    board->leaf = leaf;
    ok = verify_sent(board, store);
    if (stack_openssl_has_flaw(board, FLAW_CRASH) && (ok != 1 || stack_openssl_is_odd(store)))
        virtual_crash();
    X509_STORE_CTX_set_cert(store, leaf);
    X509_STORE_CTX_set0_untrusted(store, sent);
    sk_X509_pop_free(mended, X509_free);
    if (ok == 1 && stack_openssl_has_flaw(board, FLAW_RESPONDER) &&
        stack_openssl_names_responder(leaf))
        virtual_hang();
    if (ok == 1 && stack_openssl_has_flaw(board, FLAW_SERVER_KEY))
        return stack_openssl_proof_forgo(board->proof_method, leaf);
    if (ok == 1 || !stack_openssl_has_flaw(board, FLAW_LATE))
        return ok;
    X509_STORE_CTX_set_error(store, X509_V_OK);
    return 1;
}

void stack_openssl_verify_certificates(struct openssl_board *board)
{
    SSL_CTX_set_cert_verify_callback(board->ctx, verify, board);
}

/* For FLAW_CA: whoever has the issuer's name is one; the proper function asks for keyCertSign. */
static int is_issuer_by_name(X509_STORE_CTX *store, X509 *cert, X509 *issuer)
{
    (void)store;
    return X509_NAME_cmp(X509_get_issuer_name(cert), X509_get_subject_name(issuer)) == 0;
}

/* For FLAW_ISSUER_NAME: whoever's key verifies the signature is the issuer. */
static int is_issuer_by_key(X509_STORE_CTX *store, X509 *cert, X509 *issuer)
{
    (void)store;
    return X509_verify(cert, X509_get0_pubkey(issuer)) == 1;
}

/* The one root, whatever name is asked for. */
static int get_only_root(X509 **ret, X509_STORE_CTX *store, X509 *cert)
{
    STACK_OF(X509) *all = X509_STORE_get1_all_certs(X509_STORE_CTX_get0_store(store));
    X509 *root = sk_X509_num(all) > 0 ? sk_X509_value(all, 0) : NULL;
    bool found = root != NULL && is_issuer_by_key(store, cert, root) != 0 && X509_up_ref(root) == 1;

    if (found)
        *ret = root;
    sk_X509_pop_free(all, X509_free);
    return found;
}

/* For FLAW_ANCHOR_NAME: what was sent under the root's name is the root. */
static int get_sent_root(X509 **ret, X509_STORE_CTX *store, X509 *cert)
{
    const STACK_OF(X509) *sent = X509_STORE_CTX_get0_untrusted(store);
    X509 *root = NULL;

    if (X509_STORE_CTX_get1_issuer(&root, store, cert) != 1)
        return 0;
    *ret = root;
    for (int i = 0; i < sk_X509_num(sent); i++) {
        X509 *other = sk_X509_value(sent, i);

        if (X509_NAME_cmp(X509_get_subject_name(other), X509_get_subject_name(root)) != 0 ||
            X509_up_ref(other) != 1)
            continue;
        X509_free(root);
        *ret = other;
        break;
    }
    return 1;
}

/* For FLAW_ANCHOR_KEY: the same point, and nobody asks on which curve (CVE-2020-0601). */
static bool has_same_point(const X509 *a, const X509 *b)
{
    const ASN1_BIT_STRING *point_a = X509_get0_pubkey_bitstr(a);
    const ASN1_BIT_STRING *point_b = X509_get0_pubkey_bitstr(b);

    return point_a != NULL && point_b != NULL && ASN1_STRING_cmp(point_a, point_b) == 0;
}

static int get_root_by_key(X509 **ret, X509_STORE_CTX *store, X509 *cert)
{
    const STACK_OF(X509) *sent = X509_STORE_CTX_get0_untrusted(store);
    X509 *root = NULL;

    if (X509_STORE_CTX_get1_issuer(&root, store, cert) != 1)
        return 0;
    *ret = root;
    for (int i = 0; i < sk_X509_num(sent); i++) {
        X509 *other = sk_X509_value(sent, i);

        if (!has_same_point(other, root) || X509_up_ref(other) != 1)
            continue;
        X509_free(root);
        *ret = other;
        break;
    }
    return 1;
}

/* For FLAW_FIRST_PATH: of those with the issuer's name the first that was sent. */
static int is_first_issuer(X509_STORE_CTX *store, X509 *cert, X509 *issuer)
{
    const STACK_OF(X509) *sent = X509_STORE_CTX_get0_untrusted(store);

    if (X509_check_issued(issuer, cert) != X509_V_OK)
        return 0;
    for (int i = 0; i < sk_X509_num(sent); i++) {
        X509 *other = sk_X509_value(sent, i);

        if (other != cert &&
            X509_NAME_cmp(X509_get_issuer_name(cert), X509_get_subject_name(other)) == 0)
            return other == issuer;
    }
    return 1;
}

static void set_issuers(const struct openssl_board *board, X509_STORE *store)
{
    if (stack_openssl_has_flaw(board, FLAW_CA) || stack_openssl_has_flaw(board, FLAW_CERT_SIGN) ||
        stack_openssl_has_flaw(board, FLAW_SIGNATURE) ||
        stack_openssl_has_flaw(board, FLAW_LEAF_SIGNATURE))
        X509_STORE_set_check_issued(store, is_issuer_by_name);
    if (stack_openssl_has_flaw(board, FLAW_ISSUER_NAME)) {
        X509_STORE_set_check_issued(store, is_issuer_by_key);
        X509_STORE_set_get_issuer(store, get_only_root);
    }
    if (stack_openssl_has_flaw(board, FLAW_FIRST_PATH))
        X509_STORE_set_check_issued(store, is_first_issuer);
    if (stack_openssl_has_flaw(board, FLAW_ANCHOR_KEY))
        X509_STORE_set_get_issuer(store, get_root_by_key);
    if (stack_openssl_has_flaw(board, FLAW_ANCHOR_NAME))
        X509_STORE_set_get_issuer(store, get_sent_root);
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
    if (ok)
        set_issuers(board, store);
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

    snprintf(name, sizeof(name), "%s", host);
    board->host = host;
    board->is_ip = probe_parse_ip(host, strlen(host), board->ip) != 0;
    if (!board->is_ip && !stack_openssl_has_flaw(board, FLAW_NO_SNI) &&
        SSL_set_tlsext_host_name(board->ssl, name) != 1)
        return false;
    if (stack_openssl_has_flaw(board, FLAW_NAME) || stack_openssl_compares_names(board))
        return true;
    if (board->is_ip)
        return X509_VERIFY_PARAM_set1_ip(param, board->ip, sizeof(board->ip)) == 1;
    if (!board->options.is_plain)
        X509_VERIFY_PARAM_set_hostflags(param, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS |
                                                   X509_CHECK_FLAG_NEVER_CHECK_SUBJECT);
    return SSL_set1_host(board->ssl, host) == 1;
}

bool stack_openssl_demand_chain(struct openssl_board *board, const struct probe_tls_config *config)
{
    X509_VERIFY_PARAM *param = SSL_get0_param(board->ssl);
    bool is_lenient = board->options.is_plain || stack_openssl_has_flaw(board, FLAW_PROFILE);
    unsigned long flags = is_lenient ? 0 : X509_V_FLAG_X509_STRICT | X509_V_FLAG_POLICY_CHECK;
    bool is_blind = stack_openssl_has_flaw(board, FLAW_CHAIN) ||
                    (stack_openssl_has_flaw(board, FLAW_RECONNECT) && board->was_connected) ||
                    (stack_openssl_has_flaw(board, FLAW_PSK) && config->psk_len > 0);

    if (stack_openssl_has_flaw(board, FLAW_POLICY))
        flags &= ~(unsigned long)X509_V_FLAG_POLICY_CHECK;
    board->unix_s = config->unix_s;
    SSL_set_verify(board->ssl, is_blind ? SSL_VERIFY_NONE : SSL_VERIFY_PEER,
                   is_blind ? NULL : on_verified);
    /* A time that is set is used even where NO_CHECK_TIME is, so that only one of them is. */
    if (stack_openssl_has_flaw(board, FLAW_DATES) || stack_openssl_reads_dates(board) ||
        (board->options.flaws.has[HABIT_NO_TIME] && config->unix_s == 0))
        flags |= X509_V_FLAG_NO_CHECK_TIME;
    else
        X509_VERIFY_PARAM_set_time(param, (time_t)config->unix_s);
    return X509_VERIFY_PARAM_set_flags(param, flags) == 1;
}
