/* SPDX-License-Identifier: Apache-2.0 */
/* The board's certificate as an event, be it a client or a server: all that rules ask about it. */
#include "tls_internal.h"

#include <openssl/evp.h>
#include <openssl/objects.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <stdio.h>
#include <string.h>
#include <time.h>

enum {
    SHA256_LEN = 32,
    HEX_LEN = 2 * SHA256_LEN + 1,
    NAME_LEN = 256,
    MAX_CHAIN = 10,
    MAX_PURPOSES = 16,
    OID_LEN = 64,
    USAGE_BITS = 9
};

/* What the event's lists point to. */
struct lists {
    char subjects[MAX_CHAIN][NAME_LEN];
    char issuers[MAX_CHAIN][NAME_LEN];
    char purposes[MAX_PURPOSES][OID_LEN];
    const char *subject_list[MAX_CHAIN];
    const char *issuer_list[MAX_CHAIN];
    const char *purpose_list[MAX_PURPOSES];
    int64_t usages[USAGE_BITS];
};

static void hash_hex(const void *data, size_t len, char ret[HEX_LEN])
{
    uint8_t digest[EVP_MAX_MD_SIZE];
    unsigned digest_len = 0;

    ret[0] = '\0';
    if (EVP_Digest(data, len, digest, &digest_len, EVP_sha256(), NULL) != 1)
        return;
    for (unsigned i = 0; i < digest_len; i++)
        snprintf(ret + (size_t)2 * i, 3, "%02x", digest[i]);
}

static void add_serial(struct event_builder *e, X509 *leaf, char text[2 * 24 + 1])
{
    const ASN1_INTEGER *number = X509_get0_serialNumber(leaf);

    text[0] = '\0';
    for (int i = 0; i < ASN1_STRING_length(number) && i < 24; i++)
        snprintf(text + (size_t)2 * (size_t)i, 3, "%02x", ASN1_STRING_get0_data(number)[i]);
    event_text(e, "serial", text);
}

static void add_hashes(struct event_builder *e, X509 *leaf, char certificate[HEX_LEN],
                       char key[HEX_LEN])
{
    unsigned char *der = NULL;
    int len = i2d_X509(leaf, &der);

    if (len > 0)
        hash_hex(der, (size_t)len, certificate);
    OPENSSL_free(der);
    der = NULL;
    event_text(e, "sha256", certificate);
    len = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(leaf), &der);
    if (len > 0)
        hash_hex(der, (size_t)len, key);
    OPENSSL_free(der);
    event_text(e, "key_sha256", key);
}

static void add_time(struct event_builder *e, const char *field, const ASN1_TIME *time)
{
    struct tm tm;

    memset(&tm, 0, sizeof(tm));
    if (time != NULL && ASN1_TIME_to_tm(time, &tm) == 1)
        event_add_int(e, event_name(field), (int64_t)timegm(&tm));
}

static void add_usages(struct event_builder *e, X509 *leaf, int64_t usages[USAGE_BITS])
{
    /* Bit 0 of RFC 5280 is the highest of the first byte; decipherOnly alone is in the second. */
    ASN1_BIT_STRING *bits = X509_get_ext_d2i(leaf, NID_key_usage, NULL, NULL);
    size_t count = 0;

    for (int i = 0; bits != NULL && i < USAGE_BITS; i++)
        if (ASN1_BIT_STRING_get_bit(bits, i) == 1)
            usages[count++] = i;
    if (bits != NULL)
        event_ints(e, "key_usage", usages, count);
    ASN1_BIT_STRING_free(bits);
}

static void add_purposes(struct event_builder *e, X509 *leaf, struct lists *lists)
{
    EXTENDED_KEY_USAGE *purposes = X509_get_ext_d2i(leaf, NID_ext_key_usage, NULL, NULL);
    size_t count = 0;

    for (int i = 0; i < sk_ASN1_OBJECT_num(purposes) && count < MAX_PURPOSES; i++) {
        (void)OBJ_obj2txt(lists->purposes[count], OID_LEN, sk_ASN1_OBJECT_value(purposes, i), 1);
        lists->purpose_list[count] = lists->purposes[count];
        count++;
    }
    if (purposes != NULL)
        event_texts(e, "extended_key_usage", lists->purpose_list, count);
    EXTENDED_KEY_USAGE_free(purposes);
}

static void add_contents(struct event_builder *e, X509 *leaf, struct lists *lists)
{
    const EVP_PKEY *key = X509_get0_pubkey(leaf);

    if (key != NULL) {
        event_text(e, "key_type", EVP_PKEY_get0_type_name(key));
        event_int(e, "key_bits", EVP_PKEY_get_bits(key));
    }
    event_text(e, "signature", OBJ_nid2ln(X509_get_signature_nid(leaf)));
    add_time(e, "not_before", X509_get0_notBefore(leaf));
    add_time(e, "not_after", X509_get0_notAfter(leaf));
    event_bool(e, "is_ca", (X509_get_extension_flags(leaf) & EXFLAG_CA) != 0);
    add_usages(e, leaf, lists->usages);
    add_purposes(e, leaf, lists);
}

static void add_chain(struct event_builder *e, STACK_OF(X509) * sent, struct lists *lists)
{
    size_t count = 0;

    for (int i = 0; i < sk_X509_num(sent) && count < MAX_CHAIN; i++, count++) {
        const X509 *x = sk_X509_value(sent, i);

        (void)X509_NAME_oneline(X509_get_subject_name(x), lists->subjects[count], NAME_LEN);
        (void)X509_NAME_oneline(X509_get_issuer_name(x), lists->issuers[count], NAME_LEN);
        lists->subject_list[count] = lists->subjects[count];
        lists->issuer_list[count] = lists->issuers[count];
    }
    event_texts(e, "subjects", lists->subject_list, count);
    event_texts(e, "issuers", lists->issuer_list, count);
}

static void emit_certificate(struct tls_conn *conn, const char *kind, X509_STORE_CTX *chain,
                             bool ok, const char *error)
{
    X509 *leaf = X509_STORE_CTX_get0_cert(chain);
    struct event_builder e;
    struct lists lists;
    char subject[NAME_LEN] = "";
    char issuer[NAME_LEN] = "";
    char serial[2 * 24 + 1] = "";
    char hashes[2][HEX_LEN] = {"", ""};

    (void)X509_NAME_oneline(X509_get_subject_name(leaf), subject, sizeof(subject));
    (void)X509_NAME_oneline(X509_get_issuer_name(leaf), issuer, sizeof(issuer));
    event_begin(&e, conn->sink, "tls", kind, conn->id);
    event_int(&e, "count", conn->client_certificate_count);
    event_text(&e, "subject", subject);
    event_text(&e, "issuer", issuer);
    add_serial(&e, leaf, serial);
    add_hashes(&e, leaf, hashes[0], hashes[1]);
    add_contents(&e, leaf, &lists);
    add_chain(&e, X509_STORE_CTX_get0_untrusted(chain), &lists);
    event_bool(&e, "chain_ok", ok);
    if (!ok)
        event_text(&e, "chain_error", error);
    if (conn->context->is_client)
        event_bool(&e, "name_ok",
                   X509_check_host(leaf, conn->context->host, 0, 0, NULL) == 1 ||
                       X509_check_ip_asc(leaf, conn->context->host, 0) == 1);
    event_emit(&e);
}

void tls_emit_client_certificate(struct tls_conn *conn, X509_STORE_CTX *chain, bool ok,
                                 const char *error)
{
    emit_certificate(conn, EV_TLS_CLIENT_CERTIFICATE, chain, ok, error);
}

void tls_emit_server_certificate(struct tls_conn *conn, X509_STORE_CTX *chain, bool ok,
                                 const char *error)
{
    emit_certificate(conn, EV_TLS_SERVER_CERTIFICATE, chain, ok, error);
}
