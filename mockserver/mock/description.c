/* SPDX-License-Identifier: Apache-2.0 */
#include "mock/description.h"

#include "mock/faults.h"
#include "mock/mock.h"

#include "clock/scenario_clock.h"
#include "face/settings.h"

#include <stdlib.h>
#include <string.h>

const struct mock_service_row mock_services[MOCK_SERVICE_COUNT] = {
    [MOCK_SERVICE_MQTTS] = {"mqtts", true, MOCK_PROTOCOL_MQTT, 8883},
    [MOCK_SERVICE_MQTT] = {"mqtt", false, MOCK_PROTOCOL_MQTT, 1883},
    [MOCK_SERVICE_WSS] = {"wss", true, MOCK_PROTOCOL_MQTT_WEBSOCKET, 443},
    [MOCK_SERVICE_WS] = {"ws", false, MOCK_PROTOCOL_MQTT_WEBSOCKET, 80},
    [MOCK_SERVICE_HTTPS] = {"https", true, MOCK_PROTOCOL_HTTP, 443},
    [MOCK_SERVICE_HTTP] = {"http", false, MOCK_PROTOCOL_HTTP, 80},
    [MOCK_SERVICE_WWEP_TLS] = {"wwep-tls", true, MOCK_PROTOCOL_WWEP, 40508},
    [MOCK_SERVICE_WWEP] = {"wwep", false, MOCK_PROTOCOL_WWEP, 27708},
};

/* The port at which a board expects the service; false: there is no such face. */
static bool face_port(const struct value *face, unsigned *ret)
{
    struct face_settings *settings = NULL;

    if (face == NULL || face_settings_read(face, &settings, NULL) != ASSAY_OK)
        return false;
    *ret = (unsigned)settings->port;
    free(settings);
    return true;
}

unsigned mock_registered_port(const struct value *description)
{
    const char *service = value_text(value_get(description, "service"));
    unsigned port = 0;

    if (face_port(value_get(description, "face"), &port))
        return port;
    for (size_t i = 0; i < MOCK_SERVICE_COUNT; i++)
        if (strcmp(service != NULL ? service : mock_services[0].name, mock_services[i].name) == 0)
            return mock_services[i].port;
    return 0;
}

static enum assay_status read_service(const struct key_spec *spec, const struct value *value,
                                      const char *path, void *target, struct assay_error *err)
{
    const char *text = value_text(value);

    (void)spec;
    for (enum mock_service i = 0; text != NULL && i < MOCK_SERVICE_COUNT; i++) {
        if (strcmp(text, mock_services[i].name) == 0) {
            memcpy(target, &i, sizeof(i));
            return ASSAY_OK;
        }
    }
    return assay_error_set(err, ASSAY_ERR_MALFORMED,
                           "%s has to be \"mqtts\", \"mqtt\", \"wss\", \"ws\", \"https\", "
                           "\"http\", \"wwep-tls\" or \"wwep\"",
                           path);
}

static enum assay_status read_host(const struct key_spec *spec, const struct value *value,
                                   const char *path, void *target, struct assay_error *err)
{
    ASSAY_TRY(key_read_text(spec, value, path, target, err));
    if (value_text_len(value) == 0)
        return assay_error_set(err, ASSAY_ERR_MALFORMED,
                               "%s is empty; it has to be a name such as broker.bench.test", path);
    return ASSAY_OK;
}

static enum assay_status read_time(const struct key_spec *spec, const struct value *value,
                                   const char *path, void *target, struct assay_error *err)
{
    int64_t ignored = 0;

    ASSAY_TRY(key_read_text(spec, value, path, target, err));
    if (scenario_time_parse(value_text(value), 0, &ignored, err) != ASSAY_OK)
        return assay_error_prefix(err, ASSAY_ERR_MALFORMED, "%s", path);
    return ASSAY_OK;
}

static enum assay_status read_board_clock(const struct key_spec *spec, const struct value *value,
                                          const char *path, void *target, struct assay_error *err)
{
    static const char *const clocks[] = {"serial", "sntp", "none"};
    const char *text = value_text(value);

    for (size_t i = 0; text != NULL && i < sizeof(clocks) / sizeof(clocks[0]); i++)
        if (strcmp(text, clocks[i]) == 0)
            return key_read_text(spec, value, path, target, err);
    return assay_error_set(err, ASSAY_ERR_MALFORMED,
                           "%s has to be \"serial\", \"sntp\" or \"none\"", path);
}

static enum assay_status read_trust(const struct key_spec *spec, const struct value *value,
                                    const char *path, void *target, struct assay_error *err)
{
    static const char *const trusts[] = {"auto", "ecdsa", "rsa"};
    const char *text = value_text(value);

    for (size_t i = 0; text != NULL && i < sizeof(trusts) / sizeof(trusts[0]); i++)
        if (strcmp(text, trusts[i]) == 0)
            return key_read_text(spec, value, path, target, err);
    return assay_error_set(err, ASSAY_ERR_MALFORMED, "%s has to be \"auto\", \"ecdsa\" or \"rsa\"",
                           path);
}

static enum assay_status keep(const struct value *value, enum value_kind want, const char *path,
                              void *target, struct assay_error *err)
{
    if (value_kind(value) != want)
        return assay_error_set(err, ASSAY_ERR_MALFORMED, "%s is %s; it has to be %s", path,
                               value_kind_name(value_kind(value)), value_kind_name(want));
    memcpy(target, &value, sizeof(value));
    return ASSAY_OK;
}

static enum assay_status read_table(const struct key_spec *spec, const struct value *value,
                                    const char *path, void *target, struct assay_error *err)
{
    (void)spec;
    return keep(value, VALUE_MAP, path, target, err);
}

static enum assay_status read_list(const struct key_spec *spec, const struct value *value,
                                   const char *path, void *target, struct assay_error *err)
{
    (void)spec;
    return keep(value, VALUE_LIST, path, target, err);
}

/* A text or a table: its own room looks into it. */
static enum assay_status read_any(const struct key_spec *spec, const struct value *value,
                                  const char *path, void *target, struct assay_error *err)
{
    (void)spec;
    (void)path;
    (void)err;
    memcpy(target, &value, sizeof(value));
    return ASSAY_OK;
}

#define AT(member) offsetof(struct mock_settings, member)

/* clang-format off */
const struct key_spec mock_keys[] = {
    {"service", read_service, AT(service), 0, 0, "\"mqtts\"",
     "what is served: `mqtts`, a broker over TLS; `mqtt`, `wss`, `ws`; `https`, `http`; `wwep-tls`, `wwep`"},
    {"host", read_host, AT(host), 0, MOCK_HOST_TEXT, "\"broker.bench.test\"",
     "the name that boards connect to and verify"},
    {"time", read_time, AT(time), 0, MOCK_TIME_TEXT, "\"now\"",
     "scenario time, absolute or relative to the start of the run"},
    {"board_time", read_time, AT(board_time), 0, MOCK_TIME_TEXT, "`time`",
     "what the board's clock is told, absolute or relative to the start of the run"},
    {"board_clock", read_board_clock, AT(board_clock), 0, MOCK_TRUST_TEXT, "the board's own",
     "where a board that can be told gets its time: `serial`, `sntp` or `none`"},
    {"trust", read_trust, AT(trust), 0, MOCK_TRUST_TEXT, "\"auto\"",
     "which of the bench's roots the board is given: `auto` (its own kind of key), `ecdsa`, `rsa`"},
    {"chain", read_list, AT(chain), 0, 0, "{\"leaf\"}",
     "names of `certs`: what is sent, leaf first"},
    {"certs", read_table, AT(certs), 0, 0, "{leaf = {recipe = \"leaf\"}}",
     "certificates by name; laid over the default key by key"},
    {"identity", read_table, AT(identity), 0, 0, "none",
     "certificate description of the identity that the board is issued"},
    {"no_password", key_read_bool, AT(no_password), 0, 0, "false",
     "the board is told no user name and no password; its `identity` is all that it has"},
    {"session", read_table, AT(session), 0, 0, "none",
     "the session that the board is asked to keep: [scenario.md](scenario.md)"},
    {"tls", read_table, AT(tls), 0, 0, "{}", "versions, ciphers, client authentication"},
    {"mqtt", read_table, AT(mqtt), 0, 0, "{}", "how the broker answers"},
    {"http", read_table, AT(http), 0, 0, "{}", "how the web server answers"},
    {"websocket", read_table, AT(websocket), 0, 0, "{}", "how WebSockets of `wss` and `ws` are opened, and their frames"},
    {"second", read_table, AT(second), 0, 0, "none",
     "what stands beside the server: another host, or the broker without TLS, see below"},
    {"wwep", read_table, AT(wwep), 0, 0, "{}", "how the server of WICED's example protocol answers"},
    {"face", read_any, AT(face), 0, 0, "none",
     "the service that the broker passes for: `aws`, `google`, ..., or a table with its `name`"},
    {"visit", read_table, AT(visit), 0, 0, "{}", "what the bench does as the client of a board that is a server"},
    {"net", read_table, AT(net), 0, 0, "{}", "how the network misbehaves, see below"},
    {"dns", read_table, AT(dns), 0, 0, "{}", "how names are resolved"},
    {"sntp", read_table, AT(sntp), 0, 0, "{}", "what time is told over the network"},
    {"faults", read_list, AT(faults), 0, 0, "{}", "what goes wrong, a list of sentences, see below"},
    {"outages", read_table, AT(outages), 0, 0, "none",
     "when the server is gone for a while, see below"},
    {"later", read_list, AT(later), 0, 0, "{}",
     "what changes between two connections, a list of tables, see below"},
    {NULL, NULL, 0, 0, 0, NULL, NULL},
};
/* clang-format on */

/* {chain = {"leaf"}, certs = {leaf = {recipe = "leaf"}}} */
static struct value *new_defaults(void)
{
    struct value *description = value_new_map();
    struct value *chain = value_new_list();
    struct value *certs = value_new_map();
    struct value *leaf = value_new_map();
    enum assay_status status = value_add(chain, value_new_text("leaf"));

    if (status == ASSAY_OK)
        status = value_set(leaf, "recipe", value_new_text("leaf"));
    /* Ownership passes with each call, also where it fails. */
    if (status == ASSAY_OK)
        status = value_set(certs, "leaf", leaf);
    else
        value_free(leaf);
    if (status == ASSAY_OK)
        status = value_set(description, "certs", certs);
    else
        value_free(certs);
    if (status == ASSAY_OK)
        status = value_set(description, "chain", chain);
    else
        value_free(chain);
    if (status == ASSAY_OK)
        return description;
    value_free(description);
    return NULL;
}

/* What the face needs lies between the defaults and what is given. */
static enum assay_status lay_face(struct value *complete, const struct value *face,
                                  struct assay_error *err)
{
    struct face_settings *settings = NULL;
    enum assay_status status = ASSAY_OK;

    if (value_kind(face) == VALUE_NULL)
        return ASSAY_OK;
    ASSAY_TRY(face_settings_read(face, &settings, err));
    status = face_settings_lay(settings, complete);
    free(settings);
    return status == ASSAY_OK ? status : assay_error_set(err, status, "out of memory");
}

enum assay_status mock_description_complete(const struct value *description, struct value **ret,
                                            struct assay_error *err)
{
    struct value *complete = NULL;
    enum assay_status status = ASSAY_OK;

    if (value_kind(description) != VALUE_NULL && value_kind(description) != VALUE_MAP)
        return assay_error_set(err, ASSAY_ERR_MALFORMED,
                               "the server description is %s; it has to be a table",
                               value_kind_name(value_kind(description)));
    complete = new_defaults();
    if (complete == NULL ||
        (value_kind(description) == VALUE_MAP && value_merge(complete, description) != ASSAY_OK)) {
        value_free(complete);
        return assay_error_set(err, ASSAY_ERR_NOMEM, "out of memory");
    }
    status = mock_faults_apply(complete, value_get(complete, "faults"), "faults", err);
    if (status == ASSAY_OK)
        status = lay_face(complete, value_get(complete, "face"), err);
    if (status != ASSAY_OK) {
        value_free(complete);
        return status;
    }
    *ret = complete;
    return ASSAY_OK;
}

enum assay_status mock_settings_read(const struct value *description, struct mock_settings *ret,
                                     struct assay_error *err)
{
    struct mock_settings settings = {.host = "broker.bench.test", .time = "now", .trust = "auto"};

    ASSAY_TRY(keys_read(mock_keys, description, "", &settings, err));
    *ret = settings;
    return ASSAY_OK;
}

enum assay_status mock_times_of(const struct value *description, int64_t base_unix_s,
                                struct mock_times *ret, struct assay_error *err)
{
    struct mock_settings settings;
    struct mock_times times = {0};

    ASSAY_TRY(mock_settings_read(description, &settings, err));
    ASSAY_TRY(scenario_time_parse(settings.time, base_unix_s, &times.server_s, err));
    times.board_s = times.server_s;
    if (settings.board_time[0] != '\0')
        ASSAY_TRY(scenario_time_parse(settings.board_time, base_unix_s, &times.board_s, err));
    *ret = times;
    return ASSAY_OK;
}
