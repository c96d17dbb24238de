/* SPDX-License-Identifier: Apache-2.0 */
/* Topics and filters against patterns with a device in them. */
#include "inside.h"

#include "mqtt/topic.h"

#include <string.h>

static bool level_fits(struct mqtt_view want, const char *device, struct mqtt_view level)
{
    if (face_view_is(want, "{device}"))
        return face_view_is(level, device);
    return face_view_is(want, "+") ? level.len > 0 : mqtt_view_equal(want, level);
}

bool face_topic_fits(const char *pattern, const char *device, struct mqtt_view topic)
{
    struct mqtt_view wanted = mqtt_view_text(pattern);
    struct mqtt_view rest = topic;

    while (wanted.data != NULL) {
        struct mqtt_view want = mqtt_topic_level(&wanted);

        if (face_view_is(want, "#"))
            return true; /* nothing, too: a/# is a as well */
        if (rest.data == NULL || !level_fits(want, device, mqtt_topic_level(&rest)))
            return false;
    }
    return rest.data == NULL;
}

bool face_topic_is_one_of(const char *const *patterns, const char *device, struct mqtt_view topic)
{
    for (; *patterns != NULL; patterns++)
        if (face_topic_fits(*patterns, device, topic))
            return true;
    return false;
}
