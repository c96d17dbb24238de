/* SPDX-License-Identifier: Apache-2.0 */
#include "yaml_file/yaml_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* What libcyaml said about an error: its message, then the places from the inside outwards. */
struct cyaml_story {
    char message[256];
    char path[256];
    int line;
};

/* "  in mapping field 'timeout_ms' (line: 3, column: 6)" */
static void read_place(struct cyaml_story *story, const char *row)
{
    const char *name = strchr(row, '\'');
    const char *end = name != NULL ? strchr(name + 1, '\'') : NULL;
    const char *line = strstr(row, "(line: ");
    char joined[sizeof(story->path)];

    if (line != NULL && story->line == 0)
        story->line = (int)strtol(line + strlen("(line: "), NULL, 10);
    if (end == NULL)
        return;
    snprintf(joined, sizeof(joined), "%.*s%s%.160s", (int)(end - name - 1), name + 1,
             story->path[0] != '\0' ? "." : "", story->path);
    memcpy(story->path, joined, sizeof(joined));
}

static void hear(cyaml_log_t level, void *ctx, const char *format, va_list args)
    __attribute__((format(printf, 3, 0)));

static void hear(cyaml_log_t level, void *ctx, const char *format, va_list args)
{
    static const char prefix[] = "Load: ";
    struct cyaml_story *story = ctx;
    char row[512];
    const char *text = row;

    (void)level;
    vsnprintf(row, sizeof(row), format, args);
    row[strcspn(row, "\n")] = '\0';
    if (strncmp(text, prefix, strlen(prefix)) == 0)
        text += strlen(prefix);
    if (strncmp(text, "  in ", 5) == 0)
        read_place(story, text);
    else if (story->message[0] == '\0' && strncmp(text, "Backtrace", 9) != 0)
        snprintf(story->message, sizeof(story->message), "%.200s", text);
}

static struct value *convert(const struct cyaml_schema_value *schema, const void *data,
                             size_t count);

static struct value *convert_map(const struct cyaml_schema_value *schema, const char *data)
{
    struct value *map = value_new_map();

    for (const struct cyaml_schema_field *f = schema->mapping.fields; map && f->key; f++) {
        const void *member = NULL;
        unsigned count = 0;

        memcpy(&member, data + f->data_offset, sizeof(member));
        if (member == NULL)
            continue;
        if (f->value.type == CYAML_SEQUENCE)
            memcpy(&count, data + f->count_offset, sizeof(count));
        if (value_set(map, f->key, convert(&f->value, member, count)) != ASSAY_OK) {
            value_free(map);
            return NULL;
        }
    }
    return map;
}

static struct value *convert_list(const struct cyaml_schema_value *entry, const void *data,
                                  size_t count)
{
    struct value *list = value_new_list();

    for (size_t i = 0; list != NULL && i < count; i++) {
        const void *member = ((const void *const *)data)[i];

        if (value_add(list, convert(entry, member, 0)) != ASSAY_OK) {
            value_free(list);
            return NULL;
        }
    }
    return list;
}

/* data points to the value itself; NULL: no memory. The depth is that of the schema. */
static struct value *convert(const struct cyaml_schema_value *schema, const void *data,
                             size_t count)
{
    uint32_t number = 0;

    switch ((int)schema->type) {
    case CYAML_STRING:
        return value_new_text(data);
    case CYAML_MAPPING:
        return convert_map(schema, data);
    case CYAML_SEQUENCE:
        return convert_list(schema->sequence.entry, data, count);
    case CYAML_ENUM:
        memcpy(&number, data, sizeof(number));
        return value_new_bool(number != 0);
    default:
        memcpy(&number, data, sizeof(number));
        return value_new_int(number);
    }
}

static enum assay_status refuse(const char *name, const struct cyaml_story *story, cyaml_err_t code,
                                struct assay_error *err)
{
    if (code == CYAML_ERR_OOM)
        return assay_error_set(err, ASSAY_ERR_NOMEM, "%s: out of memory", name);
    return assay_error_set(err, ASSAY_ERR_MALFORMED, "%s:%d: %s%s%s", name, story->line,
                           story->path, story->path[0] != '\0' ? ": " : "",
                           story->message[0] != '\0' ? story->message : cyaml_strerror(code));
}

ASSAY_RESULT yaml_file_parse(const char *name, const void *text, size_t len,
                             const struct cyaml_schema_value *schema, struct yaml_file *ret,
                             struct assay_error *err)
{
    struct cyaml_story story = {.line = 0};
    struct yaml_file made = {.name = NULL};
    const cyaml_config_t config = {.log_fn = hear,
                                   .log_ctx = &story,
                                   .log_level = CYAML_LOG_WARNING,
                                   .mem_fn = cyaml_mem,
                                   .flags = CYAML_CFG_NO_ALIAS};
    cyaml_data_t *data = NULL;
    cyaml_err_t code = CYAML_OK;
    enum assay_status status = ASSAY_OK;

    if (len > YAML_FILE_MAX_BYTES)
        return assay_error_set(err, ASSAY_ERR_LIMIT, "%s: larger than %d bytes", name,
                               YAML_FILE_MAX_BYTES);
    ASSAY_TRY(yaml_outline(name, text, len, schema, &made.lines, err));
    code = cyaml_load_data(text, len, &config, schema, &data, NULL);
    if (code != CYAML_OK || data == NULL) {
        status = refuse(name, &story, code, err);
    } else {
        made.name = strdup(name);
        made.root = convert(schema, data, 0);
        if (made.name == NULL || made.root == NULL)
            status = assay_error_set(err, ASSAY_ERR_NOMEM, "%s: out of memory", name);
    }
    cyaml_free(&config, schema, data, 0);
    if (status == ASSAY_OK)
        *ret = made;
    else
        yaml_file_done(&made);
    return status;
}

static ASSAY_RESULT read_whole(const char *path, struct buf *out, struct assay_error *err)
{
    char chunk[4096];
    ssize_t got = 0;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    struct stat st;

    if (fd < 0)
        return assay_error_sys(err, errno, "cannot open %s", path);
    if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode)) {
        close(fd);
        return assay_error_set(err, ASSAY_ERR_ARG, "%s is not a file", path);
    }
    while ((got = read(fd, chunk, sizeof(chunk))) > 0) {
        if (buf_add(out, chunk, (size_t)got) != ASSAY_OK) {
            close(fd);
            return assay_error_set(err, ASSAY_ERR_LIMIT, "%s: larger than %d bytes", path,
                                   YAML_FILE_MAX_BYTES);
        }
    }
    if (got < 0) {
        int saved = errno;

        close(fd);
        return assay_error_sys(err, saved, "cannot read %s", path);
    }
    close(fd);
    return ASSAY_OK;
}

ASSAY_RESULT yaml_file_load(const char *path, const struct cyaml_schema_value *schema,
                            struct yaml_file *ret, struct assay_error *err)
{
    struct buf text;
    enum assay_status status = ASSAY_OK;

    buf_init(&text, YAML_FILE_MAX_BYTES);
    status = read_whole(path, &text, err);
    if (status == ASSAY_OK)
        status = yaml_file_parse(path, buf_text(&text), text.len, schema, ret, err);
    buf_done(&text);
    return status;
}

void yaml_file_done(struct yaml_file *file)
{
    free(file->name);
    value_free(file->root);
    value_free(file->lines);
    *file = (struct yaml_file){.name = NULL};
}

static int nearest_line(const struct yaml_file *file, const char *path)
{
    char place[256];
    const struct value *line = NULL;

    snprintf(place, sizeof(place), "%s", path);
    while ((line = value_get(file->lines, place)) == NULL) {
        char *dot = strrchr(place, '.');

        if (dot == NULL)
            return 1;
        *dot = '\0';
    }
    return (int)value_int(line);
}

enum assay_status yaml_file_error(const struct yaml_file *file, const char *path,
                                  struct assay_error *err, const char *format, ...)
{
    char text[512];
    va_list args;

    va_start(args, format);
    vsnprintf(text, sizeof(text), format, args);
    va_end(args);
    return assay_error_set(err, ASSAY_ERR_MALFORMED, "%s:%d: %s", file->name,
                           nearest_line(file, path), text);
}
