/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Four clients that do anything to one broker: speak, vanish, stop reading, let time pass. The
 * first byte chooses settings. What the broker sends without faults is sound MQTT, nothing grows
 * beyond its limits, and when all are gone nothing is left but sessions.
 */
#include "broker/broker.h"
#include "mqtt/decoder.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { CLIENTS = 4, OP_VANISH = 12, OP_TIME = 13, OP_BACKLOG = 14 };

struct bed {
    struct mqtt_settings settings;
    struct broker *broker;
    struct broker_conn *conns[CLIENTS];
    struct mqtt_decoder decoders[CLIENTS];
    uint64_t now_ms;
};

static void require(bool ok)
{
    if (!ok)
        abort();
}

static void choose(struct mqtt_settings *s, uint8_t bits)
{
    static const char *const faults[] = {"delay any by=300 chance=30", "duplicate PUBLISH,PUBREL",
                                         "reorder PUBACK,PUBREC,SUBACK"};

    mqtt_settings_default(s);
    s->max_packet = 2048;
    s->topic_alias_maximum = 3;
    s->max_queued = 4;
    s->max_inflight = 1 + (bits & 3);
    s->versions |= 1U << MQTT_V31;
    s->retain_available = (bits & 4) == 0;
    s->session_expiry_s = (bits & 8) != 0 ? 1 : -1;
    if ((bits & 16) != 0)
        require(mqtt_fault_read(faults[bits >> 5 & 1], "faults", &s->faults[s->fault_count++],
                                NULL) == ASSAY_OK);
    if ((bits & 64) != 0)
        require(mqtt_fault_read(faults[2], "faults", &s->faults[s->fault_count++], NULL) ==
                ASSAY_OK);
}

static void vanish(struct bed *bed, size_t i)
{
    broker_conn_free(bed->conns[i], bed->now_ms);
    bed->conns[i] = NULL;
    mqtt_decoder_done(&bed->decoders[i]);
}

/* What one connection was sent is sound. */
static void check_output(struct bed *bed, size_t i)
{
    struct mqtt_session *session = broker_conn_session(bed->conns[i]);
    struct buf *output = mqtt_session_output(session);
    struct reader input = reader_over(output->data, output->len);
    struct mqtt_decoder *d = &bed->decoders[i];
    struct mqtt_packet packet;
    struct mqtt_violation violation;
    enum assay_status status = ASSAY_OK;

    require(output->len < BROKER_OUTPUT_HIGH + 65536);
    if (output->len > 0 && d->version == MQTT_VERSION_UNKNOWN) {
        enum mqtt_version version = mqtt_session_info(session).version;

        if (version == MQTT_VERSION_UNKNOWN) /* a level that does not exist */
            version = output->data[1] == 2 ? MQTT_V311 : MQTT_V5;
        mqtt_decoder_init(d, version, 1 << 20);
    }
    while (output->len > 0 && status == ASSAY_OK)
        status = mqtt_decoder_next(d, &input, &packet, &violation);
    require(status == ASSAY_OK || (status == ASSAY_ERR_TRUNCATED && d->pending.len == 0));
    buf_clear(output);
}

static void drain(struct bed *bed)
{
    struct broker_conn *conn = NULL;

    while ((conn = broker_next_ready(bed->broker)) != NULL) {
        size_t i = (size_t)((struct broker_conn **)broker_conn_owner(conn) - bed->conns);

        require(bed->conns[i] == conn);
        check_output(bed, i);
        if (mqtt_session_wants_close(broker_conn_session(conn)))
            vanish(bed, i);
    }
}

static void speak(struct bed *bed, size_t i, const uint8_t *data, size_t len)
{
    /* A copy of its own, so that a sanitizer sees every byte read over the end. */
    uint8_t *piece = malloc(len > 0 ? len : 1);

    require(piece != NULL);
    memcpy(piece, data, len);
    if (bed->conns[i] == NULL) {
        bed->conns[i] = broker_conn_new(bed->broker, (uint32_t)i + 1, &bed->conns[i]);
        mqtt_decoder_init(&bed->decoders[i], MQTT_VERSION_UNKNOWN, 0);
    }
    require(bed->conns[i] != NULL);
    require(broker_conn_receive(bed->conns[i], bed->now_ms, piece, len) == ASSAY_OK);
    free(piece);
}

/* Returns the bytes that were used. */
static size_t step(struct bed *bed, const uint8_t *data, size_t size)
{
    size_t i = data[0] & (CLIENTS - 1);
    unsigned op = data[0] >> 4;
    size_t len = 0;

    if (size < 2)
        return size;
    if (op == OP_VANISH && bed->conns[i] != NULL) {
        vanish(bed, i);
    } else if (op == OP_TIME) {
        bed->now_ms += (uint64_t)data[1] * 20;
        broker_advance(bed->broker, bed->now_ms);
    } else if (op == OP_BACKLOG && bed->conns[i] != NULL) {
        broker_conn_backlog(bed->conns[i], bed->now_ms, (data[1] & 1) != 0 ? 1 << 20 : 0);
    } else if (op < OP_VANISH) {
        len = data[1] < size - 2 ? data[1] : size - 2;
        speak(bed, i, data + 2, len);
    }
    drain(bed);
    return 2 + len;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct bed bed = {.now_ms = 1};

    if (size == 0)
        return 0;
    choose(&bed.settings, data[0]);
    bed.broker = broker_new(&bed.settings, NULL);
    require(bed.broker != NULL);
    for (size_t at = 1; at < size;)
        at += step(&bed, data + at, size - at);
    for (size_t i = 0; i < CLIENTS; i++)
        if (bed.conns[i] != NULL)
            vanish(&bed, i);
    require(broker_counts(bed.broker).connections == 0);
    bed.now_ms += UINT64_C(1) << 45; /* every session but the eternal ones is over */
    broker_advance(bed.broker, bed.now_ms);
    broker_free(bed.broker);
    return 0;
}
