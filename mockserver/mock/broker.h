/* SPDX-License-Identifier: Apache-2.0 */
/* A broker on a listener: MQTT sessions, with or without TLS, over the connections of a net. */
#ifndef MOCK_BROKER_H
#define MOCK_BROKER_H

#include "base/event.h"
#include "mqtt/settings.h"
#include "net/net.h"
#include "tls/tls.h"

struct broker {
    const struct event_sink *sink;    /* borrowed */
    struct tls_context *tls;          /* borrowed; NULL: plain */
    const struct mqtt_settings *mqtt; /* borrowed */
};

/* Fill the functions of a service whose ctx is a struct broker. */
void broker_service(const char *name, struct net_service *ret);

#endif
