/* SPDX-License-Identifier: Apache-2.0 */
#include "probe_job.h"

#include "probe/probe_line.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A board's own limit on an attempt, as long as nobody sets another one. */
enum { BOARD_LIMIT_MS = 15000, BOARD_PHASE_MS = 10000 };

const struct probe_key_row probe_keys[PROBE_KEY_COUNT] = {
#define X(id, name, value, secret) [id] = {name, value, secret},
    PROBE_KEY_MAP(X)
#undef X
};

const char *const probe_slot_names[PROBE_SLOTS] = {
    [PROBE_ROOT] = "root", [PROBE_CERT] = "cert", [PROBE_KEY] = "key"};

static ASSAY_RESULT set_text(struct probe_job *job, enum probe_key key, const char *text)
{
    job->values[key] = strdup(text != NULL ? text : "");
    return job->values[key] != NULL ? ASSAY_OK : ASSAY_ERR_NOMEM;
}

static ASSAY_RESULT set_number(struct probe_job *job, enum probe_key key, int64_t number)
{
    char text[24];

    snprintf(text, sizeof(text), "%" PRId64, number);
    return set_text(job, key, text);
}

static ASSAY_RESULT set_slot(struct probe_job *job, enum probe_slot slot, const uint8_t *data,
                             size_t len)
{
    struct probe_bytes *bytes = &job->slots[slot];

    bytes->data = malloc(len);
    if (bytes->data == NULL)
        return ASSAY_ERR_NOMEM;
    memcpy(bytes->data, data, len);
    bytes->len = len;
    bytes->crc32 = probe_crc32(0, data, len);
    return ASSAY_OK;
}

static ASSAY_RESULT fill_texts(struct probe_job *job, const struct board_request *r)
{
    const struct {
        enum probe_key key;
        const char *text;
    } rows[] = {{PROBE_KEY_HOST, r->host},           {PROBE_KEY_IP, r->ip},
                {PROBE_KEY_CLIENT, r->client_id},    {PROBE_KEY_USER, r->username},
                {PROBE_KEY_PASS, r->password},       {PROBE_KEY_TOPIC, r->topic},
                {PROBE_KEY_PAYLOAD, r->payload},     {PROBE_KEY_ALPN, r->alpn},
                {PROBE_KEY_PSK_ID, r->psk_identity}, {PROBE_KEY_PSK, r->psk_hex}};

    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
        ASSAY_TRY(set_text(job, rows[i].key, rows[i].text));
    return ASSAY_OK;
}

/* What is spoken inside of TLS. */
static const char *speech_for(const char *service)
{
    static const struct {
        const char *service, *speech;
    } rows[] = {{"https", "http"}, {"http", "http"}, {"wss", "websocket"}, {"ws", "websocket"}};

    for (size_t i = 0; service != NULL && i < sizeof(rows) / sizeof(rows[0]); i++)
        if (strcmp(rows[i].service, service) == 0)
            return rows[i].speech;
    return "mqtt";
}

/* What a board that knows no sessions is never told: its value is that after `clear`. */
static ASSAY_RESULT fill_stay(struct probe_job *job, const struct board_request *r)
{
    /* A device of a cloud has a session too; it takes its leave when all is said. */
    static const struct board_stay of_cloud = {.keep_alive_s = 60,
                                               .is_clean = true,
                                               .filter_qos = 1,
                                               .qos = 1,
                                               .backoff_ms = 1000,
                                               .ack_ms = 2000,
                                               .version = "3.1.1"};
    const struct board_stay *stay = r->stay == NULL && r->cloud != NULL ? &of_cloud : r->stay;

    ASSAY_TRY(set_text(job, PROBE_KEY_CLOUD, r->cloud != NULL ? r->cloud : "none"));
    if (stay == NULL)
        return set_number(job, PROBE_KEY_STAY, 0);
    ASSAY_TRY(set_number(job, PROBE_KEY_STAY, stay->stay_ms));
    ASSAY_TRY(set_number(job, PROBE_KEY_KEEP_ALIVE, stay->keep_alive_s));
    ASSAY_TRY(set_text(job, PROBE_KEY_CLEAN, stay->is_clean ? "yes" : "no"));
    ASSAY_TRY(set_text(job, PROBE_KEY_FILTER, stay->filter));
    ASSAY_TRY(set_number(job, PROBE_KEY_FILTER_QOS, stay->filter_qos));
    ASSAY_TRY(set_number(job, PROBE_KEY_QOS, stay->qos));
    ASSAY_TRY(set_number(job, PROBE_KEY_EVERY, stay->every_ms));
    ASSAY_TRY(set_number(job, PROBE_KEY_BACKOFF, stay->backoff_ms));
    ASSAY_TRY(set_number(job, PROBE_KEY_ACK, stay->ack_ms));
    return set_text(job, PROBE_KEY_MQTT, stay->version);
}

static ASSAY_RESULT fill(struct probe_job *job, const struct board_request *r, const char *clock,
                         const struct probe_limits *limits)
{
    bool has_identity = r->cert_der != NULL && r->key_der != NULL;
    bool asks_time = strcmp(clock, "sntp") == 0 && r->sntp_port != 0;

    ASSAY_TRY(fill_texts(job, r));
    ASSAY_TRY(fill_stay(job, r));
    /* A board that knows nothing else is never told: it is what `clear` means. */
    ASSAY_TRY(set_text(job, PROBE_KEY_SPEAK, speech_for(r->serve ? NULL : r->service)));
    job->serves = r->serve;
    if (!r->serve)
        ASSAY_TRY(set_number(job, PROBE_KEY_PORT, r->port));
    ASSAY_TRY(set_number(job, PROBE_KEY_PLAIN, r->plain_port));
    ASSAY_TRY(set_number(job, PROBE_KEY_DNS, r->dns_port));
    ASSAY_TRY(set_number(job, PROBE_KEY_SNTP, r->sntp_port));
    /*
     * Without a clock of any kind it is told the time that such a board has by itself; one that
     * asks for the time is told none.
     */
    if (!asks_time)
        ASSAY_TRY(set_number(job, PROBE_KEY_TIME, strcmp(clock, "none") == 0 ? 0 : r->unix_s));
    ASSAY_TRY(set_text(job, PROBE_KEY_CLOCK, asks_time ? "sntp" : "given"));
    ASSAY_TRY(set_text(job, PROBE_KEY_IDENTITY, has_identity ? "yes" : "no"));
    /* A board's own patience is part of its behaviour; it is only raised where ours is greater. */
    ASSAY_TRY(
        set_number(job, PROBE_KEY_TIMEOUT,
                   limits->attempt_ms > BOARD_LIMIT_MS ? limits->attempt_ms : BOARD_LIMIT_MS));
    ASSAY_TRY(set_number(job, PROBE_KEY_PHASE,
                         limits->phase_ms != 0 ? limits->phase_ms : BOARD_PHASE_MS));
    ASSAY_TRY(set_slot(job, PROBE_ROOT, r->root_der, r->root_len));
    if (!has_identity)
        return ASSAY_OK;
    ASSAY_TRY(set_slot(job, PROBE_CERT, r->cert_der, r->cert_len));
    return set_slot(job, PROBE_KEY, r->key_der, r->key_len);
}

ASSAY_RESULT probe_job_make(const struct board_request *request, const char *clock,
                            const struct probe_limits *limits, struct probe_job *ret,
                            struct assay_error *err)
{
    struct probe_job made = {.values = {NULL}};

    if (request->root_der == NULL || request->root_len == 0)
        return assay_error_set(err, ASSAY_ERR_ARG, "the attempt has no root for the board");
    if (fill(&made, request, clock, limits) != ASSAY_OK) {
        probe_job_done(&made);
        return assay_error_set(err, ASSAY_ERR_NOMEM, "out of memory");
    }
    *ret = made;
    return ASSAY_OK;
}

void probe_job_done(struct probe_job *job)
{
    for (size_t i = 0; i < PROBE_KEY_COUNT; i++) {
        if (job->values[i] != NULL)
            explicit_bzero(job->values[i], strlen(job->values[i]));
        free(job->values[i]);
    }
    for (size_t i = 0; i < PROBE_SLOTS; i++) {
        if (job->slots[i].data != NULL)
            explicit_bzero(job->slots[i].data, job->slots[i].len);
        free(job->slots[i].data);
    }
    memset(job, 0, sizeof(*job));
}
