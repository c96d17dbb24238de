/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Texts in a certificate's description: the first byte chooses the key, the rest is its value. A
 * description is refused with its path, or gives a certificate.
 */
#include "pki/pki.h"

#include <openssl/err.h>

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum shape { PLAIN, LIST, PERMITTED, OID };

static const struct {
    const char *key;
    enum shape shape;
} keys[] = {
    {"subject", PLAIN},
    {"issuer_name", PLAIN},
    {"san", LIST},
    {"not_before", PLAIN},
    {"not_after_raw", PLAIN},
    {"tbs_algorithm", PLAIN},
    {"serial", PLAIN},
    {"der", PLAIN},
    {"signature", PLAIN},
    {"name_constraints", PERMITTED},
    {"extensions", OID},
    {"issuer", PLAIN},
    {"key_label", PLAIN},
    {"extended_key_usage", PERMITTED},
};

static void require(bool ok)
{
    if (!ok)
        abort();
}

static struct value *list_of(struct value *member)
{
    struct value *list = value_new_list();

    require(value_add(list, member) == ASSAY_OK);
    return list;
}

static struct value *map_of(const char *key, struct value *member)
{
    struct value *map = value_new_map();

    require(value_set(map, key, member) == ASSAY_OK);
    return map;
}

static struct value *shaped(size_t row, struct value *text)
{
    switch (keys[row].shape) {
    case PLAIN:
        return text;
    case LIST:
        return list_of(text);
    case PERMITTED:
        return map_of(strcmp(keys[row].key, "name_constraints") == 0 ? "permitted" : "uses",
                      list_of(text));
    case OID:
        return list_of(map_of("oid", text));
    }
    return text;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct pki_store *store; /* one for all inputs: keys are slow to make */
    struct pki_chain *chain = NULL;
    struct assay_error err = {.text = ""};

    if (store == NULL)
        store = pki_store_new();
    require(store != NULL);
    if (size > 0) {
        size_t row = data[0] % (sizeof(keys) / sizeof(keys[0]));
        struct value *value = shaped(row, value_new_bytes(data + 1, size - 1));
        struct value *certs = map_of("leaf", map_of(keys[row].key, value));
        enum assay_status status = pki_chain_make(store, certs, NULL, 1800000000, &chain, &err);
        size_t len = 0;

        require(status == ASSAY_OK || status == ASSAY_ERR_MALFORMED);
        require((status == ASSAY_OK) == (chain != NULL));
        if (status == ASSAY_OK)
            require(pki_chain_der(chain, 0, &len) != NULL || len == 0);
        else
            require(strncmp(err.text, "certs.leaf", 10) == 0);
        value_free(certs);
    }
    require(ERR_peek_error() == 0);
    pki_chain_free(chain);
    return 0;
}
