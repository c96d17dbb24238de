/* SPDX-License-Identifier: Apache-2.0 */
#include "pki_test_support.h"

#include "test_support.h"

#include <jansson.h>
#include <openssl/err.h>
#include <openssl/x509.h>
#include <openssl/x509_vfy.h>

#include <stdio.h>
#include <stdlib.h>

static struct value *from_json(const json_t *json);

static struct value *map_of(const json_t *json)
{
    struct value *map = value_new_map();
    const char *key = NULL;
    json_t *member = NULL;

    for (void *at = json_object_iter((json_t *)(uintptr_t)json); at != NULL;
         at = json_object_iter_next((json_t *)(uintptr_t)json, at)) {
        key = json_object_iter_key(at);
        member = json_object_iter_value(at);
        if (value_set(map, key, from_json(member)) != ASSAY_OK)
            abort();
    }
    return map;
}

static struct value *list_of(const json_t *json)
{
    struct value *list = value_new_list();

    for (size_t i = 0; i < json_array_size(json); i++)
        if (value_add(list, from_json(json_array_get(json, i))) != ASSAY_OK)
            abort();
    return list;
}

static struct value *from_json(const json_t *json)
{
    if (json_is_object(json))
        return map_of(json);
    if (json_is_array(json))
        return list_of(json);
    if (json_is_string(json))
        return value_new_bytes(json_string_value(json), json_string_length(json));
    if (json_is_integer(json))
        return value_new_int(json_integer_value(json));
    return json_is_boolean(json) ? value_new_bool(json_is_true(json)) : value_new_null();
}

struct value *tree(const char *json)
{
    size_t len = strlen(json);
    char *text = malloc(len + 1);
    json_error_t error;

    if (text == NULL)
        abort();
    for (size_t i = 0; i <= len; i++)
        text[i] = (char)(json[i] == '\'' ? '"' : json[i]);
    json_t *parsed =
        json_loads(text, JSON_ALLOW_NUL | JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &error);
    if (parsed == NULL) {
        fprintf(stderr, "%s: %s\n", error.text, text);
        abort();
    }
    struct value *value = from_json(parsed);
    json_decref(parsed);
    free(text);
    return value;
}

static enum assay_status make(struct pki_store *store, const char *json, struct pki_chain **ret,
                              struct assay_error *err)
{
    struct value *description = tree(json);
    struct value *leaf = tree("['leaf']");
    const struct value *chain = value_get(description, "chain");
    enum assay_status status = pki_chain_make(store, value_get(description, "certs"),
                                              chain != NULL ? chain : leaf, NOW_S, ret, err);

    value_free(description);
    value_free(leaf);
    return status;
}

struct pki_chain *chain_of(struct pki_store *store, const char *json)
{
    struct assay_error err = {0};
    struct pki_chain *chain = NULL;
    enum assay_status status = make(store, json, &chain, &err);

    test_check(status == ASSAY_OK, __FILE__, __LINE__, "%s: %s: %s", json,
               assay_status_text(status), err.text);
    CHECK_UINT_EQ(ERR_peek_error(), 0);
    return chain;
}

struct assay_error refusal_of(struct pki_store *store, const char *json)
{
    struct assay_error err = {0};
    struct pki_chain *chain = NULL;

    err.status = make(store, json, &chain, &err);
    test_check(err.status != ASSAY_OK, __FILE__, __LINE__, "%s was taken", json);
    CHECK(chain == NULL);
    CHECK_UINT_EQ(ERR_peek_error(), 0);
    pki_chain_free(chain);
    return err;
}

X509 *root_of(struct pki_store *store, const char *key_type)
{
    struct buf der;
    X509 *root = NULL;

    buf_init(&der, 65536);
    if (pki_store_root(store, key_type, &der, NULL) == ASSAY_OK) {
        const unsigned char *at = der.data;

        root = d2i_X509(NULL, &at, (long)der.len);
    }
    buf_done(&der);
    return root;
}

static int verify_with(struct pki_store *store, const struct pki_chain *chain, const char *host,
                       unsigned long flags)
{
    X509_STORE *trusted = X509_STORE_new();
    X509_STORE_CTX *ctx = X509_STORE_CTX_new();
    STACK_OF(X509) *helpers = sk_X509_new_null();
    X509 *root = root_of(store, "auto");
    int code = -1;

    X509_STORE_add_cert(trusted, root);
    if (pki_chain_x509(chain, 0) == NULL)
        goto out;
    for (size_t i = 1; i < pki_chain_count(chain); i++)
        if (pki_chain_x509(chain, i) != NULL)
            sk_X509_push(helpers, pki_chain_x509(chain, i));
    if (X509_STORE_CTX_init(ctx, trusted, pki_chain_x509(chain, 0), helpers) == 1) {
        X509_VERIFY_PARAM *param = X509_STORE_CTX_get0_param(ctx);

        X509_VERIFY_PARAM_set_time(param, NOW_S);
        X509_VERIFY_PARAM_set_flags(param, flags);
        X509_VERIFY_PARAM_set_auth_level(param, 0);
        if (host != NULL) {
            X509_STORE_CTX_set_default(ctx, "ssl_server");
            X509_VERIFY_PARAM_set1_host(param, host, 0);
        }
        X509_verify_cert(ctx);
        code = X509_STORE_CTX_get_error(ctx);
    }
out:
    X509_STORE_CTX_free(ctx);
    sk_X509_free(helpers);
    X509_STORE_free(trusted);
    X509_free(root);
    ERR_clear_error();
    return code;
}

int verify(struct pki_store *store, const struct pki_chain *chain)
{
    return verify_with(store, chain, NULL, 0);
}

int verify_strictly(struct pki_store *store, const struct pki_chain *chain, const char *host)
{
    return verify_with(store, chain, host, X509_V_FLAG_X509_STRICT);
}
