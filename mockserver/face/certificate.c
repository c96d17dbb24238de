/* SPDX-License-Identifier: Apache-2.0 */
/* The registered certificate: a thumbprint, however it is written. */
#include "inside.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <ctype.h>
#include <stdio.h>
#include <string.h>

enum { SHA1_HEX = 40, SHA256_HEX = 64 };

static bool hash_of_pem(const char *pem, char ret[static 65])
{
    BIO *in = BIO_new_mem_buf(pem, -1);
    X509 *certificate = in != NULL ? PEM_read_bio_X509(in, NULL, NULL, NULL) : NULL;
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned len = 0;
    bool ok = certificate != NULL && X509_digest(certificate, EVP_sha256(), digest, &len) == 1;

    for (unsigned i = 0; ok && i < len; i++)
        snprintf(ret + (size_t)2 * i, 3, "%02x", digest[i]);
    X509_free(certificate);
    BIO_free(in);
    ERR_clear_error();
    return ok;
}

/* Hex digits of either case, with colons or without. */
static bool hash_of_hex(const char *text, char ret[static 65])
{
    size_t len = 0;

    for (; *text != '\0'; text++) {
        if (*text == ':' || isspace((unsigned char)*text) != 0)
            continue;
        if (isxdigit((unsigned char)*text) == 0 || len == SHA256_HEX)
            return false;
        ret[len++] = (char)tolower((unsigned char)*text);
    }
    ret[len] = '\0';
    return len == SHA1_HEX || len == SHA256_HEX;
}

enum assay_status face_certificate_hash(const char *text, char ret[static 65],
                                        struct assay_error *err)
{
    char hash[65] = "";

    if (strstr(text, "-----BEGIN") != NULL ? !hash_of_pem(text, hash) : !hash_of_hex(text, hash))
        return assay_error_set(err, ASSAY_ERR_MALFORMED,
                               "face.certificate is neither a certificate in PEM nor its SHA-1 or "
                               "SHA-256 in hex");
    memcpy(ret, hash, sizeof(hash));
    return ASSAY_OK;
}

bool face_certificate_is(const struct face_conn *conn, const char *hash)
{
    return conn->has_certificate &&
           strcmp(strlen(hash) == SHA1_HEX ? conn->sha1 : conn->sha256, hash) == 0;
}
