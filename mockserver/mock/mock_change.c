/* SPDX-License-Identifier: Apache-2.0 */
/* A running server goes on under another description. */
#include "mock_internal.h"

#include "base/deadline.h"
#include "base/event_kinds.h"
#include "behind.h"
#include "secured.h"

enum { PATHS_MAX = 64 }; /* in an event */

static bool is_same(const struct mock *a, const struct mock *b, const char *key)
{
    return value_equal(value_get(a->description, key), value_get(b->description, key));
}

enum assay_status mock_check_change(const struct mock *mock, const struct mock *prepared,
                                    struct assay_error *err)
{
    const struct mock_service_row *now = &mock_services[mock->settings.service];
    const struct mock_service_row *then = &mock_services[prepared->settings.service];

    if ((mock->face_settings == NULL) != (prepared->face_settings == NULL))
        return assay_error_set(err, ASSAY_ERR_UNSUPPORTED,
                               "face: a server keeps its face while it runs");
    if (!is_same(mock, prepared, "second"))
        return assay_error_set(err, ASSAY_ERR_UNSUPPORTED,
                               "second: a server keeps its second host while it runs");
    if (mock->face_settings != NULL)
        ASSAY_TRY(face_settings_check_change(mock->face_settings, prepared->face_settings, err));
    if (now->protocol == then->protocol)
        return behind_check_change(&mock->mqtt, &prepared->mqtt, err);
    return assay_error_set(err, ASSAY_ERR_UNSUPPORTED,
                           "service: \"%s\" cannot become \"%s\" while it runs, only gain or lose "
                           "TLS",
                           now->name, then->name);
}

bool mock_has_same_tls(const struct mock *a, const struct mock *b)
{
    return is_same(a, b, "certs") && is_same(a, b, "chain") && is_same(a, b, "tls");
}

static bool needs_new_tls(const struct mock *mock, const struct mock *prepared)
{
    return mock->tls == NULL || prepared->tls == NULL || !mock_has_same_tls(mock, prepared);
}

static void swap_tls(struct mock *mock, struct mock *prepared)
{
    struct secured_tls *old = mock->tls;

    mock->tls = prepared->tls;
    prepared->tls = old;
    if (mock->tls != NULL)
        secured_tls_watch(mock->tls, mock->clock, mock->sink);
    mock->mqtt_service.tls = mock->tls;
    mock->request_service.tls = mock->tls;
}

/* Everything that read_description() of mock.c has filled. */
static void swap_settings(struct mock *mock, struct mock *prepared)
{
    struct value *old = mock->description;

    mock->description = prepared->description;
    prepared->description = old;
    mock->settings = prepared->settings;
    if (mock->broker != NULL)
        broker_change_faults(mock->broker, prepared->mqtt.faults, prepared->mqtt.fault_count);
    if (mock->behind != NULL)
        behind_change_faults(mock->behind, prepared->mqtt.faults, prepared->mqtt.fault_count);
    mock->mqtt = prepared->mqtt;
    if (mock->face_settings != NULL)
        *mock->face_settings = *prepared->face_settings; /* the face looks there at each CONNECT */
    if (mock->face != NULL)
        face_changed(mock->face);
    mock->http = prepared->http;
    mock->websocket = prepared->websocket;
    mock_second_tell(mock);
    mock->wwep = prepared->wwep;
    mock->dns = prepared->dns;
    mock->sntp = prepared->sntp;
}

static void emit_changed(const struct mock *mock, const struct value *paths, const char *why)
{
    const char *texts[PATHS_MAX];
    struct event_builder e;
    size_t count = 0;

    for (size_t i = 0; i < value_count(paths) && count < PATHS_MAX; i++)
        texts[count++] = value_text(value_at(paths, i));
    event_begin(&e, mock->sink, "mock", EV_MOCK_CHANGED, 0);
    event_text(&e, "why", why);
    event_texts(&e, "paths", texts, count);
    event_emit(&e);
}

static void swap_later(struct mock *mock, struct mock *prepared)
{
    struct mock_later *old = mock->later;

    mock->later = prepared->later;
    prepared->later = old;
    if (mock->later != NULL && mock->net != NULL)
        mock_later_skip(mock->later, net_total_count(mock->net));
}

/* What the service has to say without being asked. */
static void wake(struct mock *mock)
{
    if (mock->mqtt_service.has_timer && mock->face != NULL)
        mqtt_service_wake(&mock->mqtt_service);
}

void mock_change(struct mock *mock, struct mock *prepared, bool is_renewed, const char *why)
{
    struct value *paths = NULL;
    enum assay_status status = value_diff(mock->description, prepared->description, &paths);

    if (is_renewed || needs_new_tls(mock, prepared))
        swap_tls(mock, prepared);
    swap_settings(mock, prepared);
    swap_later(mock, prepared);
    if (mock->net != NULL) {
        status = net_change_rules(mock->net, mock->settings.net, NULL); /* read_description() */
        (void)status;                                                   /* has read them */
        net_udp_delay(mock->net, mock->dns_port, (uint64_t)mock->dns.delay_ms);
    }
    mock->request_service.patience_ms = (uint64_t)mock->wwep.wait_ms;
    wake(mock);
    emit_changed(mock, paths, why);
    value_free(paths);
    mock_stop(prepared);
}

enum assay_status mock_close_connection(struct mock *mock, uint32_t id, const char *client_id,
                                        bool is_reset, uint32_t *ret_id, struct assay_error *err)
{
    bool is_mqtt = mock->broker != NULL;
    struct net_conn *conn = NULL;

    if (client_id == NULL)
        conn = net_conn_find(mock->net, id);
    else if (is_mqtt)
        conn = mqtt_service_find(&mock->mqtt_service, client_id);
    if (conn == NULL)
        return client_id != NULL
                   ? assay_error_set(err, ASSAY_ERR_NOT_FOUND,
                                     "close: no client \"%s\" is connected", client_id)
                   : assay_error_set(err, ASSAY_ERR_NOT_FOUND,
                                     "close: there is no open connection %u", (unsigned)id);
    *ret_id = net_conn_id(conn);
    if (is_reset)
        net_conn_reset(conn);
    else if (is_mqtt)
        mqtt_service_end(&mock->mqtt_service, conn);
    else
        net_conn_finish(conn);
    return ASSAY_OK;
}

const struct value *mock_description(const struct mock *mock)
{
    return mock->description;
}

void mock_set_clock(struct mock *mock, int64_t unix_ms, const char *why)
{
    const struct event_sink *sink = mock->sink;
    uint64_t now_ns =
        sink != NULL && sink->now_ns != NULL ? sink->now_ns(sink->ctx) : monotonic_ns();
    struct event_builder e;

    scenario_clock_set(mock->clock, unix_ms, now_ns);
    event_begin(&e, sink, "mock", EV_CLOCK_SET, 0);
    event_int(&e, "unix_s", unix_ms / 1000);
    event_text(&e, "reason", why);
    event_emit(&e);
    wake(mock);
}

enum assay_status mock_order(struct mock *mock, const char *sentence, struct assay_error *err)
{
    if (mock->face == NULL)
        return assay_error_set(err, ASSAY_ERR_UNSUPPORTED,
                               "order: the server passes for no service; give it a face");
    ASSAY_TRY(face_order(mock->face, sentence, err));
    wake(mock);
    return ASSAY_OK;
}

void mock_stop_listening(struct mock *mock)
{
    net_stop_listening(mock->net);
    if (mock->second != NULL)
        mock_stop_listening(mock->second);
}

void mock_end_connections(struct mock *mock)
{
    net_finish_all(mock->net);
    if (mock->second != NULL)
        mock_end_connections(mock->second);
}

void mock_when_empty(struct mock *mock, void (*on_empty)(void *ctx), void *ctx)
{
    net_when_empty(mock->net, on_empty, ctx);
    if (mock->second != NULL)
        mock_when_empty(mock->second, on_empty, ctx);
}
