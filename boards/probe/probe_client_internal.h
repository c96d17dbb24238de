/* SPDX-License-Identifier: Apache-2.0 */
/* Inside the probe: what the files of the client call of each other. */
#ifndef PROBE_CLIENT_INTERNAL_H
#define PROBE_CLIENT_INTERNAL_H

#include "probe_client_packets.h"

int probe_client_has(const struct probe_client *c, enum probe_client_flaw flaw);
void probe_client_say(const struct probe_client *c, const char *text);

/* The connection has to be closed, for this reason; both return 0. */
int probe_client_break(struct probe_client *c, enum probe_code code, const char *text);
int probe_client_break_number(struct probe_client *c, enum probe_code code, const char *text,
                              int64_t number);

/* Is there anything to subscribe to? */
int probe_client_subscribes(const struct probe_client *c);

/* Is a packet of its own larger than the broker takes? It says so then. [MQTT-3.2.2-15] */
int probe_client_is_too_large(const struct probe_client *c, size_t len);

/* Take the whole packets of what has arrived, as long as there is room for answers. */
int probe_client_take_packets(struct probe_client *c);

#endif
