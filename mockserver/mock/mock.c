/* SPDX-License-Identifier: Apache-2.0 */
#include "mock_internal.h"

#include "base/deadline.h"
#include "base/event_kinds.h"
#include "behind.h"
#include "net/net_rules.h"
#include "secured.h"

#include <stdlib.h>

static uint64_t now_ns(const struct mock *mock)
{
    const struct event_sink *sink = mock->sink;

    return sink != NULL && sink->now_ns != NULL ? sink->now_ns(sink->ctx) : monotonic_ns();
}

int64_t mock_now_s(const struct mock *mock)
{
    return scenario_clock_s(mock->clock, now_ns(mock));
}

static int64_t now_s(void *ctx)
{
    return mock_now_s(ctx);
}

static void answer_dns(void *ctx, const char *peer, const uint8_t *data, size_t len,
                       struct buf *reply)
{
    const struct mock *mock = ctx;
    enum assay_status status = dns_respond(&mock->dns, mock->sink, peer, data, len, reply);

    (void)status; /* a failure is an event */
}

static void answer_sntp(void *ctx, const char *peer, const uint8_t *data, size_t len,
                        struct buf *reply)
{
    const struct mock *mock = ctx;
    int64_t now_ms = scenario_clock_ms(mock->clock, now_ns(mock)) + mock->sntp_shift_ms;
    enum assay_status status =
        sntp_respond(&mock->sntp, mock->sink, peer, now_ms, data, len, reply);

    (void)status; /* a failure is an event */
}

/* What a face needs of its service. */
static enum assay_status check_face(const struct mock *mock, struct assay_error *err)
{
    const struct mock_service_row *row = &mock_services[mock->settings.service];

    if (row->protocol == MOCK_PROTOCOL_MQTT_WEBSOCKET)
        return ASSAY_OK;
    if (mock->face_settings->kind == FACE_AZURE && mock->face_settings->port == 443)
        return assay_error_set(err, ASSAY_ERR_MALFORMED,
                               "face.port: IoT Hub serves MQTT over WebSocket at port 443; service "
                               "has to be \"wss\", and is \"%s\"",
                               row->name);
    if (mock->face_settings->access_key[0] == '\0')
        return ASSAY_OK;
    return assay_error_set(
        err, ASSAY_ERR_MALFORMED,
        "face.access_key: requests for a WebSocket are signed; service has to be "
        "\"wss\", and is \"%s\"",
        row->name);
}

/* Everything in the description is checked, also what is not served now. */
static enum assay_status read_description(struct mock *mock, const struct mock_options *options,
                                          struct assay_error *err)
{
    const char *told = options->told_address != NULL ? options->told_address : options->address;
    struct net_rules rules;

    if (!options->dns)
        told = "127.0.0.1"; /* nobody is told; the address that is listened on may be IPv6 */
    ASSAY_TRY(mock_description_complete(options->description, &mock->description, err));
    ASSAY_TRY(mock_settings_read(mock->description, &mock->settings, err));
    ASSAY_TRY(net_rules_read(mock->settings.net, &rules, err));
    ASSAY_TRY(mqtt_settings_read(mock->settings.mqtt, &mock->mqtt, err));
    if (mock->settings.face != NULL) {
        ASSAY_TRY(face_settings_read(mock->settings.face, &mock->face_settings, err));
        ASSAY_TRY(check_face(mock, err));
        ASSAY_TRY(face_new(mock->face_settings, now_s, mock, &mock->face, err));
    }
    ASSAY_TRY(http_settings_read(mock->settings.http, &mock->http, err));
    ASSAY_TRY(websocket_settings_read(mock->settings.websocket, &mock->websocket, err));
    ASSAY_TRY(wwep_settings_read(mock->settings.wwep, &mock->wwep, err));
    ASSAY_TRY(dns_settings_read(mock->settings.dns, mock->settings.host, told, &mock->dns, err));
    return sntp_settings_read(mock->settings.sntp, &mock->sntp, err);
}

static enum assay_status prepare_tls(struct mock *mock, const struct mock_options *options,
                                     struct assay_error *err)
{
    struct secured_settings settings = {.store = options->store,
                                        .library = options->library,
                                        .clock = options->clock,
                                        .sink = options->sink};

    if (!mock_services[mock->settings.service].has_tls)
        return ASSAY_OK;
    if (options->like != NULL && options->like->tls != NULL &&
        mock_has_same_tls(mock, options->like)) {
        mock->tls = secured_tls_keep(options->like->tls);
        return ASSAY_OK;
    }
    settings.description = value_copy(mock->description);
    if (settings.description == NULL)
        return assay_error_set(err, ASSAY_ERR_NOMEM, "out of memory");
    return secured_tls_new(&settings, &mock->tls, err);
}

static void on_accept(void *ctx)
{
    mock_later_check(ctx);
}

static void *on_open(void *ctx, struct net_conn *conn)
{
    const struct mock *mock = ctx;

    return mock->open_service(mock->service_ctx, conn);
}

/* Listen with the service that is filled in; before each connection something may change. */
static enum assay_status listen_tcp(struct mock *mock, const struct mock_options *options,
                                    void *service_ctx, struct assay_error *err)
{
    mock->open_service = mock->service.on_open;
    mock->service_ctx = service_ctx;
    mock->service.on_open = on_open;
    mock->service.on_accept = on_accept;
    mock->service.role = mock->role;
    return net_listen_tcp(mock->net, &mock->service, mock, options->address, options->port,
                          mock->settings.net, &mock->port, err);
}

/* Ahead, because it takes some time to start; what boards say waits for it. */
static enum assay_status prepare_behind(struct mock *mock, struct assay_error *err)
{
    if (!mock->mqtt.is_relayed ||
        mock_services[mock->settings.service].protocol > MOCK_PROTOCOL_MQTT_WEBSOCKET)
        return ASSAY_OK;
    if (mock->face != NULL && !face_infos[mock->face_settings->kind].is_gate)
        return assay_error_set(
            err, ASSAY_ERR_UNSUPPORTED,
            "face: %s has topics of its own, which it serves in the bench's "
            "broker; leave mqtt.behind out (mosquitto and psk are the faces that "
            "can have a mosquitto behind them)",
            face_infos[mock->face_settings->kind].title);
    return behind_start(&mock->mqtt, mock->settings.mqtt, &mock->behind, err);
}

static enum assay_status listen_mqtt(struct mock *mock, const struct mock_options *options,
                                     struct assay_error *err)
{
    const struct mock_service_row *row = &mock_services[mock->settings.service];

    mock->broker = broker_new(&mock->mqtt, mock->sink);
    if (mock->broker == NULL)
        return assay_error_set(err, ASSAY_ERR_NOMEM, "out of memory");
    face_set_sink(mock->face, mock->sink);
    mock->mqtt_service = (struct mqtt_service){
        .sink = mock->sink,
        .write_bytes = (size_t)mock->mqtt.write_bytes,
        .tls = mock->tls,
        .broker = mock->broker,
        .faced = {.face = mock->face},
        .now_s = now_s,
        .now_ctx = mock,
        .websocket = row->protocol == MOCK_PROTOCOL_MQTT_WEBSOCKET ? &mock->websocket : NULL};
    if (mock->behind != NULL)
        ASSAY_TRY(
            behind_open(mock->behind, options->loop, mock->sink, &mqtt_service_behind_events, err));
    mock->mqtt_service.behind = mock->behind;
    mqtt_service_functions(row->name, &mock->service);
    mqtt_service_start(&mock->mqtt_service, options->loop);
    return listen_tcp(mock, options, &mock->mqtt_service, err);
}

static enum assay_status listen_requests(struct mock *mock, const struct mock_options *options,
                                         struct assay_error *err)
{
    const struct mock_service_row *row = &mock_services[mock->settings.service];
    bool is_http = row->protocol == MOCK_PROTOCOL_HTTP;

    mock->registers = wwep_registers_new(&mock->wwep);
    if (mock->registers == NULL)
        return assay_error_set(err, ASSAY_ERR_NOMEM, "out of memory");
    mock->request_service =
        (struct request_service){.protocol = is_http ? &request_http : &request_wwep,
                                 .name = row->name,
                                 .sink = mock->sink,
                                 .tls = mock->tls,
                                 .patience_ms = (uint64_t)mock->wwep.wait_ms,
                                 .http = &mock->http,
                                 .default_port = row->port,
                                 .now_s = now_s,
                                 .now_ctx = mock,
                                 .wwep = &mock->wwep,
                                 .registers = mock->registers};
    request_service_functions(row->name, &mock->service);
    ASSAY_TRY(listen_tcp(mock, options, &mock->request_service, err));
    mock->request_service.port = mock->port; /* what a Host without one has to mean */
    return ASSAY_OK;
}

static enum assay_status listen_all(struct mock *mock, const struct mock_options *options,
                                    struct assay_error *err)
{
    bool is_mqtt = mock_services[mock->settings.service].protocol <= MOCK_PROTOCOL_MQTT_WEBSOCKET;

    mock->net = net_new(options->loop, mock->sink);
    if (mock->net == NULL)
        return assay_error_set(err, ASSAY_ERR_NOMEM, "out of memory");
    mock->loop = options->loop;
    if (options->last_conn != NULL || mock->second != NULL)
        net_number_by(mock->net,
                      options->last_conn != NULL ? options->last_conn : &mock->last_conn);
    net_inherit(mock->net, options->heir_of != NULL ? options->heir_of->net : NULL);
    if (!options->alone)
        ASSAY_TRY(is_mqtt ? listen_mqtt(mock, options, err) : listen_requests(mock, options, err));
    if (options->dns) {
        ASSAY_TRY(net_listen_udp(mock->net, "dns", answer_dns, mock, options->address,
                                 options->dns_port, &mock->dns_port, err));
        net_udp_delay(mock->net, mock->dns_port, (uint64_t)mock->dns.delay_ms);
    }
    if (options->sntp)
        ASSAY_TRY(net_listen_udp(mock->net, "sntp", answer_sntp, mock, options->address,
                                 options->sntp_port, &mock->sntp_port, err));
    net_inherit(mock->net, NULL);
    return mock_outages_start(mock, err);
}

enum assay_status mock_prepare(const struct mock_options *options, struct mock **ret,
                               struct assay_error *err)
{
    struct mock *mock = calloc(1, sizeof(*mock));
    enum assay_status status = ASSAY_OK;

    if (mock == NULL)
        return assay_error_set(err, ASSAY_ERR_NOMEM, "out of memory");
    mock->sink = options->sink;
    mock->clock = options->clock;
    status = read_description(mock, options, err);
    if (status == ASSAY_OK && !options->alone)
        status = prepare_tls(mock, options, err);
    if (status == ASSAY_OK && !options->alone)
        status = prepare_behind(mock, err);
    if (status == ASSAY_OK)
        status = mock_second_prepare(mock, options, err);
    if (status == ASSAY_OK)
        status = mock_later_prepare(mock, options, err);
    if (status == ASSAY_OK)
        status = mock_outages_prepare(mock, options, err);
    if (status != ASSAY_OK) {
        mock_stop(mock);
        return status;
    }
    *ret = mock;
    return ASSAY_OK;
}

enum assay_status mock_open(struct mock *mock, const struct mock_options *options,
                            struct assay_error *err)
{
    mock->sink = options->sink;
    mock->clock = options->clock;
    mock->sntp_shift_ms = options->sntp_shift_ms;
    if (mock->tls != NULL)
        secured_tls_watch(mock->tls, mock->clock, mock->sink);
    ASSAY_TRY(mock_second_open(mock, options, err)); /* the first has to know its port */
    return listen_all(mock, options, err);
}

enum assay_status mock_start(const struct mock_options *options, struct mock **ret,
                             struct assay_error *err)
{
    struct mock *mock = NULL;
    enum assay_status status = mock_prepare(options, &mock, err);

    if (status == ASSAY_OK)
        status = mock_open(mock, options, err);
    if (status != ASSAY_OK) {
        mock_stop(mock);
        return status;
    }
    *ret = mock;
    return ASSAY_OK;
}

void mock_stop(struct mock *mock)
{
    if (mock == NULL)
        return;
    mock_stop(mock->second);
    mqtt_service_stop(&mock->mqtt_service);
    mock_outages_stop(mock->outages);
    net_free(mock->net); /* the sessions go with it */
    behind_stop(mock->behind);
    if (mock->loop != NULL)
        uv_run(mock->loop, UV_RUN_NOWAIT); /* the timer's handle is let go */
    broker_free(mock->broker);
    mock_outages_free(mock->outages);
    face_free(mock->face);
    free(mock->face_settings);
    wwep_registers_free(mock->registers);
    secured_tls_drop(mock->tls);
    mock_later_free(mock->later);
    value_free(mock->description);
    free(mock);
}

unsigned mock_port(const struct mock *mock)
{
    return mock->port;
}

unsigned mock_dns_port(const struct mock *mock)
{
    return mock->dns_port;
}

unsigned mock_sntp_port(const struct mock *mock)
{
    return mock->sntp_port;
}

const char *mock_failure(const struct mock *mock)
{
    return mock->behind != NULL ? behind_failure(mock->behind) : NULL;
}

size_t mock_open_connections(const struct mock *mock)
{
    return net_open_count(mock->net) +
           (mock->second != NULL ? net_open_count(mock->second->net) : 0);
}

size_t mock_total_connections(const struct mock *mock)
{
    return net_total_count(mock->net) +
           (mock->second != NULL ? net_total_count(mock->second->net) : 0);
}
