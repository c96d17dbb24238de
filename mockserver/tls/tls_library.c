/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A provider of OpenSSL (provider(7)) that takes three algorithms of the default one and changes
 * one function in each: see tls/library.h. Functions that get the context of their provider are
 * handed that of the default one, whose code they are.
 */
#include "tls_library.h"

#include "tls_internal.h"

#include <openssl/core_dispatch.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <openssl/provider.h>

#include <stdlib.h>
#include <string.h>

enum { MAX_FUNCTIONS = 64 };

static const char provider_name[] = "assay";

/* An algorithm of the default provider, and our version of its functions. */
struct adopted {
    OSSL_DISPATCH functions[MAX_FUNCTIONS];
    OSSL_ALGORITHM list[2]; /* ends with an empty one */
};

/* The context of our provider. */
struct own_provider {
    OSSL_PROVIDER *provider; /* the default one, borrowed */
    void *origin;            /* its context */
    struct adopted key, exchange, kdf;
    OSSL_FUNC_keymgmt_new_fn *key_new;
    OSSL_FUNC_keymgmt_gen_init_fn *key_gen_init;
    OSSL_FUNC_keyexch_newctx_fn *exchange_new;
    OSSL_FUNC_kdf_newctx_fn *kdf_new;
    OSSL_FUNC_kdf_dupctx_fn *kdf_dup;
    OSSL_FUNC_kdf_freectx_fn *kdf_free;
    OSSL_FUNC_kdf_reset_fn *kdf_reset;
    OSSL_FUNC_kdf_derive_fn *kdf_derive;
    OSSL_FUNC_kdf_set_ctx_params_fn *kdf_set;
    OSSL_FUNC_kdf_get_ctx_params_fn *kdf_get;
    tls_secret_fn *on_secret;
    void *on_secret_ctx;
};

struct tls_library {
    OSSL_LIB_CTX *ctx;
    OSSL_PROVIDER *origin;
    OSSL_PROVIDER *provider;
    struct own_provider *own; /* belongs to provider */
};

/* ---- EC keys and ECDH ---- */

static void *key_new(void *provctx)
{
    const struct own_provider *own = provctx;

    return own->key_new(own->origin);
}

static void *key_gen_init(void *provctx, int selection, const OSSL_PARAM params[])
{
    const struct own_provider *own = provctx;

    return own->key_gen_init(own->origin, selection, params);
}

/* Reading the point has checked all that there is to be checked. */
static int key_validate(const void *key, int selection, int kind)
{
    (void)key;
    (void)selection;
    (void)kind;
    return 1;
}

static void *exchange_new(void *provctx)
{
    const struct own_provider *own = provctx;

    return own->exchange_new(own->origin);
}

/* ---- TLS13-KDF ---- */

struct kdf {
    struct own_provider *own;
    void *inner;
};

static void kdf_free(void *kdf)
{
    struct kdf *k = kdf;

    if (k == NULL)
        return;
    k->own->kdf_free(k->inner);
    free(k);
}

/* Takes inner. */
static void *kdf_over(struct own_provider *own, void *inner)
{
    struct kdf *k = inner != NULL ? malloc(sizeof(*k)) : NULL;

    if (k == NULL) {
        own->kdf_free(inner);
        return NULL;
    }
    *k = (struct kdf){.own = own, .inner = inner};
    return k;
}

static void *kdf_new(void *provctx)
{
    struct own_provider *own = provctx;

    return kdf_over(own, own->kdf_new(own->origin));
}

static void *kdf_dup(void *kdf)
{
    const struct kdf *k = kdf;

    return kdf_over(k->own, k->own->kdf_dup(k->inner));
}

static void kdf_reset(void *kdf)
{
    const struct kdf *k = kdf;

    k->own->kdf_reset(k->inner);
}

static int kdf_set(void *kdf, const OSSL_PARAM params[])
{
    const struct kdf *k = kdf;

    return k->own->kdf_set(k->inner, params);
}

static int kdf_get(void *kdf, OSSL_PARAM params[])
{
    const struct kdf *k = kdf;

    return k->own->kdf_get(k->inner, params);
}

static int kdf_derive(void *kdf, unsigned char *key, size_t len, const OSSL_PARAM params[])
{
    const struct kdf *k = kdf;
    const struct own_provider *own = k->own;
    const OSSL_PARAM *label = NULL;

    if (own->kdf_derive(k->inner, key, len, params) != 1)
        return 0;
    if (own->on_secret != NULL && params != NULL)
        label = OSSL_PARAM_locate_const(params, OSSL_KDF_PARAM_LABEL);
    if (label != NULL && label->data_type == OSSL_PARAM_OCTET_STRING)
        own->on_secret(own->on_secret_ctx, label->data, label->data_size, key, len);
    return 1;
}

/* ---- the provider ---- */

typedef void any_fn(void);

struct replacement {
    int id;
    any_fn *own;
    size_t kept; /* where in struct own_provider the default's function goes; 0: nowhere */
};

#define KEEP(field) offsetof(struct own_provider, field)

static const struct replacement of_key[] = {
    {OSSL_FUNC_KEYMGMT_NEW, (any_fn *)key_new, KEEP(key_new)},
    {OSSL_FUNC_KEYMGMT_GEN_INIT, (any_fn *)key_gen_init, KEEP(key_gen_init)},
    {OSSL_FUNC_KEYMGMT_VALIDATE, (any_fn *)key_validate, 0},
    {0, NULL, 0},
};

static const struct replacement of_exchange[] = {
    {OSSL_FUNC_KEYEXCH_NEWCTX, (any_fn *)exchange_new, KEEP(exchange_new)},
    {0, NULL, 0},
};

static const struct replacement of_kdf[] = {
    {OSSL_FUNC_KDF_NEWCTX, (any_fn *)kdf_new, KEEP(kdf_new)},
    {OSSL_FUNC_KDF_DUPCTX, (any_fn *)kdf_dup, KEEP(kdf_dup)},
    {OSSL_FUNC_KDF_FREECTX, (any_fn *)kdf_free, KEEP(kdf_free)},
    {OSSL_FUNC_KDF_RESET, (any_fn *)kdf_reset, KEEP(kdf_reset)},
    {OSSL_FUNC_KDF_DERIVE, (any_fn *)kdf_derive, KEEP(kdf_derive)},
    {OSSL_FUNC_KDF_SET_CTX_PARAMS, (any_fn *)kdf_set, KEEP(kdf_set)},
    {OSSL_FUNC_KDF_GET_CTX_PARAMS, (any_fn *)kdf_get, KEEP(kdf_get)},
    {0, NULL, 0},
};

static const struct adoption {
    int operation;
    const char *name;
    const struct replacement *replacements;
    size_t adopted; /* in struct own_provider */
} adoptions[] = {
    {OSSL_OP_KEYMGMT, "EC", of_key, KEEP(key)},
    {OSSL_OP_KEYEXCH, "ECDH", of_exchange, KEEP(exchange)},
    {OSSL_OP_KDF, "TLS13-KDF", of_kdf, KEEP(kdf)},
};

enum { ADOPTIONS = sizeof(adoptions) / sizeof(adoptions[0]) };

static struct adopted *adopted_of(struct own_provider *own, const struct adoption *adoption)
{
    return (struct adopted *)(void *)((char *)own + adoption->adopted);
}

static const OSSL_ALGORITHM *query(void *provctx, int operation, int *no_cache)
{
    struct own_provider *own = provctx;

    *no_cache = 0;
    for (size_t i = 0; i < ADOPTIONS; i++)
        if (adoptions[i].operation == operation)
            return adopted_of(own, &adoptions[i])->list;
    return NULL;
}

/* libssl serves a group only where the provider that tells of it has its keys, too. */
static int tell_capabilities(void *provctx, const char *capability, OSSL_CALLBACK *tell, void *arg)
{
    const struct own_provider *own = provctx;

    return OSSL_PROVIDER_get_capabilities(own->provider, capability, tell, arg);
}

static void teardown(void *provctx)
{
    free(provctx);
}

/* Names of an algorithm are separated by colons. */
static bool has_name(const char *names, const char *wanted)
{
    size_t len = strlen(wanted);

    return strncmp(names, wanted, len) == 0 && (names[len] == ':' || names[len] == '\0');
}

static any_fn *replace(struct own_provider *own, const struct replacement *r,
                       const OSSL_DISPATCH *function)
{
    for (; r->own != NULL; r++)
        if (r->id == function->function_id) {
            if (r->kept != 0)
                memcpy((char *)own + r->kept, &function->function, sizeof(function->function));
            return r->own;
        }
    return function->function;
}

/* False: this OpenSSL has the algorithm in another form. */
static bool adopt(struct own_provider *own, OSSL_PROVIDER *origin, const struct adoption *adoption)
{
    struct adopted *adopted = adopted_of(own, adoption);
    int no_cache = 0;
    const OSSL_ALGORITHM *a = OSSL_PROVIDER_query_operation(origin, adoption->operation, &no_cache);
    size_t count = 0;

    while (a != NULL && a->algorithm_names != NULL && !has_name(a->algorithm_names, adoption->name))
        a++;
    if (a == NULL || a->algorithm_names == NULL)
        return false;
    for (const OSSL_DISPATCH *f = a->implementation; f->function_id != 0; f++) {
        if (count + 1 == MAX_FUNCTIONS)
            return false;
        adopted->functions[count++] =
            (OSSL_DISPATCH){f->function_id, replace(own, adoption->replacements, f)};
    }
    adopted->list[0] =
        (OSSL_ALGORITHM){a->algorithm_names, "provider=assay", adopted->functions, NULL};
    return true;
}

/* What the functions above call without a look; the others are called as they are there. */
static bool is_complete(const struct own_provider *own)
{
    return own->key_new != NULL && own->exchange_new != NULL && own->kdf_new != NULL &&
           own->kdf_free != NULL && own->kdf_derive != NULL;
}

static int provider_init(const OSSL_CORE_HANDLE *handle, const OSSL_DISPATCH *in,
                         const OSSL_DISPATCH **out, void **provctx)
{
    static const OSSL_DISPATCH functions[] = {
        {OSSL_FUNC_PROVIDER_TEARDOWN, (any_fn *)teardown},
        {OSSL_FUNC_PROVIDER_QUERY_OPERATION, (any_fn *)query},
        {OSSL_FUNC_PROVIDER_GET_CAPABILITIES, (any_fn *)tell_capabilities},
        {0, NULL},
    };

    (void)handle;
    (void)in;
    *provctx = calloc(1, sizeof(struct own_provider));
    *out = functions;
    return *provctx != NULL;
}

/* ---- the library ---- */

static bool open_library(struct tls_library *library)
{
    library->ctx = OSSL_LIB_CTX_new();
    if (library->ctx == NULL)
        return false;
    library->origin = OSSL_PROVIDER_load(library->ctx, "default");
    if (library->origin == NULL ||
        OSSL_PROVIDER_add_builtin(library->ctx, provider_name, provider_init) != 1)
        return false;
    library->provider = OSSL_PROVIDER_load(library->ctx, provider_name);
    if (library->provider == NULL)
        return false;
    library->own = OSSL_PROVIDER_get0_provider_ctx(library->provider);
    library->own->provider = library->origin;
    library->own->origin = OSSL_PROVIDER_get0_provider_ctx(library->origin);
    for (size_t i = 0; i < ADOPTIONS; i++)
        if (!adopt(library->own, library->origin, &adoptions[i]))
            return false;
    return is_complete(library->own) &&
           EVP_set_default_properties(library->ctx, "?provider=assay") == 1;
}

enum assay_status tls_library_new(struct tls_library **ret, struct assay_error *err)
{
    struct tls_library *library = calloc(1, sizeof(*library));

    if (library == NULL)
        return assay_error_set(err, ASSAY_ERR_NOMEM, "out of memory");
    if (!open_library(library)) {
        tls_library_free(library);
        return tls_crypto_error(err, ASSAY_ERR_CRYPTO, "tls: no library of its own");
    }
    *ret = library;
    return ASSAY_OK;
}

void tls_library_free(struct tls_library *library)
{
    if (library == NULL)
        return;
    if (library->provider != NULL)
        OSSL_PROVIDER_unload(library->provider);
    if (library->origin != NULL)
        OSSL_PROVIDER_unload(library->origin);
    OSSL_LIB_CTX_free(library->ctx);
    free(library);
}

OSSL_LIB_CTX *tls_library_ctx(const struct tls_library *library)
{
    return library != NULL ? library->ctx : NULL;
}

void tls_library_watch(struct tls_library *library, tls_secret_fn *fn, void *ctx)
{
    library->own->on_secret = fn;
    library->own->on_secret_ctx = ctx;
}
