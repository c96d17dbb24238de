/* SPDX-License-Identifier: Apache-2.0 */
/* Flaws of a board's MQTT: what it says and reads other than the probe core does. */
#ifndef VIRTUAL_MQTT_H
#define VIRTUAL_MQTT_H

#include "virtual_stack.h"

struct virtual_mqtt {
    unsigned awaited; /* first byte of the request whose answer comes next, or 0 */
};

enum { VIRTUAL_MQTT_PACKET_MAX = 1024 };

/*
 * What the flaws make of a packet that the core sends.
 * @param out  of VIRTUAL_MQTT_PACKET_MAX bytes, where a changed packet is made
 * @return data, or out; NULL: the board does not send this packet
 */
const void *virtual_mqtt_bend_sent(struct virtual_mqtt *m, const struct virtual_flaw_set *flaws,
                                   const void *data, size_t len, uint8_t *out);

/* What they make of bytes that arrived, which are changed; may crash on purpose. */
void virtual_mqtt_bend_received(struct virtual_mqtt *m, const struct virtual_flaw_set *flaws,
                                uint8_t *data, size_t len);

#endif
