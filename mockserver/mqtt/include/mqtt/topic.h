/* SPDX-License-Identifier: Apache-2.0 */
/* Topic names and topic filters (MQTT 3.1.1 and 5.0 section 4.7). */
#ifndef MQTT_TOPIC_H
#define MQTT_TOPIC_H

#include "mqtt/packet.h"

/* Contains '+' or '#', which only filters may. */
bool mqtt_topic_has_wildcard(struct mqtt_view topic);

/* '#' stands alone in its level, which is the last one; '+' stands alone in its level. */
bool mqtt_filter_hash_valid(struct mqtt_view filter);
bool mqtt_filter_plus_valid(struct mqtt_view filter);

/* "$share/<name>/<filter>"; its form is valid when name and filter are there and name is plain. */
bool mqtt_filter_is_shared(struct mqtt_view filter);
bool mqtt_filter_share_valid(struct mqtt_view filter);

/* Cut the first level off; rest->data is NULL after the last one. */
struct mqtt_view mqtt_topic_level(struct mqtt_view *rest);

/* Does a filter match a topic name? Names that begin with '$' need a filter that does. */
bool mqtt_filter_matches(struct mqtt_view filter, struct mqtt_view topic);

#endif
