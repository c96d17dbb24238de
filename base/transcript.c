/* SPDX-License-Identifier: Apache-2.0 */
#include "base/transcript.h"

#include <stdlib.h>
#include <string.h>

enum { BLOCK_SIZE = 16 * 1024, ALIGNMENT = 16 };

struct block {
    struct block *next;
    size_t used;
    size_t size;
    unsigned char data[] __attribute__((aligned(ALIGNMENT)));
};

struct transcript {
    struct event_sink sink;
    struct event_moment last;
    const struct event_sink *second; /* borrowed; may be NULL */
    struct block *blocks;            /* newest first */
    size_t bytes;
    size_t max_bytes;
    const struct event **events;
    size_t count;
    size_t room;
    enum assay_status status;
};

static void append_from_sink(void *ctx, const struct event *event)
{
    transcript_append(ctx, event); /* a failure is kept in transcript_status() */
}

struct transcript *transcript_new(size_t max_bytes)
{
    struct transcript *t = calloc(1, sizeof(*t));

    if (t == NULL)
        return NULL;
    t->max_bytes = max_bytes;
    t->sink = (struct event_sink){.emit = append_from_sink, .ctx = t, .last = &t->last};
    return t;
}

void transcript_free(struct transcript *t)
{
    if (t == NULL)
        return;
    while (t->blocks != NULL) {
        struct block *next = t->blocks->next;

        free(t->blocks);
        t->blocks = next;
    }
    free(t->events);
    free(t);
}

const struct event_sink *transcript_sink(struct transcript *t)
{
    return &t->sink;
}

void transcript_tee(struct transcript *t, const struct event_sink *second)
{
    t->second = second;
}

static void *take(struct transcript *t, size_t len)
{
    size_t need = (len + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    struct block *b = t->blocks;

    if (t->status != ASSAY_OK)
        return NULL;
    if (len > need || need > t->max_bytes || t->bytes > t->max_bytes - need) {
        t->status = ASSAY_ERR_LIMIT;
        return NULL;
    }
    if (b == NULL || b->size - b->used < need) {
        size_t size = need > BLOCK_SIZE ? need : BLOCK_SIZE;

        b = malloc(sizeof(*b) + size);
        if (b == NULL) {
            t->status = ASSAY_ERR_NOMEM;
            return NULL;
        }
        *b = (struct block){.next = t->blocks, .size = size};
        t->blocks = b;
    }
    b->used += need;
    t->bytes += need;
    return b->data + b->used - need;
}

static void *keep(struct transcript *t, const void *data, size_t len)
{
    char *copy = take(t, len + 1);

    if (copy == NULL)
        return NULL;
    if (len > 0)
        memcpy(copy, data, len);
    copy[len] = '\0';
    return copy;
}

static const char *const *keep_texts(struct transcript *t, const char *const *texts, size_t count)
{
    const char **copy = take(t, count * sizeof(*copy) + 1);

    for (size_t i = 0; copy != NULL && i < count; i++)
        copy[i] = keep(t, texts[i], strlen(texts[i]));
    return copy;
}

static void keep_field(struct transcript *t, struct event_field *to, const struct event_field *from)
{
    *to = *from;
    to->name = keep(t, from->name, strlen(from->name));
    if (from->kind == EVENT_TEXT || from->kind == EVENT_BYTES)
        to->text = keep(t, from->text, from->text_len);
    if (from->kind == EVENT_INTS)
        to->ints = keep(t, from->ints, from->count * sizeof(*from->ints));
    if (from->kind == EVENT_TEXTS)
        to->texts = keep_texts(t, from->texts, from->count);
}

static bool make_room(struct transcript *t)
{
    const struct event **grown = NULL;
    size_t room = t->room > 0 ? t->room * 2 : 64;

    if (t->count < t->room)
        return true;
    grown = realloc(t->events, room * sizeof(*grown));
    if (grown == NULL) {
        t->status = ASSAY_ERR_NOMEM;
        return false;
    }
    t->events = grown;
    t->room = room;
    return true;
}

enum assay_status transcript_append(struct transcript *t, const struct event *event)
{
    struct event *copy = take(t, sizeof(*copy));
    struct event_field *fields = take(t, event->field_count * sizeof(*fields) + 1);

    if (copy == NULL || fields == NULL || !make_room(t))
        return t->status;
    for (size_t i = 0; i < event->field_count; i++)
        keep_field(t, &fields[i], &event->fields[i]);
    *copy = *event;
    copy->source = keep(t, event->source, strlen(event->source));
    copy->kind = keep(t, event->kind, strlen(event->kind));
    copy->fields = fields;
    if (t->status != ASSAY_OK)
        return t->status;
    t->events[t->count++] = copy;
    if (t->second != NULL)
        t->second->emit(t->second->ctx, copy);
    return ASSAY_OK;
}

enum assay_status transcript_status(const struct transcript *t)
{
    return t->status;
}

size_t transcript_count(const struct transcript *t)
{
    return t->count;
}

const struct event *transcript_at(const struct transcript *t, size_t index)
{
    return index < t->count ? t->events[index] : NULL;
}
