/* SPDX-License-Identifier: Apache-2.0 */
/* The client that keeps its session: what it makes of what it is sent. */
#include "probe_client_internal.h"
#include "probe_cloud.h"

#include "probe/probe_line.h"
#include "probe/probe_text.h"

#include <string.h>

enum {
    HEADER_LEN_MAX = 5,
    SMALL_BUFFER = 64,
    ROOM_FOR_ANSWER = 4,
    REASON_FAILED = 0x80,
    REASON_USE_ANOTHER = 0x9C,
    REASON_MOVED = 0x9D
};

static int malformed(struct probe_client *c, const char *text)
{
    return probe_client_break(c, PROBE_CODE_MALFORMED, text);
}

/* ---- CONNACK ---- */

/* Nobody remembers us: what was under way begins anew ([MQTT-3.2.2-2], 5.0 section 4.1). */
static void begin_session(struct probe_client *c)
{
    if (c->subscription != PROBE_CLIENT_UNSUBSCRIBED &&
        !probe_client_has(c, PROBE_CLIENT_NO_RESUBSCRIBE))
        c->subscription = PROBE_CLIENT_UNSUBSCRIBED;
    for (size_t i = 0; i < PROBE_CLIENT_WINDOW; i++)
        c->window[i].was_sent = c->window[i].is_received = 0;
    memset(c->incoming, 0, sizeof(c->incoming));
}

static void obey_limits(struct probe_client *c, const struct probe_properties *p)
{
    if (p->keep_alive_s != UINT32_MAX && !probe_client_has(c, PROBE_CLIENT_SERVER_KEEP_ALIVE))
        c->keep_alive_s = p->keep_alive_s;
    if (p->receive_maximum > 0)
        c->peer_window = p->receive_maximum;
    c->peer_packet_max = p->maximum_packet;
}

static int on_connack(struct probe_client *c, unsigned flags, struct probe_bytes_left body)
{
    struct probe_properties p = {.keep_alive_s = UINT32_MAX};
    unsigned session_present = probe_take_u8(&body);
    unsigned code = probe_take_u8(&body);

    if (c->config->version == PROBE_MQTT_V5 && !body.is_bad)
        (void)probe_take_properties(&body, &p);
    if (body.is_bad || body.len > 0 || flags != 0 || session_present > 1 || c->is_accepted)
        return malformed(c, "the answer to MQTT CONNECT is no proper CONNACK");
    if (code != 0)
        return probe_client_break_number(c, PROBE_CODE_REFUSED, "MQTT CONNACK code ", code);
    if (session_present && c->config->is_clean)
        return malformed(c, "CONNACK tells of a session that was not asked for");
    c->is_accepted = 1;
    obey_limits(c, &p);
    if (!session_present)
        begin_session(c);
    return 1;
}

/* ---- SUBACK and acknowledgements ---- */

static int on_suback(struct probe_client *c, unsigned flags, struct probe_bytes_left body)
{
    struct probe_properties p;
    unsigned id = probe_take_u16(&body);
    size_t bytes = 0;
    size_t filters = probe_packet_filters(c, &bytes);
    unsigned code = 0;

    if (c->config->version == PROBE_MQTT_V5)
        (void)probe_take_properties(&body, &p);
    for (size_t i = 0; i < filters && code < REASON_FAILED; i++)
        code = probe_take_u8(&body);
    if (body.is_bad || flags != 0)
        return malformed(c, "a SUBACK is malformed");
    if (c->subscription != PROBE_CLIENT_ASKED || id != c->subscribe_id)
        return 1;
    c->subscription = PROBE_CLIENT_SUBSCRIBED;
    if (code < REASON_FAILED || probe_client_has(c, PROBE_CLIENT_SUBACK_UNREAD))
        return 1;
    c->subscription = PROBE_CLIENT_DENIED;
    probe_client_say(c, "the broker refuses the subscription");
    return 1;
}

static struct probe_client_message *find(struct probe_client *c, unsigned id)
{
    for (size_t i = 0; i < PROBE_CLIENT_WINDOW; i++)
        if (id != 0 && c->window[i].id == id)
            return &c->window[i];
    return NULL;
}

static int take_ack(struct probe_client *c, struct probe_bytes_left *body, unsigned *ret_id,
                    unsigned *ret_reason)
{
    *ret_id = probe_take_u16(body);
    *ret_reason = body->len > 0 ? probe_take_u8(body) : 0;
    if (body->is_bad || *ret_id == 0 || (c->config->version != PROBE_MQTT_V5 && *ret_reason != 0))
        return malformed(c, "an acknowledgement is malformed");
    return 1;
}

/* PUBACK and PUBCOMP complete a message; what nobody waits for is passed over. */
static int on_complete(struct probe_client *c, unsigned flags, struct probe_bytes_left body)
{
    struct probe_client_message *m = NULL;
    unsigned id = 0;
    unsigned reason = 0;

    if (flags != 0)
        return malformed(c, "an acknowledgement has wrong flags");
    if (!take_ack(c, &body, &id, &reason))
        return 0;
    m = find(c, id);
    if (m == NULL || !m->is_sent)
        return 1;
    m->id = 0;
    if (reason < REASON_FAILED)
        c->acknowledged++;
    else
        probe_client_say(c, "the broker refuses a message");
    return 1;
}

static int on_pubrec(struct probe_client *c, unsigned flags, struct probe_bytes_left body)
{
    struct probe_client_message *m = NULL;
    unsigned id = 0;
    unsigned reason = 0;

    if (flags != 0)
        return malformed(c, "a PUBREC has wrong flags");
    if (!take_ack(c, &body, &id, &reason))
        return 0;
    m = find(c, id);
    if (m != NULL && reason >= REASON_FAILED)
        m->id = 0;
    else if (m != NULL)
        m->is_received = 1;
    return m == NULL || m->id == 0 || probe_packet_ack(c, PROBE_TYPE_PUBREL, m->id);
}

static int on_pubrel(struct probe_client *c, unsigned flags, struct probe_bytes_left body)
{
    unsigned id = 0;
    unsigned reason = 0;

    if (flags != (PROBE_TYPE_PUBREL & 15))
        return malformed(c, "a PUBREL has wrong flags");
    if (!take_ack(c, &body, &id, &reason))
        return 0;
    for (size_t i = 0; i < PROBE_CLIENT_INCOMING; i++)
        if (c->incoming[i] == id)
            c->incoming[i] = 0;
    if (probe_client_has(c, PROBE_CLIENT_NO_PUBCOMP))
        return 1;
    return probe_packet_ack(c, PROBE_TYPE_PUBCOMP, (uint16_t)id);
}

/* ---- messages ---- */

/* Was it carried out a moment ago? A command carries its own number; it may come again. */
static int is_known(struct probe_client *c, uint32_t checksum)
{
    for (size_t i = 0; i < PROBE_CLIENT_COMMANDS; i++)
        if (c->commands[i] == checksum)
            return 1;
    c->commands[c->next_command] = checksum;
    c->next_command = (uint8_t)((c->next_command + 1U) % PROBE_CLIENT_COMMANDS);
    return 0;
}

/* "broker=<host>": be somebody else's client from the next connection on. */
static int move(struct probe_client *c, const uint8_t *text, size_t len)
{
    static const char word[] = "broker=";
    struct probe_text t = probe_text_over(c->move_to, sizeof(c->move_to));

    if (len <= sizeof(word) - 1 || memcmp(text, word, sizeof(word) - 1) != 0)
        return 0;
    probe_text_add_bytes(&t, (const char *)text + sizeof(word) - 1, len - (sizeof(word) - 1));
    (void)probe_client_break(c, PROBE_CODE_CLOSED, "told to go to another broker");
    return 1;
}

static void carry_out(struct probe_client *c, const uint8_t *text, size_t len)
{
    struct probe_text t = {0};

    if (is_known(c, probe_crc32(0, text, len)) && !probe_client_has(c, PROBE_CLIENT_COMMAND_TWICE))
        return;
    if (move(c, text, len))
        return;
    if (c->todo_count == PROBE_CLIENT_COMMANDS) {
        probe_client_say(c, "more commands than it can answer");
        return;
    }
    t = probe_text_over(c->todo[c->todo_count], sizeof(c->todo[0]));
    for (size_t i = 0; i < len && i < PROBE_CLIENT_COMMAND_MAX; i++)
        probe_text_add_bytes(&t, text[i] < 0x20 || text[i] > 0x7e ? "?" : (const char *)text + i,
                             1);
    c->todo_count++;
}

/* 0: of QoS 2 and known already. -1: no room. */
static int remember(struct probe_client *c, uint16_t id)
{
    uint16_t *place = NULL;

    for (size_t i = 0; i < PROBE_CLIENT_INCOMING; i++) {
        if (c->incoming[i] == id)
            return 0;
        if (c->incoming[i] == 0)
            place = &c->incoming[i];
    }
    if (place == NULL)
        return -1;
    *place = id;
    return 1;
}

static int acknowledge(struct probe_client *c, unsigned qos, uint16_t id)
{
    if (qos == 0 || (qos == 1 && probe_client_has(c, PROBE_CLIENT_NO_PUBACK)))
        return 1;
    return probe_packet_ack(c, qos == 1 ? PROBE_TYPE_PUBACK : PROBE_TYPE_PUBREC, id);
}

static struct probe_mqtt_text text_of(struct probe_bytes_left bytes)
{
    return (struct probe_mqtt_text){(const char *)bytes.at, bytes.len};
}

static int on_publish(struct probe_client *c, unsigned flags, struct probe_bytes_left body)
{
    unsigned qos = (flags >> 1) & 3;
    struct probe_properties p;
    struct probe_bytes_left topic = probe_take(&body, probe_take_u16(&body));
    uint16_t id = (uint16_t)(qos > 0 ? probe_take_u16(&body) : 0);
    int is_new = 1;

    if (c->config->version == PROBE_MQTT_V5)
        (void)probe_take_properties(&body, &p);
    if (body.is_bad || (qos > 0 && id == 0))
        return malformed(c, "a message is malformed");
    if (qos == 3 && !probe_client_has(c, PROBE_CLIENT_QOS_UNCHECKED))
        return malformed(c, "a message has QoS 3");
    if (!probe_is_topic(topic.at, topic.len) && !probe_client_has(c, PROBE_CLIENT_TOPIC_UNCHECKED))
        return malformed(c, "a message has a topic that is none");
    qos = qos == 3 ? 1 : qos;
    if (qos == 2)
        is_new = remember(c, id);
    if (is_new < 0)
        return probe_client_break(c, PROBE_CODE_CANNOT, "too many messages of QoS 2 at a time");
    if (!acknowledge(c, qos, id))
        return 0;
    if (!is_new)
        return 1;
    if (probe_cloud_hear(c, text_of(topic), text_of(body)))
        return 1;
    if ((flags & 1) != 0 && !probe_client_has(c, PROBE_CLIENT_RETAINED_COMMAND))
        probe_client_say(c, "a retained message is no command");
    else
        carry_out(c, body.at, body.len);
    return !c->is_broken;
}

/* ---- the others ---- */

static int on_pingresp(struct probe_client *c, unsigned flags, struct probe_bytes_left body)
{
    if (flags != 0 || body.len > 0)
        return malformed(c, "a PINGRESP is malformed");
    c->is_ping_open = 0;
    return 1;
}

/* 5.0 section 4.11: another server may be named, for now or for good. */
static int on_disconnect(struct probe_client *c, unsigned flags, struct probe_bytes_left body)
{
    struct probe_properties p = {.reference = NULL};
    unsigned reason = body.len > 0 ? probe_take_u8(&body) : 0;
    struct probe_text t = probe_text_over(c->move_to, sizeof(c->move_to));

    if (body.len > 0)
        (void)probe_take_properties(&body, &p);
    if (c->config->version != PROBE_MQTT_V5 || body.is_bad || flags != 0)
        return malformed(c, "the broker sends a DISCONNECT that is none");
    if ((reason == REASON_USE_ANOTHER || reason == REASON_MOVED) && p.reference_len > 0)
        probe_text_add_bytes(&t, (const char *)p.reference, p.reference_len);
    return probe_client_break_number(c, PROBE_CODE_CLOSED, "the broker disconnects, reason ",
                                     reason);
}

typedef int (*handler)(struct probe_client *c, unsigned flags, struct probe_bytes_left body);

static handler handler_of(unsigned type)
{
    static const handler handlers[16] = {
        [PROBE_TYPE_CONNACK >> 4] = on_connack,       [PROBE_TYPE_PUBLISH >> 4] = on_publish,
        [PROBE_TYPE_PUBACK >> 4] = on_complete,       [PROBE_TYPE_PUBREC >> 4] = on_pubrec,
        [PROBE_TYPE_PUBREL >> 4] = on_pubrel,         [PROBE_TYPE_PUBCOMP >> 4] = on_complete,
        [PROBE_TYPE_SUBACK >> 4] = on_suback,         [PROBE_TYPE_PINGRESP >> 4] = on_pingresp,
        [PROBE_TYPE_DISCONNECT >> 4] = on_disconnect,
    };

    return handlers[type >> 4];
}

static int take_packet(struct probe_client *c, const uint8_t *packet, size_t header, size_t len)
{
    struct probe_bytes_left body = {packet + header, len - header, 0};
    handler handle = handler_of(packet[0]);

    if (handle == NULL)
        return malformed(c, "a packet that no broker sends");
    if (!c->is_accepted && handle != on_connack)
        return malformed(c, "the answer to MQTT CONNECT is no proper CONNACK");
    return handle(c, packet[0] & 15, body);
}

/*
 * The length of the packet that begins what has arrived, 0 while it is not known.
 * @return 0: it is none
 */
static int measure(struct probe_client *c, size_t *ret_header, size_t *ret_len)
{
    size_t have = c->in_len < HEADER_LEN_MAX ? c->in_len : HEADER_LEN_MAX;
    size_t digits = 0;
    struct probe_bytes_left b = {c->in + 1, have > 0 ? have - 1 : 0, 0};

    *ret_len = 0;
    while (digits < b.len && (c->in[1 + digits] & 0x80) != 0)
        digits++;
    if (digits == HEADER_LEN_MAX - 1)
        return malformed(c, "a packet has a length that is none");
    if (have == 0 || digits == b.len)
        return 1;
    *ret_header = digits + 2;
    *ret_len = *ret_header + probe_take_varint(&b);
    return 1;
}

static size_t largest(const struct probe_client *c)
{
    if (probe_client_has(c, PROBE_CLIENT_SMALL_BUFFER) && (c->in[0] & 0xF0) == PROBE_TYPE_PUBLISH)
        return SMALL_BUFFER;
    return sizeof(c->in);
}

int probe_client_take_packets(struct probe_client *c)
{
    while (sizeof(c->out) - c->out_len >= ROOM_FOR_ANSWER) {
        size_t header = 0;
        size_t len = 0;

        if (!measure(c, &header, &len))
            return 0;
        if (len > largest(c))
            return probe_client_break_number(
                c, PROBE_CODE_CANNOT, "a packet is larger than the buffer: bytes ", (int64_t)len);
        if (len == 0 || len > c->in_len) {
            if (probe_client_has(c, PROBE_CLIENT_WHOLE_PACKETS))
                c->in_len = 0; /* and it is lost */
            return 1;
        }
        if (!take_packet(c, c->in, header, len))
            return 0;
        c->in_len = probe_client_has(c, PROBE_CLIENT_FIRST_PACKET) ? 0 : c->in_len - len;
        memmove(c->in, c->in + len, c->in_len);
    }
    return 1;
}
