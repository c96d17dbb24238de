/* SPDX-License-Identifier: Apache-2.0 */
#include "yaml_file/yaml_file.h"

#include "base/nearest.h"

#include <stdbool.h>
#include <string.h>
#include <yaml.h>

/* A collection that is open. */
struct level {
    const struct cyaml_schema_value *schema;
    bool is_map;
    size_t path_len;                        /* of the collection's own path */
    size_t index;                           /* of the next list member, from 1 */
    const struct cyaml_schema_field *field; /* in a map: whose value comes next; NULL: a key */
};

struct outline {
    const char *name;
    struct value *lines;
    struct buf path;
    struct level levels[YAML_FILE_MAX_DEPTH];
    size_t depth;
    size_t nodes;
    bool root_done;
    const struct cyaml_schema_value *root;
    struct assay_error *err;
};

static int line_of(const yaml_event_t *event)
{
    return (int)event->start_mark.line + 1;
}

static enum assay_status complain(const struct outline *o, int line, const char *text)
{
    return assay_error_set(o->err, ASSAY_ERR_MALFORMED, "%s:%d: %s", o->name, line, text);
}

static const char *type_name(enum cyaml_type type)
{
    switch ((int)type) {
    case CYAML_MAPPING:
        return "a map (\"key: value\")";
    case CYAML_SEQUENCE:
        return "a list (\"[a, b]\")";
    default:
        return "a single value";
    }
}

static enum assay_status refuse_key(const struct outline *o, int line, const char *key)
{
    const struct level *top = &o->levels[o->depth - 1];
    struct nearest nearest = {.wanted = key};
    struct buf text;
    enum assay_status status = ASSAY_ERR_MALFORMED;

    buf_init(&text, 1024);
    for (const struct cyaml_schema_field *f = top->schema->mapping.fields; f->key != NULL; f++)
        nearest_offer(&nearest, f->key);
    if (nearest_describe(&nearest, &text) != ASSAY_OK)
        buf_clear(&text);
    if (nearest.count == 0) {
        const char *lead = "; known: ";

        for (const struct cyaml_schema_field *f = top->schema->mapping.fields; f->key; f++) {
            if (buf_printf(&text, "%s%s", lead, f->key) != ASSAY_OK)
                break;
            lead = ", ";
        }
    }
    status = assay_error_set(o->err, ASSAY_ERR_MALFORMED, "%s:%d: unknown key \"%.64s\"%s%s%s",
                             o->name, line, key, o->path.len > 0 ? " in " : "", buf_text(&o->path),
                             buf_text(&text));
    buf_done(&text);
    return status;
}

/* Text that somebody could not have meant: a NUL cuts it short in every C program it reaches. */
static bool is_plain_text(const unsigned char *text, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        if ((text[i] < 0x20 && text[i] != '\t' && text[i] != '\n') || text[i] == 0x7f)
            return false;
    }
    return true;
}

static enum assay_status check_scalar(const struct outline *o, const yaml_event_t *event)
{
    size_t len = event->data.scalar.length;

    if (len > YAML_FILE_MAX_TEXT)
        return complain(o, line_of(event), "a text is longer than 4096 bytes");
    if (!is_plain_text(event->data.scalar.value, len))
        return complain(o, line_of(event), "a text holds control characters");
    return ASSAY_OK;
}

static ASSAY_RESULT note_line(struct outline *o, int line)
{
    return value_set(o->lines, buf_text(&o->path), value_new_int(line));
}

static enum assay_status take_key(struct outline *o, const yaml_event_t *event)
{
    struct level *top = &o->levels[o->depth - 1];
    const struct cyaml_schema_field *field = top->schema->mapping.fields;
    const char *key = NULL;

    if (event->type != YAML_SCALAR_EVENT)
        return complain(o, line_of(event), "a key must be a plain word");
    ASSAY_TRY(check_scalar(o, event));
    key = (const char *)event->data.scalar.value;
    while (field->key != NULL && strcmp(field->key, key) != 0)
        field++;
    if (field->key == NULL)
        return refuse_key(o, line_of(event), key);
    ASSAY_TRY(buf_printf(&o->path, "%s%s", o->path.len > 0 ? "." : "", key));
    if (value_get(o->lines, buf_text(&o->path)) != NULL)
        return assay_error_set(o->err, ASSAY_ERR_MALFORMED,
                               "%s:%d: \"%s\" stands here a second time (first in line %d)",
                               o->name, line_of(event), buf_text(&o->path),
                               (int)value_int(value_get(o->lines, buf_text(&o->path))));
    ASSAY_TRY(note_line(o, line_of(event)));
    top->field = field;
    return ASSAY_OK;
}

/* What the schema expects at this place; a list member gets its place in the path. */
static ASSAY_RESULT expected(struct outline *o, const struct cyaml_schema_value **ret)
{
    struct level *top = o->depth > 0 ? &o->levels[o->depth - 1] : NULL;

    if (top == NULL) {
        *ret = o->root;
        return ASSAY_OK;
    }
    if (top->is_map) {
        *ret = &top->field->value;
        return ASSAY_OK;
    }
    *ret = top->schema->sequence.entry;
    return buf_printf(&o->path, "%s%zu", o->path.len > 0 ? "." : "", top->index++);
}

static bool fits(const struct cyaml_schema_value *schema, yaml_event_type_t type)
{
    if (schema->type == CYAML_MAPPING)
        return type == YAML_MAPPING_START_EVENT;
    if (schema->type == CYAML_SEQUENCE)
        return type == YAML_SEQUENCE_START_EVENT;
    return type == YAML_SCALAR_EVENT;
}

/* After a value: its own part of the path goes. */
static void leave_value(struct outline *o)
{
    if (o->depth == 0) {
        o->root_done = true;
        return;
    }
    o->levels[o->depth - 1].field = NULL;
    buf_truncate(&o->path, o->levels[o->depth - 1].path_len);
}

static enum assay_status take_value(struct outline *o, const yaml_event_t *event)
{
    const struct cyaml_schema_value *schema = NULL;

    ASSAY_TRY(expected(o, &schema));
    ASSAY_TRY(note_line(o, line_of(event)));
    if (!fits(schema, event->type))
        return assay_error_set(o->err, ASSAY_ERR_MALFORMED, "%s:%d: %s%sexpected %s", o->name,
                               line_of(event), buf_text(&o->path), o->path.len > 0 ? ": " : "",
                               type_name(schema->type));
    if (event->type == YAML_SCALAR_EVENT) {
        ASSAY_TRY(check_scalar(o, event));
        leave_value(o);
        return ASSAY_OK;
    }
    if (o->depth == YAML_FILE_MAX_DEPTH)
        return complain(o, line_of(event), "nested too deeply");
    o->levels[o->depth++] = (struct level){.schema = schema,
                                           .is_map = event->type == YAML_MAPPING_START_EVENT,
                                           .path_len = o->path.len,
                                           .index = 1};
    return ASSAY_OK;
}

static enum assay_status take_node(struct outline *o, const yaml_event_t *event)
{
    const struct level *top = o->depth > 0 ? &o->levels[o->depth - 1] : NULL;

    if (++o->nodes > YAML_FILE_MAX_NODES)
        return assay_error_set(o->err, ASSAY_ERR_LIMIT, "%s:%d: more than %d values", o->name,
                               line_of(event), YAML_FILE_MAX_NODES);
    if (top != NULL && top->is_map && top->field == NULL)
        return take_key(o, event);
    return take_value(o, event);
}

static bool has_anchor(const yaml_event_t *event)
{
    return (event->type == YAML_SCALAR_EVENT && event->data.scalar.anchor != NULL) ||
           (event->type == YAML_SEQUENCE_START_EVENT &&
            event->data.sequence_start.anchor != NULL) ||
           (event->type == YAML_MAPPING_START_EVENT && event->data.mapping_start.anchor != NULL);
}

static enum assay_status take_event(struct outline *o, const yaml_event_t *event)
{
    if (event->type == YAML_ALIAS_EVENT || has_anchor(event))
        return complain(o, line_of(event), "anchors and aliases (& and *) are not supported");
    switch (event->type) {
    case YAML_SCALAR_EVENT:
    case YAML_SEQUENCE_START_EVENT:
    case YAML_MAPPING_START_EVENT:
        return take_node(o, event);
    case YAML_SEQUENCE_END_EVENT:
    case YAML_MAPPING_END_EVENT:
        o->depth--;
        leave_value(o);
        return ASSAY_OK;
    case YAML_DOCUMENT_START_EVENT:
        return o->root_done ? complain(o, line_of(event), "a second document begins here")
                            : ASSAY_OK;
    case YAML_NO_EVENT:
    case YAML_STREAM_START_EVENT:
    case YAML_STREAM_END_EVENT:
    case YAML_DOCUMENT_END_EVENT:
    case YAML_ALIAS_EVENT:
        break;
    }
    return ASSAY_OK;
}

static enum assay_status walk(struct outline *o, yaml_parser_t *parser)
{
    yaml_event_t event;
    bool at_end = false;

    while (!at_end) {
        enum assay_status status = ASSAY_OK;

        if (yaml_parser_parse(parser, &event) == 0)
            return assay_error_set(o->err, ASSAY_ERR_MALFORMED, "%s:%d: not YAML: %s", o->name,
                                   (int)parser->problem_mark.line + 1,
                                   parser->problem != NULL ? parser->problem : "unreadable");
        at_end = event.type == YAML_STREAM_END_EVENT;
        status = take_event(o, &event);
        yaml_event_delete(&event);
        if (status != ASSAY_OK)
            return status;
    }
    return o->root_done ? ASSAY_OK : complain(o, 1, "the file is empty");
}

ASSAY_RESULT yaml_outline(const char *name, const void *text, size_t len,
                          const struct cyaml_schema_value *schema, struct value **ret_lines,
                          struct assay_error *err)
{
    struct outline o = {.name = name, .root = schema, .err = err, .lines = value_new_map()};
    enum assay_status status = ASSAY_ERR_NOMEM;
    yaml_parser_t parser;

    if (err != NULL)
        err->status = ASSAY_OK;
    buf_init(&o.path, 1024);
    if (yaml_parser_initialize(&parser) == 0) {
        value_free(o.lines);
        return assay_error_set(err, ASSAY_ERR_NOMEM, "%s: out of memory", name);
    }
    yaml_parser_set_input_string(&parser, text, len);
    if (o.lines != NULL)
        status = walk(&o, &parser);
    if (status == ASSAY_OK) {
        *ret_lines = o.lines;
        o.lines = NULL;
    } else if (err != NULL && err->status == ASSAY_OK) {
        status = assay_error_set(err, status, "%s: %s", name, assay_status_text(status));
    }
    yaml_parser_delete(&parser);
    buf_done(&o.path);
    value_free(o.lines);
    return status;
}
