/* SPDX-License-Identifier: Apache-2.0 */
#include "mock/faults.h"

#include "base/nearest.h"
#include "mock/description.h"
#include "mqtt/fault.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { KEY_TEXT = 128, PIECES_A_SECOND = 10, SECOND_MS = 1000 };

/* Lay {outer = {inner = child}} over a description; child is taken over, also on failure. */
static enum assay_status set_below(struct value *description, const char *outer, const char *inner,
                                   struct value *child)
{
    struct value *over = value_new_map();
    struct value *table = value_new_map();
    enum assay_status status = value_set(table, inner, child);

    if (status == ASSAY_OK)
        status = value_set(over, outer, table);
    else
        value_free(table);
    if (status == ASSAY_OK)
        status = value_merge(description, over);
    value_free(over);
    return status;
}

static enum assay_status set_net(struct value *description, const struct mock_fault_row *row,
                                 int64_t number)
{
    return set_below(description, "net", row->key, value_new_int(number));
}

static enum assay_status write_slowly(struct value *description, const struct mock_fault_row *row,
                                      int64_t number)
{
    int64_t piece = number > PIECES_A_SECOND ? number / PIECES_A_SECOND : 1;
    int64_t pause_ms = number > PIECES_A_SECOND ? SECOND_MS / PIECES_A_SECOND
                                                : SECOND_MS / (number > 0 ? number : 1);

    ASSAY_TRY(set_below(description, "net", row->key, value_new_int(piece)));
    return set_below(description, "net", "chunk_delay_ms", value_new_int(pause_ms));
}

static enum assay_status set_accept(struct value *description, const struct mock_fault_row *row,
                                    int64_t number)
{
    (void)number;
    return set_below(description, "net", "accept", value_new_text(row->key));
}

static const struct mock_service_row *service_of(const struct value *description)
{
    const char *text = value_text(value_get(description, "service"));

    for (size_t i = 0; text != NULL && i < MOCK_SERVICE_COUNT; i++)
        if (strcmp(text, mock_services[i].name) == 0)
            return &mock_services[i];
    return &mock_services[MOCK_SERVICE_MQTTS];
}

/* The same protocol with or without TLS; what is so already stays. */
static enum assay_status set_has_tls(struct value *description, bool has_tls)
{
    const struct mock_service_row *now = service_of(description);

    for (size_t i = 0; i < MOCK_SERVICE_COUNT; i++)
        if (mock_services[i].protocol == now->protocol && mock_services[i].has_tls == has_tls)
            return value_set(description, "service", value_new_text(mock_services[i].name));
    return ASSAY_ERR_UNSUPPORTED;
}

static enum assay_status without_tls(struct value *description, const struct mock_fault_row *row,
                                     int64_t number)
{
    (void)row;
    (void)number;
    return set_has_tls(description, false);
}

static enum assay_status with_tls(struct value *description, const struct mock_fault_row *row,
                                  int64_t number)
{
    (void)row;
    (void)number;
    return set_has_tls(description, true);
}

/* clang-format off */
const struct mock_fault_row mock_fault_rows[] = {
    {"stop-reading", "at", 0, set_net, "stall_after_rx",
     "after `at` bytes nothing of the board's is read any more"},
    {"slow-reading", "by", 100, set_net, "read_rate", "`by` bytes a second are read"},
    {"slow-writing", "by", 100, write_slowly, "chunk_tx", "`by` bytes a second are sent"},
    {"stall", "at", 0, set_net, "stall_after_tx", "after `at` bytes nothing is sent any more, no FIN either"},
    {"hang-up", "at", 0, set_net, "close_after_tx", "FIN after exactly `at` bytes sent"},
    {"reset", "at", 0, set_net, "reset_after_tx", "RST after exactly `at` bytes sent"},
    {"silent", NULL, 0, set_accept, "silent", "connections are taken and never answered"},
    {"refuse", NULL, 0, set_accept, "reset", "connections are reset at once"},
    {"plain-text", NULL, 0, without_tls, NULL, "no TLS where TLS is expected: at the same port"},
    {"unexpected-tls", NULL, 0, with_tls, NULL, "TLS where none is expected: at the same port"},
    {NULL, NULL, 0, NULL, NULL, NULL},
};
/* clang-format on */

static const struct mock_fault_row *find_row(const char *name, size_t len)
{
    for (const struct mock_fault_row *row = mock_fault_rows; row->name != NULL; row++)
        if (strlen(row->name) == len && memcmp(row->name, name, len) == 0)
            return row;
    return NULL;
}

/* "by=100" behind the name, or nothing. */
static bool read_word(const struct mock_fault_row *row, const char *rest, int64_t *ret)
{
    size_t len = row->word != NULL ? strlen(row->word) : 0;
    char *end = NULL;
    long long number = 0;

    rest += strspn(rest, " ");
    *ret = row->fallback;
    if (*rest == '\0')
        return true;
    if (len == 0 || strncmp(rest, row->word, len) != 0 || rest[len] != '=')
        return false;
    rest += len + 1;
    errno = 0;
    number = strtoll(rest, &end, 10);
    if (*rest < '0' || *rest > '9' || errno != 0 || end[strspn(end, " ")] != '\0')
        return false;
    *ret = number;
    return true;
}

static enum assay_status apply_row(struct value *description, const struct mock_fault_row *row,
                                   const char *sentence, const char *path, struct assay_error *err)
{
    int64_t number = 0;
    enum assay_status status = ASSAY_OK;

    if (!read_word(row, sentence + strlen(row->name), &number))
        return assay_error_set(err, ASSAY_ERR_MALFORMED, "%s: \"%.60s\": behind %s stands %s%s",
                               path, sentence, row->name, row->word != NULL ? row->word : "nothing",
                               row->word != NULL ? "=NUMBER or nothing" : "");
    status = row->apply(description, row, number);
    return status == ASSAY_OK
               ? ASSAY_OK
               : assay_error_set(err, status, "%s: %s", path, assay_status_text(status));
}

/* A number, true, false, or a text. */
static struct value *scalar_of(const char *text)
{
    char *end = NULL;
    long long number = 0;

    errno = 0;
    number = strtoll(text, &end, 10);
    if (end != text && *end == '\0' && errno == 0)
        return value_new_int(number);
    if (strcmp(text, "true") == 0 || strcmp(text, "false") == 0)
        return value_new_bool(*text == 't');
    return value_new_text(text);
}

/* "net.chunk_tx=1": the key's own table says whether it is right. */
static bool is_key(const char *sentence, char key[static KEY_TEXT])
{
    size_t len = strcspn(sentence, "= ");
    const char *dot = memchr(sentence, '.', len);

    if (sentence[len] != '=' || dot == NULL || dot == sentence || len >= KEY_TEXT ||
        memchr(dot + 1, '.', len - (size_t)(dot + 1 - sentence)) != NULL)
        return false;
    memcpy(key, sentence, len);
    key[len] = '\0';
    return true;
}

static enum assay_status apply_key(struct value *description, char *key, const char *text)
{
    char *inner = strchr(key, '.');

    *inner++ = '\0';
    return set_below(description, key, inner, scalar_of(text));
}

/* Behind those that `mqtt.faults` has already. */
static enum assay_status append_packet_fault(struct value *description, const char *sentence)
{
    const struct value *old = value_path(description, "mqtt.faults");
    struct value *list = value_kind(old) == VALUE_LIST ? value_copy(old) : value_new_list();
    enum assay_status status = ASSAY_OK;

    if (value_kind(old) == VALUE_TEXT)
        status = value_add(list, value_copy(old));
    if (status == ASSAY_OK)
        status = value_add(list, value_new_text(sentence));
    if (status == ASSAY_OK)
        return set_below(description, "mqtt", "faults", list);
    value_free(list);
    return status;
}

static enum assay_status add_packet_fault(struct value *description, const char *sentence,
                                          const char *path, struct assay_error *err)
{
    const struct mock_service_row *service = service_of(description);
    struct mqtt_fault ignored;

    if (service->protocol > MOCK_PROTOCOL_MQTT_WEBSOCKET)
        return assay_error_set(err, ASSAY_ERR_MALFORMED,
                               "%s: \"%.60s\" is about packets of MQTT, and the service is %s",
                               path, sentence, service->name);
    ASSAY_TRY(mqtt_fault_read(sentence, path, &ignored, err));
    return append_packet_fault(description, sentence) == ASSAY_OK
               ? ASSAY_OK
               : assay_error_set(err, ASSAY_ERR_NOMEM, "out of memory");
}

/* No verb that exists: say all that do. */
static enum assay_status complain(const char *sentence, const char *path, struct assay_error *err)
{
    struct nearest nearest = {.wanted = sentence};
    struct buf names;
    struct buf meant;
    enum assay_status status = ASSAY_OK;

    buf_init(&names, 500);
    buf_init(&meant, 100);
    for (const struct mock_fault_row *row = mock_fault_rows; row->name != NULL; row++) {
        nearest_offer(&nearest, row->name);
        if (status == ASSAY_OK)
            status = buf_printf(&names, "%s, ", row->name);
    }
    for (size_t i = 0; i < MQTT_FAULT_VERBS && status == ASSAY_OK; i++)
        status = buf_printf(&names, "%s%s", i > 0 ? ", " : "", mqtt_fault_rows[i].name);
    if (nearest_describe(&nearest, &meant) != ASSAY_OK)
        buf_clear(&meant);
    assay_error_set(err, ASSAY_ERR_MALFORMED,
                    "%s: \"%.60s\" is no fault; one begins with %s, or is a key as in "
                    "net.chunk_tx=1 (assay list faults)%s",
                    path, sentence, buf_text(&names), buf_text(&meant));
    buf_done(&names);
    buf_done(&meant);
    return ASSAY_ERR_MALFORMED;
}

static bool is_packet_verb(const char *word, size_t len)
{
    for (size_t i = 0; i < MQTT_FAULT_VERBS; i++)
        if (strlen(mqtt_fault_rows[i].name) == len &&
            memcmp(word, mqtt_fault_rows[i].name, len) == 0)
            return true;
    return false;
}

enum assay_status mock_fault_apply(struct value *description, const char *sentence,
                                   const char *path, struct assay_error *err)
{
    size_t len = strcspn(sentence, " ");
    const struct mock_fault_row *row = find_row(sentence, len);
    char key[KEY_TEXT];
    enum assay_status status = ASSAY_OK;

    if (row != NULL)
        return apply_row(description, row, sentence, path, err);
    if (is_packet_verb(sentence, len))
        return add_packet_fault(description, sentence, path, err);
    if (!is_key(sentence, key))
        return complain(sentence, path, err);
    status = apply_key(description, key, sentence + strlen(key) + 1);
    return status == ASSAY_OK ? ASSAY_OK : assay_error_set(err, status, "out of memory");
}

enum assay_status mock_faults_apply(struct value *description, const struct value *list,
                                    const char *path, struct assay_error *err)
{
    struct value *copy = value_copy(list); /* it may be a part of what changes */
    enum assay_status status = ASSAY_OK;

    for (size_t i = 0; status == ASSAY_OK && i < value_count(copy); i++) {
        const char *sentence = value_text(value_at(copy, i));
        char member[64];

        snprintf(member, sizeof(member), "%s.%zu", path, i + 1);
        if (sentence != NULL)
            status = mock_fault_apply(description, sentence, member, err);
        else
            status = assay_error_set(err, ASSAY_ERR_MALFORMED,
                                     "%s is no text; it has to be a sentence such as "
                                     "\"slow-reading by=100\"",
                                     member);
    }
    value_free(copy);
    return status;
}
