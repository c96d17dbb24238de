/* SPDX-License-Identifier: Apache-2.0 */
#include "pki_entity.h"

#include "pki_name.h"

#include <string.h>

/* Descriptions may take their subject from each other, and in a circle by mistake. */
enum { FOLLOW_MAX = 8, SUBJECT_MAX = 1024 * 1024 };

static const char *dot(const struct pki_set *set)
{
    return set->path[0] != '\0' ? "." : "";
}

enum assay_status pki_entity_find(const struct pki_set *set, const struct pki_entity *from,
                                  const char *key, struct pki_text name,
                                  const struct pki_entity **ret, struct assay_error *err)
{
    const struct pki_authority *authority = pki_store_find_authority(set->store, name.data);
    struct buf names;
    enum assay_status status = ASSAY_OK;

    if (strcmp(name.data, "self") == 0 || authority != NULL) {
        *ret = authority != NULL ? &authority->entity : from;
        return ASSAY_OK;
    }
    for (size_t i = 0; i < set->count; i++)
        if (strcmp(set->entities[i].name, name.data) == 0) {
            *ret = &set->entities[i];
            return ASSAY_OK;
        }
    buf_init(&names, 400);
    for (size_t i = 0; i < set->count && status == ASSAY_OK; i++)
        status = buf_printf(&names, ", %s", set->entities[i].name);
    assay_error_set(err, ASSAY_ERR_MALFORMED,
                    "%s%s%s.%s is \"%.60s\"; there are self, bench-root, client-ca (with -ecdsa or "
                    "-rsa for a certain one)%s",
                    set->path, dot(set), from->name, key, name.data, buf_text(&names));
    buf_done(&names);
    return ASSAY_ERR_MALFORMED;
}

static enum assay_status refuse_circle(const struct pki_set *set, const struct pki_entity *entity,
                                       const char *key, struct assay_error *err)
{
    return assay_error_set(err, ASSAY_ERR_MALFORMED,
                           "%s%s%s.%s leads in a circle; one of them has to have its own",
                           set->path, dot(set), entity->name, key);
}

static enum assay_status imitated_key(const struct pki_set *set, const struct pki_entity *entity,
                                      const struct pki_key **ret, struct assay_error *err)
{
    const struct pki_entity *owner = entity;
    const struct pki_key *target = NULL;
    enum assay_status status = ASSAY_OK;

    for (int i = 0; owner->spec.imitate_key.data != NULL; i++) {
        if (i == FOLLOW_MAX)
            return refuse_circle(set, entity, "imitate_key", err);
        ASSAY_TRY(pki_entity_find(set, owner, "imitate_key", owner->spec.imitate_key, &owner, err));
    }
    ASSAY_TRY(pki_entity_key(set, owner, &target, err));
    status = pki_store_imitated_key(set->store, target, ret, err);
    return status != ASSAY_ERR_MALFORMED ? status
                                         : assay_error_prefix(err, status, "%s%s%s.imitate_key",
                                                              set->path, dot(set), entity->name);
}

enum assay_status pki_entity_key(const struct pki_set *set, const struct pki_entity *entity,
                                 const struct pki_key **ret, struct assay_error *err)
{
    const struct pki_spec *s = &entity->spec;
    const struct pki_key_type *type = pki_key_type_find(s->key.data);

    if (s->imitate_key.data != NULL)
        return imitated_key(set, entity, ret, err);
    return pki_store_key(set->store, type != NULL ? type : set->store->default_type,
                         s->key_label.data != NULL ? s->key_label.data : entity->name, ret, err);
}

/* "{name}" in a subject stands for the certificate's name. */
static enum assay_status expand(const struct pki_entity *entity, struct buf *out)
{
    static const char placeholder[] = "{name}";
    const char *at = entity->spec.subject.data;
    const char *end = at + entity->spec.subject.len;
    const char *found = NULL;

    while ((found = memmem(at, (size_t)(end - at), placeholder, sizeof(placeholder) - 1)) != NULL) {
        ASSAY_TRY(buf_add(out, at, (size_t)(found - at)));
        ASSAY_TRY(buf_add_text(out, entity->name));
        at = found + sizeof(placeholder) - 1;
    }
    return buf_add(out, at, (size_t)(end - at));
}

enum assay_status pki_entity_subject(const struct pki_set *set, const struct pki_entity *entity,
                                     struct der *d, struct assay_error *err)
{
    const struct pki_entity *owner = entity;
    struct buf text;

    for (int i = 0; owner->spec.subject_from.data != NULL; i++) {
        if (i == FOLLOW_MAX)
            return refuse_circle(set, entity, "subject_from", err);
        ASSAY_TRY(
            pki_entity_find(set, owner, "subject_from", owner->spec.subject_from, &owner, err));
    }
    if (owner->subject_der != NULL) {
        der_raw(d, owner->subject_der->data, owner->subject_der->len);
        return der_status(d);
    }
    buf_init(&text, SUBJECT_MAX);
    enum assay_status status = expand(owner, &text);
    if (status == ASSAY_OK) {
        struct pki_text expanded = {.data = buf_text(&text), .len = text.len};

        status = pki_name_write(expanded, d, err);
    }
    buf_done(&text);
    return status != ASSAY_ERR_MALFORMED ? status
                                         : assay_error_prefix(err, status, "%s%s%s.subject",
                                                              set->path, dot(set), owner->name);
}

enum assay_status pki_entity_key_id(const struct pki_set *set, const struct pki_entity *entity,
                                    struct buf *out, struct assay_error *err)
{
    const struct pki_entity *owner = entity;
    const struct pki_key *key = NULL;

    for (int i = 0; owner->spec.subject_key_id_from.data != NULL; i++) {
        if (i == FOLLOW_MAX)
            return refuse_circle(set, entity, "subject_key_id_from", err);
        ASSAY_TRY(pki_entity_find(set, owner, "subject_key_id_from",
                                  owner->spec.subject_key_id_from, &owner, err));
    }
    const struct pki_text *hex = &owner->spec.subject_key_id.hex;
    if (hex->data != NULL)
        return buf_add_from_hex(out, hex->data, hex->len);
    ASSAY_TRY(pki_entity_key(set, owner, &key, err));
    return buf_add(out, key->id, sizeof(key->id));
}
