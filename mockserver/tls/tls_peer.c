/* SPDX-License-Identifier: Apache-2.0 */
/* Who the board says it is, for whoever decides above TLS what it may do. */
#include "tls_internal.h"

#include <openssl/evp.h>
#include <openssl/x509.h>

#include <stdio.h>
#include <string.h>

static void hash_hex(const X509 *certificate, const EVP_MD *md, char *text, size_t cap)
{
    uint8_t digest[EVP_MAX_MD_SIZE];
    unsigned len = 0;

    text[0] = '\0';
    if (X509_digest(certificate, md, digest, &len) != 1)
        return;
    for (unsigned i = 0; i < len && (size_t)2 * i + 3 <= cap; i++)
        snprintf(text + (size_t)2 * i, 3, "%02x", digest[i]);
}

/* mosquitto's use_subject_as_username prints the same. */
static void write_subject(const X509_NAME *name, char *text, size_t cap)
{
    BIO *memory = BIO_new(BIO_s_mem());
    int len = 0;

    text[0] = '\0';
    if (memory == NULL)
        return;
    if (X509_NAME_print_ex(memory, name, 0, XN_FLAG_RFC2253) >= 0)
        len = BIO_read(memory, text, (int)cap - 1);
    text[len > 0 ? len : 0] = '\0';
    BIO_free(memory);
}

static void write_common_name(const X509_NAME *name, char *text, size_t cap)
{
    int at = X509_NAME_get_index_by_NID(name, NID_commonName, -1);
    unsigned char *utf8 = NULL;
    int len = -1;

    text[0] = '\0';
    if (at >= 0)
        len = ASN1_STRING_to_UTF8(&utf8, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, at)));
    /* A NUL inside would make another name of it: such a one is none. */
    if (len > 0 && (size_t)len < cap && strlen((const char *)utf8) == (size_t)len)
        snprintf(text, cap, "%s", (const char *)utf8);
    OPENSSL_free(utf8);
}

void tls_conn_peer(const struct tls_conn *conn, struct tls_peer *ret)
{
    X509 *certificate = SSL_get1_peer_certificate(conn->ssl);
    const char *name = SSL_get_servername(conn->ssl, TLSEXT_NAMETYPE_host_name);

    *ret = (struct tls_peer){
        .has_server_name = conn->offers_server_name,
        .server_name = name != NULL ? name : "",
        .offered_protocols = conn->offered_protocols != NULL ? conn->offered_protocols : "",
        .psk_identity = conn->psk_identity,
        .has_certificate = certificate != NULL,
    };
    if (certificate == NULL)
        return;
    ret->chain_ok = SSL_get_verify_result(conn->ssl) == X509_V_OK;
    write_subject(X509_get_subject_name(certificate), ret->subject, sizeof(ret->subject));
    write_common_name(X509_get_subject_name(certificate), ret->common_name,
                      sizeof(ret->common_name));
    hash_hex(certificate, EVP_sha1(), ret->sha1, sizeof(ret->sha1));
    hash_hex(certificate, EVP_sha256(), ret->sha256, sizeof(ret->sha256));
    X509_free(certificate);
}
