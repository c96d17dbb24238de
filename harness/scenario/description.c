/* SPDX-License-Identifier: Apache-2.0 */
#include "description.h"

#include "scenario/keys.h"

#include <string.h>

/* Readers that only look: nothing is stored, the trees stay trees. */

static enum assay_status check_kind(enum value_kind kind, const struct value *value,
                                    const char *path, struct assay_error *err)
{
    if (value_kind(value) == kind)
        return ASSAY_OK;
    return assay_error_set(err, ASSAY_ERR_MALFORMED, "%s is %s; it has to be %s", path,
                           value_kind_name(value_kind(value)), value_kind_name(kind));
}

static enum assay_status check_text(const struct key_spec *spec, const struct value *value,
                                    const char *path, void *target, struct assay_error *err)
{
    (void)spec;
    (void)target;
    return check_kind(VALUE_TEXT, value, path, err);
}

static enum assay_status check_texts(const struct key_spec *spec, const struct value *value,
                                     const char *path, void *target, struct assay_error *err)
{
    ASSAY_TRY(check_kind(VALUE_LIST, value, path, err));
    for (size_t i = 0; i < value_count(value); i++)
        ASSAY_TRY(check_text(spec, value_at(value, i), path, target, err));
    return ASSAY_OK;
}

static enum assay_status check_table(const struct key_spec *spec, const struct value *value,
                                     const char *path, void *target, struct assay_error *err)
{
    (void)spec;
    (void)target;
    return check_kind(VALUE_MAP, value, path, err);
}

static enum assay_status check_true(const struct key_spec *spec, const struct value *value,
                                    const char *path, void *target, struct assay_error *err)
{
    (void)spec;
    (void)target;
    if (value_bool(value))
        return ASSAY_OK;
    return assay_error_set(err, ASSAY_ERR_MALFORMED, "%s has to be true, or left out", path);
}

/* clang-format off */
const struct key_spec scenario_needs_keys[] = {
    {"tls", check_texts, 0, 0, 0, "any", "list of versions, any of which: `1.2`, `1.3`"},
    {"key_types", check_texts, 0, 0, 0, "any", "list, any of which: `ecdsa`, `rsa`"},
    {"mqtt", check_texts, 0, 0, 0, "any", "list of versions, any of which: `3.1.1`, `5.0`"},
    {"client_auth", check_true, 0, 0, 0, "not needed", "`true`: an identity of the board's own"},
    {"psk", check_true, 0, 0, 0, "not needed", "`true`: pre-shared keys"},
    {"alpn", check_true, 0, 0, 0, "not needed", "`true`: protocol negotiation inside of TLS"},
    {NULL, NULL, 0, 0, 0, NULL, NULL},
};

const struct key_spec scenario_description_keys[] = {
    {"host", check_text, 0, 0, 0, "`broker.bench.test`",
     "the name that the board connects to and verifies"},
    {"time", check_text, 0, 0, 0, "`now`",
     "scenario time: RFC 3339, or relative to the run's (`+1d`)"},
    {"board_time", check_text, 0, 0, 0, "the same",
     "what the board's clock is told"},
    {"trust", check_text, 0, 0, 0, "`auto`",
     "which of the bench's roots the board is given: `auto` (its own kind of key), `ecdsa`, `rsa`"},
    {"chain", check_texts, 0, 0, 0, "`{\"leaf\"}`",
     "names of `certs` that are sent, leaf first"},
    {"certs", check_table, 0, 0, 0, "`{leaf = {recipe = \"leaf\"}}`",
     "table: name = certificate, see [certificates](certificates.md)"},
    {"tls", check_table, 0, 0, 0, "`{versions = {\"1.2\", \"1.3\"}}`",
     "table: the TLS server"},
    {"mqtt", check_table, 0, 0, 0, "a plain broker",
     "table: the MQTT broker"},
    {"net", check_table, 0, 0, 0, "a good network",
     "table: delays, small pieces, stalls and resets"},
    {"dns", check_table, 0, 0, 0, "answers with the bench's address",
     "table: the name server"},
    {"sntp", check_table, 0, 0, 0, "tells scenario time",
     "table: the time server"},
    {"identity", check_table, 0, 0, 0, "none",
     "table: certificate that the board is issued as its own"},
    {NULL, NULL, 0, 0, 0, NULL, NULL},
};
/* clang-format on */

enum assay_status needs_check(const struct value *needs, const char *path, struct assay_error *err)
{
    char nothing = 0;

    return keys_read(scenario_needs_keys, needs, path, &nothing, err);
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
            return assay_error_set(err, ASSAY_ERR_MALFORMED,
                                   "%s: null removes a key of the control's, and it has none here",
                                   key);
        ASSAY_TRY(refuse_nulls(child, key, err));
    }
    return ASSAY_OK;
}

enum assay_status description_check(const struct value *description, struct assay_error *err)
{
    char nothing = 0;

    ASSAY_TRY(keys_read(scenario_description_keys, description, "description", &nothing, err));
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
