/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Encoder for MQTT packets of every version. It writes the fields that are there and derives only
 * lengths; whatever the wire is to carry instead of that is said in struct mqtt_frame.
 */
#ifndef MQTT_ENCODER_H
#define MQTT_ENCODER_H

#include "base/buf.h"
#include "mqtt/packet.h"

/* Append a packet. ASSAY_ERR_LIMIT: a text over 65535 bytes, or the buffer's maximum. */
ASSAY_RESULT mqtt_encode(const struct mqtt_packet *packet, struct buf *out);

/* Append only the body: what follows the remaining length. */
ASSAY_RESULT mqtt_encode_body(const struct mqtt_packet *packet, struct buf *out);

/* A packet in raw form: nothing in it needs to be true. */
struct mqtt_frame {
    uint8_t first_byte;        /* type and flags */
    uint32_t remaining_length; /* as declared */
    unsigned length_bytes;     /* at least so many bytes for the length, up to 8; 0: shortest */
    struct mqtt_view body;     /* as sent */
};

/* The frame that mqtt_encode() would write around body. */
struct mqtt_frame mqtt_frame_of(const struct mqtt_packet *packet, struct mqtt_view body);
ASSAY_RESULT mqtt_encode_frame(const struct mqtt_frame *frame, struct buf *out);

/* Variable byte integer in at least min_bytes (0: shortest form); longer values take more. */
ASSAY_RESULT mqtt_varint_add(struct buf *out, uint32_t value, unsigned min_bytes);

/* Two bytes of length, then the text (none for a view that is not there). */
ASSAY_RESULT mqtt_string_add(struct buf *out, struct mqtt_view text);

/* One entry of SUBSCRIBE (with options) or UNSUBSCRIBE (options < 0). */
ASSAY_RESULT mqtt_filter_add(struct buf *out, struct mqtt_view filter, int options);

#endif
