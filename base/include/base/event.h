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

enum { EVENT_MAX_FIELDS = 48, EVENT_HEAD_ROOM = 768, EVENT_MOMENT_ROOM = 32 };

struct event {
    uint64_t t_ns;
    const char *source;
    const char *kind;
    uint32_t conn;
    const struct event_field *fields;
    size_t field_count;
    /* For a sink that wants text: the line up to these fields, which come behind it. NULL: none. */
    const uint8_t *head;
    size_t head_len;
};

/* A time, and how the line of an event begins that has it. */
struct event_moment {
    uint64_t t_ns;
    uint32_t text_len;
    uint8_t text[EVENT_MOMENT_ROOM];
};

/*
 * Where events go. emit() borrows the event for the call only.
 *
 * A sink that does nothing with events but write them, with event_write_json(), wants_text: then
 * their first fields, as a rule all of them, are text already when they come, and are not among the
 * event's fields any more. That takes a third of the time.
 */
struct event_sink {
    void (*emit)(void *ctx, const struct event *event);
    uint64_t (*now_ns)(void *ctx); /* NULL: monotonic_ns() */
    void *ctx;
    struct event_moment
        *last; /* borrowed: where the time of the last event is kept; NULL: nowhere */
    bool wants_text;
};

/* The time of an event that happens now, which the sink remembers; 0 without a sink. */
uint64_t event_now_ns(const struct event_sink *sink);

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
    uint8_t *at;        /* in head: where the next field goes as text */
    const uint8_t *end; /* no field begins behind this */
    uint8_t head[EVENT_HEAD_ROOM];
    struct event_field fields[EVENT_MAX_FIELDS];
};

/* Where an event comes from, and what it is. */
struct event_origin {
    const char *source;
    const char *kind;
    uint32_t source_len;
    uint32_t kind_len;
};

void event_begin_at(struct event_builder *e, const struct event_sink *sink,
                    struct event_origin origin, uint32_t conn, uint64_t t_ns);

/* Inline, so that the compiler counts the lengths. */
static inline struct event_origin event_origin(const char *source, const char *kind)
{
    return (struct event_origin){source, kind, (uint32_t)strlen(source), (uint32_t)strlen(kind)};
}

static inline void event_begin(struct event_builder *e, const struct event_sink *sink,
                               const char *source, const char *kind, uint32_t conn)
{
    event_begin_at(e, sink, event_origin(source, kind), conn, event_now_ns(sink));
}

/*
 * The same for what is seen in that which the last event of the sink brought, a packet in bytes
 * that were read: it has the time of that, and the clock is not asked. To be called before the
 * caller returns to where that event was emitted.
 */
uint64_t event_last_ns(const struct event_sink *sink);

static inline void event_begin_within(struct event_builder *e, const struct event_sink *sink,
                                      const char *source, const char *kind, uint32_t conn)
{
    event_begin_at(e, sink, event_origin(source, kind), conn, event_last_ns(sink));
}

/*
 * The name of a field. A literal has its label behind it, what stands before the value in JSON, and
 * behind that so much room that EVENT_LABEL_ROOM bytes can be moved whatever its length is.
 */
struct event_name {
    const char *text;
    uint32_t len;
    uint32_t label_at; /* in text; 0: there is none */
};

enum { EVENT_LABEL_ROOM = 32 };
#define EVENT_LABEL_PAD "                                "
#define EVENT_NAME(literal)                                                                        \
    ((struct event_name){literal "\0,\"" literal "\":" EVENT_LABEL_PAD, sizeof(literal) - 1,       \
                         sizeof(literal) + 3 <= EVENT_LABEL_ROOM ? sizeof(literal) : 0})

struct event_name event_name(const char *text); /* borrowed, like what a field points to */

void event_add_int(struct event_builder *e, struct event_name name, int64_t value);
void event_add_bool(struct event_builder *e, struct event_name name, bool value);
void event_add_text(struct event_builder *e, struct event_name name, const void *text, size_t len);
/* A word of our own, in which nothing has to be escaped. */
void event_add_word(struct event_builder *e, struct event_name name, const char *word, size_t len);
/*
 * A text that has no NUL behind it: readers of fields, which take texts as strings, get a copy out
 * of the builder's own room. False: it does not fit, and the caller has to keep one until
 * event_emit().
 */
bool event_add_view(struct event_builder *e, struct event_name name, const void *text, size_t len);
void event_add_bytes(struct event_builder *e, struct event_name name, const void *data, size_t len);
void event_add_secret(struct event_builder *e, struct event_name name, const void *text,
                      size_t len);
void event_add_ints(struct event_builder *e, struct event_name name, const int64_t *ints,
                    size_t count);
void event_add_texts(struct event_builder *e, struct event_name name, const char *const *texts,
                     size_t count);

/* NULL: left out */
static inline void event_add_string(struct event_builder *e, struct event_name name,
                                    const char *text)
{
    if (text != NULL)
        event_add_text(e, name, text, strlen(text));
}

/* The same for fields whose name is a literal, as nearly all are. */
#define event_int(e, name, value)          event_add_int(e, EVENT_NAME(name), value)
#define event_bool(e, name, value)         event_add_bool(e, EVENT_NAME(name), value)
#define event_text(e, name, text)          event_add_string(e, EVENT_NAME(name), text)
#define event_text_len(e, name, text, len) event_add_text(e, EVENT_NAME(name), text, len)
#define event_word(e, name, word)          event_add_word(e, EVENT_NAME(name), word, strlen(word))
#define event_bytes(e, name, data, len)    event_add_bytes(e, EVENT_NAME(name), data, len)
#define event_secret(e, name, text, len)   event_add_secret(e, EVENT_NAME(name), text, len)
#define event_ints(e, name, ints, count)   event_add_ints(e, EVENT_NAME(name), ints, count)
#define event_texts(e, name, texts, count) event_add_texts(e, EVENT_NAME(name), texts, count)

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
/* The same with another end than the closing brace: with more members before it, or a newline. */
ASSAY_RESULT event_write_line(const struct event *event, const char *tail, size_t tail_len,
                              struct buf *out);

#endif
