/* SPDX-License-Identifier: Apache-2.0 */
#include "pki_store.h"

#include "pki_key_special.h"
#include "pki_mint.h"

#include <openssl/evp.h>
#include <openssl/err.h>
#include <openssl/x509.h>

#include <assert.h>
#include <stdlib.h>
#include <string.h>

void pki_certificate_done(struct pki_certificate *certificate)
{
    buf_done(&certificate->der);
    X509_free(certificate->x509);
    EVP_PKEY_free(certificate->key);
    certificate->x509 = NULL;
    certificate->key = NULL;
}

void pki_certificate_parse(struct pki_certificate *certificate)
{
    const unsigned char *at = certificate->der.data;
    unsigned char *again = NULL;
    size_t len = certificate->der.len;
    X509 *x509 = len > 0 ? d2i_X509(NULL, &at, (long)len) : NULL;

    if (x509 != NULL) {
        int again_len = i2d_X509(x509, &again);

        if (again_len < 0 || (size_t)again_len != len ||
            memcmp(again, certificate->der.data, len) != 0) {
            X509_free(x509);
            x509 = NULL;
        }
        OPENSSL_free(again);
    }
    ERR_clear_error();
    certificate->x509 = x509;
}

struct pki_store *pki_store_new(void)
{
    struct pki_store *store = calloc(1, sizeof(*store));
    size_t count = 0;

    if (store == NULL)
        return NULL;
    store->default_type = pki_key_type_find("p256");
    for (const struct pki_recipe *recipe = pki_recipes; recipe->name != NULL; recipe++) {
        if (!recipe->authority)
            continue;
        assert(count < PKI_AUTHORITY_COUNT);
        store->authorities[count++].entity =
            (struct pki_entity){.name = recipe->name, .recipe = recipe, .spec = recipe->spec};
    }
    assert(count == PKI_AUTHORITY_COUNT);
    return store;
}

void pki_store_free(struct pki_store *store)
{
    if (store == NULL)
        return;
    while (store->keys != NULL) {
        struct pki_key *next = store->keys->next;

        pki_key_free(store->keys);
        store->keys = next;
    }
    for (size_t i = 0; i < PKI_AUTHORITY_COUNT; i++)
        pki_certificate_done(&store->authorities[i].certificate);
    pki_authority_free(store->given_client_ca);
    for (size_t i = 0; i < PKI_CACHE_SLOTS; i++)
        buf_done(&store->cache[i].signature);
    free(store);
}

enum assay_status pki_store_set_default_key(struct pki_store *store, const char *key_type,
                                            struct assay_error *err)
{
    const struct pki_key_type *type = pki_key_type_find(key_type);

    if (type == NULL)
        return assay_error_set(err, ASSAY_ERR_ARG,
                               "\"%.60s\" is no key type; \"p256\" or \"rsa2048\" would be right",
                               key_type);
    store->default_type = type;
    return ASSAY_OK;
}

size_t pki_store_keys_made(const struct pki_store *store)
{
    return store->keys_made;
}

const struct pki_key *pki_store_find_key(const struct pki_store *store,
                                         const struct pki_key_type *type, const char *label)
{
    for (const struct pki_key *key = store->keys; key != NULL; key = key->next)
        if (key->type == type && strcmp(key->label, label) == 0)
            return key;
    return NULL;
}

enum assay_status pki_store_key(struct pki_store *store, const struct pki_key_type *type,
                                const char *label, const struct pki_key **ret,
                                struct assay_error *err)
{
    const struct pki_key *found = pki_store_find_key(store, type, label);
    struct pki_key *made = NULL;

    if (found != NULL) {
        *ret = found;
        return ASSAY_OK;
    }
    ASSAY_TRY(pki_key_make(type, label, &made, err));
    made->next = store->keys;
    store->keys = made;
    store->keys_made++;
    *ret = made;
    return ASSAY_OK;
}

enum assay_status pki_store_imitated_key(struct pki_store *store, const struct pki_key *target,
                                         const struct pki_key **ret, struct assay_error *err)
{
    char label[PKI_IMITATED_LABEL];
    struct pki_key *made = NULL;

    pki_imitated_label(target, label);
    const struct pki_key *found = pki_store_find_key(store, &pki_imitated_type, label);
    if (found == NULL) {
        ASSAY_TRY(pki_imitated_key_make(target, &made, err));
        made->next = store->keys;
        store->keys = made;
        found = made;
    }
    *ret = found;
    return ASSAY_OK;
}

static const char *family_suffix(const struct pki_key_type *type)
{
    return pki_key_type_is_rsa(type) ? "rsa" : "ecdsa";
}

/* "bench-root" is "bench-root-" and the suffix of the family. */
static bool names_authority(const char *authority, const char *name, const char *suffix)
{
    size_t len = strlen(name);

    if (strcmp(authority, name) == 0)
        return true;
    return strncmp(authority, name, len) == 0 && authority[len] == '-' &&
           strcmp(authority + len + 1, suffix) == 0;
}

struct pki_authority *pki_store_find_authority(struct pki_store *store, const char *name)
{
    const char *suffix = family_suffix(store->default_type);

    if (store->given_client_ca != NULL && (names_authority("client-ca-ecdsa", name, "ecdsa") ||
                                           names_authority("client-ca-rsa", name, "rsa")))
        return store->given_client_ca;
    for (size_t i = 0; i < PKI_AUTHORITY_COUNT; i++)
        if (names_authority(store->authorities[i].entity.name, name, suffix))
            return &store->authorities[i];
    return NULL;
}

enum assay_status pki_store_open_authority(struct pki_store *store, struct pki_authority *authority,
                                           struct assay_error *err)
{
    const struct pki_set set = {.store = store, .path = ""};

    if (authority->certificate.der.len > 0)
        return ASSAY_OK;
    return pki_mint(&set, &authority->entity, &authority->certificate, err);
}

enum assay_status pki_store_root(struct pki_store *store, const char *key_type, struct buf *der,
                                 struct assay_error *err)
{
    const struct pki_key_type *type =
        strcmp(key_type, "auto") == 0 ? store->default_type : pki_key_type_find(key_type);
    struct pki_authority *root = NULL;

    if (type == NULL)
        return assay_error_set(err, ASSAY_ERR_ARG,
                               "\"%.60s\" is no key type; \"p256\" or \"rsa2048\" would be right",
                               key_type);
    root = pki_store_find_authority(store, pki_key_type_is_rsa(type) ? "bench-root-rsa"
                                                                     : "bench-root-ecdsa");
    ASSAY_TRY(pki_store_open_authority(store, root, err));
    return buf_add(der, root->certificate.der.data, root->certificate.der.len);
}

enum assay_status pki_store_client_ca(struct pki_store *store, X509 **ret, struct assay_error *err)
{
    struct pki_authority *ca = pki_store_find_authority(store, "client-ca");

    ASSAY_TRY(pki_store_open_authority(store, ca, err));
    *ret = ca->certificate.x509;
    return ASSAY_OK;
}

enum assay_status pki_store_client_root(struct pki_store *store, struct buf *der,
                                        struct assay_error *err)
{
    struct pki_authority *ca = pki_store_find_authority(store, "client-ca");

    ASSAY_TRY(pki_store_open_authority(store, ca, err));
    return buf_add(der, ca->certificate.der.data, ca->certificate.der.len);
}
