/* SPDX-License-Identifier: Apache-2.0 */
#include "mqtt/encoder.h"

#include "codec.h"
#include "mqtt/decoder.h"

#include <string.h>

static const struct mqtt_codec codecs[MQTT_TYPE_LIMIT] = {
    [MQTT_CONNECT] = {mqtt_connect_decode, mqtt_connect_encode},
    [MQTT_CONNACK] = {mqtt_connack_decode, mqtt_connack_encode},
    [MQTT_PUBLISH] = {mqtt_publish_decode, mqtt_publish_encode},
    [MQTT_PUBACK] = {mqtt_acknowledge_decode, mqtt_acknowledge_encode},
    [MQTT_PUBREC] = {mqtt_acknowledge_decode, mqtt_acknowledge_encode},
    [MQTT_PUBREL] = {mqtt_acknowledge_decode, mqtt_acknowledge_encode},
    [MQTT_PUBCOMP] = {mqtt_acknowledge_decode, mqtt_acknowledge_encode},
    [MQTT_SUBSCRIBE] = {mqtt_subscribe_decode, mqtt_subscribe_encode},
    [MQTT_SUBACK] = {mqtt_suback_decode, mqtt_suback_encode},
    [MQTT_UNSUBSCRIBE] = {mqtt_subscribe_decode, mqtt_subscribe_encode},
    [MQTT_UNSUBACK] = {mqtt_suback_decode, mqtt_suback_encode},
    [MQTT_PINGREQ] = {mqtt_ping_decode, mqtt_ping_encode},
    [MQTT_PINGRESP] = {mqtt_ping_decode, mqtt_ping_encode},
    [MQTT_DISCONNECT] = {mqtt_disconnect_decode, mqtt_disconnect_encode},
    [MQTT_AUTH] = {mqtt_disconnect_decode, mqtt_disconnect_encode},
};

const struct mqtt_codec *mqtt_codec_of(unsigned type)
{
    return type < MQTT_TYPE_LIMIT && codecs[type].decode != NULL ? &codecs[type] : NULL;
}

enum assay_status mqtt_encode_body(const struct mqtt_packet *packet, struct buf *out)
{
    const struct mqtt_codec *codec = mqtt_codec_of(packet->type);
    size_t start = out->len;
    enum assay_status status = ASSAY_ERR_ARG;

    if (codec != NULL)
        status = codec->encode(packet, out);
    if (status != ASSAY_OK)
        buf_truncate(out, start);
    return status;
}

struct mqtt_frame mqtt_frame_of(const struct mqtt_packet *packet, struct mqtt_view body)
{
    return (struct mqtt_frame){
        .first_byte = (uint8_t)((unsigned)packet->type << 4 | (packet->flags & 0x0fU)),
        .remaining_length = (uint32_t)body.len,
        .body = body,
    };
}

enum assay_status mqtt_encode_frame(const struct mqtt_frame *frame, struct buf *out)
{
    size_t start = out->len;
    enum assay_status status = buf_add_char(out, (char)frame->first_byte);

    if (status == ASSAY_OK)
        status = mqtt_varint_add(out, frame->remaining_length, frame->length_bytes);
    if (status == ASSAY_OK)
        status = mqtt_raw_add(out, frame->body);
    if (status != ASSAY_OK)
        buf_truncate(out, start);
    return status;
}

/* The body is written behind room for the shortest header; a longer one moves it. */
static enum assay_status put_header(struct buf *out, size_t start, uint8_t first_byte)
{
    enum { SHORTEST = 2, HEADER_MAX = 5 };
    size_t left = out->len - start - SHORTEST;
    uint8_t header[HEADER_MAX] = {first_byte};
    size_t used = 1;
    uint8_t *room = NULL;

    if (left > MQTT_PACKET_LIMIT - HEADER_MAX)
        return ASSAY_ERR_LIMIT;
    for (size_t rest = left; used == 1 || rest > 0; rest >>= 7)
        header[used++] = (uint8_t)((rest & 0x7f) | (rest > 0x7f ? 0x80U : 0U));
    ASSAY_TRY(buf_extend(out, used - SHORTEST, &room));
    if (used > SHORTEST)
        memmove(out->data + start + used, out->data + start + SHORTEST, left);
    memcpy(out->data + start, header, used);
    return ASSAY_OK;
}

enum assay_status mqtt_encode(const struct mqtt_packet *packet, struct buf *out)
{
    size_t start = out->len;
    enum assay_status status = buf_add(out, "\0\0", 2);

    if (status == ASSAY_OK)
        status = mqtt_encode_body(packet, out);
    if (status == ASSAY_OK)
        status = put_header(out, start, mqtt_frame_of(packet, mqtt_view_empty()).first_byte);
    if (status != ASSAY_OK)
        buf_truncate(out, start);
    return status;
}
