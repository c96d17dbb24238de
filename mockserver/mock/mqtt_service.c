/* SPDX-License-Identifier: Apache-2.0 */
#include "mqtt_service.h"

#include "base/deadline.h"
#include "base/event_kinds.h"
#include "mqtt/reason.h"
#include "mqtt/decoder.h"
#include "mqtt/relay.h"
#include "mqtt/session.h"
#include "secured.h"

#include <stdlib.h>

enum { IDLE_BYTES = 0 }; /* what a buffer of an idle connection keeps */

struct session {
    struct mqtt_service *service;
    struct secured secured;
    struct websocket *ws;     /* NULL: none */
    struct broker_conn *mqtt; /* NULL until the first byte for it, and after the end */
    struct behind_link *link; /* in its place where a mosquitto stands behind */
    struct face_conn *face;   /* NULL: there is none, or nobody has spoken */
    bool expects;             /* the keep-alive runs */
    bool is_unwanted;         /* the face does not let it in, or the handshake failed */
    bool finished;
};

static void settle(struct mqtt_service *service);

/* [MQTT-3.1.2-24]: one and a half times the keep-alive. */
static uint64_t patience_ms(uint32_t keep_alive_s)
{
    return (uint64_t)keep_alive_s * 1500;
}

static uint64_t now_ms(const struct mqtt_service *service)
{
    const struct event_sink *sink = service->sink;
    uint64_t now_ns =
        sink != NULL && sink->now_ns != NULL ? sink->now_ns(sink->ctx) : monotonic_ns();

    return now_ns / 1000000;
}

/* NULL: none yet, or no more. */
static struct mqtt_session *mqtt_of(const struct session *s)
{
    if (s->link != NULL)
        return behind_link_session(s->link);
    return s->mqtt != NULL ? broker_conn_session(s->mqtt) : NULL;
}

static void leave_broker(struct session *s)
{
    broker_conn_free(s->mqtt, now_ms(s->service));
    s->mqtt = NULL;
    behind_link_free(s->link);
    s->link = NULL;
}

static void free_session(struct session *s)
{
    leave_broker(s);
    face_conn_free(s->face);
    websocket_free(s->ws);
    secured_done(&s->secured);
    free(s);
}

static bool on_upgrade(void *ctx, const struct websocket_request *request, struct buf *refusal)
{
    const struct session *s = ctx;

    return s->face == NULL || face_upgrade(s->face, request->path, request->host, refusal);
}

static void *on_open(void *ctx, struct net_conn *conn)
{
    struct mqtt_service *service = ctx;
    struct session *s = calloc(1, sizeof(*s));
    bool is_good = false;

    if (s == NULL)
        return NULL;
    s->service = service;
    is_good = secured_open(&s->secured, conn, service->tls, service->sink) == ASSAY_OK;
    if (service->websocket != NULL)
        s->ws = websocket_new(service->websocket, service->sink, net_conn_id(conn));
    if (s->ws != NULL && service->faced.face != NULL)
        websocket_set_gate(s->ws, on_upgrade, s);
    if (is_good && (service->websocket == NULL || s->ws != NULL))
        return s;
    free_session(s);
    return NULL;
}

/* Something in the bench itself went wrong; the board cannot be served any longer. */
static void give_up_because(struct session *s, const char *why)
{
    struct event_builder e;

    event_begin(&e, s->service->sink, "mock", EV_SERVICE_ERROR, net_conn_id(s->secured.conn));
    event_text(&e, "service", "broker");
    event_text(&e, "text", why);
    event_emit(&e);
    s->finished = true;
    net_conn_reset(s->secured.conn);
}

static void give_up(struct session *s, enum assay_status status)
{
    const char *why = s->link != NULL ? behind_failure(s->service->behind) : NULL;

    give_up_because(s, why != NULL ? why : assay_status_text(status));
}

/* In pieces, each of which is a record of its own under TLS. */
static enum assay_status send_pieces(struct session *s, struct buf *out, size_t piece)
{
    struct buf one;
    enum assay_status status = ASSAY_OK;

    buf_init(&one, piece);
    for (size_t at = 0; status == ASSAY_OK && at < out->len; at += piece) {
        size_t left = out->len - at;

        status = buf_add(&one, out->data + at, left < piece ? left : piece);
        if (status == ASSAY_OK)
            status = secured_send(&s->secured, &one);
        buf_clear(&one);
    }
    buf_done(&one);
    buf_clear(out);
    return status;
}

/* How long the packet is that data begins with; all of it where a fault has spoilt the lengths. */
static size_t packet_len(const uint8_t *data, size_t len)
{
    struct reader r = reader_over(data, len);
    uint32_t body = 0;

    if (reader_skip(&r, 1) != ASSAY_OK || mqtt_varint_read(&r, &body) != ASSAY_OK ||
        body > reader_left(&r))
        return len;
    return r.pos + body;
}

/*
 * A message for each packet, as brokers do it: section 6.0 of both versions allows more, but there
 * are clients that look at the first packet of a frame only until more data comes (paho C 1.3).
 */
static size_t message_len(const struct websocket_settings *settings, const uint8_t *data,
                          size_t len)
{
    size_t most = (size_t)settings->message_bytes;

    if (most > 0)
        return len < most ? len : most;
    return settings->merged ? len : packet_len(data, len);
}

static enum assay_status add_messages(const struct session *s, const struct buf *out)
{
    const struct websocket_settings *settings = s->service->websocket;

    for (size_t at = 0; at < out->len && websocket_stage(s->ws) == WEBSOCKET_OPEN;) {
        size_t len = message_len(settings, out->data + at, out->len - at);

        ASSAY_TRY(websocket_send(s->ws, out->data + at, len));
        at += len;
    }
    return ASSAY_OK;
}

/* The answers of the broker, in frames where there are frames. */
static enum assay_status answer(struct session *s)
{
    struct mqtt_session *mqtt = mqtt_of(s);
    struct buf *out = mqtt != NULL ? mqtt_session_output(mqtt) : NULL;

    if (s->ws == NULL && out != NULL && s->service->write_bytes > 0)
        return send_pieces(s, out, s->service->write_bytes);
    if (s->ws == NULL)
        return out != NULL ? secured_send(&s->secured, out) : ASSAY_OK;
    if (out != NULL)
        ASSAY_TRY(add_messages(s, out));
    if (out != NULL)
        buf_clear(out);
    return secured_send(&s->secured, websocket_output(s->ws));
}

static void watch_keep_alive(struct session *s)
{
    const struct mqtt_session *mqtt = broker_conn_session(s->mqtt);
    struct mqtt_session_info info;

    if (s->expects || mqtt_session_stage(mqtt) != MQTT_STAGE_CONNECTED)
        return;
    s->expects = true;
    info = mqtt_session_info(mqtt);
    if (info.keep_alive_s > 0)
        net_conn_expect(s->secured.conn, patience_ms(info.keep_alive_s));
}

static void on_relayed_connect(void *ctx, const struct mqtt_packet *p, struct mqtt_welcome *ret)
{
    const struct session *s = ctx;

    face_connect(s->face, &p->connect, ret);
}

static enum assay_status begin_link(struct session *s)
{
    s->link = behind_link_new(s->service->behind, net_conn_id(s->secured.conn), s);
    if (s->link == NULL)
        return ASSAY_ERR_NOMEM;
    if (s->face != NULL)
        mqtt_session_relay_gate(behind_link_session(s->link), on_relayed_connect, s);
    return ASSAY_OK;
}

static enum assay_status to_behind(struct session *s, const void *data, size_t len)
{
    if (s->link == NULL)
        ASSAY_TRY(begin_link(s));
    return behind_link_receive(s->link, now_ms(s->service), data, len);
}

static struct face_conn *face_of(void *owner)
{
    const struct session *s = owner;

    return s->face;
}

static struct broker_conn *broker_conn_of(void *owner)
{
    const struct session *s = owner;

    return s->mqtt;
}

/* Once, when the handshake is over: does the face let the board in? */
static enum assay_status admit(struct session *s)
{
    struct mqtt_service *service = s->service;
    uint32_t id = net_conn_id(s->secured.conn);
    bool goes_on = true;

    if (service->faced.face == NULL || s->face != NULL || s->is_unwanted)
        return ASSAY_OK;
    if (s->secured.tls != NULL && tls_conn_stage(s->secured.tls) == TLS_STAGE_FAILED) {
        s->is_unwanted = true;
        faced_handshake_failed(&service->faced, id, s->secured.tls);
        return ASSAY_OK;
    }
    if (!secured_is_open(&s->secured))
        return ASSAY_OK;
    ASSAY_TRY(faced_admit(&service->faced, id, s->secured.tls, s, &s->face, &goes_on));
    s->is_unwanted = !goes_on;
    return ASSAY_OK;
}

static enum assay_status to_mqtt(struct session *s, const void *data, size_t len)
{
    struct mqtt_service *service = s->service;
    uint64_t now = 0;

    if (len == 0 || s->finished)
        return ASSAY_OK;
    if (s->service->behind != NULL)
        return to_behind(s, data, len);
    if (s->mqtt == NULL)
        s->mqtt = broker_conn_new(service->broker, net_conn_id(s->secured.conn), s);
    if (s->mqtt == NULL)
        return ASSAY_ERR_NOMEM;
    now = now_ms(service);
    ASSAY_TRY(broker_conn_receive(s->mqtt, now, data, len));
    ASSAY_TRY(faced_pump(&service->faced, service->broker, now));
    watch_keep_alive(s);
    return ASSAY_OK;
}

static enum assay_status to_ws(struct session *s, const void *data, size_t len)
{
    struct buf *payload = NULL;

    if (s->ws == NULL)
        return to_mqtt(s, data, len);
    ASSAY_TRY(websocket_receive(s->ws, data, len));
    payload = websocket_payload(s->ws);
    ASSAY_TRY(to_mqtt(s, payload->data, payload->len));
    buf_relax(payload, IDLE_BYTES);
    return answer(s);
}

static bool is_over(const struct session *s)
{
    if (s->is_unwanted)
        return true;
    if (mqtt_of(s) != NULL && mqtt_session_wants_close(mqtt_of(s)))
        return true;
    if (s->ws != NULL && websocket_stage(s->ws) >= WEBSOCKET_CLOSED)
        return true;
    return secured_is_over(&s->secured);
}

/* Like a good broker: the close frame, close_notify, then FIN. */
static enum assay_status finish(struct session *s)
{
    enum assay_status status = ASSAY_OK;

    if (s->finished)
        return ASSAY_OK;
    status = answer(s);
    s->finished = true;
    leave_broker(s);
    if (s->ws != NULL && status == ASSAY_OK)
        status = websocket_close(s->ws);
    if (s->ws != NULL && status == ASSAY_OK)
        status = secured_send(&s->secured, websocket_output(s->ws));
    if (status == ASSAY_OK)
        return secured_finish(&s->secured);
    net_conn_finish(s->secured.conn);
    return status;
}

static enum assay_status advance(struct session *s)
{
    struct buf *plaintext = s->secured.tls != NULL ? tls_conn_plaintext(s->secured.tls) : NULL;

    ASSAY_TRY(admit(s));
    if (plaintext != NULL && !s->finished && !s->is_unwanted) {
        ASSAY_TRY(to_ws(s, plaintext->data, plaintext->len));
        buf_relax(plaintext, IDLE_BYTES);
    }
    ASSAY_TRY(answer(s));
    if (is_over(s))
        return finish(s);
    return secured_flush(&s->secured);
}

static void on_data(void *session, const uint8_t *data, size_t len)
{
    struct session *s = session;
    enum assay_status status = ASSAY_OK;

    if (s->secured.tls != NULL)
        status = tls_conn_receive(s->secured.tls, data, len);
    else
        status = admit(s);
    if (s->secured.tls == NULL && status == ASSAY_OK)
        status = to_ws(s, data, len);
    if (status == ASSAY_OK)
        status = advance(s);
    if (status != ASSAY_OK)
        give_up(s, status);
    settle(s->service);
}

static void on_end(void *session)
{
    struct session *s = session;
    enum assay_status status = ASSAY_OK;

    if (s->secured.tls != NULL)
        tls_conn_end_of_input(s->secured.tls);
    status = advance(s);
    if (status == ASSAY_OK)
        status = finish(s);
    if (status != ASSAY_OK)
        give_up(s, status);
    settle(s->service);
}

static void on_idle(void *session)
{
    struct session *s = session;
    enum assay_status status = ASSAY_OK;

    if (s->mqtt != NULL)
        status = broker_conn_timed_out(s->mqtt, now_ms(s->service));
    if (status == ASSAY_OK)
        status = finish(s);
    if (status != ASSAY_OK)
        give_up(s, status);
    settle(s->service);
}

/* The server ends it: 5.0 is told why. */
static void end_because(struct session *s, uint8_t reason)
{
    enum assay_status status = ASSAY_OK;

    if (mqtt_of(s) != NULL)
        status = mqtt_session_disconnect(mqtt_of(s), reason);
    if (status == ASSAY_OK)
        status = finish(s);
    if (status != ASSAY_OK)
        give_up(s, status);
}

static void on_stop(void *session)
{
    end_because(session, MQTT_REASON_SHUTTING_DOWN);
}

struct net_conn *mqtt_service_find(const struct mqtt_service *service, const char *client_id)
{
    struct broker_conn *conn = broker_conn_named(service->broker, mqtt_view_text(client_id));
    const struct session *s = conn != NULL ? broker_conn_owner(conn) : NULL;

    return s != NULL ? s->secured.conn : NULL;
}

void mqtt_service_end(struct mqtt_service *service, struct net_conn *conn)
{
    struct session *s = net_conn_session(conn);

    if (s == NULL) {
        net_conn_reset(conn); /* `accept = "silent"`: nobody serves it, and no FIN may leave */
        return;
    }
    end_because(s, MQTT_REASON_ADMINISTRATIVE);
    settle(service);
}

static void note_backlog(struct session *s)
{
    size_t queued = net_conn_queued(s->secured.conn);

    if (s->mqtt != NULL)
        broker_conn_backlog(s->mqtt, now_ms(s->service), queued);
    if (s->link != NULL)
        behind_link_backlog(s->link, queued);
}

/* What the board did not read has left: the broker may go on. */
static void on_drain(void *session)
{
    struct session *s = session;

    note_backlog(s);
    settle(s->service);
}

static void on_close(void *session, enum net_by by, enum net_how how)
{
    struct session *s = session;
    struct mqtt_service *service = s->service;

    (void)by;
    (void)how;
    free_session(s);
    settle(service);
}

void mqtt_service_functions(const char *name, struct net_service *ret)
{
    *ret = (struct net_service){
        .name = name,
        .on_open = on_open,
        .on_data = on_data,
        .on_end = on_end,
        .on_idle = on_idle,
        .on_drain = on_drain,
        .on_stop = on_stop,
        .on_close = on_close,
    };
}

/* What the broker has for a connection, whoever caused it. */
static void serve(struct session *s)
{
    enum assay_status status = answer(s);

    if (s->finished)
        return;
    if (status == ASSAY_OK && is_over(s))
        status = finish(s);
    if (status != ASSAY_OK)
        give_up(s, status);
    note_backlog(s);
}

static void on_timer(uv_timer_t *timer)
{
    struct mqtt_service *service = timer->data;

    broker_advance(service->broker, now_ms(service));
    if (service->behind != NULL)
        behind_advance(service->behind, now_ms(service));
    mqtt_service_wake(service);
}

void mqtt_service_wake(struct mqtt_service *service)
{
    enum assay_status status = ASSAY_OK;

    faced_advance(&service->faced, now_ms(service));
    status = faced_pump(&service->faced, service->broker, now_ms(service));
    (void)status; /* no memory: what the service had to say is lost */
    settle(service);
}

static void set_timer(struct mqtt_service *service)
{
    uint64_t due_ms =
        service->behind != NULL ? behind_due_ms(service->behind) : broker_due_ms(service->broker);
    uint64_t now = now_ms(service);
    uint64_t face_due_ms = BROKER_NEVER;

    if (!service->has_timer)
        return;
    if (service->faced.face != NULL)
        face_due_ms = faced_due_ms(&service->faced, service->now_s(service->now_ctx), now);
    if (face_due_ms < due_ms)
        due_ms = face_due_ms;
    if (due_ms == BROKER_NEVER) {
        uv_timer_stop(&service->timer);
        return;
    }
    uv_update_time(service->timer.loop);
    uv_timer_start(&service->timer, on_timer, due_ms > now ? due_ms - now : 0, 0);
}

/* After everything that may have given others something to say. */
static void settle(struct mqtt_service *service)
{
    struct broker_conn *conn = NULL;

    while ((conn = broker_next_ready(service->broker)) != NULL)
        serve(broker_conn_owner(conn));
    set_timer(service);
}

static void on_behind_ready(void *owner)
{
    struct session *s = owner;

    serve(s);
    set_timer(s->service);
}

static void on_behind_failed(void *owner, const char *why)
{
    struct session *s = owner;

    if (!s->finished)
        give_up_because(s, why);
}

static uint64_t now_of_owner(void *owner)
{
    return now_ms(((const struct session *)owner)->service);
}

const struct behind_events mqtt_service_behind_events = {
    .now_ms = now_of_owner, .on_ready = on_behind_ready, .on_failed = on_behind_failed};

void mqtt_service_start(struct mqtt_service *service, uv_loop_t *loop)
{
    service->faced.conn_of = face_of;
    service->faced.broker_conn_of = broker_conn_of;
    faced_attach(&service->faced, service->broker);
    uv_timer_init(loop, &service->timer);
    service->timer.data = service;
    service->has_timer = true;
}

void mqtt_service_stop(struct mqtt_service *service)
{
    if (service->has_timer)
        uv_close((uv_handle_t *)&service->timer, NULL);
    service->has_timer = false;
}
