/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An event as a line of JSON. With all events on, this is most of what a message costs: memory is
 * asked for once, for as much as the event can take at most.
 */
#include "base/event.h"

#include "put.h"

#include <string.h>

/* What stands around a name and a value: quotes, colon, comma, {"hex":""}, "(secret)", a number. */
enum { AROUND_FIELD = 40, FRAME = 96 };

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

    if (field->kind == EVENT_BYTES)
        return room + 2 * field->text_len;
    if (field->kind == EVENT_TEXT)
        return room + put_json_room(field->text_len);
    if (field->kind == EVENT_INTS || field->kind == EVENT_TEXTS)
        return room + room_of_list(field);
    return room;
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
        return field->i != 0 ? put_bytes(at, "true", 4) : put_bytes(at, "false", 5);
    case EVENT_TEXT:
        return put_json_string(at, field->text, field->text_len);
    case EVENT_BYTES:
        at = put_hex(put_bytes(at, "{\"hex\":\"", 8), field->text, field->text_len);
        return put_bytes(at, "\"}", 2);
    case EVENT_INTS:
    case EVENT_TEXTS:
        return put_list(at, field);
    }
    return at;
}

/* Names of sources, kinds and fields need no escapes. */
static uint8_t *put_event(uint8_t *at, const struct event *event, size_t source_len,
                          size_t kind_len)
{
    at = put_uint(put_bytes(at, "{\"t\":", 5), event->t_ns);
    at = put_few(put_bytes(at, ",\"src\":\"", 8), event->source, source_len);
    at = put_few(put_bytes(at, "\",\"ev\":\"", 8), event->kind, kind_len);
    *at++ = '"';
    if (event->conn != 0)
        at = put_uint(put_bytes(at, ",\"conn\":", 8), event->conn);
    for (size_t i = 0; i < event->field_count; i++) {
        const struct event_field *field = &event->fields[i];

        at = put_few(put_bytes(at, ",\"", 2), field->name, name_length(field));
        at = put_value(put_bytes(at, "\":", 2), field);
    }
    *at++ = '}';
    return at;
}

static enum assay_status write_within(const struct event *event, struct buf *out)
{
    size_t start = out->len;
    size_t source_len = strlen(event->source);
    size_t kind_len = strlen(event->kind);
    size_t most = FRAME + source_len + kind_len;
    uint8_t *room = NULL;

    for (size_t i = 0; i < event->field_count; i++)
        most += room_of_field(&event->fields[i]);
    ASSAY_TRY(buf_extend(out, most, &room));
    buf_truncate(out, start + (size_t)(put_event(room, event, source_len, kind_len) - room));
    return ASSAY_OK;
}

enum assay_status event_write_json(const struct event *event, struct buf *out)
{
    enum assay_status status = write_within(event, out);
    struct buf line;

    if (status != ASSAY_ERR_LIMIT)
        return status;
    /* A buffer that is nearly full: only what is really needed has to fit. */
    buf_init(&line, SIZE_MAX);
    status = write_within(event, &line);
    if (status == ASSAY_OK)
        status = buf_add(out, line.data, line.len);
    buf_done(&line);
    return status;
}
