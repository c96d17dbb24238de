/* SPDX-License-Identifier: Apache-2.0 */
/* A transcript read back from its JSON lines. See store/store.h. */
#include "store/store.h"

#include "base/event_kinds.h"

#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_TRANSCRIPT = 256 * 1024 * 1024, MAX_ITEMS = 512 };

/* Room for the lists and bytes of one event while it is being copied into the transcript. */
struct scratch {
    struct buf bytes[EVENT_MAX_FIELDS];
    int64_t ints[EVENT_MAX_FIELDS][MAX_ITEMS];
    const char *texts[EVENT_MAX_FIELDS][MAX_ITEMS];
};

static bool is_head(const char *key)
{
    static const char *const heads[] = {"t", "src", "ev", "conn"};

    for (size_t i = 0; i < sizeof(heads) / sizeof(heads[0]); i++)
        if (strcmp(key, heads[i]) == 0)
            return true;
    return false;
}

static enum assay_status read_list(struct event_builder *e, const char *key, const json_t *array,
                                   struct scratch *s)
{
    size_t slot = e->event.field_count;
    size_t count = json_array_size(array);
    bool texts = count > 0 && json_is_string(json_array_get(array, 0));

    if (count > MAX_ITEMS)
        return ASSAY_ERR_LIMIT;
    for (size_t i = 0; i < count; i++) {
        const json_t *item = json_array_get(array, i);

        if (texts != (bool)json_is_string(item) || (!texts && !json_is_integer(item)))
            return ASSAY_ERR_MALFORMED;
        if (texts)
            s->texts[slot][i] = json_string_value(item);
        else
            s->ints[slot][i] = json_integer_value(item);
    }
    if (texts)
        event_add_texts(e, event_name(key), s->texts[slot], count);
    else
        event_add_ints(e, event_name(key), s->ints[slot], count);
    return ASSAY_OK;
}

static enum assay_status read_hex(struct event_builder *e, const char *key, const json_t *object,
                                  struct scratch *s)
{
    struct buf *b = &s->bytes[e->event.field_count];
    const char *hex = json_string_value(json_object_get(object, "hex"));

    if (hex == NULL)
        return ASSAY_ERR_MALFORMED;
    buf_clear(b);
    ASSAY_TRY(buf_add_from_hex(b, hex, strlen(hex)));
    event_add_bytes(e, event_name(key), b->data, b->len);
    return ASSAY_OK;
}

static enum assay_status read_field(struct event_builder *e, const char *key, const json_t *v,
                                    struct scratch *s)
{
    if (e->event.field_count >= EVENT_MAX_FIELDS)
        return ASSAY_ERR_LIMIT;
    switch (json_typeof(v)) {
    case JSON_STRING:
        event_add_text(e, event_name(key), json_string_value(v), json_string_length(v));
        return ASSAY_OK;
    case JSON_INTEGER:
        event_add_int(e, event_name(key), json_integer_value(v));
        return ASSAY_OK;
    case JSON_TRUE:
    case JSON_FALSE:
        event_add_bool(e, event_name(key), json_is_true(v));
        return ASSAY_OK;
    case JSON_ARRAY:
        return read_list(e, key, v, s);
    case JSON_OBJECT:
        return read_hex(e, key, v, s);
    case JSON_REAL:
    case JSON_NULL:
        break;
    }
    return ASSAY_ERR_MALFORMED;
}

/* ret_begins_unwanted: it is the begin of an attempt that the reader does not want. */
static enum assay_status read_event(json_t *object, const struct transcript_wish *wish,
                                    struct transcript *t, struct scratch *s,
                                    bool *ret_begins_unwanted)
{
    struct event_builder e;
    const char *source = json_string_value(json_object_get(object, "src"));
    const char *kind = json_string_value(json_object_get(object, "ev"));
    json_int_t conn = json_integer_value(json_object_get(object, "conn"));
    const char *key = NULL;
    json_t *value = NULL;

    if (source == NULL || kind == NULL || conn < 0 || conn > UINT32_MAX)
        return ASSAY_ERR_MALFORMED;
    event_begin(&e, NULL, source, kind, (uint32_t)conn);
    e.event.t_ns = (uint64_t)json_integer_value(json_object_get(object, "t"));
    json_object_foreach(object, key, value)
    {
        if (!is_head(key))
            ASSAY_TRY(read_field(&e, key, value, s));
    }
    *ret_begins_unwanted = wish->wants != NULL && event_is(&e.event, EV_ATTEMPT_BEGIN) &&
                           !wish->wants(wish->ctx, &e.event);
    return *ret_begins_unwanted ? ASSAY_OK : transcript_append(t, &e.event);
}

/* Is this line an event of one of the kinds? The writer puts the kind behind time and source. */
static bool is_of(const char *line, const char *const *kinds)
{
    const char *kind = strstr(line, "\"ev\":\"");

    if (kind == NULL || kinds == NULL)
        return false;
    kind += 6;
    for (; *kinds != NULL; kinds++) {
        size_t len = strlen(*kinds);

        if (strncmp(kind, *kinds, len) == 0 && kind[len] == '"')
            return true;
    }
    return false;
}

static enum assay_status read_lines(FILE *file, const char *path,
                                    const struct transcript_wish *wish, struct transcript *t,
                                    struct scratch *s, struct assay_error *err)
{
    static const char *const edges[] = {EV_ATTEMPT_BEGIN, EV_CASE_END, NULL};
    bool passing_over = false;
    enum assay_status status = ASSAY_OK;
    char *line = NULL;
    size_t room = 0;
    ssize_t len = 0;

    for (int number = 1; status == ASSAY_OK && (len = getline(&line, &room, file)) > 0; number++) {
        json_error_t json_err;
        json_t *object = NULL;

        if (line[len - 1] != '\n')
            break; /* cut off in the middle of a write */
        if (is_of(line, wish->without) || (passing_over && !is_of(line, edges)))
            continue;
        object = json_loadb(line, (size_t)len, JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, &json_err);
        status =
            object != NULL ? read_event(object, wish, t, s, &passing_over) : ASSAY_ERR_MALFORMED;
        if (status != ASSAY_OK)
            assay_error_set(err, status, "%s:%d: not an event: %s", path, number,
                            object == NULL ? json_err.text : assay_status_text(status));
        json_decref(object);
    }
    free(line);
    return status;
}

enum assay_status transcript_read(const char *path, struct transcript **ret,
                                  struct assay_error *err)
{
    return transcript_read_without(path, NULL, ret, err);
}

enum assay_status transcript_read_without(const char *path, const char *const *kinds,
                                          struct transcript **ret, struct assay_error *err)
{
    return transcript_read_wanted(path, &(struct transcript_wish){.without = kinds}, ret, err);
}

enum assay_status transcript_read_wanted(const char *path, const struct transcript_wish *wish,
                                         struct transcript **ret, struct assay_error *err)
{
    FILE *file = fopen(path, "re");
    struct transcript *t = NULL;
    struct scratch *s = NULL;
    enum assay_status status = ASSAY_ERR_NOMEM;

    if (file == NULL)
        return assay_error_sys(err, errno, "cannot read the transcript %s", path);
    t = transcript_new(MAX_TRANSCRIPT);
    s = calloc(1, sizeof(*s));
    if (t != NULL && s != NULL) {
        for (size_t i = 0; i < EVENT_MAX_FIELDS; i++)
            buf_init(&s->bytes[i], MAX_TRANSCRIPT);
        status = read_lines(file, path, wish, t, s, err);
        for (size_t i = 0; i < EVENT_MAX_FIELDS; i++)
            buf_done(&s->bytes[i]);
    }
    free(s);
    fclose(file);
    if (status != ASSAY_OK) {
        transcript_free(t);
        return status;
    }
    *ret = t;
    return ASSAY_OK;
}
