/* SPDX-License-Identifier: Apache-2.0 */
/* How a server session behaves: the `mqtt` table of a server description as a struct. */
#ifndef MQTT_SETTINGS_H
#define MQTT_SETTINGS_H

#include "base/keys.h"
#include "base/status.h"
#include "base/value.h"
#include "mqtt/fault.h"
#include "mqtt/packet.h"

enum { MQTT_CLIENT_ID_TEXT = 64, MQTT_TEXT = 128 };

/* What mosquitto 2.0 does otherwise, a bit each: `mqtt.habits`. */
enum {
    MQTT_HABIT_SILENT_ON_ANSWERS = 1,     /* 5.0: no DISCONNECT for an answer that is not due */
    MQTT_HABIT_WILL_OUTLIVES_SESSION = 2, /* its delay goes on; who comes back takes it away */
    MQTT_HABIT_TAKEOVER_KEEPS_WILL = 4,   /* to itself, where the session goes on */
    MQTT_HABIT_UNKNOWN_RELEASE_DONE = 8,  /* 5.0: PUBCOMP without a reason */
    MQTT_HABIT_DEEP_TOPICS_CLOSE = 16,    /* a close instead of a refusal */
    MQTT_HABIT_SUBSCRIBE_MALFORMED = 32,  /* 5.0: 0x81 for whatever is wrong with one */
    MQTT_HABIT_RETAINED_EXACT = 64,       /* nothing retained for filters with wildcards */
    MQTT_HABIT_HASH_BELOW_ONLY = 128      /* a/# is not a */
};

struct mqtt_settings {
    uint32_t versions;           /* bit n: level n is accepted (MQTT_V31, MQTT_V311, MQTT_V5) */
    int64_t connack_code;        /* 0: accept; else refuse with it and close */
    bool session_present;        /* what CONNACK says */
    uint32_t withhold;           /* MQTT_IN(...): packets that are never sent */
    uint32_t close_after;        /* packets after which the bench closes, received or sent */
    int64_t suback_code;         /* -1: grant what was asked for */
    int64_t puback_code;         /* 5.0: reason in PUBACK and PUBREC; 0x80 and above refuse */
    int64_t max_packet;          /* bytes */
    int64_t max_qos;             /* 0 to 2 */
    int64_t server_keep_alive_s; /* 5.0; -1: not sent */
    int64_t receive_maximum;     /* 5.0 */
    int64_t topic_alias_maximum; /* 5.0 */
    char assigned_client_id[MQTT_CLIENT_ID_TEXT]; /* for a client that sends an empty one */
    int64_t session_expiry_s;                     /* 5.0; -1: the client's own */
    bool tell_limits;                             /* 5.0: maximum packet size stands in CONNACK */
    bool tell_connect_errors;                     /* 5.0 */
    uint32_t habits;                              /* MQTT_HABIT_... */
    bool send_topic_aliases;                      /* 5.0, where the client takes some */
    bool retain_available;
    bool wildcard_available;
    bool shared_available;
    bool subscription_ids_available;
    bool password_alone;                  /* 3.1.1: a password without a user name is accepted */
    int64_t max_inflight;                 /* messages of QoS 1 and 2 under way to one client */
    int64_t max_queued;                   /* messages of QoS 1 and 2 that wait for one client */
    char response_information[MQTT_TEXT]; /* 5.0; "": none */
    char reason_string[MQTT_TEXT];        /* 5.0, of a CONNACK that refuses; "": none */
    char server_reference[MQTT_TEXT];
    char deny_subscribe[MQTT_TEXT]; /* a filter; "": none */
    int64_t deny_code;
    bool is_relayed;      /* another broker stands behind; mqtt/relay.h */
    bool keep_sessions;   /* false: a session ends with its connection */
    int64_t write_bytes;  /* of what is sent, in one piece; 0: as it comes */
    size_t message_count; /* of the broker's own messages */
    struct mqtt_fault messages[MQTT_FAULTS_MAX];
    size_t fault_count;
    struct mqtt_fault faults[MQTT_FAULTS_MAX];
};

/* The keys of the table, with help texts. Ends with a NULL name. */
extern const struct key_spec mqtt_keys[];

void mqtt_settings_default(struct mqtt_settings *ret);

/*
 * Read the table.
 * @param description  NULL: defaults
 * @retval ASSAY_ERR_MALFORMED  err names the path ("mqtt.versions.2") and what would be right
 */
ASSAY_RESULT mqtt_settings_read(const struct value *description, struct mqtt_settings *ret,
                                struct assay_error *err);

#endif
