/* SPDX-License-Identifier: Apache-2.0 */
#include "pki_mint.h"
#include "pki_store.h"

#include <openssl/evp.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CERTIFICATES_MAX = 1024 };

struct pki_chain {
    struct pki_certificate *made; /* every certificate of the map */
    size_t made_count;
    const struct pki_certificate **sent; /* into made, or authorities of the store */
    size_t sent_count;
    const struct pki_certificate *leaf; /* whose key the server uses */
};

static enum assay_status check_name(struct pki_store *store, const char *name,
                                    struct assay_error *err)
{
    if (!pki_label_is_plain(name))
        return assay_error_set(err, ASSAY_ERR_MALFORMED,
                               "certs.%.80s: a name is 1 to %d letters, digits and \"._-@:/\"",
                               name, PKI_LABEL_MAX);
    if (strcmp(name, "self") == 0 || pki_store_find_authority(store, name) != NULL)
        return assay_error_set(err, ASSAY_ERR_MALFORMED,
                               "certs.%.80s: that name is taken by the bench; choose another one",
                               name);
    return ASSAY_OK;
}

static enum assay_status read_entities(struct pki_store *store, const struct value *certs,
                                       struct pki_entity *entities, struct assay_error *err)
{
    char path[128];

    for (size_t i = 0; i < value_count(certs); i++) {
        struct pki_entity *entity = &entities[i];

        entity->name = value_key_at(certs, i);
        ASSAY_TRY(check_name(store, entity->name, err));
        snprintf(path, sizeof(path), "certs.%s", entity->name);
        ASSAY_TRY(pki_spec_read(value_at(certs, i), path, &entity->spec, &entity->recipe, err));
    }
    return ASSAY_OK;
}

static enum assay_status mint_all(const struct pki_set *set, struct pki_chain *chain,
                                  struct assay_error *err)
{
    chain->made = calloc(set->count + 1, sizeof(*chain->made));
    if (chain->made == NULL)
        return ASSAY_ERR_NOMEM;
    for (; chain->made_count < set->count; chain->made_count++)
        ASSAY_TRY(
            pki_mint(set, &set->entities[chain->made_count], &chain->made[chain->made_count], err));
    return ASSAY_OK;
}

static const struct pki_certificate *find_made(const struct pki_chain *chain, const char *name)
{
    for (size_t i = 0; i < chain->made_count; i++)
        if (strcmp(chain->made[i].name, name) == 0)
            return &chain->made[i];
    return NULL;
}

/* A member of the list of what is sent: a certificate of the map, or an authority of the bench. */
static enum assay_status find_sent(struct pki_store *store, const struct pki_chain *chain,
                                   const char *name, const struct pki_certificate **ret,
                                   struct assay_error *err)
{
    struct pki_authority *authority = pki_store_find_authority(store, name);

    *ret = find_made(chain, name);
    if (*ret != NULL)
        return ASSAY_OK;
    if (authority == NULL)
        return assay_error_set(err, ASSAY_ERR_NOT_FOUND, "no such certificate");
    ASSAY_TRY(pki_store_open_authority(store, authority, err));
    *ret = &authority->certificate;
    return ASSAY_OK;
}

static enum assay_status collect(struct pki_store *store, const struct value *names,
                                 struct pki_chain *chain, struct assay_error *err)
{
    size_t count = names != NULL ? value_count(names) : 1;

    chain->sent = calloc(count + 1, sizeof(chain->sent[0]));
    if (chain->sent == NULL)
        return ASSAY_ERR_NOMEM;
    for (size_t i = 0; i < count; i++) {
        const char *name = names != NULL ? value_text(value_at(names, i)) : "leaf";
        enum assay_status status = name != NULL
                                       ? find_sent(store, chain, name, &chain->sent[i], err)
                                       : ASSAY_ERR_NOT_FOUND;

        if (status == ASSAY_ERR_NOT_FOUND)
            return assay_error_set(
                err, ASSAY_ERR_MALFORMED,
                "chain.%zu is \"%.60s\", which is neither a name of certs nor an "
                "authority of the bench",
                i + 1, name != NULL ? name : "no text");
        ASSAY_TRY(status);
        chain->sent_count++;
    }
    return ASSAY_OK;
}

static enum assay_status choose_leaf(struct pki_chain *chain, struct assay_error *err)
{
    chain->leaf = chain->sent_count > 0 ? chain->sent[0] : find_made(chain, "leaf");
    if (chain->leaf == NULL)
        return assay_error_set(err, ASSAY_ERR_MALFORMED,
                               "chain is empty and certs has no \"leaf\": the server has no key");
    return ASSAY_OK;
}

/* What `certs` is where it is not given: a leaf without any overrides. */
static enum assay_status read_default(struct pki_entity *entity, struct assay_error *err)
{
    struct value *nothing = value_new_map();
    enum assay_status status = ASSAY_ERR_NOMEM;

    entity->name = "leaf";
    if (nothing != NULL)
        status = pki_spec_read(nothing, "certs.leaf", &entity->spec, &entity->recipe, err);
    value_free(nothing);
    return status;
}

static enum assay_status build(struct pki_store *store, const struct value *certs,
                               const struct value *names, int64_t now_s, struct pki_chain *chain,
                               struct assay_error *err)
{
    size_t count = certs != NULL ? value_count(certs) : 1;
    struct pki_entity *entities = calloc(count + 1, sizeof(*entities));
    const struct pki_set set = {
        .store = store, .entities = entities, .count = count, .path = "certs", .now_s = now_s};
    enum assay_status status = ASSAY_ERR_NOMEM;

    if (entities == NULL)
        return status;
    status = certs != NULL ? read_entities(store, certs, entities, err)
                           : read_default(&entities[0], err);
    if (status == ASSAY_OK)
        status = mint_all(&set, chain, err);
    free(entities);
    if (status == ASSAY_OK)
        status = collect(store, names, chain, err);
    return status == ASSAY_OK ? choose_leaf(chain, err) : status;
}

static enum assay_status check_shapes(const struct value *certs, const struct value *names,
                                      struct assay_error *err)
{
    if (certs != NULL && value_kind(certs) != VALUE_MAP)
        return assay_error_set(err, ASSAY_ERR_MALFORMED, "certs is %s; it has to be a table",
                               value_kind_name(value_kind(certs)));
    if (names != NULL && value_kind(names) != VALUE_LIST)
        return assay_error_set(err, ASSAY_ERR_MALFORMED,
                               "chain is %s; it has to be a list of names",
                               value_kind_name(value_kind(names)));
    if (value_count(certs) > CERTIFICATES_MAX || value_count(names) > CERTIFICATES_MAX)
        return assay_error_set(err, ASSAY_ERR_MALFORMED,
                               "certs and chain may hold up to %d certificates each",
                               CERTIFICATES_MAX);
    return ASSAY_OK;
}

enum assay_status pki_chain_make(struct pki_store *store, const struct value *certs,
                                 const struct value *chain, int64_t now_s, struct pki_chain **ret,
                                 struct assay_error *err)
{
    ASSAY_TRY(check_shapes(certs, chain, err));
    struct pki_chain *made = calloc(1, sizeof(*made));
    if (made == NULL)
        return assay_error_set(err, ASSAY_ERR_NOMEM, "no memory for a chain");
    enum assay_status status = build(store, certs, chain, now_s, made, err);
    if (status == ASSAY_OK)
        *ret = made;
    else
        pki_chain_free(made);
    return status;
}

void pki_chain_free(struct pki_chain *chain)
{
    if (chain == NULL)
        return;
    for (size_t i = 0; i < chain->made_count; i++)
        pki_certificate_done(&chain->made[i]);
    free(chain->made);
    free(chain->sent);
    free(chain);
}

size_t pki_chain_count(const struct pki_chain *chain)
{
    return chain->sent_count;
}

const uint8_t *pki_chain_der(const struct pki_chain *chain, size_t i, size_t *ret_len)
{
    if (i >= chain->sent_count)
        return NULL;
    *ret_len = chain->sent[i]->der.len;
    return chain->sent[i]->der.data;
}

X509 *pki_chain_x509(const struct pki_chain *chain, size_t i)
{
    return i < chain->sent_count ? chain->sent[i]->x509 : NULL;
}

EVP_PKEY *pki_chain_key(const struct pki_chain *chain)
{
    return chain->leaf->key;
}

EVP_PKEY *pki_chain_key_of(const struct pki_chain *chain, const char *name)
{
    const struct pki_certificate *found = find_made(chain, name);

    return found != NULL ? found->key : NULL;
}

X509 *pki_chain_x509_of(const struct pki_chain *chain, const char *name)
{
    const struct pki_certificate *found = find_made(chain, name);

    return found != NULL ? found->x509 : NULL;
}
