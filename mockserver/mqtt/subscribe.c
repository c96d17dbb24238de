/* SPDX-License-Identifier: Apache-2.0 */
/* SUBSCRIBE, UNSUBSCRIBE and their answers (3.1.1 and 5.0 sections 3.8 to 3.11). */
#include "codec.h"
#include "mqtt/encoder.h"
#include "mqtt/reason.h"
#include "mqtt/topic.h"

/* Options of a subscription (5.0 section 3.8.3.1); in 3.1.1 only the QoS. */
enum {
    OPTION_QOS = 0x03,
    OPTION_NO_LOCAL = 0x04,
    OPTION_RETAIN_HANDLING = 0x30,
    RESERVED_V3 = 0xfc,
    RESERVED_V5 = 0xc0
};

static enum assay_status check_options(struct mqtt_decode *d, uint8_t options, bool shared)
{
    unsigned reserved = d->version == MQTT_V5 ? RESERVED_V5 : RESERVED_V3;

    if ((options & reserved) != 0 || (options & OPTION_QOS) == OPTION_QOS)
        return mqtt_broken(d, MQTT_RULE_SUBSCRIBE_OPTIONS);
    if ((options & OPTION_RETAIN_HANDLING) == OPTION_RETAIN_HANDLING)
        return mqtt_broken(d, MQTT_RULE_RETAIN_HANDLING);
    if (shared && (options & OPTION_NO_LOCAL) != 0)
        return mqtt_broken(d, MQTT_RULE_NO_LOCAL_SHARED);
    return ASSAY_OK;
}

static enum assay_status take_filter(struct mqtt_decode *d)
{
    struct mqtt_view filter = {0};
    uint8_t options = 0;
    bool shared = false;

    ASSAY_TRY(mqtt_take_string(d, &filter));
    if (d->type == MQTT_SUBSCRIBE)
        ASSAY_TRY(mqtt_take_u8(d, &options));
    ASSAY_TRY(mqtt_check_utf8(d, filter));
    if (filter.len == 0)
        return mqtt_broken(d, MQTT_RULE_FILTER_EMPTY);
    if (!mqtt_filter_hash_valid(filter))
        return mqtt_broken(d, MQTT_RULE_FILTER_HASH);
    if (!mqtt_filter_plus_valid(filter))
        return mqtt_broken(d, MQTT_RULE_FILTER_PLUS);
    shared = d->version == MQTT_V5 && mqtt_filter_is_shared(filter);
    if (shared && !mqtt_filter_share_valid(filter))
        return mqtt_broken(d, MQTT_RULE_FILTER_SHARE);
    return check_options(d, options, shared);
}

enum assay_status mqtt_subscribe_decode(struct mqtt_decode *d, struct mqtt_packet *packet)
{
    struct mqtt_subscribe *s = &packet->subscribe;

    ASSAY_TRY(mqtt_take_packet_id(d, &s->packet_id));
    ASSAY_TRY(mqtt_take_properties(d, &s->properties));
    s->filters = mqtt_view_bytes(reader_here(&d->body), reader_left(&d->body));
    if (s->filters.len == 0)
        return mqtt_broken(d, d->type == MQTT_SUBSCRIBE ? MQTT_RULE_SUBSCRIBE_EMPTY
                                                        : MQTT_RULE_UNSUBSCRIBE_EMPTY);
    while (reader_left(&d->body) > 0)
        ASSAY_TRY(take_filter(d));
    return ASSAY_OK;
}

enum assay_status mqtt_subscribe_encode(const struct mqtt_packet *packet, struct buf *out)
{
    const struct mqtt_subscribe *s = &packet->subscribe;

    ASSAY_TRY(mqtt_u16_add(out, s->packet_id));
    ASSAY_TRY(mqtt_properties_add(out, s->properties));
    return mqtt_raw_add(out, s->filters);
}

static bool code_exists(const struct mqtt_decode *d, uint8_t code)
{
    if (d->version == MQTT_V5)
        return mqtt_reason_allowed(d->type, code);
    return code <= 2 || code == MQTT_RETURN_SUBACK_FAILURE;
}

enum assay_status mqtt_suback_decode(struct mqtt_decode *d, struct mqtt_packet *packet)
{
    struct mqtt_suback *s = &packet->suback;

    ASSAY_TRY(mqtt_take_packet_id(d, &s->packet_id));
    ASSAY_TRY(mqtt_take_properties(d, &s->properties));
    if (d->type == MQTT_UNSUBACK && d->version != MQTT_V5)
        return mqtt_take_end(d);
    ASSAY_TRY(mqtt_take_rest(d, &s->codes));
    if (s->codes.len == 0)
        return mqtt_broken(d, MQTT_RULE_SUBACK_CODE);
    for (size_t i = 0; i < s->codes.len; i++)
        if (!code_exists(d, s->codes.data[i]))
            return mqtt_broken(d, MQTT_RULE_SUBACK_CODE);
    return ASSAY_OK;
}

enum assay_status mqtt_suback_encode(const struct mqtt_packet *packet, struct buf *out)
{
    const struct mqtt_suback *s = &packet->suback;

    ASSAY_TRY(mqtt_u16_add(out, s->packet_id));
    ASSAY_TRY(mqtt_properties_add(out, s->properties));
    return mqtt_raw_add(out, s->codes);
}
