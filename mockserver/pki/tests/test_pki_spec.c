/* SPDX-License-Identifier: Apache-2.0 */
#include "pki_spec.h"

#include "pki_test_support.h"
#include "test_support.h"

#include <stdio.h>

static const struct {
    const char *json, *text;
} wrong[] = {
    {"{'certs': []}", "certs is a list; it has to be a table"},
    {"{'certs': {'leaf': []}}", "certs.leaf is a list; it has to be a table"},
    {"{'certs': {'leaf': 'x'}}", "certs.leaf is a text; it has to be a table"},
    {"{'certs': {'leaf': {'kye': 1}}}", "certs.leaf.kye: no such key; there are: recipe, issuer"},
    {"{'certs': {'leaf': {'recipe': 'x'}}}",
     "certs.leaf.recipe is \"x\"; there are: leaf, self-signed, intermediate"},
    {"{'certs': {'leaf': {'recipe': 'bench-root-rsa'}}}",
     "certs.leaf.recipe is \"bench-root-rsa\""},
    {"{'certs': {'leaf': {'recipe': 7}}}", "certs.leaf.recipe is an integer"},
    {"{'certs': {'leaf': {'key': 'rsa1'}}}",
     "certs.leaf.key is \"rsa1\"; there are: auto, p256, p384"},
    {"{'certs': {'leaf': {'key': 256}}}", "certs.leaf.key is an integer; it has to be a text"},
    {"{'certs': {'leaf': {'key_label': 'a b'}}}", "certs.leaf.key_label is \"a b\"; a label is"},
    {"{'certs': {'leaf': {'hash': 'sha3'}}}",
     "certs.leaf.hash is \"sha3\"; there are: sha256 sha384 sha512 sha1 md5"},
    {"{'certs': {'leaf': {'hash': 'sha256 sha384'}}}", "certs.leaf.hash is \"sha256 sha384\""},
    {"{'certs': {'leaf': {'hash': 'sha'}}}", "certs.leaf.hash is \"sha\""},
    {"{'certs': {'leaf': {'hash': ''}}}", "certs.leaf.hash is \"\""},
    {"{'certs': {'leaf': {'hash': 'md5'}}}", "certs.leaf.hash: the signer's p256 key makes no md5"},
    {"{'certs': {'leaf': {'pss': true}}}",
     "certs.leaf.pss: the signer's p256 key makes no PSS sha256"},
    {"{'certs': {'leaf': {'pss': 1}}}", "certs.leaf.pss is an integer; it has to be a boolean"},
    {"{'certs': {'leaf': {'issuer': 'x'}, 'y': {}}}",
     "certs.leaf.issuer is \"x\"; there are self, bench-root, client-ca (with -ecdsa or -rsa "
     "for a "
     "certain one), leaf, y"},
    {"{'certs': {'leaf': {'sign_key': 'x'}}}", "certs.leaf.sign_key is \"x\""},
    {"{'certs': {'leaf': {'public_key_from': 'x'}}}", "certs.leaf.public_key_from is \"x\""},
    {"{'certs': {'leaf': {'subject_from': 'x'}}}", "certs.leaf.subject_from is \"x\""},
    {"{'certs': {'leaf': {'subject_key_id_from': 'x'}}}",
     "certs.leaf.subject_key_id_from is \"x\""},
    {"{'certs': {'leaf': {'imitate_key': 'x'}}}", "certs.leaf.imitate_key is \"x\""},
    {"{'certs': {'leaf': {'issuer': 'a\\u0000b'}}}", "certs.leaf.issuer holds a NUL byte"},
    {"{'certs': {'leaf': {'subject': 'x'}}}", "certs.leaf.subject: \"x\" is no attribute"},
    {"{'certs': {'leaf': {'subject': 7}}}", "certs.leaf.subject is an integer"},
    {"{'certs': {'leaf': {'issuer_name': 'XX=x'}}}", "certs.leaf.issuer_name: no attribute \"XX\""},
    {"{'certs': {'leaf': {'san': 'dns:x'}}}",
     "certs.leaf.san is a text; it has to be a list of texts"},
    {"{'certs': {'leaf': {'san': ['dns:x', 7]}}}",
     "certs.leaf.san.2 is an integer; it has to be a text"},
    {"{'certs': {'leaf': {'san': ['dns:x', 'host']}}}", "certs.leaf.san.2: \"host\" is no name"},
    {"{'certs': {'leaf': {'san': ['ip:x']}}}", "certs.leaf.san.1: \"x\" is no address"},
    {"{'certs': {'leaf': {'not_before': 'soon'}}}", "certs.leaf.not_before: \"soon\" is no time"},
    {"{'certs': {'leaf': {'not_after': '+9000y'}}}",
     "certs.leaf.not_after: \"+9000y\" lies outside"},
    {"{'certs': {'leaf': {'not_after_raw': 'x'}}}",
     "certs.leaf.not_after_raw: \"x\" is no time as written"},
    {"{'certs': {'leaf': {'time_form': 'x'}}}",
     "certs.leaf.time_form is \"x\"; there are: auto utctime generalizedtime"},
    {"{'certs': {'leaf': {'serial': 'xyz'}}}", "certs.leaf.serial is no run of hexadecimal digits"},
    {"{'certs': {'leaf': {'serial': 7}}}",
     "certs.leaf.serial is an integer; it has to be a text of hex"},
    {"{'certs': {'leaf': {'version': 4294967297}}}",
     "certs.leaf.version is 4294967297; it has to be between"},
    {"{'certs': {'leaf': {'basic_constraints': true}}}",
     "certs.leaf.basic_constraints is a boolean; it has to be a table"},
    {"{'certs': {'leaf': {'basic_constraints': {'x': 1}}}}",
     "certs.leaf.basic_constraints.x: no such key; there are: present, ca, pathlen, critical"},
    {"{'certs': {'leaf': {'basic_constraints': {'pathlen': -1}}}}",
     "certs.leaf.basic_constraints.pathlen is -1; it has to be between 0 and"},
    {"{'certs': {'leaf': {'key_usage': {'uses': ['x']}}}}",
     "certs.leaf.key_usage.uses.1 is \"x\"; there are auto, digitalSignature"},
    {"{'certs': {'leaf': {'key_usage': {'uses': 'x'}}}}", "certs.leaf.key_usage.uses is a text"},
    {"{'certs': {'leaf': {'extended_key_usage': {'uses': ['any', 'x']}}}}",
     "certs.leaf.extended_key_usage.uses.2 is \"x\"; there are serverAuth"},
    {"{'certs': {'leaf': {'subject_key_id': 'x'}}}", "certs.leaf.subject_key_id is no run of"},
    {"{'certs': {'leaf': {'authority_key_id': 7}}}", "certs.leaf.authority_key_id is an integer"},
    {"{'certs': {'leaf': {'name_constraints': {'permitted': ['ip:1.2.3.4']}}}}",
     "certs.leaf.name_constraints.permitted.1: \"1.2.3.4\" is no network"},
    {"{'certs': {'leaf': {'extensions': {}}}}",
     "certs.leaf.extensions is a table; it has to be a list"},
    {"{'certs': {'leaf': {'extensions': [7]}}}",
     "certs.leaf.extensions.1 is an integer; it has to be a table"},
    {"{'certs': {'leaf': {'extensions': [{'der': ''}]}}}",
     "certs.leaf.extensions.1.oid is missing"},
    {"{'certs': {'leaf': {'extensions': [{'oid': 'x'}]}}}",
     "certs.leaf.extensions.1.oid is \"x\", which is no object identifier"},
    {"{'certs': {'leaf': {'extensions': [{'oid': '1.2.3', 'der': '0'}]}}}",
     "certs.leaf.extensions.1.der is no run of"},
    {"{'certs': {'leaf': {'extensions': [{'oid': '1.2.3', 'x': '0'}]}}}",
     "certs.leaf.extensions.1.x: no such key"},
    {"{'certs': {'leaf': {'padding': 1048577}}}", "certs.leaf.padding is 1048577"},
    {"{'certs': {'leaf': {'omit': ['x']}}}",
     "certs.leaf.omit.1 is \"x\"; there are: version serial"},
    {"{'certs': {'leaf': {'damage': ['truncated', 'x']}}}",
     "certs.leaf.damage.2 is \"x\"; there are: indef"},
    {"{'certs': {'leaf': {'signature': 'x'}}}", "certs.leaf.signature is no run of"},
    {"{'certs': {'leaf': {'forge': 'x'}}}", "certs.leaf.forge is \"x\"; there are: ecdsa-zero"},
    {"{'certs': {'leaf': {'forge': 'rsa-e3'}}}",
     "certs.leaf.forge: rsa-e3 takes a signer with the key rsa2048-e3"},
    {"{'certs': {'leaf': {'issuer': 'ca', 'forge': 'ecdsa-zero'},"
     " 'ca': {'recipe': 'intermediate', 'key': 'rsa1024'}}}",
     "certs.leaf.forge: ecdsa-zero takes a signer with an EC key"},
    {"{'certs': {'leaf': {'issuer': 'ca', 'forge': 'ecdsa-negative'},"
     " 'ca': {'recipe': 'intermediate', 'key': 'p521'}}}",
     "certs.leaf.forge: ecdsa-negative takes a signer with a p256 or p384 key"},
    {"{'certs': {'leaf': {'imitate_key': 'r'}, 'r': {'key': 'rsa1024'}}}",
     "certs.leaf.imitate_key: only an EC key can be imitated, and this is a rsa1024 key"},
    {"{'certs': {'leaf': {'truncate_signature': 100}}}",
     "certs.leaf.truncate_signature is 100; this signature has"},
    {"{'certs': {'leaf': {'flip_signature_bit': 4000}}}",
     "certs.leaf.flip_signature_bit is 4000; this signature has"},
    {"{'certs': {'leaf': {'flip_signature_bit': -1}}}",
     "certs.leaf.flip_signature_bit is -1; it has to be between"},
    {"{'certs': {'leaf': {'mutate_seed': -1}}}", "certs.leaf.mutate_seed is -1"},
    {"{'certs': {'leaf': {'mutate_count': 0}}}", "certs.leaf.mutate_count is 0"},
    {"{'certs': {'leaf': {'mutate_where': 'x'}}}",
     "certs.leaf.mutate_where is \"x\"; there are: certificate tbs"},
    {"{'certs': {'leaf': {'tbs_algorithm': 'x'}}}", "certs.leaf.tbs_algorithm is \"x\""},
    {"{'certs': {'leaf': {'outer_algorithm': ''}}}", "certs.leaf.outer_algorithm is \"\""},
    {"{'certs': {'leaf': {'der': 'f'}}}", "certs.leaf.der is no run of"},
    {"{'certs': {'leaf': {'subject_from': 'a'}, 'a': {'subject_from': 'leaf'}}}",
     "certs.leaf.subject_from leads in a circle"},
    {"{'certs': {'leaf': {'subject_key_id_from': 'leaf'}}}",
     "certs.leaf.subject_key_id_from leads in a circle"},
    {"{'certs': {'leaf': {'imitate_key': 'self'}}}", "certs.leaf.imitate_key leads in a circle"},
    {"{'certs': {'leaf': {}, 'bad': {'key': 'x'}}}", "certs.bad.key is \"x\""},
    {"{'certs': {'leaf': {}, 'bench-root': {}}}", "certs.bench-root: that name is taken"},
    {"{'certs': {'leaf': {}, 'client-ca-rsa': {}}}", "certs.client-ca-rsa: that name is taken"},
    {"{'certs': {'leaf': {}, 'self': {}}}", "certs.self: that name is taken"},
    {"{'certs': {'leaf': {}, 'a b': {}}}", "certs.a b: a name is 1 to 64 letters"},
    {"{'certs': {'leaf': {}}, 'chain': 'leaf'}", "chain is a text; it has to be a list of names"},
    {"{'certs': {'leaf': {}}, 'chain': ['leaf', 'x']}", "chain.2 is \"x\", which is neither"},
    {"{'certs': {'leaf': {}}, 'chain': [7]}", "chain.1 is \"no text\""},
    {"{'certs': {'a': {}}, 'chain': []}", "chain is empty and certs has no \"leaf\""},
};

static void every_wrong_value_is_refused_with_its_path(void)
{
    struct pki_store *store = pki_store_new();

    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        struct assay_error err = refusal_of(store, wrong[i].json);

        CHECK_INT_EQ(err.status, ASSAY_ERR_MALFORMED);
        test_check(strncmp(err.text, wrong[i].text, strlen(wrong[i].text)) == 0, __FILE__, __LINE__,
                   "%s: \"%s\" does not begin with \"%s\"", wrong[i].json, err.text, wrong[i].text);
    }
    pki_store_free(store);
}

/* A value of each kind at each key: whatever is taken mints, whatever is not names the key. */
static void every_key_takes_or_refuses_every_kind(void)
{
    static const char *const values[] = {
        "null", "true", "7", "-9223372036854775808", "''", "'x'", "'\\u0000'", "'00'", "[]", "[[]]",
        "['']", "[{}]", "{}"};
    struct pki_store *store = pki_store_new();

    for (const struct key_spec *key = pki_keys; key->name != NULL; key++)
        for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
            char json[200];
            struct assay_error err = {0};
            struct pki_chain *chain = NULL;

            snprintf(json, sizeof(json), "{'leaf': {'%s': %s}}", key->name, values[i]);
            struct value *certs = tree(json);
            enum assay_status status = pki_chain_make(store, certs, NULL, NOW_S, &chain, &err);
            snprintf(json, sizeof(json), "certs.leaf.%s", key->name);
            if (status != ASSAY_OK)
                test_check(status == ASSAY_ERR_MALFORMED && strstr(err.text, json) == err.text,
                           __FILE__, __LINE__, "%s %s: %s", json, values[i], err.text);
            else
                CHECK_UINT_EQ(pki_chain_count(chain), 1);
            pki_chain_free(chain);
            value_free(certs);
        }
    pki_store_free(store);
}

static void every_key_says_what_it_is_for(void)
{
    const struct key_spec *const tables[] = {pki_keys, pki_basic_constraints_keys, pki_usages_keys,
                                             pki_name_constraints_keys, pki_extension_keys};

    for (size_t t = 0; t < sizeof(tables) / sizeof(tables[0]); t++)
        for (const struct key_spec *key = tables[t]; key->name != NULL; key++) {
            CHECK(key->help != NULL && key->help[0] != '\0');
            CHECK(key->read != NULL);
        }
}

TEST_SUITE(pki_spec, TEST(every_wrong_value_is_refused_with_its_path),
           TEST(every_key_takes_or_refuses_every_kind), TEST(every_key_says_what_it_is_for));
