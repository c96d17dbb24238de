/* SPDX-License-Identifier: Apache-2.0 */
#include "pki_readers.h"

#include "pki_damage.h"
#include "pki_forge.h"
#include "pki_key.h"
#include "pki_parts.h"

#include <stdio.h>
#include <string.h>

size_t pki_list_count(const struct pki_list *list)
{
    return list->tree != NULL ? value_count(list->tree) : list->row_count;
}

static struct pki_text text_of(const struct value *value)
{
    return (struct pki_text){.data = value_text(value), .len = value_text_len(value)};
}

struct pki_text pki_list_at(const struct pki_list *list, size_t index)
{
    return list->tree != NULL ? text_of(value_at(list->tree, index)) : list->row[index];
}

enum assay_status pki_refuse_kind(const struct value *value, const char *path, const char *want,
                                  struct assay_error *err)
{
    return assay_error_set(err, ASSAY_ERR_MALFORMED, "%s is %s; it has to be %s", path,
                           value_kind_name(value_kind(value)), want);
}

enum assay_status pki_read_bytes(const struct key_spec *spec, const struct value *value,
                                 const char *path, void *target, struct assay_error *err)
{
    struct pki_text text = text_of(value);

    (void)spec;
    if (value_kind(value) != VALUE_TEXT)
        return pki_refuse_kind(value, path, "a text", err);
    memcpy(target, &text, sizeof(text));
    return ASSAY_OK;
}

enum assay_status pki_read_word(const struct key_spec *spec, const struct value *value,
                                const char *path, void *target, struct assay_error *err)
{
    if (value_kind(value) == VALUE_TEXT &&
        memchr(value_text(value), '\0', value_text_len(value)) != NULL)
        return assay_error_set(err, ASSAY_ERR_MALFORMED, "%s holds a NUL byte", path);
    return pki_read_bytes(spec, value, path, target, err);
}

enum assay_status pki_read_hex(const struct key_spec *spec, const struct value *value,
                               const char *path, void *target, struct assay_error *err)
{
    struct buf octets;
    enum assay_status status = ASSAY_OK;

    if (value_kind(value) != VALUE_TEXT)
        return pki_refuse_kind(value, path, "a text of hexadecimal digits", err);
    buf_init(&octets, SIZE_MAX / 4);
    status = buf_add_from_hex(&octets, value_text(value), value_text_len(value));
    buf_done(&octets);
    if (status != ASSAY_OK)
        return assay_error_set(err, ASSAY_ERR_MALFORMED,
                               "%s is no run of hexadecimal digits, two for each byte", path);
    return pki_read_bytes(spec, value, path, target, err);
}

static enum assay_status refuse_choice(const struct value *value, const char *path,
                                       const char *choices, struct assay_error *err)
{
    return assay_error_set(err, ASSAY_ERR_MALFORMED, "%s is \"%.60s\"; there are: %s", path,
                           value_text(value), choices);
}

enum assay_status pki_read_key_type(const struct key_spec *spec, const struct value *value,
                                    const char *path, void *target, struct assay_error *err)
{
    struct buf names;
    enum assay_status status = pki_read_word(spec, value, path, target, err);

    if (status != ASSAY_OK || strcmp(value_text(value), "auto") == 0 ||
        pki_key_type_find(value_text(value)) != NULL)
        return status;
    buf_init(&names, 1024);
    status = buf_add_text(&names, "auto");
    for (const struct pki_key_type *t = pki_key_types; t->name != NULL && status == ASSAY_OK; t++)
        status = buf_printf(&names, ", %s", t->name);
    status = refuse_choice(value, path, buf_text(&names), err);
    buf_done(&names);
    return status;
}

/* A word of the space-separated list `choices`. */
static enum assay_status read_choice(const struct key_spec *spec, const struct value *value,
                                     const char *path, void *target, const char *choices,
                                     struct assay_error *err)
{
    enum assay_status status = pki_read_word(spec, value, path, target, err);
    size_t len = value_text_len(value);

    if (status != ASSAY_OK)
        return status;
    bool one_word = len > 0 && strchr(value_text(value), ' ') == NULL;
    for (const char *at = choices; one_word && (at = strstr(at, value_text(value))) != NULL; at++)
        if ((at == choices || at[-1] == ' ') && (at[len] == ' ' || at[len] == '\0'))
            return ASSAY_OK;
    return refuse_choice(value, path, choices, err);
}

enum assay_status pki_read_hash(const struct key_spec *spec, const struct value *value,
                                const char *path, void *target, struct assay_error *err)
{
    return read_choice(spec, value, path, target, "sha256 sha384 sha512 sha1 md5", err);
}

enum assay_status pki_read_time_form(const struct key_spec *spec, const struct value *value,
                                     const char *path, void *target, struct assay_error *err)
{
    return read_choice(spec, value, path, target, "auto utctime generalizedtime", err);
}

enum assay_status pki_read_when(const struct key_spec *spec, const struct value *value,
                                const char *path, void *target, struct assay_error *err)
{
    struct pki_when when = {0};

    ASSAY_TRY(pki_read_word(spec, value, path, &when.text, err));
    memcpy(target, &when, sizeof(when));
    return ASSAY_OK;
}

enum assay_status pki_read_label(const struct key_spec *spec, const struct value *value,
                                 const char *path, void *target, struct assay_error *err)
{
    ASSAY_TRY(pki_read_word(spec, value, path, target, err));
    if (!pki_label_is_plain(value_text(value)))
        return assay_error_set(err, ASSAY_ERR_MALFORMED,
                               "%s is \"%.80s\"; a label is 1 to %d letters, digits and \"._-@:/\"",
                               path, value_text(value), PKI_LABEL_MAX);
    return ASSAY_OK;
}

enum assay_status pki_read_list(const struct key_spec *spec, const struct value *value,
                                const char *path, void *target, struct assay_error *err)
{
    struct pki_list list = {.tree = value};

    (void)spec;
    if (value_kind(value) != VALUE_LIST)
        return pki_refuse_kind(value, path, "a list of texts", err);
    for (size_t i = 0; i < value_count(value); i++)
        if (value_kind(value_at(value, i)) != VALUE_TEXT)
            return assay_error_set(err, ASSAY_ERR_MALFORMED, "%s.%zu is %s; it has to be a text",
                                   path, i + 1, value_kind_name(value_kind(value_at(value, i))));
    memcpy(target, &list, sizeof(list));
    return ASSAY_OK;
}

enum assay_status pki_read_forge(const struct key_spec *spec, const struct value *value,
                                 const char *path, void *target, struct assay_error *err)
{
    return read_choice(spec, value, path, target, PKI_FORGE_NAMES, err);
}

enum assay_status pki_read_place(const struct key_spec *spec, const struct value *value,
                                 const char *path, void *target, struct assay_error *err)
{
    return read_choice(spec, value, path, target, PKI_MUTATE_PLACES, err);
}

static enum assay_status read_choices(const struct key_spec *spec, const struct value *value,
                                      const char *path, void *target, const char *choices,
                                      struct assay_error *err)
{
    ASSAY_TRY(pki_read_list(spec, value, path, target, err));
    for (size_t i = 0; i < value_count(value); i++) {
        struct pki_text name = {0};
        char below[300];

        snprintf(below, sizeof(below), "%.250s.%zu", path, i + 1);
        ASSAY_TRY(read_choice(spec, value_at(value, i), below, &name, choices, err));
    }
    return ASSAY_OK;
}

enum assay_status pki_read_omit(const struct key_spec *spec, const struct value *value,
                                const char *path, void *target, struct assay_error *err)
{
    return read_choices(spec, value, path, target, PKI_PART_NAMES, err);
}

enum assay_status pki_read_damage(const struct key_spec *spec, const struct value *value,
                                  const char *path, void *target, struct assay_error *err)
{
    return read_choices(spec, value, path, target, PKI_DAMAGE_NAMES, err);
}

enum assay_status pki_read_identifier(const struct key_spec *spec, const struct value *value,
                                      const char *path, void *target, struct assay_error *err)
{
    struct pki_identifier identifier = {.present = true};

    if (value_kind(value) == VALUE_BOOL)
        identifier.present = value_bool(value);
    else
        ASSAY_TRY(pki_read_hex(spec, value, path, &identifier.hex, err));
    memcpy(target, &identifier, sizeof(identifier));
    return ASSAY_OK;
}

enum assay_status pki_read_basic_constraints(const struct key_spec *spec, const struct value *value,
                                             const char *path, void *target,
                                             struct assay_error *err)
{
    struct pki_basic_constraints *bc = target;

    (void)spec;
    bc->present = true;
    return keys_read(pki_basic_constraints_keys, value, path, bc, err);
}

enum assay_status pki_read_usages(const struct key_spec *spec, const struct value *value,
                                  const char *path, void *target, struct assay_error *err)
{
    struct pki_usages *usages = target;

    (void)spec;
    usages->present = true;
    return keys_read(pki_usages_keys, value, path, usages, err);
}

enum assay_status pki_read_name_constraints(const struct key_spec *spec, const struct value *value,
                                            const char *path, void *target, struct assay_error *err)
{
    struct pki_name_constraints *nc = target;

    (void)spec;
    nc->present = true;
    return keys_read(pki_name_constraints_keys, value, path, nc, err);
}

enum assay_status pki_read_extensions(const struct key_spec *spec, const struct value *value,
                                      const char *path, void *target, struct assay_error *err)
{
    (void)spec;
    if (value_kind(value) != VALUE_LIST)
        return pki_refuse_kind(value, path, "a list of tables", err);
    for (size_t i = 0; i < value_count(value); i++) {
        struct pki_raw_extension extension;
        char below[300];

        snprintf(below, sizeof(below), "%.250s.%zu", path, i + 1);
        ASSAY_TRY(pki_extension_read(value_at(value, i), below, &extension, err));
    }
    memcpy(target, &value, sizeof(value));
    return ASSAY_OK;
}
