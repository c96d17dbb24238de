/* SPDX-License-Identifier: Apache-2.0 */
#include "event_check.h"

#include "base/event_kinds.h"

#include <stdio.h>

static const char *const kind_names[] = {
    [EVENT_INT] = "int",     [EVENT_BOOL] = "bool", [EVENT_TEXT] = "text",
    [EVENT_BYTES] = "bytes", [EVENT_INTS] = "ints", [EVENT_TEXTS] = "texts",
};

enum { KIND_COUNT = sizeof(kind_names) / sizeof(kind_names[0]) };

/* Copy the run of `accept` at *text and move past it; false when it is empty or too long. */
static bool take_run(const char **text, const char *accept, char *to, size_t size)
{
    size_t len = strspn(*text, accept);

    if (len == 0 || len >= size)
        return false;
    memcpy(to, *text, len);
    to[len] = '\0';
    *text += len;
    return true;
}

static bool take_char(const char **text, char c)
{
    if (**text != c)
        return false;
    (*text)++;
    return true;
}

static bool parse_kind(const char *name, enum event_field_kind *ret)
{
    for (unsigned i = 0; i < KIND_COUNT; i++) {
        if (strcmp(kind_names[i], name) == 0) {
            *ret = (enum event_field_kind)i;
            return true;
        }
    }
    return false;
}

static bool take_note(const char **text, char note[static EVENT_KIND_FIELD_NOTE])
{
    size_t len = 0;

    note[0] = '\0';
    if (strncmp(*text, " (", 2) != 0)
        return true;
    len = strcspn(*text + 2, ")");
    if ((*text)[2 + len] != ')' || len == 0 || len >= EVENT_KIND_FIELD_NOTE)
        return false;
    memcpy(note, *text + 2, len);
    note[len] = '\0';
    *text += len + 3;
    return true;
}

enum assay_status event_kind_next_field(const char **text, struct event_kind_field *ret)
{
    static const char name_chars[] = "abcdefghijklmnopqrstuvwxyz0123456789_";
    struct event_kind_field field = {.kind = EVENT_INT};
    const char *at = *text;
    char kind[8];

    if (*at == '\0')
        return ASSAY_ERR_NOT_FOUND;
    if (!take_run(&at, name_chars, field.name, sizeof(field.name)) || !take_char(&at, ' ') ||
        !take_run(&at, name_chars, kind, sizeof(kind)) || !parse_kind(kind, &field.kind))
        return ASSAY_ERR_MALFORMED;
    field.secret = take_char(&at, '!');
    field.optional = take_char(&at, '?');
    if (!take_note(&at, field.note))
        return ASSAY_ERR_MALFORMED;
    if (*at != '\0' && (!take_char(&at, ',') || !take_char(&at, ' ') || *at == '\0'))
        return ASSAY_ERR_MALFORMED;
    *text = at;
    *ret = field;
    return ASSAY_OK;
}

/*
 * Whether a text is one of the words of a note "a|b: what it means|c"; a note without a bar is for
 * people.
 */
static bool is_listed_word(const char *note, const char *text, size_t len)
{
    if (strchr(note, '|') == NULL)
        return true;
    if (len == 0)
        return strncmp(note, "empty|", 6) == 0;
    while (*note != '\0') {
        size_t word_len = strcspn(note, "|:");

        if (word_len == len && memcmp(note, text, len) == 0)
            return true;
        note += strcspn(note, "|");
        note += *note == '|';
    }
    return false;
}

static bool check_words(const struct event *event, const struct event_kind_field *listed,
                        const struct event_field *field, char why[static EVENT_CHECK_TEXT])
{
    const char *words = strcmp(listed->name, "dir") == 0 ? "rx|tx" : listed->note;

    if (field->kind != EVENT_TEXT || is_listed_word(words, field->text, field->text_len))
        return true;
    snprintf(why, EVENT_CHECK_TEXT, "%s: %s is \"%.*s\", which is none of %s", event->kind,
             field->name, (int)field->text_len, field->text, words);
    return false;
}

static bool check_field(const struct event *event, const struct event_kind_field *listed,
                        char why[static EVENT_CHECK_TEXT])
{
    const struct event_field *field = event_field(event, listed->name);

    if (field == NULL) {
        snprintf(why, EVENT_CHECK_TEXT, "%s: the field %s is missing, and it is not optional",
                 event->kind, listed->name);
        return listed->optional;
    }
    if (field->kind != listed->kind) {
        snprintf(why, EVENT_CHECK_TEXT, "%s: %s is of type %s; the list says %s", event->kind,
                 field->name, kind_names[field->kind], kind_names[listed->kind]);
        return false;
    }
    if (field->secret != listed->secret) {
        snprintf(why, EVENT_CHECK_TEXT, "%s: %s is %s secret; the list says otherwise", event->kind,
                 field->name, field->secret ? "a" : "no");
        return false;
    }
    return check_words(event, listed, field, why);
}

static const struct event_kind_row *find_row(const char *kind)
{
    const struct event_kind_row *row = event_kinds;

    while (row->kind != NULL && strcmp(row->kind, kind) != 0)
        row++;
    return row->kind != NULL ? row : NULL;
}

static bool is_listed_field(const char *fields, const char *name)
{
    struct event_kind_field field;

    while (event_kind_next_field(&fields, &field) == ASSAY_OK)
        if (strcmp(field.name, name) == 0)
            return true;
    return false;
}

bool event_is_listed(const struct event *event, char why[static EVENT_CHECK_TEXT])
{
    const struct event_kind_row *row = find_row(event->kind);
    const char *fields = row != NULL ? row->fields : "";
    struct event_kind_field listed;

    if (row == NULL) {
        snprintf(why, EVENT_CHECK_TEXT, "%s: no such kind in base/event_kinds.h", event->kind);
        return false;
    }
    while (event_kind_next_field(&fields, &listed) == ASSAY_OK)
        if (!check_field(event, &listed, why))
            return false;
    for (size_t i = 0; i < event->field_count; i++) {
        const char *name = event->fields[i].name;

        if (!is_listed_field(row->fields, name)) {
            snprintf(why, EVENT_CHECK_TEXT, "%s: the list has no field %s", event->kind, name);
            return false;
        }
        if (event_field(event, name) != &event->fields[i]) {
            snprintf(why, EVENT_CHECK_TEXT, "%s: the field %s is there twice", event->kind, name);
            return false;
        }
    }
    return true;
}
