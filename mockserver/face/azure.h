/* SPDX-License-Identifier: Apache-2.0 */
/* Inside the face of Azure IoT Hub: devices, what waits for them, what they were asked. */
#ifndef AZURE_H
#define AZURE_H

#include "order.h"

/* Communicate with an IoT hub using MQTT, Receiving cloud-to-device messages: "five topics". */
enum { HUB_FILTERS_MAX = 5, HUB_FILTER_TEXT = 256 };

/* @retval ASSAY_ERR_NOMEM */
ASSAY_RESULT hub_new(struct hub **ret, struct assay_error *err);

/* A device has come, with a clean session or with the filters that it had; messages may follow. */
void hub_connected(struct face_conn *conn, bool is_clean);
void hub_gone(const struct face_conn *conn);
/* Filters that are granted; false: it has as many as a device may have. */
bool hub_add_filter(struct face_conn *conn, struct mqtt_view filter, unsigned qos);
void hub_remove_filter(const struct face_conn *conn, struct mqtt_view filter);
/* The QoS at which a device hears a topic; -1: it does not. */
int hub_hears(const struct face_conn *conn, const char *topic);

/* Cloud-to-device messages: what waits is sent to a device that listens. */
void hub_deliver(struct face_conn *conn);
void hub_delivered(struct face_conn *conn, uint32_t ticket);
enum assay_status hub_order_message(struct face *face, const struct order *order,
                                    struct assay_error *err);
/* Messages that have expired are forgotten. */
void hub_expire(struct face *face);
int64_t hub_due_s(const struct face *face);

/* twin.c: a back end changes desired properties. */
enum assay_status twin_order_desired(struct face *face, const struct order *order,
                                     struct assay_error *err);

/* azure_methods.c: direct methods. */
struct calls;
struct calls *hub_calls(const struct face *face);
struct calls *calls_new(void); /* NULL: no memory */
void calls_free(struct calls *calls);
enum assay_status calls_order_method(struct face *face, const struct order *order,
                                     struct assay_error *err);
/* A message to $iothub/methods/res/...; what is wrong with it is a remark. */
void calls_answered(struct face_conn *conn, struct mqtt_view topic, struct mqtt_view payload);
void calls_expire(struct face *face);
int64_t calls_due_s(const struct calls *calls);

#endif
