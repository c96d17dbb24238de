/* SPDX-License-Identifier: Apache-2.0 */
#include "description.h"

#include "near_miss.h"

#include <string.h>

struct kind_row {
    struct scenario_key_info info;
    enum value_kind kind;
};

static const struct kind_row needs[] = {
    {{"tls", "list of texts", "no", "any of these versions: \"1.2\", \"1.3\""}, VALUE_LIST},
    {{"key_types", "list of texts", "no", "any of these: \"ecdsa\", \"rsa\""}, VALUE_LIST},
    {{"mqtt", "list of texts", "no", "any of these versions: \"3.1.1\", \"5.0\""}, VALUE_LIST},
    {{"client_auth", "true", "no", "an identity of the board's own"}, VALUE_BOOL},
    {{"psk", "true", "no", "pre-shared keys"}, VALUE_BOOL},
    {{"alpn", "true", "no", "application-layer protocol negotiation"}, VALUE_BOOL},
    {{NULL, NULL, NULL, NULL}, VALUE_NULL},
};

static const struct kind_row description_keys[] = {
    {{"host", "text", "no",
      "the name that the board connects to and verifies; default broker.bench.test"},
     VALUE_TEXT},
    {{"time", "text", "no",
      "scenario time, relative to the run's (\"+1d\") or RFC 3339; default now"},
     VALUE_TEXT},
    {{"board_time", "text", "no", "what the board's clock is told; default: the same"}, VALUE_TEXT},
    {{"trust", "text", "no",
      "key type of the root that the board is given: auto, ecdsa or rsa; default auto"},
     VALUE_TEXT},
    {{"chain", "list of texts", "no",
      "names of certs that are sent, leaf first; default {\"leaf\"}"},
     VALUE_LIST},
    {{"certs", "table", "no",
      "name = certificate description; default {leaf = {recipe = \"leaf\"}}"},
     VALUE_MAP},
    {{"tls", "table", "no", "the TLS server"}, VALUE_MAP},
    {{"mqtt", "table", "no", "the MQTT broker"}, VALUE_MAP},
    {{"net", "table", "no", "delays, small pieces, stalls and resets"}, VALUE_MAP},
    {{"dns", "table", "no", "the name server"}, VALUE_MAP},
    {{"sntp", "table", "no", "the time server"}, VALUE_MAP},
    {{"identity", "table", "no",
      "certificate description of the identity that the board is issued"},
     VALUE_MAP},
    {{NULL, NULL, NULL, NULL}, VALUE_NULL},
};

const struct scenario_key_info *scenario_need_at(size_t index)
{
    return index < sizeof(needs) / sizeof(needs[0]) - 1 ? &needs[index].info : NULL;
}

const struct scenario_key_info *scenario_description_key_at(size_t index)
{
    return index < sizeof(description_keys) / sizeof(description_keys[0]) - 1
               ? &description_keys[index].info
               : NULL;
}

enum assay_status refuse_unknown_keys(const struct value *table, const char *where, key_list list,
                                      struct assay_error *err)
{
    for (size_t i = 0; i < value_count(table); i++) {
        const char *key = value_key_at(table, i);
        struct near_miss near = near_miss_of(key);
        bool known = false;

        for (size_t row = 0; list(row) != NULL && !known; row++) {
            known = strcmp(list(row)->name, key) == 0;
            near_miss_try(&near, list(row)->name);
        }
        if (!known && near.best != NULL)
            return assay_error_set(err, ASSAY_ERR_SCRIPT, "%sunknown key '%s'; did you mean '%s'?",
                                   where, key, near.best);
        if (!known)
            return assay_error_set(err, ASSAY_ERR_SCRIPT, "%sunknown key '%s'", where, key);
    }
    return ASSAY_OK;
}

static enum assay_status check_kinds(const struct value *table, const char *where,
                                     const struct kind_row *rows, struct assay_error *err)
{
    for (const struct kind_row *row = rows; row->info.name != NULL; row++) {
        const struct value *v = value_get(table, row->info.name);

        if (v != NULL && value_kind(v) != row->kind)
            return assay_error_set(err, ASSAY_ERR_SCRIPT, "%s%s: must be %s, not %s", where,
                                   row->info.name, value_kind_name(row->kind),
                                   value_kind_name(value_kind(v)));
    }
    return ASSAY_OK;
}

enum assay_status needs_check(const struct value *v, struct assay_error *err)
{
    if (value_kind(v) != VALUE_MAP)
        return assay_error_set(err, ASSAY_ERR_SCRIPT,
                               "needs: must be a table such as {tls = {\"1.2\"}}");
    ASSAY_TRY(refuse_unknown_keys(v, "needs: ", scenario_need_at, err));
    return check_kinds(v, "needs: ", needs, err);
}

/* A null is an instruction for laying one table over another, and nothing that a server can have.
 */
static enum assay_status refuse_nulls(const struct value *v, const char *name,
                                      struct assay_error *err)
{
    for (size_t i = 0; i < value_count(v); i++) {
        const struct value *child = value_at(v, i);
        const char *key = value_kind(v) == VALUE_MAP ? value_key_at(v, i) : name;

        if (value_kind(child) == VALUE_NULL)
            return assay_error_set(err, ASSAY_ERR_SCRIPT,
                                   "%s: null removes a key of the control's, and it has none here",
                                   key);
        ASSAY_TRY(refuse_nulls(child, key, err));
    }
    return ASSAY_OK;
}

enum assay_status description_check(const struct value *description, struct assay_error *err)
{
    ASSAY_TRY(refuse_unknown_keys(description, "description: ", scenario_description_key_at, err));
    ASSAY_TRY(check_kinds(description, "description: ", description_keys, err));
    return refuse_nulls(description, "description", err);
}

static struct value *list_of(const char *const *texts, size_t count)
{
    struct value *list = value_new_list();

    for (size_t i = 0; list != NULL && i < count; i++)
        if (value_add(list, value_new_text(texts[i])) != ASSAY_OK) {
            value_free(list);
            return NULL;
        }
    return list;
}

static struct value *default_certs(void)
{
    struct value *certs = value_new_map();
    struct value *leaf = value_new_map();

    if (certs == NULL || leaf == NULL ||
        value_set(leaf, "recipe", value_new_text("leaf")) != ASSAY_OK) {
        value_free(leaf);
        value_free(certs);
        return NULL;
    }
    if (value_set(certs, "leaf", leaf) != ASSAY_OK) {
        value_free(certs);
        return NULL;
    }
    return certs;
}

/* Sets `key` where it is missing; `child` is owned by the map or released. */
static enum assay_status fill(struct value *map, const char *key, struct value *child)
{
    if (value_get(map, key) == NULL)
        return value_set(map, key, child);
    value_free(child);
    return ASSAY_OK;
}

static enum assay_status fill_tls(struct value *description)
{
    static const char *const versions[] = {"1.2", "1.3"};
    struct value *tls = value_new_map();
    enum assay_status status = ASSAY_ERR_NOMEM;

    if (tls == NULL)
        return status;
    status = value_set(tls, "versions", list_of(versions, 2));
    if (status == ASSAY_OK && value_get(description, "tls") != NULL)
        status = value_merge(tls, value_get(description, "tls"));
    if (status != ASSAY_OK) {
        value_free(tls);
        return status;
    }
    return value_set(description, "tls", tls);
}

enum assay_status description_fill(struct value *description)
{
    static const char *const chain[] = {"leaf"};

    ASSAY_TRY(fill(description, "host", value_new_text("broker.bench.test")));
    ASSAY_TRY(fill(description, "time", value_new_text("now")));
    ASSAY_TRY(fill(description, "certs", default_certs()));
    ASSAY_TRY(fill(description, "chain", list_of(chain, 1)));
    return fill_tls(description);
}
