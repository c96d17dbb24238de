/* SPDX-License-Identifier: Apache-2.0 */
#include "pki_spec.h"

#include "pki_algorithm.h"
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

/* Readers: each checks one value and stores it at the member that the table names. */

static enum assay_status refuse_kind(const struct value *value, const char *path, const char *want,
                                     struct assay_error *err)
{
    return assay_error_set(err, ASSAY_ERR_MALFORMED, "%s is %s; it has to be %s", path,
                           value_kind_name(value_kind(value)), want);
}

static enum assay_status read_bytes(const struct key_spec *spec, const struct value *value,
                                    const char *path, void *target, struct assay_error *err)
{
    struct pki_text text = text_of(value);

    (void)spec;
    if (value_kind(value) != VALUE_TEXT)
        return refuse_kind(value, path, "a text", err);
    memcpy(target, &text, sizeof(text));
    return ASSAY_OK;
}

static enum assay_status read_word(const struct key_spec *spec, const struct value *value,
                                   const char *path, void *target, struct assay_error *err)
{
    if (value_kind(value) == VALUE_TEXT &&
        memchr(value_text(value), '\0', value_text_len(value)) != NULL)
        return assay_error_set(err, ASSAY_ERR_MALFORMED, "%s holds a NUL byte", path);
    return read_bytes(spec, value, path, target, err);
}

static enum assay_status read_hex(const struct key_spec *spec, const struct value *value,
                                  const char *path, void *target, struct assay_error *err)
{
    struct buf octets;
    enum assay_status status = ASSAY_OK;

    if (value_kind(value) != VALUE_TEXT)
        return refuse_kind(value, path, "a text of hexadecimal digits", err);
    buf_init(&octets, SIZE_MAX / 4);
    status = buf_add_from_hex(&octets, value_text(value), value_text_len(value));
    buf_done(&octets);
    if (status != ASSAY_OK)
        return assay_error_set(err, ASSAY_ERR_MALFORMED,
                               "%s is no run of hexadecimal digits, two for each byte", path);
    return read_bytes(spec, value, path, target, err);
}

static enum assay_status refuse_choice(const struct value *value, const char *path,
                                       const char *choices, struct assay_error *err)
{
    return assay_error_set(err, ASSAY_ERR_MALFORMED, "%s is \"%.60s\"; there are: %s", path,
                           value_text(value), choices);
}

static enum assay_status read_key_type(const struct key_spec *spec, const struct value *value,
                                       const char *path, void *target, struct assay_error *err)
{
    struct buf names;
    enum assay_status status = read_word(spec, value, path, target, err);

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
    enum assay_status status = read_word(spec, value, path, target, err);
    size_t len = value_text_len(value);

    if (status != ASSAY_OK)
        return status;
    bool one_word = len > 0 && strchr(value_text(value), ' ') == NULL;
    for (const char *at = choices; one_word && (at = strstr(at, value_text(value))) != NULL; at++)
        if ((at == choices || at[-1] == ' ') && (at[len] == ' ' || at[len] == '\0'))
            return ASSAY_OK;
    return refuse_choice(value, path, choices, err);
}

static enum assay_status read_hash(const struct key_spec *spec, const struct value *value,
                                   const char *path, void *target, struct assay_error *err)
{
    return read_choice(spec, value, path, target, "sha256 sha384 sha512 sha1 md5", err);
}

static enum assay_status read_time_form(const struct key_spec *spec, const struct value *value,
                                        const char *path, void *target, struct assay_error *err)
{
    return read_choice(spec, value, path, target, "auto utctime generalizedtime", err);
}

static enum assay_status read_when(const struct key_spec *spec, const struct value *value,
                                   const char *path, void *target, struct assay_error *err)
{
    struct pki_when when = {0};

    ASSAY_TRY(read_word(spec, value, path, &when.text, err));
    memcpy(target, &when, sizeof(when));
    return ASSAY_OK;
}

static enum assay_status read_label(const struct key_spec *spec, const struct value *value,
                                    const char *path, void *target, struct assay_error *err)
{
    ASSAY_TRY(read_word(spec, value, path, target, err));
    if (!pki_label_is_plain(value_text(value)))
        return assay_error_set(err, ASSAY_ERR_MALFORMED,
                               "%s is \"%.80s\"; a label is 1 to %d letters, digits and \"._-@:/\"",
                               path, value_text(value), PKI_LABEL_MAX);
    return ASSAY_OK;
}

static enum assay_status read_list(const struct key_spec *spec, const struct value *value,
                                   const char *path, void *target, struct assay_error *err)
{
    struct pki_list list = {.tree = value};

    (void)spec;
    if (value_kind(value) != VALUE_LIST)
        return refuse_kind(value, path, "a list of texts", err);
    for (size_t i = 0; i < value_count(value); i++)
        if (value_kind(value_at(value, i)) != VALUE_TEXT)
            return assay_error_set(err, ASSAY_ERR_MALFORMED, "%s.%zu is %s; it has to be a text",
                                   path, i + 1, value_kind_name(value_kind(value_at(value, i))));
    memcpy(target, &list, sizeof(list));
    return ASSAY_OK;
}

static enum assay_status read_forge(const struct key_spec *spec, const struct value *value,
                                    const char *path, void *target, struct assay_error *err)
{
    return read_choice(spec, value, path, target, PKI_FORGE_NAMES, err);
}

static enum assay_status read_place(const struct key_spec *spec, const struct value *value,
                                    const char *path, void *target, struct assay_error *err)
{
    return read_choice(spec, value, path, target, PKI_MUTATE_PLACES, err);
}

static enum assay_status read_choices(const struct key_spec *spec, const struct value *value,
                                      const char *path, void *target, const char *choices,
                                      struct assay_error *err)
{
    ASSAY_TRY(read_list(spec, value, path, target, err));
    for (size_t i = 0; i < value_count(value); i++) {
        struct pki_text name = {0};
        char below[300];

        snprintf(below, sizeof(below), "%.250s.%zu", path, i + 1);
        ASSAY_TRY(read_choice(spec, value_at(value, i), below, &name, choices, err));
    }
    return ASSAY_OK;
}

static enum assay_status read_omit(const struct key_spec *spec, const struct value *value,
                                   const char *path, void *target, struct assay_error *err)
{
    return read_choices(spec, value, path, target, PKI_PART_NAMES, err);
}

static enum assay_status read_damage(const struct key_spec *spec, const struct value *value,
                                     const char *path, void *target, struct assay_error *err)
{
    return read_choices(spec, value, path, target, PKI_DAMAGE_NAMES, err);
}

/* true, false, or the identifier itself. */
static enum assay_status read_identifier(const struct key_spec *spec, const struct value *value,
                                         const char *path, void *target, struct assay_error *err)
{
    struct pki_identifier identifier = {.present = true};

    if (value_kind(value) == VALUE_BOOL)
        identifier.present = value_bool(value);
    else
        ASSAY_TRY(read_hex(spec, value, path, &identifier.hex, err));
    memcpy(target, &identifier, sizeof(identifier));
    return ASSAY_OK;
}

/* To give one of these tables at all is to want the extension: `present` only says no. */
static enum assay_status read_basic_constraints(const struct key_spec *spec,
                                                const struct value *value, const char *path,
                                                void *target, struct assay_error *err)
{
    struct pki_basic_constraints *bc = target;

    (void)spec;
    bc->present = true;
    return keys_read(pki_basic_constraints_keys, value, path, bc, err);
}

static enum assay_status read_usages(const struct key_spec *spec, const struct value *value,
                                     const char *path, void *target, struct assay_error *err)
{
    struct pki_usages *usages = target;

    (void)spec;
    usages->present = true;
    return keys_read(pki_usages_keys, value, path, usages, err);
}

static enum assay_status read_name_constraints(const struct key_spec *spec,
                                               const struct value *value, const char *path,
                                               void *target, struct assay_error *err)
{
    struct pki_name_constraints *nc = target;

    (void)spec;
    nc->present = true;
    return keys_read(pki_name_constraints_keys, value, path, nc, err);
}

static enum assay_status read_extensions(const struct key_spec *spec, const struct value *value,
                                         const char *path, void *target, struct assay_error *err)
{
    (void)spec;
    if (value_kind(value) != VALUE_LIST)
        return refuse_kind(value, path, "a list of tables", err);
    for (size_t i = 0; i < value_count(value); i++) {
        struct pki_raw_extension extension;
        char below[300];

        snprintf(below, sizeof(below), "%.250s.%zu", path, i + 1);
        ASSAY_TRY(pki_extension_read(value_at(value, i), below, &extension, err));
    }
    memcpy(target, &value, sizeof(value));
    return ASSAY_OK;
}

#define AT(member) offsetof(struct pki_spec, member)

/* clang-format off */
const struct key_spec pki_keys[] = {
    {"recipe", read_word, AT(recipe), 0, 0, NULL,
     "the row of defaults that everything not given here is taken from"},
    {"issuer", read_word, AT(issuer), 0, 0, NULL,
     "who issues it: a name of `certs`, `self`, or an authority of the bench"},
    {"sign_key", read_word, AT(sign_key), 0, 0, NULL,
     "whose key really makes the signature; not given: the issuer's"},
    {"key", read_key_type, AT(key), 0, 0, NULL,
     "type of its key; `auto`: the type that the bench uses for the board"},
    {"key_label", read_label, AT(key_label), 0, 0, NULL,
     "certificates with the same label and type share one key; not given: the certificate's name"},
    {"imitate_key", read_word, AT(imitate_key), 0, 0, NULL,
     "whose EC public key it shows as a key of its own, through curve parameters written out with "
     "another generator (CVE-2020-0601); instead of `key`"},
    {"public_key_from", read_word, AT(public_key_from), 0, 0, NULL,
     "whose public key is put in after signing; the old signature stays"},
    {"hash", read_hash, AT(hash), 0, 0, NULL,
     "of the signature: `sha256`, `sha384`, `sha512`, `sha1`, `md5` (RSA only); EdDSA ignores it"},
    {"pss", key_read_bool, AT(pss), 0, 0, NULL,
     "RSA-PSS signature instead of PKCS #1 v1.5; only where the signer has an RSA key"},
    {"tbs_algorithm", read_word, AT(tbs_algorithm), 0, 0, NULL,
     "algorithm named inside of the signed part: `ecdsa-sha256`, `rsa-sha384`, ... or an OID; "
     "not given: the true one"},
    {"outer_algorithm", read_word, AT(outer_algorithm), 0, 0, NULL,
     "algorithm named beside the signature; not given: the true one"},
    {"subject", read_bytes, AT(subject), 0, 0, NULL,
     "distinguished name, `CN=x,O=y`; empty: no names at all; `{name}` is the certificate's name"},
    {"subject_from", read_word, AT(subject_from), 0, 0, NULL,
     "whose subject it bears instead"},
    {"issuer_name", read_bytes, AT(issuer_name), 0, 0, NULL,
     "distinguished name of the issuer; not given: the issuer's subject"},
    {"san", read_list, AT(san), 0, 0, NULL,
     "subjectAltName: `dns:` `ip:` `email:` `uri:` `rid:` `dir:` `other:<oid>=` `raw:<hex>`; empty: no extension"},
    {"san_critical", key_read_bool, AT(san_critical), 0, 0, NULL,
     "mark subjectAltName critical"},
    {"not_before", read_when, AT(not_before), 0, 0, NULL,
     "begin of the validity: RFC 3339, or relative to the scenario's time"},
    {"not_after", read_when, AT(not_after), 0, 0, NULL,
     "end of the validity, inclusive"},
    {"not_before_raw", read_bytes, AT(not_before_raw), 0, 0, NULL,
     "begin as written: `utctime:<text>` or `generalizedtime:<text>`"},
    {"not_after_raw", read_bytes, AT(not_after_raw), 0, 0, NULL,
     "end as written"},
    {"time_form", read_time_form, AT(time_form), 0, 0, NULL,
     "`utctime`, `generalizedtime`; `auto`: UTCTime for 1950 to 2049 (RFC 5280 section 4.1.2.5)"},
    {"serial", read_hex, AT(serial), 0, 0, NULL,
     "bytes of the INTEGER in hexadecimal; not given: 16 random bytes, of a CA a digest"},
    {"version", key_read_int, AT(version), INT32_MIN, INT64_C(1) << 32, NULL,
     "1 (no extensions), 3, or a wrong one"},
    {"force_extensions", key_read_bool, AT(force_extensions), 0, 0, NULL,
     "extensions even in a version 1 certificate"},
    {"basic_constraints", read_basic_constraints, AT(basic_constraints), 0, 0, NULL,
     "table, below"},
    {"key_usage", read_usages, AT(key_usage), 0, 0, NULL,
     "table, below"},
    {"extended_key_usage", read_usages, AT(extended_key_usage), 0, 0, NULL,
     "table, below"},
    {"subject_key_id", read_identifier, AT(subject_key_id), 0, 0, NULL,
     "true, false, or the identifier in hexadecimal"},
    {"subject_key_id_from", read_word, AT(subject_key_id_from), 0, 0, NULL,
     "whose subjectKeyIdentifier it bears instead"},
    {"authority_key_id", read_identifier, AT(authority_key_id), 0, 0, NULL,
     "true, false, or the identifier in hexadecimal"},
    {"name_constraints", read_name_constraints, AT(name_constraints), 0, 0, NULL,
     "table, below"},
    {"extensions", read_extensions, AT(extensions), 0, 0, NULL,
     "list of tables, below: more extensions, after all others; a repeated one is written twice"},
    {"padding", key_read_int, AT(padding), 0, 1 << 20, NULL,
     "bytes of an extension (not critical, 1.3.6.1.4.1.55555.1) that only makes it larger"},
    {"omit", read_omit, AT(omit), 0, 0, NULL,
     "fields left out: " PKI_PART_NAMES},
    {"signature", read_hex, AT(signature), 0, 0, NULL,
     "bytes of the signature instead of a true one; empty: an empty BIT STRING"},
    {"forge", read_forge, AT(forge), 0, 0, NULL,
     "a signature for sloppy verifiers instead of a true one: " PKI_FORGE_NAMES},
    {"truncate_signature", key_read_int, AT(truncate_signature), 0, 2048, NULL,
     "bytes cut from the end of the signature"},
    {"flip_signature_bit", key_read_int, AT(flip_signature_bit), 0, 8 * 2048 - 1, NULL,
     "bit of the signature to invert, 0 the lowest of the last byte; not given: none"},
    {"damage", read_damage, AT(damage), 0, 0, NULL,
     "what is broken in the encoding: " PKI_DAMAGE_NAMES},
    {"mutate_seed", key_read_int, AT(mutate_seed), 0, INT64_MAX, NULL,
     "seed of random changes to single bytes; not given: none"},
    {"mutate_count", key_read_int, AT(mutate_count), 1, 1000, NULL,
     "number of these changes"},
    {"mutate_where", read_place, AT(mutate_where), 0, 0, NULL,
     "`certificate`: after signing; `tbs`: before, so that the signature is right"},
    {"der", read_hex, AT(der), 0, 0, NULL,
     "the whole certificate, byte for byte; its key is still `key` and `key_label`"},
    {NULL, NULL, 0, 0, 0, NULL, NULL},
};

const struct key_spec pki_basic_constraints_keys[] = {
    {"present", key_read_bool, offsetof(struct pki_basic_constraints, present), 0, 0, NULL,
     "false: no such extension; true where the table is given"},
    {"ca", key_read_bool, offsetof(struct pki_basic_constraints, ca), 0, 0, NULL,
     "cA"},
    {"pathlen", key_read_int, offsetof(struct pki_basic_constraints, pathlen), 0, INT32_MAX, NULL,
     "pathLenConstraint; not given: none"},
    {"critical", key_read_bool, offsetof(struct pki_basic_constraints, critical), 0, 0, NULL,
     "mark it critical"},
    {NULL, NULL, 0, 0, 0, NULL, NULL},
};

const struct key_spec pki_usages_keys[] = {
    {"present", key_read_bool, offsetof(struct pki_usages, present), 0, 0, NULL,
     "false: no such extension; true where the table is given"},
    {"uses", read_list, offsetof(struct pki_usages, uses), 0, 0, NULL,
     "names; of extendedKeyUsage also dotted OIDs"},
    {"critical", key_read_bool, offsetof(struct pki_usages, critical), 0, 0, NULL,
     "mark it critical"},
    {NULL, NULL, 0, 0, 0, NULL, NULL},
};

const struct key_spec pki_name_constraints_keys[] = {
    {"present", key_read_bool, offsetof(struct pki_name_constraints, present), 0, 0, NULL,
     "false: no such extension; true where the table is given"},
    {"permitted", read_list, offsetof(struct pki_name_constraints, permitted), 0, 0, NULL,
     "names as in `san`; addresses as `ip:192.0.2.0/24`"},
    {"excluded", read_list, offsetof(struct pki_name_constraints, excluded), 0, 0, NULL,
     "as above"},
    {"critical", key_read_bool, offsetof(struct pki_name_constraints, critical), 0, 0, NULL,
     "mark it critical"},
    {NULL, NULL, 0, 0, 0, NULL, NULL},
};

const struct key_spec pki_extension_keys[] = {
    {"oid", read_word, offsetof(struct pki_raw_extension, oid), 0, 0, NULL,
     "a dotted number or a name that libcrypto knows"},
    {"critical", key_read_bool, offsetof(struct pki_raw_extension, critical), 0, 0, NULL,
     "mark it critical"},
    {"der", read_hex, offsetof(struct pki_raw_extension, der), 0, 0, NULL,
     "contents of its OCTET STRING"},
    {NULL, NULL, 0, 0, 0, NULL, NULL},
};
/* clang-format on */

enum assay_status pki_extension_read(const struct value *map, const char *path,
                                     struct pki_raw_extension *ret, struct assay_error *err)
{
    struct pki_raw_extension extension = {.der = PKI_TEXT("")};

    if (value_kind(map) != VALUE_MAP)
        return refuse_kind(map, path, "a table", err);
    ASSAY_TRY(keys_read(pki_extension_keys, map, path, &extension, err));
    if (extension.oid.data == NULL)
        return assay_error_set(err, ASSAY_ERR_MALFORMED,
                               "%s.oid is missing; \"1.3.6.1.4.1.55555.2\" would be right", path);
    *ret = extension;
    return ASSAY_OK;
}

static enum assay_status refuse_recipe(const char *name, const char *path, struct assay_error *err)
{
    struct buf names;
    enum assay_status status = ASSAY_OK;

    buf_init(&names, 1024);
    for (const struct pki_recipe *r = pki_recipes; r->name != NULL && status == ASSAY_OK; r++)
        if (!r->authority)
            status = buf_printf(&names, "%s%s", names.len > 0 ? ", " : "", r->name);
    assay_error_set(err, ASSAY_ERR_MALFORMED, "%s.recipe is \"%.60s\"; there are: %s", path, name,
                    buf_text(&names));
    buf_done(&names);
    return ASSAY_ERR_MALFORMED;
}

enum assay_status pki_spec_read(const struct value *description, const char *path,
                                struct pki_spec *ret, const struct pki_recipe **ret_recipe,
                                struct assay_error *err)
{
    const struct value *named = value_get(description, "recipe");
    const char *name = value_kind(named) == VALUE_TEXT ? value_text(named) : "leaf";
    const struct pki_recipe *recipe = pki_recipe_find(name);

    if (recipe == NULL || recipe->authority)
        return refuse_recipe(name, path, err);
    struct pki_spec spec = recipe->spec;
    ASSAY_TRY(keys_read(pki_keys, description, path, &spec, err));
    *ret = spec;
    if (ret_recipe != NULL)
        *ret_recipe = recipe;
    return ASSAY_OK;
}
