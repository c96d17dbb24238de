/* SPDX-License-Identifier: Apache-2.0 */
#include "virtual_mqtt.h"

#include "virtual_habits.h"

#include "base/deadline.h"

#include <string.h>

enum {
    TYPE_CONNECT = 0x10,
    TYPE_CONNACK = 0x20,
    TYPE_PUBLISH = 0x30,
    TYPE_PUBLISH_QOS1 = 0x32,
    TYPE_PUBACK = 0x40,
    TYPE_DISCONNECT = 0xE0,
    FLAG_DUP = 0x08,
    MORE = 0x80, /* another byte of the length follows */
    ACK_LEN = 4,
    PROTOCOL_NAME_AT = 2,
    FLAGS_AT = 7,
    FLAG_RESERVED = 0x01,
    FLAG_USER = 0x80,
    FLAG_PASSWORD = 0x40,
    KEEP_ALIVE_AT = 8, /* in the variable header of CONNECT (3.1.1 section 3.1.2) */
    CLIENT_ID_AT = 10,
    NEW_LETTERS = 4
};

/* The variable header of a CONNECT is behind a length of one or two bytes. */
static uint8_t *connect_header(uint8_t *packet, size_t len)
{
    size_t at = len > 1 && (packet[1] & MORE) != 0 ? 3 : 2;

    if (len < at + CLIENT_ID_AT + 2 || packet[0] != TYPE_CONNECT ||
        memcmp(packet + at, "\0\4MQTT", 6) != 0)
        return NULL;
    return packet + at;
}

/* Other letters at the end with every connection. */
static void renew_client_id(uint8_t *header, size_t room)
{
    size_t len = ((size_t)header[CLIENT_ID_AT] << 8) | header[CLIENT_ID_AT + 1];
    uint64_t drawn = monotonic_ns() / 1000;

    if (len < NEW_LETTERS || len > room)
        return;
    for (size_t i = 1; i <= NEW_LETTERS; i++, drawn /= 26)
        header[CLIENT_ID_AT + 2 + len - i] = (uint8_t)('a' + drawn % 26);
}

/* What were the user name and the password is the password alone. */
static void drop_user(uint8_t *header, size_t len)
{
    size_t at = CLIENT_ID_AT + 2 + (((size_t)header[CLIENT_ID_AT] << 8) | header[CLIENT_ID_AT + 1]);

    if ((header[FLAGS_AT] & FLAG_USER) == 0 || len < at + 2)
        return;
    header[FLAGS_AT] = (uint8_t)((header[FLAGS_AT] & ~FLAG_USER) | FLAG_PASSWORD);
    header[at] = (uint8_t)((len - at - 2) >> 8);
    header[at + 1] = (uint8_t)(len - at - 2);
}

static void bend_connect(const struct virtual_flaw_set *flaws, uint8_t *packet, size_t len)
{
    uint8_t *header = connect_header(packet, len);

    if (header == NULL)
        return;
    if (flaws->has[HABIT_KEEP_ALIVE])
        memset(header + KEEP_ALIVE_AT, 0, 2);
    if (flaws->has[HABIT_PROTOCOL_NAME])
        memcpy(header + PROTOCOL_NAME_AT, "mqtt", 4);
    if (flaws->has[HABIT_RESERVED_FLAG])
        header[FLAGS_AT] |= FLAG_RESERVED;
    if (flaws->has[HABIT_PASSWORD_ALONE])
        drop_user(header, len - (size_t)(header - packet));
    if (flaws->has[HABIT_CLIENT_ID])
        renew_client_id(header, len - (size_t)(header - packet) - CLIENT_ID_AT - 2);
}

/* All but the last level is that of every board. */
static void share_topic(uint8_t *packet, size_t len)
{
    size_t at = len > 1 && (packet[1] & MORE) != 0 ? 3 : 2;
    size_t topic = len >= at + 2 ? ((size_t)packet[at] << 8) | packet[at + 1] : 0;
    uint8_t *last = NULL;

    if (topic == 0 || topic > len - at - 2)
        return;
    for (size_t i = 0; i < topic; i++)
        if (packet[at + 2 + i] == '/')
            last = packet + at + 2 + i;
    for (uint8_t *c = packet + at + 2; last != NULL && c < last; c++)
        *c = *c == '/' ? '/' : 'x';
}

const void *virtual_mqtt_bend_sent(struct virtual_mqtt *m, const struct virtual_flaw_set *flaws,
                                   const void *data, size_t len, uint8_t *out)
{
    if (len == 0 || len > VIRTUAL_MQTT_PACKET_MAX)
        return data;
    memcpy(out, data, len);
    if (out[0] == TYPE_CONNECT || out[0] == TYPE_PUBLISH_QOS1)
        m->awaited = out[0];
    bend_connect(flaws, out, len);
    if (out[0] == TYPE_DISCONNECT && flaws->has[HABIT_NO_DISCONNECT])
        return NULL;
    if (out[0] == TYPE_PUBLISH_QOS1 && flaws->has[HABIT_SHARED_TOPIC])
        share_topic(out, len);
    if (out[0] == TYPE_PUBLISH_QOS1 && flaws->has[HABIT_DUP])
        out[0] |= FLAG_DUP;
    return out;
}

/* What the board does with the first bytes of a packet that it cannot be meant to trust. */
static void crash_where_careless(const struct virtual_mqtt *m, const struct virtual_flaw_set *flaws,
                                 const uint8_t *data)
{
    bool is_message = (data[0] & 0xF0) == TYPE_PUBLISH;
    size_t topic = ((size_t)data[2] << 8) | data[3];

    if (flaws->has[HABIT_LENGTH] && (data[1] & data[2] & data[3] & MORE) != 0)
        virtual_crash(); /* a length of four bytes: two megabytes at least */
    if (flaws->has[HABIT_TOPIC_LENGTH] && is_message && data[1] < MORE && topic > data[1])
        virtual_crash();
    if (flaws->has[HABIT_CALLBACK] && is_message && m->awaited == TYPE_PUBLISH_QOS1)
        virtual_crash();
}

void virtual_mqtt_bend_received(struct virtual_mqtt *m, const struct virtual_flaw_set *flaws,
                                uint8_t *data, size_t len)
{
    static const uint8_t connack[ACK_LEN] = {TYPE_CONNACK, 2, 0, 0};
    static const uint8_t puback[ACK_LEN] = {TYPE_PUBACK, 2, 0, 1};

    if (len != ACK_LEN || m->awaited == 0)
        return;
    crash_where_careless(m, flaws, data);
    if (flaws->has[HABIT_CONNACK_CODE] && data[0] == TYPE_CONNACK && data[1] == 2)
        data[3] = 0;
    if (flaws->has[HABIT_ACK_UNREAD])
        memcpy(data, m->awaited == TYPE_CONNECT ? connack : puback, ACK_LEN);
    m->awaited = 0;
}
