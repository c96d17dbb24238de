/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An event as a line of JSON. With all events on, this is most of what a message costs: memory is
 * asked for once, for as much as the event can take at most.
 */
#include "base/event.h"

#include "put.h"

#include <string.h>

/* Names are constants of this project and short; a transcript that was read may hold others. */
enum { SHORT_NAME = 32, AROUND_NAME = 4, AROUND_BYTES = 10, LITERAL_MAX = 12, FRAME = 96 };

static size_t room_of_list(const struct event_field *field)
{
    size_t room = 2;

    for (size_t i = 0; i < field->count; i++)
        room += 1 + (field->kind == EVENT_INTS ? (size_t)PUT_INT_MAX
                                               : put_json_room(strlen(field->texts[i])));
    return room;
}

/* At most; without the name. */
static size_t room_of_value(const struct event_field *field)
{
    switch (field->kind) {
    case EVENT_INT:
        return PUT_INT_MAX;
    case EVENT_BOOL:
        return LITERAL_MAX;
    case EVENT_TEXT:
        return LITERAL_MAX + put_json_room(field->text_len);
    case EVENT_BYTES:
        return LITERAL_MAX + AROUND_BYTES + 2 * field->text_len;
    case EVENT_INTS:
    case EVENT_TEXTS:
        return LITERAL_MAX + room_of_list(field);
    }
    return 0;
}

static size_t room_of(const struct event *event, size_t name_max)
{
    size_t room = FRAME + 2 * name_max;

    for (size_t i = 0; i < event->field_count; i++)
        room += AROUND_NAME + name_max + room_of_value(&event->fields[i]);
    return room;
}

static size_t longest_name(const struct event *event)
{
    size_t longest = strlen(event->source);
    size_t len = strlen(event->kind);

    if (len > longest)
        longest = len;
    for (size_t i = 0; i < event->field_count; i++) {
        len = strlen(event->fields[i].name);
        if (len > longest)
            longest = len;
    }
    return longest;
}

/* A name needs no escapes. NULL: it is longer than max, or there was no `at`. */
static inline uint8_t *put_name(uint8_t *at, const char *name, size_t max)
{
    size_t i = 0;

    if (at == NULL)
        return NULL;
    for (; name[i] != '\0'; i++) {
        if (i == max)
            return NULL;
        at[i] = (uint8_t)name[i];
    }
    return at + i;
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

/* NULL: a name is longer than name_max. */
static uint8_t *put_event(uint8_t *at, const struct event *event, size_t name_max)
{
    at = put_uint(put_bytes(at, "{\"t\":", 5), event->t_ns);
    at = put_name(put_bytes(at, ",\"src\":\"", 8), event->source, name_max);
    if (at != NULL)
        at = put_name(put_bytes(at, "\",\"ev\":\"", 8), event->kind, name_max);
    if (at == NULL)
        return NULL;
    *at++ = '"';
    if (event->conn != 0)
        at = put_uint(put_bytes(at, ",\"conn\":", 8), event->conn);
    for (size_t i = 0; i < event->field_count; i++) {
        at = put_name(put_bytes(at, ",\"", 2), event->fields[i].name, name_max);
        if (at == NULL)
            return NULL;
        at = put_value(put_bytes(at, "\":", 2), &event->fields[i]);
    }
    *at++ = '}';
    return at;
}

static enum assay_status write_within(const struct event *event, size_t name_max, struct buf *out)
{
    size_t start = out->len;
    uint8_t *room = NULL;
    const uint8_t *end = NULL;

    ASSAY_TRY(buf_extend(out, room_of(event, name_max), &room));
    end = put_event(room, event, name_max);
    buf_truncate(out, end != NULL ? start + (size_t)(end - room) : start);
    return end != NULL ? ASSAY_OK : ASSAY_ERR_LIMIT;
}

enum assay_status event_write_json(const struct event *event, struct buf *out)
{
    enum assay_status status = write_within(event, SHORT_NAME, out);
    struct buf line;

    if (status != ASSAY_ERR_LIMIT)
        return status;
    /* A long name, or a buffer that is nearly full: only what is really needed has to fit. */
    buf_init(&line, SIZE_MAX);
    status = write_within(event, longest_name(event), &line);
    if (status == ASSAY_OK)
        status = buf_add(out, line.data, line.len);
    buf_done(&line);
    return status;
}
