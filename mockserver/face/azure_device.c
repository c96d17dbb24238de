/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The devices of a hub: the filters of each, and its queue of cloud-to-device messages. A message
 * stays in the queue until the device has acknowledged it, whatever sessions it has had meanwhile
 * (Understand cloud-to-device messaging, The cloud-to-device message life cycle).
 */
#include "azure.h"

#include "mqtt/topic.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    DEVICES_MAX = 64,
    QUEUE_MAX = 50,     /* the same page: "at most, 50 cloud-to-device messages" */
    TTL_S = 3600,       /* ... defaultTtlAsIso8601: one hour */
    MESSAGE_MAX = 65536 /* IoT Hub quotas and throttling: cloud-to-device messages, 64 KB */
};

struct hub_message {
    struct hub_message *next;
    char *topic;
    char *payload;
    uint32_t ticket;
    int64_t ends_s; /* the last second */
    bool is_sent;   /* on its way; the broker's session has it */
};

struct hub_filter {
    char text[HUB_FILTER_TEXT];
    int qos;
};

struct hub_device {
    char id[FACE_NAME_TEXT];
    struct face_conn *conn; /* NULL: away */
    struct hub_filter filters[HUB_FILTERS_MAX];
    size_t filter_count;
    struct hub_message *queue;
};

struct hub {
    struct hub_device all[DEVICES_MAX];
    size_t count;
    uint32_t last_ticket;
    struct calls *calls;
};

enum assay_status hub_new(struct hub **ret, struct assay_error *err)
{
    struct hub *hub = calloc(1, sizeof(*hub));

    if (hub != NULL)
        hub->calls = calls_new();
    if (hub == NULL || hub->calls == NULL) {
        free(hub);
        return assay_error_set(err, ASSAY_ERR_NOMEM, "out of memory");
    }
    *ret = hub;
    return ASSAY_OK;
}

static void free_message(struct hub_message *m)
{
    free(m->topic);
    free(m->payload);
    free(m);
}

void hub_free(struct hub *hub)
{
    if (hub == NULL)
        return;
    for (size_t i = 0; i < hub->count; i++) {
        while (hub->all[i].queue != NULL) {
            struct hub_message *m = hub->all[i].queue;

            hub->all[i].queue = m->next;
            free_message(m);
        }
    }
    calls_free(hub->calls);
    free(hub);
}

struct calls *hub_calls(const struct face *face)
{
    return face->hub->calls;
}

static struct hub_device *find(const struct face *face, const char *id)
{
    struct hub *hub = face->hub;

    for (size_t i = 0; i < hub->count; i++)
        if (strcmp(hub->all[i].id, id) == 0)
            return &hub->all[i];
    return NULL;
}

/* NULL: more devices than anybody has. */
static struct hub_device *find_or_make(const struct face *face, const char *id)
{
    struct hub *hub = face->hub;
    struct hub_device *device = find(face, id);

    if (device != NULL || hub->count == DEVICES_MAX)
        return device;
    device = &hub->all[hub->count++];
    snprintf(device->id, sizeof(device->id), "%s", id);
    return device;
}

void hub_connected(struct face_conn *conn, bool is_clean)
{
    struct hub_device *device = find_or_make(conn->face, conn->device);

    if (device == NULL)
        return;
    device->conn = conn;
    if (is_clean) {
        device->filter_count = 0;
        for (struct hub_message *m = device->queue; m != NULL; m = m->next)
            m->is_sent = false; /* what the session had is forgotten, the queue is not */
    }
    hub_deliver(conn);
}

void hub_gone(const struct face_conn *conn)
{
    struct hub_device *device = find(conn->face, conn->device);

    if (device != NULL && device->conn == conn)
        device->conn = NULL;
}

static struct hub_filter *find_filter(struct hub_device *device, struct mqtt_view filter)
{
    for (size_t i = 0; i < device->filter_count; i++)
        if (face_view_is(filter, device->filters[i].text))
            return &device->filters[i];
    return NULL;
}

bool hub_add_filter(struct face_conn *conn, struct mqtt_view filter, unsigned qos)
{
    struct hub_device *device = find(conn->face, conn->device);
    struct hub_filter *f = device != NULL ? find_filter(device, filter) : NULL;

    if (device == NULL || filter.len >= HUB_FILTER_TEXT)
        return false;
    if (f == NULL && device->filter_count == HUB_FILTERS_MAX)
        return false;
    if (f == NULL)
        f = &device->filters[device->filter_count++];
    face_text(filter, f->text, sizeof(f->text));
    f->qos = qos > 0 ? 1 : 0;
    return true;
}

void hub_remove_filter(const struct face_conn *conn, struct mqtt_view filter)
{
    struct hub_device *device = find(conn->face, conn->device);
    struct hub_filter *f = device != NULL ? find_filter(device, filter) : NULL;

    if (f != NULL)
        *f = device->filters[--device->filter_count];
}

static int hears(const struct hub_device *device, const char *topic)
{
    int qos = -1;

    for (size_t i = 0; i < device->filter_count; i++)
        if (device->filters[i].qos > qos &&
            mqtt_filter_matches(mqtt_view_text(device->filters[i].text), mqtt_view_text(topic)))
            qos = device->filters[i].qos;
    return qos;
}

int hub_hears(const struct face_conn *conn, const char *topic)
{
    const struct hub_device *device = find(conn->face, conn->device);

    return device != NULL ? hears(device, topic) : -1;
}

static void note(const struct face *face, const struct hub_device *device, const char *operation,
                 const struct hub_message *m, const char *text)
{
    char item[16];

    snprintf(item, sizeof(item), "%" PRIu32, m->ticket);
    face_note_device(face, device->conn != NULL ? device->conn->id : 0, device->id,
                     &(struct service_note){.service = "message",
                                            .operation = operation,
                                            .item = item,
                                            .version = -1,
                                            .text = text});
}

static void forget(struct hub_device *device, struct hub_message *m)
{
    struct hub_message **at = &device->queue;

    while (*at != m)
        at = &(*at)->next;
    *at = m->next;
    free_message(m);
}

void hub_deliver(struct face_conn *conn)
{
    struct hub_device *device = find(conn->face, conn->device);
    struct hub_message *next = NULL;

    for (struct hub_message *m = device != NULL ? device->queue : NULL; m != NULL; m = next) {
        int qos = hears(device, m->topic);

        next = m->next;
        if (m->is_sent || qos < 0)
            continue;
        if (!face_speak(conn->face, &(struct speech){.to = conn,
                                                     .topic = m->topic,
                                                     .payload = m->payload,
                                                     .len = strlen(m->payload),
                                                     .qos = (unsigned)qos,
                                                     .ticket = m->ticket}))
            return; /* the rest comes with the next packet */
        m->is_sent = true;
        note(conn->face, device, "sent", m, NULL);
        if (qos == 0)
            forget(device, m);
    }
}

void hub_delivered(struct face_conn *conn, uint32_t ticket)
{
    struct hub_device *device = find(conn->face, conn->device);
    struct hub_message *m = device != NULL ? device->queue : NULL;

    while (m != NULL && m->ticket != ticket)
        m = m->next;
    if (m == NULL)
        return;
    note(conn->face, device, "completed", m, NULL);
    forget(device, m);
}

/* "%24.to=%2Fdevices%2FD%2Fmessages%2FdeviceBound", then those of the order: as devices see it
 * (azure-sdk-for-c, test_az_iot_hub_client_c2d.c). */
static enum assay_status write_topic(const struct hub_device *device, const struct order *order,
                                     struct buf *out)
{
    ASSAY_TRY(buf_printf(out,
                         "devices/%s/messages/devicebound/%%24.to=%%2Fdevices%%2F%s%%2Fmessages"
                         "%%2FdeviceBound",
                         device->id, device->id));
    return order->properties[0] != '\0' ? buf_printf(out, "&%s", order->properties) : ASSAY_OK;
}

static enum assay_status new_message(const struct face *face, const struct hub_device *device,
                                     const struct order *order, struct hub_message **ret)
{
    struct hub_message *m = calloc(1, sizeof(*m));
    struct buf topic;
    enum assay_status status = ASSAY_ERR_NOMEM;

    if (m == NULL)
        return status;
    buf_init(&topic, FACE_TOPIC_TEXT * 4);
    status = write_topic(device, order, &topic);
    if (status == ASSAY_OK)
        status = buf_take(&topic, &m->topic);
    buf_done(&topic);
    m->payload = strdup(order->payload);
    m->ends_s = face_time(face) + (order->seconds > 0 ? order->seconds : TTL_S);
    if (status == ASSAY_OK && m->payload == NULL)
        status = ASSAY_ERR_NOMEM;
    if (status != ASSAY_OK) {
        free_message(m);
        return status;
    }
    *ret = m;
    return ASSAY_OK;
}

static enum assay_status check(const struct hub_device *device, const struct order *order,
                               struct assay_error *err)
{
    size_t queued = 0;

    for (const struct hub_message *m = device->queue; m != NULL; m = m->next)
        queued++;
    if (queued >= QUEUE_MAX)
        return assay_error_set(err, ASSAY_ERR_LIMIT,
                               "message: %d wait for \"%s\" already; the hub keeps no more (403004 "
                               "DeviceMaximumQueueDepthExceeded)",
                               QUEUE_MAX, device->id);
    if (strlen(order->payload) > MESSAGE_MAX)
        return assay_error_set(err, ASSAY_ERR_MALFORMED,
                               "message: the payload has %zu bytes; cloud-to-device messages have "
                               "at most %d",
                               strlen(order->payload), MESSAGE_MAX);
    return ASSAY_OK;
}

enum assay_status hub_order_message(struct face *face, const struct order *order,
                                    struct assay_error *err)
{
    const char *id = NULL;
    struct hub_device *device = NULL;
    struct hub_message *m = NULL;
    struct hub_message **at = NULL;

    ASSAY_TRY(order_device(face, order, &id, err));
    device = find_or_make(face, id);
    if (device == NULL)
        return assay_error_set(err, ASSAY_ERR_LIMIT, "message: the bench keeps %d devices at most",
                               DEVICES_MAX);
    ASSAY_TRY(check(device, order, err));
    if (new_message(face, device, order, &m) != ASSAY_OK)
        return assay_error_set(err, ASSAY_ERR_LIMIT, "message: its properties are too long");
    m->ticket = ++face->hub->last_ticket;
    at = &device->queue;
    while (*at != NULL)
        at = &(*at)->next;
    *at = m;
    note(face, device, "enqueued", m,
         device->conn == NULL          ? "the device is away"
         : hears(device, m->topic) < 0 ? "the device has not subscribed to messages/devicebound/#"
                                       : NULL);
    if (device->conn != NULL)
        hub_deliver(device->conn);
    return ASSAY_OK;
}

void hub_expire(struct face *face)
{
    int64_t now_s = face_time(face);

    for (size_t i = 0; i < face->hub->count; i++) {
        struct hub_device *device = &face->hub->all[i];
        struct hub_message *next = NULL;

        for (struct hub_message *m = device->queue; m != NULL; m = next) {
            next = m->next;
            if (now_s <= m->ends_s)
                continue;
            note(face, device, "expired", m, "its time to live is over; it is dead-lettered");
            forget(device, m);
        }
    }
}

int64_t hub_due_s(const struct face *face)
{
    int64_t due_s = calls_due_s(face->hub->calls);

    for (size_t i = 0; i < face->hub->count; i++)
        for (const struct hub_message *m = face->hub->all[i].queue; m != NULL; m = m->next)
            if (m->ends_s + 1 < due_s)
                due_s = m->ends_s + 1;
    return due_s;
}
