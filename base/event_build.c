/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Events as they are made. With all events on, this is most of what a message costs: what goes to a
 * sink that wants text is written into the head as it is added. The first field that does not fit
 * there stays a field, and so do all that follow, so that they keep their order.
 */
#include "base/event.h"

#include "base/deadline.h"
#include "event_frame.h"

#include <assert.h>
#include <string.h>

enum {
    LABEL_MARKS = 4,   /* comma, quotes and colon around a name */
    AROUND_VALUE = 32, /* at most, without a text: a number, {"hex":""} and the like */
    SHORT = EVENT_LABEL_ROOM + AROUND_VALUE,
};

uint64_t event_now_ns(const struct event_sink *sink)
{
    uint64_t now_ns = 0;

    if (sink == NULL)
        return 0;
    now_ns = sink->now_ns != NULL ? sink->now_ns(sink->ctx) : monotonic_ns();
    if (sink->last != NULL) {
        sink->last->t_ns = now_ns;
        sink->last->text_len = 0;
    }
    return now_ns;
}

uint64_t event_last_ns(const struct event_sink *sink)
{
    bool is_kept = sink != NULL && sink->last != NULL && sink->last->t_ns != 0;

    return is_kept ? sink->last->t_ns : event_now_ns(sink);
}

/* Within one moment it is the same for every event. */
static uint8_t *put_time(struct event_builder *e)
{
    struct event_moment *m = e->sink->last;

    if (m == NULL || m->t_ns != e->event.t_ns)
        return event_put_time(e->head, e->event.t_ns);
    if (m->text_len == 0)
        m->text_len = (uint32_t)(event_put_time(m->text, m->t_ns) - m->text);
    memcpy(e->head, m->text, EVENT_MOMENT_ROOM);
    return e->head + m->text_len;
}

static void begin_head(struct event_builder *e, struct event_origin origin)
{
    if ((size_t)origin.source_len + origin.kind_len > EVENT_HEAD_ROOM - EVENT_FRAME_ROOM - SHORT)
        return;
    e->event.head = e->head;
    e->at = event_put_origin(put_time(e), origin, e->event.conn);
    e->end = e->head + EVENT_HEAD_ROOM - SHORT;
}

void event_begin_at(struct event_builder *e, const struct event_sink *sink,
                    struct event_origin origin, uint32_t conn, uint64_t t_ns)
{
    e->sink = sink;
    e->event = (struct event){.t_ns = t_ns,
                              .source = origin.source,
                              .kind = origin.kind,
                              .conn = conn,
                              .fields = e->fields};
    e->at = e->head + 1;
    e->end = e->head;
    if (sink != NULL && sink->wants_text)
        begin_head(e, origin);
}

struct event_name event_name(const char *text)
{
    size_t len = strlen(text);

    return (struct event_name){text, len <= UINT32_MAX ? (uint32_t)len : 0, 0};
}

/* A field without a value. What follows it comes behind it. */
static struct event_field *add_field(struct event_builder *e, struct event_name name,
                                     enum event_field_kind kind)
{
    struct event_field *field = NULL;

    assert(e->event.field_count < EVENT_MAX_FIELDS);
    if (e->event.field_count < EVENT_MAX_FIELDS)
        e->event.field_count++;
    field = &e->fields[e->event.field_count - 1];
    *field = (struct event_field){.name = name.text, .kind = kind};
    if (name.len <= UINT16_MAX)
        field->name_len = (uint16_t)name.len;
    e->end = e->at - 1;
    return field;
}

static void add_block(struct event_builder *e, struct event_name name, enum event_field_kind kind,
                      const void *data, size_t len)
{
    struct event_field *field = add_field(e, name, kind);

    field->text = len > 0 ? data : "";
    field->text_len = len;
}

/* Does a field go into the head, whose value takes so much besides what stands around it? */
static inline bool fits(const struct event_builder *e, struct event_name name, size_t value_len)
{
    return e->at <= e->end && name.label_at != 0 && value_len <= (size_t)(e->end - e->at);
}

/* ,"name": */
static inline uint8_t *put_label(uint8_t *at, struct event_name name)
{
    memcpy(at, name.text + name.label_at, EVENT_LABEL_ROOM);
    return at + name.len + LABEL_MARKS;
}

void event_add_int(struct event_builder *e, struct event_name name, int64_t value)
{
    if (fits(e, name, 0))
        e->at = put_int(put_label(e->at, name), value);
    else
        add_field(e, name, EVENT_INT)->i = value;
}

void event_add_bool(struct event_builder *e, struct event_name name, bool value)
{
    if (fits(e, name, 0))
        e->at = put_bool(put_label(e->at, name), value);
    else
        add_field(e, name, EVENT_BOOL)->i = value;
}

void event_add_text(struct event_builder *e, struct event_name name, const void *text, size_t len)
{
    if (len < EVENT_HEAD_ROOM && fits(e, name, len * PUT_JSON_BYTE_MAX))
        e->at = put_json_string(put_label(e->at, name), text, len);
    else
        add_block(e, name, EVENT_TEXT, text, len);
}

bool event_add_view(struct event_builder *e, struct event_name name, const void *text, size_t len)
{
    uint8_t *copy = e->at;

    if (e->event.head != NULL) {
        if (len >= EVENT_HEAD_ROOM || !fits(e, name, len * PUT_JSON_BYTE_MAX))
            return false;
        e->at = put_json_string(put_label(e->at, name), text, len);
        return true;
    }
    if (len >= (size_t)(e->head + EVENT_HEAD_ROOM - e->at))
        return false;
    if (len > 0)
        memcpy(copy, text, len);
    copy[len] = 0;
    e->at = copy + len + 1;
    add_block(e, name, EVENT_TEXT, copy, len);
    return true;
}

void event_add_word(struct event_builder *e, struct event_name name, const char *word, size_t len)
{
    uint8_t *at = NULL;

    if (!fits(e, name, len)) {
        add_block(e, name, EVENT_TEXT, word, len);
        return;
    }
    at = put_label(e->at, name);
    *at++ = '"';
    at = put_few(at, word, len);
    *at++ = '"';
    e->at = at;
}

void event_add_bytes(struct event_builder *e, struct event_name name, const void *data, size_t len)
{
    if (len < EVENT_HEAD_ROOM && fits(e, name, 2 * len))
        e->at = put_json_hex(put_label(e->at, name), data, len);
    else
        add_block(e, name, EVENT_BYTES, data, len);
}

void event_add_secret(struct event_builder *e, struct event_name name, const void *text, size_t len)
{
    add_block(e, name, EVENT_TEXT, text, len);
    e->fields[e->event.field_count - 1].secret = true;
}

void event_add_ints(struct event_builder *e, struct event_name name, const int64_t *ints,
                    size_t count)
{
    struct event_field *field = add_field(e, name, EVENT_INTS);

    field->ints = ints;
    field->count = count;
}

void event_add_texts(struct event_builder *e, struct event_name name, const char *const *texts,
                     size_t count)
{
    struct event_field *field = add_field(e, name, EVENT_TEXTS);

    field->texts = texts;
    field->count = count;
}

void event_emit(struct event_builder *e)
{
    if (e->sink == NULL)
        return;
    if (e->event.head != NULL)
        e->event.head_len = (size_t)(e->at - e->head);
    e->sink->emit(e->sink->ctx, &e->event);
}
