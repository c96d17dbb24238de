/* SPDX-License-Identifier: Apache-2.0 */
/* Certificates and keys that a user brings. The texts may be anything. */
#include "pki_store.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <stdlib.h>
#include <string.h>

enum { GIVEN_MAX = 1024 * 1024 };

static const char ca_label[] = "given-client-ca";

/* A key with a password is refused: nobody is asked for one in the middle of a run. */
static int no_password(char *text, int size, int is_writing, void *ctx)
{
    (void)text;
    (void)size;
    (void)is_writing;
    (void)ctx;
    return -1;
}

static BIO *open_text(const char *pem, size_t len)
{
    return len <= GIVEN_MAX ? BIO_new_mem_buf(pem, (int)len) : NULL;
}

static X509 *read_certificate(const char *pem, size_t len, size_t index)
{
    BIO *bio = open_text(pem, len);
    X509 *found = NULL;

    for (size_t i = 0; bio != NULL && i <= index; i++) {
        X509_free(found);
        found = PEM_read_bio_X509(bio, NULL, no_password, NULL);
        if (found == NULL)
            break;
    }
    BIO_free(bio);
    ERR_clear_error();
    return found;
}

static enum assay_status refuse_certificate(struct assay_error *err)
{
    return assay_error_set(err, ASSAY_ERR_MALFORMED,
                           "there is no certificate in it; PEM is expected, beginning with "
                           "-----BEGIN CERTIFICATE-----");
}

size_t pki_given_certificates(const char *pem, size_t len)
{
    BIO *bio = open_text(pem, len);
    X509 *x509 = NULL;
    size_t count = 0;

    while (bio != NULL && (x509 = PEM_read_bio_X509(bio, NULL, no_password, NULL)) != NULL) {
        X509_free(x509);
        count++;
    }
    BIO_free(bio);
    ERR_clear_error();
    return count;
}

enum assay_status pki_given_certificate(const char *pem, size_t len, size_t index, struct buf *der,
                                        struct assay_error *err)
{
    X509 *x509 = read_certificate(pem, len, index);
    unsigned char *bytes = NULL;
    int bytes_len = x509 != NULL ? i2d_X509(x509, &bytes) : -1;
    enum assay_status status =
        bytes_len > 0 ? buf_add(der, bytes, (size_t)bytes_len) : refuse_certificate(err);

    OPENSSL_free(bytes);
    X509_free(x509);
    return status;
}

/* ---- keys ---- */

static enum assay_status read_key(const char *pem, size_t len, EVP_PKEY **ret,
                                  struct assay_error *err)
{
    BIO *bio = open_text(pem, len);

    *ret = bio != NULL ? PEM_read_bio_PrivateKey(bio, NULL, no_password, NULL) : NULL;
    BIO_free(bio);
    ERR_clear_error();
    if (*ret != NULL)
        return ASSAY_OK;
    return assay_error_set(err, ASSAY_ERR_MALFORMED,
                           "there is no private key in it; PEM without a password is expected, "
                           "beginning with -----BEGIN PRIVATE KEY-----");
}

/* Does the key belong to the first certificate? */
static enum assay_status check_pair(const char *cert_pem, size_t cert_len, const EVP_PKEY *key,
                                    struct assay_error *err)
{
    X509 *x509 = read_certificate(cert_pem, cert_len, 0);
    bool fits = x509 != NULL && EVP_PKEY_eq(X509_get0_pubkey(x509), key) == 1;
    enum assay_status status = ASSAY_OK;

    if (x509 == NULL)
        status = refuse_certificate(err);
    else if (!fits)
        status = assay_error_set(err, ASSAY_ERR_MALFORMED,
                                 "the private key is not that of the certificate");
    X509_free(x509);
    ERR_clear_error();
    return status;
}

/* Into the pool, under a type that it is of. Takes the key over, also on failure. */
static enum assay_status pool_key(struct pki_store *store, const char *label, EVP_PKEY *pkey,
                                  const char **ret_type, struct assay_error *err)
{
    struct pki_key *key = NULL;

    for (const struct pki_key_type *type = pki_key_types; type->name != NULL; type++) {
        if (EVP_PKEY_up_ref(pkey) != 1 || pki_key_new(type, label, pkey, &key, NULL) != ASSAY_OK)
            continue;
        key->is_given = true;
        key->next = store->keys;
        store->keys = key;
        *ret_type = type->name;
        EVP_PKEY_free(pkey);
        return ASSAY_OK;
    }
    EVP_PKEY_free(pkey);
    return assay_error_set(err, ASSAY_ERR_UNSUPPORTED,
                           "the private key is of a kind that the bench does not know; P-256, "
                           "P-384, Ed25519 or RSA with 2048, 3072 or 4096 bits would do");
}

enum assay_status pki_store_give_identity(struct pki_store *store, const char *label,
                                          const struct pki_given *given, const char **ret_type,
                                          struct assay_error *err)
{
    EVP_PKEY *pkey = NULL;
    enum assay_status status = ASSAY_OK;

    ASSAY_TRY(read_key(given->key_pem, given->key_len, &pkey, err));
    status = check_pair(given->cert_pem, given->cert_len, pkey, err);
    if (status != ASSAY_OK) {
        EVP_PKEY_free(pkey);
        return status;
    }
    return pool_key(store, label, pkey, ret_type, err);
}

/* ---- the CA of clients ---- */

/* Certificates that it signs name it as it names itself, byte for byte. */
static enum assay_status take_names(struct pki_authority *ca, struct assay_error *err)
{
    unsigned char *subject = NULL;
    const ASN1_OCTET_STRING *id = X509_get0_subject_key_id(ca->certificate.x509);
    int len = i2d_X509_NAME(X509_get_subject_name(ca->certificate.x509), &subject);
    enum assay_status status =
        len > 0 ? buf_add(&ca->subject, subject, (size_t)len) : refuse_certificate(err);

    OPENSSL_free(subject);
    if (status == ASSAY_OK && id != NULL)
        status =
            buf_add_hex(&ca->key_id_hex, ASN1_STRING_get0_data(id), (size_t)ASN1_STRING_length(id));
    if (status != ASSAY_OK)
        return status;
    ca->entity.subject_der = &ca->subject;
    if (id != NULL)
        ca->entity.spec.subject_key_id.hex =
            (struct pki_text){.data = buf_text(&ca->key_id_hex), .len = ca->key_id_hex.len};
    return ASSAY_OK;
}

static enum assay_status fill_ca(struct pki_store *store, struct pki_authority *ca,
                                 const struct pki_given *given, struct assay_error *err)
{
    const char *type = NULL;

    ASSAY_TRY(
        pki_given_certificate(given->cert_pem, given->cert_len, 0, &ca->certificate.der, err));
    pki_certificate_parse(&ca->certificate);
    if (ca->certificate.x509 == NULL)
        return refuse_certificate(err);
    if (X509_check_ca(ca->certificate.x509) == 0)
        return assay_error_set(err, ASSAY_ERR_MALFORMED,
                               "it is not the certificate of a CA (basicConstraints CA:TRUE)");
    ASSAY_TRY(take_names(ca, err));
    ASSAY_TRY(pki_store_give_identity(store, ca_label, given, &type, err));
    ca->entity.spec.key = (struct pki_text){.data = type, .len = strlen(type)};
    ca->entity.spec.key_label = (struct pki_text){.data = ca_label, .len = sizeof(ca_label) - 1};
    return ASSAY_OK;
}

enum assay_status pki_store_give_client_ca(struct pki_store *store, const struct pki_given *given,
                                           struct assay_error *err)
{
    const struct pki_recipe *recipe = pki_recipe_find("client-ca-ecdsa");
    struct pki_authority *ca = calloc(1, sizeof(*ca));
    enum assay_status status = ASSAY_OK;

    if (ca == NULL)
        return assay_error_set(err, ASSAY_ERR_NOMEM, "out of memory");
    ca->entity =
        (struct pki_entity){.name = "given-client-ca", .recipe = recipe, .spec = recipe->spec};
    buf_init(&ca->subject, PKI_CERTIFICATE_MAX);
    buf_init(&ca->key_id_hex, PKI_CERTIFICATE_MAX);
    buf_init(&ca->certificate.der, PKI_CERTIFICATE_MAX);
    status = fill_ca(store, ca, given, err);
    if (status != ASSAY_OK) {
        pki_authority_free(ca);
        return status;
    }
    pki_authority_free(store->given_client_ca);
    store->given_client_ca = ca;
    return ASSAY_OK;
}

void pki_authority_free(struct pki_authority *authority)
{
    if (authority == NULL)
        return;
    pki_certificate_done(&authority->certificate);
    buf_done(&authority->subject);
    buf_done(&authority->key_id_hex);
    free(authority);
}
