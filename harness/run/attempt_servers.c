/* SPDX-License-Identifier: Apache-2.0 */
/* The servers of an attempt, made for it or made ahead; and what its board is to trust. */
#include "attempt_internal.h"

#include "base/deadline.h"
#include "base/event_kinds.h"
#include "mock/description.h"
#include "soak.h"

#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

/* Servers of the next attempt, ready but for their sockets. */
struct prepared_servers {
    const struct scenario *scenario;
    struct scenario_clock clock;
    int64_t made_s; /* scenario time of their certificates */
    struct mock *mock;
};

void prepared_servers_free(struct prepared_servers *prepared)
{
    if (prepared == NULL)
        return;
    mock_stop(prepared->mock);
    free(prepared);
}

/* What a board that is no client of MQTT over TLS is served for the broker of a scenario. */
static const char *served_for(const char *service, const char *board_service)
{
    static const struct {
        const char *board, *scenario, *served;
    } rows[] = {{"https", "mqtts", "https"},       {"https", "mqtt", "http"},
                {"wss", "mqtts", "wss"},           {"wss", "mqtt", "ws"},
                {"wwep-tls", "mqtts", "wwep-tls"}, {"wwep-tls", "mqtt", "wwep"}};

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        if (strcmp(rows[i].board, board_service) == 0 && strcmp(rows[i].scenario, service) == 0)
            return rows[i].served;
    return NULL;
}

struct value *attempt_description(const struct attempt_bed *bed, const struct scenario *scenario,
                                  const struct scenario *control)
{
    struct value *made = value_copy(scenario->description);
    const char *service = value_text(value_get(made, "service"));
    const char *served = scenario->board_serves
                             ? bed->service
                             : served_for(service != NULL ? service : "mqtts", bed->service);

    if (made == NULL)
        return NULL;
    if (soak_scale(made, &(struct soak_wish){.lasts_ms = scenario->lasts_ms,
                                             .soak_ms = bed->soak_ms,
                                             .seed = bed->seed,
                                             .is_told = bed->is_told}) == ASSAY_OK &&
        (served == NULL || value_set(made, "service", value_new_text(served)) == ASSAY_OK) &&
        (!bed->behind || mock_description_put_behind(made) == ASSAY_OK) &&
        (bed->remote == NULL || remote_trust_apply(bed->remote, control, made) == ASSAY_OK))
        return made;
    value_free(made);
    return NULL;
}

static enum assay_status prepare(struct attempt_bed *bed, const struct value *description,
                                 struct prepared_servers *p)
{
    const char *when = value_text(value_get(description, "time"));
    struct mock_options options = {.description = description,
                                   .loop = bed->loop,
                                   .store = bed->store,
                                   .clock = &p->clock,
                                   .address = bed->network->listen,
                                   .told_address = bed->network->told,
                                   .dns = true,
                                   .sntp = true};

    ASSAY_TRY(
        scenario_time_parse(when != NULL ? when : "now", attempt_bed_now_s(bed), &p->made_s, NULL));
    scenario_clock_set(&p->clock, p->made_s * 1000, monotonic_ns());
    return mock_prepare(&options, &p->mock, NULL);
}

void attempt_prepare_next(struct attempt *a)
{
    const struct scenario *next = a->request->next;
    bool serves = next != NULL && next->board_serves;
    struct value *description =
        next != NULL && !serves ? attempt_description(a->bed, next, next) : NULL;
    struct prepared_servers *p = description != NULL ? calloc(1, sizeof(*p)) : NULL;

    if (p == NULL)
        goto out;
    p->scenario = next;
    if (prepare(a->bed, description, p) == ASSAY_OK)
        a->bed->prepared = p;
    else
        free(p);
out:
    value_free(description);
}

/* The servers that were prepared, if they are the right ones and of this very second. */
static struct mock *take_prepared(struct attempt *a)
{
    struct prepared_servers *p = a->bed->prepared;
    struct mock *mock = NULL;

    a->bed->prepared = NULL;
    if (p != NULL && p->scenario == a->request->scenario &&
        p->made_s == scenario_clock_s(&a->clock, monotonic_ns())) {
        mock = p->mock;
        p->mock = NULL;
    }
    prepared_servers_free(p);
    return mock;
}

/* Open the sockets of what was prepared, or of servers that are made now. */
static enum assay_status open_servers(struct attempt *a, struct mock_options *options,
                                      struct assay_error *err)
{
    struct mock *mock = take_prepared(a);
    enum assay_status status = ASSAY_OK;

    if (mock == NULL)
        return mock_start(options, &a->mock, err);
    status = mock_open(mock, options, err);
    if (status != ASSAY_OK) {
        mock_stop(mock);
        return status;
    }
    a->mock = mock;
    return ASSAY_OK;
}

static void on_visits_over(void *ctx)
{
    struct attempt *a = ctx;

    a->visits_over = true;
    board_stop(a->bed->board);
    uv_stop(a->bed->loop);
}

/* For a board that serves: what will visit it. The control's own client comes only once. */
static enum assay_status prepare_visits(struct attempt *a, struct assay_error *err)
{
    const struct scenario *control = a->request->control;
    struct prober_options options = {
        .loop = a->bed->loop,
        .sink = a->sink,
        .store = a->bed->store,
        .clock = &a->clock,
        .description = a->description,
        .root = a->bed->remote != NULL ? remote_trust_root(a->bed->remote) : NULL,
        .done = on_visits_over,
        .ctx = a};

    if (getrandom(&options.value, sizeof(options.value), 0) != (ssize_t)sizeof(options.value))
        return assay_error_set(err, ASSAY_ERR_IO, "there are no random numbers");
    if (control != NULL && control != a->request->scenario) {
        a->still = attempt_description(a->bed, control, control);
        if (a->still == NULL)
            return assay_error_set(err, ASSAY_ERR_NOMEM, "out of memory");
        options.still = a->still;
    }
    return prober_new(&options, &a->prober, err);
}

/* On the registered ports; where somebody else has one of them, or they are not for us, on any. */
static enum assay_status start_mock(struct attempt *a, struct assay_error *err)
{
    const struct network *network = a->bed->network;
    struct mock_options options = {
        .loop = a->bed->loop,
        .sink = a->sink,
        .store = a->bed->store,
        .clock = &a->clock,
        .description = a->description,
        .address = network->listen,
        .told_address = network->told,
        .dns = true,
        .sntp = true,
        .port = network->wants_broker_port ? mock_registered_port(a->description) : 0,
        .dns_port = network->dns_port,
        .sntp_port = network->sntp_port,
        .sntp_shift_ms = a->board_ahead_s * 1000};
    enum assay_status status = ASSAY_OK;

    if (a->services != NULL) {
        options.alone = true;
        options.description = a->services;
        options.port = 0;
    }
    status = open_servers(a, &options, err);
    if (status == ASSAY_ERR_IO && (options.dns_port != 0 || options.sntp_port != 0)) {
        options.dns_port = 0;
        options.sntp_port = 0;
        status = mock_start(&options, &a->mock, err);
    }
    if (status != ASSAY_ERR_IO || options.port == 0)
        return status;
    options.port = 0;
    return mock_start(&options, &a->mock, err);
}

/* What a board that is a server asks for: names and the time, as the scenario has them. */
static enum assay_status start_services(struct attempt *a, struct assay_error *err)
{
    static const char *const keys[] = {"host", "dns", "sntp"};
    enum assay_status status = ASSAY_OK;

    /* A board at a fixed address reaches nothing that listens on loopback. */
    if (a->bed->remote != NULL && a->bed->network->kind != NETWORK_LAN)
        return ASSAY_OK;
    a->services = value_new_map();
    if (a->services == NULL)
        return assay_error_set(err, ASSAY_ERR_NOMEM, "out of memory");
    for (size_t i = 0; status == ASSAY_OK && i < sizeof(keys) / sizeof(keys[0]); i++)
        if (value_get(a->description, keys[i]) != NULL)
            status =
                value_set(a->services, keys[i], value_copy(value_get(a->description, keys[i])));
    return status == ASSAY_OK ? start_mock(a, err) : status;
}

enum assay_status attempt_start_servers(struct attempt *a, struct assay_error *err)
{
    if (!a->request->scenario->board_serves)
        return start_mock(a, err);
    ASSAY_TRY(prepare_visits(a, err));
    return start_services(a, err);
}

/* What the board was given, so that what it shows can be compared with it. */
static enum assay_status emit_identity(const struct attempt *a, struct assay_error *err)
{
    struct pki_fingerprints prints;
    struct event_builder e;

    ASSAY_TRY(pki_certificate_fingerprints(a->cert.data, a->cert.len, &prints, err));
    event_begin(&e, a->sink, "run", EV_IDENTITY_ISSUED, 0);
    event_text(&e, "sha256", prints.certificate);
    event_text(&e, "key_sha256", prints.key);
    event_emit(&e);
    return ASSAY_OK;
}

/* The one certificate that the board may present; where its CA is given, that counts as well. */
static void emit_pin(const struct attempt *a)
{
    const char *pin = remote_trust_pin(a->bed->remote);
    struct event_builder e;

    if (pin[0] == '\0')
        return;
    event_begin(&e, a->sink, "run", EV_IDENTITY_ISSUED, 0);
    event_text(&e, "sha256", pin);
    event_bool(&e, "pinned", remote_trust_root(a->bed->remote)->len == 0);
    event_emit(&e);
}

enum assay_status attempt_make_trust(struct attempt *a, struct assay_error *err)
{
    static const struct {
        const char *trust, *key_type;
    } families[] = {{"auto", "auto"}, {"ecdsa", "p256"}, {"rsa", "rsa2048"}};
    const char *trust = attempt_text(a, "trust", "auto");
    const struct value *identity = value_get(a->description, "identity");
    const char *key_type = NULL;

    if (a->bed->remote != NULL) {
        emit_pin(a);
        return ASSAY_OK; /* it was given all that it has by its owner */
    }
    for (size_t i = 0; i < sizeof(families) / sizeof(families[0]); i++)
        if (strcmp(families[i].trust, trust) == 0)
            key_type = families[i].key_type;
    if (key_type == NULL)
        return assay_error_set(err, ASSAY_ERR_MALFORMED,
                               "trust: \"%s\" is none of auto, ecdsa, rsa", trust);
    ASSAY_TRY(a->request->scenario->board_serves
                  ? pki_store_client_root(a->bed->store, &a->root, err)
                  : pki_store_root(a->bed->store, key_type, &a->root, err));
    if (identity == NULL)
        return ASSAY_OK;
    ASSAY_TRY(pki_identity_make(a->bed->store, identity,
                                scenario_clock_s(&a->clock, monotonic_ns()), &a->cert, &a->key,
                                err));
    return emit_identity(a, err);
}
