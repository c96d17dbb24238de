/* SPDX-License-Identifier: Apache-2.0 */
/* What a face is made of below its own rules: settings of TLS and MQTT, as rows. */
#include "face/settings.h"

#include <stdlib.h>
#include <string.h>

enum lay_kind { LAY_TEXT, LAY_LIST, LAY_INT, LAY_BOOL };

struct lay_row {
    const char *table, *key;
    enum lay_kind kind;
    const char *text; /* of a list: with spaces between */
    int64_t number;
    int64_t port; /* of the face, for which the row holds; 0: for all */
    bool (*when)(const struct face_settings *s); /* NULL: always */
    bool is_firm; /* it is what the face is: a description that says otherwise does not count */
};

static bool needs_certificate(const struct face_settings *s)
{
    return s->require_certificate;
}

/* MQTT over WebSocket has no protocol name: Device communication protocols, "N/A". */
static bool has_protocol_name(const struct face_settings *s)
{
    return s->access_key[0] == '\0';
}

static bool takes_certificate(const struct face_settings *s)
{
    return s->certificate[0] != '\0';
}

static bool tolerates_password_alone(const struct face_settings *s)
{
    return s->password_alone;
}

static bool has_psk(const struct face_settings *s)
{
    return s->psk_identity[0] != '\0';
}

/* clang-format off */
/* Boards that bring a certificate of some other CA are to be heard before they are refused: request. */
static const struct lay_row aws_rows[] = {
    {"tls", "sni", LAY_TEXT, "require", 0, 0, NULL, false},
    {"tls", "client_auth", LAY_TEXT, "request", 0, 0, has_protocol_name, false},
    {"tls", "client_ca_names", LAY_TEXT, "none", 0, 0, has_protocol_name, false},
    {"tls", "alpn", LAY_LIST, "x-amzn-mqtt-ca mqtt", 0, 443, has_protocol_name, false},
    {"tls", "alpn_required", LAY_BOOL, NULL, true, 443, has_protocol_name, false},
    {"mqtt", "versions", LAY_LIST, "3.1.1 5.0", 0, 0, NULL, false},
    {"mqtt", "max_qos", LAY_INT, NULL, 1, 0, NULL, false},
    {"mqtt", "max_packet", LAY_INT, NULL, 149504, 0, NULL, false},
    {"mqtt", "receive_maximum", LAY_INT, NULL, 100, 0, NULL, false},
    {"mqtt", "topic_alias_maximum", LAY_INT, NULL, 8, 0, NULL, false},
    {"mqtt", "subscription_ids_available", LAY_BOOL, NULL, false, 0, NULL, false},
    {"mqtt", "habits", LAY_LIST, "retained-exact hash-below-only", 0, 0, NULL, false},
    {NULL, NULL, LAY_TEXT, NULL, 0, 0, NULL, false},
};

static const struct lay_row google_rows[] = {
    {"mqtt", "versions", LAY_LIST, "3.1.1", 0, 0, NULL, false},
    {"mqtt", "max_qos", LAY_INT, NULL, 1, 0, NULL, false},
    {"mqtt", "max_packet", LAY_INT, NULL, 524288, 0, NULL, false},
    {"mqtt", "password_alone", LAY_BOOL, NULL, true, 0, tolerates_password_alone, false},
    {NULL, NULL, LAY_TEXT, NULL, 0, 0, NULL, false},
};

static const struct lay_row azure_rows[] = {
    {"tls", "client_auth", LAY_TEXT, "request", 0, 0, takes_certificate, false},
    {"tls", "client_ca_names", LAY_TEXT, "none", 0, 0, takes_certificate, false},
    {"mqtt", "versions", LAY_LIST, "3.1.1", 0, 0, NULL, false},
    {"mqtt", "max_qos", LAY_INT, NULL, 1, 0, NULL, false},
    {"mqtt", "max_packet", LAY_INT, NULL, 524288, 0, NULL, false},
    {NULL, NULL, LAY_TEXT, NULL, 0, 0, NULL, false},
};

static const struct lay_row arduino_rows[] = {
    {"tls", "client_auth", LAY_TEXT, "request", 0, 8885, NULL, false},
    {"tls", "client_ca_names", LAY_TEXT, "none", 0, 8885, NULL, false},
    {"mqtt", "versions", LAY_LIST, "3.1.1", 0, 0, NULL, false},
    {NULL, NULL, LAY_TEXT, NULL, 0, 0, NULL, false},
};

static const struct lay_row mosquitto_rows[] = {
    {"tls", "client_auth", LAY_TEXT, "require", 0, 0, needs_certificate, false},
    {"tls", "versions", LAY_LIST, "1.2", 0, 0, has_psk, true},
    {"tls", "ciphers", LAY_TEXT, "PSK", 0, 0, has_psk, true},
    {"mqtt", "versions", LAY_LIST, "3.1 3.1.1 5.0", 0, 0, NULL, false},
    {"mqtt", "topic_alias_maximum", LAY_INT, NULL, 10, 0, NULL, false},
    {"mqtt", "receive_maximum", LAY_INT, NULL, 20, 0, NULL, false},
    {"mqtt", "tell_limits", LAY_BOOL, NULL, false, 0, NULL, false},
    {"mqtt", "send_topic_aliases", LAY_BOOL, NULL, false, 0, NULL, false},
    {"mqtt", "tell_connect_errors", LAY_BOOL, NULL, false, 0, NULL, false},
    {NULL, NULL, LAY_TEXT, NULL, 0, 0, NULL, false},
};

static const struct lay_row psk_rows[] = {
    {"tls", "versions", LAY_LIST, "1.2", 0, 0, NULL, true},
    {"tls", "ciphers", LAY_TEXT, "PSK", 0, 0, NULL, true},
    {NULL, NULL, LAY_TEXT, NULL, 0, 0, NULL, false},
};
/* clang-format on */

static const struct lay_row *const rows_of[FACE_COUNT] = {
    [FACE_AWS] = aws_rows,     [FACE_GOOGLE] = google_rows,   [FACE_CLEARBLADE] = google_rows,
    [FACE_AZURE] = azure_rows, [FACE_ARDUINO] = arduino_rows, [FACE_MOSQUITTO] = mosquitto_rows,
    [FACE_PSK] = psk_rows,
};

static struct value *new_list(const char *words)
{
    struct value *list = value_new_list();
    enum assay_status status = list != NULL ? ASSAY_OK : ASSAY_ERR_NOMEM;

    while (status == ASSAY_OK && *words != '\0') {
        size_t len = strcspn(words, " ");

        status = value_add(list, value_new_bytes(words, len));
        words += len + (words[len] == ' ');
    }
    if (status == ASSAY_OK)
        return list;
    value_free(list);
    return NULL;
}

static struct value *new_value(const struct lay_row *row)
{
    switch (row->kind) {
    case LAY_TEXT:
        return value_new_text(row->text);
    case LAY_LIST:
        return new_list(row->text);
    case LAY_INT:
        return value_new_int(row->number);
    case LAY_BOOL:
        return value_new_bool(row->number != 0);
    }
    return NULL;
}

/* {table = {key = leaf}} under what is there, or firmly over it; leaf is taken over. */
static enum assay_status lay(struct value *description, const char *table, const char *key,
                             bool is_firm, struct value *leaf)
{
    struct value *over = value_new_map();
    struct value *inner = value_new_map();
    enum assay_status status = ASSAY_OK;

    if (!is_firm &&
        value_get(value_get(description, table), key) != NULL) { /* the description's own */
        value_free(leaf);
        value_free(inner);
        value_free(over);
        return ASSAY_OK;
    }
    status = value_set(inner, key, leaf);
    if (status == ASSAY_OK)
        status = value_set(over, table, inner);
    else
        value_free(inner);
    if (status == ASSAY_OK)
        status = value_merge(description, over);
    value_free(over);
    return status;
}

static enum assay_status lay_psk(const struct face_settings *s, struct value *description)
{
    struct value *psk = value_new_map();
    enum assay_status status = value_set(psk, "identity", value_new_text(s->psk_identity));

    if (status == ASSAY_OK)
        status = value_set(psk, "hex", value_new_text(s->psk_hex));
    if (status != ASSAY_OK) {
        value_free(psk);
        return status;
    }
    return lay(description, "tls", "psk", false, psk);
}

enum assay_status face_settings_lay(const struct face_settings *settings, struct value *description)
{
    bool is_relayed = value_path(description, "mqtt.behind") != NULL;

    for (const struct lay_row *row = rows_of[settings->kind]; row->table != NULL; row++) {
        if (row->port != 0 && row->port != settings->port)
            continue;
        if (row->when != NULL && !row->when(settings))
            continue;
        if (is_relayed && strcmp(row->table, "mqtt") == 0 && strcmp(row->key, "versions") != 0)
            continue; /* whoever is behind says that himself */
        ASSAY_TRY(lay(description, row->table, row->key, row->is_firm, new_value(row)));
    }
    return settings->psk_identity[0] != '\0' ? lay_psk(settings, description) : ASSAY_OK;
}
