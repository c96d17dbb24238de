/* SPDX-License-Identifier: Apache-2.0 */
#include "base/event.h"

#include "base/value.h"

#include <string.h>

bool event_is(const struct event *event, const char *kind)
{
    return strcmp(event->kind, kind) == 0;
}

const struct event_field *event_field(const struct event *event, const char *name)
{
    for (size_t i = 0; i < event->field_count; i++)
        if (strcmp(event->fields[i].name, name) == 0)
            return &event->fields[i];
    return NULL;
}

int64_t event_get_int(const struct event *event, const char *name, int64_t otherwise)
{
    const struct event_field *field = event_field(event, name);

    return field != NULL && (field->kind == EVENT_INT || field->kind == EVENT_BOOL) ? field->i
                                                                                    : otherwise;
}

bool event_get_bool(const struct event *event, const char *name)
{
    return event_get_int(event, name, 0) != 0;
}

const char *event_get_text(const struct event *event, const char *name)
{
    const struct event_field *field = event_field(event, name);

    return field != NULL && field->kind == EVENT_TEXT && !field->secret ? field->text : "";
}
