/* SPDX-License-Identifier: Apache-2.0 */
/* PUBLISH (3.1.1 and 5.0 section 3.3) and its acknowledgements (sections 3.4 to 3.7). */
#include "codec.h"
#include "mqtt/encoder.h"
#include "mqtt/property.h"
#include "mqtt/reason.h"
#include "mqtt/topic.h"

static enum assay_status check_topic(struct mqtt_decode *d, const struct mqtt_publish *p)
{
    struct mqtt_property alias;

    ASSAY_TRY(mqtt_check_utf8(d, p->topic));
    if (mqtt_topic_has_wildcard(p->topic))
        return mqtt_broken(d, MQTT_RULE_TOPIC_WILDCARD);
    if (p->topic.len == 0 && !mqtt_property_get(p->properties, MQTT_PROP_TOPIC_ALIAS, &alias))
        return mqtt_broken(d, MQTT_RULE_TOPIC_EMPTY);
    return ASSAY_OK;
}

enum assay_status mqtt_publish_decode(struct mqtt_decode *d, struct mqtt_packet *packet)
{
    struct mqtt_publish *p = &packet->publish;

    ASSAY_TRY(mqtt_take_string(d, &p->topic));
    if (mqtt_publish_qos(packet) > 0) {
        p->has_packet_id = true;
        ASSAY_TRY(mqtt_take_packet_id(d, &p->packet_id));
    }
    ASSAY_TRY(mqtt_take_properties(d, &p->properties));
    ASSAY_TRY(mqtt_take_rest(d, &p->payload));
    return check_topic(d, p);
}

enum assay_status mqtt_publish_encode(const struct mqtt_packet *packet, struct buf *out)
{
    const struct mqtt_publish *p = &packet->publish;

    ASSAY_TRY(mqtt_string_add(out, p->topic));
    if (p->has_packet_id)
        ASSAY_TRY(mqtt_u16_add(out, p->packet_id));
    ASSAY_TRY(mqtt_properties_add(out, p->properties));
    return mqtt_raw_add(out, p->payload);
}

static const enum mqtt_rule reason_rules[MQTT_TYPE_LIMIT] = {
    [MQTT_PUBACK] = MQTT_RULE_PUBACK_REASON,
    [MQTT_PUBREC] = MQTT_RULE_PUBREC_REASON,
    [MQTT_PUBREL] = MQTT_RULE_PUBREL_REASON,
    [MQTT_PUBCOMP] = MQTT_RULE_PUBCOMP_REASON,
};

enum assay_status mqtt_acknowledge_decode(struct mqtt_decode *d, struct mqtt_packet *packet)
{
    struct mqtt_acknowledge *a = &packet->acknowledge;

    ASSAY_TRY(mqtt_take_packet_id(d, &a->packet_id));
    if (d->version == MQTT_V5 && reader_left(&d->body) > 0) {
        a->has_reason = true;
        ASSAY_TRY(mqtt_take_u8(d, &a->reason));
        if (!mqtt_reason_allowed(d->type, a->reason))
            return mqtt_broken(d, reason_rules[d->type]);
        if (reader_left(&d->body) > 0)
            ASSAY_TRY(mqtt_take_properties(d, &a->properties));
    }
    return mqtt_take_end(d);
}

enum assay_status mqtt_acknowledge_encode(const struct mqtt_packet *packet, struct buf *out)
{
    const struct mqtt_acknowledge *a = &packet->acknowledge;

    ASSAY_TRY(mqtt_u16_add(out, a->packet_id));
    if (a->has_reason)
        ASSAY_TRY(buf_add_char(out, (char)a->reason));
    return mqtt_properties_add(out, a->properties);
}
