/* SPDX-License-Identifier: Apache-2.0 */
#include "mqtt/packet.h"

#include "codec.h"

#include <string.h>

static const struct {
    const char *name;
    uint8_t flags;
} types[MQTT_TYPE_LIMIT] = {
#define X(id, value, name, flags) [value] = {name, flags},
    MQTT_TYPE_MAP(X)
#undef X
};

static const struct {
    enum mqtt_version version;
    const char *name;
} versions[] = {{MQTT_V31, "3.1"}, {MQTT_V311, "3.1.1"}, {MQTT_V5, "5.0"}};

struct mqtt_view mqtt_view_bytes(const void *data, size_t len)
{
    return (struct mqtt_view){.data = data, .len = data != NULL ? len : 0};
}

struct mqtt_view mqtt_view_text(const char *text)
{
    return mqtt_view_bytes(text, text != NULL ? strlen(text) : 0);
}

struct mqtt_view mqtt_view_empty(void)
{
    return mqtt_view_text("");
}

bool mqtt_view_equal(struct mqtt_view a, struct mqtt_view b)
{
    if (a.data == NULL || b.data == NULL)
        return a.data == b.data;
    return a.len == b.len && (a.len == 0 || memcmp(a.data, b.data, a.len) == 0);
}

struct mqtt_packet mqtt_packet_of(enum mqtt_type type)
{
    struct mqtt_packet packet;

    memset(&packet, 0, sizeof(packet));
    packet.type = type;
    packet.flags = types[type].flags;
    return packet;
}

const char *mqtt_type_name(unsigned type)
{
    return type < MQTT_TYPE_LIMIT && types[type].name != NULL ? types[type].name : "reserved";
}

unsigned mqtt_type_by_name(const char *name)
{
    unsigned type = MQTT_TYPE_LIMIT - 1;

    while (type > 0 && strcmp(types[type].name, name) != 0)
        type--;
    return type;
}

const char *mqtt_version_name(enum mqtt_version version)
{
    for (size_t i = 0; i < sizeof(versions) / sizeof(versions[0]); i++)
        if (versions[i].version == version)
            return versions[i].name;
    return "unknown";
}

unsigned mqtt_publish_qos(const struct mqtt_packet *packet)
{
    return (packet->flags & MQTT_PUBLISH_QOS) >> 1;
}

bool mqtt_publish_retain(const struct mqtt_packet *packet)
{
    return (packet->flags & MQTT_PUBLISH_RETAIN) != 0;
}

bool mqtt_publish_dup(const struct mqtt_packet *packet)
{
    return (packet->flags & MQTT_PUBLISH_DUP) != 0;
}

uint8_t mqtt_publish_flags(unsigned qos, bool retain, bool dup)
{
    return (uint8_t)((qos << 1 & MQTT_PUBLISH_QOS) | (retain ? MQTT_PUBLISH_RETAIN : 0U) |
                     (dup ? MQTT_PUBLISH_DUP : 0U));
}

bool mqtt_filter_next(const struct mqtt_packet *packet, size_t *at, struct mqtt_filter *ret)
{
    struct mqtt_view filters = packet->subscribe.filters;
    struct reader r = reader_over(filters.data, filters.len);
    struct mqtt_filter found = {.options = 0};

    r.pos = *at < r.len ? *at : r.len;
    if (mqtt_string_read(&r, &found.filter) != ASSAY_OK)
        return false;
    if (packet->type == MQTT_SUBSCRIBE && reader_u8(&r, &found.options) != ASSAY_OK)
        return false;
    *at = r.pos;
    *ret = found;
    return true;
}

bool mqtt_packet_id(const struct mqtt_packet *packet, uint16_t *ret)
{
    switch (packet->type) {
    case MQTT_PUBLISH:
        if (packet->publish.has_packet_id)
            *ret = packet->publish.packet_id;
        return packet->publish.has_packet_id;
    case MQTT_PUBACK:
    case MQTT_PUBREC:
    case MQTT_PUBREL:
    case MQTT_PUBCOMP:
        *ret = packet->acknowledge.packet_id;
        return true;
    case MQTT_SUBSCRIBE:
    case MQTT_UNSUBSCRIBE:
        *ret = packet->subscribe.packet_id;
        return true;
    case MQTT_SUBACK:
    case MQTT_UNSUBACK:
        *ret = packet->suback.packet_id;
        return true;
    case MQTT_CONNECT:
    case MQTT_CONNACK:
    case MQTT_PINGREQ:
    case MQTT_PINGRESP:
    case MQTT_DISCONNECT:
    case MQTT_AUTH:
        break;
    }
    return false;
}
