/* SPDX-License-Identifier: Apache-2.0 */
#include "mock_config.h"

#include "bench_files.h"
#include "json_value.h"
#include "mock/description.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CONFIG_MAX = 16 << 20 };

static enum assay_status read_json(const char *path, struct value **ret, struct assay_error *err)
{
    struct buf text;
    enum assay_status status = ASSAY_OK;

    buf_init(&text, CONFIG_MAX);
    status = bench_file_read(path, &text, err);
    if (status == ASSAY_OK)
        status = json_value_parse(path, buf_text(&text), text.len, ret, err);
    buf_done(&text);
    return status;
}

static enum assay_status read_name(const struct key_spec *spec, const struct value *value,
                                   const char *path, void *target, struct assay_error *err)
{
    const char *text = value_text(value);

    ASSAY_TRY(key_read_text(spec, value, path, target, err));
    if (text[0] != '\0' && text[strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789_-")] == '\0')
        return ASSAY_OK;
    return assay_error_set(err, ASSAY_ERR_MALFORMED,
                           "%s is \"%.40s\"; a name has lower case letters, digits, _ and -", path,
                           text);
}

static enum assay_status read_server(const struct key_spec *spec, const struct value *value,
                                     const char *path, void *target, struct assay_error *err)
{
    const struct value **given = target;

    (void)spec;
    if (value_kind(value) != VALUE_MAP && value_kind(value) != VALUE_TEXT)
        return assay_error_set(err, ASSAY_ERR_MALFORMED,
                               "%s is %s; it has to be a server description or the name of a file",
                               path, value_kind_name(value_kind(value)));
    *given = value;
    return ASSAY_OK;
}

#define AT(member) offsetof(struct mock_listener_config, member)

/* clang-format off */
const struct key_spec mock_listener_keys[] = {
    {"name", read_name, AT(name), 0, MOCK_NAME_TEXT, "the `service`",
     "what events and commands call it; no two have the same"},
    {"address", key_read_text, AT(address), 0, MOCK_ADDRESS_TEXT, "that of `--listen`",
     "numeric address to listen on"},
    {"port", key_read_int, AT(port), 0, UINT16_MAX, "0", "0: any free one; it is said when ready"},
    {"dns_port", key_read_int, AT(dns_port), -1, UINT16_MAX, "-1",
     "answer DNS, too, on this UDP port (0: any; -1: no)"},
    {"sntp_port", key_read_int, AT(sntp_port), -1, UINT16_MAX, "-1",
     "answer SNTP, too, on this UDP port (0: any; -1: no)"},
    {"server", read_server, AT(given), 0, 0, "{}",
     "a server description, or the name of a file with one, beside the configuration"},
    {NULL, NULL, 0, 0, 0, NULL, NULL},
};
/* clang-format on */

/* A file that is named in the configuration stands beside it. */
static enum assay_status read_beside(const char *config, const char *name, struct value **ret,
                                     struct assay_error *err)
{
    const char *slash = strrchr(config, '/');
    char path[PATH_MAX];
    int len = slash != NULL && name[0] != '/' ? (int)(slash + 1 - config) : 0;

    if (snprintf(path, sizeof(path), "%.*s%s", len, config, name) >= (int)sizeof(path))
        return assay_error_set(err, ASSAY_ERR_MALFORMED, "%s: the name is too long", name);
    return read_json(path, ret, err);
}

static enum assay_status take_server(const char *config, struct mock_listener_config *l,
                                     const char *path, struct assay_error *err)
{
    enum assay_status status = ASSAY_OK;

    if (value_kind(l->given) == VALUE_TEXT) {
        status = read_beside(config, value_text(l->given), &l->server, err);
        if (status != ASSAY_OK)
            return assay_error_prefix(err, status, "%s.server", path);
    } else {
        l->server = l->given != NULL ? value_copy(l->given) : value_new_map();
    }
    l->given = NULL;
    return l->server != NULL ? ASSAY_OK : assay_error_set(err, ASSAY_ERR_NOMEM, "out of memory");
}

/* Its name, where it has none: the service. A service that is none is refused elsewhere. */
static void name_it(struct mock_listener_config *l)
{
    const char *service = value_text(value_get(l->server, "service"));

    if (l->name[0] == '\0')
        snprintf(l->name, sizeof(l->name), "%s", service != NULL ? service : "mqtts");
}

static enum assay_status check_others(const struct mock_config *config, const char *path,
                                      struct assay_error *err)
{
    const struct mock_listener_config *last = &config->listeners[config->count - 1];

    for (const struct mock_listener_config *l = config->listeners; l < last; l++) {
        if (strcmp(l->name, last->name) == 0)
            return assay_error_set(err, ASSAY_ERR_MALFORMED,
                                   "%s: there is a listener \"%s\" already; give this one a name "
                                   "of its own",
                                   path, last->name);
        if (l->port == last->port && l->port != 0 && strcmp(l->address, last->address) == 0)
            return assay_error_set(err, ASSAY_ERR_MALFORMED,
                                   "%s.port: the listener \"%s\" has port %d already", path,
                                   l->name, (int)l->port);
    }
    return ASSAY_OK;
}

static enum assay_status add_listener(struct mock_config *config,
                                      const struct program_options *options,
                                      const struct value *table, struct assay_error *err)
{
    struct mock_listener_config *l = &config->listeners[config->count++];
    char path[32];

    snprintf(path, sizeof(path), "listeners.%zu", config->count);
    *l = (struct mock_listener_config){.dns_port = -1, .sntp_port = -1};
    snprintf(l->address, sizeof(l->address), "%s", options->listen);
    if (value_kind(table) != VALUE_MAP)
        return assay_error_set(err, ASSAY_ERR_MALFORMED, "%s has to be a table", path);
    ASSAY_TRY(keys_read(mock_listener_keys, table, path, l, err));
    ASSAY_TRY(take_server(options->config, l, path, err));
    name_it(l);
    return check_others(config, path, err);
}

static enum assay_status read_listeners(struct mock_config *config,
                                        const struct program_options *options,
                                        const struct value *tree, struct assay_error *err)
{
    const struct value *list = value_get(tree, "listeners");

    if (options->port != 0 || options->dns || options->sntp)
        return assay_error_set(err, ASSAY_ERR_MALFORMED,
                               "--port, --dns-port and --sntp-port are for a single description; "
                               "the listeners of this one have their own");
    if (value_count(tree) != 1 || value_kind(list) != VALUE_LIST)
        return assay_error_set(err, ASSAY_ERR_MALFORMED,
                               "a configuration has the list `listeners` and nothing else");
    if (value_count(list) == 0 || value_count(list) > MOCK_LISTENERS_MAX)
        return assay_error_set(err, ASSAY_ERR_MALFORMED,
                               "listeners has %zu members; it has to have 1 to %d",
                               value_count(list), MOCK_LISTENERS_MAX);
    for (size_t i = 0; i < value_count(list); i++)
        ASSAY_TRY(add_listener(config, options, value_at(list, i), err));
    return ASSAY_OK;
}

/* A single description is taken over. */
static void take_single(struct mock_config *config, const struct program_options *options,
                        struct value *description)
{
    struct mock_listener_config *l = &config->listeners[config->count++];

    *l =
        (struct mock_listener_config){.port = options->port,
                                      .dns_port = options->dns ? (int64_t)options->dns_port : -1,
                                      .sntp_port = options->sntp ? (int64_t)options->sntp_port : -1,
                                      .server = description};
    snprintf(l->address, sizeof(l->address), "%s", options->listen);
    name_it(l);
}

enum assay_status mock_config_load(const struct program_options *options, struct mock_config **ret,
                                   struct assay_error *err)
{
    struct mock_config *config = calloc(1, sizeof(*config));
    struct value *tree = NULL;
    enum assay_status status = ASSAY_OK;

    if (config != NULL && options->config != NULL)
        status = read_json(options->config, &tree, err);
    else if (config != NULL)
        tree = value_new_map();
    if (config == NULL || (status == ASSAY_OK && tree == NULL))
        status = assay_error_set(err, ASSAY_ERR_NOMEM, "out of memory");
    if (status == ASSAY_OK && value_get(tree, "listeners") != NULL) {
        status = read_listeners(config, options, tree, err);
        if (status != ASSAY_OK && err != NULL && strncmp(err->text, "--", 2) != 0)
            assay_error_prefix(err, status, "%s", options->config);
    } else if (status == ASSAY_OK) {
        take_single(config, options, tree);
        tree = NULL;
    }
    value_free(tree);
    if (status != ASSAY_OK) {
        mock_config_free(config);
        return status;
    }
    *ret = config;
    return ASSAY_OK;
}

void mock_config_free(struct mock_config *config)
{
    for (size_t i = 0; config != NULL && i < config->count; i++)
        value_free(config->listeners[i].server);
    free(config);
}
