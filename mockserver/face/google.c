/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Google Cloud IoT Core, retired in 2023, and ClearBlade IoT Core behind the same interface. Google
 * closes where it refuses a CONNECT; ClearBlade answers with the return codes of its page on the
 * MQTT bridge, and reads base64url strictly.
 */
#include "inside.h"

#include "face/jwt.h"
#include "mqtt/topic.h"

#include <stdio.h>
#include <string.h>

enum { EVENTS_MAX = 256 * 1024, STATE_MAX = 64 * 1024, CLIENT_ID_PARTS = 8 };

static const char *const publish_topics[] = {"/devices/{device}/events/#",
                                             "/devices/{device}/state", NULL};
static const char *const subscribe_filters[] = {
    "/devices/{device}/config", "/devices/{device}/commands/#", "/devices/{device}/errors", NULL};

static enum assay_status prepare(struct face *face, struct assay_error *err)
{
    return face_key_read(face->settings->key, "face.key", &face->key, err);
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
}

static void check_connect(struct face_conn *conn, const struct mqtt_connect *c,
                          struct mqtt_welcome *welcome, struct decision *ret)
{
    struct client_id id;
    char text[160];

    (void)welcome;
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
    if (ret->rule == NULL)
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

static void subscribe(struct face_conn *conn, const struct mqtt_filter *f, struct decision *ret)
{
    char text[160];

    if (!face_topic_is_one_of(subscribe_filters, conn->device, f->filter))
        face_refuse(conn, FACE_RULE_GOOGLE_FILTER, "SUBSCRIBE", ret, "this one to \"%s\"",
                    face_text(f->filter, text, sizeof(text)));
    else if (face_topic_fits("/devices/{device}/config", conn->device, f->filter))
        conn->wants_notice = true;
}

/* The newest configuration comes to whoever subscribes. */
static void subscribed(struct face_conn *conn)
{
    const char *config = conn->face->settings->config;
    char topic[FACE_TOPIC_TEXT];

    if (!conn->wants_notice)
        return;
    conn->wants_notice = false;
    if (config[0] == '\0')
        return;
    snprintf(topic, sizeof(topic), "/devices/%s/config", conn->device);
    face_say(conn->face, conn, topic, config, strlen(config));
    face_note_service(
        conn, &(struct service_note){.service = "config", .operation = "sent", .version = 1});
}

const struct face_functions face_google = {
    .prepare = prepare,
    .connect = check_connect,
    .publish = publish,
    .subscribe = subscribe,
    .subscribed = subscribed,
};
