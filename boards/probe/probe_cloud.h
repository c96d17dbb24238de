/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Inside the probe: a device of AWS IoT Core in the client that keeps its session. It reports its
 * state to its shadow, reports what is desired of it, and does the jobs that it is given (AWS IoT
 * Core Developer Guide, "Device Shadow MQTT topics" and "Jobs device MQTT API"). The thing's name
 * is the client identifier.
 *
 * Its messages have QoS 0: what a lost connection takes with it is said and asked again on the
 * next one.
 */
#ifndef PROBE_CLOUD_H
#define PROBE_CLOUD_H

#include "probe_client_packets.h"

/* A connection is open. */
void probe_cloud_begin(struct probe_client *c);

/* Filter number i of those that the device subscribes to. @return 0: there are not so many */
int probe_cloud_filter(const struct probe_client *c, size_t i, struct probe_parts *ret);

/* A message has come. @return 0: it is none of the cloud's */
int probe_cloud_hear(struct probe_client *c, struct probe_mqtt_text topic,
                     struct probe_mqtt_text payload);

/* Say what there is to be said, as far as there is room. */
void probe_cloud_work(struct probe_client *c);

#endif
