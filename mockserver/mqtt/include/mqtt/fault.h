/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a broker does wrong on purpose, packet by packet: `mqtt.faults` of a server description, a
 * list of sentences such as
 *     "withhold PUBACK count=2"
 *     "delay SUBACK by=1500"
 *     "corrupt PUBLISH topic=a/# chance=20 seed=7"
 * A verb, the packets that it is about, and words that say how. Faults are counted, and chances are
 * drawn from a seed: the same conversation meets the same faults.
 */
#ifndef MQTT_FAULT_H
#define MQTT_FAULT_H

#include "base/status.h"
#include "mqtt/packet.h"

enum { MQTT_FAULTS_MAX = 16, MQTT_FAULT_TOPIC = 96 };

enum mqtt_fault_verb {
    MQTT_FAULT_WITHHOLD,
    MQTT_FAULT_DELAY,
    MQTT_FAULT_REORDER,
    MQTT_FAULT_DUPLICATE,
    MQTT_FAULT_CORRUPT,
    MQTT_FAULT_SHORTEN,
    MQTT_FAULT_CLOSE,
    MQTT_FAULT_CODE,
    MQTT_FAULT_FLOOD,
    MQTT_FAULT_IGNORE,
    MQTT_FAULT_DISCONNECT,
    MQTT_FAULT_SET,
    MQTT_FAULT_VERBS
};

struct mqtt_fault_row {
    const char *name;
    bool of_received; /* about packets from the board; else about those to it */
    const char *help;
};
extern const struct mqtt_fault_row mqtt_fault_rows[MQTT_FAULT_VERBS];

struct mqtt_fault_word {
    const char *name;
    size_t offset; /* of a uint32_t in struct mqtt_fault */
    uint32_t fallback, min, max;
    const char *help;
};
/* The words with numbers; `topic`, `client`, `reference` and `payload` take texts. Ends with a NULL
 * name. */
extern const struct mqtt_fault_word mqtt_fault_words[];

struct mqtt_fault {
    enum mqtt_fault_verb verb; /* not of a message */
    uint32_t packets;          /* MQTT_IN(...) */
    uint32_t after;            /* that many are left in peace first */
    uint32_t count;            /* how many meet it; 0: all */
    uint32_t chance;           /* in percent */
    uint32_t seed;
    uint32_t by;          /* milliseconds of a delay, bytes cut off, messages of a flood */
    uint32_t at;          /* a byte of the packet, from 0 */
    uint32_t reason;      /* code of CONNACK or DISCONNECT */
    uint32_t to;          /* the value that a byte gets */
    uint32_t qos, retain; /* of a message */
    uint32_t bytes;       /* of its payload, at least */
    char payload[MQTT_FAULT_TOPIC];
    char client[MQTT_FAULT_TOPIC];    /* whose packets; "": anybody's */
    char topic[MQTT_FAULT_TOPIC];     /* a filter for PUBLISH; of a flood its topic; "": any */
    char reference[MQTT_FAULT_TOPIC]; /* server reference of DISCONNECT; "": none */
};

/* What has happened so far; shared by the connections of a broker. Begin with zeros. */
struct mqtt_fault_state {
    uint64_t now_ms;
    uint32_t seen[MQTT_FAULTS_MAX];
    uint32_t met[MQTT_FAULTS_MAX];
    uint64_t random[MQTT_FAULTS_MAX];        /* 0: not drawn from yet */
    uint32_t messages_seen[MQTT_FAULTS_MAX]; /* of `messages`, by their places */
    uint32_t messages_met[MQTT_FAULTS_MAX];
};

/*
 * Read one sentence.
 * @param path  of the sentence, for err
 * @retval ASSAY_ERR_MALFORMED  err says what is wrong and what there is
 */
ASSAY_RESULT mqtt_fault_read(const char *text, const char *path, struct mqtt_fault *ret,
                             struct assay_error *err);

/* One sentence of `messages`: the verb is `publish`, and nothing else may be. */
ASSAY_RESULT mqtt_message_read(const char *text, const char *path, struct mqtt_fault *ret,
                               struct assay_error *err);

/* Is the message at this place of `messages` due with this packet? Counts it. */
bool mqtt_message_meets(const struct mqtt_fault *message, size_t place,
                        const struct mqtt_packet *packet, struct mqtt_fault_state *state);

/*
 * Does the fault at this place of a list meet this packet? Counts it.
 * @param client  identifier of the client whose connection it is; empty: nobody knows
 */
bool mqtt_fault_meets(const struct mqtt_fault *fault, size_t place, bool received,
                      const struct mqtt_packet *packet, struct mqtt_view client,
                      struct mqtt_fault_state *state);
/*
 * A list of faults becomes another one: state, which belongs to the old one, then belongs to the
 * new one. A fault that stands in both keeps its counts; the others begin anew.
 */
void mqtt_fault_carry(const struct mqtt_fault *old, size_t old_count,
                      const struct mqtt_fault *faults, size_t count,
                      struct mqtt_fault_state *state);
/* The next number of a fault's own generator, below limit. */
uint32_t mqtt_fault_draw(const struct mqtt_fault *fault, size_t place,
                         struct mqtt_fault_state *state, uint32_t limit);

#endif
