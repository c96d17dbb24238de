/* SPDX-License-Identifier: Apache-2.0 */
#include "base/event.h"

#include "base/deadline.h"
#include "base/value.h"

#include <assert.h>
#include <string.h>

void event_begin(struct event_builder *e, const struct event_sink *sink, const char *source,
                 const char *kind, uint32_t conn)
{
    e->sink = sink;
    e->event = (struct event){.source = source, .kind = kind, .conn = conn, .fields = e->fields};
    if (sink != NULL)
        e->event.t_ns = sink->now_ns != NULL ? sink->now_ns(sink->ctx) : monotonic_ns();
}

struct event_field *event_add(struct event_builder *e, const char *name, size_t name_len,
                              enum event_field_kind kind)
{
    struct event_field *field = NULL;

    assert(e->event.field_count < EVENT_MAX_FIELDS);
    if (e->event.field_count < EVENT_MAX_FIELDS)
        e->event.field_count++;
    field = &e->fields[e->event.field_count - 1];
    *field = (struct event_field){.name = name, .kind = kind};
    if (name_len <= UINT16_MAX)
        field->name_len = (uint16_t)name_len;
    return field;
}

void event_secret(struct event_builder *e, const char *name, const void *text, size_t len)
{
    event_add_text(e, name, EVENT_TEXT, text, len)->secret = true;
}

void event_ints(struct event_builder *e, const char *name, const int64_t *ints, size_t count)
{
    struct event_field *field = event_add(e, name, strlen(name), EVENT_INTS);

    field->ints = ints;
    field->count = count;
}

void event_texts(struct event_builder *e, const char *name, const char *const *texts, size_t count)
{
    struct event_field *field = event_add(e, name, strlen(name), EVENT_TEXTS);

    field->texts = texts;
    field->count = count;
}

void event_emit(struct event_builder *e)
{
    if (e->sink != NULL)
        e->sink->emit(e->sink->ctx, &e->event);
}

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
