/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Google Cloud IoT Core, retired in 2023, and ClearBlade IoT Core behind the same interface. Google
 * closes where it refuses a CONNECT; ClearBlade answers with the return codes of its page on the
 * MQTT bridge, and reads base64url strictly.
 */
#include "order.h"

#include "face/jwt.h"
#include "mqtt/topic.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/*
 * Quotas and limits. Publishing over the MQTT bridge, Keep-alive: without any message for 20
 * minutes a connection ends, whatever the keep alive is; 1.5 times 800 seconds are that.
 */
enum {
    EVENTS_MAX = 256 * 1024,
    COMMAND_MAX = 256 * 1024,
    STATE_MAX = 64 * 1024,
    CONFIG_MAX = 64 * 1024,
    CLIENT_ID_PARTS = 8,
    IDLE_KEEP_ALIVE = 800
};

/* The newest configuration of all devices, as an application has it. */
struct bridge {
    char *config; /* owned */
    int64_t version;
};

static const char *const publish_topics[] = {"/devices/{device}/events/#",
                                             "/devices/{device}/state", NULL};
static const char *const subscribe_filters[] = {
    "/devices/{device}/config", "/devices/{device}/commands/#", "/devices/{device}/errors", NULL};

static enum assay_status prepare(struct face *face, struct assay_error *err)
{
    struct bridge *bridge = NULL;

    ASSAY_TRY(face_key_read(face->settings->key, "face.key", &face->key, err));
    bridge = calloc(1, sizeof(*bridge));
    if (bridge == NULL)
        return assay_error_set(err, ASSAY_ERR_NOMEM, "out of memory");
    face->bridge = bridge;
    bridge->version = 1;
    bridge->config = strdup(face->settings->config);
    return bridge->config != NULL ? ASSAY_OK
                                  : assay_error_set(err, ASSAY_ERR_NOMEM, "out of memory");
}

void bridge_free(struct bridge *bridge)
{
    if (bridge == NULL)
        return;
    free(bridge->config);
    free(bridge);
}

static bool is_clearblade(const struct face_conn *conn)
{
    return conn->face->settings->kind == FACE_CLEARBLADE;
}

struct client_id {
    char project[FACE_NAME_TEXT];
    char location[FACE_NAME_TEXT];
    char registry[FACE_NAME_TEXT];
    char device[FACE_NAME_TEXT];
};

/* projects/P/locations/L/registries/R/devices/D */
static bool read_client_id(struct mqtt_view text, struct client_id *ret)
{
    static const char *const words[] = {"projects", "locations", "registries", "devices"};
    char *const members[] = {ret->project, ret->location, ret->registry, ret->device};
    struct mqtt_view rest = text;

    for (size_t i = 0; i < CLIENT_ID_PARTS / 2; i++) {
        struct mqtt_view word = {0};
        struct mqtt_view name = {0};

        if (rest.data == NULL)
            return false;
        word = mqtt_topic_level(&rest);
        if (rest.data == NULL || !face_view_is(word, words[i]))
            return false;
        name = mqtt_topic_level(&rest);
        if (name.len == 0 || name.len >= FACE_NAME_TEXT || memchr(name.data, 0, name.len) != NULL)
            return false;
        memcpy(members[i], name.data, name.len);
        members[i][name.len] = '\0';
    }
    return rest.data == NULL;
}

/* The first part of a client id that is not the registered one. */
static void check_client_id(struct face_conn *conn, const struct client_id *id,
                            struct decision *ret)
{
    const struct face_settings *s = conn->face->settings;
    const struct {
        const char *part, *want, *is;
    } rows[] = {{"project", s->project, id->project},
                {"location", s->location, id->location},
                {"registry", s->registry, id->registry},
                {"device", s->device, id->device}};

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        if (rows[i].want[0] == '\0' || strcmp(rows[i].want, rows[i].is) == 0)
            continue;
        face_refuse(conn, FACE_RULE_GOOGLE_DEVICE, "CONNECT", ret, "%s is \"%.64s\", not \"%.64s\"",
                    rows[i].part, rows[i].is, rows[i].want);
        return;
    }
}

static void check_token(struct face_conn *conn, const struct client_id *id, struct mqtt_view token,
                        struct decision *ret)
{
    const struct jwt_demands demands = {
        .audience = id->project,
        .key = conn->face->key,
        .now_s = face_time(conn->face),
        .is_lenient = !is_clearblade(conn),
    };
    struct jwt_finding finding;

    jwt_check(token.data, token.len, &demands, &finding);
    if (finding.rule != FACE_RULE_COUNT)
        face_refuse(conn, finding.rule, "CONNECT", ret, "%s", finding.detail);
    else if (finding.was_lenient)
        face_remark(conn, FACE_RULE_GOOGLE_JWT_LENIENT, "CONNECT", NULL);
    conn->expires_s = finding.expires_s;
    conn->expiry_rule = FACE_RULE_GOOGLE_JWT_ENDED;
}

static void limit_idleness(struct face_conn *conn, const struct mqtt_connect *c,
                           struct mqtt_welcome *welcome)
{
    if (c->keep_alive_s > 0 && c->keep_alive_s <= IDLE_KEEP_ALIVE)
        return;
    welcome->keep_alive_s = IDLE_KEEP_ALIVE;
    face_remark(conn, FACE_RULE_GOOGLE_IDLE, "CONNECT", "%u s", (unsigned)c->keep_alive_s);
}

static void check_connect(struct face_conn *conn, const struct mqtt_connect *c,
                          struct mqtt_welcome *welcome, struct decision *ret)
{
    struct client_id id;
    char text[160];

    if (!read_client_id(c->client_id, &id)) {
        face_refuse(conn, FACE_RULE_GOOGLE_CLIENT_ID, "CONNECT", ret, "it is \"%s\"",
                    face_text(c->client_id, text, sizeof(text)));
        return;
    }
    check_client_id(conn, &id, ret);
    if (ret->rule != NULL)
        return;
    if (c->password.data == NULL || c->password.len == 0) {
        face_refuse(conn, FACE_RULE_GOOGLE_PASSWORD, "CONNECT", ret, NULL);
        return;
    }
    if (c->username.data == NULL)
        face_remark(conn, FACE_RULE_GOOGLE_PASSWORD_ALONE, "CONNECT", NULL);
    check_token(conn, &id, c->password, ret);
    if (ret->rule != NULL)
        return;
    limit_idleness(conn, c, welcome);
    face_accept(conn, id.device, "token");
}

static void publish(struct face_conn *conn, const struct mqtt_packet *p, struct mqtt_view topic,
                    struct decision *ret)
{
    char text[160];
    bool is_state = false;

    if (mqtt_publish_qos(p) == 2) {
        face_refuse(conn, FACE_RULE_GOOGLE_QOS2, "PUBLISH", ret, NULL);
        return;
    }
    if (!face_topic_is_one_of(publish_topics, conn->device, topic)) {
        face_refuse(conn, FACE_RULE_GOOGLE_TOPIC, "PUBLISH", ret, "this one to \"%s\"",
                    face_text(topic, text, sizeof(text)));
        return;
    }
    is_state = face_topic_fits("/devices/{device}/state", conn->device, topic);
    if (p->publish.payload.len > (is_state ? STATE_MAX : EVENTS_MAX))
        face_refuse(conn, FACE_RULE_GOOGLE_PAYLOAD, "PUBLISH", ret, "%zu bytes",
                    p->publish.payload.len);
}

/* "/devices/D/commands/#": the one that commands come to. */
static const char *folder_filter(const struct face_conn *conn, char *text, size_t cap)
{
    snprintf(text, cap, "/devices/%s/commands/#", conn->device);
    return text;
}

static unsigned granted(const struct mqtt_filter *f)
{
    return (f->options & 3) > 0 ? 1 : 0;
}

static void subscribe(struct face_conn *conn, const struct mqtt_filter *f, struct decision *ret)
{
    char text[160];

    if (!face_topic_is_one_of(subscribe_filters, conn->device, f->filter)) {
        face_refuse(conn, FACE_RULE_GOOGLE_FILTER, "SUBSCRIBE", ret, "this one to \"%s\"",
                    face_text(f->filter, text, sizeof(text)));
    } else if (face_topic_fits("/devices/{device}/config", conn->device, f->filter)) {
        conn->wants_notice = conn->hears_config = true;
        conn->config_qos = granted(f);
    } else if (face_view_is(f->filter, folder_filter(conn, text, sizeof(text)))) {
        conn->hears_commands = true;
        conn->commands_qos = granted(f);
    } else if (face_topic_fits("/devices/{device}/commands/#", conn->device, f->filter)) {
        face_remark(conn, FACE_RULE_GOOGLE_FOLDER, "SUBSCRIBE", "this one to \"%s\"",
                    face_text(f->filter, text, sizeof(text)));
    }
}

static void unsubscribe(struct face_conn *conn, struct mqtt_view filter)
{
    char text[160];

    if (face_topic_fits("/devices/{device}/config", conn->device, filter))
        conn->hears_config = false;
    if (face_view_is(filter, folder_filter(conn, text, sizeof(text))))
        conn->hears_commands = false;
}

static void send_config(struct face_conn *conn)
{
    const struct bridge *bridge = conn->face->bridge;
    char topic[FACE_TOPIC_TEXT];

    snprintf(topic, sizeof(topic), "/devices/%s/config", conn->device);
    if (face_speak(conn->face, &(struct speech){.to = conn,
                                                .topic = topic,
                                                .payload = bridge->config,
                                                .len = strlen(bridge->config),
                                                .qos = conn->config_qos}))
        face_note_service(conn, &(struct service_note){.service = "config",
                                                       .operation = "sent",
                                                       .version = bridge->version});
}

/* The newest configuration comes to whoever subscribes. */
static void subscribed(struct face_conn *conn)
{
    if (conn->wants_notice && conn->face->bridge->config[0] != '\0')
        send_config(conn);
    conn->wants_notice = false;
}

static enum assay_status order_config(struct face *face, const struct order *order,
                                      struct assay_error *err)
{
    struct bridge *bridge = face->bridge;
    char *config = NULL;

    if (strlen(order->payload) > CONFIG_MAX)
        return assay_error_set(err, ASSAY_ERR_MALFORMED,
                               "config: configurations have at most 64 KB");
    config = strdup(order->payload);
    if (config == NULL)
        return assay_error_set(err, ASSAY_ERR_NOMEM, "out of memory");
    free(bridge->config);
    bridge->config = config;
    bridge->version++;
    for (struct face_conn *c = face->conns; c != NULL; c = c->next)
        if (c->is_accepted && !c->is_replaced && !c->is_expired && c->hears_config)
            send_config(c);
    return ASSAY_OK;
}

/* API, sendCommandToDevice: a device that has not subscribed is FAILED_PRECONDITION. */
static enum assay_status find_listener(const struct face *face, const struct order *order,
                                       struct face_conn **ret, struct assay_error *err)
{
    const char *device = NULL;
    struct face_conn *conn = NULL;

    ASSAY_TRY(order_device(face, order, &device, err));
    conn = face_conn_of(face, device);
    if (conn == NULL || !conn->hears_commands)
        return assay_error_set(
            err, ASSAY_ERR_STATE, "command: FAILED_PRECONDITION, the device \"%s\" %s", device,
            conn == NULL ? "is not connected" : "has not subscribed to /devices/D/commands/#");
    *ret = conn;
    return ASSAY_OK;
}

static enum assay_status order_command(struct face *face, const struct order *order,
                                       struct assay_error *err)
{
    struct face_conn *conn = NULL;
    char topic[FACE_TOPIC_TEXT];

    if (strlen(order->payload) > COMMAND_MAX || strlen(order->folder) > FACE_NAME_TEXT)
        return assay_error_set(err, ASSAY_ERR_MALFORMED, "command: commands have at most 256 KB");
    ASSAY_TRY(find_listener(face, order, &conn, err));
    snprintf(topic, sizeof(topic), "/devices/%s/commands%s%s", conn->device,
             order->folder[0] != '\0' ? "/" : "", order->folder);
    if (!face_speak(face, &(struct speech){.to = conn,
                                           .topic = topic,
                                           .payload = order->payload,
                                           .len = strlen(order->payload),
                                           .qos = conn->commands_qos}))
        return assay_error_set(err, ASSAY_ERR_LIMIT, "command: too much is under way");
    face_note_service(
        conn, &(struct service_note){
                  .service = "command", .operation = "sent", .item = order->folder, .version = -1});
    return ASSAY_OK;
}

static const struct order_row orders[] = {
    {"command", " device folder payload ", "command [device=ID] [folder=SUBFOLDER] [payload=TEXT]",
     false, order_command},
    {"config", " payload ", "config payload=TEXT", false, order_config},
    {NULL, NULL, NULL, false, NULL},
};

const struct face_functions face_google = {
    .prepare = prepare,
    .connect = check_connect,
    .publish = publish,
    .subscribe = subscribe,
    .subscribed = subscribed,
    .unsubscribe = unsubscribe,
    .orders = orders,
    .replaced = FACE_RULE_GOOGLE_REPLACED,
    .has_replaced = true,
};
