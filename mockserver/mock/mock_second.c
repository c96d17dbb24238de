/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A second server beside the first: `second` of a description. That of a server which answers with
 * redirects is another host, to which the first one's answers send boards (`location =
 * "https://{second}/"` of `http` or `websocket`); it has a name, a port and a chain of its own.
 * That of a broker is the same broker without TLS.
 */
#include "mock_internal.h"

#include <stdio.h>
#include <string.h>

static const char word[] = "{second}";
static const char default_host[] = "second.bench.test";

/* A description of its own reads it. */
static enum assay_status leave(const struct key_spec *spec, const struct value *value,
                               const char *path, void *target, struct assay_error *err)
{
    (void)spec;
    (void)value;
    (void)path;
    (void)target;
    (void)err;
    return ASSAY_OK;
}

/* clang-format off */
const struct key_spec mock_second_keys[] = {
    {"service", leave, 0, 0, 0, "\"https\"", "`https`, `http` without TLS; `wss`, `ws`"},
    {"host", leave, 0, 0, 0, "\"second.bench.test\"", "its name"},
    {"chain", leave, 0, 0, 0, "{\"leaf\"}", "names of its `certs`"},
    {"certs", leave, 0, 0, 0, "{leaf = {recipe = \"leaf\"}}",
     "certificates by name, of which none are the first server's"},
    {"tls", leave, 0, 0, 0, "{}", "as of the first server"},
    {"http", leave, 0, 0, 0, "{}", "how it answers"},
    {"websocket", leave, 0, 0, 0, "{}", "how it opens WebSockets"},
    {"net", leave, 0, 0, 0, "{}", "how its connections misbehave"},
    {NULL, NULL, 0, 0, 0, NULL, NULL},
};

const struct key_spec mock_plain_keys[] = {
    {"service", leave, 0, 0, 0, "\"mqtt\"", "`mqtt`, the only one"},
    {"mqtt", leave, 0, 0, 0, "{}", "how it answers"},
    {"net", leave, 0, 0, 0, "{}", "how its connections misbehave"},
    {NULL, NULL, 0, 0, 0, NULL, NULL},
};
/* clang-format on */

/* A broker over TLS; the same one without TLS may stand beside it. */
static bool is_broker(const char *service)
{
    return service == NULL || strcmp(service, mock_services[MOCK_SERVICE_MQTTS].name) == 0;
}

const char *mock_second_host(const struct value *description)
{
    const struct value *second = value_get(description, "second");
    const char *host = value_text(value_get(second, "host"));

    if (value_kind(second) != VALUE_MAP || is_broker(value_text(value_get(description, "service"))))
        return NULL;
    return host != NULL ? host : default_host;
}

/* What the second server is made from; the caller owns it. NULL: no memory. */
static struct value *describe(const struct value *second, const char *service, const char *host)
{
    const struct {
        const char *key, *text;
    } defaults[] = {{"service", service}, {"host", host}};
    struct value *made = value_copy(second);

    for (size_t i = 0; made != NULL && i < sizeof(defaults) / sizeof(defaults[0]); i++) {
        if (value_get(made, defaults[i].key) == NULL &&
            value_set(made, defaults[i].key, value_new_text(defaults[i].text)) != ASSAY_OK) {
            value_free(made);
            return NULL;
        }
    }
    return made;
}

static bool speaks_http(const struct mock *mock)
{
    enum mock_protocol protocol = mock_services[mock->settings.service].protocol;

    return protocol == MOCK_PROTOCOL_HTTP || protocol == MOCK_PROTOCOL_MQTT_WEBSOCKET;
}

static bool is_tls_broker(const struct mock *mock)
{
    return mock->settings.service == MOCK_SERVICE_MQTTS;
}

/* Where its answers send boards. */
static char *location_of(struct mock *mock, size_t *ret_size)
{
    bool is_web = mock_services[mock->settings.service].protocol == MOCK_PROTOCOL_HTTP;

    *ret_size = is_web ? sizeof(mock->http.location) : sizeof(mock->websocket.location);
    return is_web ? mock->http.location : mock->websocket.location;
}

static enum assay_status check(struct mock *mock, struct assay_error *err)
{
    size_t size = 0;
    const char *location = location_of(mock, &size);
    char nothing = 0;

    if (is_tls_broker(mock))
        return keys_read(mock_plain_keys, mock->settings.second, "second", &nothing, err);
    ASSAY_TRY(keys_read(mock_second_keys, mock->settings.second, "second", &nothing, err));
    if (!speaks_http(mock))
        return assay_error_set(err, ASSAY_ERR_MALFORMED,
                               "second: only a web server sends boards to another host, and only a "
                               "broker with TLS has one without it beside; service has to be "
                               "\"https\", \"http\", \"wss\", \"ws\" or \"mqtts\"");
    if (strlen(location) + MOCK_HOST_TEXT + sizeof(":65535") > size)
        return assay_error_set(err, ASSAY_ERR_MALFORMED,
                               "location is too long to take the name of the second host");
    return ASSAY_OK;
}

/* Is the second server what can stand beside the first? */
static enum assay_status check_second(const struct mock *mock, struct assay_error *err)
{
    if (is_tls_broker(mock))
        return mock->second->settings.service == MOCK_SERVICE_MQTT
                   ? ASSAY_OK
                   : assay_error_set(err, ASSAY_ERR_MALFORMED,
                                     "second.service has to be \"mqtt\" beside a broker");
    return speaks_http(mock->second)
               ? ASSAY_OK
               : assay_error_set(err, ASSAY_ERR_MALFORMED,
                                 "second.service has to be \"https\", \"http\", \"wss\" or \"ws\"");
}

enum assay_status mock_second_prepare(struct mock *mock, const struct mock_options *options,
                                      struct assay_error *err)
{
    struct mock_options of_second = *options;
    struct value *description = NULL;
    enum assay_status status = ASSAY_OK;

    if (mock->settings.second == NULL)
        return strstr(mock->http.location, word) == NULL &&
                       strstr(mock->websocket.location, word) == NULL
                   ? ASSAY_OK
                   : assay_error_set(err, ASSAY_ERR_MALFORMED,
                                     "location names %s, and there is no table `second`", word);
    ASSAY_TRY(check(mock, err));
    description = is_tls_broker(mock) ? describe(mock->settings.second, "mqtt", mock->settings.host)
                                      : describe(mock->settings.second, "https", default_host);
    if (description == NULL)
        return assay_error_set(err, ASSAY_ERR_NOMEM, "out of memory");
    of_second.description = description;
    of_second.dns = false;
    of_second.sntp = false;
    status = mock_prepare(&of_second, &mock->second, err);
    value_free(description);
    if (status != ASSAY_OK)
        return assay_error_prefix(err, status, "second");
    mock->second->role = is_tls_broker(mock) ? "plain" : "second";
    return check_second(mock, err);
}

/* At the port that boards may have in their firmware, where the first has its own. */
static unsigned wanted_port(const struct mock *mock, const struct mock_options *options)
{
    unsigned port = mock_services[MOCK_SERVICE_MQTTS].port;

    return is_tls_broker(mock) && options->port == port ? mock_services[MOCK_SERVICE_MQTT].port : 0;
}

enum assay_status mock_second_open(struct mock *mock, const struct mock_options *options,
                                   struct assay_error *err)
{
    struct mock_options of_second = *options;

    if (mock->second == NULL)
        return ASSAY_OK;
    of_second.dns = false;
    of_second.sntp = false;
    of_second.port = wanted_port(mock, options);
    of_second.heir_of = NULL;
    if (of_second.last_conn == NULL)
        of_second.last_conn = &mock->last_conn;
    ASSAY_TRY(mock_open(mock->second, &of_second, err));
    mock_second_tell(mock);
    return ASSAY_OK;
}

unsigned mock_plain_port(const struct mock *mock)
{
    return mock->second != NULL && is_tls_broker(mock) ? mock->second->port : 0;
}

void mock_second_tell(struct mock *mock)
{
    size_t size = 0;
    char *location = location_of(mock, &size);
    char *at = strstr(location, word);
    char rest[HTTP_TEXT];

    if (mock->second == NULL || at == NULL)
        return;
    snprintf(rest, sizeof(rest), "%s", at + sizeof(word) - 1);
    /* check() has found room for it */
    snprintf(at, size - (size_t)(at - location), "%s:%u%s", mock->second->settings.host,
             mock->second->port, rest);
}
