/* SPDX-License-Identifier: Apache-2.0 */
#include "station.h"

#include "base/deadline.h"
#include "base/event_kinds.h"
#include "mock/description.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct listener {
    struct station *station;
    struct listener *next; /* of those that were replaced */
    struct event_sink sink;
    char tail[MOCK_NAME_TEXT + 32]; /* of its events: ,"listener":"name"} */
    size_t tail_len;
    struct mock_listener_config config; /* server: as the configuration has it */
    struct value *given;                /* ... and as commands have changed it */
    bool is_commanded;
    struct scenario_clock clock;
    struct mock *mock;
};

struct station {
    struct station_options options;
    uint64_t opened_ns;
    uint32_t last_conn;
    size_t count;
    struct listener *listeners[MOCK_LISTENERS_MAX];
    struct listener *replaced; /* they finish their connections */
};

static void emit(void *ctx, const struct event *event)
{
    const struct listener *l = ctx;

    event_lines_emit(l->station->options.lines, event, l->tail, l->tail_len);
}

static void listener_free(struct listener *l)
{
    if (l == NULL)
        return;
    mock_stop(l->mock);
    value_free(l->given);
    value_free(l->config.server);
    free(l);
}

static int64_t now_of_run_s(const struct station *s)
{
    return s->options.base_unix_s + (int64_t)((monotonic_ns() - s->opened_ns) / 1000000000U);
}

static struct mock_options options_of(struct listener *l, const struct value *description)
{
    const struct station *s = l->station;

    return (struct mock_options){
        .loop = s->options.loop,
        .sink = s->options.lines != NULL ? &l->sink : NULL,
        .store = s->options.store,
        .library = s->options.library,
        .clock = &l->clock,
        .description = description,
        .address = l->config.address,
        .port = (unsigned)l->config.port,
        .dns = l->config.dns_port >= 0,
        .sntp = l->config.sntp_port >= 0,
        .dns_port = l->config.dns_port > 0 ? (unsigned)l->config.dns_port : 0,
        .sntp_port = l->config.sntp_port > 0 ? (unsigned)l->config.sntp_port : 0,
        .last_conn = &l->station->last_conn,
    };
}

/* All but the sockets. */
static enum assay_status prepare(struct listener *l, struct assay_error *err)
{
    struct mock_options options = options_of(l, l->given);
    struct mock_times times;

    ASSAY_TRY(mock_times_of(l->given, now_of_run_s(l->station), &times, err));
    scenario_clock_set(&l->clock, times.server_s * 1000, monotonic_ns());
    return mock_prepare(&options, &l->mock, err);
}

static enum assay_status listener_new(struct station *s, const struct mock_listener_config *config,
                                      struct listener **ret, struct assay_error *err)
{
    struct listener *l = calloc(1, sizeof(*l));
    enum assay_status status = ASSAY_OK;

    if (l == NULL)
        return assay_error_set(err, ASSAY_ERR_NOMEM, "out of memory");
    l->station = s;
    l->sink = (struct event_sink){.emit = emit, .ctx = l, .wants_text = true};
    if (s->options.lines != NULL)
        l->sink.last = &s->options.lines->last;
    l->config = *config;
    l->config.server = value_copy(config->server);
    l->given = value_copy(config->server);
    snprintf(l->tail, sizeof(l->tail), ",\"listener\":\"%s\"}\n", config->name);
    l->tail_len = strlen(l->tail);
    if (l->given == NULL || l->config.server == NULL)
        status = assay_error_set(err, ASSAY_ERR_NOMEM, "out of memory");
    else
        status = prepare(l, err);
    if (status != ASSAY_OK) {
        listener_free(l);
        return status;
    }
    *ret = l;
    return ASSAY_OK;
}

static struct listener *find(const struct station *s, const char *name)
{
    for (size_t i = 0; i < s->count; i++)
        if (strcmp(s->listeners[i]->config.name, name) == 0)
            return s->listeners[i];
    return NULL;
}

/* Who listens where a new one is to; or, where any port will do, who has its name. */
static struct listener *find_old(const struct station *s, const struct mock_listener_config *config)
{
    struct listener *named = find(s, config->name);

    for (size_t i = 0; i < s->count; i++)
        if (mock_port(s->listeners[i]->mock) == (unsigned)config->port &&
            strcmp(s->listeners[i]->config.address, config->address) == 0)
            return s->listeners[i];
    return named != NULL && config->port == 0 && strcmp(named->config.address, config->address) == 0
               ? named
               : NULL;
}

static bool is_same(const struct listener *l, const struct mock_listener_config *config)
{
    return l != NULL && !l->is_commanded && l->config.port == config->port &&
           l->config.dns_port == config->dns_port && l->config.sntp_port == config->sntp_port &&
           strcmp(l->config.address, config->address) == 0 &&
           value_equal(l->config.server, config->server);
}

/* Is it one of those that are left alone? Then its socket is nobody else's. */
static bool is_kept(const struct listener *l, const struct mock_config *config)
{
    for (size_t i = 0; i < config->count; i++)
        if (strcmp(config->listeners[i].name, l->config.name) == 0)
            return is_same(l, &config->listeners[i]);
    return false;
}

static unsigned port_of(int64_t wanted, unsigned old)
{
    return wanted == 0 ? old : (unsigned)wanted;
}

static enum assay_status open_listener(struct listener *l, const struct listener *old,
                                       struct assay_error *err)
{
    struct mock_options options = options_of(l, NULL);

    if (old != NULL) {
        options.heir_of = old->mock;
        options.port = port_of(l->config.port, mock_port(old->mock));
        if (options.dns)
            options.dns_port = port_of(l->config.dns_port, mock_dns_port(old->mock));
        if (options.sntp)
            options.sntp_port = port_of(l->config.sntp_port, mock_sntp_port(old->mock));
    }
    return mock_open(l->mock, &options, err);
}

/* The listeners of a configuration: those that stay, and new ones with open sockets. */
static enum assay_status make_listeners(struct station *s, const struct mock_config *config,
                                        struct listener **made, struct assay_error *err)
{
    for (size_t i = 0; i < config->count; i++) {
        const struct mock_listener_config *c = &config->listeners[i];
        struct listener *old = find(s, c->name);
        enum assay_status status = ASSAY_OK;

        if (is_same(old, c)) {
            made[i] = old;
            continue;
        }
        status = listener_new(s, c, &made[i], err);
        old = find_old(s, c);
        if (status == ASSAY_OK)
            status = open_listener(made[i], old != NULL && !is_kept(old, config) ? old : NULL, err);
        if (status != ASSAY_OK)
            return config->count > 1 ? assay_error_prefix(err, status, "listener \"%s\"", c->name)
                                     : status;
    }
    return ASSAY_OK;
}

static bool stays(const struct listener *l, struct listener *const *made, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (made[i] == l)
            return true;
    return false;
}

static void drop_made(struct station *s, struct listener **made, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (made[i] != NULL && !stays(made[i], s->listeners, s->count))
            listener_free(made[i]);
}

/* The new ones are in force, the others finish. */
static void take_over(struct station *s, struct listener **made, size_t count)
{
    for (size_t i = 0; i < s->count; i++) {
        struct listener *l = s->listeners[i];

        if (stays(l, made, count))
            continue;
        mock_stop_listening(l->mock);
        mock_when_empty(l->mock, s->options.on_empty, s->options.ctx);
        l->next = s->replaced;
        s->replaced = l;
    }
    memcpy(s->listeners, made, count * sizeof(made[0]));
    s->count = count;
}

enum assay_status station_open(const struct station_options *options,
                               const struct mock_config *config, struct station **ret,
                               struct assay_error *err)
{
    struct station *s = calloc(1, sizeof(*s));
    struct listener *made[MOCK_LISTENERS_MAX] = {NULL};
    enum assay_status status = ASSAY_OK;

    if (s == NULL)
        return assay_error_set(err, ASSAY_ERR_NOMEM, "out of memory");
    s->options = *options;
    s->opened_ns = monotonic_ns();
    status = make_listeners(s, config, made, err);
    if (status != ASSAY_OK) {
        drop_made(s, made, config->count);
        free(s);
        return status;
    }
    take_over(s, made, config->count);
    *ret = s;
    return ASSAY_OK;
}

static void emit_reload(struct station *s, const struct assay_error *why,
                        const struct listener *old_end)
{
    const char *names[MOCK_LISTENERS_MAX];
    struct event_builder e;
    size_t count = 0;

    for (const struct listener *l = s->replaced; l != old_end && count < MOCK_LISTENERS_MAX;
         l = l->next)
        names[count++] = l->config.name;
    event_begin(&e, station_sink(s), "mock", EV_MOCK_RELOAD, 0);
    event_bool(&e, "ok", why == NULL);
    event_text(&e, "error", why != NULL ? why->text : NULL);
    event_texts(&e, "replaced", names, count);
    event_emit(&e);
}

void station_refuse_reload(struct station *station, const struct assay_error *why)
{
    emit_reload(station, why, station->replaced);
}

enum assay_status station_reload(struct station *station, const struct mock_config *config,
                                 struct assay_error *err)
{
    struct listener *made[MOCK_LISTENERS_MAX] = {NULL};
    const struct listener *old_end = station->replaced;
    enum assay_status status = make_listeners(station, config, made, err);

    if (status != ASSAY_OK) {
        drop_made(station, made, config->count);
        emit_reload(station, err, old_end);
        return status;
    }
    take_over(station, made, config->count);
    emit_reload(station, NULL, old_end);
    station_reap(station);
    return ASSAY_OK;
}

void station_reap(struct station *station)
{
    struct listener **at = &station->replaced;

    while (*at != NULL) {
        struct listener *l = *at;

        if (mock_open_connections(l->mock) > 0) {
            at = &l->next;
            continue;
        }
        *at = l->next;
        listener_free(l);
    }
}

void station_free(struct station *station)
{
    if (station == NULL)
        return;
    for (size_t i = 0; i < station->count; i++)
        listener_free(station->listeners[i]);
    while (station->replaced != NULL) {
        struct listener *next = station->replaced->next;

        listener_free(station->replaced);
        station->replaced = next;
    }
    free(station);
}

void station_stop_listening(struct station *station, unsigned limit_ms)
{
    struct event_builder e;

    event_begin(&e, station_sink(station), "mock", EV_MOCK_STOP, 0);
    event_int(&e, "connections", (int64_t)station_open_connections(station));
    event_int(&e, "limit_ms", limit_ms);
    event_emit(&e);
    for (size_t i = 0; i < station->count; i++) {
        mock_stop_listening(station->listeners[i]->mock);
        mock_when_empty(station->listeners[i]->mock, station->options.on_empty,
                        station->options.ctx);
    }
}

void station_end_connections(struct station *station)
{
    for (size_t i = 0; i < station->count; i++)
        mock_end_connections(station->listeners[i]->mock);
    for (struct listener *l = station->replaced; l != NULL; l = l->next)
        mock_end_connections(l->mock);
}

size_t station_replaced_connections(const struct station *station)
{
    size_t count = 0;

    for (const struct listener *l = station->replaced; l != NULL; l = l->next)
        count += mock_open_connections(l->mock);
    return count;
}

size_t station_open_connections(const struct station *station)
{
    size_t count = station_replaced_connections(station);

    for (size_t i = 0; i < station->count; i++)
        count += mock_open_connections(station->listeners[i]->mock);
    return count;
}

size_t station_count(const struct station *station)
{
    return station->count;
}

struct listener *station_at(const struct station *station, size_t index)
{
    return station->listeners[index];
}

const struct event_sink *station_sink(const struct station *station)
{
    return station->options.lines != NULL ? &station->options.lines->sink : NULL;
}

int64_t station_base_s(const struct station *station)
{
    return station->options.base_unix_s;
}

const char *listener_name(const struct listener *listener)
{
    return listener->config.name;
}

const char *listener_address(const struct listener *listener)
{
    return listener->config.address;
}

struct mock *listener_mock(const struct listener *listener)
{
    return listener->mock;
}

int64_t listener_now_s(const struct listener *listener)
{
    return scenario_clock_s(&listener->clock, monotonic_ns());
}

const struct value *listener_given(const struct listener *listener)
{
    return listener->given;
}

enum assay_status listener_prepare(struct listener *listener, struct value *given, bool is_renewed,
                                   struct listener_change *ret, struct assay_error *err)
{
    struct mock_options options = options_of(listener, given);
    struct mock *prepared = NULL;
    enum assay_status status = ASSAY_OK;

    options.like = is_renewed ? NULL : listener->mock;
    status = given != NULL ? mock_prepare(&options, &prepared, err)
                           : assay_error_set(err, ASSAY_ERR_NOMEM, "out of memory");
    if (status == ASSAY_OK)
        status = mock_check_change(listener->mock, prepared, err);
    if (status != ASSAY_OK) {
        mock_stop(prepared);
        value_free(given);
        return status;
    }
    *ret = (struct listener_change){listener, given, prepared};
    return ASSAY_OK;
}

void listener_apply(struct listener_change *change, bool is_renewed, const char *why)
{
    struct listener *l = change->listener;

    mock_change(l->mock, change->prepared, is_renewed, why);
    value_free(l->given);
    l->given = change->given;
    l->is_commanded = true;
    *change = (struct listener_change){NULL, NULL, NULL};
}

void listener_drop_change(struct listener_change *change)
{
    mock_stop(change->prepared);
    value_free(change->given);
}

void listener_set_clock(struct listener *listener, int64_t unix_s, const char *why)
{
    mock_set_clock(listener->mock, unix_s * 1000, why);
    listener->is_commanded = true;
}
