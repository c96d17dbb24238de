/* SPDX-License-Identifier: Apache-2.0 */
#include "probe/probe_settings.h"

#include "probe/probe_client.h"
#include "probe/probe_encoding.h"

#include <string.h>

enum {
    PORT_MAX = 65535,
    TIMEOUT_MAX_MS = 600000,
    TIMEOUT_MS = 15000,
    PHASE_MS = 10000,
    STAY_MAX_MS = 86400000,
    KEEP_ALIVE_MAX_S = 65535,
    KEEP_ALIVE_S = 60,
    QOS_MAX = 2,
    ACK_MS = 2000,
    BACKOFF_MS = 1000,
    LEVEL_V311 = 4,
    LEVEL_V5 = 5
};

struct text_row {
    const char *key;
    size_t offset;
    size_t max;
    enum probe_text_setting id;
    int takes_nul;
};

#define TEXT_ROW(key, field, max, id, takes_nul)                                                   \
    {                                                                                              \
        key, offsetof(struct probe_settings, field), max, id, takes_nul                            \
    }

static const struct text_row text_rows[] = {
    TEXT_ROW("host", host, PROBE_HOST_MAX, PROBE_SET_HOST, 0),
    TEXT_ROW("client", client, PROBE_CLIENT_MAX, PROBE_SET_CLIENT, 1),
    TEXT_ROW("user", user, PROBE_USER_MAX, PROBE_SET_USER, 1),
    TEXT_ROW("pass", pass, PROBE_PASS_MAX, PROBE_SET_PASS, 1),
    TEXT_ROW("topic", topic, PROBE_TOPIC_MAX, PROBE_SET_TOPIC, 1),
    TEXT_ROW("payload", payload, PROBE_PAYLOAD_MAX, PROBE_SET_PAYLOAD, 1),
    TEXT_ROW("alpn", alpn, PROBE_ALPN_MAX, PROBE_SET_ALPN, 0),
    TEXT_ROW("pskid", psk_id, PROBE_PSK_ID_MAX, PROBE_SET_PSK_ID, 0),
    TEXT_ROW("psk", psk_hex, PROBE_PSK_HEX_MAX, PROBE_SET_PSK_HEX, 0),
    TEXT_ROW("filter", filter, PROBE_FILTER_MAX, PROBE_SET_FILTER, 1),
};

struct number_row {
    const char *key;
    size_t offset;
    uint32_t min;
    uint32_t max;
};

#define NUMBER_ROW(key, field, min, max)                                                           \
    {                                                                                              \
        key, offsetof(struct probe_settings, field), min, max                                      \
    }

static const struct number_row number_rows[] = {
    NUMBER_ROW("port", port, 1, PORT_MAX),
    NUMBER_ROW("plain", plain, 0, PORT_MAX),
    NUMBER_ROW("dns", dns, 0, PORT_MAX),
    NUMBER_ROW("sntp", sntp, 0, PORT_MAX),
    NUMBER_ROW("timeout", timeout_ms, 1, TIMEOUT_MAX_MS),
    NUMBER_ROW("phase", phase_ms, 1, TIMEOUT_MAX_MS),
    NUMBER_ROW("stay", stay_ms, 0, STAY_MAX_MS),
    NUMBER_ROW("keepalive", keep_alive_s, 0, KEEP_ALIVE_MAX_S),
    NUMBER_ROW("fqos", filter_qos, 0, QOS_MAX),
    NUMBER_ROW("qos", qos, 0, QOS_MAX),
    NUMBER_ROW("every", every_ms, 0, STAY_MAX_MS),
    NUMBER_ROW("ack", ack_ms, 1, TIMEOUT_MAX_MS),
    NUMBER_ROW("backoff", backoff_ms, 1, TIMEOUT_MAX_MS),
};

struct choice_row {
    const char *key;
    size_t offset;
    const char *value;
    uint8_t means;
};

#define CHOICE_ROW(key, field, value, means)                                                       \
    {                                                                                              \
        key, offsetof(struct probe_settings, field), value, means                                  \
    }

static const struct choice_row choice_rows[] = {
    CHOICE_ROW("clock", clock_is_sntp, "given", 0),
    CHOICE_ROW("clock", clock_is_sntp, "sntp", 1),
    CHOICE_ROW("identity", has_identity, "no", 0),
    CHOICE_ROW("identity", has_identity, "yes", 1),
    CHOICE_ROW("speak", speech, "mqtt", PROBE_SPEAKS_MQTT),
    CHOICE_ROW("speak", speech, "websocket", PROBE_SPEAKS_WEBSOCKET),
    CHOICE_ROW("speak", speech, "http", PROBE_SPEAKS_HTTP),
    CHOICE_ROW("clean", is_clean, "no", 0),
    CHOICE_ROW("clean", is_clean, "yes", 1),
    CHOICE_ROW("mqtt", mqtt_version, "3.1.1", LEVEL_V311),
    CHOICE_ROW("mqtt", mqtt_version, "5.0", LEVEL_V5),
    CHOICE_ROW("cloud", cloud, "none", PROBE_CLOUD_NONE),
    CHOICE_ROW("cloud", cloud, "aws", PROBE_CLOUD_AWS),
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static int is_word(const char *word, const char *text, size_t len)
{
    return strlen(word) == len && memcmp(word, text, len) == 0;
}

void probe_settings_init(struct probe_settings *settings)
{
    memset(settings, 0, sizeof(*settings));
    settings->timeout_ms = TIMEOUT_MS;
    settings->phase_ms = PHASE_MS;
    settings->keep_alive_s = KEEP_ALIVE_S;
    settings->filter_qos = 1;
    settings->qos = 1;
    settings->ack_ms = ACK_MS;
    settings->backoff_ms = BACKOFF_MS;
    settings->is_clean = 1;
    settings->mqtt_version = LEVEL_V311;
}

static enum probe_word set_text(struct probe_settings *settings, const struct text_row *row,
                                int append, const char *value, size_t len)
{
    char plain[52];
    ptrdiff_t plain_len = probe_unescape(value, len, plain, sizeof(plain));
    char *field = (char *)settings + row->offset;
    size_t have = append ? settings->len[row->id] : 0;

    if (plain_len < 0 || (!row->takes_nul && memchr(plain, 0, (size_t)plain_len) != NULL))
        return PROBE_WORD_ARGUMENT;
    if ((size_t)plain_len > row->max - have)
        return PROBE_WORD_FULL;
    memcpy(field + have, plain, (size_t)plain_len);
    have += (size_t)plain_len;
    field[have] = '\0';
    settings->len[row->id] = (uint16_t)have;
    return PROBE_WORD_OK;
}

static enum probe_word set_number(struct probe_settings *settings, const struct number_row *row,
                                  const char *value, size_t len)
{
    int64_t number = probe_parse_decimal(value, len, row->max);
    uint32_t kept = 0;

    if (number < (int64_t)row->min)
        return PROBE_WORD_ARGUMENT;
    kept = (uint32_t)number;
    memcpy((char *)settings + row->offset, &kept, sizeof(kept));
    return PROBE_WORD_OK;
}

static enum probe_word set_choice(struct probe_settings *settings, const char *key, size_t key_len,
                                  const char *value, size_t value_len)
{
    enum probe_word word = PROBE_WORD_UNKNOWN;

    for (size_t i = 0; i < COUNT(choice_rows); i++) {
        if (!is_word(choice_rows[i].key, key, key_len))
            continue;
        word = PROBE_WORD_ARGUMENT;
        if (!is_word(choice_rows[i].value, value, value_len))
            continue;
        *((uint8_t *)settings + choice_rows[i].offset) = choice_rows[i].means;
        return PROBE_WORD_OK;
    }
    return word;
}

enum probe_word probe_settings_set(struct probe_settings *settings, int append, const char *key,
                                   size_t key_len, const char *value, size_t value_len)
{
    for (size_t i = 0; i < COUNT(text_rows); i++) {
        if (is_word(text_rows[i].key, key, key_len))
            return set_text(settings, &text_rows[i], append, value, value_len);
    }
    if (append)
        return PROBE_WORD_UNKNOWN;
    for (size_t i = 0; i < COUNT(number_rows); i++) {
        if (is_word(number_rows[i].key, key, key_len))
            return set_number(settings, &number_rows[i], value, value_len);
    }
    if (is_word("ip", key, key_len))
        return probe_parse_ip(value, value_len, settings->ip) ? PROBE_WORD_OK : PROBE_WORD_ARGUMENT;
    return set_choice(settings, key, key_len, value, value_len);
}

int probe_parse_ip(const char *text, size_t len, uint8_t ret[4])
{
    uint8_t ip[4];
    size_t at = 0;

    for (size_t i = 0; i < 4; i++) {
        size_t digits = 0;
        int64_t number = 0;

        while (at + digits < len && text[at + digits] != '.')
            digits++;
        number = probe_parse_decimal(text + at, digits, 255);
        if (number < 0 || digits > 3 || (i < 3) != (at + digits < len))
            return 0;
        ip[i] = (uint8_t)number;
        at += digits + 1;
    }
    memcpy(ret, ip, sizeof(ip));
    return 1;
}
