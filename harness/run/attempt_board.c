/* SPDX-License-Identifier: Apache-2.0 */
/* What the board of an attempt is told, and its answer. */
#include "attempt_internal.h"

#include "base/event_kinds.h"
#include "mock/description.h"
#include "scenario/session.h"

#include <stdio.h>
#include <string.h>
#include <sys/random.h>

enum assay_status credentials_make(struct credentials *ret)
{
    uint8_t random[20];
    struct buf hex;
    enum assay_status status = ASSAY_OK;

    if (getrandom(random, sizeof(random), 0) != (ssize_t)sizeof(random))
        return ASSAY_ERR_IO;
    buf_init(&hex, 64);
    status = buf_add_hex(&hex, random, sizeof(random));
    if (status == ASSAY_OK) {
        *ret = (struct credentials){.username = "bench-user", .payload = "{\"temperature\":21.5}"};
        snprintf(ret->client_id, sizeof(ret->client_id), "assay-%.8s", buf_text(&hex));
        snprintf(ret->password, sizeof(ret->password), "%.24s", buf_text(&hex) + 8);
        snprintf(ret->topic, sizeof(ret->topic), "assay/%.8s/telemetry", buf_text(&hex));
        snprintf(ret->filter, sizeof(ret->filter), "assay/%.8s/command", buf_text(&hex));
    }
    buf_done(&hex);
    return status;
}

static void on_board_done(void *ctx, const struct board_outcome *outcome)
{
    struct attempt *a = ctx;

    a->outcome = *outcome;
    a->board_done = true;
    /* A callback at the begin of an iteration must not leave the loop asleep in its poll. */
    uv_stop(a->bed->loop);
}

unsigned attempt_lasts_ms(const struct attempt *a)
{
    unsigned lasts_ms = a->request->scenario->lasts_ms;
    unsigned factor = a->bed->session_factor;

    if (value_get(a->description, "outages") != NULL)
        return a->bed->soak_ms != 0 ? a->bed->soak_ms : lasts_ms;
    return (lasts_ms != 0 ? lasts_ms : SCENARIO_LASTS_MS) * (factor > 0 ? factor : 1);
}

static enum assay_status make_stay(const struct attempt *a, struct board_stay *ret, bool *ret_stays,
                                   struct assay_error *err)
{
    struct scenario_session session;

    ASSAY_TRY(scenario_session_read(a->description, &session, ret_stays, err));
    *ret = (struct board_stay){.stay_ms = attempt_lasts_ms(a),
                               .keep_alive_s = (unsigned)session.keep_alive_s,
                               .is_clean = session.clean,
                               .filter = a->bed->credentials->filter,
                               .filter_qos = (unsigned)session.subscribe_qos,
                               .qos = (unsigned)session.qos,
                               .every_ms = (unsigned)session.every_ms,
                               .backoff_ms = (unsigned)session.backoff_ms,
                               .ack_ms = (unsigned)session.ack_ms,
                               .version = strcmp(session.version, "5.0") == 0 ? "5.0" : "3.1.1"};
    return ASSAY_OK;
}

static void on_listening(void *ctx, const char *address, unsigned port)
{
    struct attempt *a = ctx;
    struct assay_error err = {.text = ""};
    struct event_builder e;

    a->is_listening = true;
    if (prober_start(a->prober, address != NULL ? address : a->bed->network->told, port, &err) ==
        ASSAY_OK)
        return;
    event_begin(&e, a->sink, "run", EV_SERVICE_ERROR, 0);
    event_text(&e, "service", "prober");
    event_text(&e, "text", err.text);
    event_emit(&e);
    a->visits_over = true;
    board_stop(a->bed->board);
}

/* The cloud whose services the case is about; NULL: none. The board's file says that it knows it.
 */
static const char *cloud_of(const struct attempt *a)
{
    return value_text(value_at(value_get(a->request->scenario->needs, "cloud"), 0));
}

enum assay_status attempt_order_board(struct attempt *a, struct assay_error *err)
{
    const struct credentials *c = a->bed->credentials;
    unsigned deadline_ms = a->request->scenario->deadline_ms;
    const struct value *alpn = value_path(a->description, "tls.alpn");
    struct board_stay stay = {.stay_ms = 0};
    bool stays = false;
    bool has_password = !value_bool(value_get(a->description, "no_password"));
    bool serves = a->request->scenario->board_serves;
    struct board_request request = {
        .host = attempt_text(a, "host", "broker.bench.test"),
        .second_host = mock_second_host(a->description),
        .ip = a->bed->network->told,
        .serve = serves,
        .port = serves ? 0 : mock_port(a->mock),
        .plain_port = serves ? 0 : mock_plain_port(a->mock),
        .service = attempt_text(a, "service", NULL),
        .dns_port = a->mock != NULL ? mock_dns_port(a->mock) : 0,
        .sntp_port = a->mock != NULL ? mock_sntp_port(a->mock) : 0,
        .has_resolver = a->bed->network->has_resolver,
        .unix_s = a->board_unix_s,
        .root_der = a->root.data,
        .root_len = a->root.len,
        .cert_der = a->cert.len > 0 ? a->cert.data : NULL,
        .cert_len = a->cert.len,
        .key_der = a->key.len > 0 ? a->key.data : NULL,
        .key_len = a->key.len,
        .psk_identity = attempt_text(a, "tls.psk.identity", NULL),
        .psk_hex = attempt_text(a, "tls.psk.hex", NULL),
        .alpn = value_text(value_at(alpn, 0)),
        .client_id = c->client_id,
        .username = has_password ? c->username : NULL,
        .password = has_password ? c->password : NULL,
        .topic = c->topic,
        .payload = c->payload,
        .clock = attempt_text(a, "board_clock", NULL),
        .reset = a->request->scenario->reset,
        .silent = a->request->scenario->silent,
        .cloud = cloud_of(a),
        .timeout_ms = deadline_ms != 0 ? deadline_ms : a->bed->timeout_ms,
    };

    ASSAY_TRY(make_stay(a, &stay, &stays, err));
    if (stays)
        request.stay = &stay;
    board_set_sink(a->bed->board, a->sink);
    if (serves)
        return board_serve(a->bed->board, &request, on_listening, on_board_done, a, err);
    return board_connect(a->bed->board, &request, on_board_done, a, err);
}
