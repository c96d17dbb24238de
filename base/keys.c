/* SPDX-License-Identifier: Apache-2.0 */
#include "base/keys.h"

#include "base/buf.h"
#include "base/nearest.h"

#include <inttypes.h>
#include <stdbool.h>
#include <string.h>

static enum assay_status wrong_kind(const struct value *value, const char *path,
                                    enum value_kind want, struct assay_error *err)
{
    return assay_error_set(err, ASSAY_ERR_MALFORMED, "%s is %s; it has to be %s", path,
                           value_kind_name(value_kind(value)), value_kind_name(want));
}

enum assay_status key_read_bool(const struct key_spec *spec, const struct value *value,
                                const char *path, void *target, struct assay_error *err)
{
    bool flag = value_bool(value);

    (void)spec;
    if (value_kind(value) != VALUE_BOOL)
        return wrong_kind(value, path, VALUE_BOOL, err);
    memcpy(target, &flag, sizeof(flag));
    return ASSAY_OK;
}

enum assay_status key_read_int(const struct key_spec *spec, const struct value *value,
                               const char *path, void *target, struct assay_error *err)
{
    int64_t number = value_int(value);

    if (value_kind(value) != VALUE_INT)
        return wrong_kind(value, path, VALUE_INT, err);
    if (number < spec->min || number > spec->max)
        return assay_error_set(err, ASSAY_ERR_MALFORMED,
                               "%s is %" PRId64 "; it has to be between %" PRId64 " and %" PRId64,
                               path, number, spec->min, spec->max);
    memcpy(target, &number, sizeof(number));
    return ASSAY_OK;
}

enum assay_status key_read_text(const struct key_spec *spec, const struct value *value,
                                const char *path, void *target, struct assay_error *err)
{
    size_t len = value_text_len(value);

    if (value_kind(value) != VALUE_TEXT)
        return wrong_kind(value, path, VALUE_TEXT, err);
    if (memchr(value_text(value), '\0', len) != NULL)
        return assay_error_set(err, ASSAY_ERR_MALFORMED, "%s holds a NUL byte", path);
    if ((int64_t)len >= spec->max)
        return assay_error_set(err, ASSAY_ERR_MALFORMED,
                               "%s is %zu bytes long; at most %" PRId64 " are possible", path, len,
                               spec->max - 1);
    memcpy(target, value_text(value), len + 1);
    return ASSAY_OK;
}

static const struct key_spec *find_spec(const struct key_spec *keys, const char *name)
{
    while (keys->name != NULL && strcmp(keys->name, name) != 0)
        keys++;
    return keys->name != NULL ? keys : NULL;
}

/* Names all that there are, as many as a message holds, and the one that was probably meant. */
static enum assay_status unknown_key(const struct key_spec *keys, const char *name,
                                     const char *path, struct assay_error *err)
{
    struct nearest nearest = {.wanted = name};
    struct buf known;
    struct buf meant;
    enum assay_status status = ASSAY_OK;

    buf_init(&known, 500);
    buf_init(&meant, 100);
    for (size_t i = 0; keys[i].name != NULL; i++)
        nearest_offer(&nearest, keys[i].name);
    for (size_t i = 0; keys[i].name != NULL && status == ASSAY_OK; i++)
        status = buf_printf(&known, "%s%s", i > 0 ? ", " : "", keys[i].name);
    if (nearest_describe(&nearest, &meant) != ASSAY_OK)
        buf_clear(&meant);
    assay_error_set(err, ASSAY_ERR_MALFORMED, "%s: no such key; there are: %s%s", path,
                    buf_text(&known), buf_text(&meant));
    buf_done(&known);
    buf_done(&meant);
    return ASSAY_ERR_MALFORMED;
}

static enum assay_status read_key(const struct key_spec *keys, const char *name,
                                  const struct value *value, const char *path, void *target,
                                  struct assay_error *err)
{
    const struct key_spec *spec = find_spec(keys, name);

    if (spec == NULL)
        return unknown_key(keys, name, path, err);
    return spec->read(spec, value, path, (char *)target + spec->offset, err);
}

enum assay_status keys_read(const struct key_spec *keys, const struct value *map, const char *path,
                            void *target, struct assay_error *err)
{
    enum assay_status status = ASSAY_OK;
    struct buf below;

    if (value_kind(map) == VALUE_NULL)
        return ASSAY_OK;
    if (value_kind(map) != VALUE_MAP)
        return wrong_kind(map, path, VALUE_MAP, err);
    buf_init(&below, 4096);
    for (size_t i = 0; i < value_count(map) && status == ASSAY_OK; i++) {
        const char *name = value_key_at(map, i);

        buf_clear(&below);
        status = buf_printf(&below, "%s%s%s", path, path[0] != '\0' ? "." : "", name);
        if (status == ASSAY_OK)
            status = read_key(keys, name, value_at(map, i), buf_text(&below), target, err);
    }
    buf_done(&below);
    return status;
}
