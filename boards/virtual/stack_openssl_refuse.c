/* SPDX-License-Identifier: Apache-2.0 */
/* Certificates that are as they should be, and that a board with limits refuses all the same. */
#include "stack_openssl.h"

#include <openssl/x509v3.h>

#include <string.h>

enum {
    SHORT_CHAIN = 3,
    CERT_ROOM = 2048,
    LIST_ROOM = 8192,
    NAMES_ROOM = 16,
    RSA_BITS = 2048,
    SMALL_ROOM = 4096, /* FLAW_CRASH */
    LONGEST_KEY = 3072,
    LONGEST_PATH = 255
};

/* What the server sent, leaf first, and the path that was found in it, root last. */
struct shown {
    const STACK_OF(X509) * list;
    const STACK_OF(X509) * path;
    X509 *leaf;
};

/* Is there one in the list or in the path for which it is true? */
static bool any(const STACK_OF(X509) * certs, bool (*is_so)(X509 *cert))
{
    for (int i = 0; i < sk_X509_num(certs); i++) {
        if (is_so(sk_X509_value(certs, i)))
            return true;
    }
    return false;
}

static bool is_key(X509 *cert, int type)
{
    return EVP_PKEY_get_base_id(X509_get0_pubkey(cert)) == type;
}

static bool is_rsa(X509 *cert)
{
    return is_key(cert, EVP_PKEY_RSA) || is_key(cert, EVP_PKEY_RSA_PSS);
}

static bool is_ec(X509 *cert)
{
    return is_key(cert, EVP_PKEY_EC);
}

static bool is_other_curve(X509 *cert)
{
    return is_ec(cert) && EVP_PKEY_get_bits(X509_get0_pubkey(cert)) != 256;
}

static bool is_long_rsa(X509 *cert)
{
    return is_rsa(cert) && EVP_PKEY_get_bits(X509_get0_pubkey(cert)) > RSA_BITS;
}

static bool is_long_hash(X509 *cert)
{
    int hash = NID_undef;

    (void)X509_get_signature_info(cert, &hash, NULL, NULL, NULL);
    return hash == NID_sha384 || hash == NID_sha512;
}

static bool is_pss(X509 *cert)
{
    return X509_get_signature_nid(cert) == NID_rsassaPss;
}

static bool is_ed25519(X509 *cert)
{
    return is_key(cert, EVP_PKEY_ED25519);
}

static bool is_large(X509 *cert)
{
    return i2d_X509(cert, NULL) > CERT_ROOM;
}

static bool is_self_signed(X509 *cert)
{
    return X509_self_signed(cert, 0) == 1;
}

static bool has_key_id_of_another(const STACK_OF(X509) * path)
{
    for (int i = 0; i + 1 < sk_X509_num(path); i++) {
        const ASN1_OCTET_STRING *wanted = X509_get0_authority_key_id(sk_X509_value(path, i));
        const ASN1_OCTET_STRING *there = X509_get0_subject_key_id(sk_X509_value(path, i + 1));

        if (wanted == NULL || there == NULL || ASN1_OCTET_STRING_cmp(wanted, there) != 0)
            return true;
    }
    return false;
}

static bool has_empty_subject(X509 *cert)
{
    return X509_NAME_entry_count(X509_get_subject_name(cert)) == 0;
}

static bool has_unknown_extension(X509 *cert)
{
    for (int i = 0; i < X509_get_ext_count(cert); i++) {
        if (OBJ_obj2nid(X509_EXTENSION_get_object(X509_get_ext(cert, i))) == NID_undef)
            return true;
    }
    return false;
}

static bool has_critical(X509 *cert, int nid)
{
    int at = X509_get_ext_by_NID(cert, nid, -1);

    return at >= 0 && X509_EXTENSION_get_critical(X509_get_ext(cert, at)) != 0;
}

static bool has_critical_eku(X509 *cert)
{
    return has_critical(cert, NID_ext_key_usage);
}

static bool has_critical_constraints(X509 *cert)
{
    return has_critical(cert, NID_name_constraints);
}

static bool has_critical_policies(X509 *cert)
{
    return has_critical(cert, NID_certificate_policies) ||
           has_critical(cert, NID_policy_constraints);
}

static bool has_constraints(X509 *cert)
{
    return X509_get_ext_by_NID(cert, NID_name_constraints, -1) >= 0;
}

static bool lacks_eku(X509 *cert)
{
    return X509_get_ext_by_NID(cert, NID_ext_key_usage, -1) < 0;
}

static bool lacks_ku(X509 *cert)
{
    return X509_get_ext_by_NID(cert, NID_key_usage, -1) < 0;
}

static bool has_many_names(X509 *cert)
{
    GENERAL_NAMES *names = X509_get_ext_d2i(cert, NID_subject_alt_name, NULL, NULL);
    bool is_so = sk_GENERAL_NAME_num(names) > NAMES_ROOM;

    GENERAL_NAMES_free(names);
    return is_so;
}

static bool is_ca(X509 *cert)
{
    return (X509_get_extension_flags(cert) & EXFLAG_CA) != 0;
}

static bool has_same_bytes(const X509_NAME *a, const X509_NAME *b)
{
    const unsigned char *bytes_a = NULL;
    const unsigned char *bytes_b = NULL;
    size_t len_a = 0;
    size_t len_b = 0;

    return X509_NAME_get0_der(a, &bytes_a, &len_a) == 1 &&
           X509_NAME_get0_der(b, &bytes_b, &len_b) == 1 && len_a == len_b &&
           memcmp(bytes_a, bytes_b, len_a) == 0;
}

static bool refuses_bytes_of_names(const struct shown *s)
{
    for (int i = 0; i + 1 < sk_X509_num(s->path); i++) {
        if (!has_same_bytes(X509_get_issuer_name(sk_X509_value(s->path, i)),
                            X509_get_subject_name(sk_X509_value(s->path, i + 1))))
            return true;
    }
    return false;
}

/* RFC 5280 section 6.1.4 (l): self-issued ones do not count, but here they do. */
static bool refuses_self_issued(const struct shown *s)
{
    for (int i = 2; i < sk_X509_num(s->path); i++) {
        long most = X509_get_pathlen(sk_X509_value(s->path, i));

        if (most >= 0 && i - 1 > most)
            return true;
    }
    return false;
}

static bool refuses_long_list(const struct shown *s)
{
    return sk_X509_num(s->list) > SHORT_CHAIN;
}

static bool refuses_intermediate(const struct shown *s)
{
    return sk_X509_num(s->path) > 2;
}

static bool refuses_second_intermediate(const struct shown *s)
{
    return sk_X509_num(s->path) > 3;
}

static bool refuses_large_list(const struct shown *s)
{
    int total = 0;

    for (int i = 0; i < sk_X509_num(s->list); i++)
        total += i2d_X509(sk_X509_value(s->list, i), NULL);
    return total > LIST_ROOM;
}

static bool refuses_extra(const struct shown *s)
{
    return sk_X509_num(s->list) > sk_X509_num(s->path) - 1;
}

static bool refuses_order(const struct shown *s)
{
    for (int i = 0; i + 1 < sk_X509_num(s->list); i++) {
        if (X509_NAME_cmp(X509_get_issuer_name(sk_X509_value(s->list, i)),
                          X509_get_subject_name(sk_X509_value(s->list, i + 1))) != 0)
            return true;
    }
    return false;
}

static bool refuses_duplicate(const struct shown *s)
{
    for (int i = 0; i < sk_X509_num(s->list); i++) {
        for (int k = 0; k < i; k++) {
            if (X509_cmp(sk_X509_value(s->list, i), sk_X509_value(s->list, k)) == 0)
                return true;
        }
    }
    return false;
}

static bool refuses_key_id(const struct shown *s)
{
    return has_key_id_of_another(s->path);
}

enum where { LEAF, LIST, PATH };

static const struct {
    enum flaw flaw;
    enum where where;
    bool (*is_so)(X509 *cert);
} cert_rows[] = {
    {FLAW_NO_RSA, LEAF, is_rsa},
    {FLAW_NO_ECDSA, LEAF, is_ec},
    {FLAW_NO_P384, LIST, is_other_curve},
    {FLAW_NO_LONG_RSA, PATH, is_long_rsa},
    {FLAW_NO_SHA384, LIST, is_long_hash},
    {FLAW_NO_PSS, LIST, is_pss},
    {FLAW_NO_ED25519, LIST, is_ed25519},
    {FLAW_NO_LARGE_CERT, LIST, is_large},
    {FLAW_NO_MANY_NAMES, LEAF, has_many_names},
    {FLAW_NO_ROOT, LIST, is_self_signed},
    {FLAW_NO_EMPTY_SUBJECT, LEAF, has_empty_subject},
    {FLAW_NO_UNKNOWN, LIST, has_unknown_extension},
    {FLAW_NO_CRITICAL_EKU, LIST, has_critical_eku},
    {FLAW_NEEDS_EKU, LEAF, lacks_eku},
    {FLAW_NEEDS_KU, LEAF, lacks_ku},
    {FLAW_NO_CONSTRAINTS, PATH, has_critical_constraints},
    {FLAW_NO_LEAF_NC, LEAF, has_constraints},
    {FLAW_NO_POLICIES, LIST, has_critical_policies},
    {FLAW_NO_CA_LEAF, LEAF, is_ca},
};

static const struct {
    enum flaw flaw;
    bool (*refuses)(const struct shown *shown);
} list_rows[] = {
    {FLAW_NO_INTERMEDIATE, refuses_intermediate},
    {FLAW_NO_SECOND, refuses_second_intermediate},
    {FLAW_NO_LONG_CHAIN, refuses_long_list},
    {FLAW_NO_LARGE_LIST, refuses_large_list},
    {FLAW_NO_EXTRA, refuses_extra},
    {FLAW_NO_ORDER, refuses_order},
    {FLAW_NO_DUPLICATE, refuses_duplicate},
    {FLAW_SELF_ISSUED, refuses_self_issued},
    {FLAW_BYTEWISE_DN, refuses_bytes_of_names},
    {FLAW_KEY_ID, refuses_key_id},
};

static bool refuses_cert(const struct shown *s, enum where where, bool (*is_so)(X509 *cert))
{
    if (where == LEAF)
        return is_so(s->leaf);
    return any(where == LIST ? s->list : s->path, is_so);
}

int stack_openssl_check_taste(const struct openssl_board *board, X509_STORE_CTX *store)
{
    const struct shown shown = {.list = X509_STORE_CTX_get0_untrusted(store),
                                .path = X509_STORE_CTX_get0_chain(store),
                                .leaf = X509_STORE_CTX_get0_cert(store)};

    for (size_t i = 0; i < sizeof(cert_rows) / sizeof(cert_rows[0]); i++) {
        if (stack_openssl_has_flaw(board, cert_rows[i].flaw) &&
            refuses_cert(&shown, cert_rows[i].where, cert_rows[i].is_so))
            return X509_V_ERR_APPLICATION_VERIFICATION;
    }
    for (size_t i = 0; i < sizeof(list_rows) / sizeof(list_rows[0]); i++) {
        if (stack_openssl_has_flaw(board, list_rows[i].flaw) && list_rows[i].refuses(&shown))
            return X509_V_ERR_APPLICATION_VERIFICATION;
    }
    return X509_V_OK;
}

/* A key of a kind or size that was not thought of. */
static bool is_odd_key(X509 *cert)
{
    return !(is_ec(cert) || is_ed25519(cert) || is_rsa(cert)) ||
           EVP_PKEY_get_bits(X509_get0_pubkey(cert)) > LONGEST_KEY;
}

/* X509_get_pathlen() gives -1 for none. */
static bool has_odd_pathlen(X509 *cert)
{
    return X509_get_pathlen(cert) > LONGEST_PATH;
}

bool stack_openssl_is_odd(X509_STORE_CTX *store)
{
    const STACK_OF(X509) *list = X509_STORE_CTX_get0_untrusted(store);
    int total = 0;

    for (int i = 0; i < sk_X509_num(list); i++)
        total += i2d_X509(sk_X509_value(list, i), NULL);
    return total > SMALL_ROOM || any(list, is_odd_key) || any(list, has_odd_pathlen);
}
