/* SPDX-License-Identifier: Apache-2.0 */
#include "faced.h"

#include "mqtt/reason.h"

static void on_connect(void *ctx, void *owner, const struct mqtt_packet *p,
                       struct mqtt_welcome *ret)
{
    const struct faced *faced = ctx;

    face_connect(faced->conn_of(owner), &p->connect, ret);
}

static struct broker_ruling ruling_of(struct face_ruling ruling)
{
    return (struct broker_ruling){.reason = ruling.reason, .is_closed = ruling.is_closed};
}

static void on_publish(void *ctx, void *owner, const struct mqtt_packet *p, struct mqtt_view topic,
                       struct broker_ruling *ret)
{
    const struct faced *faced = ctx;
    struct face_ruling ruling = {0};

    face_publish(faced->conn_of(owner), p, topic, &ruling);
    *ret = ruling_of(ruling);
}

static void on_subscribe(void *ctx, void *owner, const struct mqtt_filter *f,
                         struct broker_ruling *ret)
{
    const struct faced *faced = ctx;
    struct face_ruling ruling = {0};

    face_subscribe(faced->conn_of(owner), f, &ruling);
    *ret = ruling_of(ruling);
}

static void on_subscribed(void *ctx, void *owner)
{
    const struct faced *faced = ctx;

    face_subscribed(faced->conn_of(owner));
}

static void on_unsubscribe(void *ctx, void *owner, struct mqtt_view filter)
{
    const struct faced *faced = ctx;

    face_unsubscribe(faced->conn_of(owner), filter);
}

static void on_delivered(void *ctx, void *owner, uint32_t ticket)
{
    const struct faced *faced = ctx;

    face_delivered(faced->conn_of(owner), ticket);
}

static const struct broker_guard guard = {
    .connect = on_connect,
    .publish = on_publish,
    .subscribe = on_subscribe,
    .subscribed = on_subscribed,
    .unsubscribe = on_unsubscribe,
    .delivered = on_delivered,
};

void faced_attach(struct faced *faced, struct broker *broker)
{
    if (faced->face != NULL)
        broker_set_guard(broker, &guard, faced);
}

/* tls is borrowed by what it fills. */
static struct face_peer peer_of(const struct tls_conn *conn, const struct tls_peer *tls)
{
    return (struct face_peer){
        .has_server_name = tls->has_server_name,
        .offered_protocols = tls->offered_protocols,
        .protocol = tls_conn_alpn(conn),
        .psk_identity = tls->psk_identity,
        .has_certificate = tls->has_certificate,
        .subject = tls->subject,
        .common_name = tls->common_name,
        .sha1 = tls->sha1,
        .sha256 = tls->sha256,
    };
}

enum assay_status faced_admit(const struct faced *faced, uint32_t id, const struct tls_conn *tls,
                              void *owner, struct face_conn **ret, bool *ret_goes_on)
{
    struct face_conn *conn = NULL;
    struct tls_peer from_tls;
    struct face_peer peer;

    *ret_goes_on = true;
    if (faced->face == NULL)
        return ASSAY_OK;
    conn = face_conn_new(faced->face, id, owner);
    if (conn == NULL)
        return ASSAY_ERR_NOMEM;
    *ret = conn;
    if (tls == NULL) {
        *ret_goes_on = face_admit(conn, NULL);
        return ASSAY_OK;
    }
    tls_conn_peer(tls, &from_tls);
    peer = peer_of(tls, &from_tls);
    *ret_goes_on = face_admit(conn, &peer);
    return ASSAY_OK;
}

void faced_handshake_failed(const struct faced *faced, uint32_t id, const struct tls_conn *tls)
{
    struct face_conn *conn = faced->face != NULL ? face_conn_new(faced->face, id, NULL) : NULL;
    struct tls_peer from_tls;
    struct face_peer peer;

    if (conn == NULL)
        return; /* an event less */
    tls_conn_peer(tls, &from_tls);
    peer = peer_of(tls, &from_tls);
    face_handshake_failed(conn, &peer);
    face_conn_free(conn);
}

static enum assay_status send(const struct faced *faced, struct broker *broker,
                              const struct face_message *m, uint64_t now_ms)
{
    const struct broker_outgoing out = {
        .topic = mqtt_view_text(m->topic),
        .payload = mqtt_view_bytes(m->payload, m->payload_len),
        .qos = m->qos,
        .ticket = m->ticket,
    };
    struct broker_conn *only = m->to != NULL ? faced->broker_conn_of(face_conn_owner(m->to)) : NULL;

    if (m->to != NULL && only == NULL)
        return ASSAY_OK; /* it is on its way out */
    return broker_publish(broker, only, now_ms, &out);
}

enum assay_status faced_pump(const struct faced *faced, struct broker *broker, uint64_t now_ms)
{
    struct face_message m;
    enum assay_status status = ASSAY_OK;

    while (faced->face != NULL && status == ASSAY_OK && face_take_message(faced->face, &m)) {
        status = send(faced, broker, &m, now_ms);
        face_message_done(&m);
    }
    return status;
}

uint64_t faced_due_ms(const struct faced *faced, int64_t now_s, uint64_t now_ms)
{
    enum { DAY_S = 86400 };
    int64_t due_s = faced->face != NULL ? face_due_s(faced->face) : INT64_MAX;

    if (due_s == INT64_MAX)
        return BROKER_NEVER;
    if (due_s <= now_s)
        return now_ms;
    return now_ms + (uint64_t)(due_s - now_s < DAY_S ? due_s - now_s : DAY_S) * 1000 + 1;
}

void faced_advance(const struct faced *faced, uint64_t now_ms)
{
    void *owner = NULL;

    if (faced->face == NULL)
        return;
    face_advance(faced->face);
    while ((owner = face_take_closing(faced->face)) != NULL) {
        struct broker_conn *conn = faced->broker_conn_of(owner);
        enum assay_status status =
            conn != NULL ? broker_conn_disconnect(conn, now_ms, MQTT_REASON_NOT_AUTHORIZED)
                         : ASSAY_OK;

        (void)status; /* no memory: it is closed without a word */
    }
}
