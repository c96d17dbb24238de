/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Direct methods: a request of QoS 0 to $iothub/methods/POST/{name}/?$rid={id}, an answer to
 * $iothub/methods/res/{status}/?$rid={id} within a time (Understand and invoke direct methods).
 */
#include "azure.h"

#include "document.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    CALLS_MAX = 64,
    TIMEOUT_S = 30, /* "default value is 30 seconds, settable between 5 and 300 seconds" */
    TIMEOUT_LEAST_S = 5,
    TIMEOUT_MOST_S = 300,
    PAYLOAD_MAX = 128 * 1024, /* "a JSON document up to 128 KB" */
    SHOWN = 200               /* of an answer, in an event */
};

struct call {
    struct call *next;
    uint32_t conn;
    int64_t rid;
    int64_t ends_s; /* the last second */
    char device[FACE_NAME_TEXT];
    char name[FACE_NAME_TEXT];
};

struct calls {
    struct call *first;
    size_t count;
    int64_t last_rid;
};

struct calls *calls_new(void)
{
    return calloc(1, sizeof(struct calls));
}

void calls_free(struct calls *calls)
{
    while (calls != NULL && calls->first != NULL) {
        struct call *call = calls->first;

        calls->first = call->next;
        free(call);
    }
    free(calls);
}

static void note(const struct face *face, const struct call *call, const char *operation,
                 const char *status, int64_t code, const char *text)
{
    face_note_device(face, call->conn, call->device,
                     &(struct service_note){.service = "method",
                                            .operation = operation,
                                            .item = call->name,
                                            .status = status,
                                            .version = -1,
                                            .code = code,
                                            .text = text});
}

static void forget(struct calls *calls, struct call *call)
{
    struct call **at = &calls->first;

    while (*at != call)
        at = &(*at)->next;
    *at = call->next;
    calls->count--;
    free(call);
}

static bool is_json(const char *text, size_t len)
{
    json_t *json = document_parse(mqtt_view_bytes(text, len));
    bool ok = json != NULL;

    json_decref(json);
    return ok;
}

static enum assay_status check(const struct order *order, struct assay_error *err)
{
    if (strpbrk(order->name, "$()<>@,;:\\\"/[]?={}+#") != NULL ||
        strlen(order->name) >= FACE_NAME_TEXT)
        return assay_error_set(err, ASSAY_ERR_MALFORMED,
                               "method: \"%.64s\" is no name of a method: letters, digits and few "
                               "signs, 128 at most",
                               order->name);
    if (order->payload[0] != '\0' &&
        (strlen(order->payload) > PAYLOAD_MAX || !is_json(order->payload, strlen(order->payload))))
        return assay_error_set(err, ASSAY_ERR_MALFORMED,
                               "method: the payload has to be JSON of 128 KB at most, or nothing");
    if (order->seconds != 0 &&
        (order->seconds < TIMEOUT_LEAST_S || order->seconds > TIMEOUT_MOST_S))
        return assay_error_set(err, ASSAY_ERR_MALFORMED,
                               "method: timeout has to be %d to %d seconds", TIMEOUT_LEAST_S,
                               TIMEOUT_MOST_S);
    return ASSAY_OK;
}

/* The connection that hears the call; the back end gets HTTP 404 where there is none. */
static enum assay_status find_conn(const struct face *face, const struct order *order,
                                   const char *topic, struct face_conn **ret,
                                   struct assay_error *err)
{
    const char *device = NULL;
    struct face_conn *conn = NULL;

    ASSAY_TRY(order_device(face, order, &device, err));
    conn = face_conn_of(face, device);
    if (conn == NULL)
        return assay_error_set(err, ASSAY_ERR_STATE,
                               "method %s: 404, the device \"%s\" is not connected", order->name,
                               device);
    if (hub_hears(conn, topic) < 0)
        return assay_error_set(err, ASSAY_ERR_STATE,
                               "method %s: 404, the device \"%s\" has not subscribed to "
                               "$iothub/methods/POST/#",
                               order->name, device);
    *ret = conn;
    return ASSAY_OK;
}

static enum assay_status make_call(const struct face_conn *conn, const struct order *order,
                                   struct calls *calls, struct call **ret)
{
    struct call *call = calls->count < CALLS_MAX ? calloc(1, sizeof(*call)) : NULL;

    if (call == NULL)
        return ASSAY_ERR_LIMIT;
    call->conn = conn->id;
    call->rid = ++calls->last_rid;
    call->ends_s = face_time(conn->face) + (order->seconds > 0 ? order->seconds : TIMEOUT_S);
    snprintf(call->device, sizeof(call->device), "%s", conn->device);
    snprintf(call->name, sizeof(call->name), "%s", order->name);
    call->next = calls->first;
    calls->first = call;
    calls->count++;
    *ret = call;
    return ASSAY_OK;
}

enum assay_status calls_order_method(struct face *face, const struct order *order,
                                     struct assay_error *err)
{
    struct calls *calls = hub_calls(face);
    struct face_conn *conn = NULL;
    struct call *call = NULL;
    char topic[FACE_TOPIC_TEXT];

    ASSAY_TRY(check(order, err));
    snprintf(topic, sizeof(topic), "$iothub/methods/POST/%s/?$rid=%" PRId64, order->name,
             calls->last_rid + 1);
    ASSAY_TRY(find_conn(face, order, topic, &conn, err));
    if (make_call(conn, order, calls, &call) != ASSAY_OK)
        return assay_error_set(err, ASSAY_ERR_LIMIT, "method: %d calls are under way", CALLS_MAX);
    /* "Method requests are QoS 0." */
    if (!face_speak(face, &(struct speech){.to = conn,
                                           .topic = topic,
                                           .payload = order->payload,
                                           .len = strlen(order->payload)})) {
        forget(calls, call);
        return assay_error_set(err, ASSAY_ERR_LIMIT, "method: too much is under way");
    }
    note(face, call, "called", NULL, 0, NULL);
    return ASSAY_OK;
}

/* $iothub/methods/res/{status}/?$rid={id}; false: another form. */
static bool read_answer(struct mqtt_view topic, char *status, size_t cap, int64_t *ret_rid)
{
    static const char prefix[] = "$iothub/methods/res/";
    char text[FACE_TOPIC_TEXT];
    const char *at = face_text(topic, text, sizeof(text)) + sizeof(prefix) - 1;
    size_t digits = strspn(at, "0123456789");
    const char *rid = at + digits;
    char *end = NULL;

    if (digits == 0 || digits >= cap || strncmp(rid, "/?$rid=", 7) != 0)
        return false;
    snprintf(status, cap, "%.*s", (int)digits, at);
    *ret_rid = strtoll(rid + 7, &end, 10);
    return end != rid + 7 && (*end == '\0' || *end == '&');
}

static struct call *find_call(const struct calls *calls, const char *device, int64_t rid)
{
    for (struct call *call = calls->first; call != NULL; call = call->next)
        if (call->rid == rid && strcmp(call->device, device) == 0)
            return call;
    return NULL;
}

void calls_answered(struct face_conn *conn, struct mqtt_view topic, struct mqtt_view payload)
{
    struct calls *calls = hub_calls(conn->face);
    struct call *call = NULL;
    char status[12];
    char text[SHOWN];
    int64_t rid = 0;

    if (!read_answer(topic, status, sizeof(status), &rid)) {
        face_remark(conn, FACE_RULE_AZURE_METHOD_FORM, "PUBLISH", "\"%s\"",
                    face_text(topic, text, sizeof(text)));
        return;
    }
    call = find_call(calls, conn->device, rid);
    if (call == NULL) {
        face_remark(conn, FACE_RULE_AZURE_METHOD_RID, "PUBLISH", "$rid=%" PRId64, rid);
        return;
    }
    if (payload.len > 0 && !is_json((const char *)payload.data, payload.len))
        face_remark(conn, FACE_RULE_AZURE_METHOD_JSON, "PUBLISH", "%s",
                    face_text(payload, text, sizeof(text)));
    call->conn = conn->id;
    note(conn->face, call, "answered", status, 0, face_text(payload, text, sizeof(text)));
    forget(calls, call);
}

void calls_expire(struct face *face)
{
    struct calls *calls = hub_calls(face);
    struct call *next = NULL;
    int64_t now_s = face_time(face);

    for (struct call *call = calls->first; call != NULL; call = next) {
        next = call->next;
        if (now_s <= call->ends_s)
            continue;
        note(face, call, "timed-out", NULL, 504,
             "no answer came to $iothub/methods/res/{status}/?$rid=...; the back end gets 504");
        forget(calls, call);
    }
}

int64_t calls_due_s(const struct calls *calls)
{
    int64_t due_s = INT64_MAX;

    for (const struct call *call = calls->first; call != NULL; call = call->next)
        if (call->ends_s + 1 < due_s)
            due_s = call->ends_s + 1;
    return due_s;
}
