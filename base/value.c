/* SPDX-License-Identifier: Apache-2.0 */
#include "base/value.h"

#include <stdlib.h>
#include <string.h>

struct value {
    enum value_kind kind;
    int64_t number;       /* VALUE_INT, VALUE_BOOL */
    char *text;           /* VALUE_TEXT, owned */
    size_t count;         /* VALUE_TEXT: length; VALUE_LIST, VALUE_MAP: members */
    char **keys;          /* VALUE_MAP, owned */
    struct value **items; /* VALUE_LIST, VALUE_MAP, owned */
};

static struct value *new_value(enum value_kind kind)
{
    struct value *v = calloc(1, sizeof(*v));

    if (v != NULL)
        v->kind = kind;
    return v;
}

struct value *value_new_null(void)
{
    return new_value(VALUE_NULL);
}

struct value *value_new_bool(bool flag)
{
    struct value *v = new_value(VALUE_BOOL);

    if (v != NULL)
        v->number = flag;
    return v;
}

struct value *value_new_int(int64_t number)
{
    struct value *v = new_value(VALUE_INT);

    if (v != NULL)
        v->number = number;
    return v;
}

struct value *value_new_bytes(const void *data, size_t len)
{
    struct value *v = new_value(VALUE_TEXT);

    if (v == NULL)
        return NULL;
    v->text = malloc(len + 1);
    if (v->text == NULL) {
        free(v);
        return NULL;
    }
    if (len > 0)
        memcpy(v->text, data, len);
    v->text[len] = '\0';
    v->count = len;
    return v;
}

struct value *value_new_text(const char *text)
{
    return value_new_bytes(text, strlen(text));
}

struct value *value_new_list(void)
{
    return new_value(VALUE_LIST);
}

struct value *value_new_map(void)
{
    return new_value(VALUE_MAP);
}

void value_free(struct value *v)
{
    if (v == NULL)
        return;
    if (v->items != NULL)
        for (size_t i = 0; i < v->count; i++)
            value_free(v->items[i]);
    if (v->keys != NULL)
        for (size_t i = 0; i < v->count; i++)
            free(v->keys[i]);
    free(v->items);
    free(v->keys);
    free(v->text);
    free(v);
}

enum value_kind value_kind(const struct value *v)
{
    return v != NULL ? v->kind : VALUE_NULL;
}

const char *value_kind_name(enum value_kind kind)
{
    static const char *const names[] = {
        [VALUE_NULL] = "nothing", [VALUE_BOOL] = "a boolean", [VALUE_INT] = "an integer",
        [VALUE_TEXT] = "a text",  [VALUE_LIST] = "a list",    [VALUE_MAP] = "a table",
    };
    return names[kind];
}

bool value_bool(const struct value *v)
{
    return value_kind(v) == VALUE_BOOL && v->number != 0;
}

int64_t value_int(const struct value *v)
{
    return value_kind(v) == VALUE_INT ? v->number : 0;
}

const char *value_text(const struct value *v)
{
    return value_kind(v) == VALUE_TEXT ? v->text : NULL;
}

size_t value_text_len(const struct value *v)
{
    return value_kind(v) == VALUE_TEXT ? v->count : 0;
}

size_t value_count(const struct value *v)
{
    return value_kind(v) == VALUE_LIST || value_kind(v) == VALUE_MAP ? v->count : 0;
}

const struct value *value_at(const struct value *v, size_t index)
{
    return index < value_count(v) ? v->items[index] : NULL;
}

const char *value_key_at(const struct value *map, size_t index)
{
    return value_kind(map) == VALUE_MAP && index < map->count ? map->keys[index] : NULL;
}

static size_t find_key(const struct value *map, const char *key, size_t len)
{
    size_t i = 0;

    while (i < map->count && (strncmp(map->keys[i], key, len) != 0 || map->keys[i][len] != '\0'))
        i++;
    return i;
}

const struct value *value_get(const struct value *map, const char *key)
{
    if (value_kind(map) != VALUE_MAP)
        return NULL;
    return value_at(map, find_key(map, key, strlen(key)));
}

static const struct value *step_down(const struct value *v, const char *part, size_t len)
{
    char digits[16];
    unsigned long index = 0;

    if (value_kind(v) == VALUE_MAP)
        return value_at(v, find_key(v, part, len));
    if (len >= sizeof(digits) || strspn(part, "0123456789") < len)
        return NULL;
    memcpy(digits, part, len);
    digits[len] = '\0';
    index = strtoul(digits, NULL, 10);
    return index > 0 ? value_at(v, index - 1) : NULL;
}

const struct value *value_path(const struct value *v, const char *path)
{
    while (v != NULL && *path != '\0') {
        size_t len = strcspn(path, ".");

        v = step_down(v, path, len);
        path += len + (path[len] == '.');
    }
    return v;
}

static enum assay_status append(struct value *v, char *key, struct value *child)
{
    struct value **items = realloc(v->items, (v->count + 1) * sizeof(struct value *));

    if (items == NULL)
        return ASSAY_ERR_NOMEM;
    v->items = items;
    if (v->kind == VALUE_MAP) {
        char **keys = realloc(v->keys, (v->count + 1) * sizeof(char *));

        if (keys == NULL)
            return ASSAY_ERR_NOMEM;
        v->keys = keys;
        keys[v->count] = key;
    }
    items[v->count++] = child;
    return ASSAY_OK;
}

enum assay_status value_set(struct value *map, const char *key, struct value *child)
{
    enum assay_status status = ASSAY_ERR_NOMEM;
    char *copy = NULL;
    size_t at = 0;

    if (child == NULL)
        return ASSAY_ERR_NOMEM;
    if (value_kind(map) != VALUE_MAP) {
        value_free(child);
        return ASSAY_ERR_ARG;
    }
    at = find_key(map, key, strlen(key));
    if (at < map->count) {
        value_free(map->items[at]);
        map->items[at] = child;
        return ASSAY_OK;
    }
    copy = strdup(key);
    if (copy != NULL)
        status = append(map, copy, child);
    if (status != ASSAY_OK) {
        free(copy);
        value_free(child);
    }
    return status;
}

enum assay_status value_add(struct value *list, struct value *child)
{
    enum assay_status status = ASSAY_ERR_ARG;

    if (child == NULL)
        return ASSAY_ERR_NOMEM;
    if (value_kind(list) == VALUE_LIST)
        status = append(list, NULL, child);
    if (status != ASSAY_OK)
        value_free(child);
    return status;
}

struct value *value_copy(const struct value *v)
{
    struct value *copy = NULL;

    if (v == NULL)
        return NULL;
    if (v->kind == VALUE_TEXT)
        return value_new_bytes(v->text, v->count);
    copy = new_value(v->kind);
    if (copy == NULL)
        return NULL;
    copy->number = v->number;
    for (size_t i = 0; i < value_count(v); i++) {
        struct value *child = value_copy(v->items[i]);
        enum assay_status status =
            v->kind == VALUE_MAP ? value_set(copy, v->keys[i], child) : value_add(copy, child);

        if (status != ASSAY_OK) {
            value_free(copy);
            return NULL;
        }
    }
    return copy;
}

static bool equal_members(const struct value *a, const struct value *b)
{
    if (value_count(a) != value_count(b))
        return false;
    for (size_t i = 0; i < value_count(a); i++) {
        const struct value *other =
            a->kind == VALUE_MAP ? value_get(b, a->keys[i]) : value_at(b, i);

        if (other == NULL || !value_equal(a->items[i], other))
            return false;
    }
    return true;
}

bool value_equal(const struct value *a, const struct value *b)
{
    if (value_kind(a) != value_kind(b))
        return false;
    switch (value_kind(a)) {
    case VALUE_NULL:
        return true;
    case VALUE_BOOL:
    case VALUE_INT:
        return a->number == b->number;
    case VALUE_TEXT:
        return a->count == b->count && memcmp(a->text, b->text, a->count) == 0;
    case VALUE_LIST:
    case VALUE_MAP:
        return equal_members(a, b);
    }
    return false;
}

static void remove_key(struct value *map, const char *key)
{
    size_t at = find_key(map, key, strlen(key));

    if (at == map->count)
        return;
    free(map->keys[at]);
    value_free(map->items[at]);
    map->count--;
    memmove(map->keys + at, map->keys + at + 1, (map->count - at) * sizeof(char *));
    memmove(map->items + at, map->items + at + 1, (map->count - at) * sizeof(struct value *));
}

enum assay_status value_merge(struct value *base, const struct value *over)
{
    if (value_kind(base) != VALUE_MAP || value_kind(over) != VALUE_MAP)
        return ASSAY_ERR_ARG;
    for (size_t i = 0; i < over->count; i++) {
        const char *key = over->keys[i];
        const struct value *new_child = over->items[i];
        size_t at = find_key(base, key, strlen(key));
        struct value *old_child = at < base->count ? base->items[at] : NULL;

        if (value_kind(new_child) == VALUE_NULL)
            remove_key(base, key);
        else if (value_kind(new_child) == VALUE_MAP && value_kind(old_child) == VALUE_MAP)
            ASSAY_TRY(value_merge(old_child, new_child));
        else
            ASSAY_TRY(value_set(base, key, value_copy(new_child)));
    }
    return ASSAY_OK;
}

static enum assay_status diff_at(const struct value *a, const struct value *b, const char *path,
                                 struct value *found);

static enum assay_status diff_key(const struct value *a, const struct value *b, const char *path,
                                  const char *key, struct value *found)
{
    struct buf below;
    enum assay_status status = ASSAY_OK;

    buf_init(&below, 4096);
    status = buf_printf(&below, "%s%s%s", path, path[0] != '\0' ? "." : "", key);
    if (status == ASSAY_OK)
        status = diff_at(value_get(a, key), value_get(b, key), buf_text(&below), found);
    buf_done(&below);
    return status;
}

static enum assay_status diff_at(const struct value *a, const struct value *b, const char *path,
                                 struct value *found)
{
    if (value_equal(a, b) && (a == NULL) == (b == NULL))
        return ASSAY_OK;
    if (value_kind(a) != VALUE_MAP || value_kind(b) != VALUE_MAP)
        return value_add(found, value_new_text(path));
    for (size_t i = 0; i < value_count(a); i++)
        ASSAY_TRY(diff_key(a, b, path, a->keys[i], found));
    for (size_t i = 0; i < value_count(b); i++)
        if (value_get(a, b->keys[i]) == NULL)
            ASSAY_TRY(diff_key(a, b, path, b->keys[i], found));
    return ASSAY_OK;
}

enum assay_status value_diff(const struct value *a, const struct value *b, struct value **ret)
{
    struct value *found = value_new_list();
    enum assay_status status = ASSAY_ERR_NOMEM;

    if (found != NULL)
        status = diff_at(a, b, "", found);
    if (status != ASSAY_OK) {
        value_free(found);
        return status;
    }
    *ret = found;
    return ASSAY_OK;
}
