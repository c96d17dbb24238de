/* SPDX-License-Identifier: Apache-2.0 */
/* The host of a session that has none: everything is granted and nothing delivered. */
#include "session_state.h"

static enum assay_status welcome(void *ctx, const struct mqtt_packet *p, struct mqtt_welcome *ret)
{
    (void)ctx;
    (void)p;
    (void)ret;
    return ASSAY_OK;
}

static enum assay_status nothing(void *ctx)
{
    (void)ctx;
    return ASSAY_OK;
}

static enum assay_status publish(void *ctx, const struct mqtt_packet *p, struct mqtt_view topic,
                                 uint8_t *ret_reason)
{
    (void)ctx;
    (void)p;
    (void)topic;
    (void)ret_reason;
    return ASSAY_OK;
}

static enum assay_status release(void *ctx, uint16_t packet_id)
{
    (void)ctx;
    (void)packet_id;
    return ASSAY_OK;
}

static enum assay_status acknowledged(void *ctx, const struct mqtt_packet *p, enum mqtt_answer *ret)
{
    (void)ctx;
    (void)p;
    (void)ret;
    return ASSAY_OK;
}

static enum assay_status subscribe(void *ctx, const struct mqtt_filter *f, uint32_t subscription_id,
                                   uint8_t *code)
{
    (void)ctx;
    (void)f;
    (void)subscription_id;
    (void)code;
    return ASSAY_OK;
}

static enum assay_status unsubscribe(void *ctx, struct mqtt_view filter, uint8_t *code)
{
    (void)ctx;
    (void)filter;
    (void)code;
    return ASSAY_OK;
}

static enum assay_status leave(void *ctx, const struct mqtt_packet *p)
{
    (void)ctx;
    (void)p;
    return ASSAY_OK;
}

static enum assay_status order(void *ctx, const struct mqtt_fault *message, struct mqtt_view filter)
{
    (void)ctx;
    (void)message;
    (void)filter;
    return ASSAY_OK;
}

static struct mqtt_view on_client(void *ctx)
{
    (void)ctx;
    return mqtt_view_empty();
}

const struct mqtt_host mqtt_nobody = {
    .client = on_client,
    .connect = welcome,
    .connected = nothing,
    .publish = publish,
    .release = release,
    .acknowledged = acknowledged,
    .subscribe = subscribe,
    .unsubscribe = unsubscribe,
    .subscribed = nothing,
    .disconnect = leave,
    .order = order,
};
