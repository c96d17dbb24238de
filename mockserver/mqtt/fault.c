/* SPDX-License-Identifier: Apache-2.0 */
#include "mqtt/fault.h"

#include "base/buf.h"
#include "mqtt/topic.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* clang-format off */
const struct mqtt_fault_row mqtt_fault_rows[MQTT_FAULT_VERBS] = {
    [MQTT_FAULT_WITHHOLD] = {"withhold", false, "the packet is not sent"},
    [MQTT_FAULT_DELAY] = {"delay", false, "the packet leaves `by` milliseconds later; others overtake it"},
    [MQTT_FAULT_REORDER] = {"reorder", false, "the packet leaves behind the next one"},
    [MQTT_FAULT_DUPLICATE] = {"duplicate", false, "the packet is sent twice"},
    [MQTT_FAULT_CORRUPT] = {"corrupt", false, "all bits of byte `at` are turned (a byte is drawn where `at` is not given)"},
    [MQTT_FAULT_SHORTEN] = {"shorten", false, "the last `by` bytes are left out, the declared length stays"},
    [MQTT_FAULT_CLOSE] = {"close", false, "the first `at` bytes of the packet are sent, then the connection is closed"},
    [MQTT_FAULT_CODE] = {"code", false, "CONNACK says `reason`, whatever it is, and the connection goes on"},
    [MQTT_FAULT_FLOOD] = {"flood", false, "`by` messages of QoS 0 to `topic` follow the packet"},
    [MQTT_FAULT_IGNORE] = {"ignore", true, "a packet of the board's is read and not acted upon"},
    [MQTT_FAULT_DISCONNECT] = {"disconnect", true,
        "a packet of the board's is answered with DISCONNECT (`reason`, `reference`) and a close"},
    [MQTT_FAULT_SET] = {"set", false, "byte `at` of the packet is `to`"},
};

const struct mqtt_fault_word mqtt_fault_words[] = {
    {"after", offsetof(struct mqtt_fault, after), 0, 0, 1000000, "so many packets are left in peace first"},
    {"count", offsetof(struct mqtt_fault, count), 0, 0, 1000000, "how many packets meet the fault; 0: all"},
    {"chance", offsetof(struct mqtt_fault, chance), 100, 0, 100, "percent of the packets that meet it"},
    {"seed", offsetof(struct mqtt_fault, seed), 1, 0, UINT32_MAX, "of the chance and of drawn bytes"},
    {"by", offsetof(struct mqtt_fault, by), 1, 0, 3600000, "milliseconds, bytes or messages"},
    {"at", offsetof(struct mqtt_fault, at), UINT32_MAX, 0, 1 << 28, "a byte of the packet, from 0"},
    {"reason", offsetof(struct mqtt_fault, reason), 0x98, 0, 255, "reason or return code"},
    {"to", offsetof(struct mqtt_fault, to), 0, 0, 255, "the value of a byte"},
    {"qos", offsetof(struct mqtt_fault, qos), 0, 0, 2, "of a message"},
    {"retain", offsetof(struct mqtt_fault, retain), 0, 0, 1, "1: a message is retained"},
    {"bytes", offsetof(struct mqtt_fault, bytes), 0, 0, 1 << 20, "of a message: its payload is filled up to so many"},
    {NULL, 0, 0, 0, 0, NULL},
};
/* clang-format on */

static uint32_t *number_of(struct mqtt_fault *fault, const struct mqtt_fault_word *word)
{
    return (uint32_t *)(void *)((char *)fault + word->offset);
}

static enum assay_status complain(struct assay_error *err, const char *path, const char *text,
                                  const char *why)
{
    return assay_error_set(err, ASSAY_ERR_MALFORMED,
                           "%s: \"%.60s\" %s; a fault is a verb, packets and words, as in "
                           "\"delay SUBACK,PUBACK by=1500 count=2\" (assay list faults)",
                           path, text, why);
}

/* The next word of a sentence, copied; false: the end or too long. */
static bool next_word(const char **at, char *word, size_t room)
{
    size_t len = 0;

    *at += strspn(*at, " ");
    len = strcspn(*at, " ");
    if (len == 0 || len >= room)
        return false;
    memcpy(word, *at, len);
    word[len] = '\0';
    *at += len;
    return true;
}

static bool read_verb(const char *word, struct mqtt_fault *ret)
{
    for (int i = 0; i < MQTT_FAULT_VERBS; i++) {
        if (strcmp(word, mqtt_fault_rows[i].name) == 0) {
            ret->verb = (enum mqtt_fault_verb)i;
            return true;
        }
    }
    return false;
}

/* "PUBACK,PUBREC", or "any". */
static bool read_packets(char *word, struct mqtt_fault *ret)
{
    char *rest = word;

    if (strcmp(word, "any") == 0) {
        ret->packets = UINT32_MAX;
        return true;
    }
    while (rest != NULL) {
        char *name = rest;
        unsigned type = 0;

        rest = strchr(rest, ',');
        if (rest != NULL)
            *rest++ = '\0';
        type = mqtt_type_by_name(name);
        if (type == 0)
            return false;
        ret->packets |= MQTT_IN(type);
    }
    return true;
}

static bool read_number(const char *name, const char *text, struct mqtt_fault *ret)
{
    char *end = NULL;
    unsigned long number = strtoul(text, &end, 0);

    if (*text < '0' || *text > '9' || *end != '\0')
        return false;
    for (const struct mqtt_fault_word *w = mqtt_fault_words; w->name != NULL; w++) {
        if (strcmp(w->name, name) != 0)
            continue;
        if (number < w->min || number > w->max)
            return false;
        *number_of(ret, w) = (uint32_t)number;
        return true;
    }
    return false;
}

static bool read_text(const char *name, const char *text, struct mqtt_fault *ret)
{
    char *target = strcmp(name, "topic") == 0       ? ret->topic
                   : strcmp(name, "reference") == 0 ? ret->reference
                   : strcmp(name, "payload") == 0   ? ret->payload
                   : strcmp(name, "client") == 0    ? ret->client
                                                    : NULL;

    if (target == NULL || strlen(text) >= MQTT_FAULT_TOPIC)
        return false;
    memcpy(target, text, strlen(text) + 1);
    return true;
}

static bool read_pair(char *word, struct mqtt_fault *ret)
{
    char *value = strchr(word, '=');

    if (value == NULL)
        return false;
    *value++ = '\0';
    return read_text(word, value, ret) || read_number(word, value, ret);
}

static void set_fallbacks(struct mqtt_fault *fault)
{
    for (const struct mqtt_fault_word *w = mqtt_fault_words; w->name != NULL; w++)
        *number_of(fault, w) = w->fallback;
}

/* What follows the verb. */
static enum assay_status read_rest(const char *at, const char *text, const char *path,
                                   struct mqtt_fault *fault, struct assay_error *err)
{
    char word[128];

    if (!next_word(&at, word, sizeof(word)) || !read_packets(word, fault))
        return complain(err, path, text, "names no packets (PUBACK,PUBREC or any)");
    while (next_word(&at, word, sizeof(word)))
        if (!read_pair(word, fault))
            return complain(err, path, text, "has a word that is none or out of range");
    if (*at != '\0')
        return complain(err, path, text, "has a word that is too long");
    return ASSAY_OK;
}

enum assay_status mqtt_fault_read(const char *text, const char *path, struct mqtt_fault *ret,
                                  struct assay_error *err)
{
    struct mqtt_fault fault = {0};
    const char *at = text;
    char word[128];

    set_fallbacks(&fault);
    if (!next_word(&at, word, sizeof(word)) || !read_verb(word, &fault))
        return complain(err, path, text, "begins with no verb that exists");
    ASSAY_TRY(read_rest(at, text, path, &fault, err));
    *ret = fault;
    return ASSAY_OK;
}

enum assay_status mqtt_message_read(const char *text, const char *path, struct mqtt_fault *ret,
                                    struct assay_error *err)
{
    struct mqtt_fault message = {0};
    const char *at = text;
    char word[128];

    set_fallbacks(&message);
    message.by = 0; /* at once */
    if (!next_word(&at, word, sizeof(word)) || strcmp(word, "publish") != 0)
        return assay_error_set(err, ASSAY_ERR_MALFORMED,
                               "%s: \"%.60s\" has to begin with \"publish\" and packets, as in "
                               "\"publish SUBACK qos=1 payload=command-1\"",
                               path, text);
    ASSAY_TRY(read_rest(at, text, path, &message, err));
    *ret = message;
    return ASSAY_OK;
}

bool mqtt_message_meets(const struct mqtt_fault *message, size_t place,
                        const struct mqtt_packet *packet, struct mqtt_fault_state *state)
{
    if ((message->packets & MQTT_IN(packet->type)) == 0 ||
        state->messages_seen[place]++ < message->after ||
        (message->count > 0 && state->messages_met[place] >= message->count))
        return false;
    state->messages_met[place]++;
    return true;
}

/* xorshift64*, begun with the seed and the place in the list. */
uint32_t mqtt_fault_draw(const struct mqtt_fault *fault, size_t place,
                         struct mqtt_fault_state *state, uint32_t limit)
{
    uint64_t x = state->random[place];

    if (x == 0)
        x = (fault->seed + UINT64_C(0x9e3779b97f4a7c15)) * (2 * place + 1);
    x ^= x >> 12;
    x ^= x << 25;
    x ^= x >> 27;
    state->random[place] = x;
    return (uint32_t)((x * UINT64_C(0x2545f4914f6cdd1d)) >> 33) % limit;
}

/* In its CONNECT a client says itself who it is. */
static bool is_of(const struct mqtt_fault *fault, const struct mqtt_packet *packet,
                  struct mqtt_view client)
{
    return mqtt_view_equal(packet->type == MQTT_CONNECT ? packet->connect.client_id : client,
                           mqtt_view_text(fault->client));
}

static bool is_about(const struct mqtt_fault *fault, const struct mqtt_packet *packet,
                     struct mqtt_view client)
{
    if ((fault->packets & MQTT_IN(packet->type)) == 0)
        return false;
    if (fault->client[0] != '\0' && !is_of(fault, packet, client))
        return false;
    if (fault->topic[0] == '\0' || fault->verb == MQTT_FAULT_FLOOD)
        return true;
    return packet->type == MQTT_PUBLISH &&
           mqtt_filter_matches(mqtt_view_text(fault->topic), packet->publish.topic);
}

bool mqtt_fault_meets(const struct mqtt_fault *fault, size_t place, bool received,
                      const struct mqtt_packet *packet, struct mqtt_view client,
                      struct mqtt_fault_state *state)
{
    if (mqtt_fault_rows[fault->verb].of_received != received || !is_about(fault, packet, client))
        return false;
    if (state->seen[place]++ < fault->after)
        return false;
    if (fault->count > 0 && state->met[place] >= fault->count)
        return false;
    if (fault->chance < 100 && mqtt_fault_draw(fault, place, state, 100) >= fault->chance)
        return false;
    state->met[place]++;
    return true;
}

static bool is_same(const struct mqtt_fault *a, const struct mqtt_fault *b)
{
    for (const struct mqtt_fault_word *w = mqtt_fault_words; w->name != NULL; w++)
        if (memcmp((const char *)a + w->offset, (const char *)b + w->offset, sizeof(uint32_t)) != 0)
            return false;
    return a->verb == b->verb && a->packets == b->packets && strcmp(a->topic, b->topic) == 0 &&
           strcmp(a->reference, b->reference) == 0 && strcmp(a->client, b->client) == 0;
}

void mqtt_fault_carry(const struct mqtt_fault *old, size_t old_count,
                      const struct mqtt_fault *faults, size_t count, struct mqtt_fault_state *state)
{
    struct mqtt_fault_state carried = {.now_ms = state->now_ms};
    bool used[MQTT_FAULTS_MAX] = {false}; /* the same sentence may stand there twice */

    for (size_t i = 0; i < count; i++) {
        size_t from = 0;

        while (from < old_count && (used[from] || !is_same(&old[from], &faults[i])))
            from++;
        if (from == old_count)
            continue;
        used[from] = true;
        carried.seen[i] = state->seen[from];
        carried.met[i] = state->met[from];
        carried.random[i] = state->random[from];
    }
    *state = carried;
}
