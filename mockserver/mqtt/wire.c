/* SPDX-License-Identifier: Apache-2.0 */
/* The data representations of MQTT (3.1.1 section 1.5, 5.0 section 1.5), both ways. */
#include "codec.h"
#include "mqtt/decoder.h"
#include "mqtt/encoder.h"

#include <string.h>

enum { VARINT_BYTES = 4, PADDED_BYTES = 8, TEXT_MAX = 65535 };

enum assay_status mqtt_varint_read(struct reader *r, uint32_t *ret)
{
    struct reader probe = *r;
    uint32_t value = 0;

    for (unsigned i = 0; i < VARINT_BYTES; i++) {
        uint8_t byte = 0;

        ASSAY_TRY(reader_u8(&probe, &byte));
        value |= (uint32_t)(byte & 0x7f) << (7 * i);
        if ((byte & 0x80) == 0) {
            *r = probe;
            *ret = value;
            return ASSAY_OK;
        }
    }
    return ASSAY_ERR_MALFORMED;
}

enum assay_status mqtt_varint_add(struct buf *out, uint32_t value, unsigned min_bytes)
{
    uint8_t bytes[PADDED_BYTES];
    unsigned count = 0;

    if (min_bytes > PADDED_BYTES)
        return ASSAY_ERR_ARG;
    do {
        bytes[count++] = (uint8_t)((value & 0x7f) | 0x80);
        value >>= 7;
    } while (value > 0 || count < min_bytes);
    bytes[count - 1] &= 0x7f;
    return buf_add(out, bytes, count);
}

enum assay_status mqtt_string_read(struct reader *r, struct mqtt_view *ret)
{
    struct reader text = {0};

    ASSAY_TRY(reader_vec16(r, &text));
    *ret = mqtt_view_bytes(text.data, text.len);
    return ASSAY_OK;
}

enum assay_status mqtt_u16_add(struct buf *out, uint16_t value)
{
    const uint8_t bytes[] = {(uint8_t)(value >> 8), (uint8_t)value};

    return buf_add(out, bytes, sizeof(bytes));
}

enum assay_status mqtt_u32_add(struct buf *out, uint32_t value)
{
    ASSAY_TRY(mqtt_u16_add(out, (uint16_t)(value >> 16)));
    return mqtt_u16_add(out, (uint16_t)value);
}

enum assay_status mqtt_raw_add(struct buf *out, struct mqtt_view bytes)
{
    return buf_add(out, bytes.data, bytes.len);
}

enum assay_status mqtt_string_add(struct buf *out, struct mqtt_view text)
{
    if (text.data == NULL)
        return ASSAY_OK;
    if (text.len > TEXT_MAX)
        return ASSAY_ERR_LIMIT;
    ASSAY_TRY(mqtt_u16_add(out, (uint16_t)text.len));
    return mqtt_raw_add(out, text);
}

enum assay_status mqtt_filter_add(struct buf *out, struct mqtt_view filter, int options)
{
    ASSAY_TRY(mqtt_string_add(out, filter));
    return options < 0 ? ASSAY_OK : buf_add_char(out, (char)options);
}

enum assay_status mqtt_properties_add(struct buf *out, struct mqtt_view properties)
{
    if (properties.data == NULL)
        return ASSAY_OK;
    if (properties.len > MQTT_PACKET_LIMIT)
        return ASSAY_ERR_LIMIT;
    ASSAY_TRY(mqtt_varint_add(out, (uint32_t)properties.len, 0));
    return mqtt_raw_add(out, properties);
}

enum assay_status mqtt_broken(struct mqtt_decode *d, enum mqtt_rule rule)
{
    *d->violation = mqtt_violation_of(rule, d->version);
    d->violation->type = (uint8_t)d->type;
    return ASSAY_ERR_MALFORMED;
}

enum assay_status mqtt_take_u8(struct mqtt_decode *d, uint8_t *ret)
{
    return reader_u8(&d->body, ret) == ASSAY_OK ? ASSAY_OK : mqtt_broken(d, MQTT_RULE_SHORT);
}

enum assay_status mqtt_take_u16(struct mqtt_decode *d, uint16_t *ret)
{
    return reader_u16(&d->body, ret) == ASSAY_OK ? ASSAY_OK : mqtt_broken(d, MQTT_RULE_SHORT);
}

enum assay_status mqtt_take_packet_id(struct mqtt_decode *d, uint16_t *ret)
{
    ASSAY_TRY(mqtt_take_u16(d, ret));
    return *ret != 0 ? ASSAY_OK : mqtt_broken(d, MQTT_RULE_PACKET_ID_ZERO);
}

enum assay_status mqtt_take_string(struct mqtt_decode *d, struct mqtt_view *ret)
{
    return mqtt_string_read(&d->body, ret) == ASSAY_OK ? ASSAY_OK : mqtt_broken(d, MQTT_RULE_SHORT);
}

enum assay_status mqtt_take_rest(struct mqtt_decode *d, struct mqtt_view *ret)
{
    *ret = mqtt_view_bytes(reader_here(&d->body), reader_left(&d->body));
    return reader_skip(&d->body, reader_left(&d->body));
}

enum assay_status mqtt_take_end(struct mqtt_decode *d)
{
    return reader_left(&d->body) == 0 ? ASSAY_OK : mqtt_broken(d, MQTT_RULE_TRAILING);
}

enum assay_status mqtt_take_raw_properties(struct mqtt_decode *d, struct mqtt_view *ret)
{
    struct reader properties = {0};
    size_t start = d->body.pos;
    uint32_t len = 0;
    enum assay_status status = ASSAY_OK;

    if (d->version != MQTT_V5)
        return ASSAY_OK;
    status = mqtt_varint_read(&d->body, &len);
    if (status != ASSAY_OK)
        return mqtt_broken(d, status == ASSAY_ERR_MALFORMED ? MQTT_RULE_VARINT : MQTT_RULE_SHORT);
    if (d->body.pos - start > 1 && len < UINT32_C(1) << (7 * (d->body.pos - start - 1)))
        return mqtt_broken(d, MQTT_RULE_VARINT_MINIMAL);
    if (reader_sub(&d->body, len, &properties) != ASSAY_OK)
        return mqtt_broken(d, MQTT_RULE_PROPERTY_LENGTH);
    *ret = mqtt_view_bytes(properties.data, properties.len);
    return ASSAY_OK;
}

enum assay_status mqtt_take_properties(struct mqtt_decode *d, struct mqtt_view *ret)
{
    ASSAY_TRY(mqtt_take_raw_properties(d, ret));
    return mqtt_check_properties(d, d->type, *ret);
}

enum assay_status mqtt_check_utf8(struct mqtt_decode *d, struct mqtt_view text)
{
    if (text.len == 0 || mqtt_utf8_valid(text.data, text.len))
        return ASSAY_OK;
    if (memchr(text.data, 0, text.len) != NULL)
        return mqtt_broken(d, MQTT_RULE_UTF8_NUL);
    return mqtt_broken(d, MQTT_RULE_UTF8);
}
