/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Events: everything that the bench observes, one at a time.
 *
 * Producers (servers, boards, the runner) hand events to a sink; the transcript is a sink, and so
 * is the live explainer. An event has a monotonic time in nanoseconds, a source (the room that
 * saw it), a kind from base/event_kinds.h, the number of the network connection that it belongs to
 * (0: none) and typed fields. What an event means is nobody's business here.
 */
#ifndef BASE_EVENT_H
#define BASE_EVENT_H

#include "base/buf.h"
#include "base/status.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

enum event_field_kind {
    EVENT_INT,   /* i */
    EVENT_BOOL,  /* i, 0 or 1 */
    EVENT_TEXT,  /* text, text_len; any bytes, UTF-8 where it came as such */
    EVENT_BYTES, /* text, text_len; written as hex */
    EVENT_INTS,  /* ints, count */
    EVENT_TEXTS  /* texts, count */
};

struct event_field {
    const char *name;
    enum event_field_kind kind;
    bool secret;       /* writers put "(secret)" in its place */
    uint16_t name_len; /* of name; 0: not counted */
    int64_t i;
    const char *text;
    size_t text_len;
    const int64_t *ints;
    const char *const *texts;
    size_t count;
};

enum { EVENT_MAX_FIELDS = 48 };

struct event {
    uint64_t t_ns;
    const char *source;
    const char *kind;
    uint32_t conn;
    const struct event_field *fields;
    size_t field_count;
};

/* Where events go. emit() borrows the event for the call only. */
struct event_sink {
    void (*emit)(void *ctx, const struct event *event);
    uint64_t (*now_ns)(void *ctx); /* NULL: monotonic_ns() */
    void *ctx;
};

/*
 * Builder on the stack. Fields borrow what they point to until event_emit(). A sink of NULL makes
 * everything a no-op. More than EVENT_MAX_FIELDS fields is a programmer's error.
 *
 *     struct event_builder e;
 *     event_begin(&e, sink, "tls", EV_TLS_ALERT, conn);
 *     event_int(&e, "level", 2);
 *     event_emit(&e);
 */
struct event_builder {
    const struct event_sink *sink;
    struct event event;
    struct event_field fields[EVENT_MAX_FIELDS];
};

void event_begin(struct event_builder *e, const struct event_sink *sink, const char *source,
                 const char *kind, uint32_t conn);
/*
 * Adds a field without a value. The length of a name that is a literal is counted by the compiler:
 * that is why what follows is inline.
 */
struct event_field *event_add(struct event_builder *e, const char *name, size_t name_len,
                              enum event_field_kind kind);

static inline void event_int(struct event_builder *e, const char *name, int64_t value)
{
    event_add(e, name, strlen(name), EVENT_INT)->i = value;
}

static inline void event_bool(struct event_builder *e, const char *name, bool value)
{
    event_add(e, name, strlen(name), EVENT_BOOL)->i = value;
}

static inline struct event_field *event_add_text(struct event_builder *e, const char *name,
                                                 enum event_field_kind kind, const void *text,
                                                 size_t len)
{
    struct event_field *field = event_add(e, name, strlen(name), kind);

    field->text = len > 0 ? text : "";
    field->text_len = len;
    return field;
}

static inline void event_text_len(struct event_builder *e, const char *name, const void *text,
                                  size_t len)
{
    event_add_text(e, name, EVENT_TEXT, text, len);
}

/* NULL: left out */
static inline void event_text(struct event_builder *e, const char *name, const char *text)
{
    if (text != NULL)
        event_add_text(e, name, EVENT_TEXT, text, strlen(text));
}

static inline void event_bytes(struct event_builder *e, const char *name, const void *data,
                               size_t len)
{
    event_add_text(e, name, EVENT_BYTES, data, len);
}

void event_ints(struct event_builder *e, const char *name, const int64_t *ints, size_t count);
void event_texts(struct event_builder *e, const char *name, const char *const *texts, size_t count);
void event_secret(struct event_builder *e, const char *name, const void *text, size_t len);
void event_emit(struct event_builder *e);

/*
 * Readers. The neutral answer (NULL, 0, false) where the field is missing or of another kind. A
 * text is NUL terminated in every event that comes out of a transcript; a sink that reads events as
 * they are emitted takes event_field() with its text_len.
 */
bool event_is(const struct event *event, const char *kind);
const struct event_field *event_field(const struct event *event, const char *name);
int64_t event_get_int(const struct event *event, const char *name, int64_t otherwise);
bool event_get_bool(const struct event *event, const char *name);
const char *event_get_text(const struct event *event, const char *name); /* "" when missing */

/* One line of JSON without the newline; secret fields masked. docs/formats/transcript.md. */
ASSAY_RESULT event_write_json(const struct event *event, struct buf *out);

#endif
