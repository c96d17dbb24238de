/* SPDX-License-Identifier: Apache-2.0 */
/* The reason codes of MQTT 5.0 (section 2.4) and the packets that may carry them, in one table. */
#ifndef MQTT_REASON_H
#define MQTT_REASON_H

#include "mqtt/packet.h"

enum {
    MQTT_REASON_SUCCESS = 0x00,
    MQTT_REASON_DISCONNECT_WITH_WILL = 0x04,
    MQTT_REASON_NO_SUBSCRIBERS = 0x10,
    MQTT_REASON_NO_SUBSCRIPTION = 0x11,
    MQTT_REASON_CONTINUE = 0x18,
    MQTT_REASON_REAUTHENTICATE = 0x19,
    MQTT_REASON_FAILURE = 0x80, /* this and above: it did not work */
    MQTT_REASON_MALFORMED = 0x81,
    MQTT_REASON_PROTOCOL_ERROR = 0x82,
    MQTT_REASON_UNSUPPORTED_VERSION = 0x84,
    MQTT_REASON_BAD_CLIENT_ID = 0x85,
    MQTT_REASON_BAD_AUTH_METHOD = 0x8c,
    MQTT_REASON_NOT_AUTHORIZED = 0x87,
    MQTT_REASON_SHUTTING_DOWN = 0x8b,
    MQTT_REASON_TAKEN_OVER = 0x8e,
    MQTT_REASON_BAD_FILTER = 0x8f,
    MQTT_REASON_BAD_TOPIC = 0x90,
    MQTT_REASON_ID_NOT_FOUND = 0x92,
    MQTT_REASON_QUOTA_EXCEEDED = 0x97,
    MQTT_REASON_ADMINISTRATIVE = 0x98,
    MQTT_REASON_NO_RETAIN = 0x9a,
    MQTT_REASON_NO_QOS = 0x9b,
    MQTT_REASON_NO_SHARED = 0x9e,
    MQTT_REASON_NO_SUBSCRIPTION_IDS = 0xa1,
    MQTT_REASON_NO_WILDCARDS = 0xa2,
    MQTT_REASON_UNANSWERED = 0xff /* a host's, on no wire: nothing is answered */
};

/* The return codes of CONNACK in 3.1 and 3.1.1, and the one of SUBACK that refuses. */
enum {
    MQTT_RETURN_ACCEPTED = 0,
    MQTT_RETURN_BAD_VERSION = 1,
    MQTT_RETURN_BAD_CLIENT_ID = 2,
    MQTT_RETURN_UNAVAILABLE = 3,
    MQTT_RETURN_BAD_CREDENTIALS = 4,
    MQTT_RETURN_NOT_AUTHORIZED = 5,
    MQTT_RETURN_SUBACK_FAILURE = 0x80
};

/* May a packet of this type carry this code in MQTT 5.0? */
bool mqtt_reason_allowed(enum mqtt_type type, uint8_t code);

/* May a client send it in a DISCONNECT? (MQTT 5.0 table 3-10) */
bool mqtt_reason_of_client(uint8_t code);

/* "not authorized"; "unknown reason" for what is none. */
const char *mqtt_reason_name(uint8_t code);

/* The same for CONNACK in 3.1 and 3.1.1. */
const char *mqtt_return_name(uint8_t code);

#endif
