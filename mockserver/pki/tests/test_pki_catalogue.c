/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The attacks that scenarios are made of, each against what libcrypto's verifier (strict, purpose
 * "TLS server", host name) says of it. Ids as in the catalogue of scenarios.
 */
#include "pki_test_support.h"
#include "test_support.h"

#include <openssl/x509_vfy.h>

#define HOST            "broker.bench.test"
#define LEAF(overrides) "{'certs': {'leaf': {" overrides "}}}"
#define MIDDLE(overrides)                                                                          \
    "{'certs': {'leaf': {'issuer': 'middle'}, 'middle': {'recipe': 'intermediate', " overrides     \
    "}}, 'chain': ['leaf', 'middle']}"
#define CA                 "'recipe': 'intermediate'"
#define SENT(names, certs) "{'certs': {" certs "}, 'chain': [" names "]}"

enum {
    OK = X509_V_OK,
    NO_ISSUER = X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY,
    NOT_PARSED = -1,
};

/* clang-format off */
static const struct {
    const char *id, *json;
    int code;
} rows[] = {
    {"POS-01", LEAF(""), OK},
    {"POS-03", MIDDLE("'hash': 'sha256'"), OK},
    {"POS-05", LEAF("'subject': '', 'san_critical': true"), OK},
    {"POS-06", LEAF("'san': ['dns:a.test', 'dns:b.test', 'dns:" HOST "']"), OK},
    {"POS-07", LEAF("'san': ['dns:*.bench.test']"), OK},
    {"POS-08", LEAF("'san': ['dns:BROKER.Bench.TEST']"), OK},
    {"POS-09", LEAF("'extensions': [{'oid': '1.2.3.4', 'der': '0500'}]"), OK},
    {"POS-10", LEAF("'extended_key_usage': {'critical': true}"), OK},
    {"POS-11", LEAF("'extended_key_usage': {'present': false}"), OK},
    {"POS-12", SENT("'leaf', 'new', 'old'",
                    "'leaf': {'issuer': 'new'},"
                    "'new': {" CA ", 'subject': 'CN=Roll', 'issuer': 'old'},"
                    "'old': {" CA ", 'subject': 'CN=Roll', 'basic_constraints': {'pathlen': 0}}"), OK},
    {"PATH-01", LEAF("'recipe': 'self-signed'"), X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT},
    {"PATH-02", LEAF("'recipe': 'self-signed', 'san': ['dns:evil.test']"),
     X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT},
    {"PATH-03", SENT("'leaf'", "'leaf': {'issuer': 'other'}, 'other': {'recipe': 'other-root'}"), NO_ISSUER},
    {"PATH-04", SENT("'leaf', 'other'", "'leaf': {'issuer': 'other'}, 'other': {'recipe': 'other-root'}"),
     X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN},
    {"PATH-05", SENT("'leaf', 'fake'", "'leaf': {'issuer': 'fake'}, 'fake': {'recipe': 'fake-root'}"),
     X509_V_ERR_CERT_SIGNATURE_FAILURE},
    {"PATH-06", SENT("'leaf'", "'leaf': {'public_key_from': 'evil'}, 'evil': {}"),
     X509_V_ERR_CERT_SIGNATURE_FAILURE},
    {"PATH-07", SENT("'leaf', 'evil'", "'leaf': {'issuer': 'evil'}, 'evil': {'subject': 'CN=evil.test',"
                     " 'san': ['dns:evil.test']}"), X509_V_ERR_INVALID_CA},
    {"PATH-08", LEAF("'subject': 'CN=evil.test', 'san': ['dns:evil.test']"), X509_V_ERR_HOSTNAME_MISMATCH},
    {"PATH-09", SENT("'leaf'", "'leaf': {'issuer': 'ca'}, 'ca': {" CA "}"), NO_ISSUER},
    {"PATH-10", SENT("'leaf', 'a', 'b'", "'leaf': {'issuer': 'b'}, 'b': {" CA ", 'issuer': 'a'}, 'a': {" CA "}"), OK},
    {"PATH-11", SENT("'leaf', 'x', 'y'", "'leaf': {}, 'x': {'recipe': 'other-root'}, 'y': {" CA "}"), OK},
    {"PATH-12", SENT("'leaf', 'leaf'", "'leaf': {}"), OK},
    {"PATH-13", SENT("'leaf', 'bench-root'", "'leaf': {}"), OK},
    {"PATH-14", SENT("'leaf', 'old', 'ca'", "'leaf': {'issuer': 'ca'}, 'ca': {" CA "},"
                     "'old': {" CA ", 'subject_from': 'ca', 'key_label': 'ca', 'not_after': '-1d'}"), OK},
    {"PATH-15", SENT("'ca', 'leaf'", "'leaf': {'issuer': 'ca'}, 'ca': {" CA "}"),
     X509_V_ERR_INVALID_PURPOSE},
    {"PATH-16", SENT("'leaf', 'ca'", "'leaf': {'issuer': 'ca', 'issuer_name': 'CN=Nobody'}, 'ca': {" CA "}"), NO_ISSUER},
    {"PATH-17", SENT("'leaf', 'ca'", "'leaf': {'issuer': 'ca', 'issuer_name': 'CN:printable=assay bench  ca'},"
                     "'ca': {" CA ", 'subject': 'CN=Assay Bench CA'}"), OK},
    {"PATH-18", LEAF("'authority_key_id': '0102030405'"), NO_ISSUER},
    {"PATH-19", SENT("'leaf', 'a', 'b'", "'leaf': {'issuer': 'a'}, 'a': {" CA ", 'issuer': 'b'},"
                     "'b': {" CA ", 'issuer': 'a'}"), NO_ISSUER},
    {"SIG-01", LEAF("'flip_signature_bit': 7"), X509_V_ERR_CERT_SIGNATURE_FAILURE},
    {"SIG-02", MIDDLE("'flip_signature_bit': 0"), X509_V_ERR_CERT_SIGNATURE_FAILURE},
    {"SIG-03/empty", LEAF("'signature': ''"), X509_V_ERR_CERT_SIGNATURE_FAILURE},
    {"SIG-03/short", LEAF("'truncate_signature': 1"), X509_V_ERR_CERT_SIGNATURE_FAILURE},
    {"SIG-04", LEAF("'outer_algorithm': 'ecdsa-sha384'"), X509_V_ERR_SIGNATURE_ALGORITHM_INCONSISTENCY},
    {"SIG-05", LEAF("'tbs_algorithm': '1.2.3.4', 'outer_algorithm': '1.2.3.4'"),
     NO_ISSUER},
    {"SIG-06", SENT("'leaf', 'ca'", "'leaf': {'issuer': 'ca', 'hash': 'md5'}, 'ca': {" CA ", 'key': 'rsa1024'}"), OK},
    {"SIG-07", LEAF("'hash': 'sha1'"), OK},
    {"SIG-08/sha1", MIDDLE("'hash': 'sha1'"), OK},
    {"SIG-09/rsa1024", LEAF("'key': 'rsa1024'"), OK},
    {"SIG-09/rsa512", LEAF("'key': 'rsa512'"), OK},
    {"SIG-10", MIDDLE("'key': 'rsa1024'"), OK},
    {"SIG-11/p192", LEAF("'key': 'p192'"), OK},
    {"SIG-11/secp160r1", LEAF("'key': 'secp160r1'"), OK},
    {"SIG-12/explicit", LEAF("'key': 'p256-explicit'"), X509_V_ERR_EC_KEY_EXPLICIT_PARAMS},
    {"SIG-12/imitated", SENT("'leaf', 'fake'", "'leaf': {'issuer': 'fake'},"
                             "'fake': {'recipe': 'fake-root', 'imitate_key': 'bench-root'}"),
     X509_V_ERR_CERT_SIGNATURE_FAILURE},
    {"SIG-13", SENT("'leaf', 'ca'", "'leaf': {'issuer': 'ca', 'forge': 'rsa-e3'}, 'ca': {" CA ", 'key': 'rsa2048-e3'}"),
     X509_V_ERR_CERT_SIGNATURE_FAILURE},
    {"SIG-14/zero", LEAF("'forge': 'ecdsa-zero'"), X509_V_ERR_CERT_SIGNATURE_FAILURE},
    {"SIG-14/order", LEAF("'forge': 'ecdsa-order'"), X509_V_ERR_CERT_SIGNATURE_FAILURE},
    {"SIG-14/above", LEAF("'forge': 'ecdsa-above'"), X509_V_ERR_CERT_SIGNATURE_FAILURE},
    {"SIG-15", SENT("'leaf', 'ca'", "'leaf': {'issuer': 'ca', 'pss': true}, 'ca': {" CA ", 'key': 'rsa1024'}"), OK},
    {"SIG-16", LEAF("'key': 'ed25519'"), OK},
    {"SIG-18", LEAF("'key': 'brainpool256'"), OK},
    {"SIG-20", LEAF("'key': 'dsa2048'"), OK},
    {"TIME-01", LEAF("'not_before': '-30d', 'not_after': '-1d'"), X509_V_ERR_CERT_HAS_EXPIRED},
    {"TIME-02", LEAF("'not_after': '-1s'"), X509_V_ERR_CERT_HAS_EXPIRED},
    {"TIME-03", LEAF("'not_before': '-11y', 'not_after': '-10y'"), X509_V_ERR_CERT_HAS_EXPIRED},
    {"TIME-04", LEAF("'not_before': '+1d'"), X509_V_ERR_CERT_NOT_YET_VALID},
    {"TIME-05", LEAF("'not_before': '+5m'"), X509_V_ERR_CERT_NOT_YET_VALID},
    {"TIME-06", MIDDLE("'not_after': '-1d'"), X509_V_ERR_CERT_HAS_EXPIRED},
    {"TIME-08/notBefore", LEAF("'not_before': 'now'"), OK},
    {"TIME-09/49", LEAF("'not_after': '2049-12-31T23:59:59Z'"), OK},
    {"TIME-09/50", LEAF("'not_before': '1950-01-01T00:00:00Z'"), OK},
    {"TIME-10", LEAF("'not_after': '2050-01-01T00:00:00Z'"), OK},
    {"TIME-11/2038", LEAF("'not_after': '2038-01-19T03:14:08Z'"), OK},
    {"TIME-11/2106", LEAF("'not_after': '2106-02-07T06:28:16Z'"), OK},
    {"TIME-12", LEAF("'not_after': '9999-12-31T23:59:59Z'"), OK},
    {"TIME-13", LEAF("'time_form': 'generalizedtime'"), OK},
    {"TIME-14/seconds", LEAF("'not_after_raw': 'utctime:2704150800Z'"), X509_V_ERR_ERROR_IN_CERT_NOT_AFTER_FIELD},
    {"TIME-14/offset", LEAF("'not_after_raw': 'utctime:270415080000+0100'"), X509_V_ERR_ERROR_IN_CERT_NOT_AFTER_FIELD},
    {"TIME-15/fraction", LEAF("'not_after_raw': 'generalizedtime:20270415080000.5Z'"),
     X509_V_ERR_ERROR_IN_CERT_NOT_AFTER_FIELD},
    {"TIME-15/local", LEAF("'not_after_raw': 'generalizedtime:20270415080000'"),
     X509_V_ERR_ERROR_IN_CERT_NOT_AFTER_FIELD},
    {"TIME-17/month", LEAF("'not_after_raw': 'utctime:271332080000Z'"), X509_V_ERR_ERROR_IN_CERT_NOT_AFTER_FIELD},
    {"TIME-17/day", LEAF("'not_after_raw': 'utctime:270230080000Z'"), X509_V_ERR_ERROR_IN_CERT_NOT_AFTER_FIELD},
    {"TIME-17/leap", LEAF("'not_after_raw': 'utctime:270415235960Z'"), X509_V_ERR_ERROR_IN_CERT_NOT_AFTER_FIELD},
    {"TIME-16", LEAF("'not_before': '+2d', 'not_after': '+1d'"), X509_V_ERR_CERT_NOT_YET_VALID},
    {"NAME-01", LEAF("'san': ['dns:evil.test']"), X509_V_ERR_HOSTNAME_MISMATCH},
    {"NAME-03", LEAF("'san': ['dns:evil.test'], 'subject': 'CN=" HOST "'"), X509_V_ERR_HOSTNAME_MISMATCH},
    {"NAME-04", LEAF("'san': ['dns:bench.test']"), X509_V_ERR_HOSTNAME_MISMATCH},
    {"NAME-05", LEAF("'san': ['dns:" HOST ".evil.test']"), X509_V_ERR_HOSTNAME_MISMATCH},
    {"NAME-06", LEAF("'san': ['dns:evil" HOST "']"), X509_V_ERR_HOSTNAME_MISMATCH},
    {"NAME-07", LEAF("'san': ['dns:" HOST "\\u0000.evil.test']"), X509_V_ERR_HOSTNAME_MISMATCH},
    {"NAME-08", LEAF("'san': [], 'subject': 'CN=" HOST "\\u0000.evil.test'"), X509_V_ERR_HOSTNAME_MISMATCH},
    {"NAME-09", LEAF("'san': ['dns:*.test']"), X509_V_ERR_HOSTNAME_MISMATCH},
    {"NAME-11", LEAF("'san': ['dns:broker.*.test']"), X509_V_ERR_HOSTNAME_MISMATCH},
    {"NAME-12", LEAF("'san': ['dns:*.*.test']"), X509_V_ERR_HOSTNAME_MISMATCH},
    {"NAME-13", LEAF("'san': ['dns:*']"), X509_V_ERR_HOSTNAME_MISMATCH},
    {"NAME-21", LEAF("'san': ['dns:192.0.2.1']"), X509_V_ERR_HOSTNAME_MISMATCH},
    {"NAME-24", LEAF("'san': ['email:" HOST "', 'uri:" HOST "', 'other:1.2.3.4=" HOST "',"
                     " 'dir:CN=" HOST "', 'rid:1.2.3.4'], 'subject': 'CN=x'"), X509_V_ERR_HOSTNAME_MISMATCH},
    {"NAME-10", LEAF("'san': ['dns:b*.bench.test']"), OK},
    {"NAME-14", LEAF("'san': ['dns:*.broker.bench.test']"), X509_V_ERR_HOSTNAME_MISMATCH},
    {"NAME-18", LEAF("'san': ['dns:br\xc3\xb6ker.bench.test']"), X509_V_ERR_HOSTNAME_MISMATCH},
    {"NAME-23/long", LEAF("'san': ['raw:8705c000020100', 'dns:" HOST "']"), OK},
    {"NAME-25/empty", LEAF("'san': ['dns:']"), X509_V_ERR_HOSTNAME_MISMATCH},
    {"NAME-25/dot", LEAF("'san': ['dns:." HOST "']"), X509_V_ERR_HOSTNAME_MISMATCH},
    {"NAME-26", LEAF("'san': [], 'extensions': [{'oid': 'subjectAltName', 'der': '30ff'}]"), NO_ISSUER},
    {"NAME-28", LEAF("'san': [], 'subject': 'CN=evil.test,CN=" HOST "'"), OK},
    {"NAME-32", LEAF("'san': ['dns:bro_ker.bench.test']"), X509_V_ERR_HOSTNAME_MISMATCH},
    {"NAME-27", LEAF("'san': [], 'subject': '', 'extensions': [{'oid': 'subjectAltName', 'critical': true, 'der': '3000'}]"),
     X509_V_ERR_EMPTY_SUBJECT_ALT_NAME},
    {"EXT-01", MIDDLE("'basic_constraints': {'ca': false}"), X509_V_ERR_INVALID_CA},
    {"EXT-02", MIDDLE("'basic_constraints': {'present': false}"), X509_V_ERR_INVALID_CA},
    {"EXT-03", MIDDLE("'version': 1"), X509_V_ERR_INVALID_CA},
    {"EXT-04", SENT("'leaf', 'b', 'a'", "'leaf': {'issuer': 'b'}, 'b': {" CA ", 'issuer': 'a'},"
                    "'a': {" CA ", 'basic_constraints': {'pathlen': 0}}"), X509_V_ERR_PATH_LENGTH_EXCEEDED},
    {"EXT-05", SENT("'leaf', 'c', 'b', 'a'", "'leaf': {'issuer': 'c'}, 'c': {" CA ", 'issuer': 'b'},"
                    "'b': {" CA ", 'issuer': 'a', 'basic_constraints': {'pathlen': 5}},"
                    "'a': {" CA ", 'basic_constraints': {'pathlen': 1}}"), X509_V_ERR_PATH_LENGTH_EXCEEDED},
    {"EXT-06", MIDDLE("'basic_constraints': {'present': false}, 'extensions': [{'oid': 'basicConstraints',"
                      " 'critical': true, 'der': '30060101ff0201ff'}]"), NO_ISSUER},
    {"EXT-08", MIDDLE("'basic_constraints': {'critical': false}"), X509_V_ERR_CA_BCONS_NOT_CRITICAL},
    {"EXT-07", MIDDLE("'basic_constraints': {'ca': false, 'pathlen': 0}"), X509_V_ERR_INVALID_CA},
    {"EXT-09", MIDDLE("'key_usage': {'uses': ['cRLSign']}"), X509_V_ERR_INVALID_CA},
    {"EXT-10", LEAF("'key_usage': {'uses': ['cRLSign']}"), X509_V_ERR_INVALID_PURPOSE},
    {"EXT-12", LEAF("'extended_key_usage': {'uses': ['clientAuth']}"), X509_V_ERR_INVALID_PURPOSE},
    {"EXT-13", LEAF("'extended_key_usage': {'uses': ['codeSigning'], 'critical': true}"), X509_V_ERR_INVALID_PURPOSE},
    {"EXT-14", LEAF("'extended_key_usage': {'uses': ['any']}"), X509_V_ERR_INVALID_PURPOSE},
    {"EXT-15", LEAF("'extended_key_usage': {'uses': []}"), X509_V_ERR_INVALID_PURPOSE},
    {"EXT-16", MIDDLE("'extended_key_usage': {'uses': ['clientAuth']}"), X509_V_ERR_INVALID_PURPOSE},
    {"EXT-17", LEAF("'recipe': 'client', 'issuer': 'bench-root'"), X509_V_ERR_INVALID_PURPOSE},
    {"EXT-18", LEAF("'extensions': [{'oid': '1.2.3.4', 'critical': true, 'der': '0500'}]"),
     X509_V_ERR_UNHANDLED_CRITICAL_EXTENSION},
    {"EXT-19", MIDDLE("'extensions': [{'oid': '1.2.3.4', 'critical': true, 'der': '0500'}]"),
     X509_V_ERR_UNHANDLED_CRITICAL_EXTENSION},
    {"EXT-20", MIDDLE("'name_constraints': {'permitted': ['dns:other.test'], 'critical': true}"),
     X509_V_ERR_PERMITTED_VIOLATION},
    {"EXT-21", MIDDLE("'name_constraints': {'excluded': ['dns:bench.test'], 'critical': true}"),
     X509_V_ERR_EXCLUDED_VIOLATION},
    {"EXT-22", MIDDLE("'name_constraints': {'permitted': ['dns:bench.test'], 'critical': true}"), OK},
    {"EXT-23", MIDDLE("'name_constraints': {'permitted': ['dns:other.test']}"), X509_V_ERR_PERMITTED_VIOLATION},
    {"EXT-25", SENT("'leaf', 'ca'", "'leaf': {'issuer': 'ca', 'san': ['ip:192.0.2.1', 'dns:" HOST "']},"
                    "'ca': {" CA ", 'name_constraints': {'permitted': ['ip:10.0.0.0/8'], 'critical': true}}"),
     X509_V_ERR_PERMITTED_VIOLATION},
    {"EXT-28", LEAF("'extensions': [{'oid': '2.5.29.17', 'der': '3003820178'}]"), NO_ISSUER},
    {"EXT-26", LEAF("'name_constraints': {'permitted': ['dns:bench.test']}"), OK},
    {"EXT-29", LEAF("'version': 1, 'force_extensions': true"), X509_V_ERR_EXTENSIONS_REQUIRE_VERSION_3},
    {"EXT-31", LEAF("'basic_constraints': {'ca': true, 'critical': true},"
                    "'key_usage': {'uses': ['digitalSignature', 'keyCertSign']}"), OK},
    {"EXT-30", LEAF("'extensions': [{'oid': '1.3.6.1.4.1.11129.2.4.3', 'critical': true, 'der': '0500'}]"),
     X509_V_ERR_UNHANDLED_CRITICAL_EXTENSION},
    {"DER-01", LEAF("'damage': ['indefinite-length']"), NOT_PARSED},
    {"DER-02/short", LEAF("'damage': ['length-short']"), NOT_PARSED},
    {"DER-02/long", LEAF("'damage': ['length-long']"), NOT_PARSED},
    {"DER-02/half", LEAF("'damage': ['truncated']"), NOT_PARSED},
    {"DER-03/after", LEAF("'damage': ['trailing-bytes']"), NOT_PARSED},
    {"DER-05/4", LEAF("'version': 4"), OK},
    {"DER-05/0", LEAF("'version': 0"), X509_V_ERR_EXTENSIONS_REQUIRE_VERSION_3},
    {"DER-06/serial", LEAF("'omit': ['serial']"), NOT_PARSED},
    {"DER-06/issuer", LEAF("'omit': ['issuer']"), NOT_PARSED},
    {"DER-06/subject", LEAF("'omit': ['subject']"), NOT_PARSED},
    {"DER-06/public_key", LEAF("'omit': ['public_key']"), NOT_PARSED},
    {"DER-06/tbs_algorithm", LEAF("'omit': ['tbs_algorithm']"), NOT_PARSED},
    {"DER-06/outer_algorithm", LEAF("'omit': ['outer_algorithm']"), NOT_PARSED},
    {"DER-06/signature", LEAF("'omit': ['signature']"), NOT_PARSED},
    {"DER-08", LEAF("'damage': ['length-huge']"), NOT_PARSED},
    {"TIME-18", LEAF("'omit': ['validity']"), NOT_PARSED},
    {"TIME-18/notAfter", LEAF("'omit': ['not_after']"), NOT_PARSED},
    {"PATH-26", LEAF("'der': 'deadbeef'"), NOT_PARSED},
    {"DER-03/tbs", LEAF("'damage': ['extra-field']"), NOT_PARSED},
    {"DER-04/zero", LEAF("'serial': '00'"), OK},
    {"DER-04/long", LEAF("'serial': '010203040506070809101112131415161718192021'"), OK},
    {"DER-04/negative", LEAF("'serial': '80'"), OK},
    {"DER-10", LEAF("'key_usage': {'present': false}, 'extensions': [{'oid': 'keyUsage', 'der': '030100'}]"),
     NO_ISSUER},
    {"CHAIN-02", LEAF("'padding': 32000"), OK},
    {"REV-04", LEAF("'extensions': [{'oid': '1.3.6.1.5.5.7.1.24', 'der': '3003020105'}]"), OK},
};
/* clang-format on */

static void the_reference_verifier_agrees_about_every_row(void)
{
    struct pki_store *store = pki_store_new();

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct pki_chain *chain = chain_of(store, rows[i].json);

        REQUIRE(chain != NULL);
        int code = verify_strictly(store, chain, HOST);
        test_check(code == rows[i].code, __FILE__, __LINE__, "%s: %d (%s), expected %d (%s)",
                   rows[i].id, code, X509_verify_cert_error_string(code), rows[i].code,
                   X509_verify_cert_error_string(rows[i].code));
        pki_chain_free(chain);
    }
    pki_store_free(store);
}

TEST_SUITE(pki_catalogue, TEST(the_reference_verifier_agrees_about_every_row));
