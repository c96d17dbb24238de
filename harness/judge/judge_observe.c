/* SPDX-License-Identifier: Apache-2.0 */
/* The facts of one attempt, read from its events. See judge/judge.h. */
#include "judge/judge.h"

#include "base/event_kinds.h"
#include "judge_plain.h"
#include "judge_second.h"
#include "judge_server.h"

#include <string.h>

const char *stage_name(enum stage s)
{
    static const char *const names[] = {
#define X(id, name, text) [id] = name,
        STAGE_MAP(X)
#undef X
    };
    return (unsigned)s < STAGE_COUNT ? names[s] : "unknown";
}

/* What the walk over the events remembers besides the observation itself. */
struct walk {
    struct observation *o;
    bool tls13;       /* of the connection that came furthest */
    bool established; /* a valid Finished arrived */
    bool said_ok;     /* the board reported success */
    bool closed_by_board;
    bool bench_notified; /* of this connection: the bench has sent its close_notify */
    bool explained;      /* a protocol made something of the application data */
    bool ran_out;        /* the deadline ended the attempt */
};

static void reach(struct walk *w, enum stage stage)
{
    if (stage > w->o->stage)
        w->o->stage = stage;
}

static void leak(struct walk *w, int level)
{
    if (level > w->o->leak)
        w->o->leak = level;
}

static bool is_rx(const struct event *e)
{
    return strcmp(event_get_text(e, "dir"), "rx") == 0;
}

static void see_query(struct walk *w, const struct event *e)
{
    (void)e;
    reach(w, STAGE_RESOLVED);
}

static void see_open(struct walk *w, const struct event *e)
{
    (void)e;
    w->o->connections++;
    w->bench_notified = false;
    reach(w, STAGE_TCP);
}

static void see_hello(struct walk *w, const struct event *e)
{
    reach(w, STAGE_CLIENT_HELLO);
    if (w->o->client_hello == NULL)
        w->o->client_hello = e;
}

static void see_message(struct walk *w, const struct event *e)
{
    const char *name = event_get_text(e, "name");

    if (!is_rx(e) && strcmp(name, "Certificate") == 0)
        reach(w, STAGE_SERVER_FLIGHT);
    if (is_rx(e) && strcmp(name, "ClientKeyExchange") == 0)
        reach(w, STAGE_KEY_EXCHANGE);
}

static void see_server_hello(struct walk *w, const struct event *e)
{
    (void)e;
    /* A PSK handshake has no Certificate: the flight is the server's all the same. */
    reach(w, STAGE_CLIENT_HELLO);
    w->tls13 = event_get_int(e, "version", 0) >= 0x0304;
}

static void see_alert(struct walk *w, const struct event *e)
{
    struct observation *o = w->o;
    const char *name = event_get_text(e, "name");

    if (!is_rx(e)) {
        if (strcmp(event_get_text(e, "level"), "fatal") == 0)
            o->bench_alert = name;
        return;
    }
    if (strcmp(name, "close_notify") == 0 || o->has_alert)
        return;
    o->has_alert = true;
    o->alert_name = name;
    o->alert_level = event_get_text(e, "level");
    o->alert_code = (int)event_get_int(e, "code", -1);
}

static void see_established(struct walk *w, const struct event *e)
{
    w->established = true;
    w->tls13 = strstr(event_get_text(e, "version"), "1.3") != NULL;
    reach(w, STAGE_FINISHED);
}

static void see_client_certificate(struct walk *w, const struct event *e)
{
    if (event_get_int(e, "count", 0) > 0)
        leak(w, 1);
}

static void see_data(struct walk *w, const struct event *e)
{
    if (!is_rx(e) || event_get_int(e, "length", 0) == 0)
        return;
    w->o->application_data = true;
    reach(w, STAGE_APPLICATION_DATA);
}

static void see_connect(struct walk *w, const struct event *e)
{
    w->o->mqtt_connect = e;
    w->explained = true;
    reach(w, STAGE_APPLICATION_DATA);
    leak(w, 2);
    if (event_get_bool(e, "has_password"))
        leak(w, 4);
}

/* PUBACK, or the end of QoS 2. */
static bool completes_message(const char *type)
{
    return strcmp(type, "PUBACK") == 0 || strcmp(type, "PUBCOMP") == 0;
}

static void see_packet(struct walk *w, const struct event *e)
{
    if (is_rx(e) && completes_message(event_get_text(e, "type")))
        reach(w, STAGE_ACKNOWLEDGED);
    if (!is_rx(e) && strcmp(event_get_text(e, "type"), "CONNACK") == 0 &&
        event_get_int(e, "reason", 0) == 0)
        reach(w, STAGE_SESSION);
}

static void see_publish(struct walk *w, const struct event *e)
{
    const struct event_field *payload = event_field(e, "payload");

    if (!is_rx(e))
        return;
    w->o->delivered = true;
    reach(w, STAGE_DELIVERED);
    leak(w, payload != NULL && payload->text_len > 0 ? 3 : 2);
}

/* A request names what is asked for; its body is payload, Authorization a secret. */
static void see_http_request(struct walk *w, const struct event *e)
{
    w->o->application_data = true; /* also without TLS */
    w->explained = true;
    reach(w, STAGE_APPLICATION_DATA);
    leak(w, 2);
    if (event_get_int(e, "body_length", 0) > 0)
        leak(w, 3);
    if (event_get_bool(e, "authorization"))
        leak(w, 4);
}

static void see_http_response(struct walk *w, const struct event *e)
{
    if (event_get_int(e, "status", 0) < 400)
        reach(w, STAGE_SESSION);
}

/* A request for a WebSocket: what it says of the board is its path, and perhaps a secret. */
static void see_upgrade(struct walk *w, const struct event *e)
{
    w->o->application_data = true; /* also without TLS */
    w->explained = true;
    reach(w, STAGE_APPLICATION_DATA);
    leak(w, event_get_bool(e, "authorization") ? 4 : 2);
}

/* A read gives away the device and what it asks for; a write its value too. */
static void see_wwep_request(struct walk *w, const struct event *e)
{
    w->explained = true;
    reach(w, STAGE_APPLICATION_DATA);
    leak(w, strcmp(event_get_text(e, "command"), "read") == 0 ? 2 : 3);
}

static void see_wwep_response(struct walk *w, const struct event *e)
{
    if (event_get_bool(e, "ok"))
        reach(w, STAGE_SESSION);
}

/*
 * Who says first that it has no more to say has closed, whosever FIN is the first then: the bench
 * answers a close_notify at once (RFC 8446 section 6.1), and the board's FIN may be a packet later.
 */
static void see_close_notify(struct walk *w, const struct event *e)
{
    if (!is_rx(e))
        w->bench_notified = true;
    else if (!w->bench_notified)
        w->closed_by_board = true;
}

static void see_close(struct walk *w, const struct event *e)
{
    w->o->close = event_get_text(e, "how");
    w->o->close_by = event_get_text(e, "by");
    if (strcmp(w->o->close_by, "board") == 0)
        w->closed_by_board = true;
}

static void see_result(struct walk *w, const struct event *e)
{
    w->said_ok = event_get_bool(e, "ok");
    w->o->serial_code = (int)event_get_int(e, "code", 0);
    w->o->serial_error = w->said_ok ? "" : event_get_text(e, "text");
    w->o->has_result = true;
    w->o->result_phase = event_get_text(e, "phase");
}

static void see_reset(struct walk *w, const struct event *e)
{
    if (strcmp(event_get_text(e, "reason"), "spontaneous") == 0)
        w->o->crashed = true;
}

static void see_exit(struct walk *w, const struct event *e)
{
    /* A signal that the bench did not send: the driver reports its own kill as status only. */
    if (event_get_int(e, "signal", 0) != 0)
        w->o->crashed = true;
}

static void see_end(struct walk *w, const struct event *e)
{
    struct observation *o = w->o;

    if (cause_parse(event_get_text(e, "cause"), &o->cause) != ASSAY_OK)
        o->cause = CAUSE_HARNESS;
    o->cause_detail = event_get_text(e, "detail");
    o->duration_ns = (uint64_t)event_get_int(e, "duration_ns", 0);
    o->connect_ns = (uint64_t)event_get_int(e, "connect_ns", 0);
    w->ran_out = strcmp(event_get_text(e, "ended"), "deadline") == 0;
    o->ended = true;
}

static const struct {
    const char *kind;
    void (*see)(struct walk *w, const struct event *e);
} readers[] = {
    {EV_DNS_QUERY, see_query},
    {EV_NET_OPEN, see_open},
    {EV_NET_CLOSE, see_close},
    {EV_TLS_CLIENT_HELLO, see_hello},
    {EV_TLS_MESSAGE, see_message},
    {EV_TLS_SERVER_HELLO, see_server_hello},
    {EV_TLS_ALERT, see_alert},
    {EV_TLS_ESTABLISHED, see_established},
    {EV_TLS_CLIENT_CERTIFICATE, see_client_certificate},
    {EV_TLS_DATA, see_data},
    {EV_TLS_CLOSE_NOTIFY, see_close_notify},
    {EV_MQTT_CONNECT, see_connect},
    {EV_MQTT_PACKET, see_packet},
    {EV_MQTT_PUBLISH, see_publish},
    {EV_HTTP_REQUEST, see_http_request},
    {EV_HTTP_RESPONSE, see_http_response},
    {EV_WS_UPGRADE, see_upgrade},
    {EV_WWEP_REQUEST, see_wwep_request},
    {EV_WWEP_RESPONSE, see_wwep_response},
    {EV_BOARD_RESULT, see_result},
    {EV_BOARD_RESET, see_reset},
    {EV_BOARD_EXIT, see_exit},
    {EV_ATTEMPT_END, see_end},
};

/* A second server is what the attempt is about; what the first one saw led there. */
static void begin_at_second(struct walk *w)
{
    struct observation *o = w->o;

    o->stage = STAGE_NONE;
    o->application_data = false;
    o->delivered = false;
    o->bench_alert = "";
    o->has_alert = false;
    o->alert_name = "";
    o->alert_level = "";
    o->close = "none";
    o->close_by = "";
    o->leak = 0;
    o->client_hello = NULL;
    w->tls13 = false;
    w->established = false;
    w->explained = false;
    w->closed_by_board = false;
}

static bool is_before_tls(const char *phase)
{
    return strcmp(phase, "resolve") == 0 || strcmp(phase, "clock") == 0 ||
           strcmp(phase, "tcp") == 0;
}

static void conclude(struct walk *w)
{
    struct observation *o = w->o;

    /* Bytes that no protocol explains are payload to whoever reads them. */
    if (o->application_data && !w->explained)
        leak(w, 3);
    /*
     * A Finished accepts the server. Under TLS 1.3 a client may send it and still refuse at once,
     * before any data; then only data, or the board's own word, counts as acceptance.
     */
    o->accepted = w->established && (!w->tls13 || o->application_data || w->said_ok);
    o->refused =
        !o->accepted && o->stage >= STAGE_CLIENT_HELLO && (w->closed_by_board || o->has_alert);
    /* Only who comes to the second server has accepted or refused it. */
    if (o->not_followed) {
        o->not_followed = o->accepted;
        o->accepted = false;
        o->application_data = false;
        o->leak = 0;
    }
    o->stalled = !o->accepted && !o->refused && o->stage >= STAGE_TCP && w->ran_out;
    o->timed_out = w->ran_out;
    o->said_failure = o->has_result && !w->said_ok;
    o->stopped_early = o->has_result && !w->said_ok && !o->accepted && o->cause == CAUSE_NONE &&
                       is_before_tls(o->result_phase);
}

static void begin(struct observation *o, const struct event *e)
{
    o->role = event_get_text(e, "role");
    o->repeat = (int)event_get_int(e, "repeat", 1);
    o->step = (int)event_get_int(e, "step", 0);
    o->rung = event_get_int(e, "rung", 0);
    o->step_title = event_get_text(e, "step_title");
    o->step_expect = event_get_text(e, "step_expect");
}

enum assay_status judge_observe(const struct transcript *t, int attempt, struct observation *ret)
{
    struct observation o = {.attempt = attempt,
                            .role = "",
                            .step_title = "",
                            .step_expect = "",
                            .cause_detail = "",
                            .alert_name = "",
                            .alert_level = "",
                            .close = "none",
                            .close_by = "",
                            .bench_alert = "",
                            .serial_error = "",
                            .result_phase = ""};
    struct walk w = {.o = &o};
    bool inside = false;
    bool found = false;
    bool is_visited = false;
    struct second second = {.expected = false};
    struct plain_conns plain = {.count = 0};

    for (size_t i = 0; i < transcript_count(t); i++) {
        const struct event *e = transcript_at(t, i);

        if (event_is(e, EV_ATTEMPT_BEGIN)) {
            inside = event_get_int(e, "attempt", -1) == attempt;
            if (inside) {
                begin(&o, e);
                second_begin(&second, e);
            }
            found = found || inside;
            is_visited = is_visited || (inside && server_is_visited(e));
        }
        if (inside && second_is_reached(&second, e))
            begin_at_second(&w);
        o.went_plain = o.went_plain || (inside && plain_speaks(&plain, e));
        for (size_t k = 0; inside && !is_visited && !second_is_elsewhere(&second, e) &&
                           k < sizeof(readers) / sizeof(readers[0]);
             k++)
            if (event_is(e, readers[k].kind))
                readers[k].see(&w, e);
        if (inside && event_is(e, EV_ATTEMPT_END))
            break;
    }
    if (!found)
        return ASSAY_ERR_NOT_FOUND;
    if (is_visited)
        server_observe(t, attempt, &o);
    if (!o.ended) {
        o.cause = CAUSE_HARNESS;
        o.cause_detail = "the attempt was cut off";
    }
    o.not_followed = second.expected && second.count == 0;
    if (!is_visited)
        conclude(&w);
    *ret = o;
    return ASSAY_OK;
}
