/* SPDX-License-Identifier: Apache-2.0 */
/* AWS IoT Core: certificates or a custom authorizer, limits, reserved topics. */
#include "order.h"

#include "mqtt/topic.h"

#include <stdio.h>
#include <string.h>

enum {
    CLIENT_ID_MAX = 128,
    TOPIC_MAX = 256,
    SLASHES_MAX = 7,
    PAYLOAD_MAX = 128 * 1024,
    FILTERS_MAX = 8,
    KEEP_ALIVE_LEAST = 30,
    KEEP_ALIVE_MOST = 1200
};

static const char by_certificate[] = "x-amzn-mqtt-ca";
static const char by_authorizer[] = "mqtt";

static enum assay_status prepare(struct face *face, struct assay_error *err)
{
    const struct face_settings *s = face->settings;

    if (s->key[0] != '\0')
        ASSAY_TRY(face_key_read(s->key, "face.key", &face->key, err));
    ASSAY_TRY(shadows_new(s, &face->shadows, err));
    return jobs_new(s, &face->jobs, err);
}

static bool is_custom(const struct face_conn *conn)
{
    return strcmp(conn->protocol, by_authorizer) == 0;
}

static void admit(struct face_conn *conn, const struct face_peer *peer, struct decision *ret)
{
    const struct face *face = conn->face;

    if (is_custom(conn) || face->settings->access_key[0] != '\0')
        return;
    if (!peer->has_certificate)
        face_refuse(conn, FACE_RULE_AWS_CERTIFICATE, "TLS", ret, "%s",
                    face->settings->port == 443
                        ? "with x-amzn-mqtt-ca it has to; mqtt is for custom authentication"
                        : "port 8883 takes nothing else");
    else if (face->certificate[0] == '\0')
        face_remark(conn, FACE_RULE_AWS_CERTIFICATE_NEW, "TLS", "SHA-256 %s", conn->sha256);
    else if (!face_certificate_is(conn, face->certificate))
        face_refuse(conn, FACE_RULE_AWS_CERTIFICATE_OTHER, "TLS", ret, "its SHA-256 is %s",
                    conn->sha256);
}

static void handshake_failed(struct face_conn *conn, const struct face_peer *peer)
{
    bool is_443 = conn->face->settings->port == 443;
    const char *offered = peer->offered_protocols;
    struct decision ignored = {NULL};

    if (is_443 && offered[0] == '\0')
        face_refuse(conn, FACE_RULE_AWS_ALPN, "TLS", &ignored,
                    "%s for certificates, %s for custom "
                    "authentication",
                    by_certificate, by_authorizer);
    else if (is_443 && peer->protocol[0] == '\0' && strstr(offered, by_authorizer) == NULL)
        face_refuse(conn, FACE_RULE_AWS_ALPN_UNKNOWN, "TLS", &ignored, "it offered %s", offered);
    if (!peer->has_server_name)
        face_refuse(conn, FACE_RULE_AWS_SNI, "TLS", &ignored,
                    "connect by name, not by address, and let the TLS stack send it");
}

/* The thing that a connection is: the settings' own, else the client id. */
static void check_client_id(struct face_conn *conn, const struct mqtt_connect *c,
                            struct decision *ret)
{
    const char *thing = conn->face->settings->device;
    char text[160];

    if (c->client_id.len > CLIENT_ID_MAX)
        face_refuse(conn, FACE_RULE_AWS_CLIENT_ID, "CONNECT", ret, "%zu bytes", c->client_id.len);
    else if (thing[0] != '\0' && !face_view_is(c->client_id, thing))
        face_refuse(conn, FACE_RULE_AWS_POLICY, "CONNECT", ret, "it is \"%s\", not \"%s\"",
                    face_text(c->client_id, text, sizeof(text)), thing);
}

static void limit_keep_alive(struct face_conn *conn, const struct mqtt_connect *c,
                             struct mqtt_welcome *welcome)
{
    uint16_t asked = c->keep_alive_s;

    if (asked >= KEEP_ALIVE_LEAST && asked <= KEEP_ALIVE_MOST)
        return;
    welcome->keep_alive_s =
        asked > 0 && asked < KEEP_ALIVE_LEAST ? KEEP_ALIVE_LEAST : KEEP_ALIVE_MOST;
    face_remark(conn, FACE_RULE_AWS_KEEP_ALIVE, "CONNECT", "%u s", (unsigned)asked);
}

static void check_connect(struct face_conn *conn, const struct mqtt_connect *c,
                          struct mqtt_welcome *welcome, struct decision *ret)
{
    char device[FACE_NAME_TEXT];

    check_client_id(conn, c, ret);
    if (ret->rule == NULL && is_custom(conn))
        aws_authorize(conn, c, ret);
    if (ret->rule != NULL)
        return;
    limit_keep_alive(conn, c, welcome);
    face_accept(conn, face_text(c->client_id, device, sizeof(device)),
                conn->is_signed   ? "signature version 4"
                : is_custom(conn) ? "custom authorizer"
                                  : "certificate");
}

static size_t slashes_in(struct mqtt_view topic)
{
    size_t count = 0;

    for (size_t i = 0; i < topic.len; i++)
        count += topic.data[i] == '/';
    return count;
}

/* "$aws/things/THING/" at the beginning: what stands behind it; NULL data: another topic. */
static struct mqtt_view own_rest(const struct face_conn *conn, struct mqtt_view topic,
                                 bool *ret_is_thing)
{
    struct mqtt_view rest = topic;
    struct mqtt_view thing = {0};

    *ret_is_thing = false;
    if (!face_view_is(mqtt_topic_level(&rest), "$aws") || rest.data == NULL ||
        !face_view_is(mqtt_topic_level(&rest), "things") || rest.data == NULL)
        return mqtt_view_bytes(NULL, 0);
    *ret_is_thing = true;
    thing = mqtt_topic_level(&rest);
    return face_view_is(thing, conn->device) ? rest : mqtt_view_bytes(NULL, 0);
}

static bool is_reserved(struct mqtt_view topic)
{
    return topic.len > 0 && topic.data[0] == '$';
}

/* Basic ingest: "$aws/rules/NAME/..." is a message to a rule, which nobody hears here. */
static bool is_ingest(struct mqtt_view topic)
{
    return face_topic_fits("$aws/rules/+/#", "", topic);
}

static void check_topic(struct face_conn *conn, const char *packet, struct mqtt_view topic,
                        struct decision *ret)
{
    size_t slashes = slashes_in(topic);

    /* The first three levels of reserved topics do not count. */
    if (is_reserved(topic))
        slashes = slashes > 3 ? slashes - 3 : 0;
    if (topic.len > TOPIC_MAX)
        face_refuse(conn, FACE_RULE_AWS_TOPIC_LONG, packet, ret, "%zu bytes", topic.len);
    else if (slashes > SLASHES_MAX)
        face_refuse(conn, FACE_RULE_AWS_TOPIC_DEEP, packet, ret, "%zu slashes", slashes);
}

static void to_reserved(struct face_conn *conn, const struct mqtt_packet *p, struct mqtt_view topic,
                        struct decision *ret)
{
    bool is_thing = false;
    struct mqtt_view rest = own_rest(conn, topic, &is_thing);
    char text[160];
    char request[FACE_TOPIC_TEXT];

    if (mqtt_publish_retain(p)) {
        face_refuse(conn, FACE_RULE_AWS_RETAIN, "PUBLISH", ret, NULL);
        return;
    }
    if (is_ingest(topic))
        return;
    face_text(rest.data != NULL ? rest : mqtt_view_empty(), request, sizeof(request));
    if (is_thing && rest.data == NULL)
        face_refuse(conn, FACE_RULE_AWS_FOREIGN, "PUBLISH", ret, "\"%s\"",
                    face_text(topic, text, sizeof(text)));
    else if (!is_thing || (!shadows_request(conn, conn->device, request, p->publish.payload) &&
                           !jobs_request(conn, conn->device, request, p->publish.payload)))
        face_refuse(conn, FACE_RULE_AWS_RESERVED, "PUBLISH", ret, "\"%s\"",
                    face_text(topic, text, sizeof(text)));
}

static void publish(struct face_conn *conn, const struct mqtt_packet *p, struct mqtt_view topic,
                    struct decision *ret)
{
    if (mqtt_publish_qos(p) == 2) {
        face_refuse(conn, FACE_RULE_AWS_QOS2, "PUBLISH", ret, NULL);
        return;
    }
    check_topic(conn, "PUBLISH", topic, ret);
    if (ret->rule != NULL)
        return;
    if (p->publish.payload.len > PAYLOAD_MAX)
        face_refuse(conn, FACE_RULE_AWS_PAYLOAD, "PUBLISH", ret, "%zu bytes",
                    p->publish.payload.len);
    else if (is_reserved(topic))
        to_reserved(conn, p, topic, ret);
}

/* Does a filter reach messages that the services begin with? */
static void note_filter(struct face_conn *conn, struct mqtt_view filter)
{
    static const struct {
        const char *rest;
        size_t flag;
    } rows[] = {
        {"shadow/update/delta", offsetof(struct face_conn, hears_delta)},
        {"jobs/notify", offsetof(struct face_conn, hears_jobs)},
        {"jobs/notify-next", offsetof(struct face_conn, hears_jobs)},
    };
    char topic[FACE_TOPIC_TEXT];

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        bool *flag = (bool *)((char *)conn + rows[i].flag);

        snprintf(topic, sizeof(topic), "$aws/things/%s/%s", conn->device, rows[i].rest);
        *flag = *flag || mqtt_filter_matches(filter, mqtt_view_text(topic));
    }
}

static void subscribe(struct face_conn *conn, const struct mqtt_filter *f, struct decision *ret)
{
    bool is_thing = false;
    struct mqtt_view rest = own_rest(conn, f->filter, &is_thing);
    char text[160];

    if ((f->options & 3) == 2)
        face_refuse(conn, FACE_RULE_AWS_QOS2_SUBSCRIBE, "SUBSCRIBE", ret, "filter \"%s\"",
                    face_text(f->filter, text, sizeof(text)));
    else if (conn->filters > FILTERS_MAX)
        face_refuse(conn, FACE_RULE_AWS_FILTERS, "SUBSCRIBE", ret, NULL);
    else
        check_topic(conn, "SUBSCRIBE", f->filter, ret);
    if (ret->rule != NULL)
        return;
    if (is_thing && rest.data == NULL)
        face_refuse(conn, FACE_RULE_AWS_FOREIGN_SUBSCRIBE, "SUBSCRIBE", ret, "\"%s\"",
                    face_text(f->filter, text, sizeof(text)));
    else
        note_filter(conn, f->filter);
}

/* An application's change and a new job come when somebody listens: as Device Advisor does it. */
static void subscribed(struct face_conn *conn)
{
    if (conn->hears_delta)
        shadows_desire(conn, conn->device);
    if (conn->hears_jobs)
        jobs_create(conn, conn->device);
}

static enum assay_status order_desired(struct face *face, const struct order *order,
                                       struct assay_error *err)
{
    const char *thing = NULL;

    ASSAY_TRY(order_device(face, order, &thing, err));
    return shadows_order(face, thing, order->shadow, order->payload, err);
}

static enum assay_status order_job(struct face *face, const struct order *order,
                                   struct assay_error *err)
{
    const char *thing = NULL;

    ASSAY_TRY(order_device(face, order, &thing, err));
    return jobs_order(face, thing, order->name, order->payload, err);
}

static const struct order_row orders[] = {
    {"desired", " device shadow payload ", "desired [device=THING] [shadow=NAME] payload=JSON",
     false, order_desired},
    {"job", " device payload ", "job ID [device=THING] [payload=JSON]", true, order_job},
    {NULL, NULL, NULL, false, NULL},
};

const struct face_functions face_aws = {
    .prepare = prepare,
    .admit = admit,
    .handshake_failed = handshake_failed,
    .upgrade = aws_upgrade,
    .connect = check_connect,
    .publish = publish,
    .subscribe = subscribe,
    .subscribed = subscribed,
    .orders = orders,
    .replaced = FACE_RULE_AWS_REPLACED,
    .has_replaced = true,
};
