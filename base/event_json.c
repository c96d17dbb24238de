/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An event as a line of JSON: its head where it has one, else everything. Memory is asked for once,
 * for as much as the event can take at most.
 */
#include "base/event.h"

#include "event_frame.h"

#include <string.h>

/* What stands around a name and a value: quotes, colon, comma, {"hex":""}, "(secret)", a number. */
enum { AROUND_FIELD = 40 };

static size_t room_of_list(const struct event_field *field)
{
    size_t room = 2;

    for (size_t i = 0; i < field->count; i++)
        room += 1 + (field->kind == EVENT_INTS ? (size_t)PUT_INT_MAX
                                               : put_json_room(strlen(field->texts[i])));
    return room;
}

static inline size_t name_length(const struct event_field *field)
{
    return field->name_len > 0 ? field->name_len : strlen(field->name);
}

/* At most. */
static inline size_t room_of_field(const struct event_field *field)
{
    size_t room = AROUND_FIELD + name_length(field);

    room += field->text_len * (field->kind == EVENT_BYTES ? 2 : PUT_JSON_BYTE_MAX);
    return field->count > 0 ? room + room_of_list(field) : room;
}

static uint8_t *put_list(uint8_t *at, const struct event_field *field)
{
    *at++ = '[';
    for (size_t i = 0; i < field->count; i++) {
        if (i > 0)
            *at++ = ',';
        if (field->kind == EVENT_INTS)
            at = put_int(at, field->ints[i]);
        else
            at = put_json_string(at, field->texts[i], strlen(field->texts[i]));
    }
    *at++ = ']';
    return at;
}

static uint8_t *put_value(uint8_t *at, const struct event_field *field)
{
    if (field->secret)
        return put_bytes(at, "\"(secret)\"", 10);
    switch (field->kind) {
    case EVENT_INT:
        return put_int(at, field->i);
    case EVENT_BOOL:
        return put_bool(at, field->i != 0);
    case EVENT_TEXT:
        return put_json_string(at, field->text, field->text_len);
    case EVENT_BYTES:
        return put_json_hex(at, field->text, field->text_len);
    case EVENT_INTS:
    case EVENT_TEXTS:
        return put_list(at, field);
    }
    return at;
}

/* Names of sources, kinds and fields need no escapes. */
static uint8_t *put_head(uint8_t *at, const struct event *event)
{
    if (event->head != NULL)
        return put_bytes(at, event->head, event->head_len);
    at = event_put_time(at, event->t_ns);
    return event_put_origin(at, event_origin(event->source, event->kind), event->conn);
}

static size_t room_of_head(const struct event *event)
{
    return event->head != NULL ? event->head_len
                               : EVENT_FRAME_ROOM + strlen(event->source) + strlen(event->kind);
}

static uint8_t *put_fields(uint8_t *at, const struct event *event)
{
    for (size_t i = 0; i < event->field_count; i++) {
        const struct event_field *field = &event->fields[i];

        at = put_few(put_bytes(at, ",\"", 2), field->name, name_length(field));
        at = put_value(put_bytes(at, "\":", 2), field);
    }
    return at;
}

static enum assay_status write_within(const struct event *event, const char *tail, size_t tail_len,
                                      struct buf *out)
{
    size_t start = out->len;
    size_t most = room_of_head(event) + tail_len;
    uint8_t *room = NULL;
    uint8_t *at = NULL;

    for (size_t i = 0; i < event->field_count; i++)
        most += room_of_field(&event->fields[i]);
    ASSAY_TRY(buf_extend(out, most, &room));
    at = put_bytes(put_fields(put_head(room, event), event), tail, tail_len);
    buf_truncate(out, start + (size_t)(at - room));
    return ASSAY_OK;
}

static enum assay_status write_head(const struct event *event, const char *tail, size_t tail_len,
                                    struct buf *out)
{
    uint8_t *at = NULL;

    ASSAY_TRY(buf_extend(out, event->head_len + tail_len, &at));
    put_bytes(put_bytes(at, event->head, event->head_len), tail, tail_len);
    return ASSAY_OK;
}

enum assay_status event_write_line(const struct event *event, const char *tail, size_t tail_len,
                                   struct buf *out)
{
    enum assay_status status = ASSAY_OK;
    struct buf line;

    if (event->head != NULL && event->field_count == 0)
        return write_head(event, tail, tail_len, out);
    status = write_within(event, tail, tail_len, out);
    if (status != ASSAY_ERR_LIMIT)
        return status;
    /* A buffer that is nearly full: only what is really needed has to fit. */
    buf_init(&line, SIZE_MAX);
    status = write_within(event, tail, tail_len, &line);
    if (status == ASSAY_OK)
        status = buf_add(out, line.data, line.len);
    buf_done(&line);
    return status;
}

enum assay_status event_write_json(const struct event *event, struct buf *out)
{
    return event_write_line(event, "}", 1, out);
}
