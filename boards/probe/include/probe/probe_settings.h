/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a board is told before an attempt: settings (set, set+, clear) and slots for bytes (put,
 * end, sum). Storage is fixed at compile time; see docs/formats/probe-protocol.md.
 */
#ifndef PROBE_PROBE_SETTINGS_H
#define PROBE_PROBE_SETTINGS_H

#include <stddef.h>
#include <stdint.h>

enum {
    PROBE_HOST_MAX = 253,
    PROBE_CLIENT_MAX = 127,
    PROBE_USER_MAX = 127,
    PROBE_PASS_MAX = 255,
    PROBE_TOPIC_MAX = 127,
    PROBE_PAYLOAD_MAX = 255,
    PROBE_ALPN_MAX = 63,
    PROBE_PSK_ID_MAX = 127,
    PROBE_PSK_HEX_MAX = 128,
    PROBE_FILTER_MAX = 127,
    PROBE_ROOT_MAX = 2048,
    PROBE_CERT_MAX = 2048,
    PROBE_KEY_MAX = 2560
};

/* Why a command was refused; PROBE_WORD_OK: it was not. */
enum probe_word {
    PROBE_WORD_OK,
    PROBE_WORD_UNKNOWN,
    PROBE_WORD_ARGUMENT,
    PROBE_WORD_FULL,
    PROBE_WORD_ORDER,
    PROBE_WORD_CHECKSUM,
    PROBE_WORD_BUSY,
    PROBE_WORD_COUNT
};

enum probe_text_setting {
    PROBE_SET_HOST,
    PROBE_SET_CLIENT,
    PROBE_SET_USER,
    PROBE_SET_PASS,
    PROBE_SET_TOPIC,
    PROBE_SET_PAYLOAD,
    PROBE_SET_ALPN,
    PROBE_SET_PSK_ID,
    PROBE_SET_PSK_HEX,
    PROBE_SET_FILTER,
    PROBE_SET_TEXT_COUNT
};

/* What is spoken inside of TLS. */
enum probe_speech { PROBE_SPEAKS_MQTT, PROBE_SPEAKS_WEBSOCKET, PROBE_SPEAKS_HTTP };

struct probe_settings {
    /* NUL terminated; the credentials, topic and payload may hold NUL bytes of their own. */
    char host[PROBE_HOST_MAX + 1];
    char client[PROBE_CLIENT_MAX + 1];
    char user[PROBE_USER_MAX + 1];
    char pass[PROBE_PASS_MAX + 1];
    char topic[PROBE_TOPIC_MAX + 1];
    char payload[PROBE_PAYLOAD_MAX + 1];
    char alpn[PROBE_ALPN_MAX + 1];
    char psk_id[PROBE_PSK_ID_MAX + 1];
    char psk_hex[PROBE_PSK_HEX_MAX + 1];
    char filter[PROBE_FILTER_MAX + 1];
    uint16_t len[PROBE_SET_TEXT_COUNT];
    uint8_t ip[4]; /* 0.0.0.0: not set */
    uint32_t port;
    uint32_t plain; /* where the broker answers without TLS; 0: nowhere that the board knows */
    uint32_t dns;
    uint32_t sntp;
    uint32_t timeout_ms;
    uint32_t phase_ms;
    uint8_t clock_is_sntp;
    uint8_t has_identity;
    uint8_t speech; /* enum probe_speech */
    /* Of a session that is kept. */
    uint32_t stay_ms; /* 0: one message, and leave */
    uint32_t keep_alive_s;
    uint32_t filter_qos;
    uint32_t qos;
    uint32_t every_ms;
    uint32_t ack_ms;
    uint32_t backoff_ms;
    uint8_t is_clean;
    uint8_t mqtt_version; /* level of CONNECT */
    uint8_t cloud;        /* enum probe_cloud_name, of probe_client.h */
};

void probe_settings_init(struct probe_settings *settings);

/*
 * set or set+ (append). value is escaped; all or nothing.
 * @return UNKNOWN: no such key (`time` is the core's); ARGUMENT; FULL
 */
enum probe_word probe_settings_set(struct probe_settings *settings, int append, const char *key,
                                   size_t key_len, const char *value, size_t value_len);

/* Four numbers with dots. @return 1 when they are, else 0 and ret is untouched */
int probe_parse_ip(const char *text, size_t len, uint8_t ret[4]);

enum probe_slot_id { PROBE_SLOT_ROOT, PROBE_SLOT_CERT, PROBE_SLOT_KEY, PROBE_SLOT_COUNT };

struct probe_slots {
    uint8_t root[PROBE_ROOT_MAX];
    uint8_t cert[PROBE_CERT_MAX];
    uint8_t key[PROBE_KEY_MAX];
    uint16_t len[PROBE_SLOT_COUNT]; /* bytes so far */
    uint8_t is_complete[PROBE_SLOT_COUNT];
};

void probe_slots_init(struct probe_slots *slots);

/* @return the slot, or PROBE_SLOT_COUNT */
enum probe_slot_id probe_slot_find(const char *name, size_t len);

/* Room of a slot in bytes. */
size_t probe_slot_max(enum probe_slot_id slot);

/* The bytes of a complete slot; *ret_len is 0 when it is not complete. */
const uint8_t *probe_slot_bytes(const struct probe_slots *slots, enum probe_slot_id slot,
                                size_t *ret_len);

/* put: @return ARGUMENT (base64), ORDER (offset), FULL */
enum probe_word probe_slot_put(struct probe_slots *slots, enum probe_slot_id slot, size_t offset,
                               const char *base64, size_t len);

/* end: @return CHECKSUM, and the slot is empty */
enum probe_word probe_slot_end(struct probe_slots *slots, enum probe_slot_id slot, size_t len,
                               uint32_t crc32);

#endif
