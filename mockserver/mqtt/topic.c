/* SPDX-License-Identifier: Apache-2.0 */
#include "mqtt/topic.h"

#include <string.h>

static const char share_prefix[] = "$share/";
enum { SHARE_PREFIX = sizeof(share_prefix) - 1 };

static bool holds(struct mqtt_view text, char c)
{
    return text.len > 0 && memchr(text.data, c, text.len) != NULL;
}

bool mqtt_topic_has_wildcard(struct mqtt_view topic)
{
    return holds(topic, '+') || holds(topic, '#');
}

struct mqtt_view mqtt_topic_level(struct mqtt_view *rest)
{
    const uint8_t *slash = rest->len > 0 ? memchr(rest->data, '/', rest->len) : NULL;
    struct mqtt_view level = *rest;

    if (slash == NULL) {
        *rest = mqtt_view_bytes(NULL, 0);
        return level;
    }
    level.len = (size_t)(slash - rest->data);
    *rest = mqtt_view_bytes(slash + 1, rest->len - level.len - 1);
    return level;
}

static bool is(struct mqtt_view level, char c)
{
    return level.len == 1 && level.data[0] == (uint8_t)c;
}

bool mqtt_filter_hash_valid(struct mqtt_view filter)
{
    while (filter.data != NULL) {
        struct mqtt_view level = mqtt_topic_level(&filter);

        if (holds(level, '#') && (!is(level, '#') || filter.data != NULL))
            return false;
    }
    return true;
}

bool mqtt_filter_plus_valid(struct mqtt_view filter)
{
    while (filter.data != NULL) {
        struct mqtt_view level = mqtt_topic_level(&filter);

        if (holds(level, '+') && !is(level, '+'))
            return false;
    }
    return true;
}

bool mqtt_filter_is_shared(struct mqtt_view filter)
{
    return filter.len >= SHARE_PREFIX && memcmp(filter.data, share_prefix, SHARE_PREFIX) == 0;
}

bool mqtt_filter_share_valid(struct mqtt_view filter)
{
    struct mqtt_view rest = filter;
    struct mqtt_view name;

    mqtt_topic_level(&rest);
    name = mqtt_topic_level(&rest);
    return name.len > 0 && !mqtt_topic_has_wildcard(name) && rest.len > 0;
}

bool mqtt_filter_matches(struct mqtt_view filter, struct mqtt_view topic)
{
    if (filter.len == 0 || topic.len == 0)
        return false;
    if (topic.data[0] == '$' && filter.data[0] != '$')
        return false;
    while (filter.data != NULL && topic.data != NULL) {
        struct mqtt_view want = mqtt_topic_level(&filter);
        struct mqtt_view have = mqtt_topic_level(&topic);

        if (is(want, '#'))
            return true;
        if (!is(want, '+') && !mqtt_view_equal(want, have))
            return false;
    }
    /* "a/#" matches "a" too. */
    return topic.data == NULL && (filter.data == NULL || is(filter, '#'));
}
