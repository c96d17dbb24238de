/* SPDX-License-Identifier: Apache-2.0 */
#include "description.h"

#include "scenario/keys.h"
#include "scenario/session.h"

#include <stdio.h>
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

static enum assay_status check_tables(const struct key_spec *spec, const struct value *value,
                                      const char *path, void *target, struct assay_error *err)
{
    ASSAY_TRY(check_kind(VALUE_LIST, value, path, err));
    for (size_t i = 0; i < value_count(value); i++)
        ASSAY_TRY(check_table(spec, value_at(value, i), path, target, err));
    return ASSAY_OK;
}

/* The name of a face, or a table. */
static enum assay_status check_face(const struct key_spec *spec, const struct value *value,
                                    const char *path, void *target, struct assay_error *err)
{
    (void)spec;
    (void)target;
    return value_kind(value) == VALUE_MAP ? ASSAY_OK : check_kind(VALUE_TEXT, value, path, err);
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
    {"ocsp", check_true, 0, 0, 0, "not needed", "`true`: asks for stapled OCSP responses"},
    {"session", check_true, 0, 0, 0, "not needed",
     "`true`: keeps its connection: subscribes, keeps it alive, and comes back by itself"},
    {"redirects", check_true, 0, 0, 0, "not needed",
     "`true`: follows the redirects of web servers"},
    {"isolated", check_true, 0, 0, 0, "not needed",
     "`true`: a network of the board's own, with the registered ports and every address"},
    {"identity", check_true, 0, 0, 0, "not needed",
     "`true`: the bench knows the certificate of a board that is a server: it issued it, or was told"},
    {"service", check_texts, 0, 0, 0, "any",
     "list of what board files say that boards are clients or servers of, any of which: `wwep-tls`"},
    {"cloud", check_texts, 0, 0, 0, "any",
     "list of clouds, any of which: `aws`; the board speaks the protocols of its services"},
    {"clock", check_texts, 0, 0, 0, "any",
     "list of the clocks of board files, any of which: `none`, `serial`, `sntp`, `host`"},
    {"driver", check_texts, 0, 0, 0, "any", "list of drivers, any of which: `virtual`, `process`"},
    {NULL, NULL, 0, 0, 0, NULL, NULL},
};

/* docs/formats/server-description.md says what they mean. */
const struct key_spec scenario_description_keys[] = {
    {"service", check_text, 0, 0, 0, NULL, NULL},
    {"host", check_text, 0, 0, 0, NULL, NULL},
    {"time", check_text, 0, 0, 0, NULL, NULL},
    {"board_time", check_text, 0, 0, 0, NULL, NULL},
    {"board_clock", check_text, 0, 0, 0, NULL, NULL},
    {"trust", check_text, 0, 0, 0, NULL, NULL},
    {"chain", check_texts, 0, 0, 0, NULL, NULL},
    {"certs", check_table, 0, 0, 0, NULL, NULL},
    {"tls", check_table, 0, 0, 0, NULL, NULL},
    {"mqtt", check_table, 0, 0, 0, NULL, NULL},
    {"http", check_table, 0, 0, 0, NULL, NULL},
    {"websocket", check_table, 0, 0, 0, NULL, NULL},
    {"second", check_table, 0, 0, 0, NULL, NULL},
    {"wwep", check_table, 0, 0, 0, NULL, NULL},
    {"face", check_face, 0, 0, 0, NULL, NULL},
    {"net", check_table, 0, 0, 0, NULL, NULL},
    {"dns", check_table, 0, 0, 0, NULL, NULL},
    {"sntp", check_table, 0, 0, 0, NULL, NULL},
    {"identity", check_table, 0, 0, 0, NULL, NULL},
    {"visit", check_table, 0, 0, 0, NULL, NULL},
    {"faults", check_texts, 0, 0, 0, NULL, NULL},
    {"outages", check_table, 0, 0, 0, NULL, NULL},
    {"later", check_tables, 0, 0, 0, NULL, NULL},
    {"no_password", check_true, 0, 0, 0, NULL, NULL},
    {"session", check_table, 0, 0, 0, NULL, NULL},
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
    struct scenario_session session;
    bool has_session = false;

    ASSAY_TRY(keys_read(scenario_description_keys, description, "description", &nothing, err));
    ASSAY_TRY(scenario_session_read(description, &session, &has_session, err));
    return refuse_nulls(description, "description", err);
}

/* Where a script says nothing it means this. */
static const struct {
    const char *path; /* through maps that are made on the way */
    const char *texts[3];
    bool list;
} defaults[] = {
    {"service", {"mqtts"}, false},
    {"host", {"broker.bench.test"}, false},
    {"time", {"now"}, false},
    {"trust", {"auto"}, false},
    {"chain", {"leaf"}, true},
    {"certs.leaf.recipe", {"leaf"}, false},
    {"tls.versions", {"1.2", "1.3"}, true},
};

static struct value *new_default(const char *const *texts, bool list)
{
    struct value *made = list ? value_new_list() : value_new_text(texts[0]);

    for (size_t i = 0; list && made != NULL && texts[i] != NULL; i++)
        if (value_add(made, value_new_text(texts[i])) != ASSAY_OK) {
            value_free(made);
            return NULL;
        }
    return made;
}

/* {a = {b = child}} for "a.b"; takes the child over. */
static struct value *wrap(const char *path, struct value *child)
{
    const char *dot = strrchr(path, '.');
    struct value *map = value_new_map();
    char above[64];

    if (map == NULL || value_set(map, dot != NULL ? dot + 1 : path, child) != ASSAY_OK) {
        value_free(map == NULL ? child : map);
        return NULL;
    }
    if (dot == NULL)
        return map;
    snprintf(above, sizeof(above), "%.*s", (int)(dot - path), path);
    return wrap(above, map);
}

enum assay_status description_fill(struct value **description)
{
    struct value *filled = value_new_map();
    enum assay_status status = filled != NULL ? ASSAY_OK : ASSAY_ERR_NOMEM;

    for (size_t i = 0; i < sizeof(defaults) / sizeof(defaults[0]) && status == ASSAY_OK; i++) {
        struct value *row =
            wrap(defaults[i].path, new_default(defaults[i].texts, defaults[i].list));

        status = row != NULL ? value_merge(filled, row) : ASSAY_ERR_NOMEM;
        value_free(row);
    }
    if (status == ASSAY_OK)
        status = value_merge(filled, *description);
    if (status != ASSAY_OK) {
        value_free(filled);
        return status;
    }
    value_free(*description);
    *description = filled;
    return ASSAY_OK;
}
