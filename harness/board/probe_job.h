/* SPDX-License-Identifier: Apache-2.0 */
/* What one attempt needs a probe board to hold: settings and slots, as the protocol names them. */
#ifndef BOARD_PROBE_JOB_H
#define BOARD_PROBE_JOB_H

#include "board/board.h"

/* X(constant, key, value after `clear`, is a secret) */
#define PROBE_KEY_MAP(X)                                                                           \
    X(PROBE_KEY_HOST, "host", "", false)                                                           \
    X(PROBE_KEY_IP, "ip", "", false)                                                               \
    X(PROBE_KEY_PORT, "port", "", false)                                                           \
    X(PROBE_KEY_PLAIN, "plain", "0", false)                                                        \
    X(PROBE_KEY_DNS, "dns", "0", false)                                                            \
    X(PROBE_KEY_SNTP, "sntp", "0", false)                                                          \
    X(PROBE_KEY_CLOCK, "clock", "given", false)                                                    \
    X(PROBE_KEY_IDENTITY, "identity", "no", false)                                                 \
    X(PROBE_KEY_CLIENT, "client", "", false)                                                       \
    X(PROBE_KEY_USER, "user", "", false)                                                           \
    X(PROBE_KEY_PASS, "pass", "", true)                                                            \
    X(PROBE_KEY_TOPIC, "topic", "", false)                                                         \
    X(PROBE_KEY_PAYLOAD, "payload", "", false)                                                     \
    X(PROBE_KEY_ALPN, "alpn", "", false)                                                           \
    X(PROBE_KEY_PSK_ID, "pskid", "", false)                                                        \
    X(PROBE_KEY_PSK, "psk", "", true)                                                              \
    X(PROBE_KEY_TIMEOUT, "timeout", "15000", false)                                                \
    X(PROBE_KEY_PHASE, "phase", "10000", false)                                                    \
    X(PROBE_KEY_TIME, "time", "", false)                                                           \
    X(PROBE_KEY_STAY, "stay", "0", false)                                                          \
    X(PROBE_KEY_KEEP_ALIVE, "keepalive", "60", false)                                              \
    X(PROBE_KEY_CLEAN, "clean", "yes", false)                                                      \
    X(PROBE_KEY_FILTER, "filter", "", false)                                                       \
    X(PROBE_KEY_FILTER_QOS, "fqos", "1", false)                                                    \
    X(PROBE_KEY_QOS, "qos", "1", false)                                                            \
    X(PROBE_KEY_EVERY, "every", "0", false)                                                        \
    X(PROBE_KEY_BACKOFF, "backoff", "1000", false)                                                 \
    X(PROBE_KEY_ACK, "ack", "2000", false)                                                         \
    X(PROBE_KEY_MQTT, "mqtt", "3.1.1", false)                                                      \
    X(PROBE_KEY_SPEAK, "speak", "mqtt", false)                                                     \
    X(PROBE_KEY_CLOUD, "cloud", "none", false)

enum probe_key {
#define X(id, name, value, secret) id,
    PROBE_KEY_MAP(X)
#undef X
        PROBE_KEY_COUNT
};

enum probe_slot { PROBE_ROOT, PROBE_CERT, PROBE_KEY, PROBE_SLOTS };

struct probe_key_row {
    const char *name;
    const char *cleared; /* its value after `clear` and after a reset */
    bool is_secret;
};

extern const struct probe_key_row probe_keys[PROBE_KEY_COUNT];
extern const char *const probe_slot_names[PROBE_SLOTS];

struct probe_bytes {
    uint8_t *data; /* owned; NULL: not needed in this attempt */
    size_t len;
    uint32_t crc32;
};

struct probe_job {
    bool serves;                   /* the board is to listen, not to connect */
    char *values[PROBE_KEY_COUNT]; /* owned */
    struct probe_bytes slots[PROBE_SLOTS];
};

struct probe_limits {
    unsigned attempt_ms; /* how long the attempt may last */
    unsigned phase_ms;   /* ... and one phase of it; 0: the board's own patience */
};

/*
 * Copy what the request says.
 * @param clock  Of the board file: "sntp" lets the board ask for the time itself.
 * @param ret    Set on success; end with probe_job_done().
 */
ASSAY_RESULT probe_job_make(const struct board_request *request, const char *clock,
                            const struct probe_limits *limits, struct probe_job *ret,
                            struct assay_error *err);

/* Wipes and frees. */
void probe_job_done(struct probe_job *job);

#endif
