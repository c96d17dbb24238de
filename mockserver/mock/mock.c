/* SPDX-License-Identifier: Apache-2.0 */
#include "mock/mock.h"

#include "base/deadline.h"
#include "dns/dns.h"
#include "mock/description.h"
#include "mqtt_service.h"
#include "request_service.h"
#include "sntp/sntp.h"

#include <stdlib.h>

struct mock {
    const struct event_sink *sink;      /* borrowed */
    const struct scenario_clock *clock; /* borrowed */
    struct value *description;          /* with the defaults */
    struct mock_settings settings;      /* borrows from it */
    struct mqtt_settings mqtt;
    struct dns_settings dns;
    struct sntp_settings sntp;
    struct pki_chain *chain; /* NULL: no TLS */
    struct tls_context *tls;
    struct broker *broker;
    struct mqtt_service mqtt_service;
    struct http_settings http;
    struct wwep_settings wwep;
    struct wwep_registers *registers;
    struct request_service request_service;
    struct net_service service;
    struct net *net;
    uv_loop_t *loop; /* borrowed; NULL: not open */
    unsigned port;
    unsigned dns_port;
    unsigned sntp_port;
    int64_t sntp_shift_ms;
};

static uint64_t now_ns(const struct mock *mock)
{
    const struct event_sink *sink = mock->sink;

    return sink != NULL && sink->now_ns != NULL ? sink->now_ns(sink->ctx) : monotonic_ns();
}

static int64_t now_s(void *ctx)
{
    const struct mock *mock = ctx;

    return scenario_clock_s(mock->clock, now_ns(mock));
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

/* Everything in the description is checked, also what is not served now. */
static enum assay_status read_description(struct mock *mock, const struct mock_options *options,
                                          struct assay_error *err)
{
    const char *told = options->told_address != NULL ? options->told_address : options->address;

    if (!options->dns)
        told = "127.0.0.1"; /* nobody is told; the address that is listened on may be IPv6 */
    ASSAY_TRY(mock_description_complete(options->description, &mock->description, err));
    ASSAY_TRY(mock_settings_read(mock->description, &mock->settings, err));
    ASSAY_TRY(mqtt_settings_read(mock->settings.mqtt, &mock->mqtt, err));
    ASSAY_TRY(http_settings_read(mock->settings.http, &mock->http, err));
    ASSAY_TRY(wwep_settings_read(mock->settings.wwep, &mock->wwep, err));
    ASSAY_TRY(dns_settings_read(mock->settings.dns, mock->settings.host, told, &mock->dns, err));
    return sntp_settings_read(mock->settings.sntp, &mock->sntp, err);
}

static enum assay_status prepare_tls(struct mock *mock, const struct mock_options *options,
                                     struct assay_error *err)
{
    struct tls_settings settings = {
        .description = mock->settings.tls,
        .store = options->store,
        .now_s = now_s,
        .now_ctx = mock,
        .library = options->library,
    };

    if (!mock_services[mock->settings.service].has_tls)
        return ASSAY_OK;
    ASSAY_TRY(pki_chain_make(options->store, mock->settings.certs, mock->settings.chain,
                             now_s(mock), &mock->chain, err));
    settings.chain = mock->chain;
    return tls_context_new(&settings, &mock->tls, err);
}

static enum assay_status listen_mqtt(struct mock *mock, const struct mock_options *options,
                                     struct assay_error *err)
{
    const struct mock_service_row *row = &mock_services[mock->settings.service];

    mock->broker = broker_new(&mock->mqtt, mock->sink);
    if (mock->broker == NULL)
        return assay_error_set(err, ASSAY_ERR_NOMEM, "out of memory");
    mock->mqtt_service =
        (struct mqtt_service){.sink = mock->sink,
                              .tls = mock->tls,
                              .broker = mock->broker,
                              .is_websocket = row->protocol == MOCK_PROTOCOL_MQTT_WEBSOCKET};
    mqtt_service_functions(row->name, &mock->service);
    mqtt_service_start(&mock->mqtt_service, options->loop);
    return net_listen_tcp(mock->net, &mock->service, &mock->mqtt_service, options->address,
                          options->port, mock->settings.net, &mock->port, err);
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
    ASSAY_TRY(net_listen_tcp(mock->net, &mock->service, &mock->request_service, options->address,
                             options->port, mock->settings.net, &mock->port, err));
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
    ASSAY_TRY(is_mqtt ? listen_mqtt(mock, options, err) : listen_requests(mock, options, err));
    if (options->dns) {
        ASSAY_TRY(net_listen_udp(mock->net, "dns", answer_dns, mock, options->address,
                                 options->dns_port, &mock->dns_port, err));
        net_udp_delay(mock->net, mock->dns_port, (uint64_t)mock->dns.delay_ms);
    }
    if (options->sntp)
        ASSAY_TRY(net_listen_udp(mock->net, "sntp", answer_sntp, mock, options->address,
                                 options->sntp_port, &mock->sntp_port, err));
    return ASSAY_OK;
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
    if (status == ASSAY_OK)
        status = prepare_tls(mock, options, err);
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
    mqtt_service_stop(&mock->mqtt_service);
    net_free(mock->net); /* the sessions go with it */
    if (mock->loop != NULL)
        uv_run(mock->loop, UV_RUN_NOWAIT); /* the timer's handle is let go */
    broker_free(mock->broker);
    wwep_registers_free(mock->registers);
    tls_context_free(mock->tls);
    pki_chain_free(mock->chain);
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

size_t mock_open_connections(const struct mock *mock)
{
    return net_open_count(mock->net);
}

size_t mock_total_connections(const struct mock *mock)
{
    return net_total_count(mock->net);
}
