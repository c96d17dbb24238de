/* SPDX-License-Identifier: Apache-2.0 */
#include "mqtt/reason.h"

enum {
    IN_CONNACK = MQTT_IN(MQTT_CONNACK),
    IN_PUBLISHED = MQTT_IN(MQTT_PUBACK) | MQTT_IN(MQTT_PUBREC),
    IN_RELEASED = MQTT_IN(MQTT_PUBREL) | MQTT_IN(MQTT_PUBCOMP),
    IN_SUBACK = MQTT_IN(MQTT_SUBACK),
    IN_UNSUBACK = MQTT_IN(MQTT_UNSUBACK),
    IN_DISCONNECT = MQTT_IN(MQTT_DISCONNECT),
    IN_AUTH = MQTT_IN(MQTT_AUTH),
    /* DISCONNECT from a client too; bit 0 is no packet type. */
    BY_CLIENT = MQTT_IN(0),
    IN_ANY_DISCONNECT = IN_DISCONNECT | BY_CLIENT
};

static const struct {
    uint8_t code;
    const char *name;
    unsigned where;
} reasons[] = {
    {0x00, "success",
     IN_CONNACK | IN_PUBLISHED | IN_RELEASED | IN_SUBACK | IN_UNSUBACK | IN_ANY_DISCONNECT |
         IN_AUTH},
    {0x01, "granted QoS 1", IN_SUBACK},
    {0x02, "granted QoS 2", IN_SUBACK},
    {0x04, "disconnect with will message", IN_ANY_DISCONNECT},
    {0x10, "no matching subscribers", IN_PUBLISHED},
    {0x11, "no subscription existed", IN_UNSUBACK},
    {0x18, "continue authentication", IN_AUTH},
    {0x19, "re-authenticate", IN_AUTH},
    {0x80, "unspecified error",
     IN_CONNACK | IN_PUBLISHED | IN_SUBACK | IN_UNSUBACK | IN_ANY_DISCONNECT},
    {0x81, "malformed packet", IN_CONNACK | IN_ANY_DISCONNECT},
    {0x82, "protocol error", IN_CONNACK | IN_ANY_DISCONNECT},
    {0x83, "implementation specific error",
     IN_CONNACK | IN_PUBLISHED | IN_SUBACK | IN_UNSUBACK | IN_ANY_DISCONNECT},
    {0x84, "unsupported protocol version", IN_CONNACK},
    {0x85, "client identifier not valid", IN_CONNACK},
    {0x86, "bad user name or password", IN_CONNACK},
    {0x87, "not authorized", IN_CONNACK | IN_PUBLISHED | IN_SUBACK | IN_UNSUBACK | IN_DISCONNECT},
    {0x88, "server unavailable", IN_CONNACK},
    {0x89, "server busy", IN_CONNACK | IN_DISCONNECT},
    {0x8a, "banned", IN_CONNACK},
    {0x8b, "server shutting down", IN_DISCONNECT},
    {0x8c, "bad authentication method", IN_CONNACK | IN_DISCONNECT},
    {0x8d, "keep alive timeout", IN_DISCONNECT},
    {0x8e, "session taken over", IN_DISCONNECT},
    {0x8f, "topic filter invalid", IN_SUBACK | IN_UNSUBACK | IN_DISCONNECT},
    {0x90, "topic name invalid", IN_CONNACK | IN_PUBLISHED | IN_ANY_DISCONNECT},
    {0x91, "packet identifier in use", IN_PUBLISHED | IN_SUBACK | IN_UNSUBACK},
    {0x92, "packet identifier not found", IN_RELEASED},
    {0x93, "receive maximum exceeded", IN_ANY_DISCONNECT},
    {0x94, "topic alias invalid", IN_ANY_DISCONNECT},
    {0x95, "packet too large", IN_CONNACK | IN_ANY_DISCONNECT},
    {0x96, "message rate too high", IN_ANY_DISCONNECT},
    {0x97, "quota exceeded", IN_CONNACK | IN_PUBLISHED | IN_SUBACK | IN_ANY_DISCONNECT},
    {0x98, "administrative action", IN_ANY_DISCONNECT},
    {0x99, "payload format invalid", IN_CONNACK | IN_PUBLISHED | IN_ANY_DISCONNECT},
    {0x9a, "retain not supported", IN_CONNACK | IN_DISCONNECT},
    {0x9b, "QoS not supported", IN_CONNACK | IN_DISCONNECT},
    {0x9c, "use another server", IN_CONNACK | IN_DISCONNECT},
    {0x9d, "server moved", IN_CONNACK | IN_DISCONNECT},
    {0x9e, "shared subscriptions not supported", IN_SUBACK | IN_DISCONNECT},
    {0x9f, "connection rate exceeded", IN_CONNACK | IN_DISCONNECT},
    {0xa0, "maximum connect time", IN_DISCONNECT},
    {0xa1, "subscription identifiers not supported", IN_SUBACK | IN_DISCONNECT},
    {0xa2, "wildcard subscriptions not supported", IN_SUBACK | IN_DISCONNECT},
};

static const char *const return_names[] = {
    [MQTT_RETURN_ACCEPTED] = "accepted",
    [MQTT_RETURN_BAD_VERSION] = "unacceptable protocol version",
    [MQTT_RETURN_BAD_CLIENT_ID] = "client identifier rejected",
    [MQTT_RETURN_UNAVAILABLE] = "server unavailable",
    [MQTT_RETURN_BAD_CREDENTIALS] = "bad user name or password",
    [MQTT_RETURN_NOT_AUTHORIZED] = "not authorized",
};

enum {
    REASON_COUNT = sizeof(reasons) / sizeof(reasons[0]),
    RETURN_COUNT = sizeof(return_names) / sizeof(return_names[0])
};

static bool stands_in(uint8_t code, unsigned where)
{
    for (size_t i = 0; i < REASON_COUNT; i++)
        if (reasons[i].code == code)
            return (reasons[i].where & where) != 0;
    return false;
}

bool mqtt_reason_allowed(enum mqtt_type type, uint8_t code)
{
    return stands_in(code, MQTT_IN(type));
}

bool mqtt_reason_of_client(uint8_t code)
{
    return stands_in(code, BY_CLIENT);
}

const char *mqtt_reason_name(uint8_t code)
{
    for (size_t i = 0; i < REASON_COUNT; i++)
        if (reasons[i].code == code)
            return reasons[i].name;
    return "unknown reason";
}

const char *mqtt_return_name(uint8_t code)
{
    return code < RETURN_COUNT ? return_names[code] : "unknown return code";
}
