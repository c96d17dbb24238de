/* SPDX-License-Identifier: Apache-2.0 */
/* The device twin: desired and reported properties, asked for and changed over topics. */
#include "azure.h"
#include "document.h"
#include "inside.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TWIN_MAX = 32768 };

struct twin {
    json_t *desired;
    json_t *reported;
    int64_t desired_version;
    int64_t reported_version;
};

enum assay_status twin_new(const struct face_settings *settings, struct twin **ret,
                           struct assay_error *err)
{
    struct twin *twin = calloc(1, sizeof(*twin));

    if (twin == NULL)
        return assay_error_set(err, ASSAY_ERR_NOMEM, "out of memory");
    *twin = (struct twin){.reported = json_object(), .desired_version = 1, .reported_version = 1};
    twin->desired = settings->desired[0] != '\0' ? document_parse(mqtt_view_text(settings->desired))
                                                 : json_object();
    if (!json_is_object(twin->desired)) {
        twin_free(twin);
        return assay_error_set(err, ASSAY_ERR_MALFORMED, "face.desired has to be a JSON object");
    }
    *ret = twin;
    return ASSAY_OK;
}

void twin_free(struct twin *twin)
{
    if (twin == NULL)
        return;
    json_decref(twin->desired);
    json_decref(twin->reported);
    free(twin);
}

/* "$rid=1" out of what stands behind the '?' of a topic; false: there is none. */
static bool request_id(struct mqtt_view topic, char *text, size_t cap)
{
    char whole[FACE_TOPIC_TEXT];
    const char *at = strstr(face_text(topic, whole, sizeof(whole)), "$rid=");

    if (at == NULL)
        return false;
    snprintf(text, cap, "%.*s", (int)strcspn(at, "&"), at);
    return true;
}

/* To a device that listens; the hub has no subscribers but the device itself. */
static void speak(struct face_conn *conn, const char *topic, const char *text)
{
    int qos = hub_hears(conn, topic);

    if (qos >= 0)
        (void)face_speak(conn->face, &(struct speech){.to = conn,
                                                      .topic = topic,
                                                      .payload = text,
                                                      .len = text != NULL ? strlen(text) : 0,
                                                      .qos = (unsigned)qos});
}

static void answer(struct face_conn *conn, int status, const char *rid, int64_t version,
                   const json_t *body)
{
    char topic[FACE_TOPIC_TEXT];
    char *text = body != NULL ? document_text(body) : NULL;

    if (version > 0)
        snprintf(topic, sizeof(topic), "$iothub/twin/res/%d/?%.200s&$version=%" PRId64, status, rid,
                 version);
    else
        snprintf(topic, sizeof(topic), "$iothub/twin/res/%d/?%.200s", status, rid);
    speak(conn, topic, text);
    free(text);
}

static void note(struct face_conn *conn, const char *operation, int64_t version, int64_t code,
                 const char *text)
{
    face_note_service(conn, &(struct service_note){.service = "twin",
                                                   .operation = operation,
                                                   .version = version,
                                                   .code = code,
                                                   .text = text});
}

static json_t *with_version(const json_t *properties, int64_t version)
{
    json_t *copy = json_deep_copy(properties);

    if (copy != NULL)
        (void)json_object_set_new(copy, "$version", json_integer(version));
    return copy;
}

static void get(struct face_conn *conn, const char *rid)
{
    const struct twin *twin = conn->face->twin;
    json_t *body =
        json_pack("{s:o,s:o}", "desired", with_version(twin->desired, twin->desired_version),
                  "reported", with_version(twin->reported, twin->reported_version));

    answer(conn, 200, rid, 0, body);
    note(conn, "get", twin->reported_version, 0, NULL);
    json_decref(body);
}

static void report(struct face_conn *conn, const char *rid, struct mqtt_view payload)
{
    struct twin *twin = conn->face->twin;
    json_t *over = payload.len <= TWIN_MAX ? document_parse(payload) : NULL;

    if (!json_is_object(over)) {
        answer(conn, 400, rid, 0, NULL);
        note(conn, "report", -1, 400,
             payload.len <= TWIN_MAX ? "the message is no JSON object"
                                     : "the message is larger than 32 KB");
    } else {
        document_merge(twin->reported, over);
        answer(conn, 204, rid, ++twin->reported_version, NULL);
        note(conn, "report", twin->reported_version, 0, NULL);
    }
    json_decref(over);
}

/* $iothub/twin/PATCH/properties/desired/?$version=N to every device that listens. */
static void tell_desired(struct face *face, json_t *change)
{
    const struct twin *twin = face->twin;
    char topic[FACE_TOPIC_TEXT];
    char *text = NULL;

    (void)json_object_set_new(change, "$version", json_integer(twin->desired_version));
    text = document_text(change);
    snprintf(topic, sizeof(topic), "$iothub/twin/PATCH/properties/desired/?$version=%" PRId64,
             twin->desired_version);
    for (struct face_conn *c = face->conns; text != NULL && c != NULL; c = c->next)
        if (c->is_accepted && !c->is_replaced && !c->is_expired)
            speak(c, topic, text);
    free(text);
}

enum assay_status twin_order_desired(struct face *face, const struct order *order,
                                     struct assay_error *err)
{
    struct twin *twin = face->twin;
    json_t *change = document_parse(mqtt_view_text(order->payload));

    if (!json_is_object(change)) {
        json_decref(change);
        return assay_error_set(err, ASSAY_ERR_MALFORMED,
                               "desired: the payload has to be a JSON object");
    }
    document_merge(twin->desired, change);
    twin->desired_version++;
    face_note_device(face, 0, face->settings->device,
                     &(struct service_note){.service = "twin",
                                            .operation = "desire",
                                            .version = twin->desired_version});
    tell_desired(face, change);
    json_decref(change);
    return ASSAY_OK;
}

bool twin_request(struct face_conn *conn, struct mqtt_view topic, struct mqtt_view payload)
{
    bool is_get = face_topic_fits("$iothub/twin/GET/#", "", topic);
    char rid[256];

    if (!is_get && !face_topic_fits("$iothub/twin/PATCH/properties/reported/#", "", topic))
        return false;
    if (!request_id(topic, rid, sizeof(rid)))
        note(conn, is_get ? "get" : "report", -1, 400, "the topic has no ?$rid=");
    else if (is_get)
        get(conn, rid);
    else
        report(conn, rid, payload);
    return true;
}
