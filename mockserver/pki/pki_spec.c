/* SPDX-License-Identifier: Apache-2.0 */
#include "pki_spec.h"

#include "pki_damage.h"
#include "pki_forge.h"
#include "pki_parts.h"
#include "pki_readers.h"

#include <string.h>

#define BY_RECIPE  "by recipe"
#define AT(member) offsetof(struct pki_spec, member)

/* clang-format off */
const struct key_spec pki_keys[] = {
    {"recipe", pki_read_word, AT(recipe), 0, 0, BY_RECIPE,
     "the row of defaults that everything not given here is taken from"},
    {"issuer", pki_read_word, AT(issuer), 0, 0, BY_RECIPE,
     "who issues it: a name of `certs`, `self`, or an authority of the bench"},
    {"sign_key", pki_read_word, AT(sign_key), 0, 0, BY_RECIPE,
     "whose key really makes the signature; not given: the issuer's"},
    {"key", pki_read_key_type, AT(key), 0, 0, BY_RECIPE,
     "type of its key; `auto`: the type that the bench uses for the board"},
    {"key_label", pki_read_label, AT(key_label), 0, 0, BY_RECIPE,
     "certificates with the same label and type share one key; not given: the certificate's name"},
    {"imitate_key", pki_read_word, AT(imitate_key), 0, 0, BY_RECIPE,
     "whose EC public key it shows as a key of its own, through curve parameters written out with "
     "another generator (CVE-2020-0601); instead of `key`"},
    {"public_key_from", pki_read_word, AT(public_key_from), 0, 0, BY_RECIPE,
     "whose public key is put in after signing; the old signature stays"},
    {"hash", pki_read_hash, AT(hash), 0, 0, BY_RECIPE,
     "of the signature: `sha256`, `sha384`, `sha512`, `sha1`, `md5` (RSA only); EdDSA ignores it"},
    {"pss", key_read_bool, AT(pss), 0, 0, BY_RECIPE,
     "RSA-PSS signature instead of PKCS #1 v1.5; only where the signer has an RSA key"},
    {"tbs_algorithm", pki_read_word, AT(tbs_algorithm), 0, 0, BY_RECIPE,
     "algorithm named inside of the signed part: `ecdsa-sha256`, `rsa-sha384`, ... or an OID; "
     "not given: the true one"},
    {"outer_algorithm", pki_read_word, AT(outer_algorithm), 0, 0, BY_RECIPE,
     "algorithm named beside the signature; not given: the true one"},
    {"subject", pki_read_bytes, AT(subject), 0, 0, BY_RECIPE,
     "distinguished name, `CN=x,O=y`; empty: no names at all; `{name}` is the certificate's name"},
    {"subject_from", pki_read_word, AT(subject_from), 0, 0, BY_RECIPE,
     "whose subject it bears instead"},
    {"issuer_name", pki_read_bytes, AT(issuer_name), 0, 0, BY_RECIPE,
     "distinguished name of the issuer; not given: the issuer's subject"},
    {"san", pki_read_list, AT(san), 0, 0, BY_RECIPE,
     "subjectAltName: `dns:` `ip:` `email:` `uri:` `rid:` `dir:` `other:<oid>=` `raw:<hex>`; empty: no extension"},
    {"san_critical", key_read_bool, AT(san_critical), 0, 0, BY_RECIPE,
     "mark subjectAltName critical"},
    {"not_before", pki_read_when, AT(not_before), 0, 0, BY_RECIPE,
     "begin of the validity: RFC 3339, or relative to the scenario's time"},
    {"not_after", pki_read_when, AT(not_after), 0, 0, BY_RECIPE,
     "end of the validity, inclusive"},
    {"not_before_raw", pki_read_bytes, AT(not_before_raw), 0, 0, BY_RECIPE,
     "begin as written: `utctime:<text>` or `generalizedtime:<text>`"},
    {"not_after_raw", pki_read_bytes, AT(not_after_raw), 0, 0, BY_RECIPE,
     "end as written"},
    {"time_form", pki_read_time_form, AT(time_form), 0, 0, BY_RECIPE,
     "`utctime`, `generalizedtime`; `auto`: UTCTime for 1950 to 2049 (RFC 5280 section 4.1.2.5)"},
    {"serial", pki_read_hex, AT(serial), 0, 0, BY_RECIPE,
     "bytes of the INTEGER in hexadecimal; not given: 16 random bytes, of a CA a digest"},
    {"version", key_read_int, AT(version), INT32_MIN, INT64_C(1) << 32, BY_RECIPE,
     "1 (no extensions), 3, or a wrong one"},
    {"force_extensions", key_read_bool, AT(force_extensions), 0, 0, BY_RECIPE,
     "extensions even in a version 1 certificate"},
    {"basic_constraints", pki_read_basic_constraints, AT(basic_constraints), 0, 0, BY_RECIPE,
     "table, below"},
    {"key_usage", pki_read_usages, AT(key_usage), 0, 0, BY_RECIPE,
     "table, below"},
    {"extended_key_usage", pki_read_usages, AT(extended_key_usage), 0, 0, BY_RECIPE,
     "table, below"},
    {"subject_key_id", pki_read_identifier, AT(subject_key_id), 0, 0, BY_RECIPE,
     "true, false, or the identifier in hexadecimal"},
    {"subject_key_id_from", pki_read_word, AT(subject_key_id_from), 0, 0, BY_RECIPE,
     "whose subjectKeyIdentifier it bears instead"},
    {"authority_key_id", pki_read_identifier, AT(authority_key_id), 0, 0, BY_RECIPE,
     "true, false, or the identifier in hexadecimal"},
    {"name_constraints", pki_read_name_constraints, AT(name_constraints), 0, 0, BY_RECIPE,
     "table, below"},
    {"extensions", pki_read_extensions, AT(extensions), 0, 0, BY_RECIPE,
     "list of tables, below: more extensions, after all others; a repeated one is written twice"},
    {"padding", key_read_int, AT(padding), 0, 1 << 20, BY_RECIPE,
     "bytes of an extension (not critical, 1.3.6.1.4.1.55555.1) that only makes it larger"},
    {"omit", pki_read_omit, AT(omit), 0, 0, BY_RECIPE,
     "fields left out: " PKI_PART_NAMES},
    {"signature", pki_read_hex, AT(signature), 0, 0, BY_RECIPE,
     "bytes of the signature instead of a true one; empty: an empty BIT STRING"},
    {"forge", pki_read_forge, AT(forge), 0, 0, BY_RECIPE,
     "a signature for sloppy verifiers instead of a true one: " PKI_FORGE_NAMES},
    {"truncate_signature", key_read_int, AT(truncate_signature), 0, 2048, BY_RECIPE,
     "bytes cut from the end of the signature"},
    {"flip_signature_bit", key_read_int, AT(flip_signature_bit), 0, 8 * 2048 - 1, BY_RECIPE,
     "bit of the signature to invert, 0 the lowest of the last byte; not given: none"},
    {"damage", pki_read_damage, AT(damage), 0, 0, BY_RECIPE,
     "what is broken in the encoding: " PKI_DAMAGE_NAMES},
    {"mutate_seed", key_read_int, AT(mutate_seed), 0, INT64_MAX, BY_RECIPE,
     "seed of random changes to single bytes; not given: none"},
    {"mutate_count", key_read_int, AT(mutate_count), 1, 1000, BY_RECIPE,
     "number of these changes"},
    {"mutate_where", pki_read_place, AT(mutate_where), 0, 0, BY_RECIPE,
     "`certificate`: after signing; `tbs`: before, so that the signature is right"},
    {"der", pki_read_hex, AT(der), 0, 0, BY_RECIPE,
     "the whole certificate, byte for byte; its key is still `key` and `key_label`"},
    {NULL, NULL, 0, 0, 0, NULL, NULL},
};

const struct key_spec pki_basic_constraints_keys[] = {
    {"present", key_read_bool, offsetof(struct pki_basic_constraints, present), 0, 0, BY_RECIPE,
     "false: no such extension; true where the table is given"},
    {"ca", key_read_bool, offsetof(struct pki_basic_constraints, ca), 0, 0, BY_RECIPE,
     "cA"},
    {"pathlen", key_read_int, offsetof(struct pki_basic_constraints, pathlen), 0, INT32_MAX, BY_RECIPE,
     "pathLenConstraint; not given: none"},
    {"critical", key_read_bool, offsetof(struct pki_basic_constraints, critical), 0, 0, BY_RECIPE,
     "mark it critical"},
    {NULL, NULL, 0, 0, 0, NULL, NULL},
};

const struct key_spec pki_usages_keys[] = {
    {"present", key_read_bool, offsetof(struct pki_usages, present), 0, 0, BY_RECIPE,
     "false: no such extension; true where the table is given"},
    {"uses", pki_read_list, offsetof(struct pki_usages, uses), 0, 0, BY_RECIPE,
     "names; of extendedKeyUsage also dotted OIDs"},
    {"critical", key_read_bool, offsetof(struct pki_usages, critical), 0, 0, BY_RECIPE,
     "mark it critical"},
    {NULL, NULL, 0, 0, 0, NULL, NULL},
};

const struct key_spec pki_name_constraints_keys[] = {
    {"present", key_read_bool, offsetof(struct pki_name_constraints, present), 0, 0, BY_RECIPE,
     "false: no such extension; true where the table is given"},
    {"permitted", pki_read_list, offsetof(struct pki_name_constraints, permitted), 0, 0, BY_RECIPE,
     "names as in `san`; addresses as `ip:192.0.2.0/24`"},
    {"excluded", pki_read_list, offsetof(struct pki_name_constraints, excluded), 0, 0, BY_RECIPE,
     "as above"},
    {"critical", key_read_bool, offsetof(struct pki_name_constraints, critical), 0, 0, BY_RECIPE,
     "mark it critical"},
    {NULL, NULL, 0, 0, 0, NULL, NULL},
};

const struct key_spec pki_extension_keys[] = {
    {"oid", pki_read_word, offsetof(struct pki_raw_extension, oid), 0, 0, "none: it is needed",
     "a dotted number or a name that libcrypto knows"},
    {"critical", key_read_bool, offsetof(struct pki_raw_extension, critical), 0, 0, "false",
     "mark it critical"},
    {"der", pki_read_hex, offsetof(struct pki_raw_extension, der), 0, 0, "empty",
     "contents of its OCTET STRING"},
    {NULL, NULL, 0, 0, 0, NULL, NULL},
};
/* clang-format on */

enum assay_status pki_extension_read(const struct value *map, const char *path,
                                     struct pki_raw_extension *ret, struct assay_error *err)
{
    struct pki_raw_extension extension = {.der = PKI_TEXT("")};

    if (value_kind(map) != VALUE_MAP)
        return pki_refuse_kind(map, path, "a table", err);
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
    /* What a scenario says counts more than where a recipe would take it from. */
    if (value_get(description, "subject") != NULL && value_get(description, "subject_from") == NULL)
        spec.subject_from = (struct pki_text){.data = NULL};
    if (value_get(description, "subject_key_id") != NULL &&
        value_get(description, "subject_key_id_from") == NULL)
        spec.subject_key_id_from = (struct pki_text){.data = NULL};
    *ret = spec;
    if (ret_recipe != NULL)
        *ret_recipe = recipe;
    return ASSAY_OK;
}
