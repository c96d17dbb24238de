/* SPDX-License-Identifier: Apache-2.0 */
/* PINGREQ, PINGRESP, DISCONNECT and AUTH (3.1.1 and 5.0 sections 3.12 to 3.15). */
#include "codec.h"
#include "mqtt/encoder.h"
#include "mqtt/property.h"
#include "mqtt/reason.h"

enum assay_status mqtt_ping_decode(struct mqtt_decode *d, struct mqtt_packet *packet)
{
    (void)packet;
    return mqtt_take_end(d);
}

enum assay_status mqtt_ping_encode(const struct mqtt_packet *packet, struct buf *out)
{
    (void)packet;
    (void)out;
    return ASSAY_OK;
}

static enum assay_status check_auth(struct mqtt_decode *d, const struct mqtt_disconnect *p)
{
    struct mqtt_property method;

    if (d->type != MQTT_AUTH || mqtt_property_get(p->properties, MQTT_PROP_AUTH_METHOD, &method))
        return ASSAY_OK;
    /* Success without any property is all that may leave the method out. */
    return p->has_reason ? mqtt_broken(d, MQTT_RULE_AUTH_METHOD) : ASSAY_OK;
}

enum assay_status mqtt_disconnect_decode(struct mqtt_decode *d, struct mqtt_packet *packet)
{
    struct mqtt_disconnect *p = &packet->disconnect;

    if (d->version != MQTT_V5)
        return d->type == MQTT_AUTH ? mqtt_broken(d, MQTT_RULE_TYPE) : mqtt_take_end(d);
    if (reader_left(&d->body) > 0) {
        p->has_reason = true;
        ASSAY_TRY(mqtt_take_u8(d, &p->reason));
        if (!mqtt_reason_allowed(d->type, p->reason))
            return mqtt_broken(d, d->type == MQTT_AUTH ? MQTT_RULE_AUTH_REASON
                                                       : MQTT_RULE_DISCONNECT_REASON);
        if (reader_left(&d->body) > 0)
            ASSAY_TRY(mqtt_take_properties(d, &p->properties));
    }
    ASSAY_TRY(mqtt_take_end(d));
    return check_auth(d, p);
}

enum assay_status mqtt_disconnect_encode(const struct mqtt_packet *packet, struct buf *out)
{
    const struct mqtt_disconnect *p = &packet->disconnect;

    if (p->has_reason)
        ASSAY_TRY(buf_add_char(out, (char)p->reason));
    return mqtt_properties_add(out, p->properties);
}
