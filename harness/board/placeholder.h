/* SPDX-License-Identifier: Apache-2.0 */
/* Placeholders in a process board's command line and environment: "{host}"; "{{" is a brace. */
#ifndef BOARD_PLACEHOLDER_H
#define BOARD_PLACEHOLDER_H

#include "base/buf.h"

#include <stdbool.h>
#include <stddef.h>

/* X(constant, name, its text is a secret, a command cannot do with an empty text) */
#define PLACEHOLDER_MAP(X)                                                                         \
    X(PLACEHOLDER_HOST, "host", false, true)                                                       \
    X(PLACEHOLDER_IP, "ip", false, true)                                                           \
    X(PLACEHOLDER_PORT, "port", false, true)                                                       \
    X(PLACEHOLDER_PLAIN_PORT, "plain_port", false, true)                                           \
    X(PLACEHOLDER_CA_FILE, "ca_file", false, true)                                                 \
    X(PLACEHOLDER_CA_DIR, "ca_dir", false, true)                                                   \
    X(PLACEHOLDER_CERT_FILE, "cert_file", false, true)                                             \
    X(PLACEHOLDER_KEY_FILE, "key_file", false, true)                                               \
    X(PLACEHOLDER_PSK_IDENTITY, "psk_identity", false, true)                                       \
    X(PLACEHOLDER_PSK_HEX, "psk_hex", true, true)                                                  \
    X(PLACEHOLDER_ALPN, "alpn", false, false)                                                      \
    X(PLACEHOLDER_CLIENT_ID, "client_id", false, false)                                            \
    X(PLACEHOLDER_USERNAME, "username", false, false)                                              \
    X(PLACEHOLDER_PASSWORD, "password", true, false)                                               \
    X(PLACEHOLDER_TOPIC, "topic", false, false)                                                    \
    X(PLACEHOLDER_PAYLOAD, "payload", false, false)                                                \
    X(PLACEHOLDER_FILTER, "filter", false, false)                                                  \
    X(PLACEHOLDER_KEEP_ALIVE, "keep_alive_s", false, false)                                        \
    X(PLACEHOLDER_STAY, "stay_s", false, false)                                                    \
    X(PLACEHOLDER_PERSISTENT, "persistent", false, false)                                          \
    X(PLACEHOLDER_MQTT, "mqtt_version", false, false)                                              \
    X(PLACEHOLDER_TIME, "time_rfc3339", false, true)                                               \
    X(PLACEHOLDER_WORK_DIR, "work_dir", false, true)                                               \
    X(PLACEHOLDER_COMMAND_DIR, "command_dir", false, true)

enum placeholder {
#define X(id, name, secret, needed) id,
    PLACEHOLDER_MAP(X)
#undef X
        PLACEHOLDER_COUNT
};

/* What each stands for in one attempt; NULL: nothing. Borrowed. */
struct placeholder_values {
    const char *text[PLACEHOLDER_COUNT];
};

const char *placeholder_name(enum placeholder p);

/* PLACEHOLDER_COUNT when there is none of that name. */
enum placeholder placeholder_find(const char *name, size_t len);

/* ASSAY_ERR_MALFORMED: an unknown placeholder, or a brace that is not closed; err says which. */
ASSAY_RESULT placeholder_check(const char *text, struct assay_error *err);

/*
 * Append text with its placeholders filled in.
 * @param masked  Put "(secret)" in the place of secrets: for people's eyes.
 * @retval ASSAY_ERR_NOT_FOUND  one that cannot be empty stands for nothing now; err names it
 */
ASSAY_RESULT placeholder_expand(const char *text, const struct placeholder_values *values,
                                bool masked, struct buf *out, struct assay_error *err);

#endif
