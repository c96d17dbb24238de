/* SPDX-License-Identifier: Apache-2.0 */
/* The order of the visits. See prober/prober.h. */
#include "prober_internal.h"

#include "base/deadline.h"
#include "base/event_kinds.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- who visits ---- */

static int64_t now_s(void *ctx)
{
    return scenario_clock_s(ctx, monotonic_ns());
}

static const struct {
    const char *name;
    enum prober_protocol protocol;
    bool has_tls;
} services[] = {
    {"wwep-tls", PROBER_WWEP, true},
    {"wwep", PROBER_WWEP, false},
    {"https", PROBER_HTTP, true},
    {"http", PROBER_HTTP, false},
};

static enum assay_status set_service(struct prober_party *party, const struct value *description,
                                     bool *ret_has_tls, struct assay_error *err)
{
    const char *service = value_text(value_get(description, "service"));

    for (size_t i = 0; i < sizeof(services) / sizeof(services[0]); i++) {
        if (service == NULL || strcmp(services[i].name, service) != 0)
            continue;
        party->service = prober_visit_service;
        party->service.name = services[i].name;
        party->protocol = services[i].protocol;
        *ret_has_tls = services[i].has_tls;
        return ASSAY_OK;
    }
    return assay_error_set(err, ASSAY_ERR_MALFORMED,
                           "service: a board that is a server serves wwep-tls, wwep, https or "
                           "http, not \"%s\"",
                           service != NULL ? service : "");
}

static enum assay_status make_tls(const struct prober *prober, struct prober_party *party,
                                  const struct value *description, struct assay_error *err)
{
    const struct tls_settings settings = {.description = value_get(description, "tls"),
                                          .chain = party->chain,
                                          .store = prober->options.store,
                                          .now_s = now_s,
                                          .now_ctx = prober->options.clock};
    struct buf root;
    enum assay_status status = ASSAY_OK;

    buf_init(&root, 64 * 1024);
    if (prober->options.root == NULL)
        status = pki_store_root(prober->options.store, "auto", &root, err);
    else if (prober->options.root->len > 0)
        status = buf_add(&root, prober->options.root->data, prober->options.root->len);
    if (status == ASSAY_OK)
        status = tls_client_context_new(&settings, party->host, root.len > 0 ? root.data : NULL,
                                        root.len, &party->context, err);
    buf_done(&root);
    return status;
}

static enum assay_status make_party(const struct prober *prober, struct prober_party *party,
                                    const struct value *description, struct assay_error *err)
{
    const char *host = value_text(value_get(description, "host"));
    bool has_tls = false;

    party->host = host != NULL ? host : "";
    ASSAY_TRY(set_service(party, description, &has_tls, err));
    ASSAY_TRY(prober_settings_read(value_get(description, "visit"), &party->settings, err));
    ASSAY_TRY(net_rules_read(value_get(description, "net"), &party->rules, err));
    if (!has_tls)
        return ASSAY_OK;
    ASSAY_TRY(pki_chain_make(
        prober->options.store, value_get(description, "certs"), value_get(description, "chain"),
        scenario_clock_s(prober->options.clock, monotonic_ns()), &party->chain, err));
    return make_tls(prober, party, description, err);
}

/* ---- timers ---- */

static void on_limit(uv_timer_t *timer)
{
    struct prober *prober = timer->data;

    if (prober->current != NULL)
        prober_visit_give_up(prober->current);
}

static void on_chunk(uv_timer_t *timer)
{
    struct prober *prober = timer->data;

    if (prober->current != NULL)
        prober_visit_go_on(prober->current);
}

void prober_wait_for_chunk(struct prober *prober, uint64_t ms)
{
    uv_update_time(prober->options.loop);
    uv_timer_start(&prober->chunk, on_chunk, ms, 0);
}

void prober_wait(struct prober *prober, uint64_t ms)
{
    uv_update_time(prober->options.loop);
    uv_timer_start(&prober->limit, on_limit, ms, 0);
}

static void on_timer_closed(uv_handle_t *handle)
{
    ((struct prober *)handle->data)->timers--;
}

static enum assay_status open_timers(struct prober *prober)
{
    uv_timer_t *timers[] = {&prober->limit, &prober->chunk};

    for (size_t i = 0; i < 2; i++) {
        if (uv_timer_init(prober->options.loop, timers[i]) != 0)
            return ASSAY_ERR_IO;
        timers[i]->data = prober;
        prober->timers++;
    }
    return ASSAY_OK;
}

/* ---- the order ---- */

static void finish(struct prober *prober)
{
    if (prober->is_done || prober->is_closing)
        return;
    prober->is_done = true;
    uv_timer_stop(&prober->limit);
    prober->options.done(prober->options.ctx);
}

/* A visit that could not even begin, for want of memory or of an address, ends the round. */
static void visit(struct prober *prober, enum prober_purpose purpose)
{
    const struct prober_party *party = &prober->parties[purpose == PROBER_FOR_STILL ? 1 : 0];
    struct prober_visit *made = NULL;
    struct assay_error err = {.text = ""};
    struct event_builder e;

    if (prober_visit_new(prober, party, purpose, party->settings.opening, &made, &err) !=
        ASSAY_OK) {
        event_begin(&e, prober->options.sink, "prober", EV_SERVICE_ERROR, 0);
        event_text(&e, "service", party->service.name);
        event_text(&e, "text", err.text);
        event_emit(&e);
        finish(prober);
        return;
    }
    prober->current = made;
    uv_update_time(prober->options.loop);
    uv_timer_start(&prober->limit, on_limit, (uint64_t)party->settings.wait_ms, 0);
}

static unsigned requests_of(const struct prober *prober, enum prober_purpose purpose)
{
    const struct prober_party *party = &prober->parties[purpose == PROBER_FOR_STILL ? 1 : 0];

    return prober_request_count(party->protocol, party->settings.request);
}

void prober_next(struct prober *prober)
{
    if (prober->is_closing || prober->is_done || prober->current != NULL)
        return;
    if (prober->at == PROBER_FOR_COMPANY) {
        uv_update_time(prober->options.loop);
        uv_timer_start(&prober->limit, on_limit, (uint64_t)prober->parties[0].settings.wait_ms, 0);
        if (prober_company_next(prober))
            return;
        prober->at = PROBER_FOR_CASE;
    }
    if (prober->at == PROBER_FOR_CASE && prober->nth >= requests_of(prober, PROBER_FOR_CASE)) {
        prober_company_leave(prober);
        prober->at = PROBER_FOR_STILL;
        prober->nth = 0;
    }
    if (prober->at == PROBER_FOR_STILL &&
        (prober->options.still == NULL || prober->nth >= requests_of(prober, PROBER_FOR_STILL))) {
        finish(prober);
        return;
    }
    visit(prober, prober->at);
}

void prober_visit_gone(struct prober_visit *visit)
{
    struct prober *prober = visit->prober;

    if (visit->purpose == PROBER_FOR_COMPANY)
        prober_company_forget(visit);
    if (prober->current != visit)
        return;
    prober->current = NULL;
    uv_timer_stop(&prober->limit);
    uv_timer_stop(&prober->chunk);
    if (visit->purpose != PROBER_FOR_COMPANY)
        prober->nth++;
    prober_next(prober);
}

/* ---- the whole ---- */

enum assay_status prober_new(const struct prober_options *options, struct prober **ret,
                             struct assay_error *err)
{
    struct prober *prober = calloc(1, sizeof(*prober));
    enum assay_status status = ASSAY_ERR_NOMEM;

    if (prober == NULL)
        return assay_error_set(err, ASSAY_ERR_NOMEM, "out of memory");
    prober->options = *options;
    prober->at = PROBER_FOR_COMPANY;
    prober->net = net_new(options->loop, options->sink);
    if (prober->net != NULL)
        status = open_timers(prober);
    if (status != ASSAY_OK)
        (void)assay_error_set(err, status, "the visits: %s", assay_status_text(status));
    if (status == ASSAY_OK)
        status = make_party(prober, &prober->parties[0], options->description, err);
    if (status == ASSAY_OK && options->still != NULL)
        status = make_party(prober, &prober->parties[1], options->still, err);
    if (status != ASSAY_OK) {
        prober_free(prober);
        return status;
    }
    *ret = prober;
    return ASSAY_OK;
}

enum assay_status prober_start(struct prober *prober, const char *address, unsigned port,
                               struct assay_error *err)
{
    int len = snprintf(prober->address, sizeof(prober->address), "%s", address);

    if (len < 0 || (size_t)len >= sizeof(prober->address) || port == 0 || port > UINT16_MAX)
        return assay_error_set(err, ASSAY_ERR_ARG, "%s port %u: nothing can be visited there",
                               address, port);
    prober->port = port;
    prober_next(prober);
    return ASSAY_OK;
}

size_t prober_open_connections(const struct prober *prober)
{
    return prober != NULL ? net_open_count(prober->net) : 0;
}

void prober_free(struct prober *prober)
{
    if (prober == NULL)
        return;
    prober->is_closing = true;
    net_free(prober->net);
    for (size_t i = 0; i < 2; i++) {
        tls_context_free(prober->parties[i].context);
        pki_chain_free(prober->parties[i].chain);
    }
    if (prober->timers > 0)
        uv_close((uv_handle_t *)&prober->limit, on_timer_closed);
    if (prober->timers > 1)
        uv_close((uv_handle_t *)&prober->chunk, on_timer_closed);
    while (prober->timers > 0)
        uv_run(prober->options.loop, UV_RUN_NOWAIT);
    free(prober);
}
