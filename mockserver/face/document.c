/* SPDX-License-Identifier: Apache-2.0 */
#include "document.h"

enum { PARSE_FLAGS = JSON_REJECT_DUPLICATES, DEPTH_MAX = 32 };

json_t *document_parse(struct mqtt_view text)
{
    json_error_t error;
    json_t *json =
        text.len > 0 ? json_loadb((const char *)text.data, text.len, PARSE_FLAGS, &error) : NULL;

    if (json != NULL && document_depth(json) <= DEPTH_MAX)
        return json;
    json_decref(json);
    return NULL;
}

void document_merge(json_t *base, json_t *over)
{
    const char *key = NULL;
    json_t *value = NULL;

    json_object_foreach(over, key, value)
    {
        json_t *old = json_object_get(base, key);

        if (json_is_null(value)) {
            (void)json_object_del(base, key); /* it may not be there */
        } else if (json_is_object(value)) {
            if (!json_is_object(old) && json_object_set_new(base, key, json_object()) != 0)
                return;
            document_merge(json_object_get(base, key), value);
        } else if (json_object_set_new(base, key, json_deep_copy(value)) != 0) {
            return;
        }
    }
}

json_t *document_delta(json_t *desired, json_t *reported)
{
    json_t *delta = json_object();
    const char *key = NULL;
    json_t *value = NULL;

    json_object_foreach(desired, key, value)
    {
        json_t *other = json_object_get(reported, key);
        json_t *part = NULL;

        if (json_equal(value, other))
            continue;
        part = json_is_object(value) && json_is_object(other) ? document_delta(value, other)
                                                              : json_deep_copy(value);
        if (json_is_object(part) && json_object_size(part) == 0 && json_is_object(other))
            json_decref(part);
        else if (json_object_set_new(delta, key, part) != 0)
            break;
    }
    return delta;
}

json_t *document_stamp(json_t *like, int64_t unix_s)
{
    json_t *stamps = json_object();
    const char *key = NULL;
    json_t *value = NULL;

    json_object_foreach(like, key, value)
    {
        json_t *stamp = NULL;

        if (json_is_object(value))
            stamp = document_stamp(value, unix_s);
        else if (json_is_null(value))
            stamp = json_null();
        else
            stamp = json_pack("{s:I}", "timestamp", (json_int_t)unix_s);
        if (json_object_set_new(stamps, key, stamp) != 0)
            break;
    }
    return stamps;
}

json_t *document_select(json_t *stamps, json_t *like)
{
    json_t *chosen = json_object();
    const char *key = NULL;
    json_t *value = NULL;

    json_object_foreach(like, key, value)
    {
        json_t *stamp = json_object_get(stamps, key);
        json_t *part = json_is_object(value) && json_object_get(stamp, "timestamp") == NULL
                           ? document_select(stamp, value)
                           : json_deep_copy(stamp);

        if (part != NULL && json_object_set_new(chosen, key, part) != 0)
            break;
    }
    return chosen;
}

static size_t deepest(size_t a, size_t b)
{
    return a > b ? a : b;
}

size_t document_depth(json_t *json)
{
    size_t depth = 0;
    size_t index = 0;
    const char *key = NULL;
    json_t *value = NULL;

    if (json_is_object(json)) {
        json_object_foreach(json, key, value) depth = deepest(depth, document_depth(value));
        return depth + 1;
    }
    if (!json_is_array(json))
        return 0;
    json_array_foreach(json, index, value) depth = deepest(depth, document_depth(value));
    return depth + 1;
}

char *document_text(const json_t *json)
{
    return json_dumps(json, JSON_COMPACT | JSON_ENCODE_ANY);
}
