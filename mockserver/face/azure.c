/* SPDX-License-Identifier: Apache-2.0 */
/* Azure IoT Hub: who a device is by its user name, SAS tokens and thumbprints, and few topics. */
#include "azure.h"

#include "face/sas.h"
#include "properties.h"
#include "mqtt/topic.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

/*
 * Communicate with an IoT hub using MQTT, Default keep-alive timeout: 1.5 times the client's, and
 * 29.45 minutes (1767 s) at most.
 */
enum { MESSAGE_MAX = 256 * 1024, KEEP_ALIVE_MOST = 1177, KEEP_ALIVE_TAKEN = 1178 };

static const char *const publish_topics[] = {
    "devices/{device}/messages/events/#", "$iothub/twin/GET/#",
    "$iothub/twin/PATCH/properties/reported/#", "$iothub/methods/res/#", NULL};
static const char *const subscribe_filters[] = {
    "devices/{device}/messages/devicebound/#", "$iothub/twin/res/#",
    "$iothub/twin/PATCH/properties/desired/#", "$iothub/methods/POST/#", NULL};

static enum assay_status prepare(struct face *face, struct assay_error *err)
{
    struct buf key;
    enum assay_status status = ASSAY_OK;

    buf_init(&key, FACE_PEM_TEXT);
    status = buf_add_from_base64(&key, face->settings->key, strlen(face->settings->key));
    buf_done(&key);
    if (status != ASSAY_OK)
        return assay_error_set(err, ASSAY_ERR_MALFORMED,
                               "face.key has to be base64, as the portal shows a device's key");
    ASSAY_TRY(hub_new(&face->hub, err));
    return twin_new(face->settings, &face->twin, err);
}

struct user_name {
    char hub[FACE_NAME_TEXT];
    char device[FACE_NAME_TEXT];
    bool has_version;
};

static bool take_level(struct mqtt_view *rest, char *text)
{
    struct mqtt_view level = {0};

    if (rest->data == NULL)
        return false;
    level = mqtt_topic_level(rest);
    if (level.len == 0 || level.len >= FACE_NAME_TEXT || memchr(level.data, 0, level.len) != NULL)
        return false;
    memcpy(text, level.data, level.len);
    text[level.len] = '\0';
    return true;
}

/* {hub}/{device}/?api-version=..., and the older form without the question mark. */
static bool read_user_name(struct mqtt_view view, struct user_name *ret)
{
    struct mqtt_view rest = view;
    char query[512];

    ret->has_version = false;
    if (view.data == NULL || !take_level(&rest, ret->hub) || !take_level(&rest, ret->device))
        return false;
    if (rest.data == NULL)
        return true;
    face_text(rest, query, sizeof(query));
    ret->has_version = strstr(query, "api-version=") != NULL;
    return true;
}

static void check_user_name(struct face_conn *conn, const struct user_name *name,
                            struct decision *ret)
{
    const struct face_settings *s = conn->face->settings;

    if (s->hub[0] != '\0' && strcasecmp(name->hub, s->hub) != 0)
        face_refuse(conn, FACE_RULE_AZURE_HUB, "CONNECT", ret, "\"%s\", not \"%s\"", name->hub,
                    s->hub);
    else if (s->device[0] != '\0' && strcmp(name->device, s->device) != 0)
        face_refuse(conn, FACE_RULE_AZURE_DEVICE, "CONNECT", ret, "\"%s\", not \"%s\"",
                    name->device, s->device);
    else if (!name->has_version)
        face_remark(conn, FACE_RULE_AZURE_VERSION, "CONNECT",
                    "it ends with /?api-version=2021-04-12, for example");
}

static void check_token(struct face_conn *conn, const struct user_name *name,
                        struct mqtt_view token, struct decision *ret)
{
    const struct face_settings *s = conn->face->settings;
    char resource[2 * FACE_NAME_TEXT + 16];
    struct sas_demands demands = {.resource = resource, .now_s = face_time(conn->face)};
    struct sas_finding finding;
    struct buf key;

    if (s->key[0] == '\0') {
        face_refuse(conn, FACE_RULE_AZURE_SAS_NO_KEY, "CONNECT", ret, NULL);
        return;
    }
    snprintf(resource, sizeof(resource), "%s/devices/%s", name->hub, name->device);
    buf_init(&key, FACE_PEM_TEXT);
    if (buf_add_from_base64(&key, s->key, strlen(s->key)) == ASSAY_OK) {
        demands.key = key.data;
        demands.key_len = key.len;
    }
    sas_check(token.data, token.len, &demands, &finding);
    buf_done(&key);
    if (finding.rule != FACE_RULE_COUNT)
        face_refuse(conn, finding.rule, "CONNECT", ret, "%s", finding.detail);
    /* Troubleshoot: 401003 IoTHubUnauthorized: "disconnects the device" when the token expires. */
    conn->expires_s = finding.expires_s;
    conn->expiry_rule = FACE_RULE_AZURE_SAS_ENDED;
}

static void check_certificate(struct face_conn *conn, struct decision *ret)
{
    if (!conn->has_certificate)
        face_refuse(conn, FACE_RULE_AZURE_PROOF, "CONNECT", ret, NULL);
    else if (conn->face->certificate[0] == '\0')
        face_refuse(conn, FACE_RULE_AZURE_NO_X509, "CONNECT", ret, NULL);
    else if (!face_certificate_is(conn, conn->face->certificate))
        face_refuse(conn, FACE_RULE_AZURE_THUMBPRINT, "CONNECT", ret, "it is %s (SHA-1)",
                    conn->sha1);
}

/* [library] azure-iot-sdk-c, iothubtransportmqtt_websockets.c: "/$iothub/websocket" and a query. */
static bool upgrade(struct face_conn *conn, const char *path, const char *host, struct buf *refusal)
{
    static const char *const paths[] = {"/$iothub/websocket", "/%24iothub/websocket"};
    size_t len = strcspn(path, "?");
    struct decision ignored = {NULL};
    enum assay_status status = ASSAY_OK;

    (void)host;
    for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++)
        if (strlen(paths[i]) == len && strncmp(path, paths[i], len) == 0)
            return true;
    face_refuse(conn, FACE_RULE_AZURE_PATH, "HTTP", &ignored, "it is \"%.*s\"",
                (int)(len < 100 ? len : 100), path);
    status = buf_add_text(refusal, "HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n");
    (void)status; /* no memory: it is closed without a word */
    return false;
}

static void limit_keep_alive(struct face_conn *conn, const struct mqtt_connect *c,
                             struct mqtt_welcome *welcome)
{
    if (c->keep_alive_s > 0 && c->keep_alive_s <= KEEP_ALIVE_MOST)
        return;
    welcome->keep_alive_s = KEEP_ALIVE_TAKEN;
    face_remark(conn, FACE_RULE_AZURE_KEEP_ALIVE, "CONNECT", "%u s", (unsigned)c->keep_alive_s);
}

static void check_connect(struct face_conn *conn, const struct mqtt_connect *c,
                          struct mqtt_welcome *welcome, struct decision *ret)
{
    struct user_name name;
    char text[160];
    bool by_token = c->password.data != NULL && c->password.len > 0;

    if (!read_user_name(c->username, &name)) {
        face_refuse(conn, FACE_RULE_AZURE_USERNAME, "CONNECT", ret, "it is \"%s\"",
                    face_text(c->username, text, sizeof(text)));
        return;
    }
    check_user_name(conn, &name, ret);
    if (ret->rule == NULL && !face_view_is(c->client_id, name.device))
        face_refuse(conn, FACE_RULE_AZURE_CLIENT_ID, "CONNECT", ret, "\"%s\", not \"%s\"",
                    face_text(c->client_id, text, sizeof(text)), name.device);
    if (ret->rule == NULL && by_token)
        check_token(conn, &name, c->password, ret);
    else if (ret->rule == NULL)
        check_certificate(conn, ret);
    if (ret->rule != NULL)
        return;
    limit_keep_alive(conn, c, welcome);
    face_accept(conn, name.device, by_token ? "SAS token" : "certificate");
    hub_connected(conn, (c->flags & MQTT_CONNECT_CLEAN) != 0);
}

/* A message to the back end: what its property bag says. */
static void note_telemetry(struct face_conn *conn, const struct mqtt_packet *p,
                           struct mqtt_view topic)
{
    char prefix[FACE_NAME_TEXT + 32];
    size_t len = 0;
    struct properties properties;

    snprintf(prefix, sizeof(prefix), "devices/%s/messages/events/", conn->device);
    len = strlen(prefix) < topic.len ? strlen(prefix) : topic.len;
    properties_read(mqtt_view_bytes(topic.data + len, topic.len - len), &properties);
    if (!properties.is_sound)
        face_remark(conn, FACE_RULE_AZURE_PROPERTIES, "PUBLISH", "%s", properties.text);
    else if (properties.has_json_type && !properties.has_encoding)
        face_remark(conn, FACE_RULE_AZURE_ENCODING, "PUBLISH", "%s", properties.text);
    if (mqtt_publish_retain(p))
        face_remark(conn, FACE_RULE_AZURE_RETAIN, "PUBLISH", NULL);
    face_note_service(
        conn, &(struct service_note){.service = "telemetry",
                                     .operation = "received",
                                     .version = -1,
                                     .text = properties.is_sound && properties.text[0] != '\0'
                                                 ? properties.text
                                                 : NULL});
}

static void publish(struct face_conn *conn, const struct mqtt_packet *p, struct mqtt_view topic,
                    struct decision *ret)
{
    char text[160];

    if (mqtt_publish_qos(p) == 2)
        face_refuse(conn, FACE_RULE_AZURE_QOS2, "PUBLISH", ret, NULL);
    else if (!face_topic_is_one_of(publish_topics, conn->device, topic))
        face_refuse(conn, FACE_RULE_AZURE_TOPIC, "PUBLISH", ret, "this one to \"%s\"",
                    face_text(topic, text, sizeof(text)));
    else if (p->publish.payload.len > MESSAGE_MAX)
        face_refuse(conn, FACE_RULE_AZURE_PAYLOAD, "PUBLISH", ret, "%zu bytes",
                    p->publish.payload.len);
    if (ret->rule != NULL)
        return;
    if (face_topic_fits("devices/{device}/messages/events/#", conn->device, topic))
        note_telemetry(conn, p, topic);
    else if (face_topic_fits("$iothub/methods/res/#", "", topic))
        calls_answered(conn, topic, p->publish.payload);
    else
        (void)twin_request(conn, topic, p->publish.payload);
}

static void subscribe(struct face_conn *conn, const struct mqtt_filter *f, struct decision *ret)
{
    char text[160];

    if (!face_topic_is_one_of(subscribe_filters, conn->device, f->filter))
        face_refuse(conn, FACE_RULE_AZURE_FILTER, "SUBSCRIBE", ret, "this one to \"%s\"",
                    face_text(f->filter, text, sizeof(text)));
    else if (!hub_add_filter(conn, f->filter, f->options & 3))
        face_refuse(conn, FACE_RULE_AZURE_FILTERS, "SUBSCRIBE", ret, "this one is \"%s\"",
                    face_text(f->filter, text, sizeof(text)));
}

static void unsubscribe(struct face_conn *conn, struct mqtt_view filter)
{
    hub_remove_filter(conn, filter);
}

static void gone(struct face_conn *conn)
{
    hub_gone(conn);
}

static void advance(struct face *face)
{
    hub_expire(face);
    calls_expire(face);
}

static const struct order_row orders[] = {
    {"method", " device timeout payload ",
     "method NAME [device=ID] [timeout=SECONDS] [payload=JSON]", true, calls_order_method},
    {"message", " device ttl properties payload ",
     "message [device=ID] [ttl=SECONDS] [properties=A=B&C=D] [payload=TEXT]", false,
     hub_order_message},
    {"desired", " payload ", "desired payload=JSON", false, twin_order_desired},
    {NULL, NULL, NULL, false, NULL},
};

const struct face_functions face_azure = {
    .prepare = prepare,
    .upgrade = upgrade,
    .connect = check_connect,
    .publish = publish,
    .subscribe = subscribe,
    .subscribed = hub_deliver,
    .unsubscribe = unsubscribe,
    .delivered = hub_delivered,
    .gone = gone,
    .due_s = hub_due_s,
    .advance = advance,
    .orders = orders,
    .replaced = FACE_RULE_AZURE_REPLACED,
    .has_replaced = true,
};
