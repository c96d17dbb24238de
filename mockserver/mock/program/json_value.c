/* SPDX-License-Identifier: Apache-2.0 */
#include "json_value.h"

#include <jansson.h>

enum { MAX_DEPTH = 32 };

static enum assay_status convert(const json_t *json, unsigned depth, struct value **ret,
                                 struct assay_error *err);

static enum assay_status convert_members(const json_t *json, unsigned depth, struct value *map,
                                         struct assay_error *err)
{
    const char *key = NULL;
    json_t *member = NULL;

    /* jansson takes a non-const object for iterating but does not change it. */
    for (void *at = json_object_iter((json_t *)(uintptr_t)json); at != NULL;
         at = json_object_iter_next((json_t *)(uintptr_t)json, at)) {
        struct value *child = NULL;

        key = json_object_iter_key(at);
        member = json_object_iter_value(at);
        if (convert(member, depth, &child, err) != ASSAY_OK)
            return assay_error_prefix(err, ASSAY_ERR_MALFORMED, "%s", key);
        ASSAY_TRY(value_set(map, key, child));
    }
    return ASSAY_OK;
}

static enum assay_status convert_items(const json_t *json, unsigned depth, struct value *list,
                                       struct assay_error *err)
{
    for (size_t i = 0; i < json_array_size(json); i++) {
        struct value *child = NULL;

        if (convert(json_array_get(json, i), depth, &child, err) != ASSAY_OK)
            return assay_error_prefix(err, ASSAY_ERR_MALFORMED, "%zu", i + 1);
        ASSAY_TRY(value_add(list, child));
    }
    return ASSAY_OK;
}

static struct value *convert_scalar(const json_t *json)
{
    switch (json_typeof(json)) {
    case JSON_STRING:
        return value_new_bytes(json_string_value(json), json_string_length(json));
    case JSON_INTEGER:
        return value_new_int(json_integer_value(json));
    case JSON_TRUE:
    case JSON_FALSE:
        return value_new_bool(json_is_true(json));
    case JSON_NULL:
        return value_new_null();
    case JSON_OBJECT:
        return value_new_map();
    case JSON_ARRAY:
        return value_new_list();
    case JSON_REAL:
        break;
    }
    return NULL;
}

static enum assay_status convert(const json_t *json, unsigned depth, struct value **ret,
                                 struct assay_error *err)
{
    struct value *made = NULL;
    enum assay_status status = ASSAY_OK;

    if (depth == MAX_DEPTH)
        return assay_error_set(err, ASSAY_ERR_MALFORMED, "nested deeper than %d", MAX_DEPTH);
    if (json_is_real(json))
        return assay_error_set(err, ASSAY_ERR_MALFORMED, "a number has to be an integer");
    made = convert_scalar(json);
    if (made == NULL)
        return assay_error_set(err, ASSAY_ERR_NOMEM, "out of memory");
    if (json_is_object(json))
        status = convert_members(json, depth + 1, made, err);
    if (json_is_array(json))
        status = convert_items(json, depth + 1, made, err);
    if (status != ASSAY_OK) {
        value_free(made);
        return status;
    }
    *ret = made;
    return ASSAY_OK;
}

enum assay_status json_value_parse(const char *name, const char *text, size_t len,
                                   struct value **ret, struct assay_error *err)
{
    json_error_t what;
    json_t *json =
        json_loadb(text, len, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY | JSON_ALLOW_NUL, &what);
    enum assay_status status = ASSAY_OK;

    if (json == NULL)
        return assay_error_set(err, ASSAY_ERR_MALFORMED, "%s:%d:%d: %s", name, what.line,
                               what.column, what.text);
    status = convert(json, 0, ret, err);
    json_decref(json);
    return status == ASSAY_OK ? ASSAY_OK : assay_error_prefix(err, status, "%s", name);
}
