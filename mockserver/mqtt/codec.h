/* SPDX-License-Identifier: Apache-2.0 */
/* Inside the room: what the files of the packet families share. */
#ifndef MQTT_CODEC_H
#define MQTT_CODEC_H

#include "base/buf.h"
#include "base/reader.h"
#include "mqtt/packet.h"
#include "mqtt/rule.h"

/* A body that is being decoded. Every mqtt_take_... and mqtt_check_... below fails with
 * ASSAY_ERR_MALFORMED only, and then the violation is set. */
struct mqtt_decode {
    struct reader body;
    enum mqtt_version version;
    enum mqtt_type type;
    bool lenient_password;
    struct mqtt_violation *violation;
};

/* Note the broken rule; returns ASSAY_ERR_MALFORMED. */
enum assay_status mqtt_broken(struct mqtt_decode *d, enum mqtt_rule rule);

ASSAY_RESULT mqtt_take_u8(struct mqtt_decode *d, uint8_t *ret);
ASSAY_RESULT mqtt_take_u16(struct mqtt_decode *d, uint16_t *ret);
ASSAY_RESULT mqtt_take_packet_id(struct mqtt_decode *d, uint16_t *ret);      /* not zero */
ASSAY_RESULT mqtt_take_string(struct mqtt_decode *d, struct mqtt_view *ret); /* any bytes */
ASSAY_RESULT mqtt_take_rest(struct mqtt_decode *d, struct mqtt_view *ret);
ASSAY_RESULT mqtt_take_end(struct mqtt_decode *d); /* nothing is left */
/* In 5.0 the length and the bytes of the properties, unchecked; else nothing. */
ASSAY_RESULT mqtt_take_raw_properties(struct mqtt_decode *d, struct mqtt_view *ret);
/* The same, checked against the table for this type of packet. */
ASSAY_RESULT mqtt_take_properties(struct mqtt_decode *d, struct mqtt_view *ret);

/* place: a packet type or MQTT_IN_WILL. */
ASSAY_RESULT mqtt_check_properties(struct mqtt_decode *d, unsigned place,
                                   struct mqtt_view properties);
ASSAY_RESULT mqtt_check_utf8(struct mqtt_decode *d, struct mqtt_view text);

/* A length of two bytes and that many bytes; ASSAY_ERR_TRUNCATED. */
ASSAY_RESULT mqtt_string_read(struct reader *r, struct mqtt_view *ret);

/* Properties with their length in front; nothing for a view that is not there. */
ASSAY_RESULT mqtt_properties_add(struct buf *out, struct mqtt_view properties);
ASSAY_RESULT mqtt_u16_add(struct buf *out, uint16_t value);
ASSAY_RESULT mqtt_u32_add(struct buf *out, uint32_t value);
ASSAY_RESULT mqtt_raw_add(struct buf *out, struct mqtt_view bytes);

/* One row per packet type. */
struct mqtt_codec {
    enum assay_status (*decode)(struct mqtt_decode *d, struct mqtt_packet *packet);
    enum assay_status (*encode)(const struct mqtt_packet *packet, struct buf *out);
};
/* NULL for what is no type. */
const struct mqtt_codec *mqtt_codec_of(unsigned type);

ASSAY_RESULT mqtt_connect_decode(struct mqtt_decode *d, struct mqtt_packet *packet);
ASSAY_RESULT mqtt_connect_encode(const struct mqtt_packet *packet, struct buf *out);
ASSAY_RESULT mqtt_connack_decode(struct mqtt_decode *d, struct mqtt_packet *packet);
ASSAY_RESULT mqtt_connack_encode(const struct mqtt_packet *packet, struct buf *out);
ASSAY_RESULT mqtt_publish_decode(struct mqtt_decode *d, struct mqtt_packet *packet);
ASSAY_RESULT mqtt_publish_encode(const struct mqtt_packet *packet, struct buf *out);
ASSAY_RESULT mqtt_acknowledge_decode(struct mqtt_decode *d, struct mqtt_packet *packet);
ASSAY_RESULT mqtt_acknowledge_encode(const struct mqtt_packet *packet, struct buf *out);
ASSAY_RESULT mqtt_subscribe_decode(struct mqtt_decode *d, struct mqtt_packet *packet);
ASSAY_RESULT mqtt_subscribe_encode(const struct mqtt_packet *packet, struct buf *out);
ASSAY_RESULT mqtt_suback_decode(struct mqtt_decode *d, struct mqtt_packet *packet);
ASSAY_RESULT mqtt_suback_encode(const struct mqtt_packet *packet, struct buf *out);
ASSAY_RESULT mqtt_ping_decode(struct mqtt_decode *d, struct mqtt_packet *packet);
ASSAY_RESULT mqtt_ping_encode(const struct mqtt_packet *packet, struct buf *out);
ASSAY_RESULT mqtt_disconnect_decode(struct mqtt_decode *d, struct mqtt_packet *packet);
ASSAY_RESULT mqtt_disconnect_encode(const struct mqtt_packet *packet, struct buf *out);

#endif
