/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The MQTT decoder. The first byte chooses the version and how the rest is split. Whatever is
 * decoded encodes to the same bytes again (but for a length that 3.1.1 lets be longer than needed),
 * and the split changes nothing.
 */
#include "mqtt/decoder.h"
#include "mqtt/encoder.h"
#include "mqtt/property.h"

#include <stdlib.h>
#include <string.h>

enum { MAX_PACKET = 4096 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool ok)
{
    if (!ok)
        abort();
}

static void walk(const struct mqtt_packet *packet)
{
    struct mqtt_filter filter;
    struct mqtt_property property;
    size_t at = 0;

    if (packet->type == MQTT_SUBSCRIBE || packet->type == MQTT_UNSUBSCRIBE) {
        while (mqtt_filter_next(packet, &at, &filter))
            require(filter.filter.len > 0);
        require(at == packet->subscribe.filters.len);
    }
    if (packet->type == MQTT_PUBLISH) {
        for (at = 0; mqtt_property_next(packet->publish.properties, &at, &property);)
            require(mqtt_property_find(property.id) != NULL);
        require(at == packet->publish.properties.len);
    }
}

/* The same packet again, its length in as many bytes as before. */
static void encode_again(const struct mqtt_packet *packet, const uint8_t *bytes)
{
    struct mqtt_frame frame;
    struct buf body;
    struct buf out;

    buf_init(&body, MAX_PACKET);
    buf_init(&out, MAX_PACKET);
    require(mqtt_encode_body(packet, &body) == ASSAY_OK);
    frame = mqtt_frame_of(packet, mqtt_view_bytes(body.data, body.len));
    frame.length_bytes = (unsigned)(packet->size - body.len - 1);
    require(mqtt_encode_frame(&frame, &out) == ASSAY_OK);
    require(out.len == packet->size && memcmp(out.data, bytes, out.len) == 0);
    buf_done(&body);
    buf_done(&out);
}

/* Returns the number of packets; the way it ended is in ret_status. */
static size_t decode_all(enum mqtt_version version, const uint8_t *data, size_t size, size_t step,
                         enum assay_status *ret_status, struct mqtt_violation *ret_violation)
{
    struct mqtt_decoder d;
    struct mqtt_packet packet;
    enum assay_status status = ASSAY_ERR_TRUNCATED;
    size_t count = 0;
    size_t done = 0;

    mqtt_decoder_init(&d, version, MAX_PACKET);
    for (size_t at = 0; at < size && status != ASSAY_ERR_MALFORMED; at += step) {
        struct reader input = reader_over(data + at, size - at < step ? size - at : step);

        while ((status = mqtt_decoder_next(&d, &input, &packet, ret_violation)) == ASSAY_OK) {
            walk(&packet);
            encode_again(&packet, data + done);
            done += packet.size;
            count++;
        }
        require(d.pending.len <= MAX_PACKET);
        require(d.pending.cap <= 2 * d.pending.len + 64 || d.pending.cap <= MAX_PACKET + 1);
    }
    mqtt_decoder_done(&d);
    *ret_status = status;
    return count;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const enum mqtt_version versions[] = {MQTT_VERSION_UNKNOWN, MQTT_V31, MQTT_V311,
                                                 MQTT_V5};
    struct mqtt_violation whole = {0};
    struct mqtt_violation split = {0};
    enum assay_status whole_status = ASSAY_OK;
    enum assay_status split_status = ASSAY_OK;
    enum mqtt_version version = MQTT_VERSION_UNKNOWN;
    size_t step = 0;

    if (size < 1)
        return 0;
    version = versions[data[0] & 3];
    step = (size_t)(data[0] >> 2) + 1;
    data++;
    size--;
    require(decode_all(version, data, size, size > 0 ? size : 1, &whole_status, &whole) ==
            decode_all(version, data, size, step, &split_status, &split));
    require(whole_status == split_status);
    if (whole_status == ASSAY_ERR_MALFORMED)
        require(whole.clause != NULL && whole.rule == split.rule);
    return 0;
}
