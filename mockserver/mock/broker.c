/* SPDX-License-Identifier: Apache-2.0 */
#include "broker.h"

#include "base/event_kinds.h"
#include "mqtt/session.h"

#include <stdlib.h>

struct session {
    const struct broker *broker;
    struct net_conn *conn;
    struct tls_conn *tls;      /* NULL: plain */
    struct mqtt_session *mqtt; /* NULL until the first byte for it */
    bool expects;              /* the keep-alive runs */
    bool finished;
};

/* [MQTT-3.1.2-24]: one and a half times the keep-alive. */
static uint64_t patience_ms(uint32_t keep_alive_s)
{
    return (uint64_t)keep_alive_s * 1500;
}

static void free_session(struct session *s)
{
    mqtt_session_free(s->mqtt);
    tls_conn_free(s->tls);
    free(s);
}

static void *on_open(void *ctx, struct net_conn *conn)
{
    const struct broker *broker = ctx;
    struct session *s = calloc(1, sizeof(*s));

    if (s == NULL)
        return NULL;
    s->broker = broker;
    s->conn = conn;
    if (broker->tls == NULL)
        return s;
    s->tls = tls_conn_new(broker->tls, broker->sink, net_conn_id(conn));
    if (s->tls != NULL)
        return s;
    free_session(s);
    return NULL;
}

/* Something in the bench itself went wrong; the board cannot be served any longer. */
static void give_up(struct session *s, enum assay_status status)
{
    struct event_builder e;

    event_begin(&e, s->broker->sink, "mock", EV_SERVICE_ERROR, net_conn_id(s->conn));
    event_text(&e, "service", "broker");
    event_text(&e, "text", assay_status_text(status));
    event_emit(&e);
    s->finished = true;
    net_conn_reset(s->conn);
}

/* Hand what out holds to the wire. */
static enum assay_status to_wire(struct session *s, struct buf *out)
{
    enum assay_status status = ASSAY_OK;

    if (out->len == 0)
        return ASSAY_OK;
    status = net_conn_send(s->conn, out->data, out->len);
    buf_clear(out);
    return status == ASSAY_ERR_LIMIT || status == ASSAY_ERR_NOMEM ? status : ASSAY_OK;
}

/* The answers of the session, through TLS where there is some. */
static enum assay_status answer(struct session *s)
{
    struct buf *out = mqtt_session_output(s->mqtt);
    enum assay_status status = ASSAY_OK;

    if (out->len == 0)
        return ASSAY_OK;
    if (s->tls == NULL)
        return to_wire(s, out);
    if (tls_conn_stage(s->tls) == TLS_STAGE_ESTABLISHED)
        status = tls_conn_send(s->tls, out->data, out->len);
    buf_clear(out);
    return status;
}

static void watch_keep_alive(struct session *s)
{
    struct mqtt_session_info info;

    if (s->expects || mqtt_session_stage(s->mqtt) != MQTT_STAGE_CONNECTED)
        return;
    s->expects = true;
    info = mqtt_session_info(s->mqtt);
    if (info.keep_alive_s > 0)
        net_conn_expect(s->conn, patience_ms(info.keep_alive_s));
}

static enum assay_status to_mqtt(struct session *s, const void *data, size_t len)
{
    if (len == 0)
        return ASSAY_OK;
    if (s->mqtt == NULL) {
        s->mqtt = mqtt_session_new(s->broker->mqtt, s->broker->sink, net_conn_id(s->conn));
        if (s->mqtt == NULL)
            return ASSAY_ERR_NOMEM;
    }
    ASSAY_TRY(mqtt_session_receive(s->mqtt, data, len));
    watch_keep_alive(s);
    return answer(s);
}

static bool is_over(const struct session *s)
{
    if (s->mqtt != NULL && mqtt_session_wants_close(s->mqtt))
        return true;
    return s->tls != NULL && (tls_conn_stage(s->tls) == TLS_STAGE_CLOSED ||
                              tls_conn_stage(s->tls) == TLS_STAGE_FAILED);
}

/* Like a good broker: close_notify, then FIN. */
static enum assay_status finish(struct session *s)
{
    enum assay_status status = ASSAY_OK;

    if (s->finished)
        return ASSAY_OK;
    s->finished = true;
    if (s->mqtt != NULL)
        mqtt_session_end(s->mqtt);
    if (s->tls != NULL && tls_conn_stage(s->tls) != TLS_STAGE_FAILED)
        status = tls_conn_close(s->tls);
    if (s->tls != NULL && status == ASSAY_OK)
        status = to_wire(s, tls_conn_output(s->tls));
    net_conn_finish(s->conn);
    return status;
}

static enum assay_status advance(struct session *s)
{
    struct buf *plaintext = s->tls != NULL ? tls_conn_plaintext(s->tls) : NULL;

    if (plaintext != NULL) {
        ASSAY_TRY(to_mqtt(s, plaintext->data, plaintext->len));
        buf_clear(plaintext);
    }
    if (is_over(s))
        return finish(s);
    return s->tls != NULL ? to_wire(s, tls_conn_output(s->tls)) : ASSAY_OK;
}

static void on_data(void *session, const uint8_t *data, size_t len)
{
    struct session *s = session;
    enum assay_status status =
        s->tls != NULL ? tls_conn_receive(s->tls, data, len) : to_mqtt(s, data, len);

    if (status == ASSAY_OK)
        status = advance(s);
    if (status != ASSAY_OK)
        give_up(s, status);
}

static void on_end(void *session)
{
    struct session *s = session;
    enum assay_status status = ASSAY_OK;

    if (s->tls != NULL)
        tls_conn_end_of_input(s->tls);
    status = advance(s);
    if (status == ASSAY_OK)
        status = finish(s);
    if (status != ASSAY_OK)
        give_up(s, status);
}

static void on_idle(void *session)
{
    struct session *s = session;
    enum assay_status status = ASSAY_OK;

    if (s->mqtt != NULL)
        status = mqtt_session_timed_out(s->mqtt);
    if (s->mqtt != NULL && status == ASSAY_OK)
        status = answer(s);
    if (status == ASSAY_OK)
        status = finish(s);
    if (status != ASSAY_OK)
        give_up(s, status);
}

static void on_close(void *session, enum net_by by, enum net_how how)
{
    (void)by;
    (void)how;
    free_session(session);
}

void broker_service(const char *name, struct net_service *ret)
{
    *ret = (struct net_service){
        .name = name,
        .on_open = on_open,
        .on_data = on_data,
        .on_end = on_end,
        .on_idle = on_idle,
        .on_close = on_close,
    };
}
