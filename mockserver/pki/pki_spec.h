/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The description of one certificate: the struct behind the keys of docs/formats/certificates.md,
 * the recipes that fill it with defaults, and the table that reads a scenario's overrides into it.
 */
#ifndef PKI_SPEC_H
#define PKI_SPEC_H

#include "base/buf.h"
#include "base/keys.h"
#include "base/status.h"
#include "base/value.h"

#include <stdbool.h>

/* Borrowed from a recipe's row or from the scenario; may hold NUL bytes where that makes sense. */
struct pki_text {
    const char *data; /* NUL terminated; NULL: not given */
    size_t len;
};

#define PKI_TEXT(literal)                                                                          \
    {                                                                                              \
        .data = (literal), .len = sizeof(literal) - 1                                              \
    }

/* Texts, either of a recipe's row or of the scenario. */
struct pki_list {
    const struct pki_text *row;
    size_t row_count;
    const struct value *tree; /* where it is set, row does not count */
};

size_t pki_list_count(const struct pki_list *list);
struct pki_text pki_list_at(const struct pki_list *list, size_t index);

/*
 * A time of the validity. whole_day: counted from the last midnight, so that a CA is the same
 * certificate all day long; only recipes say that.
 */
struct pki_when {
    struct pki_text text;
    bool whole_day;
};

struct pki_basic_constraints {
    bool present, ca, critical;
    int64_t pathlen; /* PKI_NO_PATHLEN: left out */
};

enum { PKI_NO_PATHLEN = -1, PKI_NO_FLIP = -1, PKI_NO_MUTATION = -1 };

struct pki_usages {
    bool present, critical;
    struct pki_list uses;
};

struct pki_name_constraints {
    bool present, critical;
    struct pki_list permitted, excluded;
};

struct pki_identifier {
    bool present;
    struct pki_text hex; /* data NULL: computed from the key */
};

struct pki_raw_extension {
    struct pki_text oid, der;
    bool critical;
};

struct pki_spec {
    struct pki_text recipe;
    /* Whose names and keys: names of other certificates, of authorities, or "self". */
    struct pki_text issuer, sign_key, public_key_from, subject_from, subject_key_id_from;
    struct pki_text key, key_label, imitate_key;
    struct pki_text hash;
    bool pss;
    struct pki_text tbs_algorithm, outer_algorithm;
    struct pki_text subject, issuer_name;
    struct pki_list san;
    bool san_critical;
    struct pki_when not_before, not_after;
    struct pki_text not_before_raw, not_after_raw;
    struct pki_text time_form;
    struct pki_text serial;
    int64_t version;
    bool force_extensions;
    struct pki_basic_constraints basic_constraints;
    struct pki_usages key_usage, extended_key_usage;
    struct pki_identifier subject_key_id, authority_key_id;
    struct pki_name_constraints name_constraints;
    const struct value *extensions; /* list of maps, checked; NULL: none */
    int64_t padding;
    struct pki_list omit;
    struct pki_text signature, forge;
    int64_t truncate_signature; /* bytes */
    int64_t flip_signature_bit;
    struct pki_list damage;
    int64_t mutate_seed; /* PKI_NO_MUTATION: none */
    int64_t mutate_count;
    struct pki_text mutate_where;
    struct pki_text der;
};

struct pki_recipe {
    const char *name;
    const char *help;
    bool authority; /* kept with the store; not for scenarios to name as their recipe */
    bool stable;    /* the same description gives the same certificate again */
    struct pki_spec spec;
};

/* A description that was read, and the name under which others refer to it. */
struct pki_entity {
    const char *name;
    const struct pki_recipe *recipe;
    struct pki_spec spec;
    const struct buf *subject_der; /* a Name that is taken as it is; NULL: as spec says */
};

/* Ends with a NULL name. */
extern const struct pki_recipe pki_recipes[];
/* NULL: no such recipe. */
const struct pki_recipe *pki_recipe_find(const char *name);

/* The keys of a description, and those of its tables. They end with a NULL name. */
extern const struct key_spec pki_keys[];
extern const struct key_spec pki_basic_constraints_keys[];
extern const struct key_spec pki_usages_keys[];
extern const struct key_spec pki_name_constraints_keys[];
extern const struct key_spec pki_extension_keys[];

/*
 * Read a description: the recipe's row with the overrides laid on it.
 * @param path        Of the description, "certs.leaf"; for errors.
 * @param ret_recipe  May be NULL.
 * @retval ASSAY_ERR_MALFORMED  unknown recipe or key, wrong kind, out of range; err names the path
 */
ASSAY_RESULT pki_spec_read(const struct value *description, const char *path, struct pki_spec *ret,
                           const struct pki_recipe **ret_recipe, struct assay_error *err);

/* One member of pki_spec.extensions. */
ASSAY_RESULT pki_extension_read(const struct value *map, const char *path,
                                struct pki_raw_extension *ret, struct assay_error *err);

#endif
